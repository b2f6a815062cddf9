"""Upper garments and dresses: torso, sleeves, what closes them."""

from dataclasses import dataclass, replace

import numpy as np

from imaging.drawing.cuts import TopCut
from imaging.drawing.necks import neck_parts
from imaging.drawing.outlines import (
    Curve,
    Point,
    beside,
    box,
    curve,
    ellipse,
    flipped,
    joined,
    mirrored,
    part_of,
    resampled,
    strip,
)
from imaging.drawing.studio import Cloth, Fold, Part, Seam

Drawing = tuple[list[Part], dict[str, Point]]
"""Parts from the lowest to the topmost, and landmarks in centimetres ``x, y``."""


_CUFF_DEPTHS = {"rib": 5.5, "shirt": 6.0, "knit": 5.0, "turnup": 4.0}
"""Centimetres by style of cuff."""


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
    if length > hip_at + 6:
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
                + waves * (0.5 if i % 2 else -0.5) * (0 < i < 2 * count),
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
            (sh + (ch - sh) * 0.3, top + 4.2),
            (sh + (ch - sh) * 0.72, ay - 1.6),
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


def _torso_part(cut: TopCut, cloth: Cloth, torso: Torso, seed: int) -> Part:
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
        seams += _quilting(cut)
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


def _sleeve(cut: TopCut, cloth: Cloth, torso: Torso, seed: int, sign: float) -> Drawing:
    """One sleeve (``sign`` 1: right in the picture), behind the torso."""
    swing = cut.swing + (1.1 if sign > 0 else -0.7)
    angle = np.deg2rad(swing)
    along, out = np.array([np.sin(angle), np.cos(angle)]), np.array([np.cos(angle), -np.sin(angle)])
    armpit, head = np.array([cut.chest, cut.armhole]), np.array([cut.shoulder, cut.slope])
    inner_end = armpit + along * cut.sleeve
    outer_end = inner_end + out * cut.cuff
    long = cut.sleeve > 25
    bicep = (
        armpit
        + along * (3.5 if long else 0.5)
        + out * (cut.bicep if long else (cut.bicep + cut.cuff) / 2)
    )
    bulge = head + (bicep - head) * 0.36 + out * (1.5 if long else 1.1)
    elbow_in = armpit + along * cut.sleeve * 0.5 + out * (0.5 if long else 0.0)
    elbow_out = (
        armpit + along * cut.sleeve * 0.47 + out * (cut.bicep * 0.50 + cut.cuff * 0.50 + 0.9)
    )
    blouse = _CUFF_DEPTHS.get(cut.cuff_style, 0.0) if cut.cuff_style in ("rib", "knit") else 0.0
    above = [outer_end - along * (blouse + 0.6) + out * 0.9] if blouse else []
    above_in = [inner_end - along * (blouse + 0.6) - out * 0.9] if blouse else []
    outer_points = [head, bulge, bicep, *([elbow_out] if long else []), *above, outer_end]
    outer = curve(*[(float(p[0]), float(p[1])) for p in outer_points])
    inner_points = [inner_end, *above_in, *([elbow_in] if long else []), armpit]
    inner = curve(*[(float(p[0]), float(p[1])) for p in inner_points])
    mid = (inner_end + outer_end) / 2 + along * 0.5
    end = curve(*[(float(p[0]), float(p[1])) for p in (outer_end, mid, inner_end)])
    hidden = curve(
        (cut.chest - 3, cut.armhole - 1),
        (cut.shoulder - 5, cut.slope + 5),
        (cut.shoulder - 3, cut.slope + 0.6),
    )
    outline = joined(outer, end, inner, hidden)
    rng = np.random.default_rng(seed + (3 if sign > 0 else 4))
    folds: list[Fold] = []

    def across(at: float, share: float) -> Point:
        """Point of the sleeve: along it, and from its inner (0) to its outer edge (1)."""
        width = cut.bicep + (cut.cuff - cut.bicep) * min(1.0, at)
        place = armpit + along * cut.sleeve * at + out * width * share
        return float(place[0]), float(place[1])

    if long:
        for at, depth in ((0.42, 0.34), (0.50, -0.36), (0.57, 0.32), (0.66, -0.2), (0.34, -0.2)):
            slant = float(rng.uniform(0.02, 0.09))
            start = at + float(rng.uniform(-0.02, 0.02))
            folds.append(
                Fold(
                    line=curve(
                        across(start, 0.02),
                        across(start - slant * 0.4, 0.4),
                        across(start - slant, 0.85),
                    ),
                    width=1.5,
                    depth=depth,
                )
            )
        for at, depth in ((0.90, 0.22), (0.84, -0.22), (0.78, 0.2)):
            folds.append(
                Fold(
                    line=curve(across(at, 0.95), across(at - 0.02, 0.5), across(at - 0.05, 0.1)),
                    width=1.5,
                    depth=depth,
                )
            )
        folds.append(
            Fold(
                line=curve(across(0.05, 0.45), across(0.25, 0.62), across(0.42, 0.66)),
                width=3.0,
                depth=0.35,
            )
        )
    folds.append(
        Fold(
            line=curve(across(0.0, 0.06), across(0.05, 0.35), across(-0.1, 0.75)),
            width=2.0,
            depth=-0.32,
        )
    )
    folds.append(
        Fold(
            line=curve(across(0.12, 0.04), across(0.18, 0.4), across(0.1, 0.8)),
            width=2.0,
            depth=0.26,
        )
    )
    folds.append(
        Fold(
            line=curve((head[0] - 0.5, head[1] + 1), across(-0.1, 0.6), across(0.3, 0.5)),
            width=3.0,
            depth=-0.22,
        )
    )
    parts: list[Part] = []
    seams: list[Seam] = []
    stitched = curve(
        *[
            tuple(map(float, p))
            for p in (outer_end - along * 2.0, mid - along * 2.0, inner_end - along * 2.0)
        ]
    )  # type: ignore[arg-type]
    if cut.cuff_style == "plain":
        seams.append(Seam(line=stitched, width=0.14, depth=0.5, thread=cut.thread, pucker=0.8))
    if cut.quilted:
        for step in np.arange(2.0, cut.sleeve + 14, cut.quilted):
            base = armpit + along * (cut.sleeve - step)
            a, b, c = base - out * 6, base + out * 8 + along * 0.6, base + out * 30
            seams.append(
                Seam(
                    line=curve((a[0], a[1]), (b[0], b[1]), (c[0], c[1])),
                    width=0.5,
                    depth=1.5,
                    pucker=1.6,
                )
            )
    body = Part(
        outline=outline,
        cloth=cloth,
        axis=swing,
        depth=0.62,
        folds=tuple(folds),
        seams=tuple(seams),
        bow=0.5,
        casts=0.3,
        seed=seed + (7 if sign > 0 else 9),
        origin=(0.0, 0.0),
    )
    parts.append(body)
    depth = _CUFF_DEPTHS.get(cut.cuff_style, 0.0)
    if depth:
        extra = 0.25
        a, b = outer_end + out * extra, inner_end - out * extra
        slim = 0.0
        c, d = (
            inner_end - along * depth - out * (extra + 0.3),
            outer_end - along * depth + out * (extra + 0.3),
        )
        shape = joined(
            curve(
                (a[0] - out[0] * slim, a[1] - out[1] * slim),
                (mid[0], mid[1] + 0.1),
                (b[0] + out[0] * slim, b[1] + out[1] * slim),
            ),
            curve(
                (c[0], c[1]),
                ((c[0] + d[0]) / 2 + along[0] * 0.5, (c[1] + d[1]) / 2 + along[1] * 0.5),
                (d[0], d[1]),
            ),
        )
        parts.append(_cuff_part(cut, cloth, shape, swing, (a, b, c, d), along))
        if cut.cuff_style == "shirt":
            spot = inner_end * 0.72 + outer_end * 0.28 - along * 3.0
            parts.append(button((float(spot[0]), float(spot[1])), cut.button, 0.5))
    landmarks = {
        "cuff_outer": (float(outer_end[0]), float(outer_end[1])),
        "cuff_inner": (float(inner_end[0]), float(inner_end[1])),
    }
    if long:
        landmarks["elbow_outer"] = (float(elbow_out[0]), float(elbow_out[1]))
        landmarks["elbow_inner"] = (float(elbow_in[0]), float(elbow_in[1]))
    if sign < 0:
        parts = [reflected(part) for part in parts]
        landmarks = {name: (-x, y) for name, (x, y) in landmarks.items()}
    side = "right" if sign > 0 else "left"
    return parts, {f"{name}_{side}": place for name, place in landmarks.items()}


def _cuff_part(
    cut: TopCut, cloth: Cloth, shape: Curve, swing: float, corners: tuple[Curve, ...], along: Curve
) -> Part:
    ribbed = cut.cuff_style in ("rib", "knit")
    a, b, c, d = corners
    seams: tuple[Seam, ...] = ()
    if not ribbed:
        top = curve(
            (float(c[0] + along[0] * 0.5), float(c[1] + along[1] * 0.5)),
            (float(d[0] + along[0] * 0.5), float(d[1] + along[1] * 0.5)),
        )
        low = curve(
            (float(a[0] - along[0] * 0.5), float(a[1] - along[1] * 0.5)),
            (float(b[0] - along[0] * 0.5), float(b[1] - along[1] * 0.5)),
        )
        seams = tuple(
            Seam(line=line, width=0.12, depth=0.5, thread=cut.thread, pucker=0.4)
            for line in (top, low)
        )
    plain = cloth.plain(fabric="ribbed", colour=cut.trim) if ribbed else cloth
    return Part(
        outline=shape,
        cloth=plain,
        axis=swing,
        depth=0.6,
        puff=0.5,
        puff_depth=0.5,
        seams=seams,
        creases=0.4,
        casts=0.22,
        cast_size=0.25,
    )


def reflected(part: Part) -> Part:
    """Mirror a part at the middle of the picture."""
    return replace(
        part,
        outline=mirrored(part.outline),
        axis=-part.axis,
        folds=tuple(replace(fold, line=flipped(fold.line)) for fold in part.folds),
        seams=tuple(replace(seam, line=flipped(seam.line)) for seam in part.seams),
        marks=tuple(replace(mark, outline=mirrored(mark.outline)) for mark in part.marks),
        pleats=tuple(flipped(line) for line in part.pleats),
        fade=tuple(mirrored(line) for line in part.fade),
    )


def button(centre: Point, colour: str, radius: float = 0.6, *, fabric: str = "horn") -> Part:
    """Sew a four-hole button on."""
    from imaging.drawing.studio import Mark  # placeholder

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


def _closures(cut: TopCut, cloth: Cloth) -> list[Part]:
    """Placket, buttons, zip."""
    parts: list[Part] = []
    top, bottom = cut.neck_depth - 0.4, cut.length
    if cut.closure in ("buttons", "half", "snaps"):
        end = bottom + (0.2 if cut.hem_style != "rib" else -0.2)
        if cut.closure == "half":
            end = top + 13
        half = 1.7 if cut.closure != "half" else 1.5
        outline = joined(
            curve((-half, top - 1.2), (half, top - 1.2)),
            curve((half, end - 0.3), (0, end), (-half, end - 0.3)),
        )
        seams = tuple(
            Seam(
                line=curve((x, top - 1.2), (x, end - 0.4)),
                width=0.1,
                depth=0.4,
                thread=cut.thread,
                pucker=0.5,
            )
            for x in (-half + 0.45, half - 0.45)
        )
        parts.append(
            Part(
                outline=outline,
                cloth=cloth,
                depth=0.0,
                puff=0.3,
                puff_depth=0.5,
                seams=seams,
                casts=0.25,
                cast_size=0.2,
                creases=0.5,
                bow=0.0,
                seed=5,
            )
        )
        step = 4.0 if cut.closure == "half" else 8.6
        first = top + (2.2 if cut.closure == "half" else 4.5)
        if cut.neck == "v":
            first = top + 1.6
        for y in np.arange(first, end - 2.5, step):
            parts.append(
                button((0.0, float(y)), cut.button, 0.56 if cut.neck in ("collar", "camp") else 0.8)
            )
    elif cut.closure == "zip":
        end = bottom - 0.2
        outline = joined(curve((-0.9, top - 1), (0.9, top - 1)), curve((0.9, end), (-0.9, end)))
        tape = Cloth(fabric="canvas", colours=(cut.trim or cloth.colours[0],))
        teeth = tuple(
            Seam(line=curve((-0.22, float(y)), (0.22, float(y))), width=0.2, depth=0.8)
            for y in np.arange(top - 1, end, 0.42)
        )
        parts.append(
            Part(
                outline=outline,
                cloth=tape,
                depth=0.0,
                puff=0.3,
                tone=0.85,
                casts=0.2,
                cast_size=0.2,
                creases=0.0,
            )
        )
        metal = Cloth(fabric="metal", colours=(cut.button,))
        parts.append(
            Part(
                outline=box(-0.3, top - 1, 0.3, end, radius=0.1),
                cloth=metal,
                depth=0.5,
                seams=teeth,
                casts=0.4,
                cast_size=0.15,
                creases=0.0,
            )
        )
        parts.append(
            Part(
                outline=box(-0.45, top + 0.5, 0.45, top + 3.4, radius=0.3),
                cloth=metal,
                depth=0.3,
                puff=0.3,
                casts=0.5,
                cast_size=0.2,
                creases=0.0,
            )
        )
    elif cut.closure == "double":
        for x in (-6.5, 6.5):
            for y in np.arange(cut.neck_depth + 3.5, min(cut.length - 12, 72), 11.5):
                parts.append(button((x, float(y)), cut.button, 1.15))
    return parts


def _pockets(cut: TopCut, cloth: Cloth) -> list[Part]:
    parts: list[Part] = []

    def patch(x: float, y: float, w: float, h: float, *, flap: bool) -> None:
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

    low = min(cut.length - 24, 46.0)
    match cut.pockets:
        case "chest":
            patch(10.6, cut.armhole - 4.0, 10.0, 11.0, flap=False)
        case "flaps":
            for sign in (-1, 1):
                patch(sign * 10.8, cut.armhole - 3.5, 10.5, 12.0, flap=True)
        case "patch":
            for sign in (-1, 1):
                patch(sign * 12.0, low + 2, 14.5, 16.0, flap=False)
            patch(10.6, cut.armhole - 3.0, 10.0, 11.0, flap=False)
        case "welt":
            for sign in (-1.0, 1.0):
                line = curve(
                    (sign * cut.waist * 0.36, low + 4.5), (sign * cut.waist * 0.84, low + 3.4)
                )
                parts.append(
                    Part(
                        outline=strip(line, 4.0 if cut.length > 75 else 2.4),
                        cloth=cloth,
                        depth=0.0,
                        puff=0.4,
                        puff_depth=0.7,
                        casts=0.4,
                        cast_size=0.3,
                        creases=0.4,
                    )
                )
        case "kangaroo":
            half = cut.hem * 0.62
            shape = joined(
                curve((-half * 0.62, low - 1), (half * 0.62, low - 1)),
                curve((half * 0.62, low - 1), (half * 0.86, low + 6), (half, low + 12)),
                curve((half, low + 14.5), (-half, low + 14.5)),
                curve((-half, low + 12), (-half * 0.86, low + 6), (-half * 0.62, low - 1)),
            )
            parts.append(
                Part(
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
            )
        case _:
            pass
    return parts


def _hem_rib(cut: TopCut, cloth: Cloth, torso: Torso) -> Part:
    depth = 6.0
    left = -cut.hem
    shape = joined(
        curve(
            (cut.hem + 0.75, cut.length - depth),
            (cut.hem + 0.4, cut.length - depth / 2),
            (cut.hem + 0.05, cut.length - 0.3),
        ),
        curve(
            (cut.hem + 0.05, cut.length - 0.3),
            (0, cut.length + 0.5),
            (left - 0.05, cut.length - 0.3),
        ),
        curve((left - 0.4, cut.length - depth / 2), (left - 0.75, cut.length - depth)),
        curve(
            (left - 0.75, cut.length - depth),
            (0, cut.length - depth + 0.9),
            (cut.hem + 0.75, cut.length - depth),
        ),
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


def _belt(cut: TopCut, cloth: Cloth) -> list[Part]:
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


def draw_top(cut: TopCut, cloth: Cloth, seed: int) -> Drawing:
    """Draw an upper garment or a dress.

    Parameters
    ----------
    cut : TopCut
        Its measures.
    cloth : Cloth
        What it is made of.
    seed : int
        Which folds.

    Returns
    -------
    list of Part, dict of str to (float, float)
        Parts from the lowest to the topmost; landmarks ``x, y`` in centimetres.
    """
    torso = torso_of(cut)
    behind, front = neck_parts(cut, cloth, torso.neckline)
    parts: list[Part] = list(behind)
    landmarks: dict[str, Point] = {}
    sleeve_cloth = cloth.plain() if cloth.pattern.startswith("graphic") else cloth
    if cut.sleeve:
        for sign in (-1.0, 1.0):
            pieces, places = _sleeve(cut, sleeve_cloth, torso, seed, sign)
            parts += pieces
            landmarks |= places
    parts.append(_torso_part(cut, cloth, torso, seed))
    if cut.hem_style == "rib":
        parts.append(_hem_rib(cut, cloth, torso))
    small = cloth if not cloth.pattern.startswith("graphic") else cloth.plain()
    parts += _pockets(cut, small)
    parts += _closures(cut, small)
    if cut.belt:
        parts += _belt(cut, small)
    parts += front
    for sign, side in ((-1.0, "left"), (1.0, "right")):
        landmarks[f"collar_{side}"] = (sign * cut.neck_width, 0.0)
        landmarks[f"shoulder_{side}"] = (sign * cut.shoulder, cut.slope)
        landmarks[f"armpit_{side}"] = (sign * cut.chest, cut.armhole)
        landmarks[f"waist_{side}"] = (sign * cut.waist, cut.waist_at)
        end = torso.side[-1]
        landmarks[f"hem_{side}"] = (sign * float(end[0]), float(end[1]))
        if cut.length > 80:
            landmarks[f"hip_{side}"] = (sign * cut.hip, cut.waist_at + 19)
    landmarks["neckline"] = (0.0, cut.neck_depth)
    landmarks["hem_centre"] = (0.0, float(torso.hem[-1][1]))
    return parts, landmarks


__all__ = ["Drawing", "button", "draw_top", "reflected", "beside", "part_of", "resampled"]
