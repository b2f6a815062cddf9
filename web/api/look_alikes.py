"""What looks similar, what goes with what, and what was registered twice, over HTTP (C2a, C2b)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from domain.commodity import CommodityNotFound
from projections import commodities_of_sellers, commodity_index, look_alikes
from web import matching
from web.dependencies import AtLeast, NotAllowed, Reading, Visiting
from web.matching import CompanionView
from web.presenting import CommodityView

router = APIRouter(tags=["commodities"])

DUPLICATES_MAX = 20

Limit = Annotated[int, Query(ge=1, le=24)]


class Duplicate(BaseModel):
    commodity_id: UUID
    name: str
    seller_id: UUID
    bits: int = Field(description="Of 128 of the fingerprint that differ; 0 for one image.")


@router.get("/commodities/{commodity_id}/similar")
async def list_similar(
    commodity_id: UUID, reading: Reading, _: AtLeast, limit: Limit = 6
) -> list[CommodityView]:
    """List what is on offer of the same type, what looks most similar first."""
    if commodity_id not in await commodity_index.commodities_by_id(reading, [commodity_id]):
        raise CommodityNotFound
    return await matching.similar(reading, commodity_id, limit=limit)


@router.get("/commodities/{commodity_id}/goes-with")
async def list_companions(
    commodity_id: UUID, reading: Reading, _: AtLeast, limit: Limit = 6
) -> list[CompanionView]:
    """List what goes with a commodity, of other types, each with the reason."""
    found = await commodity_index.commodities_by_id(reading, [commodity_id])
    if commodity_id not in found:
        raise CommodityNotFound
    return await matching.goes_with(reading, found[commodity_id], limit=limit)


@router.get("/commodities/{commodity_id}/duplicates")
async def list_duplicates(
    commodity_id: UUID, reading: Reading, visitor: Visiting, _: AtLeast
) -> list[Duplicate]:
    """List what was registered with the same image: to its seller her own, to operators all."""
    if visitor.role not in {"seller", "operator"}:
        raise NotAllowed("seller")
    is_operator = visitor.role == "operator"
    if not is_operator and not await commodities_of_sellers.commodity_of_seller(
        reading, visitor.signed_in, commodity_id
    ):
        raise CommodityNotFound
    found = await look_alikes.same_images(
        reading, [commodity_id], of_everybody=is_operator, limit=DUPLICATES_MAX
    )
    return [
        Duplicate(
            commodity_id=x.other_id, name=x.other_name, seller_id=x.other_seller_id, bits=x.bits
        )
        for x in found
    ]
