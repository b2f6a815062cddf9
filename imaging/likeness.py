"""What a commodity looks like, in few numbers: to find its image again, and what is similar."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.classification import Sight
from imaging.colour_naming import FLAT_PRIOR, name_likelihoods, pixels_of
from imaging.colours import oklab

VERSION = 1
"""Of everything below; numbers of different versions say nothing about each other."""

SIDE_PX = 32
"""Side to which a garment is reduced before its form is told."""

FREQUENCIES = 8
"""Of its cosine transform in each direction: the coarse ones, which every copy keeps."""

LIGHT_STEPS, HUE_STEPS = 16, 24
"""Steps in which the mean lightness and the mean a and b of OKLab are counted: 64 in all."""

HUE_REACH = 0.22
"""OKLab a and b at which counting ends."""

VISIBLE_ALPHA = 127

TYPE_WEIGHT, DESIGN_WEIGHT, NAMES_WEIGHT, SHARES_WEIGHT = 60, 40, 60, 60
COLOUR_WEIGHTS = (110, 220, 220)
"""How much each part of a descriptor counts; chosen on labelled photographs (ADR 0033)."""

LEVELS = 127


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """What is compared.

    Attributes
    ----------
    fingerprint : bytes
        128 bits. Of two pictures of one image few differ, whatever their size and format.
    descriptor : tuple of int
        Signed bytes. The smaller the sum of squared differences, the more similar.
    """

    fingerprint: bytes
    descriptor: tuple[int, ...]


def likeness(seen: Sight, rgba: NDArray[np.uint8]) -> Likeness:
    """Describe what a commodity looks like.

    Parameters
    ----------
    seen : Sight
        What the network made of its image.
    rgba : (H, W, 4) uint8
        Its cut-out: sRGB with straight alpha, something of it visible.

    Returns
    -------
    Likeness
        The same for the same image.
    """
    return Likeness(fingerprint=fingerprint(rgba), descriptor=descriptor(seen, rgba))


def fingerprint(rgba: NDArray[np.uint8]) -> bytes:
    """Tell an image by its coarse form and its mean colour.

    Parameters
    ----------
    rgba : (H, W, 4) uint8
        Cut-out: sRGB with straight alpha, something of it visible. What lies under transparent
        pixels and how much room there is round the garment make no difference.

    Returns
    -------
    bytes
        16: first signs of a cosine transform, then mean lightness, a and b as so many ones.

    References
    ----------
    The first half is C. Zauner, "Implementation and benchmarking of perceptual image hash
    functions", 2010 (pHash). The second half: own derivation; garments of one form come in
    several colours, which its grey picture cannot tell.
    """
    garment = _without_room(rgba)
    mean = oklab(pixels_of(garment, has_background=False).garment).mean(axis=0)
    # Against the other end of the scale its outline stands out, whatever its colour.
    ground = np.uint8(0 if mean[0] > 0.5 else 255)
    grey = cv2.cvtColor(np.ascontiguousarray(garment[..., :3]), cv2.COLOR_RGB2GRAY)
    alpha = garment[..., 3].astype(np.float32) / 255
    laid = grey * alpha + ground * (1 - alpha)
    small = cv2.resize(laid, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    coarse = cv2.dct(np.asarray(small, np.float32))[:FREQUENCIES, :FREQUENCIES].ravel()
    # The first one is the mean, whose sign tells nothing; the second half counts it.
    form = coarse > np.median(coarse[1:])
    strength = np.sign(mean[1:]) * np.sqrt(np.abs(mean[1:]) / HUE_REACH)
    counted = [
        _counted(mean[0], 0, 1, LIGHT_STEPS),
        *(_counted(value, -1, 1, HUE_STEPS) for value in strength),
    ]
    return np.packbits(np.concatenate([form, *counted])).tobytes()


def descriptor(seen: Sight, rgba: NDArray[np.uint8]) -> tuple[int, ...]:
    """Describe a commodity by what the network takes it for and by its colours.

    Parameters
    ----------
    seen : Sight
        What the network made of its image.
    rgba : (H, W, 4) uint8
        Cut-out: sRGB with straight alpha.

    Returns
    -------
    tuple of int
        53, from -127 to 127: how probable are types, designs and names of the main colour, what
        shares its pixels have of each name, and their mean colour.

    References
    ----------
    Roots of probabilities are compared, as by E. Hellinger, 1909. Source: own derivation.
    """
    pixels = pixels_of(rgba, has_background=False)
    parts = (
        TYPE_WEIGHT * np.sqrt(seen.types),
        DESIGN_WEIGHT * np.sqrt(seen.designs),
        NAMES_WEIGHT * np.sqrt(seen.colours),
        SHARES_WEIGHT * np.sqrt(name_likelihoods(pixels, FLAT_PRIOR).mean(axis=0)),
        COLOUR_WEIGHTS * oklab(pixels.garment).mean(axis=0),
    )
    whole = np.rint(np.clip(np.concatenate(parts), -LEVELS, LEVELS))
    return tuple(int(value) for value in whole)


def _without_room(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    visible = rgba[..., 3] > VISIBLE_ALPHA
    rows, cols = (np.flatnonzero(visible.any(axis=axis)) for axis in (1, 0))
    return rgba[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]


def _counted(value: float, low: float, high: float, steps: int) -> NDArray[np.bool_]:
    """Count a value in steps, as so many ones: each step differs from its neighbour by one bit."""
    borders = np.linspace(low, high, steps + 2)[1:-1]
    return np.asarray(value > borders)
