"""Tunes the last third of a pretrained network to types, designs and colours of garments."""

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.classification import DESIGNS
from imaging.colour_naming import NAMES
from imaging.garment import GARMENT_TYPES
from imaging.training.backbone import LAYERS, Weights, forward
from imaging.training.pictures import UNKNOWN
from imaging.training.views import View

HEADS = (len(GARMENT_TYPES), len(DESIGNS), len(NAMES))
HEAD_SHARES = (1.0, 0.9, 0.8)
"""How much each question counts."""

BATCH = 64
NOTHING = np.zeros((0, 0, 3), np.uint8)
"""In place of a square that has been seen: thousands of them do not fit into memory."""
RATE, HEAD_RATE = 4e-4, 2.4e-3
PULL_TO_ZERO = 0.02
SMOOTHING = (0.1, 0.07, 0.1)
"""Part of a label's certainty that is spread over all names: labels err."""

DROPPED_BLOCKS, DROPPED_FEATURES = 0.15, 0.25
PRINTED_PER_EPOCH, DRAWN_PER_EPOCH = 300, 130


@dataclass(frozen=True, kw_only=True, eq=False)
class Lessons:
    """Views as the frozen part of the network sees them, with what is to be learned.

    Attributes
    ----------
    tuned_from : int
        The first of ``LAYERS`` that is tuned.
    activations : (N, C, S, S) float16 tensor
        What comes into it.
    answers : (N, 3) int64
        Type, design and colour; ``UNKNOWN`` where there is none.
    sources : (N,) int64
        Photograph each comes from; -1 for drawn ones.
    is_invented, is_as_taken : (N,) bool
        As in ``View``.
    """

    tuned_from: int
    activations: Any
    answers: NDArray[np.int64]
    sources: NDArray[np.int64]
    is_invented: NDArray[np.bool_]
    is_as_taken: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Tuned:
    """What was learned.

    Attributes
    ----------
    weights : Weights
        Of the layers that were tuned, the last ones.
    heads : list of (tensor, tensor)
        Weights and offsets of the three questions.
    """

    weights: Weights
    heads: Weights


def lessons(
    torch: Any,  # noqa: ANN401
    weights: Weights,
    shown: Iterable[View],
    tuned_from: int,
) -> Lessons:
    """Show views to the part of the network that stays as it is.

    Parameters
    ----------
    torch : module
        PyTorch.
    weights : Weights
        Pretrained.
    shown : iterable of View
        What is learned from.
    tuned_from : int
        The first of ``LAYERS`` that is not to stay as it is.

    Returns
    -------
    Lessons
    """
    parts = list[Any]()
    kept = list[View]()
    waiting = iter(shown)
    with torch.inference_mode():
        while batch := list(itertools.islice(waiting, BATCH)):
            squares = np.stack([view.square for view in batch])
            values = torch.from_numpy(squares).permute(0, 3, 1, 2).float()
            values = ((values - 127) / 128).contiguous(memory_format=torch.channels_last)
            frozen = forward(torch, LAYERS[:tuned_from], weights[:tuned_from], values)
            parts.append(frozen.half())
            kept += [replace(view, square=NOTHING) for view in batch]
    return Lessons(
        tuned_from=tuned_from,
        activations=torch.cat(parts),
        answers=np.array([(view.type, view.design, view.colour) for view in kept]),
        sources=np.array([view.source for view in kept]),
        is_invented=np.array([view.is_invented for view in kept]),
        is_as_taken=np.array([view.is_as_taken for view in kept]),
    )


def fit(  # noqa: PLR0913
    torch: Any,  # noqa: ANN401
    weights: Weights,
    heads: Weights,
    taught: Lessons,
    *,
    held_out: frozenset[int],
    epochs: int,
    seed: int,
    progress: Callable[[str], None],
) -> Tuned:
    """Tune the network; what comes out is the running mean of its weights.

    Parameters
    ----------
    torch : module
        PyTorch.
    weights, heads : Weights
        To begin with: of all layers, and of the three questions.
    taught : Lessons
        What is learned.
    held_out : frozenset of int
        Photographs of which, and of whose prints, nothing is learned.
    epochs, seed : int
        How long, and which order.
    progress : function
        Told of every epoch.

    Returns
    -------
    Tuned
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    tuned = [
        [
            kernel.clone().contiguous(memory_format=torch.channels_last).requires_grad_(),
            offset.clone().requires_grad_(),
        ]
        for kernel, offset in weights[taught.tuned_from :]
    ]
    heads = [[each.clone().requires_grad_() for each in head] for head in heads]
    own = [each for layer in tuned for each in layer]
    learned = own + [each for head in heads for each in head]
    optimiser = torch.optim.AdamW(
        [{"params": own}, {"params": learned[len(own) :]}], weight_decay=PULL_TO_ZERO
    )
    mean = [each.detach().clone() for each in learned]
    deck = _Deck(taught, held_out)
    steps, step = epochs * (len(deck.dealt(random)) // BATCH), 0
    for epoch in range(epochs):
        order = deck.dealt(random)
        losses = list[float]()
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rate = 0.5 * (1 + math.cos(math.pi * step / steps))
            rate *= min(1.0, (step + 1) / (0.6 * steps / epochs))
            for group, top in zip(optimiser.param_groups, (RATE, HEAD_RATE), strict=True):
                group["lr"] = top * rate
            loss = _loss(
                torch,
                taught,
                order[start : start + BATCH],
                Tuned(weights=tuned, heads=heads),
                random,
            )
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learned, 2.0)
            optimiser.step()
            losses.append(float(loss.detach()))
            step += 1
            kept = min(0.998, (1 + step) / (20 + step))
            with torch.no_grad():
                for average, value in zip(mean, learned, strict=True):
                    average.mul_(kept).add_(value, alpha=1 - kept)
        progress(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f}")
    pairs = [mean[place : place + 2] for place in range(0, len(mean), 2)]
    return Tuned(weights=pairs[: len(tuned)], heads=pairs[len(tuned) :])


def answers(torch: Any, tuned: Tuned, activations: Any) -> list[NDArray[np.float64]]:  # noqa: ANN401
    """Answer the three questions.

    Parameters
    ----------
    torch : module
        PyTorch.
    tuned : Tuned
        What was learned.
    activations : (N, C, S, S) float16 tensor
        As in ``Lessons``.

    Returns
    -------
    list of (N, names) float64
        Scores; their softmax are probabilities.
    """
    parts = list[list[NDArray[np.float64]]]()
    with torch.inference_mode():
        for start in range(0, len(activations), BATCH):
            values = _activations(torch, activations[start : start + BATCH])
            features = forward(torch, LAYERS[-len(tuned.weights) :], tuned.weights, values).mean(
                (2, 3)
            )
            parts.append([(features @ w.T + b).double().numpy() for w, b in tuned.heads])
    return [np.concatenate(each) for each in zip(*parts, strict=True)]


class _Deck:
    """Deals an epoch: every photograph in one of its views, some prints, some drawings."""

    def __init__(self, taught: Lessons, held_out: frozenset[int]) -> None:
        is_open = ~np.isin(taught.sources, list(held_out))
        photographed = is_open & ~taught.is_invented
        is_drawn = taught.sources < 0
        self._views = dict[int, list[int]]()
        for index in np.flatnonzero(photographed):
            self._views.setdefault(int(taught.sources[index]), []).append(int(index))
        self._printed = np.flatnonzero(is_open & taught.is_invented & ~is_drawn)
        self._drawn = np.flatnonzero(is_drawn)

    def dealt(self, random: np.random.Generator) -> NDArray[np.int64]:
        photographed = [numbers[random.integers(len(numbers))] for numbers in self._views.values()]
        some = [
            random.choice(pile, min(len(pile), count), replace=False)
            for pile, count in ((self._printed, PRINTED_PER_EPOCH), (self._drawn, DRAWN_PER_EPOCH))
        ]
        return random.permutation(np.concatenate([photographed, *some]).astype(np.int64))


def _loss(
    torch: Any,  # noqa: ANN401
    taught: Lessons,
    batch: NDArray[np.int64],
    tuned: Tuned,
    random: np.random.Generator,
) -> Any:  # noqa: ANN401
    """Cross entropy on views that are mixed in pairs, shifted and partly hidden.

    References
    ----------
    H. Zhang et al., "mixup", ICLR 2018, on activations as in V. Verma et al., "Manifold mixup",
    ICML 2019.
    """
    functional = torch.nn.functional
    values = _activations(torch, taught.activations[batch])
    wanted = [
        _smooth(torch, taught.answers[batch, q], count, SMOOTHING[q])
        for q, count in enumerate(HEADS)
    ]
    if random.random() < 0.6:
        share = float(random.beta(0.4, 0.4))
        share = max(share, 1 - share)
        other = torch.randperm(len(batch))
        values = share * values + (1 - share) * values[other]
        wanted = [share * each + (1 - share) * each[other] for each in wanted]
    if random.random() < 0.5:
        part = values.shape[2] // 3
        top, left = random.integers(0, 2 * part, 2)
        values = values.clone()
        values[::2, :, top : top + part, left : left + part] = 0
    if random.random() < 0.5:
        values = torch.roll(values, tuple(int(by) for by in random.integers(-1, 2, 2)), (2, 3))
    layers = LAYERS[-len(tuned.weights) :]
    seen = forward(torch, layers, tuned.weights, values, dropped=DROPPED_BLOCKS)
    features = functional.dropout(seen.mean((2, 3)), DROPPED_FEATURES)
    total = 0.0
    for (weights, offsets), answer, counts in zip(tuned.heads, wanted, HEAD_SHARES, strict=True):
        likelihood = functional.log_softmax(features @ weights.T + offsets, 1)
        total = total - counts * (answer * likelihood).sum() / answer.sum().clamp(min=1)
    return total


def _activations(torch: Any, kept: Any) -> Any:  # noqa: ANN401
    """In the order in memory that convolutions by channel are half as dear in."""
    return kept.float().contiguous(memory_format=torch.channels_last)


def _smooth(torch: Any, names: NDArray[np.int64], count: int, spread: float) -> Any:  # noqa: ANN401
    """Labels as probabilities; all zero where there is none."""
    index = torch.from_numpy(names)
    is_known = (index != UNKNOWN).float()[:, None]
    certain = torch.nn.functional.one_hot(index.clamp(min=0), count).float()
    return (certain * (1 - spread) + spread / count) * is_known
