"""Turns a benchmark's figures into a page of docs/benchmarks/, with a table and a chart."""

import importlib
import inspect
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from tests.benchmarks._pages import PAGES, Page

INDEX = (
    "# Benchmarks\n\n"
    "Figures of one machine, each beside a baseline that was measured in the same run. Ratios "
    "travel; rates do not. `make bench` measures anew, and `make bench PUBLISH=1` writes these "
    "pages.\n\n| | Goals reached |\n|---|---|\n"
)

Host: TypeAlias = Mapping[str, str | int | float]


def page_of(name: str) -> Page:
    """What is told of a benchmark; of one without a page of its own, what its module says."""
    if name in PAGES:
        return PAGES[name]
    words = inspect.getdoc(importlib.import_module(f"tests.benchmarks.{name}")) or ""
    return Page(title=name.capitalize(), about=words.partition("\n\nSet ")[0])


def publish(results: Path, folder: Path, name: str) -> None:
    """Write the page of a benchmark from its results, then the index of all pages."""
    measured = json.loads((results / f"{name}.json").read_text())
    page = page_of(name)
    folder.mkdir(parents=True, exist_ok=True)
    if page.chart is not None:
        (folder / f"{name}.svg").write_text(page.chart.drawn(measured["figures"]))
    (folder / f"{name}.md").write_text(written(name, page, measured["figures"], measured["host"]))
    names = sorted(path.stem for path in folder.glob("*.md") if path.stem != "README")
    (folder / "README.md").write_text(INDEX + "".join(_entry(folder, name) for name in names))


def _entry(folder: Path, name: str) -> str:
    lines = (folder / f"{name}.md").read_text().splitlines()
    goals = sum(line.endswith(("| yes |", "| no |")) for line in lines)
    reached = sum(line.endswith("| yes |") for line in lines)
    return f"| [{lines[0].removeprefix('# ')}]({name}.md) | {reached} of {goals} |\n"


def written(name: str, page: Page, figures: Mapping[str, float], host: Host) -> str:
    parts = [f"# {page.title}", page.about]
    if page.chart is not None:
        parts.append(f"![{page.chart.title}]({name}.svg)")
    if page.goals:
        rows = (
            (
                f"`{figure}`",
                number(figures[figure]),
                str(goal),
                _yes(goal.is_reached(figures[figure])),
            )
            for figure, goal in page.goals.items()
        )
        parts += ["## Goals", _table(("Figure", "Measured", "Goal", "Reached"), rows)]
    if page.reading:
        parts += ["## What they say", page.reading]
    others = ((f"`{figure}`", number(value)) for figure, value in figures.items())
    parts += ["## All figures", _table(("Figure", "Measured"), others)]
    facts = ((key.replace("_", " "), str(value)) for key, value in host.items())
    parts += ["## The machine", _table(("", ""), facts)]
    return "\n\n".join(parts) + "\n"


def number(value: float) -> str:
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _yes(is_reached: bool) -> str:
    return "yes" if is_reached else "no"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    rule = ("---", *("---:" for _ in head[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
