"""How a body and plain clothes are modelled in clay from a build."""

from imaging.drawing.builds import Build
from imaging.drawing.clay import Clay
from imaging.drawing.limbs import (
    ELBOW,
    KNEE,
    SIDES,
    arm_of,
    leg_of,
    model_arm,
    model_leg,
    turnout_of,
)
from imaging.drawing.stance import Point, frame_position


def _torso(clay: Clay, build: Build) -> None:
    clay.loft(
        tuple((y, 0.0, width, -0.002, front, back) for y, width, front, back in build.torso),
        0.010,
        squareness=0.35,
    )
    neck = build.neck
    clay.loft(
        (
            (0.095, 0, neck, -0.006, 0.030, 0.030),
            (0.130, 0, neck, -0.010, 0.030, 0.030),
            (0.155, 0, neck * 1.03, -0.014, 0.032, 0.032),
            (0.180, 0, neck * 1.18, -0.016, 0.036, 0.034),
            (0.215, 0, neck * 1.45, -0.018, 0.040, 0.034),
        ),
        0.016,
    )
    for _, side in SIDES:
        shoulder_y, joint, _, _ = arm_of(build, side)[2]
        clay.limb(
            (side * neck * 0.7, 0.162, -0.026),
            (side * joint * 0.96, shoulder_y - 0.012, -0.014),
            (0.018, 0.0200 + 0.12 * (joint - 0.09)),
            0.030,
        )
        x, y, z, radius = build.bust
        clay.ellipsoid((side * x, y, z), (radius * 1.05, radius * 0.98, radius), 0.024)
    # One soft form from side to side, instead of two.
    x, y, z, radius = build.bust
    clay.ellipsoid((0, y - 0.004, z - 0.002), (x + 0.6 * radius, 0.9 * radius, radius), 0.024)
    clay.soften((0.40, 0.57), 0.009)


def _torso_details(clay: Clay, build: Build) -> None:
    joint = build.arm[2][1]
    for _, side in SIDES:
        # Collar bone, the hollow above it, and the muscle that runs from its inner end to the ear.
        clay.relief((side * joint * 0.34, 0.1888), (0.0180, 0.0040), 0.0024, turn=side * -0.12)
        clay.relief((side * joint * 0.72, 0.1842), (0.0170, 0.0044), 0.0022, turn=side * -0.12)
        clay.relief((side * joint * 0.42, 0.1780), (0.0150, 0.0064), -0.0018, turn=side * -0.10)
        clay.relief((side * 0.0145, 0.1660), (0.0170, 0.0046), 0.0024, turn=side * -1.15)
    clay.relief((0, 0.1870), (0.0054, 0.0064), -0.0036)


def model_figure(build: Build, head: Clay) -> Clay:
    """Model a body from its measures.

    Parameters
    ----------
    build : Build
        The measures.
    head : Clay
        The head that the body carries, of the same sway.

    Returns
    -------
    Clay
        The body.

    References
    ----------
    Source: own derivation.
    """
    body = Clay(build.sway)
    for _, side in SIDES:
        model_leg(body, build, side)
    _torso(body, build)
    _torso_details(body, build)
    for _, side in SIDES:
        model_arm(body, build, side)
    body.join(head, 0.012)
    return body


def model_vest(build: Build) -> Clay:
    """Model a plain vest, loose at the hem, as worn by the body.

    Parameters
    ----------
    build : Build
        The measures of the body.

    Returns
    -------
    Clay
        The vest with nothing inside it cut away.

    References
    ----------
    Source: own derivation.
    """
    vest = Clay(build.sway)
    _torso(vest, build)
    joint = build.arm[2][1]
    vest.thicken(0.0045, 0.0070, (0.30, 0.46))
    vest.ellipsoid((0, 0.1700, 0.020), (joint * 0.52, 0.0560, 0.090), -0.003)
    for _, side in SIDES:
        vest.ellipsoid(
            (side * (joint + 0.020), 0.1880, 0.0), (0.0450, 0.0800, 0.110), -0.003, turn=side * 0.12
        )
    vest.cut(0.158, 0.455)
    return vest


def model_leggings(build: Build) -> Clay:
    """Model plain legwear of the length the build asks for, as worn by the body.

    Parameters
    ----------
    build : Build
        The measures of the body.

    Returns
    -------
    Clay
        The legwear.

    References
    ----------
    Source: own derivation.
    """
    legwear = Clay(build.sway)
    for _, side in SIDES:
        model_leg(legwear, build, side)
    _torso(legwear, build)
    legwear.thicken(0.0030, build.looseness, (0.48, build.legwear_end))
    legwear.cut(0.40, build.legwear_end)
    return legwear


def body_joints(build: Build) -> dict[str, tuple[float, float]]:
    """Place the joints of a body in the body frame.

    Parameters
    ----------
    build : Build
        The measures.

    Returns
    -------
    dict of str to (float, float)
        ``row, col`` in pixels for every name in ``JOINT_NAMES``.

    References
    ----------
    Source: own derivation.
    """
    points: dict[str, Point] = {"crown": (0, 0, 0), "neck": (0, build.torso[1][0] + 0.002, 0)}
    for name, side in SIDES:
        arm, leg = arm_of(build, side), leg_of(build, side)
        shoulder, elbow, wrist = arm[2], arm[ELBOW], arm[-1]
        hip, knee, ankle = leg[3], leg[KNEE], leg[-1]
        turnout = turnout_of(build, side)
        points |= {
            f"head_{name}": (side * build.head, 0.064, 0),
            f"shoulder_{name}": (side * shoulder[1], shoulder[0] - 0.008, 0),
            f"elbow_{name}": (side * elbow[1], elbow[0], 0),
            f"wrist_{name}": (side * wrist[1], wrist[0], 0),
            f"hand_{name}": (side * wrist[1], wrist[0] + 0.050, 0),
            f"hip_{name}": (side * hip[1] * 1.15, hip[0] + 0.005, 0),
            f"knee_{name}": (side * knee[1], knee[0], 0),
            f"ankle_{name}": (side * ankle[1], 0.932, 0),
            f"heel_{name}": (side * ankle[1], 0.955, 0),
            f"toe_{name}": (side * (ankle[1] + turnout), 0.993, 0),
        }
    return {name: frame_position(point, build.sway) for name, point in points.items()}
