"""The catalogues as the code wants them: every sentence that is said, and where.

`make words` brings what is new into each catalogue, untranslated, and drops what nobody says any
more. tests/test_words.py fails until all of it is translated.
"""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

import web.app  # noqa: F401 (it brings every refusal with it)
from adapters.demo_payment import DEMO_CARDS
from adapters.stripe_payment import DECLINED, REASONS, STRIPE_TEST_CARDS
from domain import harmony, measures, size_advice
from domain.account import ROLES
from domain.classification import COLOURS, DESIGNS, TYPES
from domain.event import Refusal
from domain.garment import HELD_BY, in_words
from domain.ports import ImageNotUsable
from web.problems import NAME_OF, STATUS_OF_NAME, name_of
from web.words import LANGUAGES, SOURCE, catalogue_of

PROJECT = Path(__file__).resolve().parent.parent

Said = tuple[str, str | tuple[str, ...], str | None]
"""A file, what it says, and in what sense where it could mean several things."""

LOG_WRITER = PROJECT / "adapters" / "group_writer.py"
SENTENCE = re.compile(r"[A-Z][^\n]* [^\n]*\.")
NAMED = (
    "bad-request",
    "concurrent-update",
    "cross-origin-request",
    "forbidden",
    "invalid-request",
    "log-unavailable",
    "method-not-allowed",
    "not-found",
    "payment-unavailable",
    # of pictures
    "animated",
    "empty-file",
    "mask-does-not-fit",
    "no-commodity-found",
    "no-person-found",
    "not-an-image",
    "nothing-left",
    "too-many-pixels",
    "too-much-memory",
    "too-narrow",
    "too-small",
    "took-too-long",
    "truncated",
    "unreadable",
)
"""Problems that are named where they are told of."""

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


def _said() -> Iterator[Said]:
    yield from _by_call("python", "web/**/*.py")
    yield from _by_call("jinja2.ext:babel_extract", "web/templates/*.html")
    yield from _refusals()
    yield from _terms()
    yield from _of_payments()
    for module in (harmony, size_advice):
        for text in module.REASONS.values():
            yield f"{module.__name__.replace('.', '/')}.py", text, None
    yield from (("adapters/group_writer.py", text, None) for text in _constants(LOG_WRITER))


def _by_call(method: str, pattern: str) -> Iterator[Said]:
    for path in sorted(PROJECT.glob(pattern)):
        if "node_modules" not in path.parts:
            with path.open("rb") as file:
                for _, message, _, context in extract(method, file, KEYWORDS):
                    yield _name(path), message, context


def _refusals() -> Iterator[Said]:
    """What refusals say, where they are raised or made, and what they are called."""
    kinds = {kind.__name__: kind for kind in _below(Refusal)}
    for pattern in ("domain/*.py", "adapters/*.py", "web/**/*.py"):
        for path in sorted(PROJECT.glob(pattern)):
            if "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.ClassDef(name=name) if name in kinds:
                        calls = [x for x in ast.walk(node) if _is_super_init(x)]
                    case ast.Call(func=ast.Name(id=name)) if name in kinds:
                        calls = [node]
                    case _:
                        continue
                for call in calls:
                    assert isinstance(call, ast.Call)
                    if text := _first_sentence(call, path):
                        yield _name(path), text, None
    named = {name_of(kind) for kind in kinds.values() if kind is not ImageNotUsable}
    for name in sorted({*named, *STATUS_OF_NAME, *NAME_OF.values(), *NAMED}):
        yield "web/problems.py", name.replace("-", " ").capitalize(), "problem"


def _first_sentence(call: ast.Call, path: Path) -> str | None:
    match call.args[:1]:
        case [ast.Constant(value=str(text))] if SENTENCE.fullmatch(text):
            return text
        case [ast.JoinedStr()]:
            message = "a refusal says its numbers by fields, or nobody translates it"
            raise AssertionError(f"{path.name}:{call.lineno}: {message}")
        case _:
            return None


def _is_super_init(node: ast.AST) -> bool:
    match node:
        case ast.Call(
            func=ast.Attribute(attr="__init__", value=ast.Call(func=ast.Name(id="super")))
        ):
            return True
        case _:
            return False


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _terms() -> Iterator[Said]:
    landmarks = {name for held in HELD_BY.values() for name in held.all}
    pairs = {name.rpartition("_")[0] for name in landmarks if name.endswith(("_left", "_right"))}
    for context, names in (
        ("type", TYPES),
        ("design", DESIGNS),
        ("colour", COLOURS),
        ("role", ROLES),
        ("landmark", sorted(map(in_words, landmarks | pairs))),
        (
            "measure",
            sorted(map(measures.in_words, {*measures.OF_A_GARMENT, *measures.OF_A_BODY})),
        ),
    ):
        for name in names:
            yield "web/terms.py", name, context


def _of_payments() -> Iterator[Said]:
    """What the tills say: on their cards, and when a card is declined."""
    demo, stripe = "adapters/demo_payment.py", "adapters/stripe_payment.py"
    for where, cards in ((demo, DEMO_CARDS), (stripe, STRIPE_TEST_CARDS)):
        for card in cards:
            yield where, card.label, None
            yield where, card.hint, None
    yield from ((demo, text, None) for text in _constants(PROJECT / demo))
    for text in (DECLINED, *REASONS.values()):
        yield stripe, text, None


def _constants(path: Path) -> Iterator[str]:
    """Return the sentences of a module that are no documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in documented:
                if SENTENCE.fullmatch(text):
                    yield text
            case _:
                pass


def _name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


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
