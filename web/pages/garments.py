"""The seller's editor: by which landmarks and with which outline a commodity is worn (C2a)."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from domain.commodity import CommodityNotFound
from domain.event import Refusal
from domain.garment import GarmentNotWearable, in_words
from web.bootstrap import Container, Correction, Imaging
from web.dependencies import AtLeast, Visiting, Wired, WiredImaging
from web.pages.frame import Frame, Framed, see
from web.presenting import GarmentView, doubts_in_words, garment_view
from web.selling import own_commodity
from web.terms import landmark_word

router = APIRouter(include_in_schema=False, prefix="/seller/commodities/{commodity_id}/garment")

MANNEQUINS_SHOWN = 3
LANDMARKS_MAX = 40

Typed = Mapping[str, tuple[str, str]]
"""Row and column of each landmark as people write them: per cent, or nothing at all."""


@router.get("")
async def show_editor(
    commodity_id: UUID, frame: Framed, wired: Wired, imaging: WiredImaging, _: AtLeast
) -> HTMLResponse:
    return await _show(frame, wired, imaging, commodity_id)


@router.post("")
async def correct_garment(
    commodity_id: UUID,
    request: Request,
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    outline: Annotated[UploadFile | None, File()] = None,
) -> Response:
    seller_id = visitor.as_role("seller")
    typed = _typed(await request.form())
    try:
        brushed = await outline.read() if outline is not None else None
        outcome = await imaging.garments.correct(
            commodity_id,
            Correction(landmarks=_places(typed), brushed=brushed or None),
            seller_id=seller_id,
        )
    except CommodityNotFound:
        raise
    except Refusal as refusal:
        return await _show(frame, wired, imaging, commodity_id, refusal, typed)
    notice = "garment-corrected" if outcome.events else "garment-unchanged"
    return see(f"/seller?notice={notice}&at_least={outcome.position}")


@router.post("/approval")
async def approve_garment(commodity_id: UUID, imaging: WiredImaging, visitor: Visiting) -> Response:
    outcome = await imaging.garments.approve(commodity_id, seller_id=visitor.as_role("seller"))
    return see(f"/seller?notice=garment-approved&at_least={outcome.position}")


@router.get("/mannequins/{mannequin}")
async def show_on_mannequin(
    commodity_id: UUID, mannequin: str, imaging: WiredImaging, visitor: Visiting
) -> Response:
    """Show a mannequin wearing the garment as it is now, also to whoever has no script."""
    seller_id = visitor.as_role("seller")
    picture = await imaging.garments.preview(commodity_id, mannequin, None, seller_id=seller_id)
    return Response(picture, media_type="image/webp")


async def _show(
    frame: Frame,
    wired: Container,
    imaging: Imaging,
    commodity_id: UUID,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
) -> HTMLResponse:
    async with wired.pool.connection() as connection:
        found = await own_commodity(connection, frame.visitor, commodity_id)
    garment = garment_view(found)
    mannequins = list(imaging.mannequins.values())[:MANNEQUINS_SHOWN]
    return frame.show(
        "garment.html",
        {
            "garment": garment,
            "doubts": doubts_in_words(found.doubts),
            "landmarks": _landmarks(garment, typed),
            "mannequins": [{"slug": x.slug, "name": x.name} for x in mannequins],
            "is_changed": typed is not None,
        },
        nav="seller",
        refusal=refusal,
    )


def _landmarks(garment: GarmentView, typed: Typed | None) -> list[dict[str, Any]]:
    """Return every landmark the type may have, with its place as it is, or as it was typed."""
    doubted = {doubt.name for doubt in garment.doubts}
    held = (*garment.needed, *garment.further)
    return [
        {
            "name": name,
            "words": landmark_word(name).capitalize(),
            "row": row,
            "col": col,
            "is_needed": name in garment.needed,
            "is_doubted": name in doubted,
        }
        for name in held
        for row, col in [
            typed.get(name, ("", "")) if typed is not None else _written(garment, name)
        ]
    ]


def _written(garment: GarmentView, name: str) -> tuple[str, str]:
    if name not in garment.landmarks:
        return "", ""
    row, col = garment.landmarks[name]
    return f"{100 * row:.3f}", f"{100 * col:.3f}"


def _typed(form: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Read what a form says of landmarks, as it was written."""
    names = [key.removeprefix("row.") for key in form if key.startswith("row.")]
    return {
        name: (str(form[f"row.{name}"]).strip(), str(form.get(f"col.{name}", "")).strip())
        for name in names[:LANDMARKS_MAX]
    }


def _places(typed: Typed) -> dict[str, tuple[float, float]]:
    """Turn per cents into fractions, leaving out what was left empty.

    Raises:
        GarmentNotWearable: something is no number.
    """
    places = dict[str, tuple[float, float]]()
    for name, (row, col) in typed.items():
        if not row and not col:
            continue
        try:
            places[name] = (float(row) / 100, float(col) / 100)
        except ValueError as error:
            raise GarmentNotWearable(
                "Write where the %(landmark)s is as two numbers from 0 to 100.",
                landmark=in_words(name),
            ) from error
    return places
