"""Trousers and shorts."""

import numpy as np

from imaging.drawing.cuts import LegCut
from imaging.drawing.fastenings import button
from imaging.drawing.outlines import (
    Curve,
    Point,
    box,
    curve,
    joined,
    strip,
)
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, Seam, applied, reflected
from imaging.drawing.waistbands import waist_inside, waistband


def _leg_points(cut: LegCut) -> dict[str, Point]:
    """Corners of the right leg."""
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


def _leg_folds(cut: LegCut, at: dict[str, Point], rng: np.random.Generator) -> list[Fold]:
    rise, length = cut.rise, cut.length
    folds: list[Fold] = []

    def jitter(size: float) -> float:
        return float(rng.uniform(-size, size))

    for index, reach in enumerate((0.92, 0.72, 0.5)):
        line = curve(
            (0.8, rise - 1.5 + index),
            (cut.thigh * reach * 0.5, rise + 1.5 + index * 2.6),
            (cut.thigh * reach, rise + 0.5 + index * 4.5 + jitter(1)),
        )
        folds.append(Fold(line=line, width=2.0, depth=0.30 if index % 2 else -0.34))
        up = curve(
            (0.8, rise - 3 - index),
            (cut.thigh * reach * 0.5, rise - 5 - index * 2),
            (cut.thigh * reach * 0.9, rise - 9 - index * 3.5),
        )
        folds.append(Fold(line=up, width=2.0, depth=0.26 if index % 2 else -0.26))
    if length > 70:
        knee_y = at["knee_outer"][1]
        centre = (at["knee_outer"][0] + at["knee_inner"][0]) / 2
        half = cut.knee / 2
        for dy, depth in ((-4.0, -0.12), (-1.0, 0.15), (2.5, -0.14), (6.0, 0.1)):
            y = knee_y + dy + jitter(1)
            folds.append(
                Fold(
                    line=curve(
                        (centre - half + 0.5, y - 1.5),
                        (centre - 1, y + 1.6),
                        (centre + half * 0.35, y + 2.6 + jitter(2)),
                    ),
                    width=2.0,
                    depth=depth,
                )
            )
        hem_centre = (at["hem_outer"][0] + at["hem_inner"][0]) / 2
        slim = cut.ankle < 19
        for dy, depth in (
            ((-12, 0.10), (-8.5, -0.13), (-5.5, 0.15), (-3.2, -0.13))
            if slim
            else ((-6.0, 0.07), (-3.0, -0.08))
        ):
            y = length + dy + jitter(0.6)
            folds.append(
                Fold(
                    line=curve(
                        (hem_centre - cut.ankle / 2 + 0.4, y + jitter(1.6)),
                        (hem_centre, y + 1.4),
                        (hem_centre + cut.ankle * 0.3, y - 0.6 + jitter(2)),
                    ),
                    width=1.5,
                    depth=depth,
                    taper=(0.8, 0.4),
                )
            )
        if cut.ankle > 21:
            for share, depth in ((0.28, 0.5), (0.45, -0.55), (0.68, 0.5), (0.84, -0.4)):
                top_x = cut.spread + cut.thigh * share
                foot_x = at["hem_inner"][0] + cut.ankle * share + jitter(0.8)
                folds.append(
                    Fold(
                        line=curve(
                            (top_x, rise + 10),
                            ((top_x + foot_x) / 2 + jitter(0.5), (rise + length) / 2),
                            (foot_x, length - 1),
                        ),
                        width=3.0,
                        depth=depth,
                        taper=(0.2, 1.0),
                    )
                )
    return folds


def _outer_points(cut: LegCut, at: dict[str, Point]) -> list[Point]:
    """Give the points of the right outer seam, from the waist down."""
    return [
        at["waist"],
        ((cut.waist + cut.hip) / 2 + 0.7, cut.rise * 0.34),
        at["hip"],
        at["thigh_outer"],
        *([at["knee_outer"]] if cut.length > 70 else []),
        at["hem_outer"],
    ]


def _leg(cut: LegCut, cloth: Cloth, at: dict[str, Point], seed: int, sign: float) -> list[Part]:
    """One leg with half of the seat (``sign`` 1: right in the picture)."""
    rng = np.random.default_rng(seed + (1 if sign > 0 else 2))
    length, rise = cut.length, cut.rise
    long = length > 70
    outer_points = _outer_points(cut, at)
    inner_points: list[Point] = [at["hem_inner"], *([at["knee_inner"]] if long else [])]
    inner_points += [(cut.spread * 0.8 + 0.4, rise + 7), (0.35, rise + 1.0), (0.0, rise)]
    x0, y0 = at["hem_outer"]
    x1, y1 = at["hem_inner"]
    hem = curve(
        (x0, y0),
        (x0 * 0.7 + x1 * 0.3, length + 0.25),
        (x0 * 0.3 + x1 * 0.7, length + 0.35),
        (x1, y1),
    )
    outline = joined(
        curve(*outer_points),
        hem,
        curve(*inner_points),
        curve((-0.4, rise - 1), (-0.6, 12), (-0.5, 3.0)),
        curve((0, 3.0), (cut.waist * 0.5, 2.4), (cut.waist - 0.4, 1.0), at["waist"]),
    )
    seams: list[Seam] = []
    if not cut.cuffed:
        seams.append(
            Seam(
                line=hem - np.array([0.0, 2.2]),
                width=0.12,
                depth=0.5,
                thread=cut.thread,
                pucker=0.9,
            )
        )
    if cut.style in ("jeans", "chino", "cord"):
        pocket = (
            curve((cut.waist * 0.52, 4.8), (cut.waist * 0.66, 8.8), (cut.hip * 0.92, 10.5))
            if cut.style != "chino"
            else curve((cut.waist * 0.70, 4.8), (cut.hip * 0.97, 17.0))
        )
        seams.append(Seam(line=pocket, width=0.3, depth=1.2, thread=None))
        seams.append(
            Seam(line=pocket + np.array([-0.15, 0.55]), width=0.1, depth=0.3, thread=cut.thread)
        )
        side = curve(*outer_points) - np.array([0.9, 0.0])
        if cut.style == "jeans":
            seams.append(
                Seam(line=side[len(side) // 3 :], width=0.2, depth=0.5, thread=None, pucker=1.0)
            )
            inseam = curve(*inner_points) + np.array([0.8, 0.0])
            seams.append(Seam(line=inseam, width=0.2, depth=0.5, thread=cut.thread, pucker=1.0))
    elif cut.style in ("tailored", "linen", "wide"):
        slant = curve((cut.waist * 0.78, 5.0), (cut.hip * 0.985, 18.0))
        seams.append(Seam(line=slant, width=0.25, depth=1.0))
    pleats: list[Curve] = []
    crease_top = (cut.waist * 0.52, 6.2)
    foot = ((x0 + x1) / 2, length - 0.4)
    if cut.style in ("tailored", "wide"):
        knee = (
            ((at["knee_outer"][0] + at["knee_inner"][0]) / 2, at["knee_outer"][1])
            if long
            else (foot[0], (rise + length) / 2)
        )
        pleats.append(curve(crease_top, (cut.thigh * 0.5 + cut.spread, rise + 6), knee, foot))
        if cut.style == "wide":
            pleats.append(
                curve((cut.waist * 0.72, 6.0), (cut.waist * 0.80, 13), (cut.waist * 0.86, 20))
            )
    fade: tuple[Curve, ...] = ()
    if cut.style == "jeans":
        thigh_x = cut.spread + cut.thigh * 0.5
        fade = (
            joined(
                curve(
                    (thigh_x - 3.2, rise + 2),
                    (thigh_x + 3.4, rise - 3),
                    (thigh_x + 4.0, rise + 22),
                    (thigh_x + 0.5, rise + 40),
                ),
                curve(
                    (thigh_x + 0.5, rise + 40),
                    (thigh_x - 3.0, rise + 24),
                    (thigh_x - 3.2, rise + 2),
                ),
            ),
        )
    part = Part(
        outline=outline,
        cloth=cloth,
        axis=(4.0 if long else 3.0),
        depth=0.68,
        widen=0.2,
        bow=0.8,
        folds=tuple(_leg_folds(cut, at, rng)),
        seams=tuple(seams),
        pleats=tuple(pleats),
        casts=0.25,
        seed=seed + (1 if sign > 0 else 4),
        fade=fade,
    )
    parts = [part]
    if cut.cuffed:
        cuff = joined(
            curve((x0 + 0.2, length - 4.6), (x0 + 0.25, y0)),
            curve((x0 + 0.25, y0), (x0 * 0.5 + x1 * 0.5, length + 0.4), (x1 - 0.25, y1)),
            curve((x1 - 0.25, y1), (x1 - 0.2, length - 4.4)),
            curve(
                (x1 - 0.2, length - 4.4),
                (x0 * 0.5 + x1 * 0.5, length - 3.8),
                (x0 + 0.2, length - 4.6),
            ),
        )
        lighter = cloth if cut.style != "jeans" else cloth.plain(colour="#8fa3bd")
        parts.append(
            Part(
                outline=cuff,
                cloth=lighter,
                depth=0.5,
                puff=0.5,
                puff_depth=0.6,
                bow=0.8,
                casts=0.3,
                cast_size=0.3,
                creases=0.5,
            )
        )
    return parts if sign > 0 else [reflected(piece) for piece in parts]


def _fly(cut: LegCut, cloth: Cloth) -> list[Part]:
    """Draw the flap over the zip."""
    parts: list[Part] = []
    fly = curve((0.2, 5.2), (0.1, cut.rise * 0.6), (0.0, cut.rise))
    flap = joined(
        curve((-0.4, 5.4), (4.0, 5.2)),
        curve((4.0, 5.2), (3.9, cut.rise * 0.58), (2.6, cut.rise * 0.70), (0.0, cut.rise * 0.82)),
        curve((0.0, cut.rise * 0.82), (-0.4, 5.4)),
    )
    stitch = curve(
        (3.4, 5.4), (3.3, cut.rise * 0.56), (2.3, cut.rise * 0.66), (0.1, cut.rise * 0.78)
    )
    parts.append(
        Part(
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
                Seam(line=fly, width=0.2, depth=0.9),
            ),
        )
    )
    return parts


def _cords(cloth: Cloth) -> list[Part]:
    """Draw the two ends of a drawstring."""
    parts: list[Part] = []
    for x0, x1 in ((-1.2, -2.6), (1.2, 2.2)):
        cord = curve((x0, 3.6), ((x0 + x1) / 2 * 1.4, 9), (x1, 16))
        parts.append(
            Part(
                outline=strip(cord, 0.7),
                cloth=cloth.plain(fabric="canvas"),
                depth=0.6,
                casts=0.5,
                cast_size=0.25,
                creases=0.0,
            )
        )
    return parts


def _loops(cut: LegCut, cloth: Cloth) -> list[Part]:
    """Draw belt loops."""
    parts: list[Part] = []
    for x in (-cut.waist * 0.58, cut.waist * 0.58):
        sag = 1.6 * (1 - (x / cut.waist) ** 2)
        parts.append(
            Part(
                outline=box(x - 0.65, sag - 0.3, x + 0.65, sag + 5.2, radius=0.2),
                cloth=cloth,
                depth=0.3,
                puff=0.3,
                casts=0.45,
                cast_size=0.2,
                creases=0.0,
                seams=tuple(
                    Seam(
                        line=curve((x + dx, sag), (x + dx, sag + 5)),
                        width=0.08,
                        depth=0.3,
                        thread=cut.thread,
                    )
                    for dx in (-0.35, 0.35)
                ),
            )
        )
    return parts


def _rivets(cut: LegCut) -> list[Part]:
    """Draw the rivets of jeans."""
    parts: list[Part] = []
    for x, y in ((cut.waist * 0.55, 5.9), (cut.hip * 0.9, 10.8)):
        parts += [
            applied(
                box(sign * x - 0.3, y - 0.3, sign * x + 0.3, y + 0.3, radius=0.28),
                Cloth(fabric="metal", colours=(cut.button,)),
                cast_size=0.12,
            )
            for sign in (-1.0, 1.0)
        ]
    return parts


def _widening(cut: LegCut) -> float:
    """Give by how much the side seam moves outwards under a waistband of 4.2 cm."""
    side = curve(*_outer_points(cut, _leg_points(cut)))
    return float(np.interp(4.2, side[:, 1], side[:, 0])) - cut.waist


def draw_legs(cut: LegCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw trousers or shorts; see ``imaging.drawing.tops.draw_top``."""
    at = _leg_points(cut)
    parts = [waist_inside(cut.waist, cloth)]
    parts += _leg(cut, cloth, at, seed, -1.0) + _leg(cut, cloth, at, seed, 1.0)
    if cut.closure == "button":
        parts += _fly(cut, cloth)
    drawstring = cut.closure == "drawstring"
    parts.append(
        waistband(cut.waist, 4.2, cloth, cut.thread, gathered=drawstring, grow=_widening(cut))
    )
    if drawstring:
        parts += _cords(cloth)
    else:
        parts += _loops(cut, cloth) if cut.style in ("jeans", "chino", "cord") else []
        metal = "metal" if cut.style == "jeans" else "horn"
        parts.append(button((0.9, 3.7), cut.button, 0.85, fabric=metal))
    if cut.style == "jeans":
        parts += _rivets(cut)
    landmarks: dict[str, Point] = {"waist_centre": (0.0, 1.6), "crotch": (0.0, cut.rise)}
    names = ["waist", "hip", "hem_outer", "hem_inner"]
    if cut.length > 70:
        names += ["knee_outer", "knee_inner"]
    for sign, side in ((-1.0, "left"), (1.0, "right")):
        for name in names:
            x, y = at[name]
            landmarks[f"{name}_{side}"] = (sign * x, y)
    return parts, landmarks
