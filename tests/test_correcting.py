"""Brushing a cut-out: what comes back, what goes, and what stays bit for bit."""

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from numpy.typing import NDArray

from imaging.correcting import alpha_of, corrected, ground_of
from imaging.decoding import ImageRefused

ROWS, COLS = 24, 16
RED, GREEN, GREY = (200, 20, 30), (10, 180, 40), (120, 120, 120)


def cutout() -> NDArray[np.uint8]:
    """A red left half and a green right half, cut out of the middle rows; black where hidden."""
    rgba = np.zeros((ROWS, COLS, 4), np.uint8)
    rgba[6:18, : COLS // 2] = (*RED, 255)
    rgba[6:18, COLS // 2 :] = (*GREEN, 255)
    return rgba


def photo() -> NDArray[np.uint8]:
    return np.full((ROWS, COLS, 3), GREY, np.uint8)


def everything() -> NDArray[np.uint8]:
    return np.full((ROWS, COLS), 255, np.uint8)


def test_what_is_painted_back_has_the_colours_of_the_photo() -> None:
    result = corrected(cutout(), everything(), photo=photo())
    assert (result[0, 0] == (*GREY, 255)).all()
    assert (result[10, 0] == (*RED, 255)).all()


def test_without_a_photo_it_has_the_colour_of_the_nearest_pixel_there_is() -> None:
    result = corrected(cutout(), everything())
    assert (result[0, 2] == (*RED, 255)).all()
    assert (result[ROWS - 1, COLS - 2] == (*GREEN, 255)).all()


def test_what_is_erased_is_gone_and_its_colours_can_come_back() -> None:
    alpha = cutout()[..., 3].copy()
    alpha[6:10] = 0
    erased = corrected(cutout(), alpha, photo=photo())
    assert (erased[6:10, :, 3] == 0).all()
    for of in (photo(), None):
        assert (corrected(erased, cutout()[..., 3], photo=of) == cutout()).all()


@for_all(st.integers(0, ROWS - 1), st.integers(0, 255))
def test_whatever_is_brushed_what_was_visible_keeps_its_colours(row: int, value: int) -> None:
    alpha = cutout()[..., 3].copy()
    alpha[row] = value
    for of in (photo(), None):
        result = corrected(cutout(), alpha, photo=of)
        visible = cutout()[..., 3] > 0
        assert (result[visible][:, :3] == cutout()[visible][:, :3]).all()
        assert (result[..., 3] == alpha).all()


def test_the_alpha_it_had_changes_nothing_at_all() -> None:
    for of in (photo(), None):
        assert (corrected(cutout(), cutout()[..., 3], photo=of) == cutout()).all()


def test_an_outline_of_another_size_is_refused() -> None:
    with pytest.raises(ImageRefused, match="16 pixels wide and 24 high") as refused:
        corrected(cutout(), np.full((COLS, ROWS), 255, np.uint8))
    assert refused.value.reason == "mask-does-not-fit"
    with pytest.raises(ValueError, match="photo"):
        ground_of(cutout(), photo()[1:])


def test_nothing_is_not_left_over() -> None:
    with pytest.raises(ImageRefused, match="Paint some of it back") as refused:
        corrected(cutout(), np.zeros((ROWS, COLS), np.uint8))
    assert refused.value.reason == "nothing-left"


def test_a_ground_is_there_even_where_nothing_or_all_is_visible() -> None:
    empty = np.zeros((ROWS, COLS, 4), np.uint8)
    assert (ground_of(empty) == 0).all()
    full = np.dstack([photo(), everything()])
    assert (ground_of(full) == photo()).all()


def test_a_picture_without_transparency_shows_all() -> None:
    assert (alpha_of(photo()) == 255).all()
    assert (alpha_of(cutout()) == cutout()[..., 3]).all()
