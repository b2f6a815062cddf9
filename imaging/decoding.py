"""Untrusted bytes in, clean pixels out: the only place where a stranger's file is opened.

Call it in a sandboxed process only; whatever is refused says why and what to do about it.
"""

import contextlib
import struct
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Literal

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, ImageCms, JpegImagePlugin, UnidentifiedImageError, _webp

from imaging.normalising import finished, shrunk

SIZE_BYTES_MAX = 15_000_000
"""A telephone's photograph has 2 to 8 MB; more is a mistake or an attack."""

FileKind = Literal["JPEG", "PNG", "WEBP", "AVIF", "HEIF"]

PIXELS_MAX: Final[Mapping[FileKind, int]] = {
    "JPEG": 50_000_000,  # the largest sensors in telephones; opened at an eighth to a half of it
    "PNG": 25_000_000,
    "HEIF": 25_000_000,  # telephones make HEIC of 12 and 24 megapixels
    "AVIF": 16_000_000,
    "WEBP": 12_600_000,  # 4096 x 3072; its decoder holds the picture three times
}
"""What can be opened in 200 MB. All but JPEG are decoded at full size, whatever is kept of them."""

PROGRESSIVE_BYTES_MAX = 105_000_000
"""A progressive JPEG is held as coefficients, all of them, until its last scan has come."""

SIDE_PX_MAX = 2048
"""Longest side that is kept: enough for the body frame with room to move and scale."""

PHOTO_SIDE_PX_MIN = 200
"""Below this a face has fewer than twenty pixels and nothing can be cut out cleanly."""

_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_ANIMATED_FORMATS = frozenset({"PNG", "AVIF"})
"""A JPEG or HEIC with several pictures is a still with a depth or gain map, not a film."""

_DAMAGE: Final = (
    *(ArithmeticError, LookupError, OSError, SyntaxError, TypeError, ValueError, struct.error),
)
"""What Pillow's reader of EXIF raises where that is damaged."""


class ImageRefused(Exception):
    """An image was not accepted.

    Parameters
    ----------
    reason : str
        Stable code in kebab-case, for programs.
    message : str
        What is wrong and what to do about it, for the person who sent the image.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def too_much_memory() -> ImageRefused:
    """Say that the process may not hold as much as the picture needs.

    Returns
    -------
    ImageRefused
        With the reason ``too-much-memory``.
    """
    return ImageRefused(
        "too-much-memory",
        "This picture takes too much memory to open. Send a smaller or simpler version of it.",
    )


def decode(
    data: bytes, *, side_px_min: int = PHOTO_SIDE_PX_MIN, side_px_max: int | None = SIDE_PX_MAX
) -> NDArray[np.uint8]:
    """Decode a JPEG, PNG, WebP, AVIF or HEIC of unknown origin.

    Parameters
    ----------
    data : bytes
        The whole file.
    side_px_min : int
        Shortest side that is accepted, in pixels.
    side_px_max : int or None
        Pictures with a longer side are reduced to it; None leaves them as large as they are.

    Returns
    -------
    (H, W, 3) uint8 or (H, W, 4) uint8
        sRGB, upright, row 0 at the top, at most ``side_px_max`` on the longer side; four channels
        (straight alpha) only when something is transparent. A fresh array: no metadata survives.

    Raises
    ------
    ImageRefused
        With the reason ``empty-file``, ``too-many-bytes``, ``not-an-image``, ``truncated``,
        ``too-many-pixels``, ``too-much-memory``, ``animated``, ``too-small``, ``too-narrow`` or
        ``unreadable``.

    References
    ----------
    Source: own derivation.
    """
    kind = _kind_of(data)
    limits = _Limits(kind=kind, side_px_min=side_px_min, side_px_max=side_px_max)
    try:
        # Pillow warns above its own pixel limit and goes on: here the warning is the end.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _DECODERS.get(kind, _decoded)(data, limits)
    except ImageRefused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise limits.too_many_pixels() from None
    except MemoryError:
        raise too_much_memory() from None
    except Exception as error:  # noqa: BLE001 (decoders of five formats raise whatever they like)
        if "memory" in str(error).lower():
            raise too_much_memory() from None  # in the words of a library in C
        if "truncated" in str(error) or not _is_complete(data, kind):
            raise ImageRefused(
                "truncated", "The file ends too early. Send it again, or export it once more."
            ) from None
        raise ImageRefused(
            "unreadable",
            "The file is damaged and cannot be read. Open it in a photo app, "
            "save it again as JPEG or PNG, and send that.",
        ) from None


def load_decoders() -> None:
    """Load what is otherwise loaded with the first picture, and let no decoder start a thread.

    To be called once in a process that will not be able to read files any more.
    """
    pillow_heif.options.DECODE_THREADS = 1
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.init()
    seen = Image.new("RGB", (16, 16), (1, 2, 3))
    seen.getexif()[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
        target = BytesIO()
        seen.save(target, kind, icc_profile=profile, exif=seen.getexif())
        decode(target.getvalue(), side_px_min=1, side_px_max=8)
    target = BytesIO()
    pillow_heif.from_pillow(seen).save(target)
    decode(target.getvalue(), side_px_min=1, side_px_max=8)


def _kind_of(data: bytes) -> FileKind:
    if not data:
        raise ImageRefused("empty-file", "The file is empty. Choose the photograph again.")
    if len(data) > SIZE_BYTES_MAX:
        raise ImageRefused(
            "too-many-bytes",
            f"The file is larger than {SIZE_BYTES_MAX // 1_000_000} MB. "
            "Send a smaller version of the picture.",
        )
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        length = min(int.from_bytes(data[:4], "big"), 256)
        brands = {data[at : at + 4] for at in (8, *range(16, length, 4))}
        if brands & _AVIF_BRANDS:
            return "AVIF"
        if brands & _HEIF_BRANDS:
            return "HEIF"
    raise ImageRefused(
        "not-an-image",
        "This is not a picture we can read. Send a JPEG, PNG, WebP, AVIF or HEIC file.",
    )


@dataclass(frozen=True, kw_only=True)
class _Limits:
    kind: FileKind
    side_px_min: int
    side_px_max: int | None

    def checked(self, width: int, height: int) -> tuple[int, int]:
        """Give the size that is kept of a picture, unless it is refused for its own."""
        if width * height > PIXELS_MAX[self.kind]:
            raise self.too_many_pixels()
        if min(width, height) < self.side_px_min:
            raise ImageRefused(
                "too-small",
                f"The picture has only {width} x {height} pixels. "
                f"Send one with at least {self.side_px_min} on each side.",
            )
        ratio = 1.0 if self.side_px_max is None else min(1.0, self.side_px_max / max(width, height))
        target = max(1, round(width * ratio)), max(1, round(height * ratio))
        if ratio < 1 and min(target) < self.side_px_min:
            raise ImageRefused(
                "too-narrow",
                f"The picture is {width} x {height} pixels: too long for its width. "
                "Crop it to what is to be seen.",
            )
        return target

    def too_many_pixels(self) -> ImageRefused:
        megapixels = PIXELS_MAX[self.kind] / 1_000_000
        remedy = "" if self.kind == "JPEG" else ", or the same as JPEG"
        return ImageRefused(
            "too-many-pixels",
            f"The picture has more than {megapixels:g} megapixels. "
            f"Send a smaller version of it{remedy}.",
        )


def _decoded(data: bytes, limits: _Limits) -> NDArray[np.uint8]:
    """Decode what Pillow decodes, with the one decoder that belongs to the first bytes."""
    try:
        opened = Image.open(BytesIO(data), formats=(limits.kind,))  # reads the header only
    except UnidentifiedImageError as error:
        raise OSError(str(error)) from error
    with opened as image:
        target = limits.checked(*image.size)
        if limits.kind in _ANIMATED_FORMATS and getattr(image, "is_animated", False):
            raise _animated()
        if isinstance(image, JpegImagePlugin.JpegImageFile):
            if _coefficient_bytes(image) > PROGRESSIVE_BYTES_MAX:
                raise ImageRefused(
                    "too-many-pixels",
                    "This progressive JPEG is too large. Send a smaller version of it, "
                    "or save it as an ordinary (baseline) JPEG.",
                )
            # Only now that the pixels are counted: draft() rewrites the size.
            image.draft(None, target)
        image.load()  # all of it, before anything that forgives damage
        icc, orientation = image.info.get("icc_profile"), _orientation_of(image)
        image.fp = None  # of an AVIF it holds the whole picture once more
        small = shrunk(
            image.size, target, lambda top, bottom: image.crop((0, top, image.width, bottom))
        )
        return finished(small, icc, orientation)


def _decoded_heif(data: bytes, limits: _Limits) -> NDArray[np.uint8]:
    """Decode the primary picture of a HEIC; whatever else is in it stays closed."""
    # HeifImageFile would hold it twice.
    opened = pillow_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=True)
    found = opened[opened.primary_index]
    target = limits.checked(*found.size)
    pixels = np.asarray(found)[:, : found.size[0]]
    if pixels.dtype.itemsize > 1:
        pixels = (pixels >> 8).astype(np.uint8)
    small = shrunk(found.size, target, _rows_of(pixels))
    # libheif has turned it upright, and its EXIF no longer counts.
    return finished(small, found.info.get("icc_profile"), orientation=1)


def _decoded_webp(data: bytes, limits: _Limits) -> NDArray[np.uint8]:
    """Decode a still WebP."""
    limits.checked(*_webp_size(data))
    # WebPImageFile would hold it three times; its decoder takes two canvases when it is made.
    decoder = _webp.WebPAnimDecoder(data)
    (cols, rows), _, _, frames, mode = decoder.get_info()
    target = limits.checked(cols, rows)
    if frames > 1:
        raise _animated()
    exif, icc = Image.Exif(), decoder.get_chunk("ICCP")
    with contextlib.suppress(*_DAMAGE):
        exif.load(decoder.get_chunk("EXIF") or b"")
    drawn = decoder.get_next()
    if drawn is None:
        raise OSError("the picture itself cannot be decoded")
    pixels = np.frombuffer(drawn[0], np.uint8).reshape(rows, cols, 4)
    del decoder
    small = shrunk((cols, rows), target, _rows_of(pixels if mode == "RGBA" else pixels[..., :3]))
    return finished(small, icc, exif.get(0x0112, 1))


def _webp_size(data: bytes) -> tuple[int, int]:
    """Read the size of a WebP's canvas.

    References
    ----------
    RFC 9649, "WebP Image Format", sections 2.5 to 2.7; RFC 6386, section 9.1.
    """
    match data[12:16]:
        case b"VP8X":
            return (
                1 + int.from_bytes(data[24:27], "little"),
                1 + int.from_bytes(data[27:30], "little"),
            )
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case _:
            return (
                int.from_bytes(data[26:28], "little") & 0x3FFF,
                int.from_bytes(data[28:30], "little") & 0x3FFF,
            )


def _rows_of(pixels: NDArray[np.uint8]) -> Callable[[int, int], Image.Image]:
    return lambda top, bottom: Image.fromarray(np.ascontiguousarray(pixels[top:bottom]))


_DECODERS: Final = {"HEIF": _decoded_heif, "WEBP": _decoded_webp}


def _animated() -> ImageRefused:
    return ImageRefused("animated", "This image moves. Choose a still picture instead.")


def _coefficient_bytes(image: JpegImagePlugin.JpegImageFile) -> int:
    """Count what libjpeg keeps of a progressive JPEG: two bytes for each sample of each component.

    Components are subsampled by their own factors; a baseline JPEG is decoded row by row.
    """
    if "progressive" not in image.info:
        return 0
    factors = [(across, down) for _, across, down, _ in image.layer]
    most = max(across for across, _ in factors) * max(down for _, down in factors)
    samples = sum(across * down for across, down in factors)
    return 2 * image.width * image.height * samples // max(1, most)


def _orientation_of(image: Image.Image) -> object:
    """Read how the camera was held; EXIF as damaged as telephones write it says nothing."""
    with contextlib.suppress(*_DAMAGE):
        return image.getexif().get(0x0112, 1)
    return 1


def _is_complete(data: bytes, kind: FileKind) -> bool:
    """Look for the end a whole file of this kind has; asked only after decoding has failed."""
    match kind:
        case "JPEG":
            return b"\xff\xd9" in data[-65536:]
        case "PNG":
            return b"IEND" in data[-65536:]
        case "WEBP":
            return len(data) >= int.from_bytes(data[4:8], "little") + 8
        case "AVIF" | "HEIF":
            at = 0
            while at + 8 <= len(data):
                length = int.from_bytes(data[at : at + 4], "big")
                if length < 8:
                    return length in {0, 1}
                at += length
            return at <= len(data)
