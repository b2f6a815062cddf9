"""Where shoes, hats, bags, scarves and glasses go."""

from collections.abc import Iterator

import numpy as np

from imaging.cutting import Part, part_of, span
from imaging.measuring import SIDES, Body, Point, lerp
from imaging.tailoring import Cloth

BROWS = 0.30
"""Height of the brows on the way from the sides of the head to the crown."""


WIDEST_BAND = 0.33
"""Half a hat's width where the head enters, per shoulder distance, at most."""

HAT_MARGIN_PX = 6
"""Room between a hat and the upper edge of the frame."""


def shoes(cloth: Cloth, body: Body) -> Iterator[Part]:
    """Place a pair of shoes.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart.
    body : Body
        Who wears it.

    Yields
    ------
    Part
        Each shoe.
    """
    points = cloth.points
    for side, sign in SIDES.items():
        ankle, toe = body.joints[f"ankle_{side}"], body.joints[f"toe_{side}"]
        heel = body.joints[f"heel_{side}"]
        low = max(toe[0], heel[0]) + 0.07 * body.unit
        start = np.array([ankle[0] + 0.06 * body.unit, ankle[1]])
        end = np.array([low, toe[1]])
        if end[0] - start[0] < 0.25 * body.unit:
            end[0] = start[0] + 0.25 * body.unit
        outer, inner = points[f"sole_outer_{side}"], points[f"sole_inner_{side}"]
        source_axis = points[f"toe_{side}"] - points[f"opening_{side}"]
        scale = float(np.linalg.norm(end - start)) / max(float(np.linalg.norm(source_axis)), 1.0)
        half = float(np.linalg.norm(outer - inner)) * scale / 2
        half = float(np.clip(half, 0.15 * body.unit, 0.21 * body.unit))
        share = float(np.clip((outer[0] + inner[0]) / 2 - points[f"opening_{side}"][0], 1, None))
        middle = lerp(start, end, share / max(float(source_axis[0]), 1.0))
        yield part_of(
            f"shoe_{side}",
            [
                (points[f"opening_{side}"], start),
                (points[f"toe_{side}"], end),
                (outer, middle + np.array([0.0, sign * half])),
                (inner, middle - np.array([0.0, sign * half])),
            ],
        )


def _by_similarity(pairs: list[tuple[Point, Point]]) -> Part:
    """Keep a stiff thing's shape by a third point, turned with the first two."""
    (a, at), (b, bt) = pairs
    step, turned = b - a, bt - at
    quarter = np.array([-step[1], step[0]])
    quarter_turned = np.array([-turned[1], turned[0]])
    return part_of("whole", [*pairs, (a + quarter, at + quarter_turned)])


def crown_rows(cloth: Cloth) -> tuple[float, float]:
    """Find the first and the last row of a hat where the middle of the head enters it.

    Parameters
    ----------
    cloth : Cloth
        The hat, taken apart.

    Returns
    -------
    tuple of float
        Rows of the cloth.

    Raises
    ------
    KeyError
        When a landmark of the band is missing.
    """
    centre = (cloth.points["band_left"] + cloth.points["band_right"]) / 2
    column = cloth.pixels[:, int(np.clip(centre[1], 0, cloth.pixels.shape[1] - 1)), 3]
    visible = np.flatnonzero(column > 127)
    if visible.size == 0:
        return float(centre[0]) - 1, float(centre[0])
    return float(visible[0]), float(visible[-1])


def frame_extent(cloth: Cloth) -> tuple[float, float, float] | None:
    """Find the middle row, the first and the last col of glasses.

    Parameters
    ----------
    cloth : Cloth
        The glasses, taken apart.

    Returns
    -------
    tuple of float, or None
        Pixels of the cloth; None where nothing is visible.
    """
    rows = np.flatnonzero((cloth.pixels[..., 3] > 127).any(axis=1))
    cols = np.flatnonzero((cloth.pixels[..., 3] > 127).any(axis=0))
    if rows.size == 0:
        return None
    return float(rows.mean()), float(cols[0]), float(cols[-1])


def hat(cloth: Cloth, body: Body) -> Iterator[Part]:
    """Place a hat on the head.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart.
    body : Body
        Who wears it.

    Yields
    ------
    Part
        The whole hat.
    """
    left, right = body.both("head")
    crown = body.joints["crown"]
    middle = (left + right) / 2
    step = cloth.points["band_right"] - cloth.points["band_left"]
    half = (right - left) / 2 * 1.15
    # Hair makes a head wider than the hat that is pressed on it.
    half *= min(1.0, WIDEST_BAND * body.unit / max(float(np.linalg.norm(half)), 1.0))
    centre = (cloth.points["band_left"] + cloth.points["band_right"]) / 2
    highest, lowest = crown_rows(cloth)
    # Its lowest edge sits on the brows, whatever the brim does beside them.
    brows = middle + (crown - middle) * BROWS
    right_way = half / max(float(np.linalg.norm(step)) / 2, 1.0)
    up = np.array([-right_way[1], right_way[0]])
    tall = (lowest - highest) * float(np.linalg.norm(up))
    up *= min(1.0, max(float(brows[0]) - HAT_MARGIN_PX, 1.0) / max(tall, 1.0))
    names = ("band_left", "band_right", "brim_left", "brim_right", "top")
    pairs = []
    for name in names:
        place = cloth.points[name]
        offset = right_way * (place[1] - centre[1]) + up * (lowest - place[0])
        pairs.append((place, brows + offset))
    yield part_of("whole", pairs)


def glasses(cloth: Cloth, body: Body) -> Iterator[Part]:
    """Place glasses before the eyes.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart.
    body : Body
        Who wears it.

    Yields
    ------
    Part
        The whole pair.
    """
    extent = frame_extent(cloth)
    if extent is None:
        return
    row, first, last = extent
    left, right = body.both("head")
    middle, half = (left + right) / 2, (right - left) / 2 * 0.86
    pairs = [
        (np.array([row, first]), middle - half),
        (np.array([row, last]), middle + half),
    ]
    yield _by_similarity(pairs)


def bag(cloth: Cloth, body: Body) -> Iterator[Part]:
    """Hang a bag from the hand at the right of the picture.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart.
    body : Body
        Who wears it.

    Yields
    ------
    Part
        The whole bag.
    """
    handle, base = cloth.points["handle"], cloth.points["base"]
    width = span(cloth, "side")
    height = max(float(base[0] - handle[0]), 1.0)
    scale = min(0.85 * body.unit / width, 1.35 * body.unit / height)
    start = body.joints["hand_right"]
    reach = (float(cloth.points["side_right"][1]) - handle[1]) * scale
    # Somebody may stand with the hand at the edge of the frame; the bag then hangs before the leg.
    col = min(float(start[1]), body.silhouette.shape[1] - 6 - reach)
    start = np.array([start[0], col])
    end = start + np.array([height * scale, (base[1] - handle[1]) * scale])
    yield _by_similarity([(handle, start), (base, end)])


def scarf(cloth: Cloth, body: Body) -> Iterator[Part]:
    """Lay a scarf round the neck.

    Parameters
    ----------
    cloth : Cloth
        The garment, taken apart.
    body : Body
        Who wears it.

    Yields
    ------
    Part
        The whole scarf.
    """
    neck = body.joints["neck"]
    half = 0.36 * body.unit
    row = neck[0] - 0.12 * body.unit
    pairs = [
        (cloth.points["neck_left"], np.array([row, neck[1] - half])),
        (cloth.points["neck_right"], np.array([row, neck[1] + half])),
    ]
    yield _by_similarity(pairs)
