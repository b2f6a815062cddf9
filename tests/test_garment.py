"""A seller looks at how a commodity is worn, approves it, or corrects it."""

import math
from dataclasses import replace

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain import commodity
from domain.classification import TYPES
from domain.commodity import CommodityNotFound, Landmark, Variant
from domain.coordinating import CoordinateCommodity
from domain.event import Tag, fold
from domain.garment import (
    HELD_BY,
    ApproveGarment,
    CorrectGarment,
    Garment,
    GarmentCorrected,
    GarmentNotWearable,
    in_words,
)
from imaging import garment as imaging_garment
from imaging.garment import GARMENT_TYPES, LEG_TYPES, UPPER_TYPES
from tests.given_when_then import decided, given
from tests.speaking import (
    COORDINATION,
    NOON,
    RIVAL,
    SELLER,
    SHOPPER,
    SKIRT,
    SKIRT_HELD,
    SKIRT_M,
    coordination_started,
    one_skirt,
    registered,
    skirt_approved,
    skirt_corrected,
    skirt_doubted,
    skirt_registered,
    skirt_worn,
)

correct_skirt = CorrectGarment(
    commodity_id=SKIRT,
    seller_id=RIVAL,
    landmarks=SKIRT_HELD,
    cutout_digest=skirt_corrected.cutout_digest,
)
approve_skirt = ApproveGarment(commodity_id=SKIRT, seller_id=RIVAL)
put_on_skirt = CoordinateCommodity(
    coordination_id=COORDINATION, shopper_id=SHOPPER, commodity_id=SKIRT
)


def moved(name: str, *, row: float = 0.5, col: float = 0.5) -> tuple[Landmark, ...]:
    """Return the skirt's landmarks with one of them elsewhere."""
    return tuple(replace(x, row=row, col=col) if x.name == name else x for x in SKIRT_HELD)


# --------------------------------------------------------------- correct


def test_given_a_commodity_when_its_garment_is_corrected_then_it_is_worn_so_from_now_on() -> None:
    given(skirt_registered).when(correct_skirt).then(skirt_corrected)


def test_when_only_landmarks_move_then_the_cut_out_stays_the_one_before() -> None:
    given(skirt_registered).when(replace(correct_skirt, cutout_digest=None)).then(
        replace(skirt_corrected, cutout_digest=skirt_registered.cutout_digest)
    )
    landmarks = moved("hem_left", row=0.9375, col=0.125)
    given(skirt_registered, skirt_corrected).when(
        replace(correct_skirt, landmarks=landmarks, cutout_digest=None)
    ).then(replace(skirt_corrected, landmarks=landmarks))


def test_when_only_the_outline_is_mended_then_that_is_a_correction_too() -> None:
    given(skirt_registered, skirt_corrected).when(
        replace(correct_skirt, cutout_digest="01" * 32)
    ).then(replace(skirt_corrected, cutout_digest="01" * 32))


def test_given_a_correction_when_corrected_to_the_same_then_nothing_happens() -> None:
    given(skirt_registered, skirt_corrected).when(correct_skirt).then_nothing()
    given(skirt_registered, skirt_corrected).when(
        replace(correct_skirt, cutout_digest=None)
    ).then_nothing()


def test_the_order_of_landmarks_is_no_difference() -> None:
    upside_down = replace(correct_skirt, landmarks=SKIRT_HELD[::-1])
    given(skirt_registered).when(upside_down).then(skirt_corrected)
    given(skirt_registered, skirt_corrected).when(upside_down).then_nothing()


def test_what_was_registered_with_odd_landmarks_is_unchanged_by_giving_them_again() -> None:
    given(skirt_registered).when(
        replace(correct_skirt, landmarks=skirt_registered.landmarks, cutout_digest=None)
    ).then_nothing()


@pytest.mark.parametrize("command", [correct_skirt, approve_skirt], ids=lambda x: type(x).__name__)
def test_somebody_elses_garment_is_not_found(command: CorrectGarment | ApproveGarment) -> None:
    given(skirt_doubted).when(replace(command, seller_id=SELLER)).then_refused(CommodityNotFound)
    given().when(command).then_refused(CommodityNotFound)


@pytest.mark.parametrize(
    ("landmarks", "saying"),
    [
        (SKIRT_HELD[1:], "centre hem"),
        ((*SKIRT_HELD, Landmark(name="cuff_outer_left", row=0.5, col=0.5)), "left outer cuff"),
        ((*SKIRT_HELD, SKIRT_HELD[0]), "each landmark once"),
        (moved("hip_left", col=0.9375), "left hip left of the right hip"),
        (moved("hip_left", col=0.875), "left hip left of the right hip"),
        *((moved("hem_centre", row=row), "0 to 1") for row in (-0.1, 1.1, math.nan, math.inf)),
        *((moved("hem_centre", col=col), "0 to 1") for col in (-0.1, 1.1, math.nan, math.inf)),
        ((), "Give these landmarks too"),
    ],
)
def test_a_garment_that_could_not_be_worn_is_refused(
    landmarks: tuple[Landmark, ...], saying: str
) -> None:
    command = replace(correct_skirt, landmarks=landmarks)
    given(skirt_registered).when(command).then_refused(GarmentNotWearable, saying=saying)


@for_all(type_=st.sampled_from(TYPES), data=st.data())
def test_whatever_landmarks_a_type_has_can_be_given(type_: str, data: st.DataObject) -> None:
    held = HELD_BY[type_]
    names = (*held.needed, *(x for x in held.further if data.draw(st.booleans())))
    landmarks = tuple(
        Landmark(name=x, row=0.5, col=0.75 if x.endswith("_right") else 0.25) for x in names
    )
    shop = registered(SKIRT, Variant(variant_id=SKIRT_M, size="M"), seller_id=RIVAL, type=type_)
    [event] = decided(replace(correct_skirt, landmarks=landmarks), (shop,))
    assert isinstance(event, GarmentCorrected)
    assert {x.name for x in event.landmarks} == set(names)


# --------------------------------------------------------------- approve


def test_given_doubts_when_approved_then_they_are_settled() -> None:
    given(skirt_doubted).when(approve_skirt).then(skirt_approved)


@pytest.mark.parametrize(
    "before",
    [
        (skirt_registered,),
        (skirt_doubted, skirt_approved),
        (skirt_doubted, skirt_corrected),
        (skirt_doubted, skirt_approved, skirt_corrected),
    ],
)
def test_given_no_doubts_when_approved_then_nothing_happens(
    before: tuple[GarmentCorrected],
) -> None:
    given(*before).when(approve_skirt).then_nothing()


# ------------------------------------------------------ until it is settled


def test_given_doubts_then_nobody_can_put_it_on() -> None:
    given(skirt_doubted, one_skirt, coordination_started).when(put_on_skirt).then_refused(
        CommodityNotFound
    )


@pytest.mark.parametrize("settled", [skirt_approved, skirt_corrected], ids=lambda x: x.TOPIC)
def test_given_the_seller_has_looked_then_it_can_be_put_on(
    settled: GarmentCorrected,
) -> None:
    given(skirt_doubted, one_skirt, coordination_started, settled).when(put_on_skirt).then(
        skirt_worn
    )


# ----------------------------------------------------------------- facts


def test_a_garment_is_as_it_was_corrected_last() -> None:
    garment = fold(Garment(commodity_id=SKIRT), [skirt_doubted])
    assert garment.awaits_review
    assert garment.doubts == ("waist_left", "hem_left")
    later = fold(garment, [skirt_corrected, one_skirt])
    assert not later.awaits_review
    assert (later.cutout_digest, later.landmarks) == (
        skirt_corrected.cutout_digest,
        skirt_corrected.landmarks,
    )


def test_a_correction_is_found_by_the_commodity_and_its_seller() -> None:
    for event in (skirt_corrected, skirt_approved):
        assert event.recorded_at == NOON
        assert event.tags() == (Tag("commodity", SKIRT), Tag("seller", RIVAL))


# ------------------------------------------------------------- landmarks


def test_landmarks_are_called_as_people_do() -> None:
    assert in_words("cuff_outer_left") == "left outer cuff"


def test_the_landmarks_of_each_type_are_those_by_which_imaging_holds_it() -> None:
    assert set(HELD_BY) == set(GARMENT_TYPES) == set(TYPES)
    torso, sleeves = imaging_garment.TORSO_LANDMARKS, imaging_garment.SLEEVE_LANDMARKS
    long_sleeves = imaging_garment.LONG_SLEEVE_LANDMARKS
    for type_ in UPPER_TYPES:
        assert set(HELD_BY[type_].needed) == set(torso)
        assert set(HELD_BY[type_].further) == {*sleeves, *long_sleeves}
    for type_ in LEG_TYPES:
        assert set(HELD_BY[type_].needed) == set(imaging_garment.LEG_LANDMARKS)
        assert set(HELD_BY[type_].further) == set(imaging_garment.LONG_LEG_LANDMARKS)
    assert set(HELD_BY["dress"].needed) == {*torso, *imaging_garment.DRESS_LANDMARKS}
    assert set(HELD_BY["dress"].further) == {*sleeves, *long_sleeves}
    for type_ in ("skirt", "shoe", "hat", "bag", "scarf"):
        names = getattr(imaging_garment, f"{type_.upper()}_LANDMARKS")
        held = HELD_BY["shoes" if type_ == "shoe" else type_]
        assert (set(held.needed), held.further) == (set(names), ())
    assert HELD_BY["glasses"].all == ()
    for type_, held in HELD_BY.items():
        assert set(held.needed) == set(imaging_garment.required_landmarks(type_))


def test_what_imaging_calls_unsure_is_what_waits() -> None:
    assert commodity.CONFIDENCE_MIN == imaging_garment.CONFIDENCE_MIN
