"""Sleeves and cuffs."""

from dataclasses import dataclass

import numpy as np

from imaging.drawing.cuts import TopCut
from imaging.drawing.fastenings import button
from imaging.drawing.outlines import (
    Curve,
    Point,
    curve,
    joined,
)
from imaging.drawing.parts import Cloth, Drawing, Fold, Part, Seam, reflected

_CUFF_DEPTHS = {"rib": 5.5, "shirt": 6.0, "knit": 5.0, "turnup": 4.0}
"""Centimetres by style of cuff."""


@dataclass(frozen=True, kw_only=True)
class _Line:
    """Where a sleeve hangs (the one at the right in the picture); points are ``x, y`` arrays."""

    cut: TopCut
    along: Curve
    out: Curve

    @property
    def is_long(self) -> bool:
        """Whether it reaches below the elbow."""
        return self.cut.sleeve > 25

    def at(self, down: float, outwards: float) -> Curve:
        """Give the point so many centimetres down the sleeve and outwards from the armpit."""
        armpit = np.array([self.cut.chest, self.cut.armhole])
        return armpit + self.along * down + self.out * outwards

    def across(self, down: float, share: float) -> Point:
        """Give a point by its share of the length, and from the inner (0) to the outer edge (1)."""
        width = self.cut.bicep + (self.cut.cuff - self.cut.bicep) * min(1.0, down)
        return _point(self.at(self.cut.sleeve * down, width * share))

    @property
    def inner_end(self) -> Curve:
        """Inner end of the cuff."""
        return self.at(self.cut.sleeve, 0)

    @property
    def outer_end(self) -> Curve:
        """Outer end of the cuff."""
        return self.at(self.cut.sleeve, self.cut.cuff)

    @property
    def elbow_inner(self) -> Curve:
        """Inner side of the elbow."""
        return self.at(self.cut.sleeve * 0.5, 0.7)

    @property
    def elbow_outer(self) -> Curve:
        """Outer side of the elbow."""
        return self.at(self.cut.sleeve * 0.47, (self.cut.bicep + self.cut.cuff) * 0.5 + 0.6)


def _point(place: Curve) -> Point:
    return float(place[0]), float(place[1])


def _through(*places: Curve) -> Curve:
    return curve(*[_point(place) for place in places])


def _outline(line: _Line) -> Curve:
    """Give a sleeve's outline; its inner end lies hidden under the torso."""
    cut, along, out = line.cut, line.along, line.out
    head = np.array([cut.shoulder, cut.slope])
    if line.is_long:
        bicep, roundness = line.at(3.5, cut.bicep), 1.5
    else:
        bicep, roundness = line.at(0.5, (cut.bicep + cut.cuff) / 2), 1.1
    outer = [head, head + (bicep - head) * 0.36 + out * roundness, bicep]
    inner = [line.inner_end]
    ribbed = cut.cuff_style in ("rib", "knit")
    blouse = _CUFF_DEPTHS.get(cut.cuff_style, 0.0) + 0.6
    if ribbed:
        inner.append(line.inner_end - along * blouse - out * 0.9)
    if line.is_long:
        outer.append(line.elbow_outer)
        # The inner edge leaves the torso at once, so that there is a clear gap.
        inner += [line.elbow_inner, line.at(9, 1.35), line.at(3, 0.8)]
    if ribbed:
        outer.append(line.outer_end - along * blouse + out * 0.9)
    middle = (line.inner_end + line.outer_end) / 2 + along * 0.5
    return joined(
        _through(*outer, line.outer_end),
        _through(line.outer_end, middle, line.inner_end),
        _through(*inner, line.at(0, 0)),
        curve(
            (cut.chest - 3, cut.armhole - 1),
            (cut.shoulder - 5, cut.slope + 5),
            (cut.shoulder - 3, cut.slope + 0.6),
        ),
    )


_ELBOW_FOLDS = ((0.42, 0.34), (0.50, -0.36), (0.57, 0.32), (0.66, -0.2), (0.34, -0.2))
_CUFF_FOLDS = ((0.90, 0.22), (0.84, -0.22), (0.78, 0.2))
"""Share of the sleeve's length, and depth."""

_ARMPIT_FOLDS = (
    (((0.0, 0.06), (0.05, 0.35), (-0.1, 0.75)), -0.32),
    (((0.12, 0.04), (0.18, 0.4), (0.1, 0.8)), 0.26),
)
"""Points by their shares of the sleeve's length and width, and depth."""


def _long_folds(line: _Line, rng: np.random.Generator) -> list[Fold]:
    """Crease a long sleeve at the elbow and above the cuff, and along the upper arm."""
    across = line.across
    folds: list[Fold] = []
    for at, depth in _ELBOW_FOLDS:
        slant = float(rng.uniform(0.02, 0.09))
        start = at + float(rng.uniform(-0.02, 0.02))
        bent = curve(
            across(start, 0.02), across(start - slant * 0.4, 0.4), across(start - slant, 0.85)
        )
        folds.append(Fold(line=bent, width=1.5, depth=depth))
    for at, depth in _CUFF_FOLDS:
        bent = curve(across(at, 0.95), across(at - 0.02, 0.5), across(at - 0.05, 0.1))
        folds.append(Fold(line=bent, width=1.5, depth=depth))
    upper = curve(across(0.05, 0.45), across(0.25, 0.62), across(0.42, 0.66))
    return [*folds, Fold(line=upper, width=3.0, depth=0.35)]


def _folds(line: _Line, rng: np.random.Generator) -> list[Fold]:
    """Crease a sleeve at the armpit; a long one further down too."""
    shoulder = (line.cut.shoulder - 0.5, line.cut.slope + 1)
    hanging = curve(shoulder, line.across(-0.1, 0.6), line.across(0.3, 0.5))
    return [
        *(_long_folds(line, rng) if line.is_long else ()),
        *(
            Fold(line=curve(*(line.across(*at) for at in places)), width=2.0, depth=depth)
            for places, depth in _ARMPIT_FOLDS
        ),
        Fold(line=hanging, width=3.0, depth=-0.22),
    ]


def _seams(line: _Line) -> tuple[Seam, ...]:
    """Sew the end of a plain sleeve, and the channels of a padded one."""
    cut, along, out = line.cut, line.along, line.out
    seams: list[Seam] = []
    if cut.cuff_style == "plain":
        up = along * 2.0
        end = _through(
            line.outer_end - up, line.at(cut.sleeve - 1.5, cut.cuff / 2), line.inner_end - up
        )
        seams.append(Seam(line=end, width=0.14, depth=0.5, thread=cut.thread, pucker=0.8))
    if cut.quilted:
        for step in np.arange(2.0, cut.sleeve + 14, cut.quilted).tolist():
            base = line.at(cut.sleeve - step, 0)
            channel = _through(base - out * 6, base + out * 8 + along * 0.6, base + out * 30)
            seams.append(Seam(line=channel, width=0.5, depth=1.5, pucker=1.6))
    return tuple(seams)


def _pillows(line: _Line) -> tuple[Fold, ...]:
    """Sink the channels of a padded sleeve, so that it swells between them."""
    if not line.cut.quilted:
        return ()
    return tuple(
        Fold(line=seam.line, width=3.5, depth=-0.30, taper=(1.0, 1.0)) for seam in _seams(line)
    )


def _cuff(line: _Line, cloth: Cloth) -> list[Part]:
    """Draw a cuff: ribbed, or stitched and buttoned."""
    cut, along, out = line.cut, line.along, line.out
    depth = _CUFF_DEPTHS.get(cut.cuff_style, 0.0)
    if not depth:
        return []
    ribbed = cut.cuff_style in ("rib", "knit")
    low_out, low_in = line.outer_end + out * 0.25, line.inner_end - out * 0.25
    top_in = line.inner_end - along * depth - out * 0.55
    top_out = line.outer_end - along * depth + out * 0.55
    middle = (low_out + low_in) / 2 + along * 0.55
    outline = joined(
        _through(low_out, middle, low_in),
        _through(top_in, (top_in + top_out) / 2 + along * 0.5, top_out),
    )
    seams: tuple[Seam, ...] = ()
    if not ribbed:
        inset = along * 0.5
        edges = (
            _through(top_in + inset, top_out + inset),
            _through(low_out - inset, low_in - inset),
        )
        seams = tuple(
            Seam(line=edge, width=0.12, depth=0.5, thread=cut.thread, pucker=0.4) for edge in edges
        )
    parts = [
        Part(
            outline=outline,
            cloth=cloth.plain(fabric="ribbed", colour=cut.trim) if ribbed else cloth,
            axis=cut.swing,
            depth=0.6,
            puff=0.5,
            puff_depth=0.5,
            seams=seams,
            creases=0.4,
            casts=0.22,
            cast_size=0.25,
        )
    ]
    if cut.cuff_style == "shirt":
        parts.append(button(_point(line.at(cut.sleeve - 3.0, cut.cuff * 0.28)), cut.button, 0.5))
    return parts


def sleeve_of(cut: TopCut, cloth: Cloth, seed: int, sign: float) -> Drawing:
    """Draw one sleeve, to be laid under the torso.

    Parameters
    ----------
    cut : TopCut
        The garment.
    cloth : Cloth
        Its cloth.
    seed : int
        Which folds.
    sign : float
        1 for the sleeve at the right in the picture, -1 for the left.

    Returns
    -------
    list of Part, dict of str to (float, float)
        Sleeve and cuff; landmarks ``x, y`` in centimetres.
    """
    # The two arms never hang quite the same.
    swing = cut.swing + (1.0 if sign > 0 else -0.4)
    angle = np.deg2rad(swing)
    line = _Line(
        cut=cut,
        along=np.array([np.sin(angle), np.cos(angle)]),
        out=np.array([np.cos(angle), -np.sin(angle)]),
    )
    rng = np.random.default_rng(seed + (3 if sign > 0 else 4))
    parts = [
        Part(
            outline=_outline(line),
            cloth=cloth,
            axis=swing,
            depth=0.62,
            folds=(*_folds(line, rng), *_pillows(line)),
            seams=_seams(line),
            bow=0.5,
            casts=0.3,
            seed=seed + (7 if sign > 0 else 9),
        ),
        *_cuff(line, cloth),
    ]
    places = {"cuff_outer": line.outer_end, "cuff_inner": line.inner_end}
    if line.is_long:
        places |= {"elbow_outer": line.elbow_outer, "elbow_inner": line.elbow_inner}
    side = "right" if sign > 0 else "left"
    landmarks = {f"{name}_{side}": _point(place) for name, place in places.items()}
    if sign < 0:
        return (
            [reflected(part) for part in parts],
            {name: (-x, y) for name, (x, y) in landmarks.items()},
        )
    return parts, landmarks
