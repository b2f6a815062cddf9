"""Image workers: some open strangers' files, others do the imaging with what is left of them.

A file is opened in a process that has seen no other file, can compute and nothing else, and is
gone afterwards. What comes back are bare pixels, in which nothing can hide; only those reach
the processes with OpenCV, the networks and what is remembered of other people's pictures.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypedDict

from adapters.fresh_process import Cost
from adapters.pixels import Pixels
from adapters.worker_pool import ImageJobFailed, ImageWorkersUnavailable, WorkerPool
from imaging.decoding import PHOTO_SIDE_PX_MIN

__all__ = ["ImageJobFailed", "ImageWorkers", "ImageWorkersUnavailable"]

MEMORY_BYTES_MAX = 2_048 * 2**20
"""Address space, of which both networks and OpenCV reserve about half without using it."""

OPENING_MEMORY_BYTES_MAX = 158 * 2**20
"""What a file may take to be opened, beyond the 40 MB of Python and the decoders."""

OPENING_SECONDS_MAX = 2.0
"""Processor time to open a file."""


class QualityAnswer(TypedDict):
    """``imaging.posture.Quality`` on its way through the pipe."""

    score: float
    person_share: float
    is_cut_off_at_feet: bool
    is_cut_off_at_head: bool
    is_cut_off_at_side: bool
    has_clear_arms: bool
    has_parted_legs: bool
    is_frontal: bool
    advice: list[str]


class UserImageAnswer(TypedDict):
    """A person in the body frame: PNG with alpha, joints as row and column, small WebP.

    With what keeps clothes from being shown on the body as it is: reason and advice.
    """

    person: bytes
    joints: dict[str, tuple[float, float]]
    quality: QualityAnswer
    obstacles: list[tuple[str, str]]
    thumbnail: bytes


class DoubleAnswer(TypedDict):
    """A person's own head on a drawn body: PNG with alpha, its joints, and where the head is.

    Where the picture does not show the own head, it is a drawn one.
    """

    person: bytes
    joints: dict[str, tuple[float, float]]
    head: bytes
    has_own_head: bool


class CorrectedImageAnswer(TypedDict):
    """The same person with another outline: PNG with alpha, and small WebP."""

    person: bytes
    thumbnail: bytes


class ReadAnswer(TypedDict):
    """What an image says its commodity is: names and confidences, the likeliest first.

    With shares of colours, the largest first; and version, fingerprint and descriptor of what it
    looks like.
    """

    types: list[tuple[str, float]]
    designs: list[tuple[str, float]]
    main_colours: list[tuple[str, float]]
    colours: list[tuple[str, float]]
    likeness: tuple[int, bytes, list[int]]


class GarmentAnswer(TypedDict):
    """How a commodity is worn (PNG), and how surely was found what the seller has not said."""

    cutout: bytes
    landmarks: dict[str, tuple[float, float]]
    confidences: dict[str, float]


class PicturesAnswer(TypedDict):
    """A commodity as the shop shows it: WebP, small and large."""

    small: bytes
    large: bytes


class FoundAgainAnswer(GarmentAnswer):
    """How a commodity is worn, and how the shop shows it where that changes."""

    pictures: PicturesAnswer | None


class CommodityAnswer(ReadAnswer, GarmentAnswer, PicturesAnswer):
    """All of a commodity, and what it was cut out of (WebP), if there was anything around it."""

    photo: bytes | None


class ClothAnswer(TypedDict):
    """A garment taken apart: what fitting asks of it, and the picture of each part (WebP)."""

    cloth: dict[str, Any]
    pictures: dict[str, bytes]


class DrawingAnswer(TypedDict):
    """A drawing list with names for pictures, and the pictures by these names (PNG)."""

    drawing: dict[str, Any]
    pictures: dict[str, bytes]


ANSWERS: Mapping[str, Any] = {
    "extract_user_image": UserImageAnswer,
    "correct_user_image": CorrectedImageAnswer,
    "double_body": DoubleAnswer,
    "classify_commodity": ReadAnswer,
    "prepare_commodity": CommodityAnswer,
    "draw_commodity": CommodityAnswer,
    "find_garment": FoundAgainAnswer,
    "ground_of_cutout": bytes,
    "correct_cutout": bytes,
    "preview_garment": bytes,
    "coordinate": bytes,
    "take_garment_apart": ClothAnswer,
    "list_drawing": DrawingAnswer,
}
"""The type of each job's answer; ``image_jobs.JOBS`` holds the functions."""


class ImageWorkers:
    """The image workers of one event loop.

    Args:
        count: how many processes of each kind.
        models: the ``node_modules`` folder with the networks, or None where nobody is extracted.
        observe: told what each opened file took.
    """

    def __init__(
        self,
        *,
        count: int,
        models: Path | None,
        observe: Callable[[Cost], None] | None = None,
    ) -> None:
        self._imaging = WorkerPool(
            count=count,
            jobs="adapters.image_jobs",
            answers=ANSWERS,
            models=models,
            memory_bytes_max=MEMORY_BYTES_MAX,
        )
        self._opening = WorkerPool(
            count=count,
            jobs="adapters.opening_jobs",
            answers={"open_image": Pixels},
            memory_bytes_max=OPENING_MEMORY_BYTES_MAX,
            fresh_seconds=OPENING_SECONDS_MAX,
            jobs_max=1000,
            observe=observe,
        )

    async def start(self) -> None:
        """Start all processes at once and wait until each is warm.

        Raises:
            ImageWorkersUnavailable: the first one that did not come up says why.
        """
        pools = (self._imaging, self._opening)
        failed = await asyncio.gather(*(pool.start() for pool in pools), return_exceptions=True)
        for failure in failed:
            if failure is not None:
                await self.close()
                raise failure

    async def close(self) -> None:
        """End all processes. Running jobs are lost."""
        await asyncio.gather(self._imaging.close(), self._opening.close())

    @property
    def waiting(self) -> int:
        """How many jobs wait for a free process."""
        return self._imaging.waiting + self._opening.waiting

    @property
    def idle(self) -> int:
        """How many processes wait for a job."""
        return self._imaging.idle + self._opening.idle

    @property
    def process_ids(self) -> frozenset[int]:
        """The processes that are up now."""
        return self._imaging.process_ids | self._opening.process_ids

    async def open(self, data: bytes, *, side_px_min: int = PHOTO_SIDE_PX_MIN) -> Pixels:
        """Open a stranger's file.

        Raises:
            ImageRefused: the message says why and what to do about it.
        """
        pixels: Pixels = await self._opening.run("open_image", data, side_px_min)
        return pixels

    async def run(self, job: str, *arguments: Any) -> Any:  # noqa: ANN401 (each job has its own)
        """Do one job of ``image_jobs``; nothing of a stranger but pixels may come this way.

        Raises:
            ImageRefused: by the job, or because the picture was too much for a process.
            ImageJobFailed: a fault of ours.
        """
        return await self._imaging.run(job, *arguments)
