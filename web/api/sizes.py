"""Sizes over HTTP: how large they are, how large a body is, and which of them fits (C1a, C2a)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, Field

from domain.commodity import CommodityNotFound
from domain.measures import MEASURES_OF, Measure, SizeMeasures
from domain.measuring import MeasureSizes
from projections import commodity_index
from web.advising import SizeAdviceView, figure_of, size_advice
from web.bootstrap import body_measures_of
from web.dependencies import AtLeast, Reading, Visiting, Wired

router = APIRouter(tags=["sizes"])

Name = Annotated[str, Field(pattern="^[a-z_]{1,40}$")]
Centimetres = Annotated[float, Field(gt=0, le=300, examples=[54.5])]


class MeasuresOfSizes(BaseModel):
    sizes: dict[UUID, dict[Name, Centimetres]] = Field(
        max_length=100,
        description="Of each variant, of the garment laid flat, in centimetres. What is left out "
        "is not known any more.",
    )


class MeasuredSizes(BaseModel):
    commodity_id: UUID
    is_changed: bool = Field(description="False where all of it was told before.")


class BodyMeasuresTold(BaseModel):
    """All round, or along the leg and the foot, in centimetres."""

    measures: dict[Name, Centimetres] = Field(
        max_length=20,
        examples=[{"height": 172, "chest": 94}],
        description="Out of height, chest, waist, hip, inseam and foot.",
    )


class SizesView(BaseModel):
    commodity_id: UUID
    known: tuple[str, ...] = Field(description="What can be told of this type.")
    sizes: dict[UUID, dict[str, float]]


@router.get("/commodities/{commodity_id}/measures")
async def show_measures(commodity_id: UUID, reading: Reading, _: AtLeast) -> SizesView:
    """Show how large the sizes of a commodity on offer are."""
    found = (await commodity_index.commodities_by_id(reading, [commodity_id])).get(commodity_id)
    if found is None:
        raise CommodityNotFound
    return SizesView(
        commodity_id=commodity_id,
        known=MEASURES_OF[found.type],
        sizes={x.variant_id: dict(x.measures) for x in found.variants},
    )


@router.post("/commodities/{commodity_id}/measures", status_code=status.HTTP_201_CREATED)
async def measure_sizes(
    commodity_id: UUID,
    body: MeasuresOfSizes,
    wired: Wired,
    visitor: Visiting,
    response: Response,
) -> MeasuredSizes:
    """Tell how large the sizes of a commodity are, or mend what was told."""
    outcome = await wired.boutique.handle(
        MeasureSizes(
            commodity_id=commodity_id,
            seller_id=visitor.as_role("seller"),
            sizes=tuple(
                SizeMeasures(
                    variant_id=variant_id,
                    measures=tuple(Measure(name=name, cm=cm) for name, cm in measures.items()),
                )
                for variant_id, measures in body.sizes.items()
            ),
        )
    )
    response.headers["Boutique-Position"] = str(outcome.position)
    return MeasuredSizes(commodity_id=commodity_id, is_changed=bool(outcome.events))


@router.get("/commodities/{commodity_id}/size-advice")
async def advise_on_size(
    commodity_id: UUID, reading: Reading, visitor: Visiting, _: AtLeast
) -> SizeAdviceView | None:
    """Say which size fits the visitor, and why; nothing where there is none to choose."""
    found = (await commodity_index.commodities_by_id(reading, [commodity_id])).get(commodity_id)
    if found is None:
        raise CommodityNotFound
    return size_advice(found, await figure_of(reading, visitor.account_id, [found]))


@router.get("/accounts/me/measures")
async def show_body_measures(reading: Reading, visitor: Visiting) -> BodyMeasuresTold:
    """Show the visitor's own measures."""
    return BodyMeasuresTold(measures=await body_measures_of(reading, visitor.signed_in))


@router.post("/accounts/me/measures", status_code=status.HTTP_201_CREATED)
async def keep_body_measures(
    body: BodyMeasuresTold, wired: Wired, visitor: Visiting, response: Response
) -> BodyMeasuresTold:
    """Keep the visitor's measures instead of those before."""
    shopper_id = visitor.signed_in
    position = await wired.body_measures.keep(shopper_id, body.measures)
    response.headers["Boutique-Position"] = str(position)
    async with wired.pool.connection() as reading:
        return BodyMeasuresTold(measures=await body_measures_of(reading, shopper_id))


@router.delete("/accounts/me/measures", status_code=status.HTTP_204_NO_CONTENT)
async def erase_body_measures(wired: Wired, visitor: Visiting, response: Response) -> None:
    """Erase all measures the visitor ever gave; the log keeps that there were some."""
    outcome = await wired.body_measures.erase(visitor.signed_in)
    response.headers["Boutique-Position"] = str(outcome.position)
