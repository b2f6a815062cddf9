"""Terms: how types, designs, colours and landmarks are called, by their stable names."""

from collections.abc import Sequence

from domain import measures
from domain.garment import in_words
from domain.sentence import Field, Sentence
from web.words import gettext, listed, marked, ngettext, pgettext

TYPE_HEADINGS = {
    "t-shirt": marked("T-shirts"),
    "longsleeve": marked("Longsleeves"),
    "shirt": marked("Shirts"),
    "knitwear": marked("Knitwear"),
    "top": marked("Tops"),
    "outerwear": marked("Outerwear"),
    "dress": marked("Dresses"),
    "skirt": marked("Skirts"),
    "trousers": marked("Trousers"),
    "shorts": marked("Shorts"),
    "shoes": marked("Shoes"),
    "hat": marked("Hats"),
    "bag": marked("Bags"),
    "scarf": marked("Scarves"),
    "glasses": marked("Glasses"),
}

COUNTED = (
    marked("nothing yet"),
    marked("one piece"),
    marked("two pieces"),
    marked("three pieces"),
    marked("four pieces"),
    marked("five pieces"),
    marked("six pieces"),
    marked("seven pieces"),
    marked("eight pieces"),
    marked("nine pieces"),
)
"""How few pieces are counted in a sentence."""


KINDS = {"type", "design", "colour", "landmark", "measure", "role"}
"""Of names that are words of people's languages."""


def type_heading(type_: str) -> str:
    """Say what a column of commodities of a type is headed by."""
    return gettext(TYPE_HEADINGS[type_])


def type_headings() -> dict[str, str]:
    return {type_: type_heading(type_) for type_ in TYPE_HEADINGS}


def type_word(type_: str) -> str:
    return pgettext("type", type_)


def design_word(design: str) -> str:
    return pgettext("design", design)


def colour_word(colour: str) -> str:
    return pgettext("colour", colour)


def colour_words(colours: Sequence[str]) -> str:
    """Name the colours of a commodity in a sentence."""
    return listed([colour_word(colour) for colour in colours])


def landmark_word(landmark: str) -> str:
    return pgettext("landmark", in_words(landmark))


def measure_word(measure: str) -> str:
    return pgettext("measure", measures.in_words(measure))


def role_word(role: str) -> str:
    return pgettext("role", role)


def worded(sentence: Sentence) -> str:
    """Say a sentence of the domain."""
    fields = {name: _worded(name, value) for name, value in sentence.fields.items()}
    return gettext(sentence.text, **fields)


def _worded(name: str, value: Field) -> str:
    if isinstance(value, tuple):
        return gettext(", ").join(_worded(name, each) for each in value)
    kind = name.lower().rpartition("_")[2].removesuffix("s")
    if isinstance(value, int) or kind not in KINDS:
        return str(value)
    word = pgettext(kind, value.lower())
    return word.capitalize() if name[0].isupper() else word


def counted(count: int) -> str:
    """Say how many pieces there are, in words where they are few."""
    if count < len(COUNTED):
        return gettext(COUNTED[count])
    return ngettext("%(count)s piece", "%(count)s pieces", count)
