"""Shadows of a thing on what lies round it, which colours alone take for a part of the thing."""

import cv2
import numpy as np
from numpy.typing import NDArray

REACH = 0.09
"""Share of a picture's longer side from which a background's colour is known: the lightest may
change from one end of a wall to the other."""

DARKEST, LIGHTEST = 0.5, 1.01
"""Shares of its light that a background keeps in the deepest shadow, and where there is none."""

HUE = 0.05
"""How far a colour channel may fall less or more than the others: a shadow takes the same share of
each, but light from elsewhere colours it."""

SURELY_NOT, HARDLY = 0.05, 0.3
"""Likelihood below which a pixel shows the background, and below which it may show a shadow."""


def in_shadow(
    rgb: NDArray[np.uint8], inside: NDArray[np.bool_], likelihood: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """Tell where a background is darker but of its own colour.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        sRGB.
    inside : (H, W) bool
        What colours take for the thing.
    likelihood : (H, W) float32
        How probably each pixel belongs to the thing, as somebody sees it, 0 to 1.

    Returns
    -------
    (H, W) bool
        Nowhere where the thing is likely.

    References
    ----------
    T. Horprasert, D. Harwood, L. Davis, "A statistical approach for real-time robust background
    subtraction and shadow detection", 1999, for the two measures; the background from a
    neighbourhood in the same picture: own derivation.
    """
    side = 2 * round(REACH * max(inside.shape) / 2) + 1
    around = (~inside & (likelihood < SURELY_NOT)).astype(np.float32)
    colours = rgb.astype(np.float32)
    share = cv2.blur(around, (side, side))
    near = cv2.blur(colours * around[..., None], (side, side)) / np.maximum(share, 1e-4)[..., None]
    kept = colours / np.maximum(near, 1)
    light = kept.mean(axis=2)
    off = np.abs(kept - light[..., None]).max(axis=2)
    is_darker = (light > DARKEST) & (light < LIGHTEST) & (off < HUE)
    return np.asarray((share > 1e-3) & is_darker & (likelihood < HARDLY))
