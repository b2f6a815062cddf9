"""Remnants of worn clothes: what their clearing leaves of bags, tails and shoes goes as well."""

from collections.abc import Set as AbstractSet

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.anatomy import Limb, feet, limb_area, limb_coordinates, limbs_of, widened, zone_rows
from imaging.measuring import SIDES, Body
from imaging.skin import Surface

VISIBLE = 60
"""Alpha above which a pixel shows."""

CUT_SHARE = 0.25
"""Share of a piece's free outline along cleared pixels from which it is a remnant."""

WORN_CONTACT = 1.2
"""Length along the body, per shoulder distance, from which a piece beside it is worn."""

SCRAP = 0.3
"""Square root of the largest scrap's area, per shoulder distance."""

SPECK = 0.17
"""The same for what floats in the air."""

FINGER = 0.08
"""The same for floating skin: the rest of a hand that held something stays."""

HAIR_CONTACT = 0.3
"""Pixels of the head beside a piece, per shoulder distance, from which it is hair."""

THIN = 0.07
"""Width of what counts as thin, per shoulder distance."""


def held(body: Body, surface: Surface) -> NDArray[np.bool_]:
    """Find what of a person stays whatever is cleared: head, limbs, hands, and skin next to them.

    Parameters
    ----------
    body : Body
        Measures of the person.
    surface : Surface
        What the person's pixels are.

    Returns
    -------
    (H, W) bool
        Whether or not the person is there.
    """
    unit = body.unit
    own = surface.head > 0
    near = np.zeros(own.shape, bool)
    for zone in ("upper", "lower"):
        for limb in limbs_of(body, zone):
            for area, by in ((own, 0.02 * unit), (near, 0.08 * unit)):
                window, _, _, distance = limb_coordinates(body, widened(limb, by))
                area[window] |= distance <= 1
    for side in SIDES:
        wrist, hand = body.joints[f"wrist_{side}"], body.joints[f"hand_{side}"]
        fingers = hand + (hand - wrist) * 0.8
        near |= limb_area(body, Limb(start=wrist, end=fingers, radii=(0.2 * unit, 0.2 * unit)))
    return np.asarray(own | (near & (surface.skin > 110)))


def remnants(
    before: NDArray[np.uint8],
    after: NDArray[np.uint8],
    body: Body,
    surface: Surface,
    *,
    zones: AbstractSet[str],
) -> NDArray[np.bool_]:
    """Find what clearing left over beside the body.

    A bag or a coat's tail goes as a whole or stays as a whole: a piece whose outline mostly runs
    along cleared pixels is a remnant, and so is a thin line beside them.

    Parameters
    ----------
    before, after : (H, W) uint8
        Alpha of the person before and after clearing.
    body : Body
        Measures of the person.
    surface : Surface
        What the person's pixels are.
    zones : set of str
        Zones that were cleared.

    Returns
    -------
    (H, W) bool

    References
    ----------
    Source: own derivation.
    """
    found = np.zeros(before.shape, bool)
    gone = (before > VISIBLE) & (after <= VISIBLE)
    if not gone.any():
        return found
    mine = held(body, surface)
    inside = cleared_rows(body, zones)
    beside = (after > 0) & inside & ~mine
    shown = (after > VISIBLE) & ~mine
    side = max(3, round(THIN * body.unit)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    # The body counts as solid here: a line along an arm is thin, an elbow is not.
    solid = ((after > VISIBLE) | mine).astype(np.uint8)
    thick = cv2.morphologyEx(solid, cv2.MORPH_OPEN, disc) > 0
    near = cv2.dilate(gone.astype(np.uint8), np.ones((31, 31), np.uint8)) > 0
    found |= beside & ~thick & near
    kept = (shown & ~found).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(kept)
    for index in range(1, count):
        window = _round(stats[index], 3, before.shape)
        piece = labels[window] == index
        visible = after[window] > VISIBLE
        if _is_hair(piece, surface.head[window] > 0, body.unit):
            continue
        flesh = float((piece & (surface.skin[window] > 127)).sum()) / float(stats[index][4])
        if _is_cut(piece, gone[window], visible, flesh=flesh, unit=body.unit):
            found[window] |= piece & inside[window]
    # The faint edge of what went goes with it.
    stays = (after > VISIBLE) & ~found
    veil = beside & ~_grown(stays, 5) & _grown(gone | found, 15)
    return np.asarray(found | veil)


def _round(stats: NDArray[np.int32], margin: int, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Window of a component with a margin."""
    left, top, width, height = (int(value) for value in stats[:4])
    return (
        slice(max(0, top - margin), min(shape[0], top + height + margin)),
        slice(max(0, left - margin), min(shape[1], left + width + margin)),
    )


def _grown(area: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    return cv2.dilate(area.astype(np.uint8), np.ones((size, size), np.uint8)) > 0


def _is_hair(piece: NDArray[np.bool_], head: NDArray[np.bool_], unit: float) -> bool:
    """Whether a piece is joined to the head over more than a touch."""
    return float((_grown(piece, 5) & head).sum()) > HAIR_CONTACT * unit


def _is_cut(
    piece: NDArray[np.bool_],
    gone: NDArray[np.bool_],
    visible: NDArray[np.bool_],
    *,
    flesh: float,
    unit: float,
) -> bool:
    """Whether a piece was cut along much of its outline, hangs along the body, or floats."""
    ring = _grown(piece, 5) & ~piece
    free = ring & ~visible
    if float((ring & gone).sum()) > CUT_SHARE * float(free.sum()):
        return True
    contact = float((ring & visible).sum()) / 2  # the ring is two pixels wide
    if contact == 0:
        return float(piece.sum()) < (0.5 * unit) ** 2
    # A bag touches the body at the hand; what touches it all along is a coat.
    return flesh < 0.3 and contact > WORN_CONTACT * unit


def cleared_rows(body: Body, zones: AbstractSet[str]) -> NDArray[np.bool_]:
    """Find the rows in which worn clothes of zones are cleared.

    Parameters
    ----------
    body : Body
        Measures of the person.
    zones : set of str
        Of `undressing.ZONES`.

    Returns
    -------
    (H, W) bool
    """
    inside = np.zeros(body.silhouette.shape, bool)
    for zone in zones - {"feet"}:
        inside[zone_rows(body, zone)] = True
    return inside | feet(body) if "feet" in zones else inside


def hanging_on(
    left: NDArray[np.uint8],
    covered: NDArray[np.bool_],
    mine: NDArray[np.bool_],
    *,
    rows: NDArray[np.bool_],
    unit: float,
) -> NDArray[np.bool_]:
    """Find scraps that stick out beside chosen garments and hang on nothing else.

    Parameters
    ----------
    left : (H, W) uint8
        Alpha of the person without the worn clothes.
    covered : (H, W) bool
        Where chosen garments are.
    mine : (H, W) bool
        What of the person stays; see `held`.
    rows : (H, W) bool
        Where worn clothes were replaced.
    unit : float
        Distance between the shoulder joints, px.

    Returns
    -------
    (H, W) bool

    References
    ----------
    Source: own derivation.
    """
    found = np.zeros(covered.shape, bool)
    loose = (left > 0) & ~covered & ~mine & rows
    count, labels, stats, _ = cv2.connectedComponentsWithStats(loose.astype(np.uint8))
    body = (left > VISIBLE) & ~covered & ~loose
    for index in range(1, count):
        if stats[index][4] > (SCRAP * unit) ** 2:
            continue
        window = _round(stats[index], 2, covered.shape)
        piece = labels[window] == index
        ring = _grown(piece, 3) & ~piece
        on_garment, on_body = (ring & covered[window]).sum(), (ring & body[window]).sum()
        if on_body <= 0.5 * on_garment:
            found[window] |= piece
    seen = ((left > VISIBLE) & ~found) | covered
    count, labels, stats, _ = cv2.connectedComponentsWithStats(seen.astype(np.uint8))
    for index in range(1, count):
        if stats[index][4] > (SPECK * unit) ** 2:
            continue
        window = _round(stats[index], 2, covered.shape)
        piece = labels[window] == index
        is_flesh = 2 * int((piece & mine[window]).sum()) > int(stats[index][4])
        if is_flesh and stats[index][4] > (FINGER * unit) ** 2:
            continue
        speck = _grown(piece, 5) & ~covered[window]
        found[window] |= speck & (left[window] > 0) & rows[window]
    return found
