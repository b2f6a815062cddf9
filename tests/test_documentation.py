"""What the documentation says is there, and what is there is said."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from PIL import Image
from typer.core import TyperGroup
from typer.main import get_command

from adapters.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from adapters.stored_events import RECORDED
from tests.conftest import missing
from tests.served import serving
from web import api, cli
from web.settings import Settings

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text()
CHANGELOG = (PROJECT / "CHANGELOG.md").read_text()
DECISIONS = PROJECT / "docs" / "decisions"
DOCUMENTS = [
    PROJECT / "README.md",
    PROJECT / "CHANGELOG.md",
    *sorted((PROJECT / "docs").rglob("*.md")),
]

CLAIMS = (
    *("C1a", "C1b", "C1c", "C1d", "C2a", "C2b"),
    *(f"C{number}" for number in range(3, 19)),
)
STATES = ("done", "partly", "not yet")
DECISION_PARTS = ("Context", "Decision", "Consequences", "Alternatives", "Enforced by")
PICTURE_BYTES_MAX = 400_000
VARIABLE = re.compile(r"\bBOUTIQUE_[A-Z_]*[A-Z]\b")

NOT_OURS_TO_SAY = {
    "a path of somebody's machine": r"(?<![\w.])/(?:home|root|Users|mnt|opt|tmp|work)/",
    "a folder beside the project": r"\bshared/",
    "a package registry": r"pypi\.org|pythonhosted|npmjs|registry\.|proxy\.golang|maven\.org",
}


def section(text: str, heading: str, *, level: int = 2) -> str:
    """The text below a heading, up to the next one of its level."""
    mark = "#" * level
    found = re.search(
        rf"^{mark} {re.escape(heading)}\n(.*?)(?=^{mark} |\Z)", text, re.MULTILINE | re.DOTALL
    )
    assert found, f"there is no heading '{heading}'"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The cells of all tables of a text, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heads = {place - 1 for place, line in enumerate(lines) if re.fullmatch(r"[|\- ]+", line)}
    return [row for place, row in enumerate(cells) if place not in heads | {x + 1 for x in heads}]


def links(text: str) -> list[str]:
    """Where links and pictures lead, without what stands in code."""
    plain = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    return re.findall(r"\]\(([^)\s]+)\)", plain)


# ----------------------------------------------------------------- links


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    leading = [link for link in links(document.read_text()) if "://" not in link]
    lost = [
        link
        for link in leading
        if not (document.parent / link.partition("#")[0]).resolve().exists()
    ]
    assert lost == []


def test_a_link_that_leads_nowhere_is_found() -> None:
    assert links("see [it](gone.md), ![picture](a.png) and `[code](x)`") == ["gone.md", "a.png"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_nothing_tells_of_anybodys_machine(document: Path) -> None:
    text = document.read_text()
    told = {
        what: found[0] for what, how in NOT_OURS_TO_SAY.items() if (found := re.search(how, text))
    }
    assert told == {}


def test_the_readme_begins_with_a_picture_and_all_pictures_are_light() -> None:
    assert re.match(r"!\[[^]]{20,}]\(docs/pictures/\w+\.(png|webp|svg)\)\n", README)
    pictures = list((PROJECT / "docs" / "pictures").iterdir())
    assert pictures
    assert {path.name for path in pictures if path.stat().st_size > PICTURE_BYTES_MAX} == set()
    for path in pictures:
        if path.suffix != ".svg":
            with Image.open(path) as picture:
                picture.load()


# ---------------------------------------------------------------- claims


def test_every_claim_has_one_row_in_order() -> None:
    assert tuple(row[0] for row in rows(section(README, "Claims"))) == CLAIMS


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_that_is_kept_names_its_code_and_its_test(claim: str) -> None:
    (row,) = (row for row in rows(section(README, "Claims")) if row[0] == claim)
    _, seen, code, test, state = row
    assert seen
    assert state.startswith(STATES)
    if state == "not yet":
        assert (code, test) == ("none", "none")
        return
    assert links(code)
    assert links(test)
    assert [link for link in links(test) if not re.fullmatch(r"tests/.*test_\w+\.py", link)] == []


# ----------------------------------------------------------------- terms


def test_terms_stand_in_order_once_and_each_is_a_sentence() -> None:
    terms = rows(section(README, "Terms"))
    names = [name for name, _ in terms]
    assert names == sorted(set(names))
    assert [name for name, meaning in terms if not meaning.endswith(".")] == []


# -------------------------------------------------------------- settings


def test_every_setting_stands_in_the_readme_and_none_is_unknown() -> None:
    expected = {f"BOUTIQUE_{name.upper()}" for name in Settings.model_fields}
    table = section(README, "Configuration").partition("Read elsewhere:")[0]
    assert {row[0].strip("`") for row in rows(table)} == expected


def test_the_defaults_of_settings_are_the_real_ones() -> None:
    table = section(README, "Configuration").partition("Read elsewhere:")[0]
    told = {row[0].strip("`"): row[1].strip("`") for row in rows(table)}
    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, Path) and default.is_absolute():
            default = default.relative_to(PROJECT)
        expected = {"None": "none", "False": "false"}.get(str(default), str(default))
        assert told[f"BOUTIQUE_{name.upper()}"] == expected, name


def test_every_variable_the_documentation_names_is_read_somewhere() -> None:
    expected = {f"BOUTIQUE_{name.upper()}" for name in Settings.model_fields}
    for path in (*PROJECT.glob("tests/**/*.py"), *PROJECT.glob("web/commands/*.py")):
        if path != Path(__file__):
            expected |= set(VARIABLE.findall(path.read_text()))
    expected |= set(VARIABLE.findall((PROJECT / "compose.yaml").read_text()))
    named = {name for path in DOCUMENTS for name in VARIABLE.findall(path.read_text())}
    assert named - expected == set()


def test_every_variable_that_tests_and_compose_read_stands_in_the_readme() -> None:
    read = set(VARIABLE.findall((PROJECT / "compose.yaml").read_text()))
    for path in (PROJECT / "tests").rglob("*.py"):
        if path != Path(__file__):
            read |= set(re.findall(r"environ(?:\.get\(|\[)\s*\"(BOUTIQUE_\w+)\"", path.read_text()))
    assert read - set(VARIABLE.findall(README)) == set()


def test_the_demonstration_accounts_are_the_real_ones() -> None:
    start = section(README, "Start")
    assert set(re.findall(r"`(\S+@boutique\.example)`", start)) == {
        account.email for account in DEMO_ACCOUNTS
    }
    assert f"`{DEMO_PASSWORD}`" in start


# ------------------------------------------------------------- interface


def commands() -> set[str]:
    """Every command of the command line, with its group."""
    group = get_command(cli.command())
    assert isinstance(group, TyperGroup)
    found = set[str]()
    for name, command in group.commands.items():
        inner = command.commands if isinstance(command, TyperGroup) else {}
        found |= {f"{name} {part}" for part in inner} or {name}
    return found


def test_every_command_stands_in_the_readme_and_exists() -> None:
    table = rows(section(README, "Command line"))
    assert {row[0].strip("`").removeprefix("boutique ") for row in table} == commands()


def test_no_document_names_a_command_that_does_not_exist() -> None:
    first_words = {command.split()[0] for command in commands()}
    for document in DOCUMENTS:
        named = re.findall(r"(?:`|bin/)boutique ([a-z]+(?: [a-z]+)?)", document.read_text())
        unknown = {
            words
            for words in named
            if words not in commands() and words.split()[0] not in first_words
        }
        assert unknown == set(), document.name


def paths() -> set[str]:
    """Every address of the HTTP API, as its description has it."""
    app = FastAPI()
    router = APIRouter(prefix="/api/v1")
    for resource in api.ROUTERS:
        router.include_router(resource)
    app.include_router(router)
    return set(app.openapi()["paths"])


def test_every_address_the_readme_names_exists() -> None:
    known = [re.compile(re.sub(r"\{\w+\}", r"[^/]+", path)) for path in paths()]
    named = set(re.findall(r"/api/v1/[\w{}$/.-]*[\w}]", README)) - {"/api/v1/openapi.json"}
    assert named
    assert {path for path in named if not any(one.fullmatch(path) for one in known)} == set()


def test_every_resource_stands_in_the_readme() -> None:
    named = {row[0] for row in rows(section(README, "HTTP"))}
    table = " ".join(named)
    assert {path.split("/")[3] for path in paths()} == set(re.findall(r"/api/v1/([\w-]+)", table))


@pytest.mark.parametrize("target", re.findall(r"`?make ([a-z]+)", README))
def test_a_target_of_the_makefile_that_is_named_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (PROJECT / "Makefile").read_text(), re.MULTILINE)


# -------------------------------------------------------------- examples


def examples(heading: str) -> str:
    """The shell examples below a heading of the first steps, with what they share."""
    steps = section(README, "First steps for developers")
    blocks = re.findall(r"^```sh\n(.*?)^```", steps.partition("### ")[0], re.MULTILINE | re.DOTALL)
    own = section(steps, heading, level=3)
    blocks += re.findall(r"^```sh\n(.*?)^```", own, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 2
    return "set -euo pipefail\n" + "\n".join(blocks)


@pytest.mark.parametrize("heading", ["For shoppers", "For sellers", "For auditors"])
def test_the_examples_are_of_a_shell(heading: str) -> None:
    subprocess.run(["/bin/bash", "-n", "-c", examples(heading)], check=True)  # noqa: S603 (ours)


@pytest.mark.soak
def test_the_examples_do_what_they_say(database_url: str, tmp_path: Path) -> None:
    """On a demonstration as `make run` opens it; drawing its catalogue takes a minute or two."""
    for tool in ("curl", "jq"):
        if shutil.which(tool) is None:
            missing(f"the examples of the README need {tool}: apt install {tool}")
    settings = {
        "BOUTIQUE_DATABASE_URL": database_url,
        "BOUTIQUE_FOLDER": str(tmp_path / "boutique"),
        "PYTHONPATH": str(PROJECT),
    }
    subprocess.run(
        [sys.executable, "-m", "web", "demo"],
        env={**os.environ, **settings},
        check=True,
        capture_output=True,
        timeout=600,
    )
    with serving(**settings) as served:
        # The address is said a moment before it is listened to.
        patience = ("--retry", "30", "--retry-delay", "1", "--retry-connrefused")
        health = ["curl", "--silent", "--fail", *patience, f"{served.address}/health"]
        subprocess.run(health, check=True, capture_output=True)  # noqa: S603 (ours)
        for heading, expected in (
            ("For shoppers", '"captured"'),
            ("For sellers", '"type": "stock-received"'),
            ("For auditors", '"position": 400'),
        ):
            script = examples(heading).replace("http://127.0.0.1:8000", served.address)
            said = subprocess.run(  # noqa: S603 (ours)
                [
                    "/bin/bash",
                    "-c",
                    script.replace(".venv/bin/boutique", f"{sys.executable} -m web"),
                ],
                check=True,
                capture_output=True,
                text=True,
                cwd=tmp_path,
                env=dict(served.environment),
                timeout=120,
            ).stdout
            assert expected in said


# ------------------------------------------------- changelog and decisions


def test_every_stored_event_stands_in_the_changelog_with_its_version() -> None:
    told = [
        (row[0].strip("`"), int(row[1]))
        for row in rows(section(CHANGELOG, "Stored events", level=3))
    ]
    assert told == [(kind.TOPIC, kind.VERSION) for kind in RECORDED]


def test_the_changelog_names_the_version_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert f"\n## [{project['version']}]" in CHANGELOG


def decisions() -> list[Path]:
    return sorted(DECISIONS.glob("[0-9]*.md"))


def test_decisions_are_numbered_without_gaps_and_all_stand_in_the_index() -> None:
    numbers = [int(path.name[:4]) for path in decisions()]
    assert numbers == list(range(1, len(numbers) + 1))
    index = (DECISIONS / "README.md").read_text()
    assert set(links(index)) == {path.name for path in decisions()}


@pytest.mark.parametrize("path", decisions(), ids=lambda path: path.stem)
def test_a_decision_has_all_its_parts_and_is_a_page_at_most(path: Path) -> None:
    text = path.read_text()
    title = re.match(r"# (\d{4})\. (.+)\n\n(Accepted|Superseded)", text)
    assert title
    assert title[1] == path.name[:4]
    assert f"| {title[2]} |" in (DECISIONS / "README.md").read_text()
    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == DECISION_PARTS
    assert len(text.split()) < 700


def test_every_dependency_has_its_reason() -> None:
    configuration = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    browser = re.findall(r'"(@[^"]+)":', (PROJECT / "web" / "package.json").read_text())
    wanted = {
        re.split(r"[~<>=]", entry)[0]
        for entry in (
            *configuration["project"]["dependencies"],
            *configuration["dependency-groups"]["dev"],
            *configuration["dependency-groups"]["training"],
        )
    } | set(browser)
    (latest,) = (path for path in decisions() if path.stem.endswith("dependencies"))
    # The page itself, and those that amend it with a table of their own.
    amending = (
        path
        for path in decisions()
        if re.search(r"^Accepted.*Amends.*\b0014\b", path.read_text(), re.MULTILINE)
    )
    told = [row[0] for path in (latest, *amending) for row in rows(path.read_text())]
    assert sorted(told) == sorted(wanted)
