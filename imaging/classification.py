"""What a commodity is: its type, its design and its colours, read from its image (C2b)."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.colour_naming import NAMES, ColourNaming, named_shares, pixels_of
from imaging.colours import ColourShare
from imaging.cutout import OWN_ALPHA_SHARE, WITH_OPENINGS, find_alpha
from imaging.garment import GARMENT_TYPES

DESIGNS = ("solid", "striped", "checked", "dotted", "floral", "graphic", "other")

WEIGHTS = Path(__file__).parent / "weights"
NETWORK_FILE = "classifier.onnx"
COLOURS_FILE = "colour_naming.npz"
RECORD_FILE = "training.json"

SIDE_PX = 192
"""The network looks at squares of this side."""

REVIEW_BELOW = 0.7
"""Confidence under which a person should look; `awaits_review` says what at."""

NETWORKS_SAY = 0.3
"""Its weight beside that of the pixels where the main colour is named."""

MARGIN = 0.08
"""Room round a garment that came cut out, so that its outline is in the picture."""

PAPER = (242, 241, 238)
"""What a garment without a background is laid on, sRGB."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One answer.

    Attributes
    ----------
    name : str
        Of the likeliest.
    confidence : float
        Probability that it is right, 0 to 1, as measured on pictures that were held out.
    """

    name: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Classification:
    """What an image says of its commodity.

    Attributes
    ----------
    type : Reading
        One of ``GARMENT_TYPES``.
    design : Reading
        One of ``DESIGNS``.
    main_colour : Reading
        A key of ``PALETTE``; the name of the first of ``colours``.
    colours : tuple of ColourShare
        Largest share first.
    """

    type: Reading
    design: Reading
    main_colour: Reading
    colours: tuple[ColourShare, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sight:
    """What the network makes of an image.

    Attributes
    ----------
    types : (15,) float64
        Probabilities in the order of ``GARMENT_TYPES``.
    designs : (7,) float64
        Probabilities in the order of ``DESIGNS``.
    colours : (14,) float64
        Probabilities of the main colour in the order of ``NAMES``.
    """

    types: NDArray[np.float64]
    designs: NDArray[np.float64]
    colours: NDArray[np.float64]


class Classifier:
    """The network and the naming of colours, loaded and ready. Not for two threads at once.

    Parameters
    ----------
    folder : Path
        Where training left its files.

    Raises
    ------
    OSError
        If a file is missing.
    """

    def __init__(self, folder: Path = WEIGHTS) -> None:
        self._network = cv2.dnn.readNetFromONNX(
            np.frombuffer((folder / NETWORK_FILE).read_bytes(), np.uint8)
        )
        self._naming = ColourNaming.load(folder / COLOURS_FILE)

    def classify(self, image: NDArray[np.uint8]) -> Classification:
        """Read type, design and colours from an image of one commodity.

        Parameters
        ----------
        image : (H, W, 3) or (H, W, 4) uint8
            sRGB, with straight alpha where there is a fourth channel. Alpha that leaves something
            out is believed.

        Returns
        -------
        Classification
            The same for the same image.

        Raises
        ------
        ValueError
            If the image has neither three nor four channels.
        """
        if image.ndim != 3 or image.shape[2] not in {3, 4}:
            raise ValueError("an image needs three or four channels")
        is_cut_out = image.shape[2] == 4 and float((image[..., 3] < 250).mean()) > OWN_ALPHA_SHARE
        seen = self.look(_on_paper(image) if is_cut_out else image[..., :3])
        type_ = _likeliest(seen.types, GARMENT_TYPES)
        rgba = image if is_cut_out else _cut_out(image[..., :3], type_.name)
        pixels = pixels_of(rgba, has_background=not is_cut_out)
        named = self._naming.main_colour(pixels)
        main_colour = _agreed(named, seen.colours)
        colours = named_shares(pixels, main_colour)
        first = colours[0].name
        return Classification(
            type=type_,
            design=_likeliest(seen.designs, DESIGNS),
            main_colour=Reading(name=first, confidence=float(main_colour[NAMES.index(first)])),
            colours=colours,
        )

    def look(self, rgb: NDArray[np.uint8]) -> Sight:
        """Show an image to the network, and its mirror image: both must be the same garment.

        Parameters
        ----------
        rgb : (H, W, 3) uint8
            sRGB. Squeezed into a square.

        Returns
        -------
        Sight
        """
        square = cv2.resize(rgb, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
        normal = (np.asarray(square, np.float32) - 127) / 128
        scores = np.zeros(len(GARMENT_TYPES) + len(DESIGNS) + len(NAMES))
        for view in (normal, normal[:, ::-1]):
            self._network.setInput(np.ascontiguousarray(view.transpose(2, 0, 1))[None])
            scores += np.asarray(self._network.forward(), np.float64)[0] / 2
        types, designs, colours = np.split(
            scores, (len(GARMENT_TYPES), len(GARMENT_TYPES) + len(DESIGNS))
        )
        return Sight(
            types=_probabilities(types),
            designs=_probabilities(designs),
            colours=_probabilities(colours),
        )


def awaits_review(found: Classification) -> tuple[str, ...]:
    """Tell what of a classification a person should look at.

    Parameters
    ----------
    found : Classification
        Of one image.

    Returns
    -------
    tuple of str
        Out of ``type``, ``design`` and ``colours``; empty when it is sure of all.
    """
    readings = {"type": found.type, "design": found.design, "colours": found.main_colour}
    return tuple(what for what, reading in readings.items() if reading.confidence < REVIEW_BELOW)


def _agreed(named: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Join two opinions: of pixels, and of the network, which knows which are the garment's."""
    product = named ** (1 - NETWORKS_SAY) * seen**NETWORKS_SAY
    return np.asarray(product / product.sum(), np.float64)


def _likeliest(probabilities: NDArray[np.float64], names: tuple[str, ...]) -> Reading:
    best = int(probabilities.argmax())
    return Reading(name=names[best], confidence=float(probabilities[best]))


def _probabilities(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), np.float64)


def _cut_out(rgb: NDArray[np.uint8], type_: str) -> NDArray[np.uint8]:
    whole = np.ascontiguousarray(rgb)
    return np.dstack([whole, find_alpha(whole, is_closed=type_ not in WITH_OPENINGS)])


def _on_paper(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay a garment that came cut out on paper, with a margin, as a photograph would show it."""
    rows, cols = (np.flatnonzero((rgba[..., 3] > 127).any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        return np.full((SIDE_PX, SIDE_PX, 3), PAPER, np.uint8)
    garment = rgba[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    height, width = garment.shape[:2]
    side = round(max(height, width) * (1 + 2 * MARGIN))
    # Three to four, as most photographs; wide things get a square.
    sheet = np.full(
        (side, max(round(side * 0.75), round(width * (1 + 2 * MARGIN))), 3), PAPER, np.uint8
    )
    top, left = (sheet.shape[0] - height) // 2, (sheet.shape[1] - width) // 2
    alpha = garment[..., 3:].astype(np.float32) / 255
    mixed = garment[..., :3] * alpha + np.array(PAPER, np.float32) * (1 - alpha)
    sheet[top : top + height, left : left + width] = np.rint(mixed).astype(np.uint8)
    return sheet
