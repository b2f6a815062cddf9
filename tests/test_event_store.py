"""The event log on a real PostgreSQL: nothing is recorded twice, by halves, or behind a reader."""

import ast
import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import DataError

from adapters.event_store import CHANNEL, EVENTS_TABLE, PostgresEventLog
from adapters.stored_events import UnknownTopic
from domain.commodity import Offer
from domain.event import Fact, Recorded
from domain.ports import ConcurrentUpdate
from domain.purchase import Purchase
from domain.stock import Stock
from tests.real_log import NOTHING_RELEVANT, RealLog, opened_log
from tests.speaking import (
    PURCHASE,
    SHIRT,
    SHIRT_M,
    SKIRT,
    SKIRT_M,
    look_ready,
    one_dress,
    one_shirt,
    one_skirt,
    payment_authorised,
    payment_declined,
    purchase_placed,
    received,
    shirt_registered,
    skirt_registered,
)

PROJECT = Path(__file__).parents[1]
WRITERS = 8
APPENDS_OF_EACH = 25

shirt_offer = Offer(commodity_id=SHIRT)
shirt_stock = Stock(variant_id=SHIRT_M)


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


# -------------------------------------------------------------- reading


async def test_an_empty_log_has_no_events_and_no_head(real: RealLog) -> None:
    reading = await real.log.read((shirt_offer,))
    assert (list(reading.events), reading.head) == ([], 0)
    assert await real.log.head() == 0
    assert await real.log.page(after=0, limit=10) == []


async def test_what_was_appended_is_read_by_the_facts_it_feeds(real: RealLog) -> None:
    head = await real.record(*look_ready, purchase_placed, payment_authorised, payment_declined)
    reading = await real.log.read((shirt_stock,))
    assert reading.events == [one_shirt, purchase_placed, payment_declined]
    assert reading.head == head
    both: tuple[Fact, ...] = (Offer(commodity_id=SKIRT), Purchase(purchase_id=PURCHASE))
    assert (await real.log.read(both)).events == [
        skirt_registered,
        purchase_placed,
        payment_authorised,
        payment_declined,
    ]


async def test_events_that_feed_several_facts_are_read_once(real: RealLog) -> None:
    await real.record(purchase_placed)
    both = (shirt_stock, Stock(variant_id=SKIRT_M))
    assert (await real.log.read(both)).events == [purchase_placed]


async def test_an_append_tells_the_position_of_its_last_event(real: RealLog) -> None:
    assert await real.record(shirt_registered) == 1
    assert await real.record(one_shirt, one_skirt) == 3
    assert await real.log.head() == 3


async def test_the_log_is_read_in_pages_from_any_position_up_to_any(real: RealLog) -> None:
    await real.record(*look_ready)
    whole = [Recorded(position, event) for position, event in enumerate(look_ready, start=1)]
    assert await real.log.page(after=0, limit=100) == whole
    assert await real.log.page(after=0, limit=3) == whole[:3]
    assert await real.log.page(after=3, limit=3) == whole[3:6]
    assert await real.log.page(after=3, until=5, limit=100) == whole[3:5]
    assert await real.log.page(after=len(whole), limit=100) == []


async def test_a_log_that_was_not_opened_says_so(real: RealLog) -> None:
    log = PostgresEventLog(real.dsn, real.pool)
    with pytest.raises(RuntimeError, match="not opened"):
        await log.read((shirt_offer,))
    await log.close()


async def test_an_event_of_a_newer_version_is_not_skipped(real: RealLog) -> None:
    await real.record(shirt_registered)
    async with real.pool.connection() as connection:
        await connection.execute("UPDATE boutique_events_tt_main SET type = 'look-dreamt'")
    with pytest.raises(UnknownTopic):
        await real.log.page(after=0, limit=1)


# ------------------------------------------------------------- appending


async def test_given_something_relevant_was_recorded_meanwhile_when_appended_then_refused(
    real: RealLog,
) -> None:
    await real.record(shirt_registered, one_shirt)
    reading = await real.log.read((shirt_stock,))
    await real.record(purchase_placed)
    with pytest.raises(ConcurrentUpdate):
        await real.log.append([one_dress, one_skirt], facts=(shirt_stock,), after=reading.head)
    assert await real.events() == [shirt_registered, one_shirt, purchase_placed]


async def test_given_something_else_was_recorded_meanwhile_when_appended_then_recorded(
    real: RealLog,
) -> None:
    await real.record(shirt_registered, one_shirt)
    reading = await real.log.read((shirt_stock,))
    # The same size, but no event that changes its stock; and the stock of another size.
    await real.record(shirt_registered, payment_authorised, one_dress)
    assert await real.log.append([one_shirt], facts=(shirt_stock,), after=reading.head) == 6


async def test_given_the_same_reading_when_two_append_at_once_then_one_is_recorded(
    real: RealLog,
) -> None:
    appends = [
        real.log.append([received(SHIRT_M, quantity)], facts=(shirt_stock,), after=0)
        for quantity in range(1, WRITERS + 1)
    ]
    answers = await asyncio.gather(*appends, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, ConcurrentUpdate)]
    assert len(refused) == WRITERS - 1
    assert len(await real.events()) == 1


async def test_an_append_without_facts_is_a_bug_and_records_nothing(real: RealLog) -> None:
    with pytest.raises(ValueError, match="facts"):
        await real.log.append([one_shirt], facts=(), after=0)
    assert await real.log.head() == 0


async def test_an_event_that_cannot_be_stored_takes_the_others_with_it(real: RealLog) -> None:
    nul = replace(payment_declined, reason="\x00")
    broken = replace(shirt_registered, seller_id="\x00")  # type: ignore[arg-type]
    await real.record(nul)  # the data are bytes, so any text is storable; a tag is not
    with pytest.raises(DataError):
        await real.record(one_shirt, broken)
    assert await real.events() == [nul]


# ------------------------------------------------------------- tailing


async def test_an_append_takes_the_lock_that_keeps_positions_in_the_order_of_commits(
    real: RealLog,
) -> None:
    async with real.pool.connection() as holder:
        await holder.execute(f"LOCK TABLE {EVENTS_TABLE} IN EXCLUSIVE MODE")
        append = asyncio.create_task(real.record(one_shirt))
        async with asyncio.timeout(10), real.pool.connection() as watcher:
            await watcher.set_autocommit(True)
            waiting = None
            while waiting is None:
                cursor = await watcher.execute(
                    "SELECT mode FROM pg_locks WHERE NOT granted AND relation = %s::regclass",
                    (EVENTS_TABLE,),
                )
                waiting = await cursor.fetchone()
        # An unconditional append would ask for RowExclusiveLock: many could hold it at once.
        assert waiting[0] == "ExclusiveLock"
    assert await append == 1


async def test_readers_that_tail_the_log_miss_nothing_though_8_write_at_once(
    real: RealLog,
) -> None:
    async with AsyncExitStack() as stack:
        logs = [PostgresEventLog(real.dsn, real.pool) for _ in range(WRITERS)]
        for log in logs:
            await log.open()
            stack.push_async_callback(log.close)
        writing = [asyncio.create_task(write(log, n)) for n, log in enumerate(logs, start=1)]
        async with asyncio.timeout(60):
            tailed = await asyncio.gather(*(tail(real, page_size=size) for size in (1, 7, 500)))
            await asyncio.gather(*writing)
    whole = await real.log.page(after=0, limit=10_000)
    assert [found.position for found in whole] == list(range(1, len(whole) + 1))
    assert all(found == whole for found in tailed)
    for writer in range(1, WRITERS + 1):
        own = [x.event for x in whole if x.event.tags()[0].id == UUID(int=writer)]
        assert own == [received(UUID(int=writer), n) for n in range(1, APPENDS_OF_EACH * 2 + 1)]


async def write(log: PostgresEventLog, number: int) -> None:
    """Append pairs of deliveries, each resting on the stock of the writer's own variant."""
    stock = Stock(variant_id=UUID(int=number))
    after = 0
    for first in range(1, APPENDS_OF_EACH * 2, 2):
        pair = [received(stock.variant_id, first), received(stock.variant_id, first + 1)]
        after = await log.append(pair, facts=(stock,), after=after)


async def tail(real: RealLog, *, page_size: int) -> list[Recorded]:
    """Follow the log as projections do: from the last position seen, never looking back."""
    found = list[Recorded]()
    while len(found) < WRITERS * APPENDS_OF_EACH * 2:
        after = found[-1].position if found else 0
        found += await real.log.page(after=after, limit=page_size)
    return found


async def test_every_append_is_notified(real: RealLog) -> None:
    async with await psycopg.AsyncConnection.connect(real.dsn, autocommit=True) as listener:
        await listener.execute(f"LISTEN {CHANNEL}")
        await real.record(one_shirt)
        notes = [note async for note in listener.notifies(timeout=10, stop_after=1)]
    assert [note.channel for note in notes] == [CHANNEL]


async def test_two_processes_may_create_the_tables_at_once(database_url: str) -> None:
    async with opened_log(database_url) as first:
        others = [PostgresEventLog(database_url, first.pool) for _ in range(4)]
        await asyncio.gather(*(log.open() for log in others))
        assert await others[0].append([one_shirt], facts=NOTHING_RELEVANT, after=0) == 1
        await asyncio.gather(*(log.close() for log in others))


def test_nothing_but_the_event_store_can_append_and_it_names_its_condition() -> None:
    """Look at the source: one unconditional append would be enough to lose events for readers."""
    appends = list[int]()
    for path in sorted(PROJECT.glob("*/**/*.py")):
        if path.parts[len(PROJECT.parts)] not in {"domain", "projections", "adapters", "web"}:
            continue
        source = path.read_text(encoding="utf-8")
        assert "INSERT INTO boutique_events" not in source, path
        if path.name == "event_store.py":
            appends = [
                len(node.args)
                for node in ast.walk(ast.parse(source))
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "self._opened.append"
            ]
        else:
            assert "DCBRecorder" not in source, path
    assert appends == [2], "one call, with the events and their condition"
