"""Trousers, shorts and skirts."""

import numpy as np

from imaging.drawing.cuts import LegCut, SkirtCut
from imaging.drawing.outlines import (
    Curve,
    Point,
    box,
    curve,
    flipped,
    joined,
    mirrored,
    strip,
)
from imaging.drawing.studio import Cloth, Fold, Part, Seam
from imaging.drawing.tops import Drawing, button, reflected


def _waist_inside(half: float, cloth: Cloth) -> Part:
    """The inside of the back waistband."""
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


def _waistband(
    half: float, depth: float, cloth: Cloth, thread: str | None, *, gathered: bool = False
) -> Part:
    grow = 0.5
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
            (-half - 0.2, y),
            (-half * 0.5, y + 1.2),
            (0, y + 1.6),
            (half * 0.5, y + 1.2),
            (half + 0.2, y),
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


def _leg_points(cut: LegCut) -> dict[str, Point]:
    """Corners of the right leg."""
    L, rise = cut.length, cut.rise
    centre = cut.spread + cut.ankle / 2 + 3.2
    if L < 70:
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
        "hem_outer": (centre + cut.ankle / 2, L - 0.8),
        "hem_inner": (centre - cut.ankle / 2, L - 0.5),
    }


def _leg_folds(cut: LegCut, at: dict[str, Point], rng: np.random.Generator) -> list[Fold]:
    rise, L = cut.rise, cut.length
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
    if L > 70:
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
            y = L + dy + jitter(0.6)
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
                            ((top_x + foot_x) / 2 + jitter(0.5), (rise + L) / 2),
                            (foot_x, L - 1),
                        ),
                        width=3.0,
                        depth=depth,
                        taper=(0.2, 1.0),
                    )
                )
    return folds


def _leg(cut: LegCut, cloth: Cloth, at: dict[str, Point], seed: int, sign: float) -> list[Part]:
    """One leg with half of the seat (``sign`` 1: right in the picture)."""
    rng = np.random.default_rng(seed + (1 if sign > 0 else 2))
    L, rise = cut.length, cut.rise
    long = L > 70
    outer_points: list[Point] = [
        at["waist"],
        ((cut.waist + cut.hip) / 2 + 0.7, rise * 0.34),
        at["hip"],
        at["thigh_outer"],
    ]
    inner_points: list[Point] = [at["hem_inner"]]
    if long:
        outer_points.append(at["knee_outer"])
        inner_points.append(at["knee_inner"])
    outer_points.append(at["hem_outer"])
    inner_points += [(cut.spread * 0.8 + 0.4, rise + 7), (0.35, rise + 1.0), (0.0, rise)]
    x0, y0 = at["hem_outer"]
    x1, y1 = at["hem_inner"]
    hem = curve(
        (x0, y0), (x0 * 0.7 + x1 * 0.3, L + 0.25), (x0 * 0.3 + x1 * 0.7, L + 0.35), (x1, y1)
    )
    outline = joined(
        curve(*outer_points),
        hem,
        curve(*inner_points),
        curve((-0.4, rise - 1), (-0.6, 12), (-0.5, 1.2)),
        curve((0, 1.6), (cut.waist * 0.5, 1.2), at["waist"]),
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
    foot = ((x0 + x1) / 2, L - 0.4)
    if cut.style in ("tailored", "wide"):
        knee = (
            ((at["knee_outer"][0] + at["knee_inner"][0]) / 2, at["knee_outer"][1])
            if long
            else (foot[0], (rise + L) / 2)
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
            curve((x0 + 0.2, L - 4.6), (x0 + 0.25, y0)),
            curve((x0 + 0.25, y0), (x0 * 0.5 + x1 * 0.5, L + 0.4), (x1 - 0.25, y1)),
            curve((x1 - 0.25, y1), (x1 - 0.2, L - 4.4)),
            curve((x1 - 0.2, L - 4.4), (x0 * 0.5 + x1 * 0.5, L - 3.8), (x0 + 0.2, L - 4.6)),
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


def draw_legs(cut: LegCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw trousers or shorts; see ``imaging.drawing.tops.draw_top``."""
    at = _leg_points(cut)
    parts: list[Part] = [_waist_inside(cut.waist, cloth)]
    parts += _leg(cut, cloth, at, seed, -1.0)
    right = _leg(cut, cloth, at, seed, 1.0)
    fly = curve((0.2, 5.2), (0.1, cut.rise * 0.6), (0.0, cut.rise))
    parts += right
    if cut.closure == "button":
        flap = joined(
            curve((-0.4, 5.4), (4.0, 5.2)),
            curve(
                (4.0, 5.2), (3.9, cut.rise * 0.58), (2.6, cut.rise * 0.70), (0.0, cut.rise * 0.82)
            ),
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
    drawstring = cut.closure == "drawstring"
    parts.append(_waistband(cut.waist, 4.2, cloth, cut.thread, gathered=drawstring))
    if drawstring:
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
    else:
        if cut.style in ("jeans", "chino", "cord"):
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
        metal = "metal" if cut.style == "jeans" else "horn"
        parts.append(button((0.9, 3.7), cut.button, 0.85, fabric=metal))
    if cut.style == "jeans":
        for x, y in ((cut.waist * 0.55, 5.9), (cut.hip * 0.9, 10.8)):
            for sign in (-1.0, 1.0):
                parts.append(
                    Part(
                        outline=box(sign * x - 0.3, y - 0.3, sign * x + 0.3, y + 0.3, radius=0.28),
                        cloth=Cloth(fabric="metal", colours=(cut.button,)),
                        depth=0.0,
                        puff=0.3,
                        casts=0.4,
                        cast_size=0.12,
                        creases=0.0,
                    )
                )
    landmarks: dict[str, Point] = {"waist_centre": (0.0, 1.6), "crotch": (0.0, cut.rise)}
    names = ["waist", "hip", "hem_outer", "hem_inner"]
    if cut.length > 70:
        names += ["knee_outer", "knee_inner"]
    for sign, side in ((-1.0, "left"), (1.0, "right")):
        for name in names:
            x, y = at[name]
            landmarks[f"{name}_{side}"] = (sign * x, y)
    return parts, landmarks


def _skirt_hem(cut: SkirtCut) -> Curve:
    """Right half of the hem, from the side to the middle, waving where folds end."""
    count = {"pleated": 9, "slim": 2, "denim": 2}.get(cut.style, 5)
    waves = {"pleated": 0.5, "slim": 0.1, "denim": 0.1}.get(cut.style, 0.7)
    points: list[Point] = []
    for i in range(2 * count + 1):
        share = 1 - i / (2 * count)
        wave = waves * (0.5 if i % 2 else -0.5) * (0 < i)
        points.append(
            (cut.hem * share, cut.length - (2.4 if cut.hem > 28 else 1.2) * share**2 + wave)
        )
    return curve(*points)


def draw_skirt(cut: SkirtCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a skirt; see ``imaging.drawing.tops.draw_top``."""
    rng = np.random.default_rng(seed)
    hip_at = 20.0
    hem = _skirt_hem(cut)
    corner = (float(hem[0][0]), float(hem[0][1]))
    side = curve(
        (cut.waist, 0),
        ((cut.waist + cut.hip) / 2 + 0.8, hip_at * 0.42),
        (cut.hip, hip_at),
        ((cut.hip + cut.hem) / 2 + 0.3, (hip_at + cut.length) / 2),
        corner,
    )
    half = joined(curve((0, 1.6), (cut.waist * 0.5, 1.2), (cut.waist, 0)), side, hem)
    outline = joined(half, mirrored(half))
    folds: list[Fold] = []
    seams: list[Seam] = []
    pleats: list[Curve] = []
    front: list[Part] = []
    if cut.style == "pleated":
        count = 17
        for index in range(1, count):
            at = -1 + 2 * index / count
            pleats.append(
                curve(
                    (at * cut.waist, 5.0),
                    (at * cut.hip * 1.0, hip_at),
                    (at * cut.hem, cut.length + 1),
                )
            )
    elif cut.style in ("slim", "denim"):
        for sign in (-1.0, 1.0):
            for dy, depth in ((0.0, 0.22), (3.0, -0.2)):
                y = hip_at + dy + float(rng.uniform(-1, 1))
                folds.append(
                    Fold(
                        line=curve(
                            (sign * (cut.hip - 1), y),
                            (sign * cut.hip * 0.5, y + 2.2),
                            (sign * 2, y + 1.4),
                        ),
                        width=2.0,
                        depth=depth,
                    )
                )
            folds.append(
                Fold(
                    line=curve(
                        (sign * cut.hip * 0.5, hip_at + 6), (sign * cut.hem * 0.55, cut.length - 2)
                    ),
                    width=4.0,
                    depth=0.35,
                    taper=(0.2, 1.0),
                )
            )
    else:
        count = max(4, round(cut.hem * 0.2))
        places = np.linspace(-0.86, 0.86, count) + rng.uniform(-0.08, 0.08, count)
        for at in places.tolist():
            start = float(rng.uniform(7, 34))
            line = curve(
                (at * cut.waist * 1.1, start),
                (at * (cut.hip * 0.5 + cut.hem * 0.48), (start + cut.length) / 2),
                (at * cut.hem, cut.length),
            )
            depth = min(1.0, 0.2 + 0.03 * (cut.hem - cut.hip) + float(rng.uniform(0, 0.4)))
            width = float(rng.choice([2.5, 3.5, 4.5, 5.0]))
            folds.append(Fold(line=line, width=width, depth=depth, taper=(0.08, 1.0)))
            shifted = line + np.array([width, 0.0]) * np.linspace(0.4, 1.2, len(line))[:, None]
            folds.append(
                Fold(line=shifted, width=width * 0.8, depth=-depth * 0.85, taper=(0.05, 1.0))
            )
    whole_hem = joined(flipped(hem), hem[::-1])
    if cut.style != "pleated":
        seams.append(
            Seam(
                line=whole_hem - np.array([0.0, 2.0]),
                width=0.12,
                depth=0.5,
                thread=cut.thread,
                pucker=0.8,
            )
        )
    if cut.style == "tiered":
        for y, half_width in (
            (cut.length * 0.42, cut.hip + 2.6),
            (cut.length * 0.72, cut.hem * 0.92),
        ):
            seams.append(
                Seam(
                    line=curve((-half_width, y - 1), (0, y + 0.6), (half_width, y - 1)),
                    width=0.4,
                    depth=1.2,
                    pucker=3.0,
                )
            )
            for x in np.linspace(-half_width + 1, half_width - 1, 30):
                folds.append(
                    Fold(
                        line=curve(
                            (float(x), y + 0.4),
                            (
                                float(x) * 1.05 + float(rng.uniform(-0.5, 0.5)),
                                y + float(rng.uniform(5, 12)),
                            ),
                        ),
                        width=1.0,
                        depth=float(rng.choice([-1, 1])) * 0.34,
                        taper=(1.0, 0.05),
                    )
                )
    if cut.style == "wrap":
        edge = curve(
            (cut.waist * 0.55, 5.4),
            (cut.hip * 0.42, hip_at + 8),
            (cut.hem * 0.34, cut.length - 0.2),
        )
        left_edge = joined(
            edge,
            curve((cut.hem * 0.34, cut.length - 0.2), (-2, cut.length - 0.6)),
            curve((-2, cut.length - 0.6), (-2, 5.6)),
        )
        front.append(
            Part(
                outline=left_edge,
                cloth=cloth,
                depth=0.2,
                widen=10,
                bow=1.0,
                casts=0.45,
                cast_size=0.6,
                creases=0.6,
                seams=(
                    Seam(
                        line=edge - np.array([0.7, 0]),
                        width=0.12,
                        depth=0.5,
                        thread=cut.thread,
                        pucker=0.8,
                    ),
                ),
                folds=(
                    Fold(
                        line=curve((1, 30), (2.5, cut.length - 1)),
                        width=3.5,
                        depth=0.4,
                        taper=(0.1, 1.0),
                    ),
                ),
                seed=seed + 2,
            )
        )
    if cut.style in ("denim", "buttoned"):
        outline_placket = box(-1.9, 4.6, 1.9, cut.length - 0.3, radius=0.1)
        front.append(
            Part(
                outline=outline_placket,
                cloth=cloth,
                depth=0.0,
                puff=0.3,
                puff_depth=0.5,
                casts=0.25,
                cast_size=0.2,
                creases=0.5,
                seams=tuple(
                    Seam(
                        line=curve((x, 5), (x, cut.length - 0.5)),
                        width=0.1,
                        depth=0.4,
                        thread=cut.thread,
                        pucker=0.5,
                    )
                    for x in (-1.4, 1.4)
                ),
            )
        )
        metal = "metal" if cut.style == "denim" else "horn"
        front += [
            button((0.0, float(y)), cut.button, 0.8, fabric=metal)
            for y in np.arange(9, cut.length - 6, 8.5)
        ]
    if cut.style == "denim":
        for sign in (-1.0, 1.0):
            pocket = curve(
                (sign * cut.waist * 0.50, 4.6),
                (sign * cut.waist * 0.64, 8.6),
                (sign * (cut.hip - 1.4), 10.5),
            )
            seams += [
                Seam(line=pocket, width=0.3, depth=1.2),
                Seam(
                    line=pocket + np.array([-0.15 * sign, 0.55]),
                    width=0.1,
                    depth=0.3,
                    thread=cut.thread,
                ),
            ]
    body = Part(
        outline=outline,
        cloth=cloth,
        depth=0.5,
        bow=2.0 if cut.hem > 28 else 1.2,
        folds=tuple(folds),
        seams=tuple(seams),
        pleats=tuple(pleats),
        casts=0.3,
        seed=seed,
        fade=(
            joined(
                curve((-12, 16), (-6, 12), (-5, 30), (-9, 44)),
                curve((-9, 44), (-13, 30), (-12, 16)),
            ),
            joined(curve((12, 16), (6, 12), (5, 30), (9, 44)), curve((9, 44), (13, 30), (12, 16))),
        )
        if cut.style == "denim"
        else (),
    )
    parts = [_waist_inside(cut.waist, cloth), body, *front]
    parts.append(_waistband(cut.waist, 3.6, cloth, cut.thread, gathered=cut.style == "tiered"))
    if cut.style in ("denim", "buttoned"):
        parts.append(
            button((0.0, 3.4), cut.button, 0.85, fabric="metal" if cut.style == "denim" else "horn")
        )
    landmarks: dict[str, Point] = {
        "waist_centre": (0.0, 1.6),
        "hem_centre": (0.0, float(hem[-1][1])),
    }
    for sign, name in ((-1.0, "left"), (1.0, "right")):
        landmarks[f"waist_{name}"] = (sign * cut.waist, 0.0)
        landmarks[f"hip_{name}"] = (sign * cut.hip, hip_at)
        landmarks[f"hem_{name}"] = (sign * corner[0], corner[1])
    return parts, landmarks
