"""The payment of a placed purchase is authorised and captured, or declined."""

import pytest

from domain.event import Event, fold
from domain.payment import (
    AuthorisePayment,
    CapturePayment,
    DeclinePayment,
    PaymentCommand,
    PurchaseSettled,
)
from domain.purchase import Purchase, PurchaseNotFound
from tests.given_when_then import given
from tests.speaking import (
    PURCHASE,
    REFERENCE,
    payment_authorised,
    payment_captured,
    payment_declined,
    purchase_placed,
)

authorise = AuthorisePayment(purchase_id=PURCHASE, reference=REFERENCE)
capture = CapturePayment(purchase_id=PURCHASE)
decline = DeclinePayment(purchase_id=PURCHASE, reason=payment_declined.reason)


@pytest.mark.parametrize("command", [authorise, capture, decline], ids=lambda c: type(c).__name__)
def test_given_no_purchase_when_paid_then_refused(command: PaymentCommand) -> None:
    given().when(command).then_refused(PurchaseNotFound)


def test_given_a_placed_purchase_when_authorised_then_it_is_on_record() -> None:
    given(purchase_placed).when(authorise).then(payment_authorised)


def test_given_an_authorised_payment_when_authorised_again_then_nothing_happens() -> None:
    given(purchase_placed, payment_authorised).when(authorise).then_nothing()


def test_given_an_authorised_payment_when_captured_then_it_is_on_record() -> None:
    given(purchase_placed, payment_authorised).when(capture).then(payment_captured)


def test_given_a_captured_payment_when_captured_again_then_nothing_happens() -> None:
    given(purchase_placed, payment_authorised, payment_captured).when(capture).then_nothing()


def test_given_a_payment_that_was_not_authorised_when_captured_then_refused() -> None:
    given(purchase_placed).when(capture).then_refused(PurchaseSettled)


@pytest.mark.parametrize(
    "history", [(), (payment_authorised,)], ids=["just placed", "authorised before"]
)
def test_given_an_open_payment_when_declined_then_it_is_on_record(
    history: tuple[Event, ...],
) -> None:
    given(purchase_placed, *history).when(decline).then(payment_declined)


def test_given_a_declined_payment_when_declined_again_then_nothing_happens() -> None:
    given(purchase_placed, payment_declined).when(decline).then_nothing()


def test_given_a_captured_payment_when_declined_then_refused() -> None:
    given(purchase_placed, payment_authorised, payment_captured).when(decline).then_refused(
        PurchaseSettled
    )


@pytest.mark.parametrize("command", [authorise, capture], ids=lambda c: type(c).__name__)
def test_given_a_declined_payment_when_paid_then_refused(command: PaymentCommand) -> None:
    given(purchase_placed, payment_declined).when(command).then_refused(PurchaseSettled)
    given(purchase_placed, payment_authorised, payment_declined).when(command).then_refused(
        PurchaseSettled
    )


def test_a_purchase_is_settled_when_captured_or_declined() -> None:
    placed = fold(Purchase(purchase_id=PURCHASE), [purchase_placed])
    authorised = fold(placed, [payment_authorised])
    assert not placed.is_settled
    assert not authorised.is_settled
    assert fold(authorised, [payment_captured]).is_settled
    assert fold(placed, [payment_declined]).is_settled
