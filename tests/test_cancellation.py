"""A purchase is cancelled before it is paid; afterwards pieces are returned and money refunded."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.event import Command, Event, Tag, fold
from domain.payment import (
    AuthorisePayment,
    CapturePayment,
    DeclinePayment,
    GrantRefund,
    PurchaseSettled,
    Refund,
    RefundNotGranted,
    RefundOutOfRange,
    RefundPayment,
    VoidPayment,
)
from domain.purchase import (
    CancelPurchase,
    PiecesBack,
    PiecesReturned,
    Purchase,
    PurchaseNotFound,
    PurchaseNotPaid,
    PurchasePaid,
    QuantityNotReturnable,
    ReturnPieces,
)
from domain.stock import Stock
from tests.given_when_then import decided, given
from tests.speaking import (
    DRESS_M,
    PURCHASE,
    REFERENCE,
    REFUND,
    RETURN,
    RIVAL,
    SELLER,
    SHIRT_M,
    SHOPPER,
    SKIRT_M,
    STRANGER,
    lines,
    one_shirt,
    payment_authorised,
    payment_captured,
    payment_declined,
    payment_refunded,
    payment_voided,
    purchase_cancelled,
    purchase_placed,
    refund_granted,
    shirt_returned,
)

authorised = (purchase_placed, payment_authorised)
paid = (*authorised, payment_captured)
three_shirts = replace(purchase_placed, lines=(replace(lines[0], quantity=2), lines[0]))
three_shirts_paid = (three_shirts, *paid[1:])

cancel = CancelPurchase(purchase_id=PURCHASE, shopper_id=SHOPPER)
return_shirt = ReturnPieces(
    return_id=RETURN,
    purchase_id=PURCHASE,
    shopper_id=SHOPPER,
    pieces=(PiecesBack(variant_id=SHIRT_M, quantity=1),),
)
void = VoidPayment(purchase_id=PURCHASE)
grant_refund = GrantRefund(
    purchase_id=PURCHASE, refund_id=REFUND, amount_minor=4500, seller_id=None
)
refund = RefundPayment(purchase_id=PURCHASE, refund_id=REFUND, reference=payment_refunded.reference)


def as_known(*events: Event) -> Purchase:
    return fold(Purchase(purchase_id=PURCHASE), events)


@pytest.mark.parametrize(
    "command", [cancel, return_shirt, void, grant_refund, refund], ids=lambda c: type(c).__name__
)
def test_given_no_purchase_then_refused(command: Command) -> None:
    given().when(command).then_refused(PurchaseNotFound)


# ------------------------------------------------------------ cancelling


@pytest.mark.parametrize("history", [(purchase_placed,), authorised], ids=["placed", "authorised"])
def test_given_the_money_is_not_taken_when_cancelled_then_the_pieces_are_back(
    history: tuple[Event, ...],
) -> None:
    given(*history).when(cancel).then(purchase_cancelled)
    assert fold(Stock(variant_id=SHIRT_M), [one_shirt, *history, purchase_cancelled]).left == 1


def test_given_a_cancelled_purchase_when_cancelled_again_then_nothing_happens() -> None:
    given(purchase_placed, purchase_cancelled).when(cancel).then_nothing()
    given(*authorised, purchase_cancelled, payment_voided).when(cancel).then_nothing()


def test_given_a_declined_payment_when_cancelled_then_the_pieces_do_not_come_back_twice() -> None:
    given(purchase_placed, payment_declined).when(cancel).then_nothing()
    given(purchase_placed, purchase_cancelled).when(
        DeclinePayment(purchase_id=PURCHASE, reason="no money")
    ).then_refused(PurchaseSettled)


def test_given_the_money_is_taken_when_cancelled_then_refused() -> None:
    given(*paid).when(cancel).then_refused(PurchasePaid, saying="Return its pieces")


def test_given_somebodys_purchase_when_somebody_else_cancels_or_returns_then_refused() -> None:
    given(*authorised).when(replace(cancel, shopper_id=STRANGER)).then_refused(PurchaseNotFound)
    given(*paid).when(replace(return_shirt, shopper_id=STRANGER)).then_refused(PurchaseNotFound)


# --------------------------------------------------------------- voiding


def test_given_a_cancelled_purchase_when_the_money_is_let_go_then_it_is_on_record() -> None:
    given(*authorised, purchase_cancelled).when(void).then(payment_voided)
    given(purchase_placed, purchase_cancelled).when(void).then(
        replace(payment_voided, reference=None)
    )


def test_given_a_voided_payment_when_voided_again_then_nothing_happens() -> None:
    given(*authorised, purchase_cancelled, payment_voided).when(void).then_nothing()


@pytest.mark.parametrize(
    "history",
    [authorised, (*authorised, purchase_cancelled, payment_captured)],
    ids=["not cancelled", "taken before it could be let go"],
)
def test_given_money_that_must_not_be_let_go_when_voided_then_refused(
    history: tuple[Event, ...],
) -> None:
    given(*history).when(void).then_refused(PurchaseSettled)


@pytest.mark.parametrize(
    "command",
    [
        AuthorisePayment(purchase_id=PURCHASE, reference=REFERENCE),
        CapturePayment(purchase_id=PURCHASE),
    ],
    ids=lambda c: type(c).__name__,
)
def test_given_a_voided_payment_when_paid_then_refused(command: Command) -> None:
    given(*authorised, purchase_cancelled, payment_voided).when(command).then_refused(
        PurchaseSettled
    )


def test_that_money_was_held_or_taken_is_recorded_of_a_cancelled_purchase_too() -> None:
    given(purchase_placed, purchase_cancelled).when(
        AuthorisePayment(purchase_id=PURCHASE, reference=REFERENCE)
    ).then(payment_authorised)
    given(*authorised, purchase_cancelled).when(CapturePayment(purchase_id=PURCHASE)).then(
        payment_captured
    )


# ----------------------------------------------------- pieces come back


def test_given_a_paid_purchase_when_a_piece_is_returned_then_it_is_back_in_the_stock() -> None:
    given(*paid).when(return_shirt).then(shirt_returned)
    assert fold(Stock(variant_id=SHIRT_M), [one_shirt, *paid, shirt_returned]).left == 1


def test_given_a_return_when_it_is_recorded_again_then_nothing_happens() -> None:
    given(*paid, shirt_returned).when(return_shirt).then_nothing()


def test_given_all_shirts_are_returned_when_one_more_is_then_refused() -> None:
    another = replace(return_shirt, return_id=UUID(int=0x59))
    given(*paid, shirt_returned).when(another).then_refused(QuantityNotReturnable)


def back(*quantities: int, variant_id: UUID = SHIRT_M) -> ReturnPieces:
    pieces = tuple(PiecesBack(variant_id=variant_id, quantity=quantity) for quantity in quantities)
    return replace(return_shirt, return_id=UUID(int=0x59), pieces=pieces)


@pytest.mark.parametrize("quantities", [(2,), (1, 1)], ids=["at once", "named one by one"])
def test_of_pieces_bought_in_two_lines_those_still_there_can_be_returned(
    quantities: tuple[int, ...],
) -> None:
    [returned] = decided(back(*quantities), [*three_shirts_paid, shirt_returned])
    assert isinstance(returned, PiecesReturned)
    assert returned.lines == (replace(lines[0], quantity=2),)
    given(*three_shirts_paid, shirt_returned).when(back(*quantities, 1)).then_refused(
        QuantityNotReturnable
    )


@pytest.mark.parametrize("quantities", [(), (0,), (-1,), (1, -1)])
def test_when_no_piece_is_returned_then_refused(quantities: tuple[int, ...]) -> None:
    given(*paid).when(back(*quantities)).then_refused(QuantityNotReturnable, saying="at least one")


def test_when_a_piece_is_returned_that_was_not_bought_then_refused() -> None:
    given(*paid).when(back(1, variant_id=DRESS_M)).then_refused(QuantityNotReturnable)


@pytest.mark.parametrize(
    "history",
    [authorised, (*authorised, purchase_cancelled, payment_captured)],
    ids=["not paid", "cancelled, so the pieces are back already"],
)
def test_given_the_pieces_are_not_the_shoppers_when_returned_then_refused(
    history: tuple[Event, ...],
) -> None:
    given(*history).when(return_shirt).then_refused(PurchaseNotPaid)
    assert not as_known(*history).returnable


def test_what_is_returnable_is_what_was_bought_less_what_came_back() -> None:
    assert not as_known().returnable
    assert as_known(*paid).returnable == {SHIRT_M: 1, SKIRT_M: 1}
    assert as_known(*paid, shirt_returned).returnable == {SHIRT_M: 0, SKIRT_M: 1}


# ------------------------------------------------------- money goes back


def test_given_a_returned_piece_when_a_refund_is_granted_then_it_is_on_record() -> None:
    given(*paid, shirt_returned).when(grant_refund).then(refund_granted)


def test_given_a_granted_refund_when_it_is_granted_again_then_nothing_happens() -> None:
    given(*paid, shirt_returned, refund_granted).when(grant_refund).then_nothing()


@pytest.mark.parametrize("amount_minor", [-1, 0, 4501])
def test_when_the_amount_is_nothing_or_more_than_what_came_back_then_refused(
    amount_minor: int,
) -> None:
    given(*paid, shirt_returned).when(
        replace(grant_refund, amount_minor=amount_minor)
    ).then_refused(RefundOutOfRange, saying="4500")


def test_given_nothing_came_back_when_a_refund_is_wanted_then_refused() -> None:
    given(*paid).when(replace(grant_refund, amount_minor=1)).then_refused(RefundOutOfRange)
    given(purchase_placed).when(replace(grant_refund, amount_minor=1)).then_refused(
        RefundOutOfRange
    )


def test_two_refunds_are_together_at_most_what_came_back() -> None:
    half = replace(refund_granted, amount_minor=2000)
    rest = replace(grant_refund, refund_id=UUID(int=0x59), amount_minor=2500)
    given(*paid, shirt_returned, half).when(rest).then(
        replace(refund_granted, refund_id=UUID(int=0x59), amount_minor=2500)
    )
    given(*paid, shirt_returned, half).when(replace(rest, amount_minor=2501)).then_refused(
        RefundOutOfRange
    )


def test_given_pieces_of_two_sellers_came_back_when_one_grants_then_what_hers_were_worth() -> None:
    both = replace(shirt_returned, lines=lines)
    first, second = (
        replace(grant_refund, refund_id=UUID(int=n), amount_minor=worth, seller_id=seller_id)
        for n, worth, seller_id in ((0x61, 4500, SELLER), (0x62, 8900, RIVAL))
    )
    granted = tuple(
        replace(
            refund_granted,
            refund_id=command.refund_id,
            amount_minor=command.amount_minor,
            seller_id=command.seller_id,
        )
        for command in (first, second)
    )
    given(*paid, both).when(replace(first, amount_minor=4501)).then_refused(
        RefundOutOfRange, saying="4500"
    )
    given(*paid, both).when(first).then(granted[0])
    given(*paid, both, granted[0]).when(second).then(granted[1])
    given(*paid, both, granted[0]).when(
        replace(first, refund_id=UUID(int=0x63), amount_minor=1)
    ).then_refused(RefundOutOfRange, saying="0")


def test_given_anothers_piece_came_back_when_a_seller_grants_then_refused() -> None:
    hers = replace(grant_refund, amount_minor=1, seller_id=RIVAL)
    given(*paid, shirt_returned).when(hers).then_refused(RefundOutOfRange, saying="0")
    nobodys = replace(grant_refund, seller_id=UUID(int=0x64))
    given(*paid, shirt_returned).when(nobodys).then_refused(PurchaseNotFound)


def test_given_the_boutique_granted_when_a_seller_grants_then_at_most_what_is_left() -> None:
    rest = replace(grant_refund, refund_id=UUID(int=0x65), amount_minor=2501, seller_id=SELLER)
    by_boutique = replace(refund_granted, amount_minor=2000)
    given(*paid, shirt_returned, by_boutique).when(rest).then_refused(
        RefundOutOfRange, saying="2500"
    )


def test_a_refunds_id_is_for_one_purchase_alone() -> None:
    elsewhere = replace(refund_granted, purchase_id=UUID(int=0x99))
    given(*paid, shirt_returned, elsewhere).when(grant_refund).then_refused(RefundNotGranted)
    blank = Refund(refund_id=REFUND)
    assert blank.evolve(one_shirt) == blank


def test_given_a_granted_refund_when_paid_then_it_is_on_record_once() -> None:
    given(*paid, shirt_returned, refund_granted).when(refund).then(payment_refunded)
    given(*paid, shirt_returned, refund_granted, payment_refunded).when(refund).then_nothing()


def test_given_no_refund_was_granted_when_paid_then_refused() -> None:
    given(*paid, shirt_returned).when(refund).then_refused(RefundNotGranted)


def test_money_that_was_taken_for_a_cancelled_purchase_can_all_go_back() -> None:
    history = (*authorised, purchase_cancelled, payment_captured)
    given(*history).when(replace(grant_refund, amount_minor=13401)).then_refused(RefundOutOfRange)
    given(*history).when(replace(grant_refund, amount_minor=13400)).then(
        replace(refund_granted, amount_minor=13400)
    )


# -------------------------------------------------------------- settled

all_refunded = (
    replace(refund_granted, amount_minor=13400),
    replace(payment_refunded, amount_minor=13400),
)


@pytest.mark.parametrize(
    ("history", "is_settled"),
    [
        ((purchase_placed, purchase_cancelled), False),
        ((*authorised, purchase_cancelled), False),
        ((*authorised, purchase_cancelled, payment_voided), True),
        ((*authorised, purchase_cancelled, payment_captured), False),
        ((*authorised, purchase_cancelled, payment_captured, all_refunded[0]), False),
        ((*authorised, purchase_cancelled, payment_captured, *all_refunded), True),
        ((*paid, shirt_returned), True),
        ((*paid, shirt_returned, refund_granted), False),
        ((*paid, shirt_returned, refund_granted, payment_refunded), True),
    ],
)
def test_a_purchase_is_settled_when_nobody_owes_anything(
    history: tuple[Event, ...], is_settled: bool
) -> None:
    assert as_known(*history).is_settled is is_settled


def test_a_refund_is_found_by_itself_and_by_no_seller() -> None:
    assert refund_granted.tags() == (
        Tag("purchase", PURCHASE),
        Tag("shopper", SHOPPER),
        Tag("refund", REFUND),
    )
