"""The event log on a real PostgreSQL: nothing is recorded twice, by halves, or behind a reader."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from adapters.event_store import CHANNEL, PostgresEventLog
from adapters.stored_events import UnknownTopic, stored
from domain.event import Recorded
from domain.ports import ConcurrentUpdate
from tests.real_log import RealLog, opened_log
from tests.speaking import (
    SHIRT_M,
    look_ready,
    one_dress,
    one_shirt,
    one_skirt,
    payment_declined,
    purchase_placed,
    received,
    shirt_registered,
)

PROJECT = Path(__file__).parents[1]
WRITERS = 8
APPENDS_OF_EACH = 25


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


# -------------------------------------------------------------- reading


async def test_an_empty_log_ends_at_0(real: RealLog) -> None:
    assert await real.log.head() == 0
    assert await real.log.page(after=0, limit=10) == []


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
    with pytest.raises(RuntimeError, match="not open"):
        await log.append([stored(one_shirt)])
    await log.close()


async def test_an_event_of_a_newer_version_is_not_skipped(real: RealLog) -> None:
    await real.record(shirt_registered)
    async with real.pool.connection() as connection:
        await connection.execute("UPDATE boutique_events_tt_main SET type = 'look-dreamt'")
    with pytest.raises(UnknownTopic):
        await real.log.page(after=0, limit=1)


# ------------------------------------------------------------- appending


async def test_given_the_log_has_moved_when_appended_behind_a_position_then_refused(
    real: RealLog,
) -> None:
    head = await real.record(shirt_registered, one_shirt)
    await real.record(purchase_placed)
    with pytest.raises(ConcurrentUpdate):
        await real.log.append([stored(one_dress), stored(one_skirt)], behind=head)
    assert await real.events() == [shirt_registered, one_shirt, purchase_placed]
    assert await real.log.append([stored(one_dress)], behind=head + 1) == head + 2


async def test_given_the_same_position_when_many_append_at_once_then_one_is_recorded(
    real: RealLog,
) -> None:
    appends = [
        real.log.append([stored(received(SHIRT_M, quantity))], behind=0)
        for quantity in range(1, WRITERS + 1)
    ]
    answers = await asyncio.gather(*appends, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, ConcurrentUpdate)]
    assert len(refused) == WRITERS - 1
    assert await real.events() == [received(SHIRT_M, 1)]


async def test_an_event_that_cannot_be_stored_takes_the_others_with_it(real: RealLog) -> None:
    nul = replace(payment_declined, reason="\x00")
    broken = replace(shirt_registered, seller_id="\x00")  # type: ignore[arg-type]
    await real.record(nul)  # the data are bytes, so any text is storable; a tag is not
    with pytest.raises(psycopg.DataError):
        await real.record(one_shirt, broken)
    assert await real.events() == [nul]


# ------------------------------------------------------------- tailing


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
    """Append pairs of deliveries of the writer's own variant."""
    variant = UUID(int=number)
    for first in range(1, APPENDS_OF_EACH * 2, 2):
        await log.append([stored(received(variant, n)) for n in (first, first + 1)])


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
        assert await others[0].append([stored(one_shirt)]) == 1
        await asyncio.gather(*(log.close() for log in others))


def test_nothing_but_group_commit_writes_into_the_log() -> None:
    """Look at the source: one insert elsewhere would be enough to lose events for readers."""
    for path in sorted(PROJECT.glob("*/**/*.py")):
        if path.parts[len(PROJECT.parts)] in {"domain", "projections", "adapters", "web"}:
            source = path.read_text(encoding="utf-8")
            assert "INSERT INTO boutique_events" not in source, path
            if path.name != "group_commit_statements.py":
                assert "INSERT INTO {schema}.{events_table}" not in source, path
