"""Classified commodity index: what is on offer, by type, design and colour (claims C2b, C9).

Fed by: CommodityRegistered, and every event that changes the stock (``stock_changes``).
Shown by: the shop, the columns of the coordination screen, ``GET /api/v1/commodities``.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from domain.commodity import CommodityRegistered
from domain.event import Recorded
from domain.stock import Stock, stock_changes
from projections.projection import Connection, Projection
from projections.writing import Table, array, arrays, insert

TABLES = """
CREATE TABLE IF NOT EXISTS indexed_commodity (
    commodity_id uuid PRIMARY KEY,
    position bigint NOT NULL,
    seller_id uuid NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    type text NOT NULL,
    design text NOT NULL,
    colours text[] NOT NULL,
    measured_colours jsonb NOT NULL,
    price_minor bigint NOT NULL,
    currency text NOT NULL,
    image_digest text NOT NULL,
    cutout_digest text NOT NULL,
    landmarks jsonb NOT NULL
);
CREATE TABLE IF NOT EXISTS indexed_variant (
    variant_id uuid PRIMARY KEY,
    commodity_id uuid NOT NULL,
    ordinal integer NOT NULL,
    size text NOT NULL,
    left_in_stock bigint NOT NULL
) WITH (fillfactor = 80);
"""
INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS indexed_commodity_by_position ON indexed_commodity (position);
CREATE INDEX IF NOT EXISTS indexed_commodity_by_class ON indexed_commodity (type, design);
CREATE INDEX IF NOT EXISTS indexed_commodity_by_seller ON indexed_commodity (seller_id, position);
CREATE INDEX IF NOT EXISTS indexed_variant_by_commodity ON indexed_variant (commodity_id, ordinal);
"""

# ---------------------------------------------------------------- events


COMMODITY = Table(
    name="indexed_commodity",
    columns={
        "commodity_id": "uuid",
        "position": "bigint",
        "seller_id": "uuid",
        "name": "text",
        "description": "text",
        "type": "text",
        "design": "text",
        "colours": "text[]",
        "measured_colours": "jsonb",
        "price_minor": "bigint",
        "currency": "text",
        "image_digest": "text",
        "cutout_digest": "text",
        "landmarks": "jsonb",
    },
)
VARIANT = Table(
    name="indexed_variant",
    columns={
        "variant_id": "uuid",
        "commodity_id": "uuid",
        "ordinal": "integer",
        "size": "text",
        "left_in_stock": "bigint",
    },
)


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    """Index what was registered and count what is left of it, a page at a time."""
    registered = list[tuple[int, CommodityRegistered]]()
    changes = Counter[UUID]()
    for found in page:
        if isinstance(found.event, CommodityRegistered):
            registered.append((found.position, found.event))
        for change in stock_changes(found.event):
            changes[change.variant_id] += change.left
    await insert(connection, COMMODITY, [commodity_row(*x) for x in registered])
    await insert(
        connection,
        VARIANT,
        [
            (
                variant.variant_id,
                event.commodity_id,
                ordinal,
                variant.size,
                # What befell it in this page; variants of earlier pages are updated below.
                changes.pop(variant.variant_id, 0),
            )
            for _, event in registered
            for ordinal, variant in enumerate(event.variants)
        ],
    )
    await _change_stock(connection, changes)


async def _change_stock(connection: Connection, changes: Counter[UUID]) -> None:
    if not changes:
        return
    await connection.execute(
        "UPDATE indexed_variant v SET left_in_stock = v.left_in_stock + c.pieces"
        " FROM unnest(%s::uuid[], %s::bigint[]) AS c(variant_id, pieces)"
        " WHERE v.variant_id = c.variant_id",
        arrays(changes.items()),
        prepare=True,
    )


def commodity_row(position: int, event: CommodityRegistered) -> tuple[Any, ...]:
    return (
        event.commodity_id,
        position,
        event.seller_id,
        event.name,
        event.description,
        event.type,
        event.design,
        array(event.colours),
        json.dumps([[x.name, x.share] for x in event.measured_colours]),
        event.price_minor,
        event.currency,
        event.image_digest,
        event.cutout_digest,
        json.dumps({x.name: [x.row, x.col] for x in event.landmarks}),
    )


PROJECTION = Projection(
    name="commodity_index",
    fed_by=(CommodityRegistered, *Stock.FED_BY),
    tables=TABLES,
    indexes=INDEXES,
    table_names=("indexed_commodity", "indexed_variant"),
    apply=apply,
)

# --------------------------------------------------------------- queries


@dataclass(frozen=True, kw_only=True)
class IndexedVariant:
    variant_id: UUID
    size: str
    left: int


@dataclass(frozen=True, kw_only=True)
class IndexedCommodity:
    commodity_id: UUID
    position: int  # the newest have the highest; the cursor of pages
    seller_id: UUID
    name: str
    description: str
    type: str
    design: str
    colours: tuple[str, ...]
    measured_colours: tuple[tuple[str, float], ...]
    price_minor: int
    currency: str
    image_digest: str
    cutout_digest: str
    landmarks: dict[str, tuple[float, float]]
    variants: tuple[IndexedVariant, ...]

    @property
    def is_sold_out(self) -> bool:
        return all(variant.left <= 0 for variant in self.variants)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a shopper looks for. Any of the values within a facet, and all facets together."""

    types: tuple[str, ...] = ()
    designs: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Facets:
    """How many commodities each value would show, given what is chosen in the *other* facets."""

    types: dict[str, int]
    designs: dict[str, int]
    colours: dict[str, int]
    total: int


_SELECT = """
SELECT c.*, (
    SELECT jsonb_agg(jsonb_build_array(v.variant_id, v.size, v.left_in_stock) ORDER BY v.ordinal)
    FROM indexed_variant v WHERE v.commodity_id = c.commodity_id
) AS variants
FROM indexed_commodity c
"""
_BY_TYPE = "(%(types)s::text[] = '{}' OR type = ANY(%(types)s))"
_BY_DESIGN = "(%(designs)s::text[] = '{}' OR design = ANY(%(designs)s))"
_BY_COLOUR = "(%(colours)s::text[] = '{}' OR colours && %(colours)s)"


async def commodities(
    connection: Connection, wanted: Wanted, *, before: int | None, limit: int
) -> list[IndexedCommodity]:
    """Return what is wanted, newest first, from behind the position ``before``."""
    return await _select(
        connection,
        f"{_SELECT} WHERE {_BY_TYPE} AND {_BY_DESIGN} AND {_BY_COLOUR}"
        " AND c.position < coalesce(%(before)s, 9223372036854775807)"
        " ORDER BY c.position DESC LIMIT %(limit)s",
        {**_parameters(wanted), "before": before, "limit": limit},
    )


async def commodities_by_id(
    connection: Connection, commodity_ids: Sequence[UUID]
) -> dict[UUID, IndexedCommodity]:
    """Return those of the commodities that are on offer."""
    found = await _select(
        connection, f"{_SELECT} WHERE c.commodity_id = ANY(%(ids)s)", {"ids": list(commodity_ids)}
    )
    return {commodity.commodity_id: commodity for commodity in found}


async def commodities_of_seller(
    connection: Connection, seller_id: UUID, *, before: int | None, limit: int
) -> list[IndexedCommodity]:
    """Return a seller's own commodities, newest first."""
    return await _select(
        connection,
        f"{_SELECT} WHERE c.seller_id = %(seller_id)s"
        " AND c.position < coalesce(%(before)s, 9223372036854775807)"
        " ORDER BY c.position DESC LIMIT %(limit)s",
        {"seller_id": seller_id, "before": before, "limit": limit},
    )


async def facets(connection: Connection, wanted: Wanted) -> Facets:
    """Count the index by type, design and colour.

    The counts are disjunctive: what is chosen within a facet does not lower the counts of the
    facet's other values, because choosing them too would widen the result.
    """
    cursor = connection.cursor(row_factory=dict_row)
    await cursor.execute(
        f"SELECT 'type' AS facet, type AS value, count(*) AS n FROM indexed_commodity"  # noqa: S608 (constants only)
        f" WHERE {_BY_DESIGN} AND {_BY_COLOUR} GROUP BY type"
        f" UNION ALL SELECT 'design', design, count(*) FROM indexed_commodity"
        f" WHERE {_BY_TYPE} AND {_BY_COLOUR} GROUP BY design"
        f" UNION ALL SELECT 'colour', colour, count(*)"
        f" FROM indexed_commodity, unnest(colours) AS colour"
        f" WHERE {_BY_TYPE} AND {_BY_DESIGN} GROUP BY colour"
        f" UNION ALL SELECT 'total', '', count(*) FROM indexed_commodity"
        f" WHERE {_BY_TYPE} AND {_BY_DESIGN} AND {_BY_COLOUR}",
        _parameters(wanted),
        prepare=True,
    )
    counts: dict[str, dict[str, int]] = {"type": {}, "design": {}, "colour": {}, "total": {}}
    for row in await cursor.fetchall():
        counts[row["facet"]][row["value"]] = row["n"]
    return Facets(
        types=counts["type"],
        designs=counts["design"],
        colours=counts["colour"],
        total=counts["total"][""],
    )


def _parameters(wanted: Wanted) -> dict[str, Any]:
    return {
        "types": list(wanted.types),
        "designs": list(wanted.designs),
        "colours": list(wanted.colours),
    }


async def _select(
    connection: Connection, statement: str, parameters: dict[str, Any]
) -> list[IndexedCommodity]:
    cursor = connection.cursor(row_factory=dict_row)
    await cursor.execute(statement, parameters, prepare=True)  # pyright: ignore[reportArgumentType]
    return [_commodity(row) for row in await cursor.fetchall()]


def _commodity(row: dict[str, Any]) -> IndexedCommodity:
    return IndexedCommodity(
        commodity_id=row["commodity_id"],
        position=row["position"],
        seller_id=row["seller_id"],
        name=row["name"],
        description=row["description"],
        type=row["type"],
        design=row["design"],
        colours=tuple(row["colours"]),
        measured_colours=tuple((name, share) for name, share in row["measured_colours"]),
        price_minor=row["price_minor"],
        currency=row["currency"],
        image_digest=row["image_digest"],
        cutout_digest=row["cutout_digest"],
        landmarks={name: (point[0], point[1]) for name, point in row["landmarks"].items()},
        variants=tuple(
            IndexedVariant(variant_id=UUID(variant_id), size=size, left=left)
            for variant_id, size, left in row["variants"]
        ),
    )
