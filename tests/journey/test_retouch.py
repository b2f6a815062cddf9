"""A shopper touches up her own outline with a brush, and new looks are worn like that."""

from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page, expect

from imaging.encoding import from_png
from tests.journey.conftest import PASSWORD, Visits
from tests.served import Served

pytestmark = pytest.mark.browser

MIDDLE = 0.5  # of the body frame, both ways: somewhere on the trunk of whoever stands in it


async def alpha_in_the_middle(page: Page, address: str) -> int:
    picture = from_png(await (await page.request.get(address)).body())
    rows, cols = picture.shape[:2]
    return int(picture[int(MIDDLE * rows), int(MIDDLE * cols), 3])


async def stroke(page: Page) -> None:
    """Draw a short line through the middle of the picture."""
    box = await page.locator("[data-cloth]").bounding_box()
    assert box is not None
    x, y = box["x"] + MIDDLE * box["width"], box["y"] + MIDDLE * box["height"]
    await page.mouse.move(x - 20, y)
    await page.mouse.down()
    await page.mouse.move(x + 20, y, steps=6)
    await page.mouse.up()


async def test_a_shopper_erases_a_part_and_paints_it_back(
    served: Served, visits: Visits, photograph: Path
) -> None:
    del served
    page = await visits.open(bypass_csp=True)  # for axe, which is injected
    await page.goto("/sign-up?next=/images")
    await page.get_by_label("E-mail").fill("ada@example.com")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("main").get_by_role("button", name="Create the account").click()
    await page.wait_for_url("**/images")
    await page.locator("#photo").set_input_files(photograph)
    await page.locator("#image-name").fill("Me, in May")
    await page.get_by_role("button", name="Add this image").click()
    await expect(page.locator(".notice")).to_contain_text("ready")

    await page.get_by_role("link", name="Touch up").click()
    await expect(page.locator("[data-cloth] canvas")).to_be_visible()
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    address = await page.locator("[data-cutout]").get_attribute("src")
    assert address is not None
    assert await alpha_in_the_middle(page, address) > 200

    await page.get_by_role("button", name="Erase").click()
    await stroke(page)
    assert await alpha_in_the_middle(page, address) > 200  # nothing is saved yet
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".notice")).to_contain_text("touched up")
    assert await alpha_in_the_middle(page, address) == 0

    await page.get_by_role("link", name="Touch up").click()
    await expect(page.locator("[data-cloth] canvas")).to_be_visible()
    await stroke(page)  # the brush paints back at first
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".notice")).to_contain_text("touched up")
    assert await alpha_in_the_middle(page, address) > 200
