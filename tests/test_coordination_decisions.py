"""A shopper coordinates: puts commodities on a wearer, goes back and forth, confirms the look."""

from collections.abc import Callable
from dataclasses import asdict, replace

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.commodity import CommodityNotFound
from domain.confirmation import ConfirmLook
from domain.coordinating import (
    AdjustPiece,
    ChooseSize,
    ChooseWearer,
    ClearLook,
    CoordinateCommodity,
    CoordinationCommand,
    RedoStep,
    StartCoordination,
    TakeOffCommodity,
    UndoStep,
)
from domain.coordination import (
    CommodityNotWorn,
    CommodityTakenOff,
    Coordination,
    CoordinationNotFound,
    LookCleared,
    LookEmpty,
    NothingToTuckIn,
    SizeChosen,
    StepRedone,
    StepUndone,
    WearerChosen,
)
from domain.event import Event, Known, Refusal, Tag, fold
from domain.look import LEVEL_MAX, SCALE_MAX, SCALE_MIN, SHIFT_MAX, Look, Placement, Wearer
from domain.stock import VariantNotFound
from domain.user_image import UserImageNotFound
from tests.given_when_then import decided, given
from tests.speaking import (
    COORDINATION,
    DRESS,
    HERSELF,
    MANNEQUIN,
    NOON,
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
    dress_worn,
    image_erased,
    image_uploaded,
    look,
    look_confirmed,
    shirt_moved,
    shirt_registered,
    shirt_worn,
    skirt_registered,
    skirt_worn,
    start_coordination,
)


def by_shopper(kind: Callable[..., CoordinationCommand], **words: object) -> CoordinationCommand:
    return kind(coordination_id=COORDINATION, shopper_id=SHOPPER, **words)


start_as_herself = replace(start_coordination, wearer=HERSELF)
choose_herself = ChooseWearer(coordination_id=COORDINATION, shopper_id=SHOPPER, wearer=HERSELF)
coordinate_shirt = by_shopper(CoordinateCommodity, commodity_id=SHIRT)
coordinate_skirt = by_shopper(CoordinateCommodity, commodity_id=SKIRT)
coordinate_dress = by_shopper(CoordinateCommodity, commodity_id=DRESS)
take_off_shirt = by_shopper(TakeOffCommodity, commodity_id=SHIRT)
choose_size_m = by_shopper(ChooseSize, commodity_id=SHIRT, variant_id=SHIRT_M)
choose_size_s = by_shopper(ChooseSize, commodity_id=SHIRT, variant_id=SHIRT_S)
clear = by_shopper(ClearLook)
undo = by_shopper(UndoStep)
redo = by_shopper(RedoStep)
confirm = by_shopper(ConfirmLook)

herself_chosen = WearerChosen(
    recorded_at=NOON, coordination_id=COORDINATION, shopper_id=SHOPPER, wearer=HERSELF
)
shirt_taken_off = CommodityTakenOff(
    recorded_at=NOON, coordination_id=COORDINATION, shopper_id=SHOPPER, commodity_id=SHIRT
)
size_m_chosen = SizeChosen(
    recorded_at=NOON,
    coordination_id=COORDINATION,
    shopper_id=SHOPPER,
    commodity_id=SHIRT,
    variant_id=SHIRT_M,
)
look_cleared = LookCleared(recorded_at=NOON, coordination_id=COORDINATION, shopper_id=SHOPPER)
step_undone = StepUndone(recorded_at=NOON, coordination_id=COORDINATION, shopper_id=SHOPPER)
step_redone = StepRedone(recorded_at=NOON, coordination_id=COORDINATION, shopper_id=SHOPPER)

on_offer = (shirt_registered, skirt_registered, dress_registered)


def shown(*events: Event) -> Look:
    return fold(Coordination(coordination_id=COORDINATION), events).look


# ------------------------------------------------------------- starting


def test_given_nothing_when_started_with_a_mannequin_then_it_is_on_record() -> None:
    given().when(start_coordination).then(coordination_started)


def test_given_her_image_when_started_with_it_then_it_is_on_record() -> None:
    given(image_uploaded).when(start_as_herself).then(replace(coordination_started, wearer=HERSELF))


def test_given_a_coordination_when_started_again_then_nothing_happens() -> None:
    given(coordination_started).when(start_coordination).then_nothing()


def test_given_somebodys_coordination_when_somebody_else_starts_it_then_refused() -> None:
    given(coordination_started).when(replace(start_coordination, shopper_id=STRANGER)).then_refused(
        CoordinationNotFound
    )


@pytest.mark.parametrize(
    "history",
    [(), (image_uploaded, image_erased), (replace(image_uploaded, shopper_id=STRANGER),)],
    ids=["never uploaded", "erased", "somebody else's"],
)
def test_when_the_wearer_is_no_image_of_hers_then_refused(history: tuple[Event, ...]) -> None:
    given(*history).when(start_as_herself).then_refused(UserImageNotFound)
    given(*history, coordination_started).when(choose_herself).then_refused(UserImageNotFound)


def test_when_the_wearer_is_no_image_at_all_then_refused() -> None:
    nobody = StartCoordination(
        coordination_id=COORDINATION,
        shopper_id=SHOPPER,
        wearer=Wearer(kind="user-image", id="nobody"),
    )
    with pytest.raises(UserImageNotFound):
        nobody.needs()


# ------------------------------------------------------- choosing a wearer


def test_when_another_wearer_is_chosen_then_the_look_stays() -> None:
    given(image_uploaded, coordination_started, shirt_worn).when(choose_herself).then(
        herself_chosen
    )
    worn = shown(coordination_started, shirt_worn, herself_chosen)
    assert worn == Look(wearer=HERSELF, pieces=(shirt_worn.piece,))


def test_when_the_same_wearer_is_chosen_then_nothing_happens() -> None:
    given(coordination_started).when(replace(choose_herself, wearer=MANNEQUIN)).then_nothing()


# ------------------------------------------------------ putting on, taking off


def test_given_a_commodity_in_several_sizes_when_put_on_then_its_size_is_still_open() -> None:
    given(*on_offer, coordination_started).when(coordinate_shirt).then(shirt_worn)
    assert shirt_worn.piece.variant_id is None


def test_given_a_commodity_in_one_size_when_put_on_then_its_size_is_chosen() -> None:
    given(*on_offer, coordination_started).when(coordinate_skirt).then(skirt_worn)
    assert skirt_worn.piece.variant_id == SKIRT_M


def test_given_it_is_worn_when_put_on_again_then_nothing_happens() -> None:
    given(*on_offer, coordination_started, shirt_worn).when(coordinate_shirt).then_nothing()


def test_when_the_commodity_is_not_on_offer_then_refused() -> None:
    given(coordination_started).when(
        by_shopper(CoordinateCommodity, commodity_id=UNREGISTERED)
    ).then_refused(CommodityNotFound)


def test_when_a_worn_commodity_is_taken_off_then_it_is_on_record() -> None:
    given(coordination_started, shirt_worn, skirt_worn).when(take_off_shirt).then(shirt_taken_off)
    worn = shown(coordination_started, shirt_worn, skirt_worn, shirt_taken_off)
    assert worn.pieces == (skirt_worn.piece,)


def test_when_it_is_not_worn_taking_it_off_does_nothing() -> None:
    given(coordination_started).when(take_off_shirt).then_nothing()


def test_when_a_worn_look_is_cleared_then_the_wearer_stays() -> None:
    given(coordination_started, shirt_worn).when(clear).then(look_cleared)
    assert shown(coordination_started, shirt_worn, look_cleared) == Look(wearer=MANNEQUIN)


def test_when_nothing_is_worn_clearing_does_nothing() -> None:
    given(coordination_started).when(clear).then_nothing()


# ------------------------------------------------------- choosing a size


def test_when_a_size_is_chosen_then_it_is_on_record() -> None:
    given(*on_offer, coordination_started, shirt_worn).when(choose_size_m).then(size_m_chosen)
    [piece] = shown(coordination_started, shirt_worn, size_m_chosen).pieces
    assert piece.variant_id == SHIRT_M


def test_when_the_same_size_is_chosen_again_then_nothing_happens() -> None:
    given(*on_offer, coordination_started, shirt_worn, size_m_chosen).when(
        choose_size_m
    ).then_nothing()


def test_when_the_commodity_is_not_worn_its_size_cannot_be_chosen() -> None:
    given(*on_offer, coordination_started).when(choose_size_m).then_refused(CommodityNotWorn)


def test_when_it_does_not_come_in_this_size_then_refused() -> None:
    given(*on_offer, coordination_started, shirt_worn).when(
        by_shopper(ChooseSize, commodity_id=SHIRT, variant_id=SKIRT_M)
    ).then_refused(VariantNotFound)


# ------------------------------------------------------ back and forth


def test_when_a_step_is_undone_then_the_look_before_is_shown() -> None:
    given(coordination_started, shirt_worn).when(undo).then(step_undone)
    assert shown(coordination_started, shirt_worn, step_undone) == Look(wearer=MANNEQUIN)


def test_when_an_undone_step_is_redone_then_the_look_is_shown_again() -> None:
    given(coordination_started, shirt_worn, step_undone).when(redo).then(step_redone)
    assert shown(coordination_started, shirt_worn, step_undone, step_redone) == shown(
        coordination_started, shirt_worn
    )


def test_when_there_is_nothing_to_undo_or_redo_then_nothing_happens() -> None:
    given(coordination_started).when(undo).then_nothing()
    given(coordination_started, shirt_worn).when(redo).then_nothing()


def test_when_something_else_is_put_on_what_was_undone_cannot_be_redone() -> None:
    given(coordination_started, shirt_worn, step_undone, skirt_worn).when(redo).then_nothing()


# ----------------------------------------------------------- confirming


def test_when_a_look_is_confirmed_then_it_is_on_record_as_it_is_shown() -> None:
    given(*on_offer, coordination_started, shirt_worn, skirt_worn).when(confirm).then(
        look_confirmed
    )
    assert look_confirmed.look == look


def test_when_the_same_look_is_confirmed_again_then_nothing_happens() -> None:
    given(coordination_started, shirt_worn, skirt_worn, look_confirmed).when(confirm).then_nothing()


def test_when_the_look_has_changed_it_can_be_confirmed_anew() -> None:
    given(coordination_started, shirt_worn, skirt_worn, look_confirmed, dress_worn).when(
        confirm
    ).then(replace(look_confirmed, look=Look(wearer=MANNEQUIN, pieces=(dress_worn.piece,))))


def test_when_nothing_is_worn_there_is_nothing_to_confirm() -> None:
    given(coordination_started).when(confirm).then_refused(LookEmpty)


# ------------------------------------------------------------- every step

every_step = (
    replace(choose_herself, wearer=MANNEQUIN),
    coordinate_shirt,
    coordinate_skirt,
    coordinate_dress,
    take_off_shirt,
    choose_size_m,
    choose_size_s,
    clear,
    undo,
    redo,
    confirm,
)


@pytest.mark.parametrize("command", every_step, ids=lambda command: type(command).__name__)
def test_when_the_coordination_is_not_hers_no_step_can_be_taken(
    command: CoordinationCommand,
) -> None:
    given(*on_offer).when(command).then_refused(CoordinationNotFound)
    given(*on_offer, coordination_started, shirt_worn).when(
        replace(command, shopper_id=STRANGER)
    ).then_refused(CoordinationNotFound)


@for_all(st.lists(st.sampled_from((start_as_herself, choose_herself, *every_step)), max_size=30))
def test_whatever_she_does_undoing_it_all_leads_back_to_the_first_look(
    commands: list[CoordinationCommand],
) -> None:
    log: list[Event] = [*on_offer, image_uploaded, coordination_started]
    for command in commands:
        try:
            log.extend(decided(command, log))
        except Refusal:
            continue
    as_left = as_known(log)
    assert as_left.look in as_left.looks
    steps_back = 0
    while events := decided(undo, log):
        log.extend(events)
        steps_back += 1
    assert as_known(log).look == Look(wearer=MANNEQUIN)
    for _ in range(steps_back):
        log.extend(decided(redo, log))
    assert as_known(log).look == as_left.look


def as_known(log: list[Event]) -> Coordination:
    blank = Coordination(coordination_id=COORDINATION)
    return Known((blank,), log)[Coordination, COORDINATION]


# ---------------------------------------------------------------- facts


def test_what_befell_before_the_start_changes_nothing() -> None:
    blank = Coordination(coordination_id=COORDINATION)
    assert fold(blank, [shirt_worn, shirt_taken_off, size_m_chosen, look_cleared]) == blank


def test_what_does_not_feed_a_coordination_does_not_change_it() -> None:
    started = fold(Coordination(coordination_id=COORDINATION), [coordination_started])
    assert started.evolve(image_uploaded) == started


def test_a_coordination_is_found_by_itself_and_its_shopper_and_not_by_what_is_tried_on() -> None:
    for event in (coordination_started, shirt_worn):
        assert event.tags() == (Tag("coordination", COORDINATION), Tag("shopper", SHOPPER))


def test_a_command_that_asks_for_a_fact_it_did_not_name_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Known(())[Coordination, COORDINATION]


# ------------------------------------------------------------ adjusting


def adjust(**by: float) -> CoordinationCommand:
    return by_shopper(AdjustPiece, commodity_id=SHIRT, by=Placement(**by))  # type: ignore[arg-type]


def test_given_a_shirt_worn_when_moved_then_where_it_lies_is_on_record() -> None:
    given(coordination_started, shirt_worn).when(
        adjust(down=0.03125, right=-0.0625, scale=1.125, level=-1)
    ).then(shirt_moved)


def test_given_a_shirt_moved_when_moved_again_then_both_add_up() -> None:
    given(coordination_started, shirt_worn, shirt_moved).when(adjust(down=0.01, scale=0.8)).then(
        replace(shirt_moved, placement=Placement(down=0.04125, right=-0.0625, scale=0.9, level=-1))
    )


@pytest.mark.parametrize(
    ("by", "stays"),
    [
        (Placement(down=9), Placement(down=SHIFT_MAX)),
        (Placement(right=-9), Placement(right=-SHIFT_MAX)),
        (Placement(scale=9), Placement(scale=SCALE_MAX)),
        (Placement(scale=0.01), Placement(scale=SCALE_MIN)),
        (Placement(level=9), Placement(level=LEVEL_MAX)),
    ],
    ids=["down", "left", "large", "small", "outermost"],
)
def test_a_piece_stays_on_its_wearer_however_far_it_is_moved(
    by: Placement, stays: Placement
) -> None:
    given(coordination_started, shirt_worn).when(adjust(**asdict(by))).then(
        replace(shirt_moved, placement=stays)
    )
    given(coordination_started, shirt_worn, replace(shirt_moved, placement=stays)).when(
        adjust(**asdict(by))
    ).then_nothing()


def test_given_a_shirt_moved_when_laid_as_it_falls_then_nothing_of_it_is_left() -> None:
    as_it_falls = by_shopper(AdjustPiece, commodity_id=SHIRT, by=None)
    given(coordination_started, shirt_worn, shirt_moved).when(as_it_falls).then(
        replace(shirt_moved, placement=Placement())
    )
    given(coordination_started, shirt_worn).when(as_it_falls).then_nothing()


def test_given_a_shirt_when_tucked_in_then_it_is_until_it_is_loosened() -> None:
    tucked = replace(shirt_moved, placement=Placement(tucked=True))
    tuck = adjust(tucked=True)
    given(coordination_started, shirt_worn).when(tuck).then(tucked)
    given(coordination_started, shirt_worn, tucked).when(adjust(down=0.01)).then(
        replace(shirt_moved, placement=Placement(down=0.01, tucked=True))
    )
    given(coordination_started, shirt_worn, tucked).when(tuck).then(
        replace(shirt_moved, placement=Placement())
    )


def test_given_a_skirt_when_tucked_in_then_only_tops_are() -> None:
    tuck = by_shopper(AdjustPiece, commodity_id=SKIRT, by=Placement(tucked=True))
    given(coordination_started, skirt_worn).when(tuck).then_refused(NothingToTuckIn)


def test_given_no_shirt_worn_when_moved_then_it_must_be_put_on_first() -> None:
    given(coordination_started).when(adjust(down=0.1)).then_refused(CommodityNotWorn)


def test_a_move_is_a_step_that_can_be_undone() -> None:
    assert shown(coordination_started, shirt_worn, shirt_moved, step_undone) == Look(
        wearer=MANNEQUIN, pieces=(shirt_worn.piece,)
    )
