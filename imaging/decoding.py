"""Untrusted bytes in, clean pixels out: the only place where a stranger's file is opened.

Call it in a sandboxed process only; whatever is refused says why and what to do about it.
"""

import warnings
from io import BytesIO
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from pillow_heif import HeifImageFile

SIZE_BYTES_MAX = 15_000_000
"""A telephone's photograph has 2 to 8 MB; more is a mistake or an attack."""

PIXELS_MAX = 50_000_000
"""The largest sensors in telephones deliver 48 to 50 megapixels."""

SIDE_PX_MAX = 2048
"""Longest side that is kept: enough for the body frame with room to move and scale."""

PHOTO_SIDE_PX_MIN = 200
"""Below this a face has fewer than twenty pixels and nothing can be cut out cleanly."""

FileKind = Literal["JPEG", "PNG", "WEBP", "AVIF", "HEIF"]

_ICC_BYTES_MAX = 4_000_000
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_ANIMATED_FORMATS = frozenset({"PNG", "WEBP", "AVIF"})
"""A JPEG or HEIC with several pictures is a still with a depth or gain map, not a film."""


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
        ``too-many-pixels``, ``animated``, ``too-small`` or ``unreadable``.

    References
    ----------
    Source: own derivation.
    """
    kind = _kind_of(data)
    try:
        # Pillow warns above its own pixel limit and goes on: here the warning is the end.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with _open(data, kind) as image:
                _check_size(image.size, side_px_min=side_px_min)
                if kind in _ANIMATED_FORMATS and getattr(image, "is_animated", False):
                    raise ImageRefused(  # noqa: TRY301 (passes through the clause below unchanged)
                        "animated", "This image moves. Choose a still picture instead."
                    )
                return _pixels_of(image, side_px_max=side_px_max)
    except ImageRefused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_many_pixels() from None
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (decoders of five formats raise whatever they like)
        if "truncated" in str(error) or not _is_complete(data, kind):
            raise ImageRefused(
                "truncated", "The file ends too early. Send it again, or export it once more."
            ) from None
        raise ImageRefused(
            "unreadable",
            "The file is damaged and cannot be read. Open it in a photo app, "
            "save it again as JPEG or PNG, and send that.",
        ) from None


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


def _open(data: bytes, kind: FileKind) -> Image.Image:
    """Read the header only, with the one decoder that belongs to the first bytes."""
    if kind == "HEIF":
        return HeifImageFile(BytesIO(data))  # type: ignore[no-untyped-call]
    try:
        return Image.open(BytesIO(data), formats=(kind,))
    except UnidentifiedImageError as error:
        raise OSError(str(error)) from error


def _check_size(size: tuple[int, int], *, side_px_min: int) -> None:
    width, height = size
    if width * height > PIXELS_MAX:
        raise _too_many_pixels()
    if min(width, height) < side_px_min:
        raise ImageRefused(
            "too-small",
            f"The picture has only {width} x {height} pixels. "
            f"Send one with at least {side_px_min} on each side.",
        )


def _too_many_pixels() -> ImageRefused:
    return ImageRefused(
        "too-many-pixels",
        f"The picture has more than {PIXELS_MAX // 1_000_000} megapixels. "
        "Send a smaller version of it.",
    )


def _pixels_of(image: Image.Image, *, side_px_max: int | None) -> NDArray[np.uint8]:
    """Shrink first, so that every later step works on no more pixels than are wanted."""
    icc = image.info.get("icc_profile")
    orientation = image.getexif().get(0x0112, 1)
    ratio = 1.0 if side_px_max is None else min(1.0, side_px_max / max(image.size))
    target = (max(1, round(image.width * ratio)), max(1, round(image.height * ratio)))
    if image.format in {"JPEG", "MPO"}:
        # Only now that the pixels are counted: draft() rewrites the size.
        image.draft(None, target)
    small = _eight_bit(image)
    if small.size != target:
        small = small.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)
    small = _to_srgb(small, icc)
    if orientation != 1:
        small.getexif()[0x0112] = orientation
        small = ImageOps.exif_transpose(small)
    pixels = np.array(small, dtype=np.uint8)
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
        return image.convert("RGBA")
    if image.mode in {"L", "RGB", "CMYK"}:
        image.load()
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
