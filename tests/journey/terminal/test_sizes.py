"""Sizes on a terminal: shown as large as they are on whoever told it her measures (C1b, C10)."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.journey.terminal.conftest import KNIT, Shop
from tests.journey.terminal.device import drawn, put_on, tell_measures, terminal, unlocked

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # the first sets a device up

AREA = """(canvas) => {
  const { width, height } = canvas, context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, width, height), bare = (globalThis.bare ??= data);
  const differs = (at) => Math.abs(data[at] - bare[at]) > 8;
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    count += differs(at) || differs(at + 1) || differs(at + 2) || differs(at + 3) ? 1 : 0;
  }
  return count;
}"""
"""How many pixels a piece covers: how many differ from the picture that was asked about first."""


async def area(page: Page) -> int:
    await drawn(page)
    covered: int = await page.locator("[data-stage] canvas[role=img]").evaluate(AREA)
    return covered


async def in_size(page: Page, size: str) -> int:
    await page.locator(".piece .size", has_text=size).click()
    return await area(page)


async def test_sizes_look_as_large_as_they_are_on_whoever_told_her_measures(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    fit = ".piece .fit a"
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await unlocked(device)
        assert await area(page) == 0
        await put_on(page, "left", KNIT.name)
        as_fitted = await area(page)
        await expect(page.locator(fit)).to_have_text(
            "Give your measures (chest) and we say which size fits."
        )
        assert await in_size(page, "M") == as_fitted, "the middle size is that of the image"
        larger = await in_size(page, "L")
        assert larger > 1.01 * as_fitted
        await tell_measures(page, chest=96.5)
        hers = await area(page)
        assert as_fitted < hers < larger, "L is nearly cut for her"
        await expect(page.locator(fit)).to_have_text("L fits best by your measures: chest.")
        assert await in_size(page, "M") < as_fitted
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await unlocked(device)
        await expect(page.locator(fit)).to_have_text("L fits best by your measures: chest.")
        await page.locator(fit).click()
        field = page.locator("dialog[data-panel=measures] input[name=chest]")
        await expect(field).to_have_value("96.5")
        await page.locator("dialog[open] [data-close]").first.click()
        await tell_measures(page)
        await expect(page.locator(fit)).to_contain_text("Give your measures")
