"""Advising on sizes: what is known of a shopper and of a commodity, weighed and put in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg import AsyncConnection

from domain.size_advice import SizeAdvice, Tried, advise
from projections.commodity_index import IndexedCommodity
from projections.tried_sizes import tried_sizes
from web.bootstrap import body_measures_of
from web.terms import worded

BODY_PAGE = "/account/measures"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What is known of a shopper that tells which size fits her; nothing of whoever just came."""

    body: Mapping[str, float]  # by name of the measure, cm
    tried: Mapping[str, Sequence[Tried]]  # by type


NOBODY = Figure(body={}, tried={})


async def figure_of(
    connection: AsyncConnection,
    shopper_id: UUID | None,
    commodities: Sequence[IndexedCommodity],
    *,
    until: int | None = None,
) -> Figure:
    """Return what tells which sizes of these commodities fit a shopper."""
    if shopper_id is None or not commodities:
        return NOBODY
    types = sorted({commodity.type for commodity in commodities})
    return Figure(
        body=await body_measures_of(connection, shopper_id, until=until),
        tried=await tried_sizes(connection, shopper_id, types),
    )


@dataclass(frozen=True, kw_only=True)
class SittingView:
    variant_id: str
    size: str
    fits: bool
    beyond: Mapping[str, float]  # by measure of the body: cm too large, below 0 too small


@dataclass(frozen=True, kw_only=True)
class SizeAdviceView:
    """Which size fits, and why; where that is not known, what would help."""

    variant_id: str | None
    because: str  # "measures", "kept", "kept-size" or "unknown"
    words: str
    beside: tuple[str, ...]  # how the next sizes would sit
    sittings: tuple[SittingView, ...]  # of every size that is measured, the smallest first
    missing: tuple[str, ...]  # measures of the body that would tell more
    url: str  # where there is more to read, or to give


def size_advice(commodity: IndexedCommodity, figure: Figure) -> SizeAdviceView | None:
    """Return the advice on a commodity's size; None where there is nothing to choose."""
    tried = figure.tried.get(commodity.type, ())
    found = advise(commodity.type, commodity.sizes, figure.body, tried)
    return None if found is None else _view(found, commodity.commodity_id)


def _view(found: SizeAdvice, commodity_id: UUID) -> SizeAdviceView:
    is_asked = found.variant_id is None and found.missing
    return SizeAdviceView(
        variant_id=None if found.variant_id is None else str(found.variant_id),
        because=found.because,
        words=" ".join(map(worded, found.why)),
        beside=tuple(map(worded, found.beside)),
        sittings=tuple(
            SittingView(
                variant_id=str(x.variant_id), size=x.size, fits=x.fits, beyond=dict(x.beyond)
            )
            for x in found.sittings
        ),
        missing=found.missing,
        url=BODY_PAGE if is_asked else f"/commodities/{commodity_id}#sizes",
    )
