"""A shopper whose browser is Japanese browses, coordinates and buys without an English sentence."""

import re
from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from imaging.drawing.catalogue import CATALOGUE
from tests.journey.conftest import PASSWORD, Visits, stock
from tests.journey.screen import put_on
from tests.served import Served

pytestmark = pytest.mark.browser

PRICES_YEN = {"knitwear": 12_800, "trousers": 9_800}
KNIT, TROUSERS = (
    replace(
        next(sketch for sketch in CATALOGUE if sketch.type == type_),
        price_minor=price,
        currency="JPY",
    )
    for type_, price in PRICES_YEN.items()
)
TOTAL = "\N{FULLWIDTH YEN SIGN}22,600"
NAMES = re.compile(
    "|".join(
        (
            *map(re.escape, (KNIT.name, TROUSERS.name, "Atelier Probe", "hana@example.com")),
            "Boutique|Ada|Bruno|Carla",  # the shop and its mannequins
            "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",  # a purchase
            "JavaScript|JPEG|PNG|WebP|AVIF|HEIC|UTC|PIN",  # as Japanese writes them
        )
    )
)
ENGLISH = re.compile(r"[A-Za-z]{3,}")

SAID = """() => {
  const said = [document.title];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const { parentElement: of, textContent } = words.currentNode;
    if (!of.closest("script, style, noscript, template, [lang=en]")) said.push(textContent);
  }
  for (const name of ["aria-label", "title", "alt", "placeholder"]) {
    const elements = document.querySelectorAll(`[${name}]`);
    for (const element of elements) said.push(element.getAttribute(name));
  }
  return said;
}"""
"""Whatever a page says, also to whoever cannot see it."""


async def assert_all_of_it_is_japanese(page: Page) -> None:
    await page.wait_for_load_state()  # a click may have led to another page
    said = await page.evaluate(SAID)
    assert len(said) > 10
    assert [text for text in said if ENGLISH.search(NAMES.sub("", text))] == [], page.url


async def test_a_look_is_bought_without_a_word_of_english(served: Served, visits: Visits) -> None:
    stock(served, KNIT, TROUSERS)
    page = await visits.open(locale="ja-JP")
    await page.goto("/sign-up?next=/shop")
    await assert_all_of_it_is_japanese(page)
    await page.get_by_label("メールアドレス").fill("hana@example.com")
    await page.get_by_label("パスワード").fill(PASSWORD)
    await page.get_by_role("main").get_by_role("button", name="アカウントを作成する").click()
    await page.wait_for_url("**/shop")
    await assert_all_of_it_is_japanese(page)
    await page.get_by_role("link", name=KNIT.name).click()
    await assert_all_of_it_is_japanese(page)

    await page.goto("/coordination")
    await put_on(page, "left", KNIT.name)
    await put_on(page, "right", TROUSERS.name)
    # The script writes money as the server does.
    await expect(page.locator("[data-total]")).to_have_text(TOTAL)
    await assert_all_of_it_is_japanese(page)

    await page.get_by_role("link", name="コーディネートを確定").click()
    await expect(page.locator(".total")).to_have_text(TOTAL)
    await assert_all_of_it_is_japanese(page)
    for sizes in await page.locator("fieldset.choose-size").all():
        await sizes.locator("label", has_text="M").click()
    await page.get_by_role("button", name="この内容で確定する").click()
    await page.wait_for_url("**/reservations/*")
    await assert_all_of_it_is_japanese(page)
    await page.get_by_role("button", name="このコーディネートを購入").click()
    await page.wait_for_url("**/purchases/*")
    await expect(page.get_by_role("heading", level=1)).to_have_text("ご購入ありがとうございます")
    await assert_all_of_it_is_japanese(page)

    for address in ("/wardrobe", "/images", "/looks", "/account"):
        await page.goto(address)
        await assert_all_of_it_is_japanese(page)


@pytest.mark.soak
async def test_the_program_on_a_device_speaks_japanese_with_the_boutique_away(
    served: Served, visits: Visits
) -> None:
    page = await visits.open(locale="ja-JP")
    await page.goto("/terminal")
    assert page.url.endswith("/terminal/ja")
    await page.locator("#f-passcode").fill("さくら の さく ころ")
    await page.locator("#f-again").fill("さくら の ちる ころ")
    await page.get_by_role("button", name="写真をこの端末だけに保存").click()
    await expect(page.locator("[data-messages] .problem")).to_contain_text("一致しません")
    await assert_all_of_it_is_japanese(page)
    await page.evaluate("navigator.serviceWorker.ready.then(() => {})")
    await page.reload()
    served.process.kill()
    served.process.wait()
    await page.reload()
    await expect(page.get_by_role("heading", name="写真はここだけに")).to_be_visible()
    await page.goto("/terminal?language=en")
    await expect(page.get_by_role("heading", name="Your photo stays here")).to_be_visible()
    visits.troubles.clear()  # a browser says that nobody answers
