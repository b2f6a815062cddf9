"""Landmarks of a garment found on its outline, for every family of types.

All functions here work on a mask and answer in pixels, ``row, col``; `find_landmarks` turns them
into fractions. The outline is walked from the collar down each side, so that "outer" and "inner"
need no guess about where a sleeve hangs.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.garment import LEG_TYPES, UPPER_TYPES
from imaging.warping import Points

Mask: TypeAlias = NDArray[np.bool_]
Point: TypeAlias = NDArray[np.float64]
Found: TypeAlias = dict[str, Point]

SIDES = (("left", -1.0), ("right", 1.0))
WORKING_SIDE_PX = 512
LONG_SLEEVE = 1.75
"""Sleeve length per width of its root above which it reaches below the elbow."""


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
        return _upper
    if garment_type == "dress":
        return _dress
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


def _extent(mask: Mask) -> tuple[int, int, int, int]:
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(cols[0]), int(rows[-1]), int(cols[-1])


def _point(row: float, col: float) -> Point:
    return np.array([row, col], np.float64)


def _outline(mask: Mask) -> Points:
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(contours, key=cv2.contourArea)
    return np.asarray(largest[:, 0, ::-1], np.float64)  # OpenCV answers x, y


def _row_span(mask: Mask, row: float) -> tuple[float, float]:
    cols = np.flatnonzero(mask[int(np.clip(row, 0, len(mask) - 1))])
    return (float(cols[0]), float(cols[-1])) if cols.size else (0.0, 0.0)


def _walk(outline: Points, start: int, stop: int, step: int) -> Points:
    count = len(outline)
    length = ((stop - start) * step) % count
    return outline[(start + step * np.arange(length + 1)) % count]


def _nearest(outline: Points, place: Point) -> int:
    return int(np.argmin(((outline - place) ** 2).sum(axis=1)))


def _collar(mask: Mask, middle: float, width: float) -> tuple[Point, Point]:
    tops = np.where(mask.any(axis=0), np.argmax(mask, axis=0), mask.shape[0]).astype(np.float64)
    found: list[Point] = []
    for _, sign in SIDES:
        near, far = sorted((middle + sign * 0.03 * width, middle + sign * 0.26 * width))
        cols = np.arange(max(0, int(near)), min(mask.shape[1], int(far) + 1))
        # Of equally high places the one nearest to the middle is the collar, the rest shoulder.
        best = cols[np.argmin(tops[cols] + 0.12 * np.abs(cols - middle))]
        found.append(_point(tops[best], best))
    return found[0], found[1]


def _neckline(mask: Mask, colours: NDArray[np.uint8], left: Point, right: Point) -> Point:
    middle, span = (left[1] + right[1]) / 2, right[1] - left[1]
    half = max(1, int(0.08 * span))
    strip = slice(int(middle) - half, int(middle) + half + 1)
    solid = np.flatnonzero(mask[:, strip].mean(axis=1) > 0.5)
    first = int(solid[0]) if solid.size else int(left[0])
    if first > (left[0] + right[0]) / 2 + 0.12 * span:
        return _point(first, middle)  # the opening is cut out already
    # Otherwise the inside of the back shows; the front edge is a step in colour below it.
    depth = int(first + 0.75 * span)
    steps = _colour_steps(colours[first:depth, strip])
    if len(steps) < 6:
        return _point(first, middle)
    for sign in (-1, 1):  # a stripe runs on to both sides, a neckline rises
        at = int(middle + sign * 0.27 * span)
        beside = _colour_steps(colours[first:depth, at - half : at + half + 1])
        wide = cv2.dilate(beside[:, None], np.ones((2 * max(2, int(0.05 * span)) + 1, 1)))[:, 0]
        steps = np.where(wide > 0.6 * steps, 0, steps)
    steps[: max(2, int(0.12 * span))] = 0
    best = int(np.argmax(steps))
    return _point(first + best + 2 if steps[best] > 18 else first, middle)


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
    hull = np.sort(
        cv2.convexHull(side.astype(np.int32).reshape(-1, 1, 2), returnPoints=False).ravel()
    )
    best, depth = -1, 0.02 * max(height, width)
    for start, stop in zip(hull[:-1], hull[1:], strict=True):
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


def _upper(mask: Mask, colours: NDArray[np.uint8], *, lowest_armpit: float = 0.96) -> Found:
    box = _extent(mask)
    top, left, bottom, right = box
    height, width = bottom - top, right - left
    rows = range(int(top + 0.45 * height), int(top + 0.95 * height) + 1)
    middle = float(np.median(np.concatenate([np.flatnonzero(mask[row]) for row in rows])))
    middle = 0.5 * middle + 0.25 * (left + right)
    collars = _collar(mask, middle, width)
    outline = _outline(mask)
    ends = [_nearest(outline, collar) for collar in collars]
    step = 1 if (ends[1] - ends[0]) % len(outline) > (ends[0] - ends[1]) % len(outline) else -1
    whole = _walk(outline, ends[0], ends[1], step)
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
    pits[1 - known] = _nearest(halves[1 - known], _point(row, 2 * middle - col))
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
        below = half[_nearest(half, found[f"armpit_{name}"]) :]
        corner = below[np.argmax(below[:, 0] + 0.6 * sign * below[:, 1])]
        result[f"hem_{name}"] = corner
        spans.append(below[: _nearest(below, corner) + 1])
    middle = (result["hem_left"][1] + result["hem_right"][1]) / 2
    cols = slice(int(middle) - 2, int(middle) + 3)
    solid = np.flatnonzero(mask[:, cols].any(axis=1))
    result["hem_centre"] = _point(float(solid[-1]), middle)
    top = max(found["armpit_left"][0], found["armpit_right"][0])
    bottom = min(result["hem_left"][0], result["hem_right"][0])
    rows = np.linspace(top + 0.17 * (bottom - top), top + 0.67 * (bottom - top), 25)
    sides = [np.interp(rows, *_by_row(span)) for span in spans]
    widths = sides[1] - sides[0]
    # Where nothing narrows, the waist is where a body has it.
    narrow = int(np.argmin(widths + 0.04 * widths.mean() * np.abs(np.linspace(-1, 1, 25))))
    for side, (name, _) in zip(sides, SIDES, strict=True):
        result[f"waist_{name}"] = _point(rows[narrow], side[narrow])
    return result


def _by_row(span: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    order = np.argsort(span[:, 0], kind="stable")
    return span[order, 0], span[order, 1]


def _dress(mask: Mask, colours: NDArray[np.uint8]) -> Found:
    found = _upper(mask, colours, lowest_armpit=0.36)
    top, bottom = found["armpit_left"][0], found["hem_centre"][0]
    rows = np.linspace(top + 0.12 * (bottom - top), top + 0.42 * (bottom - top), 25)
    spans = np.array([_trunk_span(mask, row, found) for row in rows])
    narrow = int(np.argmin(spans[:, 1] - spans[:, 0]))
    hip = rows[narrow] + 0.62 * (rows[narrow] - top) + 0.04 * (bottom - top)
    for index, (name, _) in enumerate(SIDES):
        found[f"waist_{name}"] = _point(rows[narrow], spans[narrow, index])
        found[f"hip_{name}"] = _point(hip, _trunk_span(mask, hip, found)[index])
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


def _waistband(mask: Mask) -> tuple[Found, float]:
    top, _, bottom, _ = _extent(mask)
    row = top + 0.015 * (bottom - top)
    left, right = _row_span(mask, row)
    middle = (left + right) / 2
    solid = np.flatnonzero(mask[:, int(middle)])
    found = {
        "waist_left": _point(row, left),
        "waist_right": _point(row, right),
        "waist_centre": _point(float(solid[0]), middle),
    }
    return found, middle


def _skirt(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    found, middle = _waistband(mask)
    top, _, bottom, _ = _extent(mask)
    outline = _outline(mask)
    waist = found["waist_right"][1] - found["waist_left"][1]
    hip = min(top + 0.35 * (bottom - top), top + 0.62 * waist)
    span = _row_span(mask, hip)
    for index, (name, sign) in enumerate(SIDES):
        found[f"hip_{name}"] = _point(hip, span[index])
        found[f"hem_{name}"] = outline[np.argmax(outline[:, 0] + 0.7 * sign * outline[:, 1])]
    solid = np.flatnonzero(mask[:, int(middle)])
    found["hem_centre"] = _point(float(solid[-1]), middle)
    return found


def _legs(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    found, middle = _waistband(mask)
    top, left, bottom, right = _extent(mask)
    height, width = bottom - top, right - left
    strip = mask[:, int(middle - 0.06 * width) : int(middle + 0.06 * width) + 1].all(axis=1)
    solid = np.flatnonzero(strip[: int(top + 0.93 * height)])
    crotch = float(solid[-1]) if solid.size else top + 0.45 * height
    if crotch > top + 0.85 * height and height > 1.2 * width:
        crotch = top + 0.38 * height  # the legs touch all the way down
    found["crotch"] = _point(crotch, middle)
    hip = top + 0.72 * (crotch - top)
    hem = top + 0.975 * height
    knee = crotch + 0.48 * (bottom - crotch)
    long = (bottom - crotch) > 0.95 * (found["waist_right"][1] - found["waist_left"][1])
    for index, (name, sign) in enumerate(SIDES):
        found[f"hip_{name}"] = _point(hip, _row_span(mask, hip)[index])
        for part, row in (("knee", knee), ("hem", hem)):
            cols = np.flatnonzero(mask[int(row)])
            cols = cols[(cols - middle) * sign > 0]
            if cols.size and (part == "hem" or long):
                ends = (float(cols[0]), float(cols[-1]))
                found[f"{part}_outer_{name}"] = _point(row, ends[index])
                found[f"{part}_inner_{name}"] = _point(row, ends[1 - index])
    return found


def _halves(mask: Mask) -> tuple[Mask, Mask]:
    """Left and right thing of a pair: by components, else cut down the middle."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    big = sorted(range(1, count), key=lambda index: -int(stats[index, cv2.CC_STAT_AREA]))[:2]
    if len(big) == 2 and stats[big[1], cv2.CC_STAT_AREA] > 0.4 * stats[big[0], cv2.CC_STAT_AREA]:
        first, second = sorted(big, key=lambda index: float(centres[index, 0]))
        return np.asarray(labels == first), np.asarray(labels == second)
    _, left, _, right = _extent(mask)
    cut = np.arange(mask.shape[1]) < (left + right) / 2
    return mask & cut, mask & ~cut


def _shoes(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    found: Found = {}
    for half, (name, sign) in zip(_halves(mask), SIDES, strict=True):
        if not half.any():
            continue
        top, _, bottom, _ = _extent(half)
        height = bottom - top
        span = _row_span(half, top + 0.12 * height)
        found[f"opening_{name}"] = _point(top + 0.06 * height, sum(span) / 2)
        low = np.flatnonzero(half[int(bottom - 0.01 * height)])
        found[f"toe_{name}"] = _point(bottom, float(low.mean()))
        first = int(top + 0.55 * height)  # in front of the opening, where a foot is broadest
        widths = half[first : int(top + 0.72 * height) + 1].sum(axis=1)
        row = float(first + np.argmax(widths))
        span = _row_span(half, row)
        outer, inner = span if sign < 0 else span[::-1]
        found[f"sole_outer_{name}"] = _point(row, outer)
        found[f"sole_inner_{name}"] = _point(row, inner)
    return found


def _hat(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    top, _, bottom, _ = _extent(mask)
    widths = mask.sum(axis=1)
    brim = int(np.flatnonzero(widths > 0.97 * widths.max())[-1])
    crown = _row_span(mask, top + 0.55 * (brim - top))
    span = _row_span(mask, brim)
    band_row = float(brim)
    if crown[1] - crown[0] > 0.86 * (span[1] - span[0]):
        band_row = top + 0.9 * (bottom - top)
        crown = _row_span(mask, band_row)
    middle = (crown[0] + crown[1]) / 2
    return {
        "top": _point(top, middle),
        "brim_left": _point(brim, span[0]),
        "brim_right": _point(brim, span[1]),
        "band_left": _point(band_row, crown[0]),
        "band_right": _point(band_row, crown[1]),
    }


def _bag(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    top, _, bottom, _ = _extent(mask)
    high = np.flatnonzero(mask[top : top + max(2, (bottom - top) // 40)].any(axis=0))
    low = np.flatnonzero(mask[bottom])
    widths = mask[(top + bottom) // 2 :].sum(axis=1)
    wide = np.flatnonzero(widths > 0.96 * widths.max())
    row = (top + bottom) // 2 + int(wide[len(wide) // 3])
    span = _row_span(mask, row)
    return {
        "handle": _point(top, float(high.mean())),
        "base": _point(bottom, float(low.mean())),
        "side_left": _point(row, span[0]),
        "side_right": _point(row, span[1]),
    }


def _scarf(mask: Mask, _colours: NDArray[np.uint8]) -> Found:
    top, _, bottom, _ = _extent(mask)
    height = bottom - top
    widths = mask[top : top + max(2, height // 3)].sum(axis=1)
    row = top + int(np.flatnonzero(widths > 0.9 * widths.max())[0])
    span = _row_span(mask, row)
    middle = (span[0] + span[1]) / 2
    found = {
        "neck_left": _point(row, span[0]),
        "neck_right": _point(row, span[1]),
        "knot": _point(row + 0.1 * height, middle),
    }
    outline = _outline(mask)
    for name, sign in SIDES:
        own = outline[(outline[:, 1] - middle) * sign >= 0]
        found[f"end_{name}"] = own[np.argmax(own[:, 0])] if len(own) else _point(bottom, middle)
    return found
