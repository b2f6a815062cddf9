"""Hats, from the front."""

import numpy as np

from imaging.drawing.brims import boater, bucket_hat, fedora
from imaging.drawing.cuts import HatCut
from imaging.drawing.fastenings import button
from imaging.drawing.outlines import curve, ellipse, joined, panel, strip, symmetric
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, Seam, applied, on_both_sides

# Outlines, seams and folds are in centimetres, x to the right from the middle, y downwards.

_BEANIE_DOME = joined(
    symmetric((-9.6, 14), (-10.2, 8), (-8.6, 2.2), (-4.6, -1.0), (0, -1.8)),
    symmetric((9.6, 14), (0, 15)),
)
_BEANIE_CUFF = joined(
    symmetric((-10.1, 11.4), (0, 12.6)),
    symmetric(
        *((10.1, 11.4), (10.35, 14.5), (9.9, 17.4), (8.6, 18.7), (4.5, 19.5)),
        (0, 19.7),
    ),
)
_BEANIE_FOLDS = (
    Fold(line=curve((-6, 2), (-3, 6), (-4, 11)), width=2.0, depth=0.2),
    Fold(line=curve((5, 1.5), (4, 6), (6, 11)), width=2.0, depth=-0.2),
)

_CAP_CROWN = joined(
    symmetric((-9.4, 13.6), (-9.7, 8), (-8.0, 2.4), (-4.2, -0.9), (0, -1.7)),
    symmetric((9.4, 13.6), (7.6, 13.4), (0, 12.0)),
)
_CAP_VISOR = joined(
    symmetric((-9.2, 14.6), (-7.6, 12.2), (-4.2, 10.9), (0, 10.5)),
    symmetric((9.2, 14.6), (10.3, 17.2), (9.9, 18.6), (8.4, 18.9), (4.6, 17.9), (0, 17.5)),
)
_CAP_PANELS = (
    Seam(line=curve((0, -1.6), (0.1, 5), (0, 11.8)), width=0.2, depth=0.9, pucker=0.5),
    Seam(line=curve((-0.6, -1.6), (-4.6, 4), (-6.4, 12.8)), width=0.18, depth=0.7, pucker=0.5),
    Seam(line=curve((0.6, -1.6), (4.6, 4), (6.4, 12.8)), width=0.18, depth=0.7, pucker=0.5),
)

_BERET = joined(
    curve(
        *((-9.4, 12.2), (-13.6, 8.6), (-14.2, 4.0), (-9.6, -0.2), (-2, -1.8)),
        *((6, -1.0), (12.4, 2.4), (13.6, 7.0), (9.4, 12.2)),
    ),
    symmetric((9.4, 12.2), (0, 13.4)),
)
_BERET_BAND = panel(
    symmetric((-9.6, 11.2), (0, 12.4)),
    curve((9.6, 11.2), (9.3, 13.4)),
    symmetric((9.3, 13.4), (0, 14.8)),
)
_BERET_FOLDS = (
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


def _dome_rib(x: float) -> Seam:
    """Run one rib from the top of a beanie to where it meets the cuff at ``x``."""
    line = curve((x * 0.25, -1.6 + abs(x) * 0.02), (x * 0.86, 4.0), (x, 14.5))
    return Seam(line=line, width=0.34, depth=1.0)


def _cuff_rib(x: float) -> Seam:
    """Run one rib down the turned-up cuff of a beanie."""
    sag = 1 - (x / 10) ** 2
    line = curve((x, 11.6 + 0.8 * sag), (x * 0.985, 18.2 + 1.3 * sag))
    return Seam(line=line, width=0.36, depth=1.1)


def _beanie(cloth: Cloth, seed: int) -> Drawing:
    """Draw a ribbed beanie with a turned-up cuff."""
    dome = Part(
        outline=_BEANIE_DOME,
        cloth=cloth,
        depth=0.75,
        seams=tuple(_dome_rib(x) for x in np.arange(-9.0, 9.1, 1.0)),
        folds=_BEANIE_FOLDS,
        casts=0.3,
        seed=seed,
    )
    cuff = Part(
        outline=_BEANIE_CUFF,
        cloth=cloth,
        depth=0.75,
        puff=1.0,
        puff_depth=0.7,
        seams=tuple(_cuff_rib(x) for x in np.arange(-9.6, 9.7, 0.92)),
        casts=0.5,
        cast_size=0.4,
        bow=1.5,
        seed=seed + 1,
    )
    marks = on_both_sides({"top": (0.0, -1.8)}, brim=(10.35, 14.5), band=(9.9, 17.4))
    return [dome, cuff], marks


def _visor_row(down: float) -> Seam:
    """Stitch a visor along its upper edge, so many centimetres below it."""
    line = symmetric(
        (-9.0 - down * 0.1, 14.6 + down * 0.62),
        (-7.4, 12.4 + down * 0.86),
        (-4.2, 11.0 + down),
        (0, 10.6 + down),
    )
    return Seam(line=line, width=0.1, depth=0.5)


def _eyelet(x: float, cloth: Cloth) -> Part:
    outline = ellipse((x, 4.6), (0.32, 0.32), 16)
    return applied(outline, cloth, puff=0.0, casts=0.0, cast_size=0.5, tone=0.4)


def _cap(cloth: Cloth, seed: int) -> Drawing:
    """Draw a baseball cap with a stitched visor."""
    crown = Part(
        outline=_CAP_CROWN,
        cloth=cloth,
        depth=0.85,
        seams=_CAP_PANELS,
        folds=(Fold(line=curve((-7, 9), (-3, 10.5), (2, 10)), width=1.5, depth=0.2),),
        casts=0.3,
        seed=seed,
    )
    visor = Part(
        outline=_CAP_VISOR,
        cloth=cloth,
        depth=0.42,
        puff=0.6,
        bow=-1.2,
        seams=tuple(_visor_row(down) for down in np.arange(0.7, 6.6, 0.95)),
        casts=0.55,
        cast_size=0.5,
        creases=0.3,
        seed=seed + 1,
    )
    knob = button((0.0, -1.45), cloth.colours[0], 0.75, fabric="canvas")
    parts = [crown, knob, visor, *(_eyelet(x, cloth) for x in (-2.7, 2.7))]
    return parts, on_both_sides({"top": (0.0, -2.2)}, brim=(10.3, 17.2), band=(9.4, 13.6))


def _beret(cloth: Cloth, seed: int) -> Drawing:
    """Draw a beret that leans to the left."""
    tail = Part(
        outline=strip(curve((0.2, -1.4), (0.5, -3.0)), 0.5),
        cloth=cloth,
        depth=0.5,
        casts=0.2,
        creases=0.0,
    )
    crown = Part(
        outline=_BERET,
        cloth=cloth,
        depth=0.5,
        puff=3.2,
        puff_depth=0.8,
        folds=_BERET_FOLDS,
        casts=0.3,
        seed=seed,
    )
    band = Part(
        outline=_BERET_BAND,
        cloth=cloth,
        depth=0.7,
        puff=0.4,
        casts=0.4,
        cast_size=0.3,
        creases=0.2,
    )
    landmarks = on_both_sides({"top": (0.5, -3.0)}, band=(9.3, 13.4))
    leaning = {"brim_left": (-14.2, 4.0), "brim_right": (13.6, 7.0)}
    return [tail, crown, band], landmarks | leaning


def draw_hat(cut: HatCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a hat from the front; see ``imaging.drawing.tops.draw_top``."""
    match cut.style:
        case "bucket":
            return bucket_hat(cloth, seed)
        case "fedora":
            return fedora(cloth, cut.band, seed)
        case "boater":
            return boater(cloth, cut.band, seed)
        case "cap":
            return _cap(cloth, seed)
        case "beret":
            return _beret(cloth, seed)
        case _:
            return _beanie(cloth, seed)
