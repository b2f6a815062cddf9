"""Companions: what goes with a commodity, of other types, each with its reason in words (C1b, C2b).

Fed by: ``commodity_index``, whose tables it reads; ``domain.harmony`` has the rules.
Shown by: the page of a commodity, ``GET /api/v1/commodities/{id}/goes-with``.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.classification import TYPES
from domain.harmony import Harmony, Traits, harmony, suiting_colours
from domain.look import are_worn_together
from projections.commodity_index import OFFERED
from projections.projection import Connection

NEWEST_OF_EACH = 4  # of each type and colour that suits: enough to choose from, however many


@dataclass(frozen=True, kw_only=True)
class Companion:
    commodity_id: UUID
    type: str
    colour: str  # its main one
    harmony: Harmony


async def companions(connection: Connection, commodity: Traits, *, limit: int) -> list[Companion]:
    """Return what goes with a commodity: the best of each type, then the second of each."""
    colours = suiting_colours(commodity.colours[0])
    types = [type_ for type_ in TYPES if are_worn_together(commodity.type, type_)]
    cursor = await connection.execute(
        "SELECT c.commodity_id, c.type, c.design, c.colours FROM unnest(%s::text[]) AS t (type)"  # noqa: S608 (a constant only)
        " CROSS JOIN unnest(%s::text[]) AS s (colour) CROSS JOIN LATERAL ("
        "  SELECT * FROM indexed_commodity c"
        f"  WHERE c.type = t.type AND c.colours[1] = s.colour AND c.{OFFERED}"
        "  ORDER BY c.position DESC LIMIT %s) c ORDER BY c.position DESC",
        (types, list(colours), NEWEST_OF_EACH),
        prepare=True,
    )
    of_type = dict[str, list[Companion]]()
    for commodity_id, type_, design, its_colours in await cursor.fetchall():
        other = Traits(type=type_, design=design, colours=tuple(its_colours))
        found = harmony(commodity, other)
        if found is not None:
            companion = Companion(
                commodity_id=commodity_id, type=type_, colour=its_colours[0], harmony=found
            )
            of_type.setdefault(type_, []).append(companion)
    return _in_turn(of_type)[:limit]


def _in_turn(of_type: Mapping[str, list[Companion]]) -> list[Companion]:
    """Take the best of each type, then the second of each; not all of one colour."""
    waiting = [list(found) for found in of_type.values()]
    seen = Counter[str]()
    taken = list[Companion]()
    while waiting:
        waiting.sort(key=lambda found: -max(x.harmony.score for x in found))
        for found in waiting:
            # The newest first among equals.
            best = max(found, key=lambda x: x.harmony.score - seen[x.colour])
            found.remove(best)
            seen[best.colour] += 1
            taken.append(best)
        waiting = [found for found in waiting if found]
    return taken
