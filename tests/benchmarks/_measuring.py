"""What benchmarks share: a PostgreSQL of their own, processor time, and interleaved rounds."""

import asyncio
import gc
import itertools
import multiprocessing
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Self, TypeAlias, TypeVar

import psycopg
from eventsourcing.dcb.postgres_tt import PostgresDCBRecorderTT
from eventsourcing.postgres import PostgresDatastore
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from adapters import embedded_postgres
from adapters.embedded_postgres import create_database, drop_database
from adapters.group_commit import GroupCommitRecorder

ROUNDS = 5
EVENTS = "boutique_events"
"""What the boutique calls its tables; the library's recorder reads and writes the same ones."""

T = TypeVar("T")

Measured: TypeAlias = dict[str, list[float]]
"""What each contender reached, round by round."""


@dataclass(frozen=True)
class Server:
    """An embedded PostgreSQL with default durability."""

    dsn: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @contextmanager
    def database(self, *, template: str = "template0") -> Iterator[str]:
        """Give the DSN of a new database; it is dropped afterwards."""
        name = f"bench_{next(self._numbers)}"
        asyncio.run(create_database(self.maintenance, name, template=template))
        try:
            yield make_conninfo(self.dsn, dbname=name)
        finally:
            asyncio.run(drop_database(self.maintenance, name))

    @property
    def maintenance(self) -> str:
        return make_conninfo(self.dsn, dbname="postgres")


@contextmanager
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="boutique-bench-"))
    folder.chmod(0o711)  # as root the server is another user, who must pass
    try:
        with embedded_postgres.start(
            folder / "postgres", settings={"max_connections": "300"}
        ) as started:
            yield Server(started.dsn)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def datastore(dsn: str, connections: int) -> PostgresDatastore:
    named = {key: str(value) for key, value in conninfo_to_dict(dsn).items()}
    return PostgresDatastore(
        dbname=named["dbname"],
        host=named["host"],
        port=named["port"],
        user=named["user"],
        password="",
        pool_size=connections,
    )


def our_recorder(store: PostgresDatastore) -> GroupCommitRecorder:
    return GroupCommitRecorder(store, events_table_name=EVENTS)


def library_recorder(store: PostgresDatastore) -> PostgresDCBRecorderTT:
    return PostgresDCBRecorderTT(store, events_table_name=EVENTS)


def rounds(
    contenders: Mapping[str, Callable[[str], float]],
    databases: Callable[[], AbstractContextManager[str]],
    *,
    times: int = ROUNDS,
) -> Measured:
    """Let all contenders run in each round, every other time backwards.

    What is compared should stand side by side: the machine's load changes from second to second.
    """
    found: Measured = {name: [] for name in contenders}
    for number in range(times):
        order = list(contenders)
        with databases() as dsn:
            for name in order if number % 2 else reversed(order):
                found[name].append(contenders[name](dsn))
    return found


_barriers = dict[int, Barrier]()


def _know(barriers: dict[int, Barrier]) -> None:
    _barriers.update(barriers)


async def meet(processes: int) -> None:
    """Wait until all processes have prepared what they are going to do."""
    await asyncio.to_thread(_barriers[processes].wait)


@dataclass(frozen=True)
class Processes:
    """A few processes that stay, because to start one takes longer than a round."""

    executor: ProcessPoolExecutor

    def run(self, count: int, work: Callable[..., T], *arguments: object) -> list[T]:
        """Do the same in several processes at once; it is told its number and their count."""
        todo = [self.executor.submit(work, *arguments, n, count) for n in range(count)]
        return [done.result() for done in todo]


@contextmanager
def processes(*counts: int) -> Iterator[Processes]:
    spawning = multiprocessing.get_context("spawn")
    barriers = {count: spawning.Barrier(count) for count in counts}
    with ProcessPoolExecutor(max(counts), spawning, _know, (barriers,)) as executor:
        yield Processes(executor)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def ratio(found: Measured, one: str, other: str) -> float:
    """The median of the rounds' ratios: what slows a whole round down slows both."""
    return median([a / b for a, b in zip(found[one], found[other], strict=True)])


def settle() -> None:
    """Leave what was prepared out of the garbage collector's rounds."""
    gc.collect()
    gc.freeze()


class Clock:
    """Wall time, and the processor time of this process and of the backends it connects to.

    Those are the backends of connections made with the clock's ``dsn`` before it starts.
    """

    _numbers = itertools.count()

    def __init__(self, dsn: str) -> None:
        self._name = f"clock-{os.getpid()}-{next(self._numbers)}"
        self.dsn = make_conninfo(dsn, application_name=self._name)
        self.seconds = 0.0
        self.client_seconds = 0.0
        self.backend_seconds = 0.0

    @property
    def processor_seconds(self) -> float:
        return self.client_seconds + self.backend_seconds

    def __enter__(self) -> Self:
        self._backends = self._connected()
        self._begun = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        now = self._now()
        spent = [end - begin for begin, end in zip(self._begun, now, strict=True)]
        self.seconds, self.client_seconds, self.backend_seconds = spent

    def _now(self) -> tuple[float, float, float]:
        for path in self._backends:
            with suppress(FileNotFoundError):  # a backend that has ended meanwhile
                self._backends[path] = int(path.read_text().split()[0])
        return time.perf_counter(), time.process_time(), sum(self._backends.values()) / 1e9

    def _connected(self) -> dict[Path, int]:
        """Return where Linux says how many nanoseconds each backend has run."""
        with psycopg.connect(self.dsn, application_name="asking") as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = %s", (self._name,)
            )
            paths = [Path(f"/proc/{pid}/schedstat") for (pid,) in found]
        return {path: 0 for path in paths if path.exists()}
