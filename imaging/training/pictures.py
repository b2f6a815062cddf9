"""The photographs that the classifier learns from, and what people say of them."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imaging.classification import DESIGNS
from imaging.colours import PALETTE
from imaging.cutout import WITH_OPENINGS, find_alpha
from imaging.decoding import decode
from imaging.garment import GARMENT_TYPES

NAMES = tuple(PALETTE)
FOLDER_TYPES = {"pants": "trousers", "outwear": "outerwear"}
"""Where the data's word for a type is not ours."""

LABELS = Path(__file__).parent / "labels_by_eye.csv"
"""Design and colour of photographs of ``train/``, by eye; DATA brings those of ``validation/``."""

UNKNOWN = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Photograph:
    """One photograph of the data and what is known of it.

    Attributes
    ----------
    name : str
        Path below the data's folder.
    type, design, colour : int
        Index in ``GARMENT_TYPES``, ``DESIGNS`` and ``PALETTE``; ``UNKNOWN`` where nobody looked.
    is_held_out : bool
        Whether it belongs to ``validation/``.
    """

    name: str
    type: int
    design: int
    colour: int
    is_held_out: bool


class DataMissing(Exception):
    """The folder does not hold what is trained on; the message says what it should hold."""


def photographs(data: Path) -> list[Photograph]:
    """List the data in the order of their names.

    Parameters
    ----------
    data : Path
        Folder with ``train/TYPE/*.jpg``, ``validation/TYPE/*.jpg`` and
        ``labels_by_eye_validation.csv``.

    Returns
    -------
    list of Photograph

    Raises
    ------
    DataMissing
        If there are none.
    """
    files = sorted(data.glob("*/*/*.jpg"))
    own = data / "labels_by_eye_validation.csv"
    if not files or not own.exists():
        raise DataMissing(
            f"{data} should hold train/TYPE/*.jpg, validation/TYPE/*.jpg and {own.name}: "
            "the small clothing data set (CC0), with labels of design and colour."
        )
    labels = _labels(LABELS) | _labels(own)
    found = list[Photograph]()
    for path in files:
        part, folder, _ = name = path.parts[-3:]
        design, colour = labels.get("/".join(name), ("", ""))
        found.append(
            Photograph(
                name="/".join(name),
                type=GARMENT_TYPES.index(FOLDER_TYPES.get(folder, folder)),
                design=DESIGNS.index(design) if design in DESIGNS else UNKNOWN,
                colour=NAMES.index(colour) if colour in NAMES else UNKNOWN,
                is_held_out=part == "validation",
            )
        )
    return found


def digest(data: Path, found: list[Photograph]) -> str:
    """Tell one state of the data from another.

    Parameters
    ----------
    data : Path
        Their folder.
    found : list of Photograph
        What is trained on.

    Returns
    -------
    str
        SHA-256 over names, contents and labels.
    """
    total = hashlib.sha256()
    for each in found:
        words = f"{each.name} {each.type} {each.design} {each.colour}\n"
        total.update(words.encode() + hashlib.sha256((data / each.name).read_bytes()).digest())
    return total.hexdigest()


def read(data: Path, photograph: Photograph) -> NDArray[np.uint8]:
    """Read a photograph.

    Parameters
    ----------
    data : Path
        Folder of the data.
    photograph : Photograph
        Which.

    Returns
    -------
    (H, W, 3) uint8
        sRGB.
    """
    image = decode((data / photograph.name).read_bytes(), side_px_min=16)
    return np.ascontiguousarray(image[..., :3])


def cut_out(rgb: NDArray[np.uint8], photograph: Photograph) -> NDArray[np.uint8]:
    """Find the garment in its photograph as the shop does, but with the type that is known.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
        As it was read.
    photograph : Photograph
        Which.

    Returns
    -------
    (H, W) uint8
        Alpha.
    """
    return find_alpha(rgb, is_closed=GARMENT_TYPES[photograph.type] not in WITH_OPENINGS)


def _labels(path: Path) -> dict[str, tuple[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    name = next(iter(rows[0]))
    return {row[name]: (row["design"], row["colour"]) for row in rows}
