"""Group decide: commands that arrive together are decided in order, in memory, and appended once.

Facts are kept as of one position of the log. A group is decided on them, each command seeing what
the ones before it caused, and appended under the condition that the log still ends at that
position: the database stays the only judge of whether the facts were right. A group it refuses is
brought up to the end of the log and decided again.

Where several processes write, an advisory lock is held around each group, so that they do not keep
deciding over each other. It is a courtesy: without it everything is as right, only slower. Who is
refused takes it, and who sees it taken takes it next time: the fastest does not win every time.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar, cast

import psycopg
from eventsourcing.dcb.api import DCBEvent

from adapters.event_store import PostgresEventLog
from adapters.group_writer import AWAY
from adapters.kept_facts import FACTS_MAX, Kept, KeptFacts, Tagged
from adapters.stored_events import stored
from domain.boutique import DECISIONS, Outcome
from domain.event import Command, Event, Fact, FactKey, Known, key_of
from domain.ports import Clock, ConcurrentUpdate, LogUnavailable
from domain.request import REQUEST, IdempotencyKeyReused, RequestKey

logger = logging.getLogger(__name__)

COMMANDS_MAX = 512
"""In one group; more wait for the next."""

ATTEMPTS_MAX = 12
CROWDED_GROUPS = 64
"""How many groups are decided under the lock after another process was seen to want to write."""

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class _Look:
    """Not a command, but the wish to know a fact as it is now."""

    blank: Fact

    def needs(self) -> tuple[Fact, ...]:
        return (self.blank,)


@dataclass(slots=True)
class _Task:
    command: Command
    needs: list[tuple[FactKey, Fact]]
    answer: asyncio.Future[Any]
    is_recorded: bool  # or only decided
    key: RequestKey | None = None
    wanted: FactKey | None = None  # one of the needs, as it is after the command


class GroupDecider:
    def __init__(
        self,
        log: PostgresEventLog,
        *,
        clock: Clock,
        is_polite: bool = True,
        facts_max: int = FACTS_MAX,
    ) -> None:
        self._log = log
        self._clock = clock
        self._is_polite = is_polite  # takes the lock where others write
        self._facts = KeptFacts(log.dsn, facts_max=facts_max)
        self._waiting: deque[_Task] = deque()
        self._woken = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None
        self._is_closing = False
        self._crowded = 0  # groups still to be decided under the lock
        self.groups = 0
        self.commands = 0
        self.conflicts = 0

    @property
    def position(self) -> int:
        """How far the log is known here; all that was recorded through here is before it."""
        return self._facts.position

    async def open(self) -> None:
        await self._facts.open()
        self._runner = asyncio.create_task(self._run(), name="group-decider")

    async def close(self) -> None:
        """Carry out what is waiting, then end."""
        self._is_closing = True
        self._woken.set()
        if self._runner is not None:
            await self._runner
        await self._facts.close()

    async def handle(self, command: Command) -> Outcome:
        """Carry out a command; one of a keyed request that was carried out before, not again.

        Raises:
            Refusal: a rule of the boutique said no.
            IdempotencyKeyReused: the key came with another request before.
            ConcurrentUpdate: other processes were faster ``ATTEMPTS_MAX`` times in a row.
            LogUnavailable, LogFull: the log did not take it.
        """
        outcome, _ = await self._handled(command)
        return outcome

    async def handle_and_know(self, command: Command, blank: F) -> tuple[Outcome, F]:
        """Carry out a command; return one of the facts it needs, too, as the log has it then.

        Raises:
            Refusal, IdempotencyKeyReused, ConcurrentUpdate, LogUnavailable, LogFull: as ``handle``.
        """
        outcome, fact = await self._handled(command, wanted=key_of(blank))
        return outcome, cast("F", fact)

    async def _handled(
        self, command: Command, *, wanted: FactKey | None = None
    ) -> tuple[Outcome, Fact | None]:
        request = REQUEST.get()
        key = None if request is None else request.key_of(command)
        try:
            outcome: Outcome
            outcome, fact = await self._submitted(command, is_recorded=True, key=key, wanted=wanted)
        except ConcurrentUpdate:
            if request is not None:
                request.is_cut_short = True
            raise
        if request is not None and outcome.events:
            request.has_effects = True
            request.is_fresh |= not outcome.is_repeated
        return outcome, fact

    async def check(self, command: Command) -> None:
        """Refuse now what would be refused anyway, before costly effects are prepared for it.

        Raises:
            Refusal: a rule of the boutique says no.
        """
        request = REQUEST.get()
        key = None if request is None else request.key_of(command, is_rehearsed=True)
        await self._submitted(command, is_recorded=False, key=key)

    async def know(self, blank: F) -> F:
        """Return a fact as the log has it now."""
        fact: F = await self._submitted(_Look(blank), is_recorded=False)
        return fact

    def _submitted(
        self,
        command: Command,
        *,
        is_recorded: bool,
        key: RequestKey | None = None,
        wanted: FactKey | None = None,
    ) -> asyncio.Future[Any]:
        if self._is_closing or self._runner is None:
            raise RuntimeError("the boutique is not open")
        needs = [(key_of(blank), blank) for blank in command.needs()]
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(_Task(command, needs, answer, is_recorded, key, wanted))
        self._woken.set()
        return answer

    async def _run(self) -> None:
        while self._waiting or not self._is_closing:
            if not self._waiting:
                self._woken.clear()
                await self._woken.wait()
            group = list[_Task]()
            while self._waiting and len(group) < COMMANDS_MAX:
                task = self._waiting.popleft()
                if not task.answer.done():  # its caller is still there
                    group.append(task)
            if group:
                await self._carry_out(group)

    async def _carry_out(self, group: Sequence[_Task]) -> None:
        self.groups += 1
        self.commands += len(group)
        try:
            for _ in range(ATTEMPTS_MAX):
                if await self._attempt(group):
                    return
                self.conflicts += 1
                self._crowded = CROWDED_GROUPS
            _fail(group, ConcurrentUpdate())
        except (psycopg.OperationalError, OSError) as error:
            logger.warning("facts cannot be read: %s", error)
            _fail(group, LogUnavailable(AWAY))
        except Exception as error:  # noqa: BLE001 (no caller may wait for ever)
            self._facts.forget()
            _fail(group, error)

    async def _attempt(self, group: Sequence[_Task]) -> bool:
        """Decide once; return False when another process has moved the log meanwhile."""
        async with AsyncExitStack() as stack:
            is_current = True
            if not any(task.is_recorded for task in group):
                await self._facts.forward()
            elif self._crowded and self._is_polite:
                is_crowded = await stack.enter_async_context(self._facts.alone())
                self._crowded = CROWDED_GROUPS if is_crowded else self._crowded - 1
            else:
                is_current = False
            recorded = await self._facts.load(
                [need for task in group for need in task.needs],
                requests=[str(task.key.tag) for task in group if task.key is not None],
            )
            deciding = _Deciding(self._facts, recorded, now=self._clock())
            answers = [deciding.answer(task) for task in group]
            if deciding.stored:
                position = await self._append(deciding.stored)
                if position is None:
                    return False
                self._facts.accept(deciding.changes, position)
                if not is_current and self._log.is_crowded:
                    self._crowded = CROWDED_GROUPS
            elif not is_current and await self._facts.forward():
                return False  # a refusal, too, must rest on facts as they are
        self._reply(group, answers, before=self._facts.position - len(deciding.stored))
        return True

    def _reply(self, group: Sequence[_Task], answers: Sequence[object], *, before: int) -> None:
        """Tell every caller what came of it; ``before`` is the position the group began behind."""
        for task, answer in zip(group, answers, strict=True):
            if task.answer.done():  # its caller has gone
                continue
            fact = None if task.wanted is None else self._facts[task.wanted].fact
            match answer:
                case Exception():
                    task.answer.set_exception(answer)
                case _Caused():
                    position = before + answer.last
                    outcome = Outcome(answer.events, position, answer.is_repeated)
                    task.answer.set_result((outcome, fact))
                case Outcome():
                    task.answer.set_result((answer, fact))
                case _:
                    task.answer.set_result(answer)

    async def _append(self, stored: list[DCBEvent]) -> int | None:
        try:
            return await self._log.append(stored, behind=self._facts.position)
        except ConcurrentUpdate:
            await self._facts.forward()
            return None


@dataclass(frozen=True, slots=True)
class _Caused:
    """What a command caused, and how many events of its group were caused before and by it."""

    events: tuple[Event, ...]
    last: int
    is_repeated: bool = False


class _Deciding:
    """One pass over a group: what its commands cause, and the facts as they become by it."""

    def __init__(
        self, facts: KeptFacts, recorded: Mapping[str, Sequence[Tagged]], *, now: datetime
    ) -> None:
        self._facts = facts
        self._recorded = recorded  # under the keys of the group's requests
        self._now = now
        self._caused: dict[str, tuple[str, _Caused]] = {}  # by this group's requests
        self.stored: list[DCBEvent] = []
        self.changes: dict[Kept, tuple[Fact, int]] = {}

    def answer(self, task: _Task) -> object:
        """Decide a command on the facts as its forerunners leave them."""
        known = Known.holding({key: self._fact(self._facts[key]) for key, _ in task.needs})
        command = task.command
        if isinstance(command, _Look):
            return known[key_of(command.blank)]
        repeated = None if task.key is None else self._repeated(task.key)
        if repeated is not None:
            return repeated
        try:
            events = tuple(DECISIONS[type(command)](command, known, now=self._now))
        except Exception as error:  # noqa: BLE001 (a refusal or a fault: its caller's alone)
            return error
        if not task.is_recorded:
            return None
        for event in events:
            self._record(event, task.key)
        caused = _Caused(events, len(self.stored))
        if task.key is not None and events:
            self._caused[task.key.id] = task.key.fingerprint, replace(caused, is_repeated=True)
        return caused

    def _repeated(self, key: RequestKey) -> object | None:
        """Return what a command's key has caused before, if it has."""
        fingerprint, caused = self._caused.get(key.id, ("", None))
        if caused is not None:
            return caused if fingerprint == key.fingerprint else IdempotencyKeyReused()
        found = self._recorded.get(str(key.tag))
        if not found:
            return None
        if str(key.fingerprint_tag) not in found[0].tags:
            return IdempotencyKeyReused()
        events = tuple(tagged.event for tagged in found)
        return Outcome(events, found[-1].position, is_repeated=True)

    def _fact(self, kept: Kept) -> Fact:
        changed = self.changes.get(kept)
        return kept.fact if changed is None else changed[0]

    def _record(self, event: Event, request: RequestKey | None) -> None:
        written = stored(event)
        if request is not None:
            written.tags += (str(request.tag), str(request.fingerprint_tag))
        self.stored.append(written)
        for kept in self._facts.fed_by(type(event), written.tags):
            fact, events = self.changes.get(kept) or (kept.fact, 0)
            self.changes[kept] = (fact.evolve(event), events + 1)


def _fail(group: Sequence[_Task], error: Exception) -> None:
    for task in group:
        if not task.answer.done():
            task.answer.set_exception(error)
