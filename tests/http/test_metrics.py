"""Figures for Prometheus: what they say, how they are written, and who may read them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from math import isfinite

import psycopg
import pytest
from httpx2 import ASGITransport, AsyncClient, Response

from adapters.doctor import INVARIANTS, Doctor
from adapters.stored_events import RECORDED
from tests.http.visitors import ADDRESS, OpenBoutique, Visitor, refused, succeeded
from web.app import create_app
from web.exposition import MEDIA_TYPE, gauge, gauges, written
from web.metrics import FORWARDED, is_loopback

ELSEWHERE = ("203.0.113.9", 4711)
LABEL = r'[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"'
SAMPLE = re.compile(rf"([a-z][a-z0-9_]*)(?:{{({LABEL}(?:,{LABEL})*)}})? (\S+)")
LABELLED_MAX = 64  # samples of one name


def parsed(text: str) -> dict[str, dict[str, float]]:
    """Read the exposition format as strictly as Prometheus; return samples by name and labels."""
    assert text.endswith("\n")
    found = dict[str, dict[str, float]]()
    kinds = dict[str, str]()
    name = ""
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name = line.split(" ", 3)[2]
            assert name not in found, "all samples of a name stand together"
            found[name] = {}
        elif line.startswith("# TYPE "):
            _, _, typed, kinds[name] = line.split(" ")
            assert typed == name
            assert kinds[name] in {"counter", "gauge"}
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            assert sample[1] == name
            assert (sample[2] or "") not in found[name], "no sample is told twice"
            found[name][sample[2] or ""] = float(sample[3])
    for name, kind in kinds.items():
        assert name.startswith("boutique_")
        assert name.endswith("_total") == (kind == "counter")
    return found


async def scraped(
    boutique: OpenBoutique, doctor: Doctor | None = None
) -> dict[str, dict[str, float]]:
    app = boutique.app
    if doctor is not None:
        app = create_app(replace(boutique.container, doctor=doctor), boutique.imaging)
    answer = succeeded(await (await boutique.client(app)).get("/metrics"))
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["cache-control"] == "no-store"
    return parsed(answer.text)


# -------------------------------------------------------------- what they say


async def test_figures_of_the_log_and_its_projections_are_told(
    boutique: OpenBoutique, shopper: Visitor
) -> None:
    assert shopper.account_id is not None  # so that something is recorded
    head = await boutique.container.log.head()
    await boutique.container.projections.wait_for(head, timeout_seconds=10)
    found = await scraped(boutique)
    assert found["boutique_database_up"] == {"": 1}
    assert found["boutique_log_head"][""] >= head > 0
    projections = {f'projection="{name}"' for name in boutique.container.projections.names}
    for name in ("lag_events", "lag_seconds", "stopped"):
        assert set(found[f"boutique_projection_{name}"]) == projections
    assert set(found["boutique_projection_stopped"].values()) == {0}


async def test_figures_of_the_process_are_told_and_counters_grow(boutique: OpenBoutique) -> None:
    before = await scraped(boutique)
    await boutique.shopper()
    after = await scraped(boutique)
    for name in (
        "append_groups",
        "appends",
        "appended_events",
        "decided_groups",
        "commands",
    ):
        assert after[f"boutique_{name}_total"][""] > before[f"boutique_{name}_total"][""]
    assert after["boutique_conflicts_total"][""] >= 0
    assert after["boutique_image_workers"] == {"": 4}  # two that open, two that do the imaging
    assert after["boutique_image_jobs_waiting"] == {"": 0}
    assert set(after["boutique_connections_pool_size"]) == {'pool="write"', 'pool="read"'}
    grown = after["boutique_connections_requests_num_total"]
    assert grown['pool="write"'] > before["boutique_connections_requests_num_total"]['pool="write"']


async def test_the_last_examination_is_told_with_its_age(boutique: OpenBoutique) -> None:
    doctor = Doctor(boutique.container.dsn)
    assert "boutique_invariant_violations" not in await scraped(boutique, doctor)

    report = await doctor.examine()
    found = await scraped(boutique, doctor)
    assert 0 <= found["boutique_doctor_age_seconds"][""] < 60
    assert found["boutique_doctor_position"][""] == report.position
    violations = found["boutique_invariant_violations"]
    assert len(violations) == len(INVARIANTS)
    assert set(violations.values()) == {0}, {x for x in violations if violations[x]}
    assert set(found["boutique_invariant_unchecked"].values()) == {0}
    by_topic = found["boutique_log_events"]
    assert sum(by_topic.values()) == sum(report.events_by_topic.values())

    spoilt = replace(report.checked[0], violations=({"position": 1}, {"position": 2}))
    doctor.last = replace(report, checked=(spoilt, *report.checked[1:]))
    label = f'invariant="{INVARIANTS[0].name}",severity="error"'
    assert (await scraped(boutique, doctor))["boutique_invariant_violations"][label] == 2


async def test_topics_of_strangers_make_no_labels(boutique: OpenBoutique) -> None:
    doctor = Doctor(boutique.container.dsn)
    report = await doctor.examine()
    strange = {f"strange-{number}": 1 for number in range(1_000)}
    doctor.last = replace(report, events_by_topic={**report.events_by_topic, **strange})
    found = await scraped(boutique, doctor)
    assert found["boutique_log_events"]['topic="other"'] == 1_000
    assert len(found["boutique_log_events"]) == len(RECORDED) + 1
    assert max(len(samples) for samples in found.values()) <= LABELLED_MAX


async def test_a_database_that_is_away_is_a_figure_too(
    boutique: OpenBoutique, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("away")

    monkeypatch.setattr(boutique.container.projections, "lags", away)
    found = await scraped(boutique)
    assert found["boutique_database_up"] == {"": 0}
    assert "boutique_log_head" not in found
    assert "boutique_appends_total" in found


# ----------------------------------------------------------- how it is written


def test_help_and_labels_are_escaped_and_whole_numbers_stay_whole() -> None:
    text = written(
        [
            gauges("boutique_x", 'One\nline, a \\ and a ".', "of", {'a"b\\c\nd': 0.25}),
            gauge("boutique_y", "Whole.", 3.0),
        ]
    )
    assert text.splitlines() == [
        '# HELP boutique_x One\\nline, a \\\\ and a ".',
        "# TYPE boutique_x gauge",
        'boutique_x{of="a\\"b\\\\c\\nd"} 0.25',
        "# HELP boutique_y Whole.",
        "# TYPE boutique_y gauge",
        "boutique_y 3",
    ]
    assert all(isfinite(x) for samples in parsed(text).values() for x in samples.values())


# ---------------------------------------------------------------- who may read


async def asking(
    boutique: OpenBoutique,
    headers: Mapping[str, str] | None = None,
    *,
    client: tuple[str, int] = ELSEWHERE,
) -> Response:
    transport = ASGITransport(app=boutique.app, client=client)
    async with AsyncClient(transport=transport, base_url=ADDRESS) as http:
        return await http.get("/metrics", headers=headers)


def bearer(visitor: Visitor) -> dict[str, str]:
    return {"Authorization": f"Bearer {visitor.http.cookies['boutique-session']}"}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
async def test_who_is_on_this_machine_needs_no_session(boutique: OpenBoutique, host: str) -> None:
    assert is_loopback(host)
    succeeded(await asking(boutique, client=(host, 1)))


@pytest.mark.parametrize("host", ["203.0.113.9", "10.0.0.1", "::ffff:10.0.0.1", "", "localhost"])
async def test_who_is_elsewhere_needs_one(boutique: OpenBoutique, host: str) -> None:
    assert not is_loopback(host)
    refused(await asking(boutique, client=(host, 1)), 401, "sign-in-needed")


@pytest.mark.parametrize("header", FORWARDED)
async def test_what_a_proxy_passed_on_is_from_elsewhere(
    boutique: OpenBoutique, header: str
) -> None:
    answer = await asking(boutique, {header: "127.0.0.1"}, client=("127.0.0.1", 1))
    refused(answer, 401, "sign-in-needed")


async def test_with_a_public_address_this_machine_says_nothing(boutique: OpenBoutique) -> None:
    settings = boutique.container.settings.model_copy(
        update={"public_url": "https://boutique.example"}
    )
    app = create_app(replace(boutique.container, settings=settings), boutique.imaging)
    refused(await (await boutique.client(app)).get("/metrics"), 401, "sign-in-needed")


async def test_auditors_and_operators_are_let_in_from_anywhere(
    boutique: OpenBoutique, auditor: Visitor
) -> None:
    succeeded(await asking(boutique, bearer(auditor)))
    operator = await boutique.operator()
    succeeded(await asking(boutique, bearer(operator)))


async def test_shoppers_and_sellers_are_not(
    boutique: OpenBoutique, shopper: Visitor, seller: Visitor
) -> None:
    for visitor in (shopper, seller):
        refused(await asking(boutique, bearer(visitor)), 403, "not-allowed")
