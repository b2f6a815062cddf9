"""The doctor: checks all invariants on one snapshot of the log and the read models.

The transaction is read-only, apart from temporary tables of its own, and each statement has a
limit. Every check is rolled back to where it began, so that no lock of a read model outlives it.
"""

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg import AsyncConnection, IsolationLevel
from psycopg.rows import dict_row
from psycopg.sql import SQL

from adapters import invariants_of_log, invariants_of_purchases, invariants_of_stock
from adapters.cancellation import heed_cancellation
from adapters.invariant import VIOLATIONS_MAX, Checked, Invariant, Report, Violation
from adapters.invariants_of_log import KNOWN, READABLE
from adapters.stored_events import RECORDED, UnknownTopic, UnknownVersion, decode

logger = logging.getLogger(__name__)

INVARIANTS: tuple[Invariant, ...] = (
    KNOWN,
    READABLE,
    *invariants_of_purchases.INVARIANTS,
    *invariants_of_stock.INVARIANTS,
    *invariants_of_log.INVARIANTS,
)

STATEMENT_SECONDS_MAX = 60
POSITIONS_PER_READ = 50_000
SAMPLE = 2_000  # events that are read without --deep
DECODED_AT_ONCE = 1_000  # as long the event loop waits for them

EXAMINE_AGAIN_SECONDS = 300
REST_FACTOR = 50
"""Rests so many times as long as it took: on a large log it never takes more than 2 % of a core."""

FIRST_EXAMINED_SECONDS = 60
"""After the start, which has enough to do."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is, and how much there is."""


@dataclass(frozen=True, kw_only=True)
class _Topic:
    """What one topic and the first bytes of its events have in common."""

    topic: str
    beginning: bytes
    events: int
    first_at: int


@dataclass(kw_only=True)
class _Examination:
    connection: AsyncConnection
    is_deep: bool
    progress: Progress
    position: int = 0
    unread: str = ""  # why the temporary tables are not filled
    is_spoilt: bool = False  # because some event is no JSON
    topics: Sequence[_Topic] = ()
    checked: list[Checked] = field(default_factory=list[Checked])

    async def run(self) -> None:
        self.position = await self._scalar(
            "SELECT coalesce(max(id), 0) FROM boutique_events_tt_main"
        )
        await self._count_topics()
        await self._read_log()
        for done, invariant in enumerate(INVARIANTS):
            self.progress(f"Checking {invariant.name}", done, len(INVARIANTS))
            self.checked.append(await self._checked(invariant))
        self.progress("Checked", len(INVARIANTS), len(INVARIANTS))

    async def _scalar(self, sql: LiteralString) -> int:
        cursor = await self.connection.execute(sql)
        row = await cursor.fetchone()
        assert row is not None  # an aggregate always answers
        return int(row[0])

    async def _count_topics(self) -> None:
        cursor = self.connection.cursor(binary=True)
        await cursor.execute(_TOPICS)
        self.topics = [
            _Topic(topic=topic, beginning=beginning or b"", events=events, first_at=first_at)
            for topic, beginning, events, first_at in await cursor.fetchall()
        ]

    async def _read_log(self) -> None:
        """Fill the temporary tables; an event that cannot be read is named by its own check."""
        try:
            async with self.connection.transaction():
                for after in range(0, self.position, POSITIONS_PER_READ):
                    until = min(after + POSITIONS_PER_READ, self.position)
                    self.progress("Reading the log", after, self.position)
                    await self.connection.execute(invariants_of_purchases.READ_LOG, (after, until))
                await self.connection.execute(invariants_of_purchases.FOLD_PURCHASES)
                await self.connection.execute("ANALYZE audited_event, audited_line")
        except psycopg.errors.QueryCanceled:
            self.unread = _too_long()
        except psycopg.DataError as error:
            self.unread, self.is_spoilt = _cannot_be_read(error), True

    async def _checked(self, invariant: Invariant) -> Checked:
        begun = time.perf_counter()
        problem = ""
        found = list[Violation]()
        try:
            # Rolled back, it lets go of the tables it has read: a rebuild may exchange them.
            async with self.connection.transaction(force_rollback=True):
                if self.unread and "audited_" in invariant.sql:
                    problem = self.unread
                elif await self._was_exchanged(invariant.reads):
                    problem = "A read model was built anew meanwhile. Ask again."
                else:
                    found = await self._violations(invariant)
        except psycopg.errors.QueryCanceled:
            problem = _too_long()
        except psycopg.DataError as error:
            problem = _cannot_be_read(error)
        except psycopg.ProgrammingError as error:
            # A table is missing, or another version's: the others can be checked all the same.
            problem = f"The database is not as this version knows it: {_first_line(error)}."
        return Checked(
            invariant=invariant,
            violations=found[:VIOLATIONS_MAX],
            is_cut=len(found) > VIOLATIONS_MAX,
            seconds=time.perf_counter() - begun,
            problem=problem,
        )

    async def _was_exchanged(self, tables: Iterable[str]) -> bool:
        """Tell whether a table is not the one that this snapshot has under its name.

        Of what came in its place the snapshot sees nothing, and would take it for empty.
        """
        for table in tables:
            cursor = await self.connection.execute(_IS_SAME_TABLE, (table, table))
            if await cursor.fetchone() is None:
                return True
        return False

    async def _violations(self, invariant: Invariant) -> list[Violation]:
        if invariant is KNOWN:
            return self._unknown()
        if invariant is READABLE:
            return await self._unreadable()
        cursor = self.connection.cursor(row_factory=dict_row)
        statement = SQL("SELECT * FROM ({}) AS violation LIMIT {}")
        await cursor.execute(statement.format(SQL(invariant.sql), VIOLATIONS_MAX + 1))
        return [
            {name: _plain(value) for name, value in row.items()} for row in await cursor.fetchall()
        ]

    def _unknown(self) -> list[Violation]:
        return [
            {
                "topic": x.topic,
                "version": _version(x.beginning),
                "position": x.first_at,
                "events": x.events,
            }
            for x in self.topics
            if _is_newer(x)
        ]

    async def _unreadable(self) -> list[Violation]:
        """Decode a sample of the log; all of it when asked to, or to find what stopped others."""
        is_all = self.is_deep or self.is_spoilt
        share = 100 if is_all else 100 * SAMPLE / max(self.position, SAMPLE)
        found = list[Violation]()
        done = 0
        async with self.connection.cursor("audited", binary=True) as cursor:
            await cursor.execute(_SAMPLE, (share,))
            while rows := await cursor.fetchmany(DECODED_AT_ONCE):
                found += _undecodable(rows)
                done += len(rows)
                if is_all:
                    self.progress("Reading every event", done, self.position)
                await asyncio.sleep(0)
                if len(found) > VIOLATIONS_MAX:
                    break
        return found


_TOPICS: LiteralString = """
SELECT type, substr(data, 1, 8), count(*), min(id) FROM boutique_events_tt_main
GROUP BY 1, 2 ORDER BY 4
"""
_SAMPLE: LiteralString = """
SELECT id, type, data FROM boutique_events_tt_main TABLESAMPLE SYSTEM (%s)
"""
# The row is as the snapshot has it, the cast as the catalogue has it now.
_IS_SAME_TABLE: LiteralString = """
SELECT FROM pg_class WHERE relname = %s AND relnamespace = current_schema()::regnamespace
    AND oid = to_regclass(%s)
"""

_KNOWN_VERSIONS = {kind.TOPIC: kind.VERSION for kind in RECORDED}
_VERSION = re.compile(rb'{"v":(\d+)')


def _version(beginning: bytes) -> int | None:
    found = _VERSION.match(beginning)
    return int(found[1]) if found else None


def _is_newer(found: _Topic) -> bool:
    known = _KNOWN_VERSIONS.get(found.topic)
    version = _version(found.beginning)
    # Without a version it is no newer event but a spoilt one, which another check names.
    return known is None or (version is not None and not 1 <= version <= known)


def _undecodable(rows: Sequence[tuple[int, str, bytes | None]]) -> list[Violation]:
    found = list[Violation]()
    for position, topic, data in rows:
        try:
            decode(topic, data or b"")
        except UnknownTopic:
            continue  # told by its own check
        except UnknownVersion as error:
            if _version(data or b"") is None:
                found.append({"position": position, "topic": topic, "error": _first_line(error)})
        except (msgspec.MsgspecError, LookupError, TypeError, ValueError) as error:
            found.append({"position": position, "topic": topic, "error": _first_line(error)})
    return found


def _too_long() -> str:
    return f"Not finished within {STATEMENT_SECONDS_MAX} seconds. Use: boutique doctor --deep"


def _cannot_be_read(error: psycopg.DataError) -> str:
    return f"An event cannot be read ({_first_line(error)}); see {READABLE.name}."


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _plain(value: Any) -> str | int | None:  # noqa: ANN401 (whatever PostgreSQL answers)
    match value:
        case None | int():
            return value
        case Decimal():  # of a sum
            return int(value)
        case _:
            return str(value)


async def examine(dsn: str, *, is_deep: bool, progress: Progress) -> Report:
    """Check all invariants on one snapshot.

    Raises:
        psycopg.OperationalError: PostgreSQL is away.
    """
    begun = time.perf_counter()
    async with snapshot(dsn, is_deep=is_deep) as connection:
        examination = _Examination(connection=connection, is_deep=is_deep, progress=progress)
        await examination.run()
    events = Counter[str]()
    for x in examination.topics:
        events[x.topic] += x.events
    return Report(
        position=examination.position,
        is_deep=is_deep,
        seconds=time.perf_counter() - begun,
        checked=examination.checked,
        events_by_topic=events,
    )


@asynccontextmanager
async def snapshot(dsn: str, *, is_deep: bool) -> AsyncGenerator[AsyncConnection]:
    """Give a transaction that sees one state of the database and changes nothing of it."""
    connection = await AsyncConnection.connect(dsn, autocommit=True)
    async with connection:
        # A read-only transaction may fill temporary tables, but not create them.
        await connection.execute(invariants_of_purchases.TABLES)
        await connection.execute(
            "SELECT set_config('statement_timeout', %s, false), set_config('jit', 'off', false),"
            " set_config('work_mem', '64MB', false)",
            ("0" if is_deep else f"{STATEMENT_SECONDS_MAX}s",),
        )
        await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        await connection.set_read_only(True)
        async with connection.transaction():
            yield connection


def _in_silence(_what: str, _done: int, _total: int) -> None:
    pass


class Doctor:
    """Examines the boutique again and again, and remembers what came of the last time."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self.last: Report | None = None
        self._examined_at = 0.0

    @property
    def age_seconds(self) -> float:
        """How old the last report is."""
        return time.monotonic() - self._examined_at

    async def examine(self, *, is_deep: bool = False, progress: Progress = _in_silence) -> Report:
        report = await examine(self._dsn, is_deep=is_deep, progress=progress)
        self.last, self._examined_at = report, time.monotonic()
        return report

    async def run(self) -> None:
        """Examine what costs little every few minutes, until cancelled."""
        pause_seconds: float = FIRST_EXAMINED_SECONDS
        while True:
            heed_cancellation()
            await asyncio.sleep(pause_seconds)
            pause_seconds = EXAMINE_AGAIN_SECONDS
            try:
                report = await self.examine()
            except (psycopg.Error, OSError) as error:
                logger.warning("the boutique was not examined: %s", error)
                continue
            except Exception:
                logger.exception("the boutique was not examined")
                continue
            for x in report.violated:
                logger.error("%s Run: boutique doctor", _told(x))
            pause_seconds = max(pause_seconds, REST_FACTOR * report.seconds)


def _told(x: Checked) -> str:
    return f"Invariant {x.invariant.name} is violated: {dict(x.violations[0])}."
