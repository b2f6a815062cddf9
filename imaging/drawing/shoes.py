"""Pairs of shoes, from the front and slightly above, toes down."""

import numpy as np

from imaging.drawing.cuts import ShoeCut
from imaging.drawing.outlines import Point, box, curve, ellipse, joined, strip
from imaging.drawing.studio import Cloth, Fold, Part, Seam
from imaging.drawing.tops import Drawing, reflected

_CENTRE = 7.4
"""Centimetres from the middle of the picture to the middle of a shoe."""


def _last(
    top: float, *, grow: float = 0.0, drop: float = 0.0, toe: float = 5.0
) -> tuple[Point, ...]:
    """Outline of a right shoe as points round it, from the inner top; toes point down."""
    g = grow
    return (
        (-3.5 - g, top + 0.6),
        (-3.7 - g, 6),
        (-4.3 - g, 11),
        (-toe + 0.1 - g, 16.5),
        (-toe * 0.86 - g * 0.8, 20.6 + drop * 0.6),
        (-toe * 0.4, 23.2 + g + drop),
        (0.1, 23.7 + g + drop),
        (toe * 0.45, 23.0 + g + drop),
        (toe * 0.9 + g * 0.8, 20.0 + drop * 0.6),
        (toe + 0.15 + g, 16.0),
        (4.4 + g, 10.5),
        (3.8 + g, 6),
        (3.5 + g, top + 0.6),
        (2.6 + g, top - 0.7),
        (0.0, top - 1.2),
        (-2.6 - g, top - 0.7),
        (-3.5 - g, top + 0.6),
    )


def _shoe(cut: ShoeCut, cloth: Cloth, seed: int) -> tuple[list[Part], dict[str, Point]]:
    """One shoe around x = 0 (the right one in the picture), and its landmarks."""
    style = cut.style
    rubber = Cloth(fabric="rubber", colours=(cut.sole,))
    boot = style == "boot"
    top = -9.0 if boot else (1.2 if style == "sneaker" else 2.4)
    toe = {"ballet": 4.2, "derby": 4.7, "loafer": 4.6, "boot": 4.7, "sandal": 4.9}.get(style, 5.1)
    thick = {"sneaker": 0.75, "sandal": 0.55, "ballet": 0.16, "boot": 0.5}.get(style, 0.36)
    sole = Part(
        outline=curve(*_last(4.0, grow=thick * 0.8, drop=thick, toe=toe)),
        cloth=rubber,
        depth=0.1,
        puff=0.9,
        puff_depth=0.8,
        casts=0.3,
        creases=0.0,
        seams=(
            Seam(
                line=curve(*_last(6.0, grow=thick * 0.35, drop=thick * 0.4, toe=toe)),
                width=0.12,
                depth=0.5,
            ),
        ),
    )
    parts: list[Part] = [sole]
    shape = list(_last(top, toe=toe))
    if boot:
        shape = [(-4.3, top), (-4.2, -3), (-3.9, 3), *shape[2:-6], (3.9, 3), (4.3, -3), (4.4, top)]
    outline = curve(*shape)
    dark = Cloth(fabric="suede", colours=("#4a3d31",))
    if style == "sandal":
        bed = Part(
            outline=curve(*_last(3.0, grow=-0.2, toe=toe)),
            cloth=Cloth(fabric="suede", colours=("#b99a76",)),
            depth=0.1,
            puff=0.8,
            casts=0.3,
            creases=0.2,
        )
        parts.append(bed)
        for y, h, bend in ((15.8, 3.6, 1.6), (9.4, 3.0, 1.2)):
            left, right = -toe - 0.15 + (15.8 - y) * 0.08, toe + 0.2 - (15.8 - y) * 0.09
            line = curve(
                (left, y + 1.1),
                (left * 0.55, y - bend * 0.5),
                (0, y - bend),
                (right * 0.55, y - bend * 0.6),
                (right, y + 0.9),
            )
            band = joined(
                curve(
                    (left, y + 1.1 - h * 0.5),
                    (left * 0.55, y - bend * 0.6 - h * 0.5),
                    (0, y - bend - h * 0.5),
                    (right * 0.55, y - bend * 0.6 - h * 0.5),
                    (right, y + 0.9 - h * 0.5),
                ),
                curve((right, y + 0.9 - h * 0.5), (right + 0.1, y + 0.9 + h * 0.3)),
                curve(
                    (right + 0.1, y + 0.9 + h * 0.3),
                    (right * 0.55, y - bend * 0.3 + h * 0.5),
                    (0, y - bend * 0.6 + h * 0.5),
                    (left * 0.55, y - bend * 0.3 + h * 0.5),
                    (left - 0.1, y + 1.1 + h * 0.3),
                ),
            )
            parts.append(
                Part(
                    outline=band,
                    cloth=cloth,
                    depth=0.75,
                    puff=0.6,
                    puff_depth=0.7,
                    casts=0.6,
                    cast_size=0.5,
                    bow=1.0,
                    seams=(
                        Seam(line=line + np.array([0, -h * 0.40]), width=0.1, depth=0.3),
                        Seam(line=line + np.array([0, h * 0.40]), width=0.1, depth=0.3),
                    ),
                    seed=seed,
                )
            )
        ankle = strip(curve((-3.7, 5.6), (-2, 4.2), (0, 3.7), (2, 4.1), (3.7, 5.4)), 1.4)
        parts.append(
            Part(outline=ankle, cloth=cloth, depth=0.75, puff=0.4, casts=0.6, cast_size=0.5)
        )
        parts.append(
            Part(
                outline=strip(box(2.0, 3.7, 3.6, 5.5, radius=0.4), 0.34),
                cloth=Cloth(fabric="metal", colours=("#c9a86a",)),
                depth=0.0,
                puff=0.2,
                casts=0.5,
                cast_size=0.15,
                creases=0.0,
            )
        )
        return parts, {"opening": (0.0, 4.0)}
    folds = (
        Fold(line=curve((-3.8, 13.2), (0, 14.6), (3.8, 12.8)), width=1.0, depth=-0.16),
        Fold(line=curve((-3.9, 14.6), (0, 15.8), (3.9, 14.2)), width=1.0, depth=0.12),
    )
    seams: list[Seam] = []
    cap = curve((-toe * 0.93, 17.8), (0, 16.6), (toe * 0.95, 17.4))
    if style in ("sneaker", "derby"):
        seams.append(
            Seam(
                line=cap
                if style == "derby"
                else curve(
                    (-toe * 0.86, 18.6), (-2.6, 16.0), (0, 15.2), (2.6, 16.0), (toe * 0.86, 18.2)
                ),
                width=0.14,
                depth=0.8,
                thread=None,
            )
        )
    if style == "loafer":
        seams.append(
            Seam(
                line=curve(
                    (-3.5, 8.6),
                    (-3.8, 14),
                    (-2.8, 18.8),
                    (0, 20.4),
                    (2.9, 18.4),
                    (3.9, 13.6),
                    (3.6, 8.4),
                ),
                width=0.34,
                depth=1.8,
                pucker=2.2,
            )
        )
    upper = Part(
        outline=outline,
        cloth=cloth,
        depth=0.55,
        puff=3.0,
        puff_depth=0.75,
        bow=1.0,
        casts=0.4,
        cast_size=0.4,
        folds=folds if style != "ballet" else (),
        seams=tuple(seams),
        seed=seed,
    )
    parts.append(upper)
    if boot:
        parts.append(
            Part(
                outline=ellipse((0.05, top + 0.1), (4.25, 1.5)),
                cloth=dark,
                depth=0.2,
                tone=0.45,
                casts=0.0,
                is_inside=True,
            )
        )
        for sign in (-1.0, 1.0):
            gore = joined(
                curve((sign * 4.25, top + 1.0), (sign * 2.5, top + 1.7)),
                curve((sign * 2.5, top + 1.7), (sign * 2.7, 1), (sign * 3.4, 6.4)),
                curve((sign * 3.4, 6.4), (sign * 3.95, 2), (sign * 4.25, top + 1.0)),
            )
            parts.append(
                Part(
                    outline=gore,
                    cloth=Cloth(fabric="ribbed", colours=("#1d1b1a",)),
                    depth=0.2,
                    puff=0.3,
                    casts=0.2,
                    cast_size=0.15,
                    creases=0.0,
                )
            )
        parts.append(
            Part(
                outline=strip(curve((0.2, top + 0.4), (0.25, top - 1.6), (0.2, top - 2.4)), 1.5),
                cloth=cloth,
                depth=0.3,
                puff=0.4,
                casts=0.3,
                cast_size=0.2,
            )
        )
        return parts, {"opening": (0.0, top + 0.1)}
    depth = {"ballet": 12.6, "loafer": 8.2}.get(style, 4.6)
    mouth = curve(
        (0, top - 0.35),
        (2.0, top + 0.1),
        (3.0, top + 1.6),
        (3.05, depth * 0.62),
        (1.9, depth * 0.94),
        (0, depth),
        (-1.9, depth * 0.94),
        (-3.05, depth * 0.62),
        (-3.0, top + 1.6),
        (-2.0, top + 0.1),
        (0, top - 0.35),
    )
    inner = Part(
        outline=mouth, cloth=dark, depth=0.3, tone=0.55, casts=0.0, is_inside=True, creases=0.2
    )
    lining = Part(
        outline=joined(
            curve((-2.2, top + 2.2), (0, top + 1.4), (2.2, top + 2.2)),
            curve(
                (2.2, top + 2.2),
                (2.3, depth * 0.7),
                (0, depth * 0.9),
                (-2.3, depth * 0.7),
                (-2.2, top + 2.2),
            ),
        ),
        cloth=Cloth(fabric="suede", colours=("#a58d72",)),
        depth=0.2,
        tone=0.55,
        casts=0.3,
        is_inside=True,
        creases=0.0,
    )
    rim = Part(
        outline=strip(mouth, 0.55),
        cloth=cloth,
        depth=0.0,
        puff=0.3,
        puff_depth=0.8,
        casts=0.3,
        cast_size=0.15,
        creases=0.0,
    )
    parts += [inner, lining]
    if style in ("sneaker", "derby"):
        tongue = joined(
            curve((-2.3, 3.0), (-1.6, 1.8), (0, 1.5), (1.6, 1.8), (2.3, 3.0)),
            curve(
                (2.3, 3.0), (2.0, 9), (1.5, 14.2), (0, 15.0), (-1.5, 14.2), (-2.0, 9), (-2.3, 3.0)
            ),
        )
        parts.append(
            Part(
                outline=tongue,
                cloth=cloth,
                depth=0.35,
                puff=0.9,
                puff_depth=0.7,
                casts=0.5,
                cast_size=0.35,
                tone=0.95,
            )
        )
        for sign in (-1.0, 1.0):
            flap = joined(
                curve(
                    (sign * 2.9, 4.7), (sign * 2.0, 5.3), (sign * 1.15, 9.5), (sign * 0.95, 14.2)
                ),
                curve(
                    (sign * 0.95, 14.2),
                    (sign * 2.4, 14.8),
                    (sign * 3.5, 12),
                    (sign * 3.7, 7.6),
                    (sign * 2.9, 4.7),
                ),
            )
            parts.append(
                Part(
                    outline=flap,
                    cloth=cloth,
                    depth=0.0,
                    puff=0.6,
                    puff_depth=0.7,
                    casts=0.45,
                    cast_size=0.25,
                    seams=(
                        Seam(
                            line=curve((sign * 3.3, 6), (sign * 3.2, 11), (sign * 2.4, 14.2)),
                            width=0.1,
                            depth=0.5,
                        ),
                    ),
                    creases=0.3,
                )
            )
        lace = Cloth(fabric="canvas", colours=(cut.lace,))
        for index, y in enumerate(np.arange(6.0, 14.0, 1.75 if style == "sneaker" else 2.0)):
            reach = 2.5 - index * 0.17
            line = curve((-reach, float(y) + 0.3), (0, float(y) - 0.25), (reach, float(y) + 0.25))
            parts.append(
                Part(
                    outline=strip(line, 0.62 if style == "sneaker" else 0.4),
                    cloth=lace,
                    depth=0.0,
                    puff=0.3,
                    casts=0.5,
                    cast_size=0.2,
                    creases=0.0,
                )
            )
            for sign in (-1.0, 1.0):
                eyelet = ellipse((sign * (reach + 0.05), float(y) + 0.25), (0.36, 0.36), 14)
                parts.append(
                    Part(
                        outline=eyelet,
                        cloth=cloth,
                        depth=0.0,
                        puff=0.3,
                        casts=0.4,
                        cast_size=0.12,
                        creases=0.0,
                    )
                )
        for sign in (-1.0, 1.0):
            bow = curve(
                (sign * 0.2, 5.6),
                (sign * 2.2, 4.2),
                (sign * 3.4, 5.2),
                (sign * 2.4, 6.6),
                (sign * 0.3, 6.0),
            )
            parts.append(
                Part(
                    outline=strip(bow, 0.5 if style == "sneaker" else 0.34),
                    cloth=lace,
                    depth=0.0,
                    puff=0.25,
                    casts=0.5,
                    cast_size=0.2,
                    creases=0.0,
                )
            )
        return parts, {"opening": (0.0, (top + depth) / 2)}
    parts.append(rim)
    if style == "loafer":
        strap = joined(
            curve((-4.25, 11.0), (-2.4, 10.1), (0, 9.8), (2.4, 10.0), (4.2, 10.8)),
            curve((4.2, 10.8), (4.5, 13.1)),
            curve((4.5, 13.1), (2.4, 12.4), (0, 12.2), (-2.4, 12.4), (-4.5, 13.3)),
        )
        parts.append(
            Part(
                outline=strap,
                cloth=cloth,
                depth=0.6,
                puff=0.5,
                puff_depth=0.7,
                casts=0.5,
                cast_size=0.3,
                creases=0.2,
            )
        )
        parts.append(
            Part(
                outline=joined(
                    curve((-1.3, 11.0), (0, 10.6), (1.3, 11.0)),
                    curve((1.3, 11.0), (0, 11.7), (-1.3, 11.0)),
                ),
                cloth=dark,
                depth=0.0,
                tone=0.35,
                casts=0.0,
                creases=0.0,
            )
        )
    else:
        for sign in (-1.0, 1.0):
            bow = curve((0, 13.2), (sign * 1.3, 12.5), (sign * 1.7, 13.4), (0, 13.4))
            parts.append(
                Part(
                    outline=strip(bow, 0.34),
                    cloth=cloth,
                    depth=0.0,
                    puff=0.2,
                    casts=0.5,
                    cast_size=0.15,
                    creases=0.0,
                )
            )
    return parts, {"opening": (0.0, (top + depth) / 2)}


def _moved(part: Part, dx: float) -> Part:
    """Shift a part to the right."""
    from dataclasses import replace

    shift = np.array([dx, 0.0])
    return replace(
        part,
        outline=part.outline + shift,
        folds=tuple(replace(fold, line=fold.line + shift) for fold in part.folds),
        seams=tuple(replace(seam, line=seam.line + shift) for seam in part.seams),
    )


def draw_shoes(cut: ShoeCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a pair of shoes; see ``imaging.drawing.tops.draw_top``."""
    pieces, places = _shoe(cut, cloth, seed)
    right = [_moved(part, _CENTRE) for part in pieces]
    parts = [reflected(part) for part in right] + right
    sole = pieces[0].outline
    toe = sole[int(np.argmax(sole[:, 1]))]
    low = sole[np.abs(sole[:, 1] - 16.0) < 1.0]
    marks: dict[str, Point] = {
        "opening": places["opening"],
        "toe": (float(toe[0]), float(toe[1])),
        "sole_outer": (float(low[:, 0].max()), 16.0),
        "sole_inner": (float(low[:, 0].min()), 16.0),
    }
    landmarks: dict[str, Point] = {}
    for name, (x, y) in marks.items():
        landmarks[f"{name}_right"] = (_CENTRE + x, y)
        landmarks[f"{name}_left"] = (-_CENTRE - x, y)
    return parts, landmarks
