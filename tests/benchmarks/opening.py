"""Opening: from the command to the first page, what pages cost, and what memory they take.

Baseline in the same run: ``/health``, the cheapest answer the same server gives.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

import httpx2

from tests.served import Served, serving

ROUNDS = 40
STARTS = 3


def run() -> dict[str, float]:
    folder = Path(tempfile.mkdtemp(prefix="boutique-bench-"))
    try:
        settings = {"BOUTIQUE_FOLDER": str(folder)}
        with serving(**settings) as first:
            first.command("demo")
        starts = [_seconds_to_first_page(settings) for _ in range(STARTS)]
        with serving(**settings) as served:
            return {"start_to_first_page_s": statistics.median(starts), **_pages(served)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _seconds_to_first_page(settings: dict[str, str]) -> float:
    begun = time.perf_counter()
    with serving(**settings) as served:
        httpx2.get(f"{served.address}/shop", timeout=30).raise_for_status()
        return time.perf_counter() - begun


def _pages(served: Served) -> dict[str, float]:
    with httpx2.Client(base_url=served.address, timeout=30) as visitor:
        milliseconds = {
            name: _median_ms(visitor, path)
            for name, path in (
                ("health", "/health"),
                ("shop", "/shop"),
                ("coordination", "/coordination"),
                ("commodities", "/api/v1/commodities?type=knitwear&colour=green"),
            )
        }
    return {
        **{f"{name}_ms": value for name, value in milliseconds.items()},
        "ratio_shop_to_health": milliseconds["shop"] / milliseconds["health"],
        "server_rss_mb": _rss_mb(served.process.pid),
    }


def _median_ms(visitor: httpx2.Client, path: str) -> float:
    visitor.get(path).raise_for_status()
    took = list[float]()
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        visitor.get(path).raise_for_status()
        took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took)


def _rss_mb(process_id: int) -> float:
    status = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) / 1024
