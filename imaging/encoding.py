"""Our own pictures as bytes and back: the same pixels give the same bytes, without metadata."""

from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image


def to_png(picture: NDArray[np.uint8]) -> bytes:
    """Encode without loss.

    Parameters
    ----------
    picture : (H, W, 3) uint8 or (H, W, 4) uint8
        sRGB, straight alpha.

    Returns
    -------
    bytes
        A PNG without metadata; the same pixels give the same bytes.
    """
    return _encode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 3])


def to_webp(picture: NDArray[np.uint8], *, quality: int, effort: int = 4) -> bytes:
    """Encode small, for looking at.

    Parameters
    ----------
    picture : (H, W, 3) uint8 or (H, W, 4) uint8
        sRGB, straight alpha.
    quality : int
        1 (small) to 100 (good).
    effort : int, optional
        0 (quick) to 6 (thorough). 2 takes half the time of 4, for a twentieth more bytes.

    Returns
    -------
    bytes
        A lossy WebP without metadata.

    Raises
    ------
    ValueError
        The quality or the effort is out of range.
    """
    if not 0 <= effort <= 6:
        raise ValueError(f"effort must be 0 to 6, not {effort}")
    target = BytesIO()
    # OpenCV has the same encoder, but always takes the effort 4.
    Image.fromarray(picture).save(target, "WEBP", quality=_checked(quality), method=effort)
    return target.getvalue()


def to_exact_webp(picture: NDArray[np.uint8]) -> bytes:
    """Write a WebP that keeps every visible pixel as it is.

    Parameters
    ----------
    picture : (H, W, 3) or (H, W, 4) uint8
        sRGB, straight alpha.

    Returns
    -------
    bytes
        About three times those of `to_webp`, which halves the resolution of colours. Where a
        picture is transparent its colours are not kept.
    """
    target = BytesIO()
    # The quality of an exact picture is the effort spent on its size.
    Image.fromarray(picture).save(target, "WEBP", lossless=True, quality=50, method=3)
    return target.getvalue()


def to_jpeg(picture: NDArray[np.uint8], *, quality: int) -> bytes:
    """Encode quickly, for looking at.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        sRGB.
    quality : int
        1 (small) to 100 (good).

    Returns
    -------
    bytes
        A baseline JPEG without metadata.

    Raises
    ------
    ValueError
        The quality is out of range, or the picture has an alpha channel.
    """
    if picture.shape[2] != 3:
        raise ValueError("a JPEG has no alpha channel: lay the picture over a background first")
    return _encode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _checked(quality)])


def from_png(data: bytes) -> NDArray[np.uint8]:
    """Read a PNG that ``to_png`` wrote; never anything that came from outside.

    Parameters
    ----------
    data : bytes
        A PNG of our own.

    Returns
    -------
    (H, W, 3) uint8 or (H, W, 4) uint8
        sRGB, straight alpha.

    Raises
    ------
    ValueError
        The bytes are not such a PNG.
    """
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) if data else None
    if picture is None or picture.ndim != 3 or picture.dtype != np.uint8:
        raise ValueError("not a PNG with three or four channels of eight bits")
    return _swapped(np.asarray(picture, dtype=np.uint8))


def _checked(quality: int) -> int:
    if not 1 <= quality <= 100:
        raise ValueError(f"quality must be 1 to 100, not {quality}")
    return quality


def _encode(suffix: str, picture: NDArray[np.uint8], parameters: list[int]) -> bytes:
    written, data = cv2.imencode(suffix, _swapped(picture), parameters)
    if not written:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as {suffix}")
    return data.tobytes()


def _swapped(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Exchange red and blue: OpenCV keeps blue first."""
    order = [2, 1, 0, 3][: picture.shape[2]]
    return np.ascontiguousarray(picture[:, :, order])
