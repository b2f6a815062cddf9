"""The seller's editor: points by mouse, keys and taps, a brush, and a shopper who sees it worn."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import httpx2
import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Dialog, Locator, Page, expect

from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.encoding import from_png, to_png
from tests.journey.conftest import PASSWORD, Visits, open_account
from tests.journey.screen import put_on, shown_picture
from tests.served import Served

pytestmark = pytest.mark.browser

ROWS = 500
KNIT = next(sketch for sketch in CATALOGUE if sketch.type == "knitwear")


@dataclass(frozen=True)
class Rail:
    """A seller with a jumper of which a corner was not found."""

    email: str
    commodity_id: UUID
    http: httpx2.Client

    @property
    def garment(self) -> str:
        return f"/commodities/{self.commodity_id}/garment"

    def landmarks(self) -> dict[str, list[float]]:
        found: dict[str, list[float]] = self.http.get(self.garment).json()["landmarks"]
        return found

    def alpha_at(self, row: float, col: float) -> int:
        rgba = from_png(self.http.get(f"{self.garment}/cutout").content)
        return int(rgba[int(row * rgba.shape[0]), int(col * rgba.shape[1]), 3])


@pytest.fixture
def rail(served: Served) -> Iterator[Rail]:
    email = open_account(served, "seller", "Atelier Probe")
    rgba = draw(KNIT, height_px=ROWS, worn=True).rgba.copy()
    rgba[ROWS * 3 // 5 :, : rgba.shape[1] * 2 // 5, 3] = 0
    words = {
        "name": KNIT.name,
        "type": KNIT.type,
        "design": KNIT.design,
        "colours": list(KNIT.colours)[:3],
        "price_minor": KNIT.price_minor,
        "currency": KNIT.currency,
        "sizes": [{"size": "M", "pieces": 1}],
    }
    with httpx2.Client(base_url=f"{served.address}/api/v1", timeout=60) as http:
        http.post("/sessions", json={"email": email, "password": PASSWORD}).raise_for_status()
        answer = http.post(
            "/commodities", data={"commodity": json.dumps(words)}, files={"image": to_png(rgba)}
        ).json()
        assert answer["awaits_review"]
        yield Rail(email=email, commodity_id=UUID(answer["commodity_id"]), http=http)


async def open_editor(page: Page, rail: Rail) -> None:
    await page.goto("/sign-in?next=/seller")
    await page.get_by_label("E-mail").fill(rail.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name=KNIT.name).first.click()
    await page.wait_for_url("**/garment")
    await expect(handle(page, "hem_left")).to_be_visible()


def handle(page: Page, name: str) -> Locator:
    return page.locator(f".handle[data-name={name}]")


async def place_of(page: Page, name: str) -> tuple[float, float]:
    """Return where a point is, as row and column in fractions of the cut-out."""
    box = await handle(page, name).bounding_box()
    cloth = await page.locator("[data-cloth]").bounding_box()
    assert box is not None
    assert cloth is not None
    return (
        (box["y"] + box["height"] / 2 - cloth["y"]) / cloth["height"],
        (box["x"] + box["width"] / 2 - cloth["x"]) / cloth["width"],
    )


async def screen_place(page: Page, row: float, col: float) -> tuple[float, float]:
    cloth = await page.locator("[data-cloth]").bounding_box()
    assert cloth is not None
    return cloth["x"] + col * cloth["width"], cloth["y"] + row * cloth["height"]


async def worn_pictures(page: Page) -> list[str]:
    return [
        await x.get_attribute("src") or "" for x in await page.locator("[data-mannequin]").all()
    ]


async def test_a_seller_mends_a_jumper_and_a_shopper_wears_it(rail: Rail, visits: Visits) -> None:
    shopper = await visits.open()
    await shopper.goto("/coordination")
    await expect(shopper.locator(".item", has_text=KNIT.name)).to_have_count(0)  # it waits

    seller = await visits.open()
    await open_editor(seller, rail)
    before, worn_before = rail.landmarks(), await worn_pictures(seller)
    assert await place_of(seller, "hem_left") == pytest.approx(before["hem_left"], abs=0.005)

    # By mouse: taken beside its middle, it moves by what the mouse moves.
    row, col = before["cuff_outer_left"]
    x, y = await screen_place(seller, row, col)
    await seller.mouse.move(x + 4, y + 4)
    await seller.mouse.down()
    await seller.mouse.move(x - 10, y + 40, steps=4)
    await seller.mouse.move(x - 16, y + 64, steps=4)
    await seller.mouse.up()
    to_x, to_y = await screen_place(seller, *(await place_of(seller, "cuff_outer_left")))
    assert (to_x - x, to_y - y) == pytest.approx((-20, 60), abs=1)
    await expect(seller.locator("[data-status]")).to_have_text("This is how it will be worn.")
    assert not set(worn_before) & set(await worn_pictures(seller))
    assert rail.landmarks() == before  # nothing is saved yet

    # By keys: one pixel of the picture, with Shift ten.
    await handle(seller, "hem_left").focus()
    for key in ("Shift+ArrowDown", "Shift+ArrowDown", "ArrowRight"):
        await seller.keyboard.press(key)

    # By one tap: choose a point, then where it belongs.
    await handle(seller, "waist_left").click()
    await seller.mouse.click(*(await screen_place(seller, 0.5, 0.33)))
    assert await place_of(seller, "waist_left") == pytest.approx((0.5, 0.33), abs=0.005)

    # By brush: the missing corner is painted back, and taken away again by undo and redo.
    await seller.get_by_role("button", name="Paint back").click()
    x, y = await screen_place(seller, 0.75, 0.30)
    await seller.mouse.move(x, y)
    await seller.mouse.down()
    await seller.mouse.move(x + 30, y + 20, steps=5)
    await seller.mouse.up()
    await seller.keyboard.press("Control+z")
    await expect(seller.locator("[data-redo]")).to_have_attribute("aria-disabled", "false")
    await seller.keyboard.press("Control+Shift+z")
    await expect(seller.locator("[data-redo]")).to_have_attribute("aria-disabled", "true")
    assert rail.alpha_at(0.75, 0.30) == 0

    await seller.get_by_role("button", name="Save").click()
    await expect(seller.locator(".notice")).to_contain_text("Saved.")
    after = rail.landmarks()
    pixel = 1 / ROWS
    assert after["hem_left"][0] == pytest.approx(before["hem_left"][0] + 20 * pixel, abs=1e-3)
    assert after["hem_left"][1] > before["hem_left"][1]
    assert after["waist_left"] == pytest.approx([0.5, 0.33], abs=0.005)
    assert after["cuff_outer_left"][0] > before["cuff_outer_left"][0]
    assert after["collar_left"] == before["collar_left"]
    assert rail.alpha_at(0.75, 0.30) == 255

    await shopper.reload()
    await put_on(shopper, "left", KNIT.name)
    worn = await shown_picture(shopper)
    assert (await shopper.request.get(worn)).ok


async def test_what_is_not_saved_is_asked_about_before_it_is_lost(
    rail: Rail, visits: Visits
) -> None:
    seller = await visits.open()
    await open_editor(seller, rail)
    asked = asyncio.Queue[str]()

    async def stay(dialog: Dialog) -> None:
        asked.put_nowait(dialog.type)
        await dialog.dismiss()

    seller.on("dialog", stay)
    await handle(seller, "hem_left").click()
    await seller.keyboard.press("Shift+ArrowUp")
    await seller.get_by_role("link", name="Back to your rail").click(no_wait_after=True)
    assert await asyncio.wait_for(asked.get(), 20) == "beforeunload"
    assert seller.url.endswith("/garment")
    await seller.keyboard.press("Control+z")  # nothing is changed any more, so nothing is asked
    await seller.get_by_role("link", name="Back to your rail").click()
    await seller.wait_for_url("**/seller")


@pytest.mark.parametrize("width", ["desktop", "phone"])
async def test_the_editor_is_accessible_and_says_what_cannot_be_worn(
    rail: Rail, visits: Visits, width: str
) -> None:
    seller = await visits.open(width, bypass_csp=True)  # for axe, which is injected
    await open_editor(seller, rail)
    found = await Axe().run(seller)
    assert found.violations_count == 0, found.generate_report()
    # A hem across the other one cannot be worn: the server says so, and nothing is lost.
    right = rail.landmarks()["hem_right"]
    await handle(seller, "hem_left").click()
    await seller.mouse.click(*(await screen_place(seller, right[0] - 0.1, 0.95)))
    await seller.get_by_role("button", name="Save").click()
    await expect(seller.locator(".problem[role=alert]")).to_contain_text("left of the right hem")
    assert await place_of(seller, "hem_left") == pytest.approx((right[0] - 0.1, 0.95), abs=0.005)
    assert [trouble for trouble in visits.troubles if "400" not in trouble] == []
    visits.troubles.clear()  # the browser tells of the refusal too
