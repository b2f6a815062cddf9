"""The body as tapering pieces: neck, trunk, arms, legs, and the rows clothes are worn in."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from imaging.measuring import (
    ANKLE,
    CHEST,
    ELBOW,
    HIP,
    KNEE,
    SIDES,
    THIGH,
    UPPER_ARM,
    WAIST,
    WRIST,
    Body,
    Point,
)

Field: TypeAlias = NDArray[np.float32]
Window: TypeAlias = tuple[slice, slice]


@dataclass(frozen=True, kw_only=True)
class Limb:
    """A tapering piece of the body.

    Attributes
    ----------
    start, end : (2,) float64
        ``row, col``.
    radii : (float, float)
        Half widths at start and end, px.
    """

    start: Point
    end: Point
    radii: tuple[float, float]


def widened(limb: Limb, by: float) -> Limb:
    """Give a limb a wider radius.

    Parameters
    ----------
    limb : Limb
        One piece.
    by : float
        Pixels.

    Returns
    -------
    Limb
    """
    return Limb(start=limb.start, end=limb.end, radii=(limb.radii[0] + by, limb.radii[1] + by))


def zone_rows(body: Body, zone: str) -> slice:
    """Give the rows in which clothes of a zone are worn.

    Parameters
    ----------
    body : Body
        Measures of the person.
    zone : str
        "upper" or "lower".

    Returns
    -------
    slice
    """
    height = body.silhouette.shape[0]
    ankles = int(max(joint[0] for joint in body.both("ankle")) + 0.05 * body.unit)
    top = int(max(0, body.joints["neck"][0] - 0.35 * body.unit))
    if zone == "upper":
        return slice(top, int(body.row_of(0.98)))
    return slice(int(body.row_of(0.72)), min(height, ankles))


def limbs_of(body: Body, zone: str) -> list[Limb]:
    """Take neck, trunk, arms or legs as tapering pieces.

    Parameters
    ----------
    body : Body
        Measures of the person.
    zone : str
        "upper" or "lower".

    Returns
    -------
    list of Limb
    """
    unit = body.unit
    limbs: list[Limb] = []
    if zone == "upper":
        neck = body.joints["neck"]
        top = neck - (0.42 * unit, 0)
        waist = body.axis(body.row_of(0.7))
        limbs.append(Limb(start=top, end=neck, radii=(0.17 * unit, 0.24 * unit)))
        limbs.append(
            Limb(
                start=body.axis(neck[0] + 0.02 * unit),
                end=waist,
                radii=(CHEST * 1.05 * unit, WAIST * unit),
            )
        )
        limbs.append(
            Limb(start=waist, end=body.axis(body.row_of(1.1)), radii=(WAIST * unit, HIP * unit))
        )
        for side in SIDES:
            shoulder, elbow, wrist = body.arm(side)
            limbs.append(Limb(start=shoulder, end=elbow, radii=(UPPER_ARM * unit, ELBOW * unit)))
            limbs.append(Limb(start=elbow, end=wrist, radii=(ELBOW * 0.95 * unit, WRIST * unit)))
    if zone == "lower":
        waist, hip = body.axis(body.row_of(0.7)), body.axis(body.row_of(1.1))
        limbs.append(Limb(start=waist, end=hip, radii=(WAIST * unit, HIP * unit)))
        for side in SIDES:
            top, knee, ankle = body.leg(side)
            calf = knee + (ankle - knee) * 0.3
            limbs.append(
                Limb(start=top - (0.25 * unit, 0), end=top, radii=(THIGH * unit, THIGH * unit))
            )
            limbs.append(Limb(start=top, end=knee, radii=(THIGH * 0.95 * unit, KNEE * 0.88 * unit)))
            limbs.append(Limb(start=knee, end=calf, radii=(KNEE * 0.88 * unit, KNEE * 0.9 * unit)))
            limbs.append(
                Limb(start=calf, end=ankle, radii=(KNEE * 0.9 * unit, ANKLE * 0.85 * unit))
            )
            foot = ankle + (ankle - calf) * 0.25
            limbs.append(
                Limb(start=ankle, end=foot, radii=(ANKLE * 0.85 * unit, ANKLE * 0.85 * unit))
            )
    return limbs


def limb_coordinates(body: Body, limb: Limb) -> tuple[Window, Field, Field, Field]:
    """Measure the surroundings of a limb.

    Parameters
    ----------
    body : Body
        Measures of the person.
    limb : Limb
        One piece.

    Returns
    -------
    window : (slice, slice)
        The surroundings.
    share, offset, distance : (h, w) float32
        Per pixel of the window the share of the way along the limb, the signed offset and the
        distance, both per radius.
    """
    height, width = body.silhouette.shape
    margin = max(limb.radii) + 2
    low = np.maximum(np.minimum(limb.start, limb.end) - margin, 0).astype(int)
    high = np.minimum(np.maximum(limb.start, limb.end) + margin + 1, (height, width)).astype(int)
    high = np.maximum(high, low)
    window = (slice(int(low[0]), int(high[0])), slice(int(low[1]), int(high[1])))
    rows = np.arange(low[0], high[0], dtype=np.float32)[:, None] - np.float32(limb.start[0])
    cols = np.arange(low[1], high[1], dtype=np.float32)[None, :] - np.float32(limb.start[1])
    step = limb.end - limb.start
    length = max(float(np.linalg.norm(step)), 1e-6)
    unit = step / length
    share = (rows * np.float32(unit[0]) + cols * np.float32(unit[1])) / np.float32(length)
    across = cols * np.float32(unit[0]) - rows * np.float32(unit[1])
    held = np.clip(share, 0, 1)
    radius = limb.radii[0] + (limb.radii[1] - limb.radii[0]) * held
    beyond = (share - held) * np.float32(length)
    distance = np.sqrt(across**2 + beyond**2) / radius
    return (
        window,
        share.astype(np.float32),
        (across / radius).astype(np.float32),
        distance.astype(np.float32),
    )


def limb_area(body: Body, limb: Limb) -> NDArray[np.bool_]:
    """Find the pixels of a limb.

    Parameters
    ----------
    body : Body
        Measures of the person.
    limb : Limb
        One piece.

    Returns
    -------
    (H, W) bool
    """
    area = np.zeros(body.silhouette.shape, bool)
    window, _, _, distance = limb_coordinates(body, limb)
    area[window] = distance <= 1
    return area


def trunk(body: Body) -> NDArray[np.bool_]:
    """Tell the trunk from the armpits to the top of the thighs, without what hangs beside it.

    Parameters
    ----------
    body : Body
        Measures of the person.

    Returns
    -------
    (H, W) bool
    """
    chest = body.axis(body.armpit("left")[0] + 0.10 * body.unit)
    hip = body.axis(body.row_of(1.0))
    end = body.axis(float(body.crotch[0]) + 0.08 * body.torso)
    area = np.zeros(body.silhouette.shape, bool)
    for start, stop, radii in ((chest, hip, (CHEST * 0.95, HIP)), (hip, end, (HIP, HIP))):
        limb = Limb(start=start, end=stop, radii=(radii[0] * body.unit, radii[1] * body.unit))
        window, share, _, distance = limb_coordinates(body, limb)
        area[window] |= (distance <= 1) & (share >= 0) & (share <= 1)
    return area


def feet(body: Body) -> NDArray[np.bool_]:
    """Find everything below the ankles.

    Parameters
    ----------
    body : Body
        Measures of the person.

    Returns
    -------
    (H, W) bool
    """
    height, width = body.silhouette.shape
    area = np.zeros((height, width), bool)
    for side, sign in SIDES.items():
        row = int(max(0.0, body.joints[f"ankle_{side}"][0] - 0.02 * body.unit))
        middle = int(np.clip(body.middle("ankle")[1], 1, width - 1))
        area[row:, slice(0, middle) if sign < 0 else slice(middle, None)] = True
    return area
