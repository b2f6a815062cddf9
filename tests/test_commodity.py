"""A seller registers a commodity."""

import math
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.classification import (
    COLOURS,
    COLOURS_MAX,
    DESIGNS,
    TYPES,
    ColourShare,
    CommodityNotPresentable,
    Words,
)
from domain.commodity import (
    CONFIDENCE_MIN,
    DESCRIPTION_LENGTH_MAX,
    NAME_LENGTH_MAX,
    QUANTITY_MAX,
    SIZE_LENGTH_MAX,
    VARIANTS_MAX,
    CommodityAlreadyRegistered,
    CommodityRegistered,
    Confidence,
    Landmark,
    Offer,
    RegisterCommodity,
    StockReceived,
    Variant,
)
from domain.event import Tag, fold
from domain.measures import MeasuresNotUsable
from tests.given_when_then import decided, given
from tests.speaking import (
    SELLER,
    SHIRT,
    SHIRT_M,
    SHIRT_S,
    SKIRT_M,
    received,
    shirt_measured,
    shirt_registered,
    skirt_registered,
)

register_shirt = RegisterCommodity(
    **{
        field.name: getattr(shirt_registered, field.name)
        for field in fields(RegisterCommodity)
        if field.name not in {"words", "pieces", "measures"}
    },
    words=Words(type="shirt", design="solid", colours=("white",)),
    pieces=(0, 0),
    measures=(),
)


def saying_of_shirt(**words: Any) -> RegisterCommodity:  # noqa: ANN401 (a word or several)
    return replace(register_shirt, words=replace(register_shirt.words, **words))


def test_given_nothing_when_registered_then_the_commodity_is_on_offer() -> None:
    given().when(register_shirt).then(shirt_registered)


def test_given_nothing_when_registered_with_pieces_then_its_first_stock_is_received_too() -> None:
    given().when(replace(register_shirt, pieces=(2, 5))).then(
        shirt_registered, received(SHIRT_S, 2), received(SHIRT_M, 5)
    )


def test_given_nothing_when_registered_with_measures_then_they_are_recorded_too() -> None:
    given().when(replace(register_shirt, measures=shirt_measured.sizes)).then(
        shirt_registered, shirt_measured
    )


def test_measures_are_of_the_type_that_is_registered() -> None:
    given().when(replace(saying_of_shirt(type="hat"), measures=shirt_measured.sizes)).then_refused(
        MeasuresNotUsable, saying="Leave out the chest width"
    )


def test_when_a_size_has_no_pieces_yet_then_no_stock_is_received_for_it() -> None:
    given().when(replace(register_shirt, pieces=(0, 5))).then(
        shirt_registered, received(SHIRT_M, 5)
    )


def test_given_a_commodity_when_registered_again_then_refused() -> None:
    given(shirt_registered).when(register_shirt).then_refused(CommodityAlreadyRegistered)


def test_given_another_commodity_when_registered_then_both_are_on_offer() -> None:
    given(skirt_registered).when(register_shirt).then(shirt_registered)


def test_spaces_around_name_and_description_are_not_recorded() -> None:
    [event] = decided(
        replace(register_shirt, name="  Linen shirt ", description=" Woven in one piece.\n"), ()
    )
    assert event == shirt_registered


def test_spaces_around_a_size_are_not_recorded() -> None:
    sizes = (Variant(variant_id=SHIRT_S, size=" S "), *register_shirt.variants[1:])
    [event] = decided(replace(register_shirt, variants=sizes), ())
    assert isinstance(event, CommodityRegistered)
    assert event.variants[0].size == "S"


def test_a_colour_that_was_named_twice_is_recorded_once() -> None:
    words = Words(type="shirt", design="solid", colours=("white", "navy", "white"))
    [event] = decided(replace(register_shirt, words=words), ())
    assert isinstance(event, CommodityRegistered)
    assert event.colours == ("white", "navy")


def test_what_was_hardly_found_is_doubted_the_most_doubtful_first() -> None:
    found = (
        Confidence(name="alpha", value=CONFIDENCE_MIN),
        Confidence(name="neckline", value=0.25),
        Confidence(name="waist_left", value=0.125),
        Confidence(name="hem_left", value=0.25),
    )
    [event] = decided(replace(register_shirt, confidences=found), ())
    assert isinstance(event, CommodityRegistered)
    assert event.confidences == found
    assert event.doubts == ("waist_left", "hem_left", "neckline")


@pytest.mark.parametrize(
    ("unpresentable", "saying"),
    [
        (replace(register_shirt, name=" "), "name"),
        (replace(register_shirt, name="x" * (NAME_LENGTH_MAX + 1)), "name"),
        (replace(register_shirt, description="x" * (DESCRIPTION_LENGTH_MAX + 1)), "description"),
        (saying_of_shirt(type="toga"), "type"),
        (saying_of_shirt(design="tartan"), "design"),
        (saying_of_shirt(colours=()), "colours"),
        (saying_of_shirt(colours=("mauve",)), "colours"),
        (saying_of_shirt(colours=COLOURS[: COLOURS_MAX + 1]), "colours"),
        (replace(register_shirt, price_minor=0), "price"),
        (replace(register_shirt, name="Linen\0shirt"), "printed"),
        (replace(register_shirt, description="Woven.\0"), "printed"),
        (replace(register_shirt, name="Half a \ud800"), "printed"),
        (
            replace(
                register_shirt,
                variants=(Variant(variant_id=SHIRT_S, size="x" * (SIZE_LENGTH_MAX + 1)),),
                pieces=(1,),
            ),
            "Shorten each size",
        ),
        (
            replace(
                register_shirt, variants=(Variant(variant_id=SHIRT_S, size="S\0"),), pieces=(1,)
            ),
            "printed",
        ),
        (replace(register_shirt, variants=(), pieces=()), "sizes"),
        (
            replace(
                register_shirt,
                variants=tuple(
                    Variant(variant_id=UUID(int=n), size=str(n)) for n in range(VARIANTS_MAX + 1)
                ),
                pieces=(0,) * (VARIANTS_MAX + 1),
            ),
            "sizes",
        ),
        (
            replace(register_shirt, variants=(Variant(variant_id=SHIRT_S, size=" "),), pieces=(1,)),
            "sizes",
        ),
        (
            replace(
                register_shirt,
                variants=(
                    Variant(variant_id=SHIRT_S, size="S"),
                    Variant(variant_id=SHIRT_M, size="S "),
                ),
            ),
            "every size once",
        ),
        (replace(register_shirt, pieces=(-1, 0)), "pieces"),
        *(
            (replace(register_shirt, landmarks=(Landmark(name="hem", row=row, col=0.5),)), "image")
            for row in (-0.1, 1.1, math.nan, math.inf)
        ),
        (
            replace(register_shirt, measured_colours=(ColourShare(name="red", share=math.nan),)),
            "image",
        ),
        *(
            (replace(register_shirt, confidences=(Confidence(name="hem", value=value),)), "image")
            for value in (-0.1, 1.1, math.nan)
        ),
        (replace(register_shirt, pieces=(0, QUANTITY_MAX + 1)), "pieces"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_shown_to_a_shopper_is_refused(
    unpresentable: RegisterCommodity, saying: str
) -> None:
    given().when(unpresentable).then_refused(CommodityNotPresentable, saying=saying)


def test_what_is_just_within_the_limits_is_registered() -> None:
    largest = replace(
        register_shirt,
        name="x" * NAME_LENGTH_MAX,
        description="x" * DESCRIPTION_LENGTH_MAX,
        words=replace(register_shirt.words, colours=COLOURS[:COLOURS_MAX]),
        price_minor=1,
        pieces=(QUANTITY_MAX, 0),
    )
    _, stock = decided(largest, ())
    assert isinstance(stock, StockReceived)
    assert stock.quantity == QUANTITY_MAX


@for_all(
    type_=st.sampled_from(TYPES), design=st.sampled_from(DESIGNS), colour=st.sampled_from(COLOURS)
)
def test_every_class_of_the_index_can_be_registered(type_: str, design: str, colour: str) -> None:
    command = saying_of_shirt(type=type_, design=design, colours=(colour,))
    [event] = decided(command, ())
    assert isinstance(event, CommodityRegistered)
    assert (event.type, event.design, event.colours) == (type_, design, (colour,))


@for_all(price_minor=st.integers(max_value=0))
def test_a_price_that_is_not_positive_is_always_refused(price_minor: int) -> None:
    given().when(replace(register_shirt, price_minor=price_minor)).then_refused(
        CommodityNotPresentable
    )


def test_an_offer_knows_its_own_sizes_only() -> None:
    offer = fold(Offer(commodity_id=SHIRT), [shirt_registered, received(SHIRT_M, 3)])
    assert offer.seller_id == SELLER
    assert offer.has_variant(SHIRT_M)
    assert not offer.has_variant(SKIRT_M)


def test_a_registered_commodity_is_found_by_itself_its_seller_and_its_sizes() -> None:
    assert shirt_registered.tags() == (
        Tag("commodity", SHIRT),
        Tag("seller", SELLER),
        Tag("variant", SHIRT_S),
        Tag("variant", SHIRT_M),
    )
