"""Runs projections behind the log: pages of events, rows and position in one transaction."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier
from psycopg_pool import AsyncConnectionPool

from adapters.event_store import CHANNEL, SETUP_LOCK, read_page
from projections.projection import Projection

PAGE = 500  # events per transaction
POLL_SECONDS = 1.0  # the fallback where a notification is lost
WAIT_STEP_SECONDS = 0.02

POSITIONS = """
CREATE TABLE IF NOT EXISTS projection_position (
    name text PRIMARY KEY,
    position bigint NOT NULL
)
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """Why a projection stands still; it goes on once somebody else has moved it."""

    position: int
    reason: str


class UnknownProjection(Exception):
    """There is no projection of this name."""


class ProjectionRunner:
    def __init__(
        self,
        dsn: str,
        pool: AsyncConnectionPool[AsyncConnection],
        projections: Sequence[Projection],
    ) -> None:
        self._dsn = dsn
        self._pool = pool
        self._projections = {projection.name: projection for projection in projections}
        self._moved = asyncio.Condition()
        self.stopped: dict[str, Stopped] = {}  # those that met an event they could not apply

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._projections)

    async def set_up(self) -> None:
        """Create the tables where they are missing."""
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
            await connection.execute(POSITIONS)
            for projection in self._projections.values():
                await connection.execute(projection.tables.encode())
                await connection.execute(
                    "INSERT INTO projection_position VALUES (%s, 0) ON CONFLICT DO NOTHING",
                    (projection.name,),
                )

    async def run(self) -> None:
        """Project what is recorded, as soon as it is recorded, until cancelled."""
        while True:
            try:
                await self._follow()
            except (psycopg.OperationalError, OSError) as error:
                logger.warning("projections wait for the database: %s", error)
            except Exception:
                logger.exception("projections were interrupted and go on")
            await asyncio.sleep(POLL_SECONDS)

    async def _follow(self) -> None:
        async with await AsyncConnection.connect(self._dsn, autocommit=True) as listener:
            await listener.execute(SQL("LISTEN {}").format(Identifier(CHANNEL)))
            while True:
                await self.catch_up()
                async for _ in listener.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass

    async def catch_up(self) -> None:
        """Bring every projection to the end of the log; one that fails does not hold the others."""
        positions = await self.positions()
        for projection in self._projections.values():
            await self._catch_up(projection, positions.get(projection.name, 0))
        async with self._moved:
            self._moved.notify_all()

    async def _catch_up(self, projection: Projection, position: int) -> None:
        stopped = self.stopped.get(projection.name)
        if stopped is not None and stopped.position == position:
            return
        self.stopped.pop(projection.name, None)
        try:
            while await self._apply_page(projection) == PAGE:
                pass
        except (psycopg.OperationalError, OSError):
            raise
        except Exception as error:
            logger.exception("projection %s stopped", projection.name)
            position = (await self.positions())[projection.name]
            reason = f"{type(error).__name__}: {error}"
            self.stopped[projection.name] = Stopped(position=position, reason=reason)

    async def _apply_page(self, projection: Projection) -> int:
        """Apply one page; return how many events it had."""
        async with self._pool.connection() as connection:
            after = await _lock_position(connection, projection.name, is_waited_for=False)
            if after is None:  # another runner or a rebuild is at it
                return 0
            page = await read_page(connection, after=after, until=None, limit=PAGE)
            if page:
                await projection.apply(connection, page)
                await _advance(connection, projection.name, page[-1].position)
        return len(page)

    async def positions(self) -> dict[str, int]:
        """Return how far each projection has come."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute("SELECT name, position FROM projection_position")
            return dict(await cursor.fetchall())

    async def wait_for(self, position: int, *, timeout_seconds: float) -> bool:
        """Wait until every projection has seen ``position``; return whether they have in time."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            positions = await self.positions()
            # One that has stopped holds nobody up: it is late until somebody mends it.
            seen = [positions.get(x, 0) for x in self._projections if x not in self.stopped]
            if min(seen, default=0) >= position:
                return True
            if time.monotonic() >= deadline:
                return False
            async with self._moved:
                # Another process may run the projections: look again soon even without a sign.
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._moved.wait(), WAIT_STEP_SECONDS)

    async def rebuild(self, name: str, *, progress: Callable[[int, int], None]) -> int:
        """Fold a projection anew from the whole log, while readers see the old rows.

        Emptying and filling are one transaction, so a reader sees the old read model until the
        new one is complete. ``progress`` is told the position reached and the last one.

        Raises:
            UnknownProjection: there is none of this name.
        """
        projection = self._projections.get(name)
        if projection is None:
            raise UnknownProjection(
                f"There is no projection '{name}'. There are: {', '.join(self.names)}."
            )
        async with self._pool.connection() as connection:
            await _lock_position(connection, name, is_waited_for=True)
            for table in projection.table_names:
                await connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
            cursor = await connection.execute(
                "SELECT coalesce(max(id), 0) FROM boutique_events_tt_main"
            )
            row = await cursor.fetchone()
            last = 0 if row is None else int(row[0])
            reached = 0
            while page := await read_page(connection, after=reached, until=None, limit=PAGE):
                await projection.apply(connection, page)
                reached = page[-1].position
                progress(reached, max(last, reached))
            await _advance(connection, name, reached)
        self.stopped.pop(name, None)
        return reached


_WAIT: LiteralString = "SELECT position FROM projection_position WHERE name = %s FOR UPDATE"
_TRY: LiteralString = f"{_WAIT} SKIP LOCKED"


async def _lock_position(
    connection: AsyncConnection, name: str, *, is_waited_for: bool
) -> int | None:
    """Return a projection's position and keep it from others; None while another has it."""
    cursor = await connection.execute(_WAIT if is_waited_for else _TRY, (name,))
    row = await cursor.fetchone()
    return None if row is None else int(row[0])


async def _advance(connection: AsyncConnection, name: str, position: int) -> None:
    await connection.execute(
        "UPDATE projection_position SET position = %s WHERE name = %s", (position, name)
    )
