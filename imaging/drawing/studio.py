"""The studio: parts of a garment get volume, folds, fabric and one soft light, and are layered."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.drawing.fabrics import FABRICS, Fabric, relief
from imaging.drawing.noise import Field, blurred, clipped, sampled
from imaging.drawing.outlines import Curve, resampled
from imaging.drawing.patterns import RGB, linear, printed

_COARSE_PX = 420
_COARSE_PX_PER_CM = (5.0, 18.0)
"""Volume and folds are drawn no finer than this, and their slopes are then enlarged: so many
pixels along the longer side of a part, within these limits."""

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


@dataclass(frozen=True, kw_only=True)
class Cloth:
    """Fabric, colours (``#rrggbb``, ground first), design and its size."""

    fabric: str
    colours: tuple[str, ...]
    pattern: str = "solid"
    scale: float = 1.0

    def plain(self, *, fabric: str | None = None, colour: str | None = None) -> "Cloth":
        """Give the same cloth without its design."""
        return Cloth(fabric=fabric or self.fabric, colours=(colour or self.colours[0],))


@dataclass(frozen=True, kw_only=True)
class Fold:
    """A ridge (depth > 0) or valley (depth < 0) along a curve, thinning out towards its end."""

    line: Curve
    width: float
    depth: float
    taper: tuple[float, float] = (1.0, 0.1)


@dataclass(frozen=True, kw_only=True)
class Seam:
    """A seam: a groove, and beside it stitches if there is thread."""

    line: Curve
    depth: float = 1.0
    width: float = 0.16
    thread: str | None = None
    pucker: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Paint laid flat on a part: a filled outline."""

    outline: Curve
    colour: str
    strength: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Part:
    """One piece of cloth.

    Attributes
    ----------
    outline : (N, 2) float64
        Closed outline in centimetres.
    cloth : Cloth
        What it is made of.
    axis : float
        Direction of the grain in degrees: 0 hangs straight down, positive swings to the right.
    depth : float
        Roundness of its cross-section: 0 flat, 1 a round cylinder.
    widen : float
        Centimetres by which the cylinder is wider than the outline on both sides.
    puff, puff_depth : float
        Width in centimetres of the rounding along its own border, and how strong.
    bow : float
        Centimetres by which the grain sags in the middle.
    folds, seams, marks
        What lies on it.
    pleats : (N, 2) curves
        Knife pleats: sharp ridges with a shadow beside.
    tone : float
        Factor on the light: below 1 for what lies inside.
    casts : float
        Strength of the shadow it throws on what lies under it.
    is_inside : bool
        Seen only while nobody wears it.
    """

    outline: Curve
    cloth: Cloth
    axis: float = 0.0
    depth: float = 0.5
    widen: float = 0.0
    puff: float = 0.0
    puff_depth: float = 1.0
    bow: float = 0.0
    folds: tuple[Fold, ...] = ()
    seams: tuple[Seam, ...] = ()
    marks: tuple[Mark, ...] = ()
    pleats: tuple[Curve, ...] = ()
    creases: float = 1.0
    tone: float = 1.0
    casts: float = 0.35
    cast_size: float = 0.5
    fade: tuple[Curve, ...] = ()
    is_inside: bool = False
    seed: int = 0
    origin: tuple[float, float] = (0.0, 0.0)


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
        coarse = _Coarse(self, part, fabric, window)
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
        albedo = printed(
            cloth.pattern, cloth.colours, u, v, scale=cloth.scale, px_per_cm=self.px_per_cm
        )
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
        shade = shade * tone * np.float32(part.tone)
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
                rows, cols = np.indices(bumps.shape, dtype=np.float32)
                waves = sampled(cols / px, rows / px, grain=(0.42, 0.42), seed=31)
                bumps = bumps + wide * waves * np.float32(pucker * 0.05) * px
        if part.pleats:
            sharp = self._stroked(list(part.pleats), window, 0.1)
            edge = blurred(sharp, 0.16 * self.px_per_cm)
            wide = blurred(sharp, 0.55 * self.px_per_cm)
            bumps = bumps + (edge * np.float32(0.10) + wide * np.float32(0.55)) * px
            lee = np.roll(wide, round(0.5 * self.px_per_cm), axis=1)
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


class _Coarse:
    """Volume, folds and garment coordinates of one part, on a coarse grid."""

    def __init__(
        self, studio: Studio, part: Part, fabric: Fabric, window: tuple[int, int, int, int]
    ) -> None:
        row, col, rows_px, cols_px = window
        px = studio.px_per_cm
        size = float(np.ptp(part.outline, axis=0).max())
        coarse = float(np.clip(_COARSE_PX / size, *_COARSE_PX_PER_CM))
        rows = max(4, round(min(coarse, px) * rows_px / px))
        cols = max(4, round(min(coarse, px) * cols_px / px))
        self._cell = (cols_px / px / cols, rows_px / px / rows)
        self._corner = (studio.left + col / px, studio.top + row / px)
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
        """Random creases, longer along the grain than across, bent by a second noise."""
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
        return (
            wide * np.float32(0.16) + ridged * np.float32(0.085) * clipped(bend + np.float32(0.6))
        ) * deep

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


def _light(slope_x: Field, slope_y: Field, fabric: Fabric) -> tuple[Field, Field]:
    """Shade (1 where the cloth faces the viewer) and shine of a surface under the studio's light."""
    upright = 1 / np.sqrt(1 + slope_x * slope_x + slope_y * slope_y)
    facing = (_LIGHT[2] - slope_x * _LIGHT[0] - slope_y * _LIGHT[1]) * upright
    wrapped = clipped((facing + np.float32(_WRAP)) / np.float32(_LIGHT[2] + _WRAP), 0, 2)
    shade = np.float32(_AMBIENT) + np.float32(1 - _AMBIENT) * wrapped
    halfway = clipped((_HALFWAY[2] - slope_x * _HALFWAY[0] - slope_y * _HALFWAY[1]) * upright)
    shine = np.float32(fabric.gloss) * halfway ** np.float32(fabric.sharpness)
    shine = shine - np.float32(fabric.gloss * 0.35) * _HALFWAY[2] ** np.float32(fabric.sharpness)
    grazing = (1 - upright) ** 2
    return shade, clipped(shine, 0, 1) * np.float32(0.5) + np.float32(fabric.nap) * grazing


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
    levels = (clipped(straight) * np.float32(_LEVELS)).astype(np.uint16)
    for channel in range(3):
        out[..., channel] = _ENCODED[levels[channel]]
    out[..., 3] = np.round(alpha * 255)
    out[out[..., 3] == 0] = 0
    return out
