"""Group decide: the same answers and the same log as one command at a time, by whoever else."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters import kept_facts
from adapters.event_store import PostgresEventLog
from adapters.group_decider import ATTEMPTS_MAX, GroupDecider
from adapters.kept_facts import SAVE_AFTER, KeptFacts
from adapters.stored_events import stored
from domain.boutique import Outcome
from domain.commodity import Offer
from domain.event import Command, Event, Fact, Refusal, key_of
from domain.payment import AuthorisePayment, CapturePayment, DeclinePayment
from domain.placement import PlacePurchase, WantedPiece
from domain.ports import ConcurrentUpdate, LogUnavailable
from domain.purchase import Purchase
from domain.stock import ReceiveStock, SoldOut, Stock
from tests.cut_line import cut_line
from tests.real_log import RealLog, opened_log
from tests.slices import SliceApplication
from tests.speaking import (
    CARD,
    NOON,
    SELLER,
    SHIRT,
    SHIRT_M,
    SKIRT,
    SKIRT_M,
    coordination_started,
    look_confirmed,
    look_ready,
    place_purchase,
    received,
    shirt_registered,
    skirt_registered,
)

shirt_stock = Stock(variant_id=SHIRT_M)
receive_one = ReceiveStock(seller_id=SELLER, commodity_id=SHIRT, variant_id=SHIRT_M, quantity=1)


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


async def another(stack: AsyncExitStack, real: RealLog, **more: bool) -> GroupDecider:
    """A decider as another process would have it."""
    decider = GroupDecider(real.log, clock=lambda: NOON, **more)
    await decider.open()
    stack.push_async_callback(decider.close)
    return decider


# ------------------------------------------------------- against the oracle

PURCHASES = tuple(UUID(int=n) for n in range(0x300, 0x304))
pieces = st.lists(
    st.sampled_from(
        [
            WantedPiece(commodity_id=SHIRT, variant_id=SHIRT_M, quantity=1, price_minor=4500),
            WantedPiece(commodity_id=SKIRT, variant_id=SKIRT_M, quantity=2, price_minor=4500),
            WantedPiece(commodity_id=SKIRT, variant_id=SKIRT_M, quantity=1, price_minor=1),
        ]
    ),
    min_size=1,
    max_size=2,
).map(tuple)
purchase_ids = st.sampled_from(PURCHASES)
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(replace, st.just(receive_one), quantity=st.integers(0, 2)),
    st.builds(
        replace,
        st.just(place_purchase),
        purchase_id=purchase_ids,
        pieces=pieces,
        card=st.just(CARD),
    ),
    st.builds(AuthorisePayment, purchase_id=purchase_ids, reference=st.just("held")),
    st.builds(CapturePayment, purchase_id=purchase_ids),
    st.builds(DeclinePayment, purchase_id=purchase_ids, reason=st.just("empty")),
)
HISTORY = (
    shirt_registered,
    skirt_registered,
    received(SHIRT_M, 2),
    received(SKIRT_M, 3),
    coordination_started,
    look_confirmed,
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=st.lists(commands, min_size=1, max_size=24), groups=st.integers(1, 3))
async def test_it_answers_and_records_as_the_librarys_slices_do_one_by_one(
    real: RealLog, asked: list[Command], groups: int
) -> None:
    async with AsyncExitStack() as stack:
        async with real.pool.connection() as connection:
            await connection.execute(
                "TRUNCATE boutique_events_tt_main, boutique_events_tt_tag RESTART IDENTITY"
            )
        await real.record(*HISTORY)
        decider = await another(stack, real)
        size = -(-len(asked) // groups)
        answers = list[object]()
        for start in range(0, len(asked), size):
            handled = (decider.handle(command) for command in asked[start : start + size])
            answers += await asyncio.gather(*handled, return_exceptions=True)
        assert decider.conflicts == 0
    with SliceApplication() as oracle:
        oracle.recorder.append([stored(event) for event in HISTORY])
        expected = [by_slices(oracle, command) for command in asked]
        recorded = [(found.event.type, found.event.data) for found in oracle.recorder.read()]
    assert [answered(answer) for answer in answers] == expected
    log = [stored(event) for event in await real.events()]
    assert [(event.type, event.data) for event in log] == recorded


def by_slices(oracle: SliceApplication, command: Command) -> object:
    try:
        return tuple(oracle.handle(command))
    except Refusal as refusal:
        return type(refusal), str(refusal)


def answered(answer: object) -> object:
    if isinstance(answer, Refusal):
        return type(answer), str(answer)
    assert isinstance(answer, Outcome), answer
    return answer.events


# ---------------------------------------------------------------- groups


async def test_commands_that_arrive_together_share_one_append_and_see_each_other(
    real: RealLog,
) -> None:
    await real.record(*HISTORY)
    async with AsyncExitStack() as stack:
        decider = await another(stack, real)
        outcomes = await asyncio.gather(*(decider.handle(receive_one) for _ in range(40)))
        assert decider.groups == 1
        first = len(HISTORY)
        assert [outcome.position for outcome in outcomes] == list(range(first + 1, first + 41))
        assert (await decider.know(shirt_stock)).left == 42


async def test_a_command_that_breaks_fails_alone(real: RealLog) -> None:
    @dataclass(frozen=True)
    class Unheard:
        def needs(self) -> tuple[Fact, ...]:
            return ()

    await real.record(*HISTORY)
    answers = await asyncio.gather(
        real.decider.handle(receive_one),
        real.decider.handle(Unheard()),
        real.decider.handle(receive_one),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [Outcome, KeyError, Outcome]


async def test_a_caller_that_has_gone_before_its_turn_causes_nothing(real: RealLog) -> None:
    await real.record(*HISTORY)
    gone = asyncio.ensure_future(real.decider.handle(receive_one))
    await asyncio.sleep(0)
    gone.cancel()
    await real.decider.handle(replace(receive_one, quantity=7))
    assert (await real.events())[len(HISTORY) :] == [received(SHIRT_M, 7)]


async def test_closing_carries_out_what_waits_and_takes_nothing_more(real: RealLog) -> None:
    await real.record(*HISTORY)
    decider = GroupDecider(real.log, clock=lambda: NOON)
    await decider.open()
    waiting = [asyncio.ensure_future(decider.handle(receive_one)) for _ in range(5)]
    await asyncio.sleep(0)
    await decider.close()
    assert len(await asyncio.gather(*waiting)) == 5
    with pytest.raises(RuntimeError, match="not open"):
        await decider.handle(receive_one)


# ------------------------------------------------------- other processes


@pytest.mark.parametrize("is_polite", [True, False])
async def test_given_several_processes_when_they_sell_the_same_then_exactly_what_there_is(
    real: RealLog, is_polite: bool
) -> None:
    left, buyers = 30, 90
    shoppers = [UUID(int=0x1000 + n) for n in range(buyers)]
    looks = [UUID(int=0x2000 + n) for n in range(buyers)]
    history: list[Event] = [shirt_registered, received(SHIRT_M, left)]
    for shopper, look in zip(shoppers, looks, strict=True):
        history += [
            replace(coordination_started, coordination_id=look, shopper_id=shopper),
            replace(look_confirmed, coordination_id=look, shopper_id=shopper),
        ]
    await real.record(*history)
    async with AsyncExitStack() as stack:
        deciders = [await another(stack, real, is_polite=is_polite) for _ in range(3)]
        purchases = [
            replace(
                place_purchase,
                purchase_id=UUID(int=0x3000 + n),
                shopper_id=shoppers[n],
                coordination_id=looks[n],
                pieces=place_purchase.pieces[:1],
            )
            for n in range(buyers)
        ]
        handled = (persistent(deciders[n % 3], x) for n, x in enumerate(purchases))
        answers = await asyncio.gather(*handled, return_exceptions=True)
        assert Counter(map(type, answers)) == {Outcome: left, SoldOut: buyers - left}
        assert (await deciders[0].know(shirt_stock)).left == 0
    assert len(await real.events()) == len(history) + left


async def test_who_has_a_slow_line_gets_a_turn_beside_who_never_stops(real: RealLog) -> None:
    """The fast one is never refused: only the other one knows that they are two."""
    await real.record(*HISTORY)
    is_over = False

    async def never_stops() -> None:
        while not is_over:
            await real.decider.handle(receive_one)

    async with cut_line(real.dsn) as line, AsyncExitStack() as stack:
        log = PostgresEventLog(line.dsn, real.pool)
        await log.open()
        stack.push_async_callback(log.close)
        slow = GroupDecider(log, clock=lambda: NOON)
        await slow.open()
        stack.push_async_callback(slow.close)
        await slow.know(shirt_stock)
        line.delay_seconds = 0.2  # time for the other one to write many times
        busy = asyncio.create_task(never_stops())
        try:
            assert (await slow.handle(receive_one)).events
        finally:
            is_over = True
            await busy


async def test_who_has_the_turn_and_sleeps_is_not_waited_for(
    real: RealLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_facts, "TURN_WAIT", "100ms")
    await real.record(*HISTORY)
    async with AsyncExitStack() as stack:
        awake, asleep = [await another(stack, real) for _ in range(2)]
        facts = KeptFacts(real.dsn)
        await facts.open()
        stack.push_async_callback(facts.close)
        async with facts.alone():
            for _ in range(3):
                await awake.handle(receive_one)
                await asleep.handle(receive_one)
        assert (await awake.know(shirt_stock)).left == 8


async def persistent(decider: GroupDecider, command: PlacePurchase) -> Outcome:
    while True:
        try:
            return await decider.handle(command)
        except ConcurrentUpdate:
            await asyncio.sleep(0)


async def test_a_refusal_rests_on_what_others_have_written_too(real: RealLog) -> None:
    await real.record(*HISTORY)
    two_more = replace(place_purchase, pieces=(replace(place_purchase.pieces[0], quantity=3),))
    with pytest.raises(SoldOut):
        await real.decider.handle(two_more)
    await real.record(received(SHIRT_M, 1))  # by somebody else: the facts in memory are old
    assert (await real.decider.handle(two_more)).events


async def test_a_fact_is_known_as_others_have_left_it(real: RealLog) -> None:
    await real.record(*HISTORY)
    assert (await real.decider.know(shirt_stock)).left == 2
    await real.record(received(SHIRT_M, 5))
    assert (await real.decider.know(shirt_stock)).left == 7


async def test_who_loses_every_race_is_told_so_after_a_bounded_number_of_attempts(
    real: RealLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await real.record(*HISTORY)
    await real.decider.know(shirt_stock)
    attempts = 0
    append = real.log.append

    async def overtaken(events: Sequence[object], *, behind: int | None = None) -> int:
        nonlocal attempts
        attempts += 1
        await append([stored(received(SKIRT_M, 1))])
        return await append(events, behind=behind)  # type: ignore[arg-type]

    monkeypatch.setattr(real.log, "append", overtaken)
    with pytest.raises(ConcurrentUpdate):
        await real.decider.handle(receive_one)
    assert attempts == ATTEMPTS_MAX


async def test_given_the_line_of_the_reader_is_lost_when_asked_then_answered(real: RealLog) -> None:
    await real.record(*HISTORY)
    await real.decider.know(shirt_stock)
    async with real.pool.connection() as killer:
        await killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert (await real.decider.know(shirt_stock)).left == 2
    assert (await real.decider.handle(receive_one)).events


async def test_given_postgresql_stays_away_when_asked_then_told_so(
    real: RealLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_facts, "PATIENCE_SECONDS", 0.3)
    async with cut_line(real.dsn) as line, AsyncExitStack() as stack:
        log = type(real.log)(line.dsn, real.pool)
        decider = GroupDecider(log, clock=lambda: NOON)
        await decider.open()
        stack.push_async_callback(decider.close)
        line.is_down = True
        line.hang_up()
        with pytest.raises(LogUnavailable):
            await decider.know(shirt_stock)
        line.is_down = False
        assert await decider.know(shirt_stock) == shirt_stock


# ------------------------------------------------------------ kept facts


async def test_facts_that_were_not_asked_for_lately_make_room(real: RealLog) -> None:
    await real.record(*look_ready)
    facts = KeptFacts(real.dsn, facts_max=2)
    await facts.open()
    for blank in (shirt_stock, Stock(variant_id=SKIRT_M), Offer(commodity_id=SHIRT)):
        await facts.load([(key_of(blank), blank)])
        assert facts[key_of(blank)].fact != blank
    assert len(facts) == 2
    await facts.load([(key_of(shirt_stock), shirt_stock)])
    assert facts[key_of(shirt_stock)].fact == Stock(variant_id=SHIRT_M, left=1)
    await facts.close()


async def test_facts_that_are_needed_now_make_no_room_for_each_other(real: RealLog) -> None:
    await real.record(*HISTORY)
    decider = GroupDecider(real.log, clock=lambda: NOON, facts_max=1)
    await decider.open()
    assert (await decider.know(shirt_stock)).left == 2
    assert len((await decider.handle(place_purchase)).events) == 1  # it needs six at once
    assert (await decider.know(shirt_stock)).left == 1
    await decider.close()


async def test_a_fact_with_a_long_history_is_saved_and_read_on_from_there(
    real: RealLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await real.record(shirt_registered)
    await real.decider.know(shirt_stock)
    for _ in range(SAVE_AFTER + 1):
        await real.decider.handle(receive_one)
    await saved(real, 1)
    async with real.pool.connection() as connection:
        # What was folded is not read again: without it the log alone would tell less.
        await connection.execute(
            "DELETE FROM boutique_events_tt_tag WHERE main_id BETWEEN 2 AND %s", (SAVE_AFTER,)
        )
    async with AsyncExitStack() as stack:
        decider = await another(stack, real)
        assert (await decider.know(shirt_stock)).left == SAVE_AFTER + 1
        monkeypatch.setattr(kept_facts, "program", lambda: "another domain")
        changed = await another(stack, real)
        assert (await changed.know(shirt_stock)).left < SAVE_AFTER


async def saved(real: RealLog, count: int) -> None:
    async with asyncio.timeout(10), real.pool.connection() as connection:
        await connection.set_autocommit(True)
        found = 0
        while found < count:
            cursor = await connection.execute("SELECT count(*) FROM saved_fact")
            (found,) = await cursor.fetchone() or (0,)


async def test_a_fact_that_cannot_be_saved_is_only_read_again(
    real: RealLog, caplog: pytest.LogCaptureFixture
) -> None:
    await real.record(shirt_registered)
    async with real.pool.connection() as connection:
        await connection.execute("ALTER TABLE saved_fact ADD CHECK (position < 0)")
    await real.decider.know(shirt_stock)
    for _ in range(SAVE_AFTER + 1):
        await real.decider.handle(receive_one)
    async with asyncio.timeout(10):
        while "not saved" not in caplog.text:
            await real.decider.know(shirt_stock)
    assert (await real.decider.know(shirt_stock)).left == SAVE_AFTER + 1


@pytest.mark.parametrize("purchase_id", [place_purchase.purchase_id])
async def test_every_fact_of_a_purchase_survives_being_saved(
    real: RealLog, purchase_id: UUID
) -> None:
    await real.record(*look_ready)
    await real.decider.handle(place_purchase)
    for blank in (*place_purchase.needs(), Purchase(purchase_id=purchase_id)):
        fact = await real.decider.know(blank)
        assert msgspec.json.decode(msgspec.json.encode(fact), type=type(fact)) == fact
