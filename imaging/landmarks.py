"""Landmarks of a garment found on its outline, for every family of types."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.garment import LEG_TYPES, UPPER_TYPES
from imaging.landmarks_tops import dress, upper
from imaging.outlining import SIDES, Found, Mask, extent, outline_of, point, row_span

WORKING_SIDE_PX = 512


def find_landmarks(rgba: NDArray[np.uint8], *, garment_type: str) -> dict[str, tuple[float, float]]:
    """Find the landmarks of a garment cut out of its image.

    Parameters
    ----------
    rgba : (H, W, 4) uint8
        Straight alpha.
    garment_type : str
        One of ``GARMENT_TYPES``.

    Returns
    -------
    dict of str to (float, float)
        Fractions of height and width; empty when nothing is visible.

    References
    ----------
    Source: own derivation.
    """
    height, width = rgba.shape[:2]
    scale = min(1.0, WORKING_SIDE_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(rgba, size, interpolation=cv2.INTER_AREA)
    mask = np.asarray(small[..., 3] > 127)
    if mask.sum() < 16:
        return {}
    found = _finder(garment_type)(mask, np.asarray(small[..., :3], np.uint8))
    limits = np.array([size[1], size[0]], np.float64)
    return {
        name: (float(fraction[0]), float(fraction[1]))
        for name, place in found.items()
        for fraction in [np.clip((place + 0.5) / limits, 0.0, 1.0)]
    }


def _finder(garment_type: str) -> Callable[[Mask, NDArray[np.uint8]], Found]:
    if garment_type in UPPER_TYPES:
        return upper
    if garment_type == "dress":
        return dress
    if garment_type in LEG_TYPES:
        return _legs
    finders: Mapping[str, Callable[[Mask, NDArray[np.uint8]], Found]] = {
        "skirt": _skirt,
        "shoes": _shoes,
        "hat": _hat,
        "bag": _bag,
        "scarf": _scarf,
    }
    return finders.get(garment_type, lambda _mask, _colours: {})


def _waistband(mask: Mask) -> tuple[Found, float]:
    top, _, bottom, _ = extent(mask)
    row = top + 0.015 * (bottom - top)
    left, right = row_span(mask, row)
    middle = (left + right) / 2
    solid = np.flatnonzero(mask[:, int(middle)])
    found = {
        "waist_left": point(row, left),
        "waist_right": point(row, right),
        "waist_centre": point(float(solid[0]), middle),
    }
    return found, middle


def _skirt(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    found, middle = _waistband(mask)
    top, _, bottom, _ = extent(mask)
    outline = outline_of(mask)
    waist = found["waist_right"][1] - found["waist_left"][1]
    hip = min(top + 0.35 * (bottom - top), top + 0.62 * waist)
    span = row_span(mask, hip)
    for index, (name, sign) in enumerate(SIDES):
        found[f"hip_{name}"] = point(hip, span[index])
        found[f"hem_{name}"] = outline[np.argmax(outline[:, 0] + 0.7 * sign * outline[:, 1])]
    solid = np.flatnonzero(mask[:, int(middle)])
    found["hem_centre"] = point(float(solid[-1]), middle)
    return found


def _legs(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    found, middle = _waistband(mask)
    top, left, bottom, right = extent(mask)
    height, width = bottom - top, right - left
    strip = np.asarray(
        mask[:, int(middle - 0.06 * width) : int(middle + 0.06 * width) + 1].all(axis=1)
    )
    solid = np.flatnonzero(strip[: int(top + 0.93 * height)])
    crotch = float(solid[-1]) if solid.size else top + 0.45 * height
    if crotch > top + 0.85 * height and height > 1.2 * width:
        crotch = top + 0.38 * height  # the legs touch all the way down
    found["crotch"] = point(crotch, middle)
    hip = top + 0.72 * (crotch - top)
    hem = top + 0.975 * height
    knee = crotch + 0.48 * (bottom - crotch)
    long = (bottom - crotch) > 0.95 * (found["waist_right"][1] - found["waist_left"][1])
    for index, (name, sign) in enumerate(SIDES):
        found[f"hip_{name}"] = point(hip, row_span(mask, hip)[index])
        for part, row in (("knee", knee), ("hem", hem)):
            cols = np.flatnonzero(mask[int(row)])
            cols = cols[(cols - middle) * sign > 0]
            if cols.size and (part == "hem" or long):
                ends = (float(cols[0]), float(cols[-1]))
                found[f"{part}_outer_{name}"] = point(row, ends[index])
                found[f"{part}_inner_{name}"] = point(row, ends[1 - index])
    return found


def _halves(mask: Mask) -> tuple[Mask, Mask]:
    """Left and right thing of a pair: by components, else cut down the middle."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    big = sorted(range(1, count), key=lambda index: -int(stats[index, cv2.CC_STAT_AREA]))[:2]
    if len(big) == 2 and stats[big[1], cv2.CC_STAT_AREA] > 0.4 * stats[big[0], cv2.CC_STAT_AREA]:
        first, second = sorted(big, key=lambda index: float(centres[index, 0]))
        return np.asarray(labels == first), np.asarray(labels == second)
    _, left, _, right = extent(mask)
    cut = np.arange(mask.shape[1]) < (left + right) / 2
    return mask & cut, mask & ~cut


def _shoes(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    found: Found = {}
    for half, (name, sign) in zip(_halves(mask), SIDES, strict=True):
        if not half.any():
            continue
        top, _, bottom, _ = extent(half)
        height = bottom - top
        span = row_span(half, top + 0.12 * height)
        found[f"opening_{name}"] = point(top + 0.06 * height, sum(span) / 2)
        low = np.flatnonzero(half[int(bottom - 0.01 * height)])
        found[f"toe_{name}"] = point(bottom, float(low.mean()))
        first = int(top + 0.55 * height)  # in front of the opening, where a foot is broadest
        widths = half[first : int(top + 0.72 * height) + 1].sum(axis=1)
        row = float(first + np.argmax(widths))
        span = row_span(half, row)
        outer, inner = span if sign < 0 else span[::-1]
        found[f"sole_outer_{name}"] = point(row, outer)
        found[f"sole_inner_{name}"] = point(row, inner)
    return found


def _hat(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    top, _, bottom, _ = extent(mask)
    widths = mask.sum(axis=1)
    brim = int(np.flatnonzero(widths > 0.97 * widths.max())[-1])
    crown = row_span(mask, top + 0.55 * (brim - top))
    span = row_span(mask, brim)
    band_row = float(brim)
    if crown[1] - crown[0] > 0.86 * (span[1] - span[0]):
        band_row = top + 0.9 * (bottom - top)
        crown = row_span(mask, band_row)
    middle = (crown[0] + crown[1]) / 2
    return {
        "top": point(top, middle),
        "brim_left": point(brim, span[0]),
        "brim_right": point(brim, span[1]),
        "band_left": point(band_row, crown[0]),
        "band_right": point(band_row, crown[1]),
    }


def _bag(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    top, _, bottom, _ = extent(mask)
    high = np.flatnonzero(mask[top : top + max(2, (bottom - top) // 40)].any(axis=0))
    low = np.flatnonzero(mask[bottom])
    widths = mask[(top + bottom) // 2 :].sum(axis=1)
    wide = np.flatnonzero(widths > 0.96 * widths.max())
    row = (top + bottom) // 2 + int(wide[len(wide) // 3])
    span = row_span(mask, row)
    return {
        "handle": point(top, float(high.mean())),
        "base": point(bottom, float(low.mean())),
        "side_left": point(row, span[0]),
        "side_right": point(row, span[1]),
    }


def _scarf(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    top, _, bottom, _ = extent(mask)
    height = bottom - top
    widths = mask[top : top + max(2, height // 3)].sum(axis=1)
    row = top + int(np.flatnonzero(widths > 0.9 * widths.max())[0])
    span = row_span(mask, row)
    middle = (span[0] + span[1]) / 2
    found = {
        "neck_left": point(row, span[0]),
        "neck_right": point(row, span[1]),
        "knot": point(row + 0.1 * height, middle),
    }
    outline = outline_of(mask)
    for name, sign in SIDES:
        own = outline[(outline[:, 1] - middle) * sign >= 0]
        found[f"end_{name}"] = own[np.argmax(own[:, 0])] if len(own) else point(bottom, middle)
    return found
