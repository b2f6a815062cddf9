"""Words: what the boutique says, in the language of whoever it answers (ADR 0038).

Sentences stand in the code in English, which is also how the catalogues name them. A catalogue is
read from its ``.po`` when its language is first spoken.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parent / "locales"
DOMAIN = "boutique"

LANGUAGES: Mapping[str, str] = {"en": "English", "ja": "日本語"}
"""What can be chosen, each under its own name; the first one is that of the code."""

SOURCE = next(iter(LANGUAGES))

_SPOKEN: ContextVar[str] = ContextVar("_SPOKEN", default=SOURCE)


@contextmanager
def speaking(language: str) -> Generator[None]:
    """Say everything in a language from here on."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def language() -> str:
    """Return what is spoken now, as an address or a page names it."""
    return _SPOKEN.get()


def locale() -> Locale:
    """Return how numbers, money and dates are written now."""
    return Locale.parse(language())


def catalogue_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def _translations(language: str) -> NullTranslations:
    if language == SOURCE:
        return NullTranslations()
    compiled = BytesIO()
    with catalogue_of(language).open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return GNUTranslations(compiled)


def marked(text: str) -> str:
    """Mark a sentence for the catalogues that is said later, by ``gettext``."""
    return text


def gettext(text: str, /, **fields: object) -> str:
    """Say a sentence, with its fields filled in where it has some, as ``%(name)s``."""
    said = _translations(language()).gettext(text)
    return said % fields if fields else said


def pgettext(context: str, text: str, /) -> str:
    """Say a word that could mean several things, by what it names here."""
    return _translations(language()).pgettext(context, text)


def ngettext(one: str, many: str, count: int, /, **fields: object) -> str:
    """Say a sentence about so many things, which it may name as ``%(count)s``."""
    said = _translations(language()).ngettext(one, many, count)
    return said % {"count": count, **fields}


def plural_forms(one: str, many: str) -> dict[str, str]:
    """Return every form of a sentence by its CLDR category, for programs that count themselves."""
    spoken = _translations(language())
    return {locale().plural_form(n): spoken.ngettext(one, many, n) for n in range(100, -1, -1)}


def listed(words: Sequence[str]) -> str:
    """Name several things in one sentence: ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s and %(last)s", first=gettext(", ").join(words[:-1]), last=words[-1])
