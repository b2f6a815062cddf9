"""Pool of sandboxed processes that open strangers' pictures and do the heavy imaging.

The server writes a job to a process and reads one answer. An answer is MessagePack, checked against
the job's type: whatever happened over there, no code can come back.
"""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

import msgspec

from adapters.image_process import LENGTH, REPLY, Done, Failed, Job, Refused, Reply
from imaging.decoding import ImageRefused

log = logging.getLogger(__name__)

MEMORY_BYTES_MAX = 2_048 * 2**20
"""Address space, of which both networks and OpenCV reserve about half without using it."""

CPU_SECONDS_PER_JOB = 10
FRAME_BYTES_MAX = 64 * 2**20
START_SECONDS_MAX = 60.0
WAIT_SECONDS_MAX = 30.0


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
    """A person in the body frame: PNG with alpha, joints as row and column, small WebP."""

    person: bytes
    joints: dict[str, tuple[float, float]]
    quality: QualityAnswer
    thumbnail: bytes


class CorrectedImageAnswer(TypedDict):
    """The same person with another outline: PNG with alpha, and small WebP."""

    person: bytes
    thumbnail: bytes


class CommodityAnswer(TypedDict):
    """A commodity as the shop shows it (WebP, small and large) and as it is worn (PNG).

    With what it was cut out of (WebP), if there was anything around it, and how surely was found
    what the seller has not said.
    """

    small: bytes
    large: bytes
    cutout: bytes
    photo: bytes | None
    landmarks: dict[str, tuple[float, float]]
    confidences: dict[str, float]
    colours: list[tuple[str, float]]


ANSWERS: Mapping[str, Any] = {
    "extract_user_image": UserImageAnswer,
    "correct_user_image": CorrectedImageAnswer,
    "prepare_commodity": CommodityAnswer,
    "draw_commodity": CommodityAnswer,
    "ground_of_cutout": bytes,
    "correct_cutout": bytes,
    "preview_garment": bytes,
    "coordinate": bytes,
}
"""The type of each job's answer; ``image_jobs.JOBS`` holds the functions."""


class ImageWorkersUnavailable(Exception):
    """No worker could be started; the message says why."""


class ImageJobFailed(Exception):
    """A job met a fault of our own, not of the picture."""


_CODE = Path(__file__).resolve().parent.parent


class ImageWorkers:
    """A fixed number of worker processes, shared by all requests of one event loop.

    Args:
        count: how many processes; one job each at a time.
        models: the ``node_modules`` folder with the networks, or None where nobody is extracted.
        jobs_max: after so many jobs a process is replaced, lest memory creeps up.
        timeout_seconds: how long one job may take.
        waiting_max: how many jobs may wait for a free process.
        memory_bytes_max: address space of one process.
        jobs: the module whose ``JOBS`` the processes do; they alone import it.
        answers: the type of each job's answer.
    """

    def __init__(  # noqa: PLR0913 (limits without which no pool should run)
        self,
        *,
        count: int,
        models: Path | None,
        jobs_max: int = 200,
        timeout_seconds: float = 20.0,
        waiting_max: int = 32,
        memory_bytes_max: int = MEMORY_BYTES_MAX,
        jobs: str = "adapters.image_jobs",
        answers: Mapping[str, Any] = ANSWERS,
    ) -> None:
        self._count = count
        self._command = [sys.executable, "-P", "-m", "adapters.image_process"]
        self._settings = {
            "parent_id": os.getpid(),
            "jobs": jobs,
            "models": None if models is None else str(models.resolve()),
            "memory_bytes": memory_bytes_max,
            "cpu_seconds": 30 + CPU_SECONDS_PER_JOB * jobs_max,
        }
        self._answers = answers
        self._jobs_max = jobs_max
        self._timeout_seconds = timeout_seconds
        self._waiting_max = waiting_max
        self._waiting = 0
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._alive: set[_Worker] = set()
        self._replacing: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start all processes at once and wait until each is warm.

        Raises:
            ImageWorkersUnavailable: the first one that did not come up says why.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._count):
                    group.create_task(self._add_worker())
        except* ImageWorkersUnavailable as failures:
            await self.close()
            raise ImageWorkersUnavailable(str(failures.exceptions[0])) from None

    async def close(self) -> None:
        """End all processes. Running jobs are lost."""
        for task in self._replacing:
            task.cancel()
        await asyncio.gather(*self._replacing, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in list(self._alive)))
        self._alive.clear()
        while not self._idle.empty():
            self._idle.get_nowait()

    @property
    def waiting(self) -> int:
        """How many jobs wait for a free process."""
        return self._waiting

    @property
    def idle(self) -> int:
        """How many processes wait for a job."""
        return self._idle.qsize()

    @property
    def process_ids(self) -> frozenset[int]:
        """The processes that are up now."""
        return frozenset(worker.process_id for worker in self._alive)

    async def run(self, job: str, *arguments: Any) -> Any:  # noqa: ANN401 (each job has its own)
        """Do one job of the table.

        Args:
            job: a name in ``ANSWERS``.
            arguments: what MessagePack knows: bytes, text, numbers, lists, mappings.

        Returns:
            What ``ANSWERS`` says for this job.

        Raises:
            ImageRefused: by the job, or because the picture was too much for a process.
            ImageJobFailed: a fault of ours.
        """
        frame = msgspec.msgpack.encode(Job(job, list(arguments)))
        worker = await self._free_worker()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                reply = REPLY.decode(await worker.ask(frame))
            result = _result_of(reply, job=job, answer_type=self._answers[job])
        except (ImageRefused, ImageJobFailed):
            self._give_back(worker)
            raise
        except TimeoutError:
            self._replace(worker)
            raise ImageRefused(
                "took-too-long",
                "Reading this picture took too long. Send a smaller or simpler version of it.",
            ) from None
        except (OSError, EOFError, msgspec.MsgspecError, RecursionError):
            # A crash, no memory left, or an answer that is none: nothing of it can be trusted.
            self._replace(worker)
            log.warning("image worker %d ended in job %s", worker.process_id, job)
            raise ImageRefused(
                "unreadable",
                "This picture cannot be processed. Save it again as JPEG or PNG, "
                "smaller if possible, and send that.",
            ) from None
        except BaseException:
            # Cancelled half-way: the answer of this job must not meet the next question.
            self._replace(worker)
            raise
        self._give_back(worker)
        return result

    async def _free_worker(self) -> "_Worker":
        if self._waiting >= self._waiting_max:
            raise _too_busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                while True:
                    worker = await self._idle.get()
                    if worker.is_up:
                        return worker
                    self._replace(worker)
        except TimeoutError:
            raise _too_busy() from None
        finally:
            self._waiting -= 1

    def _give_back(self, worker: "_Worker") -> None:
        if worker.jobs_done >= self._jobs_max:
            self._replace(worker)
        else:
            self._idle.put_nowait(worker)

    def _replace(self, worker: "_Worker") -> None:
        self._alive.discard(worker)
        task = asyncio.get_running_loop().create_task(self._replaced(worker))
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _replaced(self, worker: "_Worker") -> None:
        await worker.end()
        pause_seconds = 0.5
        while True:
            try:
                await self._add_worker()
            except ImageWorkersUnavailable:
                log.exception("an image worker could not be replaced")
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(30.0, 2 * pause_seconds)
            else:
                return

    async def _add_worker(self) -> None:
        worker = await _Worker.spawn(self._command, self._settings)
        self._alive.add(worker)
        self._idle.put_nowait(worker)


class _Worker:
    """One process, seen from the server."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.process_id = process.pid
        self.jobs_done = 0

    @classmethod
    async def spawn(cls, command: list[str], settings: Mapping[str, Any]) -> "_Worker":
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                # Nothing of the server's environment: no passwords, no proxies. One thread each.
                env={
                    "PYTHONPATH": str(_CODE),
                    "OPENBLAS_NUM_THREADS": "1",
                    "OMP_NUM_THREADS": "1",
                },
                start_new_session=True,
            )
        except OSError as error:  # no process or memory to be had: tried again later
            raise ImageWorkersUnavailable(f"An image worker did not start: {error}.") from error
        worker = cls(process)
        try:
            async with asyncio.timeout(START_SECONDS_MAX):
                reply = REPLY.decode(await worker.ask(msgspec.msgpack.encode(settings)))
        except (OSError, EOFError, TimeoutError, msgspec.MsgspecError) as error:
            await worker.end()
            raise ImageWorkersUnavailable("An image worker did not start.") from error
        except BaseException:
            await worker.end()
            raise
        if isinstance(reply, Failed):
            await worker.end()
            raise ImageWorkersUnavailable(reply.message)
        worker.jobs_done = 0
        return worker

    @property
    def is_up(self) -> bool:
        if self._process.returncode is not None:
            return False
        try:
            # The event loop hears of an end a little later than the kernel knows it.
            ended = os.waitid(os.P_PID, self.process_id, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return False
        return ended is None

    async def ask(self, frame: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.jobs_done += 1
        self._process.stdin.write(LENGTH.pack(len(frame)) + frame)
        await self._process.stdin.drain()
        (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
        if length > FRAME_BYTES_MAX:
            raise OSError("the answer is longer than any answer may be")
        return await self._process.stdout.readexactly(length)

    async def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


def _result_of(reply: Reply, *, job: str, answer_type: Any) -> Any:  # noqa: ANN401
    match reply:
        case Done(answer=answer):
            return msgspec.msgpack.decode(answer, type=answer_type)
        case Refused(reason=reason, message=message):
            raise ImageRefused(reason, message)
        case Failed(message=message):
            raise ImageJobFailed(f"{job}: {message[:1000]!r}")


def _too_busy() -> ImageRefused:
    return ImageRefused(
        "too-busy", "Many pictures are being read right now. Try again in a minute."
    )
