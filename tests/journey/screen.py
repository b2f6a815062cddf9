"""The coordination screen as tests handle it."""

import pytest
from playwright.async_api import Locator, Page, expect

BODY_RATIO = 500 / 1024

PATIENCE_MS = 30_000  # the first picture is drawn by a worker that has read nothing yet


def _stage(page: Page) -> Locator:
    return page.locator("[data-stage] img:not(.is-going)")


async def shown_picture(page: Page) -> str:
    """Return the address of the picture in the second view."""
    return await _stage(page).get_attribute("src") or ""


async def put_on(page: Page, side: str, name: str) -> None:
    """Choose a commodity in a column and wait until the person wears it."""
    before = await shown_picture(page)
    await page.locator(f".rail.{side} .item", has_text=name).click()
    await expect(_stage(page)).not_to_have_attribute("src", before, timeout=PATIENCE_MS)
    await page.locator("boutique-coordination:not(.is-busy)").wait_for()


async def assert_the_views_are_apart(page: Page) -> None:
    """C4 to C6: a portion of the body's ratio, between two columns it never overlaps."""
    stage = await page.locator("[data-stage]").bounding_box()
    left = await page.locator(".rail.left").bounding_box()
    right = await page.locator(".rail.right").bounding_box()
    assert stage is not None
    assert left is not None
    assert right is not None
    assert stage["width"] / stage["height"] == pytest.approx(BODY_RATIO, rel=0.02)
    assert left["x"] + left["width"] <= stage["x"]
    assert stage["x"] + stage["width"] <= right["x"]
