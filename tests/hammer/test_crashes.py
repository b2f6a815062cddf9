"""Crashes under load: whatever is killed, what was answered is there, once, and the books agree."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random

import psycopg
import pytest

from adapters.embedded_postgres import keep_running
from tests.hammer import books
from tests.hammer.cluster import Cluster, Process, Projector, environment
from tests.hammer.load import Crowd
from tests.hammer.model import PAID
from tests.hammer.stocking import fetched, shoppers, stocked

KILLS, KILLS_SOAK = 6, 204
SEED = 20_261_127
SHOPPERS = 6
PIECES = 100_000  # enough: this is not about what is sold out
VICTIMS = ("projector", "postmaster", "server", "projector", "backend", "server")
# The last is a server: what was abandoned is settled when it starts, at the latest.
ATTEMPTS_MAX = 1_000_000  # the killer ends the load
PAUSE_SECONDS = (0.1, 1.0)
BACKEND_SECONDS_MAX = 90
BACKENDS = """
SELECT pid FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid
"""


class Killer:
    """Kills one process after the other, at moments and in an order that the seed decides."""

    def __init__(self, cluster: Cluster, projector: Projector, random: Random) -> None:
        self._cluster = cluster
        self._projector = projector
        self._random = random
        self._starting = dict[str, asyncio.Task[None]]()

    async def kill(self, victim: str) -> None:
        await asyncio.sleep(self._random.uniform(*PAUSE_SECONDS))
        match victim:
            case "server":
                await self._again(self._random.choice(self._cluster.servers))
            case "projector":
                await self._again(self._projector)
            case "postmaster":
                os.kill(self._cluster.postmaster(), signal.SIGKILL)
                await answering(self._cluster.dsn)
            case _:
                os.kill(await self._backend(), signal.SIGKILL)
                await answering(self._cluster.dsn)

    async def all_at_work(self) -> None:
        await asyncio.gather(*self._starting.values())

    async def _again(self, process: Process) -> None:
        if process.name in self._starting:
            await self._starting[process.name]
        process.kill()
        process.launch()
        self._starting[process.name] = asyncio.create_task(process.at_work())

    async def _backend(self) -> int:
        """Choose one of the lines; after a kill of PostgreSQL it takes a moment until there are."""
        async with asyncio.timeout(BACKEND_SECONDS_MAX):
            while True:
                rows = await fetched(self._cluster.dsn, BACKENDS)
                if rows:
                    return int(self._random.choice(rows)[0])
                await asyncio.sleep(0.1)


async def answering(dsn: str) -> None:
    """Wait until PostgreSQL is there again."""
    for _ in range(600):
        try:
            await fetched(dsn, "SELECT 1")
        except psycopg.OperationalError:
            await asyncio.sleep(0.1)
        else:
            return
    pytest.fail("PostgreSQL does not come back")


@asynccontextmanager
async def beside(cluster: Cluster) -> AsyncGenerator[Projector]:
    """Run a projector, and look after PostgreSQL as the boutique does."""
    assert cluster.postgres is not None
    watch = asyncio.create_task(keep_running(cluster.postgres))
    projector = Projector(cluster.folder / "projector.log")
    projector.launch(environment(cluster.folder / "boutique", cluster.dsn))
    try:
        await projector.at_work()
        yield projector
    finally:
        projector.kill()
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)


@pytest.mark.parametrize("kills", [KILLS, pytest.param(KILLS_SOAK, marks=pytest.mark.soak)])
async def test_given_kills_under_load_when_started_again_then_nothing_is_lost_or_doubled(
    cluster: Cluster, kills: int
) -> None:
    print(f"seed {SEED}, {kills} kills")  # noqa: T201 (shown where the test fails)
    goods = await stocked(cluster.dsn, commodities=6, sizes=2, pieces=PIECES)
    crowd = Crowd(
        servers=cluster.servers,
        goods=goods,
        shoppers=await shoppers(cluster.dsn, count=SHOPPERS, look_of=goods),
        seed=f"{SEED}/crashes/{kills}",
        is_patient=True,
    )
    async with beside(cluster) as projector, asyncio.TaskGroup() as tasks:
        load = tasks.create_task(crowd.buy(attempts=ATTEMPTS_MAX))
        killer = Killer(cluster, projector, Random(SEED))
        try:
            for number in range(kills):
                await killer.kill(VICTIMS[number % len(VICTIMS)])
        finally:
            await killer.all_at_work()
        crowd.is_stopped = True
        model = await load
        print(f"{crowd.sent} orders, {len(model.abandoned)} abandoned")  # noqa: T201
        assert model.ended(PAID)
        await model.agrees(cluster, goods, pieces=PIECES)
        await books.replayed(cluster.dsn)
