"""The commodity index on the ``eventsourcing`` library's own runner: an event, a transaction."""

import os
import time
from typing import Any

import psycopg
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.dcb.persistence import DCBMapper
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Composed, Identifier

from adapters.stored_events import decode, encode
from domain.commodity import CommodityRegistered
from projections import commodity_index
from projections.commodity_index import COMMODITY, VARIANT
from projections.writing import Table, arrays

PREFIX = "library_"


class JsonMapper(DCBMapper[Any]):
    """Decodes our events as we do, so that the runners alone are compared."""

    def to_dcb_event(self, event: Tagged[Any]) -> DCBEvent:
        return DCBEvent(type=event.decision.TOPIC, data=encode(event.decision), tags=event.tags)

    def to_domain_event(self, event: DCBEvent) -> Tagged[Any]:
        return Tagged(tags=event.tags, decision=decode(event.type, event.data))


class Log(DCBApplication):
    name = "boutique"  # so that it reads our table


class IndexView(PostgresTrackingRecorder):
    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(datastore, **kwargs)
        self._statements = [self._insert(table) for table in (COMMODITY, VARIANT)]

    def _insert(self, table: Table) -> Composed:
        return SQL("INSERT INTO {} ({}) {}").format(
            Identifier(PREFIX + table.name), table.column_names(), table.from_arrays()
        )

    def index(self, position: int, event: CommodityRegistered, tracking: Tracking) -> None:
        variants = [
            (x.variant_id, event.commodity_id, ordinal, x.size, 0)
            for ordinal, x in enumerate(event.variants)
        ]
        rows = ([commodity_index.commodity_row(position, event)], variants)
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            for statement, written in zip(self._statements, rows, strict=True):
                cursor.execute(statement, arrays(written), prepare=True)


class Index(Projection[IndexView]):
    name = "index"
    topics = (CommodityRegistered.TOPIC,)  # with two, the library's runner yields nothing

    def process_event(self, tagged: Tagged[Any], tracking: Tracking) -> None:
        self.view.index(tracking.notification_id, tagged.decision, tracking)


def library_events_per_second(dsn: str, seconds: float) -> float:
    """Let it run, and count the rows."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for table in (COMMODITY, VARIANT):
            connection.execute(
                SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(
                    Identifier(PREFIX + table.name), Identifier(table.name)
                )
            )
        parts = conninfo_to_dict(dsn)
        env = {
            "PERSISTENCE_MODULE": "eventsourcing.dcb.postgres_tt",
            "INDEX_PERSISTENCE_MODULE": "eventsourcing.postgres",
            "MAPPER_TOPIC": "tests.benchmarks._library_runner:JsonMapper",
            "POSTGRES_DBNAME": str(parts["dbname"]),
            "POSTGRES_HOST": str(parts["host"]),
            "POSTGRES_PORT": str(parts["port"]),
            "POSTGRES_USER": str(parts["user"]),
            "POSTGRES_PASSWORD": os.environ.get("PGPASSWORD", "none"),
        }
        count = SQL("SELECT count(*) FROM {}").format(Identifier(PREFIX + COMMODITY.name))
        with ProjectionRunner(
            application_class=Log, projection_class=Index, view_class=IndexView, env=env
        ):
            time.sleep(1)  # it connects
            before = connection.execute(count).fetchone()
            begun = time.perf_counter()
            time.sleep(seconds)
            after = connection.execute(count).fetchone()
            took = time.perf_counter() - begun
    assert before is not None
    assert after is not None
    return float(after[0] - before[0]) / took
