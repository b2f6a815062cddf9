"""Purchases over HTTP: a confirmed look is bought as a whole, once, and only if it is paid."""

import asyncio
import re
from collections import Counter
from uuid import uuid4

import pytest

from tests.http.visitors import (
    EMPTY_CARD,
    Goods,
    OpenBoutique,
    Visitor,
    order,
    refused,
    registered,
    succeeded,
)

CROWD = 16
ADDRESS = "/api/v1/purchases"
PLENTY = [{"size": "M", "pieces": 500}]


@pytest.fixture(scope="module")
async def shirt(seller: Visitor) -> Goods:
    return await registered(seller, sizes=PLENTY)


@pytest.fixture(scope="module")
async def trousers(seller: Visitor) -> Goods:
    return await registered(seller, "trousers", sizes=PLENTY, price_minor=7900)


async def _last_piece(seller: Visitor, type_: str = "hat") -> Goods:
    return await registered(seller, type_, sizes=[{"size": "M", "pieces": 1}])


async def test_a_whole_look_is_bought_at_once(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods, trousers: Goods
) -> None:
    before = [await boutique.left(one) for one in (shirt, trousers)]
    wanted = await shopper.confirm(shirt, trousers)
    answer = succeeded(await shopper.http.post(ADDRESS, json=wanted))
    assert answer.status_code == 201
    bought = answer.json()
    assert bought["state"] == "captured"
    assert bought["total"] == {"minor": 4900 + 7900, "currency": "EUR"}
    assert bought["declined_because"] is None
    assert {line["commodity_id"] for line in bought["lines"]} == {
        str(shirt.commodity_id),
        str(trousers.commodity_id),
    }
    assert (await shopper.http.get(answer.headers["location"])).json() == bought
    assert [await boutique.left(one) for one in (shirt, trousers)] == [n - 1 for n in before]


async def test_what_was_bought_hangs_in_the_wardrobe_at_once(
    shopper: Visitor, shirt: Goods, trousers: Goods
) -> None:
    wanted = await shopper.confirm(shirt, trousers)
    succeeded(await shopper.http.post(ADDRESS, json=wanted))
    pieces = await shopper.get("/wardrobe")
    assert {piece["commodity"]["id"] for piece in pieces} == {
        str(shirt.commodity_id),
        str(trousers.commodity_id),
    }
    assert {piece["purchase_id"] for piece in pieces} == {wanted["purchase_id"]}
    assert all(piece["commodity"]["is_owned"] for piece in pieces)
    # What one owns already costs nothing more.
    assert (await shopper.get("/coordinations/current"))["total"]["minor"] == 0


async def test_a_purchase_sent_again_is_bought_once(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods
) -> None:
    wanted = await shopper.confirm(shirt)
    before = await boutique.left(shirt)
    first, *others = await asyncio.gather(
        *(shopper.http.post(ADDRESS, json=wanted) for _ in range(4))
    )
    others.append(await shopper.http.post(ADDRESS, json=wanted))
    for answer in others:
        assert succeeded(answer).json() == succeeded(first).json()
    assert await boutique.left(shirt) == before - 1
    assert len((await shopper.get("/purchases"))["purchases"]) == 1


async def test_a_purchase_id_of_somebody_else_is_not_found(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods
) -> None:
    wanted = await shopper.confirm(shirt)
    succeeded(await shopper.http.post(ADDRESS, json=wanted))
    stranger = await boutique.shopper()
    theirs = await stranger.confirm(shirt) | {"purchase_id": wanted["purchase_id"]}
    refused(await stranger.http.post(ADDRESS, json=theirs), 404, "purchase-not-found")
    receipt = f"{ADDRESS}/{wanted['purchase_id']}"
    refused(await stranger.http.get(receipt), 404, "purchase-not-found")
    guest = await boutique.guest()
    refused(await guest.http.get(receipt), 401, "sign-in-needed")
    assert await stranger.get("/wardrobe") == []


async def test_a_declined_card_sells_nothing_and_puts_the_pieces_back(
    boutique: OpenBoutique, shopper: Visitor, seller: Visitor
) -> None:
    hat = await _last_piece(seller)
    wanted = await shopper.confirm(hat)
    answer = await shopper.http.post(ADDRESS, json=wanted | {"card": EMPTY_CARD})
    problem = refused(answer, 402, "card-declined")
    assert "another card" in problem["detail"]
    assert await boutique.left(hat) == 1
    assert await shopper.get("/wardrobe") == []
    (declined,) = (await shopper.get("/purchases"))["purchases"]
    assert (declined["state"], declined["purchase_id"]) == ("declined", wanted["purchase_id"])
    # The same look is bought with another card and another id; the old id stays declined.
    refused(await shopper.http.post(ADDRESS, json=wanted), 402, "card-declined")
    paid = wanted | {"purchase_id": str(uuid4())}
    assert succeeded(await shopper.http.post(ADDRESS, json=paid)).json()["state"] == "captured"
    assert await boutique.left(hat) == 0


async def test_a_price_that_is_not_the_sellers_is_refused(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods
) -> None:
    wanted = await shopper.confirm(shirt)
    wanted["pieces"][0]["price_minor"] = 1
    head = await boutique.container.log.head()
    refused(await shopper.http.post(ADDRESS, json=wanted), 409, "price-changed")
    assert await boutique.container.log.head() == head


async def test_when_one_piece_is_sold_out_none_is_sold_and_the_answer_says_which(
    boutique: OpenBoutique, shopper: Visitor, seller: Visitor, shirt: Goods
) -> None:
    hat = await _last_piece(seller)
    wanted = await shopper.confirm(shirt, hat)
    faster = await boutique.shopper()
    succeeded(await faster.http.post(ADDRESS, json=await faster.confirm(hat)))
    before, head = await boutique.left(shirt), await boutique.container.log.head()
    problem = refused(await shopper.http.post(ADDRESS, json=wanted), 409, "sold-out")
    assert problem["variant_ids"] == [str(hat.variant_ids[0])]
    assert await boutique.container.log.head() == head
    assert await boutique.left(shirt) == before


async def test_more_pieces_than_there_are_cannot_be_bought(
    shopper: Visitor, seller: Visitor
) -> None:
    hat = await _last_piece(seller)
    wanted = await shopper.confirm(hat)
    once, twice = wanted["pieces"][0], wanted["pieces"] * 2
    for pieces in ([once | {"quantity": 2}], twice):
        answer = await shopper.http.post(ADDRESS, json=wanted | {"pieces": pieces})
        refused(answer, 409, "sold-out")


async def test_a_look_that_was_not_confirmed_is_not_sold(
    shopper: Visitor, shirt: Goods, trousers: Goods
) -> None:
    coordination = await shopper.dress_in(shirt)
    unconfirmed = order(coordination["id"], shirt)
    refused(await shopper.http.post(ADDRESS, json=unconfirmed), 409, "look-not-confirmed")
    await shopper.post(f"/coordinations/{coordination['id']}/confirmation", None)
    await shopper.dress_in(trousers)
    added = order(coordination["id"], shirt, trousers)  # put on after the confirmation
    refused(await shopper.http.post(ADDRESS, json=added), 409, "look-not-confirmed")


async def test_a_look_is_bought_by_whose_it_is(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods
) -> None:
    wanted = await shopper.confirm(shirt)
    stranger, guest = await boutique.shopper(), await boutique.guest()
    refused(await stranger.http.post(ADDRESS, json=wanted), 404, "coordination-not-found")
    refused(await guest.http.post(ADDRESS, json=wanted), 401, "sign-in-needed")


async def test_of_a_crowd_after_the_last_piece_exactly_one_gets_it(
    boutique: OpenBoutique, seller: Visitor, shirt: Goods
) -> None:
    hat = await _last_piece(seller)
    crowd = await asyncio.gather(*(boutique.shopper() for _ in range(CROWD)))
    orders = [await shopper.confirm(shirt, hat) for shopper in crowd]
    before = await boutique.left(shirt)
    answers = await asyncio.gather(
        *(
            shopper.http.post(ADDRESS, json=wanted)
            for shopper, wanted in zip(crowd, orders, strict=True)
        )
    )
    counted = Counter(answer.status_code for answer in answers)
    assert counted == {201: 1, 409: CROWD - 1}, [answer.text for answer in answers]
    for answer in answers:
        if answer.status_code == 409:
            refused(answer, 409, "sold-out")
    assert await boutique.left(hat) == 0
    assert await boutique.left(shirt) == before - 1
    wardrobes = await asyncio.gather(*(shopper.get("/wardrobe") for shopper in crowd))
    assert sorted(map(len, wardrobes)) == [0] * (CROWD - 1) + [2]


async def test_purchases_are_listed_newest_first_and_page_by_page(
    shopper: Visitor, shirt: Goods
) -> None:
    wanted = await shopper.confirm(shirt)
    ids = [str(uuid4()) for _ in range(3)]
    for id_ in ids:
        succeeded(await shopper.http.post(ADDRESS, json=wanted | {"purchase_id": id_}))
    first = await shopper.get("/purchases", limit=2)
    second = await shopper.get("/purchases", limit=2, after=first["next"])
    listed = [p["purchase_id"] for page in (first, second) for p in page["purchases"]]
    assert listed == ids[::-1]
    assert second["next"] is None


async def test_the_picture_of_a_bought_look_can_still_be_seen_later(
    shopper: Visitor, shirt: Goods, trousers: Goods
) -> None:
    wanted = await shopper.confirm(shirt)
    seen = (await shopper.get("/coordinations/current"))["picture_url"]
    succeeded(await shopper.http.post(ADDRESS, json=wanted))
    await shopper.dress_in(trousers)
    succeeded(await shopper.http.get(seen))


async def test_a_receipt_shows_the_look_that_was_bought_and_not_a_later_one(
    shopper: Visitor, shirt: Goods, trousers: Goods
) -> None:
    wanted = await shopper.confirm(shirt)
    await shopper.post("/purchases", wanted)
    receipt = f"/purchases/{wanted['purchase_id']}"
    bought = _picture_on((await shopper.http.get(receipt)).text)
    await shopper.step(undo=True)
    await shopper.step(undo=True)
    await shopper.confirm(trousers)  # the look that was bought is no longer among the steps
    assert _picture_on((await shopper.http.get(receipt)).text) == bought
    succeeded(await shopper.http.get(bought))


def _picture_on(page: str) -> str:
    found = re.search(r"/api/v1/coordinations/[^\"]+", page)
    assert found is not None
    return found[0]
