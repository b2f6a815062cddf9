"""Read models: events in, rows out; and the runner that keeps them behind the log."""

import asyncio
import importlib
import pkgutil
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

import projections
from adapters import projection_runner
from adapters.projection_runner import ProjectionRunner, UnknownProjection
from domain.commodity import COLOURS, DESIGNS, TYPES, CommodityRegistered, Variant
from domain.event import Event, Recorded
from domain.purchase import PurchasePlaced
from projections import (
    accounts,
    commodity_index,
    coordinations,
    purchased_commodities,
    user_images,
)
from projections.commodity_index import Facets, IndexedVariant, Wanted
from projections.projection import Connection, Projection
from projections.purchased_commodities import PurchasedCommodity, RecordedLine, RecordedPurchase
from projections.user_images import KeptUserImage
from tests.real_log import RealLog, opened_log
from tests.speaking import (
    COORDINATION,
    DRESS,
    EMAIL_COMMITMENT,
    IMAGE,
    NOON,
    PURCHASE,
    RIVAL,
    SELLER,
    SHIRT,
    SHIRT_M,
    SHIRT_S,
    SHOPPER,
    SKIRT,
    SKIRT_M,
    STRANGER,
    UNREGISTERED,
    coordination_started,
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
    registered,
    shirt_registered,
    shopper_opened,
    skirt_registered,
)

PROJECTIONS = tuple(
    module.PROJECTION
    for info in pkgutil.iter_modules(projections.__path__, "projections.")
    if hasattr(module := importlib.import_module(info.name), "PROJECTION")
)
SMALL_PAGE = 3
ANOTHER_IMAGE = UUID(int=0x50)
ANOTHER_PURCHASE = UUID(int=0x51)
ANOTHER_COORDINATION = UUID(int=0x52)

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


def recorded(*events: Event, first: int = 1) -> list[Recorded]:
    return [Recorded(position, event) for position, event in enumerate(events, start=first)]


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


@pytest.fixture
async def runner(real: RealLog) -> ProjectionRunner:
    runner = ProjectionRunner(real.dsn, real.pool, PROJECTIONS)
    await runner.set_up()
    return runner


@pytest.fixture
async def tables(real: RealLog, runner: ProjectionRunner) -> AsyncIterator[Connection]:
    """A connection to the empty tables of all projections."""
    assert runner.names
    async with real.pool.connection() as connection:
        yield connection


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


# -------------------------------------------------------------- accounts


async def test_an_opened_account_is_found_by_id_and_by_address(tables: Connection) -> None:
    await accounts.apply(tables, recorded(shopper_opened, shirt_registered, seller_opened))
    expected = accounts.Account(account_id=SHOPPER, role="shopper", trading_name="", opened_at=NOON)
    assert await accounts.account(tables, SHOPPER) == expected
    assert await accounts.account_by_email(tables, EMAIL_COMMITMENT) == expected
    assert await accounts.account(tables, STRANGER) is None
    assert await accounts.account_by_email(tables, "00" * 32) is None


async def test_only_sellers_have_trading_names(tables: Connection) -> None:
    await accounts.apply(tables, recorded(shopper_opened, seller_opened))
    assert await accounts.trading_names(tables) == {SELLER: "Northern Linen"}


# -------------------------------------------------------- commodity index


async def test_a_registered_commodity_is_on_offer_with_all_that_was_said_of_it(
    tables: Connection,
) -> None:
    await commodity_index.apply(tables, recorded(shirt_registered, one_shirt))
    [shirt] = await commodity_index.commodities(tables, Wanted(), before=None, limit=10)
    assert shirt == commodity_index.IndexedCommodity(
        commodity_id=SHIRT,
        position=1,
        seller_id=SELLER,
        name="Linen shirt",
        description="Woven in one piece.",
        type="shirt",
        design="solid",
        colours=("white",),
        measured_colours=(("white", 0.75),),
        price_minor=4500,
        currency="EUR",
        image_digest="ab" * 32,
        cutout_digest="cd" * 32,
        landmarks={"neck-left": (0.125, 0.375)},
        variants=(
            IndexedVariant(variant_id=SHIRT_S, size="S", left=0),
            IndexedVariant(variant_id=SHIRT_M, size="M", left=1),
        ),
    )
    assert not shirt.is_sold_out


async def left_in_stock(connection: Connection) -> dict[UUID, int]:
    found = await commodity_index.commodities_by_id(connection, (SHIRT, SKIRT))
    return {variant.variant_id: variant.left for x in found.values() for variant in x.variants}


async def test_the_index_counts_what_is_left_of_every_size(tables: Connection) -> None:
    stock = (received(SHIRT_S, 2), received(SHIRT_M, 3), one_skirt)
    await commodity_index.apply(tables, recorded(shirt_registered, skirt_registered, *stock))
    assert await left_in_stock(tables) == {SHIRT_S: 2, SHIRT_M: 3, SKIRT_M: 1}
    await commodity_index.apply(tables, recorded(purchase_placed, payment_authorised))
    assert await left_in_stock(tables) == {SHIRT_S: 2, SHIRT_M: 2, SKIRT_M: 0}
    await commodity_index.apply(tables, recorded(payment_declined, received(SHIRT_S, 1)))
    assert await left_in_stock(tables) == {SHIRT_S: 3, SHIRT_M: 3, SKIRT_M: 1}


async def test_a_commodity_is_sold_out_when_no_size_of_it_is_left(tables: Connection) -> None:
    await commodity_index.apply(
        tables, recorded(shirt_registered, skirt_registered, one_shirt, one_skirt, purchase_placed)
    )
    found = await commodity_index.commodities_by_id(tables, [SHIRT, SKIRT, UNREGISTERED])
    assert {id_: commodity.is_sold_out for id_, commodity in found.items()} == {
        SHIRT: True,
        SKIRT: True,
    }


async def test_the_newest_come_first_and_pages_go_on_behind_the_last_one_seen(
    tables: Connection,
) -> None:
    history = (shirt_registered, skirt_registered, dress_registered)
    await commodity_index.apply(tables, recorded(*history))
    first = await commodity_index.commodities(tables, Wanted(), before=None, limit=2)
    assert [x.commodity_id for x in first] == [DRESS, SKIRT]
    rest = await commodity_index.commodities(tables, Wanted(), before=first[-1].position, limit=2)
    assert [x.commodity_id for x in rest] == [SHIRT]


async def test_a_seller_finds_her_own_commodities_only(tables: Connection) -> None:
    history = (shirt_registered, skirt_registered, dress_registered)
    await commodity_index.apply(tables, recorded(*history))
    own = await commodity_index.commodities_of_seller(tables, SELLER, before=None, limit=10)
    assert [x.commodity_id for x in own] == [DRESS, SHIRT]
    [older] = await commodity_index.commodities_of_seller(tables, SELLER, before=3, limit=10)
    assert older.commodity_id == SHIRT
    [skirt] = await commodity_index.commodities_of_seller(tables, RIVAL, before=None, limit=10)
    assert skirt.commodity_id == SKIRT


catalogues = st.lists(
    st.tuples(
        st.sampled_from(TYPES[:3]),
        st.sampled_from(DESIGNS[:3]),
        st.lists(st.sampled_from(COLOURS[:4]), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    max_size=12,
)
choices = st.builds(
    Wanted,
    types=st.lists(st.sampled_from(TYPES[:4]), max_size=2, unique=True).map(tuple),
    designs=st.lists(st.sampled_from(DESIGNS[:4]), max_size=2, unique=True).map(tuple),
    colours=st.lists(st.sampled_from(COLOURS[:5]), max_size=2, unique=True).map(tuple),
)


def is_of(values: Sequence[str], chosen: Sequence[str]) -> bool:
    return not chosen or bool(set(values) & set(chosen))


def counted(catalogue: Sequence[CommodityRegistered], wanted: Wanted) -> Facets:
    """Count as plainly as one can: each facet with what is chosen in the other two."""
    types, designs, colours = Counter[str](), Counter[str](), Counter[str]()
    total = 0
    for x in catalogue:
        by_type = is_of([x.type], wanted.types)
        by_design = is_of([x.design], wanted.designs)
        by_colour = is_of(x.colours, wanted.colours)
        types.update([x.type] if by_design and by_colour else [])
        designs.update([x.design] if by_type and by_colour else [])
        colours.update(x.colours if by_type and by_design else [])
        total += by_type and by_design and by_colour
    return Facets(types=dict(types), designs=dict(designs), colours=dict(colours), total=total)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@for_all(catalogue=catalogues, wanted=choices)
async def test_facets_count_what_choosing_a_value_too_would_show(
    tables: Connection, catalogue: list[tuple[str, str, tuple[str, ...]]], wanted: Wanted
) -> None:
    events = [
        registered(
            UUID(int=number),
            Variant(variant_id=UUID(int=1000 + number), size="M"),
            type=type_,
            design=design,
            colours=colours,
        )
        for number, (type_, design, colours) in enumerate(catalogue)
    ]
    await tables.rollback()  # what the example before left
    await commodity_index.apply(tables, recorded(*events))
    facets = await commodity_index.facets(tables, wanted)
    assert facets == counted(events, wanted)
    found = await commodity_index.commodities(tables, wanted, before=None, limit=100)
    assert len(found) == facets.total
    assert [x.position for x in found] == sorted((x.position for x in found), reverse=True)
    assert all(
        is_of([x.type], wanted.types)
        and is_of([x.design], wanted.designs)
        and is_of(x.colours, wanted.colours)
        for x in found
    )


# ---------------------------------------------------------- coordinations


async def test_a_shopper_works_on_the_coordination_she_started_last(tables: Connection) -> None:
    assert await coordinations.current_coordination(tables, SHOPPER) is None
    another = replace(coordination_started, coordination_id=ANOTHER_COORDINATION)
    of_stranger = replace(another, shopper_id=STRANGER)
    await coordinations.apply(tables, recorded(coordination_started, of_stranger, one_shirt))
    assert await coordinations.current_coordination(tables, SHOPPER) == COORDINATION
    await coordinations.apply(tables, recorded(another))
    assert await coordinations.current_coordination(tables, SHOPPER) == ANOTHER_COORDINATION


# --------------------------------------------------- purchased commodities


async def test_a_purchase_is_recorded_with_its_lines_and_found_by_its_shopper_only(
    tables: Connection,
) -> None:
    await purchased_commodities.apply(tables, recorded(one_shirt, purchase_placed))
    found = await purchased_commodities.purchase(tables, PURCHASE, shopper_id=SHOPPER)
    assert found == RecordedPurchase(
        purchase_id=PURCHASE,
        position=2,
        coordination_id=COORDINATION,
        state="placed",
        declined_because=None,
        placed_at=NOON,
        total_minor=13400,
        currency="EUR",
    )
    assert await purchased_commodities.lines(tables, PURCHASE) == [
        RecordedLine(commodity_id=SHIRT, variant_id=SHIRT_M, quantity=1, price_minor=4500),
        RecordedLine(commodity_id=SKIRT, variant_id=SKIRT_M, quantity=1, price_minor=8900),
    ]
    assert await purchased_commodities.purchase(tables, PURCHASE, shopper_id=STRANGER) is None


async def test_a_wardrobe_holds_what_was_paid_and_nothing_else(tables: Connection) -> None:
    await purchased_commodities.apply(tables, recorded(purchase_placed, another_placed))
    assert await purchased_commodities.purchased_commodities(tables, SHOPPER) == []
    assert await purchased_commodities.unsettled_purchases(tables, limit=10) == [
        PURCHASE,
        ANOTHER_PURCHASE,
    ]
    await purchased_commodities.apply(tables, recorded(payment_captured, another_declined))
    owned = await purchased_commodities.purchased_commodities(tables, SHOPPER)
    assert owned[0] == PurchasedCommodity(
        commodity_id=SHIRT,
        variant_id=SHIRT_M,
        quantity=1,
        price_minor=4500,
        currency="EUR",
        purchase_id=PURCHASE,
        purchased_at=NOON,
    )
    assert [x.commodity_id for x in owned] == [SHIRT, SKIRT]
    assert await purchased_commodities.purchased_commodities(tables, STRANGER) == []
    assert await purchased_commodities.unsettled_purchases(tables, limit=10) == []


async def test_purchases_are_listed_newest_first_in_pages(tables: Connection) -> None:
    await purchased_commodities.apply(
        tables, recorded(purchase_placed, another_placed, payment_captured, another_declined)
    )
    [newest] = await purchased_commodities.purchases(tables, SHOPPER, before=None, limit=1)
    assert (newest.purchase_id, newest.state) == (ANOTHER_PURCHASE, "declined")
    assert newest.declined_because == payment_declined.reason
    [older] = await purchased_commodities.purchases(
        tables, SHOPPER, before=newest.position, limit=9
    )
    assert (older.purchase_id, older.state) == (PURCHASE, "captured")
    assert await purchased_commodities.purchases(tables, STRANGER, before=None, limit=9) == []


# ------------------------------------------------------------ user images


async def test_a_shoppers_images_are_listed_newest_first_with_their_scores(
    tables: Connection,
) -> None:
    another = replace(image_uploaded, user_image_id=ANOTHER_IMAGE)
    await user_images.apply(
        tables, recorded(image_uploaded, image_extracted, another, shirt_registered)
    )
    assert await user_images.user_images(tables, SHOPPER) == [
        KeptUserImage(user_image_id=ANOTHER_IMAGE, uploaded_at=NOON, score=0),
        KeptUserImage(user_image_id=IMAGE, uploaded_at=NOON, score=0.875),
    ]
    assert await user_images.user_images(tables, STRANGER) == []


async def test_a_replaced_image_is_the_newest_and_an_erased_one_is_gone(
    tables: Connection,
) -> None:
    another = replace(image_uploaded, user_image_id=ANOTHER_IMAGE)
    await user_images.apply(tables, recorded(image_uploaded, another, image_uploaded))
    listed = await user_images.user_images(tables, SHOPPER)
    assert [x.user_image_id for x in listed] == [IMAGE, ANOTHER_IMAGE]
    await user_images.apply(tables, recorded(image_erased, first=4))
    listed = await user_images.user_images(tables, SHOPPER)
    assert [x.user_image_id for x in listed] == [ANOTHER_IMAGE]


# ------------------------------------------------------------- the runner


async def refuse_purchases(connection: Connection, page: Sequence[Recorded]) -> None:
    """Write, then stumble over a purchase: a projection with a bug."""
    await connection.execute("INSERT INTO seen_page VALUES (%s)", (page[-1].position,))
    if any(isinstance(found.event, PurchasePlaced) for found in page):
        raise ZeroDivisionError


stumbling = Projection(
    name="stumbling",
    tables="CREATE TABLE IF NOT EXISTS seen_page (position bigint PRIMARY KEY)",
    table_names=("seen_page",),
    apply=refuse_purchases,
)


async def test_every_projection_of_the_package_is_run_by_the_boutique() -> None:
    bootstrap = importlib.import_module("web.bootstrap")
    assert sorted(x.name for x in bootstrap.PROJECTIONS) == sorted(x.name for x in PROJECTIONS)


async def test_every_projection_names_all_its_tables(tables: Connection) -> None:
    cursor = await tables.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        " AND table_name NOT LIKE 'boutique_events%' AND table_name <> 'projection_position'"
    )
    found = [row[0] for row in await cursor.fetchall()]
    assert sorted(found) == sorted(name for x in PROJECTIONS for name in x.table_names)


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
    assert await runner.positions() == {"stumbling": SMALL_PAGE}
    async with real.pool.connection() as connection:
        assert await rows(connection, stumbling) == {"seen_page": [("(3)",)]}


async def test_a_projection_that_stumbles_stops_and_the_others_go_on(real: RealLog) -> None:
    runner = ProjectionRunner(real.dsn, real.pool, (stumbling, *PROJECTIONS))
    await runner.set_up()
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    assert list(runner.stopped) == ["stumbling"]
    assert "ZeroDivisionError" in runner.stopped["stumbling"]
    later = await real.record(received(SHIRT_M, 1))
    await runner.catch_up()
    assert later == head + 1
    assert await runner.positions() == {**dict.fromkeys(runner.names, later), "stumbling": 0}
    assert not await runner.wait_for(later, timeout_seconds=0)


async def test_a_projection_goes_on_once_it_was_rebuilt_with_the_bug_mended(
    real: RealLog,
) -> None:
    runner = ProjectionRunner(real.dsn, real.pool, (stumbling,))
    await runner.set_up()
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    with pytest.raises(ZeroDivisionError):
        await runner.rebuild("stumbling", progress=lambda _reached, _last: None)
    assert await runner.positions() == {"stumbling": 0}

    async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
        await connection.execute("INSERT INTO seen_page VALUES (%s)", (page[-1].position,))

    mended = ProjectionRunner(real.dsn, real.pool, (replace(stumbling, apply=apply),))
    mended.stopped.update(runner.stopped)
    assert await mended.rebuild("stumbling", progress=lambda _reached, _last: None) == head
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
    monkeypatch.setattr(projection_runner, "PAGE", SMALL_PAGE)
    head = await real.record(*a_busy_day)
    await runner.catch_up()
    async with real.pool.connection() as connection:
        live = await rows(connection)
    told = list[tuple[int, int]]()
    assert (
        await runner.rebuild(
            projection.name, progress=lambda reached, last: told.append((reached, last))
        )
        == head
    )
    async with real.pool.connection() as connection:
        assert await rows(connection) == live
    assert told == [(min(n, head), head) for n in range(SMALL_PAGE, head + SMALL_PAGE, SMALL_PAGE)]
    assert await runner.positions() == dict.fromkeys(runner.names, head)


async def test_readers_see_the_old_rows_until_the_new_ones_are_complete(
    real: RealLog, runner: ProjectionRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection_runner, "PAGE", SMALL_PAGE)
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
    assert await runner.rebuild("accounts", progress=lambda _reached, _last: None) == 0
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
