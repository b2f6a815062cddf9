"""What leaves a terminal: orders, each once; never the photograph or what is made of it (C14)."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.journey.conftest import PASSWORD
from tests.journey.terminal.conftest import KNIT, LAST, TROUSERS, Shop
from tests.journey.terminal.device import (
    drawn,
    kept,
    menu,
    put_on,
    set_up,
    shown,
    sign_up,
    tell_measures,
    terminal,
    unlock,
    unlocked,
)
from tests.journey.terminal.wiretap import Heard, wiretap
from tests.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # the first sets a device up

BODY_BYTES_MAX = 4_000  # an order of a few pieces
WORDS = {  # everything that may stand in what is sent
    *("coordination_id", "purchase_id", "pieces", "commodity_id", "variant_id"),
    *("price_minor", "card", "reserve"),
    *("placement", "down", "right", "scale", "level", "tucked", "opened"),
}
BROWSERS_OWN = {  # where the browser asks for updates of itself, whatever page is open
    *("update.googleapis.com", "clients2.google.com", "accounts.google.com"),
    *("content-autofill.googleapis.com", "passwordsleakcheck-pa.googleapis.com"),
    *("edgedl.me.gvt1.com", "redirector.gvt1.com", "android.clients.google.com"),
}
AS_IT_FALLS = {
    "down": 0,
    "right": 0,
    "scale": 1,
    "level": 0,
    "tucked": False,
    "opened": False,
}
PUT = {**AS_IT_FALLS, "down": -0.006, "scale": 1.03, "tucked": True}
"""How a piece is worn that was moved up once, made larger once and tucked in."""

SIGNING_UP = "/api/v1/accounts"  # the test's own


def leaks(heard: Sequence[Heard], address: str, photo: Path) -> list[str]:
    """Say what of a photograph, or to whom else, was sent."""
    port = urlsplit(address).port
    photographed = photo.read_bytes()
    pieces = [photographed[place : place + 32] for place in range(1000, len(photographed), 5000)]
    found = list[str]()
    for request in heard:
        said = f"{request.method} {request.url[:200]}"
        host = urlsplit(request.url if "//" in request.url else f"//{request.url}").hostname
        if host in BROWSERS_OWN:
            continue
        if request.method == "CONNECT" or urlsplit(request.url).port != port:
            found.append(f"{said} went elsewhere")
        if len(request.url) + len(request.head) > BODY_BYTES_MAX:
            found.append(f"{said} has a long head")
        if any(piece in request.body for piece in pieces):
            found.append(f"{said} holds the photograph")
        if request.path == SIGNING_UP or not request.body:
            continue
        if len(request.body) > BODY_BYTES_MAX:
            found.append(f"{said} has {len(request.body)} bytes")
        elif strange := _keys(json.loads(request.body)) - WORDS:
            found.append(f"{said} tells {sorted(strange)}")
    return found


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return {*map(str, value), *(key for each in value.values() for key in _keys(each))}
    return {key for each in value for key in _keys(each)} if isinstance(value, list) else set()


async def choose_sizes_and_buy(page: Page) -> None:
    await page.locator(".go").click()
    dialog = page.locator("dialog[data-panel=buy]")
    await dialog.locator("select").first.wait_for()  # prices and sizes of this moment
    for select in await dialog.locator("select").all():
        await select.select_option("M")
    await dialog.get_by_role("button", name="Buy this look").click()


async def placed(page: Page, coordination_id: str) -> list[object]:
    """Ask the boutique how the pieces of a look are worn."""
    address = f"/api/v1/coordinations/{coordination_id}"
    asked = f"fetch({address!r}).then((answer) => answer.json())"
    return [piece["placement"] for piece in (await page.evaluate(asked))["pieces"]]


def sold(served: Served) -> dict[str, int]:
    found: dict[str, int] = json.loads(served.command("audit", "replay", "--json"))
    return {name: found[name] for name in ("placed", "captured", "pieces_sold")}


def sold_since(before: Mapping[str, int], served: Served) -> dict[str, int]:
    return {name: count - before[name] for name, count in sold(served).items()}


async def test_the_photograph_never_leaves(
    shop: Shop, chromium_path: Path, photo: Path, blank: Path
) -> None:
    before = sold(shop.served)
    async with (
        wiretap() as tap,
        terminal(chromium_path, blank, shop.address, proxy=tap.address) as device,
    ):
        page = await device.page()
        await kept(page)
        await sign_up(page, "ada@example.com", PASSWORD)
        await set_up(page, photo)
        await put_on(page, "left", KNIT.name)
        await put_on(page, "right", TROUSERS.name)
        await tell_measures(page, chest=96.5, waist=81)
        await page.locator("details.adjusting > summary").click()
        for change in ("Move up", "Make larger", "Tuck in"):
            await page.locator("[data-adjust]").get_by_role("button", name=change).first.click()
            await drawn(page)
        await menu(page, "My looks")
        await page.get_by_label("Name of this look").fill("For Sunday")
        await page.get_by_role("button", name="Save", exact=True).click()
        await page.locator("dialog[open] [data-close]").first.click()
        await choose_sizes_and_buy(page)
        await expect(page.locator(".messages .notice")).to_contain_text("It is yours")
        assert len(tap.of("/api/v1/purchases")) == 1
        assert len(tap.of("/terminal/service-worker.js")) >= 1  # workers are heard, too
        assert leaks(tap.heard, shop.address, photo) == []
        told = json.loads(tap.of("/api/v1/coordinations")[0].body)
        assert [piece.get("placement") for piece in told["pieces"]] == [PUT, None]
        assert await placed(page, told["coordination_id"]) == [PUT, AS_IT_FALLS]
    assert sold_since(before, shop.served) == {"placed": 1, "captured": 1, "pieces_sold": 2}


async def test_a_leak_would_be_heard(
    shop: Shop, chromium_path: Path, photo: Path, blank: Path
) -> None:
    keeping = "async keep({rgba,joints},name){"
    telling = (
        'const tell=(body)=>fetch("/api/v1/purchases",{method:"POST",body});'
        "await tell(JSON.stringify({joints}));await tell(rgba.data);"
    )
    async with wiretap() as tap:
        tap.rewriting["/js/terminal/figure.js"] = (keeping, keeping + telling)
        async with terminal(chromium_path, blank, shop.address, proxy=tap.address) as device:
            page = await device.page()
            await set_up(page, photo)
            found = leaks(tap.heard, shop.address, photo)
    assert any("joints" in leak for leak in found)
    assert any("bytes" in leak for leak in found)


async def test_what_is_bought_while_the_boutique_is_away_is_sent_once(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    before = sold(shop.served)
    async with wiretap() as tap:
        async with terminal(chromium_path, profile, shop.address, proxy=tap.address) as device:
            page = await unlocked(device)
            await sign_up(page, "bea@example.com", PASSWORD)
            await put_on(page, "left", KNIT.name)
            with shop.away():
                await choose_sizes_and_buy(page)
                notice = page.locator(".messages .notice")
                await expect(notice).to_contain_text("Your order is kept")
                await page.reload()
                await unlock(page)
                await shown(page)
                await menu(page, "Orders")
                await expect(page.locator("[data-orders]")).to_contain_text("Waits here")
                assert tap.of("/api/v1/purchases") == []
                await page.close()

        # The browser was closed meanwhile. The answer to the purchase is lost: it is sent again.
        tap.losing.add("/api/v1/purchases")
        async with terminal(chromium_path, profile, shop.address, proxy=tap.address) as device:
            pages = [await device.page(), await device.page()]
            for page in pages:
                await unlock(page)
            for page in pages:
                await shown(page)
                await menu(page, "Orders")
                await expect(page.locator("[data-orders]")).to_contain_text("Bought")
        assert tap.losing == set()
        sent = tap.of("/api/v1/purchases")
        assert len(sent) >= 2
        assert len({request.body for request in sent}) == 1
        assert sold_since(before, shop.served) == {"placed": 1, "captured": 1, "pieces_sold": 1}


@pytest.mark.soak
async def test_an_order_waits_for_who_made_it_and_a_refusal_is_said(
    shop: Shop, chromium_path: Path, profile: Path
) -> None:
    before = sold(shop.served)
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await unlocked(device)
        await put_on(page, "left", LAST.name)
        await choose_sizes_and_buy(page)  # nobody is signed in
        await expect(page.locator(".messages .notice")).to_contain_text("signed in")
        await sign_up(page, "cleo@example.com", PASSWORD)
        await page.reload()
        await unlock(page)
        await menu(page, "Orders")
        await expect(page.locator("[data-orders]")).to_contain_text("Bought")
        await page.locator("dialog[open] [data-close]").first.click()

        await page.locator(".go").click()  # the only one in this size is sold
        await page.locator("dialog[open]").get_by_role("button", name="Buy this look").click()
        await expect(page.locator(".problem")).to_contain_text("sold")
    assert sold_since(before, shop.served) == {"placed": 1, "captured": 1, "pieces_sold": 1}
