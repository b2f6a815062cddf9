"""Open reservations: pieces that are held for somebody, and until when (claim C1c).

Fed by: StockReserved, ReservationReleased, ReservationExpired, PurchasePlaced. A reservation that
has ended leaves the tables, so they stay as small as what is held.
Shown by: ``GET /api/v1/reservations``, the coordination screen; the sweep looks for overdue ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.event import Recorded
from domain.purchase import PurchasePlaced
from domain.reservation import Reservation, ReservationExpired, ReservationReleased, StockReserved
from projections.projection import Connection, Projection
from projections.writing import Table, array, insert

TABLES = """
CREATE TABLE IF NOT EXISTS open_reservation (
    reservation_id uuid PRIMARY KEY,
    position bigint NOT NULL,
    shopper_id uuid NOT NULL,
    coordination_id uuid NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS open_reservation_line (
    reservation_id uuid NOT NULL,
    ordinal integer NOT NULL,
    commodity_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    quantity bigint NOT NULL,
    PRIMARY KEY (reservation_id, ordinal)
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS open_reservation_by_shopper ON open_reservation (shopper_id, position);
CREATE INDEX IF NOT EXISTS open_reservation_by_expiry ON open_reservation (expires_at);
"""

# ---------------------------------------------------------------- events


RESERVATION = Table(
    name="open_reservation",
    columns={
        "reservation_id": "uuid",
        "position": "bigint",
        "shopper_id": "uuid",
        "coordination_id": "uuid",
        "expires_at": "timestamptz",
    },
)
LINE = Table(
    name="open_reservation_line",
    columns={
        "reservation_id": "uuid",
        "ordinal": "integer",
        "commodity_id": "uuid",
        "variant_id": "uuid",
        "quantity": "bigint",
    },
)


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    made = dict[UUID, tuple[int, StockReserved]]()
    ended = set[UUID]()  # of those that were made in an earlier page
    for found in page:
        match found.event:
            case StockReserved() as event:
                made[event.reservation_id] = (found.position, event)
            case ReservationReleased() | ReservationExpired() | PurchasePlaced() as event:
                # None: a purchase without a reservation. What one leaves is released beside it.
                if event.reservation_id is not None and not made.pop(event.reservation_id, None):
                    ended.add(event.reservation_id)
            case _:
                pass
    await _forget(connection, ended)
    await insert(connection, RESERVATION, [_row(*x) for x in made.values()])
    await insert(connection, LINE, [row for _, x in made.values() for row in _line_rows(x)])


async def _forget(connection: Connection, ended: set[UUID]) -> None:
    if not ended:
        return
    for table in ("open_reservation", "open_reservation_line"):
        await connection.execute(
            f"DELETE FROM {table} WHERE reservation_id = ANY(%s::uuid[])",  # noqa: S608 (constants)
            (array(ended),),
            prepare=True,
        )


def _row(position: int, event: StockReserved) -> tuple[Any, ...]:
    return (
        event.reservation_id,
        position,
        event.shopper_id,
        event.coordination_id,
        event.expires_at,
    )


def _line_rows(event: StockReserved) -> Iterable[tuple[Any, ...]]:
    for ordinal, line in enumerate(event.lines):
        yield (event.reservation_id, ordinal, line.commodity_id, line.variant_id, line.quantity)


PROJECTION = Projection(
    name="reservations",
    fed_by=Reservation.FED_BY,
    tables=TABLES,
    indexes=INDEXES,
    table_names=("open_reservation", "open_reservation_line"),
    apply=apply,
)

# --------------------------------------------------------------- queries


@dataclass(frozen=True, kw_only=True)
class HeldLine:
    commodity_id: UUID
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class HeldReservation:
    reservation_id: UUID
    coordination_id: UUID
    expires_at: datetime
    lines: tuple[HeldLine, ...]


async def open_reservations(
    connection: Connection, shopper_id: UUID, *, limit: int
) -> list[HeldReservation]:
    """Return what is held for a shopper, newest first; also what is overdue and still held."""
    cursor = await connection.execute(
        "SELECT r.reservation_id, r.coordination_id, r.expires_at,"
        " array_agg(l.commodity_id ORDER BY l.ordinal),"
        " array_agg(l.variant_id ORDER BY l.ordinal), array_agg(l.quantity ORDER BY l.ordinal)"
        " FROM open_reservation r JOIN open_reservation_line l USING (reservation_id)"
        " WHERE r.shopper_id = %s GROUP BY r.reservation_id ORDER BY r.position DESC LIMIT %s",
        (shopper_id, limit),
    )
    return [
        HeldReservation(
            reservation_id=reservation_id,
            coordination_id=coordination_id,
            expires_at=expires_at,
            lines=tuple(
                HeldLine(commodity_id=commodity_id, variant_id=variant_id, quantity=quantity)
                for commodity_id, variant_id, quantity in zip(*lines, strict=True)
            ),
        )
        for reservation_id, coordination_id, expires_at, *lines in await cursor.fetchall()
    ]


async def overdue_reservations(connection: Connection, *, now: datetime, limit: int) -> list[UUID]:
    """Return reservations whose time is over and that nobody has ended, the most overdue first."""
    cursor = await connection.execute(
        "SELECT reservation_id FROM open_reservation WHERE expires_at <= %s"
        " ORDER BY expires_at LIMIT %s",
        (now, limit),
    )
    return [row[0] for row in await cursor.fetchall()]
