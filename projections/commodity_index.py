"""Classified commodity index: what is on offer, by type, design and colour (claims C2b, C9).

What waits for its seller's look is not on offer, and is shown to nobody else. A commodity is worn
as it was corrected last, or as it was corrected until a position: so old looks stay as they were.
Its sizes are as large as they were measured last, or until then.

Fed by: CommodityRegistered, what its seller says of it and of its sizes, corrections and approvals
of its garment, and every event that changes the stock (``stock_changes``).
Shown by: the shop, the columns of the coordination screen, the seller's console,
``GET /api/v1/commodities``.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from domain.classification import ASPECTS, Classification, Reading
from domain.commodity import CommodityRegistered
from domain.event import Recorded
from domain.size_advice import Size
from domain.stock import Stock, stock_changes
from projections.projection import Connection, Projection
from projections.reviews import Reviews, places
from projections.writing import Table, array, arrays, insert

CORRECTIONS_MAX = 100  # of which an old look is searched for

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
    landmarks jsonb NOT NULL,
    doubts text[] NOT NULL,
    said text[] NOT NULL,
    classification jsonb
);
CREATE TABLE IF NOT EXISTS corrected_garment (
    commodity_id uuid NOT NULL,
    position bigint NOT NULL,
    cutout_digest text NOT NULL,
    landmarks jsonb NOT NULL,
    PRIMARY KEY (commodity_id, position)
);
CREATE TABLE IF NOT EXISTS measured_sizes (
    commodity_id uuid NOT NULL,
    position bigint NOT NULL,
    sizes jsonb NOT NULL,
    PRIMARY KEY (commodity_id, position)
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
CREATE INDEX IF NOT EXISTS indexed_commodity_by_main_colour
    ON indexed_commodity (type, (colours[1]), position) WHERE doubts = '{}';
CREATE INDEX IF NOT EXISTS indexed_commodity_by_seller ON indexed_commodity (seller_id, position);
CREATE INDEX IF NOT EXISTS indexed_commodity_waiting ON indexed_commodity (seller_id, position)
    WHERE doubts <> '{}';
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
        "doubts": "text[]",
        "said": "text[]",
        "classification": "jsonb",
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
    reviews = Reviews()
    changes = defaultdict[UUID, int](int)
    for found in page:
        position, event = found
        if isinstance(event, CommodityRegistered):
            registered.append((position, event))
        elif isinstance(event, Reviews.FED_BY):
            reviews.take_in(found)
        else:
            for variant_id, left, _ in stock_changes(event):
                changes[variant_id] += left
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
    await reviews.write(connection)
    await _change_stock(connection, changes)


async def _change_stock(connection: Connection, changes: Mapping[UUID, int]) -> None:
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
        places(event.landmarks),
        array(event.doubts),
        array(event.said),
        None if event.classification is None else _readings(event.classification),
    )


def _readings(read: Classification) -> str:
    return json.dumps([[[x.name, x.confidence] for x in read.readings(a)] for a in ASPECTS])


PROJECTION = Projection(
    name="commodity_index",
    fed_by=(
        CommodityRegistered,
        *Reviews.FED_BY,
        *Stock.FED_BY,
    ),
    tables=TABLES,
    indexes=INDEXES,
    table_names=("indexed_commodity", "corrected_garment", "measured_sizes", "indexed_variant"),
    apply=apply,
)

# --------------------------------------------------------------- queries


@dataclass(frozen=True, kw_only=True)
class IndexedVariant:
    variant_id: UUID
    size: str
    left: int
    measures: Mapping[str, float]  # of the garment, cm; nothing where its seller told nothing


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
    doubts: tuple[str, ...]  # what its seller has still to look at
    said: tuple[str, ...]  # of type, design and colours what is her word
    readings: Sequence[Sequence[tuple[str, float]]] | None  # in its image, of each of these

    @property
    def classification(self) -> Classification | None:
        """What was read in its image."""
        if self.readings is None:
            return None
        types, designs, colours = (
            tuple(Reading(name=name, confidence=confidence) for name, confidence in of_aspect)
            for of_aspect in self.readings
        )
        return Classification(types=types, designs=designs, colours=colours)

    @property
    def sizes(self) -> tuple[Size, ...]:
        """What advice on sizes weighs."""
        return tuple(
            Size(variant_id=x.variant_id, name=x.size, measures=x.measures) for x in self.variants
        )

    @property
    def is_offered(self) -> bool:
        return not self.doubts

    @property
    def is_sold_out(self) -> bool:
        return all(variant.left <= 0 for variant in self.variants)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a shopper looks for. Any of the values within a facet, and all facets together."""

    types: tuple[str, ...] = ()
    designs: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()


SELECT = """
SELECT c.*, g.cutout_digest AS corrected_cutout, g.landmarks AS corrected_landmarks, (
    SELECT jsonb_agg(jsonb_build_array(v.variant_id, v.size, v.left_in_stock) ORDER BY v.ordinal)
    FROM indexed_variant v WHERE v.commodity_id = c.commodity_id
) AS variants, (
    SELECT m.sizes FROM measured_sizes m WHERE m.commodity_id = c.commodity_id
    AND m.position <= coalesce(%(until)s, 9223372036854775807)
    ORDER BY m.position DESC LIMIT 1
) AS measured
FROM indexed_commodity c LEFT JOIN LATERAL (
    SELECT g.cutout_digest, g.landmarks FROM corrected_garment g
    WHERE g.commodity_id = c.commodity_id
    AND g.position <= coalesce(%(until)s, 9223372036854775807)
    ORDER BY g.position DESC LIMIT 1
) g ON true
"""
OFFERED = "doubts = '{}'"
BY_TYPE = "(%(types)s::text[] = '{}' OR type = ANY(%(types)s))"
BY_DESIGN = "(%(designs)s::text[] = '{}' OR design = ANY(%(designs)s))"
BY_COLOUR = "(%(colours)s::text[] = '{}' OR colours && %(colours)s)"


async def commodities(
    connection: Connection, wanted: Wanted, *, before: int | None, limit: int
) -> list[IndexedCommodity]:
    """Return what is wanted, newest first, from behind the position ``before``."""
    return await select(
        connection,
        f"{SELECT} WHERE {OFFERED} AND {BY_TYPE} AND {BY_DESIGN} AND {BY_COLOUR}"
        " AND c.position < coalesce(%(before)s, 9223372036854775807)"
        " ORDER BY c.position DESC LIMIT %(limit)s",
        {**parameters_of(wanted), "before": before, "limit": limit},
    )


async def commodities_by_id(
    connection: Connection, commodity_ids: Sequence[UUID], *, until: int | None = None
) -> dict[UUID, IndexedCommodity]:
    """Return those of the commodities that are on offer, worn as they were ``until`` a position."""
    found = await select(
        connection,
        f"{SELECT} WHERE {OFFERED} AND c.commodity_id = ANY(%(ids)s)",
        {"ids": list(commodity_ids), "until": until},
    )
    return {commodity.commodity_id: commodity for commodity in found}


async def corrections(connection: Connection, commodity_ids: Sequence[UUID]) -> list[int]:
    """Return the positions at which any of them was corrected or measured, newest first."""
    ids = list(commodity_ids)
    cursor = await connection.execute(
        "SELECT position FROM corrected_garment WHERE commodity_id = ANY(%s)"
        " UNION ALL SELECT position FROM measured_sizes WHERE commodity_id = ANY(%s)"
        " ORDER BY position DESC LIMIT %s",
        (ids, ids, CORRECTIONS_MAX),
    )
    return [row[0] for row in await cursor.fetchall()]


def parameters_of(wanted: Wanted) -> dict[str, Any]:
    return {
        "types": list(wanted.types),
        "designs": list(wanted.designs),
        "colours": list(wanted.colours),
    }


async def select(
    connection: Connection, statement: str, parameters: dict[str, Any]
) -> list[IndexedCommodity]:
    """Return the commodities that a statement beginning with ``SELECT`` finds."""
    cursor = connection.cursor(row_factory=dict_row)
    await cursor.execute(statement, {"until": None, **parameters}, prepare=True)  # pyright: ignore[reportArgumentType]
    return [_commodity(row) for row in await cursor.fetchall()]


def _commodity(row: dict[str, Any]) -> IndexedCommodity:
    measured = row["measured"] or {}
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
        cutout_digest=row["corrected_cutout"] or row["cutout_digest"],
        landmarks={
            name: (point[0], point[1])
            for name, point in (row["corrected_landmarks"] or row["landmarks"]).items()
        },
        variants=tuple(
            IndexedVariant(
                variant_id=UUID(variant_id),
                size=size,
                left=left,
                measures=measured.get(variant_id, {}),
            )
            for variant_id, size, left in row["variants"]
        ),
        doubts=tuple(row["doubts"]),
        said=tuple(row["said"]),
        readings=row["classification"],
    )
