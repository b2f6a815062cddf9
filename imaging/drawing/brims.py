"""Hats with a brim all round."""

from dataclasses import dataclass

import numpy as np

from imaging.drawing.outlines import Curve, Point, curve, ellipse, joined, panel, symmetric
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, Seam, on_both_sides

# Outlines, seams and folds are in centimetres, x to the right from the middle, y downwards.

_BUCKET_CROWN = panel(
    symmetric((-7.6, 0.4), (-4, -0.9), (0, -1.2)),
    curve((7.6, 0.4), (8.8, 5), (9.6, 9.6)),
    symmetric((9.6, 9.6), (0, 11.4)),
)
_BUCKET_SEAMS = (
    Seam(line=symmetric((-7.6, 0.9), (0, 1.6)), width=0.2, depth=0.8, pucker=0.8),
    Seam(line=curve((-3.9, 1.4), (-4.6, 10.6)), width=0.12, depth=0.6),
    Seam(line=curve((3.9, 1.4), (4.6, 10.6)), width=0.12, depth=0.6),
)
_BUCKET_BRIM = panel(
    symmetric((-9.6, 8.9), (0, 10.4)),
    curve((9.6, 8.9), (12.2, 12.6), (14.6, 16.2)),
    symmetric((14.6, 16.2), (8, 18.6), (0, 19.4)),
)
_BUCKET_BRIM_FOLDS = (
    Fold(line=curve((-7, 10), (-9, 17.5)), width=2.5, depth=0.3),
    Fold(line=curve((3, 11), (4, 19)), width=3.0, depth=-0.3),
    Fold(line=curve((9, 10.5), (11.5, 16.5)), width=2.5, depth=0.3),
)

_RIBBON = panel(
    symmetric((-9.2, 7.6), (0, 9.6)),
    curve((9.2, 7.6), (9.4, 11.0)),
    symmetric((9.4, 11.0), (0, 13.3)),
)
_BRIM_EDGE = symmetric((-16.6, 13.4), (-11, 15.4), (0, 16.4))
_BRIM_ROLL = symmetric((-14, 12), (-8, 14.6), (0, 15.2))


@dataclass(frozen=True, kw_only=True)
class _Brimmed:
    """What tells one hat with a ribbon from another, in centimetres."""

    crown: Curve
    dents: tuple[Fold, ...]
    brim: Curve
    top_at: Point
    brim_at: Point


_FEDORA = _Brimmed(
    crown=joined(
        symmetric((-9.4, 11), (-9.0, 5), (-7.2, -0.8), (-4.0, -2.2), (0, -1.0)),
        symmetric((9.4, 11), (0, 13.2)),
    ),
    dents=(
        Fold(line=curve((0, -1.2), (0.2, 2.5), (0, 6)), width=2.5, depth=-0.7),
        Fold(line=curve((-5.4, 0), (-4.8, 4), (-5.8, 8)), width=2.5, depth=-0.5),
        Fold(line=curve((5.4, 0), (4.8, 4), (5.8, 8)), width=2.5, depth=-0.5),
    ),
    brim=joined(
        symmetric((-18.4, 10.6), (-14, 11.2), (-9.2, 11.2), (0, 12)),
        symmetric((18.4, 10.6), (13.5, 15.2), (6.5, 17.4), (0, 17.9)),
    ),
    top_at=(0.0, -1.0),
    brim_at=(18.4, 10.6),
)

_BOATER = _Brimmed(
    crown=panel(
        symmetric((-8.6, 1.0), (0, -0.4)),
        curve((8.6, 1.0), (9.1, 6), (9.3, 11)),
        symmetric((9.3, 11), (0, 13.2)),
    ),
    dents=(),
    brim=ellipse((0.0, 12.7), (17.8, 4.2)),
    top_at=(0.0, -0.4),
    brim_at=(17.8, 12.7),
)


def _brim_row(step: float) -> Seam:
    """Stitch a bucket hat's brim, parallel to its edge."""
    line = symmetric((-9.8 - step * 1.15, 9.6 + step * 1.55), (0, 11.0 + step * 1.85))
    return Seam(line=line, width=0.1, depth=0.6, pucker=0.8)


def bucket_hat(cloth: Cloth, seed: int) -> Drawing:
    """Draw a bucket hat with a stitched, sloping brim."""
    crown = Part(
        outline=_BUCKET_CROWN,
        cloth=cloth,
        depth=0.65,
        puff=0.6,
        seams=_BUCKET_SEAMS,
        folds=(Fold(line=curve((-7, 6), (-2, 7.5), (4, 6.6)), width=1.5, depth=0.15),),
        casts=0.3,
        seed=seed,
    )
    brim = Part(
        outline=_BUCKET_BRIM,
        cloth=cloth,
        depth=0.45,
        puff=0.4,
        puff_depth=0.6,
        bow=2.0,
        seams=tuple(_brim_row(step) for step in np.arange(0.5, 4.2, 0.62)),
        folds=_BUCKET_BRIM_FOLDS,
        casts=0.5,
        cast_size=0.5,
        seed=seed + 1,
    )
    marks = on_both_sides({"top": (0.0, -1.2)}, brim=(14.6, 16.2), band=(9.6, 9.6))
    return [crown, brim], marks


def fedora(cloth: Cloth, ribbon: str, seed: int) -> Drawing:
    """Draw a fedora with a ribbon of the given colour (``#rrggbb``)."""
    return _brimmed(_FEDORA, cloth, ribbon, seed)


def boater(cloth: Cloth, ribbon: str, seed: int) -> Drawing:
    """Draw a boater with a ribbon of the given colour (``#rrggbb``)."""
    return _brimmed(_BOATER, cloth, ribbon, seed)


def _brimmed(hat: _Brimmed, cloth: Cloth, ribbon: str, seed: int) -> Drawing:
    brim = Part(
        outline=hat.brim,
        cloth=cloth,
        depth=0.12,
        puff=0.7,
        puff_depth=0.7,
        bow=2.5,
        seams=(Seam(line=_BRIM_EDGE, width=0.12, depth=0.4),),
        folds=(Fold(line=_BRIM_ROLL, width=3.0, depth=0.5, taper=(1.0, 1.0)),),
        casts=0.3,
        seed=seed,
    )
    crown = Part(
        outline=hat.crown,
        cloth=cloth,
        depth=0.75,
        puff=1.2,
        puff_depth=0.8,
        folds=hat.dents,
        casts=0.65,
        cast_size=0.9,
        seed=seed + 1,
    )
    band = Part(
        outline=_RIBBON,
        cloth=Cloth(fabric="ribbed", colours=(ribbon,)),
        depth=0.75,
        puff=0.2,
        casts=0.3,
        cast_size=0.15,
        creases=0.0,
        bow=2.0,
    )
    marks = on_both_sides({"top": hat.top_at}, brim=hat.brim_at, band=(9.4, 11.0))
    return [brim, crown, band], marks
