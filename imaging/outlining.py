"""Outlines and extents of a garment's mask, the ground its landmarks are found on."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.warping import Points

Mask: TypeAlias = NDArray[np.bool_]


Point: TypeAlias = NDArray[np.float64]


Found: TypeAlias = dict[str, Point]


SIDES = (("left", -1.0), ("right", 1.0))


def extent(mask: Mask) -> tuple[int, int, int, int]:
    """First row, first column, last row, last column of a mask.

    Parameters
    ----------
    mask : (H, W) bool
        Not empty.

    Returns
    -------
    tuple of int
    """
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(cols[0]), int(rows[-1]), int(cols[-1])


def point(row: float, col: float) -> Point:
    """Make a point.

    Parameters
    ----------
    row, col : float
        Pixels.

    Returns
    -------
    (2,) float64
    """
    return np.array([row, col], np.float64)


def outline_of(mask: Mask) -> Points:
    """Trace the outline of the largest piece of a mask.

    Parameters
    ----------
    mask : (H, W) bool
        Not empty.

    Returns
    -------
    (N, 2) float64
        ``row, col`` of neighbouring pixels.
    """
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(contours, key=cv2.contourArea)
    return np.asarray(largest[:, 0, ::-1], np.float64)  # OpenCV answers x, y


def row_span(mask: Mask, row: float) -> tuple[float, float]:
    """First and last column of a mask at a row, zeros where it has none.

    Parameters
    ----------
    mask : (H, W) bool
        Any.
    row : float
        Is cut to the picture.

    Returns
    -------
    tuple of float
    """
    cols = np.flatnonzero(mask[int(np.clip(row, 0, len(mask) - 1))])
    return (float(cols[0]), float(cols[-1])) if cols.size else (0.0, 0.0)


def walk(outline: Points, start: int, stop: int, step: int) -> Points:
    """Walk along a closed outline.

    Parameters
    ----------
    outline : (N, 2) float64
        Closed.
    start, stop : int
        Indices of the first and the last point.
    step : int
        1 or -1.

    Returns
    -------
    (M, 2) float64
    """
    count = len(outline)
    length = ((stop - start) * step) % count
    return outline[(start + step * np.arange(length + 1)) % count]


def nearest(outline: Points, place: Point) -> int:
    """Index of the point of an outline nearest to a place.

    Parameters
    ----------
    outline : (N, 2) float64
        Points.
    place : (2,) float64
        ``row, col``.

    Returns
    -------
    int
    """
    return int(np.argmin(((outline - place) ** 2).sum(axis=1)))
