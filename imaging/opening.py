"""Garments worn open: the trunk is cut along its front, and its two fronts are turned aside."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from imaging.cutting import Part
from imaging.measuring import SIDES
from imaging.tailoring import Cloth
from imaging.warping import Points, thin_plate

FRONTS = ("front_left", "front_right")

ASIDE_AT_NECK, ASIDE_AT_HEM = 0.20, 0.45
"""How far an inner edge is turned aside, per width of its front, at both of its ends."""

EDGE_POINTS = 7
"""Pairs of points an inner edge is led by: it is straight before it is warped."""

FOLD_WIDTH, FOLD_DARK = 0.06, 0.38
"""How far from an inner edge its fold is in shade, per chest width, and how dark at the edge."""

GAP = 0.3
"""Share of the front line without cloth from which a garment was photographed open."""


def front_line(cloth: Cloth) -> Points:
    """Find where a garment is cut: from the middle of its front neckline to that of its hem.

    Parameters
    ----------
    cloth : Cloth
        An upper garment, taken apart.

    Returns
    -------
    (N, 2) float64
        ``row, col`` in the cloth's pixels, from the neckline down.

    Raises
    ------
    KeyError
        When a landmark is missing.
    """
    return np.linspace(cloth.points["neckline"], cloth.points["hem_centre"], EDGE_POINTS)


def _middle(line: Points, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cols of the front line at rows; it runs straight on above and below."""
    return np.interp(rows, line[:, 0], line[:, 1])


def is_photographed_open(cloth: Cloth) -> bool:
    """Whether background shows along much of the front line: there is nothing to cut.

    Parameters
    ----------
    cloth : Cloth
        An upper garment, taken apart.

    Returns
    -------
    bool
    """
    alpha, line = cloth.parts["torso"][..., 3], front_line(cloth)
    rows = np.arange(int(line[0, 0]), max(int(line[-1, 0]), int(line[0, 0]) + 1))
    rows = rows[rows < alpha.shape[0]]
    cols = np.clip(_middle(line, rows.astype(np.float64)).astype(int), 0, alpha.shape[1] - 1)
    return bool((alpha[rows, cols] < 128).sum() > GAP * len(rows))


def fronts(cloth: Cloth) -> Mapping[str, NDArray[np.uint8]]:
    """Cut the trunk along its front line; each front is darker where its edge folds back.

    Parameters
    ----------
    cloth : Cloth
        An upper garment, taken apart.

    Returns
    -------
    mapping of str to (H, W, 4) uint8
        Pixels of both fronts, premultiplied, at the places they have in the trunk.

    References
    ----------
    Source: own derivation.
    """
    trunk = cloth.parts["torso"]
    middle = _middle(front_line(cloth), np.arange(trunk.shape[0], dtype=np.float64))
    armpits = cloth.points["armpit_left"], cloth.points["armpit_right"]
    width = max(FOLD_WIDTH * abs(armpits[1][1] - armpits[0][1]), 1.0)
    found: dict[str, NDArray[np.uint8]] = {}
    for side, sign in SIDES.items():
        inside = sign * (np.arange(trunk.shape[1]) - middle[:, None])
        kept = np.clip(inside + 0.5, 0, 1)
        light = 1 - FOLD_DARK * np.clip(1 - inside / width, 0, 1) ** 2
        shares = np.dstack([kept * light] * 3 + [kept]).astype(np.float32)
        found[f"front_{side}"] = np.rint(trunk * shares).astype(np.uint8)
    return found


def opened(parts: Sequence[Part], cloth: Cloth) -> tuple[Part, ...]:
    """Turn the fronts of a garment aside; its sides, shoulders and sleeves stay where they are.

    Parameters
    ----------
    parts : sequence of Part
        All of one garment, as it is worn closed.
    cloth : Cloth
        What they are parts of.

    Returns
    -------
    tuple of Part
        Two fronts in place of the trunk; the very same parts where there is nothing to cut.

    References
    ----------
    Source: own derivation.
    """
    if all(part.name != "torso" for part in parts) or is_photographed_open(cloth):
        return tuple(parts)
    line = front_line(cloth)
    turned: list[Part] = []
    for part in parts:
        turned += _turned_aside(part, line) if part.name == "torso" else [part]
    return tuple(turned)


def _turned_aside(trunk: Part, line: Points) -> list[Part]:
    """Lead each front by its own side's pairs, and its inner edge towards that side."""
    closed = thin_plate(trunk.sources, trunk.targets, nodes=line, stiffness=1e-3)
    aside = np.linspace(ASIDE_AT_NECK, ASIDE_AT_HEM, EDGE_POINTS)
    beside = trunk.sources[:, 1] - _middle(line, trunk.sources[:, 0])
    found: list[Part] = []
    for side, sign in SIDES.items():
        own = sign * beside > 1
        if own.sum() < 3:
            return [trunk]  # landmarks that lie like this hold no front
        sources, targets = trunk.sources[own], trunk.targets[own]
        order = np.argsort(targets[:, 0], kind="stable")
        outer = np.interp(closed[:, 0], targets[order, 0], targets[order, 1])
        edge = np.column_stack([closed[:, 0], closed[:, 1] + (outer - closed[:, 1]) * aside])
        found.append(
            Part(
                name=f"front_{side}",
                sources=np.vstack([sources, line]),
                targets=np.vstack([targets, edge]),
            )
        )
    return found
