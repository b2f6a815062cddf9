"""What a commodity is: its seller is asked, or says so by herself (C2a, C2b)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from domain.classification import DESIGNS, TYPES, CommodityNotPresentable, Words
from domain.commodity import CommodityNotFound, of_class
from domain.event import Refusal
from projections import accounts
from web.bootstrap import Container
from web.classifying import questions
from web.dependencies import AtLeast, Visiting, Wired, WiredImaging
from web.pages.frame import Frame, Framed, see
from web.presenting import COLOUR_HEX, commodity_view
from web.selling import own_commodity

router = APIRouter(include_in_schema=False, prefix="/seller/commodities/{commodity_id}/description")


@router.get("")
async def show_description(
    commodity_id: UUID, frame: Framed, wired: Wired, _: AtLeast
) -> HTMLResponse:
    return await _show(frame, wired, commodity_id)


@router.post("")
async def describe_commodity(
    commodity_id: UUID,
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    design: Annotated[str, Form(max_length=40)],
    type: Annotated[str | None, Form(max_length=40)] = None,  # noqa: A002 (the form says so)
    colours: Annotated[list[str] | None, Form()] = None,
) -> Response:
    seller_id = visitor.as_role("seller")
    words = Words(type=type, design=design, colours=tuple(colours or ()))
    try:
        if not words.colours:
            raise CommodityNotPresentable("Choose 1 to 3 colours.")
        outcome, known = await imaging.classification.describe(
            commodity_id, words, seller_id=seller_id
        )
    except CommodityNotFound:
        raise
    except Refusal as refusal:
        return await _show(frame, wired, commodity_id, refusal, words)
    address, notice = "/seller", "commodity-described" if outcome.events else "garment-unchanged"
    if known.doubts and not of_class(known.doubts):
        address, notice = f"/seller/commodities/{commodity_id}/garment", "garment-next"
    return see(f"{address}?notice={notice}&at_least={outcome.position}")


async def _show(
    frame: Frame,
    wired: Container,
    commodity_id: UUID,
    refusal: Refusal | None = None,
    words: Words | None = None,
) -> HTMLResponse:
    async with wired.pool.connection() as connection:
        found = await own_commodity(connection, frame.visitor, commodity_id)
        sellers = await accounts.trading_names(connection)
    return frame.show(
        "description.html",
        {
            "commodity": commodity_view(found, sellers),
            "questions": questions(found),
            "chosen": words or Words(type=found.type, design=found.design, colours=found.colours),
            "types": TYPES,
            "designs": DESIGNS,
            "colours": COLOUR_HEX,
        },
        nav="seller",
        refusal=refusal,
    )
