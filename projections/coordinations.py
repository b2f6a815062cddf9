"""Coordinations: which one a shopper works on. Others come from her terminals, beside it.

Fed by: CoordinationStarted. Shown by: the coordination screen, which reads the look itself from
the log, so that a shopper always sees the last step.
"""

from collections.abc import Sequence
from uuid import UUID

from domain.coordination import CoordinationStarted
from domain.event import Recorded
from projections.projection import Connection, Projection
from projections.writing import Table, insert

TABLES = """
CREATE TABLE IF NOT EXISTS current_coordination (
    shopper_id uuid PRIMARY KEY,
    coordination_id uuid NOT NULL
);
"""

# ---------------------------------------------------------------- events


CURRENT = Table(
    name="current_coordination", columns={"shopper_id": "uuid", "coordination_id": "uuid"}
)


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    current = dict[UUID, UUID]()
    for found in page:
        if isinstance(found.event, CoordinationStarted):
            current.setdefault(found.event.shopper_id, found.event.coordination_id)
    await insert(
        connection,
        CURRENT,
        list(current.items()),
        on_conflict="ON CONFLICT (shopper_id) DO NOTHING",
    )


PROJECTION = Projection(
    name="coordinations",
    fed_by=(CoordinationStarted,),
    tables=TABLES,
    table_names=("current_coordination",),
    apply=apply,
)

# --------------------------------------------------------------- queries


async def current_coordination(connection: Connection, shopper_id: UUID) -> UUID | None:
    cursor = await connection.execute(
        "SELECT coordination_id FROM current_coordination WHERE shopper_id = %s", (shopper_id,)
    )
    row = await cursor.fetchone()
    return None if row is None else row[0]
