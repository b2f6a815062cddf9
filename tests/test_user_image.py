"""A shopper keeps, replaces and erases user images."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.event import Event, Refusal, Tag, fold
from domain.ports import ImageNotUsable
from domain.user_image import (
    IMAGES_PER_SHOPPER_MAX,
    CorrectUserImage,
    EraseUserImage,
    ImagesOfShopper,
    KeepUserImage,
    TooManyUserImages,
    UserImage,
    UserImageNotFound,
)
from tests.given_when_then import decided, given
from tests.speaking import (
    IMAGE,
    PHOTO_COMMITMENT,
    PICTURE_COMMITMENT,
    SHOPPER,
    STRANGER,
    image_corrected,
    image_erased,
    image_extracted,
    image_uploaded,
)

keep_image = KeepUserImage(
    user_image_id=IMAGE,
    shopper_id=SHOPPER,
    photo_commitment=PHOTO_COMMITMENT,
    picture_commitment=PICTURE_COMMITMENT,
    score=0.875,
    is_replacement=False,
)
replace_image = replace(keep_image, is_replacement=True)
erase_image = EraseUserImage(user_image_id=IMAGE, shopper_id=SHOPPER)
correct_image = CorrectUserImage(
    user_image_id=IMAGE,
    shopper_id=SHOPPER,
    picture_commitment=image_corrected.picture_commitment,
)
as_many_as_one_may_keep = tuple(
    replace(image_uploaded, user_image_id=UUID(int=n))
    for n in range(1000, 1000 + IMAGES_PER_SHOPPER_MAX)
)


def test_given_nothing_when_kept_then_upload_and_extraction_are_on_record() -> None:
    given().when(keep_image).then(image_uploaded, image_extracted)


def test_given_an_image_when_replaced_then_the_new_one_is_on_record() -> None:
    given(image_uploaded, image_extracted).when(replace_image).then(image_uploaded, image_extracted)


def test_given_an_image_when_its_outline_is_touched_up_then_that_is_on_record() -> None:
    given(image_uploaded, image_extracted).when(correct_image).then(image_corrected)


@pytest.mark.parametrize("history", [(), (image_uploaded, image_erased)], ids=["none", "erased"])
def test_given_no_image_when_corrected_then_refused(history: tuple[Event, ...]) -> None:
    given(*history).when(correct_image).then_refused(UserImageNotFound)


def test_somebody_elses_image_is_not_corrected() -> None:
    given(image_uploaded, image_extracted).when(
        replace(correct_image, shopper_id=STRANGER)
    ).then_refused(UserImageNotFound)


@pytest.mark.parametrize("history", [(), (image_uploaded, image_erased)], ids=["none", "erased"])
def test_given_no_image_when_replaced_then_refused(history: tuple[Event, ...]) -> None:
    given(*history).when(replace_image).then_refused(UserImageNotFound)


def test_given_somebodys_image_when_somebody_else_replaces_it_then_refused() -> None:
    given(image_uploaded).when(replace(replace_image, shopper_id=STRANGER)).then_refused(
        UserImageNotFound
    )


@pytest.mark.parametrize("shopper_id", [SHOPPER, STRANGER], ids=["her own", "somebody else's"])
@pytest.mark.parametrize(
    "history", [(image_uploaded,), (image_uploaded, image_erased)], ids=["kept", "erased"]
)
def test_given_an_id_that_was_used_when_kept_as_a_new_image_then_refused(
    history: tuple[Event, ...], shopper_id: UUID
) -> None:
    given(*history).when(replace(keep_image, shopper_id=shopper_id)).then_refused(UserImageNotFound)


def test_given_as_many_images_as_one_may_keep_when_another_is_kept_then_refused() -> None:
    given(*as_many_as_one_may_keep).when(keep_image).then_refused(TooManyUserImages)
    given(*as_many_as_one_may_keep[1:]).when(keep_image).then(image_uploaded, image_extracted)


def test_given_as_many_images_as_one_may_keep_when_one_is_replaced_then_it_is_on_record() -> None:
    given(*as_many_as_one_may_keep[1:], image_uploaded).when(replace_image).then(
        image_uploaded, image_extracted
    )


def test_given_as_many_images_as_one_may_keep_when_one_is_erased_then_there_is_room() -> None:
    erased = replace(image_erased, user_image_id=as_many_as_one_may_keep[0].user_image_id)
    given(*as_many_as_one_may_keep, erased).when(keep_image).then(image_uploaded, image_extracted)


def test_given_an_image_when_erased_then_it_is_on_record() -> None:
    given(image_uploaded).when(erase_image).then(image_erased)


def test_given_an_erased_image_when_erased_again_then_nothing_happens() -> None:
    given(image_uploaded, image_erased).when(erase_image).then_nothing()


def test_given_somebodys_image_when_somebody_else_erases_it_then_refused() -> None:
    given(image_uploaded).when(replace(erase_image, shopper_id=STRANGER)).then_refused(
        UserImageNotFound
    )


def test_an_image_is_there_for_its_shopper_until_it_is_erased() -> None:
    image = fold(UserImage(user_image_id=IMAGE), [image_uploaded, image_extracted])
    assert image.is_there_for(SHOPPER)
    assert not image.is_there_for(STRANGER)
    assert not fold(image, [image_erased]).is_there_for(SHOPPER)


@for_all(st.lists(st.tuples(st.integers(0, 25), st.sampled_from(["keep", "replace", "erase"]))))
def test_whatever_a_shopper_does_she_keeps_no_more_images_than_one_may(
    steps: list[tuple[int, str]],
) -> None:
    log = list[Event]()
    for number, step in steps:
        id_ = UUID(int=number)
        commands: dict[str, KeepUserImage | EraseUserImage] = {
            "keep": replace(keep_image, user_image_id=id_),
            "replace": replace(replace_image, user_image_id=id_),
            "erase": replace(erase_image, user_image_id=id_),
        }
        try:
            log.extend(decided(commands[step], log))
        except Refusal:
            continue
    kept = fold(ImagesOfShopper(shopper_id=SHOPPER), log).user_image_ids
    assert len(kept) <= IMAGES_PER_SHOPPER_MAX
    for id_ in kept:
        events = [event for event in log if Tag("user-image", id_) in event.tags()]
        assert fold(UserImage(user_image_id=id_), events).is_there_for(SHOPPER)


def test_what_does_not_feed_a_fact_does_not_change_it() -> None:
    images = ImagesOfShopper(shopper_id=SHOPPER, user_image_ids=frozenset({IMAGE}))
    assert images.evolve(image_extracted) == images


def test_an_image_is_found_by_itself_and_by_its_shopper() -> None:
    assert image_erased.tags() == (Tag("user-image", IMAGE), Tag("shopper", SHOPPER))


def test_a_picture_is_refused_with_a_code_for_programs_and_words_for_people() -> None:
    refused = ImageNotUsable("no-person", "Nobody is in this photo. Choose another one.")
    assert refused.reason == "no-person"
    assert str(refused) == "Nobody is in this photo. Choose another one."
