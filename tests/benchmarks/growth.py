"""Growth: what an append, a purchase and a fact cost in a short log and in a long one.

Baseline in the same run: the same on a log of ten thousand events; and, for the hot tag, the same
with variants that little has happened to.
"""

import asyncio
import random
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from uuid import UUID

import psycopg
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem

from adapters.group_decider import GroupDecider
from adapters.group_writer import GroupWriter, Limits
from domain.event import Event
from domain.placement import PlacePurchase
from domain.stock import Stock
from tests.benchmarks._boutique import (
    build,
    commodity,
    confirmed,
    on_offer,
    opened,
    purchase,
    seller,
    variant,
)
from tests.benchmarks._measuring import (
    ROUNDS,
    Clock,
    Measured,
    datastore,
    median,
    our_recorder,
    ratio,
    server,
    settle,
)
from tests.speaking import received

LENGTHS = {"1e4": 10_000, "1e6": 1_000_000}
HOT_EVENTS = 100_000  # in the long log, of one variant
COMMODITIES = 600
HOT = COMMODITIES  # the number of the commodity whose variant has so many events

APPENDS, APPENDS_ABREAST = 60, 640
PURCHASES, PURCHASES_ABREAST = 40, 128
CALLERS = 64
STOCK_RECEIVED = "stock-received"


@dataclass(frozen=True)
class Cost:
    cpu_us: float  # of client and backends
    ms: float  # until the answer, one after the other


class Log:
    """One log, and what is measured on it."""

    def __init__(self, dsn: str, length: int, hot_events: int) -> None:
        self.dsn = dsn
        chance = random.Random(1)
        each = PURCHASES + PURCHASES_ABREAST
        self._ordinary = [
            purchase(n, chance.sample(range(COMMODITIES), 3)) for n in range(ROUNDS * each)
        ]
        self._hot = [
            purchase(n, [HOT, *chance.sample(range(COMMODITIES), 2)])
            for n in range(len(self._ordinary), 2 * len(self._ordinary))
        ]
        first = 2 * len(self._ordinary)
        self._strange = [
            purchase(first + n, range(start, start + 3))
            for n, start in enumerate(range(0, ROUNDS * PURCHASES * 3, 3))
        ]
        build(dsn, self._history(length, hot_events))

    def _history(self, length: int, hot_events: int) -> Iterator[Event]:
        """Goods and looks; then the hot variant's events among looks that nobody buys."""
        before = [*on_offer(range(COMMODITIES + 1))]
        before += confirmed(x for x in (*self._ordinary, *self._strange))
        if hot_events:
            before += confirmed(self._hot)
        yield from before
        others = confirmed(purchase(n, (1, 2, 3)) for n in count(1_000_000))
        once = received(variant(HOT), 1, commodity_id=commodity(HOT), seller_id=seller(HOT))
        rest = length - len(before)
        for n in range(rest):
            is_hot = n * hot_events // rest != (n + 1) * hot_events // rest
            yield once if is_hot else next(others)

    def append(self) -> Cost:
        """Append where two tags must have had no event of a type in the whole log."""
        return asyncio.run(self._appended())

    async def _appended(self) -> Cost:
        clock = Clock(self.dsn)
        todo = [_anywhere() for _ in range(APPENDS + APPENDS_ABREAST)]
        async with self._writer(clock) as writer:
            calls = [partial(writer.append, *request) for request in todo]
            return await _cost(clock, calls, APPENDS)

    def append_to(self, number: int) -> Cost:
        """Append to a variant's tag, one after the other, each seeing the one before it."""
        return asyncio.run(self._appended_to(f"variant:{variant(number)}"))

    async def _appended_to(self, tag: str) -> Cost:
        with psycopg.connect(self.dsn) as connection:
            found = connection.execute("SELECT max(id) FROM boutique_events_tt_main").fetchone()
        assert found is not None
        head = int(found[0])
        query = DCBQuery([DCBQueryItem([], [tag])])
        clock = Clock(self.dsn)
        async with self._writer(clock) as writer:

            async def one() -> None:
                nonlocal head
                event = DCBEvent("counted", b"x" * 300, [tag])
                head = await writer.append([event], DCBAppendCondition(query, head))

            return await _cost(clock, [one] * APPENDS, APPENDS)

    @asynccontextmanager
    async def _writer(self, clock: Clock) -> AsyncGenerator[GroupWriter]:
        with datastore(self.dsn, 1) as store:
            recorder = our_recorder(store)
        writer = GroupWriter(clock.dsn, recorder, Limits())
        await writer.open()
        try:
            yield writer
        finally:
            await writer.close()

    def purchase(self) -> Cost:
        """Buy three pieces whose offers and stocks are known already."""
        return asyncio.run(self._bought(self._ordinary))

    def purchase_hot(self) -> Cost:
        """Buy three pieces, one of them of the hot variant."""
        return asyncio.run(self._bought(self._hot))

    async def _bought(self, commands: list[PlacePurchase]) -> Cost:
        clock = Clock(self.dsn)
        async with opened(clock.dsn, range(COMMODITIES + 1)) as decider:
            todo = [commands.pop() for _ in range(PURCHASES + PURCHASES_ABREAST)]
            calls = [partial(decider.handle, x) for x in todo]
            return await _cost(clock, calls, one_by_one=PURCHASES)

    def purchase_cold(self) -> Cost:
        """Buy three pieces that this process has not heard of yet."""
        todo = [self._strange.pop() for _ in range(PURCHASES)]
        return asyncio.run(self._asked([partial(_handle, x) for x in todo]))

    def fact_cold(self) -> Cost:
        """Read the stock of variants that this process has not heard of yet."""
        blanks = [Stock(variant_id=variant(n)) for n in range(100)]
        return asyncio.run(self._asked([partial(_know, x) for x in blanks]))

    def fact_hot_unsaved(self) -> Cost:
        """Read the hot variant's stock where nobody has saved it."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("DELETE FROM saved_fact")
        return self.first_fact(HOT)  # which saves it

    def first_fact(self, number: int) -> Cost:
        """Read one variant's stock, as the first thing that a process does."""
        return asyncio.run(self._asked([partial(_know, Stock(variant_id=variant(number)))]))

    async def _asked(self, calls: Sequence[Callable[[GroupDecider], Awaitable[object]]]) -> Cost:
        clock = Clock(self.dsn)
        async with opened(clock.dsn) as decider:
            return await _cost(clock, [partial(c, decider) for c in calls], len(calls))


def _handle(command: PlacePurchase, decider: GroupDecider) -> Awaitable[object]:
    return decider.handle(command)


def _know(blank: Stock, decider: GroupDecider) -> Awaitable[object]:
    return decider.know(blank)


def _anywhere() -> tuple[list[DCBEvent], DCBAppendCondition]:
    tags = [f"variant:{UUID(int=random.getrandbits(128))}" for _ in range(2)]
    items = [DCBQueryItem([STOCK_RECEIVED], [tag]) for tag in tags]
    return [DCBEvent(STOCK_RECEIVED, b"x" * 300, tags)], DCBAppendCondition(DCBQuery(items), 0)


async def _cost(
    clock: Clock, calls: Sequence[Callable[[], Awaitable[object]]], one_by_one: int
) -> Cost:
    """Make some calls one after the other, for their latency, and the others abreast.

    The processor's time is that of the calls abreast, where there are any: what a single call
    costs at least would hide what grows.
    """
    settle()
    waits = list[float]()
    with clock:
        for call in calls[:one_by_one]:
            begun = time.perf_counter()
            await call()
            waits.append(1000 * (time.perf_counter() - begun))
    todo = iter(calls[one_by_one:])

    async def caller() -> None:
        for call in todo:
            await call()

    abreast = len(calls) - one_by_one
    if abreast:
        with clock:
            await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return Cost(1e6 * clock.processor_seconds / (abreast or one_by_one), statistics.median(waits))


def run() -> dict[str, float]:
    cpu: Measured = defaultdict(list)
    ms: Measured = defaultdict(list)
    with server() as postgres, postgres.database() as short_dsn, postgres.database() as long_dsn:
        short = Log(short_dsn, LENGTHS["1e4"], 0)
        long = Log(long_dsn, LENGTHS["1e6"], HOT_EVENTS)
        measured: dict[str, Callable[[], Cost]] = {
            "append_1e4": short.append,
            "append_1e6": long.append,
            "append_cool": partial(long.append_to, 0),
            "append_hot": partial(long.append_to, HOT),
            "purchase_1e4": short.purchase,
            "purchase_1e6": long.purchase,
            "purchase_hot": long.purchase_hot,
            "purchase_cold_1e4": short.purchase_cold,
            "purchase_cold_1e6": long.purchase_cold,
            "fact_cold_1e4": short.fact_cold,
            "fact_cold_1e6": long.fact_cold,
            "fact_hot_unsaved": long.fact_hot_unsaved,
            "fact_hot_saved": partial(long.first_fact, HOT),
            "fact_first": partial(long.first_fact, 0),
        }
        for _ in range(ROUNDS):
            for name, measure in measured.items():
                cost = measure()
                cpu[name].append(cost.cpu_us)
                ms[name].append(cost.ms)
    return figures(cpu, ms)


def figures(cpu: Measured, ms: Measured) -> dict[str, float]:
    made = {
        "append_ratio_1e6_to_1e4": ratio(cpu, "append_1e6", "append_1e4"),
        "purchase_ratio_1e6_to_1e4": ratio(cpu, "purchase_1e6", "purchase_1e4"),
        "cold_purchase_ratio_1e6_to_1e4": ratio(cpu, "purchase_cold_1e6", "purchase_cold_1e4"),
        "cold_fact_ratio_1e6_to_1e4": ratio(cpu, "fact_cold_1e6", "fact_cold_1e4"),
        "hot_tag_ratio": ratio(cpu, "purchase_hot", "purchase_1e6"),
        "hot_tag_append_ratio": ratio(cpu, "append_hot", "append_cool"),
        "hot_fact_saved_ratio": ratio(cpu, "fact_hot_saved", "fact_first"),
    }
    made |= {f"{name}_cpu_us": median(values) for name, values in cpu.items()}
    return made | {f"{name}_ms": median(values) for name, values in ms.items()}
