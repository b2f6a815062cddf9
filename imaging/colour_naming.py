"""Which of the fourteen names a person would give a garment's colours, under the light it was in.

A telephone's picture of a navy jumper is as dark as a black one, and white is yellow by lamplight.
Borders drawn in a colour space cannot tell; people who named such pictures can, and these names
are learned from theirs.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.colours import PALETTE, SMALLEST_SHARE, ColourShare, oklab

NAMES = tuple(PALETTE)

SIDE_PX = 128
"""Side to which a picture is reduced before its pixels are counted."""

LIGHT_BINS, HUE_BINS = 8, 9
HUE_REACH = 0.22
"""OKLab a and b at which the histogram ends; more colourful pixels count in its last bin."""

FEWEST_PIXELS = 60
SOLID_ALPHA, VEILED_ALPHA = 200, 30

NAME_SPREAD = 0.16
"""How far, in OKLab with a and b weighted, pixels of one name scatter about its swatch."""

CHROMA_WEIGHT = 2.2
WHOLE_WEIGHT = 2.0
"""How much the name of the whole counts for each pixel; pixels of one garment share one light."""

LEAST_PRIOR = 0.003
"""No name is impossible for a pixel because the garment as a whole is not called so."""

FLAT_PRIOR = np.full(len(NAMES), 1 / len(NAMES))
"""Of a garment of which nothing is known."""

_SWATCHES = oklab(
    np.array(
        [list(bytes.fromhex(swatch.removeprefix("#"))) for swatch in PALETTE.values()], np.uint8
    )
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pixels:
    """What there is to see of a garment, and of what lies round it.

    Attributes
    ----------
    garment : (N, 3) uint8
        sRGB of its own pixels.
    surroundings : (M, 3) uint8
        sRGB of the others; empty where the garment came without a background.
    """

    garment: NDArray[np.uint8]
    surroundings: NDArray[np.uint8]


def pixels_of(rgba: NDArray[np.uint8], *, has_background: bool) -> Pixels:
    """Take a cut-out apart into garment and background.

    Parameters
    ----------
    rgba : (H, W, 4) uint8
        sRGB with straight alpha; the colours under transparent pixels are the background's.
    has_background : bool
        Whether there are such colours at all.

    Returns
    -------
    Pixels
        Of the picture at ``SIDE_PX``; where the cut-out is all but empty, of the whole picture.
    """
    height, width = rgba.shape[:2]
    scale = min(1.0, SIDE_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Colours and alpha are reduced apart: under straight alpha, an edge's colour is nobody's.
    rgb = np.asarray(cv2.resize(rgba[..., :3], size, interpolation=cv2.INTER_AREA), np.uint8)
    alpha = np.asarray(cv2.resize(rgba[..., 3], size, interpolation=cv2.INTER_AREA), np.uint8)
    inside = cv2.erode((alpha > SOLID_ALPHA).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if int(inside.sum()) < FEWEST_PIXELS:
        inside = alpha > SOLID_ALPHA
    if int(inside.sum()) < FEWEST_PIXELS:
        inside = np.ones(alpha.shape, bool)
    outside = (alpha < VEILED_ALPHA) & has_background
    return Pixels(garment=rgb[inside], surroundings=rgb[outside])


def appearance(pixels: Pixels) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Describe a garment's colours and the light they were seen in.

    Parameters
    ----------
    pixels : Pixels
        Of a garment.

    Returns
    -------
    counts : (648,) float64
        Square roots of an OKLab histogram, so that a dot product compares two garments as
        Hellinger did.
    measures : (20,) float64
        Of the garment's colours, then of its surroundings; the latter are not numbers where there
        are none.

    References
    ----------
    Source: own derivation.
    """
    lab = oklab(pixels.garment)
    middle = np.median(lab, axis=0)
    own = [
        middle,
        lab.mean(axis=0),
        lab.std(axis=0),
        np.quantile(lab[:, 0], (0.1, 0.25, 0.75, 0.9)),
    ]
    if len(pixels.surroundings) < FEWEST_PIXELS:
        round_it = np.full(7, np.nan)
    else:
        ground = oklab(pixels.surroundings)
        bright = ground[ground[:, 0] >= np.quantile(ground[:, 0], 0.5)]
        ground_middle = np.median(ground, axis=0)
        light = np.median(bright, axis=0)
        round_it = np.array([*ground_middle, *light[1:], *(middle - ground_middle)[:2]])
    return np.sqrt(_histogram(lab)), np.concatenate([*own, round_it])


def _histogram(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """Count colours, each shared among the eight bins round it; hues near grey have finer bins."""
    light = np.clip(lab[:, 0], 0, 1) * (LIGHT_BINS - 1)
    strength = np.sign(lab[:, 1:]) * np.sqrt(np.abs(lab[:, 1:]) / HUE_REACH)
    hue = np.clip(strength * 0.5 + 0.5, 0, 1) * (HUE_BINS - 1)
    place = np.column_stack([light, hue])
    sides = np.array([LIGHT_BINS, HUE_BINS, HUE_BINS])
    first = np.minimum(np.floor(place).astype(np.int64), sides - 2)
    beyond = place - first
    counts = np.zeros(int(sides.prod()))
    for corner in np.ndindex(2, 2, 2):
        share = np.where(np.array(corner) == 1, beyond, 1 - beyond).prod(axis=1)
        index = np.ravel_multi_index(tuple((first + corner).T), tuple(sides))
        counts += np.bincount(index, weights=share, minlength=len(counts))
    return counts / len(lab)


@dataclass(frozen=True, kw_only=True, eq=False)
class ColourNaming:
    """A linear reading of appearances, learned from garments that people named.

    Attributes
    ----------
    counts_weights : (648, 14) float32
    measures_mean, measures_scale : (20,) float32
    measures_weights : (20, 14) float32
    offsets : (14,) float32
    """

    counts_weights: NDArray[np.float32]
    measures_mean: NDArray[np.float32]
    measures_scale: NDArray[np.float32]
    measures_weights: NDArray[np.float32]
    offsets: NDArray[np.float32]

    @classmethod
    def load(cls, path: Path) -> "ColourNaming":
        """Read what training wrote.

        Parameters
        ----------
        path : Path
            Of an ``.npz`` with one array an attribute.

        Returns
        -------
        ColourNaming
        """
        with np.load(path, allow_pickle=False) as kept:
            return cls(**{name: kept[name].astype(np.float32) for name in cls.__annotations__})

    def saved(self) -> bytes:
        """Write what ``load`` reads.

        Returns
        -------
        bytes
            The same for the same arrays.
        """
        file = io.BytesIO()
        np.savez(file, **{name: getattr(self, name) for name in self.__annotations__})
        return file.getvalue()

    def main_colour(self, pixels: Pixels) -> NDArray[np.float64]:
        """Say how probably people would call the garment by each name.

        Parameters
        ----------
        pixels : Pixels
            Of a garment.

        Returns
        -------
        (14,) float64
            Probabilities in the order of ``NAMES``.
        """
        counts, measures = appearance(pixels)
        # What is not known is taken as it usually is.
        usual = np.where(np.isnan(measures), self.measures_mean, measures)
        scaled = (usual - self.measures_mean) / self.measures_scale
        scores = counts @ self.counts_weights + scaled @ self.measures_weights + self.offsets
        raised = np.exp(scores - scores.max())
        return np.asarray(raised / raised.sum(), np.float64)


def named_shares(pixels: Pixels, main_colour: NDArray[np.float64]) -> tuple[ColourShare, ...]:
    """Give each pixel the name that its colour and the garment as a whole make likeliest.

    Parameters
    ----------
    pixels : Pixels
        Of a garment.
    main_colour : (14,) float64
        Probabilities of the names for the whole garment.

    Returns
    -------
    tuple of ColourShare
        Largest share first; shares of the garment's pixels, without trifles, so that they sum to
        at most 1. Never empty.

    References
    ----------
    Bayes' rule with normal scatter about each swatch. Source: own derivation.
    """
    lab = oklab(pixels.garment)
    names = _name_scores(lab, main_colour).argmax(axis=1)
    counts = np.bincount(names, minlength=len(NAMES)) / len(names)
    order = sorted(range(len(NAMES)), key=lambda index: -counts[index])
    kept = [index for index in order if counts[index] >= SMALLEST_SHARE] or order[:1]
    return tuple(_share(NAMES[i], float(counts[i]), lab[names == i]) for i in kept)


def name_likelihoods(pixels: Pixels, main_colour: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say how probably each pixel has each name.

    Parameters
    ----------
    pixels : Pixels
        Of a garment.
    main_colour : (14,) float64
        Probabilities of the names for the whole garment.

    Returns
    -------
    (N, 14) float64
        Probabilities in the order of ``NAMES``.
    """
    scores = _name_scores(oklab(pixels.garment), main_colour)
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


def _name_scores(lab: NDArray[np.float64], main_colour: NDArray[np.float64]) -> NDArray[np.float64]:
    weighted = (lab[:, None] - _SWATCHES) * (1.0, CHROMA_WEIGHT, CHROMA_WEIGHT)
    unlikely = (weighted**2).sum(axis=2) / (2 * NAME_SPREAD**2)
    return np.asarray(WHOLE_WEIGHT * np.log(main_colour + LEAST_PRIOR) - unlikely, np.float64)


def _share(name: str, share: float, lab: NDArray[np.float64]) -> ColourShare:
    light, a, b = (float(value) for value in np.median(lab, axis=0))
    hue = float(np.degrees(np.arctan2(b, a)) % 360)
    return ColourShare(name=name, share=share, oklch=(light, float(np.hypot(a, b)), hue))
