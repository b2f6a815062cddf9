"""Total coordination: a person of the body frame wearing all the garments chosen."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from imaging.blending import bring_forward, contact_shadow, darken, lay_over
from imaging.body import Person
from imaging.clearing import cleared_rows, hanging_on, held
from imaging.fitting import fit
from imaging.fitting_necks import rim_row
from imaging.garment import Garment
from imaging.layering import (
    BOTTOMS,
    Forward,
    Layer,
    Shadow,
    Step,
    box_round,
    cover,
    inside_of,
    join,
    standing_out,
)
from imaging.measuring import Body
from imaging.ordering import (
    OVER_THE_HEAD,
    TUCKED_UNDER_A_COAT,
    piece_order,
    tucked_in_bottoms,
)
from imaging.placement import AS_FITTED, Piece, Placement, placed
from imaging.skin import Surface, look_at
from imaging.tailoring import Cloth, take_apart
from imaging.tucking import inside_waistband, tucked_in
from imaging.undressing import replaced_zones, undress
from imaging.warping import apply_warp, fit_warp

RECIPE_VERSION = 5
"""Of how looks come out: the same version draws the same bytes of the same recipe. Since 2 the
head is told from collars by its own colours, skin is painted in the face's tone, and hats are no
wider than a head; since 3 a head ends at its chin and its hair; since
4 bare thighs and ankles go on as the leg beside them, hair hangs before a neck, and of what is worn
under a coat only a collar stands out of it; since 5 the colours of clothes
tell a head on a drawn body from them too, skin is less red than a face, and a mannequin stands in
for a head that its picture does not show."""

SLEEVES = ("sleeve_left", "sleeve_right")

BELOW_COLLARS = 0.20
"""From how far above the end of the shoulder line what is worn under a coat is kept inside it,
per shoulder distance; collars stand out of each other."""

AT_THE_NECK = 0.24
"""How far from the middle of the neck they may, in the same measure: behind it no corner does."""

SHADOW_REACH = 0.05
"""How far a contact shadow reaches, per shoulder distance."""


# What is remembered below is bounded in memory: a worker of images holds about 400 MB at most.
@lru_cache(maxsize=3)
def _measured(person: Person) -> tuple[Body, Surface]:
    body = Body.of(person)
    return body, look_at(person, body)


@lru_cache(maxsize=3)
def _held(person: Person) -> NDArray[np.bool_]:
    return held(*_measured(person))


@lru_cache(maxsize=4)
def _undressed(
    person: Person, zones: frozenset[str]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    body, surface = _measured(person)
    return undress(person, body, surface, zones=zones)


@lru_cache(maxsize=16)
def drawn(person: Person, garment: Garment, placement: Placement = AS_FITTED) -> tuple[Layer, ...]:
    """Draw each part of a garment in its place on a person.

    Parameters
    ----------
    person : Person
        In the body frame.
    garment : Garment
        Cut out, with landmarks.
    placement : Placement, optional
        What the shopper changed of how it is fitted.

    Returns
    -------
    tuple of Layer
        In drawing order.
    """
    cloth: Cloth = take_apart(garment)
    body, _ = _measured(person)
    layers: list[Layer] = []
    for part in placed(fit(cloth, body), body, placement):
        pixels = cloth.parts[part.name]
        occupied = np.where(pixels[..., 3] > 8, np.uint8(255), np.uint8(0))
        warp = fit_warp(part.sources, part.targets, occupied=occupied, frame=person.rgba.shape[:2])
        layers.append(
            Layer(
                name=part.name,
                box=warp.box,
                pixels=apply_warp(pixels, warp),
                part=part,
                relaxation=warp.relaxation,
            )
        )
    seams = join(layers, body) if _has_sleeves(layers) else None
    return tuple(layers if seams is None else [seams, *layers])


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
    return dress(person, [Piece(garment=garment) for garment in garments])


def dress(person: Person, pieces: Sequence[Piece]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Dress a person in garments, each where the shopper put it.

    Parameters
    ----------
    person : Person
        In the body frame.
    pieces : sequence of Piece
        In any order; of one type the later lies over the earlier.

    Returns
    -------
    picture : (H, W, 4) uint8
        See `coordinate`.
    touched : (H, W) bool
        See `compose`.
    """
    _, surface = _measured(person)
    base, changed = undressed_for(person, pieces)
    picture, touched = base.copy(), changed.copy()
    for step in steps(person, pieces):
        match step:
            case Shadow():
                _cast_shadow(picture, step, touched)
            case Layer():
                lay_over(picture, step.pixels, step.box)
                touched[step.box.window()] |= step.pixels[..., 3] > 0
            case Forward():
                bring_forward(picture, base, getattr(surface, step.mask), touched)
    return picture, touched


def undressed_for(
    person: Person, pieces: Sequence[Piece]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Take away what a person wears where chosen garments replace it.

    Parameters
    ----------
    person : Person
        In the body frame.
    pieces : sequence of Piece
        What is chosen.

    Returns
    -------
    rgba : (H, W, 4) uint8
        The person, unchanged elsewhere.
    changed : (H, W) bool
        Where it differs.
    """
    worn = {piece.garment.type for piece in pieces if layers_of(person, piece)}
    zones = replaced_zones(worn) if person.head is None else frozenset[str]()
    return _without_scraps(person, frozenset(pieces), zones)


def steps(person: Person, pieces: Sequence[Piece]) -> Iterator[Step]:
    """Tell what is drawn over a person, one after the other.

    Parameters
    ----------
    person : Person
        In the body frame.
    pieces : sequence of Piece
        In any order; of one type the later lies over the earlier.

    Yields
    ------
    Step
    """
    order = piece_order(pieces)
    under = [piece for piece in order if piece.garment.type not in OVER_THE_HEAD]
    sleeved = [piece for piece in under if _has_sleeves(layers_of(person, piece))]
    tucked = tucked_in_bottoms(under)
    waiting: tuple[Layer, ...] = ()  # sleeves of what is tucked in: they hang over the bottoms
    for piece in under:
        layers = _inside_of_outer(piece, under, person)
        if piece in sleeved[:-1]:  # inner sleeves are inside the outer ones
            layers = tuple(layer for layer in layers if not layer.name.startswith("sleeve"))
        elif piece in tucked:
            waiting = tuple(layer for layer in layers if layer.name in SLEEVES)
            layers = tuple(layer for layer in layers if layer.name not in SLEEVES)
        yield from _laid(layers, person, covers_arms=piece.garment.type != "shoes")
        if waiting and piece.garment.type in BOTTOMS:
            yield from _laid(waiting, person, covers_arms=True)
            waiting = ()
    tubed = any(_has_tube(piece.garment) for piece in under)
    yield Forward(mask="jaw" if tubed else "front")
    for piece in order:
        if piece.garment.type in OVER_THE_HEAD:
            layers = layers_of(person, piece)
            yield _shadow_of(layers, person)
            yield from layers
            if piece.garment.type == "bag":
                yield Forward(mask="hands")


def _laid(layers: tuple[Layer, ...], person: Person, *, covers_arms: bool) -> Iterator[Step]:
    yield _shadow_of(layers, person)
    for layer in layers:
        if layer.name.startswith("sleeve_left"):
            yield Forward(mask="forearms")
        yield layer
    if covers_arms and not _has_sleeves(layers):
        yield Forward(mask="forearms")


def layers_of(person: Person, piece: Piece) -> tuple[Layer, ...]:
    """Draw each part of a piece where the shopper put it.

    Parameters
    ----------
    person : Person
        In the body frame.
    piece : Piece
        Who lies how far out changes nothing of how it is drawn.

    Returns
    -------
    tuple of Layer
        In drawing order.
    """
    return drawn(person, piece.garment, replace(piece.placement, level=0, tucked=False))


def _shadow_of(layers: tuple[Layer, ...], person: Person) -> Shadow:
    body, _ = _measured(person)
    return Shadow(layers=layers, reach_px=SHADOW_REACH * body.unit)


@lru_cache(maxsize=3)
def _without_scraps(
    person: Person, pieces: frozenset[Piece], zones: frozenset[str]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Clear what would stick out beside the garments: specks of cloth and slivers of skin."""
    body, _ = _measured(person)
    base, changed = _undressed(person, zones)
    if not zones:
        return base, changed
    covered = np.zeros(changed.shape, bool)
    for piece in pieces:
        if piece.garment.type not in OVER_THE_HEAD:
            for layer in layers_of(person, piece):
                covered[layer.box.window()] |= layer.pixels[..., 3] > 0
    mine, rows = _held(person), cleared_rows(body, zones)
    seen = covered | (base[..., 3] > 0)
    lines, cols = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if lines.size == 0:
        return base, changed
    window = slice(int(lines[0]), int(lines[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1)
    scraps = np.zeros(changed.shape, bool)
    scraps[window] = hanging_on(
        base[window][..., 3], covered[window], mine[window], rows=rows[window], unit=body.unit
    )
    if not scraps.any():
        return base, changed
    cleared = base.copy()
    cleared[..., 3][scraps] = 0
    return cleared, changed | scraps


def _inside_of_outer(piece: Piece, under: Sequence[Piece], person: Person) -> tuple[Layer, ...]:
    """Of what is worn under something only what shows: not what bulges out beside or below it."""
    body, _ = _measured(person)
    layers, worn_as = layers_of(person, piece), piece.garment.type
    if piece in tucked_in_bottoms(under):
        layers = _inside_bottoms(layers, under, person)
    outer = [other for other in under if other.garment.type == "outerwear" and other is not piece]
    if worn_as in BOTTOMS:
        over = under[list(under).index(piece) + 1 :]
        flare, start = 0.3 * body.unit, 0.0
    elif outer and worn_as not in {"outerwear", "shoes"}:
        over, start = outer, body.shoulder_tip("left")[0] - BELOW_COLLARS * body.unit
        flare = 0.3 * body.unit if worn_as == "dress" else 0.0
        neck, half = float(body.joints["neck"][1]), AT_THE_NECK * body.unit
        layers = standing_out(layers, row=start, cols=(neck - half, neck + half))
        if worn_as in TUCKED_UNDER_A_COAT and any(x.garment.type in BOTTOMS for x in under):
            layers = tucked_in(layers, body.row_of(1.0))
    else:
        return layers
    torsos = [
        layer for other in over for layer in layers_of(person, other) if layer.name == "torso"
    ]
    return inside_of(layers, torsos, flare=flare, start=start) if torsos else layers


def _inside_bottoms(
    layers: tuple[Layer, ...], under: Sequence[Piece], person: Person
) -> tuple[Layer, ...]:
    body, _ = _measured(person)
    bottoms = [x for y in under if y.garment.type in BOTTOMS for x in layers_of(person, y)]
    trunks = tuple(layer for layer in layers if layer.name == "torso")
    inside = iter(inside_waistband(trunks, bottoms, unit=body.unit))
    return tuple(next(inside) if layer in trunks else layer for layer in layers)


@lru_cache(maxsize=16)
def _has_tube(garment: Garment) -> bool:
    # Remembered as long as what is drawn, so that a garment is not taken apart again for it.
    return rim_row(take_apart(garment)) is not None


def _has_sleeves(layers: Sequence[Layer]) -> bool:
    return any(layer.name.startswith("sleeve") for layer in layers)


def _cast_shadow(picture: NDArray[np.uint8], step: Shadow, touched: NDArray[np.bool_]) -> None:
    box = box_round(step.layers, margin=int(2 * step.reach_px), frame=picture.shape[:2])
    if box is None:
        return
    shadow = contact_shadow(cover(step.layers, box), reach_px=step.reach_px)
    shadow[picture[box.window()][..., 3] == 0] = 0
    darken(picture, shadow, box)
    touched[box.window()] |= shadow > 0
