"""Waistbands, and the inside of the back behind them."""

import numpy as np

from imaging.drawing.outlines import (
    curve,
    joined,
)
from imaging.drawing.parts import Cloth, Part, Seam


def waist_inside(half: float, cloth: Cloth) -> Part:
    """Draw the inside of the back waistband."""
    shape = joined(
        curve((-half + 0.2, 0.2), (0, -2.0), (half - 0.2, 0.2)),
        curve((half - 0.2, 0.2), (0, 2.6), (-half + 0.2, 0.2)),
    )
    return Part(
        outline=shape,
        cloth=cloth.plain(),
        depth=0.35,
        tone=0.5,
        casts=0.0,
        is_inside=True,
        creases=0.2,
    )


def waistband(  # noqa: PLR0913 (its measures, and how it is closed)
    half: float, depth: float, cloth: Cloth, thread: str | None, *, gathered: bool, grow: float
) -> Part:
    """Draw a waistband; gathered where a cord or elastic runs through."""
    shape = joined(
        curve((-half, 0), (-half * 0.5, 1.2), (0, 1.6), (half * 0.5, 1.2), (half, 0)),
        curve((half, 0), (half + grow, depth)),
        curve(
            (half + grow, depth),
            (half * 0.5, depth + 1.3),
            (0, depth + 1.7),
            (-half * 0.5, depth + 1.3),
            (-half - grow, depth),
        ),
        curve((-half - grow, depth), (-half, 0)),
    )
    seams: list[Seam] = []
    for y in (0.5, depth - 0.5):
        line = curve(
            (-half - grow * y / depth, y),
            (-half * 0.5, y + 1.2),
            (0, y + 1.6),
            (half * 0.5, y + 1.2),
            (half + grow * y / depth, y),
        )
        seams.append(Seam(line=line, width=0.1, depth=0.4, thread=thread, pucker=0.5))
    if gathered:
        for x in np.arange(-half + 0.4, half, 0.75):
            sag = 1.6 * (1 - (x / half) ** 2)
            seams.append(
                Seam(
                    line=curve((float(x), 0.3 + sag), (float(x) * 1.02, depth + sag)),
                    width=0.3,
                    depth=0.9,
                )
            )
    return Part(
        outline=shape,
        cloth=cloth,
        depth=0.45,
        puff=0.5,
        puff_depth=0.5,
        bow=1.6,
        seams=tuple(seams),
        casts=0.35,
        cast_size=0.3,
        creases=0.4,
        seed=3,
    )
