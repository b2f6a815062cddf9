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

SURE_FROM = {"type": 0.7, "design": 0.6, "colours": 0.4}
"""Confidence under which a person should look; `awaits_review` says what at."""

READINGS = 3
"""How many answers are told to each question."""

NETWORKS_SAY = 0.3
"""Its weight beside that of the pixels where the main colour is named."""

NEARER_SAYS = 0.5
"""The nearer look's weight beside the first where the design is named."""

NEARER_MARGIN = 0.06
"""Room round a garment that is looked at from nearer, as a part of its longer side."""

BELIEVABLE_SHARES = (0.06, 0.8)
"""Parts of a picture that a garment may cover; other cut-outs are likely wrong."""

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
    types : tuple of Reading
        Names of ``GARMENT_TYPES``, the likeliest first; at most ``READINGS``.
    designs : tuple of Reading
        The same of ``DESIGNS``.
    main_colours : tuple of Reading
        Keys of ``PALETTE``; first the name of the first of ``colours``, then the likeliest others.
    colours : tuple of ColourShare
        Largest share first.
    """

    types: tuple[Reading, ...]
    designs: tuple[Reading, ...]
    main_colours: tuple[Reading, ...]
    colours: tuple[ColourShare, ...]

    @property
    def type(self) -> Reading:
        """The likeliest type."""
        return self.types[0]

    @property
    def design(self) -> Reading:
        """The likeliest design."""
        return self.designs[0]

    @property
    def main_colour(self) -> Reading:
        """The name of the largest share."""
        return self.main_colours[0]


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

    @property
    def type(self) -> str:
        """The likeliest type."""
        return GARMENT_TYPES[int(self.types.argmax())]


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
        seen = self.see(image)
        if brings_cut_out(image):
            return self.name(seen, image, has_background=False)
        return self.name(seen, _cut_out(image[..., :3], seen.type), has_background=True)

    def see(self, image: NDArray[np.uint8]) -> Sight:
        """Show a commodity's image to the network.

        Parameters
        ----------
        image : (H, W, 3) or (H, W, 4) uint8
            As for ``classify``.

        Returns
        -------
        Sight

        Raises
        ------
        ValueError
            If the image has neither three nor four channels.
        """
        if image.ndim != 3 or image.shape[2] not in {3, 4}:
            raise ValueError("an image needs three or four channels")
        return self.look(_on_paper(image) if brings_cut_out(image) else image[..., :3])

    def name(self, seen: Sight, rgba: NDArray[np.uint8], *, has_background: bool) -> Classification:
        """Name what was seen, and the colours of its cut-out.

        Parameters
        ----------
        seen : Sight
            Of the image.
        rgba : (H, W, 4) uint8
            The commodity of that image: sRGB with straight alpha.
        has_background : bool
            Whether there are colours of the background under transparent pixels.

        Returns
        -------
        Classification
        """
        near = _nearer(rgba) if has_background else None
        designs = (
            seen.designs
            if near is None
            else _joined(seen.designs, self.look(near).designs, NEARER_SAYS)
        )
        pixels = pixels_of(rgba, has_background=has_background)
        main_colour = _joined(self._naming.main_colour(pixels), seen.colours, NETWORKS_SAY)
        colours = named_shares(pixels, main_colour)
        named = {reading.name: reading for reading in _readings(main_colour, NAMES, len(NAMES))}
        first = named.pop(colours[0].name)
        return Classification(
            types=_readings(seen.types, GARMENT_TYPES, READINGS),
            designs=_readings(designs, DESIGNS, READINGS),
            main_colours=(first, *named.values())[:READINGS],
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
    return tuple(what for what, reading in readings.items() if reading.confidence < SURE_FROM[what])


def _joined(
    first: NDArray[np.float64], second: NDArray[np.float64], seconds_say: float
) -> NDArray[np.float64]:
    """Join two opinions on the same names."""
    product = first ** (1 - seconds_say) * second**seconds_say
    return np.asarray(product / product.sum(), np.float64)


def brings_cut_out(image: NDArray[np.uint8]) -> bool:
    """Whether an image has alpha that leaves something out.

    Parameters
    ----------
    image : (H, W, 3) or (H, W, 4) uint8
        sRGB, perhaps with straight alpha.

    Returns
    -------
    bool
    """
    return image.shape[2] == 4 and float((image[..., 3] < 250).mean()) > OWN_ALPHA_SHARE


def _readings(
    probabilities: NDArray[np.float64], names: tuple[str, ...], count: int
) -> tuple[Reading, ...]:
    """Return so many names, the likeliest first."""
    order = np.argsort(-probabilities, kind="stable")[:count]
    return tuple(Reading(name=names[n], confidence=float(probabilities[n])) for n in order)


def _probabilities(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), np.float64)


def _cut_out(rgb: NDArray[np.uint8], type_: str) -> NDArray[np.uint8]:
    whole = np.ascontiguousarray(rgb)
    return np.dstack([whole, find_alpha(whole, is_closed=type_ not in WITH_OPENINGS)])


def _nearer(rgba: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Go nearer to a garment, where fine stripes are not lost; not where it was hardly found."""
    inside = rgba[..., 3] > 127
    least, most = BELIEVABLE_SHARES
    if not least < float(inside.mean()) < most:
        return None
    rows, cols = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    room = round(NEARER_MARGIN * max(len(rows), len(cols)))
    top, left = max(0, rows[0] - room), max(0, cols[0] - room)
    return np.asarray(rgba[top : rows[-1] + 1 + room, left : cols[-1] + 1 + room, :3], np.uint8)


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
