"""Money follows what the log says, exactly once, wherever a process died on the way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from domain.boutique import Boutique
from domain.event import Event
from domain.payment import GrantRefund, PurchaseSettled, VoidPayment
from domain.ports import Authorisation, MoneyTaken, PaymentUnavailable
from domain.purchase import (
    CancelPurchase,
    PaymentAuthorised,
    PaymentCaptured,
    PaymentDeclined,
    PaymentRefunded,
    PaymentVoided,
    Purchase,
    PurchaseCancelled,
    PurchaseNotFound,
    RefundGranted,
)
from domain.settlement import take_on
from domain.stock import Stock
from tests.real_log import RealLog, opened_log
from tests.speaking import (
    EMPTY_CARD,
    PURCHASE,
    REFERENCE,
    SHIRT_M,
    SHOPPER,
    look_ready,
    payment_authorised,
    payment_captured,
    payment_refunded,
    payment_voided,
    purchase_cancelled,
    purchase_placed,
    refund_granted,
    shirt_returned,
)

placed = (*look_ready, purchase_placed)
authorised = (*placed, payment_authorised)
to_be_refunded = (*authorised, payment_captured, shirt_returned, refund_granted)


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


class CarefulProvider:
    """A provider that acts once for each id, and whose answer to one call is lost on its way."""

    def __init__(self, *, lose: str = "") -> None:
        self._lose = lose
        self.held = dict[UUID, str]()
        self.taken = set[UUID]()
        self.let_go = set[UUID]()
        self.given_back = dict[UUID, int]()
        self.meanwhile: CancelPurchase | None = None
        self.boutique: Boutique | None = None

    async def authorise(
        self, *, purchase_id: UUID, card: str, amount_minor: int, currency: str
    ) -> Authorisation:
        assert (amount_minor, currency) == (13400, "EUR")
        if card == EMPTY_CARD:
            await self._answer("authorise")
            return Authorisation(None, "no money")
        self.held[purchase_id] = f"demo-{purchase_id}"
        await self._answer("authorise")
        return Authorisation(self.held[purchase_id])

    async def capture(self, *, purchase_id: UUID, reference: str) -> None:
        assert reference == REFERENCE
        assert purchase_id not in self.let_go
        self.taken.add(purchase_id)
        await self._answer("capture")

    async def void(self, *, purchase_id: UUID, reference: str) -> None:
        assert reference == REFERENCE
        if purchase_id in self.taken:
            raise MoneyTaken
        self.let_go.add(purchase_id)
        await self._answer("void")

    async def refund(
        self, *, refund_id: UUID, reference: str, amount_minor: int, currency: str
    ) -> str:
        assert (reference, currency) == (REFERENCE, "EUR")
        self.given_back.setdefault(refund_id, amount_minor)
        await self._answer("refund")
        return f"demo-refund-{refund_id}"

    async def _answer(self, call: str) -> None:
        if self.boutique is not None and self.meanwhile is not None:
            command, self.meanwhile = self.meanwhile, None
            await self.boutique.handle(command)
        if self._lose == call:
            self._lose = ""
            raise PaymentUnavailable

    @property
    def kept_minor(self) -> int:
        """Return what the shopper has paid in the end."""
        return 13400 * len(self.taken) - sum(self.given_back.values())


def boutique_of(real: RealLog, provider: CarefulProvider) -> Boutique:
    boutique = Boutique(decider=real.decider, payment=provider)
    provider.boutique = boutique
    return boutique


async def recorded_by(real: RealLog, boutique: Boutique) -> list[Event]:
    """Settle the purchase; return what that recorded."""
    head = await real.log.head()
    state = await boutique.settle(PURCHASE)
    assert state.is_settled
    return (await real.events())[head:]


def kinds(events: Sequence[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


async def test_given_a_cancelled_purchase_when_settled_then_held_money_is_let_go(
    real: RealLog,
) -> None:
    await real.record(*authorised, purchase_cancelled)
    provider = CarefulProvider()
    assert await recorded_by(real, boutique_of(real, provider)) == [payment_voided]
    assert provider.let_go == {PURCHASE}


async def test_given_cancelled_before_anything_was_recorded_when_settled_then_nothing_is_held(
    real: RealLog,
) -> None:
    """The process may have died after the provider held the money: so the provider is asked."""
    await real.record(*placed, purchase_cancelled)
    provider = CarefulProvider()
    boutique = boutique_of(real, provider)
    assert await recorded_by(real, boutique) == [payment_authorised, payment_voided]
    assert provider.let_go == {PURCHASE}
    assert (await boutique.know(Stock(variant_id=SHIRT_M))).left == 1


async def test_given_cancelled_and_the_card_is_empty_when_settled_then_the_pieces_are_back_once(
    real: RealLog,
) -> None:
    await real.record(*look_ready, replace(purchase_placed, card=EMPTY_CARD), purchase_cancelled)
    boutique = boutique_of(real, CarefulProvider())
    assert await recorded_by(real, boutique) == [replace(payment_voided, reference=None)]
    assert (await boutique.know(Stock(variant_id=SHIRT_M))).left == 1


async def test_given_the_money_was_taken_and_that_not_recorded_when_cancelled_then_all_goes_back(
    real: RealLog,
) -> None:
    await real.record(*authorised)
    provider = CarefulProvider(lose="capture")
    boutique = boutique_of(real, provider)
    with pytest.raises(PaymentUnavailable):
        await boutique.settle(PURCHASE)
    await boutique.handle(CancelPurchase(purchase_id=PURCHASE, shopper_id=SHOPPER))
    recorded = await recorded_by(real, boutique)
    assert kinds(recorded) == [PaymentCaptured, RefundGranted, PaymentRefunded]
    assert provider.taken == {PURCHASE}
    assert provider.kept_minor == 0


async def test_given_a_granted_refund_when_settled_then_the_money_goes_back(real: RealLog) -> None:
    await real.record(*to_be_refunded)
    provider = CarefulProvider()
    assert await recorded_by(real, boutique_of(real, provider)) == [payment_refunded]
    assert provider.given_back == {refund_granted.refund_id: 4500}


async def test_given_two_granted_refunds_when_settled_then_each_is_paid_once(real: RealLog) -> None:
    halves = [replace(refund_granted, refund_id=UUID(int=n), amount_minor=2000) for n in (1, 2)]
    await real.record(*to_be_refunded[:-1], *halves)
    provider = CarefulProvider()
    assert kinds(await recorded_by(real, boutique_of(real, provider))) == [PaymentRefunded] * 2
    assert provider.given_back == {UUID(int=1): 2000, UUID(int=2): 2000}


@pytest.mark.parametrize(
    ("history", "lose", "left_to_do"),
    [
        (placed, "authorise", [PaymentAuthorised, PaymentCaptured]),
        (placed, "capture", [PaymentCaptured]),
        ((*placed, purchase_cancelled), "authorise", [PaymentAuthorised, PaymentVoided]),
        ((*authorised, purchase_cancelled), "void", [PaymentVoided]),
        (to_be_refunded, "refund", [PaymentRefunded]),
    ],
    ids=["authorise", "capture", "authorise a cancelled one", "void", "refund"],
)
async def test_given_the_provider_acted_and_its_answer_was_lost_then_it_is_completed_once(
    real: RealLog, history: tuple[Event, ...], lose: str, left_to_do: list[type[Event]]
) -> None:
    await real.record(*history)
    provider = CarefulProvider(lose=lose)
    boutique = boutique_of(real, provider)
    with pytest.raises(PaymentUnavailable):
        await boutique.settle(PURCHASE)
    assert kinds(await recorded_by(real, boutique)) == left_to_do
    assert await recorded_by(real, boutique) == []
    every = Counter(kinds(await real.events()))
    assert all(every[kind] == 1 for kind in left_to_do)


@pytest.mark.parametrize(
    ("history", "card", "expected"),
    [
        (placed, purchase_placed.card, [PurchaseCancelled, PaymentAuthorised, PaymentVoided]),
        (placed, EMPTY_CARD, [PurchaseCancelled, PaymentVoided]),
        (
            authorised,
            purchase_placed.card,
            [PurchaseCancelled, PaymentCaptured, RefundGranted, PaymentRefunded],
        ),
    ],
    ids=["while authorised", "while declined", "while captured"],
)
async def test_given_it_is_cancelled_while_the_provider_thinks_then_nobody_keeps_the_money(
    real: RealLog, history: tuple[Event, ...], card: str, expected: list[type[Event]]
) -> None:
    await real.record(
        *(replace(event, card=card) if event is purchase_placed else event for event in history)
    )
    provider = CarefulProvider()
    boutique = boutique_of(real, provider)
    provider.meanwhile = CancelPurchase(purchase_id=PURCHASE, shopper_id=SHOPPER)
    assert kinds(await recorded_by(real, boutique)) == expected
    assert provider.kept_minor == 0
    assert PaymentDeclined not in expected
    assert (await boutique.know(Stock(variant_id=SHIRT_M))).left == 1


async def test_when_a_refund_is_settled_many_times_at_once_then_it_is_paid_once(
    real: RealLog,
) -> None:
    await real.record(*to_be_refunded)
    provider = CarefulProvider()
    boutique = boutique_of(real, provider)
    states = await asyncio.gather(*(boutique.settle(PURCHASE) for _ in range(8)))
    assert all(state.is_settled for state in states)
    assert await real.events() == [*to_be_refunded, payment_refunded]


async def test_when_cancelled_and_settled_many_times_at_once_then_nothing_is_doubled(
    real: RealLog,
) -> None:
    await real.record(*authorised)
    provider = CarefulProvider()
    boutique = boutique_of(real, provider)
    cancel = CancelPurchase(purchase_id=PURCHASE, shopper_id=SHOPPER)
    await asyncio.gather(*(boutique.handle(cancel) for _ in range(8)))
    await asyncio.gather(*(boutique.settle(PURCHASE) for _ in range(8)))
    assert await real.events() == [*authorised, purchase_cancelled, payment_voided]


async def test_when_one_refund_is_granted_many_times_at_once_then_it_is_granted_once(
    real: RealLog,
) -> None:
    await real.record(*to_be_refunded[:-1])
    boutique = boutique_of(real, CarefulProvider())
    grants = [
        GrantRefund(purchase_id=PURCHASE, refund_id=UUID(int=n), amount_minor=4500, seller_id=None)
        for n in range(8)
    ]
    await asyncio.gather(*(boutique.handle(grant) for grant in grants), return_exceptions=True)
    assert Counter(kinds(await real.events()))[RefundGranted] == 1


async def test_of_a_purchase_that_was_never_placed_there_is_no_next_step() -> None:
    with pytest.raises(PurchaseNotFound):
        await take_on(Purchase(purchase_id=PURCHASE), CarefulProvider())


async def test_a_step_that_is_refused_though_nobody_was_faster_is_not_tried_for_ever(
    real: RealLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong_step(purchase: Purchase, provider: object) -> VoidPayment:
        del provider
        return VoidPayment(purchase_id=purchase.purchase_id)

    await real.record(*authorised)
    monkeypatch.setattr("domain.boutique.take_on", wrong_step)
    with pytest.raises(PurchaseSettled):
        await boutique_of(real, CarefulProvider()).settle(PURCHASE)
