"""Drawn garments before backgrounds that make cutting out hard, with their true alpha."""

from collections.abc import Callable, Iterator, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.drawing.catalogue import CATALOGUE, draw

HEIGHT_PX = 560
MARGIN = 0.12

PLAIN, WHITE, GREY = (214.0, 221.0, 226.0), (246.0, 246.0, 245.0), (150.0, 152.0, 155.0)

GARMENTS = (
    "heavy-white-tee",
    "breton-tee",
    "oxford-shirt",
    "oat-cable-knit",
    "satin-camisole",
    "camel-coat",
    "meadow-dress",
    "pleated-skirt",
    "wide-wool-trousers",
    "sand-shorts",
)

Colours = NDArray[np.float32]


def _flat(shape: tuple[int, int], colour: tuple[float, float, float]) -> Colours:
    light = np.linspace(1.02, 0.96, shape[0], dtype=np.float32)[:, None, None]
    return np.asarray(np.ones((*shape, 3), np.float32) * np.array(colour) * light, np.float32)


def _noise(shape: tuple[int, int], grain: tuple[float, float], seed: int) -> NDArray[np.float32]:
    drawn = np.random.default_rng(seed).normal(0, 1, shape).astype(np.float32)
    smooth = cv2.GaussianBlur(drawn, (0, 0), sigmaX=grain[0], sigmaY=grain[1])
    return np.asarray(smooth / smooth.std(), np.float32)


def _wood(shape: tuple[int, int]) -> Colours:
    """Boards along the picture, each of its own tone."""
    grain = _noise(shape, (1.2, 40), 1)[..., None] * 9
    boards = np.random.default_rng(2).normal(0, 14, 1 + shape[1] // 70).astype(np.float32)
    tone = boards[np.arange(shape[1]) // 70][None, :, None]
    gaps = np.where(np.arange(shape[1]) % 70 < 2, -45.0, 0.0)[None, :, None]
    return np.asarray(np.array((168.0, 128.0, 92.0)) + grain + tone + gaps, np.float32)


def _carpet(shape: tuple[int, int]) -> Colours:
    """Large ornaments in three colours under a pile."""
    pattern = _noise(shape, (14, 14), 3)[..., None]
    colours = np.where(pattern > 0.6, (150, 60, 60), np.where(pattern < -0.6, (70, 75, 110), 175))
    return np.asarray(colours + 12 * _noise(shape, (0.8, 0.8), 4)[..., None], np.float32)


def _tiles(shape: tuple[int, int]) -> Colours:
    rows, cols = np.indices(shape)
    joint = ((rows % 150) < 3) | ((cols % 150) < 3)
    return np.asarray(_flat(shape, (205.0, 196.0, 182.0)) - 70 * joint[..., None], np.float32)


SCENES: Mapping[str, Callable[[tuple[int, int]], Colours]] = {
    "plain": lambda shape: _flat(shape, PLAIN),
    "white_on_white": lambda shape: _flat(shape, WHITE),
    "grey_wall_hanger": lambda shape: _flat(shape, GREY),
    "wood": _wood,
    "carpet": _carpet,
    "tiles": _tiles,
}


def scenes() -> Iterator[tuple[str, str, NDArray[np.uint8], NDArray[np.bool_]]]:
    """Name of the scene, type, photograph and true alpha, each garment before each background."""
    sketches = {sketch.slug: sketch for sketch in CATALOGUE}
    for slug in GARMENTS:
        garment = draw(sketches[slug], height_px=HEIGHT_PX)
        margin = round(MARGIN * HEIGHT_PX)
        rgba = np.pad(garment.rgba, ((margin, margin), (margin, margin), (0, 0)))
        alpha = np.asarray(rgba[..., 3:] / 255, np.float32)
        for name, background in SCENES.items():
            around = background(alpha.shape[:2])
            if name == "grey_wall_hanger":
                around = _with_hanger(around, alpha[..., 0])
            shadow = cv2.GaussianBlur(alpha[..., 0], (0, 0), 7)
            shadow = np.roll(shadow, (7, 5), (0, 1))[..., None]
            picture = rgba[..., :3] * alpha + around * (1 - 0.35 * shadow) * (1 - alpha)
            grain = np.random.default_rng(5).normal(0, 2, picture.shape)
            photograph = np.clip(np.rint(picture + grain), 0, 255).astype(np.uint8)
            yield name, garment.type, photograph, np.asarray(alpha[..., 0] > 0.5)


def _with_hanger(around: Colours, alpha: NDArray[np.float32]) -> Colours:
    rows, cols = np.nonzero(alpha > 0.5)
    top, middle = int(rows.min()), int((cols.min() + cols.max()) / 2)
    reach = int(0.3 * (cols.max() - cols.min()))
    hook = (middle, max(6, top - 30))
    drawn = np.ascontiguousarray(around)
    for end in (middle - reach, middle + reach):
        cv2.line(drawn, hook, (end, top + 14), (45, 45, 48), 7, cv2.LINE_AA)
    cv2.ellipse(drawn, (middle, hook[1] - 14), (10, 14), 0, 90, 330, (45, 45, 48), 5, cv2.LINE_AA)
    return drawn
