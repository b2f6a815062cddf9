"""Invented prints on cloth: stripes, checks, dots, flowers and graphics on what had none.

Of five hundred garments that people photograph, four are dotted. A network that must know dots is
shown invented ones, printed on real garments with their folds and their light.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Generator: TypeAlias = np.random.Generator
Colour: TypeAlias = NDArray[np.float32]
Field: TypeAlias = NDArray[np.float32]

WORDS = ("BOSTON", "SUMMER 1987", "love", "ROCK", "PARIS", "TEAM 23", "surf club", "hello", "DENIM")
FONTS = (0, 2, 3, 4, 6, 7)
BLOSSOMS_MAX = 900
DARK_CLOTH = 70
"""Mean level under which folds are only noise to be damped."""


def print_on(
    rgb: NDArray[np.uint8], alpha: NDArray[np.uint8], design: str, random: Generator
) -> NDArray[np.uint8]:
    """Print a design on a garment, under the folds and the light it has.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        sRGB picture of a solid garment.
    alpha : (H, W) uint8
        Where the garment is.
    design : str
        Key of ``PRINTS``.
    random : numpy.random.Generator
        Where every choice comes from.

    Returns
    -------
    (H, W, 3) uint8
        The picture, printed.

    References
    ----------
    Source: own derivation.
    """
    rows, cols = (np.flatnonzero((alpha > 127).any(axis=axis)) for axis in (1, 0))
    box = np.s_[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    cloth = rgb[box].astype(np.float32)
    inside = alpha[box] > 127
    light = cloth.mean(axis=2)
    usual = max(20.0, float(np.median(light[inside])))
    folds = np.clip(light / usual, 0.35, 1.6)
    if usual < DARK_CLOTH:
        folds = np.clip(1 + (folds - 1) * 0.6, 0.5, 1.4)
    own = np.median(cloth[inside], axis=0).astype(np.float32)
    ground = own if design == "graphic" or random.random() < 0.55 else _colours(random, 1)[0]
    tile = PRINTS[design](random, cloth.shape[:2], ground)
    tile = np.asarray(cv2.GaussianBlur(tile, (0, 0), random.uniform(0.4, 0.8)), np.float32)
    printed = np.clip(tile * folds[..., None] * random.uniform(0.75, 1.02), 0, 255)
    if design == "graphic":  # the cloth round it stays as it was
        printed = np.where(np.abs(tile - ground).max(axis=2, keepdims=True) > 6, printed, cloth)
    soft = np.asarray(cv2.GaussianBlur(alpha[box], (0, 0), 0.7), np.float32)[..., None] / 255
    result = rgb.copy()
    result[box] = np.rint(printed * soft + cloth * (1 - soft)).astype(np.uint8)
    return result


def noise(random: Generator, size: tuple[int, int], grain_px: float) -> Field:
    """Draw a smooth random field.

    Parameters
    ----------
    random : numpy.random.Generator
        Where it comes from.
    size : (int, int)
        Rows and columns.
    grain_px : float
        Distance between independent values.

    Returns
    -------
    (H, W) float32
        About normal, of variance somewhat under 1.
    """
    height, width = size
    grain = max(2, int(grain_px))
    coarse = random.normal(size=(height // grain + 3, width // grain + 3)).astype(np.float32)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth, np.float32)


def _colours(random: Generator, count: int) -> Colour:
    """Draw colours that can be told apart, a quarter of them greys."""
    found = list[Colour]()
    while len(found) < count:
        if random.random() < 0.25:
            grey = random.choice([15, 30, 128, 200, 235, 245, 250])
            colour = (grey + random.normal(0, 4, 3)).astype(np.float32)
        else:
            hsv = np.array([[[random.integers(180), *random.integers(40, 255, 2)]]], np.uint8)
            colour = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0].astype(np.float32)
        apart = random.uniform(25, 90)
        if all(np.linalg.norm(colour - other) > apart for other in found) or random.random() < 0.05:
            found.append(colour)
    return np.clip(np.array(found, np.float32), 0, 255)


def _with_ground(random: Generator, count: int, ground: Colour, share: float) -> Colour:
    colours = _colours(random, count)
    if random.random() < share:
        colours[0] = ground
    return colours


def _period(random: Generator, low: float, high: float, height: int, least_px: float) -> float:
    return max(least_px, float(np.exp(random.uniform(np.log(low), np.log(high)))) * height)


def _threads(random: Generator, size: tuple[int, int], degrees: float) -> tuple[Field, Field]:
    """Coordinates along and across the cloth, which never lies quite flat."""
    height, width = size
    longest = max(size)
    wobble = random.uniform(0, 0.012) * longest
    rows, cols = np.mgrid[:height, :width].astype(np.float32)
    rows = rows + wobble * noise(random, size, longest * 0.18)
    cols = cols + wobble * noise(random, size, longest * 0.18)
    turn = np.deg2rad(degrees)
    along = cols * np.cos(turn) + rows * np.sin(turn)
    across = rows * np.cos(turn) - cols * np.sin(turn)
    return np.asarray(along, np.float32), np.asarray(across, np.float32)


def _bands(place: Field, random: Generator, count: int) -> NDArray[np.int64]:
    """Say which band of a repeat each place lies in; each has its own width."""
    widths = np.maximum(random.dirichlet(np.full(count, random.uniform(0.7, 4))), 0.06)
    edges = np.cumsum(widths / widths.sum())
    return np.asarray(np.clip(np.searchsorted(edges, place % 1), 0, count - 1))


def _striped(random: Generator, size: tuple[int, int], ground: Colour) -> Field:
    degrees = random.choice([90, 0, 45], p=[0.68, 0.27, 0.05]) + random.normal(0, 4)
    along, _ = _threads(random, size, degrees)
    count = int(random.choice([2, 2, 2, 3, 4, 5]))
    colours = _with_ground(random, count, ground, 0.5)
    period = _period(random, 0.018, 0.2, size[0], 4)
    return colours[_bands(along / period + random.random(), random, count)]


def _checked(random: Generator, size: tuple[int, int], ground: Colour) -> Field:
    degrees = (45 if random.random() < 0.08 else 0) + random.normal(0, 4)
    period = _period(random, 0.03, 0.22, size[0], 7)
    along, across = (threads / period for threads in _threads(random, size, degrees))
    colours = _with_ground(random, 4, ground, 0.5)
    kind = random.random()
    if kind < 0.35:  # gingham: where two bands cross, their colours mix
        levels = np.array([colours[0], (colours[0] + colours[1]) / 2, colours[1]])
        crossed = (along % 1 < 0.5).astype(int) + (across % 1 < 0.5)
        return np.asarray(levels[crossed], np.float32)
    if kind < 0.8:  # tartan: the same bands in warp and weft
        count, seed, warp = int(random.integers(2, 5)), int(random.integers(1 << 30)), 0.5
        both = [_bands(way, np.random.default_rng(seed), count) for way in (along, across)]
        return np.asarray(colours[both[0]] * warp + colours[both[1]] * (1 - warp), np.float32)
    width = random.uniform(0.04, 0.16)
    cloth = np.broadcast_to(colours[0], (*size, 3)).copy()
    cloth[(along % 1 < width) | (across % 1 < width)] = colours[1]
    if random.random() < 0.4:
        cloth[((along + 0.5) % 1 < width) | ((across + 0.5) % 1 < width)] = colours[2]
    return cloth


def _dotted(random: Generator, size: tuple[int, int], ground: Colour) -> Field:
    period = _period(random, 0.022, 0.14, size[0], 6)
    degrees = random.choice([0, 45]) + random.normal(0, 5)
    along, across = (threads / period for threads in _threads(random, size, degrees))
    if random.random() < 0.5:
        along = along + 0.5 * (np.floor(across) % 2)
    right, down = along % 1 - 0.5, across % 1 - 0.5
    distance = np.hypot(right, down)
    kind = random.random()
    if kind < 0.15:  # little stars
        distance = distance * (1 + 0.25 * np.cos(5 * np.arctan2(down, right)))
    elif kind < 0.25:
        distance = np.maximum(np.abs(right), np.abs(down)) * 1.1
    dots = distance < random.uniform(0.16, 0.36)
    colours = _with_ground(random, 4, ground, 1)
    cloth = np.broadcast_to(colours[0], (*size, 3)).copy()
    cloth[dots] = colours[1]
    if random.random() < 0.25:
        which = (np.floor(along) * 7 + np.floor(across) * 3).astype(int) % 3
        cloth[dots] = colours[1:][which[dots]]
    return cloth


def _floral(random: Generator, size: tuple[int, int], ground: Colour) -> Field:
    cloth = np.empty((*size, 3), np.float32)
    cloth[:] = ground if random.random() < 0.6 else _colours(random, 1)[0]
    colours = _colours(random, int(random.integers(1, 5)))
    leaf = random.uniform((20, 70, 20), (110, 160, 100))
    usual = _period(random, 0.015, 0.09, size[0], 3)
    count = int(random.uniform(0.15, 0.9) * size[0] * size[1] / (6 * usual * usual)) + 3
    for _ in range(min(count, BLOSSOMS_MAX)):
        centre = random.uniform((0, 0), (size[1], size[0]))
        radius = usual * float(np.exp(random.normal(0, 0.3)))
        colour = colours[random.integers(len(colours))]
        _blossom(cloth, random, centre, radius, colour, leaf)
    return cloth


def _blossom(  # noqa: PLR0913, PLR0917
    cloth: Field,
    random: Generator,
    centre: NDArray[np.float64],
    radius: float,
    colour: Colour,
    leaf: NDArray[np.float64],
) -> None:
    """Paint leaves, petals and a middle; ``centre`` is x, y as OpenCV wants it."""

    def ellipse(degrees: float, out: float, axes: tuple[float, float], paint: object) -> None:
        turn = np.deg2rad(degrees)
        x, y = centre + radius * out * np.array([np.cos(turn), np.sin(turn)])
        size = (max(1, int(radius * axes[0])), max(1, int(radius * axes[1])))
        tone = np.clip(np.asarray(paint, np.float64), 0, 255).tolist()
        cv2.ellipse(cloth, (int(x), int(y)), size, degrees, 0, 360, tone, -1, cv2.LINE_AA)

    if random.random() < 0.6:
        for _ in range(random.integers(1, 4)):
            ellipse(random.uniform(0, 360), 1.3, (0.8, 0.3), leaf)
    petals, first = int(random.integers(4, 8)), random.uniform(0, 360)
    rounds = (
        ((1.0, colour), (0.6, colour * 0.75 + 40)) if random.random() < 0.5 else ((1.0, colour),)
    )
    for part, paint in rounds:
        for petal in range(petals):
            degrees = first + 360 * petal / petals
            ellipse(degrees, 0.55 * part, (0.55 * part, 0.38 * part), paint)
    ellipse(0, 0, (0.22, 0.22), (230, 200, 60) if random.random() < 0.5 else colour * 0.5)


def _graphic(random: Generator, size: tuple[int, int], ground: Colour) -> Field:
    """Put shapes, words or both on the chest, large enough not to be a label."""
    height, width = size
    cloth = np.empty((*size, 3), np.float32)
    cloth[:] = ground
    colours = _colours(random, 3)
    centre = random.uniform((0.42 * width, 0.28 * height), (0.58 * width, 0.55 * height))
    span = width * random.uniform(0.22, 0.6)
    kind = random.random()
    if kind < 0.6:
        _shapes(cloth, random, centre, span, colours)
    if kind > 0.4:
        _words(cloth, random, centre, span, colours)
    return cloth


def _shapes(
    cloth: Field, random: Generator, centre: NDArray[np.float64], span: float, colours: Colour
) -> None:
    for _ in range(random.integers(2, 9)):
        corners = random.normal(0, span * 0.2, (int(random.integers(3, 8)), 2)) + centre
        points = corners.astype(np.int32)
        tone = colours[random.integers(3)].tolist()
        kind = random.random()
        if kind < 0.5:
            cv2.fillPoly(cloth, [cv2.convexHull(points)], tone, cv2.LINE_AA)
        elif kind < 0.8:
            radii = [int(span * share) for share in random.uniform(0.05, 0.3, 2)]
            thickness = -1 if random.random() < 0.6 else 2
            middle = [int(value) for value in points[0]]
            turn = random.uniform(0, 180)
            cv2.ellipse(cloth, middle, radii, turn, 0, 360, tone, thickness, cv2.LINE_AA)
        else:
            thickness = int(random.integers(1, 4))
            cv2.polylines(cloth, [points], False, tone, thickness, cv2.LINE_AA)  # noqa: FBT003


def _words(
    cloth: Field, random: Generator, centre: NDArray[np.float64], span: float, colours: Colour
) -> None:
    y = float(centre[1]) - span * 0.3
    for _ in range(random.integers(1, 5)):
        words = " ".join(random.choice(WORDS, int(random.integers(1, 3))))
        font = int(random.choice(FONTS))
        (wide, high), _ = cv2.getTextSize(words, font, 1, 2)
        scale = min(span / wide * random.uniform(0.7, 1), cloth.shape[0] * 0.2 / high)
        place = (int(centre[0] - wide * scale / 2), int(y + high * scale))
        thickness = max(1, int(scale * random.uniform(1.5, 5)))
        tone = colours[random.integers(2)].tolist()
        cv2.putText(cloth, words, place, font, scale, tone, thickness, cv2.LINE_AA)
        y += high * scale * 1.5


def _other(random: Generator, size: tuple[int, int], ground: Colour) -> Field:
    """Paint what covers the cloth and is none of these: spots, zigzags, tiles, runs of colour."""
    colours = _with_ground(random, 4, ground, 0.4)
    grain = _period(random, 0.02, 0.09, size[0], 3)
    kind = random.random()
    if kind < 0.45:
        cloth = np.broadcast_to(colours[0], (*size, 3)).copy()
        spots = noise(random, size, grain * random.uniform(0.7, 2))
        cloth[spots > 0.3] = colours[1]
        cloth[noise(random, size, grain) > 0.6] = colours[2]
        if random.random() < 0.5:
            cloth[np.abs(spots) < 0.15] = colours[3]
        return cloth
    period = max(8.0, grain * 1.6)
    degrees = float(random.choice([0, 45, 90]))
    along, across = (threads / period for threads in _threads(random, size, degrees))
    count = int(random.integers(2, 5))
    if kind < 0.7:
        zigzag = across + random.uniform(0.3, 1.2) * np.abs(along % 1 - 0.5)
        which = (np.floor(zigzag * 2) + np.floor(across / 2.3)).astype(int) % count
        return np.asarray(colours[which], np.float32)
    if kind < 0.85:
        halves = (along % 1 > across % 1).astype(int)
        tiles = np.floor(along) * 3 + np.floor(across) * 5 + halves
        return np.asarray(colours[tiles.astype(int) % count], np.float32)
    run = np.clip(noise(random, size, size[0] * 0.25) * 0.5 + 0.5, 0, 1)[..., None]
    return np.asarray(colours[0] * run + colours[1] * (1 - run), np.float32)


PRINTS: Mapping[str, Callable[[Generator, tuple[int, int], Colour], Field]] = MappingProxyType(
    {
        "striped": _striped,
        "checked": _checked,
        "dotted": _dotted,
        "floral": _floral,
        "graphic": _graphic,
        "other": _other,
    }
)
"""Design to what paints it: rows and columns and the ground's colour go in, sRGB comes out."""
