"""Runs projections behind the log: pages of events, rows and position in one transaction."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters import projection_positions
from adapters.event_store import CHANNEL, SETUP_LOCK, StoredRow, read_fed
from adapters.projection_poison import (
    LOST_DATABASE,
    PoisonEvent,
    Stopped,
    apply_up_to_poison,
)
from adapters.projection_positions import Lag, advance, lags, lock_behind
from adapters.projection_rebuild import Rebuilt, rebuild
from adapters.projection_waiting import Progress
from adapters.stored_events import decode_page, uncollected
from projections.projection import Projection

PAGE = 2_000  # events per transaction
POSITIONS_PER_PAGE = 100_000  # and how much of the log is searched for them
PIPELINED_MAX = 20  # of so few, statements are sent without waiting for the answer to the last
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
        self._progress = Progress(dsn, ask=self.positions)
        self.stopped: dict[str, Stopped] = {}  # those that met an event they could not apply

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._projections)

    async def set_up(self) -> None:
        """Create the tables where they are missing."""
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
            await connection.execute(projection_positions.TABLE)
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
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)

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

    async def _read_next_page(
        self, connection: AsyncConnection, waiting: Collection[str]
    ) -> _Page | None:
        behind = await lock_behind(connection, waiting)
        going = self._going(behind.positions)
        if not going:
            return None
        after = max(going.values())
        projections = [self._projections[x] for x, position in going.items() if position == after]
        topics = {topic for projection in projections for topic in projection.topics}
        until = min(behind.head, after + POSITIONS_PER_PAGE)
        rows = await read_fed(
            connection, after=after, until=until, topics=sorted(topics), limit=PAGE
        )
        if len(rows) == PAGE:
            until = rows[-1][0]
        return _Page(
            projections=projections,
            after=after,
            rows=rows,
            until=until,
            is_last=until == behind.head,
        )

    def _going(self, positions: dict[str, int]) -> dict[str, int]:
        """Leave out those that have stopped, unless somebody has moved them since."""
        for name, position in positions.items():
            stopped = self.stopped.get(name)
            if stopped is not None and stopped.position != position:
                del self.stopped[name]
        return {x: position for x, position in positions.items() if x not in self.stopped}

    async def _apply_alone(self, projection: Projection, page: _Page) -> None:
        """Apply a page to one projection; where it stumbles, all that comes before, and stop."""
        position = page.after

        async def apply(rows: Sequence[StoredRow], until: int) -> bool:
            nonlocal position
            async with self._pool.connection() as connection:
                behind = await lock_behind(connection, [projection.name])
                if behind.positions.get(projection.name) != position:
                    return False  # another runner has moved it, or is about to
                part = replace(page, projections=[projection], rows=rows, until=until)
                await _apply(connection, part)
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
        return await self._progress.wait_for(
            position,
            lambda: self._projections.keys() - self.stopped.keys(),
            timeout_seconds=timeout_seconds,
        )

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
    """Change the tables and move the positions, in the transaction of ``connection``."""
    async with AsyncExitStack() as stack:
        stack.enter_context(uncollected())
        if len(page.rows) <= PIPELINED_MAX:
            await stack.enter_async_context(connection.pipeline())
        await _change_tables(connection, page)
        await advance(connection, page.names, page.until)


async def _change_tables(connection: AsyncConnection, page: _Page) -> None:
    recorded = decode_page(page.rows)
    for projection in page.projections:
        fed = [x for x in recorded if isinstance(x.event, projection.fed_by)]
        if fed:
            await projection.apply(connection, fed)
