"""A garment taken apart: working pixels, landmarks, and the soft masks of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.blending import premultiply
from imaging.garment import LEG_TYPES, UPPER_TYPES, Garment
from imaging.warping import Points

Point: TypeAlias = NDArray[np.float64]

WORKING_SIDE_PX = 1000
"""Long side of the working pixels: about as many as a long garment has in the body frame."""

LABEL_SHARE = 0.25
"""Parts are told apart at a quarter of the size; their seams are soft anyway."""

SEAM_SHARE = 0.006
"""Width of a seam's fade as a share of the long side."""

SIDES = ("left", "right")


@dataclass(frozen=True, kw_only=True, eq=False)
class Cloth:
    """A garment ready for fitting.

    Attributes
    ----------
    type : str
        One of ``GARMENT_TYPES``.
    pixels : (H, W, 4) uint8
        Premultiplied alpha, at working size.
    points : mapping of str to (2,) float64
        Landmarks, ``row, col`` in working pixels.
    parts : mapping of str to (H, W, 4) uint8
        Pixels of each part, premultiplied. Parts overlap along their seams.
    owned : mapping of str to (H, W) bool
        For each part the pixels that are nearer to it than to any other.
    """

    type: str
    pixels: NDArray[np.uint8]
    points: Mapping[str, Point]
    parts: Mapping[str, NDArray[np.uint8]]
    owned: Mapping[str, NDArray[np.bool_]]

    def has(self, *names: str) -> bool:
        """Whether both sides of all these landmarks are there."""
        return all(f"{name}_{side}" in self.points for name in names for side in SIDES)

    def edge(self, name: str, start: Point, direction: Point) -> Point:
        """Last pixel of a part on the way from a point inside it."""
        height, width = self.pixels.shape[:2]
        steps = np.arange(0.0, 0.5 * max(height, width))
        places = np.rint(start + steps[:, None] * direction).astype(int)
        held = np.clip(places, 0, (height - 1, width - 1))
        own = (held == places).all(axis=1) & self.owned[name][held[:, 0], held[:, 1]]
        own &= self.pixels[held[:, 0], held[:, 1], 3] > 127
        outside = np.flatnonzero(~own)
        last = max(int(outside[0]) - 1, 0) if outside.size else len(steps) - 1
        return np.asarray(start + steps[last] * direction)

    def edges(self, name: str, row: float) -> tuple[float, float] | None:
        """First and last column of a part at a row, None where it has no pixel."""
        line = int(np.clip(round(row), 0, self.pixels.shape[0] - 1))
        own = (self.pixels[line, :, 3] > 127) & self.owned[name][line]
        cols = np.flatnonzero(own)
        return (float(cols[0]), float(cols[-1])) if cols.size else None


@lru_cache(maxsize=6)
def take_apart(garment: Garment) -> Cloth:
    """Prepare a garment; the answer is kept, as a shopper tries the same few again and again.

    Parameters
    ----------
    garment : Garment
        Cut out, with landmarks.

    Returns
    -------
    Cloth

    References
    ----------
    Source: own derivation.
    """
    height, width = garment.rgba.shape[:2]
    scale = min(1.0, WORKING_SIDE_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    pixels = premultiply(garment.rgba)
    if scale < 1:
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    limits = np.array([size[1], size[0]], np.float64)
    points = {
        name: np.array(place, np.float64) * limits for name, place in garment.landmarks.items()
    }
    pixels = _without_back_of_neck(pixels, points)
    cores = _cores(garment.type, points, size)
    ahead = _lead(cores, size)
    return Cloth(
        type=garment.type,
        pixels=pixels,
        points=points,
        parts={
            name: _weighted(pixels, _weight(name, lead, points)) for name, lead in ahead.items()
        },
        owned={name: np.asarray(lead >= 0) for name, lead in ahead.items()},
    )


def _without_back_of_neck(
    pixels: NDArray[np.uint8], points: Mapping[str, Point]
) -> NDArray[np.uint8]:
    """Cut out the inside of the back that shows above the front neckline of a flat garment."""
    if not all(name in points for name in ("collar_left", "collar_right", "neckline")):
        return pixels
    left, right, low = points["collar_left"], points["collar_right"], points["neckline"]
    top = (left + right) / 2
    if low[0] - top[0] < 0.12 * (right[1] - left[1]):
        return pixels
    if _has_tube(pixels, top, right[1] - left[1]):
        return pixels
    probe = np.rint(top + (low - top) * 0.7).astype(int)
    probe = np.clip(probe, 0, (pixels.shape[0] - 1, pixels.shape[1] - 1))
    if pixels[probe[0], probe[1], 3] < 128:
        return pixels
    share = np.linspace(0, 1, 25)[:, None]
    control = 2 * low - top
    curve = (1 - share) ** 2 * left + 2 * share * (1 - share) * control + share**2 * right
    above = np.array([[-9.0, right[1]], [-9.0, left[1]]])
    area = np.zeros(pixels.shape[:2], np.uint8)
    corners = np.rint(np.vstack([curve, above])[:, ::-1]).astype(np.int32)  # OpenCV takes x, y
    cv2.fillPoly(area, [corners], 255, cv2.LINE_AA)
    kept = 255 - cv2.GaussianBlur(area, (0, 0), 0.8).astype(np.uint16)
    return ((pixels * kept[..., None] + 127) // 255).astype(np.uint8)


def _has_tube(pixels: NDArray[np.uint8], top: Point, width: float) -> bool:
    """Whether cloth goes on well above the collar's ends: a turtleneck is no inside of a back."""
    start = int(np.clip(top[0] - 0.28 * width, 0, pixels.shape[0] - 1))
    col = int(np.clip(round(top[1]), 0, pixels.shape[1] - 1))
    above = pixels[start : int(top[0]) + 1, col, 3]
    return start > 0 and above.size > 0 and bool((above > 127).all())


def _cores(
    garment_type: str, points: Mapping[str, Point], size: tuple[int, int]
) -> dict[str, Points]:
    """Polygon of each part; a pixel belongs to the part whose polygon is nearest."""

    def ring(*names: str) -> Points:
        return np.array([points[name] for name in names if name in points])

    if garment_type in UPPER_TYPES or garment_type == "dress":
        cores = {"torso": _torso_core(points)}
        for side in SIDES:
            names = ("shoulder", "elbow_outer", "cuff_outer", "cuff_inner", "elbow_inner", "armpit")
            if f"cuff_outer_{side}" in points:
                cores[f"sleeve_{side}"] = ring(*(f"{name}_{side}" for name in names))
        return cores
    if garment_type in LEG_TYPES and "crotch" in points:
        middle = ("crotch", "waist_centre")
        names = ("waist", "hip", "knee_outer", "hem_outer", "hem_inner", "knee_inner")
        return {
            f"leg_{side}": ring(*(f"{name}_{side}" for name in names), *middle) for side in SIDES
        }
    if garment_type == "shoes":
        round_it = ("opening", "sole_outer", "toe", "sole_inner")
        return {f"shoe_{side}": ring(*(f"{name}_{side}" for name in round_it)) for side in SIDES}
    return {"whole": np.array([[0, 0], [0, size[0]], [size[1], size[0]], [size[1], 0]], np.float64)}


def _torso_core(points: Mapping[str, Point]) -> Points:
    down = [f"{name}_left" for name in ("collar", "shoulder", "armpit", "waist", "hip", "hem")]
    up = [name.replace("left", "right") for name in reversed(down)]
    names = [*down, "hem_centre", *up, "neckline"]
    return np.array([points[name] for name in names if name in points])


def _lead(cores: Mapping[str, Points], size: tuple[int, int]) -> dict[str, NDArray[np.float32]]:
    """By how many pixels each place is nearer to a part than to the nearest other part."""
    if len(cores) == 1:
        return {name: np.full((size[1], size[0]), np.inf, np.float32) for name in cores}
    small = (max(1, round(size[0] * LABEL_SHARE)), max(1, round(size[1] * LABEL_SHARE)))
    far: dict[str, NDArray[np.float32]] = {}
    for name, core in cores.items():
        outside = np.full((small[1], small[0]), 255, np.uint8)
        corners = np.rint(core[:, ::-1] * LABEL_SHARE).astype(np.int32)  # OpenCV takes x, y
        cv2.fillPoly(outside, [corners], 0)
        inside = cv2.distanceTransform(255 - outside, cv2.DIST_L2, 3)
        distance = cv2.distanceTransform(outside, cv2.DIST_L2, 3) - inside
        wide = cv2.resize(distance, size, interpolation=cv2.INTER_LINEAR)
        far[name] = np.asarray(wide / LABEL_SHARE, np.float32)
    return {
        name: np.asarray(
            (np.minimum.reduce([other for key, other in far.items() if key != name]) - distance) / 2
        )
        for name, distance in far.items()
    }


def _weighted(pixels: NDArray[np.uint8], weight: NDArray[np.float32]) -> NDArray[np.uint8]:
    if bool((weight >= 1).all()):
        return pixels
    shares = np.rint(weight * 255).astype(np.uint16)[..., None]
    return ((pixels * shares + 127) // 255).astype(np.uint8)


def _weight(
    name: str, lead: NDArray[np.float32], points: Mapping[str, Point]
) -> NDArray[np.float32]:
    """Full strength up to the seam, and beyond it a fade under or over the neighbour.

    Both neighbours are whole at the seam: a bare seam would let the body shine through.
    """
    # The trunk ends at the seam, the sleeve runs on over it: turned with the arm, a longer end of
    # the trunk would stick out above the shoulder.
    fade = 2.0 if name == "torso" else SEAM_SHARE * max(lead.shape)
    weight: NDArray[np.float32] = np.clip(lead / np.float32(fade) + 1, 0, 1).astype(np.float32)
    if name.startswith("leg"):
        # Below the crotch the legs are apart; a fade would carry a strip of one into the other.
        start = int(points["crotch"][0])
        weight[start:] = lead[start:] >= 0
    return np.asarray(weight, np.float32)
