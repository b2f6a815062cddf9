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
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg import AsyncConnection

import domain
from adapters.group_commit import TextArray, adapt
from adapters.group_commit_statements import SEPARATOR, TURN_CLASS
from adapters.stored_events import decode, kind_of, text_of
from domain.event import Event, Fact, FactKey

logger = logging.getLogger(__name__)

FACTS_MAX = 20_000
SAVE_AFTER = 64  # events that changed a fact since it was saved
PAGE = 5_000
PATIENCE_SECONDS = 10.0
RECONNECT_STEP_SECONDS = 0.1
TURN_WAIT = "1s"

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


@dataclass(slots=True, eq=False)
class Kept:
    """A fact in memory, as of the position of all of them."""

    key: FactKey
    tag: str
    fact: Fact
    unsaved: int = 0


@cache
def _topics_of(kind: type[Fact]) -> str:
    return SEPARATOR.join(event.TOPIC for event in kind.FED_BY)


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
        self._kept: OrderedDict[FactKey, Kept] = OrderedDict()
        self._by_tag: dict[str, list[Kept]] = {}
        self._to_save: set[Kept] = set()
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

    def __getitem__(self, key: FactKey) -> Kept:
        return self._kept[key]

    def fed_by(self, kind: type[Event] | None, tags: Iterable[str]) -> Iterator[Kept]:
        """Return what an event of a kind changes."""
        for tag in tags:
            for kept in self._by_tag.get(tag, ()):
                if kind in kept.fact.FED_BY:
                    yield kept

    async def load(
        self, needs: Sequence[tuple[FactKey, Fact]], *, requests: list[str] | tuple[str, ...] = ()
    ) -> dict[str, list[Tagged]]:
        """Keep these facts, too, as of the present position.

        Return what is recorded under the tags of ``requests``, by tag.
        """
        missing = dict[FactKey, Kept]()
        for key, blank in needs:
            if key in self._kept:
                self._kept.move_to_end(key)
            elif key not in missing:
                missing[key] = Kept(key, text_of(blank.tag), blank)
        recorded = dict[str, list[Tagged]]()
        if not missing and not requests:
            return recorded
        loaded = list(missing.values())
        for number, position, topic, data, tags in await self._read(loaded, requests):
            if number > len(loaded):
                tag = requests[number - len(loaded) - 1]
                found = Tagged(position, decode(topic, data), tags)
                recorded[tag] = [*recorded.get(tag, ()), found]
                continue
            kept = loaded[number - 1]
            if topic is None:
                kept.fact = msgspec.json.decode(data, type=kept.key[0])
            else:
                kept.fact = kept.fact.evolve(decode(topic, data))
                kept.unsaved += 1
        self._kept |= missing
        for kept in loaded:
            self._by_tag.setdefault(kept.tag, []).append(kept)
            self._note(kept)
        self._make_room(needed=len(needs))
        self._save_soon()
        return recorded

    async def _read(
        self, facts: Sequence[Kept], requests: list[str] | tuple[str, ...]
    ) -> list[Any]:
        kinds = [kept.key[0].__qualname__ for kept in facts]
        topics = [_topics_of(kept.key[0]) for kept in facts]
        nothing = [""] * len(requests)  # no fact was saved of them, and any event counts
        arguments = (
            SEPARATOR,
            TextArray.of([*kinds, *nothing]),
            TextArray.of([*(kept.tag for kept in facts), *requests]),
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
                fed = list(self.fed_by(kind_of(topic), tags))
                if fed:
                    event = decode(topic, data)
                    for kept in fed:
                        self._change(kept, kept.fact.evolve(event), 1)
                self.position = position
            if len(rows) < PAGE:
                break
        self._save_soon()
        return is_moved

    def accept(self, changes: Mapping[Kept, tuple[Fact, int]], position: int) -> None:
        """Take over what this process has appended up to a position."""
        for kept, (fact, events) in changes.items():
            self._change(kept, fact, events)
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

    def _change(self, kept: Kept, fact: Fact, events: int) -> None:
        kept.fact = fact
        kept.unsaved += events
        self._note(kept)

    def _note(self, kept: Kept) -> None:
        if kept.unsaved >= SAVE_AFTER:
            self._to_save.add(kept)

    def _make_room(self, *, needed: int) -> None:
        """Drop the facts that were asked for the longest time ago, but none that is needed now."""
        while len(self._kept) > max(self._facts_max, needed):
            _, kept = self._kept.popitem(last=False)
            siblings = self._by_tag[kept.tag]
            siblings.remove(kept)
            if not siblings:
                del self._by_tag[kept.tag]
            self._to_save.discard(kept)

    def _save_soon(self) -> None:
        if self._to_save and (self._saving is None or self._saving.done()):
            facts, self._to_save = list(self._to_save), set()
            for kept in facts:
                kept.unsaved = 0
            written = [msgspec.json.encode(kept.fact) for kept in facts]
            self._saving = asyncio.create_task(self._save(facts, written, self.position))

    async def _save(self, facts: list[Kept], written: list[bytes], position: int) -> None:
        kinds = [kept.key[0].__qualname__ for kept in facts]
        tags = [kept.tag for kept in facts]
        try:
            async with await AsyncConnection.connect(self._dsn, autocommit=True) as connection:
                await connection.execute(_SAVE, (self._program, position, kinds, tags, written))
        except (psycopg.Error, OSError) as error:
            logger.warning("%d facts are not saved; they will be read again: %s", len(facts), error)

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
