"""How well and how fast persons are cut out of street photographs.

Set ``BOUTIQUE_SAMPLE_DATA`` to a folder with ``people/ccp/*.jpg`` and
``people/ccp_masks/*.mask.png``, and ``BOUTIQUE_MODELS`` to a ``node_modules`` folder where the
project's own is not wanted. Run with ``python -m tests.benchmarks.extraction``.
"""

import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imaging.decoding import decode
from imaging.extraction import extract
from imaging.networks import LANDMARKS, Networks

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE_DATA = PROJECT.parent / "shared" / "data"
EDGE_TOLERANCE_PX = 4


def sample_data() -> Path:
    """Where photographs lie that may be tested with, but not shipped."""
    return Path(os.environ.get("BOUTIQUE_SAMPLE_DATA", SAMPLE_DATA))


def models() -> Path:
    """Where ``make install`` puts the networks."""
    return Path(os.environ.get("BOUTIQUE_MODELS", PROJECT / "web" / "node_modules"))


def run() -> dict[str, float]:
    """Measure; nothing, and a printed reason, where photographs or networks are absent."""
    photographs = sorted((sample_data() / "people" / "ccp").glob("*.jpg"))
    if not photographs:
        print(f"extraction: no photographs below {sample_data()}; set BOUTIQUE_SAMPLE_DATA")  # noqa: T201
        return {}
    if not (models() / LANDMARKS).exists():
        print(f"extraction: no networks below {models()}; run `make install`")  # noqa: T201
        return {}
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        overlaps, edges, seconds = zip(*_measured(photographs), strict=True)
    finally:
        cv2.setNumThreads(threads)
    return {
        "iou_mean": round(float(np.mean(overlaps)), 4),
        "iou_p10": round(float(np.quantile(overlaps, 0.1)), 4),
        "bf4": round(float(np.mean(edges)), 4),
        "ms_median": round(1000 * float(np.median(seconds)), 1),
        "rss_mb": round(_peak_memory_mb(), 1),
        "photographs": float(len(photographs)),
    }


def _peak_memory_mb() -> float:
    """The most this process ever held, in MiB.

    Linux keeps ``ru_maxrss`` across an exec, so that a program started by a large process reports
    its parent's peak; ``VmHWM`` belongs to the program itself.
    """
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 2**10


def _measured(photographs: list[Path]) -> Iterator[tuple[float, float, float]]:
    networks = Networks(models())
    extract(_one_megapixel(decode(photographs[0].read_bytes())), networks)
    for path in photographs:
        photograph = _one_megapixel(decode(path.read_bytes()))
        truth = np.array(
            Image.open(path.parent.parent / "ccp_masks" / f"{path.stem}.mask.png").convert("L")
        )
        size = (photograph.shape[1], photograph.shape[0])
        wanted = cv2.resize((truth > 127).astype(np.uint8), size) > 0
        started = time.perf_counter()
        found = extract(photograph, networks).rgba[:, :, 3] > 127
        took = time.perf_counter() - started
        yield overlap(found, wanted), edge_agreement(found, wanted), took


def _one_megapixel(photograph: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, cols = photograph.shape[:2]
    scale = (1_000_000 / (rows * cols)) ** 0.5
    size = (round(cols * scale), round(rows * scale))
    return np.asarray(cv2.resize(photograph[:, :, :3], size), np.uint8)


def overlap(found: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    """Intersection over union."""
    return float((found & wanted).sum() / max(1, (found | wanted).sum()))


def edge_agreement(found: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    """F-measure of the outlines, where four pixels beside still count as met."""
    side = 2 * EDGE_TOLERANCE_PX + 1
    near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    outlines = [
        cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
        for mask in (found, wanted)
    ]
    zones = [np.asarray(cv2.dilate(outline, near)) > 0 for outline in outlines]
    ours, theirs = (np.asarray(outline) > 0 for outline in outlines)
    precision = float((ours & zones[1]).sum() / max(1, ours.sum()))
    recall = float((theirs & zones[0]).sum() / max(1, theirs.sum()))
    return 2 * precision * recall / max(1e-9, precision + recall)


if __name__ == "__main__":
    print(run())  # noqa: T201
