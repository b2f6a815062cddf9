"""Garments over HTTP: sellers look at how their commodities are worn, and correct it (C2a)."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Response, UploadFile, status
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from projections import commodities_of_sellers
from web.api.commodities import Cursor, Fraction, LandmarkName, Limit
from web.bootstrap import Correction
from web.dependencies import AtLeast, Reading, Visiting, WiredImaging
from web.presenting import GarmentView, garment_view
from web.selling import own_commodity

router = APIRouter(tags=["garments"])

PRIVATE = {"Cache-Control": "private, no-store"}
Landmarks = Annotated[dict[LandmarkName, tuple[Fraction, Fraction]], Field(max_length=40)]
_LANDMARKS: TypeAdapter[Landmarks] = TypeAdapter(Landmarks)

LandmarksHere = Annotated[
    str,
    Form(
        max_length=10_000,
        description="All landmarks as JSON: name to row and column, as fractions of the cut-out.",
    ),
]
OutlineHere = Annotated[
    UploadFile | None,
    File(description="PNG or WebP of the cut-out's size; its transparency is the new outline."),
]


class GarmentPage(BaseModel):
    garments: list[GarmentView]
    waiting: int = Field(description="How many of all wait for their seller's look.")
    next: str | None = Field(description="Cursor of the next page; none on the last one.")


class Reviewed(BaseModel):
    commodity_id: UUID
    is_changed: bool = Field(description="False where everything was like that before.")


@router.get("/garments")
async def list_garments(
    reading: Reading,
    visitor: Visiting,
    _: AtLeast,
    awaits_review: Annotated[
        bool, Query(description="Only those that wait for their seller's look.")
    ] = False,
    after: Cursor = None,
    limit: Limit = 24,
) -> GarmentPage:
    """List how the visitor's own commodities are worn, newest first, on offer or not."""
    seller_id = visitor.as_role("seller")
    found = await commodities_of_sellers.commodities_of_seller(
        reading, seller_id, before=after, limit=limit + 1, only_waiting=awaits_review
    )
    return GarmentPage(
        garments=[garment_view(commodity) for commodity in found[:limit]],
        waiting=await commodities_of_sellers.count_waiting(reading, seller_id),
        next=str(found[limit - 1].position) if len(found) > limit else None,
    )


@router.get("/commodities/{commodity_id}/garment")
async def show_garment(
    commodity_id: UUID, reading: Reading, visitor: Visiting, _: AtLeast
) -> GarmentView:
    """Show how a commodity is worn to its seller."""
    return garment_view(await own_commodity(reading, visitor, commodity_id))


@router.get("/commodities/{commodity_id}/garment/cutout")
async def show_cutout(commodity_id: UUID, imaging: WiredImaging, visitor: Visiting) -> Response:
    """Show the cut-out as it is worn, as PNG, to its seller."""
    picture = await imaging.garments.cutout(commodity_id, seller_id=visitor.as_role("seller"))
    return Response(picture, media_type="image/png", headers=PRIVATE)


@router.get("/commodities/{commodity_id}/garment/ground")
async def show_ground(commodity_id: UUID, imaging: WiredImaging, visitor: Visiting) -> Response:
    """Show what the cut-out was cut out of, as WebP: what a brush brings back."""
    picture = await imaging.garments.ground(commodity_id, seller_id=visitor.as_role("seller"))
    return Response(picture, media_type="image/webp", headers=PRIVATE)


@router.post("/commodities/{commodity_id}/garment/previews/{mannequin}")
async def preview_garment(
    commodity_id: UUID,
    mannequin: str,
    imaging: WiredImaging,
    visitor: Visiting,
    landmarks: LandmarksHere,
    outline: OutlineHere = None,
) -> Response:
    """Show a mannequin wearing the commodity as it would be corrected; nothing is recorded."""
    picture = await imaging.garments.preview(
        commodity_id,
        mannequin,
        await _correction(landmarks, outline),
        seller_id=visitor.as_role("seller"),
    )
    return Response(picture, media_type="image/webp", headers=PRIVATE)


@router.post("/commodities/{commodity_id}/garment/corrections", status_code=status.HTTP_201_CREATED)
async def correct_garment(
    commodity_id: UUID,
    imaging: WiredImaging,
    visitor: Visiting,
    response: Response,
    landmarks: LandmarksHere,
    outline: OutlineHere = None,
) -> Reviewed:
    """Correct how new looks wear a commodity; what waited for this is on offer afterwards."""
    outcome = await imaging.garments.correct(
        commodity_id,
        await _correction(landmarks, outline),
        seller_id=visitor.as_role("seller"),
    )
    response.headers["Boutique-Position"] = str(outcome.position)
    return Reviewed(commodity_id=commodity_id, is_changed=bool(outcome.events))


@router.post("/commodities/{commodity_id}/garment/approval", status_code=status.HTTP_201_CREATED)
async def approve_garment(
    commodity_id: UUID, imaging: WiredImaging, visitor: Visiting, response: Response
) -> Reviewed:
    """Say that what was doubtful is right: the commodity is on offer afterwards."""
    outcome = await imaging.garments.approve(commodity_id, seller_id=visitor.as_role("seller"))
    response.headers["Boutique-Position"] = str(outcome.position)
    return Reviewed(commodity_id=commodity_id, is_changed=bool(outcome.events))


async def _correction(landmarks: str, outline: UploadFile | None) -> Correction:
    try:
        places = _LANDMARKS.validate_python(json.loads(landmarks))
    except ValidationError as error:
        raise RequestValidationError(
            [{**found, "loc": ("body", "landmarks", *found["loc"])} for found in error.errors()]
        ) from error
    except (ValueError, RecursionError) as error:
        problem = {"loc": ("body", "landmarks"), "msg": "Send JSON.", "type": "value_error"}
        raise RequestValidationError([problem]) from error
    return Correction(landmarks=places, brushed=None if outline is None else await outline.read())
