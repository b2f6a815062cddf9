"""Light on clay: from a distance field to the picture of a matte, softly lit figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS
from imaging.drawing.clay import CELL, FAR, LAYER, Volume

Floats = NDArray[np.float32]

KEY_LIGHT = np.array((-0.50, -0.62, 0.60), np.float32) / np.float32(0.9978)
"""Direction towards the window, upper left and in front; ``x, y, z`` with y downwards."""
FILL_LIGHT = np.array((0.75, -0.10, 0.65), np.float32) / np.float32(0.9975)


@dataclass(frozen=True)
class _Surface:
    """What is seen of a field: one entry per cell where the figure is hit."""

    hit: NDArray[np.bool_]
    rows: Floats
    cols: Floats
    layers: Floats
    normals: Floats


def _sample(field: Volume, rows: Floats, cols: Floats, layers: Floats) -> Floats:
    """Interpolate the field linearly along z and take the nearest cell in the picture's plane."""
    height, width, depth = field.shape
    row = np.clip(np.rint(rows), 0, height - 1).astype(np.int32)
    col = np.clip(np.rint(cols), 0, width - 1).astype(np.int32)
    low = np.clip(np.floor(layers), 0, depth - 2).astype(np.int32)
    share = np.clip(layers - low, 0, 1)
    flat = field.ravel()
    index = (row * width + col) * depth + low
    return np.asarray(flat[index] * (1 - share) + flat[index + 1] * share, np.float32)


def _visible(field: Volume) -> _Surface:
    """Find the frontmost point of the figure in every cell, and its normal."""
    depth = field.shape[2]
    hit: NDArray[np.bool_] = field.min(axis=2) < 0
    rows, cols = (axis.astype(np.float32) for axis in np.nonzero(hit))
    column = field[hit]
    front = depth - 1 - np.argmax(column[:, ::-1] < 0, axis=1)
    index = np.arange(front.size)
    within, without = column[index, front], column[index, np.minimum(front + 1, depth - 1)]
    layers = (front + within / (within - without + np.float32(1e-9))).astype(np.float32)
    gradient = np.stack(
        [
            (_sample(field, rows, cols + 1, layers) - _sample(field, rows, cols - 1, layers)),
            (_sample(field, rows + 1, cols, layers) - _sample(field, rows - 1, cols, layers)),
            (_sample(field, rows, cols, layers + 1) - _sample(field, rows, cols, layers - 1))
            * np.float32(CELL / LAYER),
        ],
        axis=1,
    )
    length = np.sqrt((gradient**2).sum(axis=1, keepdims=True)) + np.float32(1e-9)
    return _Surface(hit, rows, cols, layers, gradient / length)


def _towards(
    surface: _Surface, direction: Floats, distance: float
) -> tuple[Floats, Floats, Floats]:
    """Move every point of the surface by a distance in body heights."""
    step: Floats = direction * np.float32(distance)
    rows = np.asarray(surface.rows + step[..., 1] / CELL, np.float32)
    cols = np.asarray(surface.cols + step[..., 0] / CELL, np.float32)
    layers = np.asarray(surface.layers + step[..., 2] / LAYER, np.float32)
    return rows, cols, layers


def _openness(field: Volume, surface: _Surface) -> Floats:
    """Tell how much of the surroundings each point sees, 0 to 1."""
    hidden = np.zeros_like(surface.rows)
    for distance, weight in ((0.004, 0.9), (0.009, 0.7), (0.016, 0.6), (0.026, 0.5)):
        free = _sample(field, *_towards(surface, surface.normals, distance))
        hidden += np.float32(weight) * np.maximum(1 - free / np.float32(distance), 0)
    return np.exp(-hidden)


def _lit(field: Volume, surface: _Surface) -> Floats:
    """Tell how much of the key light reaches each point past the rest of the figure, 0 to 1."""
    light = np.ones_like(surface.rows)
    lifted = _Surface(
        surface.hit, *_towards(surface, surface.normals, 0.003), normals=surface.normals
    )
    for distance in np.geomspace(0.006, 0.16, 14):
        free = _sample(field, *_towards(lifted, KEY_LIGHT, float(distance)))
        # The window is wide: the further the obstacle, the softer its shadow.
        light = np.minimum(light, 0.5 + free / np.float32(0.30 * distance + 0.004))
    return np.clip(light, 0, 1)


def _plane(surface: _Surface, values: Floats) -> Floats:
    plane = np.zeros((*surface.hit.shape, *values.shape[1:]), np.float32)
    plane[surface.hit] = values
    return plane


def _spread(plane: Floats, hit: NDArray[np.bool_]) -> Floats:
    """Continue values beyond the outline, so that no foreign colour fringes it."""
    weight = hit.astype(np.float32)
    spread: Floats = plane
    for _ in range(3):
        total = cv2.blur(weight, (3, 3))
        mean = cv2.blur(spread * weight[..., None], (3, 3)) / np.maximum(total, 1e-6)[..., None]
        spread = np.where(weight[..., None] > 0, spread, mean).astype(np.float32)
        weight = np.maximum(weight, np.asarray(total > 1e-6, np.float32))
    return spread


def _soft(surface: _Surface, values: Floats, sigma: float) -> Floats:
    """Smooth values over the surface without mixing in the background."""
    weight = cv2.GaussianBlur(surface.hit.astype(np.float32), (0, 0), sigma)
    plane = cv2.GaussianBlur(_plane(surface, values), (0, 0), sigma)
    smooth: Floats = np.asarray(plane[surface.hit] / weight[surface.hit], np.float32)
    return smooth


def _alpha(field: Volume) -> Floats:
    nearest = np.clip(field.min(axis=2), -0.4 * FAR, 0.4 * FAR)
    full = cv2.resize(nearest, (BODY_FRAME_COLS, BODY_FRAME_ROWS), interpolation=cv2.INTER_CUBIC)
    full = cv2.GaussianBlur(full, (0, 0), 0.8)
    slope = np.hypot(cv2.Scharr(full, -1, 1, 0), cv2.Scharr(full, -1, 0, 1)) / 32
    alpha: Floats = np.clip(0.5 - full / np.maximum(slope, 1e-5), 0, 1).astype(np.float32)
    return alpha


def _radiance(field: Volume, surface: _Surface, albedo: Floats) -> Floats:
    normals = surface.normals
    openness = _soft(surface, _openness(field, surface), 1.4)[:, None]
    lit = _soft(surface, _lit(field, surface), 1.8)[:, None]
    key = normals @ KEY_LIGHT
    fill = np.maximum(normals @ FILL_LIGHT, 0)[:, None]
    # Light wraps around a little, as under a wide window; the red travels furthest in the clay.
    wrapped = np.stack(
        [np.maximum(key + wrap, 0) / (1 + wrap) for wrap in (0.26, 0.20, 0.17)], axis=1
    )
    upward = (0.5 - 0.5 * normals[:, 1])[:, None]
    sky, floor = np.array((0.92, 0.96, 1.0)), np.array((0.80, 0.68, 0.56))
    ambient = (floor + (sky - floor) * upward) * openness
    facing = np.clip(normals[:, 2], 0, 1)[:, None]
    rim = (1 - facing) ** 3 * openness
    half = KEY_LIGHT + np.array((0, 0, 1), np.float32)
    sheen = np.maximum(normals @ (half / np.linalg.norm(half)), 0)[:, None] ** 11 * lit
    warm, cool = np.array((1.0, 0.965, 0.91)), np.array((0.92, 0.96, 1.0))
    diffuse = (
        0.94 * wrapped * (0.15 + 0.85 * lit) * warm + 0.31 * ambient + 0.10 * fill * cool * openness
    )
    light = albedo * diffuse + 0.06 * sheen + rim * (0.02 + 0.10 * albedo)
    return np.asarray(light, np.float32)


def shade(fields: Sequence[Volume], colours: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Light a figure made of one or more materials.

    Parameters
    ----------
    fields : sequence of (768, 375, L) float32
        One distance field per material, in body heights.
    colours : (M, 3) float32
        sRGB, 0 to 255, of each material.

    Returns
    -------
    (1536, 750, 4) uint8
        sRGB with straight alpha.

    References
    ----------
    Source: own derivation.
    """
    field = fields[0]
    for other in fields[1:]:
        field = np.minimum(field, other)
    surface = _visible(field)
    distances = np.stack(
        [_sample(each, surface.rows, surface.cols, surface.layers) for each in fields], axis=1
    )
    share = np.exp(-(distances - distances.min(axis=1, keepdims=True)) / np.float32(0.0005))
    share /= share.sum(axis=1, keepdims=True)
    albedo = share @ (colours / np.float32(255)) ** np.float32(2.2)
    linear = _spread(_plane(surface, _radiance(field, surface, albedo)), surface.hit)
    size = (BODY_FRAME_COLS, BODY_FRAME_ROWS)
    full = cv2.resize(linear, size, interpolation=cv2.INTER_CUBIC)
    full = full * (1 + 0.16 * full) / (1 + 0.22 * full)  # A soft shoulder instead of clipping.
    rgb = np.clip(full, 0, 1) ** (1 / 2.2) * 255
    grain = cv2.GaussianBlur(
        np.random.default_rng(7).normal(0, 1, rgb.shape[:2]).astype(np.float32), (0, 0), 0.8
    )
    rgb = rgb + 1.6 * grain[..., None]
    alpha = _alpha(field)[..., None] * 255
    rgba: NDArray[np.uint8] = np.clip(np.rint(np.concatenate([rgb, alpha], axis=2)), 0, 255).astype(
        np.uint8
    )
    return rgba
