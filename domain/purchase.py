"""Purchase: the pieces of a confirmed look, sold together or not at all (claim C1c).

A purchase is placed (which takes its pieces out of the stock), then its payment is authorised and
captured, or declined (which puts the pieces back): see ``payment``. Reading order: events, facts,
commands, decisions.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.commodity import QUANTITY_MAX, CommodityNotFound, Offer, StockReceived
from domain.coordination import Coordination, CoordinationNotFound, LookEmpty
from domain.event import Event, Fact, Known, Refusal, Tag
from domain.look import Look
from domain.stock import VariantNotFound

LINES_MAX = 20

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True)
class PurchaseLine:
    commodity_id: UUID
    variant_id: UUID
    seller_id: UUID
    quantity: int
    price_minor: int  # of one piece, in the currency's smallest unit


@dataclass(frozen=True, kw_only=True)
class PurchaseEvent(Event):
    purchase_id: UUID
    shopper_id: UUID
    lines: tuple[PurchaseLine, ...]

    def tags(self) -> tuple[Tag, ...]:
        variants = dict.fromkeys(Tag("variant", line.variant_id) for line in self.lines)
        sellers = dict.fromkeys(Tag("seller", line.seller_id) for line in self.lines)
        return (
            Tag("purchase", self.purchase_id),
            Tag("shopper", self.shopper_id),
            *variants,
            *sellers,
        )


@dataclass(frozen=True, kw_only=True)
class PurchasePlaced(PurchaseEvent):
    TOPIC: ClassVar[str] = "purchase-placed"

    coordination_id: UUID
    look: Look  # what the shopper saw when confirming
    total_minor: int
    currency: str
    card: str  # the payment provider's token, never a number

    def tags(self) -> tuple[Tag, ...]:
        return (*super().tags(), Tag("coordination", self.coordination_id))


@dataclass(frozen=True, kw_only=True)
class PaymentAuthorised(PurchaseEvent):
    TOPIC: ClassVar[str] = "payment-authorised"

    reference: str


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(PurchaseEvent):
    TOPIC: ClassVar[str] = "payment-captured"

    reference: str
    total_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class PaymentDeclined(PurchaseEvent):
    """The pieces of the purchase go back into the stock."""

    TOPIC: ClassVar[str] = "payment-declined"

    reason: str


# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True)
class Stock:
    """How many pieces of one variant are left."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (StockReceived, PurchasePlaced, PaymentDeclined)

    variant_id: UUID
    left: int = 0

    @property
    def tag(self) -> Tag:
        return Tag("variant", self.variant_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case StockReceived():
                return replace(self, left=self.left + event.quantity)
            case PurchasePlaced():
                return replace(self, left=self.left - self._pieces(event))
            case PaymentDeclined():
                return replace(self, left=self.left + self._pieces(event))
            case _:
                return self

    def _pieces(self, event: PurchaseEvent) -> int:
        return sum(x.quantity for x in event.lines if x.variant_id == self.variant_id)


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """How far a purchase has come."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (
        PurchasePlaced,
        PaymentAuthorised,
        PaymentCaptured,
        PaymentDeclined,
    )

    purchase_id: UUID
    placed: PurchasePlaced | None = None  # None: never placed
    reference: str | None = None  # the provider's, once payment is authorised
    is_captured: bool = False
    declined_because: str | None = None

    @property
    def tag(self) -> Tag:
        return Tag("purchase", self.purchase_id)

    @property
    def is_settled(self) -> bool:
        return self.is_captured or self.declined_because is not None

    def evolve(self, event: Event) -> Self:
        match event:
            case PurchasePlaced():
                return replace(self, placed=event)
            case PaymentAuthorised():
                return replace(self, reference=event.reference)
            case PaymentCaptured():
                return replace(self, is_captured=True)
            case PaymentDeclined():
                return replace(self, declined_because=event.reason)
            case _:
                return self


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True)
class WantedPiece:
    """A piece as the shopper saw it when deciding to buy."""

    commodity_id: UUID
    variant_id: UUID
    quantity: int
    price_minor: int


@dataclass(frozen=True, kw_only=True)
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
            *(Offer(commodity_id=commodity_id) for commodity_id in commodities),
            *(Stock(variant_id=variant_id) for variant_id in variants),
        )


# ------------------------------------------------------------- decisions


class SoldOut(Refusal):
    """Some pieces of the look are no longer there; the others are not sold either."""

    def __init__(self, variant_ids: tuple[UUID, ...]) -> None:
        super().__init__(
            "A piece of this look has just been sold out, so nothing was bought and nothing "
            "charged. Choose another size or take the piece off."
        )
        self.variant_ids = variant_ids


class LookNotConfirmed(Refusal):
    def __init__(self) -> None:
        super().__init__("Only pieces of the look you confirmed can be purchased. Confirm it anew.")


class PriceChanged(Refusal):
    def __init__(self) -> None:
        super().__init__("The price of a piece has changed. Look at the total again.")


class CurrenciesMixed(Refusal):
    def __init__(self) -> None:
        super().__init__("The pieces of one purchase must have one currency. Buy them apart.")


class PurchaseNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("You have no such purchase. Your purchases are listed in your wardrobe.")


class CardNumberSent(Refusal):
    """What is recorded stays: a card number must never come near the log."""

    def __init__(self) -> None:
        super().__init__("Send the payment provider's token of the card, never its number.")


class QuantityNotPurchasable(Refusal): ...


def place(command: PlacePurchase, known: Known, *, now: datetime) -> tuple[PurchasePlaced, ...]:
    """Sell all pieces or none; nothing happens if this purchase was placed before.

    Raises:
        PurchaseNotFound: the id belongs to somebody else's purchase.
        CoordinationNotFound, LookNotConfirmed: the pieces are not of a look the shopper confirmed.
        CommodityNotFound, VariantNotFound, PriceChanged, CurrenciesMixed: they are not on offer so.
        SoldOut: at least one piece is short.
        CardNumberSent: the card is a number, or nothing.
    """
    purchase = known[Purchase(purchase_id=command.purchase_id)]
    if purchase.placed is not None:
        if purchase.placed.shopper_id != command.shopper_id:
            raise PurchaseNotFound
        return ()
    if re.sub(r"\D", "", command.card) == re.sub(r"[\s.-]", "", command.card):
        raise CardNumberSent
    look = _confirmed_look(command, known)
    _check_pieces(command, look, known)
    currency = _check_offers(command, known)
    _check_stock(command, known)
    lines = tuple(_line(piece, known) for piece in command.pieces)
    return (
        PurchasePlaced(
            recorded_at=now,
            purchase_id=command.purchase_id,
            shopper_id=command.shopper_id,
            lines=lines,
            coordination_id=command.coordination_id,
            look=look,
            total_minor=sum(line.price_minor * line.quantity for line in lines),
            currency=currency,
            card=command.card,
        ),
    )


def _confirmed_look(command: PlacePurchase, known: Known) -> Look:
    coordination = known[Coordination(coordination_id=command.coordination_id)]
    if coordination.shopper_id != command.shopper_id:
        raise CoordinationNotFound
    if coordination.confirmed is None:
        raise LookNotConfirmed
    return coordination.confirmed


def _check_pieces(command: PlacePurchase, look: Look, known: Known) -> None:
    if not command.pieces:
        raise LookEmpty
    if len(command.pieces) > LINES_MAX:
        raise QuantityNotPurchasable(f"Purchase at most {LINES_MAX} pieces at a time.")
    for piece in command.pieces:
        if known[Offer(commodity_id=piece.commodity_id)].seller_id is None:
            raise CommodityNotFound
        if not look.wears(piece.commodity_id):
            raise LookNotConfirmed
        if not 1 <= piece.quantity <= QUANTITY_MAX:
            raise QuantityNotPurchasable("Purchase at least one piece.")


def _check_offers(command: PlacePurchase, known: Known) -> str:
    """Return the currency of all pieces."""
    currencies = set[str]()
    for piece in command.pieces:
        offer = known[Offer(commodity_id=piece.commodity_id)]
        if not offer.has_variant(piece.variant_id):
            raise VariantNotFound
        if offer.price_minor != piece.price_minor:
            raise PriceChanged
        currencies.add(offer.currency)
    if len(currencies) > 1:
        raise CurrenciesMixed
    return currencies.pop()


def _check_stock(command: PlacePurchase, known: Known) -> None:
    wanted = Counter[UUID]()
    for piece in command.pieces:
        wanted[piece.variant_id] += piece.quantity  # two pieces may be of the same variant
    short = tuple(id_ for id_, n in wanted.items() if known[Stock(variant_id=id_)].left < n)
    if short:
        raise SoldOut(short)


def _line(piece: WantedPiece, known: Known) -> PurchaseLine:
    seller_id = known[Offer(commodity_id=piece.commodity_id)].seller_id
    assert seller_id is not None  # _check_pieces has refused unregistered commodities
    return PurchaseLine(
        commodity_id=piece.commodity_id,
        variant_id=piece.variant_id,
        seller_id=seller_id,
        quantity=piece.quantity,
        price_minor=piece.price_minor,
    )
