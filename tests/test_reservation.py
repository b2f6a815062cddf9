"""A reservation ends once: the shopper lets it go, its time is over, or its pieces are bought."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.event import Event, Tag, fold
from domain.placement import PlacePurchase
from domain.purchase import PurchasePlaced
from domain.reservation import (
    HELD_FOR,
    ExpireReservation,
    OpenReservation,
    ReleaseReservation,
    Reservation,
    ReservationNotFound,
    ReservationReleased,
)
from domain.stock import SoldOut, Stock
from tests.given_when_then import decided, given
from tests.speaking import (
    COORDINATION,
    NOON,
    RESERVATION,
    RIVAL,
    SELLER,
    SHIRT_M,
    SHIRT_S,
    SHOPPER,
    SKIRT_M,
    STRANGER,
    coordination_started,
    look_confirmed,
    look_ready,
    look_reserved,
    one_shirt,
    one_skirt,
    payment_declined,
    place_purchase,
    purchase_from_reservation,
    purchase_placed,
    received,
    reservation_expired,
    reservation_released,
    reserved_lines,
    wanted_shirt,
    wanted_skirt,
)

release = ReleaseReservation(reservation_id=RESERVATION, shopper_id=SHOPPER)
expire = ExpireReservation(reservation_id=RESERVATION)
its_end = NOON + HELD_FOR
held = (*look_ready, look_reserved)


def stock(log: Sequence[Event], variant_id: UUID = SHIRT_M) -> tuple[int, int]:
    """Return how many pieces are left and reserved."""
    found = fold(Stock(variant_id=variant_id), log)
    return found.left, found.reserved


# ------------------------------------------------------------- releasing


def test_given_a_reservation_when_released_then_its_pieces_are_back() -> None:
    given(look_reserved).when(release).then(reservation_released)
    assert stock([one_shirt, look_reserved]) == (0, 1)
    assert stock([one_shirt, look_reserved, reservation_released]) == (1, 0)


@pytest.mark.parametrize(
    "end",
    [reservation_released, reservation_expired, purchase_from_reservation],
    ids=["released", "expired", "purchased"],
)
def test_given_it_has_ended_when_it_is_to_end_again_then_nothing_happens(end: Event) -> None:
    given(look_reserved, end).when(release).then_nothing()
    given(look_reserved, end).when(expire, at=its_end).then_nothing()


def test_given_no_reservation_when_it_is_to_end_then_refused() -> None:
    given().when(release).then_refused(ReservationNotFound)
    given().when(expire, at=its_end).then_refused(ReservationNotFound)


def test_given_somebodys_reservation_when_somebody_else_releases_it_then_refused() -> None:
    given(look_reserved).when(replace(release, shopper_id=STRANGER)).then_refused(
        ReservationNotFound
    )


# -------------------------------------------------------------- expiring


@pytest.mark.parametrize("late", [timedelta(), timedelta(days=1)])
def test_given_its_time_is_over_when_expired_then_its_pieces_are_back(late: timedelta) -> None:
    given(look_reserved).when(expire, at=its_end + late).then(
        replace(reservation_expired, recorded_at=its_end + late)
    )
    assert stock([one_shirt, look_reserved, reservation_expired]) == (1, 0)


def test_given_its_time_is_not_over_when_expired_then_nothing_happens() -> None:
    given(look_reserved).when(expire, at=its_end - timedelta(microseconds=1)).then_nothing()


# ------------------------------------------------------------ purchasing


def test_given_a_reservation_when_placed_then_the_pieces_come_out_of_it() -> None:
    given(*held).when(place_purchase).then(purchase_from_reservation)
    assert stock([*held, purchase_from_reservation]) == (0, 0)


def test_given_its_time_is_over_but_not_recorded_when_placed_then_it_is_honoured() -> None:
    late = its_end + timedelta(hours=1)
    given(*held).when(place_purchase, at=late).then(
        replace(purchase_from_reservation, recorded_at=late)
    )


def test_given_it_has_expired_when_placed_then_plain_stock_is_asked() -> None:
    given(*held, reservation_expired).when(place_purchase).then(purchase_placed)
    somebody_else = replace(purchase_placed, purchase_id=UUID(int=0x99), coordination_id=SELLER)
    given(*held, reservation_expired, somebody_else).when(place_purchase).then_refused(SoldOut)


def test_given_a_reservation_when_somebody_else_places_a_purchase_then_sold_out() -> None:
    hers = UUID(int=0x49)
    others = [
        replace(coordination_started, coordination_id=hers, shopper_id=STRANGER),
        replace(look_confirmed, coordination_id=hers, shopper_id=STRANGER),
    ]
    command = replace(place_purchase, coordination_id=hers, shopper_id=STRANGER)
    given(*held, *others).when(command).then_refused(SoldOut)
    assert len(decided(command, [*held, *others, reservation_released])) == 1


def test_given_fewer_pieces_are_bought_than_held_then_the_others_are_let_go() -> None:
    [released, placed] = decided(replace(place_purchase, pieces=(wanted_shirt,)), held)
    assert released == replace(reservation_released, lines=(reserved_lines[1],))
    assert isinstance(placed, PurchasePlaced)
    assert placed.reservation_id == RESERVATION
    assert placed.from_reservation == (reserved_lines[0],)
    log = [*held, released, placed]
    assert (stock(log), stock(log, SKIRT_M)) == ((0, 0), (1, 0))


def test_given_more_pieces_are_bought_than_held_then_the_others_come_out_of_the_stock() -> None:
    two_shirts = replace(place_purchase, pieces=(wanted_shirt, wanted_shirt, wanted_skirt))
    given(*held).when(two_shirts).then_refused(SoldOut)
    [placed] = decided(two_shirts, [*held, received(SHIRT_M, 2)])
    assert isinstance(placed, PurchasePlaced)
    assert placed.from_reservation == reserved_lines
    assert stock([*held, received(SHIRT_M, 2), placed]) == (1, 0)


def test_given_nothing_that_is_held_is_bought_then_all_of_it_is_let_go() -> None:
    small: PlacePurchase = replace(
        place_purchase, pieces=(replace(wanted_shirt, variant_id=SHIRT_S),)
    )
    [released, placed] = decided(small, [*held, received(SHIRT_S, 1)])
    assert released == reservation_released
    assert isinstance(placed, PurchasePlaced)
    assert (placed.reservation_id, placed.from_reservation) == (None, ())


def test_given_two_pieces_are_held_and_one_is_bought_then_the_other_is_let_go() -> None:
    two_held = replace(look_reserved, lines=(replace(reserved_lines[0], quantity=2),))
    [released, placed] = decided(
        replace(place_purchase, pieces=(wanted_shirt,)), [*look_ready, two_held]
    )
    assert isinstance(released, ReservationReleased)
    assert released.lines == (reserved_lines[0],)
    assert isinstance(placed, PurchasePlaced)
    assert placed.from_reservation == (reserved_lines[0],)


def test_given_the_payment_is_declined_then_the_pieces_are_in_the_stock_and_not_held() -> None:
    assert stock([one_shirt, look_reserved, purchase_from_reservation, payment_declined]) == (1, 0)


# ------------------------------------------------------- tags and facts


def test_a_reservation_is_found_by_itself_shopper_coordination_sizes_and_sellers() -> None:
    assert look_reserved.tags() == (
        Tag("reservation", RESERVATION),
        Tag("shopper", SHOPPER),
        Tag("coordination", COORDINATION),
        Tag("variant", SHIRT_M),
        Tag("variant", SKIRT_M),
        Tag("seller", SELLER),
        Tag("seller", RIVAL),
    )
    assert purchase_from_reservation.tags()[-1] == Tag("reservation", RESERVATION)


def test_what_does_not_feed_a_fact_does_not_change_it() -> None:
    reservation = fold(Reservation(reservation_id=RESERVATION), [look_reserved])
    assert reservation.evolve(one_skirt) == reservation
    still_open = fold(OpenReservation(coordination_id=COORDINATION), [look_reserved])
    assert still_open.evolve(one_skirt) == still_open
