"""Group commit: what waits to be appended is checked and recorded by one statement and one commit.

The library's recorder takes a table lock and a NOTIFY for every caller, so that PostgreSQL never
commits two of them together. Here a group of requests shares both. Each request gets a verdict of
its own: its events are recorded, all of them, or its condition was met and none is.
"""

import struct
from collections.abc import Iterable, Sequence
from uuid import UUID

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBSequencedEvent
from eventsourcing.dcb.postgres_tt import DB_TABLE_DCB_TAGS, PostgresDCBRecorderTT
from eventsourcing.persistence import IntegrityError
from eventsourcing.postgres import PostgresDatastore
from psycopg import Cursor
from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.rows import DictRow
from psycopg.sql import Identifier, Literal

from adapters import group_commit_statements as statements
from adapters.group_commit_statements import LOCK_CLASS, SEPARATOR, TURN_CLASS


class TextArray(bytes):
    """Strings as PostgreSQL's binary ``text[]``."""

    @classmethod
    def of(cls, items: Iterable[str]) -> "TextArray":
        return cls(_binary_array(25, [item.encode() for item in items]))


class ByteaArray(bytes):
    """Byte strings as PostgreSQL's binary ``bytea[]``."""

    @classmethod
    def of(cls, items: Sequence[bytes]) -> "ByteaArray":
        return cls(_binary_array(17, items))


def _binary_array(oid: int, items: Sequence[bytes]) -> bytes:
    """Write a one-dimensional array; psycopg's own dumpers take ten times as long for it."""
    if not items:
        return bytes(8) + oid.to_bytes(4, "big")
    head = struct.pack(">iiIii", 1, 0, oid, len(items), 1)  # one dimension, no NULL, from 1 on
    parts = [b""] * (2 * len(items))
    parts[::2] = [len(item).to_bytes(4, "big") for item in items]
    parts[1::2] = items
    return head + b"".join(parts)


class _TextArrayDumper(Dumper):
    format = Format.BINARY
    oid = 1009

    def dump(self, obj: bytes) -> bytes:
        return obj


class _ByteaArrayDumper(_TextArrayDumper):
    oid = 1001


def adapt(context: AdaptContext) -> None:
    """Teach a connection, or a cursor, the arrays above."""
    context.adapters.register_dumper(TextArray, _TextArrayDumper)
    context.adapters.register_dumper(ByteaArray, _ByteaArrayDumper)


class Group:
    """Requests that are appended together, as the arguments of one call."""

    def __init__(self) -> None:
        self.requests = 0
        self.events = 0
        self._tags: set[str] = set()  # of the events so far
        self._condition_request: list[int] = []
        self._condition_after: list[int] = []
        self._condition_tags: list[str] = []
        self._condition_types: list[str] = []
        self._event_request: list[int] = []
        self._event_type: list[str] = []
        self._event_data: list[bytes] = []
        self._event_tags: list[str] = []

    def may_clash(self, condition: DCBAppendCondition | None) -> bool:
        """Tell whether a condition could be met by the events of the group itself.

        Then the request belongs into a later group, where the database judges it.
        """
        if condition is None or not self.events:
            return False
        items = condition.fail_if_events_match.items
        if not items:
            return True
        return any(self._tags.issuperset(item.tags) for item in items)

    def add(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None) -> None:
        """Add a request; its number is how many were added before."""
        number = self.requests
        self.requests += 1
        self.events += len(events)
        if condition is not None:
            after = condition.after or 0
            for tags, types in _items(condition.fail_if_events_match):
                self._condition_request.append(number)
                self._condition_after.append(after)
                self._condition_tags.append(tags)
                self._condition_types.append(types)
        for event in events:
            self._event_request.append(number)
            self._event_type.append(event.type)
            self._event_data.append(event.data)
            self._event_tags.append(SEPARATOR.join(event.tags))
            self._tags.update(event.tags)

    def arguments(self, writer: UUID | None, number: int) -> tuple[object, ...]:
        return (
            writer,
            number,
            _int_array(self._condition_request),
            _int_array(self._condition_after),
            TextArray.of(self._condition_tags),
            TextArray.of(self._condition_types),
            _int_array(self._event_request),
            TextArray.of(self._event_type),
            ByteaArray.of(self._event_data),
            TextArray.of(self._event_tags),
        )

    def positions(self, refused: Sequence[int] | None, last_id: int | None) -> list[int | None]:
        """Return the position of each request's last event; None where it was refused."""
        found: list[int | None] = [None] * self.requests
        losers = frozenset(refused or ())
        position = last_id or 0
        for number in reversed(self._event_request):
            if number in losers:
                continue
            if found[number] is None:
                found[number] = position
            position -= 1
        return found


def _items(query: DCBQuery) -> Iterable[tuple[str, str]]:
    """Return tags and types of each item; an empty query means any event at all."""
    if not query.items:
        return (("", ""),)
    return [(SEPARATOR.join(item.tags), SEPARATOR.join(item.types)) for item in query.items]


def _int_array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


class GroupCommitRecorder(PostgresDCBRecorderTT):
    """The library's tagged recorder with appends that can share a commit.

    It keeps the library's tables, so that the library reads what it recorded. ``append`` is the
    library's blocking call, a group of one; :mod:`adapters.group_writer` fills larger ones.
    """

    def __init__(
        self, datastore: PostgresDatastore, *, events_table_name: str = "dcb_events"
    ) -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        # Named after the table: the library's functions are not, and the last one to be created
        # writes for every application of the schema.
        names = {
            "append_group": f"{self.events_table_name}_append",
            "take_back": f"{self.events_table_name}_take_back",
            "writers_table": f"{self.events_table_name}_writer",
            "foreign_key": f"{self.tags_table_name}_main_id_fkey",
        }
        for name in names.values():
            self.check_identifier_length(name)
        self.sql_kwargs |= {key: Identifier(name) for key, name in names.items()}
        self.sql_kwargs |= {
            "lock_class": Literal(LOCK_CLASS),
            "turn_class": Literal(TURN_CLASS),
            "separator": Literal(SEPARATOR),
        }
        with_reference = self.format(DB_TABLE_DCB_TAGS)
        self.sql_create_statements = [
            self.format(statements.TAGS_TABLE) if statement == with_reference else statement
            for statement in self.sql_create_statements
        ]
        self.sql_create_statements += map(
            self.format,
            (
                statements.NO_FOREIGN_KEY,
                statements.WRITERS_TABLE,
                statements.APPEND_GROUP,
                statements.TAKE_BACK,
            ),
        )
        self.sql_append_group = self.format(statements.CALL)
        self.sql_read_any = self.format(statements.READ_ANY)
        self.sql_read_tagged = self.format(statements.READ_TAGGED)
        self.sql_take_back = self.format(statements.ASK)
        self.sql_enrol_writer = self.format(statements.ENROL)
        self.sql_forget_writer = self.format(statements.FORGET)

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        """Record all events or none; return the position of the last one.

        Raises:
            IntegrityError: an event that the condition names was recorded.
        """
        group = Group()
        group.add(events, condition)
        with self.datastore.cursor() as cursor:
            return self._append_alone(cursor, group)

    def _append_alone(self, cursor: Cursor[DictRow], group: Group) -> int:
        adapt(cursor)
        cursor.execute(self.sql_append_group, group.arguments(None, 0), prepare=True)
        row = cursor.fetchone()
        assert row is not None  # a function with OUT parameters always answers
        (position,) = group.positions(row["refused"], row["last_id"])
        if position is None:
            raise IntegrityError
        return position

    def _read(
        self,
        curs: Cursor[DictRow],
        query: DCBQuery | None = None,
        *,
        after: int | None = None,
        limit: int | None = None,
        return_head: bool = True,
    ) -> tuple[Sequence[DCBSequencedEvent], int | None]:
        if query is None or not query.items:
            return super()._read(curs, query, after=after, limit=limit, return_head=return_head)
        adapt(curs)
        head = None
        if return_head and limit is None:
            curs.execute(self.sql_select_max_id)
            row = curs.fetchone()
            head = None if row is None else row["max"]
        is_tagged = self.all_query_items_have_tags(query)
        arguments = {
            "after": after or 0,
            "limit": limit,
            "tags": TextArray.of(SEPARATOR.join(item.tags) for item in query.items),
            "types": TextArray.of(SEPARATOR.join(item.types) for item in query.items),
            "first_tags": [item.tags[0] for item in query.items if item.tags],
        }
        curs.execute(self.sql_read_tagged if is_tagged else self.sql_read_any, arguments)
        events = [
            DCBSequencedEvent(DCBEvent(row["type"], row["data"], row["tags"]), row["id"])
            for row in curs.fetchall()
        ]
        if return_head and events:
            head = max(head or 0, events[-1].position)
        return events, head
