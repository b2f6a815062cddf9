"""``boutique doctor``: check what must hold of the log and the read models."""

import json
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from web.bootstrap import Checked, Report, opened
from web.commands.running import EXIT_REFUSED, EXIT_UNAVAILABLE, console, errors, run
from web.settings import Settings

app = typer.Typer()

MARKS = {
    "sound": "[green]✓[/green]",
    "warning": "[yellow]![/yellow]",
    "violated": "[red]✗[/red]",
    "unchecked": "[red]?[/red]",
}


@app.command()
def doctor(
    *,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every event too, and take what time it takes.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check what must hold of money, stock, requests, order and events; change nothing.

    Exit codes: 0 healthy, 1 something is violated, 3 something could not be checked.
    """
    report = run(_examined(Settings(), is_deep=deep))
    if as_json:
        typer.echo(json.dumps(report_view(report), ensure_ascii=False))
    else:
        _show(report)
    if report.violated:
        raise typer.Exit(EXIT_REFUSED)
    if report.unchecked:
        raise typer.Exit(EXIT_UNAVAILABLE)


async def _examined(settings: Settings, *, is_deep: bool) -> Report:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with opened(settings) as container:
        with Progress(*columns, console=errors, transient=True) as bar:
            task = bar.add_task("Opening a snapshot", total=None)
            return await container.doctor.examine(
                is_deep=is_deep,
                progress=lambda what, done, total: bar.update(
                    task, description=what, completed=done, total=total
                ),
            )


def state_of(checked: Checked) -> str:
    if checked.problem:
        return "unchecked"
    if not checked.violations:
        return "sound"
    return "warning" if checked.invariant.is_warning else "violated"


def report_view(report: Report) -> dict[str, Any]:
    return {
        "position": report.position,
        "is_healthy": report.is_healthy,
        "is_deep": report.is_deep,
        "seconds": round(report.seconds, 3),
        "invariants": [
            {
                "name": x.invariant.name,
                "state": state_of(x),
                "sentence": x.invariant.sentence,
                "seconds": round(x.seconds, 3),
                "violations": [dict(violation) for violation in x.violations],
                "has_more": x.is_cut,
                "problem": x.problem,
                "remedy": "" if x.is_sound else x.invariant.remedy,
            }
            for x in report.checked
        ],
    }


def _show(report: Report) -> None:
    table = Table("", title=f"As of position {report.position:,}")
    table.add_column("Invariant", no_wrap=True)
    table.add_column("What must hold")
    table.add_column("Seconds", justify="right")
    for x in report.checked:
        name, sentence = x.invariant.name, x.invariant.sentence
        table.add_row(MARKS[state_of(x)], name, sentence, f"{x.seconds:.2f}")
    console.print(table)
    for x in report.checked:
        if not x.is_sound:
            _explain(x)
    console.print(f"{_verdict(report)} Examined in {report.seconds:.1f} s.")


def _explain(checked: Checked) -> None:
    """Say where it does not hold, each place on a line that can be searched for."""
    invariant = checked.invariant
    lines = [f"{MARKS[state_of(checked)]} [bold]{invariant.name}[/bold]: {invariant.sentence}"]
    if checked.problem:
        lines.append(f"  {escape(checked.problem)}")
    for violation in checked.violations:
        told = "  ".join(f"{name} {value}" for name, value in violation.items())
        lines.append(f"  • {escape(told)}")
    if checked.is_cut:
        lines.append("  • … and more")
    if checked.violations:
        lines.append(f"  → {escape(invariant.remedy)}")
    console.print("\n".join(lines), soft_wrap=True, highlight=False)
    console.print()


def _verdict(report: Report) -> str:
    if report.violated:
        return f"[red]{len(report.violated)} violated.[/red]"
    if report.unchecked:
        return f"[red]{len(report.unchecked)} could not be checked.[/red]"
    return "[green]The boutique is healthy.[/green]"
