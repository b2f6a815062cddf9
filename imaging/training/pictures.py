"""What the classifier learns from: photographs, prints on them, and the drawn catalogue."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.classification import DESIGNS, SIDE_PX
from imaging.colours import PALETTE
from imaging.cutout import find_alpha
from imaging.decoding import decode
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.garment import GARMENT_TYPES
from imaging.training.prints import PRINTS, noise, print_on

NAMES = tuple(PALETTE)
FOLDER_TYPES = {"pants": "trousers", "outwear": "outerwear"}
"""Where the data's word for a type is not ours."""

LABELS = Path(__file__).parent / "labels_by_eye.csv"
"""Design and colour of photographs of ``train/``, by eye; DATA brings those of ``validation/``."""

UNKNOWN = -1
VIEWS = 2
"""How often each photograph is looked at: once as it is, then turned, shifted and relit."""

PATTERNED_VIEWS = 2
"""How often more, where it is one of the few with a pattern."""

PRINTED = 1000
PRINT_SHARES = {
    "striped": 0.2, "checked": 0.22, "dotted": 0.2, "floral": 0.16, "graphic": 0.1, "other": 0.12,
}  # fmt: skip
DRAWN_HEIGHT_PX = 320
DRAWN_VIEWS, RARE_VIEWS = 2, 4
RARE_TYPES = ("bag", "scarf", "hat", "top", "knitwear")
SPECTACLES = 80


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


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """A square the network is shown.

    Attributes
    ----------
    square : (192, 192, 3) uint8
        sRGB.
    source : int
        Index of the photograph it comes from; -1 for a drawn one.
    type, design : int
        As in ``Photograph``.
    is_as_taken : bool
        Whether it is the photograph itself, with its colours.
    is_invented : bool
        Whether it is printed or drawn.
    """

    square: NDArray[np.uint8]
    source: int
    type: int
    design: int
    is_as_taken: bool
    is_invented: bool


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


def views(data: Path, found: list[Photograph], random: np.random.Generator) -> Iterator[View]:
    """Show everything there is to learn types and designs from.

    Parameters
    ----------
    data : Path
        Folder of the data.
    found : list of Photograph
        Of the data.
    random : numpy.random.Generator
        Where turning, light and prints come from.

    Yields
    ------
    View
    """
    for source, each in enumerate(found):
        image = read(data, each)
        more = PATTERNED_VIEWS if each.design > DESIGNS.index("solid") else 0
        for number in range(VIEWS + more):
            yield View(
                square=_square(image) if number == 0 else _turned(image, random),
                source=source,
                type=each.type,
                design=each.design,
                is_as_taken=number == 0,
                is_invented=False,
            )
    yield from _printed(data, found, random)
    yield from _drawn(data, found, random)


def _labels(path: Path) -> dict[str, tuple[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    name = next(iter(rows[0]))
    return {row[name]: (row["design"], row["colour"]) for row in rows}


def _square(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(image, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA), np.uint8)


def _turned(image: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """Turn, shift, mirror and relight a photograph as another photographer might have taken it."""
    height, width = image.shape[:2]
    size = float(np.exp(random.uniform(np.log(0.72), np.log(1.18))))
    stretch = float(np.exp(random.normal(0, 0.07)))
    turn = np.deg2rad(random.normal(0, 7))
    mirrored = -1 if random.random() < 0.5 else 1
    per_px = np.array([width / SIDE_PX, height / SIDE_PX]) * size
    matrix = np.array(
        [
            [np.cos(turn) * per_px[0] * stretch * mirrored, -np.sin(turn) * per_px[0]],
            [np.sin(turn) * per_px[1], np.cos(turn) * per_px[1] / stretch],
        ]
    )
    middle = np.array([width, height]) * (0.5 + random.uniform(-0.08, 0.08, 2))
    offset = middle - matrix @ np.full(2, SIDE_PX / 2)
    coarsest = float(np.abs(matrix.diagonal()).max())
    if coarsest > 1.15:  # lest fine stripes alias
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.38 * coarsest), np.uint8)
    moved = cv2.warpAffine(
        image,
        np.column_stack([matrix, offset]),
        (SIDE_PX, SIDE_PX),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    return _relit(np.asarray(moved, np.float32), random)


def _relit(picture: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.uint8]:
    cast = np.clip(random.normal(1, 0.06, 3), 0.8, 1.2)
    lit = picture * random.uniform(0.7, 1.25) * cast
    grey = lit.mean(axis=2, keepdims=True)
    lit = grey + (lit - grey) * random.uniform(0.6, 1.35)
    lit = (lit - lit.mean()) * random.uniform(0.75, 1.25) + lit.mean()
    if random.random() < 0.2:
        lit = 255 * (np.clip(lit, 0, 255) / 255) ** random.uniform(0.7, 1.4)
    return np.asarray(np.clip(lit, 0, 255), np.uint8)


def _printed(data: Path, found: list[Photograph], random: np.random.Generator) -> Iterator[View]:
    solid = DESIGNS.index("solid")
    flat = [GARMENT_TYPES.index(name) for name in ("shoes", "hat")]
    cloths = list[tuple[int, NDArray[np.uint8], NDArray[np.uint8]]]()
    for source, each in enumerate(found):
        if each.design == solid and not each.is_held_out and each.type not in flat:
            rgb = read(data, each)
            alpha = find_alpha(rgb, is_closed=False)
            if 0.12 < float((alpha > 127).mean()) < 0.7:  # else the cut-out is likely wrong
                cloths.append((source, rgb, alpha))
    for _ in range(PRINTED if cloths else 0):
        source, rgb, alpha = cloths[random.integers(len(cloths))]
        design = str(random.choice(list(PRINTS), p=[PRINT_SHARES[name] for name in PRINTS]))
        image = print_on(rgb, alpha, design, random)
        yield View(
            square=_turned(image, random) if random.random() < 0.75 else _square(image),
            source=source,
            type=found[source].type,
            design=DESIGNS.index(design),
            is_as_taken=False,
            is_invented=True,
        )


def _drawn(data: Path, found: list[Photograph], random: np.random.Generator) -> Iterator[View]:
    """Lay drawn commodities, and drawn spectacles, before what photographs have behind theirs."""

    def view(image: NDArray[np.uint8], type_: str, design: str) -> View:
        return View(
            square=_turned(image, random),
            source=-1,
            type=GARMENT_TYPES.index(type_),
            design=DESIGNS.index(design),
            is_as_taken=False,
            is_invented=True,
        )

    def ground() -> NDArray[np.uint8]:
        return read(data, found[random.integers(len(found))])

    for sketch in CATALOGUE:
        rgba = draw(sketch, height_px=DRAWN_HEIGHT_PX).rgba
        for _ in range(RARE_VIEWS if sketch.type in RARE_TYPES else DRAWN_VIEWS):
            yield view(_laid(rgba, ground(), random), sketch.type, sketch.design)
    for _ in range(SPECTACLES):
        yield view(_laid(_spectacles(random), ground(), random), "glasses", "solid")


def _laid(
    rgba: NDArray[np.uint8], photograph: NDArray[np.uint8], random: np.random.Generator
) -> NDArray[np.uint8]:
    """Lay a cut-out on paper, on a colour, or on the edge of a photograph, which is background."""
    height, width = rgba.shape[:2]
    room = random.uniform(0.62, 0.95)
    high, wide = int(height / room), int(width / room)
    if random.random() < 0.6:
        wide = max(wide, int(high * 0.75))
    else:
        high = wide = max(high, wide)
    kind = random.random()
    if kind < 0.35:
        level = random.uniform(190, 255) + random.normal(0, 6, 3)
        sheet = np.full((high, wide, 3), level, np.float32)
    elif kind < 0.55:
        sheet = np.full((high, wide, 3), random.uniform(0, 255, 3), np.float32)
    else:
        strip = max(12, photograph.shape[0] // 8)
        edge = photograph[:strip] if random.random() < 0.5 else photograph[-strip:]
        sheet = np.asarray(cv2.resize(edge, (wide, high)), np.float32)
    sheet += 12 * noise(random, (high, wide), high * 0.4)[..., None]
    top, left = (high - height) // 2, (wide - width) // 2
    alpha = rgba[..., 3:].astype(np.float32) / 255
    place = sheet[top : top + height, left : left + width]
    place[:] = rgba[..., :3] * alpha + place * (1 - alpha)
    return np.clip(sheet, 0, 255).astype(np.uint8)


def _spectacles(random: np.random.Generator) -> NDArray[np.uint8]:
    """Draw spectacles seen from the front: nobody photographed any."""
    height, width = 200, 340
    rgba = np.zeros((height, width, 4), np.uint8)
    frame = (*random.integers(0, 256, 3).tolist(), 255)
    glass = (*random.integers(0, 120, 3).tolist(), int(random.choice([40, 120, 235])))
    thick = int(random.integers(4, 16))
    half_wide = random.uniform(45, 66)
    half_high = half_wide * random.uniform(0.6, 1.05)
    apart, roundness = random.uniform(72, 82), random.uniform(2, 4)
    turn = np.linspace(0, 2 * np.pi, 60)
    rim = np.sign([np.cos(turn), np.sin(turn)]) * np.abs([np.cos(turn), np.sin(turn)]) ** (
        2 / roundness
    )
    middle = np.array([width / 2, height / 2])
    for side in (-1, 1):
        centre = middle + np.array([side * apart, 0])
        points = (rim.T * (half_wide, half_high) + centre).astype(np.int32)
        cv2.fillPoly(rgba, [points], glass, cv2.LINE_AA)
        cv2.polylines(rgba, [points], True, frame, thick, cv2.LINE_AA)  # noqa: FBT003
        hinge = centre + np.array([side * half_wide, -0.4 * half_high])
        temple = hinge + np.array([side * 14, -random.uniform(0, 40)])
        _line(rgba, hinge, temple, frame, thick)
    bridge = np.array([apart - half_wide, 0.3 * half_high])
    _line(rgba, middle - bridge, middle + bridge * (1, -1), frame, thick)
    return rgba


def _line(
    rgba: NDArray[np.uint8],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    colour: tuple[int, ...],
    thick: int,
) -> None:
    points = [tuple(int(value) for value in point) for point in (start, end)]
    cv2.line(rgba, points[0], points[1], colour, thick, cv2.LINE_AA)
