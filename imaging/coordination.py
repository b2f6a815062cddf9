"""Total coordination: a person of the body frame wearing all the garments chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.blending import contact_shadow, darken, lay_over, premultiply
from imaging.body import Person
from imaging.fitting import fit
from imaging.garment import Garment
from imaging.measuring import Body
from imaging.skin import Surface, look_at
from imaging.tailoring import Cloth, take_apart
from imaging.undressing import replaced_zones, undress
from imaging.warping import Box, apply_warp, fit_warp

LAYERS = (
    "shoes",
    "trousers",
    "shorts",
    "skirt",
    "top",
    "t-shirt",
    "longsleeve",
    "shirt",
    "knitwear",
    "dress",
    "outerwear",
    "scarf",
    "glasses",
    "hat",
    "bag",
)
"""Types from the innermost to the outermost layer; shoes go under the hems of trousers."""

BOTTOMS = ("trousers", "shorts", "skirt")

TUCKED_UNDER_A_COAT = ("top", "t-shirt", "longsleeve", "shirt")
"""Types whose hem goes under the bottoms when there is outerwear over them."""

OVER_THE_HEAD = ("scarf", "glasses", "hat", "bag")
"""Types that head, hair and hands do not cover."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """One part of one garment, drawn.

    Attributes
    ----------
    name : str
        Of the part.
    box : Box
        Its place in the picture.
    pixels : (h, w, 4) uint8
        Premultiplied alpha.
    """

    name: str
    box: Box
    pixels: NDArray[np.uint8]


@lru_cache(maxsize=8)
def _measured(person: Person) -> tuple[Body, Surface]:
    body = Body.of(person)
    return body, look_at(person, body)


@lru_cache(maxsize=16)
def _undressed(
    person: Person, zones: frozenset[str]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    body, surface = _measured(person)
    return undress(person, body, surface, zones=zones)


def layer_order(garments: Sequence[Garment]) -> tuple[Garment, ...]:
    """Garments from the innermost to the outermost; of one type the later lies over the earlier.

    Parameters
    ----------
    garments : sequence of Garment
        In any order.

    Returns
    -------
    tuple of Garment
    """
    under_a_coat = any(garment.type == "outerwear" for garment in garments)

    def depth(garment: Garment) -> float:
        # What is worn under a coat is tucked in; its hem would hang out below.
        tucked = under_a_coat and garment.type in TUCKED_UNDER_A_COAT
        return LAYERS.index("trousers") - 0.5 if tucked else LAYERS.index(garment.type)

    return tuple(sorted(garments, key=depth))


@lru_cache(maxsize=128)
def drawn(person: Person, garment: Garment) -> tuple[Layer, ...]:
    """Draw each part of a garment in its place on a person.

    Parameters
    ----------
    person : Person
        In the body frame.
    garment : Garment
        Cut out, with landmarks.

    Returns
    -------
    tuple of Layer
        In drawing order.
    """
    cloth: Cloth = take_apart(garment)
    body, _ = _measured(person)
    layers: list[Layer] = []
    for part in fit(cloth, body):
        pixels = cloth.parts[part.name]
        occupied = np.where(pixels[..., 3] > 8, np.uint8(255), np.uint8(0))
        warp = fit_warp(part.sources, part.targets, occupied=occupied, frame=person.rgba.shape[:2])
        layers.append(Layer(name=part.name, box=warp.box, pixels=apply_warp(pixels, warp)))
    return tuple(layers)


def coordinate(person: Person, garments: Sequence[Garment]) -> NDArray[np.uint8]:
    """Dress a person in garments.

    Parameters
    ----------
    person : Person
        In the body frame.
    garments : sequence of Garment
        In any order.

    Returns
    -------
    (H, W, 4) uint8
        sRGB with straight alpha, the size of the person's picture. Pixels outside the garments,
        their shadow and the worn clothes they replace are those of the person, bit for bit.
    """
    picture, _ = compose(person, garments)
    return picture


def compose(
    person: Person, garments: Sequence[Garment]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Dress a person and tell which pixels that may have changed.

    Parameters
    ----------
    person : Person
        In the body frame.
    garments : sequence of Garment
        In any order.

    Returns
    -------
    picture : (H, W, 4) uint8
        See `coordinate`.
    touched : (H, W) bool
        True on garments, their shadow, and worn clothes they replace.
    """
    body, surface = _measured(person)
    zones = replaced_zones({garment.type for garment in garments if drawn(person, garment)})
    base, changed = _undressed(person, zones)
    picture, touched = base.copy(), changed.copy()
    under = [garment for garment in layer_order(garments) if garment.type not in OVER_THE_HEAD]
    over = [garment for garment in layer_order(garments) if garment.type in OVER_THE_HEAD]
    sleeved = [garment for garment in under if _has_sleeves(drawn(person, garment))]
    for garment in under:
        layers = _below_hems(drawn(person, garment), garment, under, person)
        if garment in sleeved[:-1]:  # inner sleeves are inside the outer ones
            layers = tuple(layer for layer in layers if not layer.name.startswith("sleeve"))
        _cast_shadow(picture, layers, body.unit, touched)
        for layer in layers:
            if layer.name.startswith("sleeve_left"):
                _bring_forward(picture, base, surface.forearms, touched)
            _lay(picture, layer, touched)
        if not _has_sleeves(layers) and garment.type != "shoes":
            _bring_forward(picture, base, surface.forearms, touched)
    _bring_forward(picture, base, surface.head, touched)
    for garment in over:
        layers = drawn(person, garment)
        _cast_shadow(picture, layers, body.unit, touched)
        for layer in layers:
            _lay(picture, layer, touched)
        if garment.type == "bag":
            _bring_forward(picture, base, surface.hands, touched)
    return picture, touched


def _below_hems(
    layers: tuple[Layer, ...], garment: Garment, under: Sequence[Garment], person: Person
) -> tuple[Layer, ...]:
    """Of bottoms only what shows below the hem of what hangs over them, not what bulges beside."""
    if garment.type not in BOTTOMS:
        return layers
    later = under[list(under).index(garment) + 1 :]
    torsos = [layer for over in later for layer in drawn(person, over) if layer.name == "torso"]
    if not torsos:
        return layers
    body, _ = _measured(person)
    kept: list[Layer] = []
    for layer in layers:
        pixels = layer.pixels.copy()
        for torso in torsos:
            _hide_beside(pixels, layer.box, torso, flare=0.3 * body.unit)
        kept.append(Layer(name=layer.name, box=layer.box, pixels=pixels))
    return tuple(kept)


def _hide_beside(pixels: NDArray[np.uint8], box: Box, torso: Layer, *, flare: float) -> None:
    """Hide what would show beside a torso above its hem; towards the hem it may swell out."""
    solid = torso.pixels[..., 3] > 127
    widths = solid.sum(axis=1)
    wide = np.flatnonzero(widths > 0.9 * widths[len(widths) // 2 :].max(initial=1))
    hem = torso.box.top + (int(wide[-1]) if wide.size else 0)
    cols = np.arange(box.left, box.right)
    for row in range(max(box.top, torso.box.top), min(box.bottom, hem)):
        own = np.flatnonzero(solid[row - torso.box.top])
        line = pixels[row - box.top]
        if own.size == 0:
            line[:] = 0
            continue
        room = max(0.0, flare - (hem - row))
        left, right = torso.box.left + own[0] - room, torso.box.left + own[-1] + room
        line[(cols < left) | (cols > right)] = 0


def _has_sleeves(layers: Sequence[Layer]) -> bool:
    return any(layer.name.startswith("sleeve") for layer in layers)


def _lay(picture: NDArray[np.uint8], layer: Layer, touched: NDArray[np.bool_]) -> None:
    lay_over(picture, layer.pixels, layer.box)
    touched[layer.box.window()] |= layer.pixels[..., 3] > 0


def _cast_shadow(
    picture: NDArray[np.uint8],
    layers: Sequence[Layer],
    unit: float,
    touched: NDArray[np.bool_],
) -> None:
    boxes = [layer.box for layer in layers if not layer.box.is_empty]
    if not boxes:
        return
    reach = 0.05 * unit
    margin = int(2 * reach)
    height, width = picture.shape[:2]
    box = Box(
        top=max(0, min(box.top for box in boxes) - margin),
        left=max(0, min(box.left for box in boxes) - margin),
        bottom=min(height, max(box.bottom for box in boxes) + margin),
        right=min(width, max(box.right for box in boxes) + margin),
    )
    alpha = np.zeros((box.bottom - box.top, box.right - box.left), np.uint8)
    for layer in layers:
        if layer.box.is_empty:
            continue
        top, left = layer.box.top - box.top, layer.box.left - box.left
        own = layer.pixels[..., 3]
        window = alpha[top : top + own.shape[0], left : left + own.shape[1]]
        cv2.max(window, own, dst=window)
    shadow = contact_shadow(alpha, reach_px=reach)
    shadow[picture[box.window()][..., 3] == 0] = 0
    darken(picture, shadow, box)
    touched[box.window()] |= shadow > 0


def _bring_forward(
    picture: NDArray[np.uint8],
    base: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    touched: NDArray[np.bool_],
) -> None:
    """Lay the person's own pixels back over what covers them."""
    shown = np.where(touched, mask, np.uint8(0))
    rows = np.flatnonzero(shown.any(axis=1))
    if rows.size == 0:
        return
    cols = np.flatnonzero(shown.any(axis=0))
    box = Box(
        top=int(rows[0]), left=int(cols[0]), bottom=int(rows[-1]) + 1, right=int(cols[-1]) + 1
    )
    own = premultiply(base[box.window()])
    weight = shown[box.window()].astype(np.uint16)[..., None]
    lay_over(picture, ((own * weight + 127) // 255).astype(np.uint8), box)
