"""A seller receives more pieces of a commodity."""

from dataclasses import replace

import pytest

from domain.commodity import QUANTITY_MAX, CommodityNotFound
from domain.event import Tag, fold
from domain.stock import NotTheSeller, QuantityOutOfRange, ReceiveStock, Stock, VariantNotFound
from tests.given_when_then import given
from tests.speaking import (
    RIVAL,
    SELLER,
    SHIRT,
    SHIRT_M,
    SKIRT_M,
    payment_authorised,
    payment_captured,
    payment_declined,
    purchase_placed,
    received,
    shirt_registered,
)

receive_shirts = ReceiveStock(seller_id=SELLER, commodity_id=SHIRT, variant_id=SHIRT_M, quantity=3)


def test_given_a_commodity_when_stock_is_received_then_it_is_on_record() -> None:
    given(shirt_registered).when(receive_shirts).then(received(SHIRT_M, 3))


def test_given_no_commodity_when_stock_is_received_then_refused() -> None:
    given().when(receive_shirts).then_refused(CommodityNotFound)


def test_when_somebody_elses_stock_is_received_then_refused() -> None:
    given(shirt_registered).when(replace(receive_shirts, seller_id=RIVAL)).then_refused(
        NotTheSeller
    )


def test_when_the_commodity_has_no_such_size_then_refused() -> None:
    given(shirt_registered).when(replace(receive_shirts, variant_id=SKIRT_M)).then_refused(
        VariantNotFound
    )


@pytest.mark.parametrize("quantity", [-1, 0, QUANTITY_MAX + 1])
def test_when_the_quantity_is_out_of_range_then_refused(quantity: int) -> None:
    given(shirt_registered).when(replace(receive_shirts, quantity=quantity)).then_refused(
        QuantityOutOfRange
    )


@pytest.mark.parametrize("quantity", [1, QUANTITY_MAX])
def test_when_the_quantity_is_at_the_edge_of_the_range_then_received(quantity: int) -> None:
    given(shirt_registered).when(replace(receive_shirts, quantity=quantity)).then(
        received(SHIRT_M, quantity)
    )


def test_a_purchase_takes_pieces_out_and_a_declined_payment_puts_them_back() -> None:
    left = Stock(variant_id=SHIRT_M)
    left = fold(left, [received(SHIRT_M, 3)])
    assert left.left == 3
    left = fold(left, [purchase_placed, payment_authorised])
    assert left.left == 2
    assert fold(left, [payment_captured]).left == 2
    assert fold(left, [payment_declined]).left == 3


def test_received_stock_is_found_by_its_size_first() -> None:
    assert received(SHIRT_M, 1).tags() == (
        Tag("variant", SHIRT_M),
        Tag("commodity", SHIRT),
        Tag("seller", SELLER),
    )
