"""Payment of a placed purchase: authorised, then captured; or declined.

Its events stand with those of the purchase, which they settle. Reading order: commands, decisions.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.event import Fact, Known, Refusal
from domain.purchase import (
    PaymentAuthorised,
    PaymentCaptured,
    PaymentDeclined,
    Purchase,
    PurchaseNotFound,
    PurchasePlaced,
)

# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True)
class PaymentCommand:
    purchase_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (Purchase(purchase_id=self.purchase_id),)


@dataclass(frozen=True, kw_only=True)
class AuthorisePayment(PaymentCommand):
    reference: str


@dataclass(frozen=True, kw_only=True)
class CapturePayment(PaymentCommand): ...


@dataclass(frozen=True, kw_only=True)
class DeclinePayment(PaymentCommand):
    reason: str


# ------------------------------------------------------------- decisions


class PurchaseSettled(Refusal):
    def __init__(self) -> None:
        super().__init__("The payment of this purchase is settled already.")


def authorise(
    command: AuthorisePayment, known: Known, *, now: datetime
) -> tuple[PaymentAuthorised, ...]:
    """Record that the provider holds the money; again, nothing happens.

    Raises:
        PurchaseNotFound: it was never placed.
        PurchaseSettled: the payment was declined before.
    """
    purchase, placed = _placed(command, known)
    if purchase.declined_because is not None:
        raise PurchaseSettled
    if purchase.reference is not None:
        return ()
    return (
        PaymentAuthorised(
            recorded_at=now,
            purchase_id=placed.purchase_id,
            shopper_id=placed.shopper_id,
            lines=placed.lines,
            reference=command.reference,
        ),
    )


def capture(command: CapturePayment, known: Known, *, now: datetime) -> tuple[PaymentCaptured, ...]:
    """Record that the provider has taken the money; again, nothing happens.

    Raises:
        PurchaseNotFound: it was never placed.
        PurchaseSettled: the payment was never authorised, or declined.
    """
    purchase, placed = _placed(command, known)
    if purchase.is_captured:
        return ()
    if purchase.reference is None or purchase.declined_because is not None:
        raise PurchaseSettled
    return (
        PaymentCaptured(
            recorded_at=now,
            purchase_id=placed.purchase_id,
            shopper_id=placed.shopper_id,
            lines=placed.lines,
            reference=purchase.reference,
            total_minor=placed.total_minor,
            currency=placed.currency,
        ),
    )


def decline(command: DeclinePayment, known: Known, *, now: datetime) -> tuple[PaymentDeclined, ...]:
    """Record that the provider refused, and put the pieces back; again, nothing happens.

    Raises:
        PurchaseNotFound: it was never placed.
        PurchaseSettled: the payment was captured before.
    """
    purchase, placed = _placed(command, known)
    if purchase.is_captured:
        raise PurchaseSettled
    if purchase.declined_because is not None:
        return ()
    return (
        PaymentDeclined(
            recorded_at=now,
            purchase_id=placed.purchase_id,
            shopper_id=placed.shopper_id,
            lines=placed.lines,
            reason=command.reason,
        ),
    )


def _placed(command: PaymentCommand, known: Known) -> tuple[Purchase, PurchasePlaced]:
    purchase = known[Purchase(purchase_id=command.purchase_id)]
    if purchase.placed is None:
        raise PurchaseNotFound
    return purchase, purchase.placed
