"""Clay: a body as one signed distance field, to which rounded parts are smoothly joined.

Lengths are in body heights: ``x`` to the right from the body's axis, ``y`` down from the crown
(0) to the soles (1), ``z`` towards the viewer. The field is negative inside.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS
from imaging.drawing.stance import CROWN_SHARE, PX_PER_HEIGHT, Point, sway_at

COARSENESS = 2
"""The clay has half the resolution of the body frame: its field is smooth, so the outline that is
interpolated from it is sharp at full size."""

CELL = COARSENESS / PX_PER_HEIGHT
LAYER = 0.0036
BACK, FRONT = -0.062, 0.14
"""Depth that is modelled: nothing behind ``BACK`` can be seen from the front."""

FAR = 0.05
REACH = 0.03
"""A part changes the field no further than ``REACH`` outside itself; untouched clay is ``FAR``."""

Volume = NDArray[np.float32]
Section = tuple[float, float, float, float, float, float]


def smooth_union(first: Volume, second: Volume, blend: float) -> Volume:
    """Join two distance fields with a fillet.

    Parameters
    ----------
    first, second : (...) float32
        Distances in body heights.
    blend : float
        Width of the fillet in body heights, more than 0.

    Returns
    -------
    (...) float32
        The joined distances.

    References
    ----------
    I. Quilez, "Smooth minimum", 2013 (the quadratic form).
    """
    overlap = np.maximum(np.float32(blend) - np.abs(first - second), 0)
    joined: Volume = np.minimum(first, second) - overlap * overlap * np.float32(0.25 / blend)
    return joined


def _smoothed(values: NDArray[np.float64], cells: float) -> NDArray[np.float64]:
    reach = math.ceil(3 * cells)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / cells) ** 2)
    padded = np.pad(values, reach, mode="edge")
    return np.asarray(np.convolve(padded, kernel / kernel.sum(), mode="valid"), np.float64)


def _used_rows(field: Volume) -> slice:
    """Give the rows in which there is clay, or clay within reach."""
    used = np.flatnonzero(field.min(axis=(1, 2)) < FAR)
    return slice(int(used[0]), int(used[-1]) + 1)


@dataclass(frozen=True)
class _Box:
    """A part of the grid, with the coordinates of its cells ready to broadcast."""

    rows: slice
    cols: slice
    layers: slice
    x: Volume
    y: Volume
    z: Volume


class Clay:
    """A distance field on a grid of ``(row, col, layer)``; layer 0 is the furthest back.

    Attributes
    ----------
    field : (768, 375, L) float32
        Signed distance in body heights, negative inside, at most ``FAR``.
    """

    def __init__(self, sway: float) -> None:
        offset = (COARSENESS - 1) / 2
        rows = np.arange(BODY_FRAME_ROWS // COARSENESS) * COARSENESS + offset
        cols = np.arange(BODY_FRAME_COLS // COARSENESS) * COARSENESS + offset
        self._y = ((rows - CROWN_SHARE * BODY_FRAME_ROWS) / PX_PER_HEIGHT).astype(np.float32)
        self._x = ((cols - (BODY_FRAME_COLS - 1) / 2) / PX_PER_HEIGHT).astype(np.float32)
        self._z = np.arange(BACK, FRONT, LAYER, dtype=np.float32)
        self._sway = sway_at(self._y, sway).astype(np.float32)
        self.field: Volume = np.full((rows.size, cols.size, self._z.size), FAR, np.float32)

    def _box(self, low: Point, high: Point) -> _Box:
        def span(axis: Volume, start: float, stop: float) -> slice:
            first, last = np.searchsorted(axis, (start - REACH, stop + REACH))
            return slice(int(first), int(last))

        cols, rows, layers = (
            span(axis, start, stop)
            for axis, start, stop in zip((self._x, self._y, self._z), low, high, strict=True)
        )
        return _Box(
            rows,
            cols,
            layers,
            self._x[None, cols, None] - self._sway[rows, None, None],
            self._y[rows, None, None],
            self._z[None, None, layers],
        )

    def _join(self, box: _Box, part: Volume, blend: float) -> None:
        view = self.field[box.rows, box.cols, box.layers]
        if blend > 0:
            view[...] = smooth_union(view, part, blend)
        else:  # A negative blend carves the part out.
            view[...] = -smooth_union(-view, part, -blend)

    def join(self, other: "Clay", blend: float) -> None:
        """Join what another clay holds.

        Parameters
        ----------
        other : Clay
            Clay of the same sway.
        blend : float
            Width of the fillet in body heights.

        References
        ----------
        Source: own derivation.
        """
        rows = _used_rows(other.field)
        self.field[rows] = smooth_union(self.field[rows], other.field[rows], blend)

    def coat(self, other: "Clay", thickness: float, opening: Point, radii: Point) -> None:
        """Join a coat over another clay, with an opening towards which it thins out.

        Parameters
        ----------
        other : Clay
            What is coated, of the same sway.
        thickness : float
            Thickness of the coat in body heights.
        opening, radii : tuple of float
            Centre and radii of the ellipsoid in which there is no coat.

        References
        ----------
        Source: own derivation.
        """
        rows = _used_rows(other.field)
        x = (self._x[None, :, None] - self._sway[rows, None, None] - opening[0]) / radii[0]
        y = (self._y[rows, None, None] - opening[1]) / radii[1]
        z = (self._z[None, None, :] - opening[2]) / radii[2]
        outside = (np.sqrt(x * x + y * y + z * z) - 1) * np.float32(min(radii))
        coat = np.clip(0.5 * outside, -0.002, thickness)
        part = (other.field[rows] - coat).astype(np.float32, copy=False)
        self.field[rows] = np.minimum(self.field[rows], part)

    def soften(self, between: tuple[float, float], radius: float) -> None:
        """Smooth seams and creases as if stroked with a thumb, most in the middle of two heights.

        Parameters
        ----------
        between : tuple of float
            Two heights in body heights from the crown; beyond them nothing changes.
        radius : float
            Standard deviation of the smoothing in body heights.

        References
        ----------
        Source: own derivation.
        """
        first, last = np.searchsorted(self._y, between)
        reach = math.ceil(3 * radius / CELL)
        blurred = cv2.GaussianBlur(self.field[first - reach : last + reach], (0, 0), radius / CELL)
        share = np.sin(np.linspace(0, np.pi, last - first, dtype=np.float32))[:, None, None]
        view = self.field[first:last]
        view += share * (blurred[reach:-reach] - view)

    def thicken(self, even: float, more: float, between: tuple[float, float]) -> None:
        """Let the clay stand off like cloth, with soft folds where it is loose.

        Parameters
        ----------
        even : float
            Thickness everywhere, in body heights.
        more : float
            What is added below the second height of ``between``; it grows from the first on.
        between : tuple of float
            Two heights in body heights from the crown.

        References
        ----------
        Source: own derivation.
        """
        share = np.clip((self._y - between[0]) / (between[1] - between[0]), 0, 1)
        x, y, loose = self._x[None, :], self._y[:, None], (share * share * (3 - 2 * share))[:, None]
        folds = np.sin(150 * x + 16 * y + 3 * np.sin(11 * y)) + 0.6 * np.sin(83 * x - 25 * y)
        cloth = even + loose * more * (1 + 0.13 * folds)
        self.field -= cloth.astype(np.float32)[:, :, None]

    def cut(self, top: float, bottom: float) -> None:
        """Cut off what lies above or below two heights.

        Parameters
        ----------
        top, bottom : float
            Heights in body heights from the crown.

        References
        ----------
        Source: own derivation.
        """
        beyond = np.maximum(top - self._y, self._y - bottom)[:, None, None]
        np.maximum(self.field, beyond, out=self.field)

    def ellipsoid(self, centre: Point, radii: Point, blend: float, *, turn: float = 0.0) -> None:
        """Join an ellipsoid, or carve it out.

        Parameters
        ----------
        centre, radii : tuple of float
            ``x, y, z`` in body heights.
        blend : float
            Width of the fillet; negative carves the ellipsoid out.
        turn : float
            Radians by which the ellipsoid is turned in the picture's plane, clockwise.

        References
        ----------
        I. Quilez, "Ellipsoid distance estimation", 2008 (first-order distance).
        """
        size = max(radii[:2]) if turn else 0.0
        reach = (size or radii[0], size or radii[1], radii[2])
        low, high = (
            (centre[0] + way * reach[0], centre[1] + way * reach[1], centre[2] + way * reach[2])
            for way in (-1, 1)
        )
        box = self._box(low, high)
        x, y, z = box.x - centre[0], box.y - centre[1], box.z - centre[2]
        cosine, sine = math.cos(turn), math.sin(turn)
        along, across = cosine * x + sine * y, cosine * y - sine * x
        in_plane = (along / radii[0]) ** 2 + (across / radii[1]) ** 2
        slope = (along / radii[0] ** 2) ** 2 + (across / radii[1] ** 2) ** 2
        rho = np.sqrt(in_plane + (z / radii[2]) ** 2)
        steepness = np.sqrt(slope + (z / radii[2] ** 2) ** 2) + np.float32(1e-3)
        part = rho * (rho - 1) / steepness
        self._join(box, part.astype(np.float32, copy=False), blend)

    def limb(self, start: Point, end: Point, radii: tuple[float, float], blend: float) -> None:
        """Join a limb: a capsule whose radius changes evenly from one end to the other.

        Parameters
        ----------
        start, end : tuple of float
            Centres of the rounded ends, ``x, y, z`` in body heights.
        radii : tuple of float
            Radius at the start and at the end.
        blend : float
            Width of the fillet; negative carves the limb out.

        References
        ----------
        Source: own derivation.
        """
        thick = max(radii)
        x, y, z = (sorted(pair) for pair in zip(start, end, strict=True))
        box = self._box(
            (x[0] - thick, y[0] - thick, z[0] - thick), (x[1] + thick, y[1] + thick, z[1] + thick)
        )
        axis = tuple(b - a for a, b in zip(start, end, strict=True))
        length2 = max(sum(part * part for part in axis), 1e-9)
        right, down, front = box.x - start[0], box.y - start[1], box.z - start[2]
        along = (right * axis[0] + down * axis[1] + front * axis[2]) / np.float32(length2)
        along = np.clip(along, 0, 1)
        distance = np.sqrt(
            (right - along * axis[0]) ** 2
            + (down - along * axis[1]) ** 2
            + (front - along * axis[2]) ** 2
        )
        part = distance - (np.float32(radii[0]) + along * np.float32(radii[1] - radii[0]))
        self._join(box, part.astype(np.float32, copy=False), blend)

    def relief(
        self,
        centre: tuple[float, float],
        spread: tuple[float, float],
        height: float,
        *,
        turn: float = 0.0,
    ) -> None:
        """Raise a soft mound on the front, or press a hollow into it.

        Finer than the distance between two layers of the grid, because it moves the surface
        instead of joining another one.

        Parameters
        ----------
        centre : tuple of float
            ``x, y`` in body heights.
        spread : tuple of float
            Standard deviations along and across in body heights.
        height : float
            Height of the mound; negative presses a hollow.
        turn : float
            Radians by which the mound is turned in the picture's plane, clockwise.

        References
        ----------
        Source: own derivation.
        """
        reach = 2.6 * max(spread)
        box = self._box(
            (centre[0] - reach, centre[1] - reach, 0.0),
            (centre[0] + reach, centre[1] + reach, FRONT),
        )
        x, y = box.x - centre[0], box.y - centre[1]
        cosine, sine = math.cos(turn), math.sin(turn)
        along, across = (cosine * x + sine * y) / spread[0], (cosine * y - sine * x) / spread[1]
        mound = np.float32(height) * np.exp(-0.5 * (along * along + across * across))
        self.field[box.rows, box.cols, box.layers] -= mound.astype(np.float32, copy=False)

    def loft(
        self,
        sections: Sequence[Section],
        blend: float,
        *,
        squareness: float = 0.0,
        smoothing: float = 0.011,
    ) -> None:
        """Join an upright part given by its horizontal sections.

        Parameters
        ----------
        sections : sequence of tuple
            ``y, x, half_width, z, front, back``: height of the section, its centre, half its
            width, and its depth before and behind the centre, from the top downwards.
        blend : float
            Width of the fillet; negative carves the part out.
        squareness : float
            0 for elliptic sections to 1 for sections like a rounded rectangle.
        smoothing : float
            Standard deviation, in body heights, by which the profile is rounded along ``y``.

        References
        ----------
        Source: own derivation.
        """
        table = np.array(sections, dtype=np.float64)
        widest = float(table[:, 2].max())
        box = self._box(
            (
                float(table[:, 1].min()) - widest,
                float(table[0, 0]),
                float((table[:, 3] - table[:, 5]).min()),
            ),
            (
                float(table[:, 1].max()) + widest,
                float(table[-1, 0]),
                float((table[:, 3] + table[:, 4]).max()),
            ),
        )
        levels = box.y[:, 0, 0].astype(np.float64)
        centre_x, width, centre_z, front, back = (
            _smoothed(np.interp(levels, table[:, 0], table[:, column]), smoothing / CELL).astype(
                np.float32
            )[:, None, None]
            for column in range(1, 6)
        )
        z = box.z - centre_z
        depth = np.where(z > 0, front, back)
        u2, v2 = ((box.x - centre_x) / width) ** 2, (z / depth) ** 2
        round_rho = np.sqrt(u2 + v2)
        steepness = np.sqrt(u2 / width**2 + v2 / depth**2) + np.float32(1e-3)
        rho = round_rho
        if squareness:
            square_rho = np.sqrt(np.sqrt(u2 * u2 + v2 * v2))
            rho = round_rho + np.float32(squareness) * (square_rho - round_rho)
        part = round_rho * (rho - 1) / steepness
        beyond = np.maximum(np.maximum(table[0, 0] - box.y, box.y - table[-1, 0]), 0)
        part = np.where(beyond > 0, np.hypot(np.maximum(part, 0), beyond), part)
        self._join(box, part.astype(np.float32, copy=False), blend)
