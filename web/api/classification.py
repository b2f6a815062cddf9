"""What commodities are, over HTTP: read from an image, and said by their sellers (C2a, C2b)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Response, UploadFile, status
from pydantic import BaseModel, Field

from domain.classification import Words
from web.classifying import ReadingView, reading_views
from web.dependencies import Visiting, WiredImaging
from web.presenting import ColourView, colour_views

router = APIRouter(tags=["commodities"])


class ClassificationView(BaseModel):
    """What an image shows; of each the likeliest first."""

    types: tuple[ReadingView, ...]
    designs: tuple[ReadingView, ...]
    main_colours: tuple[ReadingView, ...]
    measured_colours: tuple[ColourView, ...]
    type: str = Field(description="What it would be registered as, if its seller said nothing.")
    design: str
    colours: tuple[ColourView, ...]
    doubts: tuple[str, ...] = Field(description="What the seller would be asked.")


class Description(BaseModel):
    """What a commodity is; what is left out stays as it is."""

    type: str | None = Field(default=None, min_length=1, max_length=40, examples=["shirt"])
    design: str | None = Field(default=None, min_length=1, max_length=40, examples=["solid"])
    colours: list[str] | None = Field(
        default=None, min_length=1, max_length=3, examples=[["orange"]]
    )


class Described(BaseModel):
    commodity_id: UUID
    is_changed: bool = Field(description="False where all of it was said before.")
    doubts: tuple[str, ...] = Field(description="What is left to look at before it is offered.")


@router.post("/classifications")
async def classify_image(
    imaging: WiredImaging,
    visitor: Visiting,
    image: Annotated[UploadFile, File(description="JPEG, PNG, WebP, AVIF or HEIC.")],
) -> ClassificationView:
    """Say what type, design and colours the commodity of an image has; nothing is kept of it."""
    visitor.as_role("seller")
    proposal = await imaging.classification.propose(await image.read())
    read, classified = proposal.classification, proposal.classified
    return ClassificationView(
        types=reading_views(read.types),
        designs=reading_views(read.designs),
        main_colours=reading_views(read.colours),
        measured_colours=colour_views((x.name, x.share) for x in proposal.measured_colours),
        type=classified.type,
        design=classified.design,
        colours=colour_views((name, None) for name in classified.colours),
        doubts=classified.doubts,
    )


@router.post("/commodities/{commodity_id}/description", status_code=status.HTTP_201_CREATED)
async def describe_commodity(
    commodity_id: UUID,
    body: Description,
    imaging: WiredImaging,
    visitor: Visiting,
    response: Response,
) -> Described:
    """Say what a commodity is; what was asked about it is settled by that."""
    outcome, known = await imaging.classification.describe(
        commodity_id,
        Words(type=body.type, design=body.design, colours=tuple(body.colours or ())),
        seller_id=visitor.as_role("seller"),
    )
    response.headers["Boutique-Position"] = str(outcome.position)
    return Described(
        commodity_id=commodity_id, is_changed=bool(outcome.events), doubts=known.doubts
    )
