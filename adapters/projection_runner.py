"""Runs projections behind the log: pages of events, rows and position in one transaction."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.errors import SerializationFailure
from psycopg_pool import AsyncConnectionPool

from adapters import projection_positions
from adapters.cancellation import heed_cancellation
from adapters.event_store import CHANNEL, SETUP_LOCK, StoredRow
from adapters.garbage import uncollected
from adapters.projection_poison import (
    LOST_DATABASE,
    PoisonEvent,
    Stopped,
    apply_up_to_poison,
)
from adapters.projection_positions import Lag, lags, move, read_behind
from adapters.projection_rebuild import Rebuilt, rebuild
from adapters.projection_waiting import Progress
from adapters.stored_events import decode_page
from projections.projection import Projection

PAGE = 2_000  # events per transaction
POSITIONS_PER_PAGE = 100_000  # and how much of the log is searched for them
PIPELINED_MAX = 20  # of so few, statements are sent without waiting for the answer to the last
LINGER_SECONDS = 0.005  # for what is recorded next, unless somebody waits
POLL_SECONDS = 1.0  # the fallback where a notification is lost
RETRY_SECONDS = 0.2

logger = logging.getLogger(__name__)


class UnknownProjection(Exception):
    """There is no projection of this name."""


@dataclass(frozen=True, kw_only=True)
class _Page:
    """What comes next in the log for projections that stand at the same position."""

    projections: Sequence[Projection]
    after: int
    rows: Sequence[StoredRow]
    until: int  # the projections move to here
    is_last: bool

    @property
    def names(self) -> list[str]:
        return [projection.name for projection in self.projections]

    def of(self, projection: Projection) -> list[StoredRow]:
        return [row for row in self.rows if row[1] in projection.topics]


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
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()  # somebody waits for it
        self._progress = Progress(dsn, ask=self.positions)
        self.stopped: dict[str, Stopped] = {}  # those that met an event they could not apply

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._projections)

    async def set_up(self) -> None:
        """Create the tables where they are missing."""
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
            await connection.execute(projection_positions.TABLE)
            await connection.execute(projection_positions.MOVE)
            for projection in self._projections.values():
                await projection_positions.set_up(connection, projection)

    # ------------------------------------------------------- following the log

    async def run(self) -> None:
        """Project what is recorded, as soon as it is recorded, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._progress.listen(CHANNEL, wake=self._wake.set))
            tasks.create_task(self._keep_up())

    async def watch(self) -> None:
        """Hear how far another process has come with the projections, until cancelled.

        Whoever waits for a position waits without it too, only longer.
        """
        await self._progress.listen(wake=self._wake.set)

    async def _keep_up(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.catch_up()
            except LOST_DATABASE as error:
                logger.warning("projections wait for the database: %s", error)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                logger.exception("projections were interrupted and go on")
                await asyncio.sleep(RETRY_SECONDS)
            heed_cancellation()
            # Not by wait_for: where both come at once, Python 3.11 forgets that it was cancelled.
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake.wait()
                async with asyncio.timeout(LINGER_SECONDS):
                    await self._hurry.wait()
            self._hurry.clear()

    async def catch_up(self) -> None:
        """Bring every projection to the end of the log; one that fails does not hold the others."""
        while await self._pass():
            pass

    async def _pass(self) -> bool:
        """Apply a page to each projection that is behind; return whether there may be more.

        Projections at the same position share a page and its transaction, and those furthest
        ahead come first: what was just recorded does not wait for one that is late.
        """
        waiting = set(self._projections)
        is_more = False
        while waiting:
            page = await self._apply_next_page(waiting)
            if page is None:
                break
            waiting -= {projection.name for projection in page.projections}
            is_more = is_more or not page.is_last
        return is_more

    async def _apply_next_page(self, waiting: Collection[str]) -> _Page | None:
        """Apply a page to those that are furthest ahead; None when all have seen the log."""
        page: _Page | None = None
        try:
            async with self._pool.connection() as connection:
                page = await self._read_next_page(connection, waiting)
                if page is not None:
                    await _apply(connection, page)
        except SerializationFailure:
            assert page is not None  # nothing else is refused
            if await self._is_moved(page):
                return replace(page, is_last=False)  # by another runner: look again
        except LOST_DATABASE:
            raise
        except Exception:
            if page is None:
                raise  # no projection is to blame
        else:
            if page is not None:
                self._progress.tell(dict.fromkeys(page.names, page.until))
            return page
        for projection in page.projections:
            await self._apply_alone(projection, page)
        return page

    async def _is_moved(self, page: _Page) -> bool:
        positions = await self.positions()
        return any(positions[name] != page.after for name in page.names)

    async def _read_next_page(
        self, connection: AsyncConnection, waiting: Collection[str]
    ) -> _Page | None:
        topics = {topic for name in waiting for topic in self._projections[name].topics}
        behind = await read_behind(
            connection,
            waiting,
            except_at={name: stopped.position for name, stopped in self.stopped.items()},
            topics=sorted(topics),
            positions_max=POSITIONS_PER_PAGE,
            rows_max=PAGE,
        )
        for name in behind.positions.keys() & self.stopped.keys():
            del self.stopped[name]  # somebody has moved it since
        if not behind.positions:
            return None
        until = min(behind.head, behind.after + POSITIONS_PER_PAGE)
        if len(behind.rows) == PAGE:
            until = behind.rows[-1][0]
        return _Page(
            projections=[
                self._projections[name]
                for name, position in behind.positions.items()
                if position == behind.after
            ],
            after=behind.after,
            rows=behind.rows,
            until=until,
            is_last=until == behind.head,
        )

    async def _apply_alone(self, projection: Projection, page: _Page) -> None:
        """Apply a page to one projection; where it stumbles, all that comes before, and stop."""
        position = page.after

        async def apply(rows: Sequence[StoredRow], until: int) -> bool:
            nonlocal position
            part = replace(page, projections=[projection], after=position, rows=rows, until=until)
            try:
                async with self._pool.connection() as connection:
                    await _apply(connection, part)
            except SerializationFailure:
                return False  # another runner has moved it, or is about to
            position = until
            self._progress.tell({projection.name: until})
            return True

        try:
            await apply_up_to_poison(projection.name, page.of(projection), page.until, apply)
        except PoisonEvent as poison:
            self.stopped[projection.name] = poison.stopped
            logger.error("%s", poison.stopped, exc_info=poison.__cause__)  # noqa: TRY400 (the cause)

    # ------------------------------------------------------- waiting, watching

    async def positions(self) -> dict[str, int]:
        """Return how far each projection has come."""
        async with self._pool.connection() as connection:
            return await projection_positions.positions(connection)

    async def wait_for(self, position: int, *, timeout_seconds: float) -> bool:
        """Wait until every projection has seen ``position``; return whether they have in time.

        One that has stopped holds nobody up: it is late until somebody mends it.
        """
        if not self._progress.have_seen(position, self._going()):
            self._hurry.set()
            self._wake.set()
        return await self._progress.wait_for(position, self._going, timeout_seconds=timeout_seconds)

    def _going(self) -> Collection[str]:
        return self._projections.keys() - self.stopped.keys()

    async def lags(self, *, now: datetime) -> tuple[Lag, ...]:
        """Return how late each projection is, for whoever watches over the boutique."""
        async with self._pool.connection() as connection:
            return await lags(connection, self.names, now=now)

    async def rebuild(self, name: str, *, progress: Callable[[int, int], None]) -> Rebuilt:
        """Fold a projection anew beside the live one, then exchange the two.

        ``progress`` is told the position reached and the last one.

        Raises:
            UnknownProjection: there is none of this name.
            RebuildRefused: somebody else is at it, or an event cannot be applied.
        """
        projection = self._projections.get(name)
        if projection is None:
            raise UnknownProjection(
                f"There is no projection '{name}'. There are: {', '.join(self.names)}."
            )
        rebuilt = await rebuild(self._dsn, projection, progress=progress)
        self.stopped.pop(name, None)
        self._progress.tell({name: rebuilt.position})
        return rebuilt


async def _apply(connection: AsyncConnection, page: _Page) -> None:
    """Move the positions and change the tables, both or neither.

    Raises:
        SerializationFailure: somebody else has moved one of them, or is at it.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(uncollected())
        if len(page.rows) <= PIPELINED_MAX:
            # What is sent in one go is one transaction, too, without a BEGIN and a COMMIT.
            await stack.enter_async_context(connection.pipeline())
        else:
            await stack.enter_async_context(connection.transaction())
        await move(connection, page.names, after=page.after, until=page.until)
        await _change_tables(connection, page)


async def _change_tables(connection: AsyncConnection, page: _Page) -> None:
    recorded = decode_page(page.rows)
    for projection in page.projections:
        fed = [x for x in recorded if isinstance(x.event, projection.fed_by)]
        if fed:
            await projection.apply(connection, fed)
