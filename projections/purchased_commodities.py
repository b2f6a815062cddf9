"""Purchased commodity database: what every shopper has bought, and what came back (C1d, C8).

Fed by: PurchasePlaced and every event that tells how far a purchase has come.
Shown by: My wardrobe, receipts, ``GET /api/v1/purchases``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from domain.event import Event, Recorded
from domain.purchase import (
    PaymentCaptured,
    PaymentDeclined,
    PaymentRefunded,
    PaymentVoided,
    PiecesReturned,
    PurchaseCancelled,
    PurchaseEvent,
    PurchasePlaced,
    RefundEvent,
    RefundGranted,
)
from projections.projection import Connection, Projection
from projections.writing import Table, arrays, insert

TABLES = """
CREATE TABLE IF NOT EXISTS recorded_purchase (
    purchase_id uuid PRIMARY KEY,
    position bigint NOT NULL,
    shopper_id uuid NOT NULL,
    coordination_id uuid NOT NULL,
    state text NOT NULL,
    money text NOT NULL,
    declined_because text,
    placed_at timestamptz NOT NULL,
    total_minor bigint NOT NULL,
    currency text NOT NULL,
    granted_minor bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    is_settled boolean NOT NULL GENERATED ALWAYS AS (
        money = 'free' OR (
            money = 'taken' AND granted_minor = refunded_minor
            AND (state <> 'cancelled' OR granted_minor >= total_minor)
        )
    ) STORED
);
CREATE TABLE IF NOT EXISTS recorded_purchase_line (
    purchase_id uuid NOT NULL,
    ordinal integer NOT NULL,
    commodity_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    seller_id uuid NOT NULL,
    quantity bigint NOT NULL,
    price_minor bigint NOT NULL,
    returned bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (purchase_id, ordinal)
);
"""
INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS recorded_purchase_by_position ON recorded_purchase (position);
CREATE INDEX IF NOT EXISTS recorded_purchase_by_shopper ON recorded_purchase (shopper_id, position);
CREATE INDEX IF NOT EXISTS recorded_purchase_unsettled ON recorded_purchase (position)
    WHERE NOT is_settled;
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
        "money": "text",
        "declined_because": "text",
        "placed_at": "timestamptz",
        "total_minor": "bigint",
        "currency": "text",
        "granted_minor": "bigint",
        "refunded_minor": "bigint",
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


@dataclass(kw_only=True)
class _Progress:
    """How far the events of a page bring a purchase."""

    state: str | None = None  # None: as far as it was
    money: str | None = None  # "open": perhaps held; "taken"; "free": neither held nor taken
    declined_because: str | None = None
    granted_minor: int = 0
    refunded_minor: int = 0

    def take_in(self, event: Event) -> None:
        match event:
            case PaymentCaptured():
                self.money = "taken"
                # A cancelled purchase stays so, though its money turns out to have been taken.
                self.state = "cancelled" if self.state == "cancelled" else "captured"
            case PaymentDeclined():
                self.state, self.money = "declined", "free"
                self.declined_because = event.reason
            case PurchaseCancelled():
                self.state = "cancelled"
            case PaymentVoided():
                self.money = "free"
            case RefundGranted():
                self.granted_minor += event.amount_minor
            case PaymentRefunded():
                self.refunded_minor += event.amount_minor
            case _:
                pass


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    placed = list[tuple[int, PurchasePlaced]]()
    returned = Counter[tuple[UUID, UUID]]()  # pieces, by purchase and variant
    progress = defaultdict[UUID, _Progress](_Progress)
    for found in page:
        match found.event:
            case PurchasePlaced() as event:
                placed.append((found.position, event))
            case PiecesReturned() as event:
                for line in event.lines:
                    returned[event.purchase_id, line.variant_id] += line.quantity
            case PurchaseEvent() | RefundEvent() as event:
                progress[event.purchase_id].take_in(event)
            case _:
                pass
    rows = [_row(*x, progress.pop(x[1].purchase_id, _Progress())) for x in placed]
    await insert(connection, PURCHASE, rows)
    await insert(connection, LINE, [row for _, event in placed for row in _line_rows(event)])
    await _bring_on(connection, progress)
    await _take_back(connection, returned)


async def _bring_on(connection: Connection, progress: Mapping[UUID, _Progress]) -> None:
    """Change purchases that were placed in an earlier page."""
    if not progress:
        return
    await connection.execute(
        "UPDATE recorded_purchase p SET"
        " state = CASE p.state WHEN 'cancelled' THEN p.state ELSE coalesce(s.state, p.state) END,"
        " money = coalesce(s.money, p.money),"
        " declined_because = coalesce(s.declined_because, p.declined_because),"
        " granted_minor = p.granted_minor + s.granted_minor,"
        " refunded_minor = p.refunded_minor + s.refunded_minor"
        " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])"
        " AS s (purchase_id, state, money, declined_because, granted_minor, refunded_minor)"
        " WHERE p.purchase_id = s.purchase_id",
        arrays(
            (
                purchase_id,
                x.state,
                x.money,
                x.declined_because,
                x.granted_minor,
                x.refunded_minor,
            )
            for purchase_id, x in progress.items()
        ),
        prepare=True,
    )


async def _take_back(connection: Connection, returned: Counter[tuple[UUID, UUID]]) -> None:
    """Note what came back at the first line of its variant: queries add lines of one up."""
    if not returned:
        return
    await connection.execute(
        "UPDATE recorded_purchase_line l SET returned = l.returned + s.quantity"
        " FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[])"
        " AS s (purchase_id, variant_id, quantity)"
        " WHERE l.purchase_id = s.purchase_id AND l.variant_id = s.variant_id AND l.ordinal ="
        " (SELECT min(o.ordinal) FROM recorded_purchase_line o"
        " WHERE o.purchase_id = s.purchase_id AND o.variant_id = s.variant_id)",
        arrays((*of, quantity) for of, quantity in returned.items()),
        prepare=True,
    )


def _row(position: int, event: PurchasePlaced, progress: _Progress) -> tuple[Any, ...]:
    return (
        event.purchase_id,
        position,
        event.shopper_id,
        event.coordination_id,
        progress.state or "placed",
        progress.money or "open",
        progress.declined_because,
        event.recorded_at,
        event.total_minor,
        event.currency,
        progress.granted_minor,
        progress.refunded_minor,
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
    fed_by=(
        PurchasePlaced,
        PaymentCaptured,
        PaymentDeclined,
        PurchaseCancelled,
        PaymentVoided,
        PiecesReturned,
        RefundGranted,
        PaymentRefunded,
    ),
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
    granted_minor: int  # of refunds, also when they are not paid yet
    refunded_minor: int


@dataclass(frozen=True, kw_only=True)
class RecordedLine:
    """Pieces of one variant: two lines of the same one count as one."""

    commodity_id: UUID
    variant_id: UUID
    quantity: int
    price_minor: int
    returned: int

    @property
    def returnable(self) -> int:
        return self.quantity - self.returned


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
    " total_minor, currency, granted_minor, refunded_minor FROM recorded_purchase"
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
    """Return what was bought of every variant, and how much of it came back."""
    cursor = connection.cursor(row_factory=class_row(RecordedLine))
    await cursor.execute(
        "SELECT commodity_id, variant_id, sum(quantity)::bigint AS quantity, price_minor,"
        " sum(returned)::bigint AS returned FROM recorded_purchase_line WHERE purchase_id = %s"
        " GROUP BY commodity_id, variant_id, price_minor ORDER BY min(ordinal)",
        (purchase_id,),
    )
    return await cursor.fetchall()


async def purchased_commodities(
    connection: Connection, shopper_id: UUID
) -> list[PurchasedCommodity]:
    """Return what a shopper owns, newest purchase first: paid for, and not returned."""
    cursor = connection.cursor(row_factory=class_row(PurchasedCommodity))
    await cursor.execute(
        "SELECT l.commodity_id, l.variant_id, sum(l.quantity - l.returned)::bigint AS quantity,"
        " l.price_minor, p.currency, p.purchase_id, p.placed_at AS purchased_at"
        " FROM recorded_purchase p JOIN recorded_purchase_line l USING (purchase_id)"
        " WHERE p.shopper_id = %s AND p.state = 'captured'"
        " GROUP BY p.purchase_id, l.commodity_id, l.variant_id, l.price_minor"
        " HAVING sum(l.quantity) > sum(l.returned) ORDER BY p.position DESC, min(l.ordinal)",
        (shopper_id,),
    )
    return await cursor.fetchall()


async def unsettled_purchases(connection: Connection, *, limit: int) -> list[UUID]:
    """Return purchases with something left to arrange with the payment provider, oldest first.

    Their payment is neither taken nor declined nor voided, or money is owed for them.
    """
    cursor = await connection.execute(
        "SELECT purchase_id FROM recorded_purchase WHERE NOT is_settled ORDER BY position LIMIT %s",
        (limit,),
    )
    return [row[0] for row in await cursor.fetchall()]
