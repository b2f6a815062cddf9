"""The commodity index as sellers see it: what waits for their look, and what they corrected."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from adapters.projection_runner import ProjectionRunner
from domain.classification import ASPECTS
from domain.commodity import Landmark
from domain.event import Event, Recorded
from projections import commodities_of_sellers, commodity_index
from projections.commodity_index import IndexedCommodity, Wanted
from projections.facets import count_facets
from projections.projection import Connection
from tests.real_log import PROJECTIONS, RealLog, opened_log
from tests.speaking import (
    RIVAL,
    SELLER,
    SHIRT,
    SKIRT,
    looks_like_shorts,
    one_skirt,
    recorded,
    shirt_registered,
    skirt_approved,
    skirt_corrected,
    skirt_described,
    skirt_doubted,
    skirt_registered,
    skirt_unsaid,
)

LIMIT = 10


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


@pytest.fixture
async def tables(real: RealLog) -> AsyncIterator[Connection]:
    await ProjectionRunner(real.dsn, real.pool, PROJECTIONS).set_up()
    async with real.pool.connection() as connection:
        yield connection


def places(landmarks: Sequence[Landmark]) -> dict[str, tuple[float, float]]:
    return {x.name: (x.row, x.col) for x in landmarks}


async def offered(tables: Connection) -> set[UUID]:
    """Return what shoppers can find, by every way there is."""
    listed = await commodity_index.commodities(tables, Wanted(), before=None, limit=LIMIT)
    found = await commodity_index.commodities_by_id(tables, [SHIRT, SKIRT])
    assert {x.commodity_id for x in listed} == set(found)
    counted = await count_facets(tables, Wanted())
    assert counted.total == len(found) == sum(counted.types.values())
    assert sum(counted.designs.values()) == len(found)
    assert set(counted.colours) == {colour for x in found.values() for colour in x.colours}
    return set(found)


async def of_rival(tables: Connection, *, only_waiting: bool) -> list[IndexedCommodity]:
    return await commodities_of_sellers.commodities_of_seller(
        tables, RIVAL, before=None, limit=LIMIT, only_waiting=only_waiting
    )


async def test_what_is_doubted_is_seen_by_its_seller_alone(tables: Connection) -> None:
    await commodity_index.apply(tables, recorded(shirt_registered, skirt_doubted, one_skirt))
    assert await offered(tables) == {SHIRT}
    [waiting] = await of_rival(tables, only_waiting=True)
    assert (waiting.commodity_id, waiting.is_offered) == (SKIRT, False)
    assert waiting.doubts == ("waist_left", "hem_left")
    assert waiting.variants[0].left == 1  # its stock may come meanwhile
    assert await commodities_of_sellers.count_waiting(tables, RIVAL) == 1
    assert await commodities_of_sellers.count_waiting(tables, SELLER) == 0
    assert await commodities_of_sellers.commodity_of_seller(tables, RIVAL, SKIRT) == waiting
    assert await commodities_of_sellers.commodity_of_seller(tables, SELLER, SKIRT) is None


@pytest.mark.parametrize("settled", [skirt_approved, skirt_corrected], ids=lambda x: x.TOPIC)
@pytest.mark.parametrize("is_in_one_page", [True, False])
async def test_what_its_seller_has_looked_at_is_on_offer(
    tables: Connection, settled: Event, *, is_in_one_page: bool
) -> None:
    history = recorded(shirt_registered, skirt_doubted, settled)
    for page in [history] if is_in_one_page else [[found] for found in history]:
        await commodity_index.apply(tables, page)
    assert await offered(tables) == {SHIRT, SKIRT}
    assert await of_rival(tables, only_waiting=True) == []
    [skirt] = await of_rival(tables, only_waiting=False)
    assert skirt.is_offered
    assert await commodities_of_sellers.count_waiting(tables, RIVAL) == 0


async def test_a_garment_is_worn_as_it_was_corrected_last_or_until_a_position(
    tables: Connection,
) -> None:
    await commodity_index.apply(
        tables,
        [
            Recorded(1, shirt_registered),
            Recorded(2, skirt_registered),
            Recorded(5, skirt_corrected),
        ],
    )
    before = (skirt_registered.cutout_digest, places(skirt_registered.landmarks))
    after = (skirt_corrected.cutout_digest, places(skirt_corrected.landmarks))
    for until, expected in ((2, before), (4, before), (5, after), (9, after), (None, after)):
        found = await commodity_index.commodities_by_id(tables, [SHIRT, SKIRT], until=until)
        assert (found[SKIRT].cutout_digest, found[SKIRT].landmarks) == expected, until
        assert found[SHIRT].cutout_digest == shirt_registered.cutout_digest
    [skirt] = await of_rival(tables, only_waiting=False)
    assert (skirt.cutout_digest, skirt.landmarks) == after
    listed = await commodity_index.commodities(tables, Wanted(), before=None, limit=LIMIT)
    assert {x.cutout_digest for x in listed} == {shirt_registered.cutout_digest, after[0]}


async def test_what_a_commodity_is_waits_for_its_sellers_word(tables: Connection) -> None:
    await commodity_index.apply(tables, [Recorded(1, shirt_registered), Recorded(2, skirt_unsaid)])
    [waiting] = await of_rival(tables, only_waiting=True)
    assert (waiting.doubts, waiting.said) == (("type", "crotch"), ())
    assert waiting.classification == looks_like_shorts
    await commodity_index.apply(tables, [Recorded(3, skirt_approved)])
    assert [x.doubts for x in await of_rival(tables, only_waiting=True)] == [("type",)]
    assert await offered(tables) == {SHIRT}
    await commodity_index.apply(tables, [Recorded(4, skirt_described)])
    [skirt] = await of_rival(tables, only_waiting=True)
    assert (skirt.type, skirt.design, skirt.colours) == ("skirt", "checked", ("navy", "white"))
    assert (skirt.doubts, skirt.said) == (("hem_left",), ASPECTS)
    assert skirt_described.garment is not None
    assert skirt.cutout_digest == skirt_described.garment.cutout_digest
    assert skirt.image_digest == skirt_described.garment.image_digest
    assert skirt.landmarks == places(skirt_described.garment.landmarks)
    await commodity_index.apply(tables, [Recorded(5, skirt_corrected)])
    assert await offered(tables) == {SHIRT, SKIRT}
    counted = await count_facets(tables, Wanted(types=("skirt",)))
    assert counted.colours == {"navy": 1, "white": 1}


@pytest.mark.parametrize("settling", [skirt_approved, skirt_corrected], ids=lambda x: x.TOPIC)
@pytest.mark.parametrize("is_first", [True, False])
async def test_within_one_page_what_is_said_and_looked_at_counts_in_its_order(
    tables: Connection, settling: Event, *, is_first: bool
) -> None:
    order = (settling, skirt_described) if is_first else (skirt_described, settling)
    await commodity_index.apply(tables, recorded(skirt_unsaid, *order))
    waiting = await of_rival(tables, only_waiting=True)
    assert [x.doubts for x in waiting] == ([("hem_left",)] if is_first else [])


async def test_words_said_one_after_another_in_a_page_add_up(tables: Connection) -> None:
    design = replace(skirt_described, said=("design",), garment=None, doubts=("type",))
    type_ = replace(skirt_described, said=("type",), garment=None, doubts=())
    await commodity_index.apply(tables, recorded(skirt_unsaid, design, type_))
    [skirt] = await of_rival(tables, only_waiting=False)
    assert skirt.said == ("type", "design")
    assert skirt.image_digest == skirt_unsaid.image_digest


async def test_a_later_word_keeps_the_picture_of_an_earlier_one_of_the_page(
    tables: Connection,
) -> None:
    later = replace(skirt_described, colours=("blue",), said=("colours",), garment=None)
    await commodity_index.apply(tables, recorded(skirt_unsaid, skirt_described, later))
    [skirt] = await of_rival(tables, only_waiting=False)
    assert skirt_described.garment is not None
    assert (skirt.colours, skirt.image_digest) == (("blue",), skirt_described.garment.image_digest)
    assert skirt.cutout_digest == skirt_described.garment.cutout_digest


async def test_corrections_are_found_newest_first(tables: Connection) -> None:
    await commodity_index.apply(
        tables,
        [
            Recorded(1, shirt_registered),
            Recorded(2, skirt_registered),
            Recorded(5, skirt_corrected),
            Recorded(7, skirt_corrected),
        ],
    )
    assert await commodity_index.corrections(tables, [SHIRT, SKIRT]) == [7, 5]
    assert await commodity_index.corrections(tables, [SHIRT]) == []
