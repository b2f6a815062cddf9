"""How a body, its hair and plain clothes are modelled in clay from a build."""

from imaging.drawing.builds import Build
from imaging.drawing.clay import Clay
from imaging.drawing.stance import Point, frame_position

SIDES = (("left", -1), ("right", 1))


def _head(clay: Clay, build: Build) -> None:
    jaw = build.jaw
    clay.ellipsoid((0, 0.0585, -0.006), (0.0420, 0.0545, 0.0560), 0.012)
    clay.loft(
        (
            (0.020, 0, 0.0200, 0.0, 0.030, 0.020),
            (0.045, 0, 0.0370, 0.0, 0.044, 0.030),
            (0.068, 0, 0.0395, 0.0, 0.048, 0.030),
            (0.088, 0, jaw + 0.006, 0.0, 0.049, 0.030),
            (0.105, 0, jaw, 0.004, 0.044, 0.026),
            (0.1165, 0, 0.80 * jaw, 0.010, 0.037, 0.020),
            (0.1240, 0, 0.56 * jaw, 0.016, 0.028, 0.014),
            (0.1290, 0, 0.26 * jaw, 0.018, 0.018, 0.010),
        ),
        0.026,
        squareness=0.10,
        smoothing=0.007,
    )
    clay.ellipsoid((0, 0.1180, 0.0385), (0.3 * jaw + 0.002, 0.0090, 0.0085), 0.018)
    clay.relief((0, 0.0700), (0.0042, 0.0100), 0.0050)
    clay.relief((0, 0.0850), (0.0060, 0.0062), 0.0062)
    clay.relief((0, 0.1035), (0.0085, 0.0044), 0.0034)
    clay.relief((0, 0.1033), (0.0085, 0.0015), -0.0015)
    clay.relief((0, 0.1120), (0.0070, 0.0022), -0.0014)
    clay.relief((0, 0.0560), (0.0240, 0.0050), 0.0012)
    for _, side in SIDES:
        clay.relief((side * 0.0175, 0.0655), (0.0090, 0.0058), -0.0042)
        clay.relief((side * 0.0175, 0.0675), (0.0060, 0.0030), 0.0016)
        clay.relief((side * 0.0270, 0.0800), (0.0090, 0.0065), 0.0022, turn=side * -0.5)
        clay.relief((side * 0.0230, 0.0980), (0.0060, 0.0100), -0.0018, turn=side * 0.4)
        clay.ellipsoid((side * 0.0430, 0.0730, -0.004), (0.0036, 0.0125, 0.0080), 0.006)


def _torso(clay: Clay, build: Build) -> None:
    clay.loft(
        tuple((y, 0.0, width, -0.002, front, back) for y, width, front, back in build.torso),
        0.007,
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
    joint = build.arm[2][1]
    for _, side in SIDES:
        clay.limb(
            (side * neck * 0.7, 0.162, -0.026),
            (side * joint * 0.96, 0.203, -0.014),
            (0.018, 0.0200 + 0.12 * (joint - 0.09)),
            0.030,
        )
        if build.bust[3]:
            x, y, z, radius = build.bust
            clay.ellipsoid((side * x, y, z), (radius * 1.02, radius, radius), 0.024)
            clay.ellipsoid(
                (side * x * 1.05, y - 0.028, z - 0.006), (radius * 0.8, radius, radius * 0.7), 0.030
            )
        if build.chest:
            clay.ellipsoid(
                (side * 0.046, 0.254, 0.034), (0.046, 0.036, 0.020), 0.022, turn=side * -0.15
            )


def _torso_details(clay: Clay, build: Build) -> None:
    joint, waist = build.arm[2][1], build.torso[7]
    for _, side in SIDES:
        # Collar bone, the hollow above it, and the muscle that runs from its inner end to the ear.
        clay.relief((side * joint * 0.34, 0.1888), (0.0180, 0.0036), 0.0030, turn=side * -0.12)
        clay.relief((side * joint * 0.72, 0.1842), (0.0170, 0.0040), 0.0028, turn=side * -0.12)
        clay.relief((side * joint * 0.42, 0.1780), (0.0150, 0.0060), -0.0022, turn=side * -0.10)
        clay.relief((side * 0.0145, 0.1660), (0.0170, 0.0040), 0.0032, turn=side * -1.15)
    clay.relief((0, 0.1870), (0.0050, 0.0060), -0.0050)
    clay.relief((0, 0.3500), (0.0080, 0.0340), -0.0022)
    clay.relief((0, waist[0] + 0.030), (0.0026, 0.0036), -0.0050)


def _leg(clay: Clay, build: Build, side: int) -> None:
    clay.loft(
        tuple((y, side * x, width, z, width * 0.98, width * 1.02) for y, x, width, z in build.leg),
        0.018,
        squareness=0.08,
    )
    knee_y, knee_x, knee, _ = build.leg[9]
    clay.relief((side * knee_x, knee_y - 0.007), (knee * 0.42, 0.0120), 0.0036)
    clay.relief((side * knee_x, knee_y + 0.016), (knee * 0.24, 0.0060), 0.0018)
    for way in (-1, 1):
        clay.relief(
            (side * knee_x + way * knee * 0.50, knee_y + 0.006), (knee * 0.20, 0.0100), -0.0020
        )
    calf_y, calf_x, calf, _ = build.leg[11]
    clay.relief(
        (side * calf_x - side * calf * 0.22, calf_y + 0.030), (0.042, 0.0060), 0.0010, turn=1.57
    )
    _, x, ankle, z = build.leg[-1]
    clay.ellipsoid((side * (x - ankle), 0.9480, z), (0.0050, 0.0070, 0.0060), 0.010)
    clay.ellipsoid((side * (x + ankle), 0.9530, z - 0.004), (0.0048, 0.0070, 0.0060), 0.010)
    _foot(clay, build, side)


def _foot(clay: Clay, build: Build, side: int) -> None:
    _, x, ankle, z = build.leg[-1]
    ball = build.foot

    def at(across: float, y: float, depth: float) -> Point:
        return (side * (x + across + 0.13 * depth), y, depth)

    clay.limb(at(0, 0.945, z), at(-0.001, 0.9600, 0.030), (ankle, ankle * 0.98), 0.012)
    clay.limb(at(0, 0.955, -0.03), at(0, 0.9590, -0.02), (0.0150, 0.0150), 0.012)
    clay.limb(at(-0.001, 0.960, 0.030), at(-ball * 0.42, 0.9790, 0.074), (ankle, 0.0125), 0.012)
    clay.limb(at(0.001, 0.962, 0.028), at(ball * 0.46, 0.9780, 0.062), (ankle * 0.9, 0.0105), 0.012)
    toes = (
        (-0.62, 0.105, 0.0092),
        (-0.18, 0.103, 0.0064),
        (0.14, 0.099, 0.0060),
        (0.43, 0.092, 0.0056),
        (0.68, 0.083, 0.0052),
    )
    for across, depth, radius in toes:
        clay.limb(
            at(across * ball * 0.80, 0.9795, depth - 0.032),
            at(across * ball, 1.0 - radius - (0.105 - depth) * 0.22, depth),
            (radius * 1.05, radius),
            0.0045,
        )


def _arm(clay: Clay, build: Build, side: int) -> None:
    clay.loft(
        tuple((y, side * x, width, z, width * 1.04, width * 1.08) for y, x, width, z in build.arm),
        0.014,
        squareness=0.05,
    )
    _, x, width, z = build.arm[2]
    clay.ellipsoid((side * (x - 0.003), 0.2195, z), (width * 1.02, 0.0310, width * 1.15), 0.022)
    _hand(clay, build, side)


def _hand(clay: Clay, build: Build, side: int) -> None:
    _, wrist_x, wrist, wrist_z = build.arm[-1]
    size = 0.55 + 0.45 * wrist / 0.0140

    def at(forward: float, down: float, outward: float) -> Point:
        # The hand hangs with the thumb to the front, its back turned a little to the viewer.
        return (
            side * (wrist_x + 0.10 * down - 0.50 * forward + 0.80 * outward),
            0.518 + down,
            wrist_z + 0.80 * forward + 0.50 * outward + 0.10 * down,
        )

    fingers = (
        (0.0165, 0.046, 0.047),
        (0.0058, 0.049, 0.053),
        (-0.0050, 0.048, 0.049),
        (-0.0150, 0.045, 0.038),
    )
    for spread, palm, length in fingers:
        thick = (0.0072 if length > 0.04 else 0.0062) * size
        knuckle = at(spread * size, palm, 0.002)
        middle = at(spread * 1.02 * size, palm + 0.50 * length, -0.002)
        tip = at(spread * 0.96 * size, palm + 0.95 * length, -0.0105)
        clay.limb(at(spread * 0.62 * size, -0.004, 0), knuckle, (wrist * 0.72, thick * 1.15), 0.008)
        clay.limb(knuckle, middle, (thick, thick * 0.92), 0.004)
        clay.limb(middle, tip, (thick * 0.92, thick * 0.72), 0.003)
    root, joint = at(0.012 * size, 0.008, -0.001), at(0.0255 * size, 0.032, -0.006)
    clay.limb(root, joint, (0.0098 * size, 0.0078 * size), 0.010)
    clay.limb(joint, at(0.0270 * size, 0.056, -0.0085), (0.0074 * size, 0.0055 * size), 0.004)


def _hair(build: Build, head: Clay) -> Clay:
    """Model the hair as a second skin of the head that thins out towards the face."""
    hair = Clay(build.sway)
    if build.hair == "bob":
        hair.loft(
            (
                (0.040, 0, 0.0400, -0.012, 0.032, 0.040),
                (0.070, 0, 0.0490, -0.014, 0.030, 0.040),
                (0.100, 0, 0.0515, -0.014, 0.032, 0.040),
                (0.121, 0, 0.0490, -0.010, 0.034, 0.036),
                (0.127, 0, 0.0440, -0.006, 0.028, 0.030),
            ),
            0.012,
        )
        hair.ellipsoid((0, 0.0980, 0.070), (0.0500, 0.0720, 0.086), -0.008)
        hair.coat(head, 0.0050, (0, 0.1000, 0.070), (0.0560, 0.0740, 0.096))
        hair.comb((0.0, 0.190), 0.0003)
    else:
        thickness = 0.0034 if build.hair == "sleek" else 0.0016
        hair.coat(head, thickness, (0, 0.0880, 0.075), (0.0610, 0.0640, 0.098))
        hair.ellipsoid((0, 0.1340, 0.000), (0.0900, 0.0620, 0.070), -0.010)
        hair.comb((0.0, 0.080), 0.0003 if build.hair == "sleek" else 0.0001)
    return hair


def model_figure(build: Build) -> tuple[Clay, Clay]:
    """Model a body from its measures.

    Parameters
    ----------
    build : Build
        The measures.

    Returns
    -------
    tuple of Clay
        Body and hair.

    References
    ----------
    Source: own derivation.
    """
    head = Clay(build.sway)
    _head(head, build)
    body = Clay(build.sway)
    for _, side in SIDES:
        _leg(body, build, side)
    _torso(body, build)
    _torso_details(body, build)
    for _, side in SIDES:
        _arm(body, build, side)
    body.join(head, 0.014)
    return body, _hair(build, head)


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
        _leg(legwear, build, side)
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
    _, hip_x, _, _ = build.leg[3]
    points: dict[str, Point] = {"crown": (0, 0, 0), "neck": (0, build.torso[1][0] + 0.002, 0)}
    elbow, wrist, knee, ankle = build.arm[7], build.arm[-1], build.leg[9], build.leg[-1]
    for name, side in SIDES:
        points |= {
            f"head_{name}": (side * build.head, 0.066, 0),
            f"shoulder_{name}": (side * build.arm[2][1], 0.207, 0),
            f"elbow_{name}": (side * elbow[1], elbow[0], 0),
            f"wrist_{name}": (side * wrist[1], wrist[0], 0),
            f"hand_{name}": (side * (wrist[1] + 0.005), wrist[0] + 0.050, 0),
            f"hip_{name}": (side * hip_x * 1.15, build.leg[3][0] + 0.005, 0),
            f"knee_{name}": (side * knee[1], knee[0], 0),
            f"ankle_{name}": (side * ankle[1], 0.932, 0),
            f"heel_{name}": (side * ankle[1], 0.955, 0),
            f"toe_{name}": (side * (ankle[1] + 0.009), 0.995, 0),
        }
    return {name: frame_position(point, build.sway) for name, point in points.items()}
