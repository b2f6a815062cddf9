"""What a process gives up before it opens a stranger's file. Each step is taken where it exists.

Linux knows all of them; elsewhere limits and an empty environment remain.
"""

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

WALLS: Final = {
    "network": "the kernel allows neither a network namespace nor a filter of calls",
    "files": "the kernel has no Landlock, which came with Linux 5.13",
    "calls": "the kernel takes no filter of calls on this machine",
}
"""What shuts a process in, and why one of them may be missing."""

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000

_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_PATH_BENEATH = 1
_LANDLOCK_EVERYTHING = (1 << 13) - 1
_LANDLOCK_READ = 1 << 2 | 1 << 3
"""Numbers of linux/prctl.h, linux/sched.h and linux/landlock.h; the same on all 64-bit machines."""


def die_with_parent(parent_id: int) -> None:
    """End this process when its parent ends, however that happens."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        # The parent may have gone before the line above.
        if os.getppid() != parent_id:
            sys.exit(1)


def limit_resources(*, memory_bytes: int | None, cpu_seconds: int | None, files: int) -> None:
    """Bound memory, time and open files, and forbid files that grow."""
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: files,
        resource.RLIMIT_CORE: 0,
    }
    for which, limit in limits.items():
        # macOS refuses RLIMIT_AS.
        with contextlib.suppress(ValueError, OSError):
            if limit is not None:
                resource.setrlimit(which, (limit, limit))


def limit_memory_beyond_loaded(memory_bytes: int) -> None:
    """Let this process and its children take so much more than it has now."""
    with contextlib.suppress(ValueError, OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def leave_network() -> bool:
    """Move to a network namespace without any interface; must come before the first thread.

    Answers whether the kernel allowed it.
    """
    if sys.platform != "linux":
        return False
    libc = _libc()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def close_files_except(readable: Iterable[Path]) -> bool:
    """Let this process open nothing any more but files below these folders, and those read-only.

    Answers whether the kernel allowed it (Landlock, Linux 5.13 and newer).
    """
    if sys.platform != "linux":
        return False
    libc = _libc()
    handled = ctypes.create_string_buffer(struct.pack("=Q", _LANDLOCK_EVERYTHING), 8)
    rules = libc.syscall(_LANDLOCK_CREATE_RULESET, handled, 8, 0)
    if rules < 0:
        return False
    try:
        for folder in readable:
            if not folder.is_dir():
                continue
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                rule = struct.pack("=Qi", _LANDLOCK_READ, handle)
                beneath = ctypes.create_string_buffer(rule, len(rule))
                libc.syscall(_LANDLOCK_ADD_RULE, rules, _LANDLOCK_PATH_BENEATH, beneath, 0)
            finally:
                os.close(handle)
        return bool(libc.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
