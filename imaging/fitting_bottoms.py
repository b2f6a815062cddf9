"""Where skirts, trousers and shorts go."""

import math
from collections.abc import Iterator

import numpy as np

from imaging.cutting import COVER_PX, Cut, Part, mean_row, part_of, profile, span
from imaging.measuring import ANKLE, KNEE, SIDES, THIGH, Body, Point, along
from imaging.tailoring import Cloth

WAIST_PER_TORSO = 0.56
"""Width of an average waist per distance from shoulder to hip joints."""

FULL_LEG = 2.2
"""Inseam per rise of trousers that reach the ankle."""


LEG_NARROWING = 0.88
"""A leg's visible width per width of the trouser leg lying flat, which shows half its girth."""


def _waist_targets(cloth: Cloth, body: Body, row: float) -> tuple[list[tuple[Point, Point]], float]:
    """Pairs of the waistband, and the scale it implies."""
    pairs: list[tuple[Point, Point]] = []
    halves: list[float] = []
    for side, sign in SIDES.items():
        half = body.half_width(row, side) + COVER_PX
        halves.append(half)
        pairs.append((cloth.points[f"waist_{side}"], body.axis(row) + np.array([0.0, sign * half])))
    sag = (cloth.points["waist_centre"][0] - mean_row(cloth, "waist")) * 1.0
    scale = sum(halves) / span(cloth, "waist")
    pairs.append((cloth.points["waist_centre"], body.axis(row) + np.array([sag * scale, 0.0])))
    return pairs, scale


def skirt(cloth: Cloth, body: Body) -> Iterator[Part]:
    """Place a skirt.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart.
    body : Body
        Who wears it.

    Yields
    ------
    Part
        The whole skirt.
    """
    row = body.row_of(0.76)
    pairs, scale = _waist_targets(cloth, body, row)
    start = mean_row(cloth, "waist")
    end = float(cloth.points["hem_centre"][0])
    floor = float(body.middle("ankle")[0]) - 0.10 * body.unit
    drop = WAIST_PER_TORSO * body.torso / span(cloth, "waist")
    hem = min(row + (end - start) * drop, floor)
    cut = Cut(
        scale=scale, drop=drop, narrowing=1.0, source_rows=(start, end), target_rows=(row, hem)
    )
    pairs += profile(cloth, body, cut, "whole", start)
    yield part_of("whole", pairs)


def legs(cloth: Cloth, body: Body) -> Iterator[Part]:
    """Place trousers or shorts.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart.
    body : Body
        Who wears it.

    Yields
    ------
    Part
        Each leg with its half of the hips, the one farther away first.
    """
    points = cloth.points
    crotch = body.crotch + np.array([0.05 * body.torso, 0.0])
    _, scale = _waist_targets(cloth, body, body.row_of(0.8))
    rise = (points["crotch"][0] - mean_row(cloth, "waist")) * scale
    rise = float(np.clip(rise, 0.40 * body.torso, 0.52 * body.torso))
    waist_row = float(crotch[0]) - rise
    waist, scale = _waist_targets(cloth, body, waist_row)
    inseam = mean_row(cloth, "hem_inner") - float(points["crotch"][0])
    reach = inseam / max(float(points["crotch"][0]) - mean_row(cloth, "waist"), 1.0) / FULL_LEG
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
        yield part_of(f"leg_{side}", pairs)


def _other(side: str) -> str:
    return "right" if side == "left" else "left"


def _hips(
    cloth: Cloth, body: Body, side: str, rows: tuple[float, float], scale: float
) -> list[tuple[Point, Point]]:
    pairs: list[tuple[Point, Point]] = []
    top, bottom = mean_row(cloth, "waist"), float(cloth.points["crotch"][0])
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


def _beside_hand(body: Body, place: Point, side: str) -> float:
    """Room from a place in a leg to the hand or arm beside it, which is no hip; px."""
    inside = body.arm_inside(float(place[0]), side)
    if inside is None:
        return math.inf
    return inside - float((place[1] - body.axis(float(place[0]))[1]) * SIDES[side])


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
        seen = min(body.reach(place, outward, most=1.6 * radius), _beside_hand(body, place, side))
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
