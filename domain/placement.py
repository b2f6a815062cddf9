"""Placement: a shopper purchases pieces of a confirmed look, all or none (claim C1c).

Its event stands in ``purchase``. Reading order: commands, decisions.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from domain.commodity import QUANTITY_MAX, CommodityNotFound, Offer
from domain.coordination import Coordination, LookEmpty, owned
from domain.event import Event, Fact, Known, Refusal
from domain.look import Look
from domain.purchase import Purchase, PurchaseLine, PurchaseNotFound, PurchasePlaced, ReservedLine
from domain.reservation import OpenReservation, StockReserved, released
from domain.stock import Stock, VariantNotFound, check_stock

LINES_MAX = 20

# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedPiece:
    """A piece as the shopper saw it when deciding to buy."""

    commodity_id: UUID
    variant_id: UUID
    quantity: int
    price_minor: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacePurchase:
    purchase_id: UUID
    shopper_id: UUID
    coordination_id: UUID
    pieces: tuple[WantedPiece, ...]
    card: str

    def needs(self) -> tuple[Fact, ...]:
        variants = dict.fromkeys(piece.variant_id for piece in self.pieces)
        commodities = dict.fromkeys(piece.commodity_id for piece in self.pieces)
        return (
            Purchase(purchase_id=self.purchase_id),
            Coordination(coordination_id=self.coordination_id),
            OpenReservation(coordination_id=self.coordination_id),
            *(Offer(commodity_id=commodity_id) for commodity_id in commodities),
            *(Stock(variant_id=variant_id) for variant_id in variants),
        )


# ------------------------------------------------------------- decisions


class LookNotConfirmed(Refusal):
    def __init__(self) -> None:
        super().__init__("Only pieces of the look you confirmed can be purchased. Confirm it anew.")


class PriceChanged(Refusal):
    def __init__(self) -> None:
        super().__init__("The price of a piece has changed. Look at the total again.")


class CurrenciesMixed(Refusal):
    def __init__(self) -> None:
        super().__init__("The pieces of one purchase must have one currency. Buy them apart.")


class CardNumberSent(Refusal):
    """What is recorded stays: a card number must never come near the log."""

    def __init__(self) -> None:
        super().__init__("Send the payment provider's token of the card, never its number.")


class QuantityNotPurchasable(Refusal): ...


_Wanted: TypeAlias = tuple[WantedPiece, Offer]


def place(command: PlacePurchase, known: Known, *, now: datetime) -> tuple[Event, ...]:
    """Sell all pieces or none; nothing happens if this purchase was placed before.

    Pieces that are held for this look come out of its reservation, also when its time is over and
    nobody has put them back yet; the others out of the stock. What else was held is let go.

    Raises:
        PurchaseNotFound: the id belongs to somebody else's purchase.
        CoordinationNotFound, LookNotConfirmed: the pieces are not of a look the shopper confirmed.
        CommodityNotFound, VariantNotFound, PriceChanged, CurrenciesMixed: they are not on offer so.
        SoldOut: at least one piece is short.
        CardNumberSent: the card is a number, or nothing.
    """
    purchase = known[Purchase, command.purchase_id]
    if purchase.placed is not None:
        if purchase.placed.shopper_id != command.shopper_id:
            raise PurchaseNotFound
        return ()
    if re.fullmatch(r"[\d\s.-]*", command.card):
        raise CardNumberSent
    look = _confirmed_look(command, known)
    wanted = [(piece, known[Offer, piece.commodity_id]) for piece in command.pieces]
    _check_pieces(wanted, look)
    currency = _check_offers(wanted)
    held = known[OpenReservation, command.coordination_id].made
    check_stock(((piece.variant_id, piece.quantity) for piece, _ in wanted), known, held=held)
    lines = tuple(_line(piece, offer) for piece, offer in wanted)
    taken, left_over = _out_of(held, lines)
    placed = PurchasePlaced(
        recorded_at=now,
        purchase_id=command.purchase_id,
        shopper_id=command.shopper_id,
        lines=lines,
        coordination_id=command.coordination_id,
        look=look,
        total_minor=sum(line.price_minor * line.quantity for line in lines),
        currency=currency,
        card=command.card,
        reservation_id=held.reservation_id if held is not None and taken else None,
        from_reservation=taken,
    )
    if held is None or not left_over:
        return (placed,)
    return (released(held, now=now, lines=left_over), placed)


def _confirmed_look(command: PlacePurchase, known: Known) -> Look:
    coordination = owned(known, command.coordination_id, command.shopper_id)
    if coordination.confirmed is None:
        raise LookNotConfirmed
    return coordination.confirmed


def _check_pieces(wanted: Sequence[_Wanted], look: Look) -> None:
    if not wanted:
        raise LookEmpty
    if len(wanted) > LINES_MAX:
        raise QuantityNotPurchasable(
            "Purchase at most %(count)s pieces at a time.", count=LINES_MAX
        )
    for piece, offer in wanted:
        if offer.seller_id is None:
            raise CommodityNotFound
        if not look.wears(piece.commodity_id):
            raise LookNotConfirmed
        if not 1 <= piece.quantity <= QUANTITY_MAX:
            raise QuantityNotPurchasable("Purchase at least one piece.")


def _check_offers(wanted: Sequence[_Wanted]) -> str:
    """Return the currency of all pieces."""
    currencies = set[str]()
    for piece, offer in wanted:
        if not offer.has_variant(piece.variant_id):
            raise VariantNotFound
        if offer.price_minor != piece.price_minor:
            raise PriceChanged
        currencies.add(offer.currency)
    if len(currencies) > 1:
        raise CurrenciesMixed
    return currencies.pop()


def _line(piece: WantedPiece, offer: Offer) -> PurchaseLine:
    assert offer.seller_id is not None  # _check_pieces has refused unregistered commodities
    return PurchaseLine(
        commodity_id=piece.commodity_id,
        variant_id=piece.variant_id,
        seller_id=offer.seller_id,
        quantity=piece.quantity,
        price_minor=piece.price_minor,
    )


def _out_of(
    held: StockReserved | None, lines: tuple[PurchaseLine, ...]
) -> tuple[tuple[ReservedLine, ...], tuple[ReservedLine, ...]]:
    """Part what was held: what these lines take of it, and what they leave."""
    if held is None:
        return (), ()
    wanted = Counter[UUID]()
    for line in lines:
        wanted[line.variant_id] += line.quantity
    taken, left_over = list[ReservedLine](), list[ReservedLine]()
    for reserved in held.lines:
        # A reservation has every variant once, so no piece that is wanted is taken twice.
        quantity = min(wanted[reserved.variant_id], reserved.quantity)
        taken.append(replace(reserved, quantity=quantity))
        left_over.append(replace(reserved, quantity=reserved.quantity - quantity))
    return tuple(x for x in taken if x.quantity), tuple(x for x in left_over if x.quantity)
