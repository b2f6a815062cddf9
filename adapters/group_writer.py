"""The asyncio side of group commit: one connection writes for a whole process.

While a group is on its way to the disk, the next one gathers. Whatever happens to the connection,
every caller gets the truth: recorded at a position, refused, or not recorded; or, where
PostgreSQL does not come back in time, that nobody can tell yet.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias
from uuid import uuid4

import psycopg
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from adapters.group_commit import Group, GroupCommitRecorder, adapt
from domain.ports import ConcurrentUpdate, LogFull, LogUnavailable

logger = logging.getLogger(__name__)

RECONNECT_STEP_SECONDS = 0.1
CONNECT_SECONDS = 5
LOCK_SECONDS = 10
KEEPALIVE = "keepalives_idle=5 keepalives_interval=2 keepalives_count=3"
"""A server that is gone without a word is noticed within about ten seconds."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one group may hold, and how long the writer is patient."""

    requests_max: int = 1_024
    events_max: int = 4_096  # a single request may have more: it is then a group of its own
    waiting_max: int = 16_384  # requests; more callers than that are sent away
    linger_seconds: float = 0.0  # before a group is closed; groups form by themselves under load
    patience_seconds: float = 10.0  # with a PostgreSQL that is away


Verdict: TypeAlias = tuple[list[int] | None, int | None]
"""The numbers of the requests that were refused, and the position of the group's last event."""


@dataclass(slots=True)
class _Request:
    events: Sequence[DCBEvent]
    condition: DCBAppendCondition | None
    answer: asyncio.Future[int]


class GroupWriter:
    """Appends for every task of one event loop."""

    def __init__(self, dsn: str, recorder: GroupCommitRecorder, limits: Limits) -> None:
        self._dsn = dsn
        self._recorder = recorder
        self._limits = limits
        self._call = recorder.sql_append_group.as_bytes(None)
        self._waiting: deque[_Request] = deque()
        self._woken = asyncio.Event()
        self._id = uuid4()
        self._group_no = 0
        self._connection: AsyncConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_closing = False
        self.is_crowded = False  # somebody wanted to decide alone when the last group was written
        self.groups = 0  # sent so far, with so many requests and events in them
        self.requests = 0
        self.events = 0

    async def open(self) -> None:
        """Connect and begin to write.

        Raises:
            psycopg.OperationalError: PostgreSQL is away.
        """
        self._connection = await self._connected()
        self._task = asyncio.create_task(self._write(), name="group-writer")

    async def close(self) -> None:
        """Write what is waiting, then end; nobody may append any more."""
        self._is_closing = True
        self._woken.set()
        if self._task is not None:
            await self._task
        if self._connection is not None:
            with suppress(psycopg.Error):
                await self._connection.execute(self._recorder.sql_forget_writer, (self._id,))
            await self._connection.close()

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None
    ) -> asyncio.Future[int]:
        """Record all events or none; the future holds the position of the last one.

        A caller that stops waiting takes its request back, unless it is being written already.

        Raises:
            ConcurrentUpdate: an event that the condition names was recorded.
            LogUnavailable, LogFull: nothing was recorded, or (it says so) nobody can tell.
            RuntimeError: the log is closed.
        """
        if self._is_closing or self._task is None:
            raise RuntimeError("the event log is not open")
        if len(self._waiting) >= self._limits.waiting_max:
            raise LogUnavailable("Too many are waiting to be recorded. Try again in a moment.")
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Request(events, condition, answer))
        self._woken.set()
        return answer

    async def _write(self) -> None:
        while True:
            if not self._waiting:
                if self._is_closing:
                    return
                self._woken.clear()
                await self._woken.wait()
                if self._limits.linger_seconds and not self._is_closing:
                    await asyncio.sleep(self._limits.linger_seconds)
                continue
            group, requests = self._gathered()
            if not requests:
                continue
            try:
                await self._flush(group, requests)
            except Exception as error:  # no caller may wait for ever
                logger.exception("a group of %d appends failed", len(requests))
                _refuse(requests, error)

    def _gathered(self) -> tuple[Group, list[_Request]]:
        """Take the next group; what could clash within it stays in front of the queue."""
        group, requests, put_off = Group(), list[_Request](), list[_Request]()
        limits = self._limits
        while self._waiting and len(requests) < limits.requests_max:
            request = self._waiting[0]
            if requests and group.events + len(request.events) > limits.events_max:
                break
            self._waiting.popleft()
            if request.answer.done():  # its caller has gone
                continue
            if group.may_clash(request.condition):
                put_off.append(request)
                continue
            group.add(request.events, request.condition)
            requests.append(request)
        self._waiting.extendleft(reversed(put_off))
        return group, requests

    async def _flush(self, group: Group, requests: Sequence[_Request]) -> None:
        self.groups += 1
        self.requests += len(requests)
        self.events += group.events
        self._group_no += 1
        try:
            refused, last_id = await self._written(group)
        except (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory) as error:
            logger.error("the log has no room: %s", error)  # noqa: TRY400 (known, no traceback)
            _refuse(requests, LogFull(_FULL))
        except LogUnavailable as error:
            _refuse(requests, error)
        except (psycopg.OperationalError, OSError) as error:
            logger.error("the log does not take a group: %s", error)  # noqa: TRY400 (known)
            _refuse(requests, LogUnavailable(AWAY))
        except psycopg.Error as error:
            if len(requests) == 1:
                _refuse(requests, error)
            else:
                await self._flush_one_by_one(requests)
        else:
            _answer(requests, group.positions(refused, last_id))

    async def _flush_one_by_one(self, requests: Sequence[_Request]) -> None:
        """Find the one that PostgreSQL does not take; the others must not suffer for it."""
        for request in requests:
            alone = Group()
            alone.add(request.events, request.condition)
            await self._flush(alone, [request])

    async def _written(self, group: Group) -> Verdict:
        """Write a group exactly once, even if the connection is lost on the way.

        Raises:
            LogUnavailable: PostgreSQL did not come back in time.
            psycopg.Error: PostgreSQL refused the group; nothing of it is recorded.
        """
        deadline = time.monotonic() + self._limits.patience_seconds
        is_sent = False
        while True:
            try:
                connection = await self._usable_connection()
                if is_sent:
                    verdict = await self._verdict(connection)
                    if verdict is not None:
                        return verdict
                    self._group_no += 1
                is_sent = True
                return await self._sent(connection, group)
            except (psycopg.OperationalError, OSError) as error:
                if self._connection is not None and not self._connection.closed:
                    raise  # PostgreSQL has rolled it back
                logger.warning("the event log has lost its connection: %s", error)
                if time.monotonic() >= deadline:
                    raise LogUnavailable(_CANNOT_TELL if is_sent else AWAY) from error
                await asyncio.sleep(RECONNECT_STEP_SECONDS)

    async def _sent(self, connection: AsyncConnection, group: Group) -> Verdict:
        cursor = connection.cursor(binary=True)
        await cursor.execute(self._call, group.arguments(self._id, self._group_no), prepare=True)
        row = await cursor.fetchone()
        assert row is not None  # a function with OUT parameters always answers
        refused, last_id, self.is_crowded = row
        return refused, last_id

    async def _verdict(self, connection: AsyncConnection) -> Verdict | None:
        """Return what became of the group that was sent last; None if it was not recorded.

        If not, then its number is taken back too: it cannot be recorded late.
        """
        try:
            cursor = await connection.execute(
                self._recorder.sql_take_back, (self._id, self._group_no), prepare=False
            )
            row = await cursor.fetchone()
        except psycopg.OperationalError:
            await connection.close()  # ask again on another one: nobody can tell yet
            raise
        assert row is not None  # a function with OUT parameters always answers
        is_recorded, refused, last_id = row
        return (refused, last_id) if is_recorded else None

    async def _usable_connection(self) -> AsyncConnection:
        if self._connection is None or self._connection.closed:
            self._connection = await self._connected()
        return self._connection

    async def _connected(self) -> AsyncConnection:
        connection = await AsyncConnection.connect(
            make_conninfo(KEEPALIVE, **conninfo_to_dict(self._dsn)),
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
        )
        adapt(connection)
        await connection.execute(
            "SELECT set_config('lock_timeout', %s, false),"
            " set_config('plan_cache_mode', 'force_generic_plan', false)",
            (f"{LOCK_SECONDS}s",),
        )
        await connection.execute(self._recorder.sql_enrol_writer, (self._id,))
        return connection


AWAY = "The boutique's log does not answer. Nothing was recorded; try again in a moment."
_FULL = "The boutique's disk is full. Nothing was recorded; try again later."
_CANNOT_TELL = (
    "The boutique's log does not answer, and nobody can tell yet whether this was recorded. "
    "Send it again with the same Idempotency-Key."
)


def _answer(requests: Sequence[_Request], positions: Sequence[int | None]) -> None:
    for request, position in zip(requests, positions, strict=True):
        if request.answer.done():  # its caller has gone
            continue
        if position is None:
            request.answer.set_exception(ConcurrentUpdate())
        else:
            request.answer.set_result(position)


def _refuse(requests: Sequence[_Request], error: Exception) -> None:
    for request in requests:
        if not request.answer.done():
            request.answer.set_exception(error)
