"""Every sentence is said in every language: complete, with the same fields, and nothing else."""

import re
from pathlib import Path

import pytest

from tests.catalogue import catalogue, sentences, written
from web.script_words import SCRIPTS
from web.static_files import STATIC
from web.templating import Money, amount, money
from web.words import LANGUAGES, SOURCE, catalogue_of, speaking

TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
PLACEHOLDER = re.compile(r"%\(\w+\)s")
SAID = re.compile(r"\bsay\(\"([^\"$]+)\"|\bproblem\(\"([^\"]+)\"")


COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$|\s// .*?$", re.DOTALL | re.MULTILINE)
SENTENCE = re.compile(r"[\"`][A-Z][a-z\u2019]+(?: [\w$\u2019{}.()]+)+[.\u2026]?[\"`]")


def both(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ("",))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_what_the_code_says_and_nothing_else(language: str) -> None:
    said = {(message.context, str(message.id)) for message in sentences() if message.id}
    known = {(message.context, str(message.id)) for message in catalogue(language) if message.id}
    assert said - known == set(), "run `make words` and translate what is new"
    assert known - said == set(), "run `make words`: nobody says this any more"
    assert catalogue_of(language).read_bytes() == written(catalogue(language)), "run `make words`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_with_its_fields(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        forms = both(message.string or "")
        assert all(forms), f"{message.id!r} is not translated"
        assert not message.fuzzy, f"{message.id!r} is only guessed"
        wanted = {frozenset(PLACEHOLDER.findall(form)) for form in both(message.id)}
        for form in forms:
            assert frozenset(PLACEHOLDER.findall(form)) in wanted, f"{message.id!r}: {form!r}"
            assert form.count("%") == len(PLACEHOLDER.findall(form))


def _scripts() -> list[Path]:
    return sorted((STATIC / "js").rglob("*.js"))


def test_what_scripts_name_is_among_the_words_their_pages_bring() -> None:
    known = {name for words in SCRIPTS.values() for name in words}
    for path in _scripts():
        for say, problem in SAID.findall(path.read_text(encoding="utf-8")):
            assert (say or problem) in known, f"{path.name} says {say or problem}"
            assert not problem or f"{problem}.detail" in known, f"{problem} has no remedy"


def test_no_script_holds_a_sentence() -> None:
    for path in _scripts():
        code = COMMENT.sub("", path.read_text("utf-8"))
        # What only programmers read, in a console, may be English.
        found = [each for each in SENTENCE.findall(code) if "The extractor was closed" not in each]
        assert found == [], path.name


@pytest.mark.parametrize(
    ("language", "sum_", "said"),
    [
        ("en", Money(7900, "EUR"), "€79"),
        ("en", Money(7950, "EUR"), "€79.50"),
        ("en", Money(1_234_500, "JPY"), "¥1,234,500"),
        ("en", Money(7950, "CHF"), "CHF\xa079.50"),
        ("en", Money(1250, "KWD"), "KWD\xa01.250"),
        ("ja", Money(7950, "EUR"), "€79.50"),
        ("ja", Money(1_234_500, "JPY"), "\N{FULLWIDTH YEN SIGN}1,234,500"),
    ],
    ids=str,
)
def test_money_has_the_digits_of_its_currency(language: str, sum_: Money, said: str) -> None:
    with speaking(language):
        assert money(sum_) == said


@pytest.mark.parametrize(
    ("sum_", "typed"),
    [(Money(7950, "EUR"), "79.50"), (Money(12_000, "JPY"), "12000"), (Money(1250, "KWD"), "1.250")],
    ids=str,
)
def test_an_amount_is_typed_the_same_in_every_language(sum_: Money, typed: str) -> None:
    for language in LANGUAGES:
        with speaking(language):
            assert amount(sum_) == typed
