"""Sellers tell how large sizes are, shoppers how large they are; nonsense is refused."""

from dataclasses import replace
from math import inf, nan
from uuid import UUID

import pytest

from domain.body import Body, EraseBodyMeasures, KeepBodyMeasures
from domain.classification import TYPES
from domain.commodity import CommodityNotFound
from domain.measures import (
    MEASURES_OF,
    OF_A_BODY,
    OF_A_GARMENT,
    Measure,
    MeasuresNotUsable,
    SizeMeasures,
    body_measures,
    garment_measures,
)
from domain.measuring import MeasureSizes, Sizes
from domain.size_advice import EASE_OF, KEPT_WITHIN, TAKEN_AT
from domain.stock import VariantNotFound
from tests.given_when_then import decided, given
from tests.speaking import (
    MEASURES_COMMITMENT,
    RIVAL,
    SELLER,
    SHIRT,
    SHIRT_M,
    SHIRT_S,
    SHOPPER,
    SKIRT_M,
    body_measured,
    body_measures_erased,
    shirt_measured,
    shirt_registered,
    skirt_described,
    skirt_unsaid,
)

measure_shirt = MeasureSizes(commodity_id=SHIRT, seller_id=SELLER, sizes=shirt_measured.sizes)


def sized(variant_id: UUID, **cm: float) -> SizeMeasures:
    measures = tuple(Measure(name=name, cm=value) for name, value in cm.items())
    return SizeMeasures(variant_id=variant_id, measures=measures)


# --------------------------------------------------------------- garments


def test_given_a_commodity_when_measured_then_all_that_is_known_is_recorded() -> None:
    given(shirt_registered).when(measure_shirt).then(shirt_measured)


def test_given_it_is_measured_when_told_the_same_then_nothing_happens() -> None:
    given(shirt_registered, shirt_measured).when(measure_shirt).then_nothing()


def test_given_it_is_measured_when_told_otherwise_then_the_new_measures_stand_alone() -> None:
    corrected = (sized(SHIRT_M, chest_width=55),)
    given(shirt_registered, shirt_measured).when(replace(measure_shirt, sizes=corrected)).then(
        replace(shirt_measured, sizes=corrected)
    )


def test_given_it_is_measured_when_nothing_is_told_then_nothing_is_known_any_more() -> None:
    given(shirt_registered, shirt_measured).when(replace(measure_shirt, sizes=())).then(
        replace(shirt_measured, sizes=())
    )
    given(shirt_registered).when(replace(measure_shirt, sizes=())).then_nothing()


def test_sizes_and_measures_are_recorded_in_one_order_to_the_millimetre() -> None:
    told = (
        SizeMeasures(variant_id=SHIRT_M, measures=(Measure(name="chest_width", cm=53.96),)),
        sized(SHIRT_S, length=70.5, chest_width=50.04),
    )
    assert decided(replace(measure_shirt, sizes=told), (shirt_registered,)) == (shirt_measured,)


def test_only_its_seller_measures_a_commodity_that_is_there() -> None:
    given().when(measure_shirt).then_refused(CommodityNotFound)
    given(shirt_registered).when(replace(measure_shirt, seller_id=RIVAL)).then_refused(
        CommodityNotFound
    )


def test_a_size_it_does_not_come_in_is_refused() -> None:
    sizes = (sized(SKIRT_M, chest_width=50),)
    given(shirt_registered).when(replace(measure_shirt, sizes=sizes)).then_refused(VariantNotFound)


def test_measures_are_of_the_type_its_seller_said_last() -> None:
    command = MeasureSizes(
        commodity_id=skirt_unsaid.commodity_id,
        seller_id=RIVAL,
        sizes=(sized(SKIRT_M, inseam=20),),
    )
    assert decided(command, (skirt_unsaid,))
    given(skirt_unsaid, skirt_described).when(command).then_refused(
        MeasuresNotUsable, saying="Leave out the inseam: of skirt"
    )


@pytest.mark.parametrize("cm", [19.9, 90.1, 0, -50, inf, nan], ids=str)
def test_a_width_that_cannot_be_meant_is_refused_with_what_it_means(cm: float) -> None:
    sizes = (sized(SHIRT_M, chest_width=cm),)
    given(shirt_registered).when(replace(measure_shirt, sizes=sizes)).then_refused(
        MeasuresNotUsable, saying="Give the chest width in centimetres, 20 to 90: of the piece laid"
    )


def test_a_length_has_bounds_that_are_said() -> None:
    with pytest.raises(MeasuresNotUsable, match="Give the length in centimetres, 15 to 180"):
        garment_measures("shirt", (sized(SHIRT_M, length=3),))


def test_every_type_says_what_can_be_told_of_it_and_every_measure_is_of_some_type() -> None:
    assert set(MEASURES_OF) == set(TYPES)
    assert {name for names in MEASURES_OF.values() for name in names} == set(OF_A_GARMENT)


def test_what_advice_compares_can_be_measured() -> None:
    for type_, eases in EASE_OF.items():
        for at, ease in eases.items():
            assert TAKEN_AT[at][0] in MEASURES_OF[type_]
            assert at in OF_A_BODY
            assert at in KEPT_WITHIN
            assert ease.least < ease.best < ease.most


# ----------------------------------------------------------------- bodies


def test_a_body_is_kept_to_the_millimetre_in_one_order() -> None:
    told = (Measure(name="chest", cm=94.04), Measure(name="height", cm=172))
    assert body_measures(told) == (
        Measure(name="height", cm=172),
        Measure(name="chest", cm=94.0),
    )


@pytest.mark.parametrize(
    ("told", "saying"),
    [
        ((), "Give one of your measures"),
        ((Measure(name="temper", cm=40),), "out of these: height, chest"),
        ((Measure(name="height", cm=1.72),), "Give the height in centimetres, 50 to 250"),
        ((Measure(name="waist", cm=nan),), "Give the waist in centimetres"),
    ],
    ids=["nothing", "no measure", "metres", "no number"],
)
def test_a_body_that_cannot_be_meant_is_refused(told: tuple[Measure, ...], saying: str) -> None:
    with pytest.raises(MeasuresNotUsable, match=saying):
        body_measures(told)


def test_measures_are_kept_and_kept_anew() -> None:
    command = KeepBodyMeasures(shopper_id=SHOPPER, commitment=MEASURES_COMMITMENT)
    given().when(command).then(body_measured)
    given(body_measured).when(command).then(body_measured)


def test_measures_are_erased_once() -> None:
    command = EraseBodyMeasures(shopper_id=SHOPPER)
    given().when(command).then_nothing()
    given(body_measured).when(command).then(body_measures_erased)
    given(body_measured, body_measures_erased).when(command).then_nothing()
    given(body_measured, body_measures_erased, body_measured).when(command).then(
        body_measures_erased
    )


def test_what_is_of_no_concern_changes_nothing() -> None:
    sizes, body = Sizes(commodity_id=SHIRT), Body(shopper_id=SHOPPER)
    assert sizes.evolve(body_measured) == sizes
    assert body.evolve(shirt_measured) == body
