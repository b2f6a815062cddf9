"""Seller console: register commodities, receive stock, watch the own events (C2a)."""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from babel.numbers import get_currency_precision
from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from domain.classification import DESIGNS, TYPES, CommodityNotPresentable, Words
from domain.event import Refusal
from domain.measures import MEASURES_OF, OF_A_GARMENT
from domain.purchase import Purchase
from domain.request import new_id
from domain.stock import ReceiveStock
from projections import accounts, commodities_of_sellers, look_alikes
from projections.commodity_index import IndexedCommodity
from web.auditing import event_view
from web.bootstrap import Container, Offered, OfferedSize
from web.classifying import questions
from web.dependencies import AtLeast, Visiting, Wired, WiredImaging
from web.pages.frame import Frame, Framed, see
from web.pages.measures import in_cm
from web.presenting import COLOUR_HEX, commodity_view, doubts_in_words
from web.returning import refund, returns_of
from web.words import gettext

router = APIRouter(include_in_schema=False, prefix="/seller")

COMMODITIES_SHOWN = 100
COMPARED = 24  # newest ones, with all of the seller's: whether their image was there before
EVENTS_SHOWN = 12


@router.get("")
async def show_console(frame: Framed, wired: Wired, visitor: Visiting, _: AtLeast) -> HTMLResponse:
    visitor.as_role("seller")
    return await _show(frame, wired)


async def _show(frame: Frame, wired: Container, refusal: Refusal | None = None) -> HTMLResponse:
    seller_id = frame.visitor.as_role("seller")
    async with wired.pool.connection() as connection:
        found = await commodities_of_sellers.commodities_of_seller(
            connection, seller_id, before=None, limit=COMMODITIES_SHOWN
        )
        waiting = await commodities_of_sellers.commodities_of_seller(
            connection, seller_id, before=None, limit=COMMODITIES_SHOWN, only_waiting=True
        )
        same = await look_alikes.same_images(
            connection,
            [x.commodity_id for x in found[:COMPARED]],
            of_everybody=False,
            limit=COMPARED,
        )
        sellers = await accounts.trading_names(connection)
        returned = await returns_of(wired, connection, seller_id)
    latest = await wired.seller_feed.latest(seller_id, limit=EVENTS_SHOWN)
    events = [{**event_view(x), "time": x.event.recorded_at} for x in latest]
    return frame.show(
        "seller.html",
        {
            "commodities": [commodity_view(x, sellers) for x in found],
            "same": {str(x.commodity_id): x.other_name for x in reversed(same)},
            "waiting": [_waiting(x, sellers) for x in waiting],
            "returns": [(x, str(new_id("refund"))) for x in returned],
            "events": events,
            "types": TYPES,
            "designs": DESIGNS,
            "colours": COLOUR_HEX,
            "measure_names": tuple(OF_A_GARMENT),
            "measured_types": {type_: names for type_, names in MEASURES_OF.items() if names},
        },
        nav="seller",
        refusal=refusal,
    )


def _waiting(commodity: IndexedCommodity, sellers: Mapping[UUID, str]) -> dict[str, Any]:
    """Return what waits, what is asked of it, and where to answer: first what it is."""
    asked = [question.words for question in questions(commodity)]
    doubts = doubts_in_words(commodity.doubts)
    return {
        "commodity": commodity_view(commodity, sellers),
        "asked": asked or [gettext("Not sure about %(doubts)s", doubts=doubts)],
        "page": "description" if asked else "garment",
    }


@router.post("/commodities")
async def register_commodity(
    request: Request,
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    photo: Annotated[UploadFile, File()],
    name: Annotated[str, Form(max_length=200)],
    price: Annotated[str, Form(max_length=20)],
    type: Annotated[str, Form(max_length=40)] = "",  # noqa: A002 (the form says so)
    design: Annotated[str, Form(max_length=40)] = "",
    colours: Annotated[list[str] | None, Form()] = None,
    size: Annotated[list[str] | None, Form()] = None,
    pieces: Annotated[list[str] | None, Form()] = None,
    description: Annotated[str, Form(max_length=4000)] = "",
    currency: Annotated[str, Form(pattern="^[A-Z]{3}$")] = "EUR",
) -> Response:
    seller_id = visitor.as_role("seller")
    try:
        registered = await imaging.commodities.register(
            Offered(
                name=name,
                description=description,
                words=Words(type=type or None, design=design or None, colours=tuple(colours or ())),
                price_minor=_price_minor(price, currency),
                currency=currency,
                sizes=_sizes(size or [], pieces or [], await request.form()),
            ),
            await photo.read(),
            seller_id=seller_id,
        )
    except Refusal as refusal:
        return await _show(frame, wired, refusal)
    position = registered.outcome.position
    notice = "commodity-waits" if registered.doubts else "commodity-registered"
    return see(f"/seller?notice={notice}&at_least={position}")


def _price_minor(text: str, currency: str) -> int:
    """Read a price as people write it: 79, 79.5, 79,00.

    Raises:
        CommodityNotPresentable: it is no price, or has more digits than its currency.
    """
    digits = get_currency_precision(currency)
    match = re.fullmatch(r"\s*(\d{1,9})(?:[.,](\d{1,3}))?\s*", text)
    if match is None:
        raise CommodityNotPresentable("Write the price as a number, for example 79.00.")
    part = (match[2] or "").rstrip("0")
    if len(part) > digits:
        raise CommodityNotPresentable(
            "Write the price with at most %(count)s digits after the point: %(currency)s has no "
            "more.",
            count=digits,
            currency=currency,
        )
    return int(match[1] + part.ljust(digits, "0"))


def _sizes(names: list[str], pieces: list[str], form: FormData) -> tuple[OfferedSize, ...]:
    """Pair sizes with their pieces and measures, passing over rows that were left empty."""
    rows = [
        (name.strip(), count, _measures(form, row))
        for row, (name, count) in enumerate(zip(names, pieces, strict=False))
    ]
    if any(not re.fullmatch(r"\s*[0-9]{1,6}\s*", count) for name, count, _ in rows if name):
        raise CommodityNotPresentable("Write the pieces of each size as a whole number.")
    return tuple(
        OfferedSize(name=name, pieces=int(count), measures=measures)
        for name, count, measures in rows
        if name
    )


def _measures(form: FormData, row: int) -> dict[str, float]:
    """Read what a row says of how large its size is: each measure has one field a row."""
    columns = {name: form.getlist(f"cm.{name}") for name in OF_A_GARMENT}
    return {
        name: in_cm(text, name)
        for name, fields in columns.items()
        if row < len(fields) and (text := str(fields[row]).strip())
    }


@router.post("/commodities/{commodity_id}/stock")
async def receive_stock(
    commodity_id: UUID,
    frame: Framed,
    wired: Wired,
    visitor: Visiting,
    variant_id: Annotated[UUID, Form()],
    pieces: Annotated[int, Form()],
) -> Response:
    try:
        outcome = await wired.boutique.handle(
            ReceiveStock(
                seller_id=visitor.as_role("seller"),
                commodity_id=commodity_id,
                variant_id=variant_id,
                quantity=pieces,
            )
        )
    except Refusal as refusal:
        return await _show(frame, wired, refusal)
    return see(f"/seller?notice=stock-received&at_least={outcome.position}")


@router.post("/purchases/{purchase_id}/refunds")
async def grant_refund(
    purchase_id: UUID,
    frame: Framed,
    wired: Wired,
    visitor: Visiting,
    refund_id: Annotated[UUID, Form()],
    amount: Annotated[str, Form(max_length=20)],
) -> Response:
    try:
        placed = (await wired.boutique.know(Purchase(purchase_id=purchase_id))).placed
        currency = "EUR" if placed is None else placed.currency  # None: refused below
        position = await refund(
            wired,
            visitor,
            purchase_id=purchase_id,
            refund_id=refund_id,
            amount_minor=_price_minor(amount, currency),
        )
    except Refusal as refusal:
        return await _show(frame, wired, refusal)
    return see(f"/seller?notice=refund-granted&at_least={position}")
