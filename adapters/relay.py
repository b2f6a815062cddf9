"""The relay: publishes the event log to Kafka, every event once and in the order of the log.

One relay works at a time (an advisory lock); the others wait to take over. A page is one Kafka
transaction, and a new relay first fences the one before it, so nothing of a killed relay arrives
late. It then reads the last record of each partition: what stands there needs no publishing, even
where the position in PostgreSQL was not written any more. Consumers read with
`isolation.level=read_committed`.
"""

import asyncio
import logging
import time
import zlib
from contextlib import closing
from datetime import UTC
from typing import TypeAlias

import msgspec
import psycopg
from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from adapters.cancellation import heed_cancellation
from adapters.event_store import CHANNEL, read_page
from adapters.stored_events import encode
from domain.event import Recorded

TOPIC = "boutique.events"
PARTITIONS = 8
SOURCE = "/boutique"
CONTENT_TYPE = b"application/cloudevents+json; charset=UTF-8"

TABLES = """
CREATE TABLE IF NOT EXISTS relay_position (
    topic text PRIMARY KEY,
    position bigint NOT NULL,
    acknowledged_at timestamptz NOT NULL DEFAULT now()
)
"""

_LOCK = 0x52454C41  # "RELA"; the second half of the lock's key is the topic's hash
_IDLE_SECONDS = 1.0  # how long a lost notification can delay an event
_KAFKA_SECONDS_MAX = 15.0
_BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
_SILENT = 2  # librdkafka's log level: we report a broker that is away ourselves, once

_LEADERLESS = (
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
)

Connection: TypeAlias = dict[str, str | int | float | bool]

_log = logging.getLogger(__name__)


async def run(
    dsn: str,
    *,
    bootstrap: str,
    topic: str = TOPIC,
    source: str = SOURCE,
    page_size: int = 1000,
) -> None:
    """Publish until cancelled; a broker or database that is away is waited for.

    `source` is the CloudEvents attribute of that name: where the boutique is found.
    """
    failures = 0
    while True:
        heed_cancellation()
        try:
            async with (
                await psycopg.AsyncConnection.connect(dsn, autocommit=True) as database,
                await psycopg.AsyncConnection.connect(dsn, autocommit=True) as listener,
            ):
                await _lead(database, topic)
                await database.execute(TABLES)
                await listener.execute(f"LISTEN {CHANNEL}")
                publisher = await asyncio.to_thread(
                    Publisher, bootstrap=bootstrap, topic=topic, source=source
                )
                failures = 0
                await _publish_for_ever(database, listener, publisher, page_size)
        except (KafkaException, psycopg.OperationalError) as error:
            seconds = _BACKOFF_SECONDS[min(failures, len(_BACKOFF_SECONDS) - 1)]
            failures += 1
            away = "PostgreSQL" if isinstance(error, psycopg.Error) else f"Kafka at {bootstrap}"
            _log.warning(
                "%s does not answer (%s); events wait in the log, next try in %.1f s",
                away,
                _reason(error),
                seconds,
            )
            await asyncio.sleep(seconds)


async def published_position(database: psycopg.AsyncConnection, topic: str = TOPIC) -> int:
    """How far Kafka has acknowledged the log."""
    cursor = await database.execute(
        "SELECT position FROM relay_position WHERE topic = %s", (topic,)
    )
    row = await cursor.fetchone()
    return 0 if row is None else int(row[0])


def key_of(recorded: Recorded) -> str:
    """The event's subject: all events about one commodity, shopper or purchase keep their order."""
    return str(recorded.event.tags()[0])


def partition_of(key: str, *, partitions: int) -> int:
    """Where the key's events go; said here, so that every producer in any language agrees."""
    return zlib.crc32(key.encode()) % partitions


def cloud_event(recorded: Recorded, *, source: str = SOURCE) -> bytes:
    """The event as CloudEvents 1.0, structured JSON."""
    event = recorded.event
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": str(recorded.position),
            "source": source,
            "type": event.TOPIC,
            "subject": key_of(recorded),
            "time": event.recorded_at.astimezone(UTC),
            "datacontenttype": "application/json",
            # A string, because integers of CloudEvents end at 2³¹.
            "position": str(recorded.position),
            "data": msgspec.Raw(encode(event)),
        }
    )


class Publisher:
    """A fenced, transactional producer that knows what already stands in each partition.

    Its methods block; none of them is for the event loop.
    """

    def __init__(self, *, bootstrap: str, topic: str = TOPIC, source: str = SOURCE) -> None:
        self.source = source
        self.topic = topic
        connection: Connection = {"bootstrap.servers": bootstrap, "log_level": _SILENT}
        self.partitions = _ensured_topic(connection, topic)
        self._producer = Producer(
            {
                **connection,
                "transactional.id": f"{topic}.relay",
                "enable.idempotence": True,
                "acks": "all",
                "compression.type": "zstd",
                "linger.ms": 2,
            }
        )
        self._producer.init_transactions(_KAFKA_SECONDS_MAX)
        # Only now, with the relay before us fenced, can the last records no longer change.
        self._last = _last_positions(connection, topic, self.partitions)

    def publish(self, page: list[Recorded]) -> int:
        """Publish what is not there yet, all of it or nothing; returns how many that were."""
        fresh = [
            (recorded, key, partition)
            for recorded in page
            for key in [key_of(recorded)]
            for partition in [partition_of(key, partitions=self.partitions)]
            if recorded.position > self._last[partition]
        ]
        if not fresh:
            return 0
        self._producer.begin_transaction()
        for recorded, key, partition in fresh:
            self._producer.produce(
                self.topic,
                key=key,
                value=cloud_event(recorded, source=self.source),
                partition=partition,
                timestamp=int(recorded.event.recorded_at.timestamp() * 1000),
                headers={
                    "content-type": CONTENT_TYPE,
                    "position": str(recorded.position).encode(),
                },
            )
        self._producer.commit_transaction(_KAFKA_SECONDS_MAX)
        for recorded, _, partition in fresh:
            self._last[partition] = recorded.position
        return len(fresh)


async def _lead(database: psycopg.AsyncConnection, topic: str) -> None:
    """Wait until no other relay of this topic works."""
    waits = False
    while True:
        cursor = await database.execute(
            "SELECT pg_try_advisory_lock(%s, hashtext(%s))", (_LOCK, topic)
        )
        if await cursor.fetchone() == (True,):
            return
        if not waits:
            _log.info("another relay publishes to %s; waiting to take over", topic)
            waits = True
        await asyncio.sleep(_IDLE_SECONDS)


async def _publish_for_ever(
    database: psycopg.AsyncConnection,
    listener: psycopg.AsyncConnection,
    publisher: Publisher,
    page_size: int,
) -> None:
    position = await published_position(database, publisher.topic)
    _log.info("publishing the log to %s, from position %d", publisher.topic, position)
    while True:
        heed_cancellation()
        page = await read_page(database, after=position, until=None, limit=page_size)
        if not page:
            async for _ in listener.notifies(timeout=_IDLE_SECONDS, stop_after=1):
                pass
            continue
        await asyncio.to_thread(publisher.publish, page)
        position = page[-1].position
        await database.execute(
            "INSERT INTO relay_position (topic, position) VALUES (%s, %s) ON CONFLICT (topic)"
            " DO UPDATE SET position = excluded.position, acknowledged_at = now()",
            (publisher.topic, position),
        )


def _ensured_topic(connection: Connection, topic: str) -> int:
    """Create the topic where it is missing; returns how many partitions it has."""
    admin = AdminClient(connection)
    known = admin.list_topics(timeout=_KAFKA_SECONDS_MAX).topics
    if topic in known:
        return len(known[topic].partitions)
    wanted = NewTopic(topic, num_partitions=PARTITIONS, config={"retention.ms": "-1"})
    try:
        admin.create_topics([wanted], operation_timeout=_KAFKA_SECONDS_MAX)[topic].result()
    except KafkaException as error:
        if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
            raise
    else:
        _log.info("created the topic %s with %d partitions", topic, PARTITIONS)
    return PARTITIONS


def _last_positions(connection: Connection, topic: str, partitions: int) -> dict[int, int]:
    """The log position of each partition's last committed record, 0 where there is none."""
    reader = Consumer(
        {
            **connection,
            "group.id": "boutique.relay",  # never joined: partitions are assigned by hand
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
        }
    )
    last = dict.fromkeys(range(partitions), 0)
    with closing(reader):
        bounds = {number: _bounds(reader, TopicPartition(topic, number)) for number in last}
        reach = 16
        unread = [number for number, (low, high) in bounds.items() if high > low]
        while unread:
            starts = {
                number: max(bounds[number][0], bounds[number][1] - reach) for number in unread
            }
            # All at once: each assignment costs as much as the broker waits for new records.
            reader.assign([TopicPartition(topic, *start) for start in starts.items()])
            last.update(_read_to_end(reader, partitions=len(unread)))
            # Where only marks of ended transactions stood, look further back.
            unread = [
                number
                for number, start in starts.items()
                if last[number] == 0 and start > bounds[number][0]
            ]
            reach *= 16
    return last


def _bounds(reader: Consumer, partition: TopicPartition) -> tuple[int, int]:
    """The partition's first and next offset; one created just now has no leader for a moment."""
    deadline = time.monotonic() + _KAFKA_SECONDS_MAX
    while True:
        try:
            return reader.get_watermark_offsets(partition, timeout=_KAFKA_SECONDS_MAX)
        except KafkaException as error:
            if error.args[0].code() not in _LEADERLESS or time.monotonic() > deadline:
                raise
        time.sleep(0.05)


def _read_to_end(reader: Consumer, *, partitions: int) -> dict[int, int]:
    """The log position of the last record in each assigned partition that has one."""
    last: dict[int, int] = {}
    while partitions:
        message = reader.poll(_KAFKA_SECONDS_MAX)
        if message is None:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001 (its public name)
        error = message.error()
        if error is None:
            last[message.partition() or 0] = int(dict(message.headers() or [])["position"] or 0)
        elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 (its public name)
            partitions -= 1
        else:
            raise KafkaException(error)
    return last


def _reason(error: Exception) -> str:
    if isinstance(error, KafkaException):
        return str(error.args[0].str())
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
