"""Dressing over HTTP: commodities taken apart, and looks as lists of what to draw (C10, C17)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response, status
from fastapi import Path as PathParameter

from domain.commodity import CommodityNotFound
from domain.coordination import RECIPE_VERSION, CoordinationNotFound
from projections import commodity_index
from web.bootstrap import Worn, WornPiece
from web.dependencies import AtLeast, Reading, Visiting, Wired, WiredImaging
from web.dressing import ClothView, DrawingView, cloth_view, drawing_view
from web.looking import look_at, own, worn_by

router = APIRouter(tags=["dressing"])


@router.get(
    "/commodities/{commodity_id}/cloth",
    response_model=ClothView,
    responses={304: {"description": "It is still as you have it."}},
)
async def show_cloth(
    commodity_id: UUID,
    imaging: WiredImaging,
    reading: Reading,
    response: Response,
    _: AtLeast,
    if_none_match: Annotated[str | None, Header()] = None,
) -> ClothView | Response:
    """Show a commodity on offer taken apart, for programs that fit it to a body themselves."""
    found = (await commodity_index.commodities_by_id(reading, [commodity_id])).get(commodity_id)
    if found is None:
        raise CommodityNotFound
    headers = {
        "ETag": f'"{imaging.dressing.cloth_digest(found)}"',
        "Cache-Control": "public, max-age=300",
    }
    if if_none_match == headers["ETag"]:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    response.headers.update(headers)
    return cloth_view(await imaging.dressing.cloth(found), commodity_id)


@router.get("/coordinations/{coordination_id}/drawing", response_model_exclude_none=True)
async def show_drawing(
    coordination_id: str,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    response: Response,
) -> DrawingView:
    """Show a visitor's look as a list of what to draw: what its picture is drawn of."""
    worn, pieces = await _worn(coordination_id, wired, imaging, visitor.account_id)
    found = await imaging.dressing.drawing(worn, pieces)
    response.headers["Cache-Control"] = "private, no-store"
    return drawing_view(
        found.drawing,
        version=RECIPE_VERSION,
        pictures=f"/api/v1/coordinations/{coordination_id}/drawing/pictures",
        commodity_ids=[piece.commodity.commodity_id for piece in pieces],
    )


@router.get("/coordinations/{coordination_id}/drawing/pictures/{name}")
async def show_picture_of_drawing(
    coordination_id: str,
    name: Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}\.png$")],
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
) -> Response:
    """Show a picture that the drawing list of a visitor's look names."""
    worn, pieces = await _worn(coordination_id, wired, imaging, visitor.account_id)
    found = await imaging.dressing.drawing(worn, pieces)
    picture = found.pictures.get(name.removesuffix(".png"))
    if picture is None:
        raise CoordinationNotFound
    # Not for long: an image that is erased must not stay with whoever was shown it.
    headers = {"Cache-Control": "private, max-age=300"}
    return Response(picture, media_type="image/png", headers=headers)


async def _worn(
    coordination_id: str, wired: Wired, imaging: WiredImaging, shopper_id: UUID | None
) -> tuple[Worn, list[WornPiece]]:
    """Return who wears a visitor's look, and what; no connection is held afterwards."""
    async with wired.pool.connection() as reading:
        found = await own(wired, imaging, reading, coordination_id, shopper_id)
        looking = await look_at(found, found.look, reading, shopper_id)
    body = looking.figure.body
    _, worn = await worn_by(found.look, imaging, shopper_id, measures=body)
    return worn, looking.pieces
