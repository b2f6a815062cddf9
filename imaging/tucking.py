"""Hems that go into what is worn below them: trunks led into a waistband, or cut off above it."""

from collections.abc import Sequence

import numpy as np

from imaging.layering import Layer

BLOUSE = 0.9
"""How steeply a trunk narrows towards the waistband it goes into: cols per row, each side."""

TUCKED_DEPTH = 0.35
"""How far a trunk goes into a waistband, per shoulder distance: no hem shows between legs."""


def inside_waistband(
    layers: Sequence[Layer], bottoms: Sequence[Layer], *, unit: float
) -> tuple[Layer, ...]:
    """Lead trunks into a waistband: no wider than it, and ending inside.

    Parameters
    ----------
    layers : sequence of Layer
        Trunks that are tucked in.
    bottoms : sequence of Layer
        Of what they are tucked into.
    unit : float
        Shoulder distance, px.

    Returns
    -------
    tuple of Layer
        The very same ones where the bottoms show nothing.

    References
    ----------
    Source: own derivation.
    """
    spans = _spans(bottoms)
    if not spans:
        return tuple(layers)
    waist, end = min(spans), min(spans) + int(TUCKED_DEPTH * unit)
    kept: list[Layer] = []
    for layer in layers:
        rows = layer.whole_rows()
        for index, row in enumerate(range(layer.box.top, layer.box.bottom)):
            if row >= end:
                rows[index] = layer.box.left, layer.box.left
            else:
                first, last = spans.get(max(row, waist), spans[waist])
                room = int(BLOUSE * max(waist - row, 0))
                rows[index] = first - room, last + room + 1
        kept.append(layer.keeping(rows))
    return tuple(kept)


def _spans(layers: Sequence[Layer]) -> dict[int, tuple[int, int]]:
    """First and last solid col of layers together, by row."""
    spans = dict[int, tuple[int, int]]()
    for layer in layers:
        solid = layer.pixels[..., 3] > 127
        for index in np.flatnonzero(solid.any(axis=1)).tolist():
            cols = np.flatnonzero(solid[index])
            row, own = layer.box.top + index, (int(cols[0]), int(cols[-1]))
            first, last = spans.get(row, (layer.box.left + own[0], layer.box.left + own[1]))
            spans[row] = (min(first, layer.box.left + own[0]), max(last, layer.box.left + own[1]))
    return spans


def tucked_in(layers: Sequence[Layer], row: float) -> tuple[Layer, ...]:
    """Cut layers off below a row, as trousers hide what is tucked into them.

    Parameters
    ----------
    layers : sequence of Layer
        Of the garment that is tucked in.
    row : float
        From where nothing is left.

    Returns
    -------
    tuple of Layer
    """
    kept: list[Layer] = []
    for layer in layers:
        rows = layer.whole_rows()
        rows[max(0, int(row) - layer.box.top) :] = layer.box.left
        kept.append(layer.keeping(rows))
    return tuple(kept)
