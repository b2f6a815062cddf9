"""The terminal's vault: what opens it, what does not, and what lies on the disk (C14, C16)."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.journey.terminal.conftest import KNIT, Shop
from tests.journey.terminal.device import (
    PASSCODE,
    PHOTO_NAME,
    menu,
    put_on,
    shown,
    terminal,
    unlock,
    unlocked,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # the first sets a device up

PRF = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "hasPrf": True,
    "automaticPresenceSimulation": True,
}


async def lock(page: Page) -> None:
    await menu(page, "Lock now")
    await expect(page.locator("[data-scene=unlock]")).to_be_visible()


async def test_a_short_passcode_makes_no_vault(
    shop: Shop, chromium_path: Path, blank: Path
) -> None:
    async with terminal(chromium_path, blank, shop.address) as device:
        page = await device.page()
        await page.locator("#f-passcode").fill("short")
        await page.locator("#f-again").fill("short")
        await page.get_by_role("button", name="Keep my photo on this device").click()
        await expect(page.locator("[data-scene=create]")).to_be_visible()


async def test_wrong_passcodes_are_refused_and_make_wait_also_after_a_reload(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await unlocked(device)
        await lock(page)
        assert await page.locator(".face, .item, .piece").count() == 0

        problem = page.locator("[data-messages] .problem")
        for place in range(3):
            await unlock(page, f"wrong words {place}")
            await expect(problem).to_contain_text("That is not the passcode")
            if place < 2:
                await page.get_by_role("button", name="Close this message").click()
        await page.reload()
        await unlock(page)  # the right one, too early
        await expect(problem).to_contain_text("Too many wrong passcodes")
        await page.clock.install()
        await page.clock.fast_forward(60_000)
        await unlock(page)
        await shown(page)


async def test_a_passkey_unlocks_it_and_the_passcode_can_be_changed(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await unlocked(device)
        session = await device.context.new_cdp_session(page)
        await session.send("WebAuthn.enable")
        await session.send("WebAuthn.addVirtualAuthenticator", {"options": PRF})
        await menu(page, "This device")
        await page.locator("summary", has_text="Unlock with a passkey").click()
        await page.locator("form[data-do=add-passkey] input").fill(PASSCODE)
        await page.get_by_role("button", name="Add a passkey").click()
        notice = page.locator("dialog .notice")
        await expect(notice).to_contain_text("The passkey unlocks")
        await page.locator("summary", has_text="Change the passcode").click()
        await page.locator("input[name=old]").fill(PASSCODE)
        await page.locator("input[name=new]").fill("four even quieter words")
        await page.get_by_role("button", name="Change it").click()
        await expect(notice).to_contain_text("The passcode is changed")
        await page.locator("dialog[open] [data-close]").first.click()

        await lock(page)
        await page.get_by_role("button", name="Unlock with a passkey").click()
        await shown(page)
        await lock(page)
        await unlock(page)
        await expect(page.locator("[data-messages] .problem")).to_contain_text("not the passcode")
        await unlock(page, "four even quieter words")
        await shown(page)


@pytest.mark.soak
async def test_nothing_readable_lies_on_the_disk(
    shop: Shop, chromium_path: Path, photo: Path, profile: Path
) -> None:
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await unlocked(device)
        await put_on(page, "left", KNIT.name)
        await menu(page, "My looks")
        await page.get_by_label("Name of this look").fill(PHOTO_NAME)
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.locator("[data-looks] b")).to_have_text([PHOTO_NAME])
    photographed = photo.read_bytes()  # noqa: ASYNC240 (nothing else runs meanwhile)
    content = {path: path.read_bytes() for path in profile.rglob("*") if path.is_file()}  # noqa: ASYNC240
    assert any(b"boutique-terminal" in found for found in content.values())  # it was looked at
    canaries = {
        "words": PHOTO_NAME.encode(),
        "words, as the engine writes them": PHOTO_NAME.encode("utf-16-le"),
        "the passcode": PASSCODE.encode(),
        "joints": b'crown":[',  # which garments have not
        "the photograph": photographed[2000:2064],
    }
    found = {
        (what, path.name)
        for path, text in content.items()
        for what, canary in canaries.items()
        if canary in text
    }
    assert found == set()
    database = {path: text for path, text in content.items() if "IndexedDB" in path.parts}
    assert sum(len(text) for text in database.values()) > 100_000  # the cut-out, encrypted
    pictures = {path.name for path, text in database.items() if b"\x89PNG\r\n" in text}
    assert pictures == set()


@pytest.mark.soak
async def test_two_tabs_share_one_vault_and_lose_nothing(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    async with terminal(chromium_path, profile, shop.address) as device:
        first = await unlocked(device)
        second = await device.page()
        await unlock(second)
        await shown(second)
        await put_on(first, "left", KNIT.name)
        await expect(second.locator(".piece h3")).to_have_text([KNIT.name])
        await second.locator(".rail.right .item").first.click()
        await expect(first.locator(".piece h3")).to_have_count(2)
        await lock(second)
        await expect(first.locator("[data-scene=unlock]")).to_be_visible()
        await unlock(first)
        await expect(first.locator(".piece h3")).to_have_count(2)


@pytest.mark.soak
async def test_everything_moves_to_another_device_in_one_file_and_can_be_erased(
    shop: Shop, chromium_path: Path, profile: Path, blank: Path, tmp_path: Path
) -> None:
    file = tmp_path / "exported.vault"
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await unlocked(device)
        await put_on(page, "left", KNIT.name)
        await menu(page, "This device")
        async with page.expect_download() as download:
            await page.get_by_role("button", name="Export everything").click()
        await (await download.value).save_as(file)
        await page.get_by_role("button", name="Erase everything on this device").click()
        await page.get_by_role("button", name="Erase for good").click()
        await expect(page.locator("[data-scene=create]")).to_be_visible()
        assert await page.evaluate("indexedDB.databases().then((all) => all.length)") <= 1
    assert KNIT.name.encode() not in file.read_bytes()

    async with terminal(chromium_path, blank, shop.address) as device:
        page = await device.page()
        await page.get_by_role("button", name="Bring everything from a file").click()
        for passcode, words in (("wrong words", "not the passcode of this file"), (PASSCODE, "")):
            await page.locator("#exported").set_input_files(file)
            await page.locator("input[name=of]").fill(passcode)
            await page.get_by_role("button", name="Bring it here").click()
            if words:
                await expect(page.locator("dialog .problem")).to_contain_text(words)
        await shown(page)
        await expect(page.locator(".piece h3")).to_have_text([KNIT.name])
        await expect(page.locator(".face")).to_have_count(1)


@pytest.mark.soak
async def test_it_locks_itself_when_nobody_uses_it(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await device.context.new_page()
        await page.clock.install()
        await page.goto("/terminal")
        await unlock(page)
        await shown(page)
        await menu(page, "This device")
        # Hours: what a slow machine takes in between makes no difference.
        await page.locator("#minutes").fill("120")
        await page.get_by_role("button", name="Set", exact=True).click()
        await expect(page.locator("dialog .notice")).to_have_text(re.compile("Set"))
        await page.clock.fast_forward(3_600_000)
        await expect(page.locator("[data-scene=screen]")).to_be_visible()
        await page.clock.fast_forward(3_601_000)
        await expect(page.locator("[data-scene=unlock]")).to_be_visible()
