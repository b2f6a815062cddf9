"""What tests of projections share: a busy day, its rows, a projection with a bug."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Identifier

from adapters.stored_events import RECORDED
from domain.event import Event, Recorded
from domain.purchase import PurchasePlaced
from projections import commodity_index
from projections.projection import Connection, Projection
from tests.real_log import PROJECTIONS
from tests.speaking import (
    SELLER,
    SHIRT,
    SKIRT,
    dress_registered,
    image_erased,
    image_extracted,
    image_uploaded,
    look_ready,
    look_reserved,
    look_saved,
    one_dress,
    payment_authorised,
    payment_captured,
    payment_declined,
    purchase_placed,
    refund_granted,
    shirt_measured,
    shirt_returned,
    shopper_opened,
    skirt_doubted,
)

SMALL_PAGE = 3
ANOTHER_IMAGE = UUID(int=0x50)
ANOTHER_PURCHASE = UUID(int=0x51)

seller_opened = replace(
    shopper_opened,
    account_id=SELLER,
    role="seller",
    email_commitment="d4" * 32,
    trading_name="Northern Linen",
)
another_placed = replace(purchase_placed, purchase_id=ANOTHER_PURCHASE)
another_declined = replace(payment_declined, purchase_id=ANOTHER_PURCHASE)
a_busy_day: tuple[Event, ...] = (
    shopper_opened,
    seller_opened,
    *look_ready,
    replace(dress_registered, likeness=skirt_doubted.likeness),
    one_dress,
    shirt_measured,
    image_uploaded,
    image_extracted,
    replace(image_uploaded, user_image_id=ANOTHER_IMAGE),
    purchase_placed,
    another_placed,
    payment_authorised,
    payment_captured,
    another_declined,
    image_erased,
    image_extracted,
    image_uploaded,
    shirt_returned,
    refund_granted,
    replace(look_reserved, lines=look_reserved.lines[:1]),
    look_saved,
)
PURCHASED_AT = 1 + a_busy_day.index(purchase_placed)


async def rows(connection: Connection, *projections: Projection) -> dict[str, list[Any]]:
    """Return all rows of all tables, in an order that does not depend on how they came there."""
    found = dict[str, list[Any]]()
    for projection in projections or PROJECTIONS:
        for table in projection.table_names:
            cursor = await connection.execute(
                SQL("SELECT t::text FROM {} t").format(Identifier(table))
            )
            found[table] = sorted(await cursor.fetchall())
    return found


async def left_in_stock(connection: Connection) -> dict[UUID, int]:
    found = await commodity_index.commodities_by_id(connection, (SHIRT, SKIRT))
    return {variant.variant_id: variant.left for x in found.values() for variant in x.variants}


async def refuse_purchases(connection: Connection, page: Sequence[Recorded]) -> None:
    """Write, then stumble over a purchase: a projection with a bug."""
    await connection.execute("INSERT INTO seen_page VALUES (%s)", (page[-1].position,))
    if any(isinstance(found.event, PurchasePlaced) for found in page):
        raise ZeroDivisionError


async def note_the_page(connection: Connection, page: Sequence[Recorded]) -> None:
    await connection.execute("INSERT INTO seen_page VALUES (%s)", (page[-1].position,))


stumbling = Projection(
    name="stumbling",
    fed_by=RECORDED,
    tables="CREATE TABLE IF NOT EXISTS seen_page (position bigint PRIMARY KEY)",
    table_names=("seen_page",),
    apply=refuse_purchases,
)
