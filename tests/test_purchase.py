"""A confirmed look is sold as a whole, once, and never more often than it is there."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.commodity import QUANTITY_MAX, CommodityNotFound
from domain.coordination import CoordinationNotFound, LookEmpty
from domain.event import Event, Known, Refusal, Tag, fold
from domain.payment import CapturePayment, DeclinePayment
from domain.placement import (
    LINES_MAX,
    CardNumberSent,
    CurrenciesMixed,
    LookNotConfirmed,
    PriceChanged,
    QuantityNotPurchasable,
    WantedPiece,
)
from domain.purchase import Purchase, PurchaseNotFound, PurchasePlaced
from domain.stock import SoldOut, Stock, VariantNotFound
from tests.given_when_then import decided, given
from tests.speaking import (
    COORDINATION,
    DRESS,
    DRESS_M,
    PURCHASE,
    RIVAL,
    SELLER,
    SHIRT_M,
    SHIRT_S,
    SHOPPER,
    SKIRT_M,
    STRANGER,
    UNREGISTERED,
    coordination_started,
    dress_registered,
    look_confirmed,
    look_ready,
    one_dress,
    one_shirt,
    one_skirt,
    payment_authorised,
    payment_captured,
    payment_declined,
    place_purchase,
    purchase_placed,
    received,
    shirt_registered,
    shirt_worn,
    skirt_registered,
    wanted_shirt,
)


def without(*missing: Event) -> tuple[Event, ...]:
    return tuple(event for event in look_ready if event not in missing)


def test_given_all_pieces_in_stock_when_placed_then_the_look_is_sold_as_one() -> None:
    given(*look_ready).when(place_purchase).then(purchase_placed)


@pytest.mark.parametrize("missing", [one_shirt, one_skirt], ids=["shirt", "skirt"])
def test_given_one_piece_missing_when_placed_then_no_piece_is_sold(missing: Event) -> None:
    given(*without(missing)).when(place_purchase).then_refused(SoldOut)


@pytest.mark.parametrize("card", ["4111111111111111", "4111 1111 1111 1111", "4111-1111", ""])
def test_a_card_number_is_refused_before_it_is_recorded(card: str) -> None:
    given(*look_ready).when(replace(place_purchase, card=card)).then_refused(CardNumberSent)


def test_sold_out_names_every_piece_that_is_short() -> None:
    with pytest.raises(SoldOut) as refused:
        decided(place_purchase, without(one_shirt, one_skirt))
    assert refused.value.variant_ids == (SHIRT_M, SKIRT_M)
    with pytest.raises(SoldOut) as refused:
        decided(place_purchase, without(one_skirt))
    assert refused.value.variant_ids == (SKIRT_M,)


def test_given_one_shirt_when_two_lines_ask_for_it_then_refused() -> None:
    given(*look_ready).when(
        replace(place_purchase, pieces=(wanted_shirt, wanted_shirt))
    ).then_refused(SoldOut)


def test_a_part_of_the_look_can_be_purchased_in_any_size_and_number() -> None:
    three_small = replace(wanted_shirt, variant_id=SHIRT_S, quantity=3)
    [placed] = decided(
        replace(place_purchase, pieces=(three_small,)), [*look_ready, received(SHIRT_S, 3)]
    )
    assert isinstance(placed, PurchasePlaced)
    assert placed.total_minor == 13500
    [line] = placed.lines
    assert (line.variant_id, line.quantity, line.price_minor) == (SHIRT_S, 3, 4500)


def test_given_a_placed_purchase_when_placed_again_then_nothing_happens() -> None:
    given(*look_ready, purchase_placed).when(place_purchase).then_nothing()


def test_given_somebodys_purchase_when_somebody_else_places_it_then_refused() -> None:
    given(*look_ready, purchase_placed).when(
        replace(place_purchase, shopper_id=STRANGER)
    ).then_refused(PurchaseNotFound)


def test_given_the_pieces_went_back_when_placed_anew_then_sold() -> None:
    another = replace(place_purchase, purchase_id=UUID(int=0x99))
    given(*look_ready, purchase_placed).when(another).then_refused(SoldOut)
    given(*look_ready, purchase_placed, payment_declined).when(another).then(
        replace(purchase_placed, purchase_id=UUID(int=0x99))
    )


@pytest.mark.parametrize("shopper_id", [SHOPPER, STRANGER])
def test_when_the_coordination_is_not_hers_then_refused(shopper_id: UUID) -> None:
    history = look_ready if shopper_id == STRANGER else without(coordination_started)
    given(*history).when(replace(place_purchase, shopper_id=shopper_id)).then_refused(
        CoordinationNotFound
    )


def test_given_the_look_is_not_confirmed_when_placed_then_refused() -> None:
    given(*without(look_confirmed)).when(place_purchase).then_refused(LookNotConfirmed)


def test_given_a_confirmed_look_when_another_commodity_is_wanted_then_refused() -> None:
    wanted_dress = WantedPiece(
        commodity_id=DRESS, variant_id=DRESS_M, quantity=1, price_minor=12900
    )
    given(*look_ready, dress_registered, one_dress).when(
        replace(place_purchase, pieces=(wanted_shirt, wanted_dress))
    ).then_refused(LookNotConfirmed)


def test_what_was_confirmed_can_be_purchased_though_the_shopper_tries_on_more() -> None:
    given(*look_ready, replace(shirt_worn, piece=replace(shirt_worn.piece, type="dress"))).when(
        place_purchase
    ).then(purchase_placed)


def test_when_no_piece_is_wanted_then_refused() -> None:
    given(*look_ready).when(replace(place_purchase, pieces=())).then_refused(LookEmpty)


def test_when_a_commodity_is_not_on_offer_then_refused() -> None:
    given(*look_ready).when(
        replace(place_purchase, pieces=(replace(wanted_shirt, commodity_id=UNREGISTERED),))
    ).then_refused(CommodityNotFound)


def test_when_a_size_is_of_another_commodity_then_refused() -> None:
    given(*look_ready).when(
        replace(place_purchase, pieces=(replace(wanted_shirt, variant_id=SKIRT_M),))
    ).then_refused(VariantNotFound)


@pytest.mark.parametrize("price_minor", [4499, 4501])
def test_when_the_price_is_not_the_one_the_shopper_saw_then_refused(price_minor: int) -> None:
    given(*look_ready).when(
        replace(place_purchase, pieces=(replace(wanted_shirt, price_minor=price_minor),))
    ).then_refused(PriceChanged)


def test_when_the_pieces_have_two_currencies_then_refused() -> None:
    in_pounds = tuple(
        replace(event, currency="GBP") if event == skirt_registered else event
        for event in look_ready
    )
    given(*in_pounds).when(place_purchase).then_refused(CurrenciesMixed)


@pytest.mark.parametrize("quantity", [-1, 0, QUANTITY_MAX + 1])
def test_when_a_quantity_is_out_of_range_then_refused(quantity: int) -> None:
    given(*look_ready).when(
        replace(place_purchase, pieces=(replace(wanted_shirt, quantity=quantity),))
    ).then_refused(QuantityNotPurchasable)


def test_when_too_many_pieces_are_wanted_at_a_time_then_refused() -> None:
    plenty = [*look_ready, received(SHIRT_M, 100)]
    as_many = replace(place_purchase, pieces=(wanted_shirt,) * LINES_MAX)
    given(*plenty).when(replace(as_many, pieces=(*as_many.pieces, wanted_shirt))).then_refused(
        QuantityNotPurchasable
    )
    [placed] = decided(as_many, plenty)
    assert isinstance(placed, PurchasePlaced)
    assert len(placed.lines) == LINES_MAX


buyers = st.lists(
    st.tuples(
        st.lists(st.integers(1, 3), min_size=1, max_size=3),
        st.sampled_from(["leave", "capture", "decline"]),
    ),
    max_size=12,
)


@for_all(stock=st.integers(min_value=1, max_value=8), buyers=buyers)
def test_however_many_buy_and_fail_to_pay_never_more_is_sold_than_was_there(
    stock: int, buyers: list[tuple[list[int], str]]
) -> None:
    log: list[Event] = [*without(one_shirt), received(SHIRT_M, stock)]
    for number, (quantities, payment) in enumerate(buyers, start=100):
        id_ = UUID(int=number)
        command = replace(
            place_purchase,
            purchase_id=id_,
            pieces=tuple(replace(wanted_shirt, quantity=quantity) for quantity in quantities),
        )
        try:
            log.extend(decided(command, log))
            if payment == "decline":
                log.extend(decided(DeclinePayment(purchase_id=id_, reason="no money"), log))
            elif payment == "capture":
                log.append(replace(payment_authorised, purchase_id=id_))
                log.extend(decided(CapturePayment(purchase_id=id_), log))
        except SoldOut:
            continue
        blank = Stock(variant_id=SHIRT_M)
        assert 0 <= Known((blank,), log)[Stock, SHIRT_M].left <= stock


@for_all(st.permutations(look_ready))
def test_without_what_comes_before_nothing_but_a_refusal_comes_of_it(
    history: list[Event],
) -> None:
    try:
        events = decided(place_purchase, history)
    except Refusal:
        return
    assert [type(event) for event in events] == [PurchasePlaced]


def test_a_purchase_is_found_by_itself_its_shopper_its_sizes_sellers_and_coordination() -> None:
    twice = replace(purchase_placed, lines=(*purchase_placed.lines, purchase_placed.lines[0]))
    assert twice.tags() == (
        Tag("purchase", PURCHASE),
        Tag("shopper", SHOPPER),
        Tag("variant", SHIRT_M),
        Tag("variant", SKIRT_M),
        Tag("seller", SELLER),
        Tag("seller", RIVAL),
        Tag("coordination", COORDINATION),
    )
    assert payment_captured.tags() == twice.tags()[:-1]


def test_what_does_not_feed_a_fact_does_not_change_it() -> None:
    assert fold(Stock(variant_id=SHIRT_M, left=2), [shirt_registered]).left == 2
    blank = Purchase(purchase_id=PURCHASE)
    assert blank.evolve(one_shirt) == blank
