"""Layers over a picture: exact where a layer is transparent, integer colours, box by box."""

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.warping import Box

SHADOW_STRENGTH = 0.30
"""Darkest contact shadow; a sleeve on a body in soft daylight."""


def premultiply(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Multiply colours by alpha.

    Parameters
    ----------
    rgba : (H, W, 4) uint8
        Straight alpha.

    Returns
    -------
    (H, W, 4) uint8
        Premultiplied alpha, rounded.
    """
    alpha = rgba[..., 3:].astype(np.uint16)
    colour = (rgba[..., :3] * alpha + 127) // 255
    return np.concatenate([colour.astype(np.uint8), rgba[..., 3:]], axis=2)


def lay_over(picture: NDArray[np.uint8], layer: NDArray[np.uint8], box: Box) -> None:
    """Lay a premultiplied layer over a picture with straight alpha, in place.

    Parameters
    ----------
    picture : (H, W, 4) uint8
        Straight alpha; changed inside the box only where the layer is not transparent.
    layer : (h, w, 4) uint8
        Premultiplied alpha, the size of the box.
    box : Box
        Where in the picture the layer lies.

    References
    ----------
    T. Porter, T. Duff, "Compositing digital images", SIGGRAPH 1984.
    """
    if box.is_empty:
        return
    under = picture[box.window()]
    seen = layer[..., 3] > 0
    rows = np.flatnonzero(seen.any(axis=1))
    if rows.size == 0:
        return
    cols = np.flatnonzero(seen.any(axis=0))
    trim = (slice(rows[0], rows[-1] + 1), slice(cols[0], cols[-1] + 1))
    under, layer, seen = under[trim], layer[trim], seen[trim]
    over_alpha = layer[..., 3].astype(np.float32) * np.float32(1 / 255)
    left_alpha = (1 - over_alpha) * under[..., 3]
    alpha = left_alpha + layer[..., 3]
    weight = (left_alpha / np.maximum(alpha, 1))[..., None]
    gain = (255 / np.maximum(alpha, 1))[..., None]
    colour = cv2.multiply(layer[..., :3].astype(np.float32), np.repeat(gain, 3, axis=2))
    colour += under[..., :3] * weight
    mixed = np.dstack([colour, alpha])
    mixed = cv2.convertScaleAbs(mixed)
    np.copyto(under, mixed, where=seen[..., None])


def darken(picture: NDArray[np.uint8], shadow: NDArray[np.uint8], box: Box) -> None:
    """Darken the colours of a picture, in place; its alpha stays.

    Parameters
    ----------
    picture : (H, W, 4) uint8
        Straight alpha.
    shadow : (h, w) uint8
        0 leaves a pixel as it is, 255 makes it black.
    box : Box
        Where in the picture the shadow lies.
    """
    if box.is_empty:
        return
    under = picture[box.window()]
    rows, cols = np.nonzero(shadow)
    light = 255 - shadow[rows, cols].astype(np.uint16)
    dark = (under[rows, cols, :3] * light[:, None] + 127) // 255
    under[rows, cols, :3] = dark.astype(np.uint8)


def contact_shadow(
    alpha: NDArray[np.uint8], *, reach_px: float, strength: float = SHADOW_STRENGTH
) -> NDArray[np.uint8]:
    """Shadow that a garment casts on what lies directly beneath it, light from above.

    Parameters
    ----------
    alpha : (H, W) uint8
        Of the garment.
    reach_px : float
        How far the shadow reaches beyond the edge.
    strength : float, optional
        0 to 1.

    Returns
    -------
    (H, W) uint8
        For `darken`; zero at a distance above about ``2 * reach_px``.

    References
    ----------
    Source: own derivation.
    """
    half = 0.5
    height, width = alpha.shape
    small = cv2.resize(alpha, (max(1, width // 2), max(1, height // 2)))
    move = np.array([[1, 0, 0], [0, 1, reach_px * half * 0.6]], np.float32)
    moved = cv2.warpAffine(small, move, (small.shape[1], small.shape[0]))
    size = 2 * max(1, round(reach_px * half)) + 1
    soft = cv2.blur(cv2.blur(moved, (size, size)), (size, size))
    wide = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
    outside = cv2.multiply(wide, 255 - alpha, scale=strength / 255)
    return np.asarray(outside, np.uint8)
