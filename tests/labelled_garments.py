"""Photographs of garments whose landmarks somebody has marked by eye, and how far off one is.

The marks are committed, the photographs are not: they lie where ``BOUTIQUE_SAMPLE_DATA`` says.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PROJECT = Path(__file__).resolve().parents[1]
LABELS = PROJECT / "tests" / "golden" / "landmarks.json"
TRAINING_LABELS = PROJECT / "tests" / "golden" / "landmarks_training.json"

Places = Mapping[str, tuple[float, float]]


def sample_data() -> Path:
    """Where photographs lie that may be tested with, but not shipped."""
    return Path(os.environ.get("BOUTIQUE_SAMPLE_DATA", PROJECT.parent / "shared" / "data"))


@dataclass(frozen=True, kw_only=True, eq=False)
class Labelled:
    """One photograph: landmarks as fractions ``row, col``, or why it is unfit to have any."""

    name: str
    type: str
    sha256: str
    landmarks: Places
    unfit: str | None

    @property
    def path(self) -> Path:
        garments = self.name.startswith(("cc0/", "nc/"))
        return sample_data() / ("garments" if garments else ".") / self.name

    @property
    def is_held_out(self) -> bool:
        """Nothing was tuned or trained on the half of the photographs for which this holds."""
        stem = self.name.rpartition("/")[2]
        return hashlib.sha256(stem.encode()).digest()[0] % 2 == 1

    def picture(self) -> NDArray[np.uint8]:
        raw = self.path.read_bytes()
        if not hashlib.sha256(raw).hexdigest().startswith(self.sha256):
            raise ValueError(f"{self.path} is not the photograph that was labelled")
        with Image.open(self.path) as image:
            return np.array(image.convert("RGB"))

    def misses(self, found: Places, shape: tuple[int, ...]) -> dict[str, float]:
        """Distance of each marked landmark per height of the garment; infinite where missing."""
        size = np.array(shape[:2])
        rows = [row for row, _ in self.landmarks.values()]
        height = (max(rows) - min(rows)) * shape[0]
        return {
            name: float(np.linalg.norm((np.array(found[name]) - at) * size) / height)
            if name in found
            else float("inf")
            for name, at in self.landmarks.items()
        }


@cache
def labels(path: Path = LABELS) -> tuple[Labelled, ...]:
    told = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Labelled(
            name=name,
            type=each["type"],
            sha256=each["sha256"],
            landmarks={key: (at[0], at[1]) for key, at in each.get("landmarks", {}).items()},
            unfit=each.get("unfit"),
        )
        for name, each in told.items()
    )


def present() -> Iterator[Labelled]:
    """Those whose photograph is on this machine."""
    return (each for each in labels() if each.path.exists())
