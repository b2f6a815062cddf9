"""How a garment lies after it was fitted: as large as its size, and where its shopper puts it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from imaging.cutting import Part
from imaging.garment import Garment


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
    size : (float, float)
        Length and width, relative to the size in the garment's picture: lengths from its highest
        point down, widths about the middle of what is no sleeve.

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


def placed(parts: Sequence[Part], placement: Placement) -> tuple[Part, ...]:
    """Give a fitted garment its size, scale and move it.

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
    if placement.size != AS_FITTED.size:
        parts = _sized(parts, placement.size)
    targets = np.vstack([part.targets for part in parts])
    middle = (targets.min(axis=0) + targets.max(axis=0)) / 2
    offset = middle + np.array(placement.move)
    return tuple(
        replace(part, targets=offset + (part.targets - middle) * placement.scale) for part in parts
    )


def _sized(parts: Sequence[Part], size: tuple[float, float]) -> tuple[Part, ...]:
    targets = np.vstack([part.targets for part in parts])
    trunk = [part.targets for part in parts if not part.name.startswith("sleeve")]
    cols = np.vstack(trunk)[:, 1]
    hung = np.array([targets[:, 0].min(), (cols.min() + cols.max()) / 2])
    return tuple(
        replace(part, targets=hung + (part.targets - hung) * np.array(size)) for part in parts
    )
