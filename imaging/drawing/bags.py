"""Bags, from the front, handle up."""

from dataclasses import dataclass

import numpy as np

from imaging.drawing.cuts import BagCut
from imaging.drawing.fastenings import button
from imaging.drawing.outlines import Curve, Point, box, curve, joined, panel, strip, symmetric
from imaging.drawing.parts import (
    Cloth,
    Drawing,
    Fold,
    Part,
    Seam,
    applied,
    metal,
    on_both_sides,
    paired,
)
from imaging.drawing.pouches import bucket, crescent, handle

# Outlines, seams and folds are in centimetres, x to the right from the middle, y downwards.

_PACK = panel(
    symmetric((-12, 3), (-10.6, -1.6), (-5, -3.6), (0, -4.0)),
    curve((12, 3), (13.4, 18), (13.2, 33), (11.2, 36.4)),
    symmetric((11.2, 36.4), (0, 37.4)),
)
_PACK_LOOP = symmetric((-3.4, -3.2), (-3.0, -7.4), (0, -8.8))
_PACK_STRAP = strip(curve((9.6, 0), (14.8, 12), (15.0, 26), (11.8, 34)), 3.0)
_PACK_SEAM = symmetric((-12.4, 10), (-9, 0.6), (0, -1.4))
_PACK_ZIP = symmetric((-12.2, 11), (-9, 1.6), (0, -0.4))
_PACK_FOLDS = (
    Fold(line=curve((-11, 8), (-4, 13), (5, 12)), width=3.0, depth=0.3),
    Fold(line=curve((11, 6), (6, 12), (8, 18)), width=2.5, depth=-0.3),
)
_POCKET_SEAM = Seam(line=symmetric((-8.8, 22.6), (0, 23)), width=0.3, depth=1.4)
_POCKET_ZIP = strip(symmetric((-8.4, 22.8), (0, 23.2)), 0.6)
_ZIP_TAPE = Cloth(fabric="canvas", colours=("#2b2c2e",))
_LEATHER_TAB = Cloth(fabric="calf", colours=("#3a2d24",))

_SATCHEL = panel(
    symmetric((-13.6, 1), (-13, 0), (0, 0)),
    curve((13.6, 1), (14.4, 10), (14.6, 18), (13.6, 19.4)),
    symmetric((13.6, 19.4), (0, 19.9)),
)
_SATCHEL_FLAP = joined(
    symmetric((-13.9, 0.6), (-13, -0.6), (0, -0.8)),
    symmetric((13.9, 0.6), (13.6, 7), (11.2, 11.2), (4, 12.8), (0, 13.0)),
)
_SATCHEL_STITCH = symmetric((-13.3, 0.8), (-13.0, 6.8), (-10.8, 10.6), (-4, 12.2), (0, 12.4))
_SATCHEL_HANDLE = symmetric((-6.2, 0.2), (-6.0, -4.6), (-3.6, -7.8), (0, -8.8))


@dataclass(frozen=True, kw_only=True)
class _Open:
    """Measures of an open bag in centimetres; ``wide``, ``base`` are halves."""

    wide: float
    tall: float
    base: float
    drop: float
    strap: float

    @property
    def body(self) -> Curve:
        """Closed outline, without handles."""
        wide, tall, base = self.wide, self.tall, self.base
        return panel(
            symmetric((-wide, 0), (0, 0.9)),
            curve((wide, 0), (wide - 0.4, tall * 0.5), (base, tall - 1.4), (base - 1.2, tall)),
            symmetric((base - 1.2, tall), (0, tall + 0.5)),
        )

    @property
    def mouth(self) -> Curve:
        """Closed outline of the lining one looks into."""
        half = self.wide - 0.3
        return joined(symmetric((-half, 0.2), (0, -1.5)), symmetric((half, 0.2), (0, 1.2)))

    @property
    def arc(self) -> Curve:
        """Middle line of the front handle."""
        drop = self.drop
        return symmetric((-8.0, 1), (-7.4, -drop * 0.62), (-4.4, -drop * 0.96), (0, -drop - 0.6))

    @property
    def seams(self) -> tuple[Seam, ...]:
        """Hem at the mouth, seam above the bottom."""
        low = self.tall - 2.6
        return (
            Seam(line=symmetric((-self.wide, 1.6), (0, 2.5)), width=0.12, depth=0.6, pucker=0.6),
            Seam(line=symmetric((-self.base, low), (0, low + 0.6)), width=0.16, depth=0.5),
        )

    @property
    def folds(self) -> tuple[Fold, ...]:
        """Where its sides sink in, and what it carries pulls."""
        wide, tall = self.wide, self.tall
        left = curve((-wide + 2, 4), (-wide * 0.55, tall * 0.5), (-wide * 0.7, tall - 2))
        right = curve((wide - 3, 3), (wide * 0.6, tall * 0.55), (wide * 0.72, tall - 2))
        low = curve((-6, tall - 3), (2, tall - 7), (10, tall - 4))
        return (
            Fold(line=left, width=4.0, depth=0.45, taper=(0.5, 1)),
            Fold(line=right, width=4.0, depth=-0.45, taper=(0.4, 1)),
            Fold(line=low, width=3.5, depth=0.3),
            Fold(line=curve((-8, 4), (-3, 10), (-5, 18)), width=3.0, depth=0.25),
        )


_TOTE = _Open(wide=18.5, tall=28.0, base=15.9, drop=21.0, strap=1.8)
_SHOPPER = _Open(wide=19.0, tall=38.0, base=18.6, drop=25.0, strap=2.4)


def _open_bag(bag: _Open, cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a leather tote, or a larger canvas shopper."""
    back_arc = bag.arc * np.array([0.96, 0.97]) + np.array([0.6, -0.8])
    lining = Part(
        outline=bag.mouth,
        cloth=Cloth(fabric="canvas", colours=(cut.lining,)),
        depth=0.2,
        tone=0.5,
        casts=0.0,
    )
    body = Part(
        outline=bag.body,
        cloth=cloth,
        depth=0.16,
        puff=1.6,
        puff_depth=0.8,
        folds=bag.folds,
        seams=bag.seams,
        casts=0.4,
        seed=seed,
    )
    parts = [handle(cloth, back_arc, 1.7, tone=0.62), lining, body]
    if cut.style == "tote":
        parts += [*_handle_patch(-8.0, cut, cloth), *_handle_patch(8.0, cut, cloth)]
    parts.append(handle(cloth, bag.arc, bag.strap))
    landmarks: dict[str, Point] = {
        "handle": (0.0, -bag.drop - 0.6),
        "base": (0.0, bag.tall + 0.5),
    }
    return parts, on_both_sides(landmarks, side=(bag.wide - 0.4, bag.tall * 0.5))


def _handle_patch(x: float, cut: BagCut, cloth: Cloth) -> list[Part]:
    """Sew and rivet the end of a tote's handle on."""
    stitch = box(x - 0.8, 0.9, x + 0.8, 6.1, radius=0.6)
    patch = Part(
        outline=box(x - 1.1, 0.6, x + 1.1, 6.4, radius=0.7),
        cloth=cloth.plain(),
        depth=0.0,
        puff=0.4,
        casts=0.4,
        cast_size=0.25,
        creases=0.0,
        seams=(Seam(line=stitch, width=0.1, depth=0.4, thread=cut.metal),),
    )
    return [patch, button((x, 2.0), cut.metal, 0.42, fabric="metal")]


def _backpack(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a backpack."""
    strap = Part(
        outline=_PACK_STRAP,
        cloth=cloth.plain(),
        depth=0.0,
        puff=0.9,
        tone=0.7,
        casts=0.2,
        creases=0.3,
    )
    body = Part(
        outline=_PACK,
        cloth=cloth,
        depth=0.36,
        puff=2.4,
        puff_depth=0.8,
        casts=0.4,
        seed=seed,
        seams=(Seam(line=_PACK_SEAM, width=0.34, depth=1.2, thread=cut.metal),),
        folds=_PACK_FOLDS,
    )
    zipper = Part(
        outline=strip(_PACK_ZIP, 0.7),
        cloth=_ZIP_TAPE,
        depth=0.0,
        puff=0.2,
        casts=0.3,
        cast_size=0.2,
        creases=0.0,
        seams=(Seam(line=_PACK_ZIP, width=0.2, depth=1.0, thread=cut.metal),),
    )
    pocket = Part(
        outline=box(-9.6, 19.5, 9.6, 34.6, radius=2.2),
        cloth=cloth,
        depth=0.25,
        puff=1.8,
        puff_depth=0.8,
        casts=0.45,
        cast_size=0.5,
        seed=seed + 1,
        seams=(_POCKET_SEAM,),
    )
    parts = [
        handle(cloth, _PACK_LOOP, 1.7),
        *paired(strap),
        body,
        zipper,
        applied(strip(curve((11.6, 9), (11.9, 12.4)), 0.7), metal(cut.metal), casts=0.5),
        pocket,
        applied(_POCKET_ZIP, _ZIP_TAPE, puff=0.2, casts=0.3),
        applied(box(-2.4, 26.5, 2.4, 29.0, radius=0.3), _LEATHER_TAB, casts=0.3),
    ]
    return parts, on_both_sides({"handle": (0.0, -8.8), "base": (0.0, 37.4)}, side=(13.4, 18.0))


def _lock(colour: str) -> list[Part]:
    """Draw a satchel's lock, and the fittings of its handle."""
    brass = metal(colour)
    plate, slot = box(-1.7, 10.8, 1.7, 14.6, radius=0.6), box(-0.5, 12.0, 0.5, 13.4, radius=0.4)
    return [
        applied(plate, brass, puff=0.5, casts=0.5, cast_size=0.25),
        applied(slot, brass, puff=0.4, casts=0.5, tone=0.7),
        *(
            applied(box(x - 1.2, -0.8, x + 1.2, 1.2, radius=0.3), brass, puff=0.4)
            for x in (-6.2, 6.2)
        ),
    ]


def _satchel(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a structured bag with a flap and a lock."""
    bottom = symmetric((-13.9, 17.8), (0, 18.5))
    body = Part(
        outline=_SATCHEL,
        cloth=cloth,
        depth=0.14,
        puff=1.2,
        puff_depth=0.8,
        casts=0.4,
        seed=seed,
        seams=(Seam(line=bottom, width=0.12, depth=0.4, thread=cut.lining),),
    )
    flap = Part(
        outline=_SATCHEL_FLAP,
        cloth=cloth,
        depth=0.14,
        puff=1.0,
        puff_depth=0.7,
        casts=0.5,
        cast_size=0.5,
        seed=seed + 1,
        seams=(Seam(line=_SATCHEL_STITCH, width=0.1, depth=0.4, thread=cut.lining, pucker=0.3),),
    )
    parts = [handle(cloth, _SATCHEL_HANDLE, 1.8), body, flap, *_lock(cut.metal)]
    return parts, on_both_sides({"handle": (0.0, -8.8), "base": (0.0, 19.9)}, side=(14.4, 10.0))


def draw_bag(cut: BagCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a bag from the front, handle up; see ``imaging.drawing.tops.draw_top``."""
    match cut.style:
        case "tote":
            return _open_bag(_TOTE, cut, cloth, seed)
        case "shopper":
            return _open_bag(_SHOPPER, cut, cloth, seed)
        case "bucket":
            return bucket(cut, cloth, seed)
        case "crescent":
            return crescent(cut, cloth, seed)
        case "backpack":
            return _backpack(cut, cloth, seed)
        case _:
            return _satchel(cut, cloth, seed)
