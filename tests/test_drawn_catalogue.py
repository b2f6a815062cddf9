"""The drawn catalogue is complete, exact and repeatable."""

from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pytest

from imaging import garment as names
from imaging.drawing import CATALOGUE, SELLERS, Sketch, draw
from imaging.drawing.cuts import TopCut
from imaging.drawing.outlines import curve, mirrored, panel, symmetric
from imaging.garment import Garment

HEIGHT_PX = 224
SLUGS = [sketch.slug for sketch in CATALOGUE]
SKETCHES = dict(zip(SLUGS, CATALOGUE, strict=True))
COLOUR_NAMES = {
    *("black", "white", "grey", "beige", "brown", "red", "orange"),
    *("yellow", "green", "turquoise", "blue", "navy", "purple", "pink"),
}
DESIGNS = {"solid", "striped", "checked", "dotted", "floral", "graphic"}
PRICES = {
    "t-shirt": (35, 79),
    "longsleeve": (45, 89),
    "shirt": (89, 140),
    "knitwear": (120, 190),
    "top": (35, 95),
    "outerwear": (190, 490),
    "dress": (140, 290),
    "trousers": (98, 195),
    "shorts": (60, 110),
    "skirt": (90, 160),
    "shoes": (120, 260),
    "hat": (39, 85),
    "bag": (140, 390),
    "scarf": (60, 120),
}
INSIDE = {"opening", "neckline", "neck", "knot", "band", "waist_centre", "handle"}
"""Landmarks that lie on the garment, though not at its edge."""


@cache
def drawn(slug: str) -> Garment:
    return draw(SKETCHES[slug], height_px=HEIGHT_PX)


DEMANDED = {
    "skirt": names.SKIRT_LANDMARKS,
    "trousers": (*names.LEG_LANDMARKS, *names.LONG_LEG_LANDMARKS),
    "shorts": names.LEG_LANDMARKS,
    "shoes": names.SHOE_LANDMARKS,
    "hat": names.HAT_LANDMARKS,
    "bag": names.BAG_LANDMARKS,
    "scarf": names.SCARF_LANDMARKS,
}


def demanded(sketch: Sketch) -> set[str]:
    if sketch.type in DEMANDED:
        return set(DEMANDED[sketch.type])
    assert isinstance(sketch.cut, TopCut)
    wanted = set(names.TORSO_LANDMARKS)
    if sketch.cut.sleeve:
        wanted |= set(names.SLEEVE_LANDMARKS)
    if sketch.cut.sleeve > 25:
        wanted |= set(names.LONG_SLEEVE_LANDMARKS)
    if sketch.type == "dress":
        wanted |= set(names.DRESS_LANDMARKS)
    return wanted


@pytest.mark.parametrize("slug", SLUGS)
def test_every_landmark_its_type_demands_is_there(slug: str) -> None:
    assert demanded(SKETCHES[slug]) <= drawn(slug).landmarks.keys()
    assert drawn(slug).type == SKETCHES[slug].type
    assert drawn(slug).type in names.GARMENT_TYPES


@pytest.mark.parametrize("slug", SLUGS)
def test_landmarks_lie_on_the_outline_or_within_it(slug: str) -> None:
    piece = drawn(slug)
    solid = (piece.rgba[..., 3] > 127).astype(np.uint8)
    # Zero distance beyond the picture's border is outside too.
    padded = np.pad(solid, 1)
    inside = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    outside = cv2.distanceTransform(1 - padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    tolerance = 0.015 * max(solid.shape)
    for name, (row, col) in piece.landmarks.items():
        assert 0 <= row <= 1, name
        assert 0 <= col <= 1, name
        at = (
            min(int(row * solid.shape[0]), solid.shape[0] - 1),
            min(int(col * solid.shape[1]), solid.shape[1] - 1),
        )
        assert outside[at] <= tolerance, name
        may_lie_within = name.removesuffix("_left").removesuffix("_right") in INSIDE
        covered = {"shoulder", "collar"}
        if not may_lie_within and not name.startswith(tuple(covered)):
            assert inside[at] <= tolerance + 1, name


@pytest.mark.parametrize("slug", SLUGS)
def test_left_is_left_in_the_picture(slug: str) -> None:
    marks = drawn(slug).landmarks
    for name, (_, col) in marks.items():
        if name.endswith("_left"):
            assert col < marks[name.removesuffix("_left") + "_right"][1], name


@pytest.mark.parametrize("slug", SLUGS)
def test_pictures_have_the_height_asked_for_and_a_clear_border(slug: str) -> None:
    rgba = drawn(slug).rgba
    assert rgba.dtype == np.uint8
    assert rgba.shape[0] == HEIGHT_PX
    alpha = rgba[..., 3]
    for edge in (alpha[:2], alpha[-2:], alpha[:, :2], alpha[:, -2:]):
        assert not edge.any()
    rows, cols = np.nonzero(alpha)
    free = max(rows[0], HEIGHT_PX - 1 - rows[-1], cols.min(), alpha.shape[1] - 1 - cols.max())
    assert free <= 0.08 * max(alpha.shape)


@pytest.mark.parametrize("slug", ["breton-tee", "straight-jeans", "court-sneakers", "fedora"])
def test_the_same_sketch_gives_the_same_bytes(slug: str) -> None:
    again = draw(SKETCHES[slug], height_px=HEIGHT_PX)
    assert np.array_equal(again.rgba, drawn(slug).rgba)
    assert again.landmarks == drawn(slug).landmarks


@pytest.mark.parametrize("slug", ["heavy-white-tee", "oxford-shirt", "straight-jeans"])
def test_a_worn_garment_does_not_show_the_inside_of_its_back(slug: str) -> None:
    worn = draw(SKETCHES[slug], height_px=HEIGHT_PX, worn=True)
    assert worn.landmarks == drawn(slug).landmarks
    assert worn.rgba.shape == drawn(slug).rgba.shape
    hidden = (drawn(slug).rgba[..., 3] > 200) & (worn.rgba[..., 3] < 50)
    assert hidden.sum() > 100
    assert not (worn.rgba[..., 3] > drawn(slug).rgba[..., 3]).any()


@pytest.mark.parametrize("slug", SLUGS)
def test_a_plain_garment_has_the_colour_it_was_given(slug: str) -> None:
    sketch = SKETCHES[slug]
    if sketch.design != "solid":
        return
    rgba = drawn(slug).rgba
    given = [int(sketch.cloth.colours[0][start : start + 2], 16) for start in (1, 3, 5)]
    seen = np.median(rgba[rgba[..., 3] == 255][:, :3].astype(int), axis=0)
    # Shoes and bags show linings and soles too; shade takes its part.
    assert np.abs(seen - given).max() <= 40


def test_the_shelves_are_full_and_varied() -> None:
    assert len(CATALOGUE) >= 54
    assert len(set(SLUGS)) == len(SLUGS)
    assert {sketch.type for sketch in CATALOGUE} == set(names.GARMENT_TYPES) - {"glasses"}
    assert {sketch.design for sketch in CATALOGUE} == DESIGNS
    shown = {colour for sketch in CATALOGUE for colour in sketch.colours}
    assert shown <= COLOUR_NAMES
    assert len({sketch.colours[0] for sketch in CATALOGUE}) >= 12
    families = [sketch.type for sketch in CATALOGUE]
    for wide in ("shirt", "knitwear", "top", "outerwear", "trousers", "skirt", "dress"):
        assert families.count(wide) >= 4, wide
    for small in ("shoes", "hat", "bag"):
        assert families.count(small) >= 4, small


def test_every_offer_is_complete_and_fairly_priced() -> None:
    for sketch in CATALOGUE:
        low, high = PRICES[sketch.type]
        assert low * 100 <= sketch.price_minor <= high * 100, sketch.slug
        assert sketch.currency == "EUR"
        assert len(sketch.sizes) == len(sketch.stock), sketch.slug
        assert sketch.seller in SELLERS
        assert sketch.cloth.pattern.partition(":")[0] == sketch.design, sketch.slug
        assert sketch.description.count(".") == 2, sketch.slug
    assert {sketch.seller for sketch in CATALOGUE} == set(SELLERS)


def test_two_sketches_never_look_the_same() -> None:
    tiny = sorted(
        (cv2.resize(drawn(slug).rgba, (24, 24), interpolation=cv2.INTER_AREA).tobytes(), slug)
        for slug in SLUGS
    )
    assert all(one[0] != other[0] for one, other in pairwise(tiny))


def test_half_the_points_draw_an_outline_that_mirrors_itself() -> None:
    half, whole = ((-9.0, 3.0), (-4.0, 1.0), (0.0, 0.0)), ((4.0, 1.0), (9.0, 3.0))
    upper = symmetric(*half)
    assert np.array_equal(upper, curve(*half, *whole))
    side, lower = curve((9.0, 3.0), (7.0, 8.0)), symmetric((7.0, 8.0), (0.0, 9.0))
    closed = panel(upper, side, lower)
    places = {(round(x, 9), round(y, 9)) for x, y in closed.tolist()}
    assert places == {(round(x, 9), round(y, 9)) for x, y in mirrored(closed).tolist()}


def test_a_size_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="height_px must be between 64 and 4096, not 8"):
        draw(CATALOGUE[0], height_px=8)
