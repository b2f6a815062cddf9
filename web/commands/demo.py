"""``boutique demo``: fill the boutique with demonstration goods."""

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from web.bootstrap import Container, Imaging, demo_accounts, imaging, opened, seed_demo
from web.commands.running import console, run
from web.settings import Settings

app = typer.Typer()


@app.command()
def demo() -> None:
    """Open demonstration accounts and register a drawn catalogue, once; print who may sign in."""
    run(_demo(Settings()))


async def _demo(settings: Settings) -> None:
    async with opened(settings) as container, imaging(container) as wired_imaging:
        await seeded(container, wired_imaging)


async def seeded(container: Container, wired_imaging: Imaging) -> None:
    """Seed the demonstration as far as it is missing, with a progress bar."""
    columns = (
        TextColumn("Drawing the catalogue"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("draw", total=None)
        await seed_demo(
            container,
            wired_imaging,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    emails, password = demo_accounts()
    console.print(
        f"Demonstration accounts: {', '.join(emails)}; password [bold]{password}[/bold]",
        style="dim",
    )
