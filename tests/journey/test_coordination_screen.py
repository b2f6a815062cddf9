"""The coordination screen as a guest uses it, at every width (C3 to C6), and the camera (C1a)."""

import asyncio
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import CDPSession, Page, expect

from imaging.drawing.catalogue import CATALOGUE
from imaging.drawing.sketch import Sketch
from tests.journey.conftest import PASSWORD, WIDTHS, Visits, stock
from tests.journey.screen import assert_the_views_are_apart, put_on, shown_picture
from tests.served import Served

pytestmark = pytest.mark.browser


def first(type_: str) -> Sketch:
    return next(sketch for sketch in CATALOGUE if sketch.type == type_)


KNIT, TROUSERS, DRESS = first("knitwear"), first("trousers"), first("dress")


@pytest.fixture(scope="module")
def stocked(served: Served) -> Served:
    """A boutique with a commodity of each of three types."""
    stock(served, KNIT, TROUSERS, DRESS)
    return served


async def types_shown(page: Page) -> list[str]:
    return [await page.locator(f".rail.{side} h2").inner_text() for side in ("left", "right")]


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_guest_dresses_a_mannequin(stocked: Served, visits: Visits, width: str) -> None:
    del stocked
    page = await visits.open(width, bypass_csp=True)  # for axe, which is injected
    await page.goto("/coordination")
    assert await types_shown(page) == ["Knitwear", "Trousers"]
    await assert_the_views_are_apart(page)

    await put_on(page, "left", KNIT.name)
    knit = await shown_picture(page)
    await put_on(page, "right", TROUSERS.name)
    outfit = await shown_picture(page)
    assert knit != outfit
    await assert_the_views_are_apart(page)
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

    await page.keyboard.press("Control+z")
    await expect(page.locator("[data-stage] img:not(.is-going)")).to_have_attribute("src", knit)
    await page.keyboard.press("Control+Shift+z")
    await expect(page.locator("[data-stage] img:not(.is-going)")).to_have_attribute("src", outfit)

    # The shopper chooses what each column shows; the two are never of one type (C5).
    await page.locator(".rail.left summary").click()
    await page.locator(".rail.left .chooser a", has_text="Dresses").click()
    await expect(page.locator(".rail.left .item", has_text=DRESS.name)).to_be_visible()
    assert await types_shown(page) == ["Dresses", "Trousers"]
    await put_on(page, "left", DRESS.name)
    worn = page.locator(".piece h3")
    await expect(worn.filter(has_text=DRESS.name)).to_be_visible()
    await expect(worn).to_have_count(2)  # the trousers made room for the dress
    assert set(await worn.all_inner_texts()) == {KNIT.name, DRESS.name}
    await assert_the_views_are_apart(page)


FILL = """(items) => items.append(...Array.from({ length: 15 }, () =>
  items.firstElementChild.cloneNode(true)))"""
SOMETHING_ELSE = """() => document.body.append(Object.assign(document.createElement("div"), {
  style: "position:fixed;width:9px;height:9px;background:red;will-change:transform" }))"""


class Layers:
    """What a page is painted on, as the browser tells it each time that changes."""

    def __init__(self, client: CDPSession) -> None:
        self._client = client
        self._told = asyncio.Queue[list[dict[str, Any]]]()
        client.on("LayerTree.layerTreeDidChange", self._hear)

    def _hear(self, event: dict[str, Any]) -> None:
        if layers := event.get("layers"):
            self._told.put_nowait(layers)

    async def with_some_of(self, node_name: str, count: int = 1) -> dict[str, str]:
        """Wait until so many layers are of such elements; return what each one then was of."""
        while True:
            layers = {x["layerId"]: await self._of(x) for x in await self._told.get()}
            if sum(name.startswith(node_name) for name in layers.values()) >= count:
                return layers

    async def _of(self, layer: dict[str, Any]) -> str:
        if "backendNodeId" not in layer or not layer["drawsContent"]:
            return ""
        asked = {"backendNodeId": layer["backendNodeId"]}
        node = (await self._client.send("DOM.describeNode", asked))["node"]
        return " ".join([node["nodeName"], *node.get("attributes", [])])


async def test_a_column_stays_painted_while_a_commodity_is_reached_for(
    stocked: Served, visits: Visits
) -> None:
    """A click is answered no sooner than the screen is painted: columns are layers, always."""
    del stocked
    page = await visits.open()
    await page.goto("/coordination")
    for side in ("left", "right"):
        await page.locator(f".rail.{side} .items").evaluate(FILL)
    client = await page.context.new_cdp_session(page)
    layers = Layers(client)
    await client.send("DOM.enable")
    await client.send("LayerTree.enable")
    await page.evaluate(SOMETHING_ELSE)
    column = "FORM class items"
    at_rest = await asyncio.wait_for(layers.with_some_of(column, count=2), 30)
    columns = {id_ for id_, name in at_rest.items() if name.startswith(column)}
    await page.locator(".rail.left .item").nth(2).hover()
    reached_for = await asyncio.wait_for(layers.with_some_of("IMG"), 30)
    assert columns <= reached_for.keys()


async def test_a_camera_picture_without_a_person_is_refused_with_a_remedy(
    served: Served, visits: Visits
) -> None:
    del served
    page = await visits.open(permissions=["camera"])
    await page.goto("/sign-up?next=/images")
    await page.get_by_label("E-mail").fill("ada@example.com")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("main").get_by_role("button", name="Create the account").click()
    await page.wait_for_url("**/images")

    await page.get_by_text("camera of this device").click()
    await expect(page.locator("video")).to_be_visible()
    await page.get_by_role("button", name="Take it").click()
    await expect(page.locator("[data-preview], .add-niche img").first).to_be_visible(timeout=15_000)
    await page.locator("#image-name").fill("Nobody")
    await page.get_by_role("button", name="Add this image").click()
    await expect(page.locator(".problem[role=alert]")).to_contain_text("person")
    assert [trouble for trouble in visits.troubles if "400" not in trouble] == []
    visits.troubles.clear()  # the browser tells of the refusal too
