"""Files that libFuzzer thinks of, guided by which lines of our code and of Pillow's they reach.

``python -m tests.fuzzing 100000`` tries so many and tells what became of them.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.strangers_files import (
    DISPLAY_P3,
    EXIF_BOMB,
    GOOD,
    HOSTILE,
    exif,
    film,
    heic,
    picture,
    profile,
    saved,
)

PROJECT = Path(__file__).parents[1]
SEED_BYTES_MAX = 20_000


class Crashed(Exception):
    """An input did what none may; the message holds it and what happened."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What became of the inputs, and what the process that tried them all took."""

    runs: int
    slowest_seconds: float
    memory_mb: float
    outcomes: dict[str, int]


def fuzz(runs: int, *, seed: int) -> Figures:
    """Try so many inputs in one process.

    Raises:
        Crashed: with the input that did it, in hexadecimal digits.
    """
    with tempfile.TemporaryDirectory(prefix="boutique-fuzzing-") as name:
        folder = Path(name)
        (folder / "seeds").mkdir()
        for number, data in enumerate(seeds()):
            (folder / "seeds" / f"{number:03}").write_bytes(data)
        # A program of its own, so that its memory is not that of making the seeds.
        done = subprocess.run(  # noqa: S603 (our own words)
            [sys.executable, "-m", "tests.fuzz_decoding", str(runs), str(seed), name],
            cwd=PROJECT,
            env={"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"},
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            inputs = [path.read_bytes().hex()[:2000] for path in folder.glob("*-*")]
            words = done.stderr.decode(errors="replace")[-3000:]
            raise Crashed(f"{words}\n{done.returncode}: {inputs}")
        return Figures(**json.loads((folder / "figures.json").read_text()))


def seeds() -> list[bytes]:
    """Small files of every kind, whose parts libFuzzer mixes."""
    small = picture(width=48, height=32)
    icc, tags = profile(primaries=DISPLAY_P3), exif(orientation=6, description="x")
    kinds = ("JPEG", "PNG", "WEBP", "AVIF")
    made = [saved(small, kind, icc_profile=icc, exif=tags) for kind in kinds]
    made += [saved(small.convert("RGBA"), kind) for kind in ("PNG", "WEBP", "AVIF")]
    made += [saved(small.convert(mode), "PNG") for mode in ("1", "L", "LA", "P", "I;16")]
    made += [saved(small.convert(mode), "JPEG") for mode in ("L", "CMYK")]
    made += [saved(small, "JPEG", progressive=True), saved(small, "WEBP", lossless=True)]
    made += [heic(small), heic(small.convert("RGBA")), heic(small, exif=tags.tobytes())]
    made += [film("PNG"), film("WEBP"), film("AVIF"), EXIF_BOMB[:5000]]
    made += [data for data, _ in HOSTILE.values()]
    made += [make() for make in GOOD.values()]
    return [data for data in made if len(data) <= SEED_BYTES_MAX]


if __name__ == "__main__":
    print(fuzz(int(sys.argv[1]), seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1))  # noqa: T201
