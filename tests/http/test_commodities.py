"""Commodities over HTTP: registered by sellers, found by everybody."""

import asyncio
from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from tests.http.visitors import (
    Goods,
    OpenBoutique,
    Visitor,
    drawn,
    refused,
    registered,
    registering,
    registration,
    succeeded,
)
from web.app import create_app

FEW, MANY = 3, 7


@pytest.fixture(scope="module")
async def shirt(seller: Visitor) -> Goods:
    return await registered(seller)


async def test_a_commodity_is_shown_as_its_seller_registered_it(
    boutique: OpenBoutique, seller: Visitor, shirt: Goods
) -> None:
    guest = await boutique.guest()
    shown = await guest.get(f"/commodities/{shirt.commodity_id}")
    assert (shown["name"], shown["type"], shown["design"]) == ("Plain shirt", "shirt", "solid")
    assert [colour["name"] for colour in shown["colours"]] == ["blue"]
    assert shown["price"] == {"minor": 4900, "currency": "EUR"}
    assert [(v["size"], v["left"]) for v in shown["variants"]] == [("M", 5), ("L", 1)]
    assert shown["seller_id"] == str(seller.account_id)
    assert shown["seller_name"] == "Atelier Nord"
    assert not shown["is_sold_out"]


async def test_colours_are_measured_in_the_image(boutique: OpenBoutique, shirt: Goods) -> None:
    shown = await (await boutique.guest()).get(f"/commodities/{shirt.commodity_id}")
    shares = [colour["share"] for colour in shown["measured_colours"]]
    assert shares
    assert all(0 < share <= 1 for share in shares)
    assert sum(shares) <= 1.001


async def test_the_pictures_of_a_commodity_are_webp_for_ever(
    boutique: OpenBoutique, shirt: Goods
) -> None:
    guest = await boutique.guest()
    shown = await guest.get(f"/commodities/{shirt.commodity_id}")
    for address, rows in ((shown["image_url"], 1100), (shown["image_url_small"], 400)):
        answer = succeeded(await guest.http.get(address))
        assert answer.headers["content-type"] == "image/webp"
        assert "immutable" in answer.headers["cache-control"]
        with Image.open(BytesIO(answer.content)) as picture:
            assert (picture.format, picture.height) == ("WEBP", rows)
            assert picture.width == rows * 4 // 5


async def test_an_answer_names_the_address_and_the_position(seller: Visitor) -> None:
    answer = succeeded(await registering(seller, registration(), drawn("shirt")))
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/commodities/{answer.json()['commodity_id']}"
    shown = await seller.http.get(
        answer.headers["location"], params={"at_least": answer.headers["boutique-position"]}
    )
    assert shown.status_code == 200


async def test_the_newest_commodity_is_listed_first(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    newest = await registered(seller, "scarf")
    page = await (await boutique.guest()).get("/commodities", limit=1)
    assert page["commodities"][0]["id"] == str(newest.commodity_id)


async def test_lists_are_filtered_by_type_design_and_colour(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    wanted = await registered(seller, "skirt", design="dotted", colours=["green", "pink"])
    others = [
        await registered(seller, "skirt", design="solid", colours=["green"]),
        await registered(seller, "skirt", design="dotted", colours=["red"]),
        await registered(seller, "shorts", design="dotted", colours=["green"]),
    ]
    guest = await boutique.guest()
    page = await guest.get("/commodities", type="skirt", design="dotted", colour="pink")
    found = {commodity["id"] for commodity in page["commodities"]}
    assert str(wanted.commodity_id) in found
    assert not found & {str(other.commodity_id) for other in others}
    both = await guest.get("/commodities", type=["skirt", "shorts"], colour="green", limit=100)
    assert {c["type"] for c in both["commodities"]} == {"skirt", "shorts"}


async def test_a_facet_counts_what_its_own_choice_would_show(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    await registered(seller, "hat", design="checked", colours=["purple"])
    guest = await boutique.guest()
    counted = await guest.get("/facets", design="checked", colour="purple")
    assert counted["types"]["hat"] >= 1
    assert counted["total"] == sum(counted["types"].values())
    for type_, count in counted["types"].items():
        page = await guest.get("/commodities", type=type_, design="checked", colour="purple")
        assert len(page["commodities"]) == count


async def test_pages_of_a_list_neither_repeat_nor_miss_anything(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    mine = {str((await registered(seller, "bag")).commodity_id) for _ in range(MANY)}
    guest = await boutique.guest()
    seen, cursor, pages = list[str](), None, 0
    while cursor is not None or not pages:
        query = {"limit": FEW, "type": "bag"} | ({"after": cursor} if cursor else {})
        page = await guest.get("/commodities", **query)
        seen += [commodity["id"] for commodity in page["commodities"]]
        assert len(page["commodities"]) <= FEW
        cursor, pages = page["next"], pages + 1
    assert len(seen) == len(set(seen))
    assert mine <= set(seen)
    assert pages == -(-len(seen) // FEW)


async def test_a_page_stands_still_while_new_commodities_arrive(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    for _ in range(2):
        await registered(seller, "hat")
    guest = await boutique.guest()
    cursor = (await guest.get("/commodities", limit=1))["next"]
    before = await guest.get("/commodities", limit=FEW, after=cursor)
    await registered(seller, "hat")
    assert await guest.get("/commodities", limit=FEW, after=cursor) == before


async def test_a_query_waits_for_the_position_its_caller_has_written(seller: Visitor) -> None:
    for _ in range(FEW):
        answer = succeeded(await registering(seller, registration("hat"), drawn("hat")))
        listed = await seller.get(
            "/commodities", limit=1, at_least=answer.headers["boutique-position"]
        )
        assert listed["commodities"][0]["id"] == answer.json()["commodity_id"]


async def test_a_query_does_not_wait_for_ever(boutique: OpenBoutique) -> None:
    hasty = boutique.container.settings.model_copy(update={"wait_seconds_max": 0.1})
    app = create_app(replace(boutique.container, settings=hasty), boutique.imaging)
    http = await boutique.client(app)
    answer = await http.get("/api/v1/facets", params={"at_least": 10**9})
    refused(answer, 503, "not-yet-projected")


async def test_received_pieces_are_in_stock(boutique: OpenBoutique, seller: Visitor) -> None:
    shirt = await registered(seller)
    answer = await seller.http.post(
        f"/api/v1/commodities/{shirt.commodity_id}/variants/{shirt.variant_ids[0]}/stock",
        json={"pieces": 7},
    )
    assert succeeded(answer).status_code == 201
    assert await boutique.left(shirt) == 5 + 7


async def test_somebody_elses_commodity_takes_no_stock(
    boutique: OpenBoutique, shirt: Goods
) -> None:
    other = await boutique.seller("Atelier Sud")
    head = await boutique.container.log.head()
    address = f"/api/v1/commodities/{shirt.commodity_id}/variants/{shirt.variant_ids[0]}/stock"
    refused(await other.http.post(address, json={"pieces": 1}), 403, "not-the-seller")
    assert await boutique.container.log.head() == head


async def test_only_sellers_register_commodities(
    boutique: OpenBoutique, shopper: Visitor, auditor: Visitor
) -> None:
    image = drawn("shirt")
    for visitor in (shopper, auditor):
        refused(await registering(visitor, registration(), image), 403, "not-allowed")
    guest = await boutique.guest()
    refused(await registering(guest, registration(), image), 401, "sign-in-needed")


async def test_a_commodity_without_pieces_is_shown_as_sold_out(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    gone = await registered(seller, sizes=[{"size": "M", "pieces": 0}])
    shown = await (await boutique.guest()).get(f"/commodities/{gone.commodity_id}")
    assert shown["is_sold_out"]


@pytest.mark.parametrize(
    ("differently", "status", "name"),
    [
        ({"type": "spaceship"}, 400, "commodity-not-presentable"),
        ({"design": "loud"}, 400, "commodity-not-presentable"),
        ({"colours": ["infrared"]}, 400, "commodity-not-presentable"),
        ({"name": "   "}, 400, "commodity-not-presentable"),
        ({"name": "two\0words"}, 400, "commodity-not-presentable"),
        ({"sizes": [{"size": "M", "pieces": 1}] * 2}, 400, "commodity-not-presentable"),
        ({"colours": []}, 422, "invalid-request"),
        ({"price_minor": 0}, 422, "invalid-request"),
        ({"price_minor": -1}, 422, "invalid-request"),
        ({"price_minor": 10**12}, 422, "invalid-request"),
        ({"currency": "euro"}, 422, "invalid-request"),
        ({"sizes": []}, 422, "invalid-request"),
        ({"sizes": [{"size": "M", "pieces": -1}]}, 422, "invalid-request"),
        ({"name": "a" * 121}, 422, "invalid-request"),
        ({"landmarks": {"neck": [float("nan"), 0.5]}}, 422, "invalid-request"),
        ({"landmarks": {"neck": [float("inf"), 0.5]}}, 422, "invalid-request"),
        ({"landmarks": {"neck": [0.5]}}, 422, "invalid-request"),
        ({"landmarks": {"neck": [7, 0.5]}}, 422, "invalid-request"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else None,
)
async def test_what_cannot_be_shown_is_not_registered(
    boutique: OpenBoutique, seller: Visitor, differently: dict[str, Any], status: int, name: str
) -> None:
    head, stored = await boutique.container.log.head(), await boutique.stored()
    answer = await registering(seller, registration(**differently), drawn("shirt"))
    refused(answer, status, name)
    assert await boutique.container.log.head() == head
    assert await boutique.stored() == stored


async def test_an_unknown_commodity_is_not_found(boutique: OpenBoutique) -> None:
    guest = await boutique.guest()
    refused(await guest.http.get(f"/api/v1/commodities/{uuid4()}"), 404, "commodity-not-found")


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 101}, {"after": 0}, {"after": "x"}, {"at_least": -1}],
    ids=str,
)
async def test_a_page_has_bounds(boutique: OpenBoutique, query: dict[str, Any]) -> None:
    http = await boutique.client()
    refused(await http.get("/api/v1/commodities", params=query), 422, "invalid-request")


@pytest.mark.parametrize("query", [{"type": "a\0b"}, {"after": 10**30}, {"colour": "ß" * 5000}])
async def test_an_odd_query_finds_something_or_is_refused(
    boutique: OpenBoutique, query: dict[str, Any]
) -> None:
    http = await boutique.client()
    answer = await http.get("/api/v1/commodities", params=query)
    assert answer.status_code in {200, 422}


async def test_a_position_that_nobody_has_written_is_not_waited_for(boutique: OpenBoutique) -> None:
    http = await boutique.client()
    async with asyncio.timeout(2):
        answer = await http.get("/api/v1/facets", params={"at_least": 10**9})
    refused(answer, 503, "not-yet-projected")
