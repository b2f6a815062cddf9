"""Terminal mode: kept, verified, used with the boutique away, and renewed (C10, C14, C17, C18)."""

import asyncio
import json
import re
import urllib.request
from collections.abc import Callable
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page, expect

from domain.classification import TYPES
from domain.look import OPENABLE, Look, Piece, Placement, Wearer
from tests.journey.conftest import WIDTHS
from tests.journey.screen import assert_the_views_are_apart
from tests.journey.terminal.conftest import KNIT, TROUSERS, Shop
from tests.journey.terminal.device import (
    DRAWN_MS_MAX,
    menu,
    put_on,
    shown,
    terminal,
    unlock,
    unlocked,
)
from tests.journey.terminal.wiretap import wiretap

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # the first sets a device up

PICTURE = "() => document.querySelector('[data-stage] canvas').toDataURL()"


def manifest(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}/coordination-program") as answer:  # noqa: S310 (ours)
        found: dict[str, Any] = json.load(answer)
        return found


async def test_the_program_works_after_a_restart_with_the_boutique_dead(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    digest = manifest(shop.address)["digest"]
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await unlocked(device)
        await put_on(page, "left", KNIT.name)
        await page.wait_for_load_state("networkidle")  # what is seen is kept for later

    with shop.away():
        async with terminal(chromium_path, profile, shop.address) as device:
            page = await unlocked(device)
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


async def assert_everybody_can_use(page: Page) -> None:
    # Outside of the page's policy, which forbids scripts that are injected.
    session = await page.context.new_cdp_session(page)
    await session.send("Page.setBypassCSP", {"enabled": True})
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.soak
@pytest.mark.parametrize("width", WIDTHS)
async def test_both_views_are_apart_and_everybody_can_use_them(
    shop: Shop, chromium_path: Path, profile: Path, width: str
) -> None:
    async with terminal(chromium_path, profile, shop.address, width=width) as device:
        page = await unlocked(device)
        await put_on(page, "left", KNIT.name)
        await assert_the_views_are_apart(page)
        await assert_everybody_can_use(page)


@pytest.mark.parametrize("width", WIDTHS)
async def test_everybody_can_begin(
    shop: Shop, chromium_path: Path, blank: Path, width: str
) -> None:
    async with terminal(chromium_path, blank, shop.address, width=width) as device:
        page = await device.page()
        await page.locator("[data-scene=create]").wait_for()
        await assert_everybody_can_use(page)


async def test_a_file_that_is_not_what_was_signed_is_refused(
    shop: Shop, chromium_path: Path, blank: Path
) -> None:
    async with wiretap() as tap:
        tap.rewriting["/js/terminal/looks.js"] = ('"look-cleared"', '"look-Cleared"')
        async with terminal(chromium_path, blank, shop.address, proxy=tap.address) as device:
            page = await device.page()
            await expect(page.locator(".notice")).to_contain_text("not what was signed")
            await menu(page, "This device")
            await expect(page.locator("[data-version]")).to_have_text("not kept on this device yet")
            assert await page.evaluate("caches.keys()") == []


@pytest.mark.soak
async def test_a_newer_program_is_offered_and_the_old_one_stays_until_it_is_whole(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    old = manifest(shop.address)["version"]
    script = shop.folder / "web" / "static" / "js" / "terminal" / "looks.js"
    text = script.read_text(encoding="utf-8")
    try:
        with shop.away():
            script.write_text(f"{text}export const edition = 2;\n", encoding="utf-8")
        await renew(shop, chromium_path, profile, old)
    finally:
        with shop.away():
            script.write_text(text, encoding="utf-8")


async def renew(shop: Shop, chromium: Path, profile: Path, old: str) -> None:
    new = manifest(shop.address)["version"]
    assert new != old
    async with (
        wiretap() as tap,
        terminal(chromium, profile, shop.address, proxy=tap.address) as device,
    ):
        # Half of it is wrong: the old one stays, and goes on working.
        tap.rewriting["/js/terminal/looks.js"] = ("edition", "spoiled")
        page = await unlocked(device)
        await expect(page.locator(".notice")).to_contain_text("the one you have stays")
        await expect(page.locator("[data-newer]")).to_be_hidden()

        tap.rewriting.clear()
        await page.reload()
        await unlock(page)
        await shown(page)
        await page.get_by_role("button", name="Load it").click()
        await expect(page.locator("[data-scene=unlock]")).to_be_visible()
        await unlock(page)
        await shown(page)  # nothing is lost
        await menu(page, "This device")
        await expect(page.locator("[data-version]")).to_have_text(new)


async def test_a_piece_is_moved_by_a_button_and_by_hand_and_put_back(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await unlocked(device)
        await put_on(page, "left", KNIT.name)
        await page.locator("details.adjusting > summary").click()
        pad = page.locator("[data-adjust]")
        reset = pad.locator("[value$=':reset']")  # also while the panel is closed
        await expect(reset).to_have_attribute("aria-disabled", "true")
        await pad.get_by_role("button", name="Move up").click()
        await expect(reset).to_have_attribute("aria-disabled", "false")
        await reset.click()
        await expect(reset).to_have_attribute("aria-disabled", "true")
        await page.locator("details.adjusting > summary").click()

        canvas = page.locator("[data-stage] canvas[role=img]")
        box = await canvas.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.3
        await page.mouse.move(x, y)
        await page.mouse.down()
        await expect(canvas).to_have_class(re.compile("is-held"))
        await page.mouse.move(x + 30, y + 12, steps=4)
        await page.mouse.up()
        await expect(reset).to_have_attribute("aria-disabled", "false")
        await page.reload()
        await unlock(page)
        await shown(page)
        await expect(reset).to_have_attribute("aria-disabled", "false")  # it is kept
        await page.keyboard.press("Control+z")
        await expect(reset).to_have_attribute("aria-disabled", "true")


async def test_a_top_is_tucked_in_and_worn_loose_again(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await unlocked(device)
        await put_on(page, "left", KNIT.name)
        await put_on(page, "right", TROUSERS.name)
        await page.locator("details.adjusting > summary").click()
        tuck = page.locator("[data-adjust]").get_by_role("button", name="Tuck in").first
        loose = await page.evaluate(PICTURE)
        await tuck.click()
        await expect(tuck).to_have_attribute("aria-pressed", "true")
        await _picture(page, lambda picture: picture != loose)
        await tuck.click()
        await expect(tuck).to_have_attribute("aria-pressed", "false")
        await _picture(page, lambda picture: picture == loose)


async def _picture(page: Page, is_expected: Callable[[str], bool]) -> None:
    """Wait until the second view shows something."""
    async with asyncio.timeout(DRAWN_MS_MAX / 1000):
        while not is_expected(await page.evaluate(PICTURE)):
            await page.wait_for_timeout(100)


async def test_a_placement_has_the_bounds_of_the_boutique(
    shop: Shop, chromium_path: Path, blank: Path
) -> None:
    changes = [
        Placement(down=0.1, right=-0.07),
        Placement(scale=1.3, level=2),
        Placement(level=-9, tucked=True, opened=True),
    ]
    expected, placement = list[dict[str, float]](), Placement()
    for change in changes * 2:
        placement = placement.changed(change)
        expected.append(asdict(placement))
    async with terminal(chromium_path, blank, shop.address) as device:
        page = await device.page()
        found = await page.evaluate(
            """async (changes) => {
                const script = document.querySelector("script[src$='program.js']").src;
                const looks = await import(script.replace("program.js", "looks.js"));
                const { bounds } = JSON.parse(document.querySelector("[data-facts]").textContent);
                let placement = looks.AS_IT_FALLS;
                return changes.map((by) => (placement = looks.changed(placement, by, bounds)));
            }""",
            [asdict(change) for change in changes * 2],
        )
    assert found == expected


@pytest.mark.soak
async def test_nothing_but_the_program_is_cached(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await unlocked(device)
        for path in ("/shop", "/images", "/wardrobe", "/coordination/confirmation", "/account"):
            await page.goto(path)
        cached = await page.evaluate(
            "(async () => { const all = []; for (const name of await caches.keys())"
            " for (const { url } of await (await caches.open(name)).keys())"
            " all.push(new URL(url).pathname); return all; })()"
        )
        program = {file["path"] for file in manifest(shop.address)["files"]}
        assert set(cached) == {*program, "/coordination-program"}


async def test_the_terminal_and_the_boutique_agree_on_what_makes_room_for_what(
    shop: Shop, chromium_path: Path, blank: Path
) -> None:
    looks, done = list[Look](), list[list[dict[str, Any]]]()

    def put_on(look: Look, acts: list[dict[str, Any]], place: int, type_: str) -> Look:
        piece = {"commodity_id": str(UUID(int=place)), "type": type_}
        acts.append({"kind": "commodity-coordinated", "payload": {"piece": piece}})
        return look.with_piece(Piece(commodity_id=UUID(int=place), type=type_))

    def adjust(look: Look, acts: list[dict[str, Any]], place: int, put: Placement) -> Look:
        payload = {"commodity_id": str(UUID(int=place)), "placement": asdict(put)}
        acts.append({"kind": "piece-adjusted", "payload": payload})
        return look.with_placement(UUID(int=place), put)

    for first, second, third in product(TYPES, ("shirt", "dress", "trousers"), TYPES):
        acts, look = list[dict[str, Any]](), Look(wearer=Wearer(kind="mannequin", id="ada"))
        for place, type_ in enumerate((first, second, third)):
            look = put_on(look, acts, place, type_)
        looks.append(look)
        done.append(acts)
    for first, second, is_closed in product(OPENABLE, TYPES, (False, True)):
        acts, look = list[dict[str, Any]](), Look(wearer=Wearer(kind="mannequin", id="ada"))
        look = put_on(look, acts, 0, first)
        look = adjust(look, acts, 0, Placement(opened=True))
        look = put_on(look, acts, 1, second)
        look = adjust(look, acts, 1, Placement(down=0.01))
        if is_closed:
            look = adjust(look, acts, 0, Placement())
        looks.append(look)
        done.append(acts)
    async with terminal(chromium_path, blank, shop.address) as device:
        page = await device.page()
        found = await page.evaluate(
            """async (done) => {
                const script = document.querySelector("script[src$='program.js']").src;
                const { folded } = await import(script.replace("program.js", "looks.js"));
                const facts = JSON.parse(document.querySelector("[data-facts]").textContent);
                return done.map((acts) => {
                    const { look } = folded(acts.map((act) => ({ at: "", ...act })), facts);
                    return look.pieces.map((piece) => piece.commodity_id);
                });
            }""",
            done,
        )
    assert found == [[str(piece.commodity_id) for piece in look.pieces] for look in looks]
