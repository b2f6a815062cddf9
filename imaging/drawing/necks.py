"""Necks: bands and collars, and the inside of the back that shows behind them."""

from dataclasses import replace

import numpy as np

from imaging.drawing.collars import LABEL, hood, lapels, nape, shirt_collar, stand, turtleneck
from imaging.drawing.cuts import TopCut
from imaging.drawing.outlines import (
    Curve,
    beside,
    box,
    flipped,
    joined,
    resampled,
    strip,
    symmetric,
)
from imaging.drawing.parts import Cloth, Mark, Part, Seam, applied, inside


def _ribs(line: Curve, width: float) -> tuple[Seam, ...]:
    """Ribs across a band."""
    points = resampled(line, 0.34)
    along = np.gradient(points, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1) * width / 2
    return tuple(
        Seam(line=np.stack([p, p + 2 * n]), width=0.17, depth=0.9)
        for p, n in zip(points, normal, strict=True)
    )


def _band(line: Curve, width: float, cloth: Cloth, *, ribbed: bool) -> Part:
    seams = _ribs(line, width * 0.92) if ribbed else ()
    # The inner edge is the neckline; the outer one ends on the shoulder line, not above it.
    outer = beside(line, width)
    ends = np.array([[-1.0, 1.0], [1.0, 1.0]]) * (np.array([width * 0.97, width * 0.26]) + line[-1])
    outer = outer[(outer[:, 1] > ends[1, 1]) & (np.abs(outer[:, 0]) < ends[1, 0] + 0.4)]
    outline = joined(line, ends[1:], outer[::-1], ends[:1])
    return Part(
        outline=outline,
        cloth=cloth,
        depth=0.0,
        puff=width * 0.42,
        puff_depth=0.75,
        seams=seams,
        casts=0.25,
        cast_size=0.25,
        creases=0.0,
    )


def _smooth(cloth: Cloth) -> str:
    """Give the fabric of facings: coarse knits are faced with a fine one."""
    return "merino" if cloth.fabric in ("cable", "chunky") else cloth.fabric


def _inside(cut: TopCut, cloth: Cloth, front: Curve) -> list[Part]:
    """Draw the inside of the back, with its band and a blank label."""
    w = cut.neck_width
    dip = {"boat": 1.2, "strap": 0.0, "square": 2.0}.get(cut.neck, 1.7)
    back = symmetric((-w, -0.05), (-w * 0.55, dip * 0.82), (0, dip))
    if cut.neck == "strap":
        back = symmetric((-w, cut.neck_depth * 0.55), (0, cut.neck_depth * 0.8))
    low = front + np.array([0.0, 1.0])
    lining = cloth.plain(fabric=_smooth(cloth), colour=cut.inside)
    outline = joined(back, low[::-1], flipped(low))
    inner = inside(outline, lining, tone=0.50, depth=0.35, creases=0.5)
    facing = strip(back + np.array([0.0, 1.0]), 1.9)
    band = applied(facing, lining, puff=0.5, casts=0.25, tone=0.64)
    parts = [inner, replace(band, is_inside=True)]
    if cut.neck_depth > dip + 5 and cut.neck not in ("strap", "square"):
        parts.append(_label(dip))
    return parts


def _label(dip: float) -> Part:
    """Sew a label under the back neckline; its one line of print tells nothing."""
    place = box(-1.9, dip + 2.1, 1.9, dip + 4.1, radius=0.12)
    line = box(-1.0, dip + 2.95, 1.0, dip + 3.2, radius=0.05)
    label = applied(place, LABEL, puff=0.2, casts=0.3, tone=0.86)
    marks = (Mark(outline=line, colour="#6d655b", strength=0.7),)
    return replace(label, creases=0.3, marks=marks, is_inside=True)


def neck_parts(cut: TopCut, cloth: Cloth, front: Curve) -> tuple[list[Part], list[Part]]:
    """Draw what surrounds the neck.

    Parameters
    ----------
    cut : TopCut
        The garment.
    cloth : Cloth
        Its cloth.
    front : (N, 2) float64
        Right half of the front neckline.

    Returns
    -------
    behind, front : list of Part
        What lies under and what lies over the torso.
    """
    quiet = cloth.plain() if cloth.pattern.startswith("graphic") else cloth
    match cut.neck:
        case "collar" | "camp":
            drawn = shirt_collar(cut, quiet)
        case "lapel":
            drawn = [*_inside(cut, cloth, front), nape(cut, cloth)], lapels(cut, cloth)
        case "hood":
            drawn = hood(cut, cloth)
        case "turtle":
            drawn = turtleneck(cut, cloth)
        case "stand" | "bomber":
            drawn = stand(cut, cloth, front)
        case _:
            drawn = _inside(cut, cloth, front), [_edge(cut, cloth, front)]
    return drawn


def _edge(cut: TopCut, cloth: Cloth, front: Curve) -> Part:
    """Bind the neckline: with rib, with a narrow facing, or with what becomes the straps."""
    whole = joined(flipped(front)[::-1], front[1:])
    plain = cloth.plain(fabric=_smooth(cloth), colour=cut.trim)
    knitted = cut.hem_style == "rib" or cut.cuff_style == "rib"
    if cut.neck == "strap":
        return _band(whole, 0.7, cloth.plain(), ribbed=False)
    if cut.neck == "square" or (cut.neck == "v" and not knitted):
        return _band(whole, 0.9, plain, ribbed=False)
    if cut.neck == "v":
        return _band(whole, 2.6, plain.plain(fabric="ribbed"), ribbed=True)
    return _band(whole, 2.8 if knitted else 1.9, plain, ribbed=True)
