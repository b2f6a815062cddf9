"""A commodity as something wearable: pixels, type, and the landmarks compositing holds it by."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UPPER_TYPES = ("t-shirt", "longsleeve", "shirt", "knitwear", "top", "outerwear")
LEG_TYPES = ("trousers", "shorts")
GARMENT_TYPES = (
    *UPPER_TYPES,
    "dress",
    "skirt",
    *LEG_TYPES,
    "shoes",
    "hat",
    "bag",
    "scarf",
    "glasses",
)

_SIDES = ("left", "right")


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{side}" for name in names for side in _SIDES)


TORSO_LANDMARKS = (
    *_both("collar", "shoulder", "armpit", "waist", "hem"),
    "neckline",
    "hem_centre",
)
"""Of every upper garment and dress. ``collar_*``: where the neckline meets the shoulder line;
``neckline``: lowest point of the front neckline; ``shoulder_*``: sleeve head (outer end of the
shoulder line); ``waist_*``: side seam at the waist."""

SLEEVE_LANDMARKS = _both("cuff_outer", "cuff_inner")
"""Additionally, when there are sleeves. ``outer`` is the edge away from the body."""

LONG_SLEEVE_LANDMARKS = _both("elbow_outer", "elbow_inner")
"""Additionally, when the sleeves reach below the elbow."""

DRESS_LANDMARKS = _both("hip")
SKIRT_LANDMARKS = (*_both("waist", "hip", "hem"), "waist_centre", "hem_centre")
LEG_LANDMARKS = (
    *_both("waist", "hip", "hem_outer", "hem_inner"),
    "waist_centre",
    "crotch",
)
LONG_LEG_LANDMARKS = _both("knee_outer", "knee_inner")
SHOE_LANDMARKS = _both("opening", "toe", "sole_outer", "sole_inner")
"""A pair side by side, seen from the front and slightly above, toes downwards. ``opening``:
centre of the opening; ``toe``: lowest point of the tip."""

HAT_LANDMARKS = ("top", *_both("brim", "band"))
"""``band_*``: where the head enters, at the sides; ``brim_*``: the outermost points."""

BAG_LANDMARKS = ("handle", "base", *_both("side"))
"""``handle``: where the hand or the shoulder holds it; ``base``: lowest point of the body."""

SCARF_LANDMARKS = (*_both("neck", "end"), "knot")


@dataclass(frozen=True, kw_only=True, eq=False)
class Garment:
    """A commodity cut out of its image.

    Attributes
    ----------
    type : str
        One of ``GARMENT_TYPES``.
    rgba : (H, W, 4) uint8
        sRGB with straight alpha, row 0 at the top.
    landmarks : mapping of str to (float, float)
        ``row, col`` as fractions of height and width, 0 to 1, so that they hold at any size.
        ``left`` and ``right`` are as seen in the picture.
    """

    type: str
    rgba: NDArray[np.uint8]
    landmarks: Mapping[str, tuple[float, float]]
