"""Drawn garments and mannequins for the tests of total coordination, drawn once per run."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imaging.body import Person
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.drawing.mannequins import MANNEQUINS, draw_mannequin
from imaging.garment import Garment

HEIGHT_PX = 512
"""Half the size of the shop's pictures: quick to draw, and its landmarks are fractions."""

ONE_OF_EACH_TYPE = (
    "heavy-white-tee",
    "breton-tee",
    "oxford-shirt",
    "oat-cable-knit",
    "satin-camisole",
    "camel-coat",
    "meadow-dress",
    "pleated-skirt",
    "wide-wool-trousers",
    "sand-shorts",
    "court-sneakers",
    "fedora",
    "cognac-tote",
    "camel-scarf",
)

FIGURES = tuple(figure.slug for figure in MANNEQUINS)


@cache
def worn(slug: str) -> Garment:
    """The commodity of the demo catalogue as a body wears it."""
    sketch = next(sketch for sketch in CATALOGUE if sketch.slug == slug)
    return draw(sketch, height_px=HEIGHT_PX, worn=True)


@cache
def figure(slug: str) -> Person:
    """A mannequin in the body frame."""
    return draw_mannequin(slug)


KEPT = Path(__file__).parent / "golden" / "looks"
"""Some of them, smaller, as files: drawing is not the same to the bit on every processor."""


def kept_garment(slug: str) -> Garment:
    """A garment out of a file, the same on every machine."""
    told = _told("garments")[slug]
    landmarks = {name: (row, col) for name, (row, col) in told["landmarks"].items()}
    return Garment(type=told["type"], rgba=_pixels(slug), landmarks=landmarks)


def kept_figure(slug: str) -> Person:
    """A mannequin out of a file, the same on every machine."""
    joints = {name: (row, col) for name, (row, col) in _told("figures")[slug].items()}
    return Person(rgba=_pixels(slug), joints=joints)


def _told(what: str) -> dict[str, Any]:
    return dict(json.loads((KEPT / f"{what}.json").read_text()))


def _pixels(slug: str) -> NDArray[np.uint8]:
    with Image.open(KEPT / f"{slug}.webp") as image:
        return np.asarray(image.convert("RGBA"))
