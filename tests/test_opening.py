"""Every file of a stranger is opened within 200 MB and two seconds, or refused with a reason."""

from collections.abc import AsyncIterator, Callable

import numpy as np
import pytest
from PIL import Image

from adapters.fresh_process import Cost
from adapters.image_worker import OPENING_MEMORY_BYTES_MAX, OPENING_SECONDS_MAX
from adapters.pixels import Pixels, picture_of
from adapters.worker_pool import WorkerPool
from imaging.decoding import PIXELS_MAX, SIDE_PX_MAX, ImageRefused, decode
from tests.strangers_files import (
    GOOD,
    HOSTILE,
    bomb,
    heic,
    picture,
    saved,
)

MEMORY_BYTES_MAX = 200 * 2**20
CPU_SECONDS_MAX = 2.1
"""The timer that ends a job looks four to a thousand times a second, as the kernel was built."""


class Openers:
    """One worker that opens files, and what each file took."""

    def __init__(self) -> None:
        self.costs: list[Cost] = []
        self.pool = WorkerPool(
            count=1,
            jobs="adapters.opening_jobs",
            answers={"open_image": Pixels},
            memory_bytes_max=OPENING_MEMORY_BYTES_MAX,
            fresh_seconds=OPENING_SECONDS_MAX,
            timeout_seconds=60,
            observe=self.costs.append,
        )

    async def open(self, data: bytes, *, side_px_min: int = 200) -> np.ndarray:
        try:
            pixels = await self.pool.run("open_image", data, side_px_min)
        finally:
            assert self.costs[-1].memory_bytes <= MEMORY_BYTES_MAX
            assert self.costs[-1].cpu_seconds <= CPU_SECONDS_MAX
        return picture_of(pixels)


@pytest.fixture(scope="module")
async def openers() -> AsyncIterator[Openers]:
    started = Openers()
    await started.pool.start()
    yield started
    await started.pool.close()


@pytest.mark.parametrize(("data", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_file_is_refused_within_its_limits_and_costs_no_worker(
    openers: Openers, data: bytes, reason: str
) -> None:
    before, jobs = openers.pool.process_ids, len(openers.costs)
    with pytest.raises(ImageRefused) as refused:
        await openers.open(data)
    assert refused.value.reason == reason
    assert refused.value.message.endswith(".")
    assert openers.pool.process_ids == before
    assert len(openers.costs) == jobs + 1


@pytest.mark.parametrize("made", GOOD.values(), ids=GOOD.keys())
async def test_a_good_file_comes_back_as_it_is_decoded_without_walls(
    openers: Openers, made: Callable[[], bytes]
) -> None:
    data = made()
    np.testing.assert_array_equal(await openers.open(data), decode(data))


def _noisy(width: int, height: int) -> Image.Image:
    """As hard to pack as a photograph."""
    generator = np.random.default_rng(7)
    coarse = generator.integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


LARGEST: dict[str, Callable[[], bytes]] = {
    "JPEG of 50 megapixels": lambda: saved(_noisy(8160, 6120), "JPEG", quality=75),
    "progressive JPEG of 34 megapixels": lambda: saved(
        _noisy(6760, 5072), "JPEG", quality=60, progressive=True
    ),
    "progressive JPEG of 17 megapixels, not subsampled": lambda: saved(
        _noisy(4816, 3616), "JPEG", quality=60, progressive=True, subsampling=0
    ),
    "PNG of 25 megapixels": lambda: saved(
        picture("RGB", width=5776, height=4324), "PNG", compress_level=1
    ),
    "transparent PNG of 25 megapixels": lambda: saved(
        Image.new("RGBA", (5776, 4324), (1, 2, 3, 100)), "PNG", compress_level=1
    ),
    "PNG of one bit a pixel": lambda: bomb(4992, 4992),
    "WebP of 12.6 megapixels": lambda: saved(_noisy(4096, 3072), "WEBP", quality=70, method=0),
    "AVIF of 16 megapixels": lambda: saved(
        _noisy(4616, 3464), "AVIF", quality=50, speed=10, subsampling="4:2:0"
    ),
    "HEIC of 24 megapixels": lambda: heic(
        _noisy(5712, 4284), quality=40, enc_params={"preset": "ultrafast"}
    ),
}


@pytest.mark.soak
@pytest.mark.parametrize("made", LARGEST.values(), ids=LARGEST.keys())
async def test_the_largest_pictures_that_are_accepted_stay_within_the_limits(
    openers: Openers, made: Callable[[], bytes]
) -> None:
    pixels = await openers.open(made())
    assert max(pixels.shape) == SIDE_PX_MAX


async def test_a_photograph_of_a_telephone_is_opened_within_the_limits(openers: Openers) -> None:
    pixels = await openers.open(saved(_noisy(4032, 3024), "JPEG", quality=85))
    assert pixels.shape == (1536, 2048, 3)


def test_the_limits_of_pixels_let_telephones_through() -> None:
    assert PIXELS_MAX["JPEG"] >= 8160 * 6120
    assert PIXELS_MAX["HEIF"] >= 5712 * 4284
    assert PIXELS_MAX["AVIF"] >= PIXELS_MAX["WEBP"] >= 4032 * 3024
