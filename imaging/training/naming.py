"""Learns the naming of colours: a linear reading of appearances, by gradient descent in NumPy."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imaging.colour_naming import NAMES, ColourNaming, Pixels, appearance

STEPS, RATE = 400, 0.02
PULL_TO_ZERO = 3e-3
"""Ridge, per weight and picture."""

COUNTS_SCALE, MEASURES_SCALE = 3.0, 0.3
"""How much the histogram counts beside the other measures."""


def learn(pixels: Sequence[Pixels], colours: NDArray[np.int64]) -> ColourNaming:
    """Learn how garments are called.

    Parameters
    ----------
    pixels : sequence of Pixels
        Of garments.
    colours : (N,) int64
        Index of each one's main colour in ``NAMES``.

    Returns
    -------
    ColourNaming
        The same for the same garments.

    References
    ----------
    Multinomial logistic regression by Adam: D. P. Kingma, J. Ba, "Adam", ICLR 2015.
    """
    counts, measures = (np.array(each) for each in zip(*map(appearance, pixels), strict=True))
    mean, scale = np.nanmean(measures, axis=0), np.nanstd(measures, axis=0) + 1e-6
    usual = np.where(np.isnan(measures), mean, measures)
    inputs = np.hstack([counts * COUNTS_SCALE, (usual - mean) / scale * MEASURES_SCALE])
    wanted = np.eye(len(NAMES))[colours]
    weights = np.zeros((inputs.shape[1], len(NAMES)))
    offsets = np.zeros(len(NAMES))
    moments = [np.zeros_like(each) for each in (weights, weights, offsets, offsets)]
    for step in range(1, STEPS + 1):
        scores = inputs @ weights + offsets
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        off = (raised / raised.sum(axis=1, keepdims=True) - wanted) / len(wanted)
        slopes = (inputs.T @ off + PULL_TO_ZERO * weights, off.sum(axis=0))
        for place, (values, slope) in enumerate(zip((weights, offsets), slopes, strict=True)):
            first, second = moments[2 * place], moments[2 * place + 1]
            first += 0.1 * (slope - first)
            second += 0.001 * (slope**2 - second)
            mean_slope, spread = first / (1 - 0.9**step), second / (1 - 0.999**step)
            values[...] -= RATE * mean_slope / (np.sqrt(spread) + 1e-8)
    bins = counts.shape[1]
    return ColourNaming(
        counts_weights=(weights[:bins] * COUNTS_SCALE).astype(np.float32),
        measures_mean=mean.astype(np.float32),
        measures_scale=scale.astype(np.float32),
        measures_weights=(weights[bins:] * MEASURES_SCALE).astype(np.float32),
        offsets=offsets.astype(np.float32),
    )
