"""Payment by Stripe: money is held by a PaymentIntent, taken by its capture, given back by refunds.

The package's asynchronous client wants httpx or aiohttp, and we rely on neither. Its blocking
client comes with all it needs, so it runs in a few threads of its own: a slow Stripe keeps nobody
else waiting for a thread.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import stripe

from domain.ports import Authorisation, MoneyTaken, PaymentUnavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")

THREADS = 4
TIMEOUT_SECONDS = 15.0  # a bank may think for some seconds
RETRIES_MAX = 2  # by the package, with the same idempotency key
REFUNDS_MAX = 100  # of one payment; also the most that Stripe lists at once

SECRET_KEYS = ("sk_", "rk_")  # secret, or secret and restricted to what we need
TEST_KEYS = ("sk_test_", "rk_test_")

UNITS_DIFFER = frozenset(["BHD", "IQD", "ISK", "JOD", "KWD", "LYD", "MGA", "OMR", "TND", "UGX"])
"""Currencies whose smallest unit is not what Stripe counts in.

An amount of ours is in the currency's smallest unit, and so is Stripe's, also where there are no
cents (JPY). Not so here: Stripe counts ISK and UGX in hundredths they do not have and MGA in whole
ariary, and of three decimals it takes two only. Rather than charge what was not shown, we decline.
"""

NOTHING_CHARGED = "Nothing was charged; use another card."
DECLINED = f"The bank declined this card without saying why. {NOTHING_CHARGED}"
AUTHENTICATION_NEEDED = (
    "The bank wants you to confirm this payment, which this boutique cannot ask you for yet. "
    "Nothing was charged; use a card that needs no confirmation."
)
_WRONG_NUMBER = f"There is no card with this number. {NOTHING_CHARGED}"
_WRONG_EXPIRY = f"The expiry date of the card is not right. {NOTHING_CHARGED}"
_WRONG_CODE = f"The security code of the card is not right. {NOTHING_CHARGED}"
_LIMIT_REACHED = f"The card has reached its limit for now. {NOTHING_CHARGED}"
_BANK_AWAY = "The bank could not be asked just now. Nothing was charged; try again in a moment."
_CARD_UNKNOWN = "This card is not known. Nothing was charged; choose the card once more."
REASONS = {
    "amount_too_large": "This total is too high for one payment by card. Nothing was charged.",
    "amount_too_small": "This total is too low for a payment by card. Nothing was charged.",
    "authentication_required": AUTHENTICATION_NEEDED,
    "card_not_supported": f"The card cannot be used for purchases like this. {NOTHING_CHARGED}",
    "card_velocity_exceeded": _LIMIT_REACHED,
    "currency_not_supported": f"The card cannot pay in this currency. {NOTHING_CHARGED}",
    "expired_card": f"The card has expired. {NOTHING_CHARGED}",
    "incorrect_cvc": _WRONG_CODE,
    "incorrect_number": _WRONG_NUMBER,
    "insufficient_funds": f"The card has insufficient funds. {NOTHING_CHARGED}",
    "invalid_cvc": _WRONG_CODE,
    "invalid_expiry_month": _WRONG_EXPIRY,
    "invalid_expiry_year": _WRONG_EXPIRY,
    "invalid_number": _WRONG_NUMBER,
    "issuer_not_available": _BANK_AWAY,
    "payment_method_not_available": _CARD_UNKNOWN,
    "payment_method_unexpected_state": _CARD_UNKNOWN,
    "processing_error": _BANK_AWAY,
    "reenter_transaction": _BANK_AWAY,
    "try_again_later": _BANK_AWAY,
    "withdrawal_count_limit_exceeded": _LIMIT_REACHED,
}
"""What a shopper reads, by Stripe's code.

Lost, stolen and suspected cards are left out on purpose: whoever holds one is told no more than
that the bank declined.
"""


@dataclass(frozen=True, kw_only=True)
class StripeTestCard:
    token: str
    label: str
    hint: str


STRIPE_TEST_CARDS = (
    StripeTestCard(token="pm_card_visa", label="Test card", hint="Always pays"),  # noqa: S106 (public)
    StripeTestCard(
        token="pm_card_visa_chargeDeclinedInsufficientFunds",  # noqa: S106 (public)
        label="Empty test card",
        hint="Always declines",
    ),
)


class StripeKeyMissing(Exception):
    """Payment by Stripe was chosen without a secret key; the message says what to do."""


class StripeRefused(Exception):
    """Stripe refuses what we ask for, so asking again does not help: somebody must look into it."""

    def __init__(self, what: str, error: stripe.StripeError | None = None) -> None:
        told = "" if error is None else f": {error.code or type(error).__name__}, {error}"
        super().__init__(f"Stripe did not {what}{told}")


def cards_offered(secret_key: str) -> Sequence[StripeTestCard]:
    """Return the cards to choose from: Stripe's own in test mode, none where money is real."""
    return STRIPE_TEST_CARDS if secret_key.startswith(TEST_KEYS) else ()


class StripePaymentProvider:
    """Stripe knows each purchase and each refund by our id, so every call may be repeated.

    Stripe remembers idempotency keys for a day. Whatever is repeated later is recognised by what it
    has led to: an intent that is captured or cancelled, a refund that carries our id. Only a hold
    whose answer was lost for more than a day is not found again; it lapses by itself.

    Raises:
        StripeKeyMissing: the key is none, or not a secret one.
    """

    def __init__(
        self, *, secret_key: str, url: str, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        if not secret_key.startswith(SECRET_KEYS):
            raise StripeKeyMissing(
                "Payment by Stripe needs a secret key, which begins with sk_ or rk_. "
                "Set BOUTIQUE_STRIPE_SECRET_KEY, or BOUTIQUE_PAYMENT_PROVIDER=demo."
            )
        # Telemetry would write an id into the home folder and send it along.
        stripe.enable_telemetry = False
        client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": url.rstrip("/")},
            http_client=stripe.RequestsClient(timeout=timeout_seconds),
            max_network_retries=RETRIES_MAX,
        )
        self._intents = client.v1.payment_intents
        self._refunds = client.v1.refunds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="stripe")

    async def close(self) -> None:
        """Let calls under way come to their end."""
        await asyncio.to_thread(self._threads.shutdown)

    async def authorise(
        self, *, purchase_id: UUID, card: str, amount_minor: int, currency: str
    ) -> Authorisation:
        if currency in UNITS_DIFFER:
            return Authorisation(None, f"Cards cannot pay in {currency} here. Nothing was charged.")
        try:
            intent = await self._ask(
                lambda: self._intents.create(
                    {
                        "amount": amount_minor,
                        "currency": currency.lower(),
                        "payment_method": card,
                        "capture_method": "manual",
                        "confirm": True,
                        # Only what needs no visit to another page: we have nobody to send there.
                        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                        "metadata": {"purchase_id": str(purchase_id)},
                    },
                    {"idempotency_key": f"boutique-authorise-{purchase_id}"},
                )
            )
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            return Authorisation(None, _reason(error))
        if intent.status == "requires_action":
            await self.void(purchase_id=purchase_id, reference=intent.id)
            return Authorisation(None, AUTHENTICATION_NEEDED)
        if intent.status != "requires_capture":
            raise StripeRefused(f"hold the money of {intent.id}, which is {intent.status}")
        return Authorisation(intent.id)

    async def capture(self, *, purchase_id: UUID, reference: str) -> None:
        """Take the money that is held.

        Raises:
            StripeRefused: it is held no longer.
        """
        try:
            await self._ask(
                lambda: self._intents.capture(
                    reference, None, {"idempotency_key": f"boutique-capture-{purchase_id}"}
                )
            )
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            if _status(error) != "succeeded":
                raise StripeRefused(f"capture {reference}", error) from error

    async def void(self, *, purchase_id: UUID, reference: str) -> None:
        """Let go of money that is held.

        Raises:
            MoneyTaken: it was taken before.
        """
        try:
            await self._ask(
                lambda: self._intents.cancel(
                    reference, None, {"idempotency_key": f"boutique-void-{purchase_id}"}
                )
            )
        except stripe.InvalidRequestError as error:
            status = _status(error)
            if status == "succeeded":
                raise MoneyTaken from error
            if status != "canceled":
                raise StripeRefused(f"cancel {reference}", error) from error

    async def refund(
        self, *, refund_id: UUID, reference: str, amount_minor: int, currency: str
    ) -> str:
        """Give money back; return the id of Stripe's refund.

        Raises:
            StripeRefused: there is not as much left to give back.
        """
        del currency  # Stripe gives back what was taken
        # A key is forgotten after a day, and the same refund must not be paid twice: look first.
        made = await self._refunds_of(reference)
        for one in made:
            if one.metadata is not None and one.metadata.to_dict().get("refund_id") == str(
                refund_id
            ):
                return _given_back(one)
        try:
            refund = await self._ask(
                lambda: self._refunds.create(
                    {
                        "payment_intent": reference,
                        "amount": amount_minor,
                        "metadata": {"refund_id": str(refund_id)},
                    },
                    {"idempotency_key": f"boutique-refund-{refund_id}"},
                )
            )
        except stripe.InvalidRequestError as error:
            # All of it is back with the shopper, perhaps from Stripe's own pages: nothing is left.
            if error.code == "charge_already_refunded" and made:
                return made[0].id
            raise StripeRefused(f"refund {reference}", error) from error
        return _given_back(refund)

    async def _refunds_of(self, reference: str) -> Sequence[stripe.Refund]:
        try:
            found = await self._ask(
                lambda: self._refunds.list({"payment_intent": reference, "limit": REFUNDS_MAX})
            )
        except stripe.InvalidRequestError as error:
            raise StripeRefused(f"list the refunds of {reference}", error) from error
        return found.data

    async def _ask(self, call: Callable[[], T]) -> T:
        """Call Stripe in a thread; what only time or the operator can mend is unavailable."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            logger.error(  # noqa: TRY400 (Stripe's own words repeat a part of the key)
                "Stripe does not accept the key in BOUTIQUE_STRIPE_SECRET_KEY (status %s). "
                "Purchases wait until it is mended.",
                error.http_status,
            )
            raise PaymentUnavailable("Stripe does not accept our key") from None
        except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
            raise PaymentUnavailable(f"Stripe did not answer: {error}") from error
        except stripe.IdempotencyError as error:
            raise StripeRefused("recognise what was repeated", error) from error


def _reason(error: stripe.CardError | stripe.InvalidRequestError) -> str:
    """Say why a card was declined, to a shopper.

    Raises:
        StripeRefused: it is not about the card, but about how we asked.
    """
    declined = None if error.error is None else error.error.decline_code
    for code in (declined, error.code):
        if code in REASONS:
            return REASONS[code]
    if isinstance(error, stripe.CardError):
        return DECLINED
    if error.param == "payment_method":
        return _CARD_UNKNOWN
    raise StripeRefused("hold the money", error) from error


def _status(error: stripe.CardError | stripe.InvalidRequestError) -> str | None:
    """Return the state of the intent that did not let us change it."""
    intent = None if error.error is None else error.error.payment_intent
    return None if intent is None else intent.status


def _given_back(refund: stripe.Refund) -> str:
    if refund.status in {"failed", "canceled"}:
        raise StripeRefused(f"give money back with {refund.id}, which is {refund.status}")
    return refund.id
