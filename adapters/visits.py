"""Visits: all that a request asks about its sender, in one statement.

Whose session it is, which account that is, and what was answered to the same request before. The
tables are those of the vault, of the projection of accounts and of the answers.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.answers import Answer
from adapters.vault import digest
from projections.accounts import Account

_FIND: LiteralString = """
SELECT s.account_id, s.is_guest, s.created_at,
    (SELECT c.email FROM vault_credential c WHERE c.account_id = s.account_id LIMIT 1) AS email,
    a.role, a.trading_name, a.opened_at, g.fingerprint, g.status, g.headers, g.body
FROM vault_session s
LEFT JOIN opened_account a ON a.account_id = s.account_id AND NOT s.is_guest
LEFT JOIN given_answer g ON g.client_id = s.account_id AND g.key = %s
WHERE s.token_digest = %s AND s.expires_at > %s
"""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody's session: a guest's, or that of an account."""

    account_id: UUID
    is_guest: bool
    created_at: datetime
    email: str | None = None  # None for guests
    account: Account | None = None  # None for guests, and until an account is projected
    given: Answer | None = None  # to a request with the same key


class Visits:
    def __init__(self, pool: AsyncConnectionPool[AsyncConnection]) -> None:
        self._pool = pool  # its connections need no transaction for a single statement

    async def find(self, token: str, *, now: datetime, key: str = "") -> Visit | None:
        """Return the session that a token opens, and the answer given under an idempotency key."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_FIND, (key, digest(token), now))
            row = await cursor.fetchone()
        if row is None:
            return None
        account_id, is_guest, created_at, email, *account, fingerprint, status, headers, body = row
        role, trading_name, opened_at = account
        return Visit(
            account_id=account_id,
            is_guest=is_guest,
            created_at=created_at,
            email=email,
            account=None
            if role is None
            else Account(
                account_id=account_id, role=role, trading_name=trading_name, opened_at=opened_at
            ),
            given=None
            if fingerprint is None
            else Answer(fingerprint=fingerprint, status=status, headers=headers, body=body),
        )
