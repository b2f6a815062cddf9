"""Pairs of shoes, from the front and slightly above, toes down."""

from dataclasses import replace

import numpy as np

from imaging.drawing.cuts import ShoeCut
from imaging.drawing.outlines import (
    Curve,
    Point,
    box,
    curve,
    ellipse,
    flipped,
    joined,
    strip,
    symmetric,
)
from imaging.drawing.parts import (
    Cloth,
    Drawing,
    Part,
    Seam,
    applied,
    inside,
    metal,
    on_both_sides,
    paired,
)
from imaging.drawing.uppers import LINING, TOES, laces, last, opening, tongue, upper_of

_CENTRE = 7.4
"""Centimetres from the middle of the picture to the middle of a shoe."""


_SOLES = {"sneaker": 0.75, "sandal": 0.55, "ballet": 0.16, "boot": 0.5}
"""Centimetres by which the sole stands out, by style."""

_DEPTHS = {"ballet": 12.6, "loafer": 8.2}
"""How far down the opening reaches, by style."""


def _sole(cut: ShoeCut, toe: float) -> Part:
    """Draw the sole, as far as it stands out under the upper."""
    thick = _SOLES.get(cut.style, 0.36)
    rubber = Cloth(fabric="rubber", colours=(cut.sole,))
    return Part(
        outline=curve(*last(4.0, grow=thick * 0.8, drop=thick, toe=toe)),
        cloth=rubber,
        depth=0.1,
        puff=0.9,
        puff_depth=0.8,
        casts=0.3,
        creases=0.0,
        seams=(
            Seam(
                line=curve(*last(6.0, grow=thick * 0.35, drop=thick * 0.4, toe=toe)),
                width=0.12,
                depth=0.5,
            ),
        ),
    )


def _sandal_strap(y: float, height: float, bend: float, toe: float) -> tuple[Curve, Curve]:
    """Give outline and middle line of a strap across the foot at ``y`` centimetres."""
    slack = 15.8 - y
    left, right, h = -toe - 0.15 + slack * 0.08, toe + 0.2 - slack * 0.09, height
    middle = curve(
        (left, y + 1.1),
        (left * 0.55, y - bend * 0.5),
        (0, y - bend),
        (right * 0.55, y - bend * 0.6),
        (right, y + 0.9),
    )
    upper_right, lower_right = (right, y + 0.9 - h * 0.5), (right + 0.1, y + 0.9 + h * 0.3)
    outline = joined(
        curve(
            (left, y + 1.1 - h * 0.5),
            (left * 0.55, y - bend * 0.6 - h * 0.5),
            (0, y - bend - h * 0.5),
            (right * 0.55, y - bend * 0.6 - h * 0.5),
            upper_right,
        ),
        curve(upper_right, lower_right),
        curve(
            lower_right,
            (right * 0.55, y - bend * 0.3 + h * 0.5),
            (0, y - bend * 0.6 + h * 0.5),
            (left * 0.55, y - bend * 0.3 + h * 0.5),
            (left - 0.1, y + 1.1 + h * 0.3),
        ),
    )
    return outline, middle


def _sandal(cloth: Cloth, toe: float, seed: int) -> list[Part]:
    """Draw footbed, straps and buckle."""
    bed = Part(
        outline=curve(*last(3.0, grow=-0.2, toe=toe)),
        cloth=Cloth(fabric="suede", colours=("#b99a76",)),
        depth=0.1,
        puff=0.8,
        casts=0.3,
        creases=0.2,
    )
    parts = [bed]
    for y, height, bend in ((15.8, 3.6, 1.6), (9.4, 3.0, 1.2)):
        outline, middle = _sandal_strap(y, height, bend, toe)
        edges = (middle + np.array([0, dy]) for dy in (-height * 0.40, height * 0.40))
        parts.append(
            Part(
                outline=outline,
                cloth=cloth,
                depth=0.75,
                puff=0.6,
                puff_depth=0.7,
                casts=0.6,
                cast_size=0.5,
                bow=1.0,
                seams=tuple(Seam(line=edge, width=0.1, depth=0.3) for edge in edges),
                seed=seed,
            )
        )
    ankle = strip(curve((-3.5, 5.0), (-2, 4.2), (0, 3.8), (2, 4.1), (3.5, 4.9)), 1.4)
    buckle = strip(box(2.0, 3.7, 3.6, 5.5, radius=0.4), 0.34)
    return [
        *parts,
        Part(outline=ankle, cloth=cloth, depth=0.75, puff=0.4, casts=0.6, cast_size=0.5),
        applied(buckle, metal("#c9a86a"), puff=0.2, casts=0.5, cast_size=0.15),
    ]


def _shaft(cloth: Cloth, top: float) -> list[Part]:
    """Draw a boot's opening, elastic sides and loop."""
    high, low = (4.25, top + 1.0), (3.4, 6.4)
    gore = joined(
        curve(high, (2.5, top + 1.7)),
        curve((2.5, top + 1.7), (2.7, 1), low),
        curve(low, (3.95, 2), high),
    )
    elastic = Cloth(fabric="ribbed", colours=("#1d1b1a",))
    sides = [
        replace(applied(outline, elastic, casts=0.2, cast_size=0.15), depth=0.2)
        for outline in (flipped(gore), gore)
    ]
    loop = strip(curve((0.2, top + 0.4), (0.25, top - 1.6), (0.2, top - 2.4)), 1.5)
    return [
        inside(ellipse((0.05, top + 0.1), (4.25, 1.5)), LINING, tone=0.45, depth=0.2),
        *sides,
        Part(outline=loop, cloth=cloth, depth=0.3, puff=0.4, casts=0.3, cast_size=0.2),
    ]


_PENNY_STRAP = joined(
    curve((-4.25, 11.0), (-2.4, 10.1), (0, 9.8), (2.4, 10.0), (4.2, 10.8)),
    curve((4.2, 10.8), (4.5, 13.1)),
    curve((4.5, 13.1), (2.4, 12.4), (0, 12.2), (-2.4, 12.4), (-4.5, 13.3)),
)
_PENNY_SLOT = joined(symmetric((-1.3, 11.0), (0, 10.6)), symmetric((1.3, 11.0), (0, 11.7)))
"""Outlines in centimetres round the middle of a shoe."""


def _penny_strap(cloth: Cloth) -> list[Part]:
    """Draw the strap across a loafer, with its slot."""
    strap = Part(
        outline=_PENNY_STRAP,
        cloth=cloth,
        depth=0.6,
        puff=0.5,
        puff_depth=0.7,
        casts=0.5,
        cast_size=0.3,
        creases=0.2,
    )
    return [strap, applied(_PENNY_SLOT, LINING, puff=0.0, casts=0.0, cast_size=0.5, tone=0.35)]


def _small_bow(cloth: Cloth) -> list[Part]:
    """Draw the bow of a ballet flat."""
    wing = strip(curve((0, 13.2), (1.3, 12.5), (1.7, 13.4), (0, 13.4)), 0.34)
    return paired(applied(wing, cloth, puff=0.2, casts=0.5, cast_size=0.15))


def _shoe(cut: ShoeCut, cloth: Cloth, seed: int) -> tuple[list[Part], Point]:
    """Draw one shoe around x = 0 (the right one in the picture); give its opening too."""
    toe = TOES.get(cut.style, 5.1)
    parts = [_sole(cut, toe)]
    if cut.style == "sandal":
        return parts + _sandal(cloth, toe, seed), (0.0, 4.0)
    top = {"boot": -9.0, "sneaker": 1.2}.get(cut.style, 2.4)
    parts.append(upper_of(cut, cloth, toe, top, seed))
    if cut.style == "boot":
        return parts + _shaft(cloth, top), (0.0, top + 0.1)
    depth = _DEPTHS.get(cut.style, 4.6)
    hollow, rim = opening(cloth, top, depth)
    parts += hollow
    match cut.style:
        case "loafer":
            parts += [rim, *_penny_strap(cloth)]
        case "ballet":
            parts += [rim, *_small_bow(cloth)]
        case _:
            parts += [*tongue(cloth), *laces(cut, cloth)]
    return parts, (0.0, (top + depth) / 2)


def _moved(part: Part, dx: float) -> Part:
    """Shift a part to the right."""
    shift = np.array([dx, 0.0])
    return replace(
        part,
        outline=part.outline + shift,
        folds=tuple(replace(fold, line=fold.line + shift) for fold in part.folds),
        seams=tuple(replace(seam, line=seam.line + shift) for seam in part.seams),
    )


def draw_shoes(cut: ShoeCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a pair of shoes; see ``imaging.drawing.tops.draw_top``."""
    pieces, opening = _shoe(cut, cloth, seed)
    right = [_moved(part, _CENTRE) for part in pieces]
    parts = paired(*right)
    sole = pieces[0].outline
    toe = sole[int(np.argmax(sole[:, 1]))]
    low = sole[np.abs(sole[:, 1] - 16.0) < 1.0]
    marks: dict[str, Point] = {
        "opening": opening,
        "toe": (float(toe[0]), float(toe[1])),
        "sole_outer": (float(low[:, 0].max()), 16.0),
        "sole_inner": (float(low[:, 0].min()), 16.0),
    }
    return parts, on_both_sides({}, **{name: (_CENTRE + x, y) for name, (x, y) in marks.items()})
