"""Pieces of a garment with their pairs of points, and the seams all families share."""

from dataclasses import dataclass

import numpy as np

from imaging.measuring import SIDES, Body, Point
from imaging.tailoring import Cloth
from imaging.warping import Points

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


def part_of(name: str, pairs: list[tuple[Point, Point]]) -> Part:
    """Make a part from its pairs.

    Parameters
    ----------
    name : str
        Of the part.
    pairs : list of ((2,) float64, (2,) float64)
        Source and target of each point.

    Returns
    -------
    Part
    """
    return Part(
        name=name,
        sources=np.array([source for source, _ in pairs]),
        targets=np.array([target for _, target in pairs]),
    )


def span(cloth: Cloth, name: str) -> float:
    """Distance between the left and the right landmark of a pair.

    Parameters
    ----------
    cloth : Cloth
        The garment.
    name : str
        Of the pair, without its side.

    Returns
    -------
    float
        Pixels of the cloth, at least 1.
    """
    left, right = cloth.points[f"{name}_left"], cloth.points[f"{name}_right"]
    return max(float(np.linalg.norm(right - left)), 1.0)


def mean_row(cloth: Cloth, name: str) -> float:
    """Mean row of the left and the right landmark of a pair.

    Parameters
    ----------
    cloth : Cloth
        The garment.
    name : str
        Of the pair, without its side.

    Returns
    -------
    float
        Pixels of the cloth.
    """
    return float(cloth.points[f"{name}_left"][0] + cloth.points[f"{name}_right"][0]) / 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Cut:
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


def profile(
    cloth: Cloth, body: Body, cut: Cut, name: str, start_row: float
) -> list[tuple[Point, Point]]:
    """Lead the side seams from a row down to the hem, snapped to the silhouette they cover.

    Parameters
    ----------
    cloth : Cloth
        The garment.
    body : Body
        Who wears it.
    cut : Cut
        How its pixels become the body's.
    name : str
        Of the part whose edges are followed.
    start_row : float
        Pixels of the cloth.

    Returns
    -------
    list of ((2,) float64, (2,) float64)
        Source and target of each point.
    """
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
