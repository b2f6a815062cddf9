"""Layers over a picture: exact where a layer is transparent, integer colours, box by box."""

import cv2
import numpy as np
from cv2.typing import MatLike
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
    if rgba.size == 0:
        return rgba.copy()
    alpha = cv2.extractChannel(rgba, 3)
    whole = np.full(rgba.shape[:2], 255, np.uint8)
    # Products of two bytes are never half-way between two multiples of 255: all roundings agree.
    shares = cv2.merge([alpha, alpha, alpha, whole])
    return np.asarray(cv2.multiply(rgba, shares, scale=1 / 255), np.uint8)


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
    trim = _where_any(cv2.extractChannel(layer, 3))
    under, layer = picture[box.window()][trim], layer[trim]
    if layer.size == 0:
        return
    layer_alpha = np.asarray(cv2.extractChannel(layer, 3))
    # Nearly all of a garment hides what is beneath it: that is copied, its edges are reckoned.
    cv2.copyTo(layer, cv2.inRange(layer_alpha, 255, 255), under)
    edge = np.flatnonzero(np.not_equal(cv2.inRange(layer_alpha, 1, 254), 0))
    if edge.size:
        edges = np.divmod(edge, layer.shape[1])
        # Four bytes are moved as one number: that is several times faster to gather.
        pixels, above = (array.view(np.uint32)[..., 0] for array in (under, layer))
        pixels[edges] = _mixed(pixels[edges], above[edges])


def _mixed(under: NDArray[np.uint32], over: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Mix pixels, straight beneath and premultiplied above, to straight ones."""
    below = under.view(np.uint8).reshape(-1, 4).astype(np.float32)
    above = over.view(np.uint8).reshape(-1, 4).astype(np.float32)
    left_alpha = (1 - above[:, 3] * np.float32(1 / 255)) * below[:, 3]
    alpha = left_alpha + above[:, 3]
    safe = np.maximum(alpha, 1)
    above *= (255 / safe)[:, None]
    below *= (left_alpha / safe)[:, None]
    above += below
    above[:, 3] = alpha
    return np.asarray(cv2.convertScaleAbs(above), np.uint8).view(np.uint32)[:, 0]


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
    light = cv2.bitwise_not(shadow)
    whole = np.full_like(shadow, 255)
    cv2.multiply(under, cv2.merge([light, light, light, whole]), dst=under, scale=1 / 255)


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
