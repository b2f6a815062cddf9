"""What the network of garments answers, and what it has learnt from."""

import numpy as np
import pytest

from imaging.garment import LONG_LEG_LANDMARKS, LONG_SLEEVE_LANDMARKS, SLEEVE_LANDMARKS
from imaging.garment_network import WEIGHTS, look_at
from tests.labelled_garments import TRAINING_LABELS, labels
from tests.training.garment_pictures import learnt_from
from tests.wardrobe import worn

TOGETHER = (SLEEVE_LANDMARKS, LONG_SLEEVE_LANDMARKS, LONG_LEG_LANDMARKS)
WEIGHTS_BYTES_MAX = 5_000_000


def _photographed(slug: str) -> np.ndarray:
    rgba = worn(slug).rgba
    alpha = rgba[..., 3:] / 255
    return np.rint(rgba[..., :3] * alpha + np.array((120, 90, 60)) * (1 - alpha)).astype(np.uint8)


@pytest.mark.parametrize(
    ("slug", "garment_type"),
    [("oxford-shirt", "shirt"), ("wide-wool-trousers", "trousers"), ("meadow-dress", "dress")],
)
def test_given_a_mirrored_picture_then_left_and_right_are_exchanged(
    slug: str, garment_type: str
) -> None:
    picture = _photographed(slug)
    width = picture.shape[1]

    seen = look_at(picture, garment_type=garment_type)
    mirrored = look_at(np.ascontiguousarray(picture[:, ::-1]), garment_type=garment_type)

    assert seen.places
    assert set(seen.places) == set(mirrored.places)
    for name, (row, col) in seen.places.items():
        stem, _, side = name.rpartition("_")
        other = {"left": f"{stem}_right", "right": f"{stem}_left"}.get(side, name)
        found = mirrored.places[other]
        assert np.hypot(found[0] - row, width - 1 - found[1] - col) < 0.02 * len(picture), name


@pytest.mark.parametrize("garment_type", ["shirt", "dress", "trousers"])
def test_given_half_of_something_else_then_sleeves_and_legs_are_whole_or_absent(
    garment_type: str,
) -> None:
    shorts = _photographed("sand-shorts")
    half = np.ascontiguousarray(shorts[:, : shorts.shape[1] * 6 // 10])

    places = look_at(half, garment_type=garment_type).places

    for group in TOGETHER:
        assert len(set(group) & set(places)) in {0, len(group)}


def test_weights_are_small_enough_to_lie_in_the_repository() -> None:
    assert WEIGHTS.stat().st_size <= WEIGHTS_BYTES_MAX


def test_what_is_measured_on_is_not_learnt_from() -> None:
    measured = {each.name for each in labels()}

    assert measured.isdisjoint(each.name for each in learnt_from())
    assert measured.isdisjoint(each.name for each in labels(TRAINING_LABELS))


def test_neither_the_held_out_half_nor_forbidden_pictures_are_learnt_from() -> None:
    held_out = {each.name for each in labels() if each.is_held_out}
    learnt = {each.name for each in learnt_from(with_development=True)}

    assert learnt
    assert learnt.isdisjoint(held_out)
    assert not any(name.startswith("nc/") for name in learnt)
