"""Coats and shirts worn open: what shows, what stays, and what is cut."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from imaging.coordination import compose, coordinate, drawn, dress
from imaging.encoding import from_png
from imaging.garment import Garment
from imaging.layering import Layer
from imaging.opening import FRONTS, fronts, is_photographed_open
from imaging.ordering import piece_order, tucked_in_bottoms
from imaging.placement import Piece, Placement
from imaging.tailoring import take_apart
from imaging.warping import fit_warp, is_fold_free
from tests.wardrobe import FIGURES, figure, worn

OPEN = Placement(opened=True)
COATS = ("camel-coat", "charcoal-blazer", "suede-bomber", "red-rain-parka", "flannel-check-shirt")
FEW = [
    pytest.param(slug, marks=() if slug in {"camel-coat", "suede-bomber"} else pytest.mark.soak)
    for slug in COATS
]
"""Drawing is dear: two of them tell in no time whether something is wrong with all."""

GOLDEN = Path(__file__).parent / "golden" / "open-coat.png"
SMALLER, LEVELS_MAX = 8, 3
"""The golden picture is so much smaller, and machines may differ by so many of 256 levels."""


def _red(slug: str) -> Garment:
    garment = worn(slug)
    rgba = garment.rgba.copy()
    rgba[..., :3] = (200, 20, 30)
    return replace(garment, rgba=rgba)


def _is_red(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    colours = picture[..., :3].astype(int)
    return np.asarray(
        (colours[..., 0] - colours[..., 1:3].max(axis=2) > 60) & (picture[..., 3] > 60)
    )


def _by_name(layers: tuple[Layer, ...]) -> dict[str, Layer]:
    return {layer.name: layer for layer in layers}


def _inner_edges(who: str, slug: str) -> NDArray[np.int64]:
    """Row, last col of the left front and first col of the right one, where both are."""
    left, right = (_by_name(drawn(figure(who), worn(slug), OPEN))[name] for name in FRONTS)
    found: list[tuple[int, int, int]] = []
    for row in range(max(left.box.top, right.box.top), min(left.box.bottom, right.box.bottom)):
        mine, other = (
            np.flatnonzero(layer.pixels[row - layer.box.top, :, 3] > 127) + layer.box.left
            for layer in (left, right)
        )
        if mine.size and other.size:
            found.append((row, int(mine[-1]), int(other[0])))
    return np.array(found)


@pytest.mark.parametrize("slug", FEW)
def test_fronts_are_the_trunk_cut_in_two_and_darker_at_their_edges(slug: str) -> None:
    cloth = take_apart(worn(slug))
    trunk, (left, right) = cloth.parts["torso"], fronts(cloth).values()

    together = left[..., 3].astype(int) + right[..., 3]
    assert np.abs(together - trunk[..., 3]).max() <= 1
    middle = round((cloth.points["neckline"][1] + cloth.points["hem_centre"][1]) / 2)
    row = round((cloth.points["armpit_left"][0] + cloth.points["hem_left"][0]) / 2)
    near, far = (slice(row - 30, row + 30), slice(middle - 3, middle)), (row, middle - 60)
    assert left[near][..., :3].sum() < 0.8 * trunk[near][..., :3].sum()
    np.testing.assert_array_equal(left[far], trunk[far])
    assert not right[far].any()


@pytest.mark.parametrize(("who", "coat"), [("ada", "camel-coat"), ("carla", "charcoal-blazer")])
def test_what_is_beneath_shows_between_the_fronts_and_nowhere_else(who: str, coat: str) -> None:
    person, beneath = figure(who), Piece(garment=_red("meadow-dress"))

    closed, _ = dress(person, [beneath, Piece(garment=worn(coat))])
    opened, _ = dress(person, [beneath, Piece(garment=worn(coat), placement=OPEN)])

    edges = _inner_edges(who, coat)
    rows = edges[len(edges) // 3 : -len(edges) // 8]
    more = _is_red(opened) & ~_is_red(closed)
    between = np.zeros(more.shape, bool)
    for row, left, right in edges:
        between[row, left - 2 : right + 3] = True
    for row, left, right in rows:
        assert _is_red(opened)[row, left + 4 : right - 3].all(), row
    covered = np.zeros(more.shape, np.uint8)
    trunk = _by_name(drawn(person, worn(coat)))["torso"]
    covered[trunk.box.window()] = trunk.pixels[..., 3] > 127
    inside = cv2.erode(covered, np.ones((9, 9), np.uint8)) > 0  # sides may lie a pixel elsewhere
    assert not (more & ~between & inside)[int(rows[0, 0]) : int(rows[-1, 0])].any()


@pytest.mark.parametrize("slug", FEW)
def test_inner_edges_part_from_neck_to_hem_and_all_else_of_it_stays(slug: str) -> None:
    person = figure("ada")
    closed, opened = _by_name(drawn(person, worn(slug))), _by_name(drawn(person, worn(slug), OPEN))

    edges = _inner_edges("ada", slug)
    gaps = edges[:, 2] - edges[:, 1]
    upper, lower = gaps[len(gaps) // 4], gaps[-len(gaps) // 8]
    assert 20 < upper < lower
    assert opened.keys() - set(FRONTS) == closed.keys() - {"torso"}
    for side in ("left", "right"):
        name = f"sleeve_{side}"
        np.testing.assert_array_equal(opened[name].pixels, closed[name].pixels)
        rows = edges[len(edges) // 4 : -len(edges) // 8, 0]
        assert _outer(opened[f"front_{side}"], side, rows) == pytest.approx(
            _outer(closed["torso"], side, rows), abs=6
        )


def _outer(layer: Layer, side: str, rows: NDArray[np.int64]) -> list[int]:
    ends = [np.flatnonzero(layer.pixels[row - layer.box.top, :, 3] > 127) for row in rows[::20]]
    return [layer.box.left + int(cols[0 if side == "left" else -1]) for cols in ends]


def test_an_edge_casts_its_shadow_on_what_is_beneath() -> None:
    white = worn("heavy-white-tee")
    flat = white.rgba.copy()
    flat[..., :3] = 250
    pieces = [
        Piece(garment=replace(white, rgba=flat)),
        Piece(garment=worn("charcoal-blazer"), placement=OPEN),
    ]

    picture, _ = dress(figure("ada"), pieces)

    edges = _inner_edges("ada", "charcoal-blazer")
    row, left, right = edges[len(edges) // 2]
    near, middle = picture[row, left + 4, 0], picture[row, (left + right) // 2, 0]
    assert int(near) + 20 < int(middle)


@pytest.mark.parametrize(
    "who", [FIGURES[0], *(pytest.param(who, marks=pytest.mark.soak) for who in FIGURES[1:])]
)
def test_no_front_folds_over_itself(who: str) -> None:
    person = figure(who)
    for slug in COATS:
        pixels = fronts(take_apart(worn(slug)))
        for layer in drawn(person, worn(slug), OPEN):
            if layer.part is None or layer.name not in FRONTS:
                continue
            occupied = np.where(pixels[layer.name][..., 3] > 8, np.uint8(255), np.uint8(0))
            frame = person.rgba.shape[:2]
            part = layer.part
            warp = fit_warp(part.sources, part.targets, occupied=occupied, frame=frame)
            assert is_fold_free(warp.grid, occupied=occupied), slug
            assert warp.relaxation == 1, slug  # it is turned aside as far as it should be


def test_a_coat_photographed_open_stays_as_it_is() -> None:
    person, coat = figure("ada"), worn("camel-coat")
    rgba = coat.rgba.copy()
    top, hem = (coat.landmarks[name] for name in ("neckline", "hem_centre"))
    rows = slice(int(top[0] * rgba.shape[0]), None)
    middle, half = int(hem[1] * rgba.shape[1]), rgba.shape[1] // 20
    rgba[rows, middle - half : middle + half] = 0
    photographed = replace(coat, rgba=rgba)

    assert is_photographed_open(take_apart(photographed))
    assert not is_photographed_open(take_apart(coat))
    np.testing.assert_array_equal(
        dress(person, [Piece(garment=photographed, placement=OPEN)])[0],
        dress(person, [Piece(garment=photographed)])[0],
    )


@pytest.mark.parametrize("slug", ["oat-cable-knit", "meadow-dress", "wide-wool-trousers", "fedora"])
def test_what_is_not_closed_along_its_front_is_not_opened(slug: str) -> None:
    person = figure("bruno")

    opened, _ = dress(person, [Piece(garment=worn(slug), placement=OPEN)])

    np.testing.assert_array_equal(opened, coordinate(person, [worn(slug)]))


def test_a_garment_without_landmarks_is_not_opened_either() -> None:
    person, unknown = figure("bruno"), replace(worn("camel-coat"), landmarks={})

    picture, _ = dress(person, [Piece(garment=unknown, placement=OPEN)])

    np.testing.assert_array_equal(picture, person.rgba)


def test_pixels_outside_an_open_coat_and_its_shadow_stay() -> None:
    person = figure("carla")

    picture, touched = dress(person, [Piece(garment=worn("camel-coat"), placement=OPEN)])

    np.testing.assert_array_equal(picture[~touched], person.rgba[~touched])
    _, closed = compose(person, [worn("camel-coat")])
    assert (closed & ~touched).sum() > 1000


def test_an_open_shirt_is_worn_over_knitwear_and_hangs() -> None:
    shirt = Piece(garment=worn("oxford-shirt"), placement=Placement(opened=True, tucked=True))
    knit, coat, skirt = (
        Piece(garment=worn(slug)) for slug in ("oat-cable-knit", "camel-coat", "pleated-skirt")
    )

    order = piece_order([shirt, replace(coat, placement=OPEN), skirt, knit])

    assert [x.garment.type for x in order] == ["skirt", "knitwear", "shirt", "outerwear"]
    assert tucked_in_bottoms([shirt, knit, skirt]) == ()


def test_only_a_closed_coat_hides_the_hem_of_a_shirt() -> None:
    shirt, skirt, coat = (
        Piece(garment=worn(slug)) for slug in ("oxford-shirt", "pleated-skirt", "camel-coat")
    )

    closed = piece_order([shirt, skirt, coat])
    opened = piece_order([shirt, skirt, replace(coat, placement=OPEN)])

    assert [x.garment.type for x in closed] == ["shirt", "skirt", "outerwear"]
    assert [x.garment.type for x in opened] == ["skirt", "shirt", "outerwear"]


@pytest.mark.parametrize("coat", ["suede-bomber"])
def test_what_is_under_an_open_coat_does_not_bulge_out_beside_it(coat: str) -> None:
    person, knit = figure("bruno"), Piece(garment=_red("lemon-chunky-knit"))

    opened, _ = dress(person, [knit, Piece(garment=worn(coat), placement=OPEN)])

    edges = _inner_edges("bruno", coat)
    for row, left, right in edges[len(edges) // 3 : -len(edges) // 6]:
        beside = np.flatnonzero(_is_red(opened)[row])
        assert left - 3 <= beside.min() <= beside.max() <= right + 3, row


def test_an_open_coat_looks_as_it_did() -> None:
    pieces = [
        Piece(garment=worn("meadow-dress")),
        Piece(garment=worn("camel-coat"), placement=OPEN),
    ]

    picture, _ = dress(figure("carla"), pieces)

    small = _smaller(picture).astype(int)
    assert np.abs(small - from_png(GOLDEN.read_bytes())).max() <= LEVELS_MAX


def _smaller(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, cols = picture.shape[0] // SMALLER, picture.shape[1] // SMALLER
    weighted = picture.astype(np.float32)
    weighted[..., :3] *= weighted[..., 3:] / 255
    return np.rint(cv2.resize(weighted, (cols, rows), interpolation=cv2.INTER_AREA)).astype(
        np.uint8
    )
