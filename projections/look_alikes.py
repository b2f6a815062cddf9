"""Look-alikes: commodities that look similar, and images that were registered twice (C2a, C2b).

A commodity's likeness is part of its registration, so a replay finds the same look-alikes. All of
its numbers are whole and small: pgvector, where the database has it, reckons exactly what plain
SQL does, only faster.

Fed by: CommodityRegistered; joined with ``commodity_index`` for what is on offer, as which type.
Shown by: the page of a commodity, the seller's console, ``GET /api/v1/commodities/{id}/similar``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.commodity import CommodityRegistered, Likeness
from domain.event import Recorded
from projections.commodity_index import OFFERED
from projections.projection import Connection, Projection
from projections.writing import Table, array, insert

TABLES = """
CREATE TABLE IF NOT EXISTS look_alike (
    commodity_id uuid PRIMARY KEY,
    seller_id uuid NOT NULL,
    version integer NOT NULL,
    fingerprint bit(128) NOT NULL,
    descriptor real[] NOT NULL
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS look_alike_by_seller ON look_alike (seller_id);
"""

SAME_BITS_MAX = 6
"""How many bits of a fingerprint may differ between two pictures of one image (ADR 0033)."""

BY_VECTOR = "a.descriptor::vector <-> q.descriptor::vector"
BY_ARRAY = "(SELECT sum((x - y) * (x - y)) FROM unnest(a.descriptor, q.descriptor) AS pair (x, y))"

# ---------------------------------------------------------------- events

LOOK_ALIKE = Table(
    name="look_alike",
    columns={
        "commodity_id": "uuid",
        "seller_id": "uuid",
        "version": "integer",
        "fingerprint": "bit(128)",
        "descriptor": "real[]",
    },
)


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    """Take in the likeness of what was registered."""
    rows = [
        _row(found.event, found.event.likeness)
        for found in page
        if isinstance(found.event, CommodityRegistered) and found.event.likeness is not None
    ]
    await insert(connection, LOOK_ALIKE, rows)


def _row(event: CommodityRegistered, likeness: Likeness) -> tuple[Any, ...]:
    signed = (byte - 256 if byte > 127 else byte for byte in bytes.fromhex(likeness.descriptor))
    return (
        event.commodity_id,
        event.seller_id,
        likeness.version,
        f"{int(likeness.fingerprint, 16):0128b}",
        array(signed),
    )


PROJECTION = Projection(
    name="look_alikes",
    fed_by=(CommodityRegistered,),
    tables=TABLES,
    indexes=INDEXES,
    table_names=("look_alike",),
    apply=apply,
)

# --------------------------------------------------------------- queries


@dataclass(frozen=True, kw_only=True)
class SameImage:
    """Two commodities that were registered with one image, or all but one."""

    commodity_id: UUID
    other_id: UUID
    other_name: str
    other_seller_id: UUID
    bits: int  # that differ


async def similar(connection: Connection, commodity_id: UUID, *, limit: int) -> list[UUID]:
    """Return what is on offer of the same type: first what shares a colour, by their sellers' word.

    Within both, the most similar come first.
    """
    distance = BY_VECTOR if await has_vectors(connection) else BY_ARRAY
    cursor = await connection.execute(
        "SELECT c.commodity_id FROM look_alike q"  # noqa: S608 (constants only)
        " JOIN indexed_commodity own ON own.commodity_id = q.commodity_id"
        f" JOIN indexed_commodity c ON c.type = own.type AND c.{OFFERED}"
        " JOIN look_alike a ON a.commodity_id = c.commodity_id AND a.version = q.version"
        " WHERE q.commodity_id = %s AND a.commodity_id <> q.commodity_id"
        f" ORDER BY c.colours && own.colours DESC, {distance}, c.position DESC LIMIT %s",
        (commodity_id, limit),
        prepare=True,
    )
    return [row[0] for row in await cursor.fetchall()]


async def has_vectors(connection: Connection) -> bool:
    """Whether pgvector can be used here."""
    cursor = await connection.execute("SELECT to_regtype('vector') IS NOT NULL", prepare=True)
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def same_images(
    connection: Connection, commodity_ids: Sequence[UUID], *, of_everybody: bool, limit: int
) -> list[SameImage]:
    """Return what looks the same as some commodities: of their own sellers, or of everybody."""
    cursor = await connection.execute(
        "SELECT q.commodity_id, a.commodity_id, c.name, a.seller_id,"
        " bit_count(a.fingerprint # q.fingerprint) AS bits FROM look_alike q"
        " JOIN look_alike a ON a.version = q.version AND a.commodity_id <> q.commodity_id"
        "  AND (%s OR a.seller_id = q.seller_id)"
        "  AND bit_count(a.fingerprint # q.fingerprint) <= %s"
        " JOIN indexed_commodity own ON own.commodity_id = q.commodity_id"
        # Fine stripes are too fine for a fingerprint.
        " JOIN indexed_commodity c ON c.commodity_id = a.commodity_id AND c.design = own.design"
        " WHERE q.commodity_id = ANY (%s) ORDER BY q.commodity_id, bits, c.position DESC LIMIT %s",
        (of_everybody, SAME_BITS_MAX, list(commodity_ids), limit),
    )
    return [
        SameImage(
            commodity_id=row[0],
            other_id=row[1],
            other_name=row[2],
            other_seller_id=row[3],
            bits=row[4],
        )
        for row in await cursor.fetchall()
    ]
