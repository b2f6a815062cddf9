"""How often type, design and colour of photographed garments are read rightly, and how fast.

Set ``BOUTIQUE_SAMPLE_DATA`` to a folder with ``clothing-cc0/validation``, of which the committed
network has learned nothing. Run with ``python -m tests.benchmarks.classification``.
"""

import csv
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from imaging.classification import Classification, Classifier
from imaging.decoding import decode
from imaging.training.pictures import FOLDER_TYPES
from tests.benchmarks.extraction import sample_data

NEAR = {
    "black": ("navy", "brown"),
    "grey": ("black", "blue", "green"),
    "blue": ("navy",),
    "white": ("grey",),
    "beige": ("white", "brown", "grey", "yellow"),
    "pink": ("red", "purple"),
    "turquoise": ("green", "blue"),
    "orange": ("red", "brown", "yellow"),
    "purple": ("blue",),
    "green": ("yellow",),
}
NEIGHBOURS = frozenset(frozenset((name, other)) for name, near in NEAR.items() for other in near)
"""Names that two people give to one garment, or one person in two lights."""

SURE_FROM = (0.0, 0.5, 0.7, 0.9, 1.0)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was read from a photograph, beside what people say."""

    type: str
    design: str  # empty where nobody looked
    colour: str
    found: Classification
    seconds: float
    network_seconds: float


def data() -> Path:
    return sample_data() / "clothing-cc0"


def is_near(name: str, other: str) -> bool:
    return name == other or frozenset((name, other)) in NEIGHBOURS


def run() -> dict[str, float]:
    """Measure; nothing, and a printed reason, where the photographs are absent."""
    figures = measured(every=1)
    if not figures:
        print(f"classification: no photographs below {data()}; set BOUTIQUE_SAMPLE_DATA")  # noqa: T201
    return figures


def measured(*, every: int) -> dict[str, float]:
    """Measure on every so many photographs."""
    photographs = sorted((data() / "validation").glob("*/*.jpg"))[::every]
    if not photographs:
        return {}
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        answers = list(_answers(photographs))
    finally:
        cv2.setNumThreads(threads)
    return _figures(answers)


def _answers(photographs: list[Path]) -> Iterable[Answer]:
    with (data() / "labels_by_eye_validation.csv").open(newline="") as file:
        labels = {
            row["path_in_clothing-dataset-small"]: (row["design"], row["colour"])
            for row in csv.DictReader(file)
        }
    classifier = Classifier()
    for path in photographs:
        image = np.ascontiguousarray(decode(path.read_bytes(), side_px_min=16)[..., :3])
        begun = time.perf_counter()
        found = classifier.classify(image)
        classified = time.perf_counter()
        classifier.look(image)
        looked = time.perf_counter()
        folder = path.parent.name
        design, colour = labels.get(f"validation/{folder}/{path.name}", ("", ""))
        yield Answer(
            type=FOLDER_TYPES.get(folder, folder),
            design=design,
            colour="" if colour == "multi" else colour,
            found=found,
            seconds=classified - begun,
            network_seconds=looked - classified,
        )


def _figures(answers: list[Answer]) -> dict[str, float]:
    designed = [answer for answer in answers if answer.design]
    coloured = [answer for answer in answers if answer.colour]
    named = [(answer.colour, answer.found.colours[0].name) for answer in coloured]
    figures = {
        "type": _share(answer.type == answer.found.type.name for answer in answers),
        "design": _share(answer.design == answer.found.design.name for answer in designed),
        "colour": _share(name == other for name, other in named),
        "colour_or_neighbour": _share(is_near(name, other) for name, other in named),
        "ms_median": round(1000 * float(np.median([answer.seconds for answer in answers])), 1),
        "network_ms_median": round(
            1000 * float(np.median([answer.network_seconds for answer in answers])), 1
        ),
        "photographs": float(len(answers)),
        "photographs_with_design": float(len(designed)),
        "photographs_with_colour": float(len(coloured)),
    }
    for low, high in pairwise(SURE_FROM):
        sure = [a for a in answers if low < a.found.type.confidence <= high]
        figures[f"type_sure_{low:.1f}_to_{high:.1f}_count"] = float(len(sure))
        if sure:
            figures[f"type_sure_{low:.1f}_to_{high:.1f}"] = _share(
                answer.type == answer.found.type.name for answer in sure
            )
    confused = Counter((answer.type, answer.found.type.name) for answer in answers)
    for (truth, name), count in sorted(confused.items()):
        figures[f"{truth} as {name}"] = float(count)
    return figures


def _share(right: Iterable[bool]) -> float:
    counted = list(right)
    return round(float(np.mean(counted)), 4) if counted else 0.0


if __name__ == "__main__":
    print(run())  # noqa: T201
