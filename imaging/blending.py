"""Layers over a picture: exact where a layer is transparent, integer colours, box by box."""

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from imaging.warping import Box

WHOLE = 255
"""Alpha of what hides all that is beneath it."""

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
    if rgba.size == 0:
        return rgba.copy()
    # Products of two bytes are never half-way between two multiples of 255: all roundings agree.
    shares = cv2.cvtColor(cv2.extractChannel(rgba, 3), cv2.COLOR_GRAY2BGRA)
    return np.asarray(cv2.multiply(rgba, shares, scale=1 / 255), np.uint8)


def lay_over(picture: NDArray[np.uint8], layer: NDArray[np.uint8], box: Box) -> None:
    """Lay a premultiplied layer over a picture with straight alpha, in place.

    Parameters
    ----------
    picture : (H, W, 4) uint8
        Straight alpha, contiguous; changed inside the box only where the layer is not transparent.
    layer : (h, w, 4) uint8
        Premultiplied alpha, contiguous, the size of the box.
    box : Box
        Where in the picture the layer lies.

    References
    ----------
    T. Porter, T. Duff, "Compositing digital images", SIGGRAPH 1984.
    """
    if box.is_empty:
        return
    alpha = np.asarray(cv2.extractChannel(layer, 3))
    # Nearly all of a garment hides what is beneath it: that is copied, its edges are reckoned.
    cv2.copyTo(layer, cv2.inRange(alpha, 255, 255), picture[box.window()])
    edges = np.flatnonzero(alpha - np.uint8(1) < WHOLE - 1)  # 0 becomes 255
    if edges.size:
        above = _pixels(layer)[edges]
        edges += edges // layer.shape[1] * (picture.shape[1] - layer.shape[1])
        edges += box.top * picture.shape[1] + box.left
        pixels = _pixels(picture)
        pixels[edges] = _mixed(pixels[edges], above)


def _pixels(rgba: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """View a picture's pixels one after the other, each as a number: so they are fast to gather."""
    assert rgba.flags.c_contiguous  # or it would be a copy
    return rgba.view(np.uint32).reshape(-1)


def _mixed(under: NDArray[np.uint32], over: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Mix pixels, straight beneath and premultiplied above, to straight ones."""
    below, above = _channels(under), _channels(over)
    left_alpha = (1 - above[3] * np.float32(1 / 255)) * below[3]
    alpha = left_alpha + above[3]
    safe = np.maximum(alpha, 1)
    above *= 255 / safe
    below *= left_alpha / safe
    above += below
    above[3] = alpha
    mixed = np.asarray(cv2.merge(list(cv2.convertScaleAbs(above)[:, None])), np.uint8)
    return _pixels(mixed)


def _channels(pixels: NDArray[np.uint32]) -> NDArray[np.float32]:
    """Take pixels apart, (4, N)."""
    return np.concatenate(cv2.split(pixels.view(np.uint8).reshape(1, -1, 4))).astype(np.float32)


def _where_any(mask: MatLike) -> tuple[slice, slice]:
    """Find the smallest window outside of which a mask is zero."""
    left, top, width, height = cv2.boundingRect(mask)
    return slice(top, top + height), slice(left, left + width)


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
    trim = _where_any(shadow)
    under, shadow = picture[box.window()][trim], shadow[trim]
    if shadow.size == 0:
        return
    light = cv2.cvtColor(cv2.bitwise_not(shadow), cv2.COLOR_GRAY2BGRA)
    cv2.multiply(under, light, dst=under, scale=1 / 255)


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
    outside = cv2.multiply(wide, cv2.bitwise_not(alpha), scale=strength / 255)
    return np.asarray(outside, np.uint8)


def bring_forward(
    picture: NDArray[np.uint8],
    base: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    touched: NDArray[np.bool_],
) -> None:
    """Lay pixels of a base back over what covers them, in place.

    Parameters
    ----------
    picture : (H, W, 4) uint8
        Straight alpha.
    base : (H, W, 4) uint8
        Straight alpha; what the picture was before anything was drawn.
    mask : (H, W) uint8
        How much of the base comes forward.
    touched : (H, W) bool
        Where the picture may differ from its beginning; elsewhere nothing is done.
    """
    shown = np.where(touched, mask, np.uint8(0))
    rows = np.flatnonzero(shown.any(axis=1))
    if rows.size == 0:
        return
    cols = np.flatnonzero(shown.any(axis=0))
    box = Box(
        top=int(rows[0]), left=int(cols[0]), bottom=int(rows[-1]) + 1, right=int(cols[-1]) + 1
    )
    own = premultiply(base[box.window()])
    weight = shown[box.window()].astype(np.uint16)[..., None]
    lay_over(picture, ((own * weight + 127) // 255).astype(np.uint8), box)
