"""Builds a projection anew beside the live one, which goes on, then exchanges their tables.

The new tables lie in a schema of their own, which comes first on the search path: the SQL of the
projection, and that of its position, runs there unchanged.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass

import psycopg
from psycopg import AsyncConnection
from psycopg.errors import InsufficientPrivilege, LockNotAvailable
from psycopg.sql import SQL, Identifier

from adapters import projection_positions
from adapters.event_store import CHANNEL, StoredRow, read_fed
from adapters.garbage import uncollected
from adapters.projection_poison import PoisonEvent, apply_up_to_poison
from adapters.projection_positions import lock, log_head, move
from adapters.stored_events import decode_page
from projections.projection import Projection

BULK = 20_000  # events folded in memory and written at once
POSITIONS_PER_BULK = 200_000  # and how much of the log is searched for them
NEAR = 1_000  # positions that may be left to the exchange
LOCK_MS = 50  # readers queue behind the exchange no longer than this; then it is tried again
PAUSE_SECONDS = 0.1
REBUILD_LOCK = 0x0B0072


_Rows = tuple[Sequence[StoredRow], int]
"""Events, and the position up to which these are all."""


class RebuildRefused(Exception):
    """The projection was not built anew, and shows what it showed before."""


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    position: int
    exchange_seconds: float  # for which readers and the live projection were kept out


async def rebuild(
    dsn: str, projection: Projection, *, progress: Callable[[int, int], None]
) -> Rebuilt:
    """Build the tables anew and exchange them; ``progress`` is told the position and the last one.

    Raises:
        RebuildRefused: somebody else is at it, or an event cannot be applied.
    """
    async with (
        await AsyncConnection.connect(dsn, autocommit=True) as connection,
        await AsyncConnection.connect(dsn, autocommit=True) as log,
    ):
        await _keep_others_out(connection, projection.name)
        async with _shadow(connection, log, projection) as shadow:
            while await shadow.catch_up(progress) > NEAR:
                pass
            await shadow.complete()
            while True:
                await shadow.catch_up(progress)
                with suppress(LockNotAvailable):
                    return await shadow.exchange()
                # Whoever met the live position taken meanwhile has passed it over: call him back.
                await connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
                await asyncio.sleep(PAUSE_SECONDS)


async def _keep_others_out(connection: AsyncConnection, name: str) -> None:
    cursor = await connection.execute(
        "SELECT pg_try_advisory_lock(%s, hashtext(%s))", (REBUILD_LOCK, name)
    )
    if await cursor.fetchone() != (True,):
        raise RebuildRefused(
            f"Somebody else is building {name} anew at this moment: wait until that is done."
        )


@asynccontextmanager
async def _shadow(
    connection: AsyncConnection, log: AsyncConnection, projection: Projection
) -> AsyncGenerator["_Shadow"]:
    """Make empty tables beside the live ones, and leave nothing of them behind."""
    shadow = _Shadow(connection, log, projection, live_path=await _search_path(connection))
    try:
        await shadow.begin()
        yield shadow
    except PoisonEvent as poison:
        found = poison.stopped
        raise RebuildRefused(
            f"{found.name} was not built anew: it cannot apply the event '{found.topic}' at "
            f"position {found.event_position}: {found.reason}. It shows what it showed before. "
            f"Mend the projection, then build it anew again."
        ) from poison
    except InsufficientPrivilege as error:
        raise RebuildRefused(
            f"{projection.name} was not built anew: {error.diag.message_primary}. The new tables "
            f"lie in a schema of their own: GRANT CREATE ON DATABASE to the role of the boutique."
        ) from error
    finally:
        with suppress(psycopg.Error):  # whoever rebuilds next begins by dropping it
            await connection.execute(shadow.drop)


async def _search_path(connection: AsyncConnection) -> str:
    cursor = await connection.execute("SELECT current_setting('search_path')")
    row = await cursor.fetchone()
    assert row is not None  # a setting always has a value
    return str(row[0])


class _Shadow:
    """A projection's tables in the making. All statements of the connection see them first.

    The log is read over a line of its own, a page ahead of what is written.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        log: AsyncConnection,
        projection: Projection,
        *,
        live_path: str,
    ) -> None:
        self._connection = connection
        self._log = log
        self._projection = projection
        self._live_path = live_path
        self._reached = 0
        self._schema = f"rebuilding_{projection.name}"
        self._shadow_path = f'"{self._schema}", {live_path}'
        self._retired = f"retired_{projection.name}"  # where the old tables go
        self.drop = SQL("DROP SCHEMA IF EXISTS {}, {} CASCADE").format(
            Identifier(self._schema), Identifier(self._retired)
        )

    async def begin(self) -> None:
        connection = self._connection
        async with connection.transaction():
            await connection.execute(self.drop)  # what a rebuild that was killed has left
            for schema in (self._schema, self._retired):
                await connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        await connection.execute(
            "SELECT set_config('search_path', %s, false)", (self._shadow_path,)
        )
        await connection.execute("SET synchronous_commit = off")
        await connection.execute(projection_positions.TABLE)
        await connection.execute(
            "INSERT INTO projection_position VALUES (%s, 0)", (self._projection.name,)
        )
        await connection.execute(self._projection.tables.encode())

    async def catch_up(self, progress: Callable[[int, int], None]) -> int:
        """Apply what is recorded by now; return how many positions that were."""
        begun_at = self._reached
        head = await log_head(self._connection)
        async with aclosing(self._pages(head)) as pages:
            async for rows, until in pages:
                await apply_up_to_poison(self._projection.name, rows, until, self._apply)
                progress(self._reached, head)
        return self._reached - begun_at

    async def _pages(self, head: int) -> AsyncGenerator[_Rows]:
        after = self._reached
        ahead = asyncio.create_task(self._read(after, head))
        try:
            while after < head:
                page = await ahead
                after = page[1]
                ahead = asyncio.create_task(self._read(after, head))
                yield page
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)

    async def _read(self, after: int, head: int) -> _Rows:
        until = min(head, after + POSITIONS_PER_BULK)
        rows = await read_fed(
            self._log,
            after=after,
            until=until,
            topics=self._projection.topics,
            limit=BULK,
        )
        return rows, rows[-1][0] if len(rows) == BULK else until

    async def _apply(self, rows: Sequence[StoredRow], until: int) -> bool:
        with uncollected():
            async with self._connection.transaction():
                if rows:
                    await self._projection.apply(self._connection, decode_page(rows))
                await self._connection.execute(
                    "UPDATE projection_position SET position = %s", (until,)
                )
        self._reached = until
        return True

    async def complete(self) -> None:
        """Add what is quicker made of full tables: indexes, and statistics for the planner."""
        # From here on everything is on disk, and the exchange has only its own to wait for.
        await self._connection.execute("SET synchronous_commit = on")
        await self._connection.execute(self._projection.indexes.encode())
        for table in self._projection.table_names:
            await self._connection.execute(SQL("VACUUM ANALYZE {}").format(Identifier(table)))

    async def exchange(self) -> Rebuilt:
        """Apply the last events and put the new tables where the live ones were.

        Raises:
            LockNotAvailable: readers are at the live tables; nothing has changed.
        """
        connection, name = self._connection, self._projection.name
        begun = time.perf_counter()
        reached = self._reached
        try:
            async with connection.transaction():
                await connection.execute(SQL("SET LOCAL lock_timeout = {}").format(LOCK_MS))
                await self._look_at("live")
                live_at = await lock(connection, name)
                # From here on the live projection stands still.
                await self._look_at("shadow")
                await self.catch_up(lambda _reached, _head: None)
                await self._look_at("live")
                await self._put_in_place()
                await move(connection, [name], after=live_at, until=self._reached)
                await connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
        except BaseException:
            self._reached = reached
            raise
        return Rebuilt(position=self._reached, exchange_seconds=time.perf_counter() - begun)

    async def _look_at(self, which: str) -> None:
        """Let the rest of the transaction see the live tables, or the new ones before them."""
        path = self._live_path if which == "live" else self._shadow_path
        await self._connection.execute("SELECT set_config('search_path', %s, true)", (path,))

    async def _put_in_place(self) -> None:
        connection = self._connection
        tables = self._projection.table_names
        cursor = await connection.execute("SELECT current_schema()")
        row = await cursor.fetchone()
        assert row is not None  # a function always answers
        live = str(row[0])
        # All locks before any change: a reader of one table who wants the next lets us time out.
        locked = SQL(", ").join(Identifier(live, table) for table in tables)
        await connection.execute(SQL("LOCK TABLE {}").format(locked))
        for table in tables:
            for from_, to in ((live, self._retired), (self._schema, live)):
                await connection.execute(
                    SQL("ALTER TABLE {} SET SCHEMA {}").format(
                        Identifier(from_, table), Identifier(to)
                    )
                )
