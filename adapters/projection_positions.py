"""How far each projection has come: a row each, moved by the transaction that moves its tables."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import msgspec
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from projections.projection import Projection

PROJECTED = "boutique_projected"
"""Notified with every page: the positions of the projections that it moved, as JSON."""

TABLE = """
CREATE TABLE IF NOT EXISTS projection_position (
    name text PRIMARY KEY,
    position bigint NOT NULL
);
ALTER TABLE projection_position ADD COLUMN IF NOT EXISTS shape text NOT NULL DEFAULT ''
"""


async def set_up(connection: AsyncConnection, projection: Projection) -> None:
    """Create a projection's tables; those that another program has left in another shape go first.

    What they held is folded anew from the log.
    """
    cursor = await connection.execute(
        "DELETE FROM projection_position WHERE name = %s AND shape <> %s RETURNING name",
        (projection.name, projection.shape),
    )
    if await cursor.fetchone() is not None:
        for table in projection.table_names:
            await connection.execute(SQL("DROP TABLE IF EXISTS {}").format(Identifier(table)))
    await connection.execute(projection.tables.encode())
    await connection.execute(projection.indexes.encode())
    await connection.execute(
        "INSERT INTO projection_position VALUES (%s, 0, %s) ON CONFLICT DO NOTHING",
        (projection.name, projection.shape),
    )


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Projections that have not seen the whole log, kept from others until the transaction ends."""

    positions: dict[str, int]  # those furthest ahead come first
    head: int


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How late a projection is: by events, and by the age of the first it has not seen."""

    name: str
    position: int
    head: int
    seconds: float

    @property
    def events(self) -> int:
        return max(0, self.head - self.position)


# A commit that is lost with the machine takes rows and position with it, and the page is applied
# again: nobody need wait for the disk.
_LOCK_BEHIND: LiteralString = """
SELECT name, position, head, set_config('synchronous_commit', 'off', true)
FROM projection_position, (SELECT max(id) AS head FROM boutique_events_tt_main) AS log
WHERE name = ANY(%s) AND position < head
ORDER BY position DESC
FOR UPDATE OF projection_position SKIP LOCKED
"""
_ADVANCE: LiteralString = """
WITH moved AS (
    UPDATE projection_position SET position = %s WHERE name = ANY(%s) RETURNING name, position
)
SELECT pg_notify(%s, json_object_agg(name, position)::text) FROM moved
"""
_LAGS: LiteralString = """
SELECT name, position, coalesce(head, 0), data
FROM projection_position
CROSS JOIN (SELECT max(id) AS head FROM boutique_events_tt_main) AS log
LEFT JOIN LATERAL (
    SELECT data FROM boutique_events_tt_main WHERE id > position ORDER BY id LIMIT 1
) AS oldest ON true
WHERE name = ANY(%s) ORDER BY name
"""


async def lock_behind(connection: AsyncConnection, names: Collection[str]) -> Behind:
    """Lock those that are behind the log, except what another runner or a rebuild is at.

    All events up to ``head`` are visible to the statements that follow in the transaction:
    appends take turns, so positions become visible in order.
    """
    cursor = await connection.execute(_LOCK_BEHIND, (list(names),), prepare=True)
    rows = await cursor.fetchall()
    return Behind(
        positions={name: position for name, position, _, _ in rows},
        head=rows[0][2] if rows else 0,
    )


async def lock(connection: AsyncConnection, name: str) -> int:
    """Wait for a projection's position, return it and keep it from others."""
    cursor = await connection.execute(
        "SELECT position FROM projection_position WHERE name = %s FOR UPDATE", (name,)
    )
    row = await cursor.fetchone()
    assert row is not None  # ``set_up`` has made it
    return int(row[0])


async def advance(connection: AsyncConnection, names: Collection[str], position: int) -> None:
    """Move projections, and tell whoever waits for them once the transaction is committed."""
    await connection.execute(_ADVANCE, (position, list(names), PROJECTED), prepare=True)


async def positions(connection: AsyncConnection) -> dict[str, int]:
    cursor = await connection.execute("SELECT name, position FROM projection_position")
    return dict(await cursor.fetchall())


async def log_head(connection: AsyncConnection) -> int:
    """Return the last position; statements that follow see all events up to it."""
    cursor = await connection.execute("SELECT coalesce(max(id), 0) FROM boutique_events_tt_main")
    row = await cursor.fetchone()
    assert row is not None  # an aggregate always answers
    return int(row[0])


class _WhenRecorded(msgspec.Struct):
    recorded_at: datetime


_when_recorded = msgspec.json.Decoder(_WhenRecorded).decode


async def lags(
    connection: AsyncConnection, names: Collection[str], *, now: datetime
) -> tuple[Lag, ...]:
    cursor = connection.cursor(binary=True)
    await cursor.execute(_LAGS, (list(names),))
    return tuple(
        Lag(name=name, position=position, head=head, seconds=_age(oldest, now))
        for name, position, head, oldest in await cursor.fetchall()
    )


def _age(oldest: bytes | None, now: datetime) -> float:
    if oldest is None:
        return 0.0
    try:
        recorded_at = _when_recorded(oldest).recorded_at
    except msgspec.MsgspecError:
        return 0.0  # it may be the poison event itself; that it has stopped is told elsewhere
    return max(0.0, (now - recorded_at).total_seconds())
