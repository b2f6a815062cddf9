"""Beside a commodity: what looks similar, what goes with it and why, what was there before."""

import pytest

from tests.http.markup import visit
from tests.http.visitors import (
    Goods,
    OpenBoutique,
    Visitor,
    refused,
    registered,
    succeeded,
)


@pytest.fixture(scope="module")
async def house(boutique: OpenBoutique) -> Visitor:
    return await boutique.seller("Atelier Ouest")


@pytest.fixture(scope="module")
async def trousers(house: Visitor) -> Goods:
    return await registered(house, "trousers", colours=["navy"])


async def test_similar_commodities_are_of_the_same_type(
    boutique: OpenBoutique, house: Visitor, trousers: Goods
) -> None:
    again = await registered(house, "trousers", colours=["navy"])
    found = await (await boutique.guest()).get(f"/commodities/{trousers.commodity_id}/similar")
    assert {x["type"] for x in found} == {"trousers"}
    assert str(trousers.commodity_id) not in {x["id"] for x in found}
    nearest = [x["id"] for x in found]
    assert str(again.commodity_id) in nearest


async def test_what_goes_with_it_is_of_other_types_and_says_why(
    boutique: OpenBoutique, house: Visitor, trousers: Goods
) -> None:
    shirt = await registered(house, "shirt", colours=["white"])
    guest = await boutique.guest()
    found = await guest.get(f"/commodities/{trousers.commodity_id}/goes-with", limit=24)
    assert all(x["words"].endswith(".") for x in found)
    assert not {x["commodity"]["type"] for x in found} & {"trousers", "shorts", "skirt", "dress"}
    words = {x["commodity"]["id"]: x["words"] for x in found}
    assert words[str(shirt.commodity_id)].startswith("Navy beside white")


async def test_the_page_of_a_commodity_shows_both(boutique: OpenBoutique, trousers: Goods) -> None:
    guest = await boutique.guest()
    page = await visit(guest.http, f"/commodities/{trousers.commodity_id}")
    assert "Goes with it" in page.text
    assert "Similar" in page.text


@pytest.mark.parametrize("what", ["similar", "goes-with"])
async def test_beside_what_nobody_has_there_is_nothing(boutique: OpenBoutique, what: str) -> None:
    guest = await boutique.guest()
    address = f"/api/v1/commodities/00000000-0000-0000-0000-000000000001/{what}"
    refused(await guest.http.get(address), 404, "commodity-not-found")


async def test_an_image_registered_twice_is_told_to_its_seller_and_to_operators(
    boutique: OpenBoutique,
) -> None:
    seller, rival = await boutique.seller(), await boutique.seller("Atelier Sud")
    first, second = await registered(seller, "scarf"), await registered(seller, "scarf")
    theirs = await registered(rival, "scarf")
    address = f"/commodities/{first.commodity_id}/duplicates"
    assert {x["commodity_id"] for x in await seller.get(address)} == {str(second.commodity_id)}
    operator = await boutique.operator()
    everybody = {x["commodity_id"] for x in await operator.get(address)}
    assert {str(second.commodity_id), str(theirs.commodity_id)} <= everybody
    refused(await rival.http.get(f"/api/v1{address}"), 404, "commodity-not-found")
    shopper = await boutique.shopper()
    refused(await shopper.http.get(f"/api/v1{address}"), 403, "not-allowed")
    console = succeeded(await seller.http.get("/seller"))
    assert "Looks the same as Plain scarf." in console.text


async def test_a_piece_says_why_it_suits_the_look(
    boutique: OpenBoutique, house: Visitor, trousers: Goods
) -> None:
    shopper = await boutique.shopper()
    shirt = await registered(house, "shirt", colours=["white"])
    alone = await shopper.step(put_on=str(trousers.commodity_id))
    assert [x["suits"] for x in alone["pieces"]] == [""]
    both = await shopper.step(put_on=str(shirt.commodity_id))
    suits = {x["commodity"]["type"]: x["suits"] for x in both["pieces"]}
    assert suits["shirt"].startswith("White beside navy")
    page = await visit(shopper.http, "/coordination")
    assert suits["shirt"] in page.text
