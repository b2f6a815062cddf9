"""The relay on a real PostgreSQL and a real Apache Kafka."""

import asyncio
import logging
import signal
import subprocess
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from psycopg_pool import AsyncConnectionPool

from adapters.event_store import PostgresEventLog
from adapters.relay import (
    PARTITIONS,
    Publisher,
    cloud_event,
    key_of,
    partition_of,
    run,
)
from adapters.stored_events import stored
from domain.commodity import StockReceived
from domain.event import Recorded
from tests.kafka.broker import Broker

PROJECT = Path(__file__).parents[1]
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SELLER = uuid.UUID(int=1)

RELAY = """
import asyncio, sys
from adapters import relay
dsn, bootstrap, topic, page_size = sys.argv[1:]
asyncio.run(relay.run(dsn, bootstrap=bootstrap, topic=topic, page_size=int(page_size)))
"""

pytestmark = pytest.mark.kafka


def delivery(number: int) -> StockReceived:
    """One of many deliveries, spread over twenty variants."""
    return StockReceived(
        recorded_at=NOON,
        variant_id=uuid.UUID(int=1000 + number % 20),
        commodity_id=uuid.UUID(int=100),
        seller_id=SELLER,
        quantity=1 + number % 7,
    )


def page(first: int, last: int) -> list[Recorded]:
    return [Recorded(position, delivery(position)) for position in range(first, last + 1)]


@pytest.fixture
def topic() -> str:
    return f"test.{uuid.uuid4().hex}"


async def recorded_deliveries(database_url: str, *, count: int) -> None:
    """Append deliveries to the event log of the database."""
    async with AsyncConnectionPool(database_url, min_size=1, open=False) as pool:
        log = PostgresEventLog(database_url, pool)
        await log.open()
        await log.append([stored(delivery(number)) for number in range(1, count + 1)])
        await log.close()


def published(bootstrap: str, topic: str) -> dict[int, list[tuple[str, int]]]:
    """What a consumer finds in each partition: key and position of every record."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": uuid.uuid4().hex,
            "enable.partition.eof": True,
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
        }
    )
    consumer.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    ended: set[int] = set()
    while len(ended) < PARTITIONS:
        message = consumer.poll(10)
        assert message is not None, "the broker fell silent"
        partition = message.partition()
        assert partition is not None
        error = message.error()
        if error is not None:
            assert error.code() == KafkaError._PARTITION_EOF, error  # noqa: SLF001 (its public name)
            ended.add(partition)
            continue
        key, headers = message.key(), dict(message.headers() or [])
        assert isinstance(key, bytes)
        found[partition].append((key.decode(), int(headers["position"] or 0)))
    consumer.close()
    return found


def positions(found: dict[int, list[tuple[str, int]]]) -> list[int]:
    return sorted(position for records in found.values() for _, position in records)


@contextmanager
def relay_process(
    database_url: str, bootstrap: str, topic: str, *, page_size: int = 1000
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603 (our own interpreter and words)
        [sys.executable, "-c", RELAY, database_url, bootstrap, topic, str(page_size)], cwd=PROJECT
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for_position(database_url: str, topic: str, *, beyond: int) -> int:
    deadline = time.monotonic() + 60
    with psycopg.connect(database_url, autocommit=True) as connection:
        while time.monotonic() < deadline:
            try:
                row: Any = connection.execute(
                    "SELECT position FROM relay_position WHERE topic = %s", [topic]
                ).fetchone()
            except psycopg.errors.UndefinedTable:
                row = None
            if row is not None and row[0] > beyond:
                return int(row[0])
            time.sleep(0.002)
    pytest.fail(f"the relay did not come beyond {beyond}")


async def logged(caplog: pytest.LogCaptureFixture, words: str) -> None:
    """Wait until the relay has said so."""
    async with asyncio.timeout(30):
        while words not in caplog.text:  # noqa: ASYNC110 (a log has no event to wait for)
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("kills", "count"),
    [(5, 4_000), pytest.param(100, 60_000, marks=pytest.mark.soak)],
    ids=["5-kills", "100-kills"],
)
async def test_a_relay_killed_again_and_again_loses_and_repeats_nothing(
    database_url: str, kafka_bootstrap: str, topic: str, kills: int, count: int
) -> None:
    await recorded_deliveries(database_url, count=count)
    reached, kills_mid_way = 0, 0
    for kill in range(kills):
        with relay_process(database_url, kafka_bootstrap, topic, page_size=20) as process:
            reached = wait_for_position(database_url, topic, beyond=reached)
            await asyncio.sleep(kill % 7 * 0.004)  # each kill at another moment of a page
            process.send_signal(signal.SIGKILL)
        kills_mid_way += reached < count
    with relay_process(database_url, kafka_bootstrap, topic):
        wait_for_position(database_url, topic, beyond=count - 1)

    found = published(kafka_bootstrap, topic)

    assert kills_mid_way > kills // 2, "the kills this test is about"
    assert positions(found) == list(range(1, count + 1))
    for partition, records in found.items():
        assert [position for _, position in records] == sorted(p for _, p in records)
        assert {partition_of(key, partitions=PARTITIONS) for key, _ in records} == {partition}


def test_what_was_published_but_not_remembered_is_not_published_again(
    kafka_bootstrap: str, topic: str
) -> None:
    assert Publisher(bootstrap=kafka_bootstrap, topic=topic).publish(page(1, 40)) == 40

    successor = Publisher(bootstrap=kafka_bootstrap, topic=topic)

    assert successor.publish(page(1, 50)) == 10
    assert positions(published(kafka_bootstrap, topic)) == list(range(1, 51))


def test_a_relay_that_was_replaced_can_publish_nothing_any_more(
    kafka_bootstrap: str, topic: str
) -> None:
    replaced = Publisher(bootstrap=kafka_bootstrap, topic=topic)
    replaced.publish(page(1, 20))
    successor = Publisher(bootstrap=kafka_bootstrap, topic=topic)

    with pytest.raises(KafkaException):
        replaced.publish(page(21, 40))

    successor.publish(page(21, 40))
    assert positions(published(kafka_bootstrap, topic)) == list(range(1, 41))


def test_publishing_that_was_cut_short_counts_as_not_published(
    kafka_bootstrap: str, topic: str
) -> None:
    cut_short = Publisher(bootstrap=kafka_bootstrap, topic=topic)
    cut_short.publish(page(1, 20))
    producer = cut_short._producer  # noqa: SLF001 (a kill half-way has no public name)
    for first in range(21, 101, 20):
        producer.begin_transaction()
        for recorded in page(first, first + 19):
            partition = partition_of(key_of(recorded), partitions=PARTITIONS)
            producer.produce(
                topic,
                b"cut short",
                partition=partition,
                headers={"position": str(recorded.position)},
            )
        producer.flush()
        if first < 81:
            producer.abort_transaction()

    successor = Publisher(bootstrap=kafka_bootstrap, topic=topic)

    assert successor.publish(page(1, 60)) == 40
    assert positions(published(kafka_bootstrap, topic)) == list(range(1, 61))


async def test_an_event_appended_while_the_relay_waits_is_published_at_once(
    database_url: str, kafka_bootstrap: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.relay._IDLE_SECONDS", 50.0)
    await recorded_deliveries(database_url, count=1)
    task = asyncio.create_task(run(database_url, bootstrap=kafka_bootstrap, topic=topic))
    await asyncio.to_thread(wait_for_position, database_url, topic, beyond=0)

    await recorded_deliveries(database_url, count=1)
    begun = time.monotonic()
    await asyncio.to_thread(wait_for_position, database_url, topic, beyond=1)
    seconds = time.monotonic() - begun
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert seconds < 25, "quicker than the idle poll, so the notification came through"
    assert positions(published(kafka_bootstrap, topic)) == [1, 2]


async def test_a_second_relay_waits_and_takes_over(
    database_url: str, kafka_bootstrap: str, topic: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="adapters.relay")
    await recorded_deliveries(database_url, count=30)
    with relay_process(database_url, kafka_bootstrap, topic):
        await asyncio.to_thread(wait_for_position, database_url, topic, beyond=29)
        second = asyncio.create_task(run(database_url, bootstrap=kafka_bootstrap, topic=topic))
        await logged(caplog, "waiting to take over")
        assert "publishing the log" not in caplog.text

    await recorded_deliveries(database_url, count=30)
    await asyncio.to_thread(wait_for_position, database_url, topic, beyond=59)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)

    assert positions(published(kafka_bootstrap, topic)) == list(range(1, 61))


async def test_a_broker_that_is_away_is_reported_and_waited_for(
    database_url: str, topic: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.relay._KAFKA_SECONDS_MAX", 0.3)
    task = asyncio.create_task(run(database_url, bootstrap="127.0.0.1:1", topic=topic))
    await logged(caplog, "next try in 1.0 s")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert "Kafka at 127.0.0.1:1 does not answer" in caplog.text


async def test_what_was_appended_while_the_broker_was_away_is_published_once_it_is_back(
    database_url: str,
    kafka_broker: Broker,
    topic: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.relay._KAFKA_SECONDS_MAX", 2.0)
    await recorded_deliveries(database_url, count=30)
    relay = asyncio.create_task(run(database_url, bootstrap=kafka_broker.bootstrap, topic=topic))
    await asyncio.to_thread(wait_for_position, database_url, topic, beyond=29)
    with kafka_broker.away():
        await recorded_deliveries(database_url, count=30)
        await logged(caplog, "events wait in the log")
    await asyncio.to_thread(wait_for_position, database_url, topic, beyond=59)
    relay.cancel()
    await asyncio.gather(relay, return_exceptions=True)

    assert positions(published(kafka_broker.bootstrap, topic)) == list(range(1, 61))


def test_a_record_is_a_cloud_event() -> None:
    recorded = Recorded(2**40, delivery(3))

    event = JSONFormat().read(CloudEvent, cloud_event(recorded))

    assert event.get_id() == str(2**40)
    assert event.get_type() == "stock-received"
    assert event.get_subject() == f"variant:{uuid.UUID(int=1003)}"
    assert event.get_time() == NOON
    assert event.get_extension("position") == str(2**40)
    data: Any = event.get_data()
    assert data["quantity"] == 4
    assert data["v"] == 1
