"""How well garments are cut out and their landmarks found.

Set ``BOUTIQUE_SAMPLE_DATA`` to the folder of the photographs that ``tests/golden/landmarks.json``
names. Run with ``python -m tests.benchmarks.landmarks``.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from imaging.cutout import cut_out
from imaging.garment import CONFIDENCE_MIN, Garment
from imaging.landmarks import find_landmarks
from tests.benchmarks._scenes import SCENES, scenes
from tests.benchmarks.extraction import edge_agreement, overlap
from tests.labelled_garments import Labelled, present, sample_data

WITHIN = 0.03
"""Of the garment's height."""

STEMS = (
    "collar",
    "neckline",
    "shoulder",
    "armpit",
    "elbow_outer",
    "elbow_inner",
    "cuff_outer",
    "cuff_inner",
    "waist",
    "waist_centre",
    "hip",
    "crotch",
    "knee_outer",
    "knee_inner",
    "hem",
    "hem_centre",
    "hem_outer",
    "hem_inner",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """What became of one labelled photograph."""

    label: Labelled
    garment: Garment
    misses: Mapping[str, float]
    by_rules: Mapping[str, float]
    seconds: float


def judged() -> Iterator[Judged]:
    for label in present():
        picture = label.picture()
        started = time.perf_counter()
        garment = cut_out(picture, label.type)
        seconds = time.perf_counter() - started
        yield Judged(
            label=label,
            garment=garment,
            misses=label.misses(garment.landmarks, picture.shape) if not label.unfit else {},
            by_rules=_by_rules(label, picture.shape, garment) if not label.unfit else {},
            seconds=seconds,
        )


def _by_rules(label: Labelled, shape: tuple[int, ...], garment: Garment) -> Mapping[str, float]:
    """The baseline: the same outline, and rules about outlines alone."""
    return label.misses(find_landmarks(garment.rgba, garment_type=label.type), shape)


def run() -> dict[str, float]:
    """Measure; nothing, and a printed reason, where the photographs are absent."""
    if next(present(), None) is None:
        print(f"landmarks: no photographs below {sample_data()}; set BOUTIQUE_SAMPLE_DATA")  # noqa: T201
        return {}
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return _figures(list(judged())) | _alphas()
    finally:
        cv2.setNumThreads(threads)


def _figures(results: Sequence[Judged]) -> dict[str, float]:
    fit = [each for each in results if not each.label.unfit]
    unfit = [each for each in results if each.label.unfit]
    halves = {
        "held_out": [each for each in fit if each.label.is_held_out],
        "development": [each for each in fit if not each.label.is_held_out],
    }
    figures: dict[str, float] = {}
    for half, members in halves.items():
        figures |= _half(half, members)
    held_out = halves["held_out"]
    figures |= _by_name(held_out)
    figures["ms_median"] = 1000 * float(np.median([each.seconds for each in results]))
    figures["unfit_photographs"] = len(unfit)
    figures["unfit_that_wait"] = sum(not each.garment.is_sure for each in unfit)
    return {name: round(value, 4) for name, value in figures.items()}


def _half(half: str, members: Sequence[Judged]) -> dict[str, float]:
    found = np.array([miss for each in members for miss in each.misses.values()])
    rules = np.array([miss for each in members for miss in each.by_rules.values()])
    sure = [
        miss
        for each in members
        if each.garment.alpha_confidence >= CONFIDENCE_MIN
        for name, miss in each.misses.items()
        if each.garment.confidence_of(name) >= CONFIDENCE_MIN
    ]
    whole = [max(each.misses.values()) <= WITHIN for each in members]
    passed = [ok for ok, each in zip(whole, members, strict=True) if each.garment.is_sure]
    return {
        f"{half}_garments": len(members),
        f"{half}_landmarks": len(found),
        f"{half}_landmarks_within": float((found <= WITHIN).mean()),
        f"{half}_landmarks_within_by_rules": float((rules <= WITHIN).mean()),
        f"{half}_landmarks_within_twice": float((found <= 2 * WITHIN).mean()),
        f"{half}_median_miss": float(np.median(found)),
        f"{half}_garments_with_all_within": float(np.mean(whole)),
        f"{half}_sure_landmarks": len(sure) / len(found),
        f"{half}_sure_landmarks_within": float(np.mean(np.array(sure) <= WITHIN)) if sure else 0.0,
        f"{half}_garments_sure": len(passed) / len(members),
        f"{half}_garments_sure_with_all_within": float(np.mean(passed)) if passed else 0.0,
    }


def _by_name(members: Sequence[Judged]) -> dict[str, float]:
    """Shares within the limit for each landmark, both sides together, beside the rules' share."""
    ours, rules = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    for each in members:
        for name in each.misses:
            stem = name.removesuffix("_left").removesuffix("_right")
            ours[stem].append(each.misses[name])
            rules[stem].append(each.by_rules[name])
    figures: dict[str, float] = {}
    for stem in STEMS:
        share, before = (_share(x[stem]) for x in (ours, rules))
        figures[f"{stem}_within"] = share
        figures[f"{stem}_within_by_rules"] = before
        figures[f"{stem}_ratio"] = share / before
    return figures


def _share(misses: Sequence[float]) -> float:
    """Share within the limit; one hundredth at least, because the chart's axis has no nought."""
    return max(0.01, float((np.array(misses) <= WITHIN).mean()))


def _alphas() -> dict[str, float]:
    """Overlap with the true alpha of drawn garments, for each scene and over all."""
    ious, edges = defaultdict[str, list[float]](list), list[float]()
    for scene, garment_type, photograph, truth in scenes():
        found = cut_out(photograph, garment_type).rgba[..., 3] > 127
        ious[scene].append(overlap(found, truth))
        edges.append(edge_agreement(found, truth))
    every = [value for values in ious.values() for value in values]
    figures = {f"alpha_iou_{scene}": float(np.mean(ious[scene])) for scene in SCENES}
    return {
        name: round(value, 4)
        for name, value in {
            "alpha_iou_mean": float(np.mean(every)),
            "alpha_iou_p10": float(np.quantile(every, 0.1)),
            "alpha_bf4": float(np.mean(edges)),
            **figures,
        }.items()
    }


if __name__ == "__main__":
    print(run())  # noqa: T201
