"""Designs: stripes, checks, dots, flowers and prints, in garment coordinates."""

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.drawing.noise import Field, fraction, step
from imaging.drawing.parts import Cloth

RGB = NDArray[np.floating[Any]]
"""Linear light, plane by plane: (3, 1, 1) for one colour or (3, H, W) float32."""


def linear(colour: str) -> RGB:
    """Read ``#rrggbb`` (sRGB) as linear light, (3, 1, 1) float32."""
    encoded = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4).astype(
        np.float32
    )[:, None, None]


def printed(cloth: Cloth, u: Field, v: Field, *, px_per_cm: float) -> RGB:
    """Colour every point of a cloth.

    Parameters
    ----------
    cloth : Cloth
        Its ``pattern`` is the name of a design, with its variant after a colon
        (``"striped:breton"``).
    u, v : (H, W) float32
        Garment coordinates in centimetres, already moved by folds.
    px_per_cm : float
        Size of the picture, for soft edges one pixel wide.

    Returns
    -------
    (3, 1, 1) or (3, H, W) float32
        Linear light.

    Raises
    ------
    ValueError
        If the design is unknown.
    """
    colours, scale = cloth.colours, cloth.scale
    design, _, variant = cloth.pattern.partition(":")
    paints = [linear(colour) for colour in colours]
    if design == "solid":
        return paints[0]
    u, v = u * np.float32(1 / scale), v * np.float32(1 / scale)
    soft = 1.3 / (px_per_cm * scale)
    match design:
        case "striped":
            return _striped(variant, paints, u, v, soft)
        case "checked":
            return _checked(variant, paints, u, v, soft)
        case "dotted":
            return _dotted(variant, paints, u, v, soft)
        case "floral":
            return _tiled(variant, colours, u, v)
        case "graphic":
            return _graphic(variant, paints, u, v)
        case _:
            raise ValueError(f"unknown design {design}")


def _mixed(ground: RGB, paint: RGB, share: Field) -> RGB:
    return np.asarray(ground + (paint - ground) * share, dtype=np.float32)


def _band(x: Field, period: float, start: float, width: float, soft: float) -> Field:
    """Mark 1 inside one band of every period, with soft edges."""
    middle = (start + width / 2) / period
    away = np.abs(
        fraction(x * np.float32(1 / period) - np.float32(middle) + np.float32(0.5))
        - np.float32(0.5)
    )
    return 1 - step(away * np.float32(period), width / 2, soft)


def _striped(variant: str, paints: list[RGB], u: Field, v: Field, soft: float) -> RGB:
    match variant:
        case "pin":
            share = _band(u, 1.7, 0.0, 0.14, soft) * np.float32(0.75)
        case "bengal":
            share = _band(u, 1.1, 0.0, 0.55, soft)
        case "butcher":
            share = _band(u, 2.6, 0.0, 1.3, soft)
        case "wide":
            share = _band(v, 8.4, 0.0, 4.2, soft)
        case "multi":
            out = paints[0]
            for index, paint in enumerate(paints[1:]):
                share = _band(v, 3.1 * (len(paints) - 1), 3.1 * index, 1.5, soft)
                out = _mixed(out, paint, share)
            return out
        case _:
            share = _band(v, 2.7, 0.0, 0.95, soft)
    return _mixed(paints[0], paints[1], share)


def _checked(variant: str, paints: list[RGB], u: Field, v: Field, soft: float) -> RGB:
    if variant == "gingham":
        across, down = _band(u, 1.6, 0.0, 0.8, soft), _band(v, 1.6, 0.0, 0.8, soft)
        return _mixed(paints[0], paints[1], (across + down) * np.float32(0.5))
    if variant == "window":
        lines = np.maximum(_band(u, 6.0, 0.0, 0.28, soft), _band(v, 6.0, 0.0, 0.28, soft))
        return _mixed(paints[0], paints[1], lines * np.float32(0.85))
    if variant == "glen":
        tooth = _band(u + v, 0.6, 0.0, 0.3, soft)
        fields = np.maximum(_band(u, 7.0, 0.0, 3.5, soft), _band(v, 7.0, 0.0, 3.5, soft))
        both = _band(u, 7.0, 0.0, 3.5, soft) * _band(v, 7.0, 0.0, 3.5, soft)
        out = _mixed(
            paints[0], paints[1], (fields * np.float32(0.45) + both * np.float32(0.3)) * tooth
        )
        line = np.maximum(_band(u, 7.0, 5.1, 0.14, soft), _band(v, 7.0, 5.1, 0.14, soft))
        return _mixed(out, paints[-1], line * np.float32(0.7))
    out = paints[0]
    twill = np.float32(0.5) + np.float32(0.5) * _band(u + v, 0.3, 0.0, 0.15, soft)
    sett = ((0.0, 3.4, 1), (5.0, 0.7, 1), (7.4, 0.5, 2), (8.3, 0.25, 3))
    for start, width, index in sett:
        paint = paints[min(index, len(paints) - 1)]
        for axis in (u, v):
            out = _mixed(
                out, paint, _band(axis, 10.0, start, width, soft) * twill * np.float32(0.72)
            )
    return out


def _dotted(variant: str, paints: list[RGB], u: Field, v: Field, soft: float) -> RGB:
    pitch, radius = (1.5, 0.22) if variant == "pin" else (3.4, 0.72)
    row = np.floor(v * np.float32(1 / (pitch * 0.75)))
    x = (
        fraction(u * np.float32(1 / pitch) + row * np.float32(0.5)) - np.float32(0.5)
    ) * np.float32(pitch)
    y = (fraction(v * np.float32(1 / (pitch * 0.75))) - np.float32(0.5)) * np.float32(pitch * 0.75)
    return _mixed(paints[0], paints[1], 1 - step(np.hypot(x, y), radius, soft))


_PRINT_TEXELS_PER_CM = 32

_CELLS = 6
"""Motifs repeat after so many cells."""

_TEXELS_PER_CM = 18.0


def _tiled(variant: str, colours: tuple[str, ...], u: Field, v: Field) -> RGB:
    """Sample a repeating tile of flowers, which is much faster than to grow each one."""
    period = _CELLS * _pitch(variant)
    tile = _flower_tile(variant, colours)
    side = np.float32(tile.shape[0] - 2)
    cols, rows = fraction(u * np.float32(1 / period)), fraction(v * np.float32(1 / period))
    sampled = cv2.remap(tile, cols * side, rows * side, cv2.INTER_LINEAR)
    return np.ascontiguousarray(np.moveaxis(np.asarray(sampled, np.float32), 2, 0))


def _pitch(variant: str) -> float:
    return 2.3 if variant == "ditsy" else 6.2


@lru_cache(maxsize=8)
def _flower_tile(variant: str, colours: tuple[str, ...]) -> RGB:
    period = _CELLS * _pitch(variant)
    side = round(period * _TEXELS_PER_CM * (2 if variant == "ditsy" else 1))
    at = np.arange(side, dtype=np.float32) * np.float32(period / side)
    u, v = np.meshgrid(at, at)
    paints = [linear(colour) for colour in colours]
    tile = _floral(variant, paints, u, v, 1.4 * period / side)
    wrapped = np.pad(tile, ((0, 0), (0, 2), (0, 2)), mode="wrap")
    return np.ascontiguousarray(np.moveaxis(wrapped, 0, 2))


@lru_cache(maxsize=8)
def _scatter(seed: int, cells: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random((cells, cells, 5), dtype=np.float32)


def _motifs(
    u: Field, v: Field, pitch: float, seed: int
) -> tuple[Field, Field, NDArray[np.float32]]:
    """Scatter motifs, one a cell: radius and angle around the nearest, and its chances."""
    table = _scatter(seed, _CELLS)
    cell_u, cell_v = np.floor(u / np.float32(pitch)), np.floor(v / np.float32(pitch))
    chance = table[cell_v.astype(np.int32) % _CELLS, cell_u.astype(np.int32) % _CELLS]
    spread = np.float32(0.30)
    x = (
        u / np.float32(pitch)
        - cell_u
        - np.float32(0.5)
        - (chance[..., 0] - np.float32(0.5)) * spread
    )
    y = (
        v / np.float32(pitch)
        - cell_v
        - np.float32(0.5)
        - (chance[..., 1] - np.float32(0.5)) * spread
    )
    angle = np.arctan2(y, x) + chance[..., 2] * np.float32(6.283)
    return np.hypot(x, y) * np.float32(pitch), angle.astype(np.float32), chance


def _floral(variant: str, paints: list[RGB], u: Field, v: Field, soft: float) -> RGB:
    """Scatter leaves, sprigs and five-petalled flowers in two sizes."""
    out = paints[0]
    pitch = _pitch(variant)
    leaf = paints[min(3, len(paints) - 1)]
    for shift, turn in ((0.31, 0.6), (0.62, -0.7), (0.1, 2.1)):
        radius, angle, chance = _motifs(
            u + np.float32(pitch * shift), v + np.float32(pitch * (0.5 + shift)), pitch, 21
        )
        blade = np.abs(np.sin(angle * np.float32(0.5) + np.float32(turn))) ** 5
        reach = (
            np.float32(pitch * 0.40) * blade * (np.float32(0.75) + chance[..., 3] * np.float32(0.4))
        )
        inside = 1 - step(radius - reach, 0.0, soft * 1.6)
        vein = step(np.abs(blade - 1), 0.004, 0.01)
        out = _mixed(out, leaf, inside * (np.float32(0.7) + np.float32(0.3) * vein))
    for shift, size, petal in ((0.0, 0.34, 1), (0.5, 0.20, 2)):
        radius, angle, chance = _motifs(
            u + np.float32(pitch * shift), v + np.float32(pitch * shift), pitch, 22 + petal
        )
        size_here = np.float32(pitch * size) * (
            np.float32(0.75) + np.float32(0.35) * chance[..., 3]
        )
        wave = np.abs(np.cos(angle * np.float32(2.5)))
        reach = size_here * (np.float32(0.52) + np.float32(0.48) * np.sqrt(wave))
        paint = paints[min(petal, len(paints) - 1)]
        inside = 1 - step(radius - reach, 0.0, soft * 1.6)
        shade = np.float32(0.62) + np.float32(0.38) * np.clip(radius / size_here, 0, 1)
        shade = shade * (np.float32(0.82) + np.float32(0.18) * np.sqrt(wave))
        out = out + (paint * shade - out) * inside
        heart = 1 - step(radius - size_here * np.float32(0.22), 0.0, soft * 1.6)
        out = _mixed(out, paints[-1], heart)
    return out.astype(np.float32)


@lru_cache(maxsize=8)
def _poster(variant: str) -> NDArray[np.uint8]:
    """Draw the print of a graphic piece: paint number per texel, 30 cm wide."""
    k = _PRINT_TEXELS_PER_CM
    big = np.zeros((30 * k, 30 * k), dtype=np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return (round((x + 15) * k), round((y + 15) * k))

    if variant == "sun":
        cv2.circle(big, at(0, -1.5), round(6.6 * k), 1, -1)
        for index in range(7):
            y = -0.6 + index * 1.25
            cv2.rectangle(big, at(-8, y), at(8, y + 0.22 + index * 0.09), 0, -1)
        cv2.line(big, at(-9.4, 6.6), at(9.4, 6.6), 2, round(0.32 * k))
    elif variant == "arches":
        for radius, paint in ((8.4, 1), (6.6, 0), (6.0, 2), (4.2, 0), (3.6, 3), (1.8, 0)):
            cv2.circle(big, at(0, 3), round(radius * k), paint, -1)
        big[at(0, 3)[1] :, :] = 0
        cv2.rectangle(big, at(-8.4, 3.6), at(8.4, 4.0), 1, -1)
        cv2.circle(big, at(5.6, -6.3), round(1.5 * k), 3, -1)
    elif variant == "cutout":
        rng = np.random.default_rng(5)
        for index, (x, y) in enumerate(
            ((-4.6, -4.2), (4.4, -4.6), (-4.4, 4.6), (4.7, 4.2), (0, 0))
        ):
            turn = np.linspace(0, 2 * np.pi, 160)
            lobes = 1 + 0.36 * np.sin(turn * (5 + index % 3) + rng.random() * 6)
            lobes *= 1 + 0.12 * np.sin(turn * 2 + rng.random() * 6)
            shape = np.stack(
                [x + 3.0 * lobes * np.cos(turn), y + 3.0 * lobes * np.sin(turn)], axis=1
            )
            cv2.fillPoly(big, [np.round((shape + 15) * k).astype(np.int32)], 1 + index % 3)
    else:
        for row, (start, width, paint) in enumerate(
            ((-8, 9, 1), (2, 6, 2), (-8, 4, 3), (-3, 11, 1), (-8, 12, 2), (5, 3, 3))
        ):
            cv2.rectangle(
                big, at(start, -7 + row * 2.4), at(start + width, -5.2 + row * 2.4), paint, -1
            )
    return big


@lru_cache(maxsize=16)
def _screen(variant: str, number: int) -> Field:
    """Give where one paint of a print lies, softened like ink in jersey."""
    layer = (_poster(variant) == number).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(layer, (0, 0), 0.9), np.float32)


def _graphic(variant: str, paints: list[RGB], u: Field, v: Field) -> RGB:
    scale = np.float32(_PRINT_TEXELS_PER_CM)
    # The print sits on the chest, 27 cm below the shoulder line.
    cols, rows = (u + 15) * scale, (v - np.float32(27) + 15) * scale
    out = paints[0]
    for number, paint in enumerate(paints[1:], start=1):
        share = cv2.remap(_screen(variant, number), cols, rows, cv2.INTER_LINEAR, borderValue=0)
        out = _mixed(out, paint, np.asarray(share, dtype=np.float32) * np.float32(0.94))
    return out
