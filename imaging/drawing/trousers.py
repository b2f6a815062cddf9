"""Trousers and shorts."""

import numpy as np

from imaging.drawing.cuts import LegCut
from imaging.drawing.fastenings import button
from imaging.drawing.legs import is_long, leg, leg_points, outer_points
from imaging.drawing.outlines import Point, box, curve, joined, strip
from imaging.drawing.parts import Cloth, Drawing, Part, Seam, applied, metal, on_both_sides
from imaging.drawing.waistbands import waist_inside, waistband


def _fly(cut: LegCut, cloth: Cloth) -> Part:
    """Draw the flap over the zip."""
    rise = cut.rise
    low = (0.0, rise * 0.82)
    flap = joined(
        curve((-0.4, 5.4), (4.0, 5.2)),
        curve((4.0, 5.2), (3.9, rise * 0.58), (2.6, rise * 0.70), low),
        curve(low, (-0.4, 5.4)),
    )
    stitch = curve((3.4, 5.4), (3.3, rise * 0.56), (2.3, rise * 0.66), (0.1, rise * 0.78))
    return Part(
        outline=flap,
        cloth=cloth,
        axis=4,
        depth=0.0,
        puff=0.3,
        puff_depth=0.35,
        casts=0.25,
        cast_size=0.2,
        creases=0.5,
        seams=(
            Seam(line=stitch, width=0.1, depth=0.4, thread=cut.thread, pucker=0.6),
            Seam(line=curve((0.2, 5.2), (0.1, rise * 0.6), (0.0, rise)), width=0.2, depth=0.9),
        ),
    )


def _cord(x: float, foot_x: float, cloth: Cloth) -> Part:
    """Draw one end of a drawstring."""
    line = curve((x, 3.6), ((x + foot_x) / 2 * 1.4, 9), (foot_x, 16))
    return Part(
        outline=strip(line, 0.7),
        cloth=cloth.plain(fabric="canvas"),
        depth=0.6,
        casts=0.5,
        cast_size=0.25,
        creases=0.0,
    )


def _loop(x: float, cut: LegCut, cloth: Cloth) -> Part:
    """Draw a belt loop where the waistband, which sags in the middle, passes ``x``."""
    sag = 1.6 * (1 - (x / cut.waist) ** 2)
    stitches = (curve((at, sag), (at, sag + 5)) for at in (x - 0.35, x + 0.35))
    return Part(
        outline=box(x - 0.65, sag - 0.3, x + 0.65, sag + 5.2, radius=0.2),
        cloth=cloth,
        depth=0.3,
        puff=0.3,
        casts=0.45,
        cast_size=0.2,
        creases=0.0,
        seams=tuple(Seam(line=line, width=0.08, depth=0.3, thread=cut.thread) for line in stitches),
    )


def _rivets(cut: LegCut) -> list[Part]:
    """Draw the rivets of jeans."""
    return [
        applied(
            box(x - 0.3, y - 0.3, x + 0.3, y + 0.3, radius=0.28), metal(cut.button), cast_size=0.12
        )
        for right, y in ((cut.waist * 0.55, 5.9), (cut.hip * 0.9, 10.8))
        for x in (-right, right)
    ]


def _widening(cut: LegCut) -> float:
    """Give by how much the side seam moves outwards under a waistband of 4.2 cm."""
    side = curve(*outer_points(cut, leg_points(cut)))
    return float(np.interp(4.2, side[:, 1], side[:, 0])) - cut.waist


def draw_legs(cut: LegCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw trousers or shorts; see ``imaging.drawing.tops.draw_top``."""
    at = leg_points(cut)
    parts = [waist_inside(cut.waist, cloth)]
    parts += leg(cut, cloth, at, seed, -1.0) + leg(cut, cloth, at, seed, 1.0)
    if cut.closure == "button":
        parts.append(_fly(cut, cloth))
    drawstring = cut.closure == "drawstring"
    parts.append(
        waistband(cut.waist, 4.2, cloth, cut.thread, gathered=drawstring, grow=_widening(cut))
    )
    if drawstring:
        parts += [_cord(-1.2, -2.6, cloth), _cord(1.2, 2.2, cloth)]
    else:
        if cut.style in ("jeans", "chino", "cord"):
            parts += [_loop(x, cut, cloth) for x in (-cut.waist * 0.58, cut.waist * 0.58)]
        fabric = "metal" if cut.style == "jeans" else "horn"
        parts.append(button((0.9, 3.7), cut.button, 0.85, fabric=fabric))
    if cut.style == "jeans":
        parts += _rivets(cut)
    names = ["waist", "hip", "hem_outer", "hem_inner"]
    if is_long(cut):
        names += ["knee_outer", "knee_inner"]
    middle: dict[str, Point] = {"waist_centre": (0.0, 1.6), "crotch": (0.0, cut.rise)}
    return parts, on_both_sides(middle, **{name: at[name] for name in names})
