"""Whatever somebody sends: it becomes clean pixels, or a refusal that says why."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from imaging.decoding import PIXELS_MAX, SIDE_PX_MAX, ImageRefused, decode
from imaging.encoding import from_png, to_jpeg, to_png, to_webp
from tests.strangers_files import (
    BLUE,
    BOMB,
    GOOD,
    HOSTILE,
    PNG,
    RED,
    picture,
    saved,
)


def is_close(pixel: NDArray[np.uint8], colour: tuple[int, int, int], *, by: int = 12) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() <= by)


IN_TIME = {name: sent for name, sent in HOSTILE.items() if sent[1] != "took-too-long"}
IN_MEMORY = {name: sent for name, sent in IN_TIME.items() if sent[1] != "too-much-memory"}
"""What is refused without limits from outside; the others are for `test_opening`."""


@pytest.mark.parametrize(("data", "reason"), IN_MEMORY.values(), ids=IN_MEMORY.keys())
def test_what_is_no_still_picture_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ImageRefused) as refused:
        decode(data)
    assert refused.value.reason == reason
    assert refused.value.message.endswith(".")


def test_the_bomb_is_small_and_its_pixels_many() -> None:
    assert len(BOMB) < 60_000
    assert max(PIXELS_MAX.values()) < 20_000**2


@pytest.mark.parametrize("made", GOOD.values(), ids=GOOD.keys())
def test_whatever_telephones_write_becomes_the_same_colours(made: Callable[[], bytes]) -> None:
    pixels = decode(made())
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
    np.testing.assert_allclose(same, decode(PNG), atol=1)
    # A profile that does not fit the pixels is ignored, and the picture still read.
    np.testing.assert_array_equal(
        decode(saved(picture(), "PNG", icc_profile=lab.tobytes())), decode(PNG)
    )
    np.testing.assert_array_equal(
        decode(saved(picture(), "PNG", icc_profile=b"not a profile")), decode(PNG)
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
