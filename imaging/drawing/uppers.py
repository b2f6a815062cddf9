"""Uppers of shoes: what encloses the foot, its opening, its laces."""

import numpy as np

from imaging.drawing.cuts import ShoeCut
from imaging.drawing.outlines import Point, curve, ellipse, joined, strip
from imaging.drawing.parts import Cloth, Fold, Part, Seam, applied


def last(
    top: float, *, grow: float = 0.0, drop: float = 0.0, toe: float = 5.0
) -> tuple[Point, ...]:
    """Outline of a right shoe as points round it, from the inner top; toes point down."""
    g = grow
    return (
        (-3.5 - g, top + 0.6),
        (-3.7 - g, 6),
        (-4.3 - g, 11),
        (-toe + 0.1 - g, 16.5),
        (-toe * 0.86 - g * 0.8, 20.6 + drop * 0.6),
        (-toe * 0.4, 23.2 + g + drop),
        (0.1, 23.7 + g + drop),
        (toe * 0.45, 23.0 + g + drop),
        (toe * 0.9 + g * 0.8, 20.0 + drop * 0.6),
        (toe + 0.15 + g, 16.0),
        (4.4 + g, 10.5),
        (3.8 + g, 6),
        (3.5 + g, top + 0.6),
        (2.6 + g, top - 0.7),
        (0.0, top - 1.2),
        (-2.6 - g, top - 0.7),
        (-3.5 - g, top + 0.6),
    )


TOES = {"ballet": 4.2, "derby": 4.7, "loafer": 4.6, "boot": 4.7, "sandal": 4.9}
"""Half widths of the ball, by style; a sneaker's is wider."""


LINING = Cloth(fabric="suede", colours=("#4a3d31",))


_INSOLE = Cloth(fabric="suede", colours=("#a58d72",))


def upper_of(cut: ShoeCut, cloth: Cloth, toe: float, top: float, seed: int) -> Part:
    """Draw what encloses the foot."""
    style = cut.style
    shape = list(last(top, toe=toe))
    if style == "boot":
        shape = [(-4.3, top), (-4.2, -3), (-3.9, 3), *shape[2:-6], (3.9, 3), (4.3, -3), (4.4, top)]
    outline = curve(*shape)
    folds = (
        Fold(line=curve((-3.8, 13.2), (0, 14.6), (3.8, 12.8)), width=1.0, depth=-0.16),
        Fold(line=curve((-3.9, 14.6), (0, 15.8), (3.9, 14.2)), width=1.0, depth=0.12),
    )
    seams: list[Seam] = []
    cap = curve((-toe * 0.93, 17.8), (0, 16.6), (toe * 0.95, 17.4))
    if style in ("sneaker", "derby"):
        seams.append(
            Seam(
                line=cap
                if style == "derby"
                else curve(
                    (-toe * 0.86, 18.6), (-2.6, 16.0), (0, 15.2), (2.6, 16.0), (toe * 0.86, 18.2)
                ),
                width=0.14,
                depth=0.8,
                thread=None,
            )
        )
    if style == "loafer":
        seams.append(
            Seam(
                line=curve(
                    (-3.5, 8.6),
                    (-3.8, 14),
                    (-2.8, 18.8),
                    (0, 20.4),
                    (2.9, 18.4),
                    (3.9, 13.6),
                    (3.6, 8.4),
                ),
                width=0.34,
                depth=1.8,
                pucker=2.2,
            )
        )
    return Part(
        outline=outline,
        cloth=cloth,
        depth=0.55,
        puff=3.0,
        puff_depth=0.75,
        bow=1.0,
        casts=0.4,
        cast_size=0.4,
        folds=folds if style != "ballet" else (),
        seams=tuple(seams),
        seed=seed,
    )


def opening(cloth: Cloth, top: float, depth: float) -> tuple[list[Part], Part]:
    """Draw the inside of a low shoe, and the rim round it."""
    mouth = curve(
        (0, top - 0.35),
        (2.0, top + 0.1),
        (3.0, top + 1.6),
        (3.05, depth * 0.62),
        (1.9, depth * 0.94),
        (0, depth),
        (-1.9, depth * 0.94),
        (-3.05, depth * 0.62),
        (-3.0, top + 1.6),
        (-2.0, top + 0.1),
        (0, top - 0.35),
    )
    inner = Part(
        outline=mouth, cloth=LINING, depth=0.3, tone=0.55, casts=0.0, is_inside=True, creases=0.2
    )
    lining = Part(
        outline=joined(
            curve((-2.2, top + 2.2), (0, top + 1.4), (2.2, top + 2.2)),
            curve(
                (2.2, top + 2.2),
                (2.3, depth * 0.7),
                (0, depth * 0.9),
                (-2.3, depth * 0.7),
                (-2.2, top + 2.2),
            ),
        ),
        cloth=_INSOLE,
        depth=0.2,
        tone=0.55,
        casts=0.3,
        is_inside=True,
        creases=0.0,
    )
    rim = Part(
        outline=strip(mouth, 0.55),
        cloth=cloth,
        depth=0.0,
        puff=0.3,
        puff_depth=0.8,
        casts=0.3,
        cast_size=0.15,
        creases=0.0,
    )
    return [inner, lining], rim


def tongue(cloth: Cloth) -> list[Part]:
    """Draw the tongue and the two flaps that are laced over it."""
    parts: list[Part] = []
    tongue = joined(
        curve((-2.3, 3.0), (-1.6, 1.8), (0, 1.5), (1.6, 1.8), (2.3, 3.0)),
        curve((2.3, 3.0), (2.0, 9), (1.5, 14.2), (0, 15.0), (-1.5, 14.2), (-2.0, 9), (-2.3, 3.0)),
    )
    parts.append(
        Part(
            outline=tongue,
            cloth=cloth,
            depth=0.35,
            puff=0.9,
            puff_depth=0.7,
            casts=0.5,
            cast_size=0.35,
            tone=0.95,
        )
    )
    for sign in (-1.0, 1.0):
        flap = joined(
            curve((sign * 2.9, 4.7), (sign * 2.0, 5.3), (sign * 1.15, 9.5), (sign * 0.95, 14.2)),
            curve(
                (sign * 0.95, 14.2),
                (sign * 2.4, 14.8),
                (sign * 3.5, 12),
                (sign * 3.7, 7.6),
                (sign * 2.9, 4.7),
            ),
        )
        parts.append(
            Part(
                outline=flap,
                cloth=cloth,
                depth=0.0,
                puff=0.6,
                puff_depth=0.7,
                casts=0.45,
                cast_size=0.25,
                seams=(
                    Seam(
                        line=curve((sign * 3.3, 6), (sign * 3.2, 11), (sign * 2.4, 14.2)),
                        width=0.1,
                        depth=0.5,
                    ),
                ),
                creases=0.3,
            )
        )
    return parts


def laces(cut: ShoeCut, cloth: Cloth) -> list[Part]:
    """Draw laces, eyelets and the bow."""
    style = cut.style
    parts: list[Part] = []
    lace = Cloth(fabric="canvas", colours=(cut.lace,))
    for index, y in enumerate(np.arange(6.0, 14.0, 1.75 if style == "sneaker" else 2.0)):
        reach = 2.5 - index * 0.17
        line = curve((-reach, float(y) + 0.3), (0, float(y) - 0.25), (reach, float(y) + 0.25))
        parts.append(applied(strip(line, 0.62 if style == "sneaker" else 0.4), lace, casts=0.5))
        for sign in (-1.0, 1.0):
            eyelet = ellipse((sign * (reach + 0.05), float(y) + 0.25), (0.36, 0.36), 14)
            parts.append(applied(eyelet, cloth, cast_size=0.12))
    for sign in (-1.0, 1.0):
        bow = curve(
            (sign * 0.2, 5.6),
            (sign * 2.2, 4.2),
            (sign * 3.4, 5.2),
            (sign * 2.4, 6.6),
            (sign * 0.3, 6.0),
        )
        parts.append(
            applied(strip(bow, 0.5 if style == "sneaker" else 0.34), lace, puff=0.25, casts=0.5)
        )
    return parts
