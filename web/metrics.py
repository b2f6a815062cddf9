"""``GET /metrics``: figures of this process and of the log, for Prometheus.

They tell how busy the boutique is, which is nobody's business but its operator's: see
``docs/decisions/0021-doctor.md`` for who is let in.
"""

import asyncio
import logging
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address

import psycopg
from fastapi import APIRouter, Request
from fastapi.responses import Response
from psycopg_pool import PoolTimeout

from web.bootstrap import TOPICS, Container, Imaging, Report
from web.dependencies import Wired, WiredImaging, visitor_of
from web.exposition import MEDIA_TYPE, Metric, Sample, counter, gauge, gauges, written

router = APIRouter(include_in_schema=False)
logger = logging.getLogger(__name__)

ROLES = ("operator", "auditor")
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""A request with one of these was passed on: whoever sent it is not on this machine."""

DATABASE_SECONDS = 3.0
"""Less than the ten seconds that Prometheus waits for everything."""

POOL_GAUGES = {
    "pool_size": "Connections there are.",
    "pool_available": "Connections nobody uses.",
    "requests_waiting": "Requests that wait for a connection now.",
}
POOL_COUNTERS = {
    "requests_num": "Connections that were asked for.",
    "requests_queued": "Requests that had to wait for a connection.",
    "requests_wait_ms": "Milliseconds that requests have waited for a connection.",
    "requests_errors": "Requests that waited for a connection in vain.",
}


@router.get("/metrics")
async def show_metrics(request: Request, wired: Wired, imaging: WiredImaging) -> Response:
    """Show figures to whoever is on this machine, or signed in as operator or auditor."""
    if not _is_beside(request, wired):
        visitor = await visitor_of(request, wired)
        if visitor.role not in ROLES:
            visitor.as_role("operator")  # refuses
    metrics = [*_of_process(wired, imaging), *await _of_log(wired), *_of_doctor(wired)]
    return Response(written(metrics), media_type=MEDIA_TYPE)


def _is_beside(request: Request, wired: Container) -> bool:
    """Tell whether the sender is on this machine.

    Behind a proxy every request comes from it: where shoppers reach the boutique under another
    address (``public_url``), coming from this machine says nothing.
    """
    if wired.settings.public_url is not None or any(x in request.headers for x in FORWARDED):
        return False
    return request.client is not None and is_loopback(request.client.host)


def is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _of_process(wired: Container, imaging: Imaging) -> Iterator[Metric]:
    sent, decider, workers = wired.log.sent, wired.decider, imaging.workers
    yield counter("boutique_append_groups_total", "Groups sent to the log.", sent.groups)
    yield counter("boutique_appends_total", "Appends in those groups.", sent.requests)
    yield counter("boutique_appended_events_total", "Events in those groups.", sent.events)
    yield counter("boutique_decided_groups_total", "Groups of commands.", decider.groups)
    yield counter("boutique_commands_total", "Commands in those groups.", decider.commands)
    yield counter(
        "boutique_conflicts_total", "Groups decided anew for another process.", decider.conflicts
    )
    pools = {"write": wired.pool.get_stats(), "read": wired.readers.get_stats()}
    for name, says in POOL_GAUGES.items():
        values = {pool: stats.get(name, 0) for pool, stats in pools.items()}
        yield gauges(f"boutique_connections_{name}", says, "pool", values)
    for name, says in POOL_COUNTERS.items():
        yield Metric(
            name=f"boutique_connections_{name}_total",
            help=says,
            kind="counter",
            samples=tuple(
                Sample(value=stats.get(name, 0), labels={"pool": pool})
                for pool, stats in pools.items()
            ),
        )
    yield gauge("boutique_image_workers", "Image workers that are up.", len(workers.process_ids))
    yield gauge("boutique_image_workers_idle", "Image workers without a job.", workers.idle)
    yield gauge("boutique_image_jobs_waiting", "Jobs that wait for a worker.", workers.waiting)
    yield gauges(
        "boutique_projection_stopped",
        "1 where a projection met an event that it cannot apply.",
        "projection",
        {x: float(x in wired.projections.stopped) for x in wired.projections.names},
    )


async def _of_log(wired: Container) -> list[Metric]:
    """Return what the database has to say; that it says nothing is a figure too."""
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            lags = await wired.projections.lags(now=wired.clock())
            head = await wired.log.head()
    except (psycopg.OperationalError, PoolTimeout, TimeoutError) as error:
        logger.warning("no figures of the database: %s", error)
        return [gauge("boutique_database_up", "1 if the database answers.", 0)]
    events = {x.name: float(x.events) for x in lags}
    seconds = {x.name: x.seconds for x in lags}
    return [
        gauge("boutique_database_up", "1 if the database answers.", 1),
        gauge("boutique_log_head", "Position of the last event.", head),
        gauges("boutique_projection_lag_events", "Events not seen yet.", "projection", events),
        gauges(
            "boutique_projection_lag_seconds",
            "Age of the first event not seen yet.",
            "projection",
            seconds,
        ),
    ]


def _of_doctor(wired: Container) -> Iterator[Metric]:
    """Return what the last examination found; nothing before the first."""
    report = wired.doctor.last
    if report is None:
        return
    yield gauge(
        "boutique_doctor_age_seconds", "Age of the last examination.", wired.doctor.age_seconds
    )
    yield gauge("boutique_doctor_seconds", "How long it took.", report.seconds)
    yield gauge("boutique_doctor_position", "Position of the log it was at.", report.position)
    yield gauges("boutique_log_events", "Events by topic then.", "topic", _by_topic(report))
    yield Metric(
        name="boutique_invariant_violations",
        help="Violations of each invariant then; they are counted up to a limit.",
        kind="gauge",
        samples=tuple(
            Sample(
                value=len(x.violations),
                labels={
                    "invariant": x.invariant.name,
                    "severity": "warning" if x.invariant.is_warning else "error",
                },
            )
            for x in report.checked
        ),
    )
    yield gauges(
        "boutique_invariant_unchecked",
        "1 where an invariant could not be checked then.",
        "invariant",
        {x.invariant.name: float(bool(x.problem)) for x in report.checked},
    )


def _by_topic(report: Report) -> dict[str, float]:
    """Count events by the topics of this program; whatever else the log holds is one more."""
    counts = {topic: float(report.events_by_topic.get(topic, 0)) for topic in TOPICS}
    counts["other"] = sum(report.events_by_topic.values()) - sum(counts.values())
    return counts
