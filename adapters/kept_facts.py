"""Facts kept in memory, all as of one position of the log.

A fact that is asked for is folded from the log once. From then on it follows what this process
appends, and, by reading on, what others do. Facts with a long history are also saved, so that a
new process need not read all of it: a saved fact counts only for the program that folded it.
"""

import asyncio
import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, TypeAlias

import msgspec
import psycopg
from psycopg import AsyncConnection

import domain
from adapters.group_commit import TextArray, adapt
from adapters.group_commit_statements import SEPARATOR, TURN_CLASS
from adapters.stored_events import decode, kind_of, text_of
from domain.event import Event, Fact, Tag

logger = logging.getLogger(__name__)

FACTS_MAX = 20_000
SAVE_AFTER = 64  # events that changed a fact since it was saved
PAGE = 5_000
PATIENCE_SECONDS = 10.0
RECONNECT_STEP_SECONDS = 0.1
TURN_WAIT = "1s"

FactKey: TypeAlias = tuple[type[Fact], Tag]

SAVED_FACTS = """
CREATE TABLE IF NOT EXISTS saved_fact (
    kind text,
    tag text,
    program text NOT NULL,
    position bigint NOT NULL,
    fact bytea NOT NULL,
    PRIMARY KEY (kind, tag)
)
"""

# A saved fact, then what fed it since. Tags are told where any type counts: of requests, whose
# fingerprint is one of them. OFFSET 0 keeps the order of the joins.
_LOAD: LiteralString = """
WITH wanted AS MATERIALIZED (
    SELECT w.n, w.tag, string_to_array(w.types, %s) AS types, s.position, s.fact
    FROM unnest(%s, %s, %s) WITH ORDINALITY AS w(kind, tag, types, n)
    LEFT JOIN saved_fact s
        ON s.kind = w.kind AND s.tag = w.tag AND s.program = %s AND s.position <= %s
)
SELECT n, position, NULL, fact, NULL FROM wanted WHERE fact IS NOT NULL
UNION ALL
SELECT w.n, e.id, e.type, e.data, CASE WHEN w.types = '{}' THEN e.tags END FROM wanted w
CROSS JOIN LATERAL (
    SELECT t.main_id FROM boutique_events_tt_tag t
    WHERE t.tag = w.tag AND t.main_id > coalesce(w.position, 0) AND t.main_id <= %s OFFSET 0
) t
CROSS JOIN LATERAL (
    SELECT e.* FROM boutique_events_tt_main e WHERE e.id = t.main_id OFFSET 0
) e
WHERE w.types = '{}' OR e.type = ANY (w.types)
ORDER BY 1, 2
"""
_FORWARD: LiteralString = (
    "SELECT id, type, data, tags FROM boutique_events_tt_main WHERE id > %s ORDER BY id LIMIT %s"
)
_HEAD: LiteralString = "SELECT coalesce(max(id), 0) FROM boutique_events_tt_main"
_LOCK: LiteralString = "SELECT pg_advisory_lock(%s, 'boutique_events_tt_main'::regclass::oid::int)"
_UNLOCK: LiteralString = (
    "SELECT pg_advisory_unlock(%s, 'boutique_events_tt_main'::regclass::oid::int)"
)
_SAVE: LiteralString = """
INSERT INTO saved_fact AS s
SELECT u.kind, u.tag, %s, %s, u.fact
FROM unnest(%s::text[], %s::text[], %s::bytea[]) AS u(kind, tag, fact)
ON CONFLICT (kind, tag) DO UPDATE
SET program = excluded.program, position = excluded.position, fact = excluded.fact
WHERE s.program <> excluded.program OR s.position < excluded.position
"""


def program() -> str:
    """Name the program that folds facts: any change of the domain makes it another one."""
    digest = hashlib.sha256()
    for path in sorted(Path(next(iter(domain.__path__))).glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def key_of(fact: Fact) -> FactKey:
    return type(fact), fact.tag


@dataclass(slots=True)
class _Kept:
    fact: Fact
    unsaved: int = 0


@dataclass(frozen=True, slots=True)
class Tagged:
    """An event that was found by one of its tags, with all of them."""

    position: int
    event: Event
    tags: Sequence[str]


class KeptFacts:
    def __init__(self, dsn: str, *, facts_max: int = FACTS_MAX) -> None:
        self._dsn = dsn
        self._facts_max = facts_max
        self._program = program()
        self._connection: AsyncConnection | None = None
        self._kept: OrderedDict[FactKey, _Kept] = OrderedDict()
        self._by_tag: dict[str, dict[FactKey, None]] = {}
        self._to_save: set[FactKey] = set()
        self._saving: asyncio.Task[None] | None = None
        self.position = 0

    async def open(self) -> None:
        self.position = (await self._fetch(_HEAD, ()))[0][0]

    async def close(self) -> None:
        if self._saving is not None:
            await self._saving
        if self._connection is not None:
            await self._connection.close()

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, key: FactKey) -> Fact:
        return self._kept[key].fact

    def fed_by(self, event: Event, tags: Iterable[str]) -> Iterator[FactKey]:
        """Name the kept facts that an event changes."""
        for tag in tags:
            for key in self._by_tag.get(tag, ()):
                if isinstance(event, key[0].FED_BY):
                    yield key

    async def load(
        self, blanks: Mapping[FactKey, Fact], *, requests: list[str] | tuple[str, ...] = ()
    ) -> dict[str, list[Tagged]]:
        """Keep these facts, too, as of the present position.

        Return what is recorded under the tags of ``requests``, by tag.
        """
        missing = dict[FactKey, Fact]()
        for key, blank in blanks.items():
            if key in self._kept:
                self._kept.move_to_end(key)
            else:
                missing[key] = blank
        self._make_room(len(missing), needed=blanks)
        recorded = dict[str, list[Tagged]]()
        if not missing and not requests:
            return recorded
        entries = [_Kept(fact) for fact in missing.values()]
        for number, position, topic, data, tags in await self._read(list(missing), requests):
            if number > len(entries):
                tag = requests[number - len(entries) - 1]
                found = Tagged(position, decode(topic, data), tags)
                recorded[tag] = [*recorded.get(tag, ()), found]
                continue
            entry = entries[number - 1]
            if topic is None:
                entry.fact = msgspec.json.decode(data, type=type(entry.fact))
            else:
                entry.fact = entry.fact.evolve(decode(topic, data))
                entry.unsaved += 1
        for key, entry in zip(missing, entries, strict=True):
            self._kept[key] = entry
            self._by_tag.setdefault(text_of(key[1]), {})[key] = None
            self._note(key, entry)
        self._save_soon()
        return recorded

    async def _read(
        self, facts: Sequence[FactKey], requests: list[str] | tuple[str, ...]
    ) -> list[Any]:
        kinds = [kind.__qualname__ for kind, _ in facts]
        topics = [SEPARATOR.join(x.TOPIC for x in kind.FED_BY) for kind, _ in facts]
        nothing = [""] * len(requests)  # no fact was saved of them, and any event counts
        arguments = (
            SEPARATOR,
            TextArray.of([*kinds, *nothing]),
            TextArray.of([*(text_of(tag) for _, tag in facts), *requests]),
            TextArray.of([*topics, *nothing]),
            self._program,
            self.position,
            self.position,
        )
        return await self._fetch(_LOAD, arguments)

    async def forward(self) -> bool:
        """Follow the log to its end; return whether others have written anything."""
        is_moved = False
        while rows := await self._fetch(_FORWARD, (self.position, PAGE)):
            is_moved = True
            for position, topic, data, tags in rows:
                keys = [
                    key
                    for tag in tags
                    for key in self._by_tag.get(tag, ())
                    if kind_of(topic) in key[0].FED_BY
                ]
                if keys:
                    event = decode(topic, data)
                    for key in keys:
                        self._evolve(key, event)
                self.position = position
            if len(rows) < PAGE:
                break
        self._save_soon()
        return is_moved

    def accept(self, changes: Mapping[FactKey, tuple[Fact, int]], position: int) -> None:
        """Take over what this process has appended up to a position."""
        for key, (fact, events) in changes.items():
            entry = self._kept[key]
            entry.fact = fact
            entry.unsaved += events
            self._note(key, entry)
        self.position = position
        self._save_soon()

    def forget(self) -> None:
        """Start from nothing: something went wrong while facts were changing."""
        self._kept.clear()
        self._by_tag.clear()
        self._to_save.clear()

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[bool]:
        """Keep the other processes from deciding, and follow what they have written so far.

        Whoever has the turn and does nothing is not waited for longer than ``TURN_WAIT``.
        """
        try:
            await self._fetch(_LOCK, (TURN_CLASS,))
        except psycopg.errors.LockNotAvailable:
            is_mine = False
        else:
            is_mine = True
        try:
            yield await self.forward()
        finally:
            if is_mine:
                with suppress(psycopg.OperationalError, OSError):  # a lost connection holds none
                    await self._fetch_once(_UNLOCK, (TURN_CLASS,))

    def _evolve(self, key: FactKey, event: Event) -> None:
        entry = self._kept[key]
        entry.fact = entry.fact.evolve(event)
        entry.unsaved += 1
        self._note(key, entry)

    def _note(self, key: FactKey, entry: _Kept) -> None:
        if entry.unsaved >= SAVE_AFTER:
            self._to_save.add(key)

    def _make_room(self, coming: int, *, needed: Container[FactKey]) -> None:
        """Drop the facts that were asked for the longest time ago, but none that is needed now."""
        for _ in range(len(self._kept) + coming - self._facts_max):
            key = next(iter(self._kept), None)
            if key is None or key in needed:
                return
            del self._kept[key]
            tag = text_of(key[1])
            siblings = self._by_tag[tag]
            del siblings[key]
            if not siblings:
                del self._by_tag[tag]
            self._to_save.discard(key)

    def _save_soon(self) -> None:
        if self._to_save and (self._saving is None or self._saving.done()):
            keys, self._to_save = list(self._to_save), set()
            entries = [self._kept[key] for key in keys]
            for entry in entries:
                entry.unsaved = 0
            written = [msgspec.json.encode(entry.fact) for entry in entries]
            self._saving = asyncio.create_task(self._save(keys, written, self.position))

    async def _save(self, keys: list[FactKey], written: list[bytes], position: int) -> None:
        kinds = [kind.__qualname__ for kind, _ in keys]
        tags = [text_of(tag) for _, tag in keys]
        try:
            async with await AsyncConnection.connect(self._dsn, autocommit=True) as connection:
                await connection.execute(_SAVE, (self._program, position, kinds, tags, written))
        except (psycopg.Error, OSError) as error:
            logger.warning("%d facts are not saved; they will be read again: %s", len(keys), error)

    async def _fetch(self, statement: LiteralString, arguments: tuple[Any, ...]) -> list[Any]:
        """Read, over a new connection where the old one is lost; reading twice does no harm.

        Raises:
            psycopg.OperationalError: PostgreSQL did not come back in time.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await self._fetch_once(statement, arguments)
            except (psycopg.OperationalError, OSError):
                is_lost = self._connection is None or self._connection.closed
                if not is_lost or time.monotonic() >= deadline:
                    raise
                await asyncio.sleep(RECONNECT_STEP_SECONDS)

    async def _fetch_once(self, statement: LiteralString, arguments: tuple[Any, ...]) -> list[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await self._connected()
        cursor = self._connection.cursor(binary=True)
        await cursor.execute(statement, arguments, prepare=True)
        return await cursor.fetchall()

    async def _connected(self) -> AsyncConnection:
        connection = await AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=5)
        adapt(connection)
        # Without statistics the planner would rather read the whole log.
        await connection.execute(
            "SELECT set_config(name, value, false) FROM (VALUES ('enable_seqscan', 'off'),"
            " ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'),"
            " ('plan_cache_mode', 'force_generic_plan'), ('lock_timeout', %s)) AS s(name, value)",
            (TURN_WAIT,),
        )
        return connection
