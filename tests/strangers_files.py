"""Files as strangers send them: those that must be refused, and odd ones that must be read.

All of them are made here, byte by byte where no program would write such a thing.
"""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms, ImageDraw
from pillow_heif import from_bytes, from_pillow

from imaging.decoding import SIZE_BYTES_MAX

RED, BLUE = (200, 30, 40), (20, 40, 190)
GPS_INFO, ORIENTATION, DESCRIPTION = 0x8825, 0x0112, 0x010E


def picture(mode: str = "RGB", *, width: int = 320, height: int = 240) -> Image.Image:
    """Red at the top left, blue elsewhere."""
    image = Image.new("RGB", (width, height), BLUE)
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height // 2), fill=RED)
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def heic(image: Image.Image, **options: object) -> bytes:
    target = BytesIO()
    from_pillow(image).save(target, **{"quality": 90, **options})
    return target.getvalue()


def film(kind: str, *, frames: int = 3) -> bytes:
    drawn = [picture().rotate(90 * number) for number in range(frames)]
    return saved(drawn[0], kind, save_all=True, append_images=drawn[1:], duration=50)


# ---------------------------------------------------------------- PNG


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bomb(width: int, height: int) -> bytes:
    """A PNG of one bit per pixel, all zero: 20,000 pixels a side fit in 49 kilobytes."""
    packer = zlib.compressobj(9)
    line = bytes(1 + (width + 7) // 8)
    body = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def with_chunk(png: bytes, name: bytes, body: bytes) -> bytes:
    """Put a chunk behind the header."""
    return png[:33] + chunk(name, body) + png[33:]


@cache
def zeros(megabytes: int) -> bytes:
    """So many zeros, compressed a thousandfold."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()


# --------------------------------------------------------------- JPEG


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def with_segment(jpeg: bytes, marker: int, body: bytes) -> bytes:
    """Put a segment behind the first marker."""
    return jpeg[:2] + segment(marker, body) + jpeg[2:]


def claiming(jpeg: bytes, width: int, height: int) -> bytes:
    """Change the size in the header of a JPEG, baseline or progressive."""
    at = max(jpeg.find(b"\xff\xc0\x00\x11"), jpeg.find(b"\xff\xc2\x00\x11"))
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def of_many_scans(width: int, height: int, *, scans: int) -> bytes:
    """A progressive JPEG whose every scan says of every block, in a few bytes: nothing more."""
    jpeg = claiming(saved(picture(), "JPEG", progressive=True), width, height)
    starts = [at for at in range(len(jpeg) - 1) if jpeg[at : at + 2] == b"\xff\xda"]
    last = jpeg[starts[-1] : -2]
    return jpeg[:-2] + last * scans + b"\xff\xd9"


def tiff(entries: list[tuple[int, int, int, bytes]], *, tail: bytes = b"") -> bytes:
    """EXIF as it lies in a file: one directory of tag, type, count and value or offset."""
    head = b"Exif\0\0MM\0\x2a\0\0\0\x08" + struct.pack(">H", len(entries))
    body = b"".join(struct.pack(">HHI", *entry[:3]) + entry[3] for entry in entries)
    return head + body + bytes(4) + tail


def exif(**tags: object) -> Image.Exif:
    found = Image.Exif()
    names = {"orientation": ORIENTATION, "description": DESCRIPTION}
    for name, value in tags.items():
        found[names[name]] = value
    gps = found.get_ifd(GPS_INFO)
    gps[1], gps[2] = "N", (52.0, 31.0, 12.0)
    return found


def with_second_picture(*, is_gain_map: bool) -> bytes:
    """Two JPEGs in one file, as telephones store depth (MPO) or brightness (Ultra HDR)."""
    target = BytesIO()
    both = saved(picture(), "MPO", save_all=True, append_images=[picture("L").convert("RGB")])
    if not is_gain_map:
        return both
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description hdrgm:Version="1.0"/>'
    target.write(with_segment(both, 0xE1, xmp))
    return target.getvalue()


# --------------------------------------------------------------- HEIF


def claiming_extent(heif: bytes, width: int, height: int) -> bytes:
    """Change the size in the header of a HEIC or AVIF, wherever it says one."""
    parts = heif.split(b"ispe\0\0\0\0")
    size = struct.pack(">II", width, height)
    return b"ispe\0\0\0\0".join([parts[0], *(size + part[8:] for part in parts[1:])])


def of_ten_bits() -> bytes:
    """A HEIC as cameras with more than eight bits write it."""
    values = np.asarray(picture()).astype(np.uint16) * 257
    target = BytesIO()
    from_bytes("RGB;16", (320, 240), values.tobytes()).save(target, quality=90)
    return target.getvalue()


def of_several_pictures() -> bytes:
    """A HEIC whose first picture is not the one to show."""
    heif = from_pillow(picture("L").convert("RGB"))
    heif.add_from_pillow(picture())
    target = BytesIO()
    heif.save(target, quality=90, primary_index=1)
    return target.getvalue()


def with_thumbnail() -> bytes:
    heif = from_pillow(picture(width=1280, height=960))
    target = BytesIO()
    heif.save(target, quality=90, thumbnails=[256])
    return target.getvalue()


# ------------------------------------------------------------ profiles


def profile(*, primaries: dict[bytes, tuple[float, float, float]]) -> bytes:
    """The sRGB profile with other primaries (XYZ under D50)."""
    icc = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(132, 132 + 12 * int.from_bytes(icc[128:132], "big"), 12):
        name, offset = bytes(icc[at : at + 4]), int.from_bytes(icc[at + 4 : at + 8], "big")
        if name in primaries:
            fixed = [round(value * 65536) for value in primaries[name]]
            icc[offset + 8 : offset + 20] = struct.pack(">iii", *fixed)
    return bytes(icc)


DISPLAY_P3 = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
"""What telephones photograph in; adapted to D50 as ICC wants it."""


JPEG = saved(picture(), "JPEG", quality=95)
PNG = saved(picture(), "PNG")
WEBP = saved(picture(), "WEBP", quality=95)
AVIF = saved(picture(), "AVIF", quality=95)
HEIC = heic(picture())
BOMB = bomb(20_000, 20_000)
EXIF_BOMB = tiff(
    [(0x9000 + n, 7, 500_000, struct.pack(">I", 26)) for n in range(20_000)], tail=bytes(500_000)
)
"""Twenty thousand entries, each of which is the same half megabyte: ten gigabytes in all."""

HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty-file"),
    "one byte": (b"\xff", "not-an-image"),
    "text": (b"<script>alert(1)</script>", "not-an-image"),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not-an-image"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not-an-image"),
    "a film as GIF": (film("GIF"), "not-an-image"),
    "a still as GIF, named like a PNG": (saved(picture("P"), "GIF"), "not-an-image"),
    "TIFF": (saved(picture(), "TIFF"), "not-an-image"),
    "BMP": (saved(picture(), "BMP"), "not-an-image"),
    "JPEG 2000": (saved(picture(), "JPEG2000"), "not-an-image"),
    "PDF": (saved(picture(), "PDF"), "not-an-image"),
    "a film as MP4": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(99), "not-an-image"),
    "first bytes of a JPEG, then noise": (b"\xff\xd8\xff" + bytes(range(256)) * 9, "truncated"),
    "half a JPEG": (JPEG[: len(JPEG) // 2], "truncated"),
    "half a PNG": (PNG[: len(PNG) // 2], "truncated"),
    "half a WebP": (WEBP[: len(WEBP) // 2], "truncated"),
    "half an AVIF": (AVIF[: len(AVIF) // 2], "truncated"),
    "half a HEIC": (HEIC[: len(HEIC) // 2], "truncated"),
    "a PNG with a broken middle": (PNG[:60] + b"\x00" * 40 + PNG[100:], "unreadable"),
    "a PNG whose header is wrong": (PNG[:16] + b"\0\0\0\0" + PNG[20:], "unreadable"),
    "400 megapixels in 49 kilobytes": (BOMB, "too-many-pixels"),
    "just under Pillow's own limit": (bomb(9_400, 9_400), "too-many-pixels"),
    "just over our limit": (bomb(5_100, 5_100), "too-many-pixels"),
    "a progressive JPEG of 96 megapixels": (
        claiming(saved(picture(), "JPEG", progressive=True), 12_000, 8_000),
        "too-many-pixels",
    ),
    "a progressive JPEG that cannot be held": (
        claiming(saved(picture(), "JPEG", progressive=True, subsampling=0), 7_000, 4_000),
        "too-many-pixels",
    ),
    "a JPEG of 65,500 pixels a side": (claiming(JPEG, 65_500, 65_500), "too-many-pixels"),
    "a WebP canvas of 268 megapixels": (
        b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0",
        "too-many-pixels",
    ),
    "a HEIC of 400 megapixels": (claiming_extent(HEIC, 20_000, 20_000), "too-many-pixels"),
    "an AVIF that is larger than its picture": (
        claiming_extent(AVIF, 20_000, 20_000),
        "unreadable",
    ),
    "a JPEG of a thousand scans": (of_many_scans(6_000, 4_000, scans=1000), "took-too-long"),
    "a film as WebP": (film("WEBP", frames=200), "animated"),
    "a film as PNG": (film("PNG", frames=20), "animated"),
    "a film as AVIF": (film("AVIF"), "animated"),
    "a single pixel": (saved(picture(width=1, height=1), "PNG"), "too-small"),
    "a thumbnail": (saved(picture(width=320, height=120), "JPEG"), "too-small"),
    "a thread": (bomb(60_000, 210), "too-narrow"),
    "a tall thread": (bomb(210, 60_000), "too-narrow"),
    "too long": (JPEG + bytes(SIZE_BYTES_MAX), "too-many-bytes"),
    "text that unpacks to a gigabyte": (
        with_chunk(PNG, b"zTXt", b"Comment\0\0" + zeros(1024)),
        "unreadable",
    ),
    "international text that unpacks to a gigabyte": (
        with_chunk(PNG, b"iTXt", b"Comment\0\1\0\0\0" + zeros(1024)),
        "unreadable",
    ),
    "a profile that unpacks to a gigabyte": (
        with_chunk(PNG, b"iCCP", b"icc\0\0" + zeros(1024)),
        "unreadable",
    ),
}
"""Name, file, and why it is refused."""

GOOD: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: JPEG,
    "progressive JPEG": lambda: saved(picture(), "JPEG", quality=95, progressive=True),
    "JPEG with restart markers": lambda: saved(
        picture(), "JPEG", quality=95, restart_marker_rows=1
    ),
    "JPEG without subsampling": lambda: saved(picture(), "JPEG", quality=95, subsampling=0),
    "PNG": lambda: PNG,
    "PNG with palette": lambda: saved(picture().quantize(8), "PNG"),
    "PNG with a single frame": lambda: with_chunk(
        with_chunk(PNG, b"fcTL", struct.pack(">5I2H2B", 0, 320, 240, 0, 0, 1, 10, 0, 0)),
        b"acTL",
        struct.pack(">II", 1, 0),
    ),
    "PNG with a page of XMP": lambda: with_chunk(
        PNG, b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"<x/>" * 500_000
    ),
    "WebP": lambda: WEBP,
    "lossless WebP": lambda: saved(picture(), "WEBP", lossless=True),
    "AVIF": lambda: AVIF,
    "HEIC": lambda: HEIC,
    "HEIC of ten bits": of_ten_bits,
    "HEIC of several pictures": of_several_pictures,
    "CMYK JPEG": lambda: saved(picture("CMYK"), "JPEG", quality=95),
    "JPEG with a script behind": lambda: JPEG + b"<script>alert(1)</script>PK\x03\x04",
    "JPEG with a film behind": lambda: JPEG + b"\0\0\0\x18ftypmp42" + bytes(200_000),
    "JPEG padded with zeros": lambda: JPEG + bytes(5000),
    "JPEG with depth": lambda: with_second_picture(is_gain_map=False),
    "JPEG with a gain map": lambda: with_second_picture(is_gain_map=True),
    "JPEG with a damaged index of pictures": lambda: with_segment(
        JPEG, 0xE2, b"MPF\0MM\0*\0\0\0\x08\0\x09" + bytes(9)
    ),
    "JPEG with damaged EXIF": lambda: with_segment(JPEG, 0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff"),
    "JPEG with EXIF of the wrong types": lambda: with_segment(
        JPEG, 0xE1, tiff([(ORIENTATION, 2, 2, b"x\0\0\0"), (0x011A, 5, 1, b"\0\0\0\1")])
    ),
    "JPEG with an unknown orientation": lambda: with_segment(
        JPEG, 0xE1, tiff([(ORIENTATION, 3, 1, b"\0\x09\0\0")])
    ),
    "JPEG with EXIF that claims gigabytes": lambda: with_segment(
        JPEG, 0xE1, tiff([(0x9000 + n, 7, 2**31, b"\0\0\0\x08") for n in range(2000)])
    ),
    "PNG with EXIF that claims ten gigabytes": lambda: with_chunk(PNG, b"eXIf", EXIF_BOMB[6:]),
    "JPEG with a profile of six megabytes": lambda: saved(
        picture(), "JPEG", quality=95, icc_profile=bytes(6_000_000)
    ),
}
"""Each of them shows ``picture()``."""
