"""Rules about the shape of the code that no single module can state, each seen broken here."""

import ast
import importlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from inspect import isasyncgenfunction, iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from web import api, files, metrics, pages

PROJECT = Path(__file__).parents[1]
PACKAGES = ("domain", "projections", "adapters", "imaging", "web")
MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70

CONFIGURATION: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text())
CONTRACTS: dict[str, dict[str, Any]] = {
    contract["name"]: contract for contract in CONFIGURATION["tool"]["importlinter"]["contracts"]
}
UPWARDS = (
    ("domain", "projections"),
    ("domain", "imaging"),
    ("domain", "adapters"),
    ("domain", "web"),
    ("projections", "imaging"),
    ("projections", "adapters"),
    ("projections", "web"),
    ("imaging", "projections"),
    ("imaging", "adapters"),
    ("imaging", "web"),
    ("adapters", "web"),
)


def modules(*packages: str) -> list[Path]:
    return sorted(
        path
        for package in packages
        for path in (PROJECT / package).rglob("*.py")
        if "node_modules" not in path.parts
    )


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def imported_by(path: Path) -> set[str]:
    """Return the top-level packages a module imports."""
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out from the package on"
            found.add((node.module or "").partition(".")[0])
    return found


# ------------------------------------------------------------ packages


@pytest.mark.parametrize("package", PACKAGES)
def test_our_package_is_not_shadowed_by_an_installed_one(package: str) -> None:
    # The names are common words: PyPI has a `web` and an `adapters` of its own.
    module = importlib.import_module(package)
    assert Path(module.__file__ or "").is_relative_to(PROJECT)
    assert set(packages_distributions().get(package, [])) <= {"boutique"}


@pytest.mark.parametrize("path", modules("domain"), ids=name_of)
def test_the_domain_imports_itself_and_the_standard_library_only(path: Path) -> None:
    assert imported_by(path) <= {"domain", *sys.stdlib_module_names}


@pytest.mark.parametrize("path", modules("projections"), ids=name_of)
def test_projections_import_domain_and_psycopg_only(path: Path) -> None:
    assert imported_by(path) <= {"domain", "projections", "psycopg", *sys.stdlib_module_names}


def test_no_code_knows_of_its_tests() -> None:
    for path in modules(*PACKAGES):
        assert not imported_by(path) & {"tests", "pytest", "hypothesis"}, name_of(path)


# -------------------------------------------------------------- sizes


def test_modules_and_functions_fit_in_a_reading() -> None:
    found = set[str]()
    for path in modules(*PACKAGES):
        source = path.read_text(encoding="utf-8")
        if source.count("\n") > MODULE_LINES_MAX or too_long(source):
            found.add(name_of(path))
    assert found == set()


def too_long(source: str) -> list[str]:
    """Return the functions that are too long, docstrings not counted."""
    found = list[str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False) or ""
            lines = (node.end_lineno or 0) - node.lineno + 1 - len(docstring.splitlines())
            if lines > FUNCTION_LINES_MAX:
                found.append(node.name)
    return found


def test_a_function_that_is_too_long_is_found() -> None:
    body = "    pass\n" * FUNCTION_LINES_MAX
    assert too_long(f"def long():\n{body}") == ["long"]
    assert too_long(f"async def long():\n{body}") == ["long"]
    body = "    pass\n" * (FUNCTION_LINES_MAX - 1)
    assert not too_long(f'def fits():\n    """What it does.\n\n    And why."""\n{body}')


# ------------------------------------------------------- who imports whom


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our packages, in which rules may be broken."""
    folder = tmp_path_factory.mktemp("copy")
    for path in (*modules(*PACKAGES), PROJECT / "pyproject.toml"):
        target = folder / path.relative_to(PROJECT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


def lint_imports(folder: Path) -> tuple[int, str]:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(  # noqa: S603 (our own program)
        [program, "--no-cache", "--no-logo"],
        cwd=folder,
        env={"COLUMNS": "400", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def violations(contract: dict[str, Any]) -> dict[Path, tuple[str, list[str]]]:
    """Return modules that break a contract: path, source, and how each breach is reported."""
    if contract["type"] == "layers":
        return {
            Path(lower, f"climbs_to_{upper}.py"): (
                f"import {upper}\n",
                [f"{lower} is not allowed to import {upper}:"],
            )
            for lower, upper in UPWARDS
        }
    assert contract["type"] == "forbidden", "teach this test how to break such a contract"
    [source] = contract["source_modules"]
    forbidden = contract["forbidden_modules"]
    return {
        Path(source, "forbidden_imports.py"): (
            "".join(f"import {module}\n" for module in forbidden),
            [f"{source} is not allowed to import {module}:" for module in forbidden],
        )
    }


def test_nobody_imports_whom_he_should_not(copy: Path) -> None:
    code, report = lint_imports(copy)
    assert code == 0, report
    for name in CONTRACTS:
        assert f"{name} KEPT" in report


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_contract_can_be_broken_in_every_way_it_names(copy: Path, name: str) -> None:
    broken = violations(CONTRACTS[name])
    for path, (source, _) in broken.items():
        (copy / path).write_text(source, encoding="utf-8")
    try:
        code, report = lint_imports(copy)
    finally:
        for path in broken:
            (copy / path).unlink()
    assert code != 0
    assert f"{name} BROKEN" in report
    _, _, details = report.partition("Broken contracts")
    for _, breaches in broken.values():
        for breach in breaches:
            assert breach in details


def test_the_contracts_name_all_our_packages() -> None:
    assert set(CONFIGURATION["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)
    assert set(CONFIGURATION["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(
        PACKAGES
    )


def called_for(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for needed in dependant.dependencies:
        yield from called_for(needed)


def test_no_request_is_handed_to_another_thread() -> None:
    """FastAPI carries a plain function out in a thread, which costs more than most of them do."""
    routers = (*api.ROUTERS, files.router, metrics.router, *pages.ROUTERS)
    routes = [route for x in routers for route in x.routes if isinstance(route, APIRoute)]
    called = {x for route in routes for x in called_for(route.dependant)}
    assert len(called) > len(routes)  # more than the routes themselves
    assert {x for x in called if not (iscoroutinefunction(x) or isasyncgenfunction(x))} == set()
