"""Purchased commodity database: what every shopper has bought (claims C1d, C8).

Fed by: PurchasePlaced, PaymentCaptured, PaymentDeclined, PaymentVoided.
Shown by: My wardrobe, receipts, ``GET /api/v1/purchases``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from domain.event import Recorded
from domain.purchase import PaymentCaptured, PaymentDeclined, PaymentVoided, PurchasePlaced
from projections.projection import Connection, Projection
from projections.writing import Table, arrays, insert

TABLES = """
CREATE TABLE IF NOT EXISTS recorded_purchase (
    purchase_id uuid PRIMARY KEY,
    position bigint NOT NULL,
    shopper_id uuid NOT NULL,
    coordination_id uuid NOT NULL,
    state text NOT NULL,
    declined_because text,
    placed_at timestamptz NOT NULL,
    total_minor bigint NOT NULL,
    currency text NOT NULL
);
CREATE TABLE IF NOT EXISTS recorded_purchase_line (
    purchase_id uuid NOT NULL,
    ordinal integer NOT NULL,
    commodity_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    seller_id uuid NOT NULL,
    quantity bigint NOT NULL,
    price_minor bigint NOT NULL,
    PRIMARY KEY (purchase_id, ordinal)
);
"""
INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS recorded_purchase_by_position ON recorded_purchase (position);
CREATE INDEX IF NOT EXISTS recorded_purchase_by_shopper ON recorded_purchase (shopper_id, position);
CREATE INDEX IF NOT EXISTS recorded_purchase_unsettled ON recorded_purchase (position)
    WHERE state = 'placed';
"""

# ---------------------------------------------------------------- events


PURCHASE = Table(
    name="recorded_purchase",
    columns={
        "purchase_id": "uuid",
        "position": "bigint",
        "shopper_id": "uuid",
        "coordination_id": "uuid",
        "state": "text",
        "declined_because": "text",
        "placed_at": "timestamptz",
        "total_minor": "bigint",
        "currency": "text",
    },
)
LINE = Table(
    name="recorded_purchase_line",
    columns={
        "purchase_id": "uuid",
        "ordinal": "integer",
        "commodity_id": "uuid",
        "variant_id": "uuid",
        "seller_id": "uuid",
        "quantity": "bigint",
        "price_minor": "bigint",
    },
)
_PLACED = ("placed", None)


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    placed = list[tuple[int, PurchasePlaced]]()
    settled = dict[UUID, tuple[str, str | None]]()  # state, and why it was declined
    for found in page:
        match found.event:
            case PurchasePlaced() as event:
                placed.append((found.position, event))
            case PaymentCaptured() as event:
                settled[event.purchase_id] = ("captured", None)
            case PaymentDeclined() as event:
                settled[event.purchase_id] = ("declined", event.reason)
            case PaymentVoided() as event:
                # Not when it was cancelled: until the money is let go there is something to settle.
                settled[event.purchase_id] = ("cancelled", None)
            case _:
                pass
    rows = [_row(*x, *settled.pop(x[1].purchase_id, _PLACED)) for x in placed]
    await insert(connection, PURCHASE, rows)
    await insert(connection, LINE, [row for _, event in placed for row in _line_rows(event)])
    if settled:  # that were placed in an earlier page
        await connection.execute(
            "UPDATE recorded_purchase p"
            " SET state = s.state, declined_because = s.declined_because"
            " FROM unnest(%s::uuid[], %s::text[], %s::text[])"
            " AS s (purchase_id, state, declined_because) WHERE p.purchase_id = s.purchase_id",
            arrays((purchase_id, *state) for purchase_id, state in settled.items()),
            prepare=True,
        )


def _row(
    position: int, event: PurchasePlaced, state: str, declined_because: str | None
) -> tuple[Any, ...]:
    return (
        event.purchase_id,
        position,
        event.shopper_id,
        event.coordination_id,
        state,
        declined_because,
        event.recorded_at,
        event.total_minor,
        event.currency,
    )


def _line_rows(event: PurchasePlaced) -> Iterable[tuple[Any, ...]]:
    for ordinal, line in enumerate(event.lines):
        yield (
            event.purchase_id,
            ordinal,
            line.commodity_id,
            line.variant_id,
            line.seller_id,
            line.quantity,
            line.price_minor,
        )


PROJECTION = Projection(
    name="purchased_commodities",
    fed_by=(PurchasePlaced, PaymentCaptured, PaymentDeclined, PaymentVoided),
    tables=TABLES,
    indexes=INDEXES,
    table_names=("recorded_purchase", "recorded_purchase_line"),
    apply=apply,
)

# --------------------------------------------------------------- queries


@dataclass(frozen=True, kw_only=True)
class RecordedPurchase:
    purchase_id: UUID
    position: int
    coordination_id: UUID
    state: str  # "placed", "captured", "declined" or "cancelled"
    declined_because: str | None
    placed_at: datetime
    total_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class RecordedLine:
    commodity_id: UUID
    variant_id: UUID
    quantity: int
    price_minor: int


@dataclass(frozen=True, kw_only=True)
class PurchasedCommodity:
    """A commodity in a shopper's wardrobe."""

    commodity_id: UUID
    variant_id: UUID
    quantity: int
    price_minor: int
    currency: str
    purchase_id: UUID
    purchased_at: datetime


_SELECT = (
    "SELECT purchase_id, position, coordination_id, state, declined_because, placed_at,"
    " total_minor, currency FROM recorded_purchase"
)


async def purchase(
    connection: Connection, purchase_id: UUID, *, shopper_id: UUID
) -> RecordedPurchase | None:
    """Return a purchase, looked up through the shopper whose it is."""
    cursor = connection.cursor(row_factory=class_row(RecordedPurchase))
    await cursor.execute(
        f"{_SELECT} WHERE purchase_id = %s AND shopper_id = %s", (purchase_id, shopper_id)
    )
    return await cursor.fetchone()


async def purchases(
    connection: Connection, shopper_id: UUID, *, before: int | None, limit: int
) -> list[RecordedPurchase]:
    """Return a shopper's purchases, newest first."""
    cursor = connection.cursor(row_factory=class_row(RecordedPurchase))
    await cursor.execute(
        f"{_SELECT} WHERE shopper_id = %s AND position < coalesce(%s, 9223372036854775807)"
        " ORDER BY position DESC LIMIT %s",
        (shopper_id, before, limit),
    )
    return await cursor.fetchall()


async def lines(connection: Connection, purchase_id: UUID) -> list[RecordedLine]:
    cursor = connection.cursor(row_factory=class_row(RecordedLine))
    await cursor.execute(
        "SELECT commodity_id, variant_id, quantity, price_minor FROM recorded_purchase_line"
        " WHERE purchase_id = %s ORDER BY ordinal",
        (purchase_id,),
    )
    return await cursor.fetchall()


async def purchased_commodities(
    connection: Connection, shopper_id: UUID
) -> list[PurchasedCommodity]:
    """Return what a shopper owns, newest purchase first."""
    cursor = connection.cursor(row_factory=class_row(PurchasedCommodity))
    await cursor.execute(
        "SELECT l.commodity_id, l.variant_id, l.quantity, l.price_minor, p.currency,"
        " p.purchase_id, p.placed_at AS purchased_at"
        " FROM recorded_purchase p JOIN recorded_purchase_line l USING (purchase_id)"
        " WHERE p.shopper_id = %s AND p.state = 'captured'"
        " ORDER BY p.position DESC, l.ordinal",
        (shopper_id,),
    )
    return await cursor.fetchall()


async def unsettled_purchases(connection: Connection, *, limit: int) -> list[UUID]:
    """Return purchases whose payment is neither captured nor declined, oldest first."""
    cursor = await connection.execute(
        "SELECT purchase_id FROM recorded_purchase WHERE state = 'placed'"
        " ORDER BY position LIMIT %s",
        (limit,),
    )
    return [row[0] for row in await cursor.fetchall()]
