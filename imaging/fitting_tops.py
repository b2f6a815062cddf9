"""Where upper garments and dresses go: yoke, side seams, sleeves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from imaging.cutting import COVER_PX, Cut, Part, mean_row, part_of, profile, span
from imaging.fitting_necks import tube
from imaging.measuring import ELBOW, NECK, SIDES, UPPER_ARM, WRIST, Body, Point, along, lerp
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


TIPS_PER_TORSO, CHEST_PER_TORSO = 0.80, 0.62
"""Widths of an average body per distance from shoulder to hip joints."""


def _shoulder_line(body: Body, side: str, col: float) -> Point:
    """Find the point of the body's shoulder line at a column."""
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


def _cut_of_upper(cloth: Cloth, body: Body) -> Cut:
    tips = [body.shoulder_tip(side) for side in SIDES]
    chest_row = float(np.mean([body.armpit(side)[0] for side in SIDES]))
    chest = 2 * body.half_width_model(chest_row)
    if cloth.has("cuff_outer"):
        scale = abs(tips[1][1] - tips[0][1]) * 1.02 / span(cloth, "shoulder")
        drop = TIPS_PER_TORSO * body.torso / span(cloth, "shoulder")
    else:
        scale = chest * 1.04 / span(cloth, "armpit")
        drop = CHEST_PER_TORSO * body.torso / span(cloth, "armpit")
    drop = 0.75 * drop + 0.25 * scale
    narrowing = min(1.0, CHEST_EASE[cloth.type] * chest / (scale * span(cloth, "armpit")))
    shoulder, armpit = mean_row(cloth, "shoulder"), mean_row(cloth, "armpit")
    top = float(np.mean([tip[0] for tip in tips]))
    depth = float(np.clip((armpit - shoulder) * drop, 0.36 * body.unit, 0.58 * body.unit))
    source_rows, target_rows = [shoulder, armpit], [top, top + depth]
    waist = mean_row(cloth, "waist") if cloth.has("waist") else armpit
    natural = body.row_of(0.70)
    proportional = top + depth + (waist - armpit) * drop
    # A waist that would sit near the body's own is meant to sit on it.
    if cloth.type == "dress" and abs(proportional - natural) < 0.35 * body.torso and waist > armpit:
        source_rows.append(waist)
        target_rows.append(natural)
    return Cut(
        scale=scale,
        drop=drop,
        narrowing=narrowing,
        source_rows=tuple(source_rows),
        target_rows=tuple(target_rows),
    )


def upper(cloth: Cloth, body: Body) -> Iterator[Part]:
    """Place an upper garment or a dress.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart.
    body : Body
        Who wears it.

    Yields
    ------
    Part
        Trunk, then sleeves.
    """
    cut = _cut_of_upper(cloth, body)
    pairs = _yoke(cloth, body, cut)
    if cloth.has("cuff_outer"):
        pairs += [_seam(cloth, dict(_named_yoke(cloth, body, cut)), side) for side in SIDES]
    pairs += tube(cloth, body, _named_yoke(cloth, body, cut))
    pairs += profile(cloth, body, cut, "torso", cut.source_rows[1])
    yield part_of("torso", list(pairs))
    roots = _named_yoke(cloth, body, cut)
    for side in SIDES:
        if f"sleeve_{side}" in cloth.parts:
            yield part_of(f"sleeve_{side}", _sleeve(cloth, body, cut, side, roots))


def _yoke(cloth: Cloth, body: Body, cut: Cut) -> list[tuple[Point, Point]]:
    targets = _named_yoke(cloth, body, cut)
    return [(cloth.points[name], target) for name, target in targets.items()]


def _seam(cloth: Cloth, roots: Mapping[str, Point], side: str) -> tuple[Point, Point]:
    """Find the middle of a sleeve's seam: sleeve and trunk agree on it."""
    names = (f"shoulder_{side}", f"armpit_{side}")
    source = (cloth.points[names[0]] + cloth.points[names[1]]) / 2
    return source, (roots[names[0]] + roots[names[1]]) / 2


def _named_yoke(cloth: Cloth, body: Body, cut: Cut) -> dict[str, Point]:
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
    depth = (points["neckline"][0] - mean_row(cloth, "collar")) * cut.scale
    cols = (targets["collar_left"][1] + targets["collar_right"][1]) / 2
    targets["neckline"] = np.array([rows + depth, cols])
    return targets


@dataclass(frozen=True, kw_only=True)
class Station:
    """A place along a sleeve where its width is measured.

    Attributes
    ----------
    share : float
        Of the way from the root of the sleeve to its cuff.
    edges : ((2,) float64, (2,) float64)
        Where the cloth ends, away from the body and towards it; ``row, col`` of the cloth.
    """

    share: float
    edges: tuple[Point, Point]


def _path(cloth: Cloth, side: str) -> Points:
    """Middle line of a sleeve from its root to its cuff."""
    points = cloth.points
    path = [(points[f"shoulder_{side}"] + points[f"armpit_{side}"]) / 2]
    if cloth.has("elbow_outer"):
        path.append((points[f"elbow_outer_{side}"] + points[f"elbow_inner_{side}"]) / 2)
    path.append((points[f"cuff_outer_{side}"] + points[f"cuff_inner_{side}"]) / 2)
    return np.array(path)


def stations(cloth: Cloth, side: str) -> tuple[Station, ...]:
    """Measure a sleeve across, whoever will wear it.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart; it has this sleeve.
    side : str
        "left" or "right".

    Returns
    -------
    tuple of Station
        From the root to the cuff.

    Raises
    ------
    KeyError
        When a landmark of the sleeve is missing.
    """
    sign, line = SIDES[side], _path(cloth, side)
    found: list[Station] = []
    for share in (0.2, 0.45, 0.7, 0.97) if cloth.has("elbow_outer") else (0.5, 0.95):
        middle, heading = along(line, share)
        across = np.array([-heading[1], heading[0]])
        across = across if across[1] * sign >= 0 else -across
        outer, inner = (cloth.edge(f"sleeve_{side}", middle, way) for way in (across, -across))
        found.append(Station(share=share, edges=(outer, inner)))
    return tuple(found)


def _sleeve(
    cloth: Cloth, body: Body, cut: Cut, side: str, roots: Mapping[str, Point]
) -> list[tuple[Point, Point]]:
    """Lead a sleeve along shoulder, elbow and wrist."""
    points, sign = cloth.points, SIDES[side]
    arm = np.vstack([body.arm(side), body.joints[f"hand_{side}"]])
    upper = float(np.linalg.norm(arm[1] - arm[0]))
    whole = upper + float(np.linalg.norm(arm[2] - arm[1]))
    length = float(np.linalg.norm(np.diff(_path(cloth, side), axis=0), axis=1).sum()) * cut.scale
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
    for station in stations(cloth, side):
        share, edges = station.share, station.edges
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
