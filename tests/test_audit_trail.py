"""The auditor replays the log and finds what was sold, what is left, and what was earned."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.event import Event, Refusal
from domain.payment import AuthorisePayment, CapturePayment, DeclinePayment
from domain.placement import PlacePurchase
from projections.audit_trail import PurchaseHistory, subject
from tests.given_when_then import decided
from tests.speaking import (
    PURCHASE,
    SHIRT_M,
    look_ready,
    look_reserved,
    payment_authorised,
    payment_captured,
    payment_declined,
    payment_refunded,
    place_purchase,
    purchase_cancelled,
    purchase_from_reservation,
    purchase_placed,
    received,
    recorded,
    refund_granted,
    shirt_registered,
    shirt_returned,
    wanted_shirt,
)


def replayed(*events: Event) -> PurchaseHistory:
    history = PurchaseHistory()
    history.replay(recorded(*events))
    return history


def test_of_an_empty_log_there_is_nothing_to_say() -> None:
    assert replayed() == PurchaseHistory()
    assert PurchaseHistory().pieces_sold == 0


def test_a_captured_purchase_is_counted_with_its_money_and_its_pieces() -> None:
    history = replayed(*look_ready, purchase_placed, payment_authorised, payment_captured)
    assert history == PurchaseHistory(
        position=11,
        events=11,
        placed=1,
        captured=1,
        pieces_received=2,
        pieces_left=0,
        revenue_minor={"EUR": 13400},
        captures=[(11, PURCHASE, 13400, "EUR")],
    )
    assert history.pieces_sold == 2


def test_a_declined_purchase_earns_nothing_and_its_pieces_are_back() -> None:
    history = replayed(*look_ready, purchase_placed, payment_declined)
    assert (history.placed, history.declined, history.captured) == (1, 1, 0)
    assert (history.pieces_sold, history.pieces_left) == (0, 2)
    assert history.revenue_minor == {}


def test_pieces_that_are_only_reserved_are_neither_left_nor_sold() -> None:
    history = replayed(*look_ready, look_reserved)
    assert (history.pieces_left, history.pieces_reserved, history.pieces_sold) == (0, 2, 0)
    history = replayed(*look_ready, look_reserved, purchase_from_reservation)
    assert (history.pieces_left, history.pieces_reserved, history.pieces_sold) == (0, 0, 2)


def test_what_goes_back_is_no_longer_earned() -> None:
    history = replayed(
        *(*look_ready, purchase_placed, payment_authorised, payment_captured),
        *(shirt_returned, refund_granted, payment_refunded),
    )
    assert (history.pieces_sold, history.revenue_minor) == (1, {"EUR": 8900})
    assert (history.refunds_granted, history.refunds_paid) == (1, 1)
    assert history.refunded_minor == {"EUR": 4500}


def test_a_cancelled_purchase_is_counted_and_its_pieces_are_back() -> None:
    history = replayed(*look_ready, purchase_placed, purchase_cancelled)
    assert (history.placed, history.cancelled, history.pieces_left) == (1, 1, 2)


def test_money_is_counted_per_currency() -> None:
    history = replayed(
        payment_captured, payment_captured, replace(payment_captured, currency="GBP", total_minor=5)
    )
    assert history.revenue_minor == {"EUR": 26800, "GBP": 5}


def test_the_subject_of_an_event_is_what_it_is_about_first() -> None:
    assert subject(purchase_placed) == f"purchase:{PURCHASE}"
    assert subject(shirt_registered).startswith("commodity:")


@for_all(
    steps=st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["place", "authorise", "capture", "decline"])),
        max_size=30,
    ),
    pages=st.integers(1, 7),
)
def test_whatever_happens_no_piece_is_lost_and_the_size_of_pages_does_not_matter(
    steps: list[tuple[int, str]], pages: int
) -> None:
    log: list[Event] = [*look_ready, received(SHIRT_M, 3)]
    for number, step in steps:
        id_ = UUID(int=100 + number)
        command = {
            "place": replace(place_purchase, purchase_id=id_, pieces=(wanted_shirt,)),
            "authorise": AuthorisePayment(purchase_id=id_, reference=f"demo-{id_}"),
            "capture": CapturePayment(purchase_id=id_),
            "decline": DeclinePayment(purchase_id=id_, reason="no money"),
        }[step]
        assert isinstance(
            command, PlacePurchase | AuthorisePayment | CapturePayment | DeclinePayment
        )
        try:
            log.extend(decided(command, log))
        except Refusal:
            continue
    at_once = replayed(*log)
    assert at_once.pieces_received == 5
    assert at_once.pieces_sold == at_once.placed - at_once.declined
    assert at_once.revenue_minor.get("EUR", 0) == 4500 * at_once.captured
    in_pages = PurchaseHistory()
    whole = recorded(*log)
    for start in range(0, len(whole), pages):
        in_pages.replay(whole[start : start + pages])
    assert in_pages == at_once
