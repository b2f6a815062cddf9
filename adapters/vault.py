"""Vault: e-mail addresses, password hashes and sessions, beside the log (claim C13).

Sessions are opaque tokens of which only a digest is stored; they can be revoked at once.
"""

import asyncio
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.event_store import SETUP_LOCK

TABLES = """
CREATE TABLE IF NOT EXISTS vault_secret (
    name text PRIMARY KEY,
    secret bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS vault_credential (
    account_id uuid NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    PRIMARY KEY (account_id, email) -- two sign-ups of one guest at once: each has its own
);
CREATE TABLE IF NOT EXISTS vault_session (
    token_digest bytea PRIMARY KEY,
    account_id uuid NOT NULL,
    is_guest boolean NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS vault_session_by_account ON vault_session (account_id);
CREATE INDEX IF NOT EXISTS vault_session_by_expiry ON vault_session (expires_at);
"""

SECRETS = ("email", "signing")
SESSION_DAYS = 30
HASHES_AT_ONCE = 2  # each takes 64 MiB


class Vault:
    def __init__(self, pool: AsyncConnectionPool[AsyncConnection]) -> None:
        self._pool = pool
        self._hasher = PasswordHasher()  # Argon2id with the RFC 9106 low-memory parameters
        self._hashing = asyncio.Semaphore(HASHES_AT_ONCE)
        self._secrets = dict[str, bytes]()
        self._nobody = ""

    async def set_up(self) -> None:
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
            await connection.execute(TABLES)
            for name in SECRETS:
                await connection.execute(
                    "INSERT INTO vault_secret VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    (name, secrets.token_bytes(32)),
                )
            cursor = await connection.execute("SELECT name, secret FROM vault_secret")
            self._secrets = {name: bytes(secret) for name, secret in await cursor.fetchall()}
        self._nobody = await self._hash(secrets.token_urlsafe(16))

    @property
    def signing_seed(self) -> bytes:
        """The secret that what is handed out is signed with."""
        return self._secrets["signing"]

    def email_commitment(self, email: str) -> str:
        """Return what the log holds of an address: useless to whoever lacks the vault's secret."""
        pepper = self._secrets["email"]
        return hmac.new(pepper, normalised(email).encode(), hashlib.sha256).hexdigest()

    async def add_credential(self, account_id: UUID, *, email: str, password: str) -> None:
        password_hash = await self._hash(password)
        async with self._pool.connection() as connection:
            await connection.execute(
                "INSERT INTO vault_credential VALUES (%s, %s, %s)"
                " ON CONFLICT (account_id, email) DO UPDATE"
                " SET password_hash = excluded.password_hash",
                (account_id, normalised(email), password_hash),
            )

    async def drop_credential(self, account_id: UUID, *, email: str) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                "DELETE FROM vault_credential WHERE account_id = %s AND email = %s",
                (account_id, normalised(email)),
            )

    async def is_password(self, account_id: UUID | None, password: str, *, email: str) -> bool:
        """Check a password; for no account it takes as long, and is never right."""
        stored = self._nobody
        if account_id is not None:
            async with self._pool.connection() as connection:
                cursor = await connection.execute(
                    "SELECT password_hash FROM vault_credential"
                    " WHERE account_id = %s AND email = %s",
                    (account_id, normalised(email)),
                )
                row = await cursor.fetchone()
            stored = self._nobody if row is None else str(row[0])
        async with self._hashing:
            is_right = await asyncio.to_thread(self._verify, stored, password)
        return is_right and account_id is not None

    async def start_session(self, account_id: UUID, *, is_guest: bool, now: datetime) -> str:
        """Start a session and return its token, which is not stored anywhere."""
        token = secrets.token_urlsafe(32)
        async with self._pool.connection() as connection:
            await connection.execute("DELETE FROM vault_session WHERE expires_at < %s", (now,))
            await connection.execute(
                "INSERT INTO vault_session VALUES (%s, %s, %s, %s, %s)",
                (digest(token), account_id, is_guest, now, now + timedelta(days=SESSION_DAYS)),
            )
        return token

    async def end_session(self, token: str) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                "DELETE FROM vault_session WHERE token_digest = %s", (digest(token),)
            )

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(self._hasher.hash, password)

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


def normalised(email: str) -> str:
    return email.strip().casefold()


def digest(token: str) -> bytes:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).digest()
