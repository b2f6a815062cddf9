"""How well garments lie on bodies: folds of every person and garment, and overlap on true pairs.

Set ``BOUTIQUE_SAMPLE_DATA`` to a folder with ``people/ccp/*.jpg``, ``people/synthetic_models`` and
``people/pairs/*_person.jpg`` with ``*_cloth.jpg`` and ``*_parse.png``; without it the drawn figures
are measured alone. Run with ``python -m tests.benchmarks.coordination``.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imaging.body import Person
from imaging.coordination import coordinate, drawn
from imaging.cutout import cut_out
from imaging.decoding import decode
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.drawing.mannequins import MANNEQUINS, draw_mannequin
from imaging.extraction import Extraction, extract, to_body_frame
from imaging.fitting import fit
from imaging.garment import Garment
from imaging.measuring import Body
from imaging.networks import LANDMARKS, Networks
from imaging.suitability import obstacles
from imaging.tailoring import take_apart
from imaging.warping import cell_areas, fit_warp
from tests.benchmarks.extraction import models, overlap, sample_data

GARMENT_ROWS = 512
"""Landmarks are fractions: the folds of a garment do not depend on the size it is drawn at."""

UPPER_CLOTHES = 5
"""Label of upper clothes in the parses of the pairs."""

OUTFIT = ("oxford-shirt", "wide-wool-trousers", "court-sneakers", "camel-coat", "camel-scarf")
ROUNDS = 5


def run() -> dict[str, float]:
    """Measure; what needs photographs or networks is left out, with a printed reason."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        seen = dict(_photographs())
        persons = [to_body_frame(extraction) for extraction in seen.values()]
        wardrobe = [draw(sketch, height_px=GARMENT_ROWS, worn=True) for sketch in CATALOGUE]
        figures = [draw_mannequin(figure.slug) for figure in MANNEQUINS]
        result = folds([*figures, *persons], wardrobe) | speed(figures[0])
        if persons:
            refused = [bool(obstacles(person)) for person in persons]
            result["photographs"] = float(len(persons))
            result["photographs_with_an_obstacle"] = float(sum(refused))
        overlaps = [overlap(*masks) for masks in _pairs(seen)]
        if overlaps:
            result["pair_iou_mean"] = round(float(np.mean(overlaps)), 4)
            result["pairs"] = float(len(overlaps))
    finally:
        cv2.setNumThreads(threads)
    return result


def _photographs() -> Iterator[tuple[Path, Extraction]]:
    people = sample_data() / "people"
    found = [
        *sorted((people / "ccp").glob("*.jpg")),
        *sorted((people / "synthetic_models").glob("*.png")),
        *sorted((people / "pairs").glob("*_person.jpg")),
    ]
    if not found:
        print(f"coordination: no photographs below {people}; set BOUTIQUE_SAMPLE_DATA")  # noqa: T201
    elif not (models() / LANDMARKS).exists():
        print(f"coordination: no networks below {models()}; run `make install`")  # noqa: T201
    else:
        networks = Networks(models())
        for path in found:
            image = decode(path.read_bytes(), side_px_min=64)[:, :, :3]
            yield path, extract(np.ascontiguousarray(image), networks)


def folds(persons: list[Person], wardrobe: list[Garment]) -> dict[str, float]:
    """Count cells of warps that are turned over where something visible is drawn."""
    folded, warps, relaxed = 0, 0, 0
    bodies = [Body.of(person) for person in persons]
    for garment in wardrobe:
        cloth = take_apart(garment)
        visible = {
            name: np.where(pixels[..., 3] > 8, np.uint8(255), np.uint8(0))
            for name, pixels in cloth.parts.items()
        }
        for body in bodies:
            for part in fit(cloth, body):
                warp = fit_warp(
                    part.sources,
                    part.targets,
                    occupied=visible[part.name],
                    frame=body.silhouette.shape[:2],
                )
                folded += folded_cells(warp.grid, visible[part.name])
                warps += 1
                relaxed += warp.relaxation < 1
    return {
        "folded_triangles": float(folded),
        "warps": float(warps),
        "warps_relaxed_percent": round(100 * relaxed / max(warps, 1), 2),
        "persons": float(len(persons)),
        "garments": float(len(wardrobe)),
    }


def folded_cells(grid: NDArray[np.float32], visible: NDArray[np.uint8]) -> int:
    """Count the cells of a backward map that turn over and have a visible corner."""
    if not grid.size:
        return 0
    height, width = visible.shape
    places = np.rint(grid).astype(int)
    inside = ((places >= 0) & (places < (height, width))).all(axis=2)
    held = np.clip(places, 0, (height - 1, width - 1))
    seen = inside & (visible[held[..., 0], held[..., 1]] > 0)
    corners = seen[:-1, :-1] | seen[1:, :-1] | seen[:-1, 1:] | seen[1:, 1:]
    return int((corners & (cell_areas(grid) <= 0)).sum())


def speed(person: Person) -> dict[str, float]:
    """Time a look of one and of five garments, with and without what is remembered of them."""
    sketches = {sketch.slug: sketch for sketch in CATALOGUE}
    outfit = [draw(sketches[slug], worn=True) for slug in OUTFIT]
    result: dict[str, float] = {}
    for name, garments in (("one_garment", outfit[:1]), ("five_garments", outfit)):
        first, again = list[float](), list[float]()
        for _ in range(ROUNDS):
            for kept in (drawn, take_apart):
                kept.cache_clear()
            for seconds in (first, again):
                started = time.perf_counter()
                coordinate(person, garments)
                seconds.append(time.perf_counter() - started)
        result[f"{name}_ms"] = round(1000 * float(np.median(again)), 1)
        result[f"{name}_first_ms"] = round(1000 * float(np.median(first)), 1)
        ratios = [once / more for once, more in zip(first, again, strict=True)]
        result[f"{name}_times"] = round(float(np.median(ratios)), 2)
    return result


def _pairs(
    seen: dict[Path, Extraction],
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Yield where a garment was drawn on its own wearer, and where the parse says it is worn."""
    for path, extraction in seen.items():
        parse = path.with_name(path.name.replace("_person.jpg", "_parse.png"))
        cloth = path.with_name(path.name.replace("_person", "_cloth"))
        if "_person" not in path.name or not parse.exists():
            continue
        person = to_body_frame(extraction)
        garment = cut_out(decode(cloth.read_bytes(), side_px_min=64), "longsleeve")
        rows, cols = person.rgba.shape[:2]
        found = np.zeros((rows, cols), bool)
        for layer in drawn(person, garment):
            found[layer.box.window()] |= layer.pixels[..., 3] > 127
        labels = np.array(Image.open(parse))
        worn = np.where(labels == UPPER_CLOTHES, np.uint8(255), np.uint8(0))
        wanted = cv2.warpAffine(worn, _to_frame(extraction, person), (cols, rows)) > 127
        # What the arms and the hair hide of it, and where the photograph ends, nobody can see.
        yield found & (person.rgba[..., 3] > 127), wanted


def _to_frame(extraction: Extraction, person: Person) -> NDArray[np.float64]:
    """Recover how the photograph came into the body frame, from the joints of both."""
    before, after = (
        np.array([each.joints[name] for name in ("crown", "ankle_left", "hip_right", "neck")])
        for each in (extraction, person)
    )
    scale = float(np.ptp(after[:, 0]) / np.ptp(before[:, 0]))
    down, right = np.mean(after - scale * before, axis=0).tolist()
    return np.array([[scale, 0, right], [0, scale, down]])


if __name__ == "__main__":
    print(run())  # noqa: T201
