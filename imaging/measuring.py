"""Measures of a body that clothes are fitted by: axes, widths, limbs, and the silhouette."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from imaging.body import Person
from imaging.warping import Points

Point: TypeAlias = NDArray[np.float64]

SIDES: Mapping[str, float] = {"left": -1.0, "right": 1.0}
"""Direction of each side along the columns."""

# Half widths and limb radii as shares of the distance between the shoulder joints, seen from the
# front: rounded means of drawn bodies and of photographs of men and women.
CHEST, WAIST, HIP = 0.47, 0.42, 0.56
UPPER_ARM, ELBOW, WRIST = 0.145, 0.12, 0.085
THIGH, KNEE, ANKLE = 0.30, 0.19, 0.12
NECK = 0.21

FINGERS = 0.9
"""How far fingers reach beyond the middle of a hand, per its distance to the wrist."""

WAIST_SHARE = 0.70
"""Height of the waist on the way from the shoulder joints to the hip joints."""

NARROWEST_SHOULDERS = 0.52
"""Shoulder distance per torso length below which somebody is taken to stand turned."""


MOUTH_SHARE = 0.12
"""The pit of the throat lies at this share of the way from between the shoulders to the mouth."""

MOUTH_MIN = 0.10
"""Least distance from the middle of a head to its mouth, per shoulder distance: a drawn body's
throat tells nothing about its face."""

FACE = 1.9
"""A face's length from its middle to the chin, per distance from there to the mouth."""

CHIN = 0.34
"""Chin below the sides of the head, per shoulder distance, at most: hair makes no chin lower."""


def lerp(a: Point, b: Point, share: float) -> Point:
    """Point on the way from a to b.

    Parameters
    ----------
    a, b : (2,) float64
        Two points.
    share : float
        0 gives a, 1 gives b.

    Returns
    -------
    (2,) float64
    """
    return a + (b - a) * share


def along(path: Points, share: float) -> tuple[Point, Point]:
    """Point and unit direction at a share of the length of a path.

    Parameters
    ----------
    path : (N, 2) float64
        Corners of the path.
    share : float
        0 to 1; values above 1 go on straight.

    Returns
    -------
    tuple of (2,) float64
    """
    steps = np.diff(path, axis=0)
    lengths = np.maximum(np.linalg.norm(steps, axis=1), 1e-6)
    ends = np.cumsum(lengths)
    distance = share * float(ends[-1])
    index = min(int(np.searchsorted(ends, distance)), len(steps) - 1)
    direction = steps[index] / lengths[index]
    return path[index + 1] - direction * (ends[index] - distance), direction


@dataclass(frozen=True, kw_only=True, eq=False)
class Body:
    """A person's joints and silhouette with the measures drawn from them.

    Attributes
    ----------
    joints : mapping of str to (2,) float64
        ``row, col``.
    silhouette : (H, W) bool
        True where the person is.
    """

    joints: Mapping[str, Point]
    silhouette: NDArray[np.bool_]

    @classmethod
    def of(cls, person: Person) -> "Body":
        """Measure a person.

        Parameters
        ----------
        person : Person
            In the body frame.

        Returns
        -------
        Body
        """
        joints = {name: np.array(place, np.float64) for name, place in person.joints.items()}
        return cls(joints=joints, silhouette=person.rgba[..., 3] > 127)

    def both(self, name: str) -> tuple[Point, Point]:
        """Give the left and the right joint of a pair."""
        return self.joints[f"{name}_left"], self.joints[f"{name}_right"]

    def middle(self, name: str) -> Point:
        """Give the middle between the joints of a pair."""
        left, right = self.both(name)
        return (left + right) / 2

    @cached_property
    def torso(self) -> float:
        """Distance from the shoulder joints to the hip joints, px."""
        return float(np.linalg.norm(self.middle("hip") - self.middle("shoulder")))

    @cached_property
    def unit(self) -> float:
        """Distance between the shoulder joints, px; not below what a frontal body would have."""
        left, right = self.both("shoulder")
        return max(float(np.linalg.norm(right - left)), NARROWEST_SHOULDERS * self.torso)

    def axis(self, row: float) -> Point:
        """Where the middle of the body is at a row; below the hips straight down."""
        top, bottom = self.middle("shoulder"), self.middle("hip")
        share = (row - top[0]) / max(bottom[0] - top[0], 1.0)
        if share > 1:
            knees = self.middle("knee")
            down = min((row - bottom[0]) / max(knees[0] - bottom[0], 1.0), 1.5)
            return np.array([row, bottom[1] + (knees[1] - bottom[1]) * down])
        return np.array([row, top[1] + (bottom[1] - top[1]) * max(share, -0.3)])

    def row_of(self, share: float) -> float:
        """Row at a share of the way from the shoulder joints to the hip joints."""
        return float(lerp(self.middle("shoulder"), self.middle("hip"), share)[0])

    @cached_property
    def crotch(self) -> Point:
        """Where the legs part."""
        hip = self.middle("hip")
        return np.array([hip[0] + 0.17 * self.torso, self.axis(hip[0] + 0.17 * self.torso)[1]])

    def half_width_model(self, row: float) -> float:
        """Half the trunk's width at a row as a body of this size has it, px."""
        shares = np.array([0.2, WAIST_SHARE, 1.0, 1.2])
        share = (row - self.row_of(0.0)) / max(self.row_of(1.0) - self.row_of(0.0), 1.0)
        return float(np.interp(share, shares, [CHEST, WAIST, HIP, HIP])) * self.unit

    def half_width(self, row: float, side: str) -> float:
        """Distance from the axis to the trunk's side at a row.

        Measured, or modelled where the silhouette runs on into an arm.

        Parameters
        ----------
        row : float
            Pixels from the top.
        side : str
            "left" or "right".

        Returns
        -------
        float
            Pixels, 0.85 to 1.25 of the model.
        """
        model = self.half_width_model(row)
        reach = self.reach(self.axis(row), np.array([0.0, SIDES[side]]), most=1.6 * model)
        arm = self.arm_inside(row, side)
        if reach >= 1.5 * model or (arm is not None and reach > arm):
            return model if arm is None else float(np.clip(arm, 0.9 * model, 1.04 * model))
        return float(np.clip(reach, 0.85 * model, 1.25 * model))

    def arm_inside(self, row: float, side: str) -> float | None:
        """Distance from the axis to the inner edge of the arm at a row, None beside no arm."""
        arm, hand = self.arm(side), self.joints[f"hand_{side}"]
        path = np.vstack([arm, hand, hand + (hand - arm[2]) * FINGERS])
        radii = (UPPER_ARM, ELBOW, WRIST, WRIST)
        for start, end, radius in zip(path[:-1], path[1:], radii, strict=True):
            low, high = sorted((start[0], end[0]))
            if low <= row <= high and high - low > 1:
                col = start[1] + (end[1] - start[1]) * (row - start[0]) / (end[0] - start[0])
                return float((col - self.axis(row)[1]) * SIDES[side] - radius * self.unit)
        return None

    def reach(self, start: Point, direction: Point, *, most: float) -> float:
        """How far the silhouette goes on from a point.

        Parameters
        ----------
        start : (2,) float64
            ``row, col``; outside the silhouette the answer is 0.
        direction : (2,) float64
            Unit vector.
        most : float
            Where to stop, px.

        Returns
        -------
        float
            Pixels.
        """
        steps = np.arange(0.0, most + 1)
        places = np.round(start + steps[:, None] * direction).astype(int)
        height, width = self.silhouette.shape
        inside = (
            (places[:, 0] >= 0)
            & (places[:, 0] < height)
            & (places[:, 1] >= 0)
            & (places[:, 1] < width)
        )
        places = np.clip(places, 0, (height - 1, width - 1))
        solid = inside & self.silhouette[places[:, 0], places[:, 1]]
        outside = np.flatnonzero(~solid)
        return float(steps[outside[0]] if outside.size else most)

    def shoulder_tip(self, side: str) -> Point:
        """Outer end of the shoulder line on the silhouette."""
        joint = self.joints[f"shoulder_{side}"]
        direction = np.array([-0.5, 0.87 * SIDES[side]])
        reach = self.reach(joint, direction, most=0.3 * self.unit)
        return joint + direction * float(np.clip(reach, 0.11 * self.unit, 0.17 * self.unit))

    def neck_side(self, side: str) -> Point:
        """Where the neck meets the shoulder."""
        neck = self.joints["neck"]
        return neck + np.array([-0.13, NECK * SIDES[side]]) * self.unit

    def armpit(self, side: str) -> Point:
        """Where the inner side of the arm meets the trunk."""
        joint = self.joints[f"shoulder_{side}"]
        row = joint[0] + 0.36 * self.unit
        return np.array([row, self.axis(row)[1] + SIDES[side] * CHEST * self.unit])

    def arm(self, side: str) -> Points:
        """Shoulder, elbow, wrist."""
        names = ("shoulder", "elbow", "wrist")
        return np.array([self.joints[f"{name}_{side}"] for name in names])

    def leg(self, side: str) -> Points:
        """Top of the leg, knee, ankle."""
        hip = self.joints[f"hip_{side}"]
        spread = self.crotch[1] + SIDES[side] * max(0.25 * self.unit, abs(hip[1] - self.crotch[1]))
        top = np.array([self.crotch[0], spread])
        return np.vstack([top, self.joints[f"knee_{side}"], self.joints[f"ankle_{side}"]])


def chin_row(body: Body) -> float:
    """Row of the chin, from the head's own height.

    Parameters
    ----------
    body : Body
        Measures of the person.

    Returns
    -------
    float
    """
    crown = body.joints["crown"][0]
    sides = body.middle("head")[0]
    return float(min(crown + 2.0 * (sides - crown), body.joints["neck"][0] - 0.16 * body.unit))


def jaw_row(body: Body) -> float:
    """Row up to which a high collar may reach: where the chin is at the latest.

    Parameters
    ----------
    body : Body
        Measures of the person.

    Returns
    -------
    float
        At most `chin_row`; less where tall hair makes the head seem longer than it is.
    """
    return min(chin_row(body), float(body.middle("head")[0]) + CHIN * body.unit)


def face_end(body: Body) -> Point:
    """Find the chin of a face in a photograph.

    Parameters
    ----------
    body : Body
        Measures of the person.

    Returns
    -------
    (2,) float64
        ``row, col``; what `jaw_row` says, below the middle of the head, for a drawn body.

    References
    ----------
    Source: own derivation; what throats and mouths have to do with each other is said in
    `posture`.
    """
    centre, between = body.middle("head"), body.middle("shoulder")
    down, right = between + (body.joints["neck"] - between) / MOUTH_SHARE - centre
    latest = jaw_row(body)
    if down < MOUTH_MIN * body.unit:
        return np.array([latest, centre[1]])
    row = min(latest, float(centre[0]) + FACE * float(down))
    lean = float(np.clip(right / down, -0.5, 0.5))
    return np.array([row, centre[1] + lean * (row - float(centre[0]))])
