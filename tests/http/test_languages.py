"""In which language a visitor is answered, and how she chooses another without a script."""

import re
from uuid import uuid4

import pytest

from tests.http.markup import Page, send, visit
from tests.http.visitors import Goods, OpenBoutique, Visitor, registered, succeeded
from web.languages import COOKIE, preferred

JAPANESE = {"Accept-Language": "ja-JP,ja;q=0.9,en;q=0.4"}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


@pytest.fixture(scope="module")
async def knitwear(seller: Visitor) -> Goods:
    return await registered(seller, "knitwear", name="Aran jumper")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.4", "ja"),
        ("en;q=0.4, ja;q=0.9", "ja"),
        ("de, fr;q=0.8", "en"),
        ("de, ja;q=0.2", "ja"),
        ("ja;q=0, en;q=0.1", "en"),
        ("*", "en"),
        ("ja;q=high, en", "en"),
        ("ja;q=nan", "en"),
        (";;q=,,", "en"),
        ("JA", "ja"),
        ("en, ja", "en"),
        ("x" * 5000, "en"),
    ],
    ids=lambda x: x[:24],
)
def test_the_language_that_is_liked_best_is_taken(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


@pytest.mark.parametrize("address", ["/shop", "/coordination", "/sign-in", "/nothing"])
async def test_a_page_says_in_which_language_it_is(boutique: OpenBoutique, address: str) -> None:
    http = await boutique.client()
    for headers, language in ((JAPANESE, "ja"), (ENGLISH, "en"), ({}, "en")):
        answer = await http.get(address, headers=headers)
        assert f'<html lang="{language}">' in answer.text
        assert answer.headers["content-language"] == language
        assert "Accept-Language" in answer.headers["vary"]


async def test_files_have_no_language(boutique: OpenBoutique) -> None:
    http = await boutique.client()
    answer = succeeded(await http.get("/static/icons/chevron.svg", headers=JAPANESE))
    assert "content-language" not in answer.headers
    assert "vary" not in answer.headers


async def test_a_language_is_chosen_without_a_script_and_stays(boutique: OpenBoutique) -> None:
    http = await boutique.client()
    page = await visit(http, "/shop?type=knitwear")
    form = page.form("/language")
    assert form.chosen("language") == ["en", "ja"]
    chosen = await send(http, form, language="ja")
    assert chosen.answer.url.raw_path == b"/shop?type=knitwear"  # where one was
    assert "ショップ" in chosen.text
    again = await http.get("/shop", headers=ENGLISH)  # what is chosen counts more
    assert '<html lang="ja">' in again.text
    back = await send(http, Page(again).form("/language"), language="en")
    assert "The shop" in back.text


async def test_a_choice_leads_nowhere_else_and_is_one_of_those_offered(
    boutique: OpenBoutique,
) -> None:
    http = await boutique.client()
    for stranger in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        answer = await http.post("/language", data={"language": "ja", "next": stranger})
        assert answer.headers["location"] == "/"
        assert re.search(rf"{COOKIE}=ja; .*HttpOnly.*SameSite=lax", answer.headers["set-cookie"])
    assert (await http.post("/language", data={"language": "tlh"})).status_code == 422


async def test_a_language_that_is_not_there_any_more_is_not_spoken(boutique: OpenBoutique) -> None:
    http = await boutique.client()
    http.cookies.set(COOKIE, "tlh")
    assert '<html lang="ja">' in (await http.get("/shop", headers=JAPANESE)).text


async def test_problems_are_told_in_both_languages_under_one_name(
    boutique: OpenBoutique, shopper: Visitor
) -> None:
    http = await boutique.client()
    told = {
        headers["Accept-Language"]: (await http.get("/api/v1/accounts/me", headers=headers)).json()
        for headers in (ENGLISH, JAPANESE)
    }
    english, japanese = told.values()
    assert english["type"] == japanese["type"] == "/problems/sign-in-needed"
    assert english["status"] == japanese["status"] == 401
    assert (english["title"], japanese["title"]) == ("Sign in needed", "ログインが必要です")
    assert japanese["detail"] == "ご本人専用のページです。先にログインしてください。"
    address = f"/api/v1/purchases/{uuid4()}"
    missing = (await shopper.http.get(address, headers=JAPANESE)).json()
    assert missing["type"] == "/problems/purchase-not-found"
    assert missing["title"] == "ご購入が見つかりません"


async def test_a_refusal_with_fields_is_told_with_their_words(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    http = await boutique.client()
    answer = await http.post(
        "/api/v1/accounts",
        json={"email": "hana@example.com", "password": "short"},
        headers=JAPANESE,
    )
    assert answer.json()["detail"] == "パスワードは10〜256文字にしてください。"
    page = (await visit(seller.http, "/seller")).form("/seller/commodities")
    picture = {"photo": ("empty.png", b"", "image/png")}
    refused = await seller.http.post(
        page.action,
        data={**page.fields, "name": "Aran", "price": "79.50", "currency": "JPY"},
        files=picture,
        headers=JAPANESE,
    )
    assert "小数点以下は0桁まで" in Page(refused).alerts[0]


async def test_a_look_is_described_in_the_language_of_whoever_asks(
    shopper: Visitor, knitwear: Goods
) -> None:
    await shopper.dress_in(knitwear)
    address = "/api/v1/coordinations/current"
    english = succeeded(await shopper.http.get(address, headers=ENGLISH)).json()
    japanese = succeeded(await shopper.http.get(address, headers=JAPANESE)).json()
    assert "wearing Aran jumper" in english["description"]
    assert "Aran jumper" in japanese["description"]
    assert japanese["description"].endswith("を着用しています。")
    assert english["pieces"][0]["commodity"]["type"] == "knitwear"
    assert japanese["pieces"][0]["commodity"]["type"] == "knitwear"  # a name for programs stays


async def test_whoever_comes_to_the_terminal_is_led_to_its_page_in_her_language(
    boutique: OpenBoutique,
) -> None:
    http = await boutique.client()
    coming = {**JAPANESE, "Sec-Fetch-Mode": "navigate"}
    led = await http.get("/terminal", headers=coming)
    assert (led.status_code, led.headers["location"]) == (303, "/terminal/ja")
    page = succeeded(await http.get("/terminal/ja", headers=coming))
    assert page.headers["content-language"] == "ja"
    assert '<html lang="ja">' in page.text
    assert 'href="/terminal?language=en"' in page.text
    # Whoever keeps the program asks for the page itself, and gets it.
    kept = succeeded(await http.get("/terminal", headers=JAPANESE))
    assert '<html lang="en">' in kept.text
    chosen = await http.get("/terminal?language=en", headers=coming)
    assert chosen.content == kept.content
    assert f"{COOKIE}=en" in chosen.headers["set-cookie"]
    assert (await http.get("/terminal/tlh")).status_code == 404


async def test_the_program_is_installed_in_its_language(boutique: OpenBoutique) -> None:
    http = await boutique.client()
    said = succeeded(await http.get("/terminal/ja/app.webmanifest")).json()
    assert (said["lang"], said["start_url"], said["scope"]) == ("ja", "/terminal/ja", "/terminal")
    assert said["id"] == "/terminal"  # the same program, whatever it says
