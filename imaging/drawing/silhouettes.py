"""From a cut to a picture: every family of silhouettes, laid out and photographed."""

from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from imaging.drawing.bags import draw_bag
from imaging.drawing.cuts import (
    BagCut,
    Cut,
    HatCut,
    LegCut,
    ScarfCut,
    ShoeCut,
    SkirtCut,
    TopCut,
)
from imaging.drawing.hats import draw_hat
from imaging.drawing.parts import Cloth, Drawing
from imaging.drawing.scarves import draw_scarf
from imaging.drawing.shoes import draw_shoes
from imaging.drawing.skirts import draw_skirt
from imaging.drawing.studio import Studio, developed
from imaging.drawing.tops import draw_top
from imaging.drawing.trousers import draw_legs

_MARGIN = 0.04
"""Share of the picture left free on every side, of its longer side."""

_OVERSAMPLING_MAX = 1.4
_DRAWN_PIXELS = 1_150_000
"""Drawn up to so much larger than wanted, within so many pixels, that weaves stay crisp."""


def laid_out(cut: Cut, cloth: Cloth, seed: int) -> Drawing:
    """Lay the parts of any cut out, in centimetres."""
    match cut:
        case TopCut():
            drawing = draw_top(cut, cloth, seed)
        case LegCut():
            drawing = draw_legs(cut, cloth, seed)
        case SkirtCut():
            drawing = draw_skirt(cut, cloth, seed)
        case ShoeCut():
            drawing = draw_shoes(cut, cloth, seed)
        case HatCut():
            drawing = draw_hat(cut, cloth, seed)
        case BagCut():
            drawing = draw_bag(cut, cloth, seed)
        case ScarfCut():
            drawing = draw_scarf(cut, cloth, seed)
        case _:
            assert_never(cut)
    return drawing


def photographed(
    cut: Cut, cloth: Cloth, *, seed: int, height_px: int, worn: bool
) -> tuple[NDArray[np.uint8], dict[str, tuple[float, float]]]:
    """Draw a cut in a cloth.

    Parameters
    ----------
    cut : Cut
        What is drawn.
    cloth : Cloth
        What it is made of.
    seed : int
        Which folds.
    height_px : int
        Height of the picture; its width follows the cut.
    worn : bool
        Whether the inside of the back is left out.

    Returns
    -------
    rgba : (height_px, W, 4) uint8
        sRGB, straight alpha.
    landmarks : dict of str to (float, float)
        ``row, col`` as fractions of height and width.
    """
    parts, places = laid_out(cut, cloth, seed)
    corners = np.concatenate([part.outline for part in parts])
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = float((high - low).max()) * _MARGIN
    low, high = low - margin, high + margin
    width_cm, height_cm = (float(side) for side in high - low)
    width_px = round(height_px * width_cm / height_cm)
    larger = float(np.clip((_DRAWN_PIXELS / (height_px * width_px)) ** 0.5, 1.0, _OVERSAMPLING_MAX))
    scale = height_px * larger / height_cm
    rows, cols = round(height_px * larger), round(width_px * larger)
    studio = Studio(
        left=float(low[0]),
        top=float(low[1]),
        px_per_cm=scale,
        rgb=np.zeros((3, rows, cols), dtype=np.float32),
        alpha=np.zeros((rows, cols), dtype=np.float32),
    )
    for part in parts:
        if not (worn and part.is_inside):
            studio.lay(part)
    landmarks = {
        name: ((y - float(low[1])) / height_cm, (x - float(low[0])) / width_cm)
        for name, (x, y) in places.items()
    }
    return developed(studio, rows=height_px, cols=width_px), landmarks
