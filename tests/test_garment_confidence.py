"""How sure a garment is, and what its seller is told."""

import numpy as np
import pytest

from imaging.cutout import cut_out
from imaging.doubting import landmark_confidences
from imaging.garment import CONFIDENCE_MIN, Garment, required_landmarks
from tests.wardrobe import ONE_OF_EACH_TYPE, worn


def _on(slug: str, background: tuple[int, int, int]) -> np.ndarray:
    rgba = worn(slug).rgba
    alpha = rgba[..., 3:] / 255
    return np.rint(rgba[..., :3] * alpha + np.array(background) * (1 - alpha)).astype(np.uint8)


def test_given_what_a_seller_says_then_it_is_sure() -> None:
    garment = worn("heavy-white-tee")

    assert garment.is_sure
    assert garment.confidence_of("collar_left") == 1


@pytest.mark.parametrize("slug", ONE_OF_EACH_TYPE)
def test_drawn_garments_have_every_required_landmark(slug: str) -> None:
    garment = worn(slug)

    assert set(required_landmarks(garment.type)) <= set(garment.landmarks)


def test_given_a_required_landmark_is_missing_then_it_is_unsure() -> None:
    whole = worn("pleated-skirt")
    places = {name: at for name, at in whole.landmarks.items() if name != "hip_left"}

    garment = Garment(type="skirt", rgba=whole.rgba, landmarks=places)

    assert garment.unsure == ("hip_left",)
    assert not garment.is_sure


def test_given_an_unsure_alpha_then_it_waits() -> None:
    whole = worn("pleated-skirt")

    garment = Garment(type="skirt", rgba=whole.rgba, landmarks=whole.landmarks, alpha_confidence=0)

    assert not garment.is_sure


def test_given_a_garment_on_plain_paper_then_its_alpha_is_sure() -> None:
    garment = cut_out(_on("wide-wool-trousers", (214, 221, 226)), "trousers")

    assert garment.alpha_confidence > 0.9
    assert "outline-unsure" not in [doubt.code for doubt in garment.doubts]
    assert set(garment.confidences) == set(garment.landmarks)


def test_given_noise_then_nothing_is_sure() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (200, 160, 3), np.uint8)

    garment = cut_out(noise, "shirt")

    assert not garment.is_sure
    assert garment.doubts
    assert all(each < CONFIDENCE_MIN for each in garment.confidences.values())


def test_given_two_garments_then_the_seller_is_told() -> None:
    one = _on("heavy-white-tee", (120, 90, 60))
    two = np.concatenate([one, one], axis=1)

    garment = cut_out(two, "t-shirt")

    assert not garment.is_sure


def test_given_a_hanger_above_then_it_is_not_cut_out_with_the_garment() -> None:
    picture = np.pad(_on("heavy-white-tee", (150, 60, 60)), ((80, 0), (0, 0), (0, 0)), mode="edge")
    middle = picture.shape[1] // 2
    picture[20:96, middle - 4 : middle + 4] = 20

    garment = cut_out(picture, "t-shirt")

    assert garment.rgba[20:70, middle, 3].max() == 0
    assert garment.rgba[300, middle, 3] == 255


def test_given_a_garment_cut_off_by_the_image_then_the_seller_is_told() -> None:
    picture = _on("wide-wool-trousers", (214, 221, 226))

    garment = cut_out(picture[: len(picture) // 2], "trousers")

    assert "cut-off" in [doubt.code for doubt in garment.doubts]
    assert garment.alpha_confidence < 1


def test_given_an_empty_image_then_nothing_is_found() -> None:
    garment = cut_out(np.full((80, 60, 4), (200, 200, 200, 0), np.uint8), "dress")

    assert [doubt.code for doubt in garment.doubts] == ["nothing-found"]
    assert not garment.is_sure


def test_given_landmarks_of_the_seller_then_they_are_certain() -> None:
    picture = _on("wide-wool-trousers", (214, 221, 226))

    garment = cut_out(picture, "trousers", landmarks={"crotch": (0.4, 0.5)})

    assert garment.confidence_of("crotch") == 1
    assert garment.confidence_of("waist_left") < 1
    assert 0 < CONFIDENCE_MIN < 1


def test_given_half_a_pair_then_it_is_unsure() -> None:
    found = landmark_confidences({"hem_left": (0.9, 0.1), "hem_centre": (0.9, 0.5)})

    assert found["hem_left"] < CONFIDENCE_MIN < found["hem_centre"]
