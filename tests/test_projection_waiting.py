"""Who waits for a position is woken, whichever process projects it, whatever is cut."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from adapters import projection_runner, projection_waiting
from adapters.projection_positions import PROJECTED, Behind, read_behind
from adapters.projection_runner import ProjectionRunner
from tests.projecting import a_busy_day
from tests.real_log import PROJECTIONS, RealLog, opened_log
from tests.speaking import one_shirt, one_skirt

A_LONG_TIME = 600  # so long that only a notification can be the reason why it is seen in time


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


@pytest.fixture
async def runner(real: RealLog) -> ProjectionRunner:
    runner = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    await runner.set_up()
    return runner


# --------------------------------------------------- following, waiting


async def test_who_waits_for_a_position_is_told_when_every_projection_has_seen_it(
    real: RealLog, runner: ProjectionRunner
) -> None:
    head = await real.record(*a_busy_day)
    assert not await runner.wait_for(head, timeout_seconds=0)
    waiting = asyncio.create_task(runner.wait_for(head, timeout_seconds=30))
    await runner.catch_up()
    assert await waiting
    assert not await runner.wait_for(head + 1, timeout_seconds=0.05)


async def test_without_projections_there_is_nothing_to_wait_for_but_position_0(
    real: RealLog,
) -> None:
    runner = ProjectionRunner(real.dsn, real.pool, ())
    await runner.set_up()
    assert await runner.wait_for(0, timeout_seconds=0)


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Let ``work`` go on while the context lasts."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("steps", range(8))
async def test_who_follows_the_log_ends_when_told_to_also_when_just_woken(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    monkeypatch.setattr(projection_runner, "POLL_SECONDS", A_LONG_TIME)
    following = asyncio.create_task(runner.run())
    head = await real.record(one_shirt)
    assert await runner.wait_for(head, timeout_seconds=60)
    await asyncio.sleep(0.1)  # it waits for more by now
    waking = asyncio.create_task(runner.wait_for(head + 1, timeout_seconds=0))
    for _ in range(steps):
        await asyncio.sleep(0)
    following.cancel()
    ended, _ = await asyncio.wait({following}, timeout=30)
    following.cancel()  # whoever has forgotten that it was told is told again
    assert ended
    assert not await waking


async def cut_listeners(real: RealLog, *, count: int) -> None:
    """Cut the connections that listen, as a firewall or an operator does."""
    cut = 0
    async with real.pool.connection() as connection:
        while cut < count:
            cursor = await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
            cut += len(await cursor.fetchall())
            await connection.commit()


@pytest.fixture
def nothing_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection_runner, "POLL_SECONDS", A_LONG_TIME)
    monkeypatch.setattr(projection_waiting, "ASK_SECONDS", A_LONG_TIME)


@pytest.mark.usefixtures("nothing_polls")
async def test_what_is_recorded_while_the_runner_follows_is_projected_at_once(
    real: RealLog, runner: ProjectionRunner
) -> None:
    async with beside(runner.run()):
        for event in a_busy_day:
            assert await runner.wait_for(await real.record(event), timeout_seconds=30)


@pytest.mark.usefixtures("nothing_polls")
async def test_who_waits_does_not_wait_for_what_may_be_recorded_next(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_runner, "LINGER_SECONDS", A_LONG_TIME)
    async with beside(runner.run()):
        for event in a_busy_day:
            assert await runner.wait_for(await real.record(event), timeout_seconds=30)


@pytest.mark.usefixtures("nothing_polls")
async def test_what_is_recorded_in_quick_succession_is_projected_together(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_runner, "LINGER_SECONDS", 4)
    async with beside(runner.run()), real.pool.connection() as listener:
        await asyncio.sleep(0.5)  # until the runner has seen that there is nothing yet
        await listener.set_autocommit(True)
        await listener.execute(f"LISTEN {PROJECTED}")
        heads = [await real.record(event) for event in (one_shirt, one_skirt, one_shirt)]
        told = [x.payload async for x in listener.notifies(timeout=20, stop_after=1)]
        await listener.execute("UNLISTEN *")
        await listener.set_autocommit(False)
    assert [json.loads(payload) for payload in told] == [dict.fromkeys(runner.names, heads[-1])]


@pytest.mark.usefixtures("nothing_polls")
async def test_who_waits_is_woken_by_another_process_that_projects(
    real: RealLog, runner: ProjectionRunner
) -> None:
    watching = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    async with beside(runner.run()), beside(watching.watch()):
        for event in a_busy_day:
            assert await watching.wait_for(await real.record(event), timeout_seconds=30)


@pytest.mark.usefixtures("nothing_polls")
async def test_a_cut_connection_is_made_again_and_nothing_recorded_meanwhile_is_missed(
    real: RealLog, runner: ProjectionRunner
) -> None:
    async with beside(runner.run()):
        assert await runner.wait_for(await real.record(one_shirt), timeout_seconds=30)
        await cut_listeners(real, count=1)
        assert await runner.wait_for(await real.record(one_skirt), timeout_seconds=30)
    assert runner.stopped == {}


async def test_who_watches_another_process_sees_more_though_the_connection_was_cut(
    real: RealLog, runner: ProjectionRunner
) -> None:
    watching = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    async with beside(runner.run()), beside(watching.watch()):
        assert await watching.wait_for(await real.record(one_shirt), timeout_seconds=30)
        await cut_listeners(real, count=2)
        assert await watching.wait_for(await real.record(one_skirt), timeout_seconds=30)


async def test_what_a_crash_of_the_database_takes_back_is_waited_for_again(
    real: RealLog, runner: ProjectionRunner
) -> None:
    watching = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    async with beside(watching.watch()):
        head = await real.record(*a_busy_day)
        await runner.catch_up()
        assert await watching.wait_for(head, timeout_seconds=30)
        async with real.pool.connection() as connection:
            await connection.execute("UPDATE projection_position SET position = 0")
        await cut_listeners(real, count=1)
        for _ in range(100):  # until the cut was noticed
            if not await watching.wait_for(head, timeout_seconds=0.01):
                return
            await asyncio.sleep(0.05)
        pytest.fail("it is taken for visible still")


async def test_who_neither_projects_nor_watches_looks_now_and_then(
    real: RealLog, runner: ProjectionRunner
) -> None:
    onlooker = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    head = await real.record(*a_busy_day)
    waiting = asyncio.create_task(onlooker.wait_for(head, timeout_seconds=30))
    await asyncio.sleep(0)
    await runner.catch_up()
    assert await waiting


async def test_the_database_comes_back_and_what_was_recorded_is_projected(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([OSError("gone"), ZeroDivisionError("a bug of the runner")])

    async def fail_twice(
        *about: Any,  # noqa: ANN401 (as it is)
        **limits: Any,  # noqa: ANN401
    ) -> Behind:
        for failure in failures:
            raise failure
        return await read_behind(*about, **limits)

    monkeypatch.setattr("adapters.projection_runner.read_behind", fail_twice)
    async with beside(runner.run()):
        assert await runner.wait_for(await real.record(one_shirt), timeout_seconds=30)
    assert runner.stopped == {}


async def test_a_page_is_told_once_for_all_projections_it_moves(
    real: RealLog, runner: ProjectionRunner
) -> None:
    async with real.pool.connection() as listener:
        await listener.set_autocommit(True)
        await listener.execute(f"LISTEN {PROJECTED}")
        head = await real.record(*a_busy_day)
        await runner.catch_up()
        told = [x.payload async for x in listener.notifies(timeout=0.5)]
        await listener.execute("UNLISTEN *")
        await listener.set_autocommit(False)
    assert [json.loads(payload) for payload in told] == [dict.fromkeys(runner.names, head)]
