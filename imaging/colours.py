"""Colours of a garment: shares of the fourteen names a shopper can search by."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

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
