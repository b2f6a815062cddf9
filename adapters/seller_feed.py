"""Seller feed: the events about a seller's own commodities, from position 0 for ever.

A purchase or a reservation is shown to each of its sellers with their own lines only, and without
the shopper, the look and the card.
"""

from dataclasses import replace
from typing import Any, LiteralString
from uuid import UUID

import msgspec
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.stored_events import decode, encode
from domain.event import Event, Recorded, Tag
from domain.purchase import PurchaseEvent, PurchasePlaced
from domain.reservation import ReservationEvent

_SELECT = (
    "SELECT e.id, e.type, e.data FROM boutique_events_tt_tag t"
    " JOIN boutique_events_tt_main e ON e.id = t.main_id"
    " WHERE t.tag = %s AND t.main_id > %s"
)

KEPT_OF_A_PURCHASE = (
    *("v", "recorded_at", "purchase_id", "return_id", "reason", "lines"),
    *("reservation_id", "from_reservation", "expires_at"),
)


class SellerFeed:
    def __init__(self, pool: AsyncConnectionPool[AsyncConnection], *, source: str) -> None:
        self._pool = pool
        self._source = source

    async def page(self, seller_id: UUID, *, after: int, limit: int) -> list[dict[str, Any]]:
        """Return the seller's events behind a position as CloudEvents 1.0, oldest first."""
        page = await self._read("ORDER BY t.main_id", seller_id, after, limit)
        return [self._cloud_event(found, seller_id) for found in page]

    async def latest(self, seller_id: UUID, *, limit: int) -> list[Recorded]:
        """Return the seller's last events, newest first, purchases with her own lines only."""
        page = await self._read("ORDER BY t.main_id DESC", seller_id, 0, limit)
        return [found._replace(event=_with_own_lines(found.event, seller_id)) for found in page]

    async def _read(
        self, order: LiteralString, seller_id: UUID, after: int, limit: int
    ) -> list[Recorded]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                f"{_SELECT} {order} LIMIT %s",
                (str(Tag("seller", seller_id)), after, limit),
            )
            return [Recorded(i, decode(topic, data)) for i, topic, data in await cursor.fetchall()]

    def _cloud_event(self, found: Recorded, seller_id: UUID) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": str(found.position),
            "source": self._source,
            "type": found.event.TOPIC,
            "subject": str(found.event.tags()[0]),
            "time": found.event.recorded_at.isoformat(),
            "datacontenttype": "application/json",
            "position": str(found.position),
            "data": part_of_seller(found.event, seller_id),
        }


def _with_own_lines(event: Event, seller_id: UUID) -> Event:
    match event:
        case PurchaseEvent():
            event = replace(event, lines=tuple(x for x in event.lines if x.seller_id == seller_id))
        case ReservationEvent():
            return replace(event, lines=tuple(x for x in event.lines if x.seller_id == seller_id))
        case _:
            return event
    if isinstance(event, PurchasePlaced):
        reserved = tuple(x for x in event.from_reservation if x.seller_id == seller_id)
        return replace(event, from_reservation=reserved)
    return event


def part_of_seller(event: Event, seller_id: UUID) -> dict[str, Any]:
    """Return the part of an event that is this seller's business."""
    data: dict[str, Any] = msgspec.json.decode(encode(_with_own_lines(event, seller_id)))
    if isinstance(event, PurchaseEvent | ReservationEvent):
        return {name: data[name] for name in KEPT_OF_A_PURCHASE if name in data}
    return data
