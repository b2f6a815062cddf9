"""``boutique project``: keep the read models behind the log, or build one anew."""

from typing import Annotated

import typer
from rich.progress import Progress

from web.bootstrap import opened
from web.commands.running import console, run
from web.settings import Settings


def project(
    *,
    rebuild: Annotated[
        str | None, typer.Option(metavar="NAME", help="Fold one projection anew, then end.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Catch up, then end.")] = False,
) -> None:
    """Run the projections until Ctrl-C."""
    run(_project(Settings(), rebuild=rebuild, is_once=once))


async def _project(settings: Settings, *, rebuild: str | None, is_once: bool) -> None:
    async with opened(settings) as container:
        projections = container.projections
        if rebuild is not None:
            with Progress(console=console) as bar:
                task = bar.add_task(f"Rebuilding {rebuild}", total=None)
                reached = await projections.rebuild(
                    rebuild,
                    progress=lambda done, last: bar.update(task, completed=done, total=last),
                )
            console.print(f"{rebuild} was built anew up to position {reached}.")
        elif is_once:
            await projections.catch_up()
            for name, position in sorted((await projections.positions()).items()):
                console.print(f"{name} is at position {position}.")
        else:
            console.print(f"Projecting {', '.join(projections.names)} … (Ctrl-C ends it)")
            await projections.run()
