"""Soft bags: drawn together, or half a moon."""

import numpy as np

from imaging.drawing.cuts import BagCut
from imaging.drawing.fastenings import button
from imaging.drawing.outlines import Curve, curve, ellipse, joined, panel, strip, symmetric
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, Seam, applied, metal, on_both_sides

# Outlines, seams and folds are in centimetres, x to the right from the middle, y downwards.

_BUCKET = panel(
    symmetric((-9.6, 0.6), (0, 2.0)),
    curve((9.6, 0.6), (11.6, 10), (12.6, 20), (11.8, 24.4)),
    symmetric((11.8, 24.4), (0, 26.6)),
)
_BUCKET_HANDLE = symmetric((-9.2, 2), (-9.0, -14), (-5.4, -25), (0, -28.4))
_BUCKET_CORD = strip(symmetric((-9.9, 4.0), (0, 6.0)), 0.6)
_BUCKET_SEAM = Seam(line=symmetric((-12.4, 21.2), (0, 23.4)), width=0.2, depth=0.8)
_BUCKET_FOLDS = tuple(
    Fold(
        line=curve((x, 1.5), (x * 1.1, 7), (x * 1.15, 13 + (x % 3))),
        width=1.5,
        depth=0.42 if index % 2 else -0.42,
        taper=(1.0, 0.1),
    )
    for index, x in enumerate(np.arange(-8.4, 8.5, 1.5))
)

_CRESCENT = joined(
    symmetric((-16, 0), (-8, 3.6), (0, 4.8)),
    symmetric((16, 0), (17.4, 5), (14.6, 12.6), (8, 17.6), (0, 19.2)),
)
_CRESCENT_HANDLE = symmetric((-15.8, 1.2), (-15.2, -9), (-9.6, -19), (0, -23))
_CRESCENT_ZIP = symmetric((-14.6, 1.7), (-8, 4.7), (0, 5.9))
_CRESCENT_SEAM = Seam(line=symmetric((-15, 12), (0, 17.2)), width=0.16, depth=0.6)
_CRESCENT_FOLDS = (
    Fold(line=curve((-14, 3), (-6, 9), (0, 10)), width=3.0, depth=0.4),
    Fold(line=curve((14, 3), (7, 9), (1, 11)), width=3.0, depth=-0.4),
    Fold(line=curve((-10, 4), (-7, 10), (-6, 16)), width=2.5, depth=-0.3),
    Fold(line=curve((9, 5), (8, 11), (5, 17)), width=2.5, depth=0.3),
)


def handle(cloth: Cloth, line: Curve, width: float, *, tone: float = 1.0) -> Part:
    """Draw a rounded strap along a line."""
    return Part(
        outline=strip(line, width),
        cloth=cloth.plain(),
        depth=0.0,
        puff=width * 0.45,
        puff_depth=0.8,
        seams=(Seam(line=line, width=0.12, depth=0.3),),
        tone=tone,
        casts=0.4,
        cast_size=0.35,
        creases=0.0,
    )


def _cord_end(x: float, cloth: Cloth) -> Part:
    outline = strip(curve((0, 5.8), (x, 10), (x * 1.3, 14.5)), 0.55)
    return applied(outline, cloth.plain(), casts=0.5, cast_size=0.25)


def bucket(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a bucket bag, drawn together by a cord."""
    opening = Part(
        outline=ellipse((0, 0.7), (9.6, 1.9)),
        cloth=Cloth(fabric="suede", colours=(cut.lining,)),
        depth=0.2,
        tone=0.45,
        casts=0.0,
    )
    body = Part(
        outline=_BUCKET,
        cloth=cloth,
        depth=0.62,
        puff=0.9,
        folds=_BUCKET_FOLDS,
        seams=(_BUCKET_SEAM,),
        casts=0.35,
        seed=seed,
        bow=2.0,
    )
    parts = [
        opening,
        handle(cloth, _BUCKET_HANDLE, 1.5),
        body,
        applied(_BUCKET_CORD, cloth.plain(), casts=0.5),
        *(_cord_end(x, cloth) for x in (-2.2, 1.8)),
        *(button((x, 3.6), cut.metal, 0.75, fabric="metal") for x in (-9.3, 9.3)),
    ]
    return parts, on_both_sides({"handle": (0.0, -28.4), "base": (0.0, 26.6)}, side=(11.6, 10.0))


def crescent(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a half-moon bag."""
    body = Part(
        outline=_CRESCENT,
        cloth=cloth,
        depth=0.2,
        puff=3.0,
        puff_depth=0.9,
        folds=_CRESCENT_FOLDS,
        seams=(
            Seam(line=_CRESCENT_ZIP, width=0.3, depth=1.2, thread=cut.metal),
            _CRESCENT_SEAM,
        ),
        casts=0.4,
        seed=seed,
    )
    rings = [
        applied(strip(ellipse((x, 0.8), (1.25, 1.25)), 0.42), metal(cut.metal), puff=0.2)
        for x in (-15.7, 15.7)
    ]
    parts = [handle(cloth, _CRESCENT_HANDLE, 2.2), body, *rings]
    return parts, on_both_sides({"handle": (0.0, -23.0), "base": (0.0, 19.2)}, side=(17.4, 5.0))
