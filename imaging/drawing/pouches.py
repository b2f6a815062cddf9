"""Soft bags: drawn together, or half a moon."""

import numpy as np

from imaging.drawing.cuts import BagCut
from imaging.drawing.fastenings import button
from imaging.drawing.outlines import (
    Curve,
    curve,
    ellipse,
    joined,
    strip,
)
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, Seam, applied, on_both_sides


def handle(cloth: Cloth, line: Curve, width: float, *, tone: float = 1.0) -> Part:
    """Draw a rounded strap along a line."""
    edges = (Seam(line=line, width=0.12, depth=0.3),)
    return Part(
        outline=strip(line, width),
        cloth=cloth.plain(),
        depth=0.0,
        puff=width * 0.45,
        puff_depth=0.8,
        seams=edges,
        tone=tone,
        casts=0.4,
        cast_size=0.35,
        creases=0.0,
    )


def bucket(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a bucket bag, drawn together by a cord."""
    parts: list[Part] = []
    body = joined(
        curve((-9.6, 0.6), (0, 2.0), (9.6, 0.6)),
        curve((9.6, 0.6), (11.6, 10), (12.6, 20), (11.8, 24.4)),
        curve((11.8, 24.4), (0, 26.6), (-11.8, 24.4)),
        curve((-11.8, 24.4), (-12.6, 20), (-11.6, 10), (-9.6, 0.6)),
    )
    opening = ellipse((0, 0.7), (9.6, 1.9))
    arc = curve((-9.2, 2), (-9.0, -14), (-5.4, -25), (0, -28.4), (5.4, -25), (9.0, -14), (9.2, 2))
    folds = tuple(
        Fold(
            line=curve((x, 1.5), (x * 1.1, 7), (x * 1.15, 13 + (x % 3))),
            width=1.5,
            depth=0.42 if index % 2 else -0.42,
            taper=(1.0, 0.1),
        )
        for index, x in enumerate(np.arange(-8.4, 8.5, 1.5))
    )
    cord = curve((-9.9, 4.0), (0, 6.0), (9.9, 4.0))
    parts.append(
        Part(
            outline=opening,
            cloth=Cloth(fabric="suede", colours=(cut.lining,)),
            depth=0.2,
            tone=0.45,
            casts=0.0,
        )
    )
    parts.append(handle(cloth, arc, 1.5))
    parts.append(
        Part(
            outline=body,
            cloth=cloth,
            depth=0.62,
            puff=0.9,
            folds=folds,
            casts=0.35,
            seed=seed,
            bow=2.0,
            seams=(Seam(line=curve((-12.4, 21.2), (0, 23.4), (12.4, 21.2)), width=0.2, depth=0.8),),
        )
    )
    parts.append(applied(strip(cord, 0.6), cloth.plain(), casts=0.5))
    parts += [
        applied(
            strip(curve((0, 5.8), (x, 10), (x * 1.3, 14.5)), 0.55),
            cloth.plain(),
            casts=0.5,
            cast_size=0.25,
        )
        for x in (-2.2, 1.8)
    ]
    parts += [button((sign * 9.3, 3.6), cut.metal, 0.75, fabric="metal") for sign in (-1.0, 1.0)]
    return parts, on_both_sides({"handle": (0.0, -28.4), "base": (0.0, 26.6)}, side=(11.6, 10.0))


def crescent(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a half-moon bag."""
    parts: list[Part] = []
    body = joined(
        curve((-16, 0), (-8, 3.6), (0, 4.8), (8, 3.6), (16, 0)),
        curve(
            (16, 0),
            (17.4, 5),
            (14.6, 12.6),
            (8, 17.6),
            (0, 19.2),
            (-8, 17.6),
            (-14.6, 12.6),
            (-17.4, 5),
            (-16, 0),
        ),
    )
    arc = curve(
        (-15.8, 1.2),
        (-15.2, -9),
        (-9.6, -19),
        (0, -23),
        (9.6, -19),
        (15.2, -9),
        (15.8, 1.2),
    )
    folds = (
        Fold(line=curve((-14, 3), (-6, 9), (0, 10)), width=3.0, depth=0.4),
        Fold(line=curve((14, 3), (7, 9), (1, 11)), width=3.0, depth=-0.4),
        Fold(line=curve((-10, 4), (-7, 10), (-6, 16)), width=2.5, depth=-0.3),
        Fold(line=curve((9, 5), (8, 11), (5, 17)), width=2.5, depth=0.3),
    )
    zip_line = curve((-14.6, 1.7), (-8, 4.7), (0, 5.9), (8, 4.7), (14.6, 1.7))
    parts.append(handle(cloth, arc, 2.2))
    parts.append(
        Part(
            outline=body,
            cloth=cloth,
            depth=0.2,
            puff=3.0,
            puff_depth=0.9,
            folds=folds,
            casts=0.4,
            seed=seed,
            seams=(
                Seam(line=zip_line, width=0.3, depth=1.2, thread=cut.metal),
                Seam(line=curve((-15, 12), (0, 17.2), (15, 12)), width=0.16, depth=0.6),
            ),
        )
    )
    parts += [
        applied(
            strip(ellipse((sign * 15.7, 0.8), (1.25, 1.25)), 0.42),
            Cloth(fabric="metal", colours=(cut.metal,)),
            puff=0.2,
        )
        for sign in (-1.0, 1.0)
    ]
    return parts, on_both_sides({"handle": (0.0, -23.0), "base": (0.0, 19.2)}, side=(17.4, 5.0))
