"""Volume and folds of one part, and where its cloth lies, on a coarse grid."""

import cv2
import numpy as np

from imaging.drawing.fabrics import Fabric
from imaging.drawing.noise import Field, blurred, clipped, sampled
from imaging.drawing.outlines import Curve, Point, resampled
from imaging.drawing.parts import Fold, Part

_COARSE_PX = 420


_COARSE_PX_PER_CM = (5.0, 18.0)
"""Volume and folds are drawn no finer than this, and their slopes are then enlarged: so many
pixels along the longer side of a part, within these limits."""


_SHIFT = 4
"""Bits after the point in the coordinates OpenCV rasterises."""


class Volume:
    """Volume, folds and garment coordinates of one part, on a coarse grid."""

    def __init__(
        self, part: Part, fabric: Fabric, *, corner: Point, size_px: tuple[int, int], px: float
    ) -> None:
        """Lay a part's window out: its upper left corner in centimetres, its size, its scale."""
        rows_px, cols_px = size_px
        size = float(np.ptp(part.outline, axis=0).max())
        coarse = float(np.clip(_COARSE_PX / size, *_COARSE_PX_PER_CM))
        rows = max(4, round(min(coarse, px) * rows_px / px))
        cols = max(4, round(min(coarse, px) * cols_px / px))
        self._cell = (cols_px / px / cols, rows_px / px / rows)
        self._corner = corner
        x = self._corner[0] + (np.arange(cols, dtype=np.float32) + np.float32(0.5)) * self._cell[0]
        y = self._corner[1] + (np.arange(rows, dtype=np.float32) + np.float32(0.5)) * self._cell[1]
        xs, ys = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
        angle = np.deg2rad(part.axis)
        across = np.float32(np.cos(angle)), np.float32(-np.sin(angle))
        along = np.float32(np.sin(angle)), np.float32(np.cos(angle))
        w, v = xs * across[0] + ys * across[1], xs * along[0] + ys * along[1]
        middle, half = _bounds(part, across, along, v)
        t = clipped((w - middle) / half, -1.0, 1.0)
        height = np.float32(part.depth) * half * np.sqrt(np.float32(1.08) - t * t)
        creased = self._creased(part, fabric, w, v) + self._folded(part, fabric, xs.shape)
        height = height + creased
        gradient = np.gradient(height)
        self.slope_x = (gradient[1] / self._cell[0]).astype(np.float32)
        self.slope_y = (gradient[0] / self._cell[1]).astype(np.float32)
        # Valleys see less of the sky, from whichever side the light comes.
        self.sky = 1 - clipped(creased * np.float32(-0.30), 0, 0.24)
        fold_gradient = np.gradient(creased)
        fold_x = (fold_gradient[1] / self._cell[0]).astype(np.float32)
        fold_y = (fold_gradient[0] / self._cell[1]).astype(np.float32)
        wrapped = (
            np.arcsin(t * np.float32(0.9)) * np.float32(1 / np.arcsin(0.9)) if part.depth else t
        )
        u = wrapped * half + middle * np.float32(part.depth <= 0)
        # Folds take up cloth: the design shifts where the surface tilts.
        self.u = (u + clipped(fold_x, -0.7, 0.7) * np.float32(0.7) - part.origin[0]).astype(
            np.float32
        )
        sag = np.float32(part.bow) * (1 - t * t)
        self.v = (
            v
            - sag
            + clipped(creased, -1.5, 1.5) * np.float32(0.4)
            + clipped(fold_y, -0.7, 0.7) * np.float32(0.6)
            - part.origin[1]
        ).astype(np.float32)

    def _creased(self, part: Part, fabric: Fabric, w: Field, v: Field) -> Field:
        """Add random creases, longer along the grain than across, bent by a second noise."""
        if fabric.creases <= 0 or part.creases <= 0:
            return np.zeros_like(w)
        size = fabric.crease_size
        seed = 100 + part.seed % 50
        bend = sampled(w, v, grain=(size, size), seed=seed, smooth=(1.5, 1.5))
        wide = sampled(
            w + bend * np.float32(size * 0.35),
            v,
            grain=(size * 0.42, size * 0.75),
            seed=seed + 1,
            smooth=(1.3, 1.3),
        )
        narrow = sampled(
            w + bend * np.float32(size * 0.5),
            v - bend * np.float32(size * 0.4),
            grain=(size * 0.22, size * 0.34),
            seed=seed + 2,
            smooth=(1.2, 1.2),
        )
        ridged = np.float32(1.2) - np.sqrt(narrow * narrow + np.float32(0.12))
        deep = np.float32(fabric.creases * part.creases * size * 1.7)
        sharp = ridged * np.float32(0.085) * clipped(bend + np.float32(0.6))
        return np.asarray((wide * np.float32(0.16) + sharp) * deep, dtype=np.float32)

    def _folded(self, part: Part, fabric: Fabric, shape: tuple[int, ...]) -> Field:
        """Add up the designed folds of each width."""
        total = np.zeros(shape, dtype=np.float32)
        groups: dict[float, list[Fold]] = {}
        for fold in part.folds:
            groups.setdefault(round(fold.width * 2) / 2 or 0.5, []).append(fold)
        for width, folds in groups.items():
            layer = np.zeros(shape, dtype=np.float32)
            for fold in folds:
                points = resampled(fold.line, 0.8)
                scaled = (points - self._corner) / self._cell - 0.5
                pixels = np.round(scaled * (1 << _SHIFT)).astype(np.int32)
                strength = np.linspace(fold.taper[0], fold.taper[1], len(pixels) - 1) * fold.depth
                ends = np.minimum(np.arange(len(pixels) - 1), np.arange(len(pixels) - 1)[::-1])
                strength *= np.clip((ends + 1) / 3, 0.3, 1.0)
                for start, end, amount in zip(pixels[:-1], pixels[1:], strength, strict=True):
                    cv2.line(
                        layer,
                        (int(start[0]), int(start[1])),
                        (int(end[0]), int(end[1])),
                        float(amount),
                        1,
                        cv2.LINE_8,
                        _SHIFT,
                    )
            sigma = width * 0.5 / self._cell[0]
            tight, loose = blurred(layer, sigma * 0.55), blurred(layer, sigma * 1.3)
            total += (tight * np.float32(0.8) + loose * np.float32(1.4)) * np.float32(sigma * 1.25)
        return total * np.float32(fabric.drape * 1.9)


def _bounds(
    part: Part,
    across: tuple[np.float32, np.float32],
    along: tuple[np.float32, np.float32],
    v: Field,
) -> tuple[Field, Field]:
    """Middle and half width of the outline at every point's place along the grain."""
    dense = resampled(np.concatenate([part.outline, part.outline[:1]]), 0.25)
    w_line = dense[:, 0] * across[0] + dense[:, 1] * across[1]
    v_line = dense[:, 0] * along[0] + dense[:, 1] * along[1]
    first, count = float(v_line.min()), max(3, int(np.ptp(v_line) / 0.5))
    place = np.clip(((v_line - first) / 0.5).astype(np.int32), 0, count - 1)
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, place, w_line)
    np.maximum.at(high, place, w_line)
    known = np.isfinite(low)
    at = np.arange(count)
    low = np.interp(at, at[known], low[known])
    high = np.interp(at, at[known], high[known])
    _levelled(low, high)
    kernel = np.hanning(13) / np.hanning(13).sum()
    low, high = (np.convolve(np.pad(side, 6, mode="edge"), kernel, "valid") for side in (low, high))
    centres = first + (at + 0.5) * 0.5
    middle = np.interp(v, centres, (low + high) / 2).astype(np.float32)
    half = np.interp(v, centres, (high - low) / 2).astype(np.float32) + np.float32(part.widen)
    return middle, np.maximum(half, np.float32(0.05))


def _levelled(low: Curve, high: Curve) -> None:
    """Keep the cylinder from closing where a hem or a shoulder cuts it off at an angle."""
    width = high - low
    window = max(1, min(18, len(width) // 4))
    first = int(np.argmax(width[:window]))
    last = len(width) - window + int(np.argmax(width[-window:]))
    low[:first], high[:first] = low[first], high[first]
    low[last + 1 :], high[last + 1 :] = low[last], high[last]
