"""Drawn garments and mannequins for the tests of total coordination, drawn once per run."""

from functools import cache

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
