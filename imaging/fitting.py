"""Where each landmark of a garment belongs on a body."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from imaging.garment import LEG_TYPES, UPPER_TYPES
from imaging.measuring import (
    ANKLE,
    ELBOW,
    KNEE,
    NECK,
    SIDES,
    THIGH,
    UPPER_ARM,
    WRIST,
    Body,
    Point,
    along,
    lerp,
)
from imaging.tailoring import Cloth
from imaging.warping import Points

CHEST_EASE: Mapping[str, float] = {
    "t-shirt": 1.14,
    "longsleeve": 1.10,
    "shirt": 1.16,
    "knitwear": 1.18,
    "top": 1.08,
    "outerwear": 1.30,
    "dress": 1.10,
}
"""Widest chest of a worn garment per width of the body. A garment lying flat shows half its
girth, which is more: a body shows about a third of its own."""

TIPS_PER_TORSO, CHEST_PER_TORSO, WAIST_PER_TORSO = 0.80, 0.62, 0.56
"""Widths of an average body per distance from shoulder to hip joints."""

FULL_LEG = 2.2
"""Inseam per rise of trousers that reach the ankle."""

LEG_NARROWING = 0.88
"""A leg's visible width per width of the trouser leg lying flat, which shows half its girth."""

BROWS = 0.30
"""Height of the brows on the way from the sides of the head to the crown."""

HAT_MARGIN_PX = 6
"""Room between a hat and the upper edge of the frame."""

OVER_WAISTBAND = 0.03
"""Room for a waistband under what hangs over it, per shoulder distance."""

COVER_PX = 4.0
"""How far a garment reaches beyond the silhouette it covers."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """One part of a garment with the pairs of points it is warped by.

    Attributes
    ----------
    name : str
        Key of ``Cloth.parts``.
    sources : (N, 2) float64
        ``row, col`` in the cloth's pixels.
    targets : (N, 2) float64
        ``row, col`` in the body frame.
    """

    name: str
    sources: Points
    targets: Points


def fit(cloth: Cloth, body: Body) -> tuple[Part, ...]:
    """Place a garment on a body.

    Parameters
    ----------
    cloth : Cloth
    body : Body

    Returns
    -------
    tuple of Part
        In drawing order; empty when the landmarks needed are missing.

    References
    ----------
    Source: own derivation.
    """
    fitters: dict[str, Callable[[Cloth, Body], Iterator[Part]]] = {
        "skirt": _skirt,
        "shoes": _shoes,
        "hat": _hat,
        "bag": _bag,
        "scarf": _scarf,
        "glasses": _glasses,
    }
    fitters |= dict.fromkeys((*UPPER_TYPES, "dress"), _upper)
    fitters |= dict.fromkeys(LEG_TYPES, _legs)
    try:
        return tuple(fitters[cloth.type](cloth, body))
    except KeyError:
        return ()


def _part(name: str, pairs: list[tuple[Point, Point]]) -> Part:
    return Part(
        name=name,
        sources=np.array([source for source, _ in pairs]),
        targets=np.array([target for _, target in pairs]),
    )


def _span(cloth: Cloth, name: str) -> float:
    left, right = cloth.points[f"{name}_left"], cloth.points[f"{name}_right"]
    return max(float(np.linalg.norm(right - left)), 1.0)


def _mean_row(cloth: Cloth, name: str) -> float:
    return float(cloth.points[f"{name}_left"][0] + cloth.points[f"{name}_right"][0]) / 2


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cut:
    """How a garment's pixels become the body's.

    Widths follow the shoulders, lengths the height of the trunk: a broad man's shirt is not longer
    than a slender one's.
    """

    scale: float
    drop: float
    narrowing: float
    source_rows: tuple[float, ...]
    target_rows: tuple[float, ...]

    def row(self, source_row: float) -> float:
        """Row in the body frame; beyond the last known row by the scale."""
        last = self.source_rows[-1]
        if source_row > last:
            return self.target_rows[-1] + (source_row - last) * self.drop
        return float(np.interp(source_row, self.source_rows, self.target_rows))


def _shoulder_line(body: Body, side: str, col: float) -> Point:
    """The point of the body's shoulder line at a column."""
    inner, outer = body.neck_side(side), body.shoulder_tip(side)
    share = (col - inner[1]) / (outer[1] - inner[1]) if outer[1] != inner[1] else 0.0
    share = float(np.clip(share, 0.0, 1.0))
    line = lerp(inner, outer, share)
    # The muscle sinks between neck and shoulder, a little.
    row = float(line[0]) + 0.02 * body.unit * float(np.sin(np.pi * share))
    inside = np.array([row + 0.10 * body.unit, col])
    seen = body.reach(inside, np.array([-1.0, 0.0]), most=0.3 * body.unit)
    # Somebody's shoulders may be higher than the model's; hair reaches further and is no shoulder.
    if 0.10 * body.unit < seen < 0.21 * body.unit:
        row = float(inside[0]) - seen
    return np.array([row, col])


def _cut_of_upper(cloth: Cloth, body: Body) -> _Cut:
    tips = [body.shoulder_tip(side) for side in SIDES]
    chest_row = float(np.mean([body.armpit(side)[0] for side in SIDES]))
    chest = 2 * body.half_width_model(chest_row)
    if cloth.has("cuff_outer"):
        scale = abs(tips[1][1] - tips[0][1]) * 1.02 / _span(cloth, "shoulder")
        drop = TIPS_PER_TORSO * body.torso / _span(cloth, "shoulder")
    else:
        scale = chest * 1.04 / _span(cloth, "armpit")
        drop = CHEST_PER_TORSO * body.torso / _span(cloth, "armpit")
    drop = 0.75 * drop + 0.25 * scale
    narrowing = min(1.0, CHEST_EASE[cloth.type] * chest / (scale * _span(cloth, "armpit")))
    shoulder, armpit = _mean_row(cloth, "shoulder"), _mean_row(cloth, "armpit")
    top = float(np.mean([tip[0] for tip in tips]))
    depth = float(np.clip((armpit - shoulder) * drop, 0.36 * body.unit, 0.58 * body.unit))
    source_rows, target_rows = [shoulder, armpit], [top, top + depth]
    waist = _mean_row(cloth, "waist") if cloth.has("waist") else armpit
    natural = body.row_of(0.70)
    proportional = top + depth + (waist - armpit) * drop
    # A waist that would sit near the body's own is meant to sit on it.
    if cloth.type == "dress" and abs(proportional - natural) < 0.35 * body.torso and waist > armpit:
        source_rows.append(waist)
        target_rows.append(natural)
    return _Cut(
        scale=scale,
        drop=drop,
        narrowing=narrowing,
        source_rows=tuple(source_rows),
        target_rows=tuple(target_rows),
    )


def _upper(cloth: Cloth, body: Body) -> Iterator[Part]:
    cut = _cut_of_upper(cloth, body)
    pairs = _yoke(cloth, body, cut)
    if cloth.has("cuff_outer"):
        pairs += [_seam(cloth, dict(_named_yoke(cloth, body, cut)), side) for side in SIDES]
    pairs += _profile(cloth, body, cut, "torso", cut.source_rows[1])
    yield _part("torso", list(pairs))
    roots = _named_yoke(cloth, body, cut)
    for side in SIDES:
        if f"sleeve_{side}" in cloth.parts:
            yield _part(f"sleeve_{side}", _sleeve(cloth, body, cut, side, roots))


def _yoke(cloth: Cloth, body: Body, cut: _Cut) -> list[tuple[Point, Point]]:
    targets = _named_yoke(cloth, body, cut)
    return [(cloth.points[name], target) for name, target in targets.items()]


def _seam(cloth: Cloth, roots: Mapping[str, Point], side: str) -> tuple[Point, Point]:
    """The middle of a sleeve's seam: sleeve and trunk agree on it."""
    names = (f"shoulder_{side}", f"armpit_{side}")
    source = (cloth.points[names[0]] + cloth.points[names[1]]) / 2
    return source, (roots[names[0]] + roots[names[1]]) / 2


def _named_yoke(cloth: Cloth, body: Body, cut: _Cut) -> dict[str, Point]:
    """Targets of collar, neckline, shoulders and armpits."""
    points = cloth.points
    middle = (points["collar_left"][1] + points["collar_right"][1]) / 2
    neck = body.joints["neck"]
    targets: dict[str, Point] = {}
    sleeved = cloth.has("cuff_outer")
    for side, sign in SIDES.items():
        tip = body.shoulder_tip(side)
        out = abs(tip[1] - neck[1])
        half = abs(points[f"shoulder_{side}"][1] - middle) * cut.scale
        if sleeved:
            ease = 0.04 if cloth.type == "outerwear" else 0.015
            shoulder = tip + np.array([-0.6, sign]) * ease * body.unit
        else:
            col = neck[1] + sign * float(np.clip(half, 0.52 * out, 1.0 * out))
            shoulder = _shoulder_line(body, side, col) - (0.012 * body.unit, 0)
        wide = abs(points[f"collar_{side}"][1] - middle) * cut.scale
        if not sleeved:  # a strap keeps its width wherever it lies
            wide += abs(shoulder[1] - neck[1]) - half
        wide = float(
            np.clip(
                wide,
                0.92 * NECK * body.unit,
                (0.82 if sleeved else 0.96) * abs(shoulder[1] - neck[1]),
            )
        )
        collar = _shoulder_line(body, side, neck[1] + sign * wide) - (0.015 * body.unit, 0)
        rise = (points[f"shoulder_{side}"][0] - points[f"collar_{side}"][0]) * cut.scale
        extra = float(np.clip(rise - (shoulder[0] - collar[0]), 0, 0.10 * body.unit))
        targets[f"shoulder_{side}"] = shoulder
        targets[f"collar_{side}"] = collar - (extra, 0)
        source = points[f"armpit_{side}"]
        row = cut.row(float(source[0]))
        half = abs(source[1] - middle) * cut.scale * cut.narrowing
        cover = body.half_width(row, side) + COVER_PX
        targets[f"armpit_{side}"] = np.array([row, body.axis(row)[1] + sign * max(half, cover)])
    rows = (targets["collar_left"][0] + targets["collar_right"][0]) / 2
    depth = (points["neckline"][0] - _mean_row(cloth, "collar")) * cut.scale
    cols = (targets["collar_left"][1] + targets["collar_right"][1]) / 2
    targets["neckline"] = np.array([rows + depth, cols])
    return targets


def _profile(
    cloth: Cloth, body: Body, cut: _Cut, name: str, start_row: float
) -> list[tuple[Point, Point]]:
    """Side seams from a row down to the hem, snapped to the silhouette they cover."""
    points = cloth.points
    hem = points["hem_centre"]
    end_row = min(points["hem_left"][0], points["hem_right"][0])
    top_col = (
        (points["armpit_left"][1] + points["armpit_right"][1]) / 2
        if "armpit_left" in points
        else (points["waist_left"][1] + points["waist_right"][1]) / 2
    )
    covered_to = body.row_of(1.0) + 0.16 * body.torso
    pairs: list[tuple[Point, Point]] = []
    before = dict.fromkeys(SIDES, 0.0)
    length = cut.row(end_row) - cut.row(start_row)
    count = int(np.clip(length / (0.22 * body.unit), 3, 9))
    for share in np.linspace(0, 1, count + 1)[1:]:
        row = start_row + (end_row - start_row) * float(share) - (2 if share == 1 else 0)
        edges = cloth.edges(name, row)
        if edges is None:
            continue
        middle = top_col + (hem[1] - top_col) * float(share)
        target_row = cut.row(row)
        axis = body.axis(target_row)
        for edge, (side, sign) in zip(edges, SIDES.items(), strict=True):
            half = abs(edge - middle) * cut.scale * cut.narrowing
            if target_row < covered_to:
                room = OVER_WAISTBAND * body.unit if target_row > body.row_of(0.6) else 0.0
                half = max(half, body.half_width(target_row, side) + COVER_PX + room)
            elif target_row > body.row_of(1.0):
                half = max(half, 0.985 * before[side])  # cloth hangs straight from the hips
            before[side] = half
            pairs.append((np.array([row, edge]), axis + np.array([0.0, sign * half])))
    target_row = cut.row(float(hem[0]))
    pairs.append((hem, np.array([target_row, body.axis(target_row)[1]])))
    return pairs


def _sleeve(
    cloth: Cloth, body: Body, cut: _Cut, side: str, roots: Mapping[str, Point]
) -> list[tuple[Point, Point]]:
    """A sleeve along shoulder, elbow and wrist."""
    points, sign = cloth.points, SIDES[side]
    arm = np.vstack([body.arm(side), body.joints[f"hand_{side}"]])
    upper = float(np.linalg.norm(arm[1] - arm[0]))
    whole = upper + float(np.linalg.norm(arm[2] - arm[1]))
    root = (points[f"shoulder_{side}"] + points[f"armpit_{side}"]) / 2
    path = [root]
    if cloth.has("elbow_outer"):
        path.append((points[f"elbow_outer_{side}"] + points[f"elbow_inner_{side}"]) / 2)
    path.append((points[f"cuff_outer_{side}"] + points[f"cuff_inner_{side}"]) / 2)
    length = float(np.linalg.norm(np.diff(np.array(path), axis=0), axis=1).sum()) * cut.scale
    length += 0.12 * body.unit  # the root lies below the joint
    reach = length / whole
    if cloth.has("elbow_outer") and reach > 0.62:
        reach = 1.02
    reach = float(np.clip(reach, 0.25, 1.04))
    pairs = [
        (points[f"shoulder_{side}"], roots[f"shoulder_{side}"]),
        (points[f"armpit_{side}"], roots[f"armpit_{side}"]),
    ]
    start = 0.22 * body.unit / whole
    line = np.array(path)
    for share in (0.2, 0.45, 0.7, 0.97) if cloth.has("elbow_outer") else (0.5, 0.95):
        middle, heading = along(line, share)
        across = np.array([-heading[1], heading[0]])
        across = across if across[1] * sign >= 0 else -across
        edges = [cloth.edge(f"sleeve_{side}", middle, way) for way in (across, -across)]
        at = start + (reach - start) * share
        place, direction = along(arm[:3], at)
        outward = np.array([-direction[1], direction[0]])
        outward = outward if outward[1] * sign >= 0 else -outward
        radius = float(np.interp(at, [0, 0.5, 1], [UPPER_ARM, ELBOW, WRIST])) * body.unit
        cloth_half = float(np.linalg.norm(edges[1] - edges[0])) * cut.scale / 2
        most = (1.6 if cloth.type == "outerwear" else 1.4) * radius
        for edge, way in zip(edges, (outward, -outward), strict=True):
            if share < 0.4 and way is not outward:
                continue  # the armpit is near enough
            seen = body.reach(place, way, most=1.5 * radius)
            seen = seen if seen < 1.4 * radius else radius
            cover = float(np.clip(seen, 0.85 * radius, 1.3 * radius)) + COVER_PX
            half = float(np.clip(cloth_half * 0.85, cover, max(most, cover)))
            pairs.append((edge, place + way * half))
    pairs.append(_seam(cloth, roots, side))
    return pairs


def _waist_targets(cloth: Cloth, body: Body, row: float) -> tuple[list[tuple[Point, Point]], float]:
    """Pairs of the waistband, and the scale it implies."""
    pairs: list[tuple[Point, Point]] = []
    halves: list[float] = []
    for side, sign in SIDES.items():
        half = body.half_width(row, side) + COVER_PX
        halves.append(half)
        pairs.append((cloth.points[f"waist_{side}"], body.axis(row) + np.array([0.0, sign * half])))
    sag = (cloth.points["waist_centre"][0] - _mean_row(cloth, "waist")) * 1.0
    scale = sum(halves) / _span(cloth, "waist")
    pairs.append((cloth.points["waist_centre"], body.axis(row) + np.array([sag * scale, 0.0])))
    return pairs, scale


def _skirt(cloth: Cloth, body: Body) -> Iterator[Part]:
    row = body.row_of(0.76)
    pairs, scale = _waist_targets(cloth, body, row)
    start = _mean_row(cloth, "waist")
    end = float(cloth.points["hem_centre"][0])
    floor = float(body.middle("ankle")[0]) - 0.10 * body.unit
    drop = WAIST_PER_TORSO * body.torso / _span(cloth, "waist")
    hem = min(row + (end - start) * drop, floor)
    cut = _Cut(
        scale=scale, drop=drop, narrowing=1.0, source_rows=(start, end), target_rows=(row, hem)
    )
    pairs += _profile(cloth, body, cut, "whole", start)
    yield _part("whole", pairs)


def _legs(cloth: Cloth, body: Body) -> Iterator[Part]:
    points = cloth.points
    crotch = body.crotch + np.array([0.05 * body.torso, 0.0])
    _, scale = _waist_targets(cloth, body, body.row_of(0.8))
    rise = (points["crotch"][0] - _mean_row(cloth, "waist")) * scale
    rise = float(np.clip(rise, 0.40 * body.torso, 0.52 * body.torso))
    waist_row = float(crotch[0]) - rise
    waist, scale = _waist_targets(cloth, body, waist_row)
    inseam = _mean_row(cloth, "hem_inner") - float(points["crotch"][0])
    reach = inseam / max(float(points["crotch"][0]) - _mean_row(cloth, "waist"), 1.0) / FULL_LEG
    # What nearly reaches the ankle is meant to end there, on the shoe.
    reach = 1.03 if reach > 0.85 else max(reach, 0.10)
    for side in sorted(SIDES, key=lambda name: float(body.joints[f"ankle_{name}"][0])):
        pairs = [pair for pair in waist if pair[0] is not points[f"waist_{_other(side)}"]]
        pairs.append((points["crotch"], crotch))
        middle = (points["crotch"] + points["waist_centre"]) / 2
        target = (crotch + waist[-1][1]) / 2
        pairs.append((middle, target))
        pairs += _hips(cloth, body, side, (waist_row, float(crotch[0])), scale)
        pairs += _leg(cloth, body, side, crotch, (scale, reach))
        yield _part(f"leg_{side}", pairs)


def _other(side: str) -> str:
    return "right" if side == "left" else "left"


def _hips(
    cloth: Cloth, body: Body, side: str, rows: tuple[float, float], scale: float
) -> list[tuple[Point, Point]]:
    pairs: list[tuple[Point, Point]] = []
    top, bottom = _mean_row(cloth, "waist"), float(cloth.points["crotch"][0])
    index = 0 if side == "left" else 1
    for share in (0.35, 0.7, 0.95):
        row = top + (bottom - top) * share
        edges = cloth.edges(f"leg_{side}", row)
        if edges is None:
            continue
        target = rows[0] + (rows[1] - rows[0]) * share
        half = abs(edges[index] - cloth.points["waist_centre"][1]) * scale * 0.97
        cover = body.half_width(target, side) + COVER_PX
        half = float(np.clip(half, cover, 1.03 * cover))
        pairs.append(
            (np.array([row, edges[index]]), body.axis(target) + np.array([0.0, SIDES[side] * half]))
        )
    return pairs


def _leg(
    cloth: Cloth, body: Body, side: str, crotch: Point, size: tuple[float, float]
) -> list[tuple[Point, Point]]:
    """One trouser leg along hip, knee and ankle."""
    scale, reach = size
    sign = SIDES[side]
    path = body.leg(side)
    path[0] = np.array([crotch[0], path[0, 1]])
    other = body.leg(_other(side))
    top = float(cloth.points["crotch"][0])
    bottom = float(min(cloth.points[f"hem_outer_{side}"][0], cloth.points[f"hem_inner_{side}"][0]))
    pairs: list[tuple[Point, Point]] = []
    for share in (0.12, 0.3, 0.5, 0.75, 1.0):
        row = top + (bottom - top) * share
        edges = cloth.edges(f"leg_{side}", row)
        if edges is None:
            continue
        place, direction = along(path, share * reach)
        outward = np.array([-direction[1], direction[0]])
        outward = outward if outward[1] * sign >= 0 else -outward
        radius = (
            float(np.interp(share * reach, [0, 0.5, 1], [THIGH * 0.95, KNEE, ANKLE])) * body.unit
        )
        half = (edges[1] - edges[0]) * scale / 2 * LEG_NARROWING
        seen = body.reach(place, outward, most=1.6 * radius)
        outer = max(half, float(np.clip(seen, 0.9 * radius, 1.35 * radius)) + COVER_PX)
        # Inside, the two legs share the room between them.
        between = (place + along(other, share * reach)[0]) / 2
        room = abs(float(place[1] - between[1]))
        seen = body.reach(place, -outward, most=1.6 * radius)
        inner = min(max(half, min(seen, 1.2 * radius) + COVER_PX), max(room - 1, 0.55 * radius))
        source = np.array([[row, edges[0]], [row, edges[1]]])
        outer_at = 0 if side == "left" else 1
        pairs.append((source[outer_at], place + outward * outer))
        pairs.append((source[1 - outer_at], place - outward * inner))
    return pairs


def _shoes(cloth: Cloth, body: Body) -> Iterator[Part]:
    points = cloth.points
    for side, sign in SIDES.items():
        ankle, toe = body.joints[f"ankle_{side}"], body.joints[f"toe_{side}"]
        heel = body.joints[f"heel_{side}"]
        low = max(toe[0], heel[0]) + 0.07 * body.unit
        start = np.array([ankle[0] + 0.06 * body.unit, ankle[1]])
        end = np.array([low, toe[1]])
        if end[0] - start[0] < 0.25 * body.unit:
            end[0] = start[0] + 0.25 * body.unit
        outer, inner = points[f"sole_outer_{side}"], points[f"sole_inner_{side}"]
        source_axis = points[f"toe_{side}"] - points[f"opening_{side}"]
        scale = float(np.linalg.norm(end - start)) / max(float(np.linalg.norm(source_axis)), 1.0)
        half = float(np.linalg.norm(outer - inner)) * scale / 2
        half = float(np.clip(half, 0.15 * body.unit, 0.21 * body.unit))
        share = float(np.clip((outer[0] + inner[0]) / 2 - points[f"opening_{side}"][0], 1, None))
        middle = lerp(start, end, share / max(float(source_axis[0]), 1.0))
        yield _part(
            f"shoe_{side}",
            [
                (points[f"opening_{side}"], start),
                (points[f"toe_{side}"], end),
                (outer, middle + np.array([0.0, sign * half])),
                (inner, middle - np.array([0.0, sign * half])),
            ],
        )


def _by_similarity(cloth: Cloth, pairs: list[tuple[Point, Point]]) -> Part:
    """A stiff thing: a third point, turned with the first two, keeps its shape."""
    (a, at), (b, bt) = pairs
    step, turned = b - a, bt - at
    quarter = np.array([-step[1], step[0]])
    quarter_turned = np.array([-turned[1], turned[0]])
    return _part("whole", [*pairs, (a + quarter, at + quarter_turned)])


def _hat(cloth: Cloth, body: Body) -> Iterator[Part]:
    left, right = body.both("head")
    crown = body.joints["crown"]
    middle = (left + right) / 2
    step = cloth.points["band_right"] - cloth.points["band_left"]
    half = (right - left) / 2 * 1.15
    centre = (cloth.points["band_left"] + cloth.points["band_right"]) / 2
    column = cloth.pixels[:, int(np.clip(centre[1], 0, cloth.pixels.shape[1] - 1)), 3]
    visible = np.flatnonzero(column > 127)
    lowest, highest = (visible[-1], visible[0]) if visible.size else (centre[0], centre[0] - 1)
    # Its lowest edge sits on the brows, whatever the brim does beside them.
    brows = middle + (crown - middle) * BROWS
    right_way = half / max(float(np.linalg.norm(step)) / 2, 1.0)
    up = np.array([-right_way[1], right_way[0]])
    tall = float(lowest - highest) * float(np.linalg.norm(up))
    up *= min(1.0, max(float(brows[0]) - HAT_MARGIN_PX, 1.0) / max(tall, 1.0))
    names = ("band_left", "band_right", "brim_left", "brim_right", "top")
    pairs = []
    for name in names:
        place = cloth.points[name]
        offset = right_way * (place[1] - centre[1]) + up * (lowest - place[0])
        pairs.append((place, brows + offset))
    yield _part("whole", pairs)


def _glasses(cloth: Cloth, body: Body) -> Iterator[Part]:
    left, right = body.both("head")
    rows = np.flatnonzero((cloth.pixels[..., 3] > 127).any(axis=1))
    cols = np.flatnonzero((cloth.pixels[..., 3] > 127).any(axis=0))
    if rows.size == 0:
        return
    row = float(rows.mean())
    middle, half = (left + right) / 2, (right - left) / 2 * 0.86
    pairs = [
        (np.array([row, float(cols[0])]), middle - half),
        (np.array([row, float(cols[-1])]), middle + half),
    ]
    yield _by_similarity(cloth, pairs)


def _bag(cloth: Cloth, body: Body) -> Iterator[Part]:
    handle, base = cloth.points["handle"], cloth.points["base"]
    width = _span(cloth, "side")
    height = max(float(base[0] - handle[0]), 1.0)
    scale = min(0.85 * body.unit / width, 1.35 * body.unit / height)
    start = body.joints["hand_right"]
    reach = (float(cloth.points["side_right"][1]) - handle[1]) * scale
    # Somebody may stand with the hand at the edge of the frame; the bag then hangs before the leg.
    col = min(float(start[1]), body.silhouette.shape[1] - 6 - reach)
    start = np.array([start[0], col])
    end = start + np.array([height * scale, (base[1] - handle[1]) * scale])
    yield _by_similarity(cloth, [(handle, start), (base, end)])


def _scarf(cloth: Cloth, body: Body) -> Iterator[Part]:
    neck = body.joints["neck"]
    half = 0.36 * body.unit
    row = neck[0] - 0.12 * body.unit
    pairs = [
        (cloth.points["neck_left"], np.array([row, neck[1] - half])),
        (cloth.points["neck_right"], np.array([row, neck[1] + half])),
    ]
    yield _by_similarity(cloth, pairs)
