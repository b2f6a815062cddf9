"""Pieces follow the hand on the coordination screen; letting go is one step (C1b, C3)."""

import asyncio
import base64
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Page, Request, Route, expect

from imaging.decoding import decode
from imaging.drawing.catalogue import CATALOGUE
from imaging.encoding import from_png
from tests.colour_difference import difference, lab
from tests.journey.conftest import Visits, stock
from tests.journey.screen import PATIENCE_MS, put_on, shown_picture
from tests.served import Served

pytestmark = pytest.mark.browser

KNIT = next(sketch for sketch in CATALOGUE if sketch.type == "knitwear")
TROUSERS = next(sketch for sketch in CATALOGUE if sketch.type == "trousers")

FARTHER_MAX = 1.25
"""How much farther a moved look may be from the server's picture of it than one that was not moved:
that is packed with losses, which are most of what there is to see (``test_dressing`` has the rest).
"""

PAPER = np.array([244, 239, 230], np.float32)

CANVAS = "() => document.querySelector('[data-stage] canvas').toDataURL()"


@dataclass(frozen=True, kw_only=True)
class Screen:
    """The coordination screen of somebody who wears a knit and trousers."""

    page: Page
    asked: list[str]  # methods and paths of requests, in order

    async def place(self, row: float, col: float) -> tuple[float, float]:
        """Return where a place of the picture is on the page, as a mouse takes it."""
        box = await self.page.locator("[data-stage]").bounding_box()
        assert box is not None
        return box["x"] + col * box["width"], box["y"] + row * box["height"]

    async def ready(self) -> None:
        """Bring the pointer over the knit and wait until it can be taken."""
        await self.page.mouse.move(*await self.place(0.3, 0.5))
        await self.page.locator("[data-stage] canvas").first.wait_for(state="attached")
        while not await self.page.locator("[data-stage].is-holdable").count():
            await self.page.mouse.move(*await self.place(0.301, 0.5))
            await self.page.mouse.move(*await self.place(0.3, 0.5))

    async def canvas(self) -> NDArray[np.uint8]:
        address: str = await self.page.evaluate(CANVAS)
        return from_png(base64.b64decode(address.partition(",")[2]))

    async def picture(self) -> NDArray[np.uint8]:
        """Return what the server draws."""
        answer = await self.page.request.get(await shown_picture(self.page))
        return decode(await answer.body())

    async def piece(self) -> dict[str, Any]:
        answer = await self.page.request.get("/api/v1/coordinations/current")
        pieces = (await answer.json())["pieces"]
        return next(piece for piece in pieces if piece["commodity"]["name"] == KNIT.name)

    def steps(self) -> int:
        return sum(x.endswith("/steps") for x in self.asked)


@pytest.fixture(scope="module")
def stocked(served: Served) -> None:
    stock(served, KNIT, TROUSERS)


@pytest.fixture
async def screen(stocked: None, visits: Visits) -> Screen:
    del stocked
    page = await visits.open()
    await page.goto("/coordination")
    await put_on(page, "left", KNIT.name)
    await put_on(page, "right", TROUSERS.name)
    asked = list[str]()

    def note(request: Request) -> None:
        asked.append(f"{request.method} {request.url.partition('?')[0]}")

    page.on("request", note)
    return Screen(page=page, asked=asked)


def _far(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    asked = (one[..., 3] > 0) | (other[..., 3] > 0)

    def on_paper(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        alpha = picture[asked][..., 3:].astype(np.float32) / 255
        shown = picture[asked][..., :3] * alpha + PAPER * (1 - alpha)
        return np.rint(shown).astype(np.uint8)

    return float(difference(lab(on_paper(one)), lab(on_paper(other))).mean())


async def test_a_piece_follows_the_hand_and_letting_go_is_one_step(screen: Screen) -> None:
    page = screen.page
    await screen.ready()
    before, falls = await shown_picture(page), await screen.canvas()
    usual = _far(await screen.picture(), falls)
    screen.asked.clear()

    await page.mouse.down()
    await page.mouse.move(*await screen.place(0.32, 0.53))
    await page.mouse.move(*await screen.place(0.34, 0.58))
    await page.locator("[data-stage].is-live").wait_for()
    await page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
    )
    dragged = await screen.canvas()
    assert _far(falls, dragged) > 1
    assert not screen.asked  # nothing was asked of the server
    assert await shown_picture(page) == before

    await page.mouse.up()
    await expect(page.locator("[data-stage].is-live")).to_have_count(0, timeout=PATIENCE_MS)
    assert screen.steps() == 1
    placement = (await screen.piece())["placement"]
    assert placement["down"] == pytest.approx(0.04, abs=0.005)
    assert placement["right"] == pytest.approx(0.08 * 500 / 1024, abs=0.005)
    assert _far(await screen.picture(), await screen.canvas()) < FARTHER_MAX * usual

    await page.keyboard.press("Control+z")
    await expect(page.locator("[data-stage] img:not(.is-going)")).to_have_attribute(
        "src", before, timeout=PATIENCE_MS
    )
    assert not (await screen.piece())["is_adjusted"]


@pytest.mark.soak
async def test_a_piece_is_moved_again_and_scaled_by_its_grip(screen: Screen) -> None:
    page = screen.page
    await screen.ready()
    usual = _far(await screen.picture(), await screen.canvas())
    for _ in range(2):  # the second time what the first one moved is still laid out
        await page.mouse.move(*await screen.place(0.3, 0.5))
        await page.mouse.down()
        await page.mouse.move(*await screen.place(0.32, 0.5), steps=4)
        await page.locator("[data-stage].is-live").wait_for()
        await page.mouse.up()
        await expect(page.locator("[data-stage].is-live")).to_have_count(0, timeout=PATIENCE_MS)
    assert (await screen.piece())["placement"]["down"] == pytest.approx(0.04, abs=0.006)
    assert screen.steps() == 2

    grip = await page.locator(".grip").bounding_box()
    assert grip is not None
    col, row = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    await page.mouse.move(col, row)
    await page.mouse.down()
    await page.mouse.move(col + 30, row + 30, steps=4)
    await page.locator("[data-stage].is-live").wait_for()
    await page.mouse.up()
    await expect(page.locator("[data-stage].is-live")).to_have_count(0, timeout=PATIENCE_MS)
    placement = (await screen.piece())["placement"]
    assert placement["scale"] > 1.05
    assert placement["down"] == pytest.approx(0.04, abs=0.006)
    assert _far(await screen.picture(), await screen.canvas()) < FARTHER_MAX * usual


@pytest.mark.soak
async def test_what_is_let_go_by_escape_lies_where_it_lay(screen: Screen) -> None:
    page = screen.page
    await screen.ready()
    falls = await screen.canvas()

    await page.mouse.down()
    await page.mouse.move(*await screen.place(0.36, 0.5), steps=4)
    await page.locator("[data-stage].is-live").wait_for()
    await page.keyboard.press("Escape")
    await page.mouse.up()

    await expect(page.locator("[data-stage].is-live")).to_have_count(0, timeout=PATIENCE_MS)
    assert screen.steps() == 0
    assert not (await screen.piece())["is_adjusted"]
    assert _far(falls, await screen.canvas()) == 0


async def test_what_is_reached_for_is_drawn_before_it_is_chosen(screen: Screen) -> None:
    page = screen.page
    item = page.locator(".rail.left .item", has_text=KNIT.name)
    async with page.expect_response("**/foreseen-picture?**") as foreseen:
        await item.hover()
    await (await foreseen.value).finished()
    address = (await foreseen.value).headers["content-location"]
    before = await shown_picture(page)
    # The step is held back until the picture was seen to have changed without it.
    let_go = asyncio.Event()

    async def hold(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    await page.route("**/steps", hold)
    await item.click()
    stage = page.locator("[data-stage] img:not(.is-going)")
    await expect(stage).not_to_have_attribute("src", before, timeout=PATIENCE_MS)
    assert (await shown_picture(page)).startswith("blob:")
    assert screen.steps() == 1
    let_go.set()
    recipe = address.partition("=")[2]
    await expect(stage).to_have_attribute(
        "src", re.compile(f"^/api/.*{recipe}$"), timeout=PATIENCE_MS
    )
    await expect(page.locator(".piece", has_text=KNIT.name)).to_have_count(0)
