"""What a shopper may rely on: true colours, and the same picture of the same recipe for ever."""

import hashlib
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from domain import coordination as domain
from imaging.coordination import RECIPE_VERSION, coordinate, drawn
from imaging.placement import Piece, Placement
from imaging.recipe import Recipe, UnknownRecipeVersion
from imaging.recipe import coordinate as draw_recipe
from tests.colour_difference import difference, lab
from tests.wardrobe import figure, worn

LOOKS = {
    "ada": ("camel-coat", "oxford-shirt", "wide-wool-trousers", "court-sneakers", "camel-scarf"),
    "bruno": ("heavy-white-tee", "sand-shorts", "fedora"),
    "carla": ("meadow-dress", "cognac-tote"),
}
DIGESTS = {
    3: {
        "ada": "6fc433bc855594ce5e67ea0b1405c5dd905dc7760c8f6ff9a119c4e3624f068a",
        "bruno": "1117f3f9458a221575a3f22046ea1afd54f5c47a532c4261360ba388d0912e3c",
        "carla": "5a9df3507ba3e32e830871aff95a8c6962da753f8bae2f5a86269c580013773a",
    },
    4: {
        "ada": "469b0ecde253b135f082f11a84601c60b2853cd7d61bf905ab0acb35387a578e",
        "bruno": "1117f3f9458a221575a3f22046ea1afd54f5c47a532c4261360ba388d0912e3c",
        "carla": "5a9df3507ba3e32e830871aff95a8c6962da753f8bae2f5a86269c580013773a",
    },
    5: {
        "ada": "469b0ecde253b135f082f11a84601c60b2853cd7d61bf905ab0acb35387a578e",
        "bruno": "1117f3f9458a221575a3f22046ea1afd54f5c47a532c4261360ba388d0912e3c",
        "carla": "5a9df3507ba3e32e830871aff95a8c6962da753f8bae2f5a86269c580013773a",
    },
}
"""Of the pictures of each recipe version. A change of how looks come out is a new version."""

MOVED = {
    3: "df470cc5ed18dab39bd36f09dd95336933541832bfb8d703bc98690caa7127c5",
    4: "df470cc5ed18dab39bd36f09dd95336933541832bfb8d703bc98690caa7127c5",
    5: "df470cc5ed18dab39bd36f09dd95336933541832bfb8d703bc98690caa7127c5",
}
"""Of Carla's look with her dress moved and scaled."""


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_colour_differences_are_those_published(
    first: tuple[float, ...], second: tuple[float, ...], wanted: float
) -> None:
    found = difference(np.array([first], np.float32), np.array([second], np.float32))

    np.testing.assert_allclose(found, wanted, atol=2e-4)


@pytest.mark.parametrize(
    "slug", ["breton-tee", "oxford-shirt", "camel-coat", "meadow-dress", "wide-wool-trousers"]
)
def test_a_worn_garment_has_the_colours_of_its_image(slug: str) -> None:
    person, garment = figure("bruno"), worn(slug)
    height, width = garment.rgba.shape[:2]
    places = garment.rgba.copy()  # the same garment, but its colours say where they are from
    places[..., 0] = np.rint(np.linspace(0, 255, height))[:, None]
    places[..., 1] = np.rint(np.linspace(0, 255, width))[None]

    picture = coordinate(person, [garment])
    told = coordinate(person, [replace(garment, rgba=places)])

    solid = np.zeros(picture.shape[:2], np.uint8)
    for layer in drawn(person, garment):
        solid[layer.box.window()] |= np.where(layer.pixels[..., 3] == 255, 255, 0).astype(np.uint8)
    inside = cv2.erode(solid, np.ones((9, 9), np.uint8)) > 0
    rows = np.rint(told[inside][:, 0] * ((height - 1) / 255)).astype(int)
    cols = np.rint(told[inside][:, 1] * ((width - 1) / 255)).astype(int)
    own = garment.rgba[rows, cols, :3]
    assert np.median(difference(lab(picture[inside][:, :3]), lab(own))) <= 2


def _recipe(who: str, *, version: int = RECIPE_VERSION, **moved: Placement) -> Recipe:
    """The look of a figure; ``moved`` names types whose pieces were put elsewhere."""
    garments = [worn(slug) for slug in LOOKS[who]]
    pieces = [
        Piece(garment=garment, placement=moved.get(garment.type, Placement()))
        for garment in garments
    ]
    return Recipe(version=version, person=figure(who), pieces=pieces)


@pytest.mark.parametrize("who", LOOKS)
def test_a_recipe_gives_the_picture_it_gave_before(who: str) -> None:
    picture = draw_recipe(_recipe(who))

    assert hashlib.sha256(picture.tobytes()).hexdigest() == DIGESTS[RECIPE_VERSION][who]


def test_a_recipe_whose_pieces_were_moved_gives_the_picture_it_gave_before() -> None:
    moved = Placement(move=(12.5, -7.0), scale=1.08)

    picture = draw_recipe(_recipe("carla", dress=moved))

    assert hashlib.sha256(picture.tobytes()).hexdigest() == MOVED[RECIPE_VERSION]


def test_a_recipe_of_another_version_is_refused_rather_than_drawn_otherwise() -> None:
    with pytest.raises(UnknownRecipeVersion, match="of version 5, not of version 1"):
        draw_recipe(_recipe("bruno", version=1))


def test_a_moved_hat_lies_where_it_was_moved_to() -> None:
    person, hat = figure("bruno"), worn("fedora")
    rows, cols = 40, -24  # multiples of the warp's grid: the very same pixels, elsewhere

    (before,) = drawn(person, hat)
    (after,) = drawn(person, hat, Placement(move=(rows, cols)))

    held = before.pixels[..., 3].sum(dtype=int), after.pixels[..., 3].sum(dtype=int)
    assert held[1] == pytest.approx(held[0], rel=0.01)
    middles = [
        np.argwhere(layer.pixels[..., 3] > 127).mean(axis=0)
        + np.array([layer.box.top, layer.box.left])
        for layer in (before, after)
    ]
    np.testing.assert_allclose(middles[1] - middles[0], (rows, cols), atol=0.5)


def test_a_scaled_garment_grows_about_its_middle() -> None:
    person, bag = figure("carla"), worn("cognac-tote")

    (before,) = drawn(person, bag)
    (after,) = drawn(person, bag, Placement(scale=0.5))

    solid = [int((layer.pixels[..., 3] > 127).sum()) for layer in (before, after)]
    assert solid[1] == pytest.approx(solid[0] / 4, rel=0.1)


@pytest.mark.parametrize(
    ("placement", "problem"),
    [
        ({"scale": 0.0}, "scaled by a positive number"),
        ({"move": (float("nan"), 0.0)}, "moved by a finite number"),
        ({"scale": float("inf")}, "moved by a finite number"),
    ],
    ids=["nothing", "nowhere", "endless"],
)
def test_what_cannot_be_drawn_is_no_placement(placement: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Placement(**placement)


def test_the_log_records_the_version_that_draws() -> None:
    assert domain.RECIPE_VERSION == RECIPE_VERSION
