"""How arms, hands, legs and feet are modelled, and how a relaxed stance moves them."""

import math

import numpy as np

from imaging.drawing.builds import Build
from imaging.drawing.clay import Clay
from imaging.drawing.stance import Point, sway_at

SIDES = (("left", -1), ("right", 1))
KNEE, ELBOW = 9, 7
"""Where knee and elbow are in the tables of a build."""

Section4 = tuple[float, float, float, float]
Limb = tuple[Section4, ...]


def is_relaxed(build: Build, side: int) -> bool:
    """Tell whether the weight rests on the other leg: the hips stand out over the one that bears.

    Parameters
    ----------
    build : Build
        The measures of the body.
    side : int
        -1 for left, 1 for right.

    Returns
    -------
    bool
        True for the relaxed leg.

    References
    ----------
    Source: own derivation.
    """
    return side * build.sway < 0


def leg_of(build: Build, side: int) -> Limb:
    """Give a leg as it stands: the relaxed one moves out and bends, the other one bears.

    Parameters
    ----------
    build : Build
        The measures of the body.
    side : int
        -1 for left, 1 for right.

    Returns
    -------
    tuple of tuple
        ``y, x, half_width, z`` like ``Build.leg``.

    References
    ----------
    Source: own derivation.
    """
    relaxed = is_relaxed(build, side)

    def placed(y: float, x: float, width: float, z: float) -> Section4:
        share = max(0.0, (y - 0.50) / 0.455) ** 1.3
        if not relaxed:
            return y, x - 0.006 * share, width, z
        return y, x + 0.006 * share, width, z + 0.010 * math.sin(math.pi * min(share, 1.0))

    return tuple(placed(*section) for section in build.leg)


def arm_of(build: Build, side: int) -> Limb:
    """Give an arm as it hangs: the shoulder sinks on the side on which the hips rise.

    Parameters
    ----------
    build : Build
        The measures of the body.
    side : int
        -1 for left, 1 for right.

    Returns
    -------
    tuple of tuple
        ``y, x, half_width, z`` like ``Build.arm``.

    References
    ----------
    Source: own derivation.
    """
    drop = 0.30 * side * build.sway
    hanging = float(sway_at(np.array(0.24), build.sway))

    def placed(y: float, x: float, width: float, z: float) -> Section4:
        # Arms hang from the shoulders; the hips take them along only halfway.
        carried = float(sway_at(np.array(max(y, 0.24)), build.sway)) - hanging
        return y + drop, x - 0.5 * side * carried, width, z

    return tuple(placed(*section) for section in build.arm)


def turnout_of(build: Build, side: int) -> float:
    """Tell how far the toes stand outwards of the ankle.

    Parameters
    ----------
    build : Build
        The measures of the body.
    side : int
        -1 for left, 1 for right.

    Returns
    -------
    float
        Distance in body heights.

    References
    ----------
    Source: own derivation.
    """
    return 0.013 if is_relaxed(build, side) else 0.007


def model_leg(clay: Clay, build: Build, side: int) -> None:
    """Join a leg that ends in a foot without toes, as if in a fine stocking.

    Parameters
    ----------
    clay : Clay
        What the leg is joined to.
    build : Build
        The measures of the body.
    side : int
        -1 for left, 1 for right.

    References
    ----------
    Source: own derivation.
    """
    leg, ball, turnout = leg_of(build, side), build.foot, turnout_of(build, side)
    _, x, ankle, z = leg[-1]
    sections = [(y, side * x, width, z, width * 0.98, width * 1.02) for y, x, width, z in leg]
    for y, share, width, front in (
        (0.967, 0.22, 0.54 * (ankle + ball), 0.040),
        (0.978, 0.60, 0.88 * ball, 0.070),
        (0.988, 0.92, 1.02 * ball, 0.098),
        (0.994, 1.00, 1.00 * ball, 0.110),
        (0.998, 1.00, 0.88 * ball, 0.106),
        (1.000, 1.00, 0.64 * ball, 0.098),
    ):
        sections.append((y, side * (x + share * turnout), width, z, front, 0.023))
    clay.loft(sections, 0.014, squareness=0.08, smoothing=0.005)
    knee_y, knee_x, knee, _ = leg[KNEE]
    clay.relief((side * knee_x, knee_y - 0.004), (knee * 0.42, 0.0150), 0.0022)
    for way in (-1, 1):
        centre = (side * x + way * ankle * 0.74, 0.9490 - 0.0025 * way * side, z)
        clay.ellipsoid(centre, (0.0040, 0.0075, 0.0070), 0.010)


def model_arm(clay: Clay, build: Build, side: int) -> None:
    """Join an arm with a relaxed hand: one blade of fingers, and the thumb near the thigh.

    Parameters
    ----------
    clay : Clay
        What the arm is joined to.
    build : Build
        The measures of the body.
    side : int
        -1 for left, 1 for right.

    References
    ----------
    Source: own derivation.
    """
    arm = arm_of(build, side)
    wrist_y, wrist_x, wrist, wrist_z = arm[-1]
    size = 0.6 + 0.4 * wrist / 0.0116

    def at(across: float, down: float, depth: float) -> Point:
        """Place a point of the hand: ``across`` towards the thigh, all from the wrist."""
        return side * (wrist_x - across * size), wrist_y + down * size, wrist_z + depth * size

    sections = [(y, side * x, width, z, width * 1.04, width * 1.08) for y, x, width, z in arm]
    # The hand bends softly: out at the back of the hand, in again and forwards to the fingertips.
    for down, across, width, depth, thick in (
        (0.016, -0.0006, 0.0122, 0.003, 0.0110),
        (0.032, -0.0012, 0.0150, 0.006, 0.0105),
        (0.046, -0.0012, 0.0154, 0.009, 0.0098),
        (0.062, 0.0002, 0.0130, 0.013, 0.0090),
        (0.078, 0.0030, 0.0098, 0.018, 0.0076),
        (0.088, 0.0054, 0.0058, 0.023, 0.0054),
        (0.094, 0.0066, 0.0024, 0.025, 0.0030),
    ):
        x, y, z = at(across, down, depth)
        sections.append((y, x, width * size, z, thick * size, thick * size))
    clay.loft(sections, 0.014, squareness=0.05, smoothing=0.008)
    tip = at(0.0078, 0.098, 0.025)
    clay.limb(at(0.0032, 0.076, 0.018), tip, (0.0080 * size, 0.0044 * size), 0.004)
    y, x, width, z = arm[2]
    clay.ellipsoid((side * (x - 0.003), y + 0.0045, z), (width * 1.02, 0.031, width * 1.15), 0.022)
    root, joint = at(0.0050, 0.006, 0.006), at(0.0126, 0.033, 0.014)
    clay.limb(root, joint, (0.0070 * size, 0.0054 * size), 0.014)
    clay.limb(joint, at(0.0150, 0.057, 0.020), (0.0054 * size, 0.0036 * size), 0.003)
    # The fingers lie together in two planes.
    x, y, _ = at(0.0008, 0.068, 0)
    clay.relief((x, y), (0.0140 * size, 0.0011 * size), -0.0016, turn=math.pi / 2 + side * 0.14)
