"""``boutique project``: keep the read models behind the log, or build one anew.

Beside that it settles purchases that were left, and expires reservations that are overdue.
"""

import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from web.bootstrap import Lag, ProjectionRunner, opened, utc_now
from web.commands.running import EXIT_REFUSED, console, errors, run
from web.settings import Settings
from web.upkeep import keep_up

app = typer.Typer()


@app.command()
def project(
    *,
    rebuild: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Build one projection anew beside the live one, then end."
        ),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Catch up, then end.")] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Print how late each projection is, then end.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print positions as JSON.")] = False,
) -> None:
    """Run the projections, settle purchases and expire reservations until Ctrl-C."""
    run(_project(Settings(), rebuild=rebuild, is_once=once, is_status=status, is_json=as_json))


async def _project(
    settings: Settings, *, rebuild: str | None, is_once: bool, is_status: bool, is_json: bool
) -> None:
    async with opened(settings) as container:
        projections = container.projections
        if is_status:
            _show_lags(await projections.lags(now=utc_now()), is_json=is_json)
            return
        if rebuild is not None:
            await _rebuild(projections, rebuild)
        elif is_once:
            await projections.catch_up()
        else:
            console.print(f"Projecting {', '.join(projections.names)} … (Ctrl-C ends it)")
            await keep_up(container)
        positions = dict(sorted((await projections.positions()).items()))
        if is_json:
            typer.echo(json.dumps(positions))
        else:
            for name, position in positions.items():
                if rebuild in {None, name}:
                    console.print(f"{name} is at position {position}.")
        if projections.stopped:
            raise typer.Exit(EXIT_REFUSED)  # the log has said which and why


async def _rebuild(projections: ProjectionRunner, name: str) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(show_speed=True),
        MofNCompleteColumn(),
        TextColumn("ends in"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors) as bar:
        task = bar.add_task(f"Rebuilding {name}", total=None)
        rebuilt = await projections.rebuild(
            name, progress=lambda done, last: bar.update(task, completed=done, total=last)
        )
    errors.print(f"Exchanged in {1000 * rebuilt.exchange_seconds:.0f} ms.", style="dim")


def _show_lags(lags: Sequence[Lag], *, is_json: bool) -> None:
    if is_json:
        found = {
            x.name: {
                "position": x.position,
                "head": x.head,
                "lag_events": x.events,
                "lag_seconds": round(x.seconds, 3),
            }
            for x in lags
        }
        typer.echo(json.dumps(found))
        return
    table = Table("projection", "position", "head", "events late", "seconds late")
    for x in lags:
        table.add_row(x.name, str(x.position), str(x.head), str(x.events), f"{x.seconds:.1f}")
    console.print(table)
