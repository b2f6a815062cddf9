"""Projections: catching up, building anew beside readers, and how soon what is recorded shows.

Baselines in the same run: the library's own runner, which makes a transaction of every event (and
can be fed by one topic only, so both are fed by that one); the same rows read and thrown away.
"""

import asyncio
import multiprocessing
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event as Flag
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection

from adapters import embedded_postgres
from adapters.event_store import read_page
from adapters.projection_runner import PAGE, ProjectionRunner
from adapters.stored_events import encode
from domain.commodity import CommodityRegistered, Variant
from domain.event import Event
from domain.purchase import PurchaseLine
from projections import commodity_index
from projections.commodity_index import Wanted
from projections.facets import count_facets
from projections.projection import Projection
from tests.benchmarks._library_runner import library_events_per_second
from tests.real_log import PROJECTIONS, RealLog, opened_log
from tests.speaking import (
    SELLER,
    coordination_started,
    payment_authorised,
    payment_captured,
    payment_declined,
    purchase_placed,
    received,
    registered,
    shirt_worn,
)

EVENTS = 200_000
REPLAYED = 100_000
APPENDS = 400
LIBRARY_SECONDS = 8.0
REPEATS = 3
INDEX = commodity_index.PROJECTION
ONE_TOPIC = replace(INDEX, fed_by=(CommodityRegistered,))


def run() -> dict[str, float]:
    folder = Path(tempfile.mkdtemp(prefix="boutique-bench-"))
    try:
        with embedded_postgres.start(folder / "postgres") as server:
            return asyncio.run(_measured(server.dsn))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _measured(dsn: str) -> dict[str, float]:
    async with opened_log(dsn) as real:
        await _fill(real)
        runner = ProjectionRunner(real.dsn, real.pool, (INDEX,))
        await runner.set_up()
        return {
            **await _catching_up(real),
            **await _replaying(real),
            **await _rebuilding(real),
            **await _rebuilding_beside_others(real),
            **await _showing(real),
        }


# ---------------------------------------------------------------- the log


def a_history(count: int) -> Iterator[Event]:
    """Return what a boutique records: mostly steps of coordination, then purchases, then goods.

    36 of 100 events feed the commodity index.
    """
    random = Random(1)

    def new_id() -> UUID:
        return UUID(int=random.getrandbits(128), version=4)

    variants = list[tuple[UUID, UUID]]()
    made = 0
    while made < count:
        kind = random.random()
        if kind < 0.06 or not variants:
            commodity_id = new_id()
            sizes = [Variant(variant_id=new_id(), size=size) for size in "SML"]
            variants += [(commodity_id, x.variant_id) for x in sizes]
            events = [
                registered(commodity_id, *sizes),
                *(received(x.variant_id, 10, commodity_id=commodity_id) for x in sizes),
            ]
        elif kind < 0.16:
            commodity_id, variant_id = random.choice(variants)
            events = [received(variant_id, 3, commodity_id=commodity_id)]
        elif kind < 0.40:
            events = a_purchase(new_id(), [random.choice(variants) for _ in range(2)], random)
        else:
            events = [replace(shirt_worn, coordination_id=new_id())]
        yield from events
        made += len(events)


def a_purchase(
    purchase_id: UUID, pieces: Sequence[tuple[UUID, UUID]], random: Random
) -> list[Event]:
    lines = tuple(
        PurchaseLine(
            commodity_id=commodity_id,
            variant_id=variant_id,
            seller_id=SELLER,
            quantity=1,
            price_minor=4500,
        )
        for commodity_id, variant_id in pieces
    )
    settled = payment_captured if random.random() < 0.9 else payment_declined
    return [
        replace(x, purchase_id=purchase_id, lines=lines)
        for x in (purchase_placed, payment_authorised, settled)
    ]


async def _fill(real: RealLog) -> None:
    async with real.pool.connection() as connection, connection.cursor() as cursor:
        statement = "COPY boutique_events_tt_main (type, data, tags) FROM STDIN"
        async with cursor.copy(statement) as copy:
            for event in a_history(EVENTS):
                tags = [str(tag) for tag in event.tags()]
                await copy.write_row((event.TOPIC, encode(event), tags))
        await connection.execute("ANALYZE boutique_events_tt_main")


# ------------------------------------------------------------ catching up


async def _catching_up(real: RealLog) -> dict[str, float]:
    per_second = await _fed_events_per_second(real, ONE_TOPIC)
    library = await asyncio.to_thread(library_events_per_second, real.dsn, LIBRARY_SECONDS)
    again = await _fed_events_per_second(real, ONE_TOPIC)  # around it: the machine's mood changes
    all_topics = await _fed_events_per_second(real, INDEX)
    raw = await _read_per_second(real, INDEX)
    return {
        "catch_up_events_per_second": all_topics,
        "ratio_to_library_runner": (per_second + again) / 2 / library,
        "library_events_per_second": library,
        "ratio_to_raw_read": all_topics / raw,
    }


async def _fed_events_per_second(real: RealLog, projection: Projection) -> float:
    took = list[float]()
    for _ in range(REPEATS):
        async with real.pool.connection() as connection:
            await connection.execute("TRUNCATE indexed_commodity, indexed_variant")
            await connection.execute("UPDATE projection_position SET position = 0")
        begun = time.perf_counter()
        await ProjectionRunner(real.dsn, real.pool, (projection,)).catch_up()
        took.append(time.perf_counter() - begun)
    return await _fed(real, projection) / statistics.median(took)


async def _fed(real: RealLog, projection: Projection) -> int:
    async with real.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT count(*) FROM boutique_events_tt_main WHERE type = ANY(%s)",
            (list(projection.topics),),
        )
        row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def _read_per_second(real: RealLog, projection: Projection) -> float:
    """Read the same rows in pages of the same size."""
    took = list[float]()
    for _ in range(REPEATS):
        begun = time.perf_counter()
        async with real.pool.connection() as connection:
            after = 0
            while rows := await _raw_page(
                connection, after=after, topics=projection.topics, limit=PAGE
            ):
                after = rows[-1][0]
        took.append(time.perf_counter() - begun)
    return await _fed(real, projection) / statistics.median(took)


async def _raw_page(
    connection: AsyncConnection, *, after: int, topics: Sequence[str] | None, limit: int
) -> list[tuple[Any, ...]]:
    cursor = connection.cursor(binary=True)
    which = "" if topics is None else " AND type = ANY(%(topics)s)"
    await cursor.execute(
        f"SELECT id, type, data FROM boutique_events_tt_main WHERE id > %(after)s{which}"  # noqa: S608 (our own words)
        " ORDER BY id LIMIT %(limit)s",
        {"after": after, "limit": limit, "topics": list(topics or ())},
        prepare=True,
    )
    return await cursor.fetchall()


# -------------------------------------------------------------- replaying


async def _replaying(real: RealLog) -> dict[str, float]:
    """Read pages as typed events, and in turn the same pages raw."""
    raw, typed = list[float](), list[float]()
    async with real.pool.connection() as connection:
        for _ in range(REPEATS):
            begun = time.perf_counter()
            after = 0
            while after < REPLAYED:
                rows = await _raw_page(connection, after=after, topics=None, limit=PAGE)
                after = rows[-1][0]
            raw.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            after = 0
            while after < REPLAYED:
                page = await read_page(connection, after=after, until=None, limit=PAGE)
                after = page[-1].position
            typed.append(time.perf_counter() - begun)
    return {
        "replay_events_per_second": REPLAYED / statistics.median(typed),
        "replay_ratio_to_raw_select": statistics.median(raw) / statistics.median(typed),
    }


# ------------------------------------------------------------- rebuilding


async def _rebuilding(real: RealLog) -> dict[str, float]:
    runner = ProjectionRunner(real.dsn, real.pool, (INDEX,))
    took = list[float]()
    for _ in range(REPEATS):
        begun = time.perf_counter()
        await runner.rebuild(INDEX.name, progress=lambda _reached, _last: None)
        took.append(time.perf_counter() - begun)
    return {"rebuild_events_per_second": EVENTS / statistics.median(took)}


async def _rebuilding_beside_others(real: RealLog) -> dict[str, float]:
    runner = ProjectionRunner(real.dsn, real.pool, (INDEX,))
    exchanges = list[float]()
    async with _elsewhere(_hammer, real.dsn) as reader, _elsewhere(_append, real.dsn) as writer:
        begun = time.perf_counter()
        for _ in range(REPEATS):
            rebuilt = await runner.rebuild(INDEX.name, progress=lambda _reached, _last: None)
            exchanges.append(rebuilt.exchange_seconds)
        took = (time.perf_counter() - begun) / REPEATS
    read, appended = reader(), writer()
    return {
        "rebuild_beside_others_events_per_second": EVENTS / took,
        "swap_ms": 1000 * max(exchanges),
        "reader_errors": read["errors"],
        "reader_queries": read["queries"],
        "reader_slowest_ms": read["slowest_ms"],
        "writer_events": appended["events"],
    }


Figures = dict[str, float]
Elsewhere = Callable[[str, Flag], Coroutine[Any, Any, Figures]]


@asynccontextmanager
async def _elsewhere(work: Elsewhere, dsn: str) -> AsyncGenerator[Callable[[], Figures]]:
    """Let ``work`` go on in a process of its own; its figures are there after the context."""
    context = multiprocessing.get_context("spawn")
    begun, end = context.Event(), context.Event()
    told: Queue[Figures] = context.Queue()
    process = context.Process(target=_work, args=(work, dsn, begun, end, told))
    process.start()
    found = Figures()
    try:
        await asyncio.to_thread(begun.wait, 60)
        yield lambda: found
    finally:
        end.set()
        found.update(await asyncio.to_thread(told.get, True, 60))
        process.join()


def _work(work: Elsewhere, dsn: str, begun: Flag, end: Flag, told: "Queue[Figures]") -> None:
    begun.set()
    told.put(asyncio.run(work(dsn, end)))


async def _hammer(dsn: str, end: Flag) -> Figures:
    """Ask for pages of the index and for its counts, by prepared statements."""
    queries, errors, slowest = 0, 0, 0.0
    wanted = Wanted(types=("shirt",))
    async with await AsyncConnection.connect(dsn) as connection:
        while not end.is_set():
            begun = time.perf_counter()
            try:
                await commodity_index.commodities(connection, wanted, before=None, limit=24)
                await count_facets(connection, wanted)
                await connection.commit()
            except psycopg.Error:
                errors += 1
                await connection.rollback()
            slowest = max(slowest, time.perf_counter() - begun)
            queries += 2
    return {"queries": queries, "errors": errors, "slowest_ms": 1000 * slowest}


async def _append(dsn: str, end: Flag) -> Figures:
    """Record, and keep the live projections behind the log."""
    async with opened_log(dsn) as real:
        runner = ProjectionRunner(real.dsn, real.pool, (INDEX,))
        following = asyncio.create_task(runner.run())
        events = 0
        while not end.is_set():
            await real.record(replace(coordination_started, coordination_id=UUID(int=events)))
            events += 1
            await asyncio.sleep(0.02)
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
    return {"events": events}


# ------------------------------------------------- from append to visible


async def _showing(real: RealLog) -> dict[str, float]:
    runner = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    await runner.set_up()
    await runner.catch_up()
    async with real.pool.connection() as connection:
        await connection.execute("CHECKPOINT")  # what was just loaded is not what is measured
    following = asyncio.create_task(runner.run())
    here = await _visible_ms(real, runner)
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    watcher = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    watching = asyncio.create_task(watcher.watch())
    async with _elsewhere(_follow, real.dsn):
        elsewhere = await _visible_ms(real, watcher)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return {
        "visible_p50_ms": here[0],
        "visible_p99_ms": here[1],
        "visible_elsewhere_p50_ms": elsewhere[0],
        "visible_elsewhere_p99_ms": elsewhere[1],
    }


async def _follow(dsn: str, end: Flag) -> Figures:
    async with opened_log(dsn) as real:
        following = asyncio.create_task(ProjectionRunner(real.dsn, real.pool, PROJECTIONS).run())
        await asyncio.to_thread(end.wait)
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
    return {}


async def _visible_ms(real: RealLog, runner: ProjectionRunner) -> tuple[float, float]:
    """Return median and 99th percentile from the end of an append to its being visible."""
    took = list[float]()
    stock = received(UUID(int=1), 1)
    for number in range(APPENDS + 20):
        position = await real.record(stock)
        begun = time.perf_counter()
        assert await runner.wait_for(position, timeout_seconds=30)
        if number >= 20:  # connections are made and statements are prepared by then
            took.append(1000 * (time.perf_counter() - begun))
        await asyncio.sleep(0.005)
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


if __name__ == "__main__":
    print(run())  # noqa: T201
