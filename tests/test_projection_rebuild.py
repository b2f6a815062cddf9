"""A rebuild makes new tables beside the live ones and exchanges them, unseen by readers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection, conninfo

from adapters import projection_rebuild, projection_runner
from adapters.projection_positions import lock, move
from adapters.projection_rebuild import RebuildRefused
from adapters.projection_runner import ProjectionRunner, UnknownProjection
from domain.event import Recorded
from projections import accounts, commodity_index
from projections.commodity_index import Wanted
from projections.facets import count_facets
from projections.projection import Connection, Projection
from tests.projecting import PURCHASED_AT, a_busy_day, left_in_stock, rows, stumbling
from tests.real_log import PROJECTIONS, RealLog, opened_log
from tests.speaking import (
    SHIRT_M,
    SHIRT_S,
    SHOPPER,
    SKIRT_M,
    look_ready,
    received,
    recorded,
    shopper_opened,
)

SMALL_PAGE = 3


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


@pytest.fixture
async def runner(real: RealLog) -> ProjectionRunner:
    runner = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    await runner.set_up()
    return runner


def quietly(_reached: int, _last: int) -> None:
    """Tell nobody how far it has come."""


# ---------------------------------------------------------- rebuilding


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
async def test_a_rebuilt_projection_has_the_same_rows_as_the_live_one(
    real: RealLog,
    runner: ProjectionRunner,
    projection: Projection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(projection_rebuild, "POSITIONS_PER_BULK", SMALL_PAGE)
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    async with real.pool.connection() as connection:
        live = await rows(connection)
    told = list[tuple[int, int]]()
    rebuilt = await runner.rebuild(
        projection.name, progress=lambda reached, last: told.append((reached, last))
    )
    assert rebuilt.position == head
    async with real.pool.connection() as connection:
        assert await rows(connection) == live
    assert told == [(min(n, head), head) for n in range(SMALL_PAGE, head + SMALL_PAGE, SMALL_PAGE)]
    assert await runner.positions() == dict.fromkeys(runner.names, head)


async def test_readers_see_the_old_rows_until_the_new_ones_are_complete(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_rebuild, "BULK", SMALL_PAGE)
    await real.record(*a_busy_day)
    await runner.catch_up()
    seen = list[dict[str, list[Any]]]()

    async def watched(connection: Connection, page: Sequence[Recorded]) -> None:
        await commodity_index.apply(connection, page)
        async with real.pool.connection() as reader:
            seen.append(await rows(reader, commodity_index.PROJECTION))

    async with real.pool.connection() as connection:
        old = await rows(connection, commodity_index.PROJECTION)
    watching = ProjectionRunner(
        real.dsn, real.pool, (replace(commodity_index.PROJECTION, apply=watched),)
    )
    await watching.rebuild("commodity_index", progress=quietly)
    assert len(seen) > 1
    assert all(rows_seen == old for rows_seen in seen)


async def test_an_unknown_projection_cannot_be_rebuilt(runner: ProjectionRunner) -> None:
    with pytest.raises(UnknownProjection, match=r"'wardrobe'.*accounts, commodity_index"):
        await runner.rebuild("wardrobe", progress=quietly)


async def test_an_empty_log_makes_empty_tables(real: RealLog, runner: ProjectionRunner) -> None:
    async with real.pool.connection() as connection:
        await accounts.apply(connection, recorded(shopper_opened))
    rebuilt = await runner.rebuild("accounts", progress=quietly)
    assert rebuilt.position == 0
    async with real.pool.connection() as connection:
        assert await accounts.account(connection, SHOPPER) is None


async def test_a_projection_goes_on_once_it_was_rebuilt_with_the_bug_mended(
    real: RealLog,
) -> None:
    runner = ProjectionRunner(real.dsn, real.pool, (stumbling,))
    await runner.set_up()
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    with pytest.raises(RebuildRefused, match=f"'purchase-placed' at position {PURCHASED_AT}"):
        await runner.rebuild("stumbling", progress=quietly)
    assert await runner.positions() == {"stumbling": PURCHASED_AT - 1}

    async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
        await connection.execute("INSERT INTO seen_page VALUES (%s)", (page[-1].position,))

    mended = ProjectionRunner(real.dsn, real.pool, (replace(stumbling, apply=apply),))
    mended.stopped.update(runner.stopped)
    rebuilt = await mended.rebuild("stumbling", progress=quietly)
    assert rebuilt.position == head
    assert mended.stopped == {}


# ----------------------------------------------------- beside everybody else


async def schemas(real: RealLog) -> list[str]:
    async with real.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT nspname FROM pg_namespace"
            " WHERE nspname LIKE 'rebuilding%' OR nspname LIKE 'retired%' ORDER BY nspname"
        )
        return [row[0] for row in await cursor.fetchall()]


async def read_without_end(real: RealLog, seen: list[int]) -> None:
    """Ask as the shop does, by prepared statements; every error ends the test."""
    async with await AsyncConnection.connect(real.dsn) as connection:
        while True:
            found = await commodity_index.commodities(connection, Wanted(), before=None, limit=9)
            await count_facets(connection, Wanted())
            await connection.commit()
            seen.append(len(found))


async def test_readers_meet_no_error_and_no_gap_while_a_projection_is_rebuilt_and_followed(
    real: RealLog, runner: ProjectionRunner
) -> None:
    head = await real.record(*look_ready)
    await runner.catch_up()
    seen = list[int]()
    reading = asyncio.create_task(read_without_end(real, seen))
    following = asyncio.create_task(runner.run())
    pieces = 0
    for _ in range(3):
        rebuilding = asyncio.create_task(runner.rebuild("commodity_index", progress=quietly))
        while not rebuilding.done():
            head = await real.record(received(SHIRT_S, 1))
            pieces += 1
        rebuilt = await rebuilding
        assert rebuilt.position <= head
        assert await runner.wait_for(head, timeout_seconds=30)
        async with real.pool.connection() as connection:
            assert await left_in_stock(connection) == {SHIRT_S: pieces, SHIRT_M: 1, SKIRT_M: 1}
    assert not reading.done()
    for task in (reading, following):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert set(seen) == {2}
    assert runner.stopped == {}


async def test_the_live_projection_goes_on_while_another_is_built_beside_it(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_rebuild, "BULK", SMALL_PAGE)
    head = await real.record(*look_ready)
    await runner.catch_up()
    live = list[int]()

    async def interrupted(connection: Connection, page: Sequence[Recorded]) -> None:
        await commodity_index.apply(connection, page)
        if len(live) < 2:
            await real.record(received(SHIRT_S, 1))
            await runner.catch_up()
            live.append((await runner.positions())["commodity_index"])

    beside = ProjectionRunner(
        real.dsn, real.pool, (replace(commodity_index.PROJECTION, apply=interrupted),)
    )
    rebuilt = await beside.rebuild("commodity_index", progress=quietly)
    assert live == [head + 1, head + 2]
    assert rebuilt.position == head + 2
    async with real.pool.connection() as connection:
        assert await left_in_stock(connection) == {SHIRT_S: 2, SHIRT_M: 1, SKIRT_M: 1}


async def test_tables_are_not_exchanged_under_a_page_that_is_being_applied(
    real: RealLog, runner: ProjectionRunner
) -> None:
    await real.record(*look_ready)
    await runner.catch_up()
    async with real.pool.connection() as projecting:
        position = await lock(projecting, "commodity_index")
        rebuilding = asyncio.create_task(runner.rebuild("commodity_index", progress=quietly))
        while await schemas(real) == []:
            assert not rebuilding.done()
        done, _ = await asyncio.wait([rebuilding], timeout=0.5)
        assert not done
        page = [Recorded(position + 1, received(SHIRT_S, 1))]
        await real.record(received(SHIRT_S, 1))
        await commodity_index.apply(projecting, page)
        await move(projecting, ["commodity_index"], after=position, until=position + 1)
    assert (await rebuilding).position == position + 1
    async with real.pool.connection() as connection:
        assert await left_in_stock(connection) == {SHIRT_S: 1, SHIRT_M: 1, SKIRT_M: 1}


async def test_the_live_projection_stands_still_while_tables_are_exchanged(
    real: RealLog, runner: ProjectionRunner
) -> None:
    head = await real.record(*look_ready)
    await runner.catch_up()
    moved = list[bool]()

    async def watched(connection: Connection, page: Sequence[Recorded]) -> None:
        await commodity_index.apply(connection, page)
        if len(moved) < 3:  # so that there is something left for the exchange
            await real.record(received(SHIRT_S, 1))
            before = await runner.positions()
            await runner.catch_up()
            after = await runner.positions()
            moved.append(before["commodity_index"] != after["commodity_index"])

    beside = ProjectionRunner(
        real.dsn, real.pool, (replace(commodity_index.PROJECTION, apply=watched),)
    )
    rebuilt = await beside.rebuild("commodity_index", progress=quietly)
    assert moved == [True, True, False]
    assert rebuilt.position == head + 2
    await runner.catch_up()
    async with real.pool.connection() as connection:
        assert await left_in_stock(connection) == {SHIRT_S: 3, SHIRT_M: 1, SKIRT_M: 1}


async def test_a_reader_who_takes_his_time_holds_up_the_exchange_and_nobody_else(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_runner, "POLL_SECONDS", 600)  # it must be called back
    await real.record(*look_ready)
    await runner.catch_up()
    following = asyncio.create_task(runner.run())
    async with real.pool.connection() as slow:
        await commodity_index.commodities(slow, Wanted(), before=None, limit=9)
        rebuilding = asyncio.create_task(runner.rebuild("commodity_index", progress=quietly))
        done, _ = await asyncio.wait([rebuilding], timeout=0.5)
        assert not done
        head = await real.record(received(SHIRT_S, 1))
        assert await runner.wait_for(head, timeout_seconds=10)
        async with real.pool.connection() as other:
            assert await left_in_stock(other) == {SHIRT_S: 1, SHIRT_M: 1, SKIRT_M: 1}
    assert (await rebuilding).position == head
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


async def test_of_two_rebuilds_at_once_the_second_says_so(
    real: RealLog, runner: ProjectionRunner
) -> None:
    await real.record(*look_ready)
    refused = list[str]()

    async def meanwhile(connection: Connection, page: Sequence[Recorded]) -> None:
        await commodity_index.apply(connection, page)
        with pytest.raises(RebuildRefused) as second:
            await runner.rebuild("commodity_index", progress=quietly)
        refused.append(str(second.value))
        await runner.rebuild("accounts", progress=quietly)  # another one may be

    first = ProjectionRunner(
        real.dsn, real.pool, (replace(commodity_index.PROJECTION, apply=meanwhile),)
    )
    await first.rebuild("commodity_index", progress=quietly)
    [message] = refused
    assert "Somebody else is building commodity_index anew" in message


@pytest.mark.parametrize("how", ["cancelled", "cut"])
async def test_an_interrupted_rebuild_changes_nothing_and_can_be_begun_again(
    real: RealLog, runner: ProjectionRunner, how: str
) -> None:
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    async with real.pool.connection() as connection:
        live = await rows(connection)

    async def interrupted(connection: Connection, page: Sequence[Recorded]) -> None:
        await commodity_index.apply(connection, page)
        if how == "cancelled":
            raise asyncio.CancelledError
        async with real.pool.connection() as operator:
            await operator.execute(
                "SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,)
            )

    broken = ProjectionRunner(
        real.dsn, real.pool, (replace(commodity_index.PROJECTION, apply=interrupted),)
    )
    with pytest.raises((asyncio.CancelledError, psycopg.OperationalError)):
        await broken.rebuild("commodity_index", progress=quietly)
    left = [] if how == "cancelled" else ["rebuilding_commodity_index", "retired_commodity_index"]
    assert await schemas(real) == left
    async with real.pool.connection() as connection:
        assert await rows(connection) == live
    assert (await runner.rebuild("commodity_index", progress=quietly)).position == head
    assert await schemas(real) == []
    async with real.pool.connection() as connection:
        assert await rows(connection) == live


async def test_a_role_that_may_not_create_schemas_is_told_what_it_lacks(
    real: RealLog, runner: ProjectionRunner
) -> None:
    await real.record(*look_ready)
    async with real.pool.connection() as connection:
        await connection.execute("CREATE ROLE humble LOGIN")
        await connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO humble")
    try:
        humble = ProjectionRunner(
            conninfo.make_conninfo(real.dsn, user="humble"), real.pool, PROJECTIONS
        )
        with pytest.raises(RebuildRefused, match="GRANT CREATE ON DATABASE"):
            await humble.rebuild("commodity_index", progress=quietly)
    finally:
        async with real.pool.connection() as connection:
            await connection.execute("DROP OWNED BY humble")
            await connection.execute("DROP ROLE humble")
    assert (await runner.rebuild("commodity_index", progress=quietly)).position == len(look_ready)


async def test_rebuilt_tables_have_the_same_columns_and_indexes_as_new_ones(
    real: RealLog, runner: ProjectionRunner
) -> None:
    async def shape() -> list[Any]:
        async with real.pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
            )
            indexes = await cursor.fetchall()
            cursor = await connection.execute(
                "SELECT table_name, column_name, data_type, column_default"
                " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
            )
            return [indexes, await cursor.fetchall()]

    new = await shape()
    for name in runner.names:
        await runner.rebuild(name, progress=quietly)
    assert await shape() == new
