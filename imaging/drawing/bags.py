"""Bags, from the front, handle up."""

import numpy as np

from imaging.drawing.cuts import BagCut
from imaging.drawing.fastenings import button
from imaging.drawing.outlines import (
    Point,
    box,
    curve,
    joined,
    strip,
)
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, Seam, applied, on_both_sides
from imaging.drawing.pouches import bucket, crescent, handle


def _tote(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a leather tote, or a larger canvas shopper."""
    parts: list[Part] = []
    wide = 18.5 if cut.style == "tote" else 19.0
    tall = 28.0 if cut.style == "tote" else 38.0
    drop = 21.0 if cut.style == "tote" else 25.0
    base = wide - (2.6 if cut.style == "tote" else 0.4)
    body = joined(
        curve((-wide, 0), (0, 0.9), (wide, 0)),
        curve((wide, 0), (wide - 0.4, tall * 0.5), (base, tall - 1.4), (base - 1.2, tall)),
        curve((base - 1.2, tall), (0, tall + 0.5), (-base + 1.2, tall)),
        curve((-base + 1.2, tall), (-base, tall - 1.4), (-wide + 0.4, tall * 0.5), (-wide, 0)),
    )
    arc = curve(
        (-8.0, 1),
        (-7.4, -drop * 0.62),
        (-4.4, -drop * 0.96),
        (0, -drop - 0.6),
        (4.4, -drop * 0.96),
        (7.4, -drop * 0.62),
        (8.0, 1),
    )
    parts.append(
        handle(cloth, arc * np.array([0.96, 0.97]) + np.array([0.6, -0.8]), 1.7, tone=0.62)
    )
    parts.append(
        Part(
            outline=joined(
                curve((-wide + 0.3, 0.2), (0, -1.5), (wide - 0.3, 0.2)),
                curve((wide - 0.3, 0.2), (0, 1.2), (-wide + 0.3, 0.2)),
            ),
            cloth=Cloth(fabric="canvas", colours=(cut.lining,)),
            depth=0.2,
            tone=0.5,
            casts=0.0,
        )
    )
    seams = (
        Seam(
            line=curve((-wide, 1.6), (0, 2.5), (wide, 1.6)),
            width=0.12,
            depth=0.6,
            thread=None,
            pucker=0.6,
        ),
        Seam(
            line=curve((-base, tall - 2.6), (0, tall - 2.0), (base, tall - 2.6)),
            width=0.16,
            depth=0.5,
        ),
    )
    folds = (
        Fold(
            line=curve((-wide + 2, 4), (-wide * 0.55, tall * 0.5), (-wide * 0.7, tall - 2)),
            width=4.0,
            depth=0.45,
            taper=(0.5, 1),
        ),
        Fold(
            line=curve((wide - 3, 3), (wide * 0.6, tall * 0.55), (wide * 0.72, tall - 2)),
            width=4.0,
            depth=-0.45,
            taper=(0.4, 1),
        ),
        Fold(line=curve((-6, tall - 3), (2, tall - 7), (10, tall - 4)), width=3.5, depth=0.3),
        Fold(line=curve((-8, 4), (-3, 10), (-5, 18)), width=3.0, depth=0.25),
    )
    parts.append(
        Part(
            outline=body,
            cloth=cloth,
            depth=0.16,
            puff=1.6,
            puff_depth=0.8,
            folds=folds,
            seams=seams,
            casts=0.4,
            seed=seed,
        )
    )
    if cut.style == "tote":
        for sign in (-1.0, 1.0):
            parts.append(
                Part(
                    outline=box(sign * 8 - 1.1, 0.6, sign * 8 + 1.1, 6.4, radius=0.7),
                    cloth=cloth.plain(),
                    depth=0.0,
                    puff=0.4,
                    casts=0.4,
                    cast_size=0.25,
                    creases=0.0,
                    seams=(
                        Seam(
                            line=box(sign * 8 - 0.8, 0.9, sign * 8 + 0.8, 6.1, radius=0.6),
                            width=0.1,
                            depth=0.4,
                            thread=cut.metal,
                        ),
                    ),
                )
            )
            parts.append(button((sign * 8, 2.0), cut.metal, 0.42, fabric="metal"))
    parts.append(handle(cloth, arc, 1.8 if cut.style == "tote" else 2.4))
    landmarks: dict[str, Point] = {"handle": (0.0, -drop - 0.6), "base": (0.0, tall + 0.5)}
    return parts, on_both_sides(landmarks, side=(wide - 0.4, tall * 0.5))


def _backpack(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a backpack."""
    parts: list[Part] = []
    body = joined(
        curve((-12, 3), (-10.6, -1.6), (-5, -3.6), (0, -4.0), (5, -3.6), (10.6, -1.6), (12, 3)),
        curve((12, 3), (13.4, 18), (13.2, 33), (11.2, 36.4)),
        curve((11.2, 36.4), (0, 37.4), (-11.2, 36.4)),
        curve((-11.2, 36.4), (-13.2, 33), (-13.4, 18), (-12, 3)),
    )
    pocket = box(-9.6, 19.5, 9.6, 34.6, radius=2.2)
    loop = curve((-3.4, -3.2), (-3.0, -7.4), (0, -8.8), (3.0, -7.4), (3.4, -3.2))
    parts.append(handle(cloth, loop, 1.7))
    parts += [
        Part(
            outline=strip(
                curve(
                    (sign * 9.6, 0),
                    (sign * 14.8, 12),
                    (sign * 15.0, 26),
                    (sign * 11.8, 34),
                ),
                3.0,
            ),
            cloth=cloth.plain(),
            depth=0.0,
            puff=0.9,
            tone=0.7,
            casts=0.2,
            creases=0.3,
        )
        for sign in (-1.0, 1.0)
    ]
    parts.append(
        Part(
            outline=body,
            cloth=cloth,
            depth=0.36,
            puff=2.4,
            puff_depth=0.8,
            casts=0.4,
            seed=seed,
            seams=(
                Seam(
                    line=curve((-12.4, 10), (-9, 0.6), (0, -1.4), (9, 0.6), (12.4, 10)),
                    width=0.34,
                    depth=1.2,
                    thread=cut.metal,
                ),
            ),
            folds=(
                Fold(line=curve((-11, 8), (-4, 13), (5, 12)), width=3.0, depth=0.3),
                Fold(line=curve((11, 6), (6, 12), (8, 18)), width=2.5, depth=-0.3),
            ),
        )
    )
    slide = Cloth(fabric="canvas", colours=("#2b2c2e",))
    parts += [
        Part(
            outline=strip(line, 0.7),
            cloth=slide,
            depth=0.0,
            puff=0.2,
            casts=0.3,
            cast_size=0.2,
            creases=0.0,
            seams=(Seam(line=line, width=0.2, depth=1.0, thread=cut.metal),),
        )
        for line in (curve((-12.2, 11), (-9, 1.6), (0, -0.4), (9, 1.6), (12.2, 11)),)
    ]
    parts.append(
        applied(
            strip(curve((11.6, 9), (11.9, 12.4)), 0.7),
            Cloth(fabric="metal", colours=(cut.metal,)),
            casts=0.5,
        )
    )
    parts.append(
        Part(
            outline=pocket,
            cloth=cloth,
            depth=0.25,
            puff=1.8,
            puff_depth=0.8,
            casts=0.45,
            cast_size=0.5,
            seed=seed + 1,
            seams=(Seam(line=curve((-8.8, 22.6), (0, 23), (8.8, 22.6)), width=0.3, depth=1.4),),
        )
    )
    parts.append(
        applied(strip(curve((-8.4, 22.8), (0, 23.2), (8.4, 22.8)), 0.6), slide, puff=0.2, casts=0.3)
    )
    parts.append(
        applied(
            box(-2.4, 26.5, 2.4, 29.0, radius=0.3),
            Cloth(fabric="calf", colours=("#3a2d24",)),
            casts=0.3,
        )
    )
    return parts, on_both_sides({"handle": (0.0, -8.8), "base": (0.0, 37.4)}, side=(13.4, 18.0))


def _satchel(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a structured bag with a flap and a lock."""
    parts: list[Part] = []
    body = joined(
        curve((-13.6, 1), (-13, 0), (0, 0), (13, 0), (13.6, 1)),
        curve((13.6, 1), (14.4, 10), (14.6, 18), (13.6, 19.4)),
        curve((13.6, 19.4), (0, 19.9), (-13.6, 19.4)),
        curve((-13.6, 19.4), (-14.6, 18), (-14.4, 10), (-13.6, 1)),
    )
    flap = joined(
        curve((-13.9, 0.6), (-13, -0.6), (0, -0.8), (13, -0.6), (13.9, 0.6)),
        curve(
            (13.9, 0.6),
            (13.6, 7),
            (11.2, 11.2),
            (4, 12.8),
            (0, 13.0),
            (-4, 12.8),
            (-11.2, 11.2),
            (-13.6, 7),
            (-13.9, 0.6),
        ),
    )
    inset = curve(
        (-13.3, 0.8),
        (-13.0, 6.8),
        (-10.8, 10.6),
        (-4, 12.2),
        (0, 12.4),
        (4, 12.2),
        (10.8, 10.6),
        (13.0, 6.8),
        (13.3, 0.8),
    )
    arc = curve(
        (-6.2, 0.2),
        (-6.0, -4.6),
        (-3.6, -7.8),
        (0, -8.8),
        (3.6, -7.8),
        (6.0, -4.6),
        (6.2, 0.2),
    )
    parts.append(handle(cloth, arc, 1.8))
    parts.append(
        Part(
            outline=body,
            cloth=cloth,
            depth=0.14,
            puff=1.2,
            puff_depth=0.8,
            casts=0.4,
            seed=seed,
            seams=(
                Seam(
                    line=curve((-13.9, 17.8), (0, 18.5), (13.9, 17.8)),
                    width=0.12,
                    depth=0.4,
                    thread=cut.lining,
                ),
            ),
        )
    )
    parts.append(
        Part(
            outline=flap,
            cloth=cloth,
            depth=0.14,
            puff=1.0,
            puff_depth=0.7,
            casts=0.5,
            cast_size=0.5,
            seed=seed + 1,
            seams=(Seam(line=inset, width=0.1, depth=0.4, thread=cut.lining, pucker=0.3),),
        )
    )
    parts.append(
        applied(
            box(-1.7, 10.8, 1.7, 14.6, radius=0.6),
            Cloth(fabric="metal", colours=(cut.metal,)),
            puff=0.5,
            casts=0.5,
            cast_size=0.25,
        )
    )
    parts.append(
        applied(
            box(-0.5, 12.0, 0.5, 13.4, radius=0.4),
            Cloth(fabric="metal", colours=(cut.metal,)),
            puff=0.4,
            casts=0.5,
            tone=0.7,
        )
    )
    parts += [
        applied(
            box(sign * 6.2 - 1.2, -0.8, sign * 6.2 + 1.2, 1.2, radius=0.3),
            Cloth(fabric="metal", colours=(cut.metal,)),
            puff=0.4,
        )
        for sign in (-1.0, 1.0)
    ]
    return parts, on_both_sides({"handle": (0.0, -8.8), "base": (0.0, 19.9)}, side=(14.4, 10.0))


def draw_bag(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a bag from the front, handle up; see ``imaging.drawing.tops.draw_top``."""
    match cut.style:
        case "shopper" | "tote":
            return _tote(cut, cloth, seed)
        case "bucket":
            return bucket(cut, cloth, seed)
        case "crescent":
            return crescent(cut, cloth, seed)
        case "backpack":
            return _backpack(cut, cloth, seed)
        case _:
            return _satchel(cut, cloth, seed)
