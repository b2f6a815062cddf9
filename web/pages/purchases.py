"""The receipt of a purchase, what can still be done about it, and the wardrobe (C1c, C1d)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from psycopg import AsyncConnection

from domain.coordination import Coordination
from domain.event import Refusal
from domain.purchase import (
    PiecesBack,
    Purchase,
    PurchaseNotFound,
    PurchasePlaced,
    QuantityNotReturnable,
)
from domain.request import new_id
from projections import accounts, commodity_index, purchased_commodities, returns
from web.bootstrap import Container, Imaging
from web.dependencies import AtLeast, Reading, Visiting, Wired, WiredImaging
from web.looking import look_at, shown
from web.pages.frame import Frame, Framed, see
from web.presenting import commodity_view
from web.returning import cancel, take_back
from web.templating import Money

router = APIRouter(include_in_schema=False)

BACK = "back-"
"""Begins the name of a form's field that says how many pieces of a size come back."""


@router.get("/purchases/{purchase_id}")
async def show_receipt(
    purchase_id: UUID,
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    reading: Reading,
    visitor: Visiting,
    _: AtLeast,
) -> HTMLResponse:
    del visitor
    return await _show(frame, wired, imaging, reading, purchase_id)


async def _show(
    frame: Frame,
    wired: Container,
    imaging: Imaging,
    reading: AsyncConnection,
    purchase_id: UUID,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    shopper_id = frame.visitor.signed_in
    found = await purchased_commodities.purchase(reading, purchase_id, shopper_id=shopper_id)
    if found is None:
        raise PurchaseNotFound
    placed = (await wired.boutique.know(Purchase(purchase_id=purchase_id))).placed
    assert placed is not None  # the projection has it from the log
    lines = await _lines(reading, purchase_id, found.currency)
    refunds = await returns.refunds(reading, purchase_id)
    is_paid = found.state == "captured"
    return frame.show(
        "receipt.html",
        {
            "purchase": {
                "id": str(purchase_id),
                "placed_at": found.placed_at,
                "state": found.state,
                "declined_because": found.declined_because,
                "lines": lines,
                "is_all_back": is_paid and not any(x["returnable"] for x in lines),
                "refunds": [
                    {"amount": Money(x.amount_minor, x.currency), "paid_at": x.paid_at}
                    for x in refunds
                ],
                "total": Money(found.total_minor, found.currency),
                "picture_url": await _picture_url(
                    wired, imaging, reading, placed, at=found.position
                ),
                "position": found.position,
            },
            "returnable": [x for x in lines if is_paid and x["returnable"]],
            "return_id": str(new_id("return")),
        },
        nav="wardrobe",
        refusal=refusal,
    )


async def _lines(
    reading: AsyncConnection, purchase_id: UUID, currency: str
) -> list[dict[str, Any]]:
    bought = await purchased_commodities.lines(reading, purchase_id)
    commodities = await commodity_index.commodities_by_id(reading, [x.commodity_id for x in bought])
    sellers = await accounts.trading_names(reading)
    return [
        {
            "commodity": commodity_view(commodities[line.commodity_id], sellers),
            "variant_id": str(line.variant_id),
            "size": _size(commodities[line.commodity_id], line.variant_id),
            "price": Money(line.price_minor * line.quantity, currency),
            "quantity": line.quantity,
            "returned": line.returned,
            "returnable": line.returnable,
            "worth_back": Money(line.price_minor * line.returned, currency),
        }
        for line in bought
        if line.commodity_id in commodities
    ]


async def _picture_url(
    wired: Container,
    imaging: Imaging,
    reading: AsyncConnection,
    placed: PurchasePlaced,
    *,
    at: int,
) -> str:
    """Return the picture of the look as it was bought, whatever its shopper or sellers do since."""
    blank = Coordination(coordination_id=placed.coordination_id)
    coordination = await wired.boutique.know(blank)
    looking = await look_at(coordination, placed.look, reading, placed.shopper_id, until=at)
    return (await shown(looking, imaging, placed.shopper_id)).picture_url


@router.post("/purchases/{purchase_id}/cancellation")
async def cancel_purchase(
    purchase_id: UUID,
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    reading: Reading,
    visitor: Visiting,
) -> Response:
    try:
        await cancel(wired, purchase_id=purchase_id, shopper_id=visitor.signed_in)
    except PurchaseNotFound:
        raise
    except Refusal as refusal:
        return await _show(frame, wired, imaging, reading, purchase_id, refusal)
    return see(f"/purchases/{purchase_id}")


@router.post("/purchases/{purchase_id}/returns")
async def return_pieces(
    purchase_id: UUID,
    request: Request,
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    reading: Reading,
    visitor: Visiting,
    return_id: Annotated[UUID, Form()],
) -> Response:
    try:
        await take_back(
            wired,
            return_id=return_id,
            purchase_id=purchase_id,
            shopper_id=visitor.signed_in,
            pieces=await _pieces_back(request),
        )
    except PurchaseNotFound:
        raise
    except Refusal as refusal:
        return await _show(frame, wired, imaging, reading, purchase_id, refusal)
    return see(f"/purchases/{purchase_id}?notice=pieces-returned")


async def _pieces_back(request: Request) -> list[PiecesBack]:
    """Read how many pieces of which size a form gives back.

    Raises:
        QuantityNotReturnable: that is no number.
    """
    try:
        given = {
            UUID(name.removeprefix(BACK)): int(str(value))
            for name, value in (await request.form()).items()
            if name.startswith(BACK) and value
        }
    except ValueError as error:
        raise QuantityNotReturnable("Write how many pieces come back as a whole number.") from error
    return [
        PiecesBack(variant_id=id_, quantity=quantity) for id_, quantity in given.items() if quantity
    ]


def _size(commodity: commodity_index.IndexedCommodity, variant_id: UUID) -> str:
    return next((v.size for v in commodity.variants if v.variant_id == variant_id), "")


@router.get("/wardrobe")
async def show_wardrobe(
    frame: Framed, reading: Reading, visitor: Visiting, _: AtLeast
) -> HTMLResponse:
    owned = await purchased_commodities.purchased_commodities(reading, visitor.signed_in)
    commodities = await commodity_index.commodities_by_id(reading, [x.commodity_id for x in owned])
    sellers = await accounts.trading_names(reading)
    purchased: list[dict[str, Any]] = [
        {
            "commodity": commodity_view(
                commodities[x.commodity_id], sellers, owned=(x.commodity_id,)
            ),
            "size": _size(commodities[x.commodity_id], x.variant_id),
            "quantity": x.quantity,
            "price": Money(x.price_minor, x.currency),
            "purchased_at": x.purchased_at,
            "purchase_id": str(x.purchase_id),
        }
        for x in owned
        if x.commodity_id in commodities
    ]
    return frame.show("wardrobe.html", {"purchased": purchased}, nav="wardrobe")
