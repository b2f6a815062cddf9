"""A shopper keeps looks, takes them up again, and discards them."""

from dataclasses import replace
from uuid import UUID

from domain.coordination import CoordinationNotFound, LookEmpty
from domain.look import Wearer
from domain.saved_look import (
    LOOKS_PER_SHOPPER_MAX,
    DiscardLook,
    DuplicateLook,
    SavedLookNotFound,
    SaveLook,
    TakeUpLook,
    TooManyLooks,
)
from tests.given_when_then import given
from tests.speaking import (
    COORDINATION,
    LOOK,
    SHOPPER,
    STRANGER,
    coordination_started,
    look_discarded,
    look_saved,
    look_taken_up,
    shirt_moved,
    shirt_worn,
    skirt_worn,
)

save = SaveLook(look_id=LOOK, coordination_id=COORDINATION, shopper_id=SHOPPER)
ANOTHER = UUID(int=0x54)
duplicate = DuplicateLook(look_id=ANOTHER, of_look_id=LOOK, shopper_id=SHOPPER)
discard = DiscardLook(look_id=LOOK, shopper_id=SHOPPER)
take_up = TakeUpLook(look_id=LOOK, coordination_id=COORDINATION, shopper_id=SHOPPER)

dressed = (coordination_started, shirt_worn, skirt_worn, shirt_moved)


def test_given_a_look_when_saved_then_it_is_kept_as_it_is_worn() -> None:
    given(*dressed).when(save).then(look_saved)


def test_given_a_look_saved_when_saved_again_under_its_id_then_nothing_happens() -> None:
    given(*dressed, look_saved).when(save).then_nothing()


def test_given_nothing_worn_when_saved_then_there_is_nothing_to_keep() -> None:
    given(coordination_started).when(save).then_refused(LookEmpty)


def test_given_somebody_elses_coordination_when_saved_then_there_is_none() -> None:
    given(*dressed).when(replace(save, shopper_id=STRANGER)).then_refused(CoordinationNotFound)


def test_given_an_id_of_somebody_else_when_saved_then_there_is_no_such_look() -> None:
    theirs = replace(look_saved, shopper_id=STRANGER)
    given(*dressed, theirs).when(save).then_refused(SavedLookNotFound)


def test_given_as_many_looks_as_one_may_keep_when_saved_then_one_must_go_first() -> None:
    kept = [
        replace(look_saved, look_id=UUID(int=n)) for n in range(1000, 1000 + LOOKS_PER_SHOPPER_MAX)
    ]
    given(*dressed, *kept).when(save).then_refused(TooManyLooks, saying="Discard one")
    gone = replace(look_discarded, look_id=kept[0].look_id)
    given(*dressed, *kept, gone).when(save).then(look_saved)


def test_given_a_saved_look_when_duplicated_then_it_is_kept_once_more() -> None:
    second = replace(look_saved, look_id=ANOTHER)
    given(look_saved).when(duplicate).then(second)
    given(look_saved, second).when(duplicate).then_nothing()


def test_given_no_look_of_hers_when_duplicated_then_there_is_none() -> None:
    given().when(duplicate).then_refused(SavedLookNotFound)
    given(look_saved, look_discarded).when(duplicate).then_refused(SavedLookNotFound)
    theirs = replace(look_saved, shopper_id=STRANGER)
    given(theirs).when(duplicate).then_refused(SavedLookNotFound)
    taken = replace(theirs, look_id=ANOTHER)
    given(look_saved, taken).when(duplicate).then_refused(SavedLookNotFound)


def test_given_as_many_looks_as_one_may_keep_when_duplicated_then_one_must_go_first() -> None:
    others = (
        replace(look_saved, look_id=UUID(int=n)) for n in range(1001, 1000 + LOOKS_PER_SHOPPER_MAX)
    )
    given(look_saved, *others).when(duplicate).then_refused(TooManyLooks)


def test_given_a_saved_look_when_taken_up_then_whoever_wears_the_coordination_wears_it() -> None:
    given(coordination_started, look_saved).when(take_up).then(look_taken_up)
    on_another = replace(coordination_started, wearer=Wearer(kind="mannequin", id="mannequin-2"))
    given(on_another, look_saved).when(take_up).then(
        replace(look_taken_up, look=replace(look_taken_up.look, wearer=on_another.wearer))
    )


def test_given_a_look_that_is_shown_when_taken_up_then_nothing_happens() -> None:
    given(coordination_started, look_saved, look_taken_up).when(take_up).then_nothing()


def test_given_a_look_discarded_or_of_somebody_else_when_taken_up_then_there_is_none() -> None:
    given(coordination_started, look_saved, look_discarded).when(take_up).then_refused(
        SavedLookNotFound
    )
    theirs = replace(look_saved, shopper_id=STRANGER)
    given(coordination_started, theirs).when(take_up).then_refused(SavedLookNotFound)
    given(look_saved).when(take_up).then_refused(CoordinationNotFound)


def test_given_a_saved_look_when_discarded_then_it_is_gone_once() -> None:
    given(look_saved).when(discard).then(look_discarded)
    given(look_saved, look_discarded).when(discard).then_nothing()


def test_given_a_look_of_somebody_else_when_discarded_then_there_is_no_such_look() -> None:
    given(look_saved).when(replace(discard, shopper_id=STRANGER)).then_refused(SavedLookNotFound)
    given().when(discard).then_refused(SavedLookNotFound)
