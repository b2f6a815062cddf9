"""Five garments laid on a person of 768 x 1024 pixels, with everything prepared that can be.

The person is a drawn mannequin, the garments are of the demonstration, their warps those that the
boutique fits. Timed is what is left when they are known: each part warped into its box, each
garment's shadow, and each part laid over what is beneath it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from imaging.blending import SHADOW_STRENGTH, contact_shadow, darken, lay_over
from imaging.body import Person
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.drawing.mannequins import draw_mannequin
from imaging.fitting import fit
from imaging.layering import Layer, box_round, cover
from imaging.measuring import Body
from imaging.ordering import layer_order
from imaging.resampling import resized_rgba, straight
from imaging.tailoring import take_apart
from imaging.warping import (
    GRID_STEP_PX,
    Box,
    PreparedWarp,
    Warp,
    draw_warped,
    fit_warp,
    prepare_warp,
)
from tests.benchmarks._measuring import median, settle

ROWS, COLS = 1024, 768
GARMENT_PX = 683
"""Of a garment's long side: in the boutique it has 1000 for a body frame of 1536 rows."""

OUTFIT = ("camel-coat", "oxford-shirt", "wide-wool-trousers", "court-sneakers", "camel-scarf")
ROUNDS = 15
TIMES = 5
SHADOW_REACH = 0.05
"""Of a contact shadow, per shoulder distance, as in ``imaging.coordination``."""

CELLS_PER_QUAD = 4
"""Pillow pays for each quadrilateral: four cells of the grid a side make 32 pixels."""


Quad: TypeAlias = tuple[tuple[int, int, int, int], tuple[float, ...]]
"""A rectangle of the target, and its corners in the source."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a garment, ready for either program."""

    pixels: NDArray[np.uint8]
    prepared: PreparedWarp
    image: Image.Image
    """The same pixels with straight alpha."""
    quads: list[Quad]
    """The mesh of the box for Pillow."""
    quads_of_canvas: list[Quad]
    """The mesh of all the warp reaches, in the whole picture."""


def run() -> dict[str, float]:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return _figures()
    finally:
        cv2.setNumThreads(threads)


def _figures() -> dict[str, float]:
    person = _person()
    unit = Body.of(person).unit
    garments = _garments(person)
    backdrop = Image.fromarray(person.rgba)
    _check(person, garments, unit)
    some = garments[1:2]
    bytes_moved = sum(_bytes_moved(part) for parts in garments for part in parts)
    copying, copying_one = _copying(garments), _copying(some)
    contenders: dict[str, Callable[[], object]] = {
        "five": lambda: composed(person.rgba, garments, unit),
        "one": lambda: composed(person.rgba, some, unit),
        "one_pillow": lambda: composed_by_pillow(backdrop, some, unit, in_boxes=False),
        "one_pillow_boxes": lambda: composed_by_pillow(backdrop, some, unit, in_boxes=True),
        "one_memcpy": copying_one,
        "pillow": lambda: composed_by_pillow(backdrop, garments, unit, in_boxes=False),
        "pillow_boxes": lambda: composed_by_pillow(backdrop, garments, unit, in_boxes=True),
        "memcpy": copying,
    }
    settle()
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(ROUNDS):
        for name in contenders if number % 2 else reversed(contenders):
            found[name].append(_seconds(contenders[name]))

    def ratio(one: str, other: str) -> float:
        return median([a / b for a, b in zip(found[one], found[other], strict=True)])

    return {
        "five_garments_ms": round(1000 * median(found["five"]), 3),
        "one_garment_ms": round(1000 * median(found["one"]), 3),
        "one_garment_pillow_ms": round(1000 * median(found["one_pillow"]), 3),
        "one_garment_pillow_boxes_ms": round(1000 * median(found["one_pillow_boxes"]), 3),
        "one_memcpy_ms": round(1000 * median(found["one_memcpy"]), 3),
        "five_garments_pillow_ms": round(1000 * median(found["pillow"]), 3),
        "five_garments_pillow_boxes_ms": round(1000 * median(found["pillow_boxes"]), 3),
        "memcpy_ms": round(1000 * median(found["memcpy"]), 3),
        "ratio_to_pillow": round(ratio("pillow", "five"), 2),
        "ratio_to_pillow_boxes": round(ratio("pillow_boxes", "five"), 2),
        "ratio_to_memcpy": round(ratio("five", "memcpy"), 2),
        "megabytes_moved": round(bytes_moved / 1e6, 2),
        "parts": float(sum(len(parts) for parts in garments)),
    }


def _seconds(work: Callable[[], object]) -> float:
    """Processor time of the quickest of a few runs; everything here has one thread."""
    found = list[float]()
    for _ in range(TIMES):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def _person() -> Person:
    drawn = draw_mannequin("ada")
    scale = ROWS / drawn.rgba.shape[0]
    cols = round(drawn.rgba.shape[1] * scale)
    left = (COLS - cols) // 2
    rgba = np.zeros((ROWS, COLS, 4), np.uint8)
    rgba[:, left : left + cols] = resized_rgba(drawn.rgba, ROWS, cols)
    joints = {name: (row * scale, col * scale + left) for name, (row, col) in drawn.joints.items()}
    return Person(rgba=rgba, joints=joints)


def _garments(person: Person) -> list[list[Part]]:
    body = Body.of(person)
    sketches = {sketch.slug: sketch for sketch in CATALOGUE}
    found = list[list[Part]]()
    drawn = [draw(sketches[slug], height_px=GARMENT_PX, worn=True) for slug in OUTFIT]
    for garment in layer_order(drawn):
        cloth = take_apart(garment)
        parts = list[Part]()
        for piece in fit(cloth, body):
            pixels = cloth.parts[piece.name]
            occupied = np.where(pixels[..., 3] > 8, np.uint8(255), np.uint8(0))
            warp = fit_warp(piece.sources, piece.targets, occupied=occupied, frame=(ROWS, COLS))
            prepared = prepare_warp(warp, occupied=pixels[..., 3])
            parts.append(
                Part(
                    pixels=pixels,
                    prepared=prepared,
                    image=Image.fromarray(straight(pixels.astype(np.float32))),
                    quads=_quads(warp, prepared.box),
                    quads_of_canvas=[
                        (_moved(target, warp.box), corners)
                        for target, corners in _quads(warp, warp.box)
                    ],
                )
            )
        found.append(parts)
    return found


def _moved(target: tuple[int, int, int, int], box: Box) -> tuple[int, int, int, int]:
    left, top, right, bottom = target
    return left + box.left, top + box.top, right + box.left, bottom + box.top


def _quads(warp: Warp, box: Box) -> list[Quad]:
    step = GRID_STEP_PX
    size = (box.right - box.left, box.bottom - box.top)
    half = (step - 1) / 2

    def source(row: int, col: int) -> tuple[float, float]:
        # The grid holds the centres of cells and one ring round the box.
        beyond = np.array([row + box.top - warp.box.top, col + box.left - warp.box.left])
        at = (beyond + half) / step
        low = np.minimum(at.astype(int), np.array(warp.grid.shape[:2]) - 2)
        (r, c), (down, right) = low, at - low
        corners = warp.grid[r : r + 2, c : c + 2].astype(np.float64)
        across = corners[:, 0] * (1 - right) + corners[:, 1] * right
        found = across[0] * (1 - down) + across[1] * down
        return float(found[1]) + 0.5, float(found[0]) + 0.5  # Pillow takes x, y of corners

    side = step * CELLS_PER_QUAD
    quads = list[Quad]()
    for top in range(0, size[1], side):
        for left in range(0, size[0], side):
            bottom, right = min(top + side, size[1]), min(left + side, size[0])
            corners = (
                *source(top, left),
                *source(bottom, left),
                *source(bottom, right),
                *source(top, right),
            )
            quads.append(((left, top, right, bottom), corners))
    return quads


def composed(
    rgba: NDArray[np.uint8], garments: Sequence[Sequence[Part]], unit: float
) -> NDArray[np.uint8]:
    """Lay garments on a picture as ``imaging.coordination`` does."""
    picture = rgba.copy()
    reach = SHADOW_REACH * unit
    for parts in garments:
        layers = [
            Layer(name="", box=part.prepared.box, pixels=draw_warped(part.pixels, part.prepared))
            for part in parts
        ]
        box = box_round(layers, margin=int(2 * reach), frame=picture.shape[:2])
        if box is None:
            continue
        darken(picture, contact_shadow(cover(layers, box), reach_px=reach), box)
        for layer in layers:
            lay_over(picture, layer.pixels, layer.box)
    return picture


def composed_by_pillow(
    backdrop: Image.Image, garments: Sequence[Sequence[Part]], unit: float, *, in_boxes: bool
) -> Image.Image:
    """Lay the same garments on the same picture with Pillow alone.

    Layers are as large as the picture, as Pillow's manual has them, or as the boxes are.
    """
    picture = backdrop.copy()
    reach = SHADOW_REACH * unit
    for parts in garments:
        layers = [_layer_by_pillow(part, in_boxes=in_boxes) for part in parts]
        _shadow_by_pillow(picture, layers, reach)
        for layer, place in layers:
            picture.alpha_composite(layer, place)
    return picture


def _layer_by_pillow(part: Part, *, in_boxes: bool) -> tuple[Image.Image, tuple[int, int]]:
    box = part.prepared.box
    size = (box.right - box.left, box.bottom - box.top) if in_boxes else (COLS, ROWS)
    quads = part.quads if in_boxes else part.quads_of_canvas
    layer = part.image.transform(size, Image.Transform.MESH, quads, Image.Resampling.BILINEAR)
    return layer, (box.left, box.top) if in_boxes else (0, 0)


def _shadow_by_pillow(
    picture: Image.Image, layers: Sequence[tuple[Image.Image, tuple[int, int]]], reach: float
) -> None:
    margin = int(2 * reach)
    left = max(0, min(at[0] for _, at in layers) - margin)
    top = max(0, min(at[1] for _, at in layers) - margin)
    right = min(COLS, max(at[0] + layer.width for layer, at in layers) + margin)
    bottom = min(ROWS, max(at[1] + layer.height for layer, at in layers) + margin)
    alpha = Image.new("L", (right - left, bottom - top))
    for layer, at in layers:
        place = (at[0] - left, at[1] - top)
        under = alpha.crop((*place, place[0] + layer.width, place[1] + layer.height))
        alpha.paste(ImageChops.lighter(under, layer.getchannel("A")), place)
    small = alpha.resize((alpha.width // 2, alpha.height // 2), Image.Resampling.BILINEAR)
    moved = ImageChops.offset(small, 0, round(reach * 0.3))
    soft = moved.filter(ImageFilter.BoxBlur(round(reach / 2))).filter(
        ImageFilter.BoxBlur(round(reach / 2))
    )
    wide = soft.resize(alpha.size, Image.Resampling.BILINEAR)
    outside = ImageChops.multiply(wide, ImageChops.invert(alpha)).point(
        lambda value: round(value * SHADOW_STRENGTH)
    )
    region = picture.crop((left, top, right, bottom))
    dark = Image.composite(Image.new("RGBA", region.size, (0, 0, 0, 255)), region, outside)
    dark.putalpha(region.getchannel("A"))
    picture.paste(dark, (left, top))


def _bytes_moved(part: Part) -> int:
    """What a layer cannot do without: its source and map read, what is beneath read and written."""
    box = part.prepared.box
    source, places, beneath = 4, 6, 4 + 4
    return (box.bottom - box.top) * (box.right - box.left) * (source + places + beneath)


def _copying(garments: Sequence[Sequence[Part]]) -> Callable[[], object]:
    """Read and write as many bytes as the layers cannot do without."""
    moved = sum(_bytes_moved(part) for parts in garments for part in parts)
    source = np.ones(moved // 2, np.uint8)
    target = np.empty_like(source)
    return lambda: np.copyto(target, source)


def _check(person: Person, garments: Sequence[Sequence[Part]], unit: float) -> None:
    """Both must have made the same picture, but for roundings and what a coarser mesh bends."""
    ours = composed(person.rgba, garments, unit).astype(np.int16)
    for in_boxes in (False, True):
        theirs = composed_by_pillow(Image.fromarray(person.rgba), garments, unit, in_boxes=in_boxes)
        apart = np.abs(ours - np.asarray(theirs))[..., :3].max(axis=2)
        if float(np.mean(apart[person.rgba[..., 3] == 255] > 24)) > 0.02:
            raise AssertionError("Pillow was asked for another picture")


if __name__ == "__main__":
    print(run())  # noqa: T201
