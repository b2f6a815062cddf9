"""A process that opens strangers' pictures: shuts itself in, then answers one job after another.

Started by ``adapters.image_worker``. A frame is its length in four bytes, then MessagePack.
"""

import importlib
import os
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from adapters.sandbox import (
    close_files_except,
    die_with_parent,
    leave_network,
    limit_resources,
)
from imaging.decoding import ImageRefused

FILES_MAX = 64
LENGTH = struct.Struct(">I")


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
CODE = Path(__file__).resolve().parent.parent


def serve() -> None:
    """Be a worker: shut oneself in, then answer jobs until the server hangs up."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    settings = msgspec.msgpack.decode(_read(questions) or b"\x80", type=dict[str, Any])
    die_with_parent(settings["parent_id"])
    os.umask(0o077)
    # Libraries that print must not disturb the answers.
    for standard in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), standard)
    leave_network()
    limit_resources(
        memory_bytes=settings["memory_bytes"], cpu_seconds=settings["cpu_seconds"], files=FILES_MAX
    )
    try:
        jobs = _prepared(settings["jobs"], settings["models"])
    except Exception as error:  # noqa: BLE001 (the server tells what went wrong)
        _write(answers, Failed(str(error) or type(error).__name__))
        return
    _write(answers, Done(msgspec.Raw(b"\xc0")))
    while (frame := _read(questions)) is not None:
        job = msgspec.msgpack.decode(frame, type=Job)
        _write(answers, _reply_to(jobs[job.name], job.arguments))


def _prepared(module: str, models: str | None) -> Mapping[str, Callable[..., Any]]:
    image_jobs = importlib.import_module(module)
    image_jobs.prepare(None if models is None else Path(models))
    code = [Path(sys.base_prefix), Path(sys.prefix), CODE / "adapters", CODE / "imaging"]
    close_files_except([*code, Path("/lib"), Path("/usr/lib")])
    table: Mapping[str, Callable[..., Any]] = image_jobs.JOBS
    return table


def _reply_to(job: Callable[..., Any], arguments: list[Any]) -> Reply:
    try:
        return Done(msgspec.Raw(msgspec.msgpack.encode(job(*arguments))))
    except ImageRefused as refused:
        return Refused(refused.reason, refused.message)
    except MemoryError:
        # The heap of this process may be in pieces: a fresh one takes over.
        os._exit(1)
    except Exception as error:  # noqa: BLE001 (faults are logged where somebody reads logs)
        return Failed(f"{type(error).__name__}: {error}")


def _read(source: BinaryIO) -> bytes | None:
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    frame = source.read(length)
    return frame if len(frame) == length else None


def _write(target: BinaryIO, reply: Reply) -> None:
    frame = msgspec.msgpack.encode(reply)
    target.write(LENGTH.pack(len(frame)) + frame)
    target.flush()


if __name__ == "__main__":
    serve()
