"""Read models of what is held, what came back, and the money that is owed: events in, rows out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.projection_runner import ProjectionRunner
from domain.event import Event
from projections import purchased_commodities, reservations, returns
from projections.projection import Connection
from projections.reservations import HeldLine, HeldReservation
from projections.returns import RecordedRefund, RecordedReturn
from tests.real_log import PROJECTIONS, opened_log
from tests.speaking import (
    COORDINATION,
    NOON,
    PURCHASE,
    REFUND,
    RESERVATION,
    RETURN,
    RIVAL,
    SELLER,
    SHIRT,
    SHIRT_M,
    SHOPPER,
    SKIRT,
    SKIRT_M,
    STRANGER,
    lines,
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
    recorded,
    refund_granted,
    reservation_expired,
    reservation_released,
    shirt_returned,
)

ANOTHER_RESERVATION = UUID(int=0x61)
LATER = NOON + timedelta(minutes=1)
another_reserved = replace(
    look_reserved,
    reservation_id=ANOTHER_RESERVATION,
    expires_at=look_reserved.expires_at + timedelta(minutes=1),
)
paid = (purchase_placed, payment_authorised, payment_captured)


@pytest.fixture
async def tables(database_url: str) -> AsyncIterator[Connection]:
    """A connection to the empty tables of all projections."""
    async with opened_log(database_url) as real:
        await ProjectionRunner(real.dsn, real.pool, PROJECTIONS).set_up()
        async with real.pool.connection() as connection:
            yield connection


# ----------------------------------------------------------- reservations


async def test_what_is_held_is_found_by_its_shopper_only_newest_first(tables: Connection) -> None:
    await reservations.apply(tables, recorded(one_shirt, look_reserved, another_reserved))
    newest, oldest = await reservations.open_reservations(tables, SHOPPER, limit=9)
    assert newest.reservation_id == ANOTHER_RESERVATION
    assert oldest == HeldReservation(
        reservation_id=RESERVATION,
        coordination_id=COORDINATION,
        expires_at=look_reserved.expires_at,
        lines=(
            HeldLine(commodity_id=SHIRT, variant_id=SHIRT_M, quantity=1),
            HeldLine(commodity_id=SKIRT, variant_id=SKIRT_M, quantity=1),
        ),
    )
    assert await reservations.open_reservations(tables, SHOPPER, limit=1) == [newest]
    assert await reservations.open_reservations(tables, STRANGER, limit=9) == []


@pytest.mark.parametrize(
    "end", [reservation_released, reservation_expired, purchase_from_reservation]
)
@pytest.mark.parametrize("is_one_page", [True, False])
async def test_a_reservation_that_has_ended_is_no_longer_held(
    tables: Connection, end: Event, is_one_page: bool
) -> None:
    made = (look_reserved, another_reserved)
    for page in [(*made, end)] if is_one_page else [made, (end,)]:
        await reservations.apply(tables, recorded(*page))
    [held] = await reservations.open_reservations(tables, SHOPPER, limit=9)
    assert held.reservation_id == ANOTHER_RESERVATION


async def test_a_purchase_without_a_reservation_ends_none(tables: Connection) -> None:
    await reservations.apply(tables, recorded(look_reserved, purchase_placed))
    assert len(await reservations.open_reservations(tables, SHOPPER, limit=9)) == 1


async def test_overdue_is_what_is_held_when_its_time_is_over(tables: Connection) -> None:
    await reservations.apply(tables, recorded(another_reserved, look_reserved))
    end = look_reserved.expires_at

    async def overdue(now: timedelta, limit: int = 9) -> list[UUID]:
        return await reservations.overdue_reservations(tables, now=end + now, limit=limit)

    assert await overdue(timedelta(microseconds=-1)) == []
    assert await overdue(timedelta()) == [RESERVATION]
    assert await overdue(timedelta(minutes=1)) == [RESERVATION, ANOTHER_RESERVATION]
    assert await overdue(timedelta(minutes=1), limit=1) == [RESERVATION]


# ------------------------------------------------------------- what came back


@pytest.mark.parametrize("is_one_page", [True, False])
async def test_returned_pieces_leave_the_wardrobe(tables: Connection, is_one_page: bool) -> None:
    for page in [(*paid, shirt_returned)] if is_one_page else [paid, (shirt_returned,)]:
        await purchased_commodities.apply(tables, recorded(*page))
    owned = await purchased_commodities.purchased_commodities(tables, SHOPPER)
    assert [(x.commodity_id, x.quantity) for x in owned] == [(SKIRT, 1)]
    found = await purchased_commodities.lines(tables, PURCHASE)
    assert [(x.commodity_id, x.returned, x.returnable) for x in found] == [
        (SHIRT, 1, 0),
        (SKIRT, 0, 1),
    ]


async def test_of_two_lines_of_one_size_pieces_come_back_one_by_one(tables: Connection) -> None:
    two_lines = (replace(lines[0], quantity=2), lines[0])
    placed = replace(purchase_placed, lines=two_lines)
    await purchased_commodities.apply(tables, recorded(placed, payment_captured))
    for still_owned in (2, 1, 0):
        await purchased_commodities.apply(tables, recorded(shirt_returned))
        [line] = await purchased_commodities.lines(tables, PURCHASE)
        assert (line.quantity, line.returnable) == (3, still_owned)
        owned = await purchased_commodities.purchased_commodities(tables, SHOPPER)
        assert [x.quantity for x in owned] == ([still_owned] if still_owned else [])


async def test_a_seller_sees_what_came_back_of_her_own_pieces(tables: Connection) -> None:
    both_returned = replace(shirt_returned, lines=lines)
    await returns.apply(tables, recorded(*paid, both_returned))
    assert await returns.returns_of_seller(tables, SELLER, limit=9) == [
        RecordedReturn(
            return_id=RETURN,
            purchase_id=PURCHASE,
            position=4,
            returned_at=NOON,
            commodity_id=SHIRT,
            variant_id=SHIRT_M,
            quantity=1,
            price_minor=4500,
        )
    ]
    [skirt] = await returns.returns_of_seller(tables, RIVAL, limit=9)
    assert skirt.variant_id == SKIRT_M


# ------------------------------------------------------------------ money


@pytest.mark.parametrize("is_one_page", [True, False])
async def test_a_refund_is_granted_then_paid(tables: Connection, is_one_page: bool) -> None:
    paid_back = replace(payment_refunded, recorded_at=LATER)
    granted = RecordedRefund(
        refund_id=REFUND,
        purchase_id=PURCHASE,
        amount_minor=4500,
        currency="EUR",
        granted_at=NOON,
        paid_at=None,
    )
    if not is_one_page:
        await returns.apply(tables, recorded(*paid, shirt_returned, refund_granted))
        assert await returns.refunds(tables, PURCHASE) == [granted]
    page = (paid_back,) if not is_one_page else (refund_granted, paid_back)
    await returns.apply(tables, recorded(*page))
    assert await returns.refunds(tables, PURCHASE) == [replace(granted, paid_at=LATER)]


async def unsettled(connection: Connection) -> bool:
    found = await purchased_commodities.unsettled_purchases(connection, limit=9)
    assert found in ([], [PURCHASE])
    return bool(found)


async def test_a_purchase_is_unsettled_while_a_refund_is_granted_and_not_paid(
    tables: Connection,
) -> None:
    await purchased_commodities.apply(tables, recorded(*paid, shirt_returned))
    assert not await unsettled(tables)
    await purchased_commodities.apply(tables, recorded(refund_granted))
    assert await unsettled(tables)
    await purchased_commodities.apply(tables, recorded(payment_refunded))
    assert not await unsettled(tables)
    found = await purchased_commodities.purchase(tables, PURCHASE, shopper_id=SHOPPER)
    assert found is not None
    assert (found.state, found.granted_minor, found.refunded_minor) == ("captured", 4500, 4500)


@pytest.mark.parametrize(
    ("history", "state", "expected"),
    [
        ((purchase_placed,), "placed", True),
        ((purchase_placed, payment_authorised), "placed", True),
        ((purchase_placed, payment_declined), "declined", False),
        (paid, "captured", False),
        ((purchase_placed, purchase_cancelled), "cancelled", True),
        ((purchase_placed, purchase_cancelled, payment_authorised), "cancelled", True),
        ((purchase_placed, purchase_cancelled, payment_voided), "cancelled", False),
    ],
)
@pytest.mark.parametrize("is_one_page", [True, False])
async def test_a_purchase_says_how_far_it_has_come_and_whether_money_is_open(
    tables: Connection,
    history: tuple[Event, ...],
    state: str,
    expected: bool,
    is_one_page: bool,
) -> None:
    for page in [history] if is_one_page else [(event,) for event in history]:
        await purchased_commodities.apply(tables, recorded(*page))
    found = await purchased_commodities.purchase(tables, PURCHASE, shopper_id=SHOPPER)
    assert found is not None
    assert found.state == state
    assert found.declined_because == (payment_declined.reason if state == "declined" else None)
    assert await unsettled(tables) is expected


@pytest.mark.parametrize("is_one_page", [True, False])
async def test_a_cancelled_purchase_whose_money_was_taken_is_open_until_all_is_back(
    tables: Connection, is_one_page: bool
) -> None:
    taken = (purchase_placed, payment_authorised, purchase_cancelled, payment_captured)
    for page in [taken] if is_one_page else [(event,) for event in taken]:
        await purchased_commodities.apply(tables, recorded(*page))
    assert await unsettled(tables)
    await purchased_commodities.apply(tables, recorded(refund_granted, payment_refunded))
    assert await unsettled(tables)  # a part of it only
    rest_granted = replace(refund_granted, refund_id=PURCHASE, amount_minor=8900)
    rest_paid = replace(payment_refunded, refund_id=PURCHASE, amount_minor=8900)
    await purchased_commodities.apply(tables, recorded(rest_granted, rest_paid))
    assert not await unsettled(tables)
    found = await purchased_commodities.purchase(tables, PURCHASE, shopper_id=SHOPPER)
    assert found is not None
    assert found.state == "cancelled"
    assert await purchased_commodities.purchased_commodities(tables, SHOPPER) == []
