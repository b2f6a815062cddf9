"""Landmarks where seeing and measuring meet: the network's places, drawn to corners and edges."""

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.garment import LEG_TYPES
from imaging.garment_network import Sighting
from imaging.outlining import SIDES, Found, Point, nearest
from imaging.warping import Points

CORNERS: Mapping[str, float] = {
    "collar": 0.0,
    "cuff_outer": 1.0,
    "hem": 0.35,
}
"""How much a landmark on the outline is a corner of it; others stay where they were seen. Set on
the development half, which the network has not learnt from."""

ARC = 0.035
"""Length of the arms of a corner, per height of the garment."""

CORNER_WEIGHT, RULE_WEIGHT = 1.6, 0.8
"""What a corner and the place by rules count beside the distance from what was seen."""

SIGHT, RULE = 0.025, 0.03
"""Distances per height at which what was seen and the place by rules lose their say."""

FARTHEST = 0.10
"""Farther than this per height no corner is looked for."""

BETWEEN_LEGS = 0.06
"""Farther than this per height from the middle between crotch and hem, an edge is not that of the
knee: legs that lie side by side have none between them."""

SLEEVES_SEEN = 0.52
"""Mean confidence of the cuffs below which a top or a dress has no sleeves: the network says of
every landmark where it would be. Of the 12 of the development half, sleeveless ones have 0.50 at
most, the others 0.53 at least."""

MAY_LACK_SLEEVES = ("top", "dress")

BIAS, PER_CERTAINTY, PER_RULE = -2.56, 6.33, 1.1
"""Of the logistic model of whether a landmark is right, fitted on the development half, which the
network has not learnt from."""


def place_landmarks(
    seen: Sighting,
    by_rules: Mapping[str, tuple[float, float]],
    rgba: NDArray[np.uint8],
    *,
    garment_type: str,
) -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    """Join what the network saw with what rules found on the outline.

    Corners are looked for on the outline near the place that was seen; where the body bends
    (elbow, knee, hip) is then where its measures between those corners say. The inside of an elbow
    is often no part of the outline, and stays where it was seen.

    Parameters
    ----------
    seen : Sighting
        Of the same picture.
    by_rules : mapping of str to (float, float)
        Fractions ``row, col``.
    rgba : (H, W, 4) uint8
        With the alpha on whose outline most landmarks lie.
    garment_type : str
        One of ``READABLE_TYPES``.

    Returns
    -------
    places : dict of str to (float, float)
        Fractions ``row, col``.
    confidences : dict of str to float
        0 to 1.

    References
    ----------
    Source: own derivation; weights by measurement on labels outside the held-out half.
    """
    size = np.array(rgba.shape[:2], np.float64)
    outline = _outline(rgba[..., 3])
    found: Found = dict(seen.places)
    agreement = dict.fromkeys(found, 0.0)
    if len(outline) >= 50:
        height = float(np.ptp(outline[:, 0])) + 1.0
        rules = {name: np.array(at) * size - 0.5 for name, at in by_rules.items()}
        found = _at_corners(found, rules, outline, height)
        found = _where_it_bends(found, outline, garment_type)
        agreement |= {
            name: float(np.exp(-((np.linalg.norm(found[name] - at) / (RULE * height)) ** 2)))
            for name, at in rules.items()
            if name in found
        }
    sure = {name: _sure(seen.certainties[name], agreement[name]) for name in found}
    found = _with_sleeves_it_has(found, sure, garment_type)
    fractions = {name: np.clip((place + 0.5) / size, 0, 1) for name, place in found.items()}
    return (
        {name: (float(at[0]), float(at[1])) for name, at in fractions.items()},
        {name: sure[name] for name in found},
    )


def _with_sleeves_it_has(found: Found, sure: Mapping[str, float], garment_type: str) -> Found:
    """Leave out the cuffs of a garment without sleeves, and elbows of sleeves that end above."""
    cuffs = [sure[name] for name in found if name.startswith("cuff")]
    if not cuffs:
        return found
    gone: tuple[str, ...] = ()
    if garment_type in MAY_LACK_SLEEVES and float(np.mean(cuffs)) < SLEEVES_SEEN:
        gone = ("cuff", "elbow")
    elif garment_type == "t-shirt" or _are_short(found):
        gone = ("elbow",)
    return (
        {name: place for name, place in found.items() if not name.startswith(gone)}
        if gone
        else found
    )


def _are_short(found: Mapping[str, Point]) -> bool:
    """Whether no sleeve is longer than its root is wide."""
    for side, _ in SIDES:
        names = [f"{stem}_{side}" for stem in ("shoulder", "armpit", "cuff_outer", "cuff_inner")]
        shoulder, armpit, outer, inner = (found[name] for name in names)
        length = np.linalg.norm((outer + inner) / 2 - (shoulder + armpit) / 2)
        if length > np.linalg.norm(shoulder - armpit):
            return False
    return True


def _sure(certainty: float, agreement: float) -> float:
    """Tell how probably a landmark is right, from what speaks for it."""
    return float(1 / (1 + np.exp(-BIAS - PER_CERTAINTY * certainty - PER_RULE * agreement)))


def _outline(alpha: NDArray[np.uint8]) -> Points:
    mask = np.asarray(alpha > 127).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return np.zeros((0, 2))
    largest = max(contours, key=cv2.contourArea)
    return np.asarray(largest[:, 0, ::-1], np.float64)  # OpenCV answers x, y


def _turns(outline: Points, height: float) -> NDArray[np.float64]:
    """How far the outline turns at each point, in half circles; above 0 outward corners."""
    arm = max(2, round(ARC * height))
    before, after = outline - np.roll(outline, arm, 0), np.roll(outline, -arm, 0) - outline
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turns = np.arctan2(cross, (before * after).sum(axis=1)) / np.pi
    following = np.roll(outline, -1, 0)
    area = (outline[:, 0] * following[:, 1] - outline[:, 1] * following[:, 0]).sum()
    return np.asarray(turns if area >= 0 else -turns)


def _at_corners(
    seen: Mapping[str, Point],
    rules: Mapping[str, Point],
    outline: Points,
    height: float,
) -> Found:
    turns = _turns(outline, height)
    found: Found = {}
    for name, place in seen.items():
        stem = name.removesuffix("_left").removesuffix("_right")
        weight = CORNERS.get(stem)
        if weight is None:
            found[name] = place
            continue
        away = np.hypot(*(outline - place).T) / height
        score = CORNER_WEIGHT * weight * turns - (away / SIGHT) ** 2
        if name in rules:
            beside = np.hypot(*(outline - rules[name]).T) / height
            score = score + RULE_WEIGHT * np.exp(-((beside / RULE) ** 2))
        best = int(np.argmax(score))
        found[name] = outline[best] if away[best] < FARTHEST else place
    return found


def _where_it_bends(found: Found, outline: Points, garment_type: str) -> Found:
    result = dict(found)
    for side, sign in SIDES:
        if f"elbow_outer_{side}" in found:
            shoulder, cuff = (found[f"{end}_{side}"] for end in ("shoulder", "cuff_outer"))
            result[f"elbow_outer_{side}"] = _half_way(outline, shoulder, cuff)
        if garment_type in LEG_TYPES:
            result |= _leg(found, outline, side, sign)
    if "hem_centre" in found:
        middle = (found["hem_left"][1] + found["hem_right"][1]) / 2
        rows = outline[np.abs(outline[:, 1] - middle) < 2, 0]
        if rows.size:
            result["hem_centre"] = np.array([rows.max(), middle])
    return result


def _leg(found: Found, outline: Points, side: str, sign: float) -> Found:
    """Hip at three quarters from the waist to the crotch, knee half way from there to the hem."""
    waist, crotch = found[f"waist_{side}"], found["crotch"]
    row = waist[0] + 0.75 * (crotch[0] - waist[0])
    result = {f"hip_{side}": _side_at(outline, row, crotch[1], sign)}
    if f"knee_outer_{side}" in found:
        inner = found[f"hem_inner_{side}"]
        hem = (found[f"hem_outer_{side}"] + inner) / 2
        knee = (hem + crotch) / 2
        result[f"knee_outer_{side}"] = _side_at(outline, knee[0], knee[1], sign)
        middle = (crotch + inner) / 2
        edge = outline[nearest(outline, middle)]
        is_near = np.linalg.norm(edge - middle) < BETWEEN_LEGS * float(np.ptp(outline[:, 0]))
        result[f"knee_inner_{side}"] = edge if is_near else middle
    return result


def _side_at(outline: Points, row: float, middle: float, sign: float) -> Point:
    beside = outline[(np.abs(outline[:, 0] - row) < 2) & ((outline[:, 1] - middle) * sign > 0), 1]
    col = middle if not beside.size else float(sign * (sign * beside).max())
    return np.asarray(outline[nearest(outline, np.array([row, col]))])


def _half_way(outline: Points, start: Point, stop: Point) -> Point:
    """Middle of the shorter way along the outline."""
    first, last = nearest(outline, start), nearest(outline, stop)
    forth = (last - first) % len(outline)
    back = len(outline) - forth
    step = round(forth / 2) if forth <= back else -round(back / 2)
    return np.asarray(outline[(first + step) % len(outline)])
