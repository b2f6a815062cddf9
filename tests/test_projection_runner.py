"""The runner keeps the read models behind the log, page by page, each on its own."""

import asyncio
import importlib
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection, AsyncCursor
from psycopg.sql import SQL, Identifier
from psycopg_pool import AsyncConnectionPool

from adapters import projection_runner
from adapters.projection_positions import move
from adapters.projection_runner import ProjectionRunner
from domain.account import AccountOpened
from domain.event import Event, Recorded
from projections import commodities_of_sellers, writing
from projections.projection import Connection
from tests.projecting import (
    PURCHASED_AT,
    a_busy_day,
    left_in_stock,
    note_the_page,
    rows,
    stumbling,
)
from tests.real_log import PROJECTIONS, RealLog, opened_log
from tests.speaking import (
    NOON,
    SELLER,
    SHIRT_M,
    SHIRT_S,
    SKIRT_M,
    look_ready,
    one_shirt,
    purchase_placed,
    received,
    shirt_registered,
    shirt_worn,
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


# ------------------------------------------------------------- the runner


async def test_every_projection_of_the_package_is_run_by_the_boutique() -> None:
    bootstrap = importlib.import_module("web.bootstrap")
    assert sorted(x.name for x in bootstrap.PROJECTIONS) == sorted(x.name for x in PROJECTIONS)


async def test_what_is_recorded_is_projected_and_the_positions_tell_how_far(
    real: RealLog, runner: ProjectionRunner
) -> None:
    assert set((await runner.positions()).values()) == {0}
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    assert await runner.positions() == dict.fromkeys(runner.names, head)
    async with real.pool.connection() as connection:
        found = await rows(connection)
    assert {table for table, lines in found.items() if not lines} == {"corrected_garment"}


@pytest.mark.parametrize("size", [1, 2, SMALL_PAGE, 5])
async def test_the_size_of_pages_does_not_matter(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    async with real.pool.connection() as connection:
        in_one_page = await rows(connection)
        for table in in_one_page:
            await connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
        await connection.execute("UPDATE projection_position SET position = 0")
    monkeypatch.setattr(projection_runner, "PAGE", size)
    monkeypatch.setattr(projection_runner, "PIPELINED_MAX", -1)  # nor how the rows are written
    monkeypatch.setattr(writing, "COPY_ROWS_MIN", 1)
    await runner.catch_up()
    assert await runner.positions() == dict.fromkeys(runner.names, head)
    async with real.pool.connection() as connection:
        assert await rows(connection) == in_one_page


async def test_rows_and_position_are_committed_together_or_not_at_all(
    real: RealLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_runner, "PAGE", SMALL_PAGE)
    runner = ProjectionRunner(real.dsn, real.pool, (stumbling,))
    await runner.set_up()
    await real.record(*look_ready[:4], purchase_placed)
    await runner.catch_up()
    # The second page was written, and taken back with the position when the projection stumbled.
    # What stood before the purchase in that page was applied then.
    assert await runner.positions() == {"stumbling": SMALL_PAGE + 1}
    async with real.pool.connection() as connection:
        assert await rows(connection, stumbling) == {"seen_page": [("(3)",), ("(4)",)]}


async def test_a_projection_that_stumbles_stops_and_the_others_go_on(real: RealLog) -> None:
    runner = ProjectionRunner(real.dsn, real.pool, (stumbling, *PROJECTIONS))
    await runner.set_up()
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    assert list(runner.stopped) == ["stumbling"]
    assert "ZeroDivisionError" in runner.stopped["stumbling"].reason
    later = await real.record(received(SHIRT_M, 1))
    await runner.catch_up()
    assert later == head + 1
    assert await runner.positions() == {
        **dict.fromkeys(runner.names, later),
        "stumbling": PURCHASED_AT - 1,
    }
    # It holds nobody up: what the others show is as late as they are.
    assert await runner.wait_for(later, timeout_seconds=0)
    assert not await runner.wait_for(later + 1, timeout_seconds=0)


async def test_a_stopped_projection_goes_on_once_another_process_has_mended_it(
    real: RealLog,
) -> None:
    runner = ProjectionRunner(real.dsn, real.pool, (stumbling,))
    await runner.set_up()
    await real.record(*a_busy_day)
    await runner.catch_up()
    mended = replace(stumbling, apply=note_the_page)
    await ProjectionRunner(real.dsn, real.pool, (mended,)).catch_up()
    head = await real.record(received(SHIRT_M, 1))
    await runner.catch_up()
    assert runner.stopped == {}
    assert await runner.positions() == {"stumbling": head}


async def test_a_rebuild_holds_only_its_own_projection(
    real: RealLog, runner: ProjectionRunner
) -> None:
    await real.record(*a_busy_day)
    await runner.catch_up()
    async with real.pool.connection() as rebuilding:
        await rebuilding.execute(
            "SELECT 1 FROM projection_position WHERE name = 'accounts' FOR UPDATE"
        )
        before = (await runner.positions())["accounts"]
        head = await real.record(received(SHIRT_M, 1))
        await runner.catch_up()
        expected = {**dict.fromkeys(runner.names, head), "accounts": before}
        assert await runner.positions() == expected
    await runner.catch_up()
    assert await runner.positions() == dict.fromkeys(runner.names, head)


async def test_a_lost_database_does_not_count_as_a_bug_of_the_projection(real: RealLog) -> None:
    async def apply(*_: object) -> None:
        raise psycopg.OperationalError

    runner = ProjectionRunner(real.dsn, real.pool, (replace(stumbling, apply=apply),))
    await runner.set_up()
    await real.record(one_shirt)
    with pytest.raises(psycopg.OperationalError):
        await runner.catch_up()
    assert runner.stopped == {}


async def test_when_two_processes_project_at_once_every_event_counts_once(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_runner, "PAGE", SMALL_PAGE)
    another = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    await real.record(*a_busy_day)
    await asyncio.gather(runner.catch_up(), another.catch_up())
    assert runner.stopped == another.stopped == {}
    async with real.pool.connection() as connection:
        assert await left_in_stock(connection) == {SHIRT_S: 0, SHIRT_M: 0, SKIRT_M: 0}


@pytest.mark.parametrize("pipelined_max", [projection_runner.PIPELINED_MAX, -1])
async def test_a_page_that_another_was_faster_with_leaves_nothing_behind(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch, pipelined_max: int
) -> None:
    monkeypatch.setattr(projection_runner, "PIPELINED_MAX", pipelined_max)
    faster = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    head = await real.record(*a_busy_day)
    outrun = list[bool]()

    async def too_late(
        connection: AsyncConnection, names: Collection[str], *, after: int, until: int
    ) -> None:
        if not outrun:
            outrun.append(True)
            await faster.catch_up()
        await move(connection, names, after=after, until=until)

    monkeypatch.setattr("adapters.projection_runner.move", too_late)
    await runner.catch_up()
    assert outrun
    assert runner.stopped == faster.stopped == {}
    assert await runner.positions() == dict.fromkeys(runner.names, head)
    async with real.pool.connection() as connection:
        assert await left_in_stock(connection) == {SHIRT_S: 0, SHIRT_M: 0, SKIRT_M: 0}


async def test_a_read_model_whose_tables_have_changed_is_folded_anew(
    real: RealLog, runner: ProjectionRunner
) -> None:
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    async with real.pool.connection() as connection:
        before = await rows(connection)
        # As an older program left it: a table that lacks a column, and rows that nobody reads now.
        await connection.execute("ALTER TABLE opened_account DROP COLUMN trading_name")
        await connection.execute(
            "UPDATE projection_position SET shape = 'older' WHERE name = 'accounts'"
        )
    renewed = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    await renewed.set_up()
    assert await renewed.positions() == {**dict.fromkeys(runner.names, head), "accounts": 0}
    await renewed.catch_up()
    async with real.pool.connection() as connection:
        assert await rows(connection) == before


async def test_setting_up_again_keeps_what_is_there(
    real: RealLog, runner: ProjectionRunner
) -> None:
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    await runner.set_up()
    assert await runner.positions() == dict.fromkeys(runner.names, head)


# ---------------------------------------------------------- poison events


async def record_raw(real: RealLog, topic: str, data: bytes) -> int:
    """Put into the log what no decision of ours would."""
    async with real.pool.connection() as connection:
        cursor = await connection.execute(
            "INSERT INTO boutique_events_tt_main (type, data, tags) VALUES (%s, %s, '{}')"
            " RETURNING id",
            (topic, data),
        )
        row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def test_everything_before_a_poison_event_is_applied_though_it_shared_a_page(
    real: RealLog, runner: ProjectionRunner, caplog: pytest.LogCaptureFixture
) -> None:
    await real.record(*look_ready, *(received(SHIRT_M, 1) for _ in range(40)))
    poison = await record_raw(real, "stock-received", b'{"v":1,"quantity": "many"}')
    head = await real.record(received(SHIRT_S, 1), shopper_opened)
    await runner.catch_up()
    positions = {**dict.fromkeys(runner.names, head), "commodity_index": poison - 1}
    assert await runner.positions() == positions
    async with real.pool.connection() as connection:
        assert await left_in_stock(connection) == {SHIRT_S: 0, SHIRT_M: 41, SKIRT_M: 1}
    message = str(runner.stopped["commodity_index"])
    assert message.startswith(
        f"Projection commodity_index stopped at position {poison}, an event 'stock-received': "
        "ValidationError (Expected `int`, got `str`"
    )
    assert "boutique project --rebuild commodity_index" in message
    assert message in caplog.text


async def test_what_the_database_refuses_is_a_poison_event_too(real: RealLog) -> None:
    async def twice(connection: Connection, page: Sequence[Recorded]) -> None:
        del page
        await connection.execute("INSERT INTO seen_page VALUES (1)")

    runner = ProjectionRunner(real.dsn, real.pool, (replace(stumbling, apply=twice),))
    await runner.set_up()
    await real.record(*look_ready)
    await runner.catch_up()
    await real.record(shopper_opened)
    await runner.catch_up()
    assert await runner.positions() == {"stumbling": len(look_ready)}
    assert runner.stopped["stumbling"].reason.startswith("UniqueViolation (duplicate key")


async def test_an_event_of_a_newer_version_stops_none_but_those_it_feeds(
    real: RealLog, runner: ProjectionRunner
) -> None:
    await real.record(*a_busy_day)
    head = await record_raw(real, "from-the-future", b"{}")
    await runner.catch_up()
    assert runner.stopped == {}
    assert await runner.positions() == dict.fromkeys(runner.names, head)


# -------------------------------------------------------- what feeds them


async def test_a_projection_is_shown_only_the_events_that_feed_it_and_passes_the_others(
    real: RealLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_runner, "POSITIONS_PER_PAGE", SMALL_PAGE)
    of_accounts = replace(stumbling, fed_by=(AccountOpened,), apply=note_the_page)
    runner = ProjectionRunner(real.dsn, real.pool, (of_accounts,))
    await runner.set_up()
    await real.record(*(received(SHIRT_M, 1) for _ in range(10)))
    last = await real.record(shopper_opened)
    head = await real.record(*(received(SHIRT_M, 1) for _ in range(10)))
    await runner.catch_up()
    assert await runner.positions() == {"stumbling": head}
    async with real.pool.connection() as connection:
        assert await rows(connection, stumbling) == {"seen_page": [(f"({last})",)]}


async def test_every_event_that_changes_a_projections_tables_is_named_as_feeding_it(
    real: RealLog, runner: ProjectionRunner
) -> None:
    await real.record(*a_busy_day)
    await runner.catch_up()
    async with real.pool.connection() as connection:
        fed = await rows(connection)
        for table in fed:
            await connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
        page = await real.log.page(after=0, limit=1_000)
        for projection in PROJECTIONS:
            await projection.apply(connection, page)  # with all events, not its own alone
        assert await rows(connection) == fed


class CountingCursor(AsyncCursor[Any]):
    statements = 0

    async def execute(self, *arguments: Any, **options: Any) -> "CountingCursor":  # noqa: ANN401
        CountingCursor.statements += 1
        await super().execute(*arguments, **options)
        return self


@pytest.mark.parametrize(
    ("event", "statements"), [(shirt_worn, 2), (received(SHIRT_M, 1), 3)], ids=["none", "one"]
)
async def test_what_feeds_few_projections_costs_few_statements(
    real: RealLog, runner: ProjectionRunner, event: Event, statements: int
) -> None:
    await real.record(*look_ready)
    await runner.catch_up()
    pool = AsyncConnectionPool[AsyncConnection](
        real.dsn, kwargs={"cursor_factory": CountingCursor}, min_size=1, open=False
    )
    async with pool:
        counted = ProjectionRunner(real.dsn, pool, PROJECTIONS)
        head = await real.record(event)
        CountingCursor.statements = 0
        await counted.catch_up()
        assert CountingCursor.statements == statements
    assert await runner.positions() == dict.fromkeys(runner.names, head)


async def test_what_was_just_recorded_does_not_wait_for_a_projection_that_is_late(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_runner, "PAGE", 1)
    await real.record(*look_ready)
    await runner.catch_up()
    async with real.pool.connection() as connection:
        await connection.execute("DELETE FROM opened_account")
        await connection.execute(
            "UPDATE projection_position SET position = 0 WHERE name = 'commodity_index'"
        )
        await connection.execute("TRUNCATE indexed_commodity, indexed_variant")
    head = await real.record(shopper_opened)
    order = list[tuple[str, ...]]()

    async def noted(
        connection: AsyncConnection, names: Collection[str], *, after: int, until: int
    ) -> None:
        order.append(tuple(sorted(names)))
        await move(connection, names, after=after, until=until)

    monkeypatch.setattr("adapters.projection_runner.move", noted)
    await runner.catch_up()
    assert order[0] == tuple(sorted(set(runner.names) - {"commodity_index"}))
    assert set(order[1:]) == {("commodity_index",)}
    assert await runner.positions() == dict.fromkeys(runner.names, head)


async def test_text_is_kept_to_the_letter_however_rows_are_written(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    awkward = 'NULL {"a,b"} \\N \\\\ tab\treturn\rline\nquote\' "é" '
    colours = ("white", awkward, "", "NULL")
    monkeypatch.setattr(projection_runner, "PIPELINED_MAX", -1)
    named = replace(shirt_registered, name=awkward, description=awkward, colours=colours)
    await real.record(named)
    for rows_min in (1, 200):
        monkeypatch.setattr(writing, "COPY_ROWS_MIN", rows_min)
        async with real.pool.connection() as connection:
            await connection.execute("TRUNCATE indexed_commodity, indexed_variant")
            await connection.execute("UPDATE projection_position SET position = 0")
        await runner.catch_up()
        async with real.pool.connection() as connection:
            [shirt] = await commodities_of_sellers.commodities_of_seller(
                connection, SELLER, before=None, limit=9
            )
        assert (shirt.name, shirt.description) == (awkward, awkward)
        assert shirt.colours == colours


# ------------------------------------------------------------ how late


async def test_how_late_a_projection_is_is_told_in_events_and_in_seconds(
    real: RealLog, runner: ProjectionRunner
) -> None:
    now = NOON + timedelta(seconds=90)
    assert {(x.events, x.seconds) for x in await runner.lags(now=now)} == {(0, 0)}
    head = await real.record(*look_ready, replace(one_shirt, recorded_at=now))
    first = (await runner.lags(now=now))[0]
    assert (first.name, first.position, first.head) == ("accounts", 0, head)
    assert (first.events, first.seconds) == (head, 90)
    async with real.pool.connection() as connection:
        await connection.execute(
            "UPDATE projection_position SET position = %s WHERE name = 'accounts'", (head - 1,)
        )
    first = (await runner.lags(now=now))[0]
    assert (first.events, first.seconds) == (1, 0)
    await runner.catch_up()
    assert {x.events for x in await runner.lags(now=now)} == {0}
    await record_raw(real, "stock-received", b"not even JSON")
    assert {(x.events, x.seconds) for x in await runner.lags(now=now)} == {(1, 0)}
