"""Goods and shoppers by the dozen, recorded through the domain's own events.

Signing up hashes a password and registering renders an image: seconds that prove nothing here.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, LiteralString
from uuid import UUID, uuid4

from psycopg import AsyncConnection

from adapters.vault import Vault
from domain.account import AccountOpened
from domain.commodity import QUANTITY_MAX, CommodityRegistered, StockReceived, Variant
from domain.event import Event
from domain.look import Look, Piece
from tests.real_log import RealLog, opened_log
from tests.speaking import (
    MANNEQUIN,
    coordination_started,
    look_confirmed,
    registered,
    shirt_worn,
)

PRICE_MINOR = 4500
PROJECTED_SECONDS_MAX = 60
TYPES = ("shirt", "trousers", "shoes", "hat", "bag", "scarf", "glasses", "outerwear", "knitwear")
"""Each is worn in a place of its own, so that a look can have all of them."""


@dataclass(frozen=True, kw_only=True)
class Goods:
    commodity_id: UUID
    type: str
    variant_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class Shopper:
    account_id: UUID
    token: str
    coordination_id: UUID | None = None  # of the confirmed look

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


async def stocked(dsn: str, *, commodities: int, sizes: int, pieces: int) -> list[Goods]:
    """Register commodities, and receive as many pieces of every size."""
    seller_id = uuid4()
    events: list[Event] = [_opened(seller_id, "seller")]
    goods = list[Goods]()
    for number in range(commodities):
        one = Goods(
            commodity_id=uuid4(),
            type=TYPES[number % len(TYPES)],
            variant_ids=tuple(uuid4() for _ in range(sizes)),
        )
        goods.append(one)
        events += [_registered(one, seller_id), *_received(one, seller_id, pieces)]
    async with opened_log(dsn) as log:
        await log.record(*events)
    await projected(dsn)
    return goods


async def shoppers(dsn: str, *, count: int, look_of: Sequence[Goods]) -> list[Shopper]:
    """Open accounts with sessions; each has confirmed a look of these, if there are any."""
    events, found = list[Event](), list[Shopper]()
    async with opened_log(dsn) as log:
        vault = Vault(log.pool)
        now = datetime.now(tz=UTC)
        for _ in range(count):
            account_id, coordination_id = uuid4(), uuid4() if look_of else None
            token = await vault.start_session(account_id, is_guest=False, now=now)
            shopper = Shopper(account_id=account_id, token=token, coordination_id=coordination_id)
            found.append(shopper)
            events.append(_opened(account_id, "shopper"))
            if coordination_id is not None:
                events += _look(account_id, coordination_id, look_of)
        await _recorded(log, events)
    await projected(dsn)
    return found


async def fetched(dsn: str, statement: LiteralString, arguments: Sequence[Any] = ()) -> list[Any]:
    async with await AsyncConnection.connect(dsn, autocommit=True) as connection:
        cursor = await connection.execute(statement, arguments or None)
        return await cursor.fetchall()


async def projected(dsn: str) -> None:
    """Wait until every projection has seen all that is recorded now."""
    ((head,),) = await fetched(dsn, "SELECT coalesce(max(id), 0) FROM boutique_events_tt_main")
    deadline = time.monotonic() + PROJECTED_SECONDS_MAX
    while True:
        rows = await fetched(dsn, "SELECT name, position FROM projection_position")
        if all(position >= head for _, position in rows):
            return
        assert time.monotonic() < deadline, f"projections do not come to {head}: {rows}"
        await asyncio.sleep(0.05)


async def _recorded(log: RealLog, events: Sequence[Event]) -> None:
    for first in range(0, len(events), 1_000):
        await log.record(*events[first : first + 1_000])


def _opened(account_id: UUID, role: str) -> AccountOpened:
    return AccountOpened(
        recorded_at=datetime.now(tz=UTC),
        account_id=account_id,
        role=role,
        email_commitment=account_id.hex * 2,
        trading_name="Atelier Nord" if role == "seller" else "",
    )


def _registered(goods: Goods, seller_id: UUID) -> CommodityRegistered:
    variants = [Variant(variant_id=x, size=f"S{n}") for n, x in enumerate(goods.variant_ids)]
    return registered(
        goods.commodity_id,
        *variants,
        seller_id=seller_id,
        type=goods.type,
        price_minor=PRICE_MINOR,
    )


def _received(goods: Goods, seller_id: UUID, pieces: int) -> list[StockReceived]:
    return [
        StockReceived(
            recorded_at=datetime.now(tz=UTC),
            variant_id=variant_id,
            commodity_id=goods.commodity_id,
            seller_id=seller_id,
            quantity=min(QUANTITY_MAX, pieces - before),
        )
        for variant_id in goods.variant_ids
        for before in range(0, pieces, QUANTITY_MAX)
    ]


def _look(shopper_id: UUID, coordination_id: UUID, look_of: Sequence[Goods]) -> list[Event]:
    pieces = tuple(
        Piece(commodity_id=x.commodity_id, type=x.type, variant_id=x.variant_ids[0])
        for x in look_of
    )
    events = (
        coordination_started,
        *(replace(shirt_worn, piece=piece) for piece in pieces),
        replace(look_confirmed, look=Look(wearer=MANNEQUIN, pieces=pieces)),
    )
    return [
        replace(event, coordination_id=coordination_id, shopper_id=shopper_id) for event in events
    ]
