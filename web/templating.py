"""Rendering pages: Jinja2, money and moments for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from babel.dates import format_datetime
from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
)
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from web.addresses import terminal_page, way_back
from web.image_words import image_words
from web.script_words import script_words
from web.static_files import static
from web.terms import colour_word, counted, design_word, measure_word, role_word, type_word
from web.words import LANGUAGES, gettext, language, listed, locale, ngettext, pgettext

WEB = Path(__file__).resolve().parent
NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Money:
    minor: int  # in the currency's smallest unit
    currency: str  # ISO 4217

    @property
    def units(self) -> Decimal:
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))


def money(amount: Money) -> str:
    """Write an amount: whole units without cents."""
    spoken, units = locale(), amount.units
    is_whole = units == units.to_integral_value()
    cents = "" if is_whole else f".{'0' * get_currency_precision(amount.currency)}"
    # A code needs room where a sign does not: so browsers write it, too.
    is_code = get_currency_symbol(amount.currency, spoken)[-1].isalpha()
    pattern = spoken.currency_formats["standard"].pattern.replace(".00", cents)
    return format_currency(
        units,
        amount.currency,
        pattern.replace("¤", f"¤{NBSP}") if is_code else pattern,
        locale=spoken,
        currency_digits=False,
    )


def amount(of: Money) -> str:
    """Write an amount as people type it into a form."""
    return str(of.units)


def number(count: float) -> str:
    """Write a number of things, or of centimetres."""
    return format_decimal(count, locale=locale())


def moment(time: datetime) -> str:
    """Write a moment in UTC."""
    return format_datetime(time, gettext("d MMMM y, HH:mm 'UTC'"), locale=locale())


def hour(time: datetime) -> str:
    """Write the time of day in UTC."""
    return format_datetime(time, gettext("HH:mm 'UTC'"), locale=locale())


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.add_extension("jinja2.ext.i18n")
    cast("Any", environment).install_gettext_callables(  # the extension has put it there
        gettext, ngettext, newstyle=True, pgettext=pgettext
    )
    environment.filters.update(
        money=money, amount=amount, number=number, moment=moment, hour=hour, static=static
    )
    environment.filters.update(
        said=gettext,
        image_words=image_words,
        counted=counted,
        listed=listed,
        type=type_word,
        design=design_word,
        measure=measure_word,
        colour=colour_word,
        role=role_word,
    )
    return environment


_templates = _environment()


def page(
    request: Request, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HTMLResponse:
    """Render a page for whoever visits."""
    text = rendered(template, {"here": way_back(request) or "/", **context})
    return HTMLResponse(text, status_code=status)


def rendered(template: str, context: Mapping[str, Any]) -> str:
    """Render a template, which knows of no visitor but what the context says."""
    frame = {
        "language": language(),
        "languages": LANGUAGES,
        "script_words": script_words,
        "terminal_url": terminal_page(language()),
        "scripts": (),
        "shopper": None,
        "nav": "",
        "problem": None,
        "notice": None,
        "bag_count": 0,
    }
    return _templates.get_template(template).render({**frame, **context})
