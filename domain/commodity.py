"""Commodity: an article a seller offers for coordination and purchase (claims C2a, C2b).

Reading order: events, facts, commands, decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.event import Event, Fact, Known, Refusal, Tag

NAME_LENGTH_MAX = 120
DESCRIPTION_LENGTH_MAX = 2_000
VARIANTS_MAX = 100
SIZE_LENGTH_MAX = 20
QUANTITY_MAX = 100_000
COLOURS_MAX = 3
CONFIDENCE_MIN = 0.5
"""Below it, what was found in an image waits for its seller to look at it."""

TYPES = (
    "t-shirt",
    "longsleeve",
    "shirt",
    "knitwear",
    "top",
    "outerwear",
    "dress",
    "skirt",
    "trousers",
    "shorts",
    "shoes",
    "hat",
    "bag",
    "scarf",
    "glasses",
)
DESIGNS = ("solid", "striped", "checked", "dotted", "floral", "graphic", "other")
COLOURS = (
    "black",
    "white",
    "grey",
    "beige",
    "brown",
    "red",
    "orange",
    "yellow",
    "green",
    "turquoise",
    "blue",
    "navy",
    "purple",
    "pink",
)

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One size of a commodity; stock is counted per variant."""

    variant_id: UUID
    size: str


@dataclass(frozen=True, kw_only=True)
class ColourShare:
    """A colour measured in the commodity's image and the part of it that it covers, 0 to 1."""

    name: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Landmark:
    """A named point of the commodity's image, as fractions of its height and width."""

    name: str
    row: float
    col: float


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """How sure it is that something was found where it is, 0 to 1."""

    name: str  # of a landmark, or "alpha" for the outline
    value: float


@dataclass(frozen=True, kw_only=True)
class CommodityRegistered(Event):
    TOPIC: ClassVar[str] = "commodity-registered"
    VERSION: ClassVar[int] = 2  # since 2 with what was found, and how surely

    commodity_id: UUID
    seller_id: UUID
    name: str
    description: str
    type: str
    design: str
    colours: tuple[str, ...]  # the seller's word, main colour first
    measured_colours: tuple[ColourShare, ...]
    price_minor: int  # in the currency's smallest unit, e.g. cents
    currency: str  # ISO 4217, e.g. "EUR"
    image_digest: str  # SHA-256 of the stored commodity image, lower-case hex
    cutout_digest: str  # of the same without background and inside, as it is worn
    landmarks: tuple[Landmark, ...]
    variants: tuple[Variant, ...]
    confidences: tuple[Confidence, ...]  # of what was found; none of what the seller brought
    doubts: tuple[str, ...]  # names of those below the bar; with any, the seller looks first

    def tags(self) -> tuple[Tag, ...]:
        return (
            Tag("commodity", self.commodity_id),
            Tag("seller", self.seller_id),
            *(Tag("variant", variant.variant_id) for variant in self.variants),
        )


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What other decisions must know of a commodity: whose it is, its price, its variants."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (CommodityRegistered,)

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
            case _:
                return self

    def has_variant(self, variant_id: UUID) -> bool:
        return any(variant.variant_id == variant_id for variant in self.variants)


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True)
class RegisterCommodity:
    commodity_id: UUID
    seller_id: UUID
    name: str
    description: str
    type: str
    design: str
    colours: tuple[str, ...]
    measured_colours: tuple[ColourShare, ...]
    price_minor: int
    currency: str
    image_digest: str
    cutout_digest: str
    landmarks: tuple[Landmark, ...]
    variants: tuple[Variant, ...]
    confidences: tuple[Confidence, ...]
    pieces: tuple[int, ...]  # first stock of each variant

    def needs(self) -> tuple[Fact, ...]:
        return (Offer(commodity_id=self.commodity_id),)


# ------------------------------------------------------------- decisions


class CommodityAlreadyRegistered(Refusal): ...


class CommodityNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("This commodity is not in the boutique. Look for it in the shop again.")


class CommodityNotPresentable(Refusal): ...


def register(
    command: RegisterCommodity, known: Known, *, now: datetime
) -> tuple[CommodityRegistered | StockReceived, ...]:
    """Put a commodity into the boutique, with its first stock.

    Raises:
        CommodityAlreadyRegistered: there is one with this id.
        CommodityNotPresentable: something of it cannot be shown to a shopper.
    """
    if known[Offer(commodity_id=command.commodity_id)].seller_id is not None:
        raise CommodityAlreadyRegistered("A commodity with this id is registered already.")
    _check_words(command)
    _check_variants(command)
    _check_measures(command)
    return (
        CommodityRegistered(
            recorded_at=now,
            commodity_id=command.commodity_id,
            seller_id=command.seller_id,
            name=command.name.strip(),
            description=command.description.strip(),
            type=command.type,
            design=command.design,
            colours=tuple(dict.fromkeys(command.colours)),  # the index counts each once
            measured_colours=command.measured_colours,
            price_minor=command.price_minor,
            currency=command.currency,
            image_digest=command.image_digest,
            cutout_digest=command.cutout_digest,
            landmarks=command.landmarks,
            variants=tuple(replace(x, size=x.size.strip()) for x in command.variants),
            confidences=command.confidences,
            doubts=_doubts(command.confidences),
        ),
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


def _doubts(confidences: tuple[Confidence, ...]) -> tuple[str, ...]:
    """Name what the seller must look at, the most doubtful first."""
    doubtful = (x for x in confidences if x.value < CONFIDENCE_MIN)
    return tuple(x.name for x in sorted(doubtful, key=lambda x: (x.value, x.name)))


def _check_words(command: RegisterCommodity) -> None:
    if not 1 <= len(command.name.strip()) <= NAME_LENGTH_MAX:
        raise CommodityNotPresentable(f"Give a name of 1 to {NAME_LENGTH_MAX} characters.")
    if len(command.description.strip()) > DESCRIPTION_LENGTH_MAX:
        raise CommodityNotPresentable(
            f"Shorten the description to {DESCRIPTION_LENGTH_MAX} characters."
        )
    words = (command.name, command.description, *(variant.size for variant in command.variants))
    # No read model could hold a NUL, and no log one half of a character.
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for x in words for letter in x):
        raise CommodityNotPresentable("Leave out characters that cannot be printed.")
    if command.type not in TYPES:
        raise CommodityNotPresentable(f"Choose a type out of: {', '.join(TYPES)}.")
    if command.design not in DESIGNS:
        raise CommodityNotPresentable(f"Choose a design out of: {', '.join(DESIGNS)}.")
    is_known = all(colour in COLOURS for colour in command.colours)
    if not is_known or not 1 <= len(set(command.colours)) <= COLOURS_MAX:
        raise CommodityNotPresentable(
            f"Choose 1 to {COLOURS_MAX} colours out of: {', '.join(COLOURS)}."
        )
    if command.price_minor <= 0:
        raise CommodityNotPresentable("Give a price above zero.")


def _check_variants(command: RegisterCommodity) -> None:
    sizes = [variant.size.strip() for variant in command.variants]
    if not 1 <= len(sizes) <= VARIANTS_MAX or not all(sizes):
        raise CommodityNotPresentable(f"Give 1 to {VARIANTS_MAX} sizes, each with a name.")
    if any(len(size) > SIZE_LENGTH_MAX for size in sizes):
        raise CommodityNotPresentable(f"Shorten each size to {SIZE_LENGTH_MAX} characters.")
    if len(set(sizes)) < len(sizes):
        raise CommodityNotPresentable("Name every size once.")
    if not all(0 <= quantity <= QUANTITY_MAX for quantity in command.pieces):
        raise CommodityNotPresentable(f"Give 0 to {QUANTITY_MAX} pieces of each size.")


def _check_measures(command: RegisterCommodity) -> None:
    # Written so that what is not a number fails too: it could not be read from the log again.
    places = [place for x in command.landmarks for place in (x.row, x.col)]
    shares = [x.share for x in command.measured_colours]
    sure = [x.value for x in command.confidences]
    if not all(0 <= value <= 1 for value in (*places, *shares, *sure)):
        raise CommodityNotPresentable("Give landmarks as fractions of the image, 0 to 1.")
