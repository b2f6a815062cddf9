"""Hats, bags and scarves."""

import numpy as np

from imaging.drawing.cuts import BagCut, HatCut, ScarfCut
from imaging.drawing.outlines import (
    Curve,
    Point,
    box,
    curve,
    ellipse,
    flipped,
    joined,
    mirrored,
    strip,
)
from imaging.drawing.studio import Cloth, Fold, Part, Seam
from imaging.drawing.tops import Drawing, button


def _sided(landmarks: dict[str, Point], **places: Point) -> dict[str, Point]:
    """Add a landmark and its mirror image for every place on the right."""
    for name, (x, y) in places.items():
        landmarks[f"{name}_right"] = (x, y)
        landmarks[f"{name}_left"] = (-x, y)
    return landmarks


def _beanie(cloth: Cloth, seed: int) -> Drawing:
    dome = joined(
        curve(
            (-9.6, 14),
            (-10.2, 8),
            (-8.6, 2.2),
            (-4.6, -1.0),
            (0, -1.8),
            (4.6, -1.0),
            (8.6, 2.2),
            (10.2, 8),
            (9.6, 14),
        ),
        curve((9.6, 14), (0, 15), (-9.6, 14)),
    )
    ribs = tuple(
        Seam(
            line=curve((x * 0.25, -1.6 + abs(x) * 0.02), (x * 0.86, 4.0), (x, 14.5)),
            width=0.34,
            depth=1.0,
        )
        for x in np.arange(-9.0, 9.1, 1.0)
    )
    cuff = joined(
        curve((-10.1, 11.4), (0, 12.6), (10.1, 11.4)),
        curve(
            (10.1, 11.4),
            (10.35, 14.5),
            (9.9, 17.4),
            (8.6, 18.7),
            (4.5, 19.5),
            (0, 19.7),
            (-4.5, 19.5),
            (-8.6, 18.7),
            (-9.9, 17.4),
            (-10.35, 14.5),
            (-10.1, 11.4),
        ),
    )
    turn = tuple(
        Seam(
            line=curve(
                (x, 11.6 + 0.8 * (1 - (x / 10) ** 2)), (x * 0.985, 18.2 + 1.3 * (1 - (x / 10) ** 2))
            ),
            width=0.36,
            depth=1.1,
        )
        for x in np.arange(-9.6, 9.7, 0.92)
    )
    folds = (
        Fold(line=curve((-6, 2), (-3, 6), (-4, 11)), width=2.0, depth=0.2),
        Fold(line=curve((5, 1.5), (4, 6), (6, 11)), width=2.0, depth=-0.2),
    )
    parts = [
        Part(outline=dome, cloth=cloth, depth=0.75, seams=ribs, folds=folds, casts=0.3, seed=seed),
        Part(
            outline=cuff,
            cloth=cloth,
            depth=0.75,
            puff=1.0,
            puff_depth=0.7,
            seams=turn,
            casts=0.5,
            cast_size=0.4,
            bow=1.5,
            seed=seed + 1,
        ),
    ]
    return parts, _sided({"top": (0.0, -1.8)}, brim=(10.35, 14.5), band=(9.9, 17.4))


def _bucket_hat(cloth: Cloth, seed: int) -> Drawing:
    crown = joined(
        curve((-7.6, 0.4), (-4, -0.9), (0, -1.2), (4, -0.9), (7.6, 0.4)),
        curve((7.6, 0.4), (8.8, 5), (9.6, 9.6)),
        curve((9.6, 9.6), (0, 11.4), (-9.6, 9.6)),
        curve((-9.6, 9.6), (-8.8, 5), (-7.6, 0.4)),
    )
    brim = joined(
        curve((-9.6, 8.9), (0, 10.4), (9.6, 8.9)),
        curve((9.6, 8.9), (12.2, 12.6), (14.6, 16.2)),
        curve((14.6, 16.2), (8, 18.6), (0, 19.4), (-8, 18.6), (-14.6, 16.2)),
        curve((-14.6, 16.2), (-12.2, 12.6), (-9.6, 8.9)),
    )
    rows = tuple(
        Seam(
            line=curve(
                (-9.8 - k * 1.15, 9.6 + k * 1.55),
                (0, 11.0 + k * 1.85),
                (9.8 + k * 1.15, 9.6 + k * 1.55),
            ),
            width=0.1,
            depth=0.6,
            pucker=0.8,
        )
        for k in np.arange(0.5, 4.2, 0.62)
    )
    top = curve((-7.6, 0.9), (0, 1.6), (7.6, 0.9))
    parts = [
        Part(
            outline=crown,
            cloth=cloth,
            depth=0.65,
            puff=0.6,
            seams=(
                Seam(line=top, width=0.2, depth=0.8, pucker=0.8),
                Seam(line=curve((-3.9, 1.4), (-4.6, 10.6)), width=0.12, depth=0.6),
                Seam(line=curve((3.9, 1.4), (4.6, 10.6)), width=0.12, depth=0.6),
            ),
            casts=0.3,
            seed=seed,
            folds=(Fold(line=curve((-7, 6), (-2, 7.5), (4, 6.6)), width=1.5, depth=0.15),),
        ),
        Part(
            outline=brim,
            cloth=cloth,
            depth=0.45,
            puff=0.4,
            puff_depth=0.6,
            bow=2.0,
            seams=rows,
            casts=0.5,
            cast_size=0.5,
            seed=seed + 1,
            folds=(
                Fold(line=curve((-7, 10), (-9, 17.5)), width=2.5, depth=0.3),
                Fold(line=curve((3, 11), (4, 19)), width=3.0, depth=-0.3),
                Fold(line=curve((9, 10.5), (11.5, 16.5)), width=2.5, depth=0.3),
            ),
        ),
    ]
    return parts, _sided({"top": (0.0, -1.2)}, brim=(14.6, 16.2), band=(9.6, 9.6))


def _brimmed(cloth: Cloth, cut: HatCut, seed: int, *, flat: bool) -> Drawing:
    """A fedora, or with a flat crown a boater."""
    if flat:
        crown = joined(
            curve((-8.6, 1.0), (0, -0.4), (8.6, 1.0)),
            curve((8.6, 1.0), (9.1, 6), (9.3, 11)),
            curve((9.3, 11), (0, 13.2), (-9.3, 11)),
            curve((-9.3, 11), (-9.1, 6), (-8.6, 1.0)),
        )
        folds: tuple[Fold, ...] = ()
        top = -0.4
    else:
        crown = joined(
            curve(
                (-9.4, 11),
                (-9.0, 5),
                (-7.2, -0.8),
                (-4.0, -2.2),
                (0, -1.0),
                (4.0, -2.2),
                (7.2, -0.8),
                (9.0, 5),
                (9.4, 11),
            ),
            curve((9.4, 11), (0, 13.2), (-9.4, 11)),
        )
        folds = (
            Fold(line=curve((0, -1.2), (0.2, 2.5), (0, 6)), width=2.5, depth=-0.7),
            Fold(line=curve((-5.4, 0), (-4.8, 4), (-5.8, 8)), width=2.5, depth=-0.5),
            Fold(line=curve((5.4, 0), (4.8, 4), (5.8, 8)), width=2.5, depth=-0.5),
        )
        top = -1.0
    brim = (
        ellipse((0.0, 12.7), (17.8, 4.2))
        if flat
        else joined(
            curve(
                (-18.4, 10.6),
                (-14, 11.2),
                (-9.2, 11.2),
                (0, 12),
                (9.2, 11.2),
                (14, 11.2),
                (18.4, 10.6),
            ),
            curve(
                (18.4, 10.6),
                (13.5, 15.2),
                (6.5, 17.4),
                (0, 17.9),
                (-6.5, 17.4),
                (-13.5, 15.2),
                (-18.4, 10.6),
            ),
        )
    )
    band = joined(
        curve((-9.2, 7.6), (0, 9.6), (9.2, 7.6)),
        curve((9.2, 7.6), (9.4, 11.0)),
        curve((9.4, 11.0), (0, 13.3), (-9.4, 11.0)),
        curve((-9.4, 11.0), (-9.2, 7.6)),
    )
    ribbon = Cloth(fabric="ribbed", colours=(cut.band,))
    edge = curve((-16.6, 13.4), (-11, 15.4), (0, 16.4), (11, 15.4), (16.6, 13.4))
    parts = [
        Part(
            outline=brim,
            cloth=cloth,
            depth=0.12,
            puff=0.7,
            puff_depth=0.7,
            bow=2.5,
            casts=0.3,
            seams=(Seam(line=edge, width=0.12, depth=0.4),),
            seed=seed,
            folds=(
                Fold(
                    line=curve((-14, 12), (-8, 14.6), (0, 15.2), (8, 14.6), (14, 12)),
                    width=3.0,
                    depth=0.5,
                    taper=(1.0, 1.0),
                ),
            ),
        ),
        Part(
            outline=crown,
            cloth=cloth,
            depth=0.75,
            puff=1.2,
            puff_depth=0.8,
            folds=folds,
            casts=0.65,
            cast_size=0.9,
            seed=seed + 1,
        ),
        Part(
            outline=band,
            cloth=ribbon,
            depth=0.75,
            puff=0.2,
            casts=0.3,
            cast_size=0.15,
            creases=0.0,
            bow=2.0,
        ),
    ]
    return parts, _sided(
        {"top": (0.0, top)}, brim=(17.8, 12.7) if flat else (18.4, 10.6), band=(9.4, 11.0)
    )


def _cap(cloth: Cloth, seed: int) -> Drawing:
    crown = joined(
        curve(
            (-9.4, 13.6),
            (-9.7, 8),
            (-8.0, 2.4),
            (-4.2, -0.9),
            (0, -1.7),
            (4.2, -0.9),
            (8.0, 2.4),
            (9.7, 8),
            (9.4, 13.6),
        ),
        curve((9.4, 13.6), (7.6, 13.4), (0, 12.0), (-7.6, 13.4), (-9.4, 13.6)),
    )
    visor = joined(
        curve(
            (-9.2, 14.6),
            (-7.6, 12.2),
            (-4.2, 10.9),
            (0, 10.5),
            (4.2, 10.9),
            (7.6, 12.2),
            (9.2, 14.6),
        ),
        curve(
            (9.2, 14.6),
            (10.3, 17.2),
            (9.9, 18.6),
            (8.4, 18.9),
            (4.6, 17.9),
            (0, 17.5),
            (-4.6, 17.9),
            (-8.4, 18.9),
            (-9.9, 18.6),
            (-10.3, 17.2),
            (-9.2, 14.6),
        ),
    )
    rows = tuple(
        Seam(
            line=curve(
                (-9.0 - k * 0.1, 14.6 + k * 0.62),
                (-7.4, 12.4 + k * 0.86),
                (-4.2, 11.0 + k),
                (0, 10.6 + k),
                (4.2, 11.0 + k),
                (7.4, 12.4 + k * 0.86),
                (9.0 + k * 0.1, 14.6 + k * 0.62),
            ),
            width=0.1,
            depth=0.5,
        )
        for k in np.arange(0.7, 6.6, 0.95)
    )
    panels = (
        Seam(line=curve((0, -1.6), (0.1, 5), (0, 11.8)), width=0.2, depth=0.9, pucker=0.5),
        Seam(line=curve((-0.6, -1.6), (-4.6, 4), (-6.4, 12.8)), width=0.18, depth=0.7, pucker=0.5),
        Seam(line=curve((0.6, -1.6), (4.6, 4), (6.4, 12.8)), width=0.18, depth=0.7, pucker=0.5),
    )
    parts = [
        Part(
            outline=crown,
            cloth=cloth,
            depth=0.85,
            seams=panels,
            casts=0.3,
            seed=seed,
            folds=(Fold(line=curve((-7, 9), (-3, 10.5), (2, 10)), width=1.5, depth=0.2),),
        ),
        button((0.0, -1.45), cloth.colours[0], 0.75, fabric="canvas"),
        Part(
            outline=visor,
            cloth=cloth,
            depth=0.42,
            puff=0.6,
            bow=-1.2,
            seams=rows,
            casts=0.55,
            cast_size=0.5,
            creases=0.3,
            seed=seed + 1,
        ),
        *[
            Part(
                outline=ellipse((x, 4.6), (0.32, 0.32), 16),
                cloth=cloth,
                depth=0.0,
                tone=0.4,
                casts=0.0,
                creases=0.0,
            )
            for x in (-2.7, 2.7)
        ],
    ]
    return parts, _sided({"top": (0.0, -2.2)}, brim=(10.3, 17.2), band=(9.4, 13.6))


def _beret(cloth: Cloth, seed: int) -> Drawing:
    shape = joined(
        curve(
            (-9.4, 12.2),
            (-13.6, 8.6),
            (-14.2, 4.0),
            (-9.6, -0.2),
            (-2, -1.8),
            (6, -1.0),
            (12.4, 2.4),
            (13.6, 7.0),
            (9.4, 12.2),
        ),
        curve((9.4, 12.2), (0, 13.4), (-9.4, 12.2)),
    )
    band = joined(
        curve((-9.6, 11.2), (0, 12.4), (9.6, 11.2)),
        curve((9.6, 11.2), (9.3, 13.4)),
        curve((9.3, 13.4), (0, 14.8), (-9.3, 13.4)),
        curve((-9.3, 13.4), (-9.6, 11.2)),
    )
    folds = (
        Fold(
            line=curve((-12, 7.5), (-4, 9.5), (6, 8.6), (12, 6)),
            width=3.0,
            depth=0.5,
            taper=(0.6, 0.6),
        ),
        Fold(line=curve((-8, 11), (-11, 8.5)), width=1.5, depth=-0.3),
        Fold(line=curve((8, 11), (11, 8)), width=1.5, depth=-0.3),
        Fold(line=curve((3, 11.6), (4, 9)), width=1.5, depth=-0.2),
        Fold(line=curve((-3, 11.6), (-4, 9)), width=1.5, depth=-0.2),
    )
    parts = [
        Part(
            outline=strip(curve((0.2, -1.4), (0.5, -3.0)), 0.5),
            cloth=cloth,
            depth=0.5,
            casts=0.2,
            creases=0.0,
        ),
        Part(
            outline=shape,
            cloth=cloth,
            depth=0.5,
            puff=3.2,
            puff_depth=0.8,
            folds=folds,
            casts=0.3,
            seed=seed,
        ),
        Part(outline=band, cloth=cloth, depth=0.7, puff=0.4, casts=0.4, cast_size=0.3, creases=0.2),
    ]
    landmarks = _sided({"top": (0.5, -3.0)}, band=(9.3, 13.4))
    return parts, landmarks | {"brim_left": (-14.2, 4.0), "brim_right": (13.6, 7.0)}


def draw_hat(cut: HatCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a hat from the front; see ``imaging.drawing.tops.draw_top``."""
    match cut.style:
        case "bucket":
            return _bucket_hat(cloth, seed)
        case "fedora":
            return _brimmed(cloth, cut, seed, flat=False)
        case "boater":
            return _brimmed(cloth, cut, seed, flat=True)
        case "cap":
            return _cap(cloth, seed)
        case "beret":
            return _beret(cloth, seed)
        case _:
            return _beanie(cloth, seed)


def _handle(cloth: Cloth, line: Curve, width: float, *, tone: float = 1.0) -> Part:
    edges = tuple(
        Seam(line=joined(line + np.array([0.0, 0.0])), width=0.12, depth=0.3) for _ in range(1)
    )
    return Part(
        outline=strip(line, width),
        cloth=cloth.plain(),
        depth=0.0,
        puff=width * 0.45,
        puff_depth=0.8,
        seams=edges,
        tone=tone,
        casts=0.4,
        cast_size=0.35,
        creases=0.0,
    )


def draw_bag(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a bag from the front, handle up; see ``imaging.drawing.tops.draw_top``."""
    metal = Cloth(fabric="metal", colours=(cut.metal,))
    parts: list[Part] = []
    thread = None
    match cut.style:
        case "shopper" | "tote":
            wide = 18.5 if cut.style == "tote" else 19.0
            tall = 28.0 if cut.style == "tote" else 38.0
            drop = 21.0 if cut.style == "tote" else 25.0
            base = wide - (2.6 if cut.style == "tote" else 0.4)
            body = joined(
                curve((-wide, 0), (0, 0.9), (wide, 0)),
                curve((wide, 0), (wide - 0.4, tall * 0.5), (base, tall - 1.4), (base - 1.2, tall)),
                curve((base - 1.2, tall), (0, tall + 0.5), (-base + 1.2, tall)),
                curve(
                    (-base + 1.2, tall), (-base, tall - 1.4), (-wide + 0.4, tall * 0.5), (-wide, 0)
                ),
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
                _handle(cloth, arc * np.array([0.96, 0.97]) + np.array([0.6, -0.8]), 1.7, tone=0.62)
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
                    thread=thread,
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
                Fold(
                    line=curve((-6, tall - 3), (2, tall - 7), (10, tall - 4)), width=3.5, depth=0.3
                ),
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
            parts.append(_handle(cloth, arc, 1.8 if cut.style == "tote" else 2.4))
            landmarks: dict[str, Point] = {"handle": (0.0, -drop - 0.6), "base": (0.0, tall + 0.5)}
            return parts, _sided(landmarks, side=(wide - 0.4, tall * 0.5))
        case "bucket":
            body = joined(
                curve((-9.6, 0.6), (0, 2.0), (9.6, 0.6)),
                curve((9.6, 0.6), (11.6, 10), (12.6, 20), (11.8, 24.4)),
                curve((11.8, 24.4), (0, 26.6), (-11.8, 24.4)),
                curve((-11.8, 24.4), (-12.6, 20), (-11.6, 10), (-9.6, 0.6)),
            )
            opening = ellipse((0, 0.7), (9.6, 1.9))
            arc = curve(
                (-9.2, 2), (-9.0, -14), (-5.4, -25), (0, -28.4), (5.4, -25), (9.0, -14), (9.2, 2)
            )
            folds = tuple(
                Fold(
                    line=curve((x, 1.5), (x * 1.1, 7), (x * 1.15, 13 + (x % 3))),
                    width=1.5,
                    depth=0.42 if index % 2 else -0.42,
                    taper=(1.0, 0.1),
                )
                for index, x in enumerate(np.arange(-8.4, 8.5, 1.5))
            )
            cord = curve((-9.9, 4.0), (0, 6.0), (9.9, 4.0))
            parts.append(
                Part(
                    outline=opening,
                    cloth=Cloth(fabric="suede", colours=(cut.lining,)),
                    depth=0.2,
                    tone=0.45,
                    casts=0.0,
                )
            )
            parts.append(_handle(cloth, arc, 1.5))
            parts.append(
                Part(
                    outline=body,
                    cloth=cloth,
                    depth=0.62,
                    puff=0.9,
                    folds=folds,
                    casts=0.35,
                    seed=seed,
                    bow=2.0,
                    seams=(
                        Seam(
                            line=curve((-12.4, 21.2), (0, 23.4), (12.4, 21.2)), width=0.2, depth=0.8
                        ),
                    ),
                )
            )
            parts.append(
                Part(
                    outline=strip(cord, 0.6),
                    cloth=cloth.plain(),
                    depth=0.0,
                    puff=0.3,
                    casts=0.5,
                    cast_size=0.2,
                    creases=0.0,
                )
            )
            for x in (-2.2, 1.8):
                parts.append(
                    Part(
                        outline=strip(curve((0, 5.8), (x, 10), (x * 1.3, 14.5)), 0.55),
                        cloth=cloth.plain(),
                        depth=0.0,
                        puff=0.3,
                        casts=0.5,
                        cast_size=0.25,
                        creases=0.0,
                    )
                )
            for sign in (-1.0, 1.0):
                parts.append(button((sign * 9.3, 3.6), cut.metal, 0.75, fabric="metal"))
            return parts, _sided({"handle": (0.0, -28.4), "base": (0.0, 26.6)}, side=(11.6, 10.0))
        case "crescent":
            body = joined(
                curve((-16, 0), (-8, 3.6), (0, 4.8), (8, 3.6), (16, 0)),
                curve(
                    (16, 0),
                    (17.4, 5),
                    (14.6, 12.6),
                    (8, 17.6),
                    (0, 19.2),
                    (-8, 17.6),
                    (-14.6, 12.6),
                    (-17.4, 5),
                    (-16, 0),
                ),
            )
            arc = curve(
                (-15.8, 1.2),
                (-15.2, -9),
                (-9.6, -19),
                (0, -23),
                (9.6, -19),
                (15.2, -9),
                (15.8, 1.2),
            )
            folds = (
                Fold(line=curve((-14, 3), (-6, 9), (0, 10)), width=3.0, depth=0.4),
                Fold(line=curve((14, 3), (7, 9), (1, 11)), width=3.0, depth=-0.4),
                Fold(line=curve((-10, 4), (-7, 10), (-6, 16)), width=2.5, depth=-0.3),
                Fold(line=curve((9, 5), (8, 11), (5, 17)), width=2.5, depth=0.3),
            )
            zip_line = curve((-14.6, 1.7), (-8, 4.7), (0, 5.9), (8, 4.7), (14.6, 1.7))
            parts.append(_handle(cloth, arc, 2.2))
            parts.append(
                Part(
                    outline=body,
                    cloth=cloth,
                    depth=0.2,
                    puff=3.0,
                    puff_depth=0.9,
                    folds=folds,
                    casts=0.4,
                    seed=seed,
                    seams=(
                        Seam(line=zip_line, width=0.3, depth=1.2, thread=cut.metal),
                        Seam(line=curve((-15, 12), (0, 17.2), (15, 12)), width=0.16, depth=0.6),
                    ),
                )
            )
            for sign in (-1.0, 1.0):
                parts.append(
                    Part(
                        outline=strip(ellipse((sign * 15.7, 0.8), (1.25, 1.25)), 0.42),
                        cloth=metal,
                        depth=0.0,
                        puff=0.2,
                        casts=0.4,
                        cast_size=0.2,
                        creases=0.0,
                    )
                )
            return parts, _sided({"handle": (0.0, -23.0), "base": (0.0, 19.2)}, side=(17.4, 5.0))
        case "backpack":
            body = joined(
                curve(
                    (-12, 3), (-10.6, -1.6), (-5, -3.6), (0, -4.0), (5, -3.6), (10.6, -1.6), (12, 3)
                ),
                curve((12, 3), (13.4, 18), (13.2, 33), (11.2, 36.4)),
                curve((11.2, 36.4), (0, 37.4), (-11.2, 36.4)),
                curve((-11.2, 36.4), (-13.2, 33), (-13.4, 18), (-12, 3)),
            )
            pocket = box(-9.6, 19.5, 9.6, 34.6, radius=2.2)
            loop = curve((-3.4, -3.2), (-3.0, -7.4), (0, -8.8), (3.0, -7.4), (3.4, -3.2))
            parts.append(_handle(cloth, loop, 1.7))
            for sign in (-1.0, 1.0):
                parts.append(
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
                )
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
            for line in (curve((-12.2, 11), (-9, 1.6), (0, -0.4), (9, 1.6), (12.2, 11)),):
                parts.append(
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
                )
            parts.append(
                Part(
                    outline=strip(curve((11.6, 9), (11.9, 12.4)), 0.7),
                    cloth=metal,
                    depth=0.0,
                    puff=0.3,
                    casts=0.5,
                    cast_size=0.2,
                    creases=0.0,
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
                    seams=(
                        Seam(line=curve((-8.8, 22.6), (0, 23), (8.8, 22.6)), width=0.3, depth=1.4),
                    ),
                )
            )
            parts.append(
                Part(
                    outline=strip(curve((-8.4, 22.8), (0, 23.2), (8.4, 22.8)), 0.6),
                    cloth=slide,
                    depth=0.0,
                    puff=0.2,
                    casts=0.3,
                    cast_size=0.2,
                    creases=0.0,
                )
            )
            parts.append(
                Part(
                    outline=box(-2.4, 26.5, 2.4, 29.0, radius=0.3),
                    cloth=Cloth(fabric="calf", colours=("#3a2d24",)),
                    depth=0.0,
                    puff=0.3,
                    casts=0.3,
                    cast_size=0.2,
                    creases=0.0,
                )
            )
            return parts, _sided({"handle": (0.0, -8.8), "base": (0.0, 37.4)}, side=(13.4, 18.0))
        case _:
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
            parts.append(_handle(cloth, arc, 1.8))
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
                Part(
                    outline=box(-1.7, 10.8, 1.7, 14.6, radius=0.6),
                    cloth=metal,
                    depth=0.0,
                    puff=0.5,
                    casts=0.5,
                    cast_size=0.25,
                    creases=0.0,
                )
            )
            parts.append(
                Part(
                    outline=box(-0.5, 12.0, 0.5, 13.4, radius=0.4),
                    cloth=metal,
                    depth=0.0,
                    puff=0.4,
                    tone=0.7,
                    casts=0.5,
                    cast_size=0.2,
                    creases=0.0,
                )
            )
            for sign in (-1.0, 1.0):
                parts.append(
                    Part(
                        outline=box(sign * 6.2 - 1.2, -0.8, sign * 6.2 + 1.2, 1.2, radius=0.3),
                        cloth=metal,
                        depth=0.0,
                        puff=0.4,
                        casts=0.4,
                        cast_size=0.2,
                        creases=0.0,
                    )
                )
            return parts, _sided({"handle": (0.0, -8.8), "base": (0.0, 19.9)}, side=(14.4, 10.0))


def draw_scarf(cut: ScarfCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a scarf as worn: a loop round the neck, two ends; see ``imaging.drawing.tops``."""
    rng = np.random.default_rng(seed)
    long = cut.length
    silk = cut.style == "square"
    width = 8.5 if silk else 14.5
    parts: list[Part] = []
    ends: dict[str, Point] = {}
    for sign, side, bottom, lean in ((-1.0, "left", long * 0.93, 8.2), (1.0, "right", long, 5.8)):
        top = sign * 2.2
        low = sign * lean
        half_top, half_low = width * 0.30, width * 0.5
        outline = joined(
            curve(
                (top - half_top, 12),
                (low * 0.8 - half_low * 0.85, 24),
                (low - half_low, bottom * 0.6),
                (low - half_low * (1.25 if silk else 1.0), bottom),
            ),
            curve(
                (low - half_low * (1.25 if silk else 1.0), bottom),
                (low, bottom + (3.0 if silk else 0.5)),
                (low + half_low * (0.9 if silk else 1.0), bottom - 0.3),
            ),
            curve(
                (low + half_low * (0.9 if silk else 1.0), bottom - 0.3),
                (low + half_low, bottom * 0.6),
                (low * 0.8 + half_low * 0.85, 24),
                (top + half_top, 12),
            ),
        )
        if cut.style == "fringed":
            for x in np.arange(low - half_low + 0.35, low + half_low, 0.62):
                sway = float(rng.uniform(-0.5, 0.5))
                drop = float(rng.uniform(5.2, 6.4))
                line = curve(
                    (float(x), bottom - 0.6),
                    (float(x) + sway * 0.4, bottom + drop * 0.5),
                    (float(x) + sway, bottom + drop),
                )
                parts.append(
                    Part(
                        outline=strip(line, 0.46, end_width=0.3),
                        cloth=cloth.plain(
                            fabric="canvas",
                            colour=cloth.colours[int(rng.integers(0, len(cloth.colours)))],
                        ),
                        depth=0.7,
                        casts=0.2,
                        cast_size=0.15,
                        creases=0.0,
                    )
                )
        folds = (
            Fold(
                line=curve(
                    (top - half_top * 0.4, 13),
                    (low * 0.8 - half_low * 0.4, 30),
                    (low - half_low * 0.35, bottom),
                ),
                width=2.5,
                depth=0.6,
                taper=(1, 0.4),
            ),
            Fold(
                line=curve(
                    (top + half_top * 0.2, 13),
                    (low * 0.8 + half_low * 0.1, 30),
                    (low + half_low * 0.15, bottom),
                ),
                width=2.5,
                depth=-0.65,
                taper=(1, 0.4),
            ),
            Fold(
                line=curve(
                    (top + half_top * 0.7, 13),
                    (low * 0.8 + half_low * 0.6, 30),
                    (low + half_low * 0.6, bottom),
                ),
                width=2.0,
                depth=0.5,
                taper=(1, 0.4),
            ),
        )
        parts.append(
            Part(
                outline=outline,
                cloth=cloth,
                axis=sign * 3.0,
                depth=0.25,
                puff=0.8,
                folds=folds,
                casts=0.5,
                cast_size=0.7,
                seed=seed + int(sign),
            )
        )
        ends[f"end_{side}"] = (low, bottom)
    w = 14.0 if not silk else 10.0
    back = joined(
        curve((-w + 1, 0.5), (-w * 0.5, -3.4), (0, -4.4), (w * 0.5, -3.4), (w - 1, 0.5)),
        curve((w - 1, 0.5), (0, 6), (-w + 1, 0.5)),
    )
    hole = ellipse((0, 1.2), (w * 0.52, 3.6))
    parts.append(
        Part(outline=back, cloth=cloth, axis=80, depth=0.3, tone=0.6, casts=0.0, is_inside=True)
    )
    parts.append(
        Part(outline=hole, cloth=cloth.plain(), depth=0.2, tone=0.28, casts=0.0, is_inside=True)
    )
    for sign in (1.0, -1.0):
        loop = joined(
            curve(
                (sign * w * 0.56, -2.6),
                (sign * w * 0.96, -0.8),
                (sign * w, 4.0),
                (sign * w * 0.72, 9.6),
                (sign * -1.2, 14.6),
            ),
            curve((sign * -1.2, 14.6), (sign * -3.2, 11.4), (sign * -1.6, 8.0)),
            curve(
                (sign * -1.6, 8.0),
                (sign * w * 0.34, 5.4),
                (sign * w * 0.50, 1.2),
                (sign * w * 0.56, -2.6),
            ),
        )
        folds = (
            Fold(
                line=curve(
                    (sign * w * 0.70, -1.6),
                    (sign * w * 0.74, 3.4),
                    (sign * w * 0.42, 8.2),
                    (sign * -1.4, 11),
                ),
                width=1.5,
                depth=-0.55,
            ),
            Fold(
                line=curve(
                    (sign * w * 0.84, -0.6),
                    (sign * w * 0.88, 4.0),
                    (sign * w * 0.56, 9),
                    (sign * -0.8, 13),
                ),
                width=1.5,
                depth=0.5,
            ),
        )
        outline = loop if sign > 0 else loop[::-1]
        parts.append(
            Part(
                outline=outline,
                cloth=cloth,
                axis=-52.0 * sign,
                depth=0.0,
                puff=2.6,
                puff_depth=0.9,
                folds=folds,
                casts=0.55,
                cast_size=0.7,
                seed=seed + 5 + int(sign),
            )
        )
    landmarks = _sided({"knot": (0.0, 11.8)}, neck=(w, 4.0))
    return parts, landmarks | ends


__all__ = ["draw_bag", "draw_hat", "draw_scarf", "flipped", "mirrored"]
