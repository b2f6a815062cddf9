"""Tried sizes: what a shopper bought of a type, in which size, and whether she kept it (C1d).

Fed by: ``purchased_commodities`` and ``commodity_index``, whose tables it reads.
Shown by: size advice, which ``domain.size_advice`` weighs it for.
"""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from domain.size_advice import Tried
from projections.projection import Connection

TRIED_MAX = 40  # of all types that are asked for, the newest: bodies change


async def tried_sizes(
    connection: Connection, shopper_id: UUID, types: Sequence[str]
) -> dict[str, list[Tried]]:
    """Return, by type, what somebody paid for, newest first; not kept is what all came back of."""
    cursor = await connection.execute(
        "SELECT c.type, c.name, v.size, m.sizes -> (v.variant_id::text), b.is_kept FROM ("
        "  SELECT l.commodity_id, l.variant_id, sum(l.quantity) > sum(l.returned) AS is_kept,"
        "  max(p.position) AS position"
        "  FROM recorded_purchase p JOIN recorded_purchase_line l USING (purchase_id)"
        "  WHERE p.shopper_id = %s AND p.state = 'captured'"
        "  GROUP BY l.commodity_id, l.variant_id"
        " ) b JOIN indexed_commodity c USING (commodity_id)"
        " JOIN indexed_variant v USING (variant_id)"
        " LEFT JOIN LATERAL (SELECT m.sizes FROM measured_sizes m"
        "  WHERE m.commodity_id = b.commodity_id ORDER BY m.position DESC LIMIT 1) m ON true"
        " WHERE c.type = ANY(%s) ORDER BY b.position DESC LIMIT %s",
        (shopper_id, list(types), TRIED_MAX),
        prepare=True,
    )
    found = defaultdict[str, list[Tried]](list)
    for type_, name, size, measures, is_kept in await cursor.fetchall():
        found[type_].append(Tried(name=name, size=size, measures=measures or {}, is_kept=is_kept))
    return dict(found)
