"""Trains ``imaging/weights/garment.onnx``; needs what ``pip install --group training`` installs.

Run ``python -m tests.training.garment --minutes 60 --out garment.onnx``; the file is written every
few minutes, and ``--from`` goes on from one.
"""

# ruff: noqa: ANN401 (PyTorch ships no types that say more)

import argparse
import importlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.garment_network import GRID, SIDE_PX
from imaging.training.backbone import pretrained
from imaging.training.run import BACKBONE
from tests.training.garment_layers import TUNED_FROM, TUNED_TO, Tuned, as_onnx, early, late, read
from tests.training.garment_pictures import (
    Image,
    Random,
    Sample,
    Source,
    drawn,
    labelled,
    sample,
    training_photographs,
    unlabelled,
)

torch: Any = importlib.import_module("torch")
onnx: Any = importlib.import_module("onnx")
importlib.import_module("onnx.numpy_helper")

BATCH, POOL, FRESH = 8, 800, 3
"""Pictures of a step, pictures kept for reuse, and new ones made a step."""

SHARES = (0.12, 0.18, 0.7)
"""Of drawn, of cut out, and of labelled pictures."""

SIGMA_CELLS = 0.8
KEPT_EVERY_MINUTES = 5
RATE, BACKBONE_RATE, WARM_UP_STEPS, PULL_TO_ZERO = 1e-3, 2.5e-4, 50, 0.02
KEPT = 0.995
"""What the running mean of the weights, which is what is written, keeps of itself in a step."""


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """What is learnt from: garments of three kinds, and backgrounds to lay them before."""

    kinds: tuple[Sequence[Source], ...]
    around: Sequence[Image]

    def one(self, random: Random) -> Sample:
        kind = self.kinds[int(random.choice(len(self.kinds), p=SHARES))]
        return sample(random, kind[int(random.integers(len(kind)))], self.around)


class Lesson:
    """A picture as the part of the network that is not tuned sees it, and what is to be learnt."""

    def __init__(self, seen: tuple[Any, Any], made: Sample) -> None:
        self.quarter, self.eighth = (each.half() for each in seen)
        self.places = torch.from_numpy(_places(made))
        self.mask = torch.from_numpy(_quarters(made.mask))
        self.known = torch.from_numpy(made.known.astype(np.float32))
        self.has_mask = made.has_mask


def _places(made: Sample) -> NDArray[np.float32]:
    cells = np.arange(GRID, dtype=np.float32)
    at = (made.points + 0.5) * GRID / SIDE_PX - 0.5
    inside = (made.known > 0) & (at > -0.5).all(1) & (at < GRID - 0.5).all(1)
    rows = np.exp(-((cells - at[:, 1:]) ** 2) / (2 * SIGMA_CELLS**2))
    cols = np.exp(-((cells - at[:, :1]) ** 2) / (2 * SIGMA_CELLS**2))
    heat = rows[:, :, None] * cols[:, None, :]
    heat /= np.maximum(heat.sum((1, 2), keepdims=True), 1e-6)
    return np.asarray(heat * inside[:, None, None], np.float32)


def _quarters(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """A cell's four quarters one behind the other."""
    step = SIDE_PX // (2 * GRID)
    small = mask.reshape(2 * GRID, step, 2 * GRID, step).mean((1, 3))
    return np.ascontiguousarray(
        small.reshape(GRID, 2, GRID, 2).transpose(1, 3, 0, 2).reshape(4, GRID, GRID), np.float32
    )


def shown(tuned: Tuned, samples: Sequence[Sample]) -> list[Lesson]:
    pictures = torch.from_numpy(np.stack([each.rgb for each in samples])).permute(0, 3, 1, 2)
    normal = ((pictures.float() - 127) / 128).contiguous(memory_format=torch.channels_last)
    with torch.inference_mode():
        quarter, eighth = early(tuned, normal)
        return [
            Lesson((quarter[n].clone(), eighth[n].clone()), each) for n, each in enumerate(samples)
        ]


def loss(answer: tuple[Any, Any, Any], lessons: Sequence[Lesson]) -> Any:
    """Cross-entropy of where each landmark is, of the mask (with Dice), and of what is there."""
    heat, mask, present = answer
    functional = torch.nn.functional
    target = torch.stack([each.places for each in lessons]).flatten(2)
    each_place = -(target * functional.log_softmax(heat.flatten(2), dim=2)).sum(2)
    place_loss = each_place.sum() / target.sum().clamp(min=1)
    wanted = torch.stack([each.mask for each in lessons])
    has_mask = torch.tensor([float(each.has_mask) for each in lessons])
    entropy = functional.binary_cross_entropy_with_logits(mask, wanted, reduction="none")
    share = mask.sigmoid()
    common = (share * wanted).sum((1, 2, 3))
    dice = 1 - (2 * common + 1) / (share.sum((1, 2, 3)) + wanted.sum((1, 2, 3)) + 1)
    mask_loss = (has_mask * (2 * entropy.mean((1, 2, 3)) + dice)).sum() / has_mask.sum().clamp(1)
    known = torch.stack([each.known for each in lessons])
    asked = (known >= 0).float()
    there = functional.binary_cross_entropy_with_logits(
        present.flatten(1), known.clamp(min=0), reduction="none"
    )
    return place_loss + 1.5 * mask_loss + 0.3 * (asked * there).sum() / asked.sum().clamp(min=1)


def train(
    random: Random,
    tuned: Tuned,
    pictures: Pictures,
    *,
    minutes: float,
    keep: Callable[[Tuned], None],
) -> None:
    """Tune for so many minutes; what is kept is the running mean of the weights."""
    pool = shown(tuned, [pictures.one(random) for _ in range(BATCH)])
    late(tuned, *_stacked(pool[:1]))  # makes what is not pretrained
    mean = tuned.copied()
    optimiser = _optimiser(tuned)
    started, steps, recent, written = time.monotonic(), 0, list[float](), 0
    while (share := (time.monotonic() - started) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            warm = min(1.0, (steps + 1) / WARM_UP_STEPS)
            group["lr"] = group["initial_lr"] * warm * (0.5 + 0.5 * np.cos(np.pi * share))
        pool += shown(tuned, [pictures.one(random) for _ in range(FRESH)])
        pool = pool[-POOL:]
        lessons = [pool[n] for n in random.integers(0, len(pool), BATCH)]
        value = loss(late(tuned, *_stacked(lessons)), lessons)
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(tuned.tensors(), 5.0)
        optimiser.step()
        steps += 1
        kept = min(KEPT, steps / (steps + 10))
        with torch.no_grad():
            for each, now in zip(mean.tensors(), tuned.tensors(), strict=True):
                each.lerp_(now, 1 - kept)
        recent = [*recent[-99:], float(value.detach())]
        if steps % 100 == 0:
            print(steps, f"{share:.0%}", round(float(np.mean(recent)), 3), flush=True)  # noqa: T201
        if int(share * minutes / KEPT_EVERY_MINUTES) > written:
            written += 1
            keep(mean)
    keep(mean)


def _optimiser(tuned: Tuned) -> Any:
    backbone = [each for pair in tuned.backbone[TUNED_FROM:TUNED_TO] for each in pair]
    added = [each for pair in tuned.added_weights.values() for each in pair]
    for each in (*backbone, *added):
        each.requires_grad_()
    return torch.optim.AdamW(
        [
            {"params": backbone, "lr": BACKBONE_RATE, "initial_lr": BACKBONE_RATE},
            {"params": added, "lr": RATE, "initial_lr": RATE},
        ],
        weight_decay=PULL_TO_ZERO,
    )


def _stacked(lessons: Sequence[Lesson]) -> tuple[Any, Any]:
    quarter, eighth = (
        torch.stack(parts).float().contiguous(memory_format=torch.channels_last)
        for parts in zip(*((each.quarter, each.eighth) for each in lessons), strict=True)
    )
    return quarter, eighth


def untrained() -> Tuned:
    folder = Path(str(importlib.import_module(BACKBONE).__file__)).parent
    (file,) = folder.glob("models/*.pth")
    return Tuned(torch, pretrained(torch, file))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--drawn", type=int, default=160)
    parser.add_argument("--photographs", type=int, default=260)
    parser.add_argument("--from", dest="before", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--with-development", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("garment.onnx"))
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    paths = list(random.permutation(np.array(training_photographs()))[: asked.photographs])
    cut, around = unlabelled(paths)
    photographs = labelled(with_development=asked.with_development)
    pictures = Pictures(kinds=(drawn(random, asked.drawn), cut, photographs), around=around)
    tuned = read(torch, onnx, asked.before.read_bytes()) if asked.before else untrained()
    train(
        random,
        tuned,
        pictures,
        minutes=asked.minutes,
        keep=lambda mean: _write(asked.out, as_onnx(onnx, mean)),
    )


def _write(path: Path, written: bytes) -> None:
    """Whole or not at all, whenever the training is ended."""
    beside = path.with_suffix(".part")
    beside.write_bytes(written)
    beside.replace(path)


if __name__ == "__main__":
    main()
