"""``boutique project``: keep the read models behind the log, or build one anew."""

import json
from typing import Annotated

import typer
from rich.progress import Progress

from web.bootstrap import ProjectionRunner, opened
from web.commands.running import console, errors, run
from web.settings import Settings


def project(
    *,
    rebuild: Annotated[
        str | None, typer.Option(metavar="NAME", help="Fold one projection anew, then end.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Catch up, then end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print positions as JSON.")] = False,
) -> None:
    """Run the projections until Ctrl-C."""
    run(_project(Settings(), rebuild=rebuild, is_once=once, is_json=as_json))


async def _project(
    settings: Settings, *, rebuild: str | None, is_once: bool, is_json: bool
) -> None:
    async with opened(settings) as container:
        projections = container.projections
        if rebuild is not None:
            await _rebuild(projections, rebuild)
        elif is_once:
            await projections.catch_up()
        else:
            console.print(f"Projecting {', '.join(projections.names)} … (Ctrl-C ends it)")
            await projections.run()
        positions = dict(sorted((await projections.positions()).items()))
        if is_json:
            typer.echo(json.dumps(positions))
            return
        for name, position in positions.items():
            if rebuild in {None, name}:
                console.print(f"{name} is at position {position}.")


async def _rebuild(projections: ProjectionRunner, name: str) -> None:
    with Progress(console=errors) as bar:
        task = bar.add_task(f"Rebuilding {name}", total=None)
        await projections.rebuild(
            name, progress=lambda done, last: bar.update(task, completed=done, total=last)
        )
