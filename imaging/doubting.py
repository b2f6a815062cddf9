"""How sure a cut-out and its landmarks are, and what a seller can do where they are not."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.garment import CONFIDENCE_MIN, UPPER_TYPES, Doubt

EDGE_PX = 3
"""Distance from the outline at which the two sides of it are compared."""

CONTRAST = 14.0
"""Difference in CIELAB (8 bit) from which an edge is an edge to the eye, in any light."""

AGREEMENT = (0.62, 0.86)
"""Overlap of the alpha with what the network saw: none is believed below, all from above."""

SYMMETRY = 0.06
"""Asymmetry of a pair, as a share of the picture, at which confidence is down to a third."""

HALF_A_PAIR = 0.3
"""Of a landmark whose other half was not found."""

FACE_SIDE_SHARE = 0.06
"""Faces smaller than this share of the picture's height are patterns."""

SECOND_SHARE = 0.3
"""A second thing this large beside the first is for sale as well."""

NOTHING_FOUND = Doubt(
    code="nothing-found",
    detail="Nothing stands out from the background. "
    "Photograph the commodity on a plain background of another colour.",
)
WORN = Doubt(
    code="worn-by-somebody",
    detail="Somebody seems to wear the garment. "
    "Photograph it alone, lying flat or on a hanger, or bring an image with transparency.",
)
SEVERAL = Doubt(
    code="several-commodities",
    detail="There seems to be more than one commodity. Photograph each alone.",
)
CUT_OFF = Doubt(
    code="cut-off",
    detail="The commodity runs out of the image. Photograph it whole, with a margin around it.",
)
LIKE_BACKGROUND = Doubt(
    code="outline-unsure",
    detail="The outline is hard to tell from the background. Photograph it on a darker or "
    "lighter background without folds and patterns, or correct the outline with the brush.",
)
FOLDED = Doubt(
    code="landmarks-unsure",
    detail="Shoulders, sleeves or seams cannot be made out for sure. Lay the garment flat with "
    "sleeves and legs apart, or move the points to where they belong.",
)


def alpha_confidence(
    rgb: NDArray[np.uint8],
    alpha: NDArray[np.uint8],
    likelihood: NDArray[np.float32] | None = None,
) -> float:
    """Say how surely an alpha found by program is the garment.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        sRGB.
    alpha : (H, W) uint8
        Found.
    likelihood : (H, W) float32, optional
        What the network saw independently of the outline, 0 to 1.

    Returns
    -------
    float
        0 to 1: the share of the outline where a difference can be seen, less what runs out of the
        image and what the network saw otherwise.

    References
    ----------
    Source: own derivation.
    """
    inside = (alpha > 127).astype(np.uint8)
    if not inside.any():
        return 0.0
    kernel = np.ones((3, 3), np.uint8)
    core = cv2.erode(inside, kernel, iterations=EDGE_PX)
    around = cv2.dilate(inside, kernel, iterations=EDGE_PX)
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float32)
    window = (4 * EDGE_PX + 1,) * 2

    def mean(where: NDArray[np.bool_]) -> NDArray[np.float32]:
        weight = where.astype(np.float32)
        total = cv2.blur(lab * weight[..., None], window)
        return np.asarray(total / np.maximum(cv2.blur(weight, window), 1e-6)[..., None], np.float32)

    edge = (inside > 0) & (cv2.erode(inside, kernel) == 0)
    apart = np.linalg.norm(mean(core > 0) - mean(around == 0), axis=2)[edge]
    seen = float(np.clip(apart / CONTRAST, 0, 1).mean()) if apart.size else 0.0
    if likelihood is not None:
        # Where the network agrees, a weak edge is the garment's own.
        seen = (0.6 + 0.4 * seen) * _agreement(inside > 0, likelihood)
    return seen * (1 - min(1.0, 3 * _out_of_image(inside > 0)))


def _agreement(inside: NDArray[np.bool_], likelihood: NDArray[np.float32]) -> float:
    seen = likelihood > 0.5
    iou = float((inside & seen).sum() / max(1, int((inside | seen).sum())))
    low, high = AGREEMENT
    return float(np.clip((iou - low) / (high - low), 0, 1))


def landmark_confidences(
    landmarks: Mapping[str, tuple[float, float]],
) -> dict[str, float]:
    """Say how surely each landmark of an outline is right, by how well it mirrors its other half.

    Parameters
    ----------
    landmarks : mapping of str to (float, float)
        ``row, col`` as fractions.

    Returns
    -------
    dict of str to float
        0 to 1.

    References
    ----------
    Source: own derivation.
    """
    lefts = [name.removesuffix("_left") for name in landmarks if name.endswith("_left")]
    pairs = [name for name in lefts if f"{name}_right" in landmarks]
    middle = float(
        np.median(
            [(landmarks[f"{name}_left"][1] + landmarks[f"{name}_right"][1]) / 2 for name in pairs]
            or [0.5]
        )
    )
    found = {name: HALF_A_PAIR if name.endswith(("_left", "_right")) else 0.9 for name in landmarks}
    for name in pairs:
        left, right = landmarks[f"{name}_left"], landmarks[f"{name}_right"]
        off = np.hypot(left[0] - right[0], (left[1] + right[1]) / 2 - middle)
        sure = 0.95 * float(np.exp(-((off / SYMMETRY) ** 2)))
        found[f"{name}_left"] = found[f"{name}_right"] = sure
    return found


def doubts_about(
    rgba: NDArray[np.uint8],
    *,
    garment_type: str,
    alpha: float,
    landmarks: Mapping[str, float],
    likelihood: NDArray[np.float32] | None = None,
) -> tuple[Doubt, ...]:
    """Name what makes a garment unsure.

    Parameters
    ----------
    rgba : (H, W, 4) uint8
        sRGB with the alpha that was found.
    garment_type : str
        One of ``GARMENT_TYPES``.
    alpha : float
        Confidence of the alpha, 0 to 1.
    landmarks : mapping of str to float
        Confidence of each landmark, 0 to 1.
    likelihood : (H, W) float32, optional
        What the network saw, 0 to 1.

    Returns
    -------
    tuple of Doubt
        The gravest first; empty where nothing was seen.
    """
    inside = np.asarray(rgba[..., 3] > 127)
    if not inside.any():
        return (NOTHING_FOUND,)
    found: list[Doubt] = []
    if _is_worn(rgba, inside, garment_type):
        found.append(WORN)
    if likelihood is not None and _are_several(likelihood):
        found.append(SEVERAL)
    if alpha < 1 and _out_of_image(inside) > 0.02:
        found.append(CUT_OFF)
    if alpha < CONFIDENCE_MIN:
        found.append(LIKE_BACKGROUND)
    if landmarks and min(landmarks.values()) < CONFIDENCE_MIN:
        found.append(FOLDED)
    return tuple(found)


def _are_several(likelihood: NDArray[np.float32]) -> bool:
    count, _, stats, _ = cv2.connectedComponentsWithStats((likelihood > 0.5).astype(np.uint8))
    areas = np.sort(stats[1:count, cv2.CC_STAT_AREA])
    return len(areas) > 1 and bool(areas[-2] > SECOND_SHARE * areas[-1])


def _is_worn(rgba: NDArray[np.uint8], inside: NDArray[np.bool_], garment_type: str) -> bool:
    """Whether a face looks out above the garment; one within it is a print."""
    if (rgba[..., 3] < 255).mean() < 0.02 or garment_type not in {*UPPER_TYPES, "dress"}:
        return False
    grey = cv2.cvtColor(np.ascontiguousarray(rgba[..., :3]), cv2.COLOR_RGB2GRAY)
    side = max(16, round(FACE_SIDE_SHARE * len(grey)))
    faces = _face_finder().detectMultiScale(grey, 1.15, 7, minSize=(side, side))
    for left, top, width, height in faces:
        face = inside[top : top + height, left : left + width]
        below = inside[top + height : top + 4 * height, left : left + width]
        if face.mean() < 0.5 and below.size and below.mean() > 0.5:
            return True
    return False


@lru_cache(maxsize=1)
def _face_finder() -> cv2.CascadeClassifier:
    folder = Path(cv2.__file__).parent / "data"
    return cv2.CascadeClassifier(str(folder / "haarcascade_frontalface_default.xml"))


def _out_of_image(inside: NDArray[np.bool_]) -> float:
    """Share of the image's border that the garment touches."""
    border = np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
    return float(border.mean())
