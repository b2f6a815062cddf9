"""What a picture is drawn of, and a garment taken apart for whoever draws it elsewhere."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from domain import look
from imaging import ordering
from imaging.body import Person
from imaging.coordination import coordinate
from imaging.drawing_list import DrawingList, drawing_list
from imaging.garment import Garment
from imaging.layering import BOTTOMS
from imaging.placement import Piece, Placement
from imaging.portable import portable
from imaging.resampling import premultiplied
from imaging.tailoring import take_apart
from imaging.warping import apply_warp, fit_warp
from tests.wardrobe import ONE_OF_EACH_TYPE, figure, worn

OUTFIT = ("camel-coat", "oxford-shirt", "wide-wool-trousers", "court-sneakers", "camel-scarf")


def _listed(person: Person, *garments: Garment) -> DrawingList:
    return drawing_list(person, [Piece(garment=garment) for garment in garments])


def test_every_layer_is_cast_and_laid_once_in_the_order_of_the_picture() -> None:
    listed = _listed(figure("ada"), *(worn(slug) for slug in OUTFIT))

    laid = [step.layer for step in listed.steps if step.layer is not None]
    shadows = [number for step in listed.steps for number in step.shadow or ()]
    assert sorted(laid) == sorted(shadows) == list(range(len(listed.layers)))
    types = [worn(OUTFIT[listed.layers[n].piece or 0]).type for n in laid]
    assert types[:2] == ["shoes", "shoes"]
    assert types[-1] == "scarf"


def test_a_layer_follows_from_the_points_that_are_listed() -> None:
    person, garment = figure("bruno"), worn("oat-cable-knit")

    listed = _listed(person, garment)

    cloth = take_apart(garment)
    for each in listed.layers:
        layer = each.layer
        if layer.part is None:
            continue
        pixels = cloth.parts[layer.name]
        occupied = np.where(pixels[..., 3] > 8, np.uint8(255), np.uint8(0))
        frame = person.rgba.shape[:2]
        warp = fit_warp(layer.part.sources, layer.part.targets, occupied=occupied, frame=frame)
        assert warp.relaxation == layer.relaxation
        np.testing.assert_array_equal(apply_warp(pixels, warp), layer.pixels)


def test_what_is_hidden_of_a_layer_lies_outside_the_columns_it_keeps() -> None:
    listed = _listed(figure("ada"), *(worn(slug) for slug in OUTFIT))

    cut = [each.layer for each in listed.layers if each.layer.kept is not None]
    assert cut
    for layer in cut:
        assert layer.kept is not None
        cols = np.arange(layer.box.left, layer.box.right)
        outside = (cols < layer.kept[:, :1]) | (cols >= layer.kept[:, 1:])
        assert not layer.pixels[outside].any()


def test_masks_are_those_the_steps_name_and_nothing_is_listed_of_nobody() -> None:
    person = figure("carla")

    bare, dressed = _listed(person), _listed(person, worn("meadow-dress"), worn("cognac-tote"))

    assert [step.forward for step in bare.steps] == ["front"]
    np.testing.assert_array_equal(bare.base, person.rgba)
    assert set(dressed.masks) == {"forearms", "front", "hands"}


def test_a_garment_without_landmarks_is_in_no_step() -> None:
    unknown = replace(worn("oxford-shirt"), landmarks={})

    listed = _listed(figure("ada"), unknown, worn("fedora"))

    assert {each.piece for each in listed.layers} == {1}


@pytest.mark.parametrize("slug", ONE_OF_EACH_TYPE)
def test_parts_that_are_sent_are_the_parts_that_are_drawn(slug: str) -> None:
    cloth = take_apart(worn(slug))

    sent = portable(worn(slug))

    assert (sent.height, sent.width) == cloth.pixels.shape[:2]
    assert [part.name for part in sent.parts] == list(cloth.parts)
    for part in sent.parts:
        own = np.pad(cloth.parts[part.name], ((1, 1), (1, 1), (0, 0)))
        rows, cols = part.rgba.shape[:2]
        top, left = part.top + 1, part.left + 1
        window = own[top : top + rows, left : left + cols]
        assert window[..., 3].sum(dtype=int) == own[..., 3].sum(dtype=int)
        difference = premultiplied(part.rgba) - window
        assert np.abs(difference).max() <= 1  # straight colours are whole numbers again
        assert not part.rgba[[0, -1]].any()
        assert not part.rgba[:, [0, -1]].any()


def test_edges_that_are_sent_are_those_that_fitting_asks_for() -> None:
    cloth, sent = take_apart(worn("oxford-shirt")), portable(worn("oxford-shirt"))

    torso = next(part for part in sent.parts if part.name == "torso")
    assert torso.edges is not None
    for row in range(0, sent.height, 7):
        wanted = cloth.edges("torso", row)
        assert tuple(torso.edges[row]) == ((-1, -1) if wanted is None else wanted)


def test_the_picture_is_the_same_whether_it_was_listed_or_not() -> None:
    person, garments = figure("bruno"), [worn(slug) for slug in OUTFIT]
    before = coordinate(person, garments)

    _listed(person, *garments)

    np.testing.assert_array_equal(coordinate(person, garments), before)


def test_a_piece_that_was_laid_further_in_is_listed_where_it_lies() -> None:
    person, shirt, coat = figure("bruno"), worn("oxford-shirt"), worn("camel-coat")
    pieces = [
        Piece(garment=shirt),
        Piece(garment=coat, placement=Placement(level=-1, move=(4.0, 0.0))),
    ]

    listed = drawing_list(person, pieces)

    laid = [listed.layers[step.layer].piece for step in listed.steps if step.layer is not None]
    assert next(piece for piece in laid if piece is not None) == 1
    assert {piece for piece in laid if piece is not None} == {0, 1}


LAYERING = Path(__file__).parents[1] / "web" / "static" / "js" / "terminal" / "layering.js"


def _on_the_terminal(name: str) -> list[str]:
    """Types the terminal's counterpart of ``imaging.ordering`` names so."""
    written = re.search(rf"\b{name} = \[(.*?)\]", LAYERING.read_text(encoding="utf-8"), re.DOTALL)
    assert written is not None
    words = re.findall(r'"[^"]+"|\.\.\.\w+', written[1])
    return [
        type_
        for word in words
        for type_ in ([json.loads(word)] if word[0] == '"' else _on_the_terminal(word[3:]))
    ]


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("TUCKABLE", ordering.TUCKABLE),
        ("OPENABLE", ordering.OPENABLE),
        ("TUCKED_UNDER_A_COAT", ordering.TUCKED_UNDER_A_COAT),
        ("LAYERS", ordering.LAYERS),
        ("OVER_THE_HEAD", ordering.OVER_THE_HEAD),
        ("BOTTOMS", BOTTOMS),
    ],
)
def test_shop_and_terminal_order_tuck_and_open_the_same_types(
    name: str, types: tuple[str, ...]
) -> None:
    assert sorted(_on_the_terminal(name)) == sorted(types)
    if name == "LAYERS":
        assert _on_the_terminal(name) == list(types)


def test_what_a_shopper_may_tuck_in_or_open_is_what_is_drawn_so() -> None:
    assert set(look.TUCKABLE) == set(ordering.TUCKABLE)
    assert set(look.OPENABLE) == set(ordering.OPENABLE)
