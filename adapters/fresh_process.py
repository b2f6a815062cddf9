"""One piece of work in a process of its own: forked from this one, shut in, and gone afterwards."""

import enum
import math
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import msgspec

from adapters import syscall_filter
from adapters.sandbox import die_with_parent

ANSWER_BYTES_MAX = 64 * 2**20


class Cost(msgspec.Struct, array_like=True, frozen=True):
    """What a piece of work took."""

    memory_bytes: int  # the most the process held at once, libraries included
    cpu_seconds: float


class Fate(enum.Enum):
    """How a process ended."""

    ANSWERED = enum.auto()
    OUT_OF_TIME = enum.auto()
    DIED = enum.auto()


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A process that is gone; its answer is as trustworthy as what it worked on."""

    fate: Fate
    answer: bytes
    cost: Cost


def in_fresh_process(work: Callable[[], bytes], *, cpu_seconds: float) -> Ended:
    """Do some work in a child of this process, which must have one thread.

    The child may compute and nothing else: from its first moment it can open no file and no
    connection, start no program, and signal nobody (``syscall_filter.COMPUTING``, where there is
    one).
    """
    parent_id = os.getpid()
    readable, writable = os.pipe()
    child_id = os.fork()
    if child_id == 0:
        _be_the_child(work, writable, parent_id=parent_id, cpu_seconds=cpu_seconds)
    os.close(writable)
    with os.fdopen(readable, "rb") as answers:
        answer = answers.read(ANSWER_BYTES_MAX)
    _, status, usage = os.wait4(child_id, 0)
    # Linux counts in KiB, macOS in bytes.
    held = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Ended(
        fate=_fate(status, answer),
        answer=answer,
        cost=Cost(held, round(usage.ru_utime + usage.ru_stime, 4)),
    )


def _fate(status: int, answer: bytes) -> Fate:
    if os.WIFSIGNALED(status):
        is_late = os.WTERMSIG(status) in {signal.SIGPROF, signal.SIGXCPU}
        return Fate.OUT_OF_TIME if is_late else Fate.DIED
    return Fate.ANSWERED if os.WEXITSTATUS(status) == 0 and answer else Fate.DIED


def _be_the_child(
    work: Callable[[], bytes], writable: int, *, parent_id: int, cpu_seconds: float
) -> NoReturn:
    try:
        die_with_parent(parent_id)
        # The pipes of the parent are not this process's to write to.
        os.closerange(3, writable)
        os.closerange(writable + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        # Should the timer be turned off by what is in the picture.
        limit = math.ceil(cpu_seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        syscall_filter.allow_only(syscall_filter.COMPUTING)
        with os.fdopen(writable, "wb", closefd=False) as answers:
            answers.write(work())
    except BaseException:  # noqa: BLE001 (nothing of the parent's may run in here)
        os._exit(1)
    os._exit(0)
