"""The shop: the classified commodity index, and one commodity (C2b)."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from domain.classification import COLOURS, DESIGNS, TYPES
from domain.commodity import CommodityNotFound
from domain.measures import MEASURES_OF
from projections import accounts, commodity_index
from projections.commodity_index import Wanted
from projections.facets import count_facets
from web import matching
from web.advising import figure_of, size_advice
from web.dependencies import AtLeast, Filter, Reading, Visiting
from web.pages.frame import Framed
from web.presenting import COLOUR_HEX, commodity_view

router = APIRouter(include_in_schema=False)

PAGE = 24
SHOWN_BESIDE = 6

Chosen = dict[str, tuple[str, ...]]


async def _chosen(
    types: Annotated[list[Filter] | None, Query(alias="type")] = None,
    designs: Annotated[list[Filter] | None, Query(alias="design")] = None,
    colours: Annotated[list[Filter] | None, Query(alias="colour")] = None,
) -> Chosen:
    return {
        "type": tuple(types or ()),
        "design": tuple(designs or ()),
        "colour": tuple(colours or ()),
    }


@router.get("/")
@router.get("/shop")
async def show_shop(
    frame: Framed,
    reading: Reading,
    _: AtLeast,
    chosen: Annotated[Chosen, Depends(_chosen)],
    after: Annotated[int | None, Query(ge=1)] = None,
) -> HTMLResponse:
    wanted = Wanted(types=chosen["type"], designs=chosen["design"], colours=chosen["colour"])
    found = await commodity_index.commodities(reading, wanted, before=after, limit=PAGE + 1)
    counted = await count_facets(reading, wanted)
    sellers = await accounts.trading_names(reading)
    shown = [commodity_view(commodity, sellers) for commodity in found[:PAGE]]
    next_url = None
    if len(found) > PAGE:
        next_url = _address(chosen, after=found[PAGE - 1].position)
    return frame.show(
        "shop.html",
        {
            "commodities": shown,
            "facets": {
                "types": _facet("type", TYPES, counted.types, chosen),
                "designs": _facet("design", DESIGNS, counted.designs, chosen),
                "colours": _facet("colour", COLOURS, counted.colours, chosen),
            },
            "total": counted.total,
            "next_url": next_url,
            "clear_url": "/shop" if any(chosen.values()) else None,
        },
        nav="shop",
    )


def _facet(
    name: str, values: tuple[str, ...], counts: dict[str, int], chosen: Chosen
) -> list[dict[str, Any]]:
    """Return a facet's values with their counts and where choosing or unchoosing them leads."""
    return [
        {
            "name": value,
            "hex": COLOUR_HEX.get(value),
            "count": counts.get(value, 0),
            "is_chosen": value in chosen[name],
            "url": _address({**chosen, name: _toggled(value, chosen[name])}),
        }
        for value in values
        if counts.get(value) or value in chosen[name]
    ]


def _toggled(value: str, chosen: tuple[str, ...]) -> tuple[str, ...]:
    if value in chosen:
        return tuple(other for other in chosen if other != value)
    return (*chosen, value)


def _address(chosen: Chosen, *, after: int | None = None) -> str:
    query = [(name, value) for name, values in chosen.items() for value in values]
    if after is not None:
        query.append(("after", str(after)))
    return f"/shop?{urlencode(query)}" if query else "/shop"


@router.get("/commodities/{commodity_id}")
async def show_commodity(
    commodity_id: UUID, frame: Framed, reading: Reading, visitor: Visiting
) -> HTMLResponse:
    found = await commodity_index.commodities_by_id(reading, [commodity_id])
    if commodity_id not in found:
        raise CommodityNotFound
    commodity = found[commodity_id]
    view = commodity_view(commodity, await accounts.trading_names(reading))
    figure = await figure_of(reading, visitor.account_id, [commodity])
    told = {name for variant in commodity.variants for name in variant.measures}
    return frame.show(
        "commodity.html",
        {
            "advice": size_advice(commodity, figure),
            "measures": [name for name in MEASURES_OF[commodity.type] if name in told],
            "commodity": view,
            "variants": view.variants,
            "seller_name": view.seller_name,
            "companions": await matching.goes_with(reading, commodity, limit=SHOWN_BESIDE),
            "similar": await matching.similar(reading, commodity_id, limit=SHOWN_BESIDE),
        },
        nav="shop",
    )
