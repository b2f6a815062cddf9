"""The small network that looks at a commodity: which pixels are it, and where its landmarks are.

It was trained for this project; ``imaging/weights/garment.md`` says on what and how to repeat it.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.garment import (
    DRESS_LANDMARKS,
    LEG_LANDMARKS,
    LEG_TYPES,
    LONG_LEG_LANDMARKS,
    LONG_SLEEVE_LANDMARKS,
    SKIRT_LANDMARKS,
    SLEEVE_LANDMARKS,
    TORSO_LANDMARKS,
    UPPER_TYPES,
)

WEIGHTS = Path(__file__).with_name("weights") / "garment.onnx"
SIDE_PX, GRID, MASK_SIDE_PX = 160, 40, 80
MARGIN, MARGIN_CLOSER = 0.09, 0.02
"""Room around the garment in the second look, as in training, and in the third."""

READABLE_TYPES = (*UPPER_TYPES, "dress", "skirt", *LEG_TYPES)
"""Types whose landmarks the network knows."""

_PAIRS = (
    "collar",
    "shoulder",
    "armpit",
    "waist",
    "hem",
    "cuff_outer",
    "cuff_inner",
    "elbow_outer",
    "elbow_inner",
    "hip",
    "band",
    "hem_outer",
    "hem_inner",
    "knee_outer",
    "knee_inner",
)
CHANNELS = (
    *(f"{name}_{side}" for name in _PAIRS for side in ("left", "right")),
    "neckline",
    "hem_centre",
    "waist_centre",
    "crotch",
)
"""One heat map each, in the order of the weights; ``band`` is the waistband of a bottom."""

_OPTIONAL = (SLEEVE_LANDMARKS, LONG_SLEEVE_LANDMARKS, LONG_LEG_LANDMARKS)
"""Landmarks a garment has together or not at all."""

_NEAR = 0.03
"""Share of the garment's height within which a landmark counts as found."""

PEAK_CELLS, STEPS = 0.6, 8
"""Breadth of a peak (standard deviation) and steps to its middle; a second peak a few cells away
must not draw the place to itself. Set on the development half."""

GREY = (114, 114, 114)
"""What the network takes for nothing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sighting:
    """What the network saw.

    Attributes
    ----------
    likelihood : (H, W) float32
        Probability of each pixel to belong to the garment, 0 to 1.
    places : mapping of str to (2,) float64
        ``row, col`` in pixels of the picture, for every landmark the garment seems to have.
    certainties : mapping of str to float
        For each of them the probability that it lies within three hundredths of the garment's
        height from its place, as the network sees it, 0 to 1.
    """

    likelihood: NDArray[np.float32]
    places: dict[str, NDArray[np.float64]]
    certainties: dict[str, float]


def look_at(rgb: NDArray[np.uint8], *, garment_type: str) -> Sighting:
    """Look at a commodity: at the whole picture, then twice at the part where it lies.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        sRGB.
    garment_type : str
        One of ``READABLE_TYPES``; for others the likelihood alone means something.

    Returns
    -------
    Sighting

    References
    ----------
    Landmarks as the centre of a heat map: A. Nibali et al., "Numerical Coordinate Regression with
    Convolutional Neural Networks", 2018; the mean shift to its peak: D. Comaniciu, P. Meer, IEEE
    TPAMI 24(5), 2002. Layers and training: own.
    """
    height, width = rgb.shape[:2]
    whole = (0.0, 0.0, float(height), float(width))
    box = _box_of(_look(rgb, whole).mask, _square(whole)) or whole
    seen, closer = _look(rgb, box), _look(rgb, _closer(box))
    rows = (box[2] - box[0]) / (1 + 2 * MARGIN)
    lacking = {name for group in _OPTIONAL if not seen.has(group) for name in group}
    places: dict[str, NDArray[np.float64]] = {}
    certainties: dict[str, float] = {}
    for name in names_for(garment_type):
        if name in lacking:
            continue
        channel = CHANNELS.index(channel_of(garment_type, name))
        (first, sure), (second, as_sure) = (each.place(channel, rows) for each in (seen, closer))
        places[name] = (sure * first + as_sure * second) / (sure + as_sure)
        certainties[name] = (sure + as_sure) / 2
    return Sighting(
        likelihood=_spread(seen.mask, seen.square, (width, height)),
        places=places,
        certainties=certainties,
    )


def names_for(garment_type: str) -> tuple[str, ...]:
    """List every landmark a garment of a type may have.

    Parameters
    ----------
    garment_type : str
        One of ``GARMENT_TYPES``.

    Returns
    -------
    tuple of str
        Empty for types whose landmarks the network does not know.
    """
    if garment_type in UPPER_TYPES:
        return (*TORSO_LANDMARKS, *SLEEVE_LANDMARKS, *LONG_SLEEVE_LANDMARKS)
    if garment_type in LEG_TYPES:
        return (*LEG_LANDMARKS, *LONG_LEG_LANDMARKS)
    others = {
        "dress": (
            *TORSO_LANDMARKS,
            *DRESS_LANDMARKS,
            *SLEEVE_LANDMARKS,
            *LONG_SLEEVE_LANDMARKS,
        ),
        "skirt": SKIRT_LANDMARKS,
    }
    return others.get(garment_type, ())


def channel_of(garment_type: str, name: str) -> str:
    """Name the heat map of a landmark: a waistband looks unlike the waist of a dress.

    Parameters
    ----------
    garment_type : str
        One of ``READABLE_TYPES``.
    name : str
        Of the landmark.

    Returns
    -------
    str
        One of ``CHANNELS``.
    """
    is_bottom = garment_type in {*LEG_TYPES, "skirt"}
    return name.replace("waist", "band") if is_bottom and name != "waist_centre" else name


@dataclass(frozen=True, kw_only=True, eq=False)
class _Seen:
    heat: NDArray[np.float32]
    mask: NDArray[np.float32]
    present: NDArray[np.float32]
    square: tuple[float, float, float]

    def has(self, names: tuple[str, ...]) -> bool:
        return float(np.mean([self.present[CHANNELS.index(name)] for name in names])) >= 0.5

    def place(self, channel: int, rows: float) -> tuple[NDArray[np.float64], float]:
        """Place of a landmark in the picture's pixels, and its certainty, for a garment so high."""
        step = SIDE_PX / GRID * self.square[2]
        place, certainty = _centre(self.heat[..., channel], max(1.2, _NEAR * rows / step))
        return np.array(self.square[:2]) + (place + 0.5) * step - 0.5, certainty


_Answer = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


@lru_cache(maxsize=1)
def _network() -> cv2.dnn.Net:
    return cv2.dnn.readNetFromONNX(np.frombuffer(WEIGHTS.read_bytes(), np.uint8))


def _mirrored_channels() -> NDArray[np.intp]:
    def other(name: str) -> str:
        stem, _, side = name.rpartition("_")
        return {"left": f"{stem}_right", "right": f"{stem}_left"}.get(side, name)

    return np.array([CHANNELS.index(other(name)) for name in CHANNELS])


def _square(box: tuple[float, float, float, float]) -> tuple[float, float, float]:
    """First row and column of the square around a box, and picture pixels per network pixel."""
    top, left, bottom, right = box
    side = max(bottom - top, right - left)
    return (top + bottom - side) / 2, (left + right - side) / 2, side / SIDE_PX


def _look(rgb: NDArray[np.uint8], box: tuple[float, float, float, float]) -> _Seen:
    """Run the network on a square around a box, and on its mirror image."""
    top, left, scale = _square(box)
    picture, reduced = rgb, 1.0
    if scale > 1.5:  # averaged first, lest it alias
        reduced = 1.2 / scale
        picture = np.asarray(
            cv2.resize(rgb, None, fx=reduced, fy=reduced, interpolation=cv2.INTER_AREA), np.uint8
        )
    start = (np.array([left, top]) + 0.5 * scale) * reduced - 0.5
    there = np.array([[scale * reduced, 0, start[0]], [0, scale * reduced, start[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(picture, there, (SIDE_PX, SIDE_PX), flags=flags, borderValue=GREY)
    (heat, mask, present), (other_heat, other_mask, other_present) = (
        _run(np.asarray(each, np.uint8)) for each in (seen, seen[:, ::-1])
    )
    mirror = _mirrored_channels()
    return _Seen(
        heat=np.asarray((heat + other_heat[:, ::-1][..., mirror]) / 2, np.float32),
        mask=np.asarray((mask + other_mask[:, ::-1]) / 2, np.float32),
        present=np.asarray((present + other_present[mirror]) / 2, np.float32),
        square=(top, left, scale),
    )


def _run(square: NDArray[np.uint8]) -> _Answer:
    """Heat maps, mask and presence, the last two as probabilities."""
    network = _network()
    normal = (square.astype(np.float32) - 127) / 128
    network.setInput(np.ascontiguousarray(normal.transpose(2, 0, 1))[None])
    heat, quarters, present = (
        np.asarray(each[0], np.float32) for each in network.forward(["heat", "mask", "present"])
    )
    # Each cell's four quarters come one behind the other.
    cells = quarters.reshape(2, 2, GRID, GRID).transpose(2, 0, 3, 1)
    return (
        np.ascontiguousarray(heat.transpose(1, 2, 0)),
        _likely(cells.reshape(MASK_SIDE_PX, MASK_SIDE_PX)),
        _likely(present.reshape(-1)),
    )


def _likely(score: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-score)), np.float32)


def _box_of(
    mask: NDArray[np.float32], square: tuple[float, float, float]
) -> tuple[float, float, float, float] | None:
    """Box of the largest piece, with its margin, in pixels of the picture."""
    count, _, stats, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8))
    if count < 2:
        return None
    left, top, cols, rows, area = stats[1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())]
    if area < 0.02 * mask.size:
        return None
    step = square[2] * SIDE_PX / MASK_SIDE_PX
    room = MARGIN * step * max(cols, rows)
    first_row, first_col = square[0] + top * step, square[1] + left * step
    return (
        first_row - room,
        first_col - room,
        first_row + rows * step + room,
        first_col + cols * step + room,
    )


def _closer(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Take some of the room round the garment away."""
    top, left, bottom, right = box
    spare = (MARGIN - MARGIN_CLOSER) * max(bottom - top, right - left) / (1 + 2 * MARGIN)
    return top + spare, left + spare, bottom - spare, right - spare


def _centre(heat: NDArray[np.float32], near: float) -> tuple[NDArray[np.float64], float]:
    """Middle of the highest peak, in cells, and the probability within ``near`` of it."""
    share = np.exp(heat.astype(np.float64) - float(heat.max()))
    share /= share.sum()
    rows, cols = np.indices(share.shape)
    place = np.array(np.unravel_index(int(share.argmax()), share.shape), np.float64)
    for _ in range(STEPS):
        away = (rows - place[0]) ** 2 + (cols - place[1]) ** 2
        peak = share * np.exp(-away / (2 * PEAK_CELLS**2))
        place = np.array([(peak * rows).sum(), (peak * cols).sum()]) / peak.sum()
    within = np.hypot(rows - place[0], cols - place[1]) < near
    return place, float(share[within].sum())


def _spread(
    mask: NDArray[np.float32], square: tuple[float, float, float], size: tuple[int, int]
) -> NDArray[np.float32]:
    """Lay the network's mask over the picture; nothing outside of what it saw."""
    step = square[2] * SIDE_PX / MASK_SIDE_PX
    start = np.array([square[1], square[0]]) + 0.5 * step - 0.5
    there = np.array([[step, 0, start[0]], [0, step, start[1]]])
    return np.asarray(cv2.warpAffine(mask, there, size, flags=cv2.INTER_LINEAR), np.float32)
