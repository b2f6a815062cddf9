"""Pages: who sees which, and everything without JavaScript."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest

from tests.http.markup import Page, send, visit
from tests.http.visitors import (
    EMPTY_CARD,
    PASSWORD,
    Goods,
    OpenBoutique,
    Visitor,
    drawn,
    fresh_email,
    registered,
    succeeded,
    uploaded,
)

FOR_ALL = ("/", "/shop", "/coordination", "/sign-in", "/sign-up")
CONFIRMATION = "/coordination/confirmation"
SIGNED_IN = ("/images", "/wardrobe", "/account")
FOR_ROLE = {"/seller": "seller", "/audit": "auditor"}


@pytest.fixture(scope="module")
async def knitwear(seller: Visitor) -> Goods:
    return await registered(seller, "knitwear", name="Aran jumper")


@pytest.fixture(scope="module")
async def visitors(boutique: OpenBoutique, seller: Visitor, auditor: Visitor) -> dict[str, Visitor]:
    return {
        "guest": await boutique.guest(),
        "shopper": await boutique.shopper(),
        "seller": seller,
        "auditor": auditor,
    }


@pytest.fixture(scope="module")
async def member(visitors: dict[str, Visitor]) -> Visitor:
    return visitors["shopper"]


# --------------------------------------------------- who sees which page


@pytest.mark.parametrize("who", ["guest", "shopper", "seller", "auditor"])
@pytest.mark.parametrize("address", FOR_ALL)
async def test_the_shop_is_open_to_everybody(
    visitors: dict[str, Visitor], knitwear: Goods, address: str, who: str
) -> None:
    page = await visit(visitors[who].http, address)
    assert page.alerts == []
    assert "<h1" in page.answer.text
    shown = await visit(visitors[who].http, f"/commodities/{knitwear.commodity_id}")
    assert "Aran jumper" in shown.text


@pytest.mark.parametrize("who", ["shopper", "seller", "auditor"])
@pytest.mark.parametrize("address", SIGNED_IN)
async def test_whoever_is_signed_in_has_their_own_pages(
    visitors: dict[str, Visitor], address: str, who: str
) -> None:
    assert (await visit(visitors[who].http, address)).alerts == []


@pytest.mark.parametrize("address", [*SIGNED_IN, *FOR_ROLE, "/coordination/confirmation"])
async def test_a_guest_is_sent_to_sign_in_and_comes_back(
    boutique: OpenBoutique, member: Visitor, address: str
) -> None:
    guest = await boutique.guest()
    answer = await guest.http.get(address)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={address}"
    page = await visit(guest.http, answer.headers["location"])
    form = page.form("/sign-in")
    assert form.fields["next"] == address
    sent = await guest.http.post(
        form.action, data={**form.fields, "email": member.email, "password": PASSWORD}
    )
    assert (sent.status_code, sent.headers["location"]) == (303, address)


@pytest.mark.parametrize(
    ("referer", "next_"),
    [
        ("http://127.0.0.1:8000/coordination/confirmation", "/coordination/confirmation"),
        ("https://evil.example/account", ""),
        ("", ""),
    ],
)
async def test_whose_session_ended_at_the_till_comes_back_to_the_till(
    boutique: OpenBoutique, referer: str, next_: str
) -> None:
    form = {"purchase_id": str(uuid4()), "reservation_id": str(uuid4()), "card": EMPTY_CARD}
    http = await boutique.client()
    answer = await http.post("/purchases", data=form, headers={"Referer": referer})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={next_}"


@pytest.mark.parametrize("who", ["shopper", "seller", "auditor"])
@pytest.mark.parametrize(("address", "role"), FOR_ROLE.items())
async def test_consoles_are_for_their_role(
    visitors: dict[str, Visitor], address: str, role: str, who: str
) -> None:
    answer = await visitors[who].http.get(address)
    assert answer.status_code == (200 if who == role else 403)
    if who != role:
        assert f"the role '{role}'" in Page(answer).text


@pytest.mark.parametrize(
    "address",
    ["/nothing", f"/commodities/{UUID(int=1)}", "/static/abc/../../settings.py"],
)
async def test_an_unknown_address_is_a_page_that_leads_on(
    boutique: OpenBoutique, address: str
) -> None:
    answer = await (await boutique.client()).get(address)
    assert answer.status_code == 404
    page = Page(answer)
    assert any(link.startswith("/") for link in page.links)


@pytest.mark.parametrize("address", ["/commodities/42", "/shop?after=x", "/coordination?side=up"])
async def test_a_mangled_address_is_a_page_too(boutique: OpenBoutique, address: str) -> None:
    answer = await (await boutique.client()).get(address)
    assert answer.status_code == 422
    assert "Mend" in Page(answer).text


@pytest.mark.parametrize(
    "address",
    [
        "/shop?type=a%00b",
        "/shop?at_least=0&notice=%00",
        "/coordination?left=%00",
        "/sign-in?next=%00",
    ],
)
async def test_a_character_nobody_can_print_breaks_no_page(
    boutique: OpenBoutique, address: str
) -> None:
    answer = await (await boutique.client()).get(address)
    assert answer.status_code in {200, 422}


async def test_the_whole_shop_can_be_walked_through_by_links(
    boutique: OpenBoutique, knitwear: Goods
) -> None:
    http = (await boutique.guest()).http
    shop = await visit(http, "/shop?type=knitwear")
    assert f"/commodities/{knitwear.commodity_id}" in shop.links
    own = {link for link in shop.links if link.startswith("/") and "static" not in link}
    for link in sorted(own)[:40]:
        succeeded(await http.get(link, follow_redirects=True))


# ------------------------------------------- without JavaScript, to the end


async def test_a_guest_comes_from_the_shop_to_a_receipt_by_forms_alone(
    boutique: OpenBoutique, knitwear: Goods
) -> None:
    http, id_ = (await boutique.guest()).http, str(knitwear.commodity_id)
    shop = await visit(http, "/shop?type=knitwear")
    commodity = await visit(http, next(link for link in shop.links if link.endswith(id_)))
    tried_on = await send(http, commodity.form("/coordination/steps"), put_on=id_)
    assert urlsplit(str(tried_on.answer.url)).path == "/coordination"
    size = f"{id_}:{knitwear.variant_ids[0]}"
    sized = await send(http, tried_on.pressable("size", size), size=size)
    confirming = next(link for link in sized.links if link.endswith("/confirmation"))
    door = await visit(http, confirming)
    assert urlsplit(str(door.answer.url)).path == "/sign-in"
    sign_up = await visit(http, next(link for link in door.links if link.startswith("/sign-up?")))
    body = {"email": fresh_email(), "password": PASSWORD}
    confirmation = await send(http, sign_up.form("/sign-up"), **body)
    assert urlsplit(str(confirmation.answer.url)).path == confirming
    assert "Aran jumper" in confirmation.text
    till = await send(http, confirmation.form(confirming))
    assert "Held for you" in till.text
    form = till.form("/purchases")
    receipt = await send(http, form)
    assert urlsplit(str(receipt.answer.url)).path == f"/purchases/{form.fields['purchase_id']}"
    assert receipt.answer.status_code == 200
    assert "€49" in receipt.text
    for picture in receipt.pictures:
        succeeded(await http.get(picture))
    assert "Aran jumper" in (await visit(http, "/wardrobe")).text


async def at_the_till(shopper: Visitor) -> Page:
    """Confirm the look that is worn; come to where it is paid."""
    confirmation = await visit(shopper.http, CONFIRMATION)
    return await send(shopper.http, confirmation.form(CONFIRMATION))


async def test_a_button_pressed_twice_buys_once_and_shows_the_receipt_twice(
    shopper: Visitor, knitwear: Goods
) -> None:
    await shopper.dress_in(knitwear)
    form = (await at_the_till(shopper)).form("/purchases")
    first, second = await send(shopper.http, form), await send(shopper.http, form)
    assert first.answer.url == second.answer.url
    assert second.answer.status_code == 200
    assert len((await shopper.get("/purchases"))["purchases"]) == 1


async def test_nothing_is_charged_that_was_not_shown_at_the_till(
    shopper: Visitor, seller: Visitor, knitwear: Goods
) -> None:
    trousers = await registered(seller, "trousers")
    await shopper.dress_in(knitwear)
    confirmation = await visit(shopper.http, CONFIRMATION)
    await shopper.dress_in(trousers)  # in another tab
    refused = await send(shopper.http, confirmation.form(CONFIRMATION))
    assert refused.answer.status_code == 409
    assert any("changed since you saw it" in alert for alert in refused.alerts)
    assert await shopper.get("/reservations") == []
    till = await send(shopper.http, refused.form(CONFIRMATION))
    receipt = await send(shopper.http, till.form("/purchases"))
    assert "It is yours" in receipt.text


async def test_an_empty_card_leads_to_a_receipt_that_says_so_and_on_to_another_card(
    shopper: Visitor, knitwear: Goods
) -> None:
    await shopper.dress_in(knitwear)
    till = await at_the_till(shopper)
    receipt = await send(shopper.http, till.form("/purchases"), card=EMPTY_CARD)
    assert "Nothing was charged" in receipt.text
    look = await visit(shopper.http, next(x for x in receipt.links if x.endswith("/confirmation")))
    again = await send(shopper.http, look.form(CONFIRMATION))
    paid = await send(shopper.http, again.form("/purchases"))
    assert "It is yours" in paid.text


async def test_a_piece_without_a_size_is_asked_for_where_the_look_is_confirmed(
    shopper: Visitor, knitwear: Goods
) -> None:
    await shopper.step(put_on=str(knitwear.commodity_id))
    form = (await visit(shopper.http, CONFIRMATION)).form(CONFIRMATION)
    refused = await send(shopper.http, form)
    assert refused.answer.status_code == 400
    assert any("Choose a size" in alert for alert in refused.alerts)
    name = f"size-{knitwear.commodity_id}"
    assert str(knitwear.variant_ids[1]) in form.chosen(name)
    till = await send(shopper.http, form, **{name: str(knitwear.variant_ids[0])})
    assert till.answer.status_code == 200
    assert "Held for you" in till.text


async def test_a_mangled_size_is_refused(shopper: Visitor, knitwear: Goods) -> None:
    await shopper.dress_in(knitwear)
    form = (await visit(shopper.http, CONFIRMATION)).form(CONFIRMATION)
    for name, value in ((f"size-{knitwear.commodity_id}", "M"), ("size-", ""), ("size-x", "y")):
        answer = (await send(shopper.http, form, **{name: value})).answer
        assert answer.status_code in {400, 422}


async def test_undo_redo_and_clear_are_buttons(boutique: OpenBoutique, knitwear: Goods) -> None:
    http, id_ = (await boutique.guest()).http, str(knitwear.commodity_id)
    screen = await visit(http, "/coordination?left=knitwear")
    worn = await send(http, screen.pressable("put_on", id_), put_on=id_)
    assert ("take_off", id_) in [choice for form in worn.forms for choice in form.choices]
    undone = await send(http, worn.pressable("undo", "1"), undo="1")
    assert ("put_on", id_) in [choice for form in undone.forms for choice in form.choices]
    redone = await send(http, undone.pressable("redo", "1"), redo="1")
    cleared = await send(http, redone.pressable("clear", "1"), clear="1")
    assert ("take_off", id_) not in [choice for form in cleared.forms for choice in form.choices]
    nobody = await http.post("/coordination/steps", data={"wearer": "mannequin:nobody"})
    assert nobody.status_code == 404


async def test_a_shirt_is_worn_open_by_a_button(boutique: OpenBoutique, seller: Visitor) -> None:
    shirt = await registered(seller, "shirt", name="Camp shirt")
    http, id_ = (await boutique.guest()).http, str(shirt.commodity_id)
    screen = await visit(http, "/coordination?left=shirt")
    worn = await send(http, screen.pressable("put_on", id_), put_on=id_)

    opened = await send(http, worn.pressable("adjust", f"{id_}:open"), adjust=f"{id_}:open")

    button = f'value="{id_}:open" aria-pressed="'
    assert f'{button}false"' in worn.answer.text
    assert f'{button}true"' in opened.answer.text
    assert "Camp shirt" in opened.answer.text
    assert ", worn open." in opened.answer.text


async def test_an_image_is_uploaded_worn_renamed_and_erased_by_forms(
    shopper: Visitor, photo: bytes
) -> None:
    http = shopper.http
    upload = (await visit(http, "/images")).form("/images")
    files = {"photo": ("me.jpg", photo, "image/jpeg")}
    sent = await http.post(
        upload.action, data={"name": "In June"}, files=files, follow_redirects=True
    )
    page = Page(succeeded(sent))
    assert "In June" in page.text
    (id_,) = {f.action.split("/")[2] for f in page.forms if f.action.endswith("/choice")}
    for picture in page.pictures:
        succeeded(await http.get(picture))
    screen = await send(http, page.form(f"/images/{id_}/choice"))
    assert urlsplit(str(screen.answer.url)).path == "/coordination"
    assert (await shopper.get("/coordinations/current"))["wearer"]["id"] == id_
    renamed = await send(http, page.form(f"/images/{id_}/name"), name="In July")
    assert "In July" in renamed.text
    erased = await send(http, page.form(f"/images/{id_}/erase"))
    assert "In July" not in erased.text
    assert "The image was erased." in erased.text


async def test_a_seller_registers_and_stocks_by_forms(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    http = seller.http
    form = (await visit(http, "/seller")).form("/seller/commodities")
    said: dict[str, Any] = {
        "name": "Sun hat",
        "price": "79,50",
        "type": "hat",
        "design": "solid",
        "colours": ["beige"],
        "size": ["S", "M", ""],
        "pieces": ["1", "2", ""],
    }
    files = {"photo": ("hat.png", drawn("hat"), "image/png")}
    sent = await http.post(form.action, data=said, files=files, follow_redirects=True)
    page = Page(succeeded(sent))
    assert "Sun hat" in page.text
    (newest,) = (await seller.get("/commodities", limit=1))["commodities"]
    assert (newest["name"], newest["price"]["minor"]) == ("Sun hat", 7950)
    stock = page.form(f"/seller/commodities/{newest['id']}/stock")
    await send(http, stock, variant_id=newest["variants"][0]["id"], pieces="10")
    shown = await (await boutique.guest()).get(f"/commodities/{newest['id']}")
    assert [variant["left"] for variant in shown["variants"]] == [11, 2]


async def test_who_signs_out_is_a_stranger_again(shopper: Visitor) -> None:
    page = await visit(shopper.http, "/account")
    out = await send(shopper.http, page.form("/sign-out"))
    assert "You are signed out." in out.text
    assert (await shopper.http.get("/account")).status_code == 303


# -------------------------------------------------- what pages say of mistakes


async def test_a_bad_upload_is_explained_on_the_page_it_was_sent_from(shopper: Visitor) -> None:
    answer = await shopper.http.post("/images", data={"name": "Me"}, files={"photo": b"no picture"})
    assert answer.status_code == 400
    page = Page(answer)
    assert any("JPEG, PNG, WebP" in alert for alert in page.alerts)
    assert page.form("/images")  # to try again at once


async def test_a_failed_sign_in_keeps_the_address_and_says_what_is_wrong(
    boutique: OpenBoutique, shopper: Visitor
) -> None:
    http = await boutique.client()
    form = (await visit(http, "/sign-in?next=/wardrobe")).form("/sign-in")
    page = await send(http, form, email=shopper.email, password="wrong horse")  # noqa: S106 (wrong)
    assert page.answer.status_code == 401
    assert any("password is wrong" in alert for alert in page.alerts)
    again = page.form("/sign-in").fields
    assert (again["email"], again["next"]) == (shopper.email, "/wardrobe")
    assert again["password"] == ""


async def test_a_failed_sign_up_says_what_to_do(boutique: OpenBoutique, shopper: Visitor) -> None:
    http = await boutique.client()
    form = (await visit(http, "/sign-up")).form("/sign-up")
    used = await send(http, form, email=shopper.email, password=PASSWORD)
    assert used.answer.status_code == 409
    assert any("Sign in instead" in alert for alert in used.alerts)
    odd = await send(http, form, email="a\0b@example.com", password=PASSWORD)
    assert odd.answer.status_code in {400, 422}


async def test_a_bad_commodity_is_explained_on_the_console(seller: Visitor) -> None:
    said = {"name": "Hat", "price": "cheap", "type": "hat", "design": "solid", "colours": "red"}
    answer = await seller.http.post("/seller/commodities", data=said, files={"photo": drawn("hat")})
    assert answer.status_code == 400
    assert any("price as a number" in alert for alert in Page(answer).alerts)


@pytest.mark.parametrize("pieces", ["²", "1" * 5000, "-1"], ids=["not ASCII", "endless", "less"])
async def test_pieces_that_are_no_number_are_explained_on_the_console(
    seller: Visitor, pieces: str
) -> None:
    said = {"name": "Hat", "price": "9", "type": "hat", "design": "solid", "colours": "red"}
    said |= {"size": "M", "pieces": pieces}
    answer = await seller.http.post("/seller/commodities", data=said, files={"photo": drawn("hat")})
    assert answer.status_code == 400
    assert any("whole number" in alert for alert in Page(answer).alerts)


async def test_what_people_write_is_shown_as_they_wrote_it(
    boutique: OpenBoutique, seller: Visitor, shopper: Visitor, photo: bytes
) -> None:
    name = '<script>alert(1)</script> & "co"'
    await registered(seller, "shorts", name=name, description=f"</p>{name}")
    await uploaded(shopper, photo, name=name)
    http = (await boutique.guest()).http
    for page in (await visit(http, "/shop?type=shorts"), await visit(shopper.http, "/images")):
        assert name in page.text
        assert "<script>alert" not in page.answer.text


# -------------------------------------------------------------- redirects


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil.example",
    ],
)
async def test_a_sign_in_leads_nowhere_else(
    boutique: OpenBoutique, member: Visitor, elsewhere: str
) -> None:
    http = await boutique.client()
    body = {"email": member.email, "password": PASSWORD, "next": elsewhere}
    answer = await http.post("/sign-in", data=body)
    assert answer.status_code == 303
    address = answer.headers["location"]
    # As a browser reads it: tabs and line ends count for nothing, a backslash is a slash.
    read = address.replace("\t", "").replace("\n", "").replace("\\", "/")
    assert read.startswith("/")
    assert not read.startswith("//")
    page = await visit(http, "/sign-in")
    assert "evil" not in page.answer.text
