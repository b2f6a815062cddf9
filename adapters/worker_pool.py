"""Pool of sandboxed processes that do one kind of job.

The server writes a job to a process and reads one answer. An answer is MessagePack, checked against
the job's type: whatever happened over there, no code can come back.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from adapters.fresh_process import Cost
from adapters.image_process import (
    LENGTH,
    REPLY,
    TOLD,
    TOO_LONG,
    UNREADABLE,
    Done,
    Failed,
    Job,
    Refused,
    Reply,
    Settings,
)
from adapters.sandbox import WALLS
from imaging.decoding import ImageRefused

log = logging.getLogger(__name__)

CPU_SECONDS_PER_JOB = 10
FRAME_BYTES_MAX = 64 * 2**20
START_SECONDS_MAX = 60.0
WAIT_SECONDS_MAX = 30.0


class ImageWorkersUnavailable(Exception):
    """No worker could be started; the message says why."""


class ImageJobFailed(Exception):
    """A job met a fault of our own, not of the picture."""


_CODE = Path(__file__).resolve().parent.parent


class WorkerPool:
    """A fixed number of worker processes, shared by all requests of one event loop.

    Args:
        count: how many processes; one job each at a time.
        jobs: the module whose ``JOBS`` the processes do; they alone import it.
        answers: the type of each job's answer.
        models: the ``node_modules`` folder with the networks, or None where nobody is extracted.
        memory_bytes_max: address space of one process; with ``fresh_seconds`` that of one job,
            beyond what its process has loaded.
        jobs_max: after so many jobs a process is replaced, lest memory creeps up.
        timeout_seconds: how long one job may take.
        waiting_max: how many jobs may wait for a free process.
        fresh_seconds: processor time of a job in a process of its own, forked for it and gone
            afterwards; None where the jobs of a process share it, and what it remembers.
        observe: told what each job with a process of its own took.
    """

    def __init__(  # noqa: PLR0913 (limits without which no pool should run)
        self,
        *,
        count: int,
        jobs: str,
        answers: Mapping[str, Any],
        memory_bytes_max: int,
        models: Path | None = None,
        jobs_max: int = 200,
        timeout_seconds: float = 20.0,
        waiting_max: int = 32,
        fresh_seconds: float | None = None,
        observe: Callable[[Cost], None] | None = None,
    ) -> None:
        self._count = count
        self._command = [sys.executable, "-P", "-m", "adapters.image_process"]
        shared_seconds = 30 + CPU_SECONDS_PER_JOB * jobs_max
        self._settings = Settings(
            parent_id=os.getpid(),
            jobs=jobs,
            models=None if models is None else str(models.resolve()),
            memory_bytes=memory_bytes_max,
            cpu_seconds=shared_seconds if fresh_seconds is None else fresh_seconds,
            is_fresh=fresh_seconds is not None,
        )
        self._answers = answers
        self._jobs_max = jobs_max
        self._timeout_seconds = timeout_seconds
        self._waiting_max = waiting_max
        self._observe = observe
        self._waiting = 0
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._alive: set[_Worker] = set()
        self._replacing: set[asyncio.Task[None]] = set()
        self.missing_walls: frozenset[str] = frozenset()

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
        for wall in sorted(self.missing_walls):
            log.warning("image workers lack a wall (%s): %s", wall, WALLS[wall])

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
                told = TOLD.decode(await worker.ask(frame))
            if told.cost is not None and self._observe is not None:
                self._observe(told.cost)
            reply = REPLY.decode(told.reply)
            result = _result_of(reply, job=job, answer_type=self._answers[job])
        except (ImageRefused, ImageJobFailed):
            self._give_back(worker)
            raise
        except TimeoutError:
            self._replace(worker)
            raise ImageRefused(TOO_LONG.reason, TOO_LONG.message) from None
        except (OSError, EOFError, msgspec.MsgspecError, RecursionError):
            # A crash, no memory left, or an answer that is none: nothing of it can be trusted.
            self._replace(worker)
            log.warning("image worker %d ended in job %s", worker.process_id, job)
            raise ImageRefused(UNREADABLE.reason, UNREADABLE.message) from None
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
        self.missing_walls |= worker.missing_walls
        self._alive.add(worker)
        self._idle.put_nowait(worker)


class _Worker:
    """One process, seen from the server."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.process_id = process.pid
        self.jobs_done = 0
        self.missing_walls: frozenset[str] = frozenset()

    @classmethod
    async def spawn(cls, command: list[str], settings: Settings) -> "_Worker":
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
                    # One heap is enough for one thread, and counts against the limit once.
                    "MALLOC_ARENA_MAX": "1",
                },
                start_new_session=True,
            )
        except OSError as error:  # no process or memory to be had: tried again later
            raise ImageWorkersUnavailable(f"An image worker did not start: {error}.") from error
        worker = cls(process)
        try:
            async with asyncio.timeout(START_SECONDS_MAX):
                told = TOLD.decode(await worker.ask(msgspec.msgpack.encode(settings)))
                reply = REPLY.decode(told.reply)
                walls = (
                    msgspec.msgpack.decode(reply.answer, type=dict[str, bool])
                    if isinstance(reply, Done)
                    else {}
                )
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
        worker.missing_walls = frozenset(wall for wall in WALLS if not walls.get(wall, False))
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
        # It leads a group of its own, to which belongs whatever it has forked.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process_id, signal.SIGKILL)
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
