"""Jobs that misbehave, to see that the pool of image workers survives them."""

import ctypes
import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from imaging.decoding import ImageRefused, decode
from imaging.encoding import to_png


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


def eat_memory() -> int:
    return len(bytearray(8 * 2**30))


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

    return {
        "read_passwords": can(lambda: Path("/etc/passwd").read_bytes()),
        "write": can(lambda: Path(spot).write_bytes(b"x")),
        "connect": can(connect),
        "environment": "HOME" in os.environ,
    }


JOBS: Mapping[str, Callable[..., Any]] = {
    job.__name__: job
    for job in (echo, clean, refuse, crash, hang, eat_memory, answer_nonsense, fail, probe)
}

ANSWERS: Mapping[str, Any] = {
    "echo": str,
    "clean": bytes,
    "refuse": None,
    "crash": None,
    "hang": None,
    "eat_memory": int,
    "answer_nonsense": str,
    "fail": None,
    "probe": dict[str, bool],
}
