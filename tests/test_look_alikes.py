"""Look-alikes and companions on a real database: with pgvector and without, the same answers."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from random import Random
from uuid import UUID

import pytest

from adapters.projection_runner import ProjectionRunner
from adapters.vectors import create_vectors
from domain.commodity import CommodityRegistered, Likeness, Variant
from domain.harmony import Traits
from projections import commodity_index, look_alikes
from projections.companions import companions
from projections.look_alikes import SAME_BITS_MAX, SameImage, has_vectors, same_images, similar
from projections.projection import Connection
from tests.real_log import PROJECTIONS, RealLog, opened_log
from tests.speaking import (
    RIVAL,
    SELLER,
    SHIRT,
    recorded,
    registered,
    shirt_registered,
)

MANY = 40
NUMBERS = 53


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


@pytest.fixture
async def tables(real: RealLog) -> AsyncIterator[Connection]:
    await ProjectionRunner(real.dsn, real.pool, PROJECTIONS).set_up()
    async with real.pool.connection() as connection:
        yield connection


def looking(  # noqa: PLR0913 (what tests vary)
    number: int,
    *values: int,
    type: str = "shirt",  # noqa: A002 (the event's own word)
    version: int = 1,
    fingerprint: int = 0,
    seller_id: UUID = SELLER,
    colours: tuple[str, ...] = ("white",),
    design: str = "solid",
) -> CommodityRegistered:
    """Return a registration with a likeness."""
    id_ = UUID(int=number)
    event = registered(
        id_,
        Variant(variant_id=UUID(int=number + 2**32), size="M"),
        seller_id=seller_id,
        type=type,
        colours=colours,
        design=design,
    )
    likeness = Likeness(
        version=version,
        fingerprint=f"{fingerprint:032x}",
        descriptor=bytes(value & 0xFF for value in values).hex(),
    )
    return replace(event, likeness=likeness)


async def shown(tables: Connection, *events: CommodityRegistered) -> None:
    page = recorded(*events)
    await commodity_index.apply(tables, page)
    await look_alikes.apply(tables, page)


def ids(*numbers: int) -> list[UUID]:
    return [UUID(int=number) for number in numbers]


# --------------------------------------------------------------- similar


async def test_the_most_similar_of_the_same_type_come_first(tables: Connection) -> None:
    doubted = replace(looking(7, 1, 0), doubts=("type",))
    await shown(
        tables,
        looking(1, 0, 0),
        looking(2, 9, 0),
        looking(3, -3, 0),
        looking(4, 0, 1, type="skirt"),
        looking(5, 0, 5),
        looking(6, 0, 0, version=2),
        doubted,
    )
    assert await similar(tables, UUID(int=1), limit=10) == ids(3, 5, 2)
    assert await similar(tables, UUID(int=1), limit=1) == ids(3)
    assert await similar(tables, UUID(int=6), limit=10) == []


async def test_what_shares_a_colour_comes_before_what_only_looks_similar(
    tables: Connection,
) -> None:
    await shown(
        tables,
        looking(1, 0, colours=("navy", "white")),
        looking(2, 1, colours=("red",)),
        looking(3, 90, colours=("white",)),
    )
    assert await similar(tables, UUID(int=1), limit=10) == ids(3, 2)


async def test_what_was_registered_before_there_were_likenesses_is_passed_over(
    tables: Connection,
) -> None:
    await shown(tables, shirt_registered, looking(2, 1))
    assert await similar(tables, SHIRT, limit=10) == []
    assert await similar(tables, UUID(int=2), limit=10) == []


async def test_with_pgvector_and_without_the_order_is_the_same(tables: Connection) -> None:
    random = Random(7)
    events = [
        looking(n, *(random.randint(-127, 127) for _ in range(NUMBERS))) for n in range(1, MANY)
    ]
    # Ties are settled alike: the newest first.
    events += [replace(events[0], commodity_id=UUID(int=n), variants=()) for n in (98, 99)]
    await shown(tables, *events)
    assert not await has_vectors(tables)
    plain = [await similar(tables, UUID(int=n), limit=MANY) for n in range(1, MANY)]
    await create_vectors(tables)
    if not await has_vectors(tables):
        pytest.skip("this PostgreSQL has no pgvector; the embedded one has")
    assert [await similar(tables, UUID(int=n), limit=MANY) for n in range(1, MANY)] == plain


async def test_pgvector_is_created_once(tables: Connection) -> None:
    await create_vectors(tables)
    await create_vectors(tables)


# ----------------------------------------------------------- same images


async def found_of(tables: Connection, number: int, *, everybody: bool) -> Sequence[SameImage]:
    return await same_images(tables, ids(number), of_everybody=everybody, limit=10)


async def test_the_same_image_is_told_of_ones_own_and_to_operators_of_everybody(
    tables: Connection,
) -> None:
    near, far = (1 << SAME_BITS_MAX) - 1, (1 << SAME_BITS_MAX + 1) - 1
    await shown(
        tables,
        looking(1, 0, fingerprint=0),
        looking(2, 0, fingerprint=near),
        looking(3, 0, fingerprint=far),
        looking(4, 0, fingerprint=1, seller_id=RIVAL),
        looking(5, 0, fingerprint=0, version=2),
    )
    [own] = await found_of(tables, 1, everybody=False)
    assert (own.other_id, own.bits, own.other_name) == (UUID(int=2), SAME_BITS_MAX, "Linen shirt")
    assert [x.other_id for x in await found_of(tables, 1, everybody=True)] == ids(4, 2)
    assert await found_of(tables, 4, everybody=False) == []


# ------------------------------------------------------------ companions


async def test_what_goes_with_a_commodity_is_the_best_of_each_type(tables: Connection) -> None:
    await shown(
        tables,
        looking(1, type="shirt", colours=("navy",)),
        looking(2, type="trousers", colours=("beige",)),
        looking(3, type="trousers", colours=("red",)),
        looking(4, type="shoes", colours=("brown",)),
        looking(5, type="t-shirt", colours=("white",)),
        looking(6, type="bag", colours=("navy", "white"), design="striped"),
        replace(looking(7, type="hat", colours=("beige",)), doubts=("top",)),
    )
    navy_shirt = Traits(type="shirt", design="solid", colours=("navy",))
    found = await companions(tables, navy_shirt, limit=10)
    assert [x.commodity_id for x in found] == ids(6, 2, 4, 3)
    assert found[1].harmony.words == "Navy beside beige: a neutral next to a quiet colour."
    assert [x.commodity_id for x in await companions(tables, navy_shirt, limit=2)] == ids(6, 2)
