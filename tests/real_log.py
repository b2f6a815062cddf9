"""The event log on a real PostgreSQL, opened for a test; and every projection there is."""

import importlib
import pkgutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

import projections
from adapters.event_store import PostgresEventLog
from adapters.group_decider import GroupDecider
from adapters.stored_events import stored
from domain.event import Event
from projections.projection import Projection
from tests.speaking import NOON

Pool: TypeAlias = AsyncConnectionPool[AsyncConnection]

PROJECTIONS: tuple[Projection, ...] = tuple(
    module.PROJECTION
    for info in pkgutil.iter_modules(projections.__path__, "projections.")
    if hasattr(module := importlib.import_module(info.name), "PROJECTION")
)


@dataclass(frozen=True, kw_only=True)
class RealLog:
    dsn: str
    pool: Pool
    log: PostgresEventLog
    decider: GroupDecider

    async def record(self, *events: Event) -> int:
        """Record what has happened before the test begins; return the last position."""
        return await self.log.append([stored(event) for event in events])

    async def events(self) -> list[Event]:
        """Return all that is recorded, in order."""
        page = await self.log.page(after=0, limit=10_000)
        return [found.event for found in page]


@asynccontextmanager
async def opened_log(database_url: str) -> AsyncGenerator[RealLog]:
    pool: Pool = AsyncConnectionPool(database_url, min_size=1, max_size=8, open=False)
    async with pool:
        log = PostgresEventLog(database_url, pool)
        await log.open()
        decider = GroupDecider(log, clock=lambda: NOON)
        await decider.open()
        try:
            yield RealLog(dsn=database_url, pool=pool, log=log, decider=decider)
        finally:
            await decider.close()
            await log.close()
