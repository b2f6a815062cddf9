"""Whatever somebody sends: it becomes clean pixels, or a refusal that says why."""

import struct
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageDraw
from pillow_heif import from_pillow

from imaging.decoding import PIXELS_MAX, SIDE_PX_MAX, SIZE_BYTES_MAX, ImageRefused, decode
from imaging.encoding import from_png, to_jpeg, to_png, to_webp

RED, BLUE = (200, 30, 40), (20, 40, 190)


def picture(mode: str = "RGB", *, width: int = 320, height: int = 240) -> Image.Image:
    """Red at the top left, blue elsewhere."""
    image = Image.new("RGB", (width, height), BLUE)
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height // 2), fill=RED)
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def heic(image: Image.Image) -> bytes:
    target = BytesIO()
    from_pillow(image).save(target, quality=90)
    return target.getvalue()


def film(kind: str) -> bytes:
    frames = [picture().rotate(angle) for angle in (0, 90, 180)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)


def bomb(side: int) -> bytes:
    """A PNG of one bit per pixel, all zero: 20,000 pixels a side fit in 49 kilobytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        end = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + end

    packer = zlib.compressobj(9)
    line = bytes(1 + (side + 7) // 8)
    body = b"".join(packer.compress(line) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def is_close(pixel: NDArray[np.uint8], colour: tuple[int, int, int], *, by: int = 12) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() <= by)


JPEG = saved(picture(), "JPEG", quality=95)
BOMB = bomb(20_000)

HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty-file"),
    "text": (b"<script>alert(1)</script>", "not-an-image"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not-an-image"),
    "a film as GIF": (film("GIF"), "not-an-image"),
    "a still as GIF, named like a PNG": (saved(picture("P"), "GIF"), "not-an-image"),
    "TIFF": (saved(picture(), "TIFF"), "not-an-image"),
    "PDF": (saved(picture(), "PDF"), "not-an-image"),
    "first bytes of a JPEG, then noise": (b"\xff\xd8\xff" + bytes(range(256)) * 9, "truncated"),
    "half a JPEG": (JPEG[: len(JPEG) // 2], "truncated"),
    "half a PNG": ((png := saved(picture(), "PNG"))[: len(png) // 2], "truncated"),
    "half a WebP": ((webp := saved(picture(), "WEBP"))[: len(webp) // 2], "truncated"),
    "half an AVIF": ((avif := saved(picture(), "AVIF"))[: len(avif) // 2], "truncated"),
    "half a HEIC": ((whole := heic(picture()))[: len(whole) // 2], "truncated"),
    "a PNG with a broken middle": (png[:60] + b"\x00" * 40 + png[100:], "unreadable"),
    "400 megapixels in 49 kilobytes": (BOMB, "too-many-pixels"),
    "just over the limit of pixels": (bomb(7_072), "too-many-pixels"),
    "a film as WebP": (film("WEBP"), "animated"),
    "a film as PNG": (film("PNG"), "animated"),
    "a film as AVIF": (film("AVIF"), "animated"),
    "a thumbnail": (saved(picture(width=320, height=120), "JPEG"), "too-small"),
    "too long": (JPEG + bytes(SIZE_BYTES_MAX), "too-many-bytes"),
}


@pytest.mark.parametrize(("data", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_still_picture_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ImageRefused) as refused:
        decode(data)
    assert refused.value.reason == reason
    assert refused.value.message.endswith((".", "!"))


def test_the_bomb_is_small_and_its_pixels_many() -> None:
    assert len(BOMB) < 60_000
    assert PIXELS_MAX < 20_000**2


GOOD: dict[str, bytes] = {
    "JPEG": JPEG,
    "progressive JPEG": saved(picture(), "JPEG", quality=95, progressive=True),
    "PNG": png,
    "PNG with palette": saved(picture().quantize(8), "PNG"),
    "WebP": saved(picture(), "WEBP", quality=95),
    "AVIF": saved(picture(), "AVIF", quality=95),
    "HEIC": heic(picture()),
    "CMYK JPEG": saved(picture("CMYK"), "JPEG", quality=95),
    "JPEG with a script behind": JPEG + b"<script>alert(1)</script>PK\x03\x04",
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD.keys())
def test_every_accepted_format_becomes_the_same_colours(data: bytes) -> None:
    pixels = decode(data)
    assert pixels.shape == (240, 320, 3)
    assert pixels.dtype == np.uint8
    assert is_close(pixels[40, 40], RED)
    assert is_close(pixels[200, 280], BLUE)


def test_nothing_behind_or_beside_the_pixels_survives() -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret description"
    data = saved(picture(), "JPEG", exif=exif, comment=b"secret") + b"<script>secret</script>"
    assert b"secret" in data
    assert b"secret" not in to_png(decode(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_telephone_held_upright_gives_an_upright_picture(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = decode(saved(picture(), kind, exif=exif))
    assert pixels.shape == (320, 240, 3)
    assert is_close(pixels[40, 200], RED)
    assert is_close(pixels[40, 40], BLUE)


def test_sixteen_bits_become_eight() -> None:
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (256, 1))
    pixels = decode(saved(Image.fromarray(ramp), "PNG"))
    np.testing.assert_allclose(pixels[100, :, 0], np.arange(256), atol=1)
    assert pixels.shape == (256, 256, 3)


def test_transparency_is_kept_only_where_there_is_some() -> None:
    image = picture("RGBA")
    assert decode(saved(image, "PNG")).shape == (240, 320, 3)
    image.putpixel((5, 5), (1, 2, 3, 0))
    pixels = decode(saved(image, "PNG"))
    assert pixels.shape == (240, 320, 4)
    assert pixels[5, 5, 3] == 0
    assert decode(saved(picture().quantize(4), "PNG", transparency=0)).shape == (240, 320, 4)


def test_colours_of_another_profile_become_srgb() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    same = decode(saved(picture(), "PNG", icc_profile=srgb.tobytes()))
    np.testing.assert_allclose(same, decode(png), atol=1)
    # A profile that does not fit the pixels is ignored, and the picture still read.
    np.testing.assert_array_equal(
        decode(saved(picture(), "PNG", icc_profile=lab.tobytes())), decode(png)
    )
    np.testing.assert_array_equal(
        decode(saved(picture(), "PNG", icc_profile=b"not a profile")), decode(png)
    )


def with_red_and_blue_exchanged(icc: bytes) -> bytes:
    """Let the primaries of a profile point at each other's values."""
    profile = bytearray(icc)
    for at in range(132, 132 + 12 * int.from_bytes(profile[128:132], "big"), 12):
        name = bytes(profile[at : at + 4])
        profile[at : at + 4] = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(name, name)
    return bytes(profile)


def test_a_profile_changes_the_colours_as_it_says() -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = decode(saved(picture(), "PNG", icc_profile=with_red_and_blue_exchanged(icc)))
    assert is_close(pixels[40, 40], (RED[2], RED[1], RED[0]), by=3)
    assert is_close(pixels[200, 280], (BLUE[2], BLUE[1], BLUE[0]), by=3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_large_pictures_are_reduced_and_keep_their_shape(kind: str) -> None:
    pixels = decode(saved(picture(width=5000, height=2500), kind))
    assert pixels.shape == (SIDE_PX_MAX // 2, SIDE_PX_MAX, 3)
    assert is_close(pixels[200, 200], RED)


def test_how_small_is_too_small_depends_on_the_use() -> None:
    small = saved(picture(width=100, height=90), "PNG")
    assert decode(small, side_px_min=64).shape == (90, 100, 3)


@pytest.mark.parametrize("encode", [to_png, partial(to_webp, quality=80)])
def test_the_same_pixels_give_the_same_bytes(
    encode: Callable[[NDArray[np.uint8]], bytes],
) -> None:
    pixels = np.asarray(picture("RGBA"), np.uint8)
    assert encode(pixels) == encode(pixels.copy())


def test_our_own_png_comes_back_to_the_bit() -> None:
    generator = np.random.default_rng(1)
    for channels in (3, 4):
        pixels = generator.integers(0, 256, (50, 40, channels), dtype=np.uint8)
        np.testing.assert_array_equal(from_png(to_png(pixels)), pixels)
    with pytest.raises(ValueError, match="not a PNG"):
        from_png(b"")


def test_colours_keep_their_order_in_every_encoding() -> None:
    pixels = np.asarray(picture(), np.uint8)
    for data in (to_jpeg(pixels, quality=95), to_webp(pixels, quality=95)):
        assert is_close(decode(data)[40, 40], RED)
    with pytest.raises(ValueError, match="no alpha"):
        to_jpeg(np.zeros((8, 8, 4), np.uint8), quality=80)
    with pytest.raises(ValueError, match="1 to 100"):
        to_webp(pixels, quality=0)
