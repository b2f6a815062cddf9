"""Classification: what a commodity is, said by its seller or read from its image (claim C2b).

The seller's word wins. Where she said nothing and the program is unsure, or where it is sure of
something quite different, that is doubted until she says so. Reading order: names, what was read
and said, what follows from both.
"""

from dataclasses import dataclass

from domain.event import Refusal

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
COLOURS_MAX = 3

ASPECTS = ("type", "design", "colours")
"""What a commodity is classified by; also the names under which these are doubted."""

ALIKE = (
    ("t-shirt", "longsleeve", "shirt", "knitwear", "top", "outerwear"),
    ("trousers", "shorts"),
)
"""Types that are held by the same landmarks: one taken for another is worn rightly all the same."""

SURE_FROM = {"type": 0.7, "design": 0.6, "colours": 0.4}
"""Confidence from which an unsaid aspect needs no question (ADR 0032 has the measured curves)."""

CONTRADICTED_FROM = 0.97
"""Confidence from which the program's type is held against a seller's quite different one."""

NOTABLE_SHARE = 0.2
"""Part of a garment from which a second colour is one it is found by."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the program took something for, and the probability that it is right, 0 to 1."""

    name: str
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ColourShare:
    """A colour measured in the commodity's image and the part of it that it covers, 0 to 1."""

    name: str
    share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Classification:
    """What the program read in the image: of each aspect a few readings, the likeliest first."""

    types: tuple[Reading, ...]
    designs: tuple[Reading, ...]
    colours: tuple[Reading, ...]  # of the main colour alone

    def readings(self, aspect: str) -> tuple[Reading, ...]:
        return {"type": self.types, "design": self.designs, "colours": self.colours}[aspect]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What somebody says of a commodity; what is left out is left to the program."""

    type: str | None = None
    design: str | None = None
    colours: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        """Name the aspects that were spoken of."""
        return tuple(
            aspect
            for aspect, word in zip(ASPECTS, (self.type, self.design, self.colours), strict=True)
            if word
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Classified:
    """By what a commodity is found, who says so, and what of it is doubted."""

    type: str
    design: str
    colours: tuple[str, ...]  # main colour first
    said: tuple[str, ...]  # aspects that are the seller's word; the others were read
    doubts: tuple[str, ...]


class CommodityNotPresentable(Refusal): ...


def check(words: Words) -> None:
    """Refuse names that nobody can search by.

    Raises:
        CommodityNotPresentable: the message lists the names there are.
    """
    if words.type is not None and words.type not in TYPES:
        raise CommodityNotPresentable("Choose a type out of: %(types)s.", types=TYPES)
    if words.design is not None and words.design not in DESIGNS:
        raise CommodityNotPresentable("Choose a design out of: %(designs)s.", designs=DESIGNS)
    is_known = all(colour in COLOURS for colour in words.colours)
    if not is_known or len(set(words.colours)) > COLOURS_MAX:
        raise CommodityNotPresentable(
            "Choose 1 to %(count)s colours out of: %(colours)s.", count=COLOURS_MAX, colours=COLOURS
        )


def classify(
    words: Words, read: Classification | None, measured: tuple[ColourShare, ...]
) -> Classified:
    """Join what the seller said with what was read in the image.

    Raises:
        CommodityNotPresentable: neither says what it is.
    """
    check(words)
    said = words.said
    if len(said) < len(ASPECTS) and (read is None or not measured):
        raise CommodityNotPresentable("Say its type, its design and its colours.")
    return Classified(
        type=words.type or _likeliest(read, "type"),
        design=words.design or _likeliest(read, "design"),
        # The index counts each once.
        colours=tuple(dict.fromkeys(words.colours)) or notable(measured),
        said=said,
        doubts=() if read is None else _doubts(words, read),
    )


def notable(measured: tuple[ColourShare, ...]) -> tuple[str, ...]:
    """Return the colours that a commodity is found by: its main one, and others of some size."""
    largest = sorted(measured, key=lambda x: -x.share)[:COLOURS_MAX]
    return tuple(x.name for n, x in enumerate(largest) if n == 0 or x.share >= NOTABLE_SHARE)


def are_alike(one: str, other: str) -> bool:
    """Whether two types are held by the same landmarks."""
    return one == other or any(one in types and other in types for types in ALIKE)


def is_contradicted(said: str, read: Classification) -> bool:
    """Whether the image shows something quite different from the type that was said."""
    return (
        bool(read.types)
        and read.types[0].confidence >= CONTRADICTED_FROM
        and not are_alike(said, read.types[0].name)
    )


def _likeliest(read: Classification | None, aspect: str) -> str:
    assert read is not None  # or else everything was said
    return read.readings(aspect)[0].name


def _doubts(words: Words, read: Classification) -> tuple[str, ...]:
    unsure = {
        aspect: read.readings(aspect)[0].confidence < SURE_FROM[aspect]
        for aspect in ASPECTS
        if aspect not in words.said
    }
    if words.type is not None:
        unsure["type"] = is_contradicted(words.type, read)
    return tuple(aspect for aspect in ASPECTS if unsure.get(aspect))
