"""Payment of a placed purchase: authorised, then captured; or declined, voided, refunded.

Its events stand with those of the purchase, which they settle; what to ask of the provider next,
in ``settlement``. Reading order: facts, commands, decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.event import Event, Fact, Known, Refusal, Tag
from domain.purchase import (
    PaymentAuthorised,
    PaymentCaptured,
    PaymentDeclined,
    PaymentRefunded,
    PaymentVoided,
    Purchase,
    PurchaseNotFound,
    PurchasePlaced,
    RefundGranted,
)

# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Refund:
    """For which purchase a refund was granted: the provider pays each id once, whosever it is."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (RefundGranted,)

    refund_id: UUID
    purchase_id: UUID | None = None  # None: never granted

    @property
    def tag(self) -> Tag:
        return Tag("refund", self.refund_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case RefundGranted():
                return replace(self, purchase_id=event.purchase_id)
            case _:
                return self


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentCommand:
    purchase_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (Purchase(purchase_id=self.purchase_id),)


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorisePayment(PaymentCommand):
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CapturePayment(PaymentCommand): ...


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclinePayment(PaymentCommand):
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VoidPayment(PaymentCommand): ...


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantRefund(PaymentCommand):
    refund_id: UUID
    amount_minor: int
    seller_id: UUID | None  # who grants it, for pieces of hers; None: the boutique, for any

    def needs(self) -> tuple[Fact, ...]:
        return (*PaymentCommand.needs(self), Refund(refund_id=self.refund_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundPayment(PaymentCommand):
    refund_id: UUID
    reference: str


# ------------------------------------------------------------- decisions


class PurchaseSettled(Refusal):
    def __init__(self) -> None:
        super().__init__("The payment of this purchase is settled already.")


class RefundNotGranted(Refusal):
    def __init__(self) -> None:
        super().__init__("This refund was not granted for this purchase. Grant one of its own.")


class RefundOutOfRange(Refusal):
    def __init__(self, at_most_minor: int) -> None:
        super().__init__(
            "Refund something, and at most what was paid for the pieces that came back and not "
            "refunded yet: %(minor)s in the smallest unit of the currency.",
            minor=at_most_minor,
        )


def authorise(
    command: AuthorisePayment, known: Known, *, now: datetime
) -> tuple[PaymentAuthorised, ...]:
    """Record that the provider holds the money; again, nothing happens.

    That it does is recorded of a cancelled purchase too, or it could not be told to let go.

    Raises:
        PurchaseNotFound: it was never placed.
        PurchaseSettled: the payment was declined or voided before.
    """
    purchase, placed = _placed(command, known)
    if purchase.declined_because is not None or purchase.is_voided:
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

    That it did is recorded of a cancelled purchase too, or it could not be given back.

    Raises:
        PurchaseNotFound: it was never placed.
        PurchaseSettled: the payment was never authorised, or declined, or voided.
    """
    purchase, placed = _placed(command, known)
    if purchase.is_captured:
        return ()
    is_over = purchase.declined_because is not None or purchase.is_voided
    if purchase.reference is None or is_over:
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
        PurchaseSettled: the payment was captured before, or the pieces went back by cancelling.
    """
    purchase, placed = _placed(command, known)
    if purchase.is_captured or purchase.is_cancelled:
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


def void(command: VoidPayment, known: Known, *, now: datetime) -> tuple[PaymentVoided, ...]:
    """Record that the provider holds nothing for a cancelled purchase; again, nothing happens.

    Raises:
        PurchaseNotFound: it was never placed.
        PurchaseSettled: it was not cancelled, or the money was taken.
    """
    purchase, placed = _placed(command, known)
    if purchase.is_voided:
        return ()
    if not purchase.is_cancelled or purchase.is_captured:
        raise PurchaseSettled
    return (
        PaymentVoided(
            recorded_at=now,
            purchase_id=placed.purchase_id,
            shopper_id=placed.shopper_id,
            lines=placed.lines,
            reference=purchase.reference,
        ),
    )


def grant_refund(command: GrantRefund, known: Known, *, now: datetime) -> tuple[RefundGranted, ...]:
    """Promise money back for pieces that came back; nothing happens if it was promised before.

    Raises:
        PurchaseNotFound: it was never placed, or has no pieces of this seller.
        RefundNotGranted: the refund's id belongs to another purchase.
        RefundOutOfRange: nothing, or more than what came back was worth.
    """
    purchase, placed = _placed(command, known)
    sellers = {line.seller_id for line in placed.lines}
    if command.seller_id is not None and command.seller_id not in sellers:
        raise PurchaseNotFound
    granted_for = known[Refund, command.refund_id].purchase_id
    if granted_for == command.purchase_id:
        return ()
    if granted_for is not None:
        raise RefundNotGranted
    at_most = (
        purchase.refundable_minor
        if command.seller_id is None
        else purchase.refundable_minor_by(command.seller_id)
    )
    if not 1 <= command.amount_minor <= at_most:
        raise RefundOutOfRange(at_most)
    return (
        RefundGranted(
            recorded_at=now,
            purchase_id=placed.purchase_id,
            shopper_id=placed.shopper_id,
            refund_id=command.refund_id,
            amount_minor=command.amount_minor,
            currency=placed.currency,
            seller_id=command.seller_id,
        ),
    )


def refund(command: RefundPayment, known: Known, *, now: datetime) -> tuple[PaymentRefunded, ...]:
    """Record that the provider has given money back; again, nothing happens.

    Raises:
        PurchaseNotFound: it was never placed.
        RefundNotGranted: nobody promised it.
    """
    purchase, placed = _placed(command, known)
    granted = next((x for x in purchase.refunds if x.refund_id == command.refund_id), None)
    if granted is None:
        raise RefundNotGranted
    if command.refund_id in purchase.refunded:
        return ()
    return (
        PaymentRefunded(
            recorded_at=now,
            purchase_id=placed.purchase_id,
            shopper_id=placed.shopper_id,
            refund_id=granted.refund_id,
            amount_minor=granted.amount_minor,
            currency=granted.currency,
            reference=command.reference,
        ),
    )


def _placed(command: PaymentCommand, known: Known) -> tuple[Purchase, PurchasePlaced]:
    purchase = known[Purchase, command.purchase_id]
    if purchase.placed is None:
        raise PurchaseNotFound
    return purchase, purchase.placed
