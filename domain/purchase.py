"""Purchase: the pieces of a confirmed look, sold together or not at all (claim C1c).

A purchase is placed (see ``placement``), then its payment is authorised and captured, or declined
(see ``payment``). Until the money is taken it can be cancelled; afterwards its pieces can be
returned, and what was paid for them refunded. Reading order: events, facts, commands, decisions.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.event import Event, Fact, Known, Refusal, Tag
from domain.look import Look

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True, slots=True)
class PurchaseLine:
    commodity_id: UUID
    variant_id: UUID
    seller_id: UUID
    quantity: int
    price_minor: int  # of one piece, in the currency's smallest unit


@dataclass(frozen=True, kw_only=True, slots=True)
class ReservedLine:
    """Pieces of one variant that are, or were, held for a shopper."""

    commodity_id: UUID
    variant_id: UUID
    seller_id: UUID
    quantity: int


def tags_of_lines(lines: Iterable[PurchaseLine | ReservedLine]) -> tuple[Tag, ...]:
    """Name every variant, then every seller, once."""
    lines = tuple(lines)
    variants = [Tag("variant", id_) for id_ in dict.fromkeys(line.variant_id for line in lines)]
    sellers = [Tag("seller", id_) for id_ in dict.fromkeys(line.seller_id for line in lines)]
    return (*variants, *sellers)


@dataclass(frozen=True, kw_only=True, slots=True)
class PurchaseEvent(Event):
    purchase_id: UUID
    shopper_id: UUID
    lines: tuple[PurchaseLine, ...]

    def tags(self) -> tuple[Tag, ...]:
        return (
            Tag("purchase", self.purchase_id),
            Tag("shopper", self.shopper_id),
            *tags_of_lines(self.lines),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PurchasePlaced(PurchaseEvent):
    """The pieces are sold. Those that were reserved left the stock already when they were."""

    TOPIC: ClassVar[str] = "purchase-placed"
    VERSION: ClassVar[int] = 5  # 1 no reservations, 2 no placements, 3 no tucking in, 4 no opening

    coordination_id: UUID
    look: Look  # what the shopper saw when confirming
    total_minor: int
    currency: str
    card: str  # the payment provider's token, never a number
    reservation_id: UUID | None  # the one this purchase ends; None: there was none
    from_reservation: tuple[ReservedLine, ...]  # which of the pieces come out of it

    def tags(self) -> tuple[Tag, ...]:
        tags = (*PurchaseEvent.tags(self), Tag("coordination", self.coordination_id))
        if self.reservation_id is None:
            return tags
        return (*tags, Tag("reservation", self.reservation_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentAuthorised(PurchaseEvent):
    TOPIC: ClassVar[str] = "payment-authorised"

    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentCaptured(PurchaseEvent):
    TOPIC: ClassVar[str] = "payment-captured"

    reference: str
    total_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentDeclined(PurchaseEvent):
    """The pieces of the purchase go back into the stock."""

    TOPIC: ClassVar[str] = "payment-declined"

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PurchaseCancelled(PurchaseEvent):
    """The shopper does not want it any more: the pieces go back, and so must held money."""

    TOPIC: ClassVar[str] = "purchase-cancelled"


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentVoided(PurchaseEvent):
    """Nothing is held any more for a cancelled purchase."""

    TOPIC: ClassVar[str] = "payment-voided"

    reference: str | None  # None: nothing had been held


@dataclass(frozen=True, kw_only=True, slots=True)
class PiecesReturned(PurchaseEvent):
    """Its lines are what came back; money is a matter of its own."""

    TOPIC: ClassVar[str] = "pieces-returned"

    return_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundEvent(Event):
    """Money that goes back; which pieces it is for does not matter, only whose they were."""

    purchase_id: UUID
    shopper_id: UUID
    refund_id: UUID
    amount_minor: int
    currency: str

    def tags(self) -> tuple[Tag, ...]:
        return (
            Tag("purchase", self.purchase_id),
            Tag("shopper", self.shopper_id),
            Tag("refund", self.refund_id),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundGranted(RefundEvent):
    """The boutique owes this. It is on record before the provider is asked to pay it."""

    TOPIC: ClassVar[str] = "refund-granted"
    VERSION: ClassVar[int] = 2  # 1 did not say who grants

    seller_id: UUID | None  # who grants, for pieces of hers; None: the boutique, for any


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentRefunded(RefundEvent):
    TOPIC: ClassVar[str] = "payment-refunded"

    reference: str  # the provider's, of the refund


# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Purchase:
    """How far a purchase has come."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (
        PurchasePlaced,
        PaymentAuthorised,
        PaymentCaptured,
        PaymentDeclined,
        PurchaseCancelled,
        PaymentVoided,
        PiecesReturned,
        RefundGranted,
        PaymentRefunded,
    )

    purchase_id: UUID
    placed: PurchasePlaced | None = None  # None: never placed
    reference: str | None = None  # the provider's, once payment is authorised
    is_captured: bool = False
    declined_because: str | None = None
    is_cancelled: bool = False
    is_voided: bool = False
    returns: tuple[PiecesReturned, ...] = ()
    refunds: tuple[RefundGranted, ...] = ()  # granted; paid, if their id is among ``refunded``
    refunded: frozenset[UUID] = frozenset()

    @property
    def tag(self) -> Tag:
        return Tag("purchase", self.purchase_id)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to arrange with the payment provider."""
        if self.is_captured:
            owes_all = self.is_cancelled and self.refundable_minor > 0
            return self.refund_due is None and not owes_all
        return self.declined_because is not None or self.is_voided

    @property
    def refund_due(self) -> RefundGranted | None:
        """The oldest refund that was granted and not paid yet."""
        return next((x for x in self.refunds if x.refund_id not in self.refunded), None)

    @property
    def refundable_minor(self) -> int:
        """What came back for money that was taken, less what was granted for it already."""
        value = sum(line.price_minor * line.quantity for line in self._back)
        return value - sum(refund.amount_minor for refund in self.refunds)

    def refundable_minor_by(self, seller_id: UUID) -> int:
        """What is left of it for a seller to grant: for her own pieces, by whomever granted."""
        hers = sum(
            line.price_minor * line.quantity for line in self._back if line.seller_id == seller_id
        )
        granted = sum(x.amount_minor for x in self.refunds if x.seller_id == seller_id)
        # What the boutique granted names no seller: it comes off everybody's share only where
        # less is left in all.
        return min(hers - granted, self.refundable_minor)

    @property
    def _back(self) -> tuple[PurchaseLine, ...]:
        """Lines of what came back after the money for it was taken."""
        if self.placed is None or not self.is_captured:
            return ()
        if self.is_cancelled:
            return self.placed.lines
        return tuple(line for event in self.returns for line in event.lines)

    @property
    def returnable(self) -> Counter[UUID]:
        """Pieces of every variant that the shopper has bought and still has."""
        if self.placed is None or not self.is_captured or self.is_cancelled:
            return Counter()
        pieces = _pieces(self.placed.lines)
        for event in self.returns:
            pieces.subtract(_pieces(event.lines))
        return pieces

    def evolve(self, event: Event) -> Self:  # noqa: PLR0911 (one line per event)
        match event:
            case PurchasePlaced():
                return replace(self, placed=event)
            case PaymentAuthorised():
                return replace(self, reference=event.reference)
            case PaymentCaptured():
                return replace(self, is_captured=True)
            case PaymentDeclined():
                return replace(self, declined_because=event.reason)
            case PurchaseCancelled():
                return replace(self, is_cancelled=True)
            case PaymentVoided():
                return replace(self, is_voided=True)
            case PiecesReturned():
                return replace(self, returns=(*self.returns, event))
            case RefundGranted():
                return replace(self, refunds=(*self.refunds, event))
            case PaymentRefunded():
                return replace(self, refunded=self.refunded | {event.refund_id})
            case _:
                return self


def _pieces(lines: Iterable[PurchaseLine]) -> Counter[UUID]:
    pieces = Counter[UUID]()
    for line in lines:
        pieces[line.variant_id] += line.quantity  # two lines may be of the same variant
    return pieces


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelPurchase:
    purchase_id: UUID
    shopper_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (Purchase(purchase_id=self.purchase_id),)


@dataclass(frozen=True, kw_only=True, slots=True)
class PiecesBack:
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnPieces:
    return_id: UUID
    purchase_id: UUID
    shopper_id: UUID
    pieces: tuple[PiecesBack, ...]

    def needs(self) -> tuple[Fact, ...]:
        return (Purchase(purchase_id=self.purchase_id),)


# ------------------------------------------------------------- decisions


class PurchaseNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("You have no such purchase. Your purchases are listed in your wardrobe.")


class PurchasePaid(Refusal):
    def __init__(self) -> None:
        super().__init__("This purchase is paid, so it cannot be cancelled. Return its pieces.")


class PurchaseNotPaid(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "Only pieces of a purchase that is paid can be returned. Cancel it as a whole instead."
        )


class QuantityNotReturnable(Refusal): ...


def cancel(
    command: CancelPurchase, known: Known, *, now: datetime
) -> tuple[PurchaseCancelled, ...]:
    """Put the pieces back before the money is taken; again, or once declined, nothing happens.

    Raises:
        PurchaseNotFound: it was never placed, or by somebody else.
        PurchasePaid: the money is taken.
    """
    purchase, placed = _own(command, known)
    if purchase.is_cancelled or purchase.declined_because is not None:
        return ()
    if purchase.is_captured:
        raise PurchasePaid
    return (
        PurchaseCancelled(
            recorded_at=now,
            purchase_id=placed.purchase_id,
            shopper_id=placed.shopper_id,
            lines=placed.lines,
        ),
    )


def return_pieces(
    command: ReturnPieces, known: Known, *, now: datetime
) -> tuple[PiecesReturned, ...]:
    """Take pieces back into the stock; nothing happens if this return was recorded before.

    Raises:
        PurchaseNotFound: it was never placed, or by somebody else.
        PurchaseNotPaid: nobody can give back what is not his.
        QuantityNotReturnable: no pieces, or more than were bought and not yet returned.
    """
    purchase, placed = _own(command, known)
    if any(event.return_id == command.return_id for event in purchase.returns):
        return ()
    if not purchase.is_captured or purchase.is_cancelled:
        raise PurchaseNotPaid
    if not command.pieces or any(piece.quantity < 1 for piece in command.pieces):
        raise QuantityNotReturnable("Return at least one piece.")
    wanted = Counter[UUID]()
    for piece in command.pieces:
        wanted[piece.variant_id] += piece.quantity
    if not wanted <= purchase.returnable:
        raise QuantityNotReturnable("Return at most what you bought of each size and still have.")
    # Lines of one variant were bought at one price, so it does not matter which one is returned.
    line_of = {line.variant_id: line for line in placed.lines}
    return (
        PiecesReturned(
            recorded_at=now,
            purchase_id=placed.purchase_id,
            shopper_id=placed.shopper_id,
            lines=tuple(replace(line_of[id_], quantity=n) for id_, n in wanted.items()),
            return_id=command.return_id,
        ),
    )


def _own(command: CancelPurchase | ReturnPieces, known: Known) -> tuple[Purchase, PurchasePlaced]:
    """Return the purchase, looked up through its owner."""
    purchase = known[Purchase, command.purchase_id]
    if purchase.placed is None or purchase.placed.shopper_id != command.shopper_id:
        raise PurchaseNotFound
    return purchase, purchase.placed
