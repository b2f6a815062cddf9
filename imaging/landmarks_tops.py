"""Landmarks of upper garments and dresses, found on the outline.

The outline is walked from the collar down each side, so that "outer" and "inner" need no guess
about where a sleeve hangs.
"""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.outlining import (
    SIDES,
    Found,
    Mask,
    Point,
    extent,
    nearest,
    outline_of,
    point,
    walk,
)
from imaging.warping import Points

LONG_SLEEVE = 1.75
"""Sleeve length per width of its root above which it reaches below the elbow."""


def _collar(mask: Mask, middle: float, width: float) -> tuple[Point, Point]:
    tops = np.where(mask.any(axis=0), np.argmax(mask, axis=0), mask.shape[0]).astype(np.float64)
    found: list[Point] = []
    for _, sign in SIDES:
        near, far = sorted((middle + sign * 0.03 * width, middle + sign * 0.26 * width))
        cols = np.arange(max(0, int(near)), min(mask.shape[1], int(far) + 1))
        # Of equally high places the one nearest to the middle is the collar, the rest shoulder.
        best = cols[np.argmin(tops[cols] + 0.12 * np.abs(cols - middle))]
        found.append(point(tops[best], best))
    return found[0], found[1]


def _neckline(mask: Mask, colours: NDArray[np.uint8], left: Point, right: Point) -> Point:
    middle, span = (left[1] + right[1]) / 2, right[1] - left[1]
    half = max(1, int(0.08 * span))
    strip = slice(int(middle) - half, int(middle) + half + 1)
    solid = np.flatnonzero(mask[:, strip].mean(axis=1) > 0.5)
    first = int(solid[0]) if solid.size else int(left[0])
    if first > (left[0] + right[0]) / 2 + 0.12 * span:
        return point(first, middle)  # the opening is cut out already
    # Otherwise the inside of the back shows; the front edge is a step in colour below it.
    depth = int(first + 0.75 * span)
    steps = _colour_steps(colours[first:depth, strip])
    if len(steps) < 6:
        return point(first, middle)
    for sign in (-1, 1):  # a stripe runs on to both sides, a neckline rises
        at = int(middle + sign * 0.27 * span)
        beside = _colour_steps(colours[first:depth, at - half : at + half + 1])
        wide = cv2.dilate(beside[:, None], np.ones((2 * max(2, int(0.05 * span)) + 1, 1)))[:, 0]
        steps = np.where(wide > 0.6 * steps, 0, steps)
    steps[: max(2, int(0.12 * span))] = 0
    best = int(np.argmax(steps))
    return point(first + best + 2 if steps[best] > 18 else first, middle)


def _colour_steps(strip: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How much the colour changes within four rows, for each row of a strip."""
    if strip.shape[0] < 10 or strip.shape[1] == 0:
        return np.zeros(0)
    lab = cv2.cvtColor(np.ascontiguousarray(strip), cv2.COLOR_RGB2LAB).astype(np.float64)
    mean = lab.mean(axis=1)
    return np.asarray(np.abs(mean[4:] - mean[:-4]).sum(axis=1))


def _concavity(
    side: Points, sign: float, middle: float, box: tuple[int, int, int, int], *, lowest: float
) -> int:
    """Index of the deepest concavity of one side, -1 where there is none."""
    top, left, bottom, right = box
    height, width = bottom - top, right - left
    # A skirt's flare would make the waist the deepest place, so only the upper part is looked at.
    kept = np.flatnonzero(side[:, 0] <= top + (lowest + 0.04) * height)
    side = side[kept]
    if len(side) < 3:
        return -1
    hull = np.sort(
        cv2.convexHull(side.astype(np.int32).reshape(-1, 1, 2), returnPoints=False).ravel()
    )
    best, depth = -1, 0.02 * max(height, width)
    for start, stop in pairwise(hull):
        if stop - start < 6:
            continue
        chord = side[stop] - side[start]
        normal = np.array([-chord[1], chord[0]]) / max(float(np.linalg.norm(chord)), 1e-6)
        depths = np.abs((side[start : stop + 1] - side[start]) @ normal)
        place = side[start + int(np.argmax(depths))]
        fits = top + 0.08 * height < place[0] < top + min(lowest, 0.66) * height
        if fits and (place[1] - middle) * sign > 0.03 * width and depths.max() > depth:
            best, depth = int(kept[start + np.argmax(depths)]), float(depths.max())
    return best


def _armhole_end(side: Points, pit: int, sign: float, height: float) -> int:
    """Where the outline under a sleeveless armhole runs straight down."""
    below = side[pit:]
    near = below[:, 0] < below[0, 0] + 0.14 * height
    outward = np.where(near, below[:, 1] * sign, -np.inf)
    reach = outward.max() - below[0, 1] * sign
    return pit + int(np.argmax(outward > outward.max() - 0.06 * reach))


def _sleeve(side: Points, shoulder: int, pit: int, name: str) -> tuple[Found, float]:
    """Cuffs (and elbows of a long sleeve), and the sleeve's length per root width."""
    edge = side[shoulder : pit + 1]
    root = (edge[0] + edge[-1]) / 2
    width = max(float(np.linalg.norm(edge[0] - edge[-1])), 1.0)
    tip = edge[np.argmax(np.linalg.norm(edge - root, axis=1))]
    axis = (tip - root) / max(float(np.linalg.norm(tip - root)), 1e-6)
    normal = np.array([-axis[1], axis[0]])
    normal *= np.sign((edge[0] - root) @ normal) or 1.0
    outer = int(np.argmax((edge - root) @ (axis + 0.5 * normal)))
    # The inner corner is where the outline turns from the opening back to the armpit.
    chord = edge[-1] - edge[outer]
    across = np.array([-chord[1], chord[0]]) / max(float(np.linalg.norm(chord)), 1e-6)
    inner = outer + int(np.argmax(np.abs((edge[outer:] - edge[outer]) @ across)))
    found = {f"cuff_outer_{name}": edge[outer], f"cuff_inner_{name}": edge[inner]}
    length = float(np.linalg.norm((edge[outer] + edge[inner]) / 2 - root))
    if length > LONG_SLEEVE * width:
        found[f"elbow_outer_{name}"] = edge[int(0.6 * outer)]
        found[f"elbow_inner_{name}"] = edge[int(inner + 0.5 * (len(edge) - 1 - inner))]
    return found, length / width


def upper(mask: Mask, colours: NDArray[np.uint8], *, lowest_armpit: float = 0.96) -> Found:
    """Find the landmarks of an upper garment.

    Parameters
    ----------
    mask : (H, W) bool
        Where it is.
    colours : (H, W, 3) uint8
        sRGB; a neckline over the inside of a back is a step in colour.
    lowest_armpit : float, optional
        Share of the height below which no armpit is looked for.

    Returns
    -------
    dict of str to (2,) float64
        ``row, col``.
    """
    box = extent(mask)
    top, left, bottom, right = box
    height, width = bottom - top, right - left
    rows = range(int(top + 0.45 * height), int(top + 0.95 * height) + 1)
    middle = float(np.median(np.concatenate([np.flatnonzero(mask[row]) for row in rows])))
    middle = 0.5 * middle + 0.25 * (left + right)
    collars = _collar(mask, middle, width)
    outline = outline_of(mask)
    ends = [nearest(outline, collar) for collar in collars]
    step = 1 if (ends[1] - ends[0]) % len(outline) > (ends[0] - ends[1]) % len(outline) else -1
    whole = walk(outline, ends[0], ends[1], step)
    lowest = int(np.argmax(whole[:, 0] - np.abs(whole[:, 1] - middle)))
    found: Found = {"collar_left": collars[0], "collar_right": collars[1]}
    found["neckline"] = _neckline(mask, colours, *collars)
    halves = (whole[: lowest + 1], whole[lowest:][::-1])
    pits = [
        _concavity(half, sign, middle, box, lowest=lowest_armpit)
        for half, (_, sign) in zip(halves, SIDES, strict=True)
    ]
    if min(pits) < 0 and max(pits) >= 0:
        pits = _mirrored(halves, pits, middle)
    sleeves: Found = {}
    lengths: list[float] = []
    for half, pit, (name, sign) in zip(halves, pits, SIDES, strict=True):
        side, length = _side(half, pit, name, sign, (middle, float(width), float(height)))
        found |= {key: side.pop(key) for key in (f"shoulder_{name}", f"armpit_{name}")}
        sleeves |= side
        lengths.append(length)
    if min(lengths) > 0.3:
        long = sum(length > LONG_SLEEVE for length in lengths) == 2
        found |= {key: at for key, at in sleeves.items() if long or not key.startswith("elbow")}
    return found | _trunk(mask, halves, found)


def _mirrored(halves: tuple[Points, Points], pits: list[int], middle: float) -> list[int]:
    known = 0 if pits[0] >= 0 else 1
    row, col = halves[known][pits[known]]
    pits[1 - known] = nearest(halves[1 - known], point(row, 2 * middle - col))
    return pits


def _side(
    half: Points, pit: int, name: str, sign: float, size: tuple[float, float, float]
) -> tuple[Found, float]:
    middle, width, height = size
    if pit < 0:
        pit = int(np.argmin(np.abs(half[:, 0] - (half[0, 0] + 0.25 * height))))
    above = half[: pit + 1]
    outward = (above[:, 1] - half[pit, 1]) * sign
    below = half[pit:]
    near = below[below[:, 0] < half[pit, 0] + 0.2 * height]
    spread = float(((near[:, 1] - half[pit, 1]) * sign).max(initial=0.0))
    if outward.max() < max(0.05 * width, 0.9 * spread):
        tip = int(np.argmax((above[:, 1] - half[0, 1]) * sign - 0.9 * (above[:, 0] - half[0, 0])))
        end = _armhole_end(half, pit, sign, height)
        return {f"shoulder_{name}": above[tip], f"armpit_{name}": half[end]}, 0.0
    shoulder = _sleeve_head(above, outward, width)
    found, length = _sleeve(half, shoulder, pit, name)
    found |= {f"shoulder_{name}": half[shoulder], f"armpit_{name}": half[pit]}
    del middle
    return found, length


def _sleeve_head(above: Points, outward: NDArray[np.float64], width: float) -> int:
    """Where the shoulder line meets the sleeve: a little inside of the armpit, straight above."""
    crossing = np.flatnonzero(outward > -0.03 * width)
    return int(crossing[0]) if crossing.size else len(above) // 2


def _trunk(mask: Mask, halves: tuple[Points, Points], found: Found) -> Found:
    """Hem and waist from the outline below the armpits."""
    result: Found = {}
    spans: list[Points] = []
    for half, (name, sign) in zip(halves, SIDES, strict=True):
        below = half[nearest(half, found[f"armpit_{name}"]) :]
        corner = below[np.argmax(below[:, 0] + 0.6 * sign * below[:, 1])]
        result[f"hem_{name}"] = corner
        spans.append(below[: nearest(below, corner) + 1])
    middle = (result["hem_left"][1] + result["hem_right"][1]) / 2
    cols = slice(int(middle) - 2, int(middle) + 3)
    solid = np.flatnonzero(mask[:, cols].any(axis=1))
    result["hem_centre"] = point(float(solid[-1]), middle)
    top = max(found["armpit_left"][0], found["armpit_right"][0])
    bottom = min(result["hem_left"][0], result["hem_right"][0])
    rows = np.linspace(top + 0.17 * (bottom - top), top + 0.67 * (bottom - top), 25)
    sides = [np.interp(rows, *_by_row(span)) for span in spans]
    widths = sides[1] - sides[0]
    # Where nothing narrows, the waist is where a body has it.
    narrow = int(np.argmin(widths + 0.04 * widths.mean() * np.abs(np.linspace(-1, 1, 25))))
    for side, (name, _) in zip(sides, SIDES, strict=True):
        result[f"waist_{name}"] = point(rows[narrow], side[narrow])
    return result


def _by_row(span: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    order = np.argsort(span[:, 0], kind="stable")
    return span[order, 0], span[order, 1]


def dress(mask: Mask, colours: NDArray[np.uint8]) -> Found:
    """Find the landmarks of a dress.

    Parameters
    ----------
    mask : (H, W) bool
        Where it is.
    colours : (H, W, 3) uint8
        sRGB.

    Returns
    -------
    dict of str to (2,) float64
        ``row, col``.
    """
    found = upper(mask, colours, lowest_armpit=0.36)
    top, bottom = found["armpit_left"][0], found["hem_centre"][0]
    rows = np.linspace(top + 0.12 * (bottom - top), top + 0.42 * (bottom - top), 25)
    spans = np.array([_trunk_span(mask, row, found) for row in rows])
    narrow = int(np.argmin(spans[:, 1] - spans[:, 0]))
    hip = rows[narrow] + 0.62 * (rows[narrow] - top) + 0.04 * (bottom - top)
    for index, (name, _) in enumerate(SIDES):
        found[f"waist_{name}"] = point(rows[narrow], spans[narrow, index])
        found[f"hip_{name}"] = point(hip, _trunk_span(mask, hip, found)[index])
    return found


def _trunk_span(mask: Mask, row: float, found: Found) -> tuple[float, float]:
    """First and last column of the run that holds the middle, so that sleeves stay out."""
    line = mask[int(np.clip(row, 0, len(mask) - 1))]
    middle = int((found["hem_left"][1] + found["hem_right"][1]) / 2)
    left, right = np.flatnonzero(~line[:middle]), np.flatnonzero(~line[middle:])
    return (
        float(left[-1] + 1 if left.size else 0),
        float(middle + right[0] - 1 if right.size else len(line) - 1),
    )
