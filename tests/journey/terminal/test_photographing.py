"""A photograph on the terminal: by its camera, or a refusal; touched up with the brush (C15)."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.journey.terminal.conftest import Shop
from tests.journey.terminal.device import PHOTO_NAME, Terminal, menu, terminal, unlocked

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # the first sets a device up

ALPHA = """([x, y]) => {
    const canvas = document.querySelector("[data-cut]"), { width, height } = canvas;
    const [left, top] = [Math.round(x * width), Math.round(y * height)];
    return canvas.getContext("2d").getImageData(left, top, 1, 1).data[3];
}"""
CHEST = (0.5, 0.32)


async def before_a_photo(device: Terminal) -> Page:
    page = await unlocked(device)
    await menu(page, "Add a photo")
    await page.locator("[data-scene=photo]").wait_for()
    return page


async def test_a_cut_out_is_touched_up_and_kept_so(
    shop: Shop, chromium_path: Path, photo: Path, profile: Path
) -> None:
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await before_a_photo(device)
        await page.locator("[data-photo]").last.set_input_files(photo)
        await page.get_by_role("button", name="Touch up").click(timeout=120_000)
        assert await page.evaluate(ALPHA, CHEST) == 255
        await page.get_by_role("button", name="Erase").click()
        cloth = await page.locator("[data-cloth]").bounding_box()
        assert cloth is not None
        x, y = (cloth["x"] + CHEST[0] * cloth["width"], cloth["y"] + CHEST[1] * cloth["height"])
        await page.mouse.move(x - 20, y)
        await page.mouse.down()
        await page.mouse.move(x + 20, y, steps=6)
        await page.mouse.up()
        await page.get_by_role("button", name="Use this outline").click()
        await page.locator("[data-scene=photo]").wait_for()
        assert await page.evaluate(ALPHA, CHEST) == 0
        await page.locator("[data-extracted] input").fill("With a hole")
        await page.get_by_role("button", name="Keep this one").click()
        await expect(page.locator(".face-name")).to_have_text(["With a hole", PHOTO_NAME])


async def test_the_camera_counts_down_and_one_that_is_refused_is_said(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await before_a_photo(device)
        camera = page.get_by_role("button", name="Take a photo")
        await camera.click()
        await expect(page.locator("video")).to_be_visible()
        await page.get_by_role("button", name="Stop the camera").click()
        await expect(page.locator("video")).to_be_hidden()

        session = await device.context.new_cdp_session(page)
        origin = shop.address.replace("127.0.0.1", "localhost")
        refused = {"permission": {"name": "camera"}, "setting": "denied", "origin": origin}
        await session.send("Browser.setPermission", refused)
        await camera.click()
        problem = page.locator("[data-messages] .problem")
        await expect(problem).to_contain_text("The camera did not open")
        await expect(problem).to_contain_text("choose a file")
