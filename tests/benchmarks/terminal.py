"""The terminal in a browser: what its page loads, how soon it answers, draws and cuts out.

Set ``BOUTIQUE_SAMPLE_DATA`` to a folder with ``people/ccp/*.jpg``; without it the figures of
extraction are left out. Run with ``python -m tests.benchmarks.terminal``.
"""

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from playwright.async_api import Page, expect

from imaging.decoding import decode
from imaging.drawing.catalogue import CATALOGUE
from imaging.drawing.mannequins import mannequin_as_photograph
from imaging.encoding import to_jpeg
from imaging.extraction import extract, to_body_frame
from imaging.networks import Networks
from tests.benchmarks.extraction import models, sample_data
from tests.browsers import chromium
from tests.journey.conftest import stock
from tests.journey.terminal.device import PASSCODE, kept, set_up, terminal, unlocked
from tests.scripts import loaded_by, sizes
from tests.served import serving
from web.static_files import STATIC

OPENINGS = 5
SWAPS = 40
FRAMES = 120
COLD, WARM = 3, 3
ON_SCREEN = ("screen", "catalogue", "figure", "panels")
"""Modules that come when the vault is opened; drawing and cutting out come after them."""

PANELS = ("pages", "panels")
"""Styles that come with the first dialog, or where a photograph is added."""

WATCH = Path(__file__).parent / "_terminal_watch.js"
SHOWN = {"knitwear", "trousers"}
"""Of the drawn catalogue, what both columns begin with; the left one is exchanged and moved."""


def run() -> dict[str, float]:
    """Measure; nothing, and a printed reason, without a browser."""
    browser = chromium()
    if browser is None:
        print("terminal: no Chromium; name one in BOUTIQUE_TEST_CHROMIUM")  # noqa: T201
        return {}
    folder = Path(tempfile.mkdtemp(prefix="boutique-bench-"))
    try:
        with serving(BOUTIQUE_FOLDER=str(folder / "boutique")) as served:
            stock(served, *(sketch for sketch in CATALOGUE if sketch.type in SHOWN))
            return asyncio.run(measured(browser, served.address, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def measured(browser: Path, address: str, folder: Path) -> dict[str, float]:
    me = folder / "me.jpg"
    me.write_bytes(to_jpeg(mannequin_as_photograph("bruno"), quality=92))
    openings = [
        await opened(browser, address, folder / f"device-{number}", me if number == 0 else None)
        for number in range(OPENINGS)
    ]
    figures = {
        name: statistics.median(opening[name] for opening in openings) for name in openings[-1]
    }
    device = folder / "device-0"
    figures |= await used(browser, address, device)
    photographs = sorted((sample_data() / "people" / "ccp").glob("*.jpg"))
    if photographs:
        figures |= await extracted(browser, address, device, photographs[0])
    else:
        print(f"terminal: no photographs below {sample_data()}; extraction is left out")  # noqa: T201
    return figures


# ------------------------------------------------------------------ opening


async def opened(browser: Path, address: str, profile: Path, me: Path | None) -> dict[str, float]:
    """Open the page on a new device, up to where the first photograph is chosen."""
    async with terminal(browser, profile, address) as device:
        await device.context.add_init_script(path=WATCH)
        page = await device.page()
        await page.locator("[data-scene=create]").wait_for()
        await page.wait_for_load_state("load")
        await page.evaluate("document.fonts.ready.then(() => painted())")
        opening = await page.evaluate("({ ...watched, loaded: loaded() })")
        if me is None:
            for field in ("passcode", "again"):
                await page.locator(f"#f-{field}").fill(PASSCODE)
            await page.get_by_role("button", name="Keep my photo on this device").click()
            await page.locator("[data-scene=photo]").wait_for()
            transferred = await page.evaluate("transferred()")
        else:
            transferred = 0.0
            await kept(page)
            await set_up(page, me)
            await page.wait_for_load_state("networkidle")
        return {
            "own_js_gzip_kb": kilobytes(own(opening["loaded"], ".js")),
            "css_gzip_kb": kilobytes(style(name) for name in ("boutique", "coordination")),
            "terminal_css_gzip_kb": kilobytes(own(opening["loaded"], ".css")),
            "page_kb_before_photo": transferred / 1000,
            "lcp_ms": opening["lcp"],
            "cls": opening["cls"],
        }


def own(addresses: Iterable[str], suffix: str) -> set[Path]:
    """Return which files of ours are at these addresses."""
    names = (address.split("/", 3)[3] for address in addresses if address.endswith(suffix))
    return {path for name in names if (path := STATIC / name).exists()}


def style(name: str) -> Path:
    return STATIC / "css" / f"{name}.css"


def kilobytes(files: Iterable[Path]) -> float:
    return sum(sizes(files).values()) / 1000


# ------------------------------------------------------------------ using


async def used(browser: Path, address: str, profile: Path) -> dict[str, float]:
    async with terminal(browser, profile, address) as device:
        await device.context.add_init_script(path=WATCH)
        page = await unlocked(device)
        styles = own(await page.evaluate("loaded()"), ".css")
        await page.wait_for_load_state("networkidle")
        first, again = [
            [took for number in range(count) if (took := await page.evaluate("swap", number))]
            for count in (await page.locator(".rail.left .item").count(), SWAPS)
        ]
        dragged = await page.evaluate("drag", FRAMES)
        await act(page)
        found = await page.evaluate("watched")
    scripts = {path.stem: path for path in (STATIC / "js" / "terminal").glob("*.js")}
    at_first = loaded_by(scripts["program"]) | {STATIC / "js" / "boutique.js"}
    on_screen = at_first.union(*(loaded_by(scripts[name]) for name in ON_SCREEN))
    everything = at_first.union(*(loaded_by(path) for path in scripts.values()))
    return {
        "own_js_screen_gzip_kb": kilobytes(on_screen),
        "own_js_all_gzip_kb": kilobytes(everything),
        "terminal_css_screen_gzip_kb": kilobytes(styles),
        "terminal_css_all_gzip_kb": kilobytes(styles | {style(name) for name in PANELS}),
        "screen_cls": found["cls"],
        "inp_ms": quantile(found["interactions"], 0.98),
        "interactions": len(found["interactions"]),
        "swap_first_p95_ms": quantile(first, 0.95),
        "swap_p50_ms": statistics.median(again),
        "swap_p95_ms": quantile(again, 0.95),
        "drag_p50_ms": dragged["moving"]["frame"],
        "drag_work_p50_ms": dragged["moving"]["work"],
        "still_p50_ms": dragged["still"]["frame"],
        "drag_to_still": dragged["moving"]["frame"] / dragged["still"]["frame"],
    }


async def act(page: Page) -> None:
    """Do by mouse and keyboard what a shopper does, so that the browser times its answers."""
    for side in ("left", "right", "left"):
        await page.locator(f".rail.{side} .item[aria-pressed=false]").first.click()
        await expect(page.locator("boutique-terminal")).not_to_have_class("is-busy")
    await page.locator("details.adjusting > summary").click()
    for name in ("Move up", "Make larger", "Move left"):
        await page.locator("[data-adjust]").get_by_role("button", name=name).first.click()
    await page.keyboard.press("Control+z")
    await page.keyboard.press("Control+Shift+z")
    await page.locator("details.menu > summary").click()
    await page.keyboard.press("Escape")
    await page.wait_for_timeout(500)  # what the browser timed is told a little later


def quantile(values: Sequence[float], share: float) -> float:
    return float(np.quantile(values, share, method="higher")) if values else 0.0


# ------------------------------------------------------------------ extraction


async def extracted(browser: Path, address: str, profile: Path, photo: Path) -> dict[str, float]:
    """Cut a photographed person out: for the first time since the page was opened, and again."""
    cold, warm, gaps = list[float](), list[float](), list[float]()
    async with terminal(browser, profile, address) as device:
        await device.context.add_init_script(path=WATCH)
        for _ in range(COLD):
            page = await unlocked_for_a_photo(device)
            for number in range(1 + WARM):
                await page.locator("[data-photo]").last.set_input_files(photo)
                await page.evaluate("extraction", number + 1)
                await page.get_by_role("button", name="Take another").click()
            found: dict[str, Any] = await page.evaluate("watched")
            cold.append(found["extracted"][0])
            warm.extend(found["extracted"][1:])
            gaps.extend(found["gaps"])
            await page.close()
    server = server_ms(photo)
    return {
        "extract_cold_ms": statistics.median(cold),
        "extract_warm_ms": statistics.median(warm),
        "main_thread_gap_ms": statistics.median(gaps),
        "main_thread_gap_max_ms": max(gaps),
        "extract_server_ms": server,
        "warm_to_server": statistics.median(warm) / server,
    }


async def unlocked_for_a_photo(device: Any) -> Page:  # noqa: ANN401
    page: Page = await unlocked(device)
    await page.locator("details.menu > summary").click()
    await page.locator("details.menu").get_by_role("button", name="Add a photo").click()
    await page.locator("[data-scene=photo]").wait_for()
    return page


def server_ms(photo: Path) -> float:
    """Time the server's own extraction of the same file, on one thread."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        networks, took = Networks(models()), list[float]()
        for _ in range(1 + WARM):
            begun = time.perf_counter()
            image = np.ascontiguousarray(decode(photo.read_bytes())[:, :, :3])
            to_body_frame(extract(image, networks))
            took.append(1000 * (time.perf_counter() - begun))
        return statistics.median(took[1:])
    finally:
        cv2.setNumThreads(threads)


if __name__ == "__main__":
    print(run())  # noqa: T201
