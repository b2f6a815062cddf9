"""Answers given to keyed requests, so that the same request gets the same answer again.

They lie beside the log and may name people. The log itself knows the keys: an answer that was lost
with its process is made anew from what the request had caused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from adapters.event_store import SETUP_LOCK

TABLES = """
CREATE TABLE IF NOT EXISTS given_answer (
    client_id uuid,
    key text,
    fingerprint text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    given_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client_id, key)
)
"""


@dataclass(frozen=True, kw_only=True)
class Answer:
    fingerprint: str  # of the request
    status: int
    headers: Mapping[str, str]
    body: bytes


class Answers:
    def __init__(self, pool: AsyncConnectionPool[AsyncConnection]) -> None:
        self._pool = pool

    async def set_up(self) -> None:
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
            await connection.execute(TABLES)

    async def given(self, client_id: UUID, key: str) -> Answer | None:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT fingerprint, status, headers, body FROM given_answer"
                " WHERE client_id = %s AND key = %s",
                (client_id, key),
            )
            row = await cursor.fetchone()
        if row is None:
            return None
        fingerprint, status, headers, body = row
        return Answer(fingerprint=fingerprint, status=status, headers=headers, body=body)

    async def keep(self, client_id: UUID, key: str, answer: Answer) -> Answer:
        """Keep the first answer, and return it; it stays, whatever is answered later."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "INSERT INTO given_answer (client_id, key, fingerprint, status, headers, body)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                (
                    client_id,
                    key,
                    answer.fingerprint,
                    answer.status,
                    Jsonb(dict(answer.headers)),
                    answer.body,
                ),
            )
        if cursor.rowcount:
            return answer
        return await self.given(client_id, key) or answer
