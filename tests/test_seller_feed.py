"""Each seller follows the events about her own commodities, and learns nothing of shoppers."""

import json
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from adapters.seller_feed import SellerFeed, part_of_seller
from domain.purchase import PurchaseEvent, PurchaseLine, PurchasePlaced
from domain.reservation import ReservationEvent
from tests.real_log import RealLog, opened_log
from tests.speaking import (
    CARD,
    COORDINATION,
    PURCHASE,
    REFERENCE,
    RESERVATION,
    RIVAL,
    SELLER,
    SHIRT,
    SHOPPER,
    SKIRT,
    look_ready,
    look_reserved,
    one_shirt,
    payment_authorised,
    payment_captured,
    payment_declined,
    payment_refunded,
    payment_voided,
    purchase_cancelled,
    purchase_from_reservation,
    purchase_placed,
    refund_granted,
    reservation_expired,
    reservation_released,
    reserved_lines,
    shirt_registered,
    shirt_returned,
    shopper_opened,
)

SOURCE = "https://boutique.example/api/v1/events"
NOBODYS_BUSINESS = (str(SHOPPER), str(COORDINATION), CARD, REFERENCE, "mannequin")

purchase_events = (purchase_placed, payment_authorised, payment_captured, payment_declined)
later_events = (purchase_from_reservation, purchase_cancelled, payment_voided, shirt_returned)
reservation_events = (look_reserved, reservation_released, reservation_expired)


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


@pytest.fixture
def feed(real: RealLog) -> SellerFeed:
    return SellerFeed(real.pool, source=SOURCE)


def types(page: list[dict[str, Any]]) -> list[str]:
    return [event["type"] for event in page]


async def test_a_seller_sees_what_happens_to_her_own_commodities_in_order(
    real: RealLog, feed: SellerFeed
) -> None:
    await real.record(shopper_opened, *look_ready, *purchase_events)
    page = await feed.page(SELLER, after=0, limit=100)
    assert types(page) == [
        "commodity-registered",
        "stock-received",
        "purchase-placed",
        "payment-authorised",
        "payment-captured",
        "payment-declined",
    ]
    assert str(SKIRT) not in json.dumps(page)
    rivals = await feed.page(RIVAL, after=0, limit=100)
    assert types(rivals) == types(page)
    assert str(SHIRT) not in json.dumps(rivals)


async def test_an_event_is_a_cloud_event(real: RealLog, feed: SellerFeed) -> None:
    await real.record(shopper_opened, shirt_registered, one_shirt)
    [_, event] = await feed.page(SELLER, after=0, limit=100)
    assert event == {
        "specversion": "1.0",
        "id": "3",
        "source": SOURCE,
        "type": "stock-received",
        "subject": f"variant:{one_shirt.variant_id}",
        "time": "2030-06-01T12:00:00+00:00",
        "datacontenttype": "application/json",
        "position": "3",
        "data": {
            "v": 1,
            "recorded_at": "2030-06-01T12:00:00Z",
            "variant_id": str(one_shirt.variant_id),
            "commodity_id": str(SHIRT),
            "seller_id": str(SELLER),
            "quantity": 1,
        },
    }


async def test_the_feed_goes_on_behind_any_position(real: RealLog, feed: SellerFeed) -> None:
    await real.record(shopper_opened, *look_ready, *purchase_events)
    whole = await feed.page(SELLER, after=0, limit=100)
    followed = list[dict[str, Any]]()
    while page := await feed.page(
        SELLER, after=int(followed[-1]["position"]) if followed else 0, limit=2
    ):
        assert len(page) <= 2
        followed += page
    assert followed == whole


async def test_the_latest_events_come_newest_first(real: RealLog, feed: SellerFeed) -> None:
    await real.record(*look_ready, *purchase_events)
    latest = await feed.latest(SELLER, limit=2)
    assert [found.event.TOPIC for found in latest] == ["payment-declined", "payment-captured"]


async def test_of_the_latest_purchases_a_seller_sees_her_own_lines_only(
    real: RealLog, feed: SellerFeed
) -> None:
    await real.record(*look_ready, *purchase_events)
    for found in await feed.latest(SELLER, limit=2):
        assert isinstance(found.event, PurchaseEvent)
        assert {line.seller_id for line in found.event.lines} == {SELLER}
        assert len(found.event.lines) < len(purchase_placed.lines)


async def test_a_seller_without_commodities_sees_nothing(real: RealLog, feed: SellerFeed) -> None:
    await real.record(*look_ready, *purchase_events)
    assert await feed.page(SHOPPER, after=0, limit=100) == []
    assert await feed.latest(COORDINATION, limit=100) == []


async def test_in_all_the_feed_nothing_tells_of_shopper_look_or_card(
    real: RealLog, feed: SellerFeed
) -> None:
    await real.record(
        *(shopper_opened, *look_ready, *reservation_events, *purchase_events),
        *(*later_events, refund_granted, payment_refunded),
    )
    for seller in (SELLER, RIVAL):
        told = json.dumps(await feed.page(seller, after=0, limit=100))
        assert not [secret for secret in NOBODYS_BUSINESS if secret in told]


async def test_money_that_goes_back_is_no_sellers_business(real: RealLog, feed: SellerFeed) -> None:
    await real.record(*look_ready, shirt_returned, refund_granted, payment_refunded)
    assert types(await feed.page(SELLER, after=0, limit=100))[-1] == "pieces-returned"
    assert "pieces-returned" not in types(await feed.page(RIVAL, after=0, limit=100))


@pytest.mark.parametrize("event", reservation_events, ids=lambda event: event.TOPIC)
def test_of_a_reservation_a_seller_sees_her_own_lines_and_no_more(event: ReservationEvent) -> None:
    part = part_of_seller(event, SELLER)
    assert set(part) <= {"v", "recorded_at", "reservation_id", "lines", "expires_at"}
    assert [line["variant_id"] for line in part["lines"]] == [str(reserved_lines[0].variant_id)]
    assert ("expires_at" in part) == (event.TOPIC == "stock-reserved")


def test_of_what_comes_out_of_a_reservation_a_seller_sees_her_own_pieces() -> None:
    part = part_of_seller(purchase_from_reservation, RIVAL)
    assert part["reservation_id"] == str(RESERVATION)
    assert [line["commodity_id"] for line in part["from_reservation"]] == [str(SKIRT)]


@pytest.mark.parametrize("event", [*purchase_events, *later_events], ids=lambda event: event.TOPIC)
def test_of_a_purchase_a_seller_sees_her_own_lines_and_no_more(event: PurchaseEvent) -> None:
    part = part_of_seller(event, SELLER)
    assert set(part) <= {
        *("v", "recorded_at", "purchase_id", "return_id", "lines", "reason"),
        *("reservation_id", "from_reservation"),
    }
    assert part["purchase_id"] == str(PURCHASE)
    [line] = part["lines"]
    assert line == {
        "commodity_id": str(SHIRT),
        "variant_id": str(event.lines[0].variant_id),
        "seller_id": str(SELLER),
        "quantity": 1,
        "price_minor": 4500,
    }
    assert ("reason" in part) == (event.TOPIC == "payment-declined")


lines = st.lists(
    st.builds(
        PurchaseLine,
        commodity_id=st.uuids(),
        variant_id=st.uuids(),
        seller_id=st.sampled_from([SELLER, RIVAL, UUID(int=1), UUID(int=2)]),
        quantity=st.integers(1, 9),
        price_minor=st.integers(1, 99999),
    ),
    max_size=8,
).map(tuple)


@for_all(lines=lines)
def test_whatever_is_purchased_every_line_is_shown_to_its_seller_alone(
    lines: tuple[PurchaseLine, ...],
) -> None:
    event: PurchasePlaced = replace(purchase_placed, lines=lines)
    sellers = {line.seller_id for line in lines}
    shown = {seller: part_of_seller(event, seller)["lines"] for seller in sellers}
    for seller, own in shown.items():
        assert {line["seller_id"] for line in own} == {str(seller)}
    assert sum(len(own) for own in shown.values()) == len(lines)
    assert {field.name for field in fields(PurchaseLine)} >= {
        name for own in shown.values() for line in own for name in line
    }
