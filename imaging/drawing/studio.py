"""The studio: parts of a garment are lit by one soft light and layered."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.drawing.fabrics import FABRICS, Fabric
from imaging.drawing.noise import Field, blurred, clipped, sampled
from imaging.drawing.outlines import (
    Curve,
    resampled,
)
from imaging.drawing.parts import Part
from imaging.drawing.patterns import RGB, linear, printed
from imaging.drawing.volume import Volume
from imaging.drawing.weaves import relief

_LIGHT = np.array([-0.46, -0.50, 0.733], dtype=np.float32)
"""Towards the light: upper left, in front. ``x`` right, ``y`` down, ``z`` to the viewer."""


_HALFWAY = (_LIGHT + np.array([0, 0, 1], dtype=np.float32)) / np.float32(
    np.linalg.norm(_LIGHT + np.array([0, 0, 1], dtype=np.float32))
)


_AMBIENT = 0.24


_WRAP = 0.38


_LEVELS = 16383
"""Steps of linear light before encoding: finer than any of the 256 encoded ones."""


_SHIFT = 4
"""Bits after the point in the coordinates OpenCV rasterises."""


@dataclass(kw_only=True)
class Studio:
    """A picture under construction, in linear light with premultiplied alpha.

    Attributes
    ----------
    left, top : float
        Centimetres at the picture's upper left corner.
    px_per_cm : float
        Size of the picture.
    rgb : (3, H, W) float32
        Linear light times alpha, plane by plane, which NumPy handles fastest.
    alpha : (H, W) float32
        0 to 1.
    """

    left: float
    top: float
    px_per_cm: float
    rgb: RGB
    alpha: Field
    seed: int = 0
    _shape: tuple[int, int] = field(default=(0, 0))

    def pixels(self, line: Curve, window: tuple[int, int]) -> NDArray[np.int32]:
        """Give fixed-point pixel coordinates for OpenCV, relative to a window's row and column."""
        scaled = (line - (self.left, self.top)) * self.px_per_cm - 0.5 - (window[1], window[0])
        return np.round(scaled * (1 << _SHIFT)).astype(np.int32)

    def lay(self, part: Part) -> None:
        """Light one part and lay it over what is there already."""
        if part.casts > 0:
            wide = self._window(part, 0.4 + part.cast_size * 2.6)
            row, col, rows, cols = wide
            shade = self._shadow(self._filled([part.outline], wide), part.cast_size)
            self.rgb[:, row : row + rows, col : col + cols] *= 1 - np.float32(part.casts) * shade
        window = self._window(part, 0.2 + part.puff * 0.9)
        row, col, rows, cols = window
        mask = self._filled([part.outline], window)
        colour = self._lit(part, mask, window)
        below_rgb = self.rgb[:, row : row + rows, col : col + cols]
        below_alpha = self.alpha[row : row + rows, col : col + cols]
        below_rgb += (colour - below_rgb) * mask
        below_alpha += (1 - below_alpha) * mask

    def _window(self, part: Part, margin: float) -> tuple[int, int, int, int]:
        """Give first row and column, rows and columns of a part with a margin in centimetres."""
        low = (part.outline.min(axis=0) - margin - (self.left, self.top)) * self.px_per_cm
        high = (part.outline.max(axis=0) + margin - (self.left, self.top)) * self.px_per_cm
        total = self.alpha.shape
        row, col = max(0, int(low[1])), max(0, int(low[0]))
        end_row, end_col = min(total[0], int(high[1]) + 2), min(total[1], int(high[0]) + 2)
        return row, col, max(2, end_row - row), max(2, end_col - col)

    def _filled(self, outlines: list[Curve], window: tuple[int, int, int, int]) -> Field:
        """Rasterise outlines, soft-edged, 0 to 1."""
        canvas = np.zeros(window[2:], dtype=np.uint8)
        for outline in outlines:
            points = self.pixels(outline, window[:2])
            cv2.fillPoly(canvas, [points], 255, lineType=cv2.LINE_AA, shift=_SHIFT)
        return canvas.astype(np.float32) * np.float32(1 / 255)

    def _stroked(
        self, lines: list[Curve], window: tuple[int, int, int, int], width: float
    ) -> Field:
        """Rasterise lines, 0 to 1; below one pixel of width they grow paler instead."""
        canvas = np.zeros(window[2:], dtype=np.uint8)
        wanted = width * self.px_per_cm
        thickness = max(1, round(wanted))
        points = [self.pixels(line, window[:2]) for line in lines]
        value = round(255 * min(1.0, wanted / thickness))
        cv2.polylines(
            canvas,
            points,
            isClosed=False,
            color=value,
            thickness=thickness,
            lineType=cv2.LINE_AA,
            shift=_SHIFT,
        )
        return canvas.astype(np.float32) * np.float32(1 / 255)

    def _shadow(self, mask: Field, size: float) -> Field:
        """Blur a mask and move it away from the light."""
        factor = max(1, int(size * self.px_per_cm / 3))
        small = _resized(mask, max(2, mask.shape[0] // factor), max(2, mask.shape[1] // factor))
        scale = self.px_per_cm * small.shape[0] / mask.shape[0]
        move = np.array([[1, 0, size * 0.5 * scale], [0, 1, size * 0.8 * scale]], dtype=np.float32)
        moved = cv2.warpAffine(small, move, (small.shape[1], small.shape[0]))
        soft = blurred(np.asarray(moved, dtype=np.float32), size * scale)
        return _resized(soft, *mask.shape)

    def _lit(self, part: Part, mask: Field, window: tuple[int, int, int, int]) -> RGB:
        fabric = FABRICS[part.cloth.fabric]
        coarse = Volume(
            part,
            fabric,
            corner=(self.left + window[1] / self.px_per_cm, self.top + window[0] / self.px_per_cm),
            size_px=(window[2], window[3]),
            px=self.px_per_cm,
        )
        shape = mask.shape
        slope_x, slope_y = _resized(coarse.slope_x, *shape), _resized(coarse.slope_y, *shape)
        u, v = _resized(coarse.u, *shape), _resized(coarse.v, *shape)
        bumps, tone = relief(fabric, u, v, px_per_cm=self.px_per_cm)
        bumps = bumps * np.float32(fabric.period * self.px_per_cm)
        occlusion: Field | None = None
        if part.seams or part.pleats:
            bumps, occlusion = self._sewn(part, bumps, window)
        slope_x = slope_x + _difference(bumps, 1)
        slope_y = slope_y + _difference(bumps, 0)
        if part.puff > 0:
            rounded_x, rounded_y = self._rounded(mask, part.puff)
            slope_x += rounded_x * np.float32(part.puff_depth)
            slope_y += rounded_y * np.float32(part.puff_depth)
        cloth = part.cloth
        albedo = printed(cloth, u, v, px_per_cm=self.px_per_cm)
        if part.fade:
            albedo = self._faded(part, albedo, window)
        for mark in part.marks:
            share = self._filled([mark.outline], window) * np.float32(mark.strength)
            albedo = albedo + (linear(mark.colour) - albedo) * share
        for seam in part.seams:
            if seam.thread is not None:
                dashes = self._stroked(_dashes(seam.line), window, 0.085)
                albedo = albedo + (linear(seam.thread) - albedo) * (dashes * np.float32(0.85))
        shade, shine = _light(slope_x, slope_y, fabric)
        shade = shade * tone * np.float32(part.tone) * _resized(coarse.sky, *shape)
        if occlusion is not None:
            shade = shade * occlusion
        # Half of a highlight has the colour of the light, half that of the cloth.
        tint = np.float32(part.tone) * (np.float32(0.55) + np.float32(0.45) * np.sqrt(albedo))
        return np.asarray(albedo * shade + shine * tint, dtype=np.float32)

    def _sewn(
        self, part: Part, bumps: Field, window: tuple[int, int, int, int]
    ) -> tuple[Field, Field]:
        """Press seams and pleats into the relief; give also how much light reaches them."""
        occlusion = np.ones_like(bumps)
        px = np.float32(self.px_per_cm)
        for width in sorted({seam.width for seam in part.seams}):
            group = [seam for seam in part.seams if seam.width == width and seam.depth > 0]
            if not group:
                continue
            groove = self._stroked([seam.line for seam in group], window, width * 0.5)
            soft = blurred(groove, width * self.px_per_cm * 0.5)
            strength = np.float32(max(seam.depth for seam in group))
            bumps = bumps - soft * np.float32(width * 0.55) * px * strength
            occlusion *= 1 - clipped(
                groove * np.float32(0.30) * strength + soft * np.float32(0.20) * strength
            )
            pucker = max(seam.pucker for seam in group)
            if pucker > 0:
                lines = [seam.line for seam in group if seam.pucker > 0]
                wide = blurred(self._stroked(lines, window, 0.9), 0.5 * self.px_per_cm)
                row = np.arange(bumps.shape[0], dtype=np.float32)[:, None] / px
                col = np.arange(bumps.shape[1], dtype=np.float32)[None, :] / px
                down, across = np.broadcast_arrays(row, col)
                waves = sampled(across, down, grain=(0.42, 0.42), seed=31)
                bumps = bumps + wide * waves * np.float32(pucker * 0.05) * px
        if part.pleats:
            sharp = self._stroked(list(part.pleats), window, 0.1)
            edge = blurred(sharp, 0.16 * self.px_per_cm)
            wide = blurred(sharp, 0.55 * self.px_per_cm)
            ridge = (edge * np.float32(0.10) + wide * np.float32(0.55)) * px
            bumps = np.asarray(bumps + ridge, dtype=np.float32)
            lee = np.asarray(np.roll(wide, round(0.5 * self.px_per_cm), axis=1), dtype=np.float32)
            occlusion *= 1 - clipped(lee * np.float32(1.7), 0, 0.5)
        return bumps, occlusion

    def _rounded(self, mask: Field, puff: float) -> tuple[Field, Field]:
        """Raise a part like a cushion, low at its border, flat inside: slopes along x and y."""
        factor = max(1, int(puff * self.px_per_cm / 6))
        small = _resized(mask, max(2, mask.shape[0] // factor), max(2, mask.shape[1] // factor))
        per_px = small.shape[0] / mask.shape[0]
        sigma = puff * self.px_per_cm * per_px * 0.45
        near, far = blurred(small, sigma * 0.4), blurred(small, sigma)
        inside = blurred(clipped((near + far) - np.float32(0.5), 0, 1.5), sigma * 0.3)
        inside *= np.float32(puff * self.px_per_cm * per_px)
        return _resized(_difference(inside, 1), *mask.shape), _resized(
            _difference(inside, 0), *mask.shape
        )

    def _faded(self, part: Part, albedo: RGB, window: tuple[int, int, int, int]) -> RGB:
        """Wash denim out around the given places."""
        factor = 6
        spots = self._filled(list(part.fade), window)
        small = _resized(spots, max(2, spots.shape[0] // factor), max(2, spots.shape[1] // factor))
        soft = _resized(blurred(small, 2.6 * self.px_per_cm / factor), *spots.shape)
        worn = np.sqrt(albedo) * np.float32(0.45) + np.float32(0.30)
        return np.asarray(albedo + (worn - albedo) * (soft * np.float32(0.24)), dtype=np.float32)


def _light(slope_x: Field, slope_y: Field, fabric: Fabric) -> tuple[Field, Field]:
    """Give shade (1 where the cloth faces the viewer) and shine under the studio's light."""
    upright = 1 / np.sqrt(1 + slope_x * slope_x + slope_y * slope_y)
    facing = (_LIGHT[2] - slope_x * _LIGHT[0] - slope_y * _LIGHT[1]) * upright
    wrapped = clipped((facing + np.float32(_WRAP)) / np.float32(_LIGHT[2] + _WRAP), 0, 2)
    shade = np.asarray(_AMBIENT + (1 - _AMBIENT) * wrapped, dtype=np.float32)
    halfway = clipped((_HALFWAY[2] - slope_x * _HALFWAY[0] - slope_y * _HALFWAY[1]) * upright)
    shine = np.float32(fabric.gloss) * halfway ** np.float32(fabric.sharpness)
    shine = shine - np.float32(fabric.gloss * 0.35) * _HALFWAY[2] ** np.float32(fabric.sharpness)
    grazing = (1 - upright) ** 2
    shine = clipped(shine, 0, 1) * np.float32(0.5) + np.float32(fabric.nap) * grazing
    return shade, np.asarray(shine, dtype=np.float32)


def _difference(bumps: Field, axis: int) -> Field:
    """Central difference, per pixel."""
    kernel = np.array([[-0.5, 0.0, 0.5]], dtype=np.float32)
    return np.asarray(
        cv2.filter2D(bumps, cv2.CV_32F, kernel if axis == 1 else kernel.T), dtype=np.float32
    )


def _dashes(line: Curve) -> list[Curve]:
    """Cut a line into stitches of 0.28 cm with gaps of 0.14 cm."""
    points = resampled(line, 0.14)
    return [points[start : start + 3] for start in range(0, len(points) - 2, 3)]


def _resized(field_: Field, rows: int, cols: int) -> Field:
    if field_.shape == (rows, cols):
        return field_
    shrinks = rows * cols < field_.size
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(field_, (cols, rows), interpolation=how), dtype=np.float32)


def _encoded() -> NDArray[np.uint8]:
    """Tabulate the sRGB transfer curve."""
    light = np.linspace(0, 1, _LEVELS + 1)
    curve = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(curve * 255).astype(np.uint8)


_ENCODED = _encoded()


def developed(studio: Studio, *, rows: int, cols: int) -> NDArray[np.uint8]:
    """Finish a picture: soft edges turn away from the viewer; then sRGB with straight alpha.

    Parameters
    ----------
    studio : Studio
        The picture, larger than wanted or of that size.
    rows, cols : int
        Size wanted.

    Returns
    -------
    (rows, cols, 4) uint8
        sRGB, straight alpha; colour bleeds a little below transparent pixels.
    """
    rgb = np.stack([_resized(plane, rows, cols) for plane in studio.rgb])
    alpha = _resized(studio.alpha, rows, cols)
    scale = studio.px_per_cm * rows / studio.alpha.shape[0]
    near = blurred(alpha, 0.22 * scale)
    turn = clipped((near - np.float32(0.5)) * 2)
    rgb = rgb * (np.float32(0.74) + np.float32(0.26) * turn)
    # The light stands at the upper left and falls off a little.
    away = np.linspace(0, 1, rows, dtype=np.float32)[:, None] * np.float32(0.11)
    away = away + np.linspace(0, 1, cols, dtype=np.float32)[None, :] * np.float32(0.05)
    rgb = rgb * (np.float32(1.05) - away)
    straight = rgb / np.maximum(alpha, np.float32(1e-3))
    # A soft shoulder keeps highlights of pale cloth from burning out.
    knee = np.float32(0.72)
    over = np.maximum(straight - knee, 0)
    straight = np.minimum(straight, knee) + over / (1 + over / (np.float32(1.02) - knee))
    out = np.empty((rows, cols, 4), dtype=np.uint8)
    levels = (np.clip(straight, 0, 1) * np.float32(_LEVELS)).astype(np.uint16)
    for channel in range(3):
        out[..., channel] = _ENCODED[levels[channel]]
    out[..., 3] = np.round(alpha * 255)
    out[out[..., 3] == 0] = 0
    return out
