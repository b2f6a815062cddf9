"""The process in which libFuzzer tries files on ``imaging.decoding``; ``tests.fuzzing`` starts it.

It ends with figures as JSON, or where an input does what none may: raise something else than a
refusal, refuse without a reason, or take more than it may.
"""

import contextlib
import json
import os
import struct
import sys
import time
import zlib
from collections import Counter
from pathlib import Path

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]

with atheris.instrument_imports(include=["imaging", "PIL"], enable_loader_override=False):
    from imaging.decoding import ImageRefused, decode, load_decoders

from adapters.image_worker import OPENING_MEMORY_BYTES_MAX
from adapters.sandbox import limit_memory_beyond_loaded

FILE_BYTES_MAX = 20_000
SIDE_PX_MAX = 32
SECONDS_MAX = 2.0
MEMORY_MB_MAX = 200
REASONS = frozenset(
    {
        *("empty-file", "too-many-bytes", "not-an-image", "truncated", "too-many-pixels"),
        *("animated", "too-small", "too-narrow", "too-much-memory", "unreadable"),
    }
)


def repaired(png: bytes) -> bytes:
    """Give each chunk of a PNG the sum it should have: nothing gets past the first one without."""
    parts, at = [png[:8]], 8
    while at + 8 <= len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        body = png[at + 4 : at + 8 + length]
        if len(body) < length + 4:
            break
        parts += [png[at : at + 4], body, struct.pack(">I", zlib.crc32(body))]
        at += 12 + length
    return b"".join(parts) + png[at:]


def mutated(data: bytes, size_max: int, seed: int) -> bytes:
    """Mutate a file so that some of it still holds together."""
    found = bytes(atheris.Mutate(data, size_max))
    is_repaired = seed % 8 != 0 and found.startswith(b"\x89PNG\r\n\x1a\n")
    return repaired(found)[:size_max] if is_repaired else found


class Fuzzed:
    """What has happened so far."""

    def __init__(self, *, runs: int, figures: Path) -> None:
        self._runs = runs
        self._figures = figures
        self._done = 0
        self._slowest = 0.0
        self._outcomes = Counter[str]()

    def __call__(self, data: bytes) -> None:
        began = time.process_time()
        try:
            pixels = decode(data, side_px_min=1, side_px_max=SIDE_PX_MAX)
        except ImageRefused as refused:
            if refused.reason not in REASONS or not refused.message.endswith("."):
                raise ValueError(f"{refused.reason}: {refused.message}") from refused
            self._outcomes[refused.reason] += 1
        else:
            assert pixels.dtype == "uint8"
            assert pixels.ndim == 3
            assert pixels.shape[2] in {3, 4}
            assert 1 <= min(pixels.shape) <= max(pixels.shape) <= SIDE_PX_MAX
            self._outcomes["read"] += 1
        took, holds = time.process_time() - began, peak_memory_mb()
        self._slowest = max(self._slowest, took)
        self._done += 1
        if self._done % 500 == 0 or self._done >= self._runs:
            self._figures.write_text(json.dumps(self.figures()))
        if took > SECONDS_MAX or holds > MEMORY_MB_MAX:
            raise TimeoutError(f"one file took {took:.1f} s, and the process {holds:.0f} MB")

    def figures(self) -> dict[str, object]:
        return {
            "runs": self._done,
            "slowest_seconds": round(self._slowest, 3),
            "memory_mb": round(peak_memory_mb(), 1),
            "outcomes": dict(self._outcomes.most_common()),
        }


def peak_memory_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 2**10


def main(runs: int, seed: int, folder: Path) -> None:
    load_decoders()
    limit_memory_beyond_loaded(OPENING_MEMORY_BYTES_MAX)  # as where strangers' files are opened
    # Libraries in C complain to the terminal about each file.
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    options = {
        "runs": runs,
        "seed": seed,
        "max_len": FILE_BYTES_MAX,
        # Judged above, file by file: libFuzzer counts what the program that started it had, too.
        "rss_limit_mb": 0,
        "timeout": 120,
        "artifact_prefix": f"{folder}/",
    }
    arguments = [sys.argv[0], *(f"-{name}={value}" for name, value in options.items())]
    atheris.Setup(
        [*arguments, str(folder / "seeds")],
        Fuzzed(runs=runs, figures=folder / "figures.json"),
        custom_mutator=mutated,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
