"""The event log on the ``eventsourcing`` library's tagged recorder (PostgreSQL).

The library's recorder blocks, so it stands in threads behind an asyncio face. Only conditional
appends are made: an unconditional one takes no lock, and readers that tail the log could miss its
events for ever.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias, TypeVar

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.postgres_tt import PostgresDCBRecorderTT
from eventsourcing.persistence import IntegrityError
from eventsourcing.postgres import PostgresDatastore
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from adapters.stored_events import decode, decode_page, encode
from domain.event import Event, Fact, Recorded
from domain.ports import ConcurrentUpdate, Reading

EVENTS_TABLE = "boutique_events_tt_main"
CHANNEL = EVENTS_TABLE
"""The library notifies this channel with every append."""

WRITERS = 4  # appends are serial in the library anyway; the other threads read
SETUP_LOCK = 0x0B0071  # two processes that create the tables at once can deadlock

T = TypeVar("T")


class PostgresEventLog:
    def __init__(self, dsn: str, pool: AsyncConnectionPool[AsyncConnection]) -> None:
        self._dsn = dsn
        self._pool = pool
        self._threads = ThreadPoolExecutor(WRITERS, thread_name_prefix="event-log")
        self._recorder: PostgresDCBRecorderTT | None = None

    async def open(self) -> None:
        """Connect, and create the tables where they are missing."""
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
            self._recorder = await self._in_thread(self._connect)

    def _connect(self) -> PostgresDCBRecorderTT:
        info = conninfo_to_dict(self._dsn)
        datastore = PostgresDatastore(
            dbname=str(info.get("dbname") or "postgres"),
            host=str(info.get("host") or "localhost"),
            port=str(info.get("port") or 5432),
            user=str(info.get("user") or ""),
            password=str(info.get("password") or ""),
            pool_size=WRITERS,
            pre_ping=True,
            lock_timeout=10,
        )
        # The library names six parameters; TLS, options and the rest of the DSN count too.
        datastore.pool.kwargs = {"row_factory": dict_row, **info}
        recorder = PostgresDCBRecorderTT(datastore, events_table_name="boutique_events")
        recorder.create_table()
        return recorder

    async def close(self) -> None:
        if self._recorder is not None:
            await self._in_thread(self._recorder.datastore.close)
        self._threads.shutdown(wait=False)

    async def read(self, facts: Sequence[Fact]) -> Reading:
        response = await self._in_thread(lambda: self._opened.read(_query(facts)))
        events = [decode(found.event.type, found.event.data) for found in response]
        return Reading(events, response.head or 0)

    async def append(self, events: Sequence[Event], *, facts: Sequence[Fact], after: int) -> int:
        if not facts:
            raise ValueError("an append needs the facts it rests on")
        stored = [
            DCBEvent(type=event.TOPIC, data=encode(event), tags=[str(tag) for tag in event.tags()])
            for event in events
        ]
        condition = DCBAppendCondition(fail_if_events_match=_query(facts), after=after)
        try:
            return await self._in_thread(lambda: self._opened.append(stored, condition))
        except IntegrityError as error:
            raise ConcurrentUpdate from error

    async def page(self, *, after: int, until: int | None = None, limit: int) -> Sequence[Recorded]:
        async with self._pool.connection() as connection:
            return await read_page(connection, after=after, until=until, limit=limit)

    async def head(self) -> int:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT coalesce(max(id), 0) FROM boutique_events_tt_main"
            )
            row = await cursor.fetchone()
        assert row is not None  # an aggregate always answers
        return int(row[0])

    @property
    def _opened(self) -> PostgresDCBRecorderTT:
        if self._recorder is None:
            raise RuntimeError("the event log was not opened")
        return self._recorder

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


StoredRow: TypeAlias = tuple[int, str, bytes]
"""Position, topic and data of an event, not decoded yet."""


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


def _query(facts: Sequence[Fact]) -> DCBQuery:
    return DCBQuery(
        items=[
            DCBQueryItem(types=[kind.TOPIC for kind in fact.FED_BY], tags=[str(fact.tag)])
            for fact in facts
        ]
    )
