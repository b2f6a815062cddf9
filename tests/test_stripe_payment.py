"""Payment by Stripe, through its own package and over HTTP, against a stand-in for Stripe."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

import pytest
from pydantic import SecretStr

from adapters.stripe_payment import (
    AUTHENTICATION_NEEDED,
    DECLINED,
    REASONS,
    STRIPE_TEST_CARDS,
    UNITS_DIFFER,
    StripeKeyMissing,
    StripePaymentProvider,
    StripeRefused,
)
from domain.boutique import Boutique
from domain.event import Event
from domain.ports import Authorisation, MoneyTaken, PaymentUnavailable
from domain.purchase import PaymentAuthorised, PaymentCaptured, PaymentDeclined
from domain.stock import Stock
from tests.real_log import RealLog, opened_log
from tests.speaking import PURCHASE, SHIRT_M, look_ready, purchase_placed
from tests.stripe_server import (
    DECLINES,
    NEEDS_AUTHENTICATION,
    PAYS,
    SECRET_KEY,
    StripeServer,
    stripe_server,
)
from web.bootstrap import payment_by
from web.settings import Settings

TOTAL = 13400
REFUND, ANOTHER_REFUND = UUID(int=0x50), UUID(int=0x51)
INTENT_OF_NOBODY = "pi_of_nobody"
LIVE_KEY = "sk_live_of_nobody"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine's proxy knows nothing of our loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[StripeServer]:
    with stripe_server() as serving:
        yield serving


@asynccontextmanager
async def provider_at(
    url: str, *, secret_key: str = SECRET_KEY, timeout_seconds: float = 10
) -> AsyncIterator[StripePaymentProvider]:
    provider = StripePaymentProvider(
        secret_key=secret_key, url=url, timeout_seconds=timeout_seconds
    )
    try:
        yield provider
    finally:
        await provider.close()


@pytest.fixture
async def provider(server: StripeServer) -> AsyncIterator[StripePaymentProvider]:
    async with provider_at(server.url) as opened:
        yield opened


async def authorised(
    provider: StripePaymentProvider,
    card: str = PAYS,
    *,
    amount_minor: int = TOTAL,
    currency: str = "EUR",
) -> Authorisation:
    return await provider.authorise(
        purchase_id=PURCHASE, card=card, amount_minor=amount_minor, currency=currency
    )


async def paid(provider: StripePaymentProvider) -> str:
    """Hold the money and take it; return the reference."""
    reference = (await authorised(provider)).reference
    assert reference is not None
    await provider.capture(purchase_id=PURCHASE, reference=reference)
    return reference


async def given_back(
    provider: StripePaymentProvider, reference: str, amount_minor: int, refund: UUID = REFUND
) -> str:
    return await provider.refund(
        refund_id=refund, reference=reference, amount_minor=amount_minor, currency="EUR"
    )


# ------------------------------------------------------- hold and take


async def test_money_is_held_and_then_taken(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    answer = await authorised(provider)
    assert answer == Authorisation(next(iter(server.intents)))
    assert answer.reference is not None
    held = server.intents[answer.reference]
    assert (held["status"], held["amount"], held["currency"]) == ("requires_capture", TOTAL, "eur")

    await provider.capture(purchase_id=PURCHASE, reference=answer.reference)
    assert held["status"] == "succeeded"
    assert held["amount_received"] == TOTAL


async def test_stripe_is_told_the_purchase_and_nothing_of_the_shopper(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    await authorised(provider)
    ((asked, headers, params),) = server.requests
    assert asked == "POST /v1/payment_intents"
    assert params == {
        "amount": str(TOTAL),
        "currency": "eur",
        "payment_method": PAYS,
        "capture_method": "manual",
        "confirm": "true",
        "automatic_payment_methods[enabled]": "true",
        "automatic_payment_methods[allow_redirects]": "never",
        "metadata[purchase_id]": str(PURCHASE),
    }
    assert headers["idempotency-key"] == f"boutique-authorise-{PURCHASE}"
    assert "telemetry" not in str(headers).lower()


async def test_every_act_carries_a_key_made_of_our_ids(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    reference = await paid(provider)
    await given_back(provider, reference, 3400)
    with pytest.raises(MoneyTaken):
        await provider.void(purchase_id=PURCHASE, reference=reference)
    assert [headers.get("idempotency-key") for _, headers, _ in server.requests] == [
        f"boutique-authorise-{PURCHASE}",
        f"boutique-capture-{PURCHASE}",
        None,  # looks whether the refund was made before
        f"boutique-refund-{REFUND}",
        f"boutique-void-{PURCHASE}",
    ]


async def test_a_currency_without_cents_is_charged_in_whole_units(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    await authorised(provider, amount_minor=5000, currency="JPY")
    (held,) = server.intents.values()
    assert (held["amount"], held["currency"]) == (5000, "jpy")


@pytest.mark.parametrize("currency", sorted(UNITS_DIFFER))
async def test_a_currency_that_stripe_counts_otherwise_is_declined_unasked(
    server: StripeServer, provider: StripePaymentProvider, currency: str
) -> None:
    answer = await authorised(provider, currency=currency)
    assert answer.reference is None
    assert currency in (answer.reason or "")
    assert server.requests == []


async def test_money_is_held_and_taken_once_however_often_it_is_asked_for(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    references = {(await authorised(provider)).reference for _ in range(3)}
    (reference,) = references
    assert reference is not None
    for _ in range(3):
        await provider.capture(purchase_id=PURCHASE, reference=reference)
    assert server.acts == ["hold", "capture"]


async def test_many_at_once_hold_and_take_money_once(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    references = await asyncio.gather(*(paid(provider) for _ in range(8)))
    assert len(set(references)) == 1
    assert server.acts == ["hold", "capture"]


async def test_what_was_taken_yesterday_is_not_taken_again(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    reference = await paid(provider)
    server.forget_keys()
    await provider.capture(purchase_id=PURCHASE, reference=reference)
    assert server.acts == ["hold", "capture"]


async def test_the_same_purchase_with_another_total_is_a_fault(
    provider: StripePaymentProvider,
) -> None:
    await authorised(provider)
    with pytest.raises(StripeRefused, match="same parameters"):
        await authorised(provider, amount_minor=TOTAL + 1)


# ------------------------------------------------------------ declined


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("pm_card_visa_chargeDeclined", "without saying why"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "without saying why"),
        ("pm_card_chargeDeclinedExpiredCard", "has expired"),
        ("pm_card_chargeDeclinedIncorrectCvc", "security code"),
        ("pm_card_chargeDeclinedProcessingError", "try again in a moment"),
        ("pm_card_authenticationRequiredAtOnce", "wants you to confirm"),
        ("pm_of_nobody", "is not known"),
    ],
)
async def test_a_declined_card_is_told_in_words_for_the_shopper(
    server: StripeServer, provider: StripePaymentProvider, card: str, words: str
) -> None:
    for _ in range(2):
        answer = await authorised(provider, card)
        assert answer.reference is None
        assert words in (answer.reason or "")
        assert "Nothing was charged" in (answer.reason or "")
    assert server.acts == []


def test_every_test_card_that_declines_is_among_those_tried() -> None:
    assert len(DECLINES) == 7


def test_no_reason_speaks_of_stripe_or_in_codes() -> None:
    for reason in (DECLINED, *REASONS.values()):
        assert "Stripe" not in reason
        assert "_" not in reason
        assert "Nothing was charged" in reason


async def test_a_total_that_is_too_low_is_declined(provider: StripePaymentProvider) -> None:
    assert (await authorised(provider, amount_minor=1)).reason == REASONS["amount_too_small"]


async def test_a_card_that_wants_authentication_is_declined_and_its_intent_cancelled(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    for _ in range(2):
        answer = await authorised(provider, NEEDS_AUTHENTICATION)
        assert answer == Authorisation(None, AUTHENTICATION_NEEDED)
    assert [intent["status"] for intent in server.intents.values()] == ["canceled"]
    assert server.acts == ["cancel"]


async def test_what_stripe_refuses_for_our_fault_is_no_decline(
    provider: StripePaymentProvider,
) -> None:
    with pytest.raises(StripeRefused, match="Invalid currency"):
        await authorised(provider, currency="XXX")


async def test_an_intent_in_a_state_nobody_expects_is_a_fault(
    server: StripeServer, provider: StripePaymentProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    processing = {"id": "pi_1", "object": "payment_intent", "status": "processing"}
    monkeypatch.setattr(server, "answer", lambda *_: (200, processing))
    with pytest.raises(StripeRefused, match="pi_1, which is processing"):
        await authorised(provider)


# -------------------------------------------------- let go, give back


async def test_money_that_is_held_is_let_go_once(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    reference = (await authorised(provider)).reference
    assert reference is not None
    await provider.void(purchase_id=PURCHASE, reference=reference)
    await provider.void(purchase_id=PURCHASE, reference=reference)
    server.forget_keys()
    await provider.void(purchase_id=PURCHASE, reference=reference)
    assert server.intents[reference]["status"] == "canceled"
    assert server.acts == ["hold", "cancel"]


async def test_money_that_was_let_go_cannot_be_taken(provider: StripePaymentProvider) -> None:
    reference = (await authorised(provider)).reference
    assert reference is not None
    await provider.void(purchase_id=PURCHASE, reference=reference)
    with pytest.raises(StripeRefused, match=f"capture {reference}"):
        await provider.capture(purchase_id=PURCHASE, reference=reference)


async def test_money_that_was_taken_cannot_be_let_go(provider: StripePaymentProvider) -> None:
    reference = await paid(provider)
    with pytest.raises(MoneyTaken):
        await provider.void(purchase_id=PURCHASE, reference=reference)


async def test_a_payment_stripe_does_not_know_is_a_fault(provider: StripePaymentProvider) -> None:
    with pytest.raises(StripeRefused):
        await provider.capture(purchase_id=PURCHASE, reference=INTENT_OF_NOBODY)
    with pytest.raises(StripeRefused):
        await provider.void(purchase_id=PURCHASE, reference=INTENT_OF_NOBODY)
    with pytest.raises(StripeRefused):
        await given_back(provider, INTENT_OF_NOBODY, 100)


async def test_a_part_is_given_back_once_and_another_part_beside_it(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    reference = await paid(provider)
    first = {await given_back(provider, reference, 3400) for _ in range(2)}
    assert len(first) == 1
    assert await given_back(provider, reference, 1000, ANOTHER_REFUND) not in first
    assert server.refunded(reference) == 4400
    assert server.acts == ["hold", "capture", "refund", "refund"]


async def test_a_refund_of_yesterday_is_not_paid_again(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    reference = await paid(provider)
    first = await given_back(provider, reference, 3400)
    server.forget_keys()
    assert await given_back(provider, reference, 3400) == first
    assert server.refunded(reference) == 3400


async def test_a_refund_at_the_same_moment_is_paid_once(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    reference = await paid(provider)
    made = await asyncio.gather(*(given_back(provider, reference, 3400) for _ in range(4)))
    assert len(set(made)) == 1
    assert server.refunded(reference) == 3400


async def test_what_is_given_back_as_a_whole_already_counts_as_done(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    reference = await paid(provider)
    whole = await given_back(provider, reference, TOTAL)
    assert await given_back(provider, reference, 100, ANOTHER_REFUND) == whole
    assert server.refunded(reference) == TOTAL


async def test_more_than_is_left_is_not_given_back(provider: StripePaymentProvider) -> None:
    reference = await paid(provider)
    with pytest.raises(StripeRefused, match="greater than unrefunded"):
        await given_back(provider, reference, TOTAL + 1)


async def test_a_refund_that_failed_is_not_taken_for_done(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    reference = await paid(provider)
    await given_back(provider, reference, 3400)
    server.refunds[0]["status"] = "failed"
    with pytest.raises(StripeRefused, match="failed"):
        await given_back(provider, reference, 3400)


# --------------------------------------------------------- unavailable


@pytest.mark.parametrize("status", [500, 503, 409])
async def test_a_passing_fault_of_stripe_is_waited_out(
    server: StripeServer, provider: StripePaymentProvider, status: int
) -> None:
    server.failures = [status]
    await paid(provider)
    assert server.acts == ["hold", "capture"]


@pytest.mark.parametrize("status", [500, 429])
async def test_a_lasting_fault_of_stripe_is_unavailable_and_repeated_later(
    server: StripeServer, provider: StripePaymentProvider, status: int
) -> None:
    server.failures = [status] * 3
    with pytest.raises(PaymentUnavailable):
        await authorised(provider)
    assert len(server.requests) <= 3
    server.failures = []
    await paid(provider)
    assert server.acts == ["hold", "capture"]


async def test_an_answer_that_is_lost_on_the_way_is_asked_for_again_and_nothing_done_twice(
    server: StripeServer, provider: StripePaymentProvider
) -> None:
    server.answers_to_lose = 1
    reference = await paid(provider)
    server.answers_to_lose = 1
    await given_back(provider, reference, 3400)
    assert server.acts == ["hold", "capture", "refund"]


async def test_when_nobody_listens_then_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with provider_at(f"http://127.0.0.1:{port}") as provider:
        with pytest.raises(PaymentUnavailable):
            await authorised(provider)


async def test_when_stripe_is_silent_then_unavailable_after_a_while(server: StripeServer) -> None:
    server.is_silent = True
    async with provider_at(server.url, timeout_seconds=0.2) as provider:
        with pytest.raises(PaymentUnavailable, match=r"(?i)timed out"):
            async with asyncio.timeout(6):  # three attempts, and what the package rests in between
                await authorised(provider)
    assert server.acts == []


async def test_a_key_stripe_does_not_accept_is_told_the_operator_and_never_shown(
    server: StripeServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with provider_at(server.url, secret_key="sk_test_of_somebody") as provider:  # noqa: S106
        with pytest.raises(PaymentUnavailable) as raised:
            await authorised(provider)
        with pytest.raises(PaymentUnavailable):
            await provider.capture(purchase_id=PURCHASE, reference=INTENT_OF_NOBODY)
    (first, *_) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "BOUTIQUE_STRIPE_SECRET_KEY" in first.getMessage()
    assert "sk_test_of_somebody" not in caplog.text
    assert raised.value.__cause__ is None
    assert "sk_test" not in str(raised.value)


# ------------------------------------------------------- taken up again


class DyingProvider(StripePaymentProvider):
    """A process that dies when Stripe has acted and nothing is recorded yet."""

    dies_after: str | None = None

    async def authorise(
        self, *, purchase_id: UUID, card: str, amount_minor: int, currency: str
    ) -> Authorisation:
        answer = await super().authorise(
            purchase_id=purchase_id, card=card, amount_minor=amount_minor, currency=currency
        )
        self._die("authorise")
        return answer

    async def capture(self, *, purchase_id: UUID, reference: str) -> None:
        await super().capture(purchase_id=purchase_id, reference=reference)
        self._die("capture")

    def _die(self, after: str) -> None:
        if self.dies_after == after:
            raise KeyboardInterrupt(after)


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


def boutique_on(real: RealLog, provider: StripePaymentProvider) -> Boutique:
    return Boutique(decider=real.decider, payment=provider)


@pytest.mark.parametrize(
    ("dies_after", "left_to_do"),
    [("authorise", [PaymentAuthorised, PaymentCaptured]), ("capture", [PaymentCaptured])],
)
async def test_given_a_process_that_died_when_settled_by_the_next_then_the_money_is_taken_once(
    real: RealLog, server: StripeServer, dies_after: str, left_to_do: list[type[Event]]
) -> None:
    await real.record(*look_ready, replace(purchase_placed, card=PAYS))
    dying = DyingProvider(secret_key=SECRET_KEY, url=server.url)
    dying.dies_after = dies_after
    with pytest.raises(KeyboardInterrupt):
        await boutique_on(real, dying).settle(PURCHASE)
    await dying.close()
    head = await real.log.head()

    async with provider_at(server.url) as provider:
        state = await boutique_on(real, provider).settle(PURCHASE)

    assert state.is_captured
    assert [type(event) for event in (await real.events())[head:]] == left_to_do
    assert server.acts == ["hold", "capture"]
    assert server.intents[state.reference or ""]["amount_received"] == purchase_placed.total_minor


async def test_given_a_card_that_declines_when_settled_then_the_pieces_are_back(
    real: RealLog, server: StripeServer, provider: StripePaymentProvider
) -> None:
    card = "pm_card_visa_chargeDeclinedInsufficientFunds"
    await real.record(*look_ready, replace(purchase_placed, card=card))
    boutique = boutique_on(real, provider)
    state = await boutique.settle(PURCHASE)
    assert "insufficient funds" in (state.declined_because or "")
    assert isinstance((await real.events())[-1], PaymentDeclined)
    assert (await boutique.know(Stock(variant_id=SHIRT_M))).left == 1
    assert server.acts == []


# ------------------------------------------------------------- settings


def settings(secret_key: str | None) -> Settings:
    return Settings(
        payment_provider="stripe",
        stripe_secret_key=None if secret_key is None else SecretStr(secret_key),
    )


def test_the_demonstration_is_the_provider_nobody_has_to_choose() -> None:
    till = payment_by(Settings())
    assert [card.token for card in till.cards] == ["demo-card", "demo-card-declined"]
    assert "demonstration" in till.note


async def test_with_a_test_key_the_test_cards_of_stripe_are_offered() -> None:
    till = payment_by(settings(SECRET_KEY))
    assert till.cards == STRIPE_TEST_CARDS
    assert "test mode" in till.note
    await till.close()


async def test_with_a_live_key_no_card_is_offered_and_the_page_says_so() -> None:
    till = payment_by(settings(LIVE_KEY))
    assert till.cards == ()
    assert "cannot be entered" in till.note
    await till.close()


@pytest.mark.parametrize("secret_key", [None, "", "pk_test_of_nobody"])
def test_stripe_without_a_secret_key_is_said_in_one_sentence(secret_key: str | None) -> None:
    with pytest.raises(StripeKeyMissing, match="BOUTIQUE_STRIPE_SECRET_KEY") as raised:
        payment_by(settings(secret_key))
    assert "pk_test_of_nobody" not in str(raised.value)


def test_the_secret_key_is_not_shown_with_the_settings() -> None:
    assert SECRET_KEY not in repr(settings(SECRET_KEY))
