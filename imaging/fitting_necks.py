"""Where a turtleneck's tube goes: up the wearer's own neck, to just below the chin."""

from collections.abc import Mapping

import numpy as np

from imaging.cutting import mean_row, span
from imaging.measuring import NECK, SIDES, Body, Point, jaw_row
from imaging.tailoring import Cloth

THINNEST_NECK = 0.12
"""Half width of a neck per shoulder distance below which hair or shade hid its sides."""

EASE = 0.025
"""Room between neck and tube, per shoulder distance."""

LEAST_RISE = 0.2
"""Height above the collar's ends, per width of the collar, from which cloth is a tube."""

LEAST_TUBE = 0.05
"""Least height of a tube, per shoulder distance: a head bent forward leaves no neck to see."""


def tube(cloth: Cloth, body: Body, collar: Mapping[str, Point]) -> list[tuple[Point, Point]]:
    """Lead the sides of a tube from the collar up the neck.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart.
    body : Body
        Who wears it.
    collar : mapping of str to (2,) float64
        Targets of ``collar_left`` and ``collar_right``.

    Returns
    -------
    list of ((2,) float64, (2,) float64)
        Source and target of each point; empty without a tube.

    References
    ----------
    Source: own derivation.
    """
    rim = rim_row(cloth)
    if rim is None:
        return []
    foot = mean_row(cloth, "collar")
    ends = [collar[f"collar_{side}"] for side in SIDES]
    base = (ends[0] + ends[1]) / 2
    width = abs(float(ends[1][1] - ends[0][1])) / 2
    top = min(jaw_row(body), float(base[0]) - LEAST_TUBE * body.unit)
    middle, half = _neck(body, top, float(base[0]))
    half = min(half + EASE * body.unit, 0.94 * width)
    pairs: list[tuple[Point, Point]] = []
    for share in (0.35, 0.7, 1.0):
        row = foot + (rim - foot) * share
        edges = cloth.edges("torso", row)
        if edges is None:
            continue
        place = base + (np.array([top, middle]) - base) * share
        # Ribs draw together at once: most of the narrowing is just above the shoulders.
        reach = half + (width - half) * (1 - share) ** 2
        for edge, sign in zip(edges, SIDES.values(), strict=True):
            pairs.append((np.array([row, edge]), place + np.array([0.0, sign * reach])))
    return pairs


def rim_row(cloth: Cloth) -> float | None:
    """Find the row where a turtleneck's tube ends.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart.

    Returns
    -------
    float or None
        Pixels of the cloth; None where the garment ends at the collar, and for hoods, which are
        wider above it.
    """
    if not cloth.has("collar"):
        return None
    middle = round(float(cloth.points["collar_left"][1] + cloth.points["collar_right"][1]) / 2)
    middle = min(max(middle, 0), cloth.pixels.shape[1] - 1)
    solid = np.flatnonzero(cloth.pixels[..., middle, 3] > 127)
    foot, width = mean_row(cloth, "collar"), span(cloth, "collar")
    if solid.size == 0 or solid[0] > foot - LEAST_RISE * width:
        return None
    rim = float(solid[0]) + 1
    for share in (0.1, 0.5, 0.9):
        edges = cloth.edges("torso", rim + (foot - rim) * share)
        if edges is None or edges[1] - edges[0] > 1.08 * width:
            return None
    return rim


def _neck(body: Body, top: float, foot: float) -> tuple[float, float]:
    """Column and half width of the neck where the silhouette is narrowest below the chin."""
    start = float(body.joints["neck"][1])
    most = NECK * body.unit
    found: list[tuple[float, float]] = []
    for row in np.linspace(top, max(foot, top + 1), 7):
        at = np.array([row, start])
        left, right = (body.reach(at, np.array([0.0, sign]), most=most) for sign in SIDES.values())
        found.append(((left + right) / 2, start + (right - left) / 2))
    half, middle = min(found)
    return middle, max(half, THINNEST_NECK * body.unit)
