"""How a body stands in the body frame, and how its measures become pixels.

Lengths are in body heights: ``x`` to the right from the body's axis, ``y`` down from the crown
(0) to the soles (1), ``z`` towards the viewer.
"""

import numpy as np
from numpy.typing import NDArray

from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS

CROWN_SHARE = 0.04
SOLE_SHARE = 0.97
"""Where crown and soles stand in the body frame, as shares of its height."""

PX_PER_HEIGHT = (SOLE_SHARE - CROWN_SHARE) * BODY_FRAME_ROWS

Point = tuple[float, float, float]
Floats = NDArray[np.floating]


def sway_at(y: Floats, hips: float) -> Floats:
    """Give the sideways shift of a relaxed stance: hips to one side, chest to the other.

    Parameters
    ----------
    y : (...) float
        Heights in body heights from the crown.
    hips : float
        Shift of the hips to the right in body heights.

    Returns
    -------
    (...) float
        Shift of each height to the right.

    References
    ----------
    Source: own derivation.
    """
    shift: Floats = hips * (
        np.exp(-0.5 * ((y - 0.47) / 0.13) ** 2) - 0.75 * np.exp(-0.5 * ((y - 0.20) / 0.10) ** 2)
    )
    return shift


def frame_position(point: Point, sway: float) -> tuple[float, float]:
    """Place a point of the body in the body frame.

    Parameters
    ----------
    point : tuple of float
        ``x, y, z`` in body heights.
    sway : float
        Shift of the hips to the right in body heights.

    Returns
    -------
    tuple of float
        ``row, col`` in pixels of the body frame.

    References
    ----------
    Source: own derivation (parallel projection along z).
    """
    x, y, _ = point
    x += float(sway_at(np.array(y), sway))
    row = CROWN_SHARE * BODY_FRAME_ROWS + y * PX_PER_HEIGHT
    return row, (BODY_FRAME_COLS - 1) / 2 + x * PX_PER_HEIGHT
