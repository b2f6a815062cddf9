"""Purchases of two pieces through group decide, beside the library's own slices.

Baseline in the same run: ``tests/slices.py``, the same decisions carried out one command at a time
by the library's application on its ``PostgresDCBRecorderTT``, by as many threads as shoppers.
"""

import asyncio
import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from eventsourcing.persistence import IntegrityError
from psycopg.conninfo import conninfo_to_dict

from adapters.group_decider import GroupDecider
from domain.event import Event
from domain.placement import PlacePurchase
from domain.ports import ConcurrentUpdate
from domain.stock import SoldOut
from tests.benchmarks._boutique import build, confirmed, on_offer, opened, oversold, purchase
from tests.benchmarks._measuring import (
    Clock,
    Measured,
    Processes,
    median,
    meet,
    processes,
    ratio,
    rounds,
    server,
    settle,
)
from tests.slices import SliceApplication

VARIANTS = 2_000
SHOPPERS = {1: 200, 32: 2_000, 128: 4_000, 512: 6_000}
"""How many purchases as many shoppers make at a time."""

LIBRARY_SHOPPERS = {32: 250, 512: 600}
LIBRARY_CONNECTIONS = 32  # more make it slower: it writes one at a time anyway
HOT_UNITS = 160
HOT_PURCHASES = 240
PROCESSES = (1, 2, 4)
PROCESS_SHOPPERS = 128  # of all processes together
PROCESS_PURCHASES = 2_400


@dataclass
class Notes:
    """What a contender finds out besides its rate."""

    p99_ms: dict[str, list[float]] = field(default_factory=dict)
    retries: Counter[str] = field(default_factory=Counter)
    cpu_us: list[float] = field(default_factory=list)


class Workload:
    """Who buys what. Every purchase is made once; each hot variant is one contender's own."""

    def __init__(self) -> None:
        numbers, chance = count(), random.Random(2)
        everything = range(VARIANTS)
        self.spread: dict[str, list[PlacePurchase]] = {
            name: [purchase(next(numbers), chance.sample(everything, 2)) for _ in range(purchases)]
            for name, purchases in _sizes().items()
        }
        self.hot: dict[str, list[PlacePurchase]] = {
            name: [
                purchase(next(numbers), (VARIANTS + n, chance.randrange(VARIANTS)))
                for _ in range(HOT_PURCHASES)
            ]
            for n, name in enumerate(("ours_hot", "library_hot"))
        }

    def build(self, dsn: str) -> None:
        def history() -> Iterator[Event]:
            yield from on_offer(range(VARIANTS))
            yield from on_offer(range(VARIANTS, VARIANTS + len(self.hot)), pieces=HOT_UNITS)
            for commands in (*self.spread.values(), *self.hot.values()):
                yield from confirmed(commands)

        build(dsn, history())


def _sizes() -> Mapping[str, int]:
    sizes = {f"ours_{n}": purchases for n, purchases in SHOPPERS.items()}
    sizes |= {f"library_{n}": purchases for n, purchases in LIBRARY_SHOPPERS.items()}
    return sizes | {_several(n, polite): PROCESS_PURCHASES for n in PROCESSES for polite in (1, 0)}


def _several(number: int, is_polite: object) -> str:
    return f"ours_{number}_processes{'_polite' if is_polite else '_not_polite'}"


# ------------------------------------------------------------------ ours


async def _bought(
    decider: GroupDecider, commands: Sequence[PlacePurchase], shoppers: int
) -> tuple[list[float], int]:
    """Let shoppers buy; return how long each had to wait, and how many found all sold."""
    todo = iter(commands)
    waits = list[float]()
    too_late = 0

    async def shopper() -> None:
        nonlocal too_late
        for command in todo:
            begun = time.perf_counter()
            while True:
                try:
                    await decider.handle(command)
                except ConcurrentUpdate:
                    continue
                except SoldOut:
                    too_late += 1
                break
            waits.append(time.perf_counter() - begun)

    await asyncio.gather(*(shopper() for _ in range(shoppers)))
    return waits, too_late


async def _ours(
    name: str, commands: Sequence[PlacePurchase], shoppers: int, notes: Notes, dsn: str
) -> float:
    clock = Clock(dsn)
    async with opened(clock.dsn, range(VARIANTS + 2)) as decider:
        settle()
        with clock:
            waits, too_late = await _bought(decider, commands, shoppers)
        notes.retries[name] += decider.conflicts
    assert too_late == (HOT_PURCHASES - HOT_UNITS if "hot" in name else 0)
    notes.p99_ms.setdefault(name, []).append(1000 * statistics.quantiles(waits, n=100)[98])
    if name == "ours_32":
        notes.cpu_us.append(1e6 * clock.processor_seconds / len(commands))
    return len(commands) / clock.seconds


def ours(
    name: str, commands: Sequence[PlacePurchase], shoppers: int, notes: Notes, dsn: str
) -> float:
    return asyncio.run(_ours(name, commands, shoppers, notes, dsn))


async def _together(
    dsn: str, is_polite: bool, commands: Sequence[PlacePurchase], number: int, of: int
) -> tuple[float, float, int]:
    """Buy as one of several processes; return begin, end and retries."""
    async with opened(dsn, range(VARIANTS), is_polite=is_polite) as decider:
        await meet(of)
        begun = time.monotonic()
        await _bought(decider, commands[number::of], PROCESS_SHOPPERS // of)
        return begun, time.monotonic(), decider.conflicts


def _as_process(
    dsn: str, is_polite: bool, commands: Sequence[PlacePurchase], number: int, of: int
) -> tuple[float, float, int]:
    return asyncio.run(_together(dsn, is_polite, commands, number, of))


def by_processes(  # noqa: PLR0913, PLR0917 (all of it is measured)
    several: Processes,
    number: int,
    is_polite: bool,
    commands: Sequence[PlacePurchase],
    notes: Notes,
    dsn: str,
) -> float:
    each = several.run(number, _as_process, dsn, is_polite, commands)
    begun, done, retries = zip(*each, strict=True)
    notes.retries[_several(number, is_polite)] += sum(retries)
    return float(len(commands) / (max(done) - min(begun)))


# -------------------------------------------------------------- baseline


class LibraryApplication(SliceApplication):
    """The library's slices on the boutique's tables."""

    name = "boutique"


def library(
    name: str, commands: Sequence[PlacePurchase], shoppers: int, notes: Notes, dsn: str
) -> float:
    """Let threads carry out the commands, each again until nobody has come between."""
    todo = iter(commands)
    taking = threading.Lock()
    waits = list[float]()

    def shopper() -> None:
        while True:
            with taking:
                command = next(todo, None)
            if command is None:
                return
            begun = time.perf_counter()
            while True:
                try:
                    application.handle(command)
                except IntegrityError:
                    with taking:
                        notes.retries[name] += 1
                    continue
                except SoldOut:
                    pass
                break
            waits.append(time.perf_counter() - begun)

    with (
        LibraryApplication(env=_environment(dsn)) as application,
        ThreadPoolExecutor(shoppers) as threads,
    ):
        application.recorder.read(limit=1)  # opens the pool, which threads must not do at once
        begun = time.perf_counter()
        for done in [threads.submit(shopper) for _ in range(shoppers)]:
            done.result()
        seconds = time.perf_counter() - begun
    notes.p99_ms.setdefault(name, []).append(1000 * statistics.quantiles(waits, n=100)[98])
    return len(commands) / seconds


def _environment(dsn: str) -> dict[str, str]:
    named = {key: str(value) for key, value in conninfo_to_dict(dsn).items()}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.dcb.postgres_tt",
        "MAPPER_TOPIC": "tests.slices:EventMapper",
        "POSTGRES_DBNAME": named["dbname"],
        "POSTGRES_HOST": named["host"],
        "POSTGRES_PORT": named["port"],
        "POSTGRES_USER": named["user"],
        "POSTGRES_PASSWORD": "",
        "POSTGRES_POOL_SIZE": str(LIBRARY_CONNECTIONS),
        "CREATE_TABLE": "n",
    }


# ------------------------------------------------------------------- run


def run() -> dict[str, float]:
    workload, notes, wrong = Workload(), Notes(), list[int]()
    with server() as postgres, processes(*PROCESSES) as several, postgres.database() as template:
        workload.build(template)

        @contextmanager
        def copied() -> Iterator[str]:
            with postgres.database(template=str(conninfo_to_dict(template)["dbname"])) as dsn:
                yield dsn
                wrong.append(oversold(dsn))

        def apart(baseline: Callable[[str], float], _: str) -> float:
            """Spare the baseline the histories that the others have made long."""
            with copied() as dsn:
                return baseline(dsn)

        contenders = dict[str, Callable[[str], float]]()
        for n in SHOPPERS:
            name = f"ours_{n}"
            contenders[name] = partial(ours, name, workload.spread[name], n, notes)
            if n in LIBRARY_SHOPPERS:
                name = f"library_{n}"
                baseline = partial(library, name, workload.spread[name], n, notes)
                contenders[name] = partial(apart, baseline)
        contenders["ours_hot"] = partial(ours, "ours_hot", workload.hot["ours_hot"], 32, notes)
        baseline = partial(library, "library_hot", workload.hot["library_hot"], 32, notes)
        contenders["library_hot"] = partial(apart, baseline)
        for n in PROCESSES:
            for is_polite in (True, False):
                name = _several(n, is_polite)
                contenders[name] = partial(
                    by_processes, several, n, is_polite, workload.spread[name], notes
                )
        found = rounds(contenders, copied)
    return figures(found, notes, sum(wrong))


def figures(found: Measured, notes: Notes, wrong: int) -> dict[str, float]:
    made = {
        "ratio_to_library_32": ratio(found, "ours_32", "library_32"),
        "ratio_to_library_512": ratio(found, "ours_512", "library_512"),
        "ratio_to_library_hot": ratio(found, "ours_hot", "library_hot"),
        "retries": float(sum(notes.retries[f"ours_{n}"] for n in (*SHOPPERS, "hot"))),
        "oversold": float(wrong),
        "cpu_us_per_purchase_32": median(notes.cpu_us),
    }
    for name, rates in found.items():
        made[f"purchases_per_second_{name.removeprefix('ours_')}"] = median(rates)
    made |= {f"p99_ms_{n.removeprefix('ours_')}": median(ms) for n, ms in notes.p99_ms.items()}
    made |= {
        f"retries_{name.removeprefix('ours_')}": retries / len(found[name])
        for name, retries in notes.retries.items()
        if "processes" in name or "library" in name
    }
    return made
