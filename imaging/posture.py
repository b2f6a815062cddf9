"""Where the joints are, and whether the posture suits a coordination.

Points of the face serve only to find crown, neck and the sides of the head; they end here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.measuring import MOUTH_SHARE
from imaging.networks import BodyReading

_NOSE, _EARS, _MOUTH = 0, (7, 8), (9, 10)
_SHOULDERS, _HIPS = (11, 12), (23, 24)
TORSO = (*_SHOULDERS, *_HIPS)
NOSE_AND_EYES = (_NOSE, 2, 5)

_PARTS = {
    "shoulder": (11, 12),
    "elbow": (13, 14),
    "wrist": (15, 16),
    "hip": (23, 24),
    "knee": (25, 26),
    "ankle": (27, 28),
    "heel": (29, 30),
    "toe": (31, 32),
}
_HANDS = ((17, 19), (18, 20))
"""Little finger and forefinger: the middle between their knuckles is the hand."""

_SCORE_MIN, _SHARE_MIN = 0.8, 0.08

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How well a photograph suits a coordination.

    Attributes
    ----------
    score : float
        Probability that the body was found rightly, 0 to 1.
    person_share : float
        Part of the picture the person covers, 0 to 1.
    is_cut_off_at_feet, is_cut_off_at_head, is_cut_off_at_side : bool
        The picture ends before the person does.
    has_clear_arms : bool
        Background shows between both arms and the torso.
    has_parted_legs : bool
        Background shows between the legs, and they do not cross.
    is_frontal : bool
        The person faces the camera.
    advice : tuple of str
        What to do better next time; empty when nothing.
    """

    score: float
    person_share: float
    is_cut_off_at_feet: bool
    is_cut_off_at_head: bool
    is_cut_off_at_side: bool
    has_clear_arms: bool
    has_parted_legs: bool
    is_frontal: bool
    advice: tuple[str, ...]


def joints_of(reading: BodyReading, alpha: NDArray[np.float32]) -> dict[str, Point]:
    """Name the joints as seen in the picture, and measure the head on the silhouette.

    Parameters
    ----------
    reading : BodyReading
        In pixels of ``alpha``.
    alpha : (H, W) float32
        The person's silhouette, 0 to 1.

    Returns
    -------
    dict of str to (float, float)
        ``row, col`` for every name in ``body.JOINT_NAMES``.

    References
    ----------
    Source: own derivation.
    """
    points = reading.points
    # The network says left and right as the person does; the picture shows them mirrored, unless
    # the person turns the back.
    mirrored = not _shows_back(points)
    order = (1, 0) if mirrored else (0, 1)
    joints = _head(points, alpha)
    for part, pair in _PARTS.items():
        for side, which in zip(("left", "right"), order, strict=True):
            joints[f"{part}_{side}"] = _point(points[pair[which]])
    for side, which in zip(("left", "right"), order, strict=True):
        joints[f"hand_{side}"] = _point(points[list(_HANDS[which])].mean(axis=0))
    return joints


def quality_of(
    reading: BodyReading, joints: Mapping[str, Point], alpha: NDArray[np.float32]
) -> Quality:
    """Judge posture and framing.

    Parameters
    ----------
    reading : BodyReading
        In pixels of ``alpha``.
    joints : mapping of str to (float, float)
        What ``joints_of`` answered.
    alpha : (H, W) float32
        The person's silhouette, 0 to 1.

    Returns
    -------
    Quality
        With advice in the order in which it helps most.

    References
    ----------
    Source: own derivation.
    """
    solid = alpha > 0.5
    rows, cols = solid.shape
    lowest = max(joints[f"{part}_{side}"][0] for part in ("heel", "toe") for side in _SIDES)
    touches_bottom = int(solid[-1].sum()) > 0.01 * cols
    head = joints["head_left"], joints["head_right"]
    found = {
        "is_cut_off_at_feet": lowest > rows or (touches_bottom and lowest > 0.96 * rows),
        "is_cut_off_at_head": joints["crown"][0] < 1
        or min(side[0] for side in head) < 1
        or bool(solid[0, _span(head, cols)].any()),
        "is_cut_off_at_side": max(int(solid[:, 0].sum()), int(solid[:, -1].sum())) > 0.03 * rows,
        "has_clear_arms": all(_is_arm_clear(joints, side, solid) for side in _SIDES),
        "has_parted_legs": _are_legs_parted(joints, solid),
        "is_frontal": _is_frontal(reading.points),
    }
    share = float(solid.mean())
    advice = [text for name, bad, text in _ADVICE if found[name] is bad]
    if share < _SHARE_MIN and not any(found[name] for name in _CUT_OFF):
        advice.insert(0, "Step closer, so that you fill the height of the picture.")
    if reading.score < _SCORE_MIN:
        advice.append("Use more light and a plain background, and be alone in the picture.")
    return Quality(
        score=round(reading.score, 4),
        person_share=round(share, 4),
        **found,
        advice=tuple(advice),
    )


_SIDES = ("left", "right")
_CUT_OFF = ("is_cut_off_at_feet", "is_cut_off_at_head", "is_cut_off_at_side")
_ADVICE = (
    ("is_cut_off_at_feet", True, "Step back so that your feet are in the picture."),
    ("is_cut_off_at_head", True, "Hold the camera higher so that your head is in the picture."),
    ("is_cut_off_at_side", True, "Stand in the middle so that nothing of you is cut off."),
    ("is_frontal", False, "Face the camera, with both shoulders equally far from it."),
    ("has_clear_arms", False, "Hold your arms a little away from your body."),
    ("has_parted_legs", False, "Stand with your feet a little apart."),
)


def _head(points: NDArray[np.float64], alpha: NDArray[np.float32]) -> dict[str, Point]:
    ears, mouth = points[list(_EARS)].mean(axis=0), points[list(_MOUTH)].mean(axis=0)
    shoulders = points[list(_SHOULDERS)].mean(axis=0)
    centre = (ears + points[_NOSE]) / 2
    upwards = centre - shoulders
    length = float(np.hypot(*upwards))
    if length < 1:
        upwards, length = np.array([-1.0, 0.0]), 1.0
    upwards = upwards / length
    sideways = np.array([-upwards[1], upwards[0]])
    if sideways[1] < 0:
        sideways = -sideways
    half = 0.75 * length
    # A bun or a hat need not sit in the middle: the highest of several parallel ways counts.
    tops = [
        _edge(alpha, centre + aside * length * sideways, upwards, start=0, limit=1.5 * length)
        for aside in (-0.4, -0.2, 0.0, 0.2, 0.4)
    ]
    return {
        "crown": min(tops),
        "head_left": _edge(alpha, centre, -sideways, start=0.15 * length, limit=half),
        "head_right": _edge(alpha, centre, sideways, start=0.15 * length, limit=half),
        "neck": _point(shoulders + MOUTH_SHARE * (mouth - shoulders)),
    }


def _edge(
    alpha: NDArray[np.float32],
    origin: NDArray[np.float64],
    direction: NDArray[np.float64],
    *,
    start: float,
    limit: float,
) -> Point:
    """Walk from a point outwards until the silhouette ends."""
    rows, cols = alpha.shape
    for distance in np.arange(start, limit, 1.0):
        row, col = origin + distance * direction
        if not (0 <= row < rows and 0 <= col < cols) or alpha[int(row), int(col)] < 0.5:
            return float(row), float(col)
    return _point(origin + limit * direction)


def _shows_back(points: NDArray[np.float64]) -> bool:
    """Say whether the person's right shoulder and hip are at the right of the picture."""
    width = sum(points[pair[0], 1] - points[pair[1], 1] for pair in (_SHOULDERS, _HIPS))
    return bool(width < 0)


def _is_frontal(points: NDArray[np.float64]) -> bool:
    shoulders, hips = points[list(_SHOULDERS)], points[list(_HIPS)]
    torso = float(np.hypot(*(shoulders.mean(axis=0) - hips.mean(axis=0))))
    width = float(shoulders[0, 1] - shoulders[1, 1])
    return width > 0.4 * torso


def _is_arm_clear(joints: Mapping[str, Point], side: str, solid: NDArray[np.bool_]) -> bool:
    """Look for background between forearm and the side of the body."""
    hip, shoulder = np.array(joints[f"hip_{side}"]), np.array(joints[f"shoulder_{side}"])
    elbow, wrist = np.array(joints[f"elbow_{side}"]), np.array(joints[f"wrist_{side}"])
    waist = 0.6 * hip + 0.4 * shoulder
    pairs = ((elbow, waist), ((elbow + wrist) / 2, 0.85 * hip + 0.15 * shoulder), (wrist, hip))
    return any(_is_gap(solid, start, end) for start, end in pairs)


def _are_legs_parted(joints: Mapping[str, Point], solid: NDArray[np.bool_]) -> bool:
    if any(joints[f"{part}_left"][1] >= joints[f"{part}_right"][1] for part in ("knee", "ankle")):
        return False
    ends = [(joints[f"{part}_left"], joints[f"{part}_right"]) for part in ("knee", "ankle")]
    left = (np.array(ends[0][0]) + np.array(ends[1][0])) / 2
    right = (np.array(ends[0][1]) + np.array(ends[1][1])) / 2
    pairs = [(np.array(start), np.array(end)) for start, end in ends] + [(left, right)]
    return any(_is_gap(solid, start, end) for start, end in pairs)


def _is_gap(solid: NDArray[np.bool_], start: NDArray[np.float64], end: NDArray[np.float64]) -> bool:
    """Say whether background shows somewhere on the way between two points of the person."""
    rows, cols = solid.shape
    way = np.linspace(start, end, 40)[2:-2].round().astype(int)
    inside = (way >= 0).all(axis=1) & (way[:, 0] < rows) & (way[:, 1] < cols)
    way = way[inside]
    return len(way) > 0 and int((~solid[way[:, 0], way[:, 1]]).sum()) >= 2


def _span(head: tuple[Point, Point], cols: int) -> slice:
    left, right = sorted(int(side[1]) for side in head)
    return slice(min(max(left, 0), cols), min(max(right, 0) + 1, cols))


def _point(row_col: NDArray[np.float64]) -> Point:
    return float(row_col[0]), float(row_col[1])
