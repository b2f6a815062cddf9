"""A process that works on pictures: shuts itself in, then answers one job after another.

Started by ``adapters.worker_pool``. A frame is its length in four bytes, then MessagePack.
"""

import gc
import importlib
import os
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from adapters import syscall_filter
from adapters.fresh_process import Cost, Fate, in_fresh_process
from adapters.sandbox import (
    close_files_except,
    die_with_parent,
    leave_network,
    limit_memory_beyond_loaded,
    limit_resources,
)
from imaging.decoding import ImageRefused, too_much_memory

FILES_MAX = 64
LENGTH = struct.Struct(">I")


class Settings(msgspec.Struct, kw_only=True):
    """What the server tells a process before the first job."""

    parent_id: int
    jobs: str
    models: str | None
    memory_bytes: int
    """Address space: all of it, or of each job beyond what is loaded where each has its own."""
    cpu_seconds: float
    """Processor time of the whole process, or of each job where each has its own."""
    is_fresh: bool
    """Whether each job is done in a process of its own."""


class Job(msgspec.Struct, array_like=True):
    """What the server asks."""

    name: str
    arguments: list[Any]


class Done(msgspec.Struct, tag="done", array_like=True):
    """The answer, still encoded: its type is the server's to check."""

    answer: msgspec.Raw


class Refused(msgspec.Struct, tag="refused", array_like=True):
    """An ``ImageRefused`` on its way through the pipe."""

    reason: str
    message: str


class Failed(msgspec.Struct, tag="failed", array_like=True):
    """A fault of our own."""

    message: str


Reply = Done | Refused | Failed
REPLY: msgspec.msgpack.Decoder[Done | Refused | Failed] = msgspec.msgpack.Decoder(Reply)


class Told(msgspec.Struct, array_like=True):
    """A reply and, where a job had a process of its own, what that took."""

    reply: msgspec.Raw
    cost: Cost | None


TOLD: msgspec.msgpack.Decoder[Told] = msgspec.msgpack.Decoder(Told)
CODE = Path(__file__).resolve().parent.parent

TOO_LONG = Refused(
    "took-too-long",
    "Reading this picture took too long. Send a smaller or simpler version of it.",
)
UNREADABLE = Refused(
    "unreadable",
    "This picture cannot be processed. Save it again as JPEG or PNG, smaller if possible, "
    "and send that.",
)


def serve() -> None:
    """Be a worker: shut oneself in, then answer jobs until the server hangs up."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    settings = msgspec.msgpack.decode(_read(questions) or b"\x80", type=Settings)
    die_with_parent(settings.parent_id)
    os.umask(0o077)
    # Libraries that print must not disturb the answers.
    for standard in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), standard)
    has_no_network = leave_network()
    limit_resources(
        memory_bytes=None if settings.is_fresh else settings.memory_bytes,
        cpu_seconds=None if settings.is_fresh else round(settings.cpu_seconds),
        files=FILES_MAX,
    )
    try:
        jobs = _prepared(settings.jobs, settings.models)
    except Exception as error:  # noqa: BLE001 (the server tells what went wrong)
        _write(answers, Failed(str(error) or type(error).__name__))
        return
    if settings.is_fresh:
        limit_memory_beyond_loaded(settings.memory_bytes)
    has_closed_files = close_files_except(_needed())
    has_filter = syscall_filter.refuse(syscall_filter.NETWORK_AND_OTHERS)
    walls = {
        "network": has_no_network or has_filter,
        "files": has_closed_files,
        "calls": has_filter,
    }
    _write(answers, Done(msgspec.Raw(msgspec.msgpack.encode(walls))))
    gc.collect()
    gc.freeze()  # what is loaded is shared with the processes to come, as long as it is not touched
    while (frame := _read(questions)) is not None:
        job = msgspec.msgpack.decode(frame, type=Job)
        if settings.is_fresh:
            _write_fresh(answers, jobs[job.name], job.arguments, settings.cpu_seconds)
            continue
        try:
            _write(answers, _reply_to(jobs[job.name], job.arguments))
        except MemoryError:
            # The heap of this process may be in pieces: a new one takes over.
            os._exit(1)


def _prepared(module: str, models: str | None) -> Mapping[str, Callable[..., Any]]:
    image_jobs = importlib.import_module(module)
    image_jobs.prepare(None if models is None else Path(models))
    table: Mapping[str, Callable[..., Any]] = image_jobs.JOBS
    return table


def _needed() -> list[Path]:
    """Folders whose files may still be read: programs and libraries."""
    code = [Path(sys.base_prefix), Path(sys.prefix), CODE / "adapters", CODE / "imaging"]
    return [*code, Path("/lib"), Path("/usr/lib")]


def _write_fresh(
    answers: BinaryIO, job: Callable[..., Any], arguments: list[Any], cpu_seconds: float
) -> None:
    """Answer from a process that has seen no other picture, and sees no other one after this."""

    def reply() -> bytes:
        try:
            return msgspec.msgpack.encode(_reply_to(job, arguments))
        except MemoryError:
            refused = too_much_memory()
            return msgspec.msgpack.encode(Refused(refused.reason, refused.message))

    done = in_fresh_process(reply, cpu_seconds=cpu_seconds)
    match done.fate:
        case Fate.ANSWERED:
            _write_told(answers, Told(msgspec.Raw(done.answer), done.cost))
        case Fate.OUT_OF_TIME:
            _write(answers, TOO_LONG, done.cost)
        case Fate.DIED:
            _write(answers, UNREADABLE, done.cost)


def _reply_to(job: Callable[..., Any], arguments: list[Any]) -> Reply:
    try:
        return Done(msgspec.Raw(msgspec.msgpack.encode(job(*arguments))))
    except ImageRefused as refused:
        return Refused(refused.reason, refused.message)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (faults are logged where somebody reads logs)
        return Failed(f"{type(error).__name__}: {error}")


def _read(source: BinaryIO) -> bytes | None:
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    frame = source.read(length)
    return frame if len(frame) == length else None


def _write(target: BinaryIO, reply: Reply, cost: Cost | None = None) -> None:
    _write_told(target, Told(msgspec.Raw(msgspec.msgpack.encode(reply)), cost))


def _write_told(target: BinaryIO, told: Told) -> None:
    frame = msgspec.msgpack.encode(told)
    target.write(LENGTH.pack(len(frame)) + frame)
    target.flush()


if __name__ == "__main__":
    serve()
