"""The runner keeps the read models behind the log, page by page, each on its own."""

import asyncio
import importlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from adapters import projection_rebuild, projection_runner
from adapters.projection_rebuild import RebuildRefused
from adapters.projection_runner import ProjectionRunner, UnknownProjection
from adapters.stored_events import RECORDED
from domain.event import Event, Recorded
from domain.purchase import PurchasePlaced
from projections import (
    accounts,
    commodity_index,
)
from projections.projection import Connection, Projection
from tests.real_log import PROJECTIONS, RealLog, opened_log
from tests.speaking import (
    SELLER,
    SHIRT,
    SHIRT_M,
    SHIRT_S,
    SHOPPER,
    SKIRT,
    SKIRT_M,
    dress_registered,
    image_erased,
    image_extracted,
    image_uploaded,
    look_ready,
    one_dress,
    one_shirt,
    one_skirt,
    payment_authorised,
    payment_captured,
    payment_declined,
    purchase_placed,
    received,
    recorded,
    shopper_opened,
)

SMALL_PAGE = 3
ANOTHER_IMAGE = UUID(int=0x50)
ANOTHER_PURCHASE = UUID(int=0x51)

seller_opened = replace(
    shopper_opened,
    account_id=SELLER,
    role="seller",
    email_commitment="d4" * 32,
    trading_name="Northern Linen",
)
another_placed = replace(purchase_placed, purchase_id=ANOTHER_PURCHASE)
another_declined = replace(payment_declined, purchase_id=ANOTHER_PURCHASE)
a_busy_day: tuple[Event, ...] = (
    shopper_opened,
    seller_opened,
    *look_ready,
    dress_registered,
    one_dress,
    image_uploaded,
    image_extracted,
    replace(image_uploaded, user_image_id=ANOTHER_IMAGE),
    purchase_placed,
    another_placed,
    payment_authorised,
    payment_captured,
    another_declined,
    image_erased,
)
PURCHASED_AT = 1 + a_busy_day.index(purchase_placed)


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


@pytest.fixture
async def runner(real: RealLog) -> ProjectionRunner:
    runner = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    await runner.set_up()
    return runner


async def rows(connection: Connection, *projections: Projection) -> dict[str, list[Any]]:
    """Return all rows of all tables, in an order that does not depend on how they came there."""
    found = dict[str, list[Any]]()
    for projection in projections or PROJECTIONS:
        for table in projection.table_names:
            cursor = await connection.execute(
                SQL("SELECT t::text FROM {} t").format(Identifier(table))
            )
            found[table] = sorted(await cursor.fetchall())
    return found


async def left_in_stock(connection: Connection) -> dict[UUID, int]:
    found = await commodity_index.commodities_by_id(connection, (SHIRT, SKIRT))
    return {variant.variant_id: variant.left for x in found.values() for variant in x.variants}


# ------------------------------------------------------------- the runner


async def refuse_purchases(connection: Connection, page: Sequence[Recorded]) -> None:
    """Write, then stumble over a purchase: a projection with a bug."""
    await connection.execute("INSERT INTO seen_page VALUES (%s)", (page[-1].position,))
    if any(isinstance(found.event, PurchasePlaced) for found in page):
        raise ZeroDivisionError


async def note_the_page(connection: Connection, page: Sequence[Recorded]) -> None:
    await connection.execute("INSERT INTO seen_page VALUES (%s)", (page[-1].position,))


stumbling = Projection(
    name="stumbling",
    fed_by=RECORDED,
    tables="CREATE TABLE IF NOT EXISTS seen_page (position bigint PRIMARY KEY)",
    table_names=("seen_page",),
    apply=refuse_purchases,
)


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
        assert all((await rows(connection)).values())


async def test_the_size_of_pages_does_not_matter(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    async with real.pool.connection() as connection:
        in_one_page = await rows(connection)
        for table in in_one_page:
            await connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))
        await connection.execute("UPDATE projection_position SET position = 0")
    monkeypatch.setattr(projection_runner, "PAGE", SMALL_PAGE)
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


async def test_a_projection_goes_on_once_it_was_rebuilt_with_the_bug_mended(
    real: RealLog,
) -> None:
    runner = ProjectionRunner(real.dsn, real.pool, (stumbling,))
    await runner.set_up()
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    with pytest.raises(RebuildRefused, match=f"'purchase-placed' at position {PURCHASED_AT}"):
        await runner.rebuild("stumbling", progress=lambda _reached, _last: None)
    assert await runner.positions() == {"stumbling": PURCHASED_AT - 1}

    async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
        await connection.execute("INSERT INTO seen_page VALUES (%s)", (page[-1].position,))

    mended = ProjectionRunner(real.dsn, real.pool, (replace(stumbling, apply=apply),))
    mended.stopped.update(runner.stopped)
    rebuilt = await mended.rebuild("stumbling", progress=lambda _reached, _last: None)
    assert rebuilt.position == head
    assert mended.stopped == {}


async def test_a_lost_database_does_not_count_as_a_bug_of_the_projection(real: RealLog) -> None:
    async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
        del connection, page
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
    await watching.rebuild("commodity_index", progress=lambda _reached, _last: None)
    assert len(seen) > 1
    assert all(rows_seen == old for rows_seen in seen)


async def test_an_unknown_projection_cannot_be_rebuilt(runner: ProjectionRunner) -> None:
    with pytest.raises(UnknownProjection, match=r"'wardrobe'.*accounts, commodity_index"):
        await runner.rebuild("wardrobe", progress=lambda _reached, _last: None)


async def test_an_empty_log_makes_empty_tables(real: RealLog, runner: ProjectionRunner) -> None:
    async with real.pool.connection() as connection:
        await accounts.apply(connection, recorded(shopper_opened))
    rebuilt = await runner.rebuild("accounts", progress=lambda _reached, _last: None)
    assert rebuilt.position == 0
    async with real.pool.connection() as connection:
        assert await accounts.account(connection, SHOPPER) is None


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


async def test_what_is_recorded_while_the_runner_follows_is_projected_at_once(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So long that only the notification can be the reason why it is seen in time.
    monkeypatch.setattr(projection_runner, "POLL_SECONDS", 600)
    following = asyncio.create_task(runner.run())
    for event in a_busy_day:
        assert await runner.wait_for(await real.record(event), timeout_seconds=30)
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


async def test_the_runner_follows_again_after_its_connection_was_cut(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_runner, "POLL_SECONDS", 0.05)
    following = asyncio.create_task(runner.run())
    assert await runner.wait_for(await real.record(one_shirt), timeout_seconds=30)
    async with real.pool.connection() as connection:
        cut = 0
        while cut == 0:
            cursor = await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
            cut = len(await cursor.fetchall())
    assert await runner.wait_for(await real.record(one_skirt), timeout_seconds=30)
    assert runner.stopped == {}
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


async def test_setting_up_again_keeps_what_is_there(
    real: RealLog, runner: ProjectionRunner
) -> None:
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    await runner.set_up()
    assert await runner.positions() == dict.fromkeys(runner.names, head)
