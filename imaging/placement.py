"""How a garment lies after it was fitted: as large as its size, and where its shopper puts it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from imaging.cutting import Part
from imaging.garment import Garment
from imaging.measuring import Body

SHOULDERS_TO, WHOLE_FROM = 0.15, 0.6
"""Where a trunk begins to be as wide as its size says, and where it is, on the way from the
shoulders to the hips: between them it is joined with sleeves, which stay on their arms."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A size, then a scale and a move, applied to a fitted garment.

    Attributes
    ----------
    move : (float, float)
        Rows and cols of the body frame, px.
    scale : float
        About the middle of the box round all places its points were fitted to.
    level : int
        By how many of the other pieces it lies further out than its type does; negative is
        further in.
    tucked : bool
        Whether the hem of a top goes into the bottoms that are worn with it.
    opened : bool
        Whether its fronts are turned aside, so that what is worn beneath it shows.
    size : (float, float)
        Length and width of what is no sleeve, relative to how it is fitted: lengths from the
        shoulders or the waist down, widths about its middle, in full from below the chest.

    Raises
    ------
    ValueError
        "a garment is scaled by a positive number" when a scale or size is not above 0, and "a
        garment is moved by a finite number of pixels" when a number is infinite or none.
    """

    move: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    level: int = 0
    tucked: bool = False
    opened: bool = False
    size: tuple[float, float] = (1.0, 1.0)

    def __post_init__(self) -> None:
        """Refuse what no garment can be drawn with."""
        if not np.isfinite([*self.move, self.scale, *self.size]).all():
            raise ValueError("a garment is moved by a finite number of pixels")
        if min(self.scale, *self.size) <= 0:
            raise ValueError("a garment is scaled by a positive number")


AS_FITTED = Placement()


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One garment of a look, and where it was put.

    Attributes
    ----------
    garment : Garment
        Cut out, with landmarks.
    placement : Placement
        What the shopper changed of how it was fitted.
    """

    garment: Garment
    placement: Placement = AS_FITTED


def placed(parts: Sequence[Part], body: Body, placement: Placement) -> tuple[Part, ...]:
    """Give a fitted garment its size, scale and move it.

    Parameters
    ----------
    parts : sequence of Part
        All of one garment.
    body : Body
        Who wears it.
    placement : Placement
        How.

    Returns
    -------
    tuple of Part
        The very same ones where nothing is to be done.

    References
    ----------
    Source: own derivation.
    """
    if replace(placement, level=0, tucked=False, opened=False) == AS_FITTED or not parts:
        return tuple(parts)
    if placement.size != AS_FITTED.size:
        parts = _sized(parts, placement.size, body)
    targets = np.vstack([part.targets for part in parts])
    middle = (targets.min(axis=0) + targets.max(axis=0)) / 2
    offset = middle + np.array(placement.move)
    return tuple(
        replace(part, targets=offset + (part.targets - middle) * placement.scale) for part in parts
    )


def _sized(parts: Sequence[Part], size: tuple[float, float], body: Body) -> tuple[Part, ...]:
    """Make the trunk of a garment longer and wider; sleeves stay on the arms they are on."""
    length, width = size
    trunk = [part for part in parts if not part.name.startswith("sleeve")]
    targets = np.vstack([part.targets for part in trunk])
    top, middle = targets[:, 0].min(), (targets[:, 1].min() + targets[:, 1].max()) / 2
    hangs_from_shoulders = any(part.name == "torso" for part in trunk)
    if hangs_from_shoulders:  # they are as wide as whoever has them
        top = body.row_of(0)

    def sized(part: Part) -> Part:
        rows, cols = part.targets.T
        share = np.ones(len(rows))
        if hangs_from_shoulders:
            share = np.interp(rows, [body.row_of(SHOULDERS_TO), body.row_of(WHOLE_FROM)], [0, 1])
        below = np.maximum(rows - top, 0)
        wider = middle + (cols - middle) * (1 + (width - 1) * share)
        return replace(part, targets=np.column_stack([rows + below * (length - 1), wider]))

    return tuple(sized(part) if part in trunk else part for part in parts)
