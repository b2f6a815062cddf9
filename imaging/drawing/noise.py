"""Repeatable noise in centimetres: the same at every size, the same in every run."""

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.floating[Any]]
"""(H, W), float32 in practice."""

_TILE = 512


def blurred(field: Field, sigma_cols: float, sigma_rows: float | None = None) -> Field:
    """Blur with a Gaussian; sigmas in pixels, borders mirrored."""
    rows = sigma_cols if sigma_rows is None else sigma_rows
    if max(sigma_cols, rows) < 0.2:
        return field
    return np.asarray(
        cv2.GaussianBlur(field, (0, 0), sigmaX=max(sigma_cols, 0.1), sigmaY=max(rows, 0.1)),
        dtype=np.float32,
    )


@lru_cache(maxsize=64)
def _tile(seed: int, smooth_cols: float, smooth_rows: float) -> Field:
    noise = np.random.default_rng(seed).standard_normal((_TILE, _TILE)).astype(np.float32)
    wrapped = np.pad(noise, 48, mode="wrap")
    smooth = blurred(wrapped, smooth_cols, smooth_rows)[48:-48, 48:-48]
    return np.ascontiguousarray(smooth / float(smooth.std()))


def sampled(
    u: Field,
    v: Field,
    *,
    grain: tuple[float, float],
    seed: int,
    smooth: tuple[float, float] = (1, 1),
) -> Field:
    """Sample smooth noise of deviation 1 at garment coordinates.

    Parameters
    ----------
    u, v : (H, W) float32
        Garment coordinates in centimetres.
    grain : (float, float)
        Centimetres per noise cell along ``u`` and ``v``.
    seed : int
        Which noise.
    smooth : (float, float)
        Blur of the noise in cells along ``u`` and ``v``.

    Returns
    -------
    (H, W) float32
        Noise, repeating every 512 cells.
    """
    offset = (seed * 37.7) % _TILE
    cols = fraction(u * np.float32(1 / grain[0] / _TILE) + np.float32(offset / _TILE))
    rows = fraction(v * np.float32(1 / grain[1] / _TILE) + np.float32(offset * 1.7 / _TILE))
    cols *= np.float32(_TILE)
    rows *= np.float32(_TILE)
    padded = _padded(seed, smooth[0], smooth[1])
    return np.asarray(cv2.remap(padded, cols, rows, cv2.INTER_LINEAR), dtype=np.float32)


@lru_cache(maxsize=64)
def _padded(seed: int, smooth_cols: float, smooth_rows: float) -> Field:
    return np.pad(_tile(seed, smooth_cols, smooth_rows), ((0, 2), (0, 2)), mode="wrap")


def clipped(field: Field, low: float = 0.0, high: float = 1.0) -> Field:
    """Clip, as float32."""
    return np.asarray(np.clip(field, low, high), dtype=np.float32)


def step(field: Field, edge: float, width: float) -> Field:
    """Rise smoothly from 0 to 1 around ``edge``, over ``width``."""
    t = clipped((field - np.float32(edge)) * np.float32(1 / max(width, 1e-6)) + np.float32(0.5))
    return t * t * (3 - 2 * t)


def fraction(field: Field) -> Field:
    """Give the part after the point, 0 to 1, for negative numbers too."""
    return field - np.floor(field)
