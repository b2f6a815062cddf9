"""Skirts."""

from dataclasses import replace

import numpy as np

from imaging.drawing.cuts import SkirtCut
from imaging.drawing.fastenings import button, placket
from imaging.drawing.outlines import (
    Curve,
    Point,
    box,
    curve,
    flipped,
    joined,
    mirrored,
)
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, Seam, on_both_sides
from imaging.drawing.waistbands import pocket_mouth, waist_inside, waistband


def _skirt_hem(cut: SkirtCut) -> Curve:
    """Right half of the hem, from the side to the middle, waving where folds end."""
    count = {"pleated": 9, "slim": 2, "denim": 2}.get(cut.style, 5)
    waves = {"pleated": 0.5, "slim": 0.1, "denim": 0.1}.get(cut.style, 0.7)
    points: list[Point] = []
    for i in range(2 * count + 1):
        share = 1 - i / (2 * count)
        pleated = cut.style == "pleated"
        bend = (0.5 if i % 2 else -0.5) if pleated else 0.6 * float(np.sin(i * 2.2 + cut.length))
        wave = waves * bend * (i > 0)
        points.append(
            (cut.hem * share, cut.length - (2.4 if cut.hem > 28 else 1.2) * share**2 + wave)
        )
    return curve(*points)


_HIP_AT = 20.0
"""Centimetres from the waist to the hip."""

_FADED_RIGHT = joined(
    curve((12, 16), (6, 12), (5, 30), (9, 44)), curve((9, 44), (13, 30), (12, 16))
)
_FADED = (flipped(_FADED_RIGHT), _FADED_RIGHT)
"""Where a denim skirt is washed out, in centimetres."""


def _falling_folds(cut: SkirtCut, rng: np.random.Generator) -> list[Fold]:
    """Let folds fall from the waist and open towards the hem."""
    folds: list[Fold] = []
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
        folds.append(Fold(line=shifted, width=width * 0.8, depth=-depth * 0.85, taper=(0.05, 1.0)))
    return folds


def _tight_folds(cut: SkirtCut, rng: np.random.Generator) -> list[Fold]:
    """Pull a narrow skirt across the hips."""
    folds: list[Fold] = []
    for sign in (-1.0, 1.0):
        for dy, depth in ((0.0, 0.22), (3.0, -0.2)):
            y = _HIP_AT + dy + float(rng.uniform(-1, 1))
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
                    (sign * cut.hip * 0.5, _HIP_AT + 6), (sign * cut.hem * 0.55, cut.length - 2)
                ),
                width=4.0,
                depth=0.35,
                taper=(0.2, 1.0),
            )
        )
    return folds


def _pleats(cut: SkirtCut) -> list[Curve]:
    """Press knife pleats."""
    count = 17
    return [
        curve((at * cut.waist, 5.0), (at * cut.hip, _HIP_AT), (at * cut.hem, cut.length + 1))
        for at in (-1 + 2 * index / count for index in range(1, count))
    ]


def _tiers(cut: SkirtCut, rng: np.random.Generator) -> tuple[list[Seam], list[Fold]]:
    """Gather each tier to the one above."""
    seams: list[Seam] = []
    folds: list[Fold] = []
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
        folds += [
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
            for x in np.linspace(-half_width + 1, half_width - 1, 30)
        ]
    return seams, folds


def _wrapped(cut: SkirtCut, cloth: Cloth, seed: int) -> Part:
    """Lay the front of a wrap skirt over the other."""
    low, end = (cut.hem * 0.34, cut.length - 0.2), (-2.0, cut.length - 0.6)
    edge = curve((cut.waist * 0.55, 5.4), (cut.hip * 0.42, _HIP_AT + 8), low)
    stitch = edge - np.array([0.7, 0])
    fold = curve((1, 30), (2.5, cut.length - 1))
    return Part(
        outline=joined(edge, curve(low, end), curve(end, (-2, 5.6))),
        cloth=cloth,
        depth=0.2,
        widen=10,
        bow=1.0,
        casts=0.45,
        cast_size=0.6,
        creases=0.6,
        seams=(Seam(line=stitch, width=0.12, depth=0.5, thread=cut.thread, pucker=0.8),),
        folds=(Fold(line=fold, width=3.5, depth=0.4, taper=(0.1, 1.0)),),
        seed=seed + 2,
    )


def _buttoned(cut: SkirtCut, cloth: Cloth) -> list[Part]:
    """Draw a placket with buttons from waist to hem."""
    outline = box(-1.9, 4.6, 1.9, cut.length - 0.3, radius=0.1)
    stitches = tuple(curve((x, 5), (x, cut.length - 0.5)) for x in (-1.4, 1.4))
    return [
        placket(outline, stitches, cloth, cut.thread, seed=0),
        *(
            button((0.0, float(y)), cut.button, 0.8, fabric="metal")
            for y in np.arange(9, cut.length - 6, 8.5)
        ),
    ]


def _pockets(cut: SkirtCut) -> list[Seam]:
    """Draw the curved openings of two pockets."""
    line = curve((cut.waist * 0.50, 4.6), (cut.waist * 0.64, 8.6), (cut.hip - 1.4, 10.5))
    right = pocket_mouth(line, cut.thread)
    return [*(replace(seam, line=flipped(seam.line)) for seam in right), *right]


def _side(cut: SkirtCut, corner: Point) -> Curve:
    """Right side seam, from the waist down to the corner of the hem."""
    return curve(
        (cut.waist, 0),
        ((cut.waist + cut.hip) / 2 + 0.8, _HIP_AT * 0.42),
        (cut.hip, _HIP_AT),
        ((cut.hip + cut.hem) / 2 + 0.3, (_HIP_AT + cut.length) / 2),
        corner,
    )


def _body(cut: SkirtCut, cloth: Cloth, seed: int, *, side: Curve, hem: Curve) -> Part:
    """Draw the skirt itself, without waistband and what lies over it."""
    rng = np.random.default_rng(seed)
    half = joined(curve((0, 1.6), (cut.waist * 0.5, 1.2), (cut.waist, 0)), side, hem)
    edge = joined(flipped(hem), hem[::-1]) - np.array([0.0, 2.0])
    seams = [Seam(line=edge, width=0.12, depth=0.5, thread=cut.thread, pucker=0.8)]
    folds: list[Fold] = []
    pleats: list[Curve] = []
    match cut.style:
        case "pleated":
            pleats, seams = _pleats(cut), []
        case "slim" | "denim":
            folds = _tight_folds(cut, rng)
        case _:
            folds = _falling_folds(cut, rng)
    if cut.style == "tiered":
        gathers, ruffles = _tiers(cut, rng)
        seams += gathers
        folds += ruffles
    if cut.style == "denim":
        seams += _pockets(cut)
    return Part(
        outline=joined(half, mirrored(half)),
        cloth=cloth,
        depth=0.5,
        bow=2.0 if cut.hem > 28 else 1.2,
        folds=tuple(folds),
        seams=tuple(seams),
        pleats=tuple(pleats),
        casts=0.3,
        seed=seed,
        fade=_FADED if cut.style == "denim" else (),
    )


def draw_skirt(cut: SkirtCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a skirt; see ``imaging.drawing.tops.draw_top``."""
    hem = _skirt_hem(cut)
    corner = (float(hem[0][0]), float(hem[0][1]))
    side = _side(cut, corner)
    grow = float(np.interp(3.6, side[:, 1], side[:, 0])) - cut.waist
    gathered = cut.style == "tiered"
    is_denim = cut.style == "denim"
    parts = [waist_inside(cut.waist, cloth), _body(cut, cloth, seed, side=side, hem=hem)]
    if cut.style == "wrap":
        parts.append(_wrapped(cut, cloth, seed))
    if is_denim:
        parts += _buttoned(cut, cloth)
    parts.append(waistband(cut.waist, 3.6, cloth, cut.thread, gathered=gathered, grow=grow))
    if is_denim:
        parts.append(button((0.0, 3.4), cut.button, 0.85, fabric="metal"))
    middle: dict[str, Point] = {
        "waist_centre": (0.0, 1.6),
        "hem_centre": (0.0, float(hem[-1][1])),
    }
    landmarks = on_both_sides(middle, waist=(cut.waist, 0.0), hip=(cut.hip, _HIP_AT), hem=corner)
    return parts, landmarks
