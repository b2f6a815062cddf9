"""The books of the boutique: stock, money and keys, counted in every way there is, must agree."""

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, LiteralString
from uuid import UUID, uuid4

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed, Identifier

from adapters.embedded_postgres import create_database, drop_database
from adapters.event_store import read_page
from domain.stock import stock_changes
from tests.conftest import with_database
from tests.hammer.cluster import Cluster, Server
from tests.hammer.stocking import Goods, fetched, projected
from tests.real_log import PROJECTIONS

PAGE = 5_000
SETTLED_SECONDS_MAX = 90

# What each event does to the stock, written down once more and in another language: only so is it
# a check of ``stock_changes``.
_LOWEST_AND_LAST: LiteralString = """
WITH event AS (
    SELECT id, type, convert_from(data, 'UTF8')::jsonb AS d FROM boutique_events_tt_main
    WHERE type IN ('stock-received', 'stock-reserved', 'reservation-released',
        'reservation-expired', 'purchase-placed', 'payment-declined', 'purchase-cancelled',
        'pieces-returned')
), change AS (
    SELECT id, (d->>'variant_id')::uuid AS variant_id, (d->>'quantity')::bigint AS pieces
    FROM event WHERE type = 'stock-received'
    UNION ALL
    SELECT id, (line->>'variant_id')::uuid,
        (line->>'quantity')::bigint
            * CASE WHEN type IN ('purchase-placed', 'stock-reserved') THEN -1 ELSE 1 END
    FROM event, jsonb_array_elements(d->'lines') AS line WHERE type <> 'stock-received'
    UNION ALL
    SELECT id, (line->>'variant_id')::uuid, (line->>'quantity')::bigint
    FROM event, jsonb_array_elements(d->'from_reservation') AS line
    WHERE type = 'purchase-placed'
), at_once AS (
    SELECT id, variant_id, sum(pieces) AS pieces FROM change GROUP BY id, variant_id
), balance AS (
    SELECT variant_id, sum(pieces) OVER (PARTITION BY variant_id ORDER BY id) AS pieces
    FROM at_once
)
SELECT b.variant_id, min(b.pieces)::bigint,
    (SELECT sum(pieces)::bigint FROM at_once a WHERE a.variant_id = b.variant_id)
FROM balance b WHERE b.variant_id = ANY (%s) GROUP BY b.variant_id
"""
_TWICE: LiteralString = """
SELECT type, convert_from(data, 'UTF8')::jsonb->>'purchase_id', count(*)
FROM boutique_events_tt_main
WHERE type IN ('purchase-placed', 'payment-authorised', 'payment-captured', 'payment-declined')
GROUP BY 1, 2 HAVING count(*) > 1
"""
_KEYS_WITH_TWO_EFFECTS: LiteralString = """
SELECT tag, count(*) FROM boutique_events_tt_tag WHERE tag LIKE 'idempotency:%'
GROUP BY tag HAVING count(*) > 1
"""
_MONEY: LiteralString = """
SELECT (convert_from(data, 'UTF8')::jsonb->>'purchase_id')::uuid,
    (convert_from(data, 'UTF8')::jsonb->>'total_minor')::bigint
FROM boutique_events_tt_main WHERE type = %s
"""


async def placed(dsn: str, purchase_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these purchases are in the log."""
    recorded = {x for x, _ in await fetched(dsn, _MONEY, ["purchase-placed"])}
    return recorded.intersection(purchase_ids)


async def money(dsn: str, topic: LiteralString, purchase_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the sums of these purchases, by the events of a topic."""
    rows = await fetched(dsn, _MONEY, [topic])
    return {purchase_id: total for purchase_id, total in rows if purchase_id in purchase_ids}


async def balance(cluster: Cluster, goods: Sequence[Goods]) -> dict[UUID, int]:
    """Return what is left of each variant, once all books agree about it."""
    dsn = cluster.dsn
    assert await fetched(dsn, _TWICE) == []
    assert await fetched(dsn, _KEYS_WITH_TWO_EFFECTS) == []
    variant_ids = [variant_id for one in goods for variant_id in one.variant_ids]
    rows = await fetched(dsn, _LOWEST_AND_LAST, [variant_ids])
    assert all(lowest >= 0 for _, lowest, _ in rows), "sold before it was there"
    left = {variant_id: last for variant_id, _, last in rows}
    await projected(dsn)
    assert await left_by_log(dsn, variant_ids) == left
    assert await left_by_index(dsn, variant_ids) == left
    for server in cluster.servers:
        shown = dict[UUID, int]()
        for one in goods:
            variants = await _variants_shown(server, one)
            shown |= {UUID(x["id"]): x["left"] for x in variants}
        assert shown == left
    return left


async def _variants_shown(server: Server, one: Goods) -> list[Mapping[str, Any]]:
    answer = await server.http.get(f"/api/v1/commodities/{one.commodity_id}")
    assert answer.status_code == 200, answer.text
    variants: list[Mapping[str, Any]] = answer.json()["variants"]
    return variants


async def left_by_log(dsn: str, variant_ids: Collection[UUID]) -> dict[UUID, int]:
    left = Counter[UUID]()
    after = 0
    async with await AsyncConnection.connect(dsn, autocommit=True) as connection:
        while page := await read_page(connection, after=after, until=None, limit=PAGE):
            after = page[-1].position
            for found in page:
                for change in stock_changes(found.event):
                    left[change.variant_id] += change.left
    return {variant_id: left[variant_id] for variant_id in variant_ids}


async def left_by_index(dsn: str, variant_ids: Collection[UUID]) -> dict[UUID, int]:
    rows = await fetched(
        dsn,
        "SELECT variant_id, left_in_stock FROM indexed_variant WHERE variant_id = ANY (%s)",
        [list(variant_ids)],
    )
    return dict(rows)


async def settled(dsn: str) -> None:
    """Wait until no purchase is left between placing and payment."""
    deadline = time.monotonic() + SETTLED_SECONDS_MAX
    while rows := await fetched(
        dsn, "SELECT purchase_id FROM recorded_purchase WHERE state = 'placed'"
    ):
        assert time.monotonic() < deadline, f"not settled: {rows}"
        await asyncio.sleep(0.1)


async def replayed(dsn: str) -> None:
    """Fold the log anew in a database of its own; every table must be as the live one is."""
    await projected(dsn)
    name = f"replay_{uuid4().hex}"
    await create_database(dsn, name)
    beside = with_database(dsn, name)
    try:
        async with (
            await AsyncConnection.connect(dsn, autocommit=True) as log,
            await AsyncConnection.connect(beside) as connection,
        ):
            for projection in PROJECTIONS:
                await connection.execute(projection.tables.encode())
            after = 0
            while page := await read_page(log, after=after, until=None, limit=PAGE):
                after = page[-1].position
                for projection in PROJECTIONS:
                    fed = [x for x in page if isinstance(x.event, projection.fed_by)]
                    await projection.apply(connection, fed)
        for table in (x for projection in PROJECTIONS for x in projection.table_names):
            statement = SQL("SELECT t::text FROM {} t ORDER BY 1").format(Identifier(table))
            assert await rows_of(dsn, statement) == await rows_of(beside, statement), table
    finally:
        await drop_database(dsn, name)


async def rows_of(dsn: str, statement: Composed) -> list[Any]:
    async with await AsyncConnection.connect(dsn, autocommit=True) as connection:
        return await (await connection.execute(statement)).fetchall()
