"""Names of saved looks, beside the log: they are the shopper's own words."""

from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.event_store import SETUP_LOCK

TABLES = """
CREATE TABLE IF NOT EXISTS look_name (
    look_id uuid PRIMARY KEY,
    shopper_id uuid NOT NULL,
    name text NOT NULL
);
CREATE INDEX IF NOT EXISTS look_name_by_shopper ON look_name (shopper_id);
"""


class LookNames:
    """What shoppers call their looks. Whose a look is, the caller has asked the log."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection]) -> None:
        self._pool = pool

    async def set_up(self) -> None:
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
            await connection.execute(TABLES)

    async def give(self, look_id: UUID, *, shopper_id: UUID, name: str) -> None:
        """Name a look, or name it anew."""
        async with self._pool.connection() as connection:
            await connection.execute(
                "INSERT INTO look_name VALUES (%s, %s, %s)"
                " ON CONFLICT (look_id) DO UPDATE SET name = excluded.name"
                " WHERE look_name.shopper_id = excluded.shopper_id",
                (look_id, shopper_id, name),
            )

    async def names(self, shopper_id: UUID) -> dict[UUID, str]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT look_id, name FROM look_name WHERE shopper_id = %s", (shopper_id,)
            )
            return dict(await cursor.fetchall())

    async def forget(self, look_id: UUID, *, shopper_id: UUID) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                "DELETE FROM look_name WHERE look_id = %s AND shopper_id = %s",
                (look_id, shopper_id),
            )
