"""The commodity index on the ``eventsourcing`` library's own runner: an event, a transaction.

With two topics the library's runner yields nothing. So it is fed by one, or by the whole log, of
which its projection passes over what is none of the index's, and makes no transaction of that.
"""

import os
import time
from collections.abc import Sequence
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
from domain.event import Event
from domain.stock import stock_changes
from projections import commodity_index
from projections.commodity_index import COMMODITY, VARIANT
from projections.commodity_index import PROJECTION as INDEX
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
        self.taken_in = 0
        self._inserts = [self._insert(table) for table in (COMMODITY, VARIANT)]
        self._update = SQL(
            "UPDATE {} v SET left_in_stock = v.left_in_stock + c.pieces"
            " FROM unnest(%s::uuid[], %s::bigint[]) AS c(variant_id, pieces)"
            " WHERE v.variant_id = c.variant_id"
        ).format(Identifier(PREFIX + VARIANT.name))

    def _insert(self, table: Table) -> Composed:
        return SQL("INSERT INTO {} ({}) {}").format(
            Identifier(PREFIX + table.name), table.column_names(), table.from_arrays()
        )

    def index(self, position: int, event: Event, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            if isinstance(event, CommodityRegistered):
                variants = [
                    (x.variant_id, event.commodity_id, ordinal, x.size, 0)
                    for ordinal, x in enumerate(event.variants)
                ]
                rows = ([commodity_index.commodity_row(position, event)], variants)
                for statement, written in zip(self._inserts, rows, strict=True):
                    cursor.execute(statement, arrays(written), prepare=True)
            else:
                left = [(change.variant_id, change.left) for change in stock_changes(event)]
                cursor.execute(self._update, arrays(left), prepare=True)
        self.taken_in += 1


class Index(Projection[IndexView]):
    name = "index"

    def process_event(self, tagged: Tagged[Any], tracking: Tracking) -> None:
        if isinstance(tagged.decision, INDEX.fed_by):
            self.view.index(tracking.notification_id, tagged.decision, tracking)


class IndexOfOneTopic(Index):
    topics = (CommodityRegistered.TOPIC,)


def library_events_per_second(dsn: str, seconds: float, projection: type[Index]) -> float:
    """Let it run, and count what it has taken in."""
    tables: Sequence[Table] = (COMMODITY, VARIANT)
    with psycopg.connect(dsn, autocommit=True) as connection:
        for table in tables:
            connection.execute(
                SQL("DROP TABLE IF EXISTS {}").format(Identifier(PREFIX + table.name))
            )
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
        with ProjectionRunner(
            application_class=Log, projection_class=projection, view_class=IndexView, env=env
        ) as runner:
            time.sleep(1)  # it connects
            before = runner.view.taken_in
            begun = time.perf_counter()
            time.sleep(seconds)
            after = runner.view.taken_in
            took = time.perf_counter() - begun
    return (after - before) / took
