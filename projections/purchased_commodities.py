"""Purchased commodity database: what every shopper has bought (claims C1d, C8).

Fed by: PurchasePlaced, PaymentCaptured, PaymentDeclined, PaymentVoided.
Shown by: My wardrobe, receipts, ``GET /api/v1/purchases``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from domain.event import Recorded
from domain.purchase import PaymentCaptured, PaymentDeclined, PaymentVoided, PurchasePlaced
from projections.projection import Connection, Projection

TABLES = """
CREATE TABLE IF NOT EXISTS recorded_purchase (
    purchase_id uuid PRIMARY KEY,
    position bigint NOT NULL UNIQUE,
    shopper_id uuid NOT NULL,
    coordination_id uuid NOT NULL,
    state text NOT NULL,
    declined_because text,
    placed_at timestamptz NOT NULL,
    total_minor bigint NOT NULL,
    currency text NOT NULL
);
CREATE INDEX IF NOT EXISTS recorded_purchase_by_shopper ON recorded_purchase (shopper_id, position);
CREATE INDEX IF NOT EXISTS recorded_purchase_unsettled ON recorded_purchase (position)
    WHERE state = 'placed';
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

# ---------------------------------------------------------------- events


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    for found in page:
        match found.event:
            case PurchasePlaced() as event:
                await _record(connection, event, found.position)
            case PaymentCaptured() as event:
                await connection.execute(
                    "UPDATE recorded_purchase SET state = 'captured' WHERE purchase_id = %s",
                    (event.purchase_id,),
                )
            case PaymentDeclined() as event:
                await connection.execute(
                    "UPDATE recorded_purchase SET state = 'declined', declined_because = %s"
                    " WHERE purchase_id = %s",
                    (event.reason, event.purchase_id),
                )
            case PaymentVoided() as event:
                # Not when it was cancelled: until the money is let go there is something to settle.
                await connection.execute(
                    "UPDATE recorded_purchase SET state = 'cancelled' WHERE purchase_id = %s",
                    (event.purchase_id,),
                )
            case _:
                pass


async def _record(connection: Connection, event: PurchasePlaced, position: int) -> None:
    await connection.execute(
        "INSERT INTO recorded_purchase VALUES (%s, %s, %s, %s, 'placed', NULL, %s, %s, %s)",
        (
            event.purchase_id,
            position,
            event.shopper_id,
            event.coordination_id,
            event.recorded_at,
            event.total_minor,
            event.currency,
        ),
    )
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO recorded_purchase_line VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    event.purchase_id,
                    ordinal,
                    line.commodity_id,
                    line.variant_id,
                    line.seller_id,
                    line.quantity,
                    line.price_minor,
                )
                for ordinal, line in enumerate(event.lines)
            ],
        )


PROJECTION = Projection(
    name="purchased_commodities",
    tables=TABLES,
    table_names=("recorded_purchase_line", "recorded_purchase"),
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
