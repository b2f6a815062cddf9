"""A garment's shadow on a wall is no part of the garment."""

import cv2
import numpy as np

from imaging.cutout import find_alpha
from imaging.shadows import in_shadow

SIDE_PX = 300
WALL, CLOTH = (206, 198, 188), (70, 90, 160)


def _photograph() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Picture of a square cloth before a wall, where the cloth is, and where its shadow is."""
    cloth = np.zeros((SIDE_PX, SIDE_PX), bool)
    cloth[80:220, 90:210] = True
    shadow = np.roll(cloth, (12, 10), (0, 1)) & ~cloth
    light = np.where(shadow, 0.72, 1.0)[..., None]
    picture = np.where(cloth[..., None], CLOTH, np.array(WALL) * light)
    grain = np.random.default_rng(3).normal(0, 1.5, picture.shape)
    return np.clip(np.rint(picture + grain), 0, 255).astype(np.uint8), cloth, shadow


def _seen(cloth: np.ndarray) -> np.ndarray:
    """As coarsely as the network sees: it doubts the pixels round the edge."""
    return np.asarray(cv2.GaussianBlur(cloth.astype(np.float32), (0, 0), 6), np.float32)


def test_a_shadow_is_told_from_the_cloth() -> None:
    picture, cloth, shadow = _photograph()

    found = in_shadow(picture, cloth | shadow, _seen(cloth))

    far = shadow & (_seen(cloth) < 0.25)
    assert far.sum() > 1000
    assert found[far].mean() > 0.9
    assert not found[cloth].any()


def test_what_is_of_another_colour_is_no_shadow() -> None:
    picture, cloth, shadow = _photograph()
    picture[shadow] = (180, 120, 60)

    found = in_shadow(picture, cloth | shadow, _seen(cloth))

    assert found[shadow].mean() < 0.01


def test_what_is_likely_the_garment_is_no_shadow() -> None:
    picture, cloth, shadow = _photograph()

    found = in_shadow(picture, cloth | shadow, (cloth | shadow).astype(np.float32))

    assert not found[cloth | shadow].any()


def test_given_a_shadow_then_it_is_not_cut_out_with_the_garment() -> None:
    picture, cloth, shadow = _photograph()

    alpha = find_alpha(picture, is_closed=True, likelihood=_seen(cloth))

    far = shadow & (_seen(cloth) < 0.25)
    assert (alpha[far] > 127).mean() < 0.1
    assert (alpha[cloth] > 127).mean() > 0.97
