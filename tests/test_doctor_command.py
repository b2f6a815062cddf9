"""``boutique doctor`` as a shell calls it, on a healthy day and on a spoilt one."""

import json
from pathlib import Path

import psycopg
import pytest

from adapters.doctor import INVARIANTS
from tests.rich_log import KEPT, a_rich_day, record_rich_day
from tests.test_cli import REFUSED, UNAVAILABLE, boutique


@pytest.fixture
async def on_rich_day(database_url: str, tmp_path: Path) -> dict[str, str]:
    await record_rich_day(database_url)
    return {"BOUTIQUE_DATABASE_URL": database_url, "BOUTIQUE_FOLDER": str(tmp_path)}


def execute(on_rich_day: dict[str, str], statement: str) -> None:
    with psycopg.connect(on_rich_day["BOUTIQUE_DATABASE_URL"]) as connection:
        connection.execute(statement.encode())


def test_a_healthy_boutique_is_told_so_and_every_check_is_listed(
    on_rich_day: dict[str, str],
) -> None:
    told = boutique("doctor", "--deep", **on_rich_day)
    assert told.exit_code == 0, told.stdout + told.stderr
    assert "The boutique is healthy." in told.stdout
    assert told.stdout.count("✓") == len(INVARIANTS)
    for invariant in INVARIANTS:
        assert invariant.name in told.stdout.replace("\n", "")

    as_json = json.loads(boutique("doctor", "--json", **on_rich_day).stdout)
    assert as_json["is_healthy"]
    assert as_json["position"] == len(a_rich_day)
    assert [x["name"] for x in as_json["invariants"]] == [x.name for x in INVARIANTS]
    assert {x["state"] for x in as_json["invariants"]} == {"sound"}


def test_a_violation_is_named_with_its_remedy_which_mends_it(on_rich_day: dict[str, str]) -> None:
    spoilt = f"UPDATE recorded_purchase SET state = 'placed' WHERE purchase_id = '{KEPT}'"  # noqa: S608 (a constant)
    execute(on_rich_day, spoilt)

    told = boutique("doctor", **on_rich_day)
    assert told.exit_code == REFUSED
    assert "✗ money-is-shown-as-recorded" in told.stdout
    assert f"purchase_id {KEPT}" in told.stdout
    assert "boutique project --rebuild purchased_commodities" in told.stdout
    assert "1 violated." in told.stdout

    as_json = boutique("doctor", "--json", **on_rich_day)
    assert as_json.exit_code == REFUSED
    found = json.loads(as_json.stdout)
    (violated,) = (x for x in found["invariants"] if x["state"] == "violated")
    assert violated["violations"][0]["purchase_id"] == str(KEPT)
    assert not found["is_healthy"]

    boutique("project", "--rebuild", "purchased_commodities", **on_rich_day)
    assert boutique("doctor", **on_rich_day).exit_code == 0


def test_a_projection_that_knows_the_future_is_mended_by_its_remedy(
    on_rich_day: dict[str, str],
) -> None:
    execute(on_rich_day, "UPDATE projection_position SET position = 900 WHERE name = 'accounts'")
    told = boutique("doctor", **on_rich_day)
    assert told.exit_code == REFUSED
    assert "name accounts  position 900" in told.stdout

    boutique("project", "--rebuild", "accounts", **on_rich_day)
    assert boutique("doctor", **on_rich_day).exit_code == 0


def test_a_warning_is_told_and_the_boutique_is_healthy(on_rich_day: dict[str, str]) -> None:
    execute(
        on_rich_day,
        "UPDATE boutique_events_tt_main SET data = convert_to(replace(convert_from(data, 'UTF8'),"
        " '2030-06-01', '2030-05-01'), 'UTF8') WHERE type = 'look-confirmed'",
    )
    told = boutique("doctor", **on_rich_day)
    assert told.exit_code == 0, told.stdout
    assert "! time-goes-on" in told.stdout
    assert "NTP" in told.stdout


def test_what_could_not_be_checked_is_no_violation_and_not_healthy(
    on_rich_day: dict[str, str],
) -> None:
    execute(on_rich_day, "ALTER TABLE indexed_variant RENAME left_in_stock TO of_another_version")
    told = boutique("doctor", **on_rich_day)
    assert told.exit_code == UNAVAILABLE
    assert "? stock-is-shown-as-recorded" in told.stdout
    assert "of_another_version" in told.stdout or "left_in_stock" in told.stdout
    assert "1 could not be checked." in told.stdout


def test_a_database_that_is_away_is_said_in_one_sentence(tmp_path: Path) -> None:
    away = boutique(
        "doctor",
        BOUTIQUE_DATABASE_URL="postgresql://127.0.0.1:1/nothing?connect_timeout=2",
        BOUTIQUE_FOLDER=str(tmp_path),
    )
    assert away.exit_code == UNAVAILABLE
    assert "database does not answer" in away.stderr
    assert "Traceback" not in away.stderr
