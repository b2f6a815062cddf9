"""What is asked of sellers about what their commodities are, in plain words (C2b)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.classification import Classification, Reading, is_contradicted
from domain.commodity import of_class
from projections.commodity_index import IndexedCommodity

WORTH_SAYING = 0.1  # confidence below which a second guess helps nobody
SAID_AT_MOST = 2
NBSP = "\N{NO-BREAK SPACE}"

ASKED = {
    "type": "Say what type this is",
    "design": "Say what design it has",
    "colours": "Say what colours it has",
}


@dataclass(frozen=True, kw_only=True)
class ReadingView:
    name: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class QuestionView:
    """What a commodity's seller should say before it is offered."""

    about: str  # type, design or colours
    words: str
    readings: tuple[ReadingView, ...]  # what was read in its image, the likeliest first


def questions(commodity: IndexedCommodity) -> tuple[QuestionView, ...]:
    """Return what is asked about a commodity; nothing once its seller has said it."""
    read = commodity.classification
    if read is None:
        return ()
    return tuple(
        QuestionView(
            about=aspect,
            words=_question(commodity, read, aspect),
            readings=reading_views(read.readings(aspect)),
        )
        for aspect in of_class(commodity.doubts)
    )


def _question(commodity: IndexedCommodity, read: Classification, aspect: str) -> str:
    readings = read.readings(aspect)
    if aspect == "type" and aspect in commodity.said and is_contradicted(commodity.type, read):
        return f"You said {commodity.type}; it looks like {with_article(readings[0].name)}."
    return f"{ASKED[aspect]}: we think {guesses(readings)}."


def guesses(readings: Sequence[Reading]) -> str:
    """Name the likeliest, e.g. ``shirt (41 %) or knitwear (37 %)``."""
    said = [x for n, x in enumerate(readings) if n == 0 or x.confidence >= WORTH_SAYING]
    return " or ".join(f"{x.name} ({x.confidence * 100:.0f}{NBSP}%)" for x in said[:SAID_AT_MOST])


def with_article(type_: str) -> str:
    """Say ``a bag``, and plainly what has no singular."""
    if type_ in {"knitwear", "outerwear", "trousers", "shorts", "shoes", "glasses"}:
        return type_
    return f"a {type_}"


def reading_views(readings: Iterable[Reading]) -> tuple[ReadingView, ...]:
    return tuple(ReadingView(name=x.name, confidence=x.confidence) for x in readings)
