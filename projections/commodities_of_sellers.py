"""Commodities of sellers: what is on their rail, on offer or not, and what waits for their look.

Fed by: ``commodity_index``, whose tables it reads.
Shown by: the seller's console and editor, ``GET /api/v1/garments``.
"""

from uuid import UUID

from projections.commodity_index import SELECT, IndexedCommodity, select
from projections.projection import Connection


async def commodity_of_seller(
    connection: Connection, seller_id: UUID, commodity_id: UUID
) -> IndexedCommodity | None:
    """Return a commodity to its seller, on offer or not."""
    found = await select(
        connection,
        f"{SELECT} WHERE c.commodity_id = %(commodity_id)s AND c.seller_id = %(seller_id)s",
        {"commodity_id": commodity_id, "seller_id": seller_id},
    )
    return found[0] if found else None


async def commodities_of_seller(
    connection: Connection,
    seller_id: UUID,
    *,
    before: int | None,
    limit: int,
    only_waiting: bool = False,
) -> list[IndexedCommodity]:
    """Return a seller's own commodities, newest first; all, or those that wait for her look."""
    waiting = " AND c.doubts <> '{}'" if only_waiting else ""
    return await select(
        connection,
        f"{SELECT} WHERE c.seller_id = %(seller_id)s{waiting}"
        " AND c.position < coalesce(%(before)s, 9223372036854775807)"
        " ORDER BY c.position DESC LIMIT %(limit)s",
        {"seller_id": seller_id, "before": before, "limit": limit},
    )


async def count_waiting(connection: Connection, seller_id: UUID) -> int:
    """Return how many commodities wait for their seller's look."""
    cursor = await connection.execute(
        "SELECT count(*) FROM indexed_commodity WHERE seller_id = %s AND doubts <> '{}'",
        (seller_id,),
    )
    row = await cursor.fetchone()
    return 0 if row is None else int(row[0])
