"""Collars that are parts of their own: shirt, lapel, hood, turtleneck, stand."""

from dataclasses import replace

import numpy as np

from imaging.drawing.cuts import TopCut
from imaging.drawing.outlines import (
    Curve,
    box,
    curve,
    joined,
    mirrored,
    panel,
    strip,
    symmetric,
)
from imaging.drawing.parts import Cloth, Fold, Part, Seam, applied, inside, paired, reflected

LABEL = Cloth(fabric="satin", colours=("#efe9dd",))
"""What labels are woven from."""


def _leaf(cut: TopCut, cloth: Cloth, top: float) -> Part:
    """Draw the right leaf of a shirt collar, from the fold at ``top`` centimetres to its point."""
    w, d = cut.neck_width, cut.neck_depth
    start, point = ((0.4, d - 0.5), (7.6, d + 6.0))
    if cut.neck != "camp":
        start, point = ((0.15, d - 0.5), (6.4, d + 5.0))
    fold = (w * 0.62, top)
    outer = (w * 1.13, 3.4)
    outline = joined(
        curve(start, (w * 0.44, d * 0.52), (w * 0.80, 0.4), fold),
        curve(fold, (w * 1.02, -0.8), (w * 1.20, 1.6), outer),
        curve(outer, (point[0] + 1.6, (point[1] + 2) * 0.62), point),
        curve(point, (point[0] * 0.5, d + 1.7), start),
    )
    corner = (point[0] - 0.15, point[1] - 0.8)
    stitch = joined(
        curve((w * 1.06, 3.4), (point[0] + 1.0, (point[1] + 2) * 0.60), corner),
        curve(corner, (point[0] * 0.5, d + 0.9), (0.8, d - 0.2)),
    )
    roll = curve((w * 0.75, -1.2), (w * 1.0, 1.0), (w * 0.9, 4))
    return Part(
        outline=outline,
        cloth=cloth,
        axis=-38,
        depth=0.0,
        puff=0.8,
        puff_depth=0.6,
        casts=0.42,
        cast_size=0.45,
        creases=0.35,
        seams=(Seam(line=stitch, width=0.1, depth=0.45, thread=cut.thread, pucker=0.4),),
        folds=(Fold(line=roll, width=2.0, depth=0.35),),
        seed=11,
    )


def shirt_collar(cut: TopCut, cloth: Cloth) -> tuple[list[Part], list[Part]]:
    """Stand and two leaves; ``camp`` lies open and has no stand."""
    w, d = cut.neck_width, cut.neck_depth
    top = -1.6 if cut.neck == "camp" else -2.6
    right = _leaf(cut, cloth, top)
    left = replace(reflected(right), seed=12)
    back_edge = symmetric((-w * 0.64, top), (0, top + 0.9))
    lower = symmetric((w * 0.9, 1.5), (w * 0.5, d * 0.7), (0, d))
    back = inside(joined(back_edge, lower), cloth.plain(), tone=0.55, depth=0.4, creases=0.3)
    band = Part(
        outline=strip(back_edge + np.array([0.0, 2.0]), 3.4),
        cloth=cloth.plain(),
        depth=0.3,
        puff=0.7,
        tone=0.72,
        casts=0.4,
        cast_size=0.3,
        is_inside=True,
        creases=0.3,
    )
    place = box(-1.8, top + 4.9, 1.8, top + 6.7, radius=0.1)
    label = applied(place, LABEL, puff=0.0, casts=0.3, tone=0.8)
    return [back, band, replace(label, creases=0.2, is_inside=True)], [left, right]


def lapels(cut: TopCut, cloth: Cloth) -> list[Part]:
    """Draw a tailored collar with notched lapels that meet at the break."""
    w, d = cut.neck_width, cut.neck_depth
    parts: list[Part] = []
    overlap = 6.5 if cut.closure == "double" else 2.0
    edge = curve(
        (0.0, d),
        (overlap * 0.4, d + 6),
        (overlap * 0.55, d + 14),
        (overlap * 0.5, cut.length - 0.6),
    )
    parts.append(
        applied(strip(edge, 0.2), cloth.plain(), puff=0.0, casts=0.45, cast_size=0.5, tone=0.55)
    )
    wide = 9.6 if cut.closure == "double" else 8.2
    notch = d * 0.42
    lapel = joined(
        curve((0.0, d + 0.8), (w * 0.36, d * 0.56), (w * 0.80, notch * 0.5)),
        curve((w * 0.80, notch * 0.5), (w + wide * 0.25, notch + 0.2)),
        curve(
            (w + wide * 0.62, notch - 0.6),
            (w + wide * 0.30, d * 0.62),
            (w * 0.45, d * 0.90),
            (0.0, d + 0.8),
        ),
    )
    collar = joined(
        curve((w * 0.78, notch * 0.56), (w * 0.80, -0.6), (w * 0.60, -2.4)),
        curve((w * 0.60, -2.4), (w * 1.1, -0.9), (w * 1.34, 1.8), (w + wide * 0.46, notch - 1.4)),
        curve((w + wide * 0.46, notch - 1.4), (w + wide * 0.22, notch + 0.4)),
        curve((w + wide * 0.22, notch + 0.4), (w * 0.78, notch * 0.56)),
    )
    for sign in (-1, 1):
        for shape, axis, seed in ((collar, -30.0, 13), (lapel, -18.0, 14)):
            outline = shape if sign > 0 else mirrored(shape)
            parts.append(
                Part(
                    outline=outline,
                    cloth=cloth,
                    axis=axis * sign,
                    depth=0.0,
                    puff=0.9,
                    puff_depth=0.65,
                    casts=0.5,
                    cast_size=0.6,
                    creases=0.4,
                    seed=seed + sign,
                )
            )
    return parts


def _hood_back(cut: TopCut, cloth: Cloth) -> Part:
    """Draw the inside of a hood that lies on the back."""
    w, d = cut.neck_width, cut.neck_depth
    outline = joined(
        symmetric((-w - 1.5, 1.2), (-w - 1.2, -5), (-w * 0.55, -10), (0, -11.2)),
        symmetric((w * 0.6, 6), (0, d)),
    )
    folds = (
        Fold(line=curve((-3, -9), (-2, 0), (0, 6)), width=2.0, depth=-0.3),
        Fold(line=curve((4, -9), (3.5, -2), (2, 5)), width=2.0, depth=0.3),
    )
    return replace(inside(outline, cloth.plain(), tone=0.62, depth=0.4), folds=folds)


def _hood_side(cut: TopCut, cloth: Cloth) -> Part:
    """Draw the right side of an open hood, hemmed along its opening."""
    w, d = cut.neck_width, cut.neck_depth
    back, shoulder = (w * 0.30, -10.8), (w * 1.1, 3.6)
    outline = joined(
        curve((0.0, d + 1.2), (w * 0.30, d * 0.55), (w * 0.52, 1.0), (w * 0.56, -5.0), back),
        curve(back, (w * 0.9, -9.4), (w * 1.28, -4.5), (w * 1.36, 1.0), shoulder),
        curve(shoulder, (w * 0.66, d * 0.86), (0.0, d + 2.6)),
    )
    hem = curve(
        *((0.9, d + 0.4), (w * 0.42, d * 0.5), (w * 0.66, 1.0)),
        *((w * 0.70, -5.0), (w * 0.42, -10.2)),
    )
    ridge = curve((w * 1.1, 3), (w * 0.95, -2), (w * 0.7, -8))
    valley = curve((w * 0.4, d * 0.8), (w * 0.75, 2.5), (w * 0.8, -4))
    return Part(
        outline=outline,
        cloth=cloth.plain(),
        axis=-12,
        depth=0.3,
        puff=1.4,
        puff_depth=0.8,
        folds=(Fold(line=ridge, width=2.0, depth=0.4), Fold(line=valley, width=1.5, depth=-0.35)),
        casts=0.45,
        cast_size=0.6,
        seams=(Seam(line=hem, width=0.14, depth=0.5, thread=cut.thread, pucker=0.8),),
        seed=15,
    )


def hood(cut: TopCut, cloth: Cloth) -> tuple[list[Part], list[Part]]:
    """Draw a hood that lies open, with its cords."""
    d = cut.neck_depth
    cord = Part(
        outline=strip(curve((2.6, d * 0.72), (3.4, d + 6), (3.0, d + 15)), 0.62),
        cloth=Cloth(fabric="canvas", colours=(cut.trim or "#e8e2d5",)),
        depth=0.6,
        casts=0.5,
        cast_size=0.3,
        creases=0.0,
    )
    front = [*paired(_hood_side(cut, cloth)), *paired(cord)]
    return [_hood_back(cut, cloth)], front


def turtleneck(cut: TopCut, cloth: Cloth) -> tuple[list[Part], list[Part]]:
    """Draw a tube that folds over once."""
    ribbed = cloth.plain(fabric="ribbed", colour=cut.trim)
    w, d = cut.neck_width, cut.neck_depth
    side = curve((w * 0.80, -7.6), (w * 0.86, -4), (w, 0.6))
    tube = joined(
        mirrored(side),
        symmetric((-w * 0.80, -7.6), (0, -6.6)),
        side,
        symmetric((w, 0.6), (w * 0.6, d * 0.8), (0, d + 0.3)),
    )
    fold = panel(
        symmetric((-w * 0.82, -7.8), (0, -6.7)),
        curve((w * 0.82, -7.8), (w * 0.95, -4.5), (w * 0.98, -1.6)),
        symmetric((w * 0.98, -1.6), (w * 0.5, 1.2), (0, 2.0)),
    )
    opening = joined(
        symmetric((-w * 0.80, -7.7), (0, -8.9)), symmetric((w * 0.80, -7.7), (0, -6.0))
    )
    front = [
        Part(outline=tube, cloth=ribbed, depth=0.5, casts=0.25, creases=0.5),
        Part(
            outline=fold,
            cloth=ribbed,
            depth=0.55,
            puff=1.1,
            puff_depth=0.7,
            casts=0.45,
            cast_size=0.5,
            creases=0.6,
            bow=1.5,
        ),
    ]
    return [inside(opening, ribbed, tone=0.5)], front


def stand(cut: TopCut, cloth: Cloth, front: Curve) -> tuple[list[Part], list[Part]]:
    """Draw a collar that stands, in cloth or in rib."""
    w, d = cut.neck_width, cut.neck_depth
    high = 4.6 if cut.neck == "stand" else 3.0
    outline = joined(
        front + np.array([0.1, 0.5]),
        curve((w + 0.1, 0.5), (w * 0.94, -high * 0.6), (w * 0.80, -high)),
        curve((w * 0.80, -high), (w * 0.50, d * 0.35 - high * 0.5), (0.2, d - high)),
    )
    is_rib = cut.neck == "bomber"
    band = Part(
        outline=outline,
        cloth=cloth.plain(fabric="ribbed", colour=cut.trim) if is_rib else cloth,
        axis=-34.0,
        depth=0.0,
        puff=1.2,
        puff_depth=0.8,
        casts=0.4,
        cast_size=0.4,
        creases=0.3,
    )
    back = joined(
        symmetric((-w * 0.82, -high), (0, 1.0 - high)),
        symmetric((w, 0.5), (w * 0.5, d * 0.7), (0, d)),
    )
    return [inside(back, cloth.plain(colour=cut.inside), tone=0.5, depth=0.4)], paired(band)


def nape(cut: TopCut, cloth: Cloth) -> Part:
    """Draw the back of a tailored collar, seen from the front."""
    w = cut.neck_width
    fold = symmetric((-w * 0.62, -2.4), (0, -1.2))
    lower = symmetric((w * 0.98, -0.9), (w * 0.9, 1.6), (0, 2.4))
    return Part(
        outline=joined(fold, lower),
        cloth=cloth.plain(),
        depth=0.3,
        puff=0.8,
        tone=0.74,
        casts=0.4,
        cast_size=0.3,
        is_inside=True,
        creases=0.2,
    )
