"""Returns and refunds: what came back, and the money that went back for it.

Fed by: PiecesReturned, RefundGranted, PaymentRefunded.
Shown by: receipts, ``GET /api/v1/purchases``, the seller console.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from domain.event import Recorded
from domain.purchase import PaymentRefunded, PiecesReturned, RefundGranted
from projections.projection import Connection, Projection
from projections.writing import Table, arrays, insert

TABLES = """
CREATE TABLE IF NOT EXISTS recorded_return_line (
    purchase_id uuid NOT NULL,
    return_id uuid NOT NULL,
    ordinal integer NOT NULL,
    position bigint NOT NULL,
    returned_at timestamptz NOT NULL,
    commodity_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    seller_id uuid NOT NULL,
    quantity bigint NOT NULL,
    price_minor bigint NOT NULL,
    PRIMARY KEY (purchase_id, return_id, ordinal)
);
CREATE TABLE IF NOT EXISTS recorded_refund (
    refund_id uuid PRIMARY KEY,
    purchase_id uuid NOT NULL,
    position bigint NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    granted_at timestamptz NOT NULL,
    paid_at timestamptz
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS recorded_return_by_seller ON recorded_return_line (seller_id, position);
CREATE INDEX IF NOT EXISTS recorded_refund_by_purchase ON recorded_refund (purchase_id, position);
"""

# ---------------------------------------------------------------- events


RETURN_LINE = Table(
    name="recorded_return_line",
    columns={
        "purchase_id": "uuid",
        "return_id": "uuid",
        "ordinal": "integer",
        "position": "bigint",
        "returned_at": "timestamptz",
        "commodity_id": "uuid",
        "variant_id": "uuid",
        "seller_id": "uuid",
        "quantity": "bigint",
        "price_minor": "bigint",
    },
)
REFUND = Table(
    name="recorded_refund",
    columns={
        "refund_id": "uuid",
        "purchase_id": "uuid",
        "position": "bigint",
        "amount_minor": "bigint",
        "currency": "text",
        "granted_at": "timestamptz",
        "paid_at": "timestamptz",
    },
)


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    returned = list[tuple[int, PiecesReturned]]()
    granted = dict[UUID, tuple[int, RefundGranted]]()
    paid = dict[UUID, datetime]()
    for found in page:
        match found.event:
            case PiecesReturned() as event:
                returned.append((found.position, event))
            case RefundGranted() as event:
                granted[event.refund_id] = (found.position, event)
            case PaymentRefunded() as event:
                paid[event.refund_id] = event.recorded_at
            case _:
                pass
    await insert(connection, RETURN_LINE, [row for x in returned for row in _return_rows(*x)])
    rows = [_refund_row(*x, paid.pop(refund_id, None)) for refund_id, x in granted.items()]
    await insert(connection, REFUND, rows)
    if paid:  # that were granted in an earlier page
        await connection.execute(
            "UPDATE recorded_refund r SET paid_at = s.paid_at"
            " FROM unnest(%s::uuid[], %s::timestamptz[]) AS s (refund_id, paid_at)"
            " WHERE r.refund_id = s.refund_id",
            arrays(paid.items()),
            prepare=True,
        )


def _return_rows(position: int, event: PiecesReturned) -> Iterable[tuple[Any, ...]]:
    for ordinal, line in enumerate(event.lines):
        yield (
            event.purchase_id,
            event.return_id,
            ordinal,
            position,
            event.recorded_at,
            line.commodity_id,
            line.variant_id,
            line.seller_id,
            line.quantity,
            line.price_minor,
        )


def _refund_row(position: int, event: RefundGranted, paid_at: datetime | None) -> tuple[Any, ...]:
    return (
        event.refund_id,
        event.purchase_id,
        position,
        event.amount_minor,
        event.currency,
        event.recorded_at,
        paid_at,
    )


PROJECTION = Projection(
    name="returns",
    fed_by=(PiecesReturned, RefundGranted, PaymentRefunded),
    tables=TABLES,
    indexes=INDEXES,
    table_names=("recorded_return_line", "recorded_refund"),
    apply=apply,
)

# --------------------------------------------------------------- queries


@dataclass(frozen=True, kw_only=True)
class RecordedReturn:
    """Pieces of one variant that came back, as their seller sees it: not from whom."""

    return_id: UUID
    purchase_id: UUID
    position: int
    returned_at: datetime
    commodity_id: UUID
    variant_id: UUID
    quantity: int
    price_minor: int


@dataclass(frozen=True, kw_only=True)
class RecordedRefund:
    refund_id: UUID
    purchase_id: UUID
    amount_minor: int
    currency: str
    granted_at: datetime
    paid_at: datetime | None  # None: granted, and not paid yet


async def returns_of_seller(
    connection: Connection, seller_id: UUID, *, limit: int
) -> list[RecordedReturn]:
    """Return what came back of a seller's own pieces, newest first."""
    cursor = connection.cursor(row_factory=class_row(RecordedReturn))
    await cursor.execute(
        "SELECT return_id, purchase_id, position, returned_at, commodity_id, variant_id, quantity,"
        " price_minor FROM recorded_return_line WHERE seller_id = %s"
        " ORDER BY position DESC, ordinal LIMIT %s",
        (seller_id, limit),
    )
    return await cursor.fetchall()


async def refunds(connection: Connection, purchase_id: UUID) -> list[RecordedRefund]:
    """Return what was granted for a purchase, oldest first."""
    cursor = connection.cursor(row_factory=class_row(RecordedRefund))
    await cursor.execute(
        "SELECT refund_id, purchase_id, amount_minor, currency, granted_at, paid_at"
        " FROM recorded_refund WHERE purchase_id = %s ORDER BY position",
        (purchase_id,),
    )
    return await cursor.fetchall()
