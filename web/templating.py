"""Rendering pages: Jinja2, money and moments for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from web.static_files import static

WEB = Path(__file__).resolve().parent
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_WITHOUT_CENTS = {"JPY"}


@dataclass(frozen=True)
class Money:
    minor: int  # in the currency's smallest unit
    currency: str  # ISO 4217


def money(amount: Money) -> str:
    """Write an amount: whole units without cents where there are none."""
    sign = _SIGNS.get(amount.currency, f"{amount.currency} ")
    if amount.currency in _WITHOUT_CENTS:
        return f"{sign}{amount.minor:,}"
    units, cents = divmod(amount.minor, 100)
    return f"{sign}{units:,}" + (f".{cents:02}" if cents else "")


def amount(of: Money) -> str:
    """Write an amount as people type it into a form."""
    if of.currency in _WITHOUT_CENTS:
        return str(of.minor)
    units, cents = divmod(of.minor, 100)
    return f"{units}.{cents:02}"


def moment(time: datetime) -> str:
    """Write a moment in UTC."""
    return time.strftime("%-d %B %Y, %H:%M UTC")


def hour(time: datetime) -> str:
    """Write the time of day in UTC."""
    return time.strftime("%H:%M UTC")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(money=money, amount=amount, moment=moment, hour=hour, static=static)
    return environment


_templates = _environment()


def page(
    request: Request, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HTMLResponse:
    """Render a page for whoever visits."""
    text = rendered(template, {"request_path": request.url.path, **context})
    return HTMLResponse(text, status_code=status)


def rendered(template: str, context: Mapping[str, Any]) -> str:
    """Render a template, which knows of no visitor but what the context says."""
    frame = {
        "shopper": None,
        "nav": "",
        "problem": None,
        "notice": None,
        "bag_count": 0,
        "csrf": "",
    }
    return _templates.get_template(template).render({**frame, **context})
