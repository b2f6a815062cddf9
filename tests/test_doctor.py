"""The doctor finds a healthy log healthy, and of a spoilt one exactly what was spoilt."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from adapters import doctor
from adapters.doctor import INVARIANTS, Doctor, Progress
from adapters.embedded_postgres import create_database, drop_database
from adapters.invariant import VIOLATIONS_MAX, Report
from adapters.stored_events import RECORDED
from tests.conftest import TEMPLATE, with_database
from tests.real_log import opened_log
from tests.rich_log import (
    EXPIRED,
    FINGERPRINT,
    KEPT,
    KEY,
    RELEASED,
    Spoiler,
    a_rich_day,
    projected,
    record_rich_day,
)
from tests.speaking import (
    PURCHASE,
    REFUND,
    SHIRT_M,
    SKIRT_M,
    look_reserved,
    payment_captured,
    reservation_expired,
    reserved_lines,
)

AN_HOUR_EARLIER = "2030-06-01T11:00:00Z"


@pytest.fixture(scope="module")
async def healthy(postgres: str) -> AsyncIterator[str]:
    """The name of a database with a rich day; tests copy it."""
    name = f"test_rich_{os.getpid()}"
    await create_database(postgres, name, template=TEMPLATE)
    await record_rich_day(with_database(postgres, name))
    yield name
    await drop_database(postgres, name)


@pytest.fixture
async def database(postgres: str, healthy: str) -> AsyncIterator[str]:
    """A copy of the rich day, to be spoilt."""
    name = f"{healthy}_{uuid4().hex[:8]}"
    await create_database(postgres, name, template=healthy)
    yield with_database(postgres, name)
    await drop_database(postgres, name)


async def examined(dsn: str, *, is_deep: bool = False) -> Report:
    return await Doctor(dsn).examine(is_deep=is_deep)


def found(report: Report) -> dict[str, list[dict[str, Any]]]:
    return {
        x.invariant.name: [dict(violation) for violation in x.violations]
        for x in report.checked
        if x.violations
    }


# --------------------------------------------------------------- healthy


@pytest.mark.parametrize("is_deep", [False, True])
async def test_a_day_on_which_everything_happens_is_healthy(database: str, is_deep: bool) -> None:
    report = await examined(database, is_deep=is_deep)
    assert found(report) == {}
    assert [x.problem for x in report.checked if x.problem] == []
    assert report.is_healthy
    assert report.position == len(a_rich_day)
    assert sum(report.events_by_topic.values()) == len(a_rich_day)
    assert [x.invariant for x in report.checked] == list(INVARIANTS)


async def test_an_empty_log_is_healthy(database_url: str) -> None:
    await projected(database_url)
    report = await examined(database_url)
    assert found(report) == {}
    assert report.is_healthy


def test_the_rich_day_has_every_event_of_stock_and_purchases() -> None:
    missing = {kind.TOPIC for kind in RECORDED} - {event.TOPIC for event in a_rich_day}
    assert not [
        topic for topic in missing if topic.startswith(("pa", "pieces", "pu", "r", "stock"))
    ]


async def test_a_projection_that_is_late_is_no_violation(database: str) -> None:
    async with opened_log(database) as real:
        await real.record(replace(payment_captured, purchase_id=PURCHASE, total_minor=13400))
    report = await examined(database)
    assert set(found(report)) == {"money-is-settled-once"}  # and nothing of what is shown


# ---------------------------------------------------------------- spoilt

Spoiling = Callable[[Spoiler], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Ailment:
    invariant: str
    spoil: Spoiling  # returns what a violation must name
    is_projected: bool = False  # the read models follow the spoilt log


AILMENTS = list[Ailment]()


def ailment(invariant: str, *, is_projected: bool = False) -> Callable[[Spoiling], Spoiling]:
    def remember(spoil: Spoiling) -> Spoiling:
        AILMENTS.append(Ailment(invariant=invariant, spoil=spoil, is_projected=is_projected))
        return spoil

    return remember


@ailment("events-are-known")
async def a_topic_of_tomorrow(log: Spoiler) -> dict[str, Any]:
    position = await log.position("coordination-started")
    await log.execute(
        "UPDATE boutique_events_tt_main SET type = 'moon-landed' WHERE id = %s", position
    )
    return {"topic": "moon-landed", "position": position, "events": 1}


@ailment("events-are-known")
async def a_version_of_tomorrow(log: Spoiler) -> dict[str, Any]:
    position = await log.change(await log.position("look-confirmed"), lambda x: x.update(v=12))
    return {"topic": "look-confirmed", "version": 12, "position": position}


@ailment("events-are-readable")
async def a_field_is_missing(log: Spoiler) -> dict[str, Any]:
    position = await log.change(await log.position("look-confirmed"), lambda x: x.pop("look"))
    return {"position": position, "topic": "look-confirmed"}


@ailment("money-taken-is-what-was-bought")
async def another_price_is_taken(log: Spoiler) -> dict[str, Any]:
    captured = await log.position("payment-captured", purchase_id=KEPT)
    await log.change(captured, lambda x: x.update(total_minor=13401))
    return {"purchase_id": str(KEPT), "position": captured, "minor": 13401, "lines_minor": 13400}


@ailment("money-is-settled-once")
async def it_is_taken_twice(log: Spoiler) -> dict[str, Any]:
    await log.append(replace(payment_captured, purchase_id=KEPT))
    return {"purchase_id": str(KEPT), "captured": 2}


@ailment("money-is-authorised-first")
async def nobody_was_asked(log: Spoiler) -> dict[str, Any]:
    await log.forget(await log.position("payment-authorised", purchase_id=KEPT))
    captured = await log.position("payment-captured", purchase_id=KEPT)
    return {"purchase_id": str(KEPT), "position": captured}


@ailment("money-back-is-owed")
async def more_goes_back_than_came_back(log: Spoiler) -> dict[str, Any]:
    for topic in ("refund-granted", "payment-refunded"):
        position = await log.position(topic, refund_id=REFUND)
        await log.change(position, lambda x: x.update(amount_minor=4501))
    return {"purchase_id": str(PURCHASE), "granted_minor": 4501, "back_minor": 4500}


@ailment("money-back-is-granted-first")
async def a_refund_that_nobody_granted(log: Spoiler) -> dict[str, Any]:
    unknown = UUID(int=0x99)
    paid = await log.position("payment-refunded", refund_id=REFUND)
    await log.change(paid, lambda x: x.update(refund_id=str(unknown)))
    return {"refund_id": str(unknown), "position": paid, "granted": 0, "paid": 1}


@ailment("money-is-shown-as-recorded")
async def the_wardrobe_shows_another_state(log: Spoiler) -> dict[str, Any]:
    await log.execute(
        "UPDATE recorded_purchase SET state = 'declined' WHERE purchase_id = %s", KEPT
    )
    return {
        "purchase_id": str(KEPT),
        "state_in_log": "captured",
        "state_shown": "declined",
    }


@ailment("money-is-shown-as-recorded")
async def the_wardrobe_has_lost_a_purchase(log: Spoiler) -> dict[str, Any]:
    await log.execute("DELETE FROM recorded_purchase WHERE purchase_id = %s", KEPT)
    return {"purchase_id": str(KEPT), "state_in_log": "captured", "state_shown": None}


@ailment("purchases-go-in-order")
async def it_is_authorised_last(log: Spoiler) -> dict[str, Any]:
    authorised = await log.position("payment-authorised", purchase_id=KEPT)
    await log.move(authorised, 1 + await log.head())
    return {"purchase_id": str(KEPT), "wrong": "authorised after it was settled"}


@ailment("stock-is-never-short", is_projected=True)
async def more_is_sold_than_was_there(log: Spoiler) -> dict[str, Any]:
    position = await log.position("stock-received", variant_id=SKIRT_M)
    await log.change(position, lambda x: x.update(quantity=1))
    return {"variant_id": str(SKIRT_M), "pieces_left": -1}


@ailment("stock-is-shown-as-recorded")
async def the_shop_shows_a_piece_too_many(log: Spoiler) -> dict[str, Any]:
    await log.execute(
        "UPDATE indexed_variant SET left_in_stock = 40 WHERE variant_id = %s", SHIRT_M
    )
    return {"variant_id": str(SHIRT_M), "left_shown": 40}


@ailment("reservations-end-once", is_projected=True)
async def a_reservation_is_released_and_expires(log: Spoiler) -> dict[str, Any]:
    released = await log.position("reservation-released", reservation_id=RELEASED)
    await log.change(released, lambda x: x["lines"].pop())
    rest = replace(reservation_expired, reservation_id=RELEASED, lines=reserved_lines[1:])
    return {"reservation_id": str(RELEASED), "position": await log.append(rest), "ends": 2}


@ailment("reservations-give-back-what-they-hold", is_projected=True)
async def a_piece_stays_in_a_reservation(log: Spoiler) -> dict[str, Any]:
    expired = await log.position("reservation-expired", reservation_id=EXPIRED)
    await log.change(expired, lambda x: x["lines"].pop())
    return {"reservation_id": str(EXPIRED), "variant_id": str(SKIRT_M), "pieces_held": 1}


@ailment("reservations-give-back-what-they-hold", is_projected=True)
async def a_piece_is_taken_out_twice(log: Spoiler) -> dict[str, Any]:
    expired = await log.position("reservation-expired", reservation_id=EXPIRED)
    await log.change(expired, lambda x: x["lines"].append(x["lines"][0]))
    # Somebody else's piece is held meanwhile, so that none seems to be missing.
    await log.append(replace(look_reserved, reservation_id=UUID(int=0x99)))
    await log.move(expired, 1 + await log.head())
    return {"reservation_id": str(EXPIRED), "variant_id": str(SHIRT_M), "pieces_held": -1}


@ailment("requests-act-once")
async def a_request_acts_again(log: Spoiler) -> dict[str, Any]:
    await log.tag(await log.head(), KEY, FINGERPRINT)
    return {"tag": KEY, "last_position": await log.head(), "events": 3}


@ailment("requests-have-one-fingerprint")
async def a_request_has_two_fingerprints(log: Spoiler) -> dict[str, Any]:
    position = await log.position("purchase-placed", purchase_id=KEPT)
    await log.tag(position, "request:another")
    return {"position": position, "fingerprints": 2, "tag": KEY}


@ailment("tags-are-those-of-events")
async def a_tag_row_is_lost(log: Spoiler) -> dict[str, Any]:
    tag = f"variant:{SHIRT_M}"
    position = await log.position("purchase-placed", purchase_id=KEPT)
    await log.execute(
        "DELETE FROM boutique_events_tt_tag WHERE main_id = %s AND tag = %s", position, tag
    )
    return {"position": position, "tag": tag, "in_event": 1, "in_rows": 0}


@ailment("tags-are-those-of-events")
async def a_tag_row_has_no_event(log: Spoiler) -> dict[str, Any]:
    await log.execute("INSERT INTO boutique_events_tt_tag VALUES ('variant:none', 7)")
    return {"position": 7, "tag": "variant:none", "in_event": 0, "in_rows": 1}


@ailment("time-goes-on")
async def a_clock_was_set_back(log: Spoiler) -> dict[str, Any]:
    position = await log.change(
        await log.position("look-confirmed"), lambda x: x.update(recorded_at=AN_HOUR_EARLIER)
    )
    return {"position": position}


@ailment("projections-follow-the-log")
async def a_projection_knows_the_future(log: Spoiler) -> dict[str, Any]:
    head = await log.head()
    await log.execute(
        "UPDATE projection_position SET position = %s WHERE name = 'accounts'", head + 5
    )
    return {"name": "accounts", "position": head + 5, "head": head}


@ailment("memory-follows-the-log")
async def a_writer_remembers_what_is_lost(log: Spoiler) -> dict[str, Any]:
    head, writer = await log.head(), uuid4()
    await log.execute(
        "INSERT INTO boutique_events_tt_main_writer (writer, position) VALUES (%s, %s)",
        writer,
        head + 1,
    )
    return {"what": "writer", "name": str(writer), "position": head + 1, "head": head}


@ailment("memory-follows-the-log")
async def a_fact_remembers_what_is_lost(log: Spoiler) -> dict[str, Any]:
    head = await log.head()
    await log.execute(
        "INSERT INTO saved_fact VALUES ('Stock', 'variant:x', 'this', %s, '')", head + 2
    )
    return {"what": "fact", "name": "Stock of variant:x", "position": head + 2}


@pytest.mark.parametrize("one", AILMENTS, ids=lambda one: one.spoil.__name__)
async def test_what_was_spoilt_is_found_and_nothing_else(database: str, one: Ailment) -> None:
    async with await AsyncConnection.connect(database) as connection:
        expected = await one.spoil(Spoiler(connection=connection))
    if one.is_projected:
        await projected(database)

    report = await examined(database)

    assert set(found(report)) == {one.invariant}
    (violation,) = found(report)[one.invariant]
    assert {name: violation[name] for name in expected} == expected
    (checked,) = (x for x in report.checked if x.violations)
    assert report.is_healthy == checked.invariant.is_warning
    assert checked.invariant.remedy


def test_every_invariant_is_seen_broken() -> None:
    assert {one.invariant for one in AILMENTS} == {x.name for x in INVARIANTS}


# ------------------------------------------------------- what stops a check


async def test_an_event_that_is_no_json_is_named_wherever_it_lies(database: str) -> None:
    async with await AsyncConnection.connect(database) as connection:
        log = Spoiler(connection=connection)
        position = await log.position("payment-captured", purchase_id=KEPT)
        await log.execute(
            "UPDATE boutique_events_tt_main SET data = '{\"v\":1,' WHERE id = %s", position
        )
    report = await examined(database)
    assert [x["position"] for x in found(report)["events-are-readable"]] == [position]
    unchecked = {x.invariant.name for x in report.unchecked}
    assert {"stock-is-never-short", "money-is-settled-once", "time-goes-on"} <= unchecked
    assert "requests-act-once" not in unchecked
    assert not report.is_healthy


async def test_a_check_that_takes_too_long_is_told_and_the_others_go_on(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = replace(INVARIANTS[-1], sql="SELECT 1 AS position FROM pg_sleep(30)")
    monkeypatch.setattr(doctor, "STATEMENT_SECONDS_MAX", 0.5)
    monkeypatch.setattr(doctor, "INVARIANTS", (slow, INVARIANTS[-2]))
    report = await examined(database)
    assert ["Not finished" in x.problem for x in report.checked] == [True, False]
    assert report.violated == []


async def test_a_table_that_is_missing_keeps_no_other_check_from_going_on(database: str) -> None:
    async with await AsyncConnection.connect(database) as connection:
        await connection.execute("DROP TABLE saved_fact")
    report = await examined(database)
    (unchecked,) = report.unchecked
    assert unchecked.invariant.name == "memory-follows-the-log"
    assert "saved_fact" in unchecked.problem


async def test_a_read_model_that_was_exchanged_meanwhile_is_not_taken_for_empty(
    database: str,
) -> None:
    exchanged = False

    def exchange(what: str, _done: int, _total: int) -> None:
        nonlocal exchanged
        if not exchanged and what.startswith("Checking"):
            exchanged = True
            with psycopg.connect(database) as connection:
                connection.execute("ALTER TABLE indexed_variant RENAME TO indexed_before")
                connection.execute("CREATE TABLE indexed_variant (LIKE indexed_before)")

    report = await Doctor(database).examine(progress=exchange)

    assert exchanged
    assert found(report) == {}
    (unchecked,) = report.unchecked
    assert unchecked.invariant.name == "stock-is-shown-as-recorded"
    assert "Ask again" in unchecked.problem


async def test_a_list_of_violations_has_an_end(database: str) -> None:
    async with await AsyncConnection.connect(database) as connection:
        await connection.execute(
            "INSERT INTO boutique_events_tt_tag"
            " SELECT 'variant:none', n FROM generate_series(1, 90) n"
        )
    report = await examined(database)
    (violated,) = report.violated
    assert len(violated.violations) == VIOLATIONS_MAX
    assert violated.is_cut


async def test_an_examination_cannot_change_the_boutique(database: str) -> None:
    async with doctor.snapshot(database, is_deep=False) as connection:
        for table in ("boutique_events_tt_main", "recorded_purchase", "saved_fact"):
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                async with connection.transaction():
                    await connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))


async def test_the_doctor_comes_by_itself_also_after_a_database_that_was_away(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "FIRST_EXAMINED_SECONDS", 0)
    monkeypatch.setattr(doctor, "EXAMINE_AGAIN_SECONDS", 0)
    monkeypatch.setattr(doctor, "REST_FACTOR", 0)
    examine, times, is_seen = doctor.examine, 0, asyncio.Event()

    async def but_not_at_first(dsn: str, *, is_deep: bool, progress: Progress) -> Report:
        nonlocal times
        times += 1
        if times == 1:
            raise psycopg.OperationalError("away")
        if times == 3:  # by now the second report is remembered
            is_seen.set()
        return await examine(dsn, is_deep=is_deep, progress=progress)

    monkeypatch.setattr(doctor, "examine", but_not_at_first)
    watching = Doctor(database)
    running = asyncio.create_task(watching.run())
    async with asyncio.timeout(20):
        await is_seen.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert watching.last is not None
    assert watching.last.is_healthy
    assert watching.age_seconds < 20
