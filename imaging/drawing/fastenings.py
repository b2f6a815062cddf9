"""What is sewn on: buttons, plackets, zips, pockets, belts, ribbed hems."""

from dataclasses import replace

import numpy as np

from imaging.drawing.cuts import TopCut
from imaging.drawing.outlines import (
    Curve,
    Point,
    box,
    curve,
    ellipse,
    joined,
    strip,
    symmetric,
)
from imaging.drawing.parts import Cloth, Fold, Mark, Part, Seam, applied, metal, paired


def button(centre: Point, colour: str, radius: float = 0.6, *, fabric: str = "horn") -> Part:
    """Sew a four-hole button on."""
    hole = radius * 0.24
    marks = tuple(
        Mark(
            outline=ellipse(
                (centre[0] + x * hole, centre[1] + y * hole), (radius * 0.13, radius * 0.13), 10
            ),
            colour="#2a2420",
            strength=0.8,
        )
        for x in (-1, 1)
        for y in (-1, 1)
    )
    return Part(
        outline=ellipse(centre, (radius, radius), 28),
        cloth=Cloth(fabric=fabric, colours=(colour,)),
        depth=0.0,
        puff=radius * 0.8,
        puff_depth=0.9,
        marks=marks,
        casts=0.6,
        cast_size=0.16,
        creases=0.0,
    )


def placket(
    outline: Curve, stitches: tuple[Curve, ...], cloth: Cloth, thread: str | None, *, seed: int
) -> Part:
    """Lay the strip that buttons sit on."""
    return Part(
        outline=outline,
        cloth=cloth,
        depth=0.0,
        puff=0.3,
        puff_depth=0.5,
        seams=tuple(
            Seam(line=line, width=0.1, depth=0.4, thread=thread, pucker=0.5) for line in stitches
        ),
        casts=0.25,
        cast_size=0.2,
        creases=0.5,
        seed=seed,
    )


def _buttoned(cut: TopCut, cloth: Cloth) -> list[Part]:
    """Draw a placket with its buttons; ``half`` ends on the chest."""
    top = cut.neck_depth - 0.4
    if cut.closure == "half":
        half, end, first, step = 1.5, top + 13, top + 2.2, 4.0
    else:
        end = cut.length + (0.2 if cut.hem_style != "rib" else -0.2)
        half, first, step = 1.7, top + 4.5, 8.6
    if cut.neck == "v":
        first = top + 1.6
    outline = joined(
        curve((-half, top - 1.2), (half, top - 1.2)),
        symmetric((half, end - 0.3), (0, end)),
    )
    inset = half - 0.45
    stitches = tuple(curve((x, top - 1.2), (x, end - 0.4)) for x in (-inset, inset))
    radius = 0.56 if cut.neck in ("collar", "camp") else 0.8
    return [
        placket(outline, stitches, cloth, cut.thread, seed=5),
        *(button((0.0, float(y)), cut.button, radius) for y in np.arange(first, end - 2.5, step)),
    ]


def _zipped(cut: TopCut, cloth: Cloth) -> list[Part]:
    """Draw tape, teeth and pull of a zip."""
    top, end = cut.neck_depth - 0.4, cut.length - 0.2
    tape = joined(curve((-0.9, top - 1), (0.9, top - 1)), curve((0.9, end), (-0.9, end)))
    woven = Cloth(fabric="canvas", colours=(cut.trim or cloth.colours[0],))
    teeth = Part(
        outline=box(-0.3, top - 1, 0.3, end, radius=0.1),
        cloth=metal(cut.button),
        depth=0.5,
        seams=tuple(
            Seam(line=curve((-0.22, float(y)), (0.22, float(y))), width=0.2, depth=0.8)
            for y in np.arange(top - 1, end, 0.42)
        ),
        casts=0.4,
        cast_size=0.15,
        creases=0.0,
    )
    pull = applied(box(-0.45, top + 0.5, 0.45, top + 3.4, radius=0.3), metal(cut.button), casts=0.5)
    return [applied(tape, woven, casts=0.2, tone=0.85), teeth, replace(pull, depth=0.3)]


def closures(cut: TopCut, cloth: Cloth) -> list[Part]:
    """Draw placket, buttons or zip."""
    match cut.closure:
        case "buttons" | "half" | "snaps":
            return _buttoned(cut, cloth)
        case "zip":
            return _zipped(cut, cloth)
        case "double":
            rows = np.arange(cut.neck_depth + 3.5, min(cut.length - 12, 72), 11.5)
            return [button((x, float(y)), cut.button, 1.15) for x in (-6.5, 6.5) for y in rows]
        case _:
            return []


def _patch(cut: TopCut, cloth: Cloth, at: Point, size: Point, *, flap: bool) -> list[Part]:
    """Sew a pocket on: ``at`` is the middle of its upper edge; with a flap if wanted."""
    (x, y), (w, h) = at, size
    parts: list[Part] = []
    shape = joined(
        curve((x - w / 2, y), (x + w / 2, y)),
        curve(
            (x + w / 2, y + h - 1.5),
            (x + w / 2 - 0.4, y + h - 0.5),
            (x, y + h + 0.5),
            (x - w / 2 + 0.4, y + h - 0.5),
            (x - w / 2, y + h - 1.5),
        ),
    )
    inset = curve(
        (x - w / 2 + 0.4, y + 0.2),
        (x - w / 2 + 0.4, y + h - 1.6),
        (x, y + h),
        (x + w / 2 - 0.4, y + h - 1.6),
        (x + w / 2 - 0.4, y + 0.2),
    )
    top = curve((x - w / 2, y + 1.6), (x + w / 2, y + 1.6))
    seams = (
        Seam(line=inset, width=0.1, depth=0.4, thread=cut.thread, pucker=0.6),
        Seam(line=top, width=0.1, depth=0.4, thread=cut.thread),
    )
    parts.append(
        Part(
            outline=shape,
            cloth=cloth,
            depth=0.0,
            puff=0.35,
            puff_depth=0.5,
            seams=seams,
            casts=0.3,
            cast_size=0.2,
            creases=0.6,
            seed=8,
        )
    )
    if flap:
        lid = joined(
            curve((x - w / 2 - 0.3, y - 0.6), (x + w / 2 + 0.3, y - 0.6)),
            curve((x + w / 2 + 0.3, y + 2.6), (x, y + 4.4), (x - w / 2 - 0.3, y + 2.6)),
        )
        parts.append(
            Part(
                outline=lid,
                cloth=cloth,
                depth=0.0,
                puff=0.4,
                puff_depth=0.6,
                casts=0.4,
                cast_size=0.3,
                creases=0.4,
                seed=9,
            )
        )
        parts.append(button((x, y + 3.0), cut.button, 0.5))
    return parts


def _welt(cut: TopCut, cloth: Cloth, low: float) -> Part:
    """Draw the slanted welt of the right pocket."""
    line = curve((cut.waist * 0.36, low + 4.5), (cut.waist * 0.84, low + 3.4))
    return Part(
        outline=strip(line, 4.0 if cut.length > 75 else 2.4),
        cloth=cloth,
        depth=0.0,
        puff=0.4,
        puff_depth=0.7,
        casts=0.4,
        cast_size=0.3,
        creases=0.4,
    )


def _kangaroo(cut: TopCut, cloth: Cloth, low: float) -> Part:
    """Draw the one wide pocket into which both hands go."""
    half = cut.hem * 0.62
    shape = joined(
        curve((-half * 0.62, low - 1), (half * 0.62, low - 1)),
        curve((half * 0.62, low - 1), (half * 0.86, low + 6), (half, low + 12)),
        curve((half, low + 14.5), (-half, low + 14.5)),
        curve((-half, low + 12), (-half * 0.86, low + 6), (-half * 0.62, low - 1)),
    )
    return Part(
        outline=shape,
        cloth=cloth,
        depth=0.3,
        widen=8,
        puff=0.4,
        puff_depth=0.5,
        casts=0.3,
        cast_size=0.3,
        creases=0.6,
        seed=6,
    )


def pockets(cut: TopCut, cloth: Cloth) -> list[Part]:
    """Draw the pockets of an upper garment."""
    low = min(cut.length - 24, 46.0)
    parts: list[Part] = []
    match cut.pockets:
        case "chest":
            parts = _patch(cut, cloth, (10.6, cut.armhole - 4.0), (10.0, 11.0), flap=False)
        case "flaps":
            for x in (-10.8, 10.8):
                parts += _patch(cut, cloth, (x, cut.armhole - 3.5), (10.5, 12.0), flap=True)
        case "patch":
            for x in (-12.0, 12.0):
                parts += _patch(cut, cloth, (x, low + 2), (14.5, 16.0), flap=False)
            parts += _patch(cut, cloth, (10.6, cut.armhole - 3.0), (10.0, 11.0), flap=False)
        case "welt":
            parts = paired(_welt(cut, cloth, low))
        case "kangaroo":
            parts = [_kangaroo(cut, cloth, low)]
        case _:
            pass
    return parts


def hem_rib(cut: TopCut, cloth: Cloth) -> Part:
    """Draw the rib at the hem."""
    depth = 6.0
    half, low = cut.hem, cut.length
    high = low - depth
    shape = joined(
        curve((half + 0.75, high), (half + 0.4, low - depth / 2), (half + 0.05, low - 0.3)),
        symmetric((half + 0.05, low - 0.3), (0, low + 0.5)),
        curve((-half - 0.4, low - depth / 2), (-half - 0.75, high)),
        symmetric((-half - 0.75, high), (0, high + 0.9)),
    )
    return Part(
        outline=shape,
        cloth=cloth.plain(fabric="ribbed", colour=cut.trim),
        depth=0.5,
        puff=0.5,
        puff_depth=0.4,
        creases=0.6,
        casts=0.25,
        cast_size=0.3,
    )


def belt(cut: TopCut, cloth: Cloth) -> list[Part]:
    """Draw a tied belt."""
    y = cut.waist_at
    band = strip(curve((-cut.waist - 0.3, y - 0.5), (0, y + 0.7), (cut.waist + 0.3, y - 0.5)), 4.2)
    tail = strip(curve((2.0, y + 1), (4.6, y + 9), (4.0, y + 21)), 4.0, end_width=4.2)
    knot = joined(
        curve((-2.4, y - 1.8), (1.5, y - 2.4), (4.2, y - 1.6)),
        curve((4.0, y + 3.2), (0.5, y + 3.6), (-2.6, y + 2.6)),
    )
    return [
        Part(
            outline=band, cloth=cloth, depth=0.5, puff=0.6, casts=0.45, cast_size=0.4, creases=0.8
        ),
        Part(outline=tail, cloth=cloth, depth=0.3, puff=0.6, casts=0.4, cast_size=0.4),
        Part(
            outline=knot,
            cloth=cloth,
            depth=0.2,
            puff=1.2,
            casts=0.5,
            cast_size=0.4,
            folds=(Fold(line=curve((-2, y - 1), (2, y + 2.4)), width=1.0, depth=-0.3),),
        ),
    ]
