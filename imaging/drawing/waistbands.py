"""Waistbands, the inside of the back behind them, and front pockets below."""

import numpy as np

from imaging.drawing.outlines import Curve, curve, joined, panel, symmetric
from imaging.drawing.parts import Cloth, Part, Seam, inside


def waist_inside(half: float, cloth: Cloth) -> Part:
    """Draw the inside of the back waistband."""
    shape = joined(symmetric((-half + 0.2, 0.2), (0, -2.0)), symmetric((half - 0.2, 0.2), (0, 2.6)))
    return inside(shape, cloth.plain(), tone=0.5, depth=0.35, creases=0.2)


def pocket_mouth(line: Curve, thread: str | None) -> list[Seam]:
    """Draw the opening of the right front pocket, and the stitching that follows it."""
    return [
        Seam(line=line, width=0.3, depth=1.2),
        Seam(line=line + np.array([-0.15, 0.55]), width=0.1, depth=0.3, thread=thread),
    ]


def waistband(  # noqa: PLR0913 (its measures, and how it is closed)
    half: float, depth: float, cloth: Cloth, thread: str | None, *, gathered: bool, grow: float
) -> Part:
    """Draw a waistband; gathered where a cord or elastic runs through."""
    shape = panel(
        symmetric((-half, 0), (-half * 0.5, 1.2), (0, 1.6)),
        curve((half, 0), (half + grow, depth)),
        symmetric((half + grow, depth), (half * 0.5, depth + 1.3), (0, depth + 1.7)),
    )
    seams: list[Seam] = []
    for y in (0.5, depth - 0.5):
        line = symmetric((-half - grow * y / depth, y), (-half * 0.5, y + 1.2), (0, y + 1.6))
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
