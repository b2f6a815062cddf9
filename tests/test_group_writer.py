"""The writer of groups when something goes wrong: every caller gets the truth, exactly once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import psycopg
import pytest
from eventsourcing.dcb.api import DCBEvent

from adapters.event_store import PostgresEventLog
from adapters.group_writer import GroupWriter, Limits
from adapters.stored_events import stored
from domain.ports import ConcurrentUpdate, LogUnavailable
from tests.cut_line import Line, cut_line
from tests.real_log import RealLog, opened_log
from tests.speaking import SHIRT_M, one_shirt, received

IMPATIENT = Limits(patience_seconds=0.5)
CALLERS = 50


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


@pytest.fixture
async def line(real: RealLog) -> AsyncIterator[Line]:
    async with cut_line(real.dsn) as made:
        yield made


async def opened(
    stack: AsyncExitStack, real: RealLog, dsn: str, limits: Limits
) -> PostgresEventLog:
    log = PostgresEventLog(dsn, real.pool, limits=limits)
    await log.open()
    stack.push_async_callback(log.close)
    return log


def writer_of(log: PostgresEventLog) -> GroupWriter:
    assert log._writer is not None  # noqa: SLF001 (its insides are what is tested)
    return log._writer  # noqa: SLF001


def delivery(quantity: int) -> list[DCBEvent]:
    return [stored(received(SHIRT_M, quantity))]


async def held_lock(stack: AsyncExitStack, real: RealLog) -> psycopg.AsyncConnection:
    """Keep every group from being written, until the connection is closed."""
    holder = await stack.enter_async_context(await psycopg.AsyncConnection.connect(real.dsn))
    await holder.execute("LOCK TABLE boutique_events_tt_main IN EXCLUSIVE MODE")
    return holder


# -------------------------------------------------------- a lost connection


@pytest.mark.parametrize("cut", ["statement", "answer"])
async def test_given_the_line_is_cut_when_appended_then_recorded_once_all_the_same(
    real: RealLog, line: Line, cut: str
) -> None:
    async with AsyncExitStack() as stack:
        log = await opened(stack, real, line.dsn, Limits())
        for number in range(1, 6):
            line.cut = "statement" if cut == "statement" else "answer"
            assert await log.append(delivery(number)) == number
    assert line.cuts == 5
    assert await real.events() == [received(SHIRT_M, number) for number in range(1, 6)]


async def test_given_the_answer_is_lost_when_the_group_was_refused_then_refused(
    real: RealLog, line: Line
) -> None:
    async with AsyncExitStack() as stack:
        log = await opened(stack, real, line.dsn, Limits())
        await log.append(delivery(1))
        line.cut = "answer"
        with pytest.raises(ConcurrentUpdate):
            await log.append(delivery(2), behind=0)
    assert line.cuts == 1
    assert len(await real.events()) == 1


async def test_given_its_backend_is_killed_in_the_middle_when_it_is_back_then_recorded_once(
    real: RealLog,
) -> None:
    async with AsyncExitStack() as stack:
        holder = await held_lock(stack, real)
        answers = [asyncio.ensure_future(real.log.append(delivery(n))) for n in range(CALLERS)]
        backends = 0
        async with asyncio.timeout(10), real.pool.connection() as killer:
            while not backends:
                cursor = await killer.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE NOT granted"
                    " AND relation = 'boutique_events_tt_main'::regclass"
                )
                (backends,) = await cursor.fetchone() or (0,)
                await asyncio.sleep(0.01)
        await holder.rollback()
        assert sorted(await asyncio.gather(*answers)) == list(range(1, CALLERS + 1))
    assert len(await real.events()) == CALLERS


async def test_given_postgresql_stays_away_when_patience_ends_then_said_so_and_nothing_recorded(
    real: RealLog, line: Line
) -> None:
    async with AsyncExitStack() as stack:
        log = await opened(stack, real, line.dsn, IMPATIENT)
        line.is_down, line.cut = True, "statement"
        with pytest.raises(LogUnavailable, match="Idempotency-Key"):
            await log.append(delivery(1))  # it was sent: nobody can tell
        with pytest.raises(LogUnavailable, match="Nothing was recorded"):
            await log.append(delivery(2))
        line.is_down = False
        assert await log.append(delivery(3)) == 1  # back without a hand
    assert await real.events() == [received(SHIRT_M, 3)]


async def test_given_a_lock_that_is_never_given_back_when_appended_then_told_so(
    real: RealLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.group_writer.LOCK_SECONDS", 0.2)
    async with AsyncExitStack() as stack:
        log = await opened(stack, real, real.dsn, Limits())
        holder = await held_lock(stack, real)
        with pytest.raises(LogUnavailable, match="Nothing was recorded"):
            await log.append(delivery(1))
        await holder.rollback()
        assert await log.append(delivery(2)) == 1


# ---------------------------------------------------------------- callers


async def test_given_one_request_that_cannot_be_stored_when_grouped_then_only_it_fails(
    real: RealLog,
) -> None:
    broken = stored(one_shirt)
    broken.tags.append("nul:\0")
    async with AsyncExitStack() as stack:
        holder = await held_lock(stack, real)
        first = asyncio.ensure_future(real.log.append(delivery(1)))
        await asyncio.sleep(0.05)  # it waits for the lock; the others gather behind it
        others = [asyncio.ensure_future(real.log.append(x)) for x in (delivery(2), [broken])]
        others.append(asyncio.ensure_future(real.log.append(delivery(3))))
        await asyncio.sleep(0.05)
        await holder.rollback()
        answers = await asyncio.gather(first, *others, return_exceptions=True)
    assert isinstance(answers.pop(2), psycopg.DataError)
    assert answers == [1, 2, 3]
    assert await real.events() == [received(SHIRT_M, number) for number in (1, 2, 3)]


async def test_a_caller_that_stops_waiting_takes_its_request_back(real: RealLog) -> None:
    async with AsyncExitStack() as stack:
        holder = await held_lock(stack, real)
        first = asyncio.ensure_future(real.log.append(delivery(1)))
        await asyncio.sleep(0.05)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(real.log.append(delivery(2)), 0.05)
        third = asyncio.ensure_future(real.log.append(delivery(3)))
        await holder.rollback()
        assert (await first, await third) == (1, 2)
    assert await real.events() == [received(SHIRT_M, number) for number in (1, 3)]


async def test_closing_writes_what_is_waiting_and_takes_nothing_more(real: RealLog) -> None:
    log = PostgresEventLog(real.dsn, real.pool)
    await log.open()
    answers = [asyncio.ensure_future(log.append(delivery(n))) for n in range(CALLERS)]
    await asyncio.sleep(0)
    await log.close()
    assert sorted(await asyncio.gather(*answers)) == list(range(1, CALLERS + 1))
    with pytest.raises(RuntimeError, match="not open"):
        await log.append(delivery(0))
    async with real.pool.connection() as connection:
        cursor = await connection.execute("SELECT count(*) FROM boutique_events_tt_main_writer")
        assert await cursor.fetchone() == (1,), "a writer that has gone is forgotten"


async def test_a_writer_that_was_idle_for_long_writes_on_though_others_have_come_and_gone(
    real: RealLog,
) -> None:
    async with real.pool.connection() as connection:
        await connection.execute(
            "UPDATE boutique_events_tt_main_writer SET written_at = now() - interval '1 year'"
        )
    async with AsyncExitStack() as stack:
        await opened(stack, real, real.dsn, Limits())
    assert await real.log.append(delivery(1)) == 1


async def test_groups_hold_no_more_than_they_may_and_keep_the_order(real: RealLog) -> None:
    limits = Limits(requests_max=3, events_max=5)
    async with AsyncExitStack() as stack:
        log = await opened(stack, real, real.dsn, limits)
        sizes = (1, 1, 1, 1, 4, 2, 20, 1)
        answers = await asyncio.gather(
            *(log.append([stored(received(SHIRT_M, size))] * size) for size in sizes)
        )
        assert writer_of(log).groups == 5  # 1+1+1, 1+4, 2, 20, 1
    assert answers == [1, 2, 3, 4, 8, 10, 30, 31]
    assert len(await real.events()) == sum(sizes)


async def test_when_too_many_wait_then_the_next_is_sent_away(real: RealLog) -> None:
    async with AsyncExitStack() as stack:
        log = await opened(stack, real, real.dsn, Limits(waiting_max=2))
        holder = await held_lock(stack, real)
        waiting = [asyncio.ensure_future(log.append(delivery(n))) for n in range(1, 4)]
        await asyncio.sleep(0.05)
        waiting += [asyncio.ensure_future(log.append(delivery(n))) for n in (4, 5)]
        await asyncio.sleep(0.05)
        with pytest.raises(LogUnavailable, match="Too many"):
            await log.append(delivery(6))
        await holder.rollback()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_linger_lets_a_group_gather(real: RealLog) -> None:
    async with AsyncExitStack() as stack:
        log = await opened(stack, real, real.dsn, Limits(linger_seconds=0.1))
        first = asyncio.ensure_future(log.append(delivery(1)))
        await asyncio.sleep(0.02)
        second = asyncio.ensure_future(log.append(delivery(2)))
        assert (await first, await second) == (1, 2)
        assert writer_of(log).groups == 1
