"""Whether clothes can be shown on the body in a photograph, and what to do where they cannot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imaging.anatomy import Limb, limb_area, limbs_of, widened
from imaging.body import BODY_FRAME_ROWS, Person
from imaging.measuring import NARROWEST_SHOULDERS, SIDES, Body, face_end
from imaging.skin import look_at

LOOSE = 0.35
"""Area of what stands off the body, in squared shoulder distances, from which clothes are loose."""

BARE_ARMS = 0.4
"""Share of skin on the arms below which they are taken to be covered."""

BARE_LEGS = 0.5
"""The same of the legs below the knees: skin painted over trousers is smooth and without shade."""

ARMS = slice(3, None)
"""Of the upper limbs: neck and trunk come first."""

CALVES = (3, 4, 8, 9)
"""Of the lower limbs: from the knees to the ankles."""

CUT_OFF = 0.5
"""Width of a head's uppermost row, per its width, from which the picture ends there."""

HAND_AT_HEAD = 2.3
"""Distance of a hand from the middle of a head, per a chin's, within which it hides the face."""

BESIDE = 0.07
"""How far clothes may stand off, per shoulder distance, and still count as close."""


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Why clothes cannot be shown on the body in a photograph.

    Attributes
    ----------
    reason : str
        Stable code in kebab-case.
    advice : str
        What to do about it, for the person in the picture.
    """

    reason: str
    advice: str


def obstacles(person: Person) -> tuple[Obstacle, ...]:
    """Tell what of a posture or of the worn clothes keeps others from being shown believably.

    Parameters
    ----------
    person : Person
        In the body frame.

    Returns
    -------
    tuple of Obstacle
        The gravest one first; empty where the body can be dressed as it stands, and for somebody
        who wears nothing below the neck.

    References
    ----------
    Source: own derivation.
    """
    if person.head is not None:
        return ()
    body = Body.of(person)
    legs = limbs_of(body, "lower")
    found = {
        "head-not-in-picture": _head_is_cut_off(body),
        "hand-before-face": _hand_is_at_the_head(body),
        "legs-not-in-picture": _ends_above_the_feet(body),
        "turned-away": _is_turned(body),
        "sitting": _sits(body),
        "arms-before-body": any(_is_before_the_body(body, side) for side in SIDES),
        "legs-crossed": _crosses_legs(body),
        "loose-clothes": standing_off(body) > LOOSE,
        "arms-covered": _bare(person, body, limbs_of(body, "upper")[ARMS]) < BARE_ARMS,
        "legs-covered": _bare(person, body, [legs[index] for index in CALVES]) < BARE_LEGS,
    }
    return tuple(
        Obstacle(reason=reason, advice=_ADVICE[reason]) for reason, is_so in found.items() if is_so
    )


def shows_head(person: Person) -> bool:
    """Tell whether a head can be cut off its picture: it is in it, and no hand is before it.

    Parameters
    ----------
    person : Person
        In the body frame.

    Returns
    -------
    bool
    """
    body = Body.of(person)
    return not (_head_is_cut_off(body) or _hand_is_at_the_head(body))


_ADVICE = {
    "head-not-in-picture": "Hold the camera higher so that your head is in the picture.",
    "hand-before-face": "Keep your hands away from your face.",
    "legs-not-in-picture": "Step back so that your feet are in the picture.",
    "turned-away": "Face the camera, with both shoulders equally far from it.",
    "sitting": "Stand up, and let the camera see you from head to feet.",
    "arms-before-body": "Let your arms hang a little away from your body.",
    "legs-crossed": "Stand with your feet a little apart.",
    "loose-clothes": "Wear something close-fitting, without a coat, a scarf or a large bag.",
    "arms-covered": "Wear something with short sleeves, so that your arms can be seen.",
    "legs-covered": "Wear something short, so that your legs can be seen.",
}


def _head_is_cut_off(body: Body) -> bool:
    (_, left), (_, right) = body.both("head")
    wide = max(float(right - left), 1.0)
    cols = slice(max(0, int(left - 0.5 * wide)), max(0, int(right + 0.5 * wide)))
    widths = body.silhouette[:, cols].sum(axis=1)
    top = int(np.flatnonzero(widths)[0]) if widths.any() else 0
    # The very first row is the photograph's edge, and may be soft.
    return bool(widths[top : top + 2].max(initial=0) > CUT_OFF * wide)


def _hand_is_at_the_head(body: Body) -> bool:
    centre = body.middle("head")
    reach = max(float(face_end(body)[0] - centre[0]), 4.0)
    ends = (body.joints[f"{name}_{side}"] for name in ("wrist", "hand") for side in SIDES)
    return any(float(np.linalg.norm(end - centre)) < HAND_AT_HEAD * reach for end in ends)


def _ends_above_the_feet(body: Body) -> bool:
    solid = np.flatnonzero(body.silhouette.any(axis=1))
    lowest = int(solid[-1]) if solid.size else 0
    return lowest < 0.97 * float(body.middle("ankle")[0]) or lowest < 0.6 * BODY_FRAME_ROWS


def _is_turned(body: Body) -> bool:
    left, right = body.both("shoulder")
    return abs(float(right[1] - left[1])) < NARROWEST_SHOULDERS * body.torso


def _sits(body: Body) -> bool:
    thigh = float(body.middle("knee")[0] - body.middle("hip")[0])
    return thigh < 0.5 * body.torso


def _is_before_the_body(body: Body, side: str) -> bool:
    """Whether a forearm lies over the trunk."""
    _, elbow, wrist = body.arm(side)
    if wrist[0] < elbow[0] - 0.1 * body.unit:
        return True  # a raised hand
    row = float(np.clip(wrist[0], body.row_of(0.1), body.row_of(1.0)))
    inside = (wrist[1] - body.axis(row)[1]) * SIDES[side]
    return bool(wrist[0] < body.row_of(1.05) and inside < 0.38 * body.unit)


def _bare(person: Person, body: Body, limbs: Sequence[Limb]) -> float:
    """Measure the share of skin on limbs."""
    area = np.zeros(body.silhouette.shape, bool)
    for limb in limbs:
        area |= limb_area(body, limb)
    area &= body.silhouette
    skin = look_at(person, body).skin > 127
    return float(skin[area].mean()) if area.any() else 0.0


def _crosses_legs(body: Body) -> bool:
    return any(
        float(right[1] - left[1]) < 0.12 * body.unit
        for left, right in (body.both("knee"), body.both("ankle"))
    )


def standing_off(body: Body) -> float:
    """Measure the silhouette outside a body of these joints.

    Parameters
    ----------
    body : Body
        Measures of a person.

    Returns
    -------
    float
        Area from the shoulders to the ankles, in squared shoulder distances.
    """
    near = np.zeros(body.silhouette.shape, bool)
    for zone in ("upper", "lower"):
        for limb in limbs_of(body, zone):
            near |= limb_area(body, widened(limb, BESIDE * body.unit))
    for side in SIDES:
        wrist, hand = body.joints[f"wrist_{side}"], body.joints[f"hand_{side}"]
        end = np.round(hand).astype(int)
        reach = round(float(np.linalg.norm(hand - wrist)) + 0.1 * body.unit)
        near[max(0, end[0] - reach) : end[0] + reach, max(0, end[1] - reach) : end[1] + reach] = (
            True
        )
    rows = slice(int(body.row_of(0.05)), int(max(0.0, body.middle("ankle")[0] - 0.1 * body.unit)))
    beside = body.silhouette[rows] & ~near[rows]
    return float(beside.sum()) / body.unit**2
