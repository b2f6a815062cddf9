"""Commands meet the event log: raced, repeated, and taken up again after a crash."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest

from adapters.demo_payment import DemoPaymentProvider
from domain.account import EmailAlreadyUsed, OpenAccount
from domain.boutique import DECISIONS, Boutique, Outcome
from domain.event import Event
from domain.payment import AuthorisePayment
from domain.placement import PlacePurchase
from domain.ports import Authorisation, PaymentProvider
from domain.purchase import (
    PaymentAuthorised,
    PaymentCaptured,
    PaymentDeclined,
    Purchase,
    PurchaseNotFound,
    PurchasePlaced,
)
from domain.stock import SoldOut, Stock
from tests.real_log import RealLog, opened_log
from tests.speaking import (
    EMAIL_COMMITMENT,
    EMPTY_CARD,
    PURCHASE,
    REFERENCE,
    SELLER,
    SHIRT_M,
    coordination_started,
    look_confirmed,
    look_ready,
    payment_authorised,
    payment_captured,
    payment_declined,
    place_purchase,
    purchase_placed,
    received,
    shirt_registered,
    wanted_shirt,
)

CROWD = 32


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


def boutique_on(real: RealLog, payment: PaymentProvider | None = None) -> Boutique:
    return Boutique(decider=real.decider, payment=payment or DemoPaymentProvider())


class UnsteadyProvider(DemoPaymentProvider):
    """A provider whose line is cut once, at one of its calls."""

    def __init__(self, *, cut_at: str) -> None:
        self._cut_at: str | None = cut_at

    async def authorise(
        self, *, purchase_id: UUID, card: str, amount_minor: int, currency: str
    ) -> Authorisation:
        self._cut("authorise")
        return await super().authorise(
            purchase_id=purchase_id, card=card, amount_minor=amount_minor, currency=currency
        )

    async def capture(self, *, purchase_id: UUID, reference: str) -> None:
        self._cut("capture")
        await super().capture(purchase_id=purchase_id, reference=reference)

    def _cut(self, call: str) -> None:
        if self._cut_at == call:
            self._cut_at = None
            raise ConnectionResetError(call)


def crowd_at_the_shirt(*, pieces: int) -> tuple[list[Event], list[PlacePurchase]]:
    """Return what happened before, and the purchases of shoppers who all confirmed the shirt."""
    history: list[Event] = [shirt_registered, received(SHIRT_M, pieces)]
    purchases = list[PlacePurchase]()
    for number in range(CROWD):
        shopper, coordination = UUID(int=1000 + number), UUID(int=2000 + number)
        history += [
            replace(coordination_started, coordination_id=coordination, shopper_id=shopper),
            replace(look_confirmed, coordination_id=coordination, shopper_id=shopper),
        ]
        purchases.append(
            replace(
                place_purchase,
                purchase_id=UUID(int=3000 + number),
                shopper_id=shopper,
                coordination_id=coordination,
                pieces=(wanted_shirt,),
            )
        )
    return history, purchases


# -------------------------------------------------------------- commands


async def test_when_a_command_is_handled_then_its_events_and_their_position_are_told(
    real: RealLog,
) -> None:
    await real.record(*look_ready)
    outcome = await boutique_on(real).handle(place_purchase)
    assert outcome == Outcome((purchase_placed,), len(look_ready) + 1)
    assert (await real.events())[-1] == purchase_placed


async def test_when_nothing_comes_of_a_command_then_nothing_is_recorded(real: RealLog) -> None:
    head = await real.record(*look_ready, purchase_placed)
    assert await boutique_on(real).handle(place_purchase) == Outcome((), head)
    assert await real.log.head() == head


async def test_when_a_command_is_refused_then_nothing_is_recorded(real: RealLog) -> None:
    head = await real.record(*look_ready)
    with pytest.raises(SoldOut):
        await boutique_on(real).handle(
            replace(place_purchase, pieces=(replace(wanted_shirt, quantity=2),))
        )
    assert await real.log.head() == head


async def test_a_check_refuses_as_the_command_would_and_records_nothing(real: RealLog) -> None:
    await real.record(*look_ready)
    boutique = boutique_on(real)
    await boutique.check(place_purchase)
    with pytest.raises(SoldOut):
        await boutique.check(replace(place_purchase, pieces=(replace(wanted_shirt, quantity=2),)))
    assert await real.log.head() == len(look_ready)


async def test_a_fact_is_known_as_the_log_has_it_now(real: RealLog) -> None:
    await real.record(*look_ready, purchase_placed)
    boutique = boutique_on(real)
    assert await boutique.know(Stock(variant_id=SHIRT_M)) == Stock(variant_id=SHIRT_M, left=0)
    assert await boutique.know(Stock(variant_id=SELLER)) == Stock(variant_id=SELLER, left=0)


def test_every_command_has_one_decision_and_names_its_facts() -> None:
    assert len(set(DECISIONS.values())) == len(DECISIONS)
    for command in DECISIONS:
        assert callable(command.needs)


# ---------------------------------------------------------------- races


async def test_given_one_piece_when_32_shoppers_buy_it_at_once_then_it_is_sold_once(
    real: RealLog,
) -> None:
    history, purchases = crowd_at_the_shirt(pieces=1)
    await real.record(*history)
    boutique = boutique_on(real)
    answers = await asyncio.gather(
        *(boutique.handle(purchase) for purchase in purchases), return_exceptions=True
    )
    assert Counter(type(answer) for answer in answers) == {Outcome: 1, SoldOut: CROWD - 1}
    placed = [event for event in await real.events() if isinstance(event, PurchasePlaced)]
    assert len(placed) == 1
    assert (await boutique.know(Stock(variant_id=SHIRT_M))).left == 0


async def test_given_a_piece_for_each_when_32_shoppers_buy_at_once_then_each_has_one(
    real: RealLog,
) -> None:
    history, purchases = crowd_at_the_shirt(pieces=CROWD)
    await real.record(*history)
    boutique = boutique_on(real)
    answers = await asyncio.gather(
        *(boutique.handle(purchase) for purchase in purchases), return_exceptions=True
    )
    assert Counter(type(answer) for answer in answers) == {Outcome: CROWD}
    assert (await boutique.know(Stock(variant_id=SHIRT_M))).left == 0


async def test_when_the_same_purchase_is_placed_many_times_at_once_then_it_is_placed_once(
    real: RealLog,
) -> None:
    await real.record(*look_ready)
    boutique = boutique_on(real)
    answers = await asyncio.gather(*(boutique.handle(place_purchase) for _ in range(8)))
    assert sorted(len(answer.events) for answer in answers) == [0] * 7 + [1]


async def test_when_many_open_an_account_with_one_address_at_once_then_one_does(
    real: RealLog,
) -> None:
    boutique = boutique_on(real)
    answers = await asyncio.gather(
        *(
            boutique.handle(
                OpenAccount(
                    account_id=UUID(int=number),
                    role="shopper",
                    email_commitment=EMAIL_COMMITMENT,
                    trading_name="",
                )
            )
            for number in range(8)
        ),
        return_exceptions=True,
    )
    assert Counter(type(answer) for answer in answers) == {Outcome: 1, EmailAlreadyUsed: 7}
    assert await real.log.head() == 1


# ------------------------------------------------------------- settling


async def settled_events(real: RealLog, boutique: Boutique) -> list[type[Event]]:
    """Settle the purchase; return what that recorded."""
    head = await real.log.head()
    await boutique.settle(PURCHASE)
    return [type(event) for event in (await real.events())[head:]]


async def test_given_a_placed_purchase_when_settled_then_the_money_is_taken(real: RealLog) -> None:
    await real.record(*look_ready, purchase_placed)
    state = await boutique_on(real).settle(PURCHASE)
    assert state == Purchase(
        purchase_id=PURCHASE, placed=purchase_placed, reference=REFERENCE, is_captured=True
    )
    assert (await real.events())[-2:] == [payment_authorised, payment_captured]


async def test_given_an_authorised_payment_when_settled_then_it_is_only_captured(
    real: RealLog,
) -> None:
    await real.record(*look_ready, purchase_placed, payment_authorised)
    # Asked to authorise once more, the provider would be out of reach.
    boutique = boutique_on(real, UnsteadyProvider(cut_at="authorise"))
    assert await settled_events(real, boutique) == [PaymentCaptured]


@pytest.mark.parametrize(
    ("cut_at", "left_to_do"),
    [("authorise", [PaymentAuthorised, PaymentCaptured]), ("capture", [PaymentCaptured])],
)
async def test_given_the_line_to_the_provider_was_cut_when_settled_again_then_it_is_completed(
    real: RealLog, cut_at: str, left_to_do: list[type[Event]]
) -> None:
    await real.record(*look_ready, purchase_placed)
    boutique = boutique_on(real, UnsteadyProvider(cut_at=cut_at))
    with pytest.raises(ConnectionResetError):
        await boutique.settle(PURCHASE)
    assert await settled_events(real, boutique) == left_to_do


async def test_given_an_empty_card_when_settled_then_declined_and_the_pieces_are_back(
    real: RealLog,
) -> None:
    await real.record(*look_ready, replace(purchase_placed, card=EMPTY_CARD))
    boutique = boutique_on(real)
    state = await boutique.settle(PURCHASE)
    assert state.is_settled
    assert "insufficient funds" in (state.declined_because or "")
    assert (await boutique.know(Stock(variant_id=SHIRT_M))).left == 1
    assert isinstance((await real.events())[-1], PaymentDeclined)


async def test_given_a_settled_purchase_when_settled_again_then_nothing_is_recorded(
    real: RealLog,
) -> None:
    await real.record(*look_ready, purchase_placed)
    boutique = boutique_on(real)
    await boutique.settle(PURCHASE)
    assert await settled_events(real, boutique) == []


@pytest.mark.parametrize(
    ("settling", "cut_at"),
    [((payment_authorised, payment_captured), "capture"), ((payment_declined,), "authorise")],
    ids=["captured", "declined"],
)
async def test_given_a_settled_purchase_when_settled_again_then_the_provider_is_not_asked(
    real: RealLog, settling: tuple[Event, ...], cut_at: str
) -> None:
    await real.record(*look_ready, purchase_placed, *settling)
    state = await boutique_on(real, UnsteadyProvider(cut_at=cut_at)).settle(PURCHASE)
    assert state.is_settled


async def test_when_a_purchase_is_settled_many_times_at_once_then_the_money_is_taken_once(
    real: RealLog,
) -> None:
    await real.record(*look_ready, purchase_placed)
    boutique = boutique_on(real)
    states = await asyncio.gather(*(boutique.settle(PURCHASE) for _ in range(8)))
    assert all(state.is_captured for state in states)
    assert len(await real.events()) == len(look_ready) + 3


async def test_given_no_purchase_when_settled_then_refused(real: RealLog) -> None:
    with pytest.raises(PurchaseNotFound):
        await boutique_on(real).settle(PURCHASE)


async def test_when_the_provider_gives_no_reason_then_declined_all_the_same(
    real: RealLog,
) -> None:
    class SilentProvider(DemoPaymentProvider):
        async def authorise(
            self, *, purchase_id: UUID, card: str, amount_minor: int, currency: str
        ) -> Authorisation:
            del purchase_id, card, amount_minor, currency
            return Authorisation(None)

    await real.record(*look_ready, purchase_placed)
    state = await boutique_on(real, SilentProvider()).settle(PURCHASE)
    assert state.declined_because == "declined"


async def test_an_authorisation_that_was_recorded_meanwhile_is_not_recorded_again(
    real: RealLog,
) -> None:
    await real.record(*look_ready, purchase_placed, payment_authorised)
    again = AuthorisePayment(purchase_id=PURCHASE, reference=REFERENCE)
    assert (await boutique_on(real).handle(again)).events == ()
