"""What is asked of sellers about what their commodities are, in plain words (C2b)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from babel.numbers import format_percent

from domain.classification import Classification, Reading, is_contradicted
from domain.commodity import of_class
from projections.commodity_index import IndexedCommodity
from web.terms import colour_word, design_word, type_word
from web.words import gettext, locale, marked

WORTH_SAYING = 0.1  # confidence below which a second guess helps nobody
SAID_AT_MOST = 2

ASKED = {
    "type": marked("Say what type this is: we think %(guesses)s."),
    "design": marked("Say what design it has: we think %(guesses)s."),
    "colours": marked("Say what colours it has: we think %(guesses)s."),
}

WORD = {"type": type_word, "design": design_word, "colours": colour_word}


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
        return gettext(
            "You said %(said)s; it looks like %(type)s.",
            said=type_word(commodity.type),
            type=with_article(readings[0].name),
        )
    return gettext(ASKED[aspect], guesses=guesses(readings, aspect))


def guesses(readings: Sequence[Reading], aspect: str) -> str:
    """Name the likeliest, e.g. ``shirt (41%) or knitwear (37%)``."""
    likely = [x for n, x in enumerate(readings) if n == 0 or x.confidence >= WORTH_SAYING]
    return gettext(" or ").join(
        gettext(
            "%(name)s (%(sure)s)",
            name=WORD[aspect](x.name),
            sure=format_percent(x.confidence, locale=locale()),
        )
        for x in likely[:SAID_AT_MOST]
    )


def with_article(type_: str) -> str:
    """Say ``a bag``, and plainly what has no singular."""
    if type_ in {"knitwear", "outerwear", "trousers", "shorts", "shoes", "glasses"}:
        return type_word(type_)
    return gettext("a %(type)s", type=type_word(type_))


def reading_views(readings: Iterable[Reading]) -> tuple[ReadingView, ...]:
    return tuple(ReadingView(name=x.name, confidence=x.confidence) for x in readings)
