"""Appends: conditional ones through our writer, beside bare INSERTs and the library's recorder.

Baselines in the same run: pgbench (a C program) that commits one bare ``INSERT`` of the same event
at a time, ``unnest`` of a hundred events per commit, and the library's ``PostgresDCBRecorderTT``.
"""

import asyncio
import os
import random
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import LiteralString, TypeAlias
from uuid import UUID

import psycopg
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBRecorder,
)
from eventsourcing.postgres import PostgresDatastore

from adapters.group_commit import ByteaArray, TextArray, adapt
from adapters.group_writer import GroupWriter, Limits
from adapters.postgres_process import binaries
from tests.benchmarks._measuring import (
    Clock,
    Measured,
    Processes,
    Server,
    datastore,
    library_recorder,
    median,
    meet,
    our_recorder,
    processes,
    ratio,
    rounds,
    server,
    settle,
)

CALLERS = (1, 8, 32, 128)
CONDITION_TAGS = (1, 0, 2, 5)
APPENDS = {1: 300, 8: 1_500, 32: 5_000, 64: 6_000, 128: 10_000}
BLOCKING_APPENDS = {1: 200, 32: 400, 128: 400}
HUNDREDS = 100
PROCESSES = (1, 2, 4)
PGBENCH_SECONDS = 1
TYPE = "stock-received"
TAG = f"variant:{UUID(int=1)}"
DATA = b'{"v":1,"recorded_at":"2030-06-01T12:00:00Z","note":"' + b"x" * 246 + b'"}'

_INSERT = f"INSERT INTO bare (type, data, tags) VALUES ('{TYPE}', '{DATA.decode()}', '{{{TAG}}}');"  # noqa: S608 (constant words)
_UNNEST: LiteralString = (
    "INSERT INTO bare (type, data, tags)"
    " SELECT type, data, ARRAY[tag] FROM unnest(%s, %s, %s) AS u(type, data, tag)"
)

Request: TypeAlias = tuple[list[DCBEvent], DCBAppendCondition | None]


def requests(count: int, condition_tags: int) -> list[Request]:
    """Appends of one event each; as many facts as tags must be as they were."""
    made = list[Request]()
    for _ in range(count):
        tags = [f"variant:{UUID(int=random.getrandbits(128))}" for _ in range(condition_tags or 1)]
        items = [DCBQueryItem([TYPE], [tag]) for tag in tags[:condition_tags]]
        condition = DCBAppendCondition(DCBQuery(items), after=0) if items else None
        made.append(([DCBEvent(TYPE, DATA, tags)], condition))
    return made


# ------------------------------------------------------------------ ours


async def _by_tasks(dsn: str, callers: int, asked: list[Request]) -> Clock:
    """Append through one writer, by as many tasks as callers."""
    with datastore(dsn, 1) as store:
        recorder = our_recorder(store)
    clock = Clock(dsn)
    writer = GroupWriter(clock.dsn, recorder, Limits())
    await writer.open()
    await writer.append(*requests(1, 1)[0])
    todo = iter(asked)

    async def caller() -> None:
        for events, condition in todo:
            await writer.append(events, condition)

    settle()
    with clock:
        await asyncio.gather(*(caller() for _ in range(callers)))
    await writer.close()
    return clock


def ours(callers: int, condition_tags: int, spent: dict[str, list[float]], dsn: str) -> float:
    """Return appends per second; note the processor time of client and backend per append."""
    asked = requests(APPENDS[callers], condition_tags)
    clock = asyncio.run(_by_tasks(dsn, callers, asked))
    if condition_tags == 1:
        cost = 1e6 * clock.processor_seconds / len(asked)
        spent.setdefault(f"cpu_us_per_append_{callers}", []).append(cost)
    return len(asked) / clock.seconds


async def _together(dsn: str, _: int, processes: int) -> tuple[float, float]:
    """Append as one of several processes; return when it began and when it was done."""
    callers = CALLERS[-1] // processes
    asked = requests(APPENDS[callers], 1)
    await meet(processes)
    begun = time.monotonic()
    await _by_tasks(dsn, callers, asked)
    return begun, time.monotonic()


def _as_process(dsn: str, number: int, of: int) -> tuple[float, float]:
    return asyncio.run(_together(dsn, number, of))


def by_processes(processes: Processes, count: int, dsn: str) -> float:
    begun, done = zip(*processes.run(count, _as_process, dsn), strict=True)
    return float(count * APPENDS[CALLERS[-1] // count] / (max(done) - min(begun)))


# ------------------------------------------------------------- baselines


def by_threads(
    recorder_of: Callable[[PostgresDatastore], DCBRecorder], callers: int, dsn: str
) -> float:
    """Append by blocking calls of as many threads, each over a connection of its own."""
    asked = requests(BLOCKING_APPENDS[callers], 1)
    todo = iter(asked)
    taking = threading.Lock()

    def caller() -> None:
        while True:
            with taking:
                request = next(todo, None)
            if request is None:
                return
            recorder.append(*request)

    with datastore(dsn, callers) as store, ThreadPoolExecutor(callers) as threads:
        recorder = recorder_of(store)
        recorder.append(*requests(1, 1)[0])  # opens the pool, which threads must not do at once
        list(threads.map(lambda _: recorder.append(*requests(1, 1)[0]), range(callers)))
        begun = time.perf_counter()
        for done in [threads.submit(caller) for _ in range(callers)]:
            done.result()
        return len(asked) / (time.perf_counter() - begun)


def pgbench(clients: int, script: Path, dsn: str) -> float:
    """Return how many bare ``INSERT``s per second the clients commit, each by itself."""
    said = subprocess.run(  # noqa: S603 (PostgreSQL's own program)
        [
            *(binaries() / "pgbench", "--no-vacuum", "--protocol=prepared"),
            *(f"--client={clients}", f"--jobs={min(clients, os.cpu_count() or 1)}"),
            *(f"--time={PGBENCH_SECONDS}", f"--file={script}", dsn),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
    assert found, said
    return float(found[1])


def unnest_hundreds(dsn: str) -> float:
    """Return how many events per second one connection inserts by the hundred, without checks."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        adapt(connection)
        arguments = (
            TextArray.of([TYPE] * 100),
            ByteaArray.of([DATA] * 100),
            TextArray.of([TAG] * 100),
        )
        begun = time.perf_counter()
        for _ in range(HUNDREDS):
            connection.execute(_UNNEST, arguments, prepare=True)
        return 100 * HUNDREDS / (time.perf_counter() - begun)


@contextmanager
def prepared(postgres: Server) -> Iterator[str]:
    """Give a new database with our tables, which the library's recorder uses too."""
    with postgres.database() as dsn:
        with datastore(dsn, 1) as store:
            our_recorder(store).create_table()
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("CREATE TABLE bare (LIKE boutique_events_tt_main INCLUDING ALL)")
        yield dsn


# ------------------------------------------------------------------- run


def run() -> dict[str, float]:
    spent = dict[str, list[float]]()
    with (
        server() as postgres,
        tempfile.TemporaryDirectory() as folder,
        processes(*PROCESSES) as several,
    ):
        script = Path(folder) / "insert.sql"
        script.write_text(_INSERT)
        contenders = dict[str, Callable[[str], float]]()
        for n in CALLERS:
            contenders[f"raw_insert_{n}_clients"] = partial(pgbench, n, script)
            for tags in CONDITION_TAGS:
                contenders[f"ours_{n}_callers_{tags}_tags"] = partial(ours, n, tags, spent)
            if n in BLOCKING_APPENDS:
                contenders[f"library_{n}_threads"] = partial(by_threads, library_recorder, n)
                contenders[f"ours_{n}_threads"] = partial(by_threads, our_recorder, n)
        for count in PROCESSES:
            name = f"ours_{CALLERS[-1]}_callers_in_{count}_processes"
            contenders[name] = partial(by_processes, several, count)
        contenders["raw_unnest_100"] = unnest_hundreds
        found = rounds(contenders, lambda: prepared(postgres))
    return figures(found, spent)


def figures(found: Measured, spent: dict[str, list[float]]) -> dict[str, float]:
    made = {
        f"ratio_to_raw_{n}": ratio(found, f"ours_{n}_callers_1_tags", f"raw_insert_{n}_clients")
        for n in CALLERS
    }
    made |= {
        f"ratio_to_library_{n}": ratio(found, f"ours_{n}_callers_1_tags", f"library_{n}_threads")
        for n in BLOCKING_APPENDS
    }
    made |= {name: median(costs) for name, costs in sorted(spent.items())}
    made["cpu_us_per_append"] = made.pop(f"cpu_us_per_append_{CALLERS[-1]}")
    return made | {f"{name}_per_second": median(rates) for name, rates in found.items()}
