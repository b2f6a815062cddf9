"""Other sizes of a picture: averaged when it shrinks, interpolated when it grows."""

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value", np.uint8, np.float32)


def resized(picture: NDArray[Value], rows: int, cols: int) -> NDArray[Value]:
    """Give a picture another size.

    Parameters
    ----------
    picture : (H, W) or (H, W, C) uint8 or float32
        Any channels; for alpha use ``resized_rgba``.
    rows, cols : int
        The new size in pixels, at least 1 each.

    Returns
    -------
    (rows, cols) or (rows, cols, C) uint8 or float32
        As ``picture``.
    """
    shrinks = rows * cols < picture.shape[0] * picture.shape[1]
    sampling = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    result = cv2.resize(picture, (cols, rows), interpolation=sampling)
    return np.asarray(result).astype(picture.dtype, copy=False)


def resized_rgba(rgba: NDArray[np.uint8], rows: int, cols: int) -> NDArray[np.uint8]:
    """Give a cut-out picture another size, without invisible colours bleeding into its edges.

    Parameters
    ----------
    rgba : (H, W, 4) uint8
        sRGB, straight alpha.
    rows, cols : int
        The new size in pixels, at least 1 each.

    Returns
    -------
    (rows, cols, 4) uint8
        sRGB, straight alpha.
    """
    return straight(resized(premultiplied(rgba), rows, cols))


def premultiplied(rgba: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Multiply the colours by alpha, as every resampling wants them.

    Parameters
    ----------
    rgba : (H, W, 4) uint8
        sRGB, straight alpha.

    Returns
    -------
    (H, W, 4) float32
        0 to 255, colours multiplied by alpha.
    """
    result = rgba.astype(np.float32)
    result[:, :, :3] *= result[:, :, 3:] / np.float32(255)
    return result


def straight(premultiplied_rgba: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Divide the colours by alpha again.

    Parameters
    ----------
    premultiplied_rgba : (H, W, 4) float32
        0 to 255, colours multiplied by alpha.

    Returns
    -------
    (H, W, 4) uint8
        sRGB, straight alpha; all channels 0 where nothing is visible.
    """
    opacity = premultiplied_rgba[:, :, 3:]
    result = np.empty(premultiplied_rgba.shape, np.float32)
    np.divide(premultiplied_rgba[:, :, :3] * 255, np.maximum(opacity, 0.5), out=result[:, :, :3])
    result[:, :, 3:] = opacity
    result *= opacity >= 0.5
    return np.rint(np.clip(result, 0, 255)).astype(np.uint8)
