"""Background that shows between arm and torso: too narrow for the networks, plain by its colour."""

import cv2
import numpy as np
from numpy.typing import NDArray

LIKE_BACKGROUND, UNLIKE_PERSON = 14.0, 22.0
"""Distances in CIELAB (8 bit): what the eye takes for one wall in uneven light, and what it takes
for two things. Between them the networks are believed."""

_UPPER_ARMS_AND_FOREARMS = ((11, 13, 15, 23), (12, 14, 16, 24))
"""Shoulder, elbow, wrist and hip of either side in BlazePose order."""


def background_between(
    image: NDArray[np.uint8], alpha: NDArray[np.float32], points: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Find background that shows between the arms and the torso.

    A pixel between shoulder, elbow, wrist and hip counts when it looks like the background on the
    other side of the arm, and like nothing on the arm or the middle of the torso.

    Parameters
    ----------
    image : (H, W, 3) uint8
        sRGB.
    alpha : (H, W) float32
        A silhouette that may cover the gaps, 0 to 1.
    points : (33, 2) float64
        ``row, col`` of the body's points in pixels of ``image``, in BlazePose order.

    Returns
    -------
    (H, W) bool
        True where background shows through.

    References
    ----------
    Source: own derivation.
    """
    found = np.zeros(alpha.shape, np.bool_)
    shoulders, hips = points[[11, 12]], points[[23, 24]]
    torso_px = float(np.hypot(*(hips.mean(axis=0) - shoulders.mean(axis=0))))
    if torso_px < 40:
        return found
    colours = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float32)
    trunk = _samples(colours, alpha, *_trunk_lines(shoulders, hips))
    for chain in _UPPER_ARMS_AND_FOREARMS:
        limb = points[list(chain)]
        window = _window(limb, alpha.shape, margin=round(0.35 * torso_px))
        if window is None:
            continue
        area = np.zeros(alpha.shape, np.uint8)
        cv2.fillPoly(area, [limb[:, ::-1].astype(np.int32)], 1)
        reach = max(3, round(0.06 * torso_px)) | 1
        between = cv2.dilate(area[window], np.ones((reach, reach), np.uint8)) > 0
        arm = _samples(colours, alpha, (limb[0], limb[1]), (limb[1], limb[2]))
        person = np.concatenate([trunk, arm])
        if len(person) < 8:
            continue
        gap = _looks_like_background(
            colours[window],
            alpha[window],
            np.asarray(between & (alpha[window] > 0.2), np.bool_),
            person - np.array([window[0].start, 0, 0, 0], np.float32),
            size=round(0.6 * torso_px),
        )
        found[window] |= _large_parts(gap, area_min=0.001 * torso_px**2)
    return found


def _looks_like_background(
    colours: NDArray[np.float32],
    alpha: NDArray[np.float32],
    asked: NDArray[np.bool_],
    person: NDArray[np.float32],
    *,
    size: int,
) -> NDArray[np.bool_]:
    outside = (cv2.erode((alpha < 0.05).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0).astype(
        np.float32
    )
    window = (size | 1, size | 1)
    amount = cv2.blur(outside, window)
    mean = cv2.blur(colours * outside[:, :, None], window) / np.maximum(amount, 1e-6)[:, :, None]
    # Light falls off along a wall: lightness may differ more than colour.
    weights = np.array([0.6, 1.3, 1.3], np.float32)
    away = np.sqrt((((colours - mean) * weights) ** 2).sum(axis=2))
    result = np.asarray(asked & (amount > 0.02) & (away < LIKE_BACKGROUND), np.bool_)
    rows, cols = np.nonzero(result)
    if len(rows):
        # A skirt far below says nothing about a gap beside a shirt.
        beside = np.array([*weights, 3 * UNLIKE_PERSON / size], np.float32)
        candidates = np.column_stack([colours[rows, cols], rows]).astype(np.float32) * beside
        others = person[:, [1, 2, 3, 0]] * beside
        squares = (candidates**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None]
        nearest = np.sqrt(np.maximum(squares - 2 * candidates @ others.T, 0).min(axis=1))
        unlike = np.maximum(UNLIKE_PERSON, 2 * away[rows, cols])
        result[rows, cols] = nearest > unlike
    return result


def _trunk_lines(
    shoulders: NDArray[np.float64], hips: NDArray[np.float64]
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Three lines down the middle of the torso, well away from its sides."""
    shares = (0.3, 0.5, 0.7)
    return [
        (
            share * shoulders[0] + (1 - share) * shoulders[1],
            share * hips[0] + (1 - share) * hips[1],
        )
        for share in shares
    ]


def _samples(
    colours: NDArray[np.float32],
    alpha: NDArray[np.float32],
    *lines: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float32]:
    rows, cols = alpha.shape
    ways = np.concatenate([np.linspace(start, end, 32) for start, end in lines]).round().astype(int)
    inside = ((ways >= 0) & (ways < (rows, cols))).all(axis=1)
    ways = ways[inside]
    ways = ways[alpha[ways[:, 0], ways[:, 1]] > 0.9]
    return np.column_stack([ways[:, 0], colours[ways[:, 0], ways[:, 1]]]).astype(np.float32)


def _window(
    points: NDArray[np.float64], shape: tuple[int, ...], *, margin: int
) -> tuple[slice, slice] | None:
    low = np.maximum(points.min(axis=0).astype(int) - margin, 0)
    high = np.minimum(points.max(axis=0).astype(int) + margin, shape)
    if (high - low < 8).any():
        return None
    return slice(int(low[0]), int(high[0])), slice(int(low[1]), int(high[1]))


def _large_parts(gap: NDArray[np.bool_], *, area_min: float) -> NDArray[np.bool_]:
    opened = cv2.morphologyEx(gap.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(opened)
    large = statistics[:, cv2.CC_STAT_AREA] >= area_min
    large[0] = False
    return np.asarray(large[np.asarray(labels, np.intp)], np.bool_)
