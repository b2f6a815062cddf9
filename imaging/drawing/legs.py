"""Legs of trousers and shorts: outline, folds, seams."""

import numpy as np

from imaging.drawing.cuts import LegCut
from imaging.drawing.outlines import Curve, Point, curve, joined
from imaging.drawing.parts import Cloth, Fold, Part, Seam, reflected
from imaging.drawing.waistbands import pocket_mouth


def is_long(cut: LegCut) -> bool:
    """Whether it reaches below the knee."""
    return cut.length > 70


def leg_points(cut: LegCut) -> dict[str, Point]:
    """Give the corners of the right leg, ``x, y`` in centimetres."""
    length, rise = cut.length, cut.rise
    centre = cut.spread + cut.ankle / 2 + 3.2
    if length < 70:
        centre = cut.spread + cut.ankle / 2 + 1.2
    knee_at = rise + (100 - rise) * 0.47
    knee_centre = (cut.spread + cut.thigh / 2 + centre) / 2 + 0.2
    return {
        "waist": (cut.waist, 0.0),
        "hip": (cut.hip, rise * 0.72),
        "crotch": (0.0, rise),
        "thigh_outer": (cut.spread * 0.6 + cut.thigh + 0.9, rise + 8),
        "knee_outer": (knee_centre + cut.knee / 2, knee_at),
        "knee_inner": (knee_centre - cut.knee / 2, knee_at),
        "hem_outer": (centre + cut.ankle / 2, length - 0.8),
        "hem_inner": (centre - cut.ankle / 2, length - 0.5),
    }


def _jitter(rng: np.random.Generator, size: float) -> float:
    return float(rng.uniform(-size, size))


def _seat_folds(cut: LegCut, rng: np.random.Generator) -> list[Fold]:
    """Fan folds out from the crotch, down the thigh and up to the hip."""
    rise = cut.rise
    folds: list[Fold] = []
    for index, reach in enumerate((0.92, 0.72, 0.5)):
        wide = cut.thigh * reach
        down = curve(
            (0.8, rise - 1.5 + index),
            (wide * 0.5, rise + 1.5 + index * 2.6),
            (wide, rise + 0.5 + index * 4.5 + _jitter(rng, 1)),
        )
        up = curve(
            (0.8, rise - 3 - index),
            (wide * 0.5, rise - 5 - index * 2),
            (wide * 0.9, rise - 9 - index * 3.5),
        )
        folds.append(Fold(line=down, width=2.0, depth=0.30 if index % 2 else -0.34))
        folds.append(Fold(line=up, width=2.0, depth=0.26 if index % 2 else -0.26))
    return folds


_KNEE_FOLDS = ((-4.0, -0.12), (-1.0, 0.15), (2.5, -0.14), (6.0, 0.1))
"""Centimetres below the knee, and depth."""


def _knee_folds(cut: LegCut, at: dict[str, Point], rng: np.random.Generator) -> list[Fold]:
    """Crease the leg across the knee."""
    centre, knee_y = (at["knee_outer"][0] + at["knee_inner"][0]) / 2, at["knee_outer"][1]
    half = cut.knee / 2
    folds: list[Fold] = []
    for dy, depth in _KNEE_FOLDS:
        y = knee_y + dy + _jitter(rng, 1)
        line = curve(
            (centre - half + 0.5, y - 1.5),
            (centre - 1, y + 1.6),
            (centre + half * 0.35, y + 2.6 + _jitter(rng, 2)),
        )
        folds.append(Fold(line=line, width=2.0, depth=depth))
    return folds


_HEM_FOLDS_SLIM = ((-12.0, 0.10), (-8.5, -0.13), (-5.5, 0.15), (-3.2, -0.13))
_HEM_FOLDS = ((-6.0, 0.07), (-3.0, -0.08))
"""Centimetres below the hem, and depth: a narrow leg stands on the shoe and gathers."""


def _hem_folds(cut: LegCut, at: dict[str, Point], rng: np.random.Generator) -> list[Fold]:
    """Crease the leg across where it meets the shoe."""
    centre = (at["hem_outer"][0] + at["hem_inner"][0]) / 2
    folds: list[Fold] = []
    for dy, depth in _HEM_FOLDS_SLIM if cut.ankle < 19 else _HEM_FOLDS:
        y = cut.length + dy + _jitter(rng, 0.6)
        line = curve(
            (centre - cut.ankle / 2 + 0.4, y + _jitter(rng, 1.6)),
            (centre, y + 1.4),
            (centre + cut.ankle * 0.3, y - 0.6 + _jitter(rng, 2)),
        )
        folds.append(Fold(line=line, width=1.5, depth=depth, taper=(0.8, 0.4)))
    return folds


_FALLS = ((0.28, 0.5), (0.45, -0.55), (0.68, 0.5), (0.84, -0.4))
"""Share of the leg's width, and depth."""


def _falling_folds(cut: LegCut, at: dict[str, Point], rng: np.random.Generator) -> list[Fold]:
    """Let a wide leg fall in folds from the thigh to the hem."""
    folds: list[Fold] = []
    for share, depth in _FALLS:
        top_x = cut.spread + cut.thigh * share
        foot_x = at["hem_inner"][0] + cut.ankle * share + _jitter(rng, 0.8)
        line = curve(
            (top_x, cut.rise + 10),
            ((top_x + foot_x) / 2 + _jitter(rng, 0.5), (cut.rise + cut.length) / 2),
            (foot_x, cut.length - 1),
        )
        folds.append(Fold(line=line, width=3.0, depth=depth, taper=(0.2, 1.0)))
    return folds


def _leg_folds(cut: LegCut, at: dict[str, Point], rng: np.random.Generator) -> list[Fold]:
    folds = _seat_folds(cut, rng)
    if is_long(cut):
        folds += [*_knee_folds(cut, at, rng), *_hem_folds(cut, at, rng)]
        if cut.ankle > 21:
            folds += _falling_folds(cut, at, rng)
    return folds


def outer_points(cut: LegCut, at: dict[str, Point]) -> list[Point]:
    """Give the points of the right outer seam, from the waist down."""
    return [
        at["waist"],
        ((cut.waist + cut.hip) / 2 + 0.7, cut.rise * 0.34),
        at["hip"],
        at["thigh_outer"],
        *([at["knee_outer"]] if is_long(cut) else []),
        at["hem_outer"],
    ]


def _inner_points(cut: LegCut, at: dict[str, Point]) -> list[Point]:
    """Give the points of the right inner seam, from the hem up."""
    return [
        at["hem_inner"],
        *([at["knee_inner"]] if is_long(cut) else []),
        (cut.spread * 0.8 + 0.4, cut.rise + 7),
        (0.35, cut.rise + 1.0),
        (0.0, cut.rise),
    ]


def _hem(cut: LegCut, at: dict[str, Point]) -> Curve:
    (x0, _), (x1, _) = at["hem_outer"], at["hem_inner"]
    return curve(
        at["hem_outer"],
        (x0 * 0.7 + x1 * 0.3, cut.length + 0.25),
        (x0 * 0.3 + x1 * 0.7, cut.length + 0.35),
        at["hem_inner"],
    )


def _leg_outline(cut: LegCut, at: dict[str, Point]) -> Curve:
    """Outline the right leg with half of the seat, up to the waistband's lower edge."""
    return joined(
        curve(*outer_points(cut, at)),
        _hem(cut, at),
        curve(*_inner_points(cut, at)),
        curve((-0.4, cut.rise - 1), (-0.6, 12), (-0.5, 3.0)),
        curve((0, 3.0), (cut.waist * 0.5, 2.4), (cut.waist - 0.4, 1.0), at["waist"]),
    )


def _leg_seams(cut: LegCut, at: dict[str, Point]) -> list[Seam]:
    """Sew hem, pocket and, on jeans, both long seams."""
    waist, hip = cut.waist, cut.hip
    seams: list[Seam] = []
    if not cut.cuffed:
        hem = _hem(cut, at) - np.array([0.0, 2.2])
        seams.append(Seam(line=hem, width=0.12, depth=0.5, thread=cut.thread, pucker=0.9))
    match cut.style:
        case "jeans" | "cord":
            line = curve((waist * 0.52, 4.8), (waist * 0.66, 8.8), (hip * 0.92, 10.5))
            seams += pocket_mouth(line, cut.thread)
        case "chino":
            seams += pocket_mouth(curve((waist * 0.70, 4.8), (hip * 0.97, 17.0)), cut.thread)
        case "tailored" | "linen" | "wide":
            slant = curve((waist * 0.78, 5.0), (hip * 0.985, 18.0))
            seams.append(Seam(line=slant, width=0.25, depth=1.0))
        case _:
            pass
    if cut.style == "jeans":
        side = curve(*outer_points(cut, at)) - np.array([0.9, 0.0])
        inseam = curve(*_inner_points(cut, at)) + np.array([0.8, 0.0])
        seams += [
            Seam(line=side[len(side) // 3 :], width=0.2, depth=0.5, pucker=1.0),
            Seam(line=inseam, width=0.2, depth=0.5, thread=cut.thread, pucker=1.0),
        ]
    return seams


def _leg_pleats(cut: LegCut, at: dict[str, Point]) -> tuple[Curve, ...]:
    """Press the crease of a tailored leg; wide trousers have a pleat at the waist too."""
    if cut.style not in ("tailored", "wide"):
        return ()
    foot = ((at["hem_outer"][0] + at["hem_inner"][0]) / 2, cut.length - 0.4)
    knee = (foot[0], (cut.rise + cut.length) / 2)
    if is_long(cut):
        knee = ((at["knee_outer"][0] + at["knee_inner"][0]) / 2, at["knee_outer"][1])
    thigh = (cut.thigh * 0.5 + cut.spread, cut.rise + 6)
    crease = curve((cut.waist * 0.52, 6.2), thigh, knee, foot)
    if cut.style == "tailored":
        return (crease,)
    pleat = curve((cut.waist * 0.72, 6.0), (cut.waist * 0.80, 13), (cut.waist * 0.86, 20))
    return crease, pleat


def _faded(cut: LegCut) -> tuple[Curve, ...]:
    """Wash the thigh of jeans out."""
    if cut.style != "jeans":
        return ()
    x, rise = cut.spread + cut.thigh * 0.5, cut.rise
    start, end = (x - 3.2, rise + 2), (x + 0.5, rise + 40)
    return (
        joined(
            curve(start, (x + 3.4, rise - 3), (x + 4.0, rise + 22), end),
            curve(end, (x - 3.0, rise + 24), start),
        ),
    )


def _turn_up(cut: LegCut, cloth: Cloth, at: dict[str, Point]) -> Part:
    """Turn the hem up; the inside of denim is paler."""
    (x0, y0), (x1, y1) = at["hem_outer"], at["hem_inner"]
    middle, length = x0 * 0.5 + x1 * 0.5, cut.length
    upper_outer, lower_outer = (x0 + 0.2, length - 4.6), (x0 + 0.25, y0)
    upper_inner, lower_inner = (x1 - 0.2, length - 4.4), (x1 - 0.25, y1)
    outline = joined(
        curve(upper_outer, lower_outer),
        curve(lower_outer, (middle, length + 0.4), lower_inner),
        curve(lower_inner, upper_inner),
        curve(upper_inner, (middle, length - 3.8), upper_outer),
    )
    return Part(
        outline=outline,
        cloth=cloth.plain(colour="#8fa3bd") if cut.style == "jeans" else cloth,
        depth=0.5,
        puff=0.5,
        puff_depth=0.6,
        bow=0.8,
        casts=0.3,
        cast_size=0.3,
        creases=0.5,
    )


def leg(cut: LegCut, cloth: Cloth, at: dict[str, Point], seed: int, sign: float) -> list[Part]:
    """Draw one leg with half of the seat (``sign`` 1: right in the picture)."""
    rng = np.random.default_rng(seed + (1 if sign > 0 else 2))
    piece = Part(
        outline=_leg_outline(cut, at),
        cloth=cloth,
        axis=4.0 if is_long(cut) else 3.0,
        depth=0.68,
        widen=0.2,
        bow=0.8,
        folds=tuple(_leg_folds(cut, at, rng)),
        seams=tuple(_leg_seams(cut, at)),
        pleats=_leg_pleats(cut, at),
        casts=0.25,
        seed=seed + (1 if sign > 0 else 4),
        fade=_faded(cut),
    )
    parts = [piece, _turn_up(cut, cloth, at)] if cut.cuffed else [piece]
    return parts if sign > 0 else [reflected(part) for part in parts]
