"""Which calls to the kernel a process may still make (seccomp), where Linux runs on x86-64 or ARM.

Other walls can be missing: containers commonly forbid namespaces, and old kernels have no Landlock.
This one is there since Linux 3.17, needs no right, and cannot be taken down again.
"""

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Final

_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_LOAD_WORD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _JUMP_IF_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_FOREIGN_NUMBERS = 0x40000000
"""Numbers of linux/seccomp.h and linux/bpf_common.h; from the last one on they mean x32."""

_CLONE_THREAD = 0x00010000

_MACHINES: Final[Mapping[str, tuple[int, int, int]]] = {
    "x86_64": (0xC000003E, 317, 0),
    "aarch64": (0xC00000B7, 277, 1),
}
"""As the kernel calls it, number of ``seccomp`` there, and which column below is the machine's."""

CALLS: Final[Mapping[str, tuple[int, int]]] = {
    "accept": (43, 202),
    "accept4": (288, 242),
    "bind": (49, 200),
    "bpf": (321, 280),
    "brk": (12, 214),
    "clock_getres": (229, 114),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "clone": (56, 220),
    "clone3": (435, 435),
    "close": (3, 57),
    "connect": (42, 203),
    "execve": (59, 221),
    "execveat": (322, 281),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "fstat": (5, 80),
    "futex": (202, 98),
    "getpid": (39, 172),
    "getrandom": (318, 278),
    "getrusage": (98, 165),
    "gettid": (186, 178),
    "gettimeofday": (96, 169),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kill": (62, 129),
    "listen": (50, 201),
    "lseek": (8, 62),
    "madvise": (28, 233),
    "mmap": (9, 222),
    "mount": (165, 40),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "open_by_handle_at": (304, 265),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "read": (0, 63),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "restart_syscall": (219, 128),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "rseq": (334, 293),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "sendmmsg": (307, 269),
    "sendmsg": (46, 211),
    "sendto": (44, 206),
    "set_robust_list": (273, 99),
    "setns": (308, 268),
    "sigaltstack": (131, 132),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "write": (1, 64),
    "writev": (20, 66),
}
"""Numbers of asm/unistd.h on x86-64, and of asm-generic/unistd.h, which ARM uses."""

NETWORK_AND_OTHERS: Final = frozenset(
    {
        *("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4"),
        *("sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg"),
        # These do the same by another door.
        *("io_uring_setup", "io_uring_enter", "io_uring_register"),
        # Other programs and other processes.
        *("execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "kill"),
        *("pidfd_open", "pidfd_getfd", "pidfd_send_signal", "open_by_handle_at"),
        # Parts of the kernel that break more often than others.
        *("bpf", "perf_event_open", "userfaultfd", "mount", "unshare", "setns"),
    }
)
"""What imaging never needs, and whoever has broken into it would."""

COMPUTING: Final = frozenset(
    {
        *("read", "write", "writev", "close", "lseek", "fstat"),
        *("mmap", "munmap", "mprotect", "mremap", "madvise", "brk"),
        *("futex", "sched_yield", "sched_getaffinity", "getpid", "gettid", "getrusage"),
        *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
        *("clock_gettime", "clock_getres", "clock_nanosleep", "gettimeofday", "getrandom"),
        *("set_robust_list", "rseq", "exit", "exit_group"),
    }
)
"""What a picture can be decoded with, once everything is loaded: memory, and what is open.

Threads come in addition, because the decoder of HEIC starts one, but no processes.
"""


def refuse(calls: Iterable[str]) -> bool:
    """Refuse these calls to this process, with all its threads and children, from now on.

    Answers whether the kernel took it.
    """
    return _install(lambda column: _each(calls, column, _REFUSE | errno.EPERM), others=_ALLOW)


def allow_only(calls: Iterable[str]) -> bool:
    """Refuse all calls but these, and new threads, to this process and all its threads.

    Answers whether the kernel took it.
    """
    return _install(
        lambda column: _each(calls, column, _ALLOW) + _threads_only(column),
        others=_REFUSE | errno.EPERM,
    )


def _each(calls: Iterable[str], column: int, answer: int) -> bytes:
    return b"".join(
        _step(_JUMP_IF_EQUAL, value=number, skip_unless=1) + _step(_RETURN, value=answer)
        for number in sorted(CALLS[call][column] for call in calls)
    )


def _threads_only(column: int) -> bytes:
    """Allow ``clone`` for threads; ``clone3`` hides its flags and seems not to be there."""
    return b"".join(
        [
            _step(_JUMP_IF_EQUAL, value=CALLS["clone3"][column], skip_unless=1),
            _step(_RETURN, value=_REFUSE | errno.ENOSYS),
            _step(_JUMP_IF_EQUAL, value=CALLS["clone"][column], skip_unless=3),
            _step(_LOAD_WORD, value=_FIRST_ARGUMENT_AT),
            _step(_JUMP_IF_SET, value=_CLONE_THREAD, skip_unless=1),
            _step(_RETURN, value=_ALLOW),
        ]
    )


def _install(steps_for: Callable[[int], bytes], *, others: int) -> bool:
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    name, call_seccomp, column = machine
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    code = b"".join(
        [
            # Numbers mean something else on another machine the kernel can play.
            _step(_LOAD_WORD, value=_MACHINE_AT),
            _step(_JUMP_IF_EQUAL, value=name, skip_if=1),
            _step(_RETURN, value=_KILL),
            _step(_LOAD_WORD, value=_NUMBER_AT),
            _step(_JUMP_IF_AT_LEAST, value=_FOREIGN_NUMBERS, skip_unless=1),
            _step(_RETURN, value=_REFUSE | errno.EPERM),
            steps_for(column),
            _step(_RETURN, value=others),
        ]
    )
    steps = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: how many steps, and (aligned) where.
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(steps))
    taken = libc.syscall(
        call_seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.create_string_buffer(program)
    )
    return bool(taken == 0)


def _step(code: int, *, value: int, skip_if: int = 0, skip_unless: int = 0) -> bytes:
    """One instruction of struct sock_filter."""
    return struct.pack("=HBBI", code, skip_if, skip_unless, value)
