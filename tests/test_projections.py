"""Read models: events in, rows out."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from adapters.projection_runner import ProjectionRunner
from domain.classification import ASPECTS, COLOURS, DESIGNS, TYPES
from domain.commodity import CommodityRegistered, Variant
from projections import (
    accounts,
    commodities_of_sellers,
    commodity_index,
    coordinations,
    purchased_commodities,
    user_images,
)
from projections.commodity_index import IndexedVariant, Wanted
from projections.facets import Facets, count_facets
from projections.projection import Connection
from projections.purchased_commodities import PurchasedCommodity, RecordedLine, RecordedPurchase
from projections.user_images import KeptUserImage
from tests.real_log import PROJECTIONS, RealLog, opened_log
from tests.speaking import (
    COORDINATION,
    DRESS,
    EMAIL_COMMITMENT,
    IMAGE,
    NOON,
    PURCHASE,
    RIVAL,
    SELLER,
    SHIRT,
    SHIRT_M,
    SHIRT_S,
    SHOPPER,
    SKIRT,
    SKIRT_M,
    STRANGER,
    UNREGISTERED,
    coordination_started,
    dress_registered,
    image_erased,
    image_extracted,
    image_uploaded,
    look_reserved,
    one_shirt,
    one_skirt,
    payment_authorised,
    payment_captured,
    payment_declined,
    payment_voided,
    purchase_cancelled,
    purchase_from_reservation,
    purchase_placed,
    received,
    recorded,
    registered,
    shirt_registered,
    shirt_returned,
    shopper_opened,
    skirt_registered,
)

ANOTHER_IMAGE = UUID(int=0x50)
ANOTHER_PURCHASE = UUID(int=0x51)
ANOTHER_COORDINATION = UUID(int=0x52)

seller_opened = replace(
    shopper_opened,
    account_id=SELLER,
    role="seller",
    email_commitment="d4" * 32,
    trading_name="Northern Linen",
)
another_placed = replace(purchase_placed, purchase_id=ANOTHER_PURCHASE)
another_declined = replace(payment_declined, purchase_id=ANOTHER_PURCHASE)


@pytest.fixture
async def real(database_url: str) -> AsyncIterator[RealLog]:
    async with opened_log(database_url) as opened:
        yield opened


@pytest.fixture
async def tables(real: RealLog) -> AsyncIterator[Connection]:
    """A connection to the empty tables of all projections."""
    await ProjectionRunner(real.dsn, real.pool, PROJECTIONS).set_up()
    async with real.pool.connection() as connection:
        yield connection


# -------------------------------------------------------------- accounts


async def test_an_opened_account_is_found_by_id_and_by_address(tables: Connection) -> None:
    await accounts.apply(tables, recorded(shopper_opened, shirt_registered, seller_opened))
    expected = accounts.Account(account_id=SHOPPER, role="shopper", trading_name="", opened_at=NOON)
    assert await accounts.account(tables, SHOPPER) == expected
    assert await accounts.account_by_email(tables, EMAIL_COMMITMENT) == expected
    assert await accounts.account(tables, STRANGER) is None
    assert await accounts.account_by_email(tables, "00" * 32) is None


async def test_only_sellers_have_trading_names(tables: Connection) -> None:
    await accounts.apply(tables, recorded(shopper_opened, seller_opened))
    assert await accounts.trading_names(tables) == {SELLER: "Northern Linen"}


# -------------------------------------------------------- commodity index


async def test_a_registered_commodity_is_on_offer_with_all_that_was_said_of_it(
    tables: Connection,
) -> None:
    await commodity_index.apply(tables, recorded(shirt_registered, one_shirt))
    [shirt] = await commodity_index.commodities(tables, Wanted(), before=None, limit=10)
    assert shirt == commodity_index.IndexedCommodity(
        commodity_id=SHIRT,
        position=1,
        seller_id=SELLER,
        name="Linen shirt",
        description="Woven in one piece.",
        type="shirt",
        design="solid",
        colours=("white",),
        measured_colours=(("white", 0.75),),
        price_minor=4500,
        currency="EUR",
        image_digest="ab" * 32,
        cutout_digest="cd" * 32,
        landmarks={"neck-left": (0.125, 0.375)},
        variants=(
            IndexedVariant(variant_id=SHIRT_S, size="S", left=0, measures={}),
            IndexedVariant(variant_id=SHIRT_M, size="M", left=1, measures={}),
        ),
        doubts=(),
        said=ASPECTS,
        readings=None,
    )
    assert not shirt.is_sold_out


async def left_in_stock(connection: Connection) -> dict[UUID, int]:
    found = await commodity_index.commodities_by_id(connection, (SHIRT, SKIRT))
    return {variant.variant_id: variant.left for x in found.values() for variant in x.variants}


async def test_the_index_counts_what_is_left_of_every_size(tables: Connection) -> None:
    stock = (received(SHIRT_S, 2), received(SHIRT_M, 3), one_skirt)
    await commodity_index.apply(tables, recorded(shirt_registered, skirt_registered, *stock))
    assert await left_in_stock(tables) == {SHIRT_S: 2, SHIRT_M: 3, SKIRT_M: 1}
    await commodity_index.apply(tables, recorded(purchase_placed, payment_authorised))
    assert await left_in_stock(tables) == {SHIRT_S: 2, SHIRT_M: 2, SKIRT_M: 0}
    await commodity_index.apply(tables, recorded(payment_declined, received(SHIRT_S, 1)))
    assert await left_in_stock(tables) == {SHIRT_S: 3, SHIRT_M: 3, SKIRT_M: 1}


async def test_a_reserved_piece_is_not_left_and_is_not_taken_twice(tables: Connection) -> None:
    before = recorded(shirt_registered, skirt_registered, one_shirt, one_skirt, look_reserved)
    await commodity_index.apply(tables, before)
    assert await left_in_stock(tables) == {SHIRT_S: 0, SHIRT_M: 0, SKIRT_M: 0}
    await commodity_index.apply(tables, recorded(purchase_from_reservation))
    assert await left_in_stock(tables) == {SHIRT_S: 0, SHIRT_M: 0, SKIRT_M: 0}
    await commodity_index.apply(tables, recorded(shirt_returned))
    assert await left_in_stock(tables) == {SHIRT_S: 0, SHIRT_M: 1, SKIRT_M: 0}


async def test_a_commodity_is_sold_out_when_no_size_of_it_is_left(tables: Connection) -> None:
    await commodity_index.apply(
        tables, recorded(shirt_registered, skirt_registered, one_shirt, one_skirt, purchase_placed)
    )
    found = await commodity_index.commodities_by_id(tables, [SHIRT, SKIRT, UNREGISTERED])
    assert {id_: commodity.is_sold_out for id_, commodity in found.items()} == {
        SHIRT: True,
        SKIRT: True,
    }


async def test_the_newest_come_first_and_pages_go_on_behind_the_last_one_seen(
    tables: Connection,
) -> None:
    history = (shirt_registered, skirt_registered, dress_registered)
    await commodity_index.apply(tables, recorded(*history))
    first = await commodity_index.commodities(tables, Wanted(), before=None, limit=2)
    assert [x.commodity_id for x in first] == [DRESS, SKIRT]
    rest = await commodity_index.commodities(tables, Wanted(), before=first[-1].position, limit=2)
    assert [x.commodity_id for x in rest] == [SHIRT]


async def test_a_seller_finds_her_own_commodities_only(tables: Connection) -> None:
    history = (shirt_registered, skirt_registered, dress_registered)
    await commodity_index.apply(tables, recorded(*history))
    own = await commodities_of_sellers.commodities_of_seller(tables, SELLER, before=None, limit=10)
    assert [x.commodity_id for x in own] == [DRESS, SHIRT]
    [older] = await commodities_of_sellers.commodities_of_seller(tables, SELLER, before=3, limit=10)
    assert older.commodity_id == SHIRT
    [skirt] = await commodities_of_sellers.commodities_of_seller(
        tables, RIVAL, before=None, limit=10
    )
    assert skirt.commodity_id == SKIRT


catalogues = st.lists(
    st.tuples(
        st.sampled_from(TYPES[:3]),
        st.sampled_from(DESIGNS[:3]),
        st.lists(st.sampled_from(COLOURS[:4]), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    max_size=12,
)
choices = st.builds(
    Wanted,
    types=st.lists(st.sampled_from(TYPES[:4]), max_size=2, unique=True).map(tuple),
    designs=st.lists(st.sampled_from(DESIGNS[:4]), max_size=2, unique=True).map(tuple),
    colours=st.lists(st.sampled_from(COLOURS[:5]), max_size=2, unique=True).map(tuple),
)


def is_of(values: Sequence[str], chosen: Sequence[str]) -> bool:
    return not chosen or bool(set(values) & set(chosen))


def counted(catalogue: Sequence[CommodityRegistered], wanted: Wanted) -> Facets:
    """Count as plainly as one can: each facet with what is chosen in the other two."""
    types, designs, colours = Counter[str](), Counter[str](), Counter[str]()
    total = 0
    for x in catalogue:
        by_type = is_of([x.type], wanted.types)
        by_design = is_of([x.design], wanted.designs)
        by_colour = is_of(x.colours, wanted.colours)
        types.update([x.type] if by_design and by_colour else [])
        designs.update([x.design] if by_type and by_colour else [])
        colours.update(x.colours if by_type and by_design else [])
        total += by_type and by_design and by_colour
    return Facets(types=dict(types), designs=dict(designs), colours=dict(colours), total=total)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@for_all(catalogue=catalogues, wanted=choices)
async def test_facets_count_what_choosing_a_value_too_would_show(
    tables: Connection, catalogue: list[tuple[str, str, tuple[str, ...]]], wanted: Wanted
) -> None:
    events = [
        registered(
            UUID(int=number),
            Variant(variant_id=UUID(int=1000 + number), size="M"),
            type=type_,
            design=design,
            colours=colours,
        )
        for number, (type_, design, colours) in enumerate(catalogue)
    ]
    await tables.rollback()  # what the example before left
    await commodity_index.apply(tables, recorded(*events))
    facets = await count_facets(tables, wanted)
    assert facets == counted(events, wanted)
    found = await commodity_index.commodities(tables, wanted, before=None, limit=100)
    assert len(found) == facets.total
    assert [x.position for x in found] == sorted((x.position for x in found), reverse=True)
    assert all(
        is_of([x.type], wanted.types)
        and is_of([x.design], wanted.designs)
        and is_of(x.colours, wanted.colours)
        for x in found
    )


# ---------------------------------------------------------- coordinations


async def test_a_shopper_works_on_the_coordination_she_started_first(tables: Connection) -> None:
    assert await coordinations.current_coordination(tables, SHOPPER) is None
    another = replace(coordination_started, coordination_id=ANOTHER_COORDINATION)
    of_stranger = replace(another, shopper_id=STRANGER)
    await coordinations.apply(tables, recorded(coordination_started, of_stranger, one_shirt))
    assert await coordinations.current_coordination(tables, SHOPPER) == COORDINATION
    await coordinations.apply(tables, recorded(another))  # from her terminal
    assert await coordinations.current_coordination(tables, SHOPPER) == COORDINATION


# --------------------------------------------------- purchased commodities


async def test_a_purchase_is_recorded_with_its_lines_and_found_by_its_shopper_only(
    tables: Connection,
) -> None:
    await purchased_commodities.apply(tables, recorded(one_shirt, purchase_placed))
    found = await purchased_commodities.purchase(tables, PURCHASE, shopper_id=SHOPPER)
    assert found == RecordedPurchase(
        purchase_id=PURCHASE,
        position=2,
        coordination_id=COORDINATION,
        state="placed",
        declined_because=None,
        placed_at=NOON,
        total_minor=13400,
        currency="EUR",
        granted_minor=0,
        refunded_minor=0,
    )
    assert await purchased_commodities.lines(tables, PURCHASE) == [
        RecordedLine(
            commodity_id=SHIRT, variant_id=SHIRT_M, quantity=1, price_minor=4500, returned=0
        ),
        RecordedLine(
            commodity_id=SKIRT, variant_id=SKIRT_M, quantity=1, price_minor=8900, returned=0
        ),
    ]
    assert await purchased_commodities.purchase(tables, PURCHASE, shopper_id=STRANGER) is None


async def test_a_wardrobe_holds_what_was_paid_and_nothing_else(tables: Connection) -> None:
    await purchased_commodities.apply(tables, recorded(purchase_placed, another_placed))
    assert await purchased_commodities.purchased_commodities(tables, SHOPPER) == []
    assert await purchased_commodities.unsettled_purchases(tables, limit=10) == [
        PURCHASE,
        ANOTHER_PURCHASE,
    ]
    await purchased_commodities.apply(tables, recorded(payment_captured, another_declined))
    owned = await purchased_commodities.purchased_commodities(tables, SHOPPER)
    assert owned[0] == PurchasedCommodity(
        commodity_id=SHIRT,
        variant_id=SHIRT_M,
        quantity=1,
        price_minor=4500,
        currency="EUR",
        purchase_id=PURCHASE,
        purchased_at=NOON,
    )
    assert [x.commodity_id for x in owned] == [SHIRT, SKIRT]
    assert await purchased_commodities.purchased_commodities(tables, STRANGER) == []
    assert await purchased_commodities.unsettled_purchases(tables, limit=10) == []


async def test_a_cancelled_purchase_is_unsettled_until_its_money_is_let_go(
    tables: Connection,
) -> None:
    await purchased_commodities.apply(tables, recorded(purchase_placed, purchase_cancelled))
    assert await purchased_commodities.unsettled_purchases(tables, limit=10) == [PURCHASE]
    await purchased_commodities.apply(tables, recorded(payment_voided))
    assert await purchased_commodities.unsettled_purchases(tables, limit=10) == []
    [found] = await purchased_commodities.purchases(tables, SHOPPER, before=None, limit=1)
    assert found.state == "cancelled"


async def test_purchases_are_listed_newest_first_in_pages(tables: Connection) -> None:
    await purchased_commodities.apply(
        tables, recorded(purchase_placed, another_placed, payment_captured, another_declined)
    )
    [newest] = await purchased_commodities.purchases(tables, SHOPPER, before=None, limit=1)
    assert (newest.purchase_id, newest.state) == (ANOTHER_PURCHASE, "declined")
    assert newest.declined_because == payment_declined.reason
    [older] = await purchased_commodities.purchases(
        tables, SHOPPER, before=newest.position, limit=9
    )
    assert (older.purchase_id, older.state) == (PURCHASE, "captured")
    assert await purchased_commodities.purchases(tables, STRANGER, before=None, limit=9) == []


# ------------------------------------------------------------ user images


async def test_a_shoppers_images_are_listed_newest_first_with_their_scores(
    tables: Connection,
) -> None:
    another = replace(image_uploaded, user_image_id=ANOTHER_IMAGE)
    await user_images.apply(
        tables, recorded(image_uploaded, image_extracted, another, shirt_registered)
    )
    assert await user_images.user_images(tables, SHOPPER) == [
        KeptUserImage(user_image_id=ANOTHER_IMAGE, uploaded_at=NOON, score=0),
        KeptUserImage(user_image_id=IMAGE, uploaded_at=NOON, score=0.875),
    ]
    assert await user_images.user_images(tables, STRANGER) == []


async def test_a_replaced_image_is_the_newest_and_an_erased_one_is_gone(
    tables: Connection,
) -> None:
    another = replace(image_uploaded, user_image_id=ANOTHER_IMAGE)
    await user_images.apply(tables, recorded(image_uploaded, another, image_uploaded))
    listed = await user_images.user_images(tables, SHOPPER)
    assert [x.user_image_id for x in listed] == [IMAGE, ANOTHER_IMAGE]
    await user_images.apply(tables, recorded(image_erased))
    listed = await user_images.user_images(tables, SHOPPER)
    assert [x.user_image_id for x in listed] == [ANOTHER_IMAGE]


# -------------------------------------------------------------- together


async def test_every_projection_names_all_its_tables(real: RealLog) -> None:
    async def tables() -> set[str]:
        async with real.pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            )
            return {row[0] for row in await cursor.fetchall()}

    before = await tables()
    await ProjectionRunner(real.dsn, real.pool, PROJECTIONS).set_up()
    named = {name for projection in PROJECTIONS for name in projection.table_names}
    assert await tables() - before == {*named, "projection_position"}
