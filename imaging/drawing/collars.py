"""Collars that are parts of their own: shirt, lapel, hood, turtleneck, stand."""

import numpy as np

from imaging.drawing.cuts import TopCut
from imaging.drawing.outlines import (
    Curve,
    box,
    curve,
    flipped,
    joined,
    mirrored,
    strip,
)
from imaging.drawing.parts import Cloth, Fold, Part, Seam, applied


def shirt_collar(cut: TopCut, cloth: Cloth) -> tuple[list[Part], list[Part]]:
    """Stand and two leaves; ``camp`` lies open and has no stand."""
    w, d = cut.neck_width, cut.neck_depth
    camp = cut.neck == "camp"
    point = (7.6 if camp else 6.4, d + (6.0 if camp else 5.0))
    top = -2.6 if not camp else -1.6
    leaf = joined(
        curve(
            (0.15 if not camp else 0.4, d - 0.5),
            (w * 0.44, d * 0.52),
            (w * 0.80, 0.4),
            (w * 0.62, top),
        ),
        curve((w * 0.62, top), (w * 1.02, -0.8), (w * 1.20, 1.6), (w * 1.13, 3.4)),
        curve((w * 1.13, 3.4), (point[0] + 1.6, (point[1] + 2) * 0.62), point),
        curve(point, (point[0] * 0.5, d + 1.7), (0.15 if not camp else 0.4, d - 0.5)),
    )
    inset = joined(
        curve(
            (w * 1.06, 3.4),
            (point[0] + 1.0, (point[1] + 2) * 0.60),
            (point[0] - 0.15, point[1] - 0.8),
        ),
        curve((point[0] - 0.15, point[1] - 0.8), (point[0] * 0.5, d + 0.9), (0.8, d - 0.2)),
    )
    right = Part(
        outline=leaf,
        cloth=cloth,
        axis=-38,
        depth=0.0,
        puff=0.8,
        puff_depth=0.6,
        casts=0.42,
        cast_size=0.45,
        creases=0.35,
        seams=(Seam(line=inset, width=0.1, depth=0.45, thread=cut.thread, pucker=0.4),),
        folds=(
            Fold(line=curve((w * 0.75, -1.2), (w * 1.0, 1.0), (w * 0.9, 4)), width=2.0, depth=0.35),
        ),
        seed=11,
    )
    left = Part(
        outline=mirrored(leaf),
        cloth=cloth,
        axis=38,
        depth=0.0,
        puff=0.8,
        puff_depth=0.6,
        casts=0.42,
        cast_size=0.45,
        creases=0.35,
        seams=(Seam(line=flipped(inset), width=0.1, depth=0.45, thread=cut.thread, pucker=0.4),),
        folds=(
            Fold(
                line=curve((-w * 0.75, -1.2), (-w * 1.0, 1.0), (-w * 0.9, 4)), width=2.0, depth=0.35
            ),
        ),
        seed=12,
    )
    back_edge = curve((-w * 0.64, top), (0, top + 0.9), (w * 0.64, top))
    lower = curve((w * 0.9, 1.5), (w * 0.5, d * 0.7), (0, d), (-w * 0.5, d * 0.7), (-w * 0.9, 1.5))
    inside = Part(
        outline=joined(back_edge, lower),
        cloth=cloth.plain(),
        depth=0.4,
        tone=0.55,
        casts=0.0,
        is_inside=True,
        creases=0.3,
    )
    stand = Part(
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
    label = Part(
        outline=box(-1.8, top + 4.9, 1.8, top + 6.7, radius=0.1),
        cloth=Cloth(fabric="satin", colours=("#efe9dd",)),
        depth=0.0,
        tone=0.8,
        casts=0.3,
        cast_size=0.2,
        creases=0.2,
        is_inside=True,
    )
    return [inside, stand, label], [left, right]


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


def hood(cut: TopCut, cloth: Cloth) -> tuple[list[Part], list[Part]]:
    """Draw a hood that lies open, with its cords."""
    w, d = cut.neck_width, cut.neck_depth
    back = joined(
        curve(
            (-w - 1.5, 1.2),
            (-w - 1.2, -5),
            (-w * 0.55, -10),
            (0, -11.2),
            (w * 0.55, -10),
            (w + 1.2, -5),
            (w + 1.5, 1.2),
        ),
        curve((w * 0.6, 6), (0, d), (-w * 0.6, 6)),
    )
    behind = [
        Part(
            outline=back,
            cloth=cloth.plain(),
            depth=0.4,
            tone=0.62,
            casts=0.0,
            is_inside=True,
            folds=(
                Fold(line=curve((-3, -9), (-2, 0), (0, 6)), width=2.0, depth=-0.3),
                Fold(line=curve((4, -9), (3.5, -2), (2, 5)), width=2.0, depth=0.3),
            ),
        ),
    ]
    front: list[Part] = []
    for sign in (-1.0, 1.0):
        side = joined(
            curve(
                (0.0, d + 1.2),
                (w * 0.30, d * 0.55),
                (w * 0.52, 1.0),
                (w * 0.56, -5.0),
                (w * 0.30, -10.8),
            ),
            curve(
                (w * 0.30, -10.8),
                (w * 0.9, -9.4),
                (w * 1.28, -4.5),
                (w * 1.36, 1.0),
                (w * 1.1, 3.6),
            ),
            curve((w * 1.1, 3.6), (w * 0.66, d * 0.86), (0.0, d + 2.6)),
        )
        outline = side if sign > 0 else mirrored(side)
        folds = (
            Fold(
                line=curve((sign * w * 1.1, 3), (sign * w * 0.95, -2), (sign * w * 0.7, -8)),
                width=2.0,
                depth=0.4,
            ),
            Fold(
                line=curve((sign * w * 0.4, d * 0.8), (sign * w * 0.75, 2.5), (sign * w * 0.8, -4)),
                width=1.5,
                depth=-0.35,
            ),
        )
        hem = curve(
            (sign * 0.9, d + 0.4),
            (sign * w * 0.42, d * 0.5),
            (sign * w * 0.66, 1.0),
            (sign * w * 0.70, -5.0),
            (sign * w * 0.42, -10.2),
        )
        front.append(
            Part(
                outline=outline,
                cloth=cloth.plain(),
                axis=-12 * sign,
                depth=0.3,
                puff=1.4,
                puff_depth=0.8,
                folds=folds,
                casts=0.45,
                cast_size=0.6,
                seams=(Seam(line=hem, width=0.14, depth=0.5, thread=cut.thread, pucker=0.8),),
                seed=15,
            )
        )
    for sign in (-1.0, 1.0):
        cord = curve((sign * 2.6, d * 0.72), (sign * 3.4, d + 6), (sign * 3.0, d + 15))
        front.append(
            Part(
                outline=strip(cord, 0.62),
                cloth=Cloth(fabric="canvas", colours=(cut.trim or "#e8e2d5",)),
                depth=0.6,
                casts=0.5,
                cast_size=0.3,
                creases=0.0,
            )
        )
    return behind, front


def turtleneck(cut: TopCut, cloth: Cloth) -> tuple[list[Part], list[Part]]:
    """Draw a tube that folds over once."""
    plain = cloth.plain(colour=cut.trim)
    w, d = cut.neck_width, cut.neck_depth
    tube = joined(
        curve((-w, 0.6), (-w * 0.86, -4), (-w * 0.80, -7.6)),
        curve((-w * 0.80, -7.6), (0, -6.6), (w * 0.80, -7.6)),
        curve((w * 0.80, -7.6), (w * 0.86, -4), (w, 0.6)),
        curve((w, 0.6), (w * 0.6, d * 0.8), (0, d + 0.3), (-w * 0.6, d * 0.8), (-w, 0.6)),
    )
    fold = joined(
        curve((-w * 0.82, -7.8), (0, -6.7), (w * 0.82, -7.8)),
        curve((w * 0.82, -7.8), (w * 0.95, -4.5), (w * 0.98, -1.6)),
        curve((w * 0.98, -1.6), (w * 0.5, 1.2), (0, 2.0), (-w * 0.5, 1.2), (-w * 0.98, -1.6)),
        curve((-w * 0.98, -1.6), (-w * 0.95, -4.5), (-w * 0.82, -7.8)),
    )
    opening = joined(
        curve((-w * 0.80, -7.7), (0, -8.9), (w * 0.80, -7.7)),
        curve((w * 0.80, -7.7), (0, -6.0), (-w * 0.80, -7.7)),
    )
    ribbed = plain.plain(fabric="ribbed")
    return (
        [
            Part(
                outline=opening,
                cloth=ribbed,
                depth=0.3,
                tone=0.5,
                casts=0.0,
                is_inside=True,
            )
        ],
        [
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
        ],
    )


def stand(cut: TopCut, cloth: Cloth, front: Curve) -> tuple[list[Part], list[Part]]:
    """Draw a collar that stands, in cloth or in rib."""
    plain = cloth.plain(colour=cut.trim)
    w, d = cut.neck_width, cut.neck_depth
    high = 4.6 if cut.neck == "stand" else 3.0
    band = joined(
        front + np.array([0.1, 0.5]),
        curve((w + 0.1, 0.5), (w * 0.94, -high * 0.6), (w * 0.80, -high)),
        curve((w * 0.80, -high), (w * 0.50, d * 0.35 - high * 0.5), (0.2, d - high)),
    )
    shape = plain.plain(fabric="ribbed") if cut.neck == "bomber" else cloth
    back = curve((-w * 0.82, -high), (0, 1.0 - high), (w * 0.82, -high))
    lower = curve((w, 0.5), (w * 0.5, d * 0.7), (0, d), (-w * 0.5, d * 0.7), (-w, 0.5))
    inside = Part(
        outline=joined(back, lower),
        cloth=cloth.plain(colour=cut.inside),
        depth=0.4,
        tone=0.5,
        casts=0.0,
        is_inside=True,
    )
    front_parts = [
        Part(
            outline=band if sign > 0 else mirrored(band),
            cloth=shape,
            axis=-34.0 * sign,
            depth=0.0,
            puff=1.2,
            puff_depth=0.8,
            casts=0.4,
            cast_size=0.4,
            creases=0.3,
        )
        for sign in (-1, 1)
    ]
    return [inside], front_parts


def nape(cut: TopCut, cloth: Cloth) -> Part:
    """Draw the back of a tailored collar, seen from the front."""
    w = cut.neck_width
    fold = curve((-w * 0.62, -2.4), (0, -1.2), (w * 0.62, -2.4))
    lower = curve((w * 0.98, -0.9), (w * 0.9, 1.6), (0, 2.4), (-w * 0.9, 1.6), (-w * 0.98, -0.9))
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
