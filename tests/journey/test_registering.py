"""Registering in a browser: the image says what the piece is, the seller only what it does not."""

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page, expect

from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.encoding import to_png
from tests.journey.conftest import PASSWORD, Visits, open_account
from tests.served import Served

pytestmark = pytest.mark.browser

TROUSERS = next(sketch for sketch in CATALOGUE if sketch.type == "trousers")
ROWS = 700


@pytest.fixture
async def console(served: Served, visits: Visits) -> Page:
    email = open_account(served, "seller", "Atelier Probe")
    page = await visits.open()
    await page.goto("/sign-in?next=/seller")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/seller")
    return page


async def choose_image(page: Page) -> None:
    image = to_png(draw(TROUSERS, height_px=ROWS).rgba)
    await page.get_by_label("Image of the piece").set_input_files(
        {"name": "piece.png", "mimeType": "image/png", "buffer": image}
    )
    await expect(page.get_by_role("status").filter(has_text="The image shows:")).to_be_visible()


async def test_what_the_image_shows_is_proposed_and_registered(console: Page) -> None:
    await choose_image(console)
    status = console.get_by_role("status").filter(has_text="The image shows:")
    await expect(status).to_contain_text("trousers")
    unsaid = console.get_by_label("Type").locator("option").first
    await expect(unsaid).to_have_text("As the image shows: trousers")
    assert await console.locator("[data-colours] [data-read]").count() >= 1
    await console.get_by_label("Name").fill("Found trousers")
    await console.get_by_label("Price").fill("79.00")
    await console.get_by_role("button", name="Register it").click()
    await console.wait_for_url("**notice=commodity-*")
    row = console.get_by_role("row").filter(has_text="Found trousers")
    await expect(row).to_contain_text("Trousers")


async def test_another_image_is_read_anew_and_none_says_nothing(console: Page) -> None:
    await choose_image(console)
    await console.get_by_label("Image of the piece").set_input_files([])
    unsaid = console.get_by_label("Type").locator("option").first
    await expect(unsaid).to_have_text("As the image shows")
    assert await console.locator("[data-colours] [data-read]").count() == 0


async def test_the_form_is_accessible_with_its_proposal(console: Page) -> None:
    await choose_image(console)
    found = await Axe().run(console)
    assert found.response["violations"] == []
