"""Hats, from the front."""

import numpy as np

from imaging.drawing.brims import brimmed, bucket_hat
from imaging.drawing.cuts import HatCut
from imaging.drawing.fastenings import button
from imaging.drawing.outlines import (
    curve,
    ellipse,
    joined,
    strip,
)
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, Seam, applied, on_both_sides


def _beanie(cloth: Cloth, seed: int) -> Drawing:
    dome = joined(
        curve(
            (-9.6, 14),
            (-10.2, 8),
            (-8.6, 2.2),
            (-4.6, -1.0),
            (0, -1.8),
            (4.6, -1.0),
            (8.6, 2.2),
            (10.2, 8),
            (9.6, 14),
        ),
        curve((9.6, 14), (0, 15), (-9.6, 14)),
    )
    ribs = tuple(
        Seam(
            line=curve((x * 0.25, -1.6 + abs(x) * 0.02), (x * 0.86, 4.0), (x, 14.5)),
            width=0.34,
            depth=1.0,
        )
        for x in np.arange(-9.0, 9.1, 1.0)
    )
    cuff = joined(
        curve((-10.1, 11.4), (0, 12.6), (10.1, 11.4)),
        curve(
            (10.1, 11.4),
            (10.35, 14.5),
            (9.9, 17.4),
            (8.6, 18.7),
            (4.5, 19.5),
            (0, 19.7),
            (-4.5, 19.5),
            (-8.6, 18.7),
            (-9.9, 17.4),
            (-10.35, 14.5),
            (-10.1, 11.4),
        ),
    )
    turn = tuple(
        Seam(
            line=curve(
                (x, 11.6 + 0.8 * (1 - (x / 10) ** 2)), (x * 0.985, 18.2 + 1.3 * (1 - (x / 10) ** 2))
            ),
            width=0.36,
            depth=1.1,
        )
        for x in np.arange(-9.6, 9.7, 0.92)
    )
    folds = (
        Fold(line=curve((-6, 2), (-3, 6), (-4, 11)), width=2.0, depth=0.2),
        Fold(line=curve((5, 1.5), (4, 6), (6, 11)), width=2.0, depth=-0.2),
    )
    parts = [
        Part(outline=dome, cloth=cloth, depth=0.75, seams=ribs, folds=folds, casts=0.3, seed=seed),
        Part(
            outline=cuff,
            cloth=cloth,
            depth=0.75,
            puff=1.0,
            puff_depth=0.7,
            seams=turn,
            casts=0.5,
            cast_size=0.4,
            bow=1.5,
            seed=seed + 1,
        ),
    ]
    return parts, on_both_sides({"top": (0.0, -1.8)}, brim=(10.35, 14.5), band=(9.9, 17.4))


def _cap(cloth: Cloth, seed: int) -> Drawing:
    crown = joined(
        curve(
            (-9.4, 13.6),
            (-9.7, 8),
            (-8.0, 2.4),
            (-4.2, -0.9),
            (0, -1.7),
            (4.2, -0.9),
            (8.0, 2.4),
            (9.7, 8),
            (9.4, 13.6),
        ),
        curve((9.4, 13.6), (7.6, 13.4), (0, 12.0), (-7.6, 13.4), (-9.4, 13.6)),
    )
    visor = joined(
        curve(
            (-9.2, 14.6),
            (-7.6, 12.2),
            (-4.2, 10.9),
            (0, 10.5),
            (4.2, 10.9),
            (7.6, 12.2),
            (9.2, 14.6),
        ),
        curve(
            (9.2, 14.6),
            (10.3, 17.2),
            (9.9, 18.6),
            (8.4, 18.9),
            (4.6, 17.9),
            (0, 17.5),
            (-4.6, 17.9),
            (-8.4, 18.9),
            (-9.9, 18.6),
            (-10.3, 17.2),
            (-9.2, 14.6),
        ),
    )
    rows = tuple(
        Seam(
            line=curve(
                (-9.0 - k * 0.1, 14.6 + k * 0.62),
                (-7.4, 12.4 + k * 0.86),
                (-4.2, 11.0 + k),
                (0, 10.6 + k),
                (4.2, 11.0 + k),
                (7.4, 12.4 + k * 0.86),
                (9.0 + k * 0.1, 14.6 + k * 0.62),
            ),
            width=0.1,
            depth=0.5,
        )
        for k in np.arange(0.7, 6.6, 0.95)
    )
    panels = (
        Seam(line=curve((0, -1.6), (0.1, 5), (0, 11.8)), width=0.2, depth=0.9, pucker=0.5),
        Seam(line=curve((-0.6, -1.6), (-4.6, 4), (-6.4, 12.8)), width=0.18, depth=0.7, pucker=0.5),
        Seam(line=curve((0.6, -1.6), (4.6, 4), (6.4, 12.8)), width=0.18, depth=0.7, pucker=0.5),
    )
    parts = [
        Part(
            outline=crown,
            cloth=cloth,
            depth=0.85,
            seams=panels,
            casts=0.3,
            seed=seed,
            folds=(Fold(line=curve((-7, 9), (-3, 10.5), (2, 10)), width=1.5, depth=0.2),),
        ),
        button((0.0, -1.45), cloth.colours[0], 0.75, fabric="canvas"),
        Part(
            outline=visor,
            cloth=cloth,
            depth=0.42,
            puff=0.6,
            bow=-1.2,
            seams=rows,
            casts=0.55,
            cast_size=0.5,
            creases=0.3,
            seed=seed + 1,
        ),
        *[
            applied(
                ellipse((x, 4.6), (0.32, 0.32), 16),
                cloth,
                puff=0.0,
                casts=0.0,
                cast_size=0.5,
                tone=0.4,
            )
            for x in (-2.7, 2.7)
        ],
    ]
    return parts, on_both_sides({"top": (0.0, -2.2)}, brim=(10.3, 17.2), band=(9.4, 13.6))


def _beret(cloth: Cloth, seed: int) -> Drawing:
    shape = joined(
        curve(
            (-9.4, 12.2),
            (-13.6, 8.6),
            (-14.2, 4.0),
            (-9.6, -0.2),
            (-2, -1.8),
            (6, -1.0),
            (12.4, 2.4),
            (13.6, 7.0),
            (9.4, 12.2),
        ),
        curve((9.4, 12.2), (0, 13.4), (-9.4, 12.2)),
    )
    band = joined(
        curve((-9.6, 11.2), (0, 12.4), (9.6, 11.2)),
        curve((9.6, 11.2), (9.3, 13.4)),
        curve((9.3, 13.4), (0, 14.8), (-9.3, 13.4)),
        curve((-9.3, 13.4), (-9.6, 11.2)),
    )
    folds = (
        Fold(
            line=curve((-12, 7.5), (-4, 9.5), (6, 8.6), (12, 6)),
            width=3.0,
            depth=0.5,
            taper=(0.6, 0.6),
        ),
        Fold(line=curve((-8, 11), (-11, 8.5)), width=1.5, depth=-0.3),
        Fold(line=curve((8, 11), (11, 8)), width=1.5, depth=-0.3),
        Fold(line=curve((3, 11.6), (4, 9)), width=1.5, depth=-0.2),
        Fold(line=curve((-3, 11.6), (-4, 9)), width=1.5, depth=-0.2),
    )
    parts = [
        Part(
            outline=strip(curve((0.2, -1.4), (0.5, -3.0)), 0.5),
            cloth=cloth,
            depth=0.5,
            casts=0.2,
            creases=0.0,
        ),
        Part(
            outline=shape,
            cloth=cloth,
            depth=0.5,
            puff=3.2,
            puff_depth=0.8,
            folds=folds,
            casts=0.3,
            seed=seed,
        ),
        Part(outline=band, cloth=cloth, depth=0.7, puff=0.4, casts=0.4, cast_size=0.3, creases=0.2),
    ]
    landmarks = on_both_sides({"top": (0.5, -3.0)}, band=(9.3, 13.4))
    return parts, landmarks | {"brim_left": (-14.2, 4.0), "brim_right": (13.6, 7.0)}


def draw_hat(cut: HatCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a hat from the front; see ``imaging.drawing.tops.draw_top``."""
    match cut.style:
        case "bucket":
            return bucket_hat(cloth, seed)
        case "fedora":
            return brimmed(cloth, cut, seed, flat=False)
        case "boater":
            return brimmed(cloth, cut, seed, flat=True)
        case "cap":
            return _cap(cloth, seed)
        case "beret":
            return _beret(cloth, seed)
        case _:
            return _beanie(cloth, seed)
