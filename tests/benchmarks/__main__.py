"""Runs the benchmarks and writes each one's figures, with the machine, to build/benchmarks/.

With ``--publish`` each one's page in docs/benchmarks/ is written too; with ``--pages`` nothing is
measured, and the pages are written from the figures that are there.
"""

import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests import benchmarks
from tests.benchmarks._publishing import publish

PROJECT = Path(__file__).parents[2]
RESULTS = PROJECT / "build" / "benchmarks"
PAGES = PROJECT / "docs" / "benchmarks"


def names() -> list[str]:
    return sorted(
        module.name
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if not module.name.startswith("_")
    )


def host() -> dict[str, str | int | float]:
    """What the figures depend on besides the code."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else _cores(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": _commit(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _cores() -> int:
    return os.cpu_count() or 1


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _commit() -> str:
    asked = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607 (whichever git there is)
        check=False,
        capture_output=True,
        text=True,
        cwd=PROJECT,
    )
    return asked.stdout.strip() or "unknown"


def measure(name: str, console: Console) -> None:
    machine = host()
    begun = time.perf_counter()
    figures: dict[str, float] = importlib.import_module(f"tests.benchmarks.{name}").run()
    seconds = time.perf_counter() - begun
    machine |= {"load_after": round(os.getloadavg()[0], 2), "took_seconds": round(seconds)}
    if not figures:
        return  # It has said itself what it lacks.
    RESULTS.mkdir(parents=True, exist_ok=True)
    written = RESULTS / f"{name}.json"
    written.write_text(json.dumps({"figures": figures, "host": machine}, indent=2) + "\n")
    table = Table("figure", title=f"{name} ({seconds:.1f} s)", title_justify="left")
    table.add_column("value", justify="right")
    for figure, value in figures.items():
        table.add_row(figure, f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}")
    console.print(table)
    console.print(f"{written.relative_to(PROJECT)}\n", style="dim")


def main(arguments: list[str]) -> int:
    console = Console()
    known = names()
    options = {word for word in arguments if word in {"--publish", "--pages"}}
    asked = [word for word in arguments if word not in options]
    unknown = [name for name in asked if name not in known]
    if unknown:
        console.print(f"No benchmark {', '.join(unknown)}. There are: {', '.join(known) or 'none'}")
        return 2
    if not known:
        console.print("There are no benchmarks yet: a module in tests/benchmarks with run().")
    for name in asked or known:
        if "--pages" not in options:
            measure(name, console)
        if options and (RESULTS / f"{name}.json").exists():
            publish(RESULTS, PAGES, name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
