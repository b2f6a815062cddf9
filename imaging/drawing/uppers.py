"""Uppers of shoes: what encloses the foot, its opening, its laces."""

from dataclasses import replace

import numpy as np

from imaging.drawing.cuts import ShoeCut
from imaging.drawing.outlines import Point, curve, ellipse, flipped, joined, strip, symmetric
from imaging.drawing.parts import Cloth, Fold, Part, Seam, applied, inside, paired


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


_APRON = (
    *((-3.5, 8.6), (-3.8, 14), (-2.8, 18.8), (0.0, 20.4)),
    *((2.9, 18.4), (3.9, 13.6), (3.6, 8.4)),
)
"""The puckered seam of a loafer, in centimetres round the middle of a shoe."""


def _upper_seams(style: str, toe: float) -> tuple[Seam, ...]:
    """Sew the cap of a lace-up, or the apron of a loafer."""
    match style:
        case "derby":
            cap = curve((-toe * 0.93, 17.8), (0, 16.6), (toe * 0.95, 17.4))
            return (Seam(line=cap, width=0.14, depth=0.8),)
        case "sneaker":
            wide = toe * 0.86
            cap = curve((-wide, 18.6), (-2.6, 16.0), (0, 15.2), (2.6, 16.0), (wide, 18.2))
            return (Seam(line=cap, width=0.14, depth=0.8),)
        case "loafer":
            return (Seam(line=curve(*_APRON), width=0.34, depth=1.8, pucker=2.2),)
        case _:
            return ()


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
        seams=_upper_seams(style, toe),
        seed=seed,
    )


def opening(cloth: Cloth, top: float, depth: float) -> tuple[list[Part], Part]:
    """Draw the inside of a low shoe, and the rim round it."""
    side = ((2.0, top + 0.1), (3.0, top + 1.6), (3.05, depth * 0.62), (1.9, depth * 0.94))
    back = (0.0, top - 0.35)
    mouth = curve(back, *side, (0, depth), *((-x, y) for x, y in reversed(side)), back)
    insole = joined(
        symmetric((-2.2, top + 2.2), (0, top + 1.4)),
        symmetric((2.2, top + 2.2), (2.3, depth * 0.7), (0, depth * 0.9)),
    )
    inner = inside(mouth, LINING, tone=0.55, creases=0.2)
    sole = inside(insole, _INSOLE, tone=0.55, depth=0.2, creases=0.0)
    rim = applied(strip(mouth, 0.55), cloth, casts=0.3, cast_size=0.15)
    return [inner, replace(sole, casts=0.3)], replace(rim, puff_depth=0.8)


_TONGUE = joined(
    symmetric((-2.3, 3.0), (-1.6, 1.8), (0, 1.5)),
    symmetric((2.3, 3.0), (2.0, 9), (1.5, 14.2), (0, 15.0)),
)
_FLAP = joined(
    curve((2.9, 4.7), (2.0, 5.3), (1.15, 9.5), (0.95, 14.2)),
    curve((0.95, 14.2), (2.4, 14.8), (3.5, 12), (3.7, 7.6), (2.9, 4.7)),
)
_FLAP_STITCH = curve((3.3, 6), (3.2, 11), (2.4, 14.2))
"""Tongue, and the right one of two flaps, in centimetres round the middle of a shoe."""


def tongue(cloth: Cloth) -> list[Part]:
    """Draw the tongue and the two flaps that are laced over it."""
    middle = Part(
        outline=_TONGUE,
        cloth=cloth,
        depth=0.35,
        puff=0.9,
        puff_depth=0.7,
        casts=0.5,
        cast_size=0.35,
        tone=0.95,
    )
    flaps = [
        Part(
            outline=outline,
            cloth=cloth,
            depth=0.0,
            puff=0.6,
            puff_depth=0.7,
            casts=0.45,
            cast_size=0.25,
            seams=(Seam(line=stitch, width=0.1, depth=0.5),),
            creases=0.3,
        )
        for outline, stitch in ((flipped(_FLAP), flipped(_FLAP_STITCH)), (_FLAP, _FLAP_STITCH))
    ]
    return [middle, *flaps]


_BOW = ((0.2, 5.6), (2.2, 4.2), (3.4, 5.2), (2.4, 6.6), (0.3, 6.0))
"""The right wing of a tied lace, in centimetres round the middle of a shoe."""


def laces(cut: ShoeCut, cloth: Cloth) -> list[Part]:
    """Draw laces, eyelets and the bow."""
    apart, thick, thin = (1.75, 0.62, 0.5) if cut.style == "sneaker" else (2.0, 0.4, 0.34)
    lace = Cloth(fabric="canvas", colours=(cut.lace,))
    parts: list[Part] = []
    for index, y in enumerate(np.arange(6.0, 14.0, apart).tolist()):
        reach = 2.5 - index * 0.17
        line = curve((-reach, y + 0.3), (0, y - 0.25), (reach, y + 0.25))
        parts.append(applied(strip(line, thick), lace, casts=0.5))
        for x in (-reach - 0.05, reach + 0.05):
            eyelet = ellipse((x, y + 0.25), (0.36, 0.36), 14)
            parts.append(applied(eyelet, cloth, cast_size=0.12))
    return parts + paired(applied(strip(curve(*_BOW), thin), lace, puff=0.25, casts=0.5))
