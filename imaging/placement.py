"""Where a shopper puts a garment after it was fitted: moved and scaled as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from imaging.cutting import Part
from imaging.garment import Garment


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A move and a scale, applied to a fitted garment.

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

    Raises
    ------
    ValueError
        "a garment is scaled by a positive number" when the scale is not above 0, and "a garment
        is moved by a finite number of pixels" when a number is infinite or none.
    """

    move: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    level: int = 0
    tucked: bool = False

    def __post_init__(self) -> None:
        """Refuse what no garment can be drawn with."""
        if not np.isfinite([*self.move, self.scale]).all():
            raise ValueError("a garment is moved by a finite number of pixels")
        if self.scale <= 0:
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


def placed(parts: Sequence[Part], placement: Placement) -> tuple[Part, ...]:
    """Move and scale a fitted garment.

    Parameters
    ----------
    parts : sequence of Part
        All of one garment.
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
    if replace(placement, level=0, tucked=False) == AS_FITTED or not parts:
        return tuple(parts)
    targets = np.vstack([part.targets for part in parts])
    middle = (targets.min(axis=0) + targets.max(axis=0)) / 2
    offset = middle + np.array(placement.move)
    return tuple(
        replace(part, targets=offset + (part.targets - middle) * placement.scale) for part in parts
    )
