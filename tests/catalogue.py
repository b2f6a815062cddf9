"""The catalogues as the code wants them: every sentence that is said, and where.

`make words` brings what is new into each catalogue, untranslated, and drops what nobody says any
more. tests/test_words.py fails until all of it is translated.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from web.words import LANGUAGES, SOURCE, catalogue_of

PROJECT = Path(__file__).resolve().parent.parent

KEYWORDS = {
    "_": None,
    "gettext": None,
    "marked": None,
    "ngettext": (1, 2),
    "plural": (1, 2),
    "pgettext": ((1, "c"), 2),
}
"""Who says sentences: which of the arguments are words, and which tell what they mean."""

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def sentences() -> Catalog:
    """Return everything that the code says."""
    catalogue = Catalog(charset="utf-8")
    for path, message, context in _said():
        catalogue.add(message, context=context, locations=[(path, 0)])
    return catalogue


def _said() -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    for method, pattern in (
        ("python", "web/**/*.py"),
        ("jinja2.ext:babel_extract", "web/templates/*.html"),
    ):
        for path in sorted(PROJECT.glob(pattern)):
            if "node_modules" in path.parts:
                continue
            name = path.relative_to(PROJECT).as_posix()
            with path.open("rb") as file:
                for _, message, _, context in extract(method, file, KEYWORDS):
                    yield name, message, context


def catalogue(language: str) -> Catalog:
    """Return a language's sentences as they are translated."""
    path = catalogue_of(language)
    content = path.read_bytes() if path.exists() else b""
    return read_po(BytesIO(content), locale=language)


def written(of: Catalog) -> bytes:
    """Write a catalogue in the one way in which it is kept: another day changes nothing in it."""
    file = BytesIO()
    write_po(
        file, of, omit_header=True, sort_output=True, include_lineno=False, ignore_obsolete=True
    )
    header = HEADER.format(language=of.locale_identifier, plural_forms=of.plural_forms)
    return header.encode() + file.getvalue()


def renew(language: str) -> None:
    """Bring a language's catalogue to what the code says now."""
    known = catalogue(language)
    known.update(sentences(), no_fuzzy_matching=True)
    path = catalogue_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(known))


if __name__ == "__main__":
    for language in LANGUAGES:
        if language != SOURCE:
            renew(language)
