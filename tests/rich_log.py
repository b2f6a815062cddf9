"""A day on which everything happens that can happen to a purchase, and ways to spoil its log."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from eventsourcing.dcb.api import DCBEvent
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from adapters.projection_runner import ProjectionRunner
from adapters.stored_events import encode, stored
from domain.event import Event
from tests.projecting import ANOTHER_IMAGE, another_declined, another_placed, seller_opened
from tests.real_log import PROJECTIONS, opened_log
from tests.speaking import (
    NOON,
    RIVAL,
    SHIRT_M,
    SKIRT,
    SKIRT_M,
    coordination_started,
    dress_registered,
    image_extracted,
    image_uploaded,
    look_confirmed,
    look_reserved,
    payment_authorised,
    payment_captured,
    payment_refunded,
    payment_voided,
    purchase_cancelled,
    purchase_from_reservation,
    purchase_placed,
    received,
    refund_granted,
    reservation_expired,
    reservation_released,
    reserved_lines,
    shirt_registered,
    shirt_returned,
    shirt_worn,
    shopper_opened,
    skirt_registered,
    skirt_worn,
)

EXPIRED, RELEASED, PARTLY = (UUID(int=n) for n in range(0x60, 0x63))  # reservations
VOIDED, TAKEN, KEPT = (UUID(int=n) for n in range(0x63, 0x66))  # purchases
KEY, FINGERPRINT = "idempotency:5ca1ab1e", "request:c0ffee"

two_shirts = replace(reserved_lines[0], quantity=2)
a_rich_day: tuple[Event, ...] = (
    shopper_opened,
    seller_opened,
    shirt_registered,
    skirt_registered,
    dress_registered,
    received(SHIRT_M, 5),
    received(SKIRT_M, 5, commodity_id=SKIRT, seller_id=RIVAL),
    image_uploaded,
    image_extracted,
    replace(image_uploaded, user_image_id=ANOTHER_IMAGE),
    coordination_started,
    shirt_worn,
    skirt_worn,
    look_confirmed,
    # Reserved, bought, and in part given back.
    look_reserved,
    purchase_from_reservation,
    payment_authorised,
    payment_captured,
    shirt_returned,
    refund_granted,
    payment_refunded,
    # Declined; cancelled in time; cancelled when the money was taken already.
    another_placed,
    another_declined,
    *(
        replace(x, purchase_id=VOIDED)
        for x in (purchase_placed, payment_authorised, purchase_cancelled, payment_voided)
    ),
    *(
        replace(x, purchase_id=TAKEN)
        for x in (purchase_placed, payment_authorised, purchase_cancelled, payment_captured)
    ),
    *(
        replace(x, purchase_id=TAKEN, refund_id=TAKEN, amount_minor=13400)
        for x in (refund_granted, payment_refunded)
    ),
    # Held for nothing.
    replace(look_reserved, reservation_id=EXPIRED),
    replace(reservation_expired, reservation_id=EXPIRED),
    replace(look_reserved, reservation_id=RELEASED),
    replace(reservation_released, reservation_id=RELEASED),
    # More was held than is bought: the rest is let go in the same decision.
    replace(look_reserved, reservation_id=PARTLY, lines=(two_shirts, reserved_lines[1])),
    replace(reservation_released, reservation_id=PARTLY, lines=(reserved_lines[0],)),
    replace(purchase_from_reservation, purchase_id=KEPT, reservation_id=PARTLY),
    replace(payment_authorised, purchase_id=KEPT),
    replace(payment_captured, purchase_id=KEPT),
)


def _as_stored() -> Iterator[DCBEvent]:
    """A second passes between two events, and one request carries its key."""
    for second, event in enumerate(a_rich_day):
        written = stored(replace(event, recorded_at=NOON + timedelta(seconds=second)))
        if _is_of_one_request(event):
            written.tags += (KEY, FINGERPRINT)
        yield written


def _is_of_one_request(event: Event) -> bool:
    return getattr(event, "reservation_id", None) == PARTLY and event.TOPIC != "stock-reserved"


async def record_rich_day(database_url: str) -> None:
    async with opened_log(database_url) as real:
        await real.log.append(list(_as_stored()))
    await projected(database_url)


async def projected(database_url: str) -> None:
    """Fold all read models anew."""
    async with opened_log(database_url) as real:
        runner = ProjectionRunner(database_url, real.pool, PROJECTIONS)
        await runner.set_up()
        async with real.pool.connection() as connection:
            await connection.execute("UPDATE projection_position SET position = 0")
            for table in (x for projection in PROJECTIONS for x in projection.table_names):
                await connection.execute(f"TRUNCATE {table}".encode())
        await runner.catch_up()


# -------------------------------------------------------------- spoiling


@dataclass(frozen=True, kw_only=True)
class Spoiler:
    """Somebody with the rights of the owner and a bad day."""

    connection: AsyncConnection

    async def execute(self, statement: str, *values: Any) -> Any:  # noqa: ANN401 (a row, or none)
        cursor = await self.connection.execute(statement.encode(), values)
        return await cursor.fetchone() if cursor.description else None

    async def position(self, topic: str, **said: UUID) -> int:
        """The last event of a topic that says this."""
        wanted = {name: str(value) for name, value in said.items()}
        row = await self.execute(
            "SELECT max(id) FROM boutique_events_tt_main WHERE type = %s"
            " AND convert_from(data, 'UTF8')::jsonb @> %s",
            topic,
            Jsonb(wanted),
        )
        return int(row[0])

    async def head(self) -> int:
        return int((await self.execute("SELECT max(id) FROM boutique_events_tt_main"))[0])

    async def change(self, position: int, change: Callable[[dict[str, Any]], None]) -> int:
        """Rewrite what an event says; return its position."""
        row = await self.execute("SELECT data FROM boutique_events_tt_main WHERE id = %s", position)
        said = json.loads(row[0])
        change(said)
        data = json.dumps(said, separators=(",", ":")).encode()
        await self.execute(
            "UPDATE boutique_events_tt_main SET data = %s WHERE id = %s", data, position
        )
        return position

    async def forget(self, position: int) -> None:
        await self.execute("DELETE FROM boutique_events_tt_main WHERE id = %s", position)
        await self.execute("DELETE FROM boutique_events_tt_tag WHERE main_id = %s", position)

    async def move(self, position: int, to: int) -> None:
        await self.execute("UPDATE boutique_events_tt_main SET id = %s WHERE id = %s", to, position)
        await self.execute(
            "UPDATE boutique_events_tt_tag SET main_id = %s WHERE main_id = %s", to, position
        )

    async def append(self, event: Event) -> int:
        later = replace(event, recorded_at=NOON + timedelta(minutes=1))
        tags = [str(tag) for tag in event.tags()]
        row = await self.execute(
            "INSERT INTO boutique_events_tt_main (type, data, tags) VALUES (%s, %s, %s)"
            " RETURNING id",
            event.TOPIC,
            encode(later),
            tags,
        )
        await self._tag_rows(row[0], tags)
        return int(row[0])

    async def tag(self, position: int, *tags: str) -> None:
        await self.execute(
            "UPDATE boutique_events_tt_main SET tags = tags || %s WHERE id = %s",
            list(tags),
            position,
        )
        await self._tag_rows(position, tags)

    async def _tag_rows(self, position: int, tags: Iterable[str]) -> None:
        await self.execute(
            "INSERT INTO boutique_events_tt_tag SELECT unnest(%s::text[]), %s",
            list(tags),
            position,
        )
