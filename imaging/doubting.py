"""How sure a cut-out and its landmarks are, and what a seller can do where they are not."""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.garment import CONFIDENCE_MIN, Doubt

EDGE_PX = 3
"""Distance from the outline at which the two sides of it are compared."""

CONTRAST = 14.0
"""Difference in CIELAB (8 bit) from which an edge is an edge to the eye, in any light."""

SYMMETRY = 0.06
"""Asymmetry of a pair, as a share of the garment's size, at which confidence is down to a third."""

HALF_A_PAIR = 0.3
"""Of a landmark whose other half was not found."""

NOTHING_FOUND = Doubt(
    code="nothing-found",
    detail="Nothing stands out from the background. "
    "Photograph the commodity on a plain background of another colour.",
)
LIKE_BACKGROUND = Doubt(
    code="like-background",
    detail="The commodity and the background look alike along its edge. "
    "Photograph it on a darker or lighter background, or correct the outline with the brush.",
)
CUT_OFF = Doubt(
    code="cut-off",
    detail="The commodity runs out of the image. Photograph it whole, with a margin around it.",
)


def alpha_confidence(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> float:
    """Say how surely an alpha found by program is the garment.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        sRGB.
    alpha : (H, W) uint8
        Found.

    Returns
    -------
    float
        0 to 1: the share of the outline where a difference can be seen, less what runs out of the
        image.

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
    return seen * (1 - min(1.0, 3 * _out_of_image(inside > 0)))


def landmark_confidences(
    landmarks: Mapping[str, tuple[float, float]],
) -> dict[str, float]:
    """Say how surely each landmark is right, by how well it mirrors its other half.

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


def doubts_about(rgba: NDArray[np.uint8], sureness: float) -> tuple[Doubt, ...]:
    """Name what makes a cut-out unsure.

    Parameters
    ----------
    rgba : (H, W, 4) uint8
        sRGB with the alpha that was found.
    sureness : float
        Confidence of that alpha, 0 to 1.

    Returns
    -------
    tuple of Doubt
        The gravest first; empty where nothing was seen.
    """
    inside = np.asarray(rgba[..., 3] > 127)
    if not inside.any():
        return (NOTHING_FOUND,)
    found: list[Doubt] = []
    if sureness < 1 and _out_of_image(inside) > 0.02:
        found.append(CUT_OFF)
    if sureness < CONFIDENCE_MIN:
        found.append(LIKE_BACKGROUND)
    return tuple(found)


def _out_of_image(inside: NDArray[np.bool_]) -> float:
    """Share of the image's border that the garment touches."""
    border = np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
    return float(border.mean())
