"""How different two colours look: CIEDE2000 of CIELAB."""

import cv2
import numpy as np
from numpy.typing import NDArray


def difference(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float64]:
    """CIEDE2000 of CIELAB colours (N, 3); G. Sharma, W. Wu, E. N. Dalal, 2005."""
    (l1, a1, b1), (l2, a2, b2) = first.astype(float).T, second.astype(float).T
    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180
    turn[c1 * c2 == 0] = 0
    mean_l, mean_c, mean_h = (l1 + l2) / 2, (c1 + c2) / 2, h1 + turn / 2
    mean_h = np.where(c1 * c2 == 0, h1 + h2, mean_h)
    tilt = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    light = (l2 - l1) / (1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2))
    chroma = (c2 - c1) / (1 + 0.045 * mean_c)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2) / (1 + 0.015 * mean_c * tilt)
    twist = -2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
    twist *= np.sin(np.radians(60 * np.exp(-((((mean_h % 360) - 275) / 25) ** 2))))
    return np.asarray(np.sqrt(light**2 + chroma**2 + hue**2 + twist * chroma * hue))


def lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    colours = np.ascontiguousarray(rgb[None]).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2LAB)[0], np.float32)
