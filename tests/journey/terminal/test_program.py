"""Terminal mode: kept, verified, used with the boutique away, and renewed (C10, C14, C17, C18)."""

import json
import re
import urllib.request
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import expect

from domain.classification import TYPES
from domain.look import Look, Piece, Wearer
from tests.journey.conftest import WIDTHS
from tests.journey.screen import assert_the_views_are_apart
from tests.journey.terminal.conftest import KNIT, TROUSERS, Shop
from tests.journey.terminal.device import (
    alter,
    kept,
    menu,
    put_on,
    set_up,
    shown,
    terminal,
    unlock,
)

pytestmark = pytest.mark.browser


def manifest(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}/coordination-program") as answer:  # noqa: S310 (ours)
        found: dict[str, Any] = json.load(answer)
        return found


async def test_the_program_works_after_a_restart_with_the_boutique_dead(
    shop: Shop, chromium_path: Path, photo: Path, tmp_path: Path
) -> None:
    profile, address = tmp_path / "profile", shop.served.address
    digest = manifest(address)["digest"]
    async with terminal(chromium_path, profile, address) as device:
        page = await device.page()
        await kept(page)
        await set_up(page, photo)
        await put_on(page, "left", KNIT.name)
        await page.wait_for_load_state("networkidle")  # what is seen is kept for later

    shop.kill()
    async with terminal(chromium_path, profile, address) as device:
        page = await device.page()
        await unlock(page)
        await shown(page)
        await expect(page.locator(".piece h3")).to_have_text([KNIT.name])
        await put_on(page, "right", TROUSERS.name)
        await expect(page.locator("[data-messages] .problem")).to_have_count(0)
        await page.keyboard.press("Control+z")
        await expect(page.locator(".piece h3")).to_have_text([KNIT.name])
        await page.keyboard.press("Control+Shift+z")
        await expect(page.locator(".piece h3")).to_have_text([KNIT.name, TROUSERS.name])

        await menu(page, "My looks")
        await page.get_by_label("Name of this look").fill("For Sunday")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.locator("[data-looks] b")).to_have_text(["For Sunday"])
        await page.get_by_role("button", name="Duplicate: For Sunday").click()
        names = ["For Sunday, again", "For Sunday"]
        await expect(page.locator("[data-looks] b")).to_have_text(names)
        await page.get_by_role("button", name="Delete: For Sunday, again").click()
        await expect(page.locator("[data-looks] b")).to_have_text(["For Sunday"])
        await page.get_by_role("button", name="Close", exact=True).click()

        await menu(page, "This device")
        await expect(page.locator("[data-checked]")).to_have_text(
            re.compile(r"^All \d+ files are as they were signed")
        )
        await expect(page.locator("[data-digest]")).to_have_text(digest)


@pytest.mark.soak
@pytest.mark.parametrize("width", WIDTHS)
async def test_both_views_are_apart_and_everybody_can_use_them(
    shop: Shop, chromium_path: Path, photo: Path, tmp_path: Path, width: str
) -> None:
    async with terminal(chromium_path, tmp_path / "p", shop.served.address, width=width) as device:
        page = await device.page()
        await kept(page)
        for scene in ("create", "screen"):
            if scene == "screen":
                await set_up(page, photo)
                await put_on(page, "left", KNIT.name)
                await assert_the_views_are_apart(page)
            # Outside of the page's policy, which forbids scripts that are injected.
            session = await device.context.new_cdp_session(page)
            await session.send("Page.setBypassCSP", {"enabled": True})
            found = await Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


async def test_a_file_that_is_not_what_was_signed_is_refused(
    shop: Shop, chromium_path: Path, tmp_path: Path
) -> None:
    address = shop.served.address
    manifest(address)  # from now on it is known what the program is
    alter(shop.folder, "web/static/js/terminal/looks.js", "// Looks", "// Hooks")
    async with terminal(chromium_path, tmp_path / "profile", address) as device:
        page = await device.page()
        await expect(page.locator(".notice")).to_contain_text("not what was signed")
        await menu(page, "This device")
        await expect(page.locator("[data-version]")).to_have_text("not kept on this device yet")
        assert await page.evaluate("caches.keys()") == []


@pytest.mark.soak
async def test_a_newer_program_is_offered_and_the_old_one_stays_until_it_is_whole(
    shop: Shop, chromium_path: Path, photo: Path, tmp_path: Path
) -> None:
    profile, address = tmp_path / "profile", shop.served.address
    async with terminal(chromium_path, profile, address) as device:
        page = await device.page()
        await kept(page)
        await set_up(page, photo)
        old = manifest(address)["version"]

        shop.kill()
        alter(shop.folder, "web/static/js/terminal/looks.js", "// Looks", "// Newer looks")
        with shop.again() as served:
            # Half of it is wrong: the old one stays, and goes on working.
            new = manifest(served.address)["version"]
            alter(shop.folder, "web/static/js/terminal/looks.js", "// Newer", "// Spoilt")
            await page.reload()
            await expect(page.locator(".notice")).to_contain_text("the one you have stays")
            await unlock(page)
            await shown(page)
            await expect(page.locator("[data-newer]")).to_be_hidden()

            alter(shop.folder, "web/static/js/terminal/looks.js", "// Spoilt", "// Newer")
            await page.reload()
            await unlock(page)
            await shown(page)
            await page.get_by_role("button", name="Load it").click()
            await expect(page.locator("[data-scene=unlock]")).to_be_visible()
            await unlock(page)
            await shown(page)  # nothing is lost
            await menu(page, "This device")
            await expect(page.locator("[data-version]")).to_have_text(new)
            assert new != old


@pytest.mark.soak
async def test_nothing_but_the_program_is_cached(
    shop: Shop, chromium_path: Path, photo: Path, tmp_path: Path
) -> None:
    async with terminal(chromium_path, tmp_path / "profile", shop.served.address) as device:
        page = await device.page()
        await kept(page)
        await set_up(page, photo)
        for path in ("/shop", "/images", "/wardrobe", "/coordination/confirmation", "/account"):
            await page.goto(path)
        cached = await page.evaluate(
            "(async () => { const all = []; for (const name of await caches.keys())"
            " for (const { url } of await (await caches.open(name)).keys())"
            " all.push(new URL(url).pathname); return all; })()"
        )
        program = {file["path"] for file in manifest(shop.served.address)["files"]}
        assert set(cached) == {*program, "/coordination-program"}


async def test_the_terminal_and_the_boutique_agree_on_what_makes_room_for_what(
    shop: Shop, chromium_path: Path, tmp_path: Path
) -> None:
    worn = [
        [Piece(commodity_id=UUID(int=place), type=type_) for place, type_ in enumerate(types)]
        for types in product(TYPES, ("shirt", "dress", "trousers"), TYPES)
    ]
    expected = list[list[str]]()
    for pieces in worn:
        look = Look(wearer=Wearer(kind="mannequin", id="ada"))
        for piece in pieces:
            look = look.with_piece(piece)
        expected.append([str(piece.commodity_id) for piece in look.pieces])
    async with terminal(chromium_path, tmp_path / "profile", shop.served.address) as device:
        page = await device.page()
        found = await page.evaluate(
            """async (worn) => {
                const script = document.querySelector("script[src$='program.js']").src;
                const { folded } = await import(script.replace("program.js", "looks.js"));
                const facts = JSON.parse(document.querySelector("[data-facts]").textContent);
                return worn.map((pieces) => {
                    const events = pieces.map(([commodity_id, type]) => ({
                        kind: "commodity-coordinated", at: "",
                        payload: { piece: { commodity_id, type } },
                    }));
                    const { look } = folded(events, facts);
                    return look.pieces.map((piece) => piece.commodity_id);
                });
            }""",
            [[(str(piece.commodity_id), piece.type) for piece in pieces] for pieces in worn],
        )
    assert found == expected
