"""Hats with a brim all round."""

import numpy as np

from imaging.drawing.cuts import HatCut
from imaging.drawing.outlines import (
    curve,
    ellipse,
    joined,
)
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, Seam, on_both_sides


def bucket_hat(cloth: Cloth, seed: int) -> Drawing:
    """Draw a bucket hat with a stitched, sloping brim."""
    crown = joined(
        curve((-7.6, 0.4), (-4, -0.9), (0, -1.2), (4, -0.9), (7.6, 0.4)),
        curve((7.6, 0.4), (8.8, 5), (9.6, 9.6)),
        curve((9.6, 9.6), (0, 11.4), (-9.6, 9.6)),
        curve((-9.6, 9.6), (-8.8, 5), (-7.6, 0.4)),
    )
    brim = joined(
        curve((-9.6, 8.9), (0, 10.4), (9.6, 8.9)),
        curve((9.6, 8.9), (12.2, 12.6), (14.6, 16.2)),
        curve((14.6, 16.2), (8, 18.6), (0, 19.4), (-8, 18.6), (-14.6, 16.2)),
        curve((-14.6, 16.2), (-12.2, 12.6), (-9.6, 8.9)),
    )
    rows = tuple(
        Seam(
            line=curve(
                (-9.8 - k * 1.15, 9.6 + k * 1.55),
                (0, 11.0 + k * 1.85),
                (9.8 + k * 1.15, 9.6 + k * 1.55),
            ),
            width=0.1,
            depth=0.6,
            pucker=0.8,
        )
        for k in np.arange(0.5, 4.2, 0.62)
    )
    top = curve((-7.6, 0.9), (0, 1.6), (7.6, 0.9))
    parts = [
        Part(
            outline=crown,
            cloth=cloth,
            depth=0.65,
            puff=0.6,
            seams=(
                Seam(line=top, width=0.2, depth=0.8, pucker=0.8),
                Seam(line=curve((-3.9, 1.4), (-4.6, 10.6)), width=0.12, depth=0.6),
                Seam(line=curve((3.9, 1.4), (4.6, 10.6)), width=0.12, depth=0.6),
            ),
            casts=0.3,
            seed=seed,
            folds=(Fold(line=curve((-7, 6), (-2, 7.5), (4, 6.6)), width=1.5, depth=0.15),),
        ),
        Part(
            outline=brim,
            cloth=cloth,
            depth=0.45,
            puff=0.4,
            puff_depth=0.6,
            bow=2.0,
            seams=rows,
            casts=0.5,
            cast_size=0.5,
            seed=seed + 1,
            folds=(
                Fold(line=curve((-7, 10), (-9, 17.5)), width=2.5, depth=0.3),
                Fold(line=curve((3, 11), (4, 19)), width=3.0, depth=-0.3),
                Fold(line=curve((9, 10.5), (11.5, 16.5)), width=2.5, depth=0.3),
            ),
        ),
    ]
    return parts, on_both_sides({"top": (0.0, -1.2)}, brim=(14.6, 16.2), band=(9.6, 9.6))


def brimmed(cloth: Cloth, cut: HatCut, seed: int, *, flat: bool) -> Drawing:
    """Draw a fedora, or with a flat crown a boater."""
    if flat:
        crown = joined(
            curve((-8.6, 1.0), (0, -0.4), (8.6, 1.0)),
            curve((8.6, 1.0), (9.1, 6), (9.3, 11)),
            curve((9.3, 11), (0, 13.2), (-9.3, 11)),
            curve((-9.3, 11), (-9.1, 6), (-8.6, 1.0)),
        )
        folds: tuple[Fold, ...] = ()
        top = -0.4
    else:
        crown = joined(
            curve(
                (-9.4, 11),
                (-9.0, 5),
                (-7.2, -0.8),
                (-4.0, -2.2),
                (0, -1.0),
                (4.0, -2.2),
                (7.2, -0.8),
                (9.0, 5),
                (9.4, 11),
            ),
            curve((9.4, 11), (0, 13.2), (-9.4, 11)),
        )
        folds = (
            Fold(line=curve((0, -1.2), (0.2, 2.5), (0, 6)), width=2.5, depth=-0.7),
            Fold(line=curve((-5.4, 0), (-4.8, 4), (-5.8, 8)), width=2.5, depth=-0.5),
            Fold(line=curve((5.4, 0), (4.8, 4), (5.8, 8)), width=2.5, depth=-0.5),
        )
        top = -1.0
    brim = (
        ellipse((0.0, 12.7), (17.8, 4.2))
        if flat
        else joined(
            curve(
                (-18.4, 10.6),
                (-14, 11.2),
                (-9.2, 11.2),
                (0, 12),
                (9.2, 11.2),
                (14, 11.2),
                (18.4, 10.6),
            ),
            curve(
                (18.4, 10.6),
                (13.5, 15.2),
                (6.5, 17.4),
                (0, 17.9),
                (-6.5, 17.4),
                (-13.5, 15.2),
                (-18.4, 10.6),
            ),
        )
    )
    band = joined(
        curve((-9.2, 7.6), (0, 9.6), (9.2, 7.6)),
        curve((9.2, 7.6), (9.4, 11.0)),
        curve((9.4, 11.0), (0, 13.3), (-9.4, 11.0)),
        curve((-9.4, 11.0), (-9.2, 7.6)),
    )
    ribbon = Cloth(fabric="ribbed", colours=(cut.band,))
    edge = curve((-16.6, 13.4), (-11, 15.4), (0, 16.4), (11, 15.4), (16.6, 13.4))
    parts = [
        Part(
            outline=brim,
            cloth=cloth,
            depth=0.12,
            puff=0.7,
            puff_depth=0.7,
            bow=2.5,
            casts=0.3,
            seams=(Seam(line=edge, width=0.12, depth=0.4),),
            seed=seed,
            folds=(
                Fold(
                    line=curve((-14, 12), (-8, 14.6), (0, 15.2), (8, 14.6), (14, 12)),
                    width=3.0,
                    depth=0.5,
                    taper=(1.0, 1.0),
                ),
            ),
        ),
        Part(
            outline=crown,
            cloth=cloth,
            depth=0.75,
            puff=1.2,
            puff_depth=0.8,
            folds=folds,
            casts=0.65,
            cast_size=0.9,
            seed=seed + 1,
        ),
        Part(
            outline=band,
            cloth=ribbon,
            depth=0.75,
            puff=0.2,
            casts=0.3,
            cast_size=0.15,
            creases=0.0,
            bow=2.0,
        ),
    ]
    return parts, on_both_sides(
        {"top": (0.0, top)}, brim=(17.8, 12.7) if flat else (18.4, 10.6), band=(9.4, 11.0)
    )
