"""Decoded pixels of any kind become small, upright sRGB, in little memory."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_ICC_BYTES_MAX = 4_000_000
_STRIP_ROWS = 256

_UPRIGHT: Final[Mapping[object, Image.Transpose]] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture upright, by the orientation in its EXIF."""


def shrunk(
    size: tuple[int, int], target: tuple[int, int], rows_of: Callable[[int, int], Image.Image]
) -> Image.Image:
    """Bring a picture to eight bits a channel and another size.

    As Pillow does it, first across and then down; but the first step goes strip by strip, because
    each conversion of the whole picture would take as much memory as the picture itself.

    Parameters
    ----------
    size, target : (int, int)
        Width and height as they are and as they shall be, at least 1 each.
    rows_of : callable
        Gives the rows from the first number to the second one, end out, of any mode.

    Returns
    -------
    Image
        L, RGB, RGBA (straight alpha), or CMYK, of the target's size.
    """
    if size == target:
        return _eight_bit(rows_of(0, size[1]))
    cols, rows = target
    narrow: Image.Image | None = None
    for top in range(0, size[1], _STRIP_ROWS):
        strip = _eight_bit(rows_of(top, min(top + _STRIP_ROWS, size[1])))
        if strip.mode == "RGBA":
            strip = strip.convert("RGBa")  # lest what is invisible colours the edges
        if narrow is None:
            narrow = Image.new(strip.mode, (cols, size[1]))
        narrow.paste(strip.resize((cols, strip.height), Image.Resampling.LANCZOS), (0, top))
    assert narrow is not None, "a picture has a row"
    small = narrow.resize((cols, rows), Image.Resampling.LANCZOS)
    return small.convert("RGBA") if small.mode == "RGBa" else small


def finished(image: Image.Image, icc: object, orientation: object) -> NDArray[np.uint8]:
    """Convert to sRGB and turn upright: last, when there are no more pixels than are kept.

    Parameters
    ----------
    image : Image
        L, RGB, RGBA or CMYK.
    icc : bytes or None
        Its colour profile; one that is broken or does not fit counts as none.
    orientation : int
        As EXIF has it; anything but 2 to 8 means upright.

    Returns
    -------
    (H, W, 3) uint8 or (H, W, 4) uint8
        sRGB; four channels (straight alpha) only when something is transparent.

    References
    ----------
    CIPA DC-008, "Exchangeable image file format (Exif)", tag Orientation.
    """
    picture = _to_srgb(image, icc)
    turn = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    if turn is not None:
        picture = picture.transpose(turn)
    pixels = np.array(picture, dtype=np.uint8)
    if pixels.shape[2] == 4 and bool((pixels[:, :, 3] == 255).all()):
        return np.ascontiguousarray(pixels[:, :, :3])
    return pixels


def _eight_bit(image: Image.Image) -> Image.Image:
    """Bring palettes, bit masks and 16-bit greys to L, RGB, RGBA or CMYK."""
    if image.mode in {"I", "I;16", "I;16B", "I;16L", "I;16N"}:
        grey = np.asarray(image)
        if grey.dtype.itemsize > 2:
            grey = np.clip(grey, 0, 65535)
        return Image.fromarray((grey >> 8).astype(np.uint8))
    if image.has_transparency_data:
        return image.convert("RGBA")  # of a palette or a colour that stands for nothing, too
    if image.mode in {"L", "RGB", "CMYK"}:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _to_srgb(image: Image.Image, icc: object) -> Image.Image:
    """Convert to sRGB; a broken or foreign profile counts as none."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if isinstance(icc, bytes) and 0 < len(icc) <= _ICC_BYTES_MAX:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(icc)),
                ImageCms.createProfile("sRGB"),
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode=mode,
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    return image.convert(mode)
