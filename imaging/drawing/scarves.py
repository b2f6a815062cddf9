"""Scarves, as worn."""

from dataclasses import dataclass, replace

import numpy as np

from imaging.drawing.cuts import ScarfCut
from imaging.drawing.outlines import Curve, Point, curve, ellipse, joined, strip, symmetric
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, inside, on_both_sides, reflected

_END_FOLDS = (
    ((-0.4, -0.4, -0.35), 2.5, 0.6),
    ((0.2, 0.1, 0.15), 2.5, -0.65),
    ((0.7, 0.6, 0.6), 2.0, 0.5),
)
"""Folds of a hanging end: shares of its half width from the top down; width in cm and depth."""


@dataclass(frozen=True, kw_only=True)
class _End:
    """A hanging end, in centimetres: middles of its upper and lower edge, and where it stops."""

    top: float
    low: float
    bottom: float
    width: float
    is_silk: bool

    def upper(self, y: float, share: float) -> Point:
        """Give a point under the knot by its share of the half width (-1 left, 1 right)."""
        return self.top + self.width * 0.30 * share, y

    def middle(self, y: float, share: float) -> Point:
        """Give a point where the end has reached its full width."""
        return self.low * 0.8 + self.width * 0.5 * share, y

    def lower(self, y: float, share: float) -> Point:
        """Give a point where the end hangs straight down."""
        return self.low + self.width * 0.5 * share, y

    @property
    def outline(self) -> Curve:
        """Closed outline; silk flares and ends in a point."""
        left = self.lower(self.bottom, -1.25 if self.is_silk else -1.0)
        right = self.lower(self.bottom - 0.3, 0.9 if self.is_silk else 1.0)
        tip = (self.low, self.bottom + (3.0 if self.is_silk else 0.5))
        knee = self.bottom * 0.6
        return joined(
            curve(self.upper(12, -1), self.middle(24, -0.85), self.lower(knee, -1), left),
            curve(left, tip, right),
            curve(right, self.lower(knee, 1), self.middle(24, 0.85), self.upper(12, 1)),
        )

    @property
    def folds(self) -> tuple[Fold, ...]:
        """Folds from the knot down, thinning out."""
        return tuple(
            Fold(
                line=curve(
                    self.upper(13, shares[0]),
                    self.middle(30, shares[1]),
                    self.lower(self.bottom, shares[2]),
                ),
                width=width,
                depth=depth,
                taper=(1, 0.4),
            )
            for shares, width, depth in _END_FOLDS
        )


def _fringe(x: float, bottom: float, cloth: Cloth, rng: np.random.Generator) -> Part:
    """Twist one fringe, in any of the cloth's colours."""
    sway, drop = float(rng.uniform(-0.5, 0.5)), float(rng.uniform(5.2, 6.4))
    line = curve(
        (x, bottom - 0.6), (x + sway * 0.4, bottom + drop * 0.5), (x + sway, bottom + drop)
    )
    colour = cloth.colours[int(rng.integers(0, len(cloth.colours)))]
    return Part(
        outline=strip(line, 0.46, end_width=0.3),
        cloth=cloth.plain(fabric="canvas", colour=colour),
        depth=0.7,
        casts=0.2,
        cast_size=0.15,
        creases=0.0,
    )


def _fringes(end: _End, cloth: Cloth, rng: np.random.Generator) -> list[Part]:
    half = end.width * 0.5
    places = np.arange(end.low - half + 0.35, end.low + half, 0.62)
    return [_fringe(float(x), end.bottom, cloth, rng) for x in places]


def _hanging(end: _End, cloth: Cloth, *, axis: float, seed: int) -> Part:
    return Part(
        outline=end.outline,
        cloth=cloth,
        axis=axis,
        depth=0.25,
        puff=0.8,
        folds=end.folds,
        casts=0.5,
        cast_size=0.7,
        seed=seed,
    )


def _behind(half: float, cloth: Cloth) -> list[Part]:
    """Draw what passes behind the neck, and the dark hole where the neck will be."""
    back = joined(
        symmetric((-half + 1, 0.5), (-half * 0.5, -3.4), (0, -4.4)),
        symmetric((half - 1, 0.5), (0, 6)),
    )
    hole = ellipse((0, 1.2), (half * 0.52, 3.6))
    return [
        replace(inside(back, cloth, tone=0.6), axis=80),
        inside(hole, cloth.plain(), tone=0.28, depth=0.2),
    ]


def _loop(half: float, cloth: Cloth, seed: int) -> list[Part]:
    """Cross both halves of the loop at the knot: the right one first, so that it lies below."""
    w = half
    outline = joined(
        curve((w * 0.56, -2.6), (w * 0.96, -0.8), (w, 4.0), (w * 0.72, 9.6), (-1.2, 14.6)),
        curve((-1.2, 14.6), (-3.2, 11.4), (-1.6, 8.0)),
        curve((-1.6, 8.0), (w * 0.34, 5.4), (w * 0.50, 1.2), (w * 0.56, -2.6)),
    )
    valley = curve((w * 0.70, -1.6), (w * 0.74, 3.4), (w * 0.42, 8.2), (-1.4, 11))
    ridge = curve((w * 0.84, -0.6), (w * 0.88, 4.0), (w * 0.56, 9), (-0.8, 13))
    right = Part(
        outline=outline,
        cloth=cloth,
        axis=-52.0,
        depth=0.0,
        puff=2.6,
        puff_depth=0.9,
        folds=(Fold(line=valley, width=1.5, depth=-0.55), Fold(line=ridge, width=1.5, depth=0.5)),
        casts=0.55,
        cast_size=0.7,
        seed=seed + 6,
    )
    return [right, replace(reflected(right), seed=seed + 4)]


def draw_scarf(cut: ScarfCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw a scarf as worn: a loop round the neck, two ends; see ``imaging.drawing.tops``."""
    rng = np.random.default_rng(seed)
    is_silk = cut.style == "square"
    width, half_loop = (8.5, 10.0) if is_silk else (14.5, 14.0)
    # The two ends never hang equally low.
    left = _End(top=-2.2, low=-8.2, bottom=cut.length * 0.93, width=width, is_silk=is_silk)
    right = _End(top=2.2, low=5.8, bottom=cut.length, width=width, is_silk=is_silk)
    parts: list[Part] = []
    for end, sign in ((left, -1), (right, 1)):
        if cut.style == "fringed":
            parts += _fringes(end, cloth, rng)
        parts.append(_hanging(end, cloth, axis=sign * 3.0, seed=seed + sign))
    parts += [*_behind(half_loop, cloth), *_loop(half_loop, cloth, seed)]
    hem = 3.0 if is_silk else 5.0
    landmarks = on_both_sides({"knot": (0.0, 11.8)}, neck=(half_loop, 4.0))
    landmarks["end_left"] = (left.low, left.bottom + hem)
    landmarks["end_right"] = (right.low, right.bottom + hem)
    return parts, landmarks
