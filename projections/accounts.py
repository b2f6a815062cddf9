"""Accounts: who has one, and in which role.

Fed by: AccountOpened. Shown by: sign-in, the seller's name beside a commodity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from domain.account import AccountOpened
from domain.event import Recorded
from projections.projection import Connection, Projection
from projections.writing import Table, insert

TABLES = """
CREATE TABLE IF NOT EXISTS opened_account (
    account_id uuid PRIMARY KEY,
    role text NOT NULL,
    email_commitment text NOT NULL UNIQUE,
    trading_name text NOT NULL,
    opened_at timestamptz NOT NULL
);
"""

# ---------------------------------------------------------------- events


ACCOUNT = Table(
    name="opened_account",
    columns={
        "account_id": "uuid",
        "role": "text",
        "email_commitment": "text",
        "trading_name": "text",
        "opened_at": "timestamptz",
    },
)


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    opened = [found.event for found in page if isinstance(found.event, AccountOpened)]
    await insert(connection, ACCOUNT, [_row(event) for event in opened])


def _row(event: AccountOpened) -> tuple[Any, ...]:
    return (
        event.account_id,
        event.role,
        event.email_commitment,
        event.trading_name,
        event.recorded_at,
    )


PROJECTION = Projection(
    name="accounts",
    fed_by=(AccountOpened,),
    tables=TABLES,
    table_names=("opened_account",),
    apply=apply,
)

# --------------------------------------------------------------- queries


@dataclass(frozen=True, kw_only=True)
class Account:
    account_id: UUID
    role: str
    trading_name: str
    opened_at: datetime


_SELECT = "SELECT account_id, role, trading_name, opened_at FROM opened_account"


async def account(connection: Connection, account_id: UUID) -> Account | None:
    cursor = connection.cursor(row_factory=class_row(Account))
    await cursor.execute(f"{_SELECT} WHERE account_id = %s", (account_id,))
    return await cursor.fetchone()


async def account_by_email(connection: Connection, email_commitment: str) -> Account | None:
    cursor = connection.cursor(row_factory=class_row(Account))
    await cursor.execute(f"{_SELECT} WHERE email_commitment = %s", (email_commitment,))
    return await cursor.fetchone()


async def trading_names(connection: Connection) -> dict[UUID, str]:
    """Return what shoppers read for each seller."""
    cursor = await connection.execute(
        "SELECT account_id, trading_name FROM opened_account WHERE role = 'seller'"
    )
    return dict(await cursor.fetchall())
