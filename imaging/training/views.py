"""What the network is shown: photographs, prints on them, and the drawn catalogue."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.classification import DESIGNS, SIDE_PX
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.garment import GARMENT_TYPES
from imaging.training.pictures import UNKNOWN, Photograph, read
from imaging.training.prints import PRINTS, noise, print_on

GENTLE = 0.4
"""Relit by this part of what light may do, a garment still has the name of its colour."""

PRINTED = 700
PRINT_SHARES = {
    "striped": 0.2, "checked": 0.22, "dotted": 0.2, "floral": 0.16, "graphic": 0.1, "other": 0.12,
}  # fmt: skip
DRAWN_HEIGHT_PX = 320
DRAWN_VIEWS, RARE_VIEWS = 2, 4
RARE_TYPES = ("bag", "scarf", "hat", "top", "knitwear")
SPECTACLES = 80


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """A square the network is shown.

    Attributes
    ----------
    square : (192, 192, 3) uint8
        sRGB.
    source : int
        Index of the photograph it comes from; -1 for a drawn one.
    type, design, colour : int
        As in ``Photograph``; the colour is ``UNKNOWN`` where it is printed over or in other light.
    is_as_taken : bool
        Whether it is the photograph itself.
    is_invented : bool
        Whether it is printed or drawn.
    """

    square: NDArray[np.uint8]
    source: int
    type: int
    design: int
    colour: int
    is_as_taken: bool
    is_invented: bool


def views(
    data: Path,
    found: list[Photograph],
    alphas: Mapping[int, NDArray[np.uint8]],
    held_out: Collection[int],
    random: np.random.Generator,
) -> Iterator[View]:
    """Show everything there is to learn from, and what is held out as it was taken.

    Each photograph is shown as it is and turned, shifted and gently relit; one with a pattern once
    more, in any light.

    Parameters
    ----------
    data : Path
        Folder of the data.
    found : list of Photograph
        Of the data.
    alphas : mapping of int to (H, W) uint8
        Cut-outs, by index; only these photographs are printed on.
    held_out : collection of int
        Photographs of which nothing may be learned.
    random : numpy.random.Generator
        Where turning, light and prints come from.

    Yields
    ------
    View
    """
    for source, each in enumerate(found):
        image = read(data, each)
        squares = [(_square(image), each.colour)]
        if source not in held_out:
            squares.append((_turned(image, random, GENTLE), each.colour))
            if each.design > DESIGNS.index("solid"):
                squares.append((_turned(image, random), UNKNOWN))
        for number, (square, colour) in enumerate(squares):
            yield View(
                square=square,
                source=source,
                type=each.type,
                design=each.design,
                colour=colour,
                is_as_taken=number == 0,
                is_invented=False,
            )
    learned = {n: alpha for n, alpha in alphas.items() if n not in held_out}
    yield from _printed(data, found, learned, random)
    yield from _drawn(data, found, random)


def _square(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(image, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA), np.uint8)


def _turned(
    image: NDArray[np.uint8], random: np.random.Generator, relit: float = 1.0
) -> NDArray[np.uint8]:
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
    taken = np.asarray(moved, np.float32)
    lit = taken + relit * (_relit(taken, random) - taken)
    return np.asarray(np.clip(lit, 0, 255), np.uint8)


def _relit(picture: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    cast = np.clip(random.normal(1, 0.06, 3), 0.8, 1.2)
    lit = picture * random.uniform(0.7, 1.25) * cast
    grey = lit.mean(axis=2, keepdims=True)
    lit = grey + (lit - grey) * random.uniform(0.6, 1.35)
    lit = (lit - lit.mean()) * random.uniform(0.75, 1.25) + lit.mean()
    if random.random() < 0.2:
        lit = 255 * (np.clip(lit, 0, 255) / 255) ** random.uniform(0.7, 1.4)
    return np.asarray(np.clip(lit, 0, 255), np.float32)


def _printed(
    data: Path,
    found: list[Photograph],
    alphas: Mapping[int, NDArray[np.uint8]],
    random: np.random.Generator,
) -> Iterator[View]:
    solid = DESIGNS.index("solid")
    flat = [GARMENT_TYPES.index(name) for name in ("shoes", "hat")]
    cloths = [
        source
        for source, alpha in sorted(alphas.items())
        if found[source].design == solid
        and found[source].type not in flat
        and 0.12 < float((alpha > 127).mean()) < 0.7  # else the cut-out is likely wrong
    ]
    for _ in range(PRINTED if cloths else 0):
        source = cloths[random.integers(len(cloths))]
        design = str(random.choice(list(PRINTS), p=[PRINT_SHARES[name] for name in PRINTS]))
        image = print_on(read(data, found[source]), alphas[source], design, random)
        yield View(
            square=_turned(image, random) if random.random() < 0.75 else _square(image),
            source=source,
            type=found[source].type,
            design=DESIGNS.index(design),
            colour=UNKNOWN,
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
            colour=UNKNOWN,
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
