"""Visits: all that a request asks about its sender, in one statement.

Whose session it is, which account that is, and what was answered to the same request before. The
tables are those of the vault, of the projection of accounts and of the answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row
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


@dataclass(frozen=True, kw_only=True)
class _Row:
    account_id: UUID
    is_guest: bool
    created_at: datetime
    email: str | None
    role: str | None
    trading_name: str | None
    opened_at: datetime | None
    fingerprint: str | None
    status: int | None
    headers: Mapping[str, str] | None
    body: bytes | None

    @property
    def account(self) -> Account | None:
        if self.role is None or self.trading_name is None or self.opened_at is None:
            return None
        return Account(
            account_id=self.account_id,
            role=self.role,
            trading_name=self.trading_name,
            opened_at=self.opened_at,
        )

    @property
    def given(self) -> Answer | None:
        if self.fingerprint is None or self.status is None or self.body is None:
            return None
        return Answer(
            fingerprint=self.fingerprint,
            status=self.status,
            headers=self.headers or {},
            body=self.body,
        )


class Visits:
    def __init__(self, pool: AsyncConnectionPool[AsyncConnection]) -> None:
        self._pool = pool  # its connections need no transaction for a single statement

    async def find(self, token: str, *, now: datetime, key: str = "") -> Visit | None:
        """Return the session that a token opens, and the answer given under an idempotency key."""
        async with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(_Row))
            await cursor.execute(_FIND, (key, digest(token), now))
            row = await cursor.fetchone()
        if row is None:
            return None
        return Visit(
            account_id=row.account_id,
            is_guest=row.is_guest,
            created_at=row.created_at,
            email=row.email,
            account=row.account,
            given=row.given,
        )
