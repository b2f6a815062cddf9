"""Confirming a look holds its pieces for the shopper: all that are named, or none."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.commodity import Variant
from domain.confirmation import (
    ConfirmLook,
    PieceToReserve,
    SizeNotChosen,
    TooManyLooksHeld,
    WantedReservation,
)
from domain.coordination import (
    CommodityNotWorn,
    CoordinationNotFound,
    LookConfirmed,
    LookEmpty,
)
from domain.event import Event
from domain.look import Look
from domain.reservation import (
    HELD_FOR,
    LOOKS_HELD_MAX,
    ReservationExpired,
    ReservationNotFound,
    StockReserved,
)
from domain.stock import SoldOut
from tests.given_when_then import decided, given
from tests.speaking import (
    COORDINATION,
    DRESS,
    DRESS_M,
    MANNEQUIN,
    NOON,
    RESERVATION,
    SHIRT,
    SHIRT_M,
    SHIRT_S,
    SHOPPER,
    SKIRT,
    SKIRT_M,
    STRANGER,
    coordinated,
    coordination_started,
    dress_registered,
    dress_worn,
    look_confirmed,
    look_reserved,
    one_dress,
    one_shirt,
    one_skirt,
    purchase_from_reservation,
    received,
    registered,
    reservation_expired,
    reservation_released,
    reserved_lines,
    shirt_registered,
    skirt_registered,
    skirt_worn,
)

AGAIN = UUID(int=0x59)

shirt_in_m_worn = coordinated(SHIRT, "shirt", SHIRT_M)
look_in_m = Look(wearer=MANNEQUIN, pieces=(shirt_in_m_worn.piece, skirt_worn.piece))
look_in_m_confirmed = replace(look_confirmed, look=look_in_m)
shown = (
    shirt_registered,
    skirt_registered,
    one_shirt,
    one_skirt,
    coordination_started,
    shirt_in_m_worn,
    skirt_worn,
)
"""A look of a shirt and a skirt, sizes chosen, one piece of each in stock."""

held = (*shown, look_in_m_confirmed, look_reserved)

shirt_in_m = PieceToReserve(commodity_id=SHIRT, variant_id=SHIRT_M)
skirt_in_m = PieceToReserve(commodity_id=SKIRT, variant_id=SKIRT_M)
confirm = ConfirmLook(coordination_id=COORDINATION, shopper_id=SHOPPER)


def holding(*pieces: PieceToReserve, id_: UUID = RESERVATION) -> ConfirmLook:
    return replace(confirm, reservation=WantedReservation(reservation_id=id_, pieces=pieces))


hold_look = holding(shirt_in_m, skirt_in_m)
hold_look_again = holding(shirt_in_m, skirt_in_m, id_=AGAIN)
look_reserved_again = replace(look_reserved, reservation_id=AGAIN)


def without(*missing: Event) -> tuple[Event, ...]:
    return tuple(event for event in shown if event not in missing)


def test_when_a_look_is_confirmed_then_its_pieces_are_held_until_a_moment() -> None:
    given(*shown).when(hold_look).then(look_in_m_confirmed, look_reserved)
    assert look_reserved.expires_at == NOON + HELD_FOR
    later = NOON + timedelta(days=1)
    [_, reserved] = decided(hold_look, shown, at=later)
    assert isinstance(reserved, StockReserved)
    assert reserved.expires_at == later + HELD_FOR


@pytest.mark.parametrize("missing", [one_shirt, one_skirt], ids=["shirt", "skirt"])
def test_given_one_piece_missing_when_confirmed_then_no_piece_is_held(missing: Event) -> None:
    given(*without(missing)).when(hold_look).then_refused(SoldOut)


def test_sold_out_names_every_piece_that_is_short() -> None:
    with pytest.raises(SoldOut) as refused:
        decided(hold_look, without(one_skirt))
    assert refused.value.variant_ids == (SKIRT_M,)


def test_given_the_last_piece_is_held_when_somebody_else_confirms_then_sold_out() -> None:
    other = UUID(int=0x49)
    hers = (
        replace(coordination_started, coordination_id=other, shopper_id=STRANGER),
        replace(shirt_in_m_worn, coordination_id=other, shopper_id=STRANGER),
    )
    command = replace(holding(shirt_in_m, id_=AGAIN), coordination_id=other, shopper_id=STRANGER)
    given(*held, *hers).when(command).then_refused(SoldOut)
    [confirmed, reserved] = decided(command, [*held, *hers, reservation_released])
    assert isinstance(confirmed, LookConfirmed)
    assert isinstance(reserved, StockReserved)


def test_given_a_reservation_when_nothing_is_to_be_held_any_more_then_it_is_let_go() -> None:
    given(*held).when(holding(id_=AGAIN)).then(reservation_released)


def test_a_piece_the_shopper_does_not_want_held_is_not() -> None:
    given(*without(one_shirt)).when(holding(skirt_in_m)).then(
        look_in_m_confirmed, replace(look_reserved, lines=(reserved_lines[1],))
    )


def test_a_piece_named_twice_is_held_once() -> None:
    given(*shown).when(holding(shirt_in_m, shirt_in_m, skirt_in_m)).then(
        look_in_m_confirmed, look_reserved
    )


def test_when_nothing_is_to_be_held_then_the_look_is_only_confirmed() -> None:
    given(*shown).when(confirm).then(look_in_m_confirmed)
    given(*shown).when(holding()).then(look_in_m_confirmed)
    given(*shown, look_in_m_confirmed).when(holding()).then_nothing()


def test_given_a_reservation_when_the_same_command_comes_again_then_nothing_happens() -> None:
    given(*held).when(hold_look).then_nothing()
    given(*held, reservation_expired).when(hold_look).then_nothing()


def test_given_the_last_pieces_are_hers_when_confirmed_anew_then_they_are_held_anew() -> None:
    given(*held).when(hold_look_again).then(reservation_released, look_reserved_again)


@pytest.mark.parametrize(
    "end",
    [reservation_released, reservation_expired, purchase_from_reservation],
    ids=["released", "expired", "purchased"],
)
def test_given_a_reservation_that_has_ended_when_confirmed_anew_then_it_does_not_end_again(
    end: Event,
) -> None:
    more = (received(SHIRT_M, 1), received(SKIRT_M, 1, commodity_id=SKIRT))
    given(*held, *more, end).when(hold_look_again).then(look_reserved_again)


def test_given_a_reservation_when_another_look_is_confirmed_then_the_pieces_are_changed() -> None:
    dress = (dress_registered, one_dress, dress_worn)
    hold_dress = holding(PieceToReserve(commodity_id=DRESS, variant_id=DRESS_M), id_=AGAIN)
    [released, confirmed, reserved] = decided(hold_dress, [*held, *dress])
    assert released == reservation_released
    assert confirmed == replace(
        look_confirmed, look=Look(wearer=MANNEQUIN, pieces=(dress_worn.piece,))
    )
    assert isinstance(reserved, StockReserved)
    assert [line.variant_id for line in reserved.lines] == [DRESS_M]


def test_given_as_many_looks_held_as_may_be_when_another_is_confirmed_then_refused() -> None:
    others = [
        replace(look_reserved, reservation_id=UUID(int=number), coordination_id=UUID(int=number))
        for number in range(0x500, 0x500 + LOOKS_HELD_MAX)
    ]
    plenty = (received(SHIRT_M, 9), received(SKIRT_M, 9))
    given(*shown, *plenty, *others).when(hold_look).then_refused(TooManyLooksHeld)
    given(*shown, *plenty, *others).when(confirm).then(look_in_m_confirmed)  # and hold nothing
    strangers = [replace(other, shopper_id=STRANGER) for other in others]
    given(*shown, *plenty, *strangers).when(hold_look).then(look_in_m_confirmed, look_reserved)
    ended = ReservationExpired(
        recorded_at=NOON,
        reservation_id=others[0].reservation_id,
        shopper_id=SHOPPER,
        coordination_id=others[0].coordination_id,
        lines=others[0].lines,
    )
    given(*shown, *plenty, *others, ended).when(hold_look).then(look_in_m_confirmed, look_reserved)
    # One's own is changed, not another one added.
    held_anew = (*shown, *plenty, *others[1:], look_reserved)
    assert len(decided(holding(shirt_in_m, id_=AGAIN), held_anew)) == 3


def test_given_a_reservation_when_another_look_is_short_then_the_pieces_stay_held() -> None:
    hold_dress = holding(PieceToReserve(commodity_id=DRESS, variant_id=DRESS_M), id_=AGAIN)
    given(*held, dress_registered, dress_worn).when(hold_dress).then_refused(SoldOut)


def test_given_a_reservation_when_another_look_is_confirmed_to_hold_nothing_then_let_go() -> None:
    dress_confirmed = replace(
        look_confirmed, look=Look(wearer=MANNEQUIN, pieces=(dress_worn.piece,))
    )
    given(*held, dress_worn).when(confirm).then(reservation_released, dress_confirmed)


def test_given_a_reservation_when_the_same_look_is_confirmed_to_hold_nothing_then_kept() -> None:
    given(*held).when(confirm).then_nothing()


def test_when_a_piece_is_not_of_the_look_then_refused() -> None:
    given(*shown, dress_registered, one_dress).when(
        holding(PieceToReserve(commodity_id=DRESS, variant_id=DRESS_M))
    ).then_refused(CommodityNotWorn)


@pytest.mark.parametrize("variant_id", [SHIRT_S, None], ids=["another size", "no size yet"])
def test_when_the_look_has_the_piece_otherwise_than_named_then_refused(
    variant_id: UUID | None,
) -> None:
    given(*shown[:-2], coordinated(SHIRT, "shirt", variant_id)).when(
        holding(shirt_in_m)
    ).then_refused(SizeNotChosen)


def test_when_the_reservation_is_another_coordinations_then_refused() -> None:
    elsewhere = replace(look_reserved, coordination_id=UUID(int=0x49), shopper_id=STRANGER)
    given(*shown, elsewhere).when(hold_look).then_refused(ReservationNotFound)


def test_when_the_coordination_is_not_hers_then_refused() -> None:
    given(*shown).when(replace(hold_look, shopper_id=STRANGER)).then_refused(CoordinationNotFound)


def test_when_nothing_is_worn_there_is_nothing_to_hold() -> None:
    given(coordination_started).when(hold_look).then_refused(LookEmpty)


def test_pieces_of_one_commodity_in_two_sizes_are_not_of_one_look() -> None:
    both = registered(
        SHIRT, Variant(variant_id=SHIRT_S, size="S"), Variant(variant_id=SHIRT_M, size="M")
    )
    given(both, *shown[1:], received(SHIRT_S, 1)).when(
        holding(shirt_in_m, PieceToReserve(commodity_id=SHIRT, variant_id=SHIRT_S))
    ).then_refused(SizeNotChosen)
