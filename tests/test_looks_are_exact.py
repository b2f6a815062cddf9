"""What a shopper may rely on: true colours, and the same picture of the same recipe for ever."""

import hashlib
import os
import platform
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
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
from tests.wardrobe import figure, kept_figure, kept_garment, worn

LOOKS = {
    "ada": ("camel-coat", "oxford-shirt", "wide-wool-trousers", "court-sneakers", "camel-scarf"),
    "bruno": ("heavy-white-tee", "sand-shorts", "fedora"),
    "carla": ("meadow-dress", "cognac-tote"),
}
DIGESTS = {
    4: {
        "ada": "56e96c2a3235190ebb2d684bd0cff777028707a93edc4a35907c797b35a9cf23",
        "bruno": "5d86bb4af25f77ebc6816a7e98b23b18bd6f00bd47af8bd108d78563efffa63d",
        "carla": "0b393fe407bfb1a072be2965e9629f704b1f35a99b7f56d164ea59d721652fee",
    },
    5: {
        "ada": "56e96c2a3235190ebb2d684bd0cff777028707a93edc4a35907c797b35a9cf23",
        "bruno": "5d86bb4af25f77ebc6816a7e98b23b18bd6f00bd47af8bd108d78563efffa63d",
        "carla": "0b393fe407bfb1a072be2965e9629f704b1f35a99b7f56d164ea59d721652fee",
    },
}
"""Of the pictures of each recipe version. A change of how looks come out is a new version."""

MOVED = {
    4: "59becdb7e1ea4bb350b568c092ac93002947621a66c2c32dc4800fbfc2eefab0",
    5: "59becdb7e1ea4bb350b568c092ac93002947621a66c2c32dc4800fbfc2eefab0",
}
"""Of Carla's look with her dress moved and scaled."""

ANOTHER_PROCESSOR = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V3",
    "OPENCV_CPU_DISABLE": "SSE4.1,SSE4.2,AVX,FP16,AVX2,FMA3",
    "OPENBLAS_CORETYPE": "Nehalem",
}
"""What makes NumPy, OpenCV and OpenBLAS reckon as on a processor of fifteen years ago."""


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
    garments = [kept_garment(slug) for slug in LOOKS[who]]
    pieces = [
        Piece(garment=garment, placement=moved.get(garment.type, Placement()))
        for garment in garments
    ]
    return Recipe(version=version, person=kept_figure(who), pieces=pieces)


@pytest.mark.parametrize("who", LOOKS)
def test_a_recipe_gives_the_picture_it_gave_before(who: str) -> None:
    picture = draw_recipe(_recipe(who))

    assert hashlib.sha256(picture.tobytes()).hexdigest() == DIGESTS[RECIPE_VERSION][who]


def test_a_recipe_whose_pieces_were_moved_gives_the_picture_it_gave_before() -> None:
    moved = Placement(move=(12.5, -7.0), scale=1.08)

    picture = draw_recipe(_recipe("carla", dress=moved))

    assert hashlib.sha256(picture.tobytes()).hexdigest() == MOVED[RECIPE_VERSION]


@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="speaks of x86-64")
def test_a_recipe_gives_the_same_picture_on_another_processor() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.test_looks_are_exact"],
        env={**os.environ, **ANOTHER_PROCESSOR},
        cwd=Path(__file__).parents[1],
        check=True,
        capture_output=True,
        text=True,
    )

    assert told.stdout.split() == [DIGESTS[RECIPE_VERSION][who] for who in LOOKS]


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


if __name__ == "__main__":
    for each in LOOKS:
        print(hashlib.sha256(draw_recipe(_recipe(each)).tobytes()).hexdigest())  # noqa: T201
