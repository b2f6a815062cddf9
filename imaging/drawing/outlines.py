"""Outlines in centimetres: smooth curves through points, mirrored, shifted sideways and joined."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]
Point = tuple[float, float]


def curve(*points: Point, samples: int = 14) -> Curve:
    """Draw a smooth curve through all points.

    Parameters
    ----------
    *points : (float, float)
        ``x, y`` in centimetres, y downwards; at least two. Two give a straight line.
    samples : int
        Points per span.

    Returns
    -------
    (N, 2) float64
        The curve, first and last point included.

    References
    ----------
    Catmull and Rom, "A class of local interpolating splines" (1974), centripetal spacing.
    """
    knots = np.asarray(points, dtype=np.float64)
    steps = np.sqrt(np.maximum(np.linalg.norm(np.diff(knots, axis=0), axis=1), 1e-6))
    slopes = np.diff(knots, axis=0) / steps[:, None]
    tangents = np.empty_like(knots)
    tangents[0], tangents[-1] = slopes[0], slopes[-1]
    if len(knots) > 2:
        before, after = steps[:-1, None], steps[1:, None]
        tangents[1:-1] = (slopes[:-1] * after + slopes[1:] * before) / (before + after)
        tangents[0] = 1.5 * slopes[0] - 0.5 * tangents[1]
        tangents[-1] = 1.5 * slopes[-1] - 0.5 * tangents[-2]
    t = np.linspace(0.0, 1.0, samples, endpoint=False)[None, :, None]
    start, end = knots[:-1, None], knots[1:, None]
    leave, arrive = (
        tangents[:-1, None] * steps[:, None, None],
        tangents[1:, None] * steps[:, None, None],
    )
    spans = (
        (2 * t**3 - 3 * t**2 + 1) * start
        + (t**3 - 2 * t**2 + t) * leave
        + (3 * t**2 - 2 * t**3) * end
        + (t**3 - t**2) * arrive
    )
    return np.concatenate([spans.reshape(-1, 2), knots[-1:]])


def symmetric(*half: Point) -> Curve:
    """Draw a smooth curve that is its own mirror image.

    Parameters
    ----------
    *half : (float, float)
        ``x, y`` in centimetres from one end to the middle (x = 0); the rest mirrors them.

    Returns
    -------
    (N, 2) float64
        The curve, first and last point included.

    References
    ----------
    Source: own derivation.
    """
    return curve(*half, *((-x, y) for x, y in half[-2::-1]))


def joined(*curves: Curve) -> Curve:
    """Join curves, in order, to one."""
    return np.concatenate(curves)


def mirrored(line: Curve) -> Curve:
    """Mirror a curve at the middle (x = 0) and run it backwards, so that it can be joined."""
    return np.asarray(line[::-1] * np.array([-1.0, 1.0]), dtype=np.float64)


def panel(upper: Curve, side: Curve, lower: Curve) -> Curve:
    """Close an outline that is its own mirror image.

    Parameters
    ----------
    upper : (N, 2) float64
        Upper edge, from left to right.
    side : (N, 2) float64
        Right side, downwards.
    lower : (N, 2) float64
        Lower edge, from right to left.

    Returns
    -------
    (N, 2) float64
        The closed outline.

    References
    ----------
    Source: own derivation.
    """
    return joined(upper, side, lower, mirrored(side))


def flipped(line: Curve) -> Curve:
    """Mirror a curve at the middle (x = 0), running the same way."""
    return np.asarray(line * np.array([-1.0, 1.0]), dtype=np.float64)


def beside(line: Curve, distance: float) -> Curve:
    """Shift a curve sideways: to the right of its direction for a positive distance."""
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    return line + distance * np.stack([-along[:, 1], along[:, 0]], axis=1)


def resampled(line: Curve, spacing: float) -> Curve:
    """Place points on a curve at equal distances, about ``spacing`` centimetres."""
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    count = max(2, round(float(lengths[-1]) / spacing) + 1)
    at = np.linspace(0.0, float(lengths[-1]), count)
    return np.stack([np.interp(at, lengths, line[:, axis]) for axis in (0, 1)], axis=1)


def part_of(line: Curve, start: float, end: float) -> Curve:
    """Cut the piece between two fractions of a curve's length out of it."""
    fine = resampled(line, 0.2)
    last = len(fine) - 1
    return fine[round(start * last) : max(round(end * last), round(start * last) + 1) + 1]


def ellipse(centre: Point, radii: Point, samples: int = 48) -> Curve:
    """Draw a closed ellipse."""
    angle = np.linspace(0.0, 2 * np.pi, samples, endpoint=False)
    return np.stack(
        [centre[0] + radii[0] * np.cos(angle), centre[1] + radii[1] * np.sin(angle)], axis=1
    )


def box(left: float, top: float, right: float, bottom: float, *, radius: float = 0.4) -> Curve:
    """Draw a closed rectangle with round corners."""
    corners: Sequence[tuple[float, float, float]] = (
        (right - radius, top + radius, -0.5),
        (right - radius, bottom - radius, 0.0),
        (left + radius, bottom - radius, 0.5),
        (left + radius, top + radius, 1.0),
    )
    turn = np.linspace(0.0, 0.5, 7)
    return np.concatenate(
        [
            np.stack(
                [x + radius * np.cos(np.pi * (turn + a)), y + radius * np.sin(np.pi * (turn + a))],
                axis=1,
            )
            for x, y, a in corners
        ]
    )


def strip(line: Curve, width: float, *, end_width: float | None = None) -> Curve:
    """Give a curve a width: the closed outline of a band along it."""
    half = np.linspace(width, width if end_width is None else end_width, len(line))[:, None] / 2
    side = beside(line, 1.0) - line
    return np.concatenate([line + half * side, (line - half * side)[::-1]])
