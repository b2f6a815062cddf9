"""What is shown beside a commodity: what looks similar, and what goes with it and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg import AsyncConnection

from domain.harmony import Harmony, Traits, harmony
from projections import accounts, commodity_index, look_alikes
from projections.commodity_index import IndexedCommodity
from projections.companions import companions
from web.presenting import CommodityView, commodity_view
from web.terms import worded


@dataclass(frozen=True, kw_only=True)
class CompanionView:
    commodity: CommodityView
    words: str  # why it goes with the other one


async def similar(
    connection: AsyncConnection, commodity_id: UUID, *, limit: int
) -> list[CommodityView]:
    """Return what is on offer and looks similar, the most similar first."""
    ids = await look_alikes.similar(connection, commodity_id, limit=limit)
    found = await commodity_index.commodities_by_id(connection, ids)
    sellers = await accounts.trading_names(connection)
    return [commodity_view(found[id_], sellers) for id_ in ids if id_ in found]


async def goes_with(
    connection: AsyncConnection, commodity: IndexedCommodity, *, limit: int
) -> list[CompanionView]:
    """Return what is on offer and goes with a commodity: the best of each type first."""
    suiting = await companions(connection, traits_of(commodity), limit=limit)
    found = await commodity_index.commodities_by_id(connection, [x.commodity_id for x in suiting])
    sellers = await accounts.trading_names(connection)
    return [
        CompanionView(
            commodity=commodity_view(found[x.commodity_id], sellers), words=_why(x.harmony)
        )
        for x in suiting
        if x.commodity_id in found
    ]


def traits_of(commodity: IndexedCommodity) -> Traits:
    return Traits(type=commodity.type, design=commodity.design, colours=commodity.colours)


def suits(commodity: IndexedCommodity, worn: Sequence[IndexedCommodity]) -> str:
    """Say why a piece suits the look it is part of; nothing where it does not, or is alone."""
    found = [harmony(traits_of(commodity), traits_of(other)) for other in worn]
    told = [x for x in found if x is not None]
    return _why(max(told, key=lambda x: x.score)) if told else ""


def _why(found: Harmony) -> str:
    return " ".join(map(worded, found.reasons))
