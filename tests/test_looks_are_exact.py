"""What a shopper may rely on: true colours, and the same picture of the same recipe for ever."""

import hashlib
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from domain import coordination as domain
from imaging.coordination import RECIPE_VERSION, coordinate, drawn
from tests.wardrobe import figure, worn

LOOKS = {
    "ada": ("camel-coat", "oxford-shirt", "wide-wool-trousers", "court-sneakers", "camel-scarf"),
    "bruno": ("heavy-white-tee", "sand-shorts", "fedora"),
    "carla": ("meadow-dress", "cognac-tote"),
}
DIGESTS = {
    2: {
        "ada": "9c4c455d8937b5ee10f92f1eaf54c97223a5cd6aa5717f6a3b0c44590bd4daba",
        "bruno": "147ec629dd9de9e8700a437546ad4eaf3fb85d78f0ea3f10f99fd45131fb2c78",
        "carla": "db162a1114f72b6198b802746dde7d8564a28c2c065d90a6e40a90faae85979d",
    },
}
"""Of the pictures of each recipe version. A change of how looks come out is a new version."""


def _difference(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float64]:
    """CIEDE2000 of CIELAB colours (N, 3); G. Sharma, W. Wu, E. N. Dalal, 2005."""
    (l1, a1, b1), (l2, a2, b2) = first.astype(float).T, second.astype(float).T
    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180
    turn[c1 * c2 == 0] = 0
    mean_l, mean_c, mean_h = (l1 + l2) / 2, (c1 + c2) / 2, h1 + turn / 2
    mean_h = np.where(c1 * c2 == 0, h1 + h2, mean_h)
    tilt = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    light = (l2 - l1) / (1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2))
    chroma = (c2 - c1) / (1 + 0.045 * mean_c)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2) / (1 + 0.015 * mean_c * tilt)
    twist = -2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
    twist *= np.sin(np.radians(60 * np.exp(-((((mean_h % 360) - 275) / 25) ** 2))))
    return np.asarray(np.sqrt(light**2 + chroma**2 + hue**2 + twist * chroma * hue))


def _lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    colours = np.ascontiguousarray(rgb[None]).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2LAB)[0], np.float32)


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
    found = _difference(np.array([first], np.float32), np.array([second], np.float32))

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
    assert np.median(_difference(_lab(picture[inside][:, :3]), _lab(own))) <= 2


@pytest.mark.parametrize("who", LOOKS)
def test_a_recipe_gives_the_picture_it_gave_before(who: str) -> None:
    picture = coordinate(figure(who), [worn(slug) for slug in LOOKS[who]])

    assert hashlib.sha256(picture.tobytes()).hexdigest() == DIGESTS[RECIPE_VERSION][who]


def test_the_log_records_the_version_that_draws() -> None:
    assert domain.RECIPE_VERSION == RECIPE_VERSION
