"""Torsos of upper garments and dresses: outline, folds, seams."""

from dataclasses import dataclass

import numpy as np

from imaging.drawing.cuts import TopCut
from imaging.drawing.outlines import (
    Curve,
    Point,
    curve,
    flipped,
    joined,
    mirrored,
)
from imaging.drawing.parts import Cloth, Fold, Part, Seam


@dataclass(frozen=True, kw_only=True)
class Torso:
    """The right half of a torso, as curves that its neighbours share."""

    neckline: Curve
    shoulder: Curve
    armhole: Curve
    side: Curve
    hem: Curve

    @property
    def outline(self) -> Curve:
        """Closed outline of both halves."""
        half = joined(self.neckline, self.shoulder, self.armhole, self.side, self.hem)
        return joined(half, mirrored(half))


def neckline(cut: TopCut) -> Curve:
    """Right half of the front neckline, from the middle to the shoulder."""
    w, d = cut.neck_width, cut.neck_depth
    match cut.neck:
        case "v" | "wrap" | "lapel":
            return curve((0, d), (w * 0.52, d * 0.42), (w, 0))
        case "strap":
            top = d * 0.55
            return curve(
                (0, d), (w * 0.45, d - 0.9), (w * 0.86, top + 1.6), (w, top - 1.0), (w + 0.05, 0)
            )
        case "square":
            return curve(
                (0, d), (w * 0.5, d - 0.25), (w * 0.93, d - 1.4), (w + 0.2, d * 0.45), (w, 0)
            )
        case "boat":
            return curve((0, d), (w * 0.5, d * 0.86), (w * 0.86, d * 0.42), (w, 0))
        case _:
            return curve(
                (0, d), (w * 0.42, d * 0.90), (w * 0.80, d * 0.55), (w * 0.97, d * 0.22), (w, 0)
            )


def torso_of(cut: TopCut) -> Torso:
    """Lay the torso out."""
    sh, ch, ay, length = cut.shoulder, cut.chest, cut.armhole, cut.length
    rise = 0.4 if cut.hem_style == "rib" else 1.2
    side_points: list[Point] = [(ch, ay), ((ch + cut.waist) / 2, (ay + cut.waist_at) / 2)]
    side_points.append((cut.waist, cut.waist_at))
    hip_at = cut.waist_at + 19
    if length > 80:
        side_points.append((cut.hip, hip_at))
        if length > hip_at + 30:
            middle = (cut.hip + cut.hem) / 2 + 0.4
            side_points.append((middle, (hip_at + length) / 2))
    if cut.hem_style == "rib":
        side_points.append((cut.hem + 0.9, length - 7.2))
    if cut.hem_style == "tail":
        side_points.append((cut.hem, length - 7))
        hem = curve(
            (cut.hem, length - 7),
            (cut.hem * 0.82, length - 2.4),
            (cut.hem * 0.5, length - 0.2),
            (0, length),
        )
    else:
        side_points.append((cut.hem, length - rise))
        waves = 0.35 + 0.028 * max(0.0, cut.hem - cut.waist) * 1.6
        count = 5 if cut.hem - cut.waist > 6 else 2
        points = [
            (
                cut.hem * (1 - i / (2 * count)),
                length
                - rise * (1 - i / (2 * count)) ** 2
                + waves * 0.5 * float(np.sin(i * 1.7 + cut.length)) * (0 < i < 2 * count),
            )
            for i in range(2 * count + 1)
        ]
        hem = curve(*points)
    armhole = curve(
        (sh, cut.slope),
        (sh - (0.8 if cut.sleeve else 1.6), cut.slope + (ay - cut.slope) * 0.35),
        (sh + (ch - sh) * 0.25 - 0.4, cut.slope + (ay - cut.slope) * 0.72),
        (ch, ay),
    )
    if cut.neck == "strap":
        top = cut.neck_depth * 0.55
        armhole = curve(
            (sh, cut.slope),
            (sh + 0.1, top - 1.0),
            (sh + (ch - sh) * 0.26, top + 3.4),
            (sh + (ch - sh) * 0.66, ay - 4.2),
            (ch, ay),
        )
    return Torso(
        neckline=neckline(cut),
        shoulder=curve(
            (cut.neck_width, 0), ((sh + cut.neck_width) / 2, cut.slope * 0.44), (sh, cut.slope)
        ),
        armhole=armhole,
        side=curve(*side_points),
        hem=hem,
    )


def _bodice_folds(cut: TopCut, seed: int) -> tuple[Fold, ...]:
    """Folds of a hanging torso: from the armpits, over the waist, down to the hem."""
    rng = np.random.default_rng(seed)
    ch, ay, length = cut.chest, cut.armhole, cut.length
    folds: list[Fold] = []

    def jitter(size: float) -> float:
        return float(rng.uniform(-size, size))

    for sign in (-1.0, 1.0):
        reach = 0.55 + jitter(0.15)
        pull = (
            (sign * (ch - 0.8), ay - 1.0),
            (sign * ch * 0.86, ay + 1.5 + jitter(1)),
            (sign * ch * reach, ay + 7 + jitter(2.5)),
        )
        folds.append(Fold(line=curve(*pull), width=2.0, depth=0.30))
        up = (
            (sign * (ch - 1.0), ay - 2.5),
            (sign * ch * 0.80, ay - 7 + jitter(1)),
            (sign * ch * 0.62, ay - 12 + jitter(2)),
        )
        folds.append(Fold(line=curve(*up), width=2.5, depth=-0.26))
        drop = (
            (sign * ch * 0.80, ay + 4),
            (sign * cut.waist * (0.80 + jitter(0.05)), cut.waist_at + jitter(3)),
            (sign * cut.hem * (0.78 + jitter(0.1)), min(length - 3, cut.waist_at + 22) + jitter(1)),
        )
        folds.append(Fold(line=curve(*drop), width=3.0, depth=0.36 + jitter(0.1), taper=(0.3, 1.0)))
        inner = (
            (sign * ch * (0.42 + jitter(0.08)), ay + 8 + jitter(3)),
            (sign * cut.waist * (0.46 + jitter(0.08)), cut.waist_at + 4),
            (sign * cut.hem * (0.50 + jitter(0.1)), min(length - 2, cut.waist_at + 24)),
        )
        folds.append(Fold(line=curve(*inner), width=3.5, depth=-0.34, taper=(0.15, 1.0)))
        bend = cut.waist_at + jitter(3)
        slack = (
            (sign * (cut.waist - 0.6), bend),
            (sign * cut.waist * 0.64, bend + 3.6 + jitter(1)),
            (sign * cut.waist * 0.34, bend + 8.0 + jitter(2)),
        )
        if length < 80:
            folds.append(Fold(line=curve(*slack), width=2.0, depth=0.16))
            lower = [(x, y + 4.5 + jitter(1)) for x, y in slack]
            folds.append(Fold(line=curve(*lower), width=2.5, depth=-0.15))
    return tuple(folds)


def _skirt_folds(cut: TopCut, seed: int, start: float) -> tuple[Fold, ...]:
    """Folds that fall from a waist seam and open towards the hem."""
    rng = np.random.default_rng(seed + 1)
    bias = not cut.seam_at and cut.neck == "strap"
    count = 5 if bias else max(4, round(4 + (cut.hem - cut.waist) * 0.2))
    folds: list[Fold] = []
    places = np.linspace(-0.86, 0.86, count) + rng.uniform(-0.09, 0.09, count)
    for at in places.tolist():
        begin = start + (rng.uniform(8, 30) if bias else rng.uniform(1, 22))
        bottom = cut.length - 0.5
        drift = rng.uniform(-0.03, 0.03)
        line = curve(
            (at * cut.waist, begin),
            (at * (cut.hip * 0.6 + cut.hem * 0.36), begin + (bottom - begin) * 0.5),
            ((at + drift) * cut.hem * 0.985, bottom),
        )
        depth = min(1.1, float(rng.uniform(0.25, 0.85)) * (0.6 + 0.045 * (cut.hem - cut.waist)))
        width = float(rng.choice([2.5, 3.0, 4.0, 5.0]))
        folds.append(Fold(line=line, width=width, depth=depth, taper=(0.1, 1.0)))
        other = line + np.array([width, 0.0]) * np.linspace(0.5, 1.15, len(line))[:, None]
        folds.append(Fold(line=other, width=width * 0.8, depth=-depth * 0.85, taper=(0.05, 1.0)))
    if cut.gathers > 0:
        for index in range(26):
            at = -0.95 + 1.9 * (index + rng.uniform(0.2, 0.8)) / 26
            down = rng.uniform(4, 11)
            line = curve(
                (at * cut.waist, start + 0.2), (at * (cut.waist + down * 0.25), start + down)
            )
            folds.append(
                Fold(
                    line=line,
                    width=1.0,
                    depth=float(rng.choice([-1, 1])) * 0.32 * cut.gathers,
                    taper=(1.0, 0.05),
                )
            )
    return tuple(folds)


def _quilting(cut: TopCut) -> tuple[Seam, ...]:
    """Channels of a padded jacket."""
    rows = np.arange(cut.slope + 5.0, cut.length - 4, cut.quilted)
    return tuple(
        Seam(line=curve((-40, y), (0, y + 0.9), (40, y)), width=0.5, depth=1.5, pucker=1.6)
        for y in rows
    )


def torso_part(cut: TopCut, cloth: Cloth, torso: Torso, seed: int) -> Part:
    """Draw the torso with its seams and folds."""
    seams: list[Seam] = []
    both = (torso.armhole, flipped(torso.armhole))
    if cut.sleeve:
        seams += [Seam(line=line, width=0.22, depth=0.7, pucker=0.5) for line in both]
    if cut.hem_style != "rib":
        inset = 3.0 if cut.closure in ("buttons", "zip", "double") and cut.neck == "lapel" else 2.0
        hem = joined(torso.hem, mirrored(torso.hem)) - np.array(
            [0.0, inset if cut.hem_style != "tail" else 0.9]
        )
        seams.append(Seam(line=hem, width=0.14, depth=0.55, thread=cut.thread, pucker=1.0))
    if cut.seam_at:
        line = curve(
            (-cut.waist - 1, cut.seam_at - 0.6),
            (0, cut.seam_at + 0.4),
            (cut.waist + 1, cut.seam_at - 0.6),
        )
        seams.append(Seam(line=line, width=0.3, depth=1.0, pucker=1.0 + cut.gathers))
    if cut.yoke:
        y = cut.slope + 8.0
        seams.append(
            Seam(
                line=curve((-cut.shoulder, y), (0, y + 0.5), (cut.shoulder, y)),
                width=0.2,
                thread=cut.thread,
            )
        )
    if cut.darts:
        for sign in (-1.0, 1.0):
            line = curve(
                (sign * cut.chest * 0.45, cut.armhole + 4),
                (sign * cut.waist * 0.50, cut.waist_at),
                (sign * cut.hem * 0.55, min(cut.length, 62)),
            )
            seams.append(Seam(line=line, width=0.2, depth=0.6))
    folds = _bodice_folds(cut, seed)
    if cut.seam_at:
        folds = tuple(fold for fold in folds if fold.line[:, 1].max() < cut.seam_at + 4)
    if cut.length > 80:
        folds += _skirt_folds(cut, seed, cut.seam_at or cut.waist_at)
    if cut.quilted:
        channels = _quilting(cut)
        seams += channels
        folds += tuple(
            Fold(line=seam.line, width=3.5, depth=-0.30, taper=(1.0, 1.0)) for seam in channels
        )
    return Part(
        outline=torso.outline,
        cloth=cloth,
        depth=0.62,
        widen=3.0 if cut.sleeve else 0.3,
        bow=1.1,
        folds=folds,
        seams=tuple(seams),
        casts=0.30,
        cast_size=0.8,
        seed=seed,
    )
