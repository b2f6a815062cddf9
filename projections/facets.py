"""Facets: how many commodities of the index are of each type, design and colour (C2b).

Fed by: ``commodity_index``, whose tables it counts.
Shown by: the shop, the columns of the coordination screen, ``GET /api/v1/facets``.
"""

from dataclasses import dataclass

from psycopg.rows import dict_row

from projections.commodity_index import (
    BY_COLOUR,
    BY_DESIGN,
    BY_TYPE,
    OFFERED,
    Wanted,
    parameters_of,
)
from projections.projection import Connection


@dataclass(frozen=True, kw_only=True)
class Facets:
    """How many commodities each value would show, given what is chosen in the *other* facets."""

    types: dict[str, int]
    designs: dict[str, int]
    colours: dict[str, int]
    total: int


async def count_facets(connection: Connection, wanted: Wanted) -> Facets:
    """Count the index by type, design and colour.

    The counts are disjunctive: what is chosen within a facet does not lower the counts of the
    facet's other values, because choosing them too would widen the result.
    """
    cursor = connection.cursor(row_factory=dict_row)
    await cursor.execute(
        f"SELECT 'type' AS facet, type AS value, count(*) AS n FROM indexed_commodity"  # noqa: S608 (constants only)
        f" WHERE {OFFERED} AND {BY_DESIGN} AND {BY_COLOUR} GROUP BY type"
        f" UNION ALL SELECT 'design', design, count(*) FROM indexed_commodity"
        f" WHERE {OFFERED} AND {BY_TYPE} AND {BY_COLOUR} GROUP BY design"
        f" UNION ALL SELECT 'colour', colour, count(*)"
        f" FROM indexed_commodity, unnest(colours) AS colour"
        f" WHERE {OFFERED} AND {BY_TYPE} AND {BY_DESIGN} GROUP BY colour"
        f" UNION ALL SELECT 'total', '', count(*) FROM indexed_commodity"
        f" WHERE {OFFERED} AND {BY_TYPE} AND {BY_DESIGN} AND {BY_COLOUR}",
        parameters_of(wanted),
        prepare=True,
    )
    counts: dict[str, dict[str, int]] = {"type": {}, "design": {}, "colour": {}, "total": {}}
    for row in await cursor.fetchall():
        counts[row["facet"]][row["value"]] = row["n"]
    return Facets(
        types=counts["type"],
        designs=counts["design"],
        colours=counts["colour"],
        total=counts["total"][""],
    )
