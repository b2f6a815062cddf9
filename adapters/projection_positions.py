"""How far each projection has come: a row each, moved by the transaction that moves its tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import LiteralString

import msgspec
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from adapters.event_store import StoredRow
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
    """Projections that have not seen the whole log, and what comes next for the furthest ahead."""

    positions: dict[str, int]
    head: int
    rows: list[StoredRow]  # behind the greatest of the positions

    @property
    def after(self) -> int:
        return max(self.positions.values(), default=self.head)


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


MOVE = """
CREATE OR REPLACE FUNCTION boutique_move_projections(
    moving text[], after bigint, until bigint, channel text
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE found integer;
BEGIN
    -- A commit that is lost with the machine takes rows and position with it, and the page is
    -- applied again: nobody need wait for the disk.
    PERFORM set_config('synchronous_commit', 'off', true);
    SELECT count(*) INTO found FROM (
        SELECT 1 FROM projection_position
        WHERE name = ANY(moving) AND position = after FOR UPDATE SKIP LOCKED
    ) AS mine;
    IF found <> cardinality(moving) THEN
        RAISE EXCEPTION 'somebody else moves these projections'
            USING ERRCODE = 'serialization_failure';
    END IF;
    UPDATE projection_position SET position = until WHERE name = ANY(moving);
    PERFORM pg_notify(channel, (
        SELECT json_object_agg(name, until)::text FROM unnest(moving) AS moved (name)
    ));
END $$
"""
# One statement, and so one snapshot: all events up to ``head`` are in it, because appends take
# turns and become visible in order.
_BEHIND: LiteralString = """
WITH log AS MATERIALIZED (SELECT coalesce(max(id), 0) AS head FROM boutique_events_tt_main),
behind AS MATERIALIZED (
    SELECT name, position FROM projection_position, log
    WHERE name = ANY(%s) AND position < head AND (name, position) NOT IN (
        SELECT * FROM unnest(%s::text[], %s::bigint[])
    )
)
SELECT position, name, NULL::bytea FROM behind
UNION ALL SELECT head, NULL, NULL FROM log
UNION ALL
SELECT next.id, next.type, next.data
FROM log, (SELECT max(position) AS after FROM behind) AS furthest
CROSS JOIN LATERAL (
    SELECT id, type, data FROM boutique_events_tt_main
    WHERE id > after AND id <= least(head, after + %s) AND type = ANY(%s)
    ORDER BY id LIMIT %s
) AS next
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


async def read_behind(  # noqa: PLR0913 (what is read, and how much of it)
    connection: AsyncConnection,
    names: Collection[str],
    *,
    except_at: Mapping[str, int],
    topics: Collection[str],
    positions_max: int,
    rows_max: int,
) -> Behind:
    """Read which projections are behind the log, and the next events of those furthest ahead.

    Those that stand where ``except_at`` says are left out. Nothing is locked: whether a page may
    be applied is found out by ``move``.
    """
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        _BEHIND,
        (
            list(names),
            list(except_at),
            list(except_at.values()),
            positions_max,
            list(topics),
            rows_max,
        ),
        prepare=True,
    )
    positions, head, rows = dict[str, int](), 0, list[StoredRow]()
    for row in await cursor.fetchall():
        position, word, data = row
        if data is not None:
            rows.append(row)
        elif word is None:
            head = position
        else:
            positions[word] = position
    rows.sort(key=itemgetter(0))  # as they come already; but no SQL says so
    return Behind(positions=positions, head=head, rows=rows)


async def lock(connection: AsyncConnection, name: str) -> int:
    """Wait for a projection's position, return it and keep it from others."""
    cursor = await connection.execute(
        "SELECT position FROM projection_position WHERE name = %s FOR UPDATE", (name,)
    )
    row = await cursor.fetchone()
    assert row is not None  # ``set_up`` has made it
    return int(row[0])


async def move(
    connection: AsyncConnection, names: Collection[str], *, after: int, until: int
) -> None:
    """Move projections within a transaction; once it is committed, whoever waits for them is told.

    Raises:
        SerializationFailure: one of them stands elsewhere than ``after``, or somebody is at it.
    """
    await connection.execute(
        "SELECT boutique_move_projections(%s, %s, %s, %s)",
        (list(names), after, until, PROJECTED),
        prepare=True,
    )


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
