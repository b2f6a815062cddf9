"""A commodity as something wearable: pixels, type, and the landmarks compositing holds it by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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


CONFIDENCE_MIN = 0.5
"""Below this a landmark or an alpha waits for the seller's eye before it is worn."""


def required_landmarks(garment_type: str) -> tuple[str, ...]:
    """Landmarks without which a garment of a type cannot be worn.

    Parameters
    ----------
    garment_type : str
        One of ``GARMENT_TYPES``.

    Returns
    -------
    tuple of str
        Empty for glasses, which are laid over the eyes as they are. Sleeves and legs have more
        where they are long.
    """
    if garment_type in UPPER_TYPES:
        return TORSO_LANDMARKS
    if garment_type in LEG_TYPES:
        return LEG_LANDMARKS
    others = {
        "dress": (*TORSO_LANDMARKS, *DRESS_LANDMARKS),
        "skirt": SKIRT_LANDMARKS,
        "shoes": SHOE_LANDMARKS,
        "hat": HAT_LANDMARKS,
        "bag": BAG_LANDMARKS,
        "scarf": SCARF_LANDMARKS,
    }
    return others.get(garment_type, ())


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Why a garment should be looked at by its seller.

    Attributes
    ----------
    code : str
        Stable reason, such as ``cut-off``.
    detail : str
        What was seen and what helps, in a sentence or two.
    """

    code: str
    detail: str


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
    confidences : mapping of str to float
        For each landmark how surely it is where it is said to be, 0 to 1. One that is not named
        was given by somebody who knows, and counts as 1.
    alpha_confidence : float
        How surely the alpha is the garment, 0 to 1.
    doubts : tuple of Doubt
        What was seen that makes any of this unsure, the gravest first.
    """

    type: str
    rgba: NDArray[np.uint8]
    landmarks: Mapping[str, tuple[float, float]]
    confidences: Mapping[str, float] = field(default_factory=dict[str, float])
    alpha_confidence: float = 1.0
    doubts: tuple[Doubt, ...] = ()

    def confidence_of(self, name: str) -> float:
        """Tell how surely a landmark is where it is said to be; 0 where it was not found."""
        return self.confidences.get(name, 1.0) if name in self.landmarks else 0.0

    @property
    def unsure(self) -> tuple[str, ...]:
        """Landmarks that wait for the seller: found unsurely, or required and not found."""
        names = dict.fromkeys((*required_landmarks(self.type), *self.landmarks))
        return tuple(name for name in names if self.confidence_of(name) < CONFIDENCE_MIN)

    @property
    def is_sure(self) -> bool:
        """Whether it can be worn without its seller having looked at it."""
        return self.alpha_confidence >= CONFIDENCE_MIN and not self.unsure
