"""Skirts."""

import numpy as np

from imaging.drawing.cuts import SkirtCut
from imaging.drawing.fastenings import button
from imaging.drawing.outlines import (
    Curve,
    Point,
    box,
    curve,
    flipped,
    joined,
    mirrored,
)
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, Seam
from imaging.drawing.waistbands import waist_inside, waistband


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
    pleats: list[Curve] = []
    count = 17
    for index in range(1, count):
        at = -1 + 2 * index / count
        pleats.append(
            curve(
                (at * cut.waist, 5.0),
                (at * cut.hip * 1.0, _HIP_AT),
                (at * cut.hem, cut.length + 1),
            )
        )
    return pleats


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


def _wrapped(cut: SkirtCut, cloth: Cloth, seed: int) -> list[Part]:
    """Lay the front of a wrap skirt over the other."""
    front: list[Part] = []
    edge = curve(
        (cut.waist * 0.55, 5.4),
        (cut.hip * 0.42, _HIP_AT + 8),
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
    return front


def _buttoned(cut: SkirtCut, cloth: Cloth) -> list[Part]:
    """Draw a placket with buttons from waist to hem."""
    front: list[Part] = []
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
    metal = "metal"
    front += [
        button((0.0, float(y)), cut.button, 0.8, fabric=metal)
        for y in np.arange(9, cut.length - 6, 8.5)
    ]
    return front


def _pockets(cut: SkirtCut) -> list[Seam]:
    """Draw the curved openings of two pockets."""
    seams: list[Seam] = []
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
    return seams


def draw_skirt(cut: SkirtCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a skirt; see ``imaging.drawing.tops.draw_top``."""
    rng = np.random.default_rng(seed)
    hem = _skirt_hem(cut)
    corner = (float(hem[0][0]), float(hem[0][1]))
    side = curve(
        (cut.waist, 0),
        ((cut.waist + cut.hip) / 2 + 0.8, _HIP_AT * 0.42),
        (cut.hip, _HIP_AT),
        ((cut.hip + cut.hem) / 2 + 0.3, (_HIP_AT + cut.length) / 2),
        corner,
    )
    half = joined(curve((0, 1.6), (cut.waist * 0.5, 1.2), (cut.waist, 0)), side, hem)
    outline = joined(half, mirrored(half))
    line = joined(flipped(hem), hem[::-1]) - np.array([0.0, 2.0])
    seams = [Seam(line=line, width=0.12, depth=0.5, thread=cut.thread, pucker=0.8)]
    folds: list[Fold] = []
    pleats: list[Curve] = []
    front: list[Part] = []
    is_denim = cut.style == "denim"
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
    if cut.style == "wrap":
        front += _wrapped(cut, cloth, seed)
    if is_denim:
        front += _buttoned(cut, cloth)
        seams += _pockets(cut)
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
        if is_denim
        else (),
    )
    grow = float(np.interp(3.6, side[:, 1], side[:, 0])) - cut.waist
    parts = [waist_inside(cut.waist, cloth), body, *front]
    parts.append(
        waistband(cut.waist, 3.6, cloth, cut.thread, gathered=cut.style == "tiered", grow=grow)
    )
    if is_denim:
        parts.append(button((0.0, 3.4), cut.button, 0.85, fabric="metal"))
    landmarks: dict[str, Point] = {
        "waist_centre": (0.0, 1.6),
        "hem_centre": (0.0, float(hem[-1][1])),
    }
    for sign, name in ((-1.0, "left"), (1.0, "right")):
        landmarks[f"waist_{name}"] = (sign * cut.waist, 0.0)
        landmarks[f"hip_{name}"] = (sign * cut.hip, _HIP_AT)
        landmarks[f"hem_{name}"] = (sign * corner[0], corner[1])
    return parts, landmarks
