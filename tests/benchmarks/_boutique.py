"""A catalogue, shoppers with confirmed looks, and their purchases, made in bulk for benchmarks."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import islice
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.event_store import PostgresEventLog
from adapters.garbage import collect_seldom
from adapters.group_decider import GroupDecider
from adapters.kept_facts import SAVED_FACTS
from adapters.stored_events import decode, stored
from domain.commodity import Offer, StockReceived, Variant
from domain.event import Event
from domain.look import Piece
from domain.placement import PlacePurchase, WantedPiece
from domain.purchase import PurchasePlaced
from domain.stock import Stock
from tests.benchmarks._measuring import datastore, our_recorder
from tests.speaking import (
    CARD,
    NOON,
    coordination_started,
    look,
    look_confirmed,
    received,
    registered,
)

PRICE_MINOR = 4_500
PLENTY = 10_000  # pieces
SELLERS = 40
PAGE = 2_000
_SCATTER = 0x9E3779B97F4A7C15F39CC0605CEDC835  # odd, so that no two numbers meet
_TYPES = ("shirt", "skirt", "shoes")


def _id(kind: int, number: int) -> UUID:
    """Ids are the same in every process, and as scattered as real ones."""
    return UUID(int=(kind << 64 | number) * _SCATTER % 2**128, version=4)


def commodity(number: int) -> UUID:
    return _id(1, number)


def variant(number: int) -> UUID:
    return _id(2, number)


def seller(number: int) -> UUID:
    """The seller of a commodity."""
    return _id(6, number % SELLERS)


def on_offer(numbers: Iterable[int], *, pieces: int = PLENTY) -> Iterator[Event]:
    """Commodities of one variant each, and as many pieces of it."""
    for n in numbers:
        yield registered(
            commodity(n),
            Variant(variant_id=variant(n), size="M"),
            type=_TYPES[n % len(_TYPES)],
            seller_id=seller(n),
            price_minor=PRICE_MINOR,
        )
        yield received(variant(n), pieces, commodity_id=commodity(n), seller_id=seller(n))


def purchase(number: int, wanted: Sequence[int]) -> PlacePurchase:
    """What one shopper buys: a piece each of the commodities with these numbers."""
    return PlacePurchase(
        purchase_id=_id(3, number),
        shopper_id=_id(4, number),
        coordination_id=_id(5, number),
        pieces=tuple(
            WantedPiece(
                commodity_id=commodity(n),
                variant_id=variant(n),
                quantity=1,
                price_minor=PRICE_MINOR,
            )
            for n in wanted
        ),
        card=CARD,
    )


def confirmed(purchases: Iterable[PlacePurchase]) -> Iterator[Event]:
    """What has happened before: every shopper has confirmed the look she is going to buy."""
    for command in purchases:
        coordination_id, shopper_id = command.coordination_id, command.shopper_id
        pieces = tuple(
            Piece(commodity_id=x.commodity_id, type=_TYPES[n % 3], variant_id=x.variant_id)
            for n, x in enumerate(command.pieces)
        )
        yield replace(coordination_started, coordination_id=coordination_id, shopper_id=shopper_id)
        yield replace(
            look_confirmed,
            coordination_id=coordination_id,
            shopper_id=shopper_id,
            look=replace(look, pieces=pieces),
        )


def build(dsn: str, events: Iterator[Event]) -> None:
    """Record history in groups so large that building it takes little time."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SAVED_FACTS)
    with datastore(dsn, 1) as store:
        recorder = our_recorder(store)
        recorder.create_table()
        while page := [stored(event) for event in islice(events, PAGE)]:
            recorder.append(page)


@asynccontextmanager
async def opened(
    dsn: str, known: Sequence[int] = (), *, is_polite: bool = True
) -> AsyncGenerator[GroupDecider]:
    """Give a decider that knows these commodities' offers and stocks already."""
    pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
        dsn, min_size=1, max_size=2, open=False
    )
    async with pool:
        log = PostgresEventLog(dsn, pool)
        await log.open()
        decider = GroupDecider(log, clock=lambda: NOON, is_polite=is_polite)
        await decider.open()
        try:
            offers = (decider.know(Offer(commodity_id=commodity(n))) for n in known)
            stocks = (decider.know(Stock(variant_id=variant(n))) for n in known)
            await asyncio.gather(*offers, *stocks)
            collect_seldom()  # as the boutique does
            yield decider
        finally:
            await decider.close()
            await log.close()


def oversold(dsn: str) -> int:
    """Count the pieces that were sold without being there."""
    left = Counter[UUID]()
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "SELECT type, data FROM boutique_events_tt_main WHERE type = ANY (%s) ORDER BY id",
            ([StockReceived.TOPIC, PurchasePlaced.TOPIC],),
        )
        for topic, data in found:
            event = decode(topic, data)
            if isinstance(event, StockReceived):
                left[event.variant_id] += event.quantity
            elif isinstance(event, PurchasePlaced):
                left.subtract({line.variant_id: line.quantity for line in event.lines})
    return -sum(pieces for pieces in left.values() if pieces < 0)
