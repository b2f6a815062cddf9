"""Body measures: what shoppers tell of themselves, beside the log, where it can be erased.

They are kept by the position of the log at which they were given: a look that was bought is shown
as it was seen then.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from adapters.event_store import SETUP_LOCK
from adapters.user_image_database import commitment
from domain.body import Body, EraseBodyMeasures, KeepBodyMeasures
from domain.boutique import Boutique, Outcome
from domain.measures import Measure, body_measures

CHANGES_MAX = 20  # of which an old look is searched for

TABLES = """
CREATE TABLE IF NOT EXISTS body_measures (
    shopper_id uuid NOT NULL,
    position bigint NOT NULL,
    measures jsonb NOT NULL,
    PRIMARY KEY (shopper_id, position)
);
"""


async def body_measures_of(
    connection: AsyncConnection, shopper_id: UUID, *, until: int | None = None
) -> dict[str, float]:
    """Return a shopper's measures by name, cm, or those she had told ``until`` a position."""
    cursor = await connection.execute(
        "SELECT measures FROM body_measures WHERE shopper_id = %s"
        " AND position <= coalesce(%s, 9223372036854775807) ORDER BY position DESC LIMIT 1",
        (shopper_id, until),
    )
    row = await cursor.fetchone()
    return {} if row is None else dict(row[0])


async def body_changes(connection: AsyncConnection, shopper_id: UUID) -> list[int]:
    """Return the positions at which a shopper told her measures, newest first."""
    cursor = await connection.execute(
        "SELECT position FROM body_measures WHERE shopper_id = %s ORDER BY position DESC LIMIT %s",
        (shopper_id, CHANGES_MAX),
    )
    return [row[0] for row in await cursor.fetchall()]


class BodyMeasures:
    def __init__(self, *, boutique: Boutique, pool: AsyncConnectionPool[AsyncConnection]) -> None:
        self._boutique = boutique
        self._pool = pool

    async def set_up(self) -> None:
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
            await connection.execute(TABLES)

    async def keep(self, shopper_id: UUID, given: Mapping[str, float]) -> int:
        """Keep what a shopper tells of herself; return the position of the log.

        Raises:
            MeasuresNotUsable: there is nothing, no such measure, or it cannot be meant.
        """
        checked = body_measures(Measure(name=name, cm=cm) for name, cm in given.items())
        measures = {measure.name: measure.cm for measure in checked}
        told = json.dumps(measures).encode()
        outcome = await self._boutique.handle(
            KeepBodyMeasures(shopper_id=shopper_id, commitment=commitment(told))
        )
        async with self._pool.connection() as connection:
            await connection.execute(
                "INSERT INTO body_measures VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                (shopper_id, outcome.position, Jsonb(measures)),
            )
        if not (await self._boutique.know(Body(shopper_id=shopper_id))).is_measured:
            # Erased between the event and here: what came too late for that goes now.
            await self._forget(shopper_id)
        return outcome.position

    async def erase(self, shopper_id: UUID) -> Outcome:
        """Erase all that a shopper ever told of herself; the log keeps that she did."""
        outcome = await self._boutique.handle(EraseBodyMeasures(shopper_id=shopper_id))
        await self._forget(shopper_id)
        return outcome

    async def of(self, shopper_id: UUID, *, until: int | None) -> dict[str, float]:
        """Return what ``body_measures_of`` does."""
        async with self._pool.connection() as connection:
            return await body_measures_of(connection, shopper_id, until=until)

    async def history(self, shopper_id: UUID) -> list[dict[str, Any]]:
        """Return all that a shopper ever told of herself, oldest first."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT position, measures FROM body_measures WHERE shopper_id = %s"
                " ORDER BY position",
                (shopper_id,),
            )
            rows = await cursor.fetchall()
        return [{"position": position, "measures": measures} for position, measures in rows]

    async def _forget(self, shopper_id: UUID) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                "DELETE FROM body_measures WHERE shopper_id = %s", (shopper_id,)
            )
