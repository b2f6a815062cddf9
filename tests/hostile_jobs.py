"""Jobs that misbehave, to see that the pool of image workers survives them."""

import ctypes
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from imaging.decoding import ImageRefused, decode
from imaging.encoding import to_png

NOTES: list[str] = []


def prepare(models: Path | None) -> None:
    """Nothing to load."""
    del models


def echo(value: str) -> str:
    return value


def clean(data: bytes) -> bytes:
    return to_png(decode(data))


def refuse() -> None:
    raise ImageRefused("animated", "It moves.")


def crash() -> None:
    ctypes.string_at(0)


def hang() -> None:
    time.sleep(3600)


def spin() -> None:
    while True:
        pass


def eat_memory() -> int:
    return len(bytearray(8 * 2**30))


def eat_memory_bit_by_bit() -> int:
    kept = [bytearray(2**20) for _ in range(8 * 2**10)]
    return len(kept)


def babble() -> bytes:
    """More than anybody reads."""
    return bytes(70 * 2**20)


def leave_a_note(text: str) -> list[str]:
    """Answer what earlier jobs of this process have left behind."""
    NOTES.append(text)
    return NOTES


def answer_nonsense() -> list[str]:
    return ["not", "a", "text"]


def fail() -> None:
    raise KeyError("a fault of ours")


def probe(port: int, spot: str) -> dict[str, bool]:
    """Say which of the things a sandbox should forbid can be done."""

    def can(action: Callable[[], object]) -> bool:
        try:
            action()
        except OSError:
            return False
        return True

    def connect() -> None:
        with socket.socket() as caller:
            caller.settimeout(1)
            caller.connect(("127.0.0.1", port))

    def start_program() -> None:
        os.posix_spawn("/bin/true", ["/bin/true"], {})

    return {
        "read_passwords": can(lambda: Path("/etc/passwd").read_bytes()),
        "write": can(lambda: Path(spot).write_bytes(b"x")),
        "connect": can(connect),
        "listen": can(lambda: socket.create_server(("127.0.0.1", 0))),
        "start_program": can(start_program),
        "signal_parent": can(lambda: os.kill(os.getppid(), 0)),
        "environment": "HOME" in os.environ,
    }


def probe_computing() -> dict[str, bool]:
    """Say what may be done beyond that where nothing but computing should be possible."""

    def can(action: Callable[[], object]) -> bool:
        try:
            action()
        except OSError:
            return False
        return True

    return {
        "read_library": can(lambda: Path(os.__file__).read_bytes()),
        "look_around": can(lambda: list(Path("/").iterdir())),
        "fork": can(_fork_and_end),
        "raise_limits": can(lambda: signal.setitimer(signal.ITIMER_PROF, 60)),
        "talk_to_server": any(can(partial(os.fstat, number)) for number in range(5, 64)),
    }


def _fork_and_end() -> None:
    if os.fork() == 0:
        os._exit(0)


JOBS: Mapping[str, Callable[..., Any]] = {
    job.__name__: job
    for job in (
        *(echo, clean, refuse, crash, hang, spin, eat_memory, eat_memory_bit_by_bit),
        *(answer_nonsense, babble, leave_a_note, fail, probe, probe_computing),
    )
}

ANSWERS: Mapping[str, Any] = {
    "echo": str,
    "clean": bytes,
    "refuse": None,
    "crash": None,
    "hang": None,
    "spin": None,
    "eat_memory": int,
    "eat_memory_bit_by_bit": int,
    "answer_nonsense": str,
    "babble": bytes,
    "leave_a_note": list[str],
    "fail": None,
    "probe": dict[str, bool],
    "probe_computing": dict[str, bool],
}
