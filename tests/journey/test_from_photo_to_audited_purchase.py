"""The boutique's main job, from a fresh database to an auditor's replay (C1 to C9, C11 to C13)."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.drawing.sketch import Sketch
from imaging.encoding import to_png
from tests.journey.conftest import PASSWORD, Visits, open_account
from tests.journey.screen import assert_the_views_are_apart, put_on
from tests.served import Served

pytestmark = pytest.mark.browser

KNIT, TROUSERS = (
    next(sketch for sketch in CATALOGUE if sketch.type == type_)
    for type_ in ("knitwear", "trousers")
)
EXPECTED = [
    "account-opened",  # the seller
    "account-opened",  # the auditor
    "commodity-registered",
    "stock-received",
    "commodity-registered",
    "stock-received",
    "account-opened",  # the shopper
    "user-image-uploaded",
    "user-image-extracted",
    "coordination-started",
    "wearer-chosen",
    "commodity-coordinated",
    "commodity-coordinated",
    "size-chosen",
    "size-chosen",
    "look-confirmed",
    "stock-reserved",
    "purchase-placed",
    "payment-authorised",
    "payment-captured",
]


async def sign_in(page: Page, email: str, *, to: str) -> None:
    await page.goto(f"/sign-in?next={to}")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"**{to}")


async def register(page: Page, sketch: Sketch, folder: Path) -> None:
    """Fill in the seller's form with a drawn commodity: one size, one piece."""
    picture = folder / f"{sketch.slug}.png"
    picture.write_bytes(to_png(draw(sketch, height_px=700).rgba))
    form = page.locator("form.registration")
    await form.locator("[name=photo]").set_input_files(picture)
    await form.locator("[name=name]").fill(sketch.name)
    await form.locator("[name=type]").select_option(sketch.type)
    await form.locator("[name=design]").select_option(sketch.design)
    await form.locator(f"[name=colours][value={sketch.colours[0]}]").check(force=True)
    await form.locator("[name=price]").fill(f"{sketch.price_minor / 100:.2f}")
    sizes = await form.locator("[name=size]").all()
    for place, size in enumerate(sizes):
        await size.fill(("M", "L")[place] if place < 2 else "")
    await form.locator("[name=pieces]").first.fill("1")
    await form.get_by_role("button", name="Register").click()
    await expect(page.locator(".notice")).to_contain_text("in the boutique")


async def confirm_and_buy(shopper: Page) -> None:
    """Choose sizes, have the pieces held, and pay while their time runs."""
    await shopper.get_by_role("link", name="Confirm look").click()
    for sizes in await shopper.locator("fieldset.choose-size").all():
        await sizes.locator("label", has_text="M").click()
    await shopper.get_by_role("button", name="Confirm this look").click()
    await shopper.wait_for_url("**/reservations/*")
    await expect(shopper.locator("[data-left]")).to_have_text(re.compile(r"^1[45]:\d\d$"))
    await shopper.get_by_role("button", name="Buy this look").click()


async def test_a_stranger_is_cut_out_dressed_sold_to_and_audited(
    served: Served, visits: Visits, photograph: Path, tmp_path: Path
) -> None:
    seller_email = open_account(served, "seller", "Atelier Probe")
    auditor_email = open_account(served, "auditor")

    seller = await visits.open()
    await sign_in(seller, seller_email, to="/seller")
    for sketch in (KNIT, TROUSERS):
        await register(seller, sketch, tmp_path)

    shopper = await visits.open()
    await shopper.goto("/sign-up")
    await shopper.get_by_label("E-mail").fill("ada@example.com")
    await shopper.get_by_label("Password").fill(PASSWORD)
    await shopper.get_by_role("main").get_by_role("button", name="Create the account").click()
    await shopper.wait_for_url("**/coordination")

    await shopper.goto("/images")
    await shopper.locator("#photo").set_input_files(photograph)
    await shopper.locator("#image-name").fill("Me, in May")
    await shopper.get_by_role("button", name="Add this image").click()
    await expect(shopper.locator(".notice")).to_contain_text("ready")
    cutout = shopper.get_by_role("img", name="Me, in May").first
    await expect(cutout).to_be_visible()
    address = await cutout.get_attribute("src")
    assert address is not None
    stranger = await visits.open()
    answer = await stranger.request.get(address)
    assert answer.status == 401  # nobody else can fetch it (C13)

    await shopper.get_by_role("button", name="Use in coordination").click()
    await shopper.wait_for_url("**/coordination")
    await put_on(shopper, "left", KNIT.name)
    await put_on(shopper, "right", TROUSERS.name)
    await assert_the_views_are_apart(shopper)

    await confirm_and_buy(shopper)
    await shopper.wait_for_url("**/purchases/*")
    await expect(shopper.get_by_role("heading", name="It is yours")).to_be_visible()

    await shopper.goto("/wardrobe")
    for sketch in (KNIT, TROUSERS):
        await expect(shopper.get_by_role("main").get_by_text(sketch.name).first).to_be_visible()

    auditor = await visits.open()
    await sign_in(auditor, auditor_email, to="/audit")
    listed = await auditor.locator("tbody .kind").all_inner_texts()
    assert list(reversed(listed)) == EXPECTED
    await expect(auditor.locator(".totals")).to_contain_text("Purchases1", use_inner_text=False)

    replayed = json.loads(served.command("audit", "replay", "--json"))
    assert replayed["events"] == len(EXPECTED)
    assert (replayed["captured"], replayed["pieces_sold"], replayed["pieces_left"]) == (1, 2, 0)
    assert replayed["revenue_minor"] == {"EUR": KNIT.price_minor + TROUSERS.price_minor}
    before = json.loads(
        served.command("audit", "replay", "--json", "--until", str(replayed["position"] - 3))
    )
    held = ("captured", "pieces_left", "pieces_reserved")
    assert [before[name] for name in held] == [0, 0, 2]

    # What was bought is worn again, beside what the shop offers (C1d).
    await shopper.get_by_role("button", name=f"Wear {KNIT.name}").click()
    await shopper.wait_for_url("**/coordination*")
    await expect(shopper.locator(".piece", has_text=KNIT.name)).to_contain_text("Yours already")
