"""Stock: how many pieces of every variant are left, and how many are held for somebody.

Which event changes it, and by how much, stands here alone (``stock_changes``): decisions, the index
and the audit trail all ask here, so they cannot differ. Reading order: changes, facts, commands,
decisions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, NamedTuple, Self
from uuid import UUID

from domain.commodity import QUANTITY_MAX, CommodityNotFound, Offer, StockReceived
from domain.event import Event, Fact, Known, Refusal, Tag
from domain.purchase import (
    PaymentDeclined,
    PiecesReturned,
    PurchaseCancelled,
    PurchasePlaced,
    ReservedLine,
)
from domain.reservation import ReservationExpired, ReservationReleased, StockReserved

# --------------------------------------------------------------- changes


class StockChange(NamedTuple):
    """By how many pieces of a variant an event changes what is left and what is reserved."""

    variant_id: UUID
    left: int
    reserved: int = 0


def stock_changes(event: Event) -> Iterator[StockChange]:
    """Return what an event changes; a variant may come more than once."""
    match event:
        case StockReceived():
            yield StockChange(event.variant_id, event.quantity)
        case StockReserved():
            yield from (StockChange(x.variant_id, -x.quantity, x.quantity) for x in event.lines)
        case ReservationReleased() | ReservationExpired():
            yield from _no_longer_held(event.lines)
        case PurchasePlaced():
            # What comes out of a reservation left the stock when it was reserved.
            yield from _no_longer_held(event.from_reservation)
            yield from (StockChange(x.variant_id, -x.quantity) for x in event.lines)
        case PaymentDeclined() | PurchaseCancelled() | PiecesReturned():
            yield from (StockChange(x.variant_id, x.quantity) for x in event.lines)
        case _:
            return


def _no_longer_held(lines: Iterable[ReservedLine]) -> Iterator[StockChange]:
    return (StockChange(x.variant_id, x.quantity, -x.quantity) for x in lines)


# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Stock:
    """How many pieces of one variant are left to reserve or purchase, and how many are held."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (
        StockReceived,
        StockReserved,
        ReservationReleased,
        ReservationExpired,
        PurchasePlaced,
        PaymentDeclined,
        PurchaseCancelled,
        PiecesReturned,
    )

    variant_id: UUID
    left: int = 0
    reserved: int = 0

    @property
    def tag(self) -> Tag:
        return Tag("variant", self.variant_id)

    def evolve(self, event: Event) -> Self:
        left, reserved = self.left, self.reserved
        for change in stock_changes(event):
            if change.variant_id == self.variant_id:
                left += change.left
                reserved += change.reserved
        return replace(self, left=left, reserved=reserved)


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiveStock:
    seller_id: UUID
    commodity_id: UUID
    variant_id: UUID
    quantity: int

    def needs(self) -> tuple[Fact, ...]:
        return (Offer(commodity_id=self.commodity_id),)


# ------------------------------------------------------------- decisions


class NotTheSeller(Refusal):
    def __init__(self) -> None:
        super().__init__("Only the seller of a commodity may change its stock.")


class VariantNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("This commodity has no such size. Choose one of the sizes it is shown in.")


class QuantityOutOfRange(Refusal): ...


class SoldOut(Refusal):
    """Some pieces of the look are no longer there; the others are not sold or reserved either."""

    def __init__(self, variant_ids: tuple[UUID, ...]) -> None:
        super().__init__(
            "A piece of this look has just been sold out, so nothing was bought and nothing "
            "charged. Choose another size or take the piece off."
        )
        self.variant_ids = variant_ids


def receive(command: ReceiveStock, known: Known, *, now: datetime) -> tuple[StockReceived, ...]:
    """Add pieces to a variant's stock.

    Raises:
        CommodityNotFound, VariantNotFound: there is nothing to receive stock for.
        NotTheSeller: the commodity is somebody else's.
        QuantityOutOfRange: not a positive number of pieces.
    """
    offer = known[Offer, command.commodity_id]
    if offer.seller_id is None:
        raise CommodityNotFound
    if offer.seller_id != command.seller_id:
        raise NotTheSeller
    if not offer.has_variant(command.variant_id):
        raise VariantNotFound
    if not 1 <= command.quantity <= QUANTITY_MAX:
        raise QuantityOutOfRange("Receive 1 to %(count)s pieces at a time.", count=QUANTITY_MAX)
    return (
        StockReceived(
            recorded_at=now,
            variant_id=command.variant_id,
            commodity_id=command.commodity_id,
            seller_id=command.seller_id,
            quantity=command.quantity,
        ),
    )


def check_stock(
    wanted: Iterable[tuple[UUID, int]], known: Known, *, held: StockReserved | None
) -> None:
    """Refuse if pieces are short, counting those that are held for this shopper already.

    Raises:
        SoldOut: at least one variant is short.
    """
    lines = () if held is None else held.lines
    pieces = dict[UUID, int]()
    for variant_id, quantity in wanted:
        pieces[variant_id] = pieces.get(variant_id, 0) + quantity  # two may be of the same variant
    short = tuple(
        id_
        for id_, quantity in pieces.items()
        if known[Stock, id_].left + sum(line.quantity for line in lines if line.variant_id == id_)
        < quantity
    )
    if short:
        raise SoldOut(short)
