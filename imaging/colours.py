"""Colours of a garment: shares of the fourteen names a shopper can search by."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

PALETTE: Mapping[str, str] = MappingProxyType(
    {
        "black": "#1c1b1a",
        "white": "#f6f4ef",
        "grey": "#8e8f91",
        "beige": "#d8c4a0",
        "brown": "#7a4b2c",
        "red": "#c22b2b",
        "orange": "#e0722a",
        "yellow": "#edc63b",
        "green": "#4b7a44",
        "turquoise": "#2ea6a3",
        "blue": "#4478bd",
        "navy": "#22305a",
        "purple": "#75488f",
        "pink": "#e596a8",
    }
)
"""Name to a representative sRGB colour."""

SAMPLES_PX = 96
"""Side to which a garment is reduced before its pixels are counted."""

SMALLEST_SHARE = 0.06
"""Shares below this are buttons, labels and shadows."""


@dataclass(frozen=True, kw_only=True)
class ColourShare:
    """One colour of a garment.

    Attributes
    ----------
    name : str
        Key of ``PALETTE``.
    share : float
        Of the visible surface, 0 to 1.
    oklch : (float, float, float)
        Mean lightness (0 to 1), chroma (0 to about 0.37) and hue (degrees) of these pixels.
    """

    name: str
    share: float
    oklch: tuple[float, float, float]


def oklab(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Convert sRGB to OKLab.

    Parameters
    ----------
    rgb : (..., 3) uint8
        sRGB.

    Returns
    -------
    (..., 3) float64
        L (0 to 1), a, b.

    References
    ----------
    B. Ottosson, "A perceptual color space for image processing", 2020,
    https://bottosson.github.io/posts/oklab/
    """
    encoded = rgb.astype(np.float64) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    cones = linear @ np.array(
        [
            [0.4122214708, 0.2119034982, 0.0883024619],
            [0.5363325363, 0.6806995451, 0.2817188376],
            [0.0514459929, 0.1073969566, 0.6299787005],
        ]
    )
    return np.asarray(
        np.cbrt(cones)
        @ np.array(
            [
                [0.2104542553, 1.9779984951, 0.0259040371],
                [0.7936177850, -2.4285922050, 0.7827717662],
                [-0.0040720468, 0.4505937099, -0.8086757660],
            ]
        )
    )


def colour_names(rgb: NDArray[np.uint8]) -> NDArray[np.str_]:
    """Name each colour.

    Parameters
    ----------
    rgb : (N, 3) uint8
        sRGB.

    Returns
    -------
    (N,) str
        Keys of ``PALETTE``.

    References
    ----------
    Source: own derivation; borders in OKLCh drawn by eye on fabrics.
    """
    lab = oklab(rgb)
    light = lab[:, 0]
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360
    warm = (hue > 35) & (hue < 112)
    rules = [
        (light < 0.27) & (chroma < 0.045), "black",
        (light < 0.32) & (chroma < 0.018), "black",
        (light > 0.915) & (chroma < 0.035), "white",
        (light > 0.855) & (chroma < 0.024), "white",
        (chroma < 0.022) | ((chroma < 0.032) & ~warm & (light > 0.33)), "grey",
        warm & (hue > 60) & (light > 0.70) & (chroma < 0.098), "beige",
        warm & (hue <= 60) & (light > 0.78) & (chroma < 0.06), "beige",
        warm & (light < 0.80) & (chroma < 0.060), "brown",
        (hue > 35) & (hue < 85) & (light < 0.56), "brown",
        (hue > 45) & (hue < 95) & (light < 0.66) & (chroma < 0.115), "brown",
        ((hue < 35) | (hue > 340)) & (light > 0.68), "pink",
        (hue > 335) & (light > 0.55) & (chroma > 0.10), "pink",
        (hue < 38) | (hue > 350), "red",
        (hue < 47) & (chroma > 0.15) & (light < 0.61), "red",
        (hue < 50) & (light > 0.76) & (chroma < 0.11), "pink",
        hue < 72, "orange",
        (hue < 112) & (light > 0.66), "yellow",
        hue < 174, "green",
        (hue < 218) & (chroma > 0.03), "turquoise",
        (hue < 295) & (light < 0.40), "navy",
        hue < 290, "blue",
        (hue < 335), "purple",
    ]  # fmt: skip
    return np.select(
        [np.asarray(rule) for rule in rules[::2]], [str(name) for name in rules[1::2]], "purple"
    )


def dominant_colours(rgba: NDArray[np.uint8]) -> tuple[ColourShare, ...]:
    """Name the colours of a garment with their shares.

    Parameters
    ----------
    rgba : (H, W, 4) uint8
        sRGB with straight alpha.

    Returns
    -------
    tuple of ColourShare
        Largest share first; empty when nothing is visible.
    """
    height, width = rgba.shape[:2]
    scale = min(1.0, SAMPLES_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Nearest, not mean: mixing the stripes of a shirt would invent colours it has not.
    small = np.asarray(cv2.resize(rgba, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    pixels = np.ascontiguousarray(small[small[..., 3] > 200][:, :3])
    if len(pixels) == 0:
        return ()
    names = colour_names(pixels)
    lab = oklab(pixels)
    shares: list[ColourShare] = []
    for name in PALETTE:
        own = names == name
        share = float(own.mean())
        if share >= SMALLEST_SHARE:
            light, a, b = (float(value) for value in np.median(lab[own], axis=0))
            hue = float(np.degrees(np.arctan2(b, a)) % 360)
            shares.append(
                ColourShare(name=name, share=share, oklch=(light, float(np.hypot(a, b)), hue))
            )
    return tuple(sorted(shares, key=lambda found: -found.share))
