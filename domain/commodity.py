"""Commodity: an article a seller offers for coordination and purchase (claims C2a, C2b).

What it is called stands in ``classification``. Reading order: events, facts, commands, decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.classification import (
    ASPECTS,
    Classification,
    Classified,
    ColourShare,
    CommodityNotPresentable,
    Words,
    classify,
)
from domain.event import Event, Fact, Known, Refusal, Tag
from domain.measures import SizeMeasures, SizesMeasured, garment_measures

NAME_LENGTH_MAX = 120
DESCRIPTION_LENGTH_MAX = 2_000
VARIANTS_MAX = 100
SIZE_LENGTH_MAX = 20
QUANTITY_MAX = 100_000
CONFIDENCE_MIN = 0.5
"""Below it, what was found in an image waits for its seller to look at it."""

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """One size of a commodity; stock is counted per variant."""

    variant_id: UUID
    size: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Landmark:
    """A named point of the commodity's image, as fractions of its height and width."""

    name: str
    row: float
    col: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Confidence:
    """How sure it is that something was found where it is, 0 to 1."""

    name: str  # of a landmark, or "alpha" for the outline
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """What a commodity looks like in few numbers, as ``imaging.likeness`` reckons them."""

    version: int  # of the reckoning: only equal ones can be compared
    fingerprint: str  # 128 bits in hex: few differ between two pictures of one image
    descriptor: str  # signed bytes in hex: near those of a commodity that looks similar


@dataclass(frozen=True, kw_only=True, slots=True)
class CommodityRegistered(Event):
    TOPIC: ClassVar[str] = "commodity-registered"
    VERSION: ClassVar[int] = 2  # since 2 with what was found and read, and how surely

    commodity_id: UUID
    seller_id: UUID
    name: str
    description: str
    type: str
    design: str
    colours: tuple[str, ...]  # main colour first
    measured_colours: tuple[ColourShare, ...]
    price_minor: int  # in the currency's smallest unit, e.g. cents
    currency: str  # ISO 4217, e.g. "EUR"
    image_digest: str  # SHA-256 of the stored commodity image, lower-case hex
    cutout_digest: str  # of the same without background and inside, as it is worn
    landmarks: tuple[Landmark, ...]
    variants: tuple[Variant, ...]
    confidences: tuple[Confidence, ...]  # of what was found; none of what the seller brought
    doubts: tuple[str, ...]  # aspects, then landmarks; with any, the seller looks first
    said: tuple[str, ...]  # aspects in which the above is the seller's word; others were read
    classification: Classification | None  # what was read, also beside her word; None: nothing
    likeness: Likeness | None

    def tags(self) -> tuple[Tag, ...]:
        return (
            Tag("commodity", self.commodity_id),
            Tag("seller", self.seller_id),
            *(Tag("variant", variant.variant_id) for variant in self.variants),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundGarment:
    """How a commodity is worn, as it was found in its image."""

    image_digest: str | None  # of the picture in the shop; None: as before
    cutout_digest: str
    landmarks: tuple[Landmark, ...]
    confidences: tuple[Confidence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CommodityDescribed(Event):
    """The seller said what a commodity is; whatever was doubted of that is settled."""

    TOPIC: ClassVar[str] = "commodity-described"

    commodity_id: UUID
    seller_id: UUID
    type: str
    design: str
    colours: tuple[str, ...]  # main colour first
    said: tuple[str, ...]  # aspects that she spoke of this time; the others are as they were
    garment: FoundGarment | None  # where another type is worn otherwise; None: as before
    doubts: tuple[str, ...]  # all that is left to look at

    def tags(self) -> tuple[Tag, ...]:
        return (Tag("commodity", self.commodity_id), Tag("seller", self.seller_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class StockReceived(Event):
    TOPIC: ClassVar[str] = "stock-received"

    variant_id: UUID
    commodity_id: UUID
    seller_id: UUID
    quantity: int

    def tags(self) -> tuple[Tag, ...]:
        return (
            Tag("variant", self.variant_id),
            Tag("commodity", self.commodity_id),
            Tag("seller", self.seller_id),
        )


# ----------------------------------------------------------------- facts
# Facts never refuse and never raise: what was recorded has happened.


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What other decisions must know of a commodity: whose it is, its price, its variants."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (CommodityRegistered, CommodityDescribed)

    commodity_id: UUID
    seller_id: UUID | None = None  # None: never registered
    type: str = ""
    price_minor: int = 0
    currency: str = ""
    variants: tuple[Variant, ...] = ()

    @property
    def tag(self) -> Tag:
        return Tag("commodity", self.commodity_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case CommodityRegistered():
                return replace(
                    self,
                    seller_id=event.seller_id,
                    type=event.type,
                    price_minor=event.price_minor,
                    currency=event.currency,
                    variants=event.variants,
                )
            case CommodityDescribed():
                return replace(self, type=event.type)
            case _:
                return self

    def has_variant(self, variant_id: UUID) -> bool:
        return any(variant.variant_id == variant_id for variant in self.variants)


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterCommodity:
    commodity_id: UUID
    seller_id: UUID
    name: str
    description: str
    words: Words  # what it is, as far as its seller says so
    classification: Classification | None  # what was read in the image; None: nothing yet
    measured_colours: tuple[ColourShare, ...]
    price_minor: int
    currency: str
    image_digest: str
    cutout_digest: str
    landmarks: tuple[Landmark, ...]
    variants: tuple[Variant, ...]
    confidences: tuple[Confidence, ...]
    likeness: Likeness | None
    pieces: tuple[int, ...]  # first stock of each variant
    measures: tuple[SizeMeasures, ...]  # of the variants of which its seller tells any

    def needs(self) -> tuple[Fact, ...]:
        return (Offer(commodity_id=self.commodity_id),)


# ------------------------------------------------------------- decisions


class CommodityAlreadyRegistered(Refusal): ...


class CommodityNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("This commodity is not in the boutique. Look for it in the shop again.")


def register(
    command: RegisterCommodity, known: Known, *, now: datetime
) -> tuple[CommodityRegistered | SizesMeasured | StockReceived, ...]:
    """Put a commodity into the boutique, with its first stock.

    Raises:
        CommodityAlreadyRegistered: there is one with this id.
        CommodityNotPresentable: something of it cannot be shown to a shopper.
        MeasuresNotUsable: its type has no such measure, or it cannot be meant.
    """
    if known[Offer, command.commodity_id].seller_id is not None:
        raise CommodityAlreadyRegistered("A commodity with this id is registered already.")
    _check_words(command)
    classified = classify(command.words, command.classification, command.measured_colours)
    _check_variants(command)
    _check_fractions(command)
    measured = garment_measures(classified.type, command.measures)
    return (
        _registered(command, classified, now=now),
        *((_measured(command, measured, now=now),) if measured else ()),
        *(
            StockReceived(
                recorded_at=now,
                variant_id=variant.variant_id,
                commodity_id=command.commodity_id,
                seller_id=command.seller_id,
                quantity=quantity,
            )
            for variant, quantity in zip(command.variants, command.pieces, strict=True)
            if quantity > 0
        ),
    )


def _registered(
    command: RegisterCommodity, classified: Classified, *, now: datetime
) -> CommodityRegistered:
    return CommodityRegistered(
        recorded_at=now,
        commodity_id=command.commodity_id,
        seller_id=command.seller_id,
        name=command.name.strip(),
        description=command.description.strip(),
        type=classified.type,
        design=classified.design,
        colours=classified.colours,
        measured_colours=command.measured_colours,
        price_minor=command.price_minor,
        currency=command.currency,
        image_digest=command.image_digest,
        cutout_digest=command.cutout_digest,
        landmarks=command.landmarks,
        variants=tuple(replace(x, size=x.size.strip()) for x in command.variants),
        confidences=command.confidences,
        doubts=(*classified.doubts, *doubtful(command.confidences)),
        said=classified.said,
        classification=command.classification,
        likeness=command.likeness,
    )


def _measured(
    command: RegisterCommodity, sizes: tuple[SizeMeasures, ...], *, now: datetime
) -> SizesMeasured:
    return SizesMeasured(
        recorded_at=now,
        commodity_id=command.commodity_id,
        seller_id=command.seller_id,
        sizes=sizes,
    )


def doubtful(confidences: tuple[Confidence, ...]) -> tuple[str, ...]:
    """Name what the seller must look at of a garment, the most doubtful first."""
    below = (x for x in confidences if x.value < CONFIDENCE_MIN)
    return tuple(x.name for x in sorted(below, key=lambda x: (x.value, x.name)))


def of_garment(doubts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the doubts about how a commodity is worn, without those about what it is."""
    return tuple(x for x in doubts if x not in ASPECTS)


def of_class(doubts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the doubts about what a commodity is, without those about how it is worn."""
    return tuple(x for x in doubts if x in ASPECTS)


def _check_words(command: RegisterCommodity) -> None:
    if not 1 <= len(command.name.strip()) <= NAME_LENGTH_MAX:
        raise CommodityNotPresentable(
            "Give a name of 1 to %(count)s characters.", count=NAME_LENGTH_MAX
        )
    if len(command.description.strip()) > DESCRIPTION_LENGTH_MAX:
        raise CommodityNotPresentable(
            "Shorten the description to %(count)s characters.", count=DESCRIPTION_LENGTH_MAX
        )
    words = (command.name, command.description, *(variant.size for variant in command.variants))
    # No read model could hold a NUL, and no log one half of a character.
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for x in words for letter in x):
        raise CommodityNotPresentable("Leave out characters that cannot be printed.")
    if command.price_minor <= 0:
        raise CommodityNotPresentable("Give a price above zero.")


def _check_variants(command: RegisterCommodity) -> None:
    sizes = [variant.size.strip() for variant in command.variants]
    if not 1 <= len(sizes) <= VARIANTS_MAX or not all(sizes):
        raise CommodityNotPresentable(
            "Give 1 to %(count)s sizes, each with a name.", count=VARIANTS_MAX
        )
    if any(len(size) > SIZE_LENGTH_MAX for size in sizes):
        raise CommodityNotPresentable(
            "Shorten each size to %(count)s characters.", count=SIZE_LENGTH_MAX
        )
    if len(set(sizes)) < len(sizes):
        raise CommodityNotPresentable("Name every size once.")
    if not all(0 <= quantity <= QUANTITY_MAX for quantity in command.pieces):
        raise CommodityNotPresentable(
            "Give 0 to %(count)s pieces of each size.", count=QUANTITY_MAX
        )


def _check_fractions(command: RegisterCommodity) -> None:
    # Written so that what is not a number fails too: it could not be read from the log again.
    places = [place for x in command.landmarks for place in (x.row, x.col)]
    shares = [x.share for x in command.measured_colours]
    sure = [x.value for x in command.confidences]
    if (read := command.classification) is not None:
        sure += [x.confidence for aspect in ASPECTS for x in read.readings(aspect)]
    if not all(0 <= value <= 1 for value in (*places, *shares, *sure)):
        raise CommodityNotPresentable("Give landmarks as fractions of the image, 0 to 1.")
