"""The event log on PostgreSQL: the library's tables, our group commit, and readers of both."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.utils import Environment
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import AsyncConnectionPool

from adapters.group_commit import GroupCommitRecorder
from adapters.group_writer import GroupWriter, Limits
from adapters.kept_facts import SAVED_FACTS
from adapters.stored_events import decode_page
from domain.event import Recorded, Tag

APPLICATION = "boutique"
EVENTS_TABLE = "boutique_events_tt_main"
CHANNEL = EVENTS_TABLE
"""Notified once with every group of appends."""

SETUP_LOCK = 0x0B0071  # two processes that create the tables at once can deadlock


StoredRow: TypeAlias = tuple[int, str, bytes]
"""Position, topic and data of an event, not decoded yet."""


class Sent(NamedTuple):
    """How much this process has sent to be recorded so far."""

    groups: int
    requests: int
    events: int


class PostgresEventLog:
    def __init__(
        self,
        dsn: str,
        pool: AsyncConnectionPool[AsyncConnection],
        *,
        limits: Limits | None = None,
    ) -> None:
        self.dsn = dsn
        self._pool = pool
        self._limits = limits or Limits()
        self._writer: GroupWriter | None = None

    async def open(self) -> None:
        """Connect, and create the tables where they are missing."""
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
            await connection.execute(SAVED_FACTS)
            recorder = await asyncio.to_thread(_created_recorder, self.dsn)
        self._writer = GroupWriter(self.dsn, recorder, self._limits)
        await self._writer.open()

    async def close(self) -> None:
        """Write what is waiting, then end."""
        if self._writer is not None:
            await self._writer.close()

    @property
    def sent(self) -> Sent:
        writer = self._writer
        return (
            Sent(0, 0, 0) if writer is None else Sent(writer.groups, writer.requests, writer.events)
        )

    @property
    def is_crowded(self) -> bool:
        """Tell whether another process wanted to decide alone when this one wrote last."""
        return self._writer is not None and self._writer.is_crowded

    async def append(self, events: Sequence[DCBEvent], *, behind: int | None = None) -> int:
        """Record all events or none; return the position of the last one.

        ``behind`` is the position the log must still end at.

        Raises:
            ConcurrentUpdate: it ends elsewhere.
            LogUnavailable, LogFull: the log did not take it.
        """
        if self._writer is None:
            raise RuntimeError("the event log is not open")
        condition = None if behind is None else DCBAppendCondition(after=behind)
        return await self._writer.append(events, condition)

    async def page(self, *, after: int, until: int | None = None, limit: int) -> Sequence[Recorded]:
        """Return the log in order, from the first position behind ``after``."""
        async with self._pool.connection() as connection:
            return await read_page(connection, after=after, until=until, limit=limit)

    async def tagged(self, tags: Sequence[Tag], *, after: int, limit: int) -> list[StoredRow]:
        """Return the next events with any of these tags in order, as they are written down."""
        async with self._pool.connection() as connection:
            cursor = connection.cursor(binary=True)
            await cursor.execute(
                "SELECT id, type, data FROM boutique_events_tt_main WHERE id IN ("
                " SELECT main_id FROM boutique_events_tt_tag"
                " WHERE tag = ANY(%s) AND main_id > %s) ORDER BY id LIMIT %s",
                ([str(tag) for tag in tags], after, limit),
            )
            return await cursor.fetchall()

    async def head(self) -> int:
        """Return the position of the last event; 0 when the log is empty."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT coalesce(max(id), 0) FROM boutique_events_tt_main"
            )
            row = await cursor.fetchone()
        assert row is not None  # an aggregate always answers
        return int(row[0])


def _created_recorder(dsn: str) -> GroupCommitRecorder:
    """Let the library make its recorder, with its tables; the writer needs no pool of it."""
    info = conninfo_to_dict(dsn)
    environment = Environment(
        APPLICATION,
        {
            "PERSISTENCE_MODULE": "adapters.event_store_factory",
            "POSTGRES_DSN": dsn,
            "POSTGRES_DBNAME": str(info.get("dbname") or "postgres"),
            "POSTGRES_HOST": str(info.get("host") or "localhost"),
            "POSTGRES_USER": str(info.get("user") or ""),
            "POSTGRES_PASSWORD": str(info.get("password") or ""),
            "POSTGRES_POOL_SIZE": "1",
        },
    )
    factory = DCBInfrastructureFactory.construct(environment)
    try:
        recorder = factory.dcb_recorder()
    finally:
        factory.close()
    assert isinstance(recorder, GroupCommitRecorder)  # the factory named above makes no other
    return recorder


async def read_page(
    connection: AsyncConnection, *, after: int, until: int | None, limit: int
) -> list[Recorded]:
    """Read a page of the log inside the transaction of ``connection``."""
    cursor = connection.cursor(binary=True)  # as text, each byte of the data would be sent as two
    await cursor.execute(
        "SELECT id, type, data FROM boutique_events_tt_main"
        " WHERE id > %s AND id <= coalesce(%s, 9223372036854775807) ORDER BY id LIMIT %s",
        (after, until, limit),
        prepare=True,
    )
    return decode_page(await cursor.fetchall())


async def read_fed(
    connection: AsyncConnection, *, after: int, until: int, topics: Sequence[str], limit: int
) -> list[StoredRow]:
    """Read the next events of some topics, undecoded: whoever stumbles wants to know over which."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        "SELECT id, type, data FROM boutique_events_tt_main"
        " WHERE id > %s AND id <= %s AND type = ANY(%s) ORDER BY id LIMIT %s",
        (after, until, list(topics), limit),
        prepare=True,
    )
    return await cursor.fetchall()
