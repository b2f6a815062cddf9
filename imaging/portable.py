"""A garment taken apart as data: all that another program needs to fit it to a body (C10, C17).

Everything here belongs to the commodity alone. Whoever wears it is measured where the picture is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.fitting_accessories import crown_rows, frame_extent
from imaging.fitting_necks import rim_row
from imaging.fitting_tops import Station, stations
from imaging.garment import Garment
from imaging.resampling import straight
from imaging.tailoring import Cloth, take_apart

OUTLINED = ("torso", "whole", "leg_left", "leg_right")
"""Parts whose side seams are followed from row to row."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PortablePart:
    """One part of a garment.

    Attributes
    ----------
    name : str
        Key of ``Cloth.parts``.
    top, left : int
        Place of its pixels in the cloth; -1 where the bare rim lies beyond it.
    rgba : (h, w, 4) uint8
        sRGB with straight alpha, one transparent pixel all round.
    edges : (H, 2) int64 or None
        First and last own col of each row of the cloth, -1 where there is none; None for parts
        whose outline no fitting follows.
    stations : tuple of Station
        Of a sleeve.
    """

    name: str
    top: int
    left: int
    rgba: NDArray[np.uint8]
    edges: NDArray[np.int64] | None
    stations: tuple[Station, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class PortableCloth:
    """A garment.

    Attributes
    ----------
    type : str
        One of ``GARMENT_TYPES``.
    height, width : int
        Of the cloth, px; landmarks are fractions of it.
    rim : float or None
        Row where a turtleneck's tube ends.
    column : (float, float) or None
        First and last visible row where a head enters a hat.
    extent : (float, float, float) or None
        Middle row, first and last col of glasses.
    parts : tuple of PortablePart
    """

    type: str
    height: int
    width: int
    rim: float | None
    column: tuple[float, float] | None
    extent: tuple[float, float, float] | None
    parts: tuple[PortablePart, ...]


def portable(garment: Garment) -> PortableCloth:
    """Take a garment apart and measure what fitting asks of it.

    Parameters
    ----------
    garment : Garment
        Cut out, with landmarks.

    Returns
    -------
    PortableCloth

    References
    ----------
    Source: own derivation.
    """
    cloth = take_apart(garment)
    height, width = cloth.pixels.shape[:2]
    is_hat = cloth.type == "hat" and {"band_left", "band_right"} <= cloth.points.keys()
    return PortableCloth(
        type=cloth.type,
        height=height,
        width=width,
        rim=rim_row(cloth),
        column=crown_rows(cloth) if is_hat else None,
        extent=frame_extent(cloth) if cloth.type == "glasses" else None,
        parts=tuple(_part(cloth, name) for name in cloth.parts),
    )


def _part(cloth: Cloth, name: str) -> PortablePart:
    pixels = cloth.parts[name]
    rows, cols = (np.flatnonzero(pixels[..., 3].any(axis=axis)) for axis in (1, 0))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, 0)
    left, right = (int(cols[0]), int(cols[-1]) + 1) if cols.size else (0, 0)
    shown = straight(pixels[top:bottom, left:right].astype(np.float32))
    return PortablePart(
        name=name,
        top=top - 1,
        left=left - 1,
        rgba=np.pad(shown, ((1, 1), (1, 1), (0, 0))),
        edges=_edges(cloth, name) if name in OUTLINED else None,
        stations=_stations(cloth, name),
    )


def _edges(cloth: Cloth, name: str) -> NDArray[np.int64]:
    found = [cloth.edges(name, row) for row in range(cloth.pixels.shape[0])]
    return np.array([(-1, -1) if ends is None else ends for ends in found], np.int64)


def _stations(cloth: Cloth, name: str) -> tuple[Station, ...]:
    stem, _, side = name.rpartition("_")
    needed = ["shoulder", "armpit", "cuff_outer", "cuff_inner"]
    if cloth.has("elbow_outer"):
        needed.append("elbow_inner")
    if stem != "sleeve" or not all(f"{point}_{side}" in cloth.points for point in needed):
        return ()
    return stations(cloth, side)
