"""The boutique for everybody: each page at each width, and buying by keys, by clicks, by no script.

Pages are judged by axe, and for what scrolls sideways or is too small for a thumb. A folder named
in ``BOUTIQUE_SNAPSHOTS`` gets a picture of each.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from fastapi.routing import APIRoute
from httpx2 import AsyncClient
from playwright.async_api import Browser, Locator, Page, expect

from imaging.drawing.catalogue import CATALOGUE
from imaging.drawing.mannequins import mannequin_as_photograph
from imaging.encoding import to_jpeg
from tests.http.visitors import Goods, Visitor, succeeded, uploaded
from tests.journey.conftest import PASSWORD, WIDTHS, Visits, open_account, stock
from tests.journey.screen import shown_picture
from tests.served import Served
from web import pages

pytestmark = pytest.mark.browser

KNIT, TROUSERS, DRESS, HAT = (
    next(sketch for sketch in CATALOGUE if sketch.type == type_)
    for type_ in ("knitwear", "trousers", "dress", "hat")
)
NOT_PAGES = {
    "/account/everything.zip",
    "/coordination/column",  # a part of a page
    "/coordination-program",
    "/seller/commodities/{commodity_id}/garment/mannequins/{mannequin}",
    "/shared/{token}/picture",
    "/terminal/service-worker.js",
    "/terminal/app.webmanifest",
    "/terminal/{spoken}/app.webmanifest",
    "/terminal/{digest}/{path:path}",
}
WHOSE = {
    "/": "guest",
    "/shop": "guest",
    "/sign-in": "guest",
    "/sign-up": "guest",
    "/shared/{token}": "guest",
    "/terminal": "guest",
    "/terminal/{spoken}": "guest",
    "/commodities/{commodity_id}": "shopper",
    "/coordination": "shopper",
    "/coordination/confirmation": "shopper",
    "/reservations/{reservation_id}": "shopper",
    "/purchases/{purchase_id}": "shopper",
    "/wardrobe": "shopper",
    "/looks": "shopper",
    "/images": "shopper",
    "/images/{user_image_id}/outline": "shopper",
    "/account": "shopper",
    "/account/measures": "shopper",
    "/seller": "seller",
    "/seller/commodities/{commodity_id}/garment": "seller",
    "/seller/commodities/{commodity_id}/description": "seller",
    "/seller/commodities/{commodity_id}/measures": "seller",
    "/audit": "auditor",
}
"""Every page, and who sees all of it."""

FAULTS = """
() => {
  const faults = []
  const beyond = document.documentElement.scrollWidth - innerWidth
  if (beyond > 0) faults.push(`scrolls sideways by ${beyond} px`)
  if (innerWidth > 500) return faults
  const kinds = 'button, summary, select, textarea, input:not([type=hidden]), a[href]'
  for (const target of document.querySelectorAll(kinds)) {
    const shown = target.closest('label') ?? target
    const first = shown.getBoundingClientRect()
    const isSeen = shown.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    if (!isSeen || first.width < 2 || first.bottom < 0) continue
    // In a sentence, hidden from eyes, or a point among others whose places are also typed.
    if (target.matches('p a, p .inline, .vh, .handle')) continue
    shown.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' })
    const box = shown.getBoundingClientRect()
    for (const [right, down] of [[-21, 0], [21, 0], [0, -21], [0, 21]]) {
      const [x, y] = [box.x + box.width / 2 + right, box.y + box.height / 2 + down]
      const hit = document.elementFromPoint(x, y)
      if (shown.contains(hit) || hit?.closest('label')?.contains(target)) continue
      const [it, other] = [shown, hit].map((each) => each?.outerHTML.slice(0, 90))
      faults.push(`${[box.width, box.height].map(Math.round)}, a thumb misses ${it} for ${other}`)
      break
    }
  }
  return faults
}
"""
"""Returns what is wrong with the open page, besides what axe finds."""


def test_no_page_is_left_out() -> None:
    routes = [route for x in pages.ROUTERS for route in x.routes if isinstance(route, APIRoute)]
    assert {x.path for x in routes if "GET" in (x.methods or ())} == WHOSE.keys() | NOT_PAGES


@dataclass(frozen=True)
class Lived:
    """A boutique in which something of everything has happened."""

    address: str
    ids: Mapping[str, str]  # of the shopper's things, as the routes name them
    emails: Mapping[str, str]

    async def enter(self, page: Page, role: str) -> None:
        if role != "guest":
            body = {"email": self.emails[role], "password": PASSWORD}
            answer = await page.context.request.post("/api/v1/sessions", data=body)
            assert answer.ok


@pytest.fixture(scope="module")
async def lived(served: Served) -> Lived:
    seller = stock(served, KNIT, TROUSERS, DRESS, HAT, pieces={DRESS.slug: 5})
    emails = {
        "shopper": "ada@example.com",
        "seller": seller,
        "auditor": open_account(served, "auditor"),
    }
    async with AsyncClient(base_url=served.address, timeout=60) as http:
        body = {"email": emails["shopper"], "password": PASSWORD}
        succeeded(await http.post("/api/v1/accounts", json=body))
        shopper = Visitor(http=http)
        photograph = to_jpeg(mannequin_as_photograph("bruno"), quality=92)
        image = await uploaded(shopper, photograph, name="Me, in May")
        goods = await on_offer(shopper)
        purchase = await shopper.post(
            "/purchases", await shopper.confirm(goods[KNIT.name], goods[HAT.name])
        )
        look = await shopper.post("/looks", {"name": "For the office"})
        share = await shopper.post(f"/looks/{look['look_id']}/shares", {"days": 7})
        held = await shopper.hold(goods[TROUSERS.name])
    return Lived(
        address=served.address.replace("127.0.0.1", "localhost"),
        ids={
            "spoken": "ja",
            "token": share["url"].rpartition("/")[2],
            "commodity_id": str(goods[KNIT.name].commodity_id),
            "reservation_id": held["reservation_id"],
            "purchase_id": purchase["purchase_id"],
            "user_image_id": image["user_image_id"],
        },
        emails=emails,
    )


@pytest.fixture
async def visits(browser: Browser, lived: Lived) -> AsyncIterator[Visits]:
    opened = Visits(browser, lived.address)
    yield opened
    await opened.close()
    assert opened.troubles == []


async def on_offer(shopper: Visitor) -> dict[str, Goods]:
    """Return everything the boutique sells, by name."""
    listed = (await shopper.get("/commodities"))["commodities"]
    return {
        one["name"]: Goods(
            commodity_id=one["id"],
            variant_ids=tuple(variant["id"] for variant in one["variants"]),
            price_minor=one["price"]["minor"],
        )
        for one in listed
    }


@pytest.mark.parametrize("role", ["guest", "shopper", "seller", "auditor"])
async def test_every_page_is_for_everybody(lived: Lived, visits: Visits, role: str) -> None:
    found = list[str]()
    page = await visits.open(bypass_csp=True)  # for axe, which is injected
    await lived.enter(page, role)
    for path in (path for path, whose in WHOSE.items() if whose == role):
        answer = await page.goto(path.format(**lived.ids))
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        for width, (columns, rows) in WIDTHS.items():
            await page.set_viewport_size({"width": columns, "height": rows})
            await kept(page, path, width)
            judged = (await Axe().run(page)).response["violations"]
            faults = [f"{x['id']}: {x['nodes'][0]['html'][:120]}" for x in judged]
            faults += await page.evaluate(FAULTS)
            found += [f"{path}, {width}: {fault}" for fault in faults]
    assert not found, "\n".join(found)


async def kept(page: Page, path: str, width: str) -> None:
    """Keep a picture of the page, where somebody wants to look at them."""
    if folder := os.environ.get("BOUTIQUE_SNAPSHOTS"):
        name = path.strip("/").translate(str.maketrans("/", "-", "{}")) or "home"
        await page.screenshot(path=Path(folder, f"{name}-{width}.png"), full_page=True)


async def by_keys(target: Locator) -> None:
    """Go from one thing to the next until it is this one's turn."""
    keyboard = target.page.keyboard
    await target.wait_for()
    for _ in range(200):
        await keyboard.press("Tab")
        if await target.evaluate("it => it === document.activeElement"):
            break
    else:
        pytest.fail(f"{target} cannot be reached by keys")
    kind = await target.evaluate("it => it.type ?? it.localName")
    await keyboard.press("Space" if kind in {"radio", "checkbox"} else "Enter")


async def by_single_clicks(target: Locator) -> None:
    """Point at it once; nothing is dragged, held or typed."""
    await target.scroll_into_view_if_needed()
    box = await target.bounding_box()
    assert box is not None
    await target.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


Way = Callable[[Locator], Awaitable[None]]


@pytest.mark.parametrize("way", [by_keys, by_single_clicks, Locator.click])
async def test_a_look_is_chosen_and_bought(visits: Visits, way: Way) -> None:
    page = await visits.open(java_script_enabled=way is not Locator.click)
    body = {"email": f"{uuid4()}@example.com", "password": PASSWORD}
    assert (await page.context.request.post("/api/v1/accounts", data=body)).ok
    main = page.get_by_role("main")

    await page.goto("/shop")
    await way(main.get_by_role("link", name="Dress").first)  # narrowed to dresses
    await expect(main.locator(".card")).to_have_count(1)
    await way(main.get_by_role("button", name=f"Try on {DRESS.name}"))
    await page.wait_for_url("**/coordination*")
    await expect(page.locator(".piece h3", has_text=DRESS.name)).to_be_visible()

    before = await shown_picture(page)
    await way(page.locator(".adjusting > summary"))
    await way(page.get_by_role("group", name=f"Adjust {DRESS.name}").get_by_title("Make larger"))
    await expect(page.locator("[data-stage] img:not(.is-going)")).not_to_have_attribute(
        "src", before
    )
    await way(page.get_by_role("link", name="Confirm look"))
    await way(page.get_by_role("radio", name="M").first)
    await way(page.get_by_role("button", name="Confirm this look"))
    await page.wait_for_url("**/reservations/*")
    await way(page.get_by_role("button", name="Buy this look"))
    await page.wait_for_url("**/purchases/*")
    await expect(page.get_by_role("heading", name="It is yours")).to_be_visible()
