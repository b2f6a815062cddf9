"""A look as data: the same recipe gives the same picture, years later (C10, C18)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.body import Person
from imaging.coordination import RECIPE_VERSION, dress
from imaging.placement import Piece


class UnknownRecipeVersion(ValueError):
    """A recipe wants to be drawn by another program."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"this program draws recipes of version {RECIPE_VERSION}, not of version {version}"
        )


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """All that a picture of a look is made of.

    Attributes
    ----------
    version : int
        Of how looks come out; see `coordination.RECIPE_VERSION`.
    person : Person
        In the body frame.
    pieces : sequence of Piece
        In the order they were put on: of two of one type the later lies over the earlier. One
        whose size is not told is as large as it is fitted.
    """

    version: int
    person: Person
    pieces: Sequence[Piece]


def coordinate(recipe: Recipe) -> NDArray[np.uint8]:
    """Draw the picture of a recipe.

    Parameters
    ----------
    recipe : Recipe
        Of a version this program draws.

    Returns
    -------
    (H, W, 4) uint8
        sRGB with straight alpha, the size of the person's picture; the same bytes on every run.

    Raises
    ------
    UnknownRecipeVersion
        When it is of another version: its picture would not be the one it was made for.
    """
    if recipe.version != RECIPE_VERSION:
        raise UnknownRecipeVersion(recipe.version)
    picture, _ = dress(recipe.person, recipe.pieces)
    return picture
