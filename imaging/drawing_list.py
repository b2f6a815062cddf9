"""A look as a list of what to draw, for a program that draws it itself (C10, C18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.body import Person
from imaging.coordination import layers_of, steps, undressed_for
from imaging.layering import Forward, Layer, Shadow
from imaging.measuring import Body
from imaging.placement import Piece
from imaging.skin import look_at


@dataclass(frozen=True, kw_only=True, eq=False)
class ListedLayer:
    """A layer, and whose part it is.

    Attributes
    ----------
    layer : Layer
        With the pairs of points its part is warped by.
    piece : int or None
        Which of the pieces it belongs to; None for what lies in the picture as it is.
    """

    layer: Layer
    piece: int | None


@dataclass(frozen=True, kw_only=True)
class ListedStep:
    """A step; one of its first three parts is set.

    Attributes
    ----------
    shadow : tuple of int, optional
        Layers that cast a shadow together, ``reach_px`` far.
    layer : int, optional
        The layer that is laid over what is drawn so far.
    forward : str, optional
        The mask of the person's pixels that come forward.
    """

    shadow: tuple[int, ...] | None = None
    layer: int | None = None
    forward: str | None = None
    reach_px: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawingList:
    """All that is needed to draw a look.

    Attributes
    ----------
    base : (H, W, 4) uint8
        The person, worn clothes replaced; sRGB with straight alpha.
    masks : mapping of str to (H, W) uint8
        By the names the steps have for them.
    layers : tuple of ListedLayer
        Numbered as the steps name them.
    steps : tuple of ListedStep
        In drawing order.
    """

    base: NDArray[np.uint8]
    masks: Mapping[str, NDArray[np.uint8]]
    layers: tuple[ListedLayer, ...]
    steps: tuple[ListedStep, ...]


def drawing_list(person: Person, pieces: Sequence[Piece]) -> DrawingList:
    """List what a picture of a look is drawn of.

    Parameters
    ----------
    person : Person
        In the body frame.
    pieces : sequence of Piece
        In the order they were put on.

    Returns
    -------
    DrawingList
        Drawn step by step it is the picture of `coordination.dress`.

    References
    ----------
    Source: own derivation.
    """
    owners = {
        id(layer.part): index
        for index, piece in enumerate(pieces)
        for layer in layers_of(person, piece)
        if layer.part is not None
    }
    numbers = dict[int, int]()
    layers = list[ListedLayer]()

    def number(layer: Layer) -> int:
        if id(layer) not in numbers:
            numbers[id(layer)] = len(layers)
            piece = None if layer.part is None else owners[id(layer.part)]
            layers.append(ListedLayer(layer=layer, piece=piece))
        return numbers[id(layer)]

    listed = list[ListedStep]()
    for step in steps(person, pieces):
        match step:
            case Shadow():
                shown = tuple(number(x) for x in step.layers if not x.box.is_empty)
                listed.append(ListedStep(shadow=shown, reach_px=step.reach_px))
            case Forward():
                listed.append(ListedStep(forward=step.mask))
            case Layer():
                if not step.box.is_empty:
                    listed.append(ListedStep(layer=number(step)))
    surface = look_at(person, Body.of(person))
    named = {step.forward for step in listed if step.forward is not None}
    base, _ = undressed_for(person, pieces)
    return DrawingList(
        base=base,
        masks={name: getattr(surface, name) for name in sorted(named)},
        layers=tuple(layers),
        steps=tuple(listed),
    )
