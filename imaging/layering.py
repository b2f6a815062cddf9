"""Drawn parts of garments and how they go together: seams closed, inner ones inside outer ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.cutting import Part
from imaging.measuring import SIDES, Body
from imaging.warping import Box

BOTTOMS = ("trousers", "shorts", "skirt")

GAP = 0.07
"""Widest gap between a sleeve and its trunk that is closed, per shoulder distance."""

SHOULDER_SEAM = 0.08
"""How far above the end of the shoulder line a sleeve's seam may begin, per shoulder distance."""

COLLAR_GAP = 0.03
"""The same where a collar's parts meet."""

FOLD_LIGHT = 0.80
"""Light in the fold that fills such a gap."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """One part of one garment, drawn.

    Attributes
    ----------
    name : str
        Of the part.
    box : Box
        Its place in the picture.
    pixels : (h, w, 4) uint8
        Premultiplied alpha.
    part : Part, optional
        What it was warped by; None for what lies in the picture as it is.
    relaxation : float
        Share of the thin plate that the warp kept.
    kept : (h, 2) int64, optional
        For each row the first col of the picture that is shown, and the one after the last; None
        where all is shown.
    """

    name: str
    box: Box
    pixels: NDArray[np.uint8]
    part: Part | None = None
    relaxation: float = 1.0
    kept: NDArray[np.int64] | None = None

    def keeping(self, kept: NDArray[np.int64]) -> "Layer":
        """Show only what lies between two cols of the picture in each row, ends out."""
        if self.box.is_empty:
            return self
        if self.kept is not None:
            kept = np.stack(
                [np.maximum(kept[:, 0], self.kept[:, 0]), np.minimum(kept[:, 1], self.kept[:, 1])],
                axis=1,
            )
        cols = np.arange(self.box.left, self.box.right)
        outside = (cols < kept[:, :1]) | (cols >= kept[:, 1:])
        pixels = self.pixels.copy()
        pixels[outside] = 0
        return replace(self, pixels=pixels, kept=kept)

    def whole_rows(self) -> NDArray[np.int64]:
        """Give rows for `keeping` that keep everything."""
        rows = self.box.bottom - self.box.top
        return np.tile(np.array([[self.box.left, self.box.right]], np.int64), (rows, 1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Shadow:
    """A step: layers together cast a contact shadow on what is drawn so far."""

    layers: tuple[Layer, ...]
    reach_px: float


@dataclass(frozen=True, kw_only=True)
class Forward:
    """A step: pixels of the person come forward again, before what covers them.

    Attributes
    ----------
    mask : str
        The attribute of ``Surface`` that says which.
    """

    mask: str


Step: TypeAlias = Shadow | Layer | Forward
"""What is drawn next; a layer is laid over what is drawn so far."""


def box_round(layers: Sequence[Layer], *, margin: int, frame: tuple[int, int]) -> Box | None:
    """Find the box round layers.

    Parameters
    ----------
    layers : sequence of Layer
        Empty ones do not count.
    margin : int
        Pixels round them.
    frame : (int, int)
        Rows and cols of the picture; the box stays inside.

    Returns
    -------
    Box or None
        None where there is nothing.
    """
    boxes = [layer.box for layer in layers if not layer.box.is_empty]
    if not boxes:
        return None
    return Box(
        top=max(0, min(box.top for box in boxes) - margin),
        left=max(0, min(box.left for box in boxes) - margin),
        bottom=min(frame[0], max(box.bottom for box in boxes) + margin),
        right=min(frame[1], max(box.right for box in boxes) + margin),
    )


def cover(layers: Sequence[Layer], box: Box) -> NDArray[np.uint8]:
    """Find what layers cover together.

    Parameters
    ----------
    layers : sequence of Layer
        All of them inside the box.
    box : Box
        Of the answer.

    Returns
    -------
    (h, w) uint8
        The largest alpha at each pixel.
    """
    alpha = np.zeros((box.bottom - box.top, box.right - box.left), np.uint8)
    for layer in layers:
        if layer.box.is_empty:
            continue
        top, left = layer.box.top - box.top, layer.box.left - box.left
        own = cv2.extractChannel(layer.pixels, 3)
        window = alpha[top : top + own.shape[0], left : left + own.shape[1]]
        cv2.max(window, own, dst=window)
    return alpha


def join(layers: Sequence[Layer], body: Body) -> Layer | None:
    """Close the narrow gaps between sleeves and trunk, where skin would show in a seam.

    Parameters
    ----------
    layers : sequence of Layer
        Of one garment.
    body : Body
        Who wears it.

    Returns
    -------
    Layer or None
        To be drawn beneath the others; None where nothing gapes.

    References
    ----------
    Source: own derivation.
    """
    box = box_round(layers, margin=0, frame=body.silhouette.shape[:2])
    if box is None:
        return None
    alpha = cover(layers, box)
    pixels = np.zeros((*alpha.shape, 4), np.uint8)
    for part, width in _seams(box, body):
        if part.is_empty:
            continue
        size = max(3, round(width * body.unit)) | 1
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        window = Box(
            top=part.top - box.top,
            bottom=part.bottom - box.top,
            left=part.left - box.left,
            right=part.right - box.left,
        ).window()
        solid = np.where(alpha[window] > 200, np.uint8(255), np.uint8(0))
        padded = cv2.copyMakeBorder(solid, size, size, size, size, cv2.BORDER_CONSTANT)
        closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disc)[size:-size, size:-size]
        gap = (closed > 0) & (alpha[window] < 255) & (cv2.blur(solid, (3, 3)) < 255)
        pixels[window][gap] = _fold(layers, part, gap)
    if not pixels.any():
        return None
    return Layer(name="sleeve_seams", box=box, pixels=pixels)


def _seams(box: Box, body: Body) -> list[tuple[Box, float]]:
    """Where seams may gape, and how far: a neckline's point or a cuff is meant to be open."""
    unit = body.unit
    neck = body.joints["neck"]
    top, bottom = int(neck[0] - 0.3 * unit), int(neck[0] + 0.1 * unit)
    places = [((top, bottom), float(neck[1]), 0.4, COLLAR_GAP)]
    for side in SIDES:
        pit = body.armpit(side)
        top = body.shoulder_tip(side)[0] - SHOULDER_SEAM * unit
        rows = int(top), int(pit[0] + 0.3 * unit)
        places.append((rows, float(pit[1]), 0.2, GAP))
    return [
        (
            Box(
                top=max(box.top, rows[0]),
                bottom=min(box.bottom, rows[1]),
                left=max(box.left, int(col - reach * unit)),
                right=min(box.right, int(col + reach * unit)),
            ),
            gap,
        )
        for rows, col, reach, gap in places
    ]


def _fold(layers: Sequence[Layer], part: Box, gap: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Colours for the pixels of a gap: the cloth beside it, in shade."""
    cloth = np.zeros((*gap.shape, 4), np.uint8)
    for layer in layers:
        top, left = max(layer.box.top, part.top), max(layer.box.left, part.left)
        bottom, right = min(layer.box.bottom, part.bottom), min(layer.box.right, part.right)
        if bottom <= top or right <= left:
            continue
        own = layer.pixels[
            top - layer.box.top : bottom - layer.box.top,
            left - layer.box.left : right - layer.box.left,
        ]
        place = cloth[top - part.top : bottom - part.top, left - part.left : right - part.left]
        np.copyto(place, own, where=own[..., 3:] > place[..., 3:])
    far = np.where(cloth[..., 3] == 255, np.uint8(0), np.uint8(1))
    if far.all():
        return np.zeros((int(gap.sum()), 4), np.uint8)
    _, labels = cv2.distanceTransformWithLabels(far, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    nearest = np.asarray(labels, np.int32)
    colours = np.zeros((int(nearest.max()) + 1, 3), np.uint8)
    colours[nearest[far == 0]] = cloth[..., :3][far == 0]
    shaded = colours[nearest[gap]] * np.float32(FOLD_LIGHT)
    solid = np.full((len(shaded), 1), 255, np.uint8)
    return np.hstack([shaded.astype(np.uint8), solid])


def inside_of(
    layers: Sequence[Layer], torsos: Sequence[Layer], *, flare: float, start: float
) -> tuple[Layer, ...]:
    """Hide what would show beside what is worn over it, above its hem.

    Parameters
    ----------
    layers : sequence of Layer
        Of the inner garment.
    torsos : sequence of Layer
        Trunks of the outer garments.
    flare : float
        By how much the inner garment may swell out towards the hem, px.
    start : float
        Row above which nothing is hidden.

    Returns
    -------
    tuple of Layer
    """
    kept: list[Layer] = []
    for layer in layers:
        rows = layer.whole_rows()
        for torso in torsos:
            _narrow(rows, layer.box, torso, flare=flare, start=int(start))
        kept.append(layer.keeping(rows))
    return tuple(kept)


def _narrow(rows: NDArray[np.int64], box: Box, torso: Layer, *, flare: float, start: int) -> None:
    """Leave of the rows of a box what lies between the sides of a trunk, above its hem."""
    solid = torso.pixels[..., 3] > 127
    widths = solid.sum(axis=1)
    wide = np.flatnonzero(widths > 0.9 * widths[len(widths) // 2 :].max(initial=1))
    hem = torso.box.top + (int(wide[-1]) if wide.size else 0)
    top, bottom = max(box.top, torso.box.top, start), min(box.bottom, hem)
    if bottom <= top:
        return
    own = solid[top - torso.box.top : bottom - torso.box.top]
    room = np.maximum(0.0, flare - (hem - np.arange(top, bottom)))
    left = torso.box.left + own.argmax(axis=1) - room
    right = torso.box.left + own.shape[1] - 1 - own[:, ::-1].argmax(axis=1) + room
    left[~own.any(axis=1)] = box.right
    seen = rows[top - box.top : bottom - box.top]
    seen[:, 0] = np.maximum(seen[:, 0], np.ceil(left).astype(np.int64))
    seen[:, 1] = np.minimum(seen[:, 1], np.floor(right).astype(np.int64) + 1)


def standing_out(
    layers: Sequence[Layer], *, row: float, cols: tuple[float, float]
) -> tuple[Layer, ...]:
    """Cut layers off beside a collar, which alone stands out above what is worn over it.

    Parameters
    ----------
    layers : sequence of Layer
        Of the inner garment.
    row : float
        Above which it stands out.
    cols : (float, float)
        Between which it does.

    Returns
    -------
    tuple of Layer
    """
    kept: list[Layer] = []
    for layer in layers:
        rows = layer.whole_rows()
        above = rows[: max(0, int(row) - layer.box.top)]
        above[:, 0] = np.maximum(above[:, 0], int(cols[0]))
        above[:, 1] = np.minimum(above[:, 1], int(cols[1]))
        kept.append(layer.keeping(rows))
    return tuple(kept)
