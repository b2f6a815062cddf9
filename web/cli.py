"""The ``boutique`` command; of its parts only the one that is called for is loaded."""

import sys
from collections.abc import Iterable
from importlib import import_module

import typer

PARTS = ("serve", "demo", "project", "relay", "doctor", "audit", "account", "imaging")
"""Each a module of ``web.commands`` with an ``app``, in the order in which help lists them."""


def command(parts: Iterable[str] = PARTS) -> typer.Typer:
    """Return the command with these parts."""
    app = typer.Typer(
        name="boutique",
        callback=_boutique,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    for part in parts:
        app.add_typer(import_module(f"web.commands.{part}").app)
    return app


def _boutique() -> None:
    """An internet boutique that sells commodities in total coordination."""


def main() -> None:
    # What all parts need together takes seconds to load; only help and a slip need them all.
    called = [part for part in sys.argv[1:2] if part in PARTS]
    command(called or PARTS)()
