"""Which pieces of a look make room for which."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.classification import TYPES
from domain.look import LAYERS, Look, Piece, Placement
from tests.speaking import DRESS, DRESS_M, MANNEQUIN, SHIRT, SHIRT_M, SHIRT_S, SKIRT

LAYER_OF = {type_: layer for layer, types in LAYERS.items() for type_ in types}

bare = Look(wearer=MANNEQUIN)
shirt = Piece(commodity_id=SHIRT, type="shirt")
skirt = Piece(commodity_id=SKIRT, type="skirt")
dress = Piece(commodity_id=DRESS, type="dress")

pieces = st.lists(
    st.builds(
        Piece,
        commodity_id=st.integers(0, 40).map(lambda n: UUID(int=n)),
        type=st.sampled_from(TYPES),
    ),
    max_size=25,
    unique_by=lambda piece: piece.commodity_id,
)


def dressed(*worn: Piece) -> Look:
    look = bare
    for piece in worn:
        look = look.with_piece(piece)
    return look


def test_every_type_has_one_place_on_the_body() -> None:
    placed = [type_ for types in LAYERS.values() for type_ in types]
    assert sorted(placed) == sorted(TYPES)


def test_a_shirt_and_a_skirt_are_worn_together() -> None:
    assert dressed(shirt, skirt).pieces == (shirt, skirt)


def test_an_open_shirt_is_worn_over_a_top_or_a_dress_and_gives_way_to_another_shirt() -> None:
    top = Piece(commodity_id=UUID(int=1), type="top")
    opened = replace(shirt, placement=Placement(opened=True))
    other = replace(shirt, commodity_id=UUID(int=2))
    assert dressed(shirt, skirt).with_placement(SHIRT, opened.placement).with_piece(top).pieces == (
        opened,
        skirt,
        top,
    )
    assert dressed(opened, skirt, dress).pieces == (opened, dress)
    assert dressed(opened, top, other).pieces == (other,)


def test_a_shirt_that_is_closed_again_takes_its_whole_place() -> None:
    opened = replace(shirt, placement=Placement(opened=True))
    over = dressed(opened, skirt, Piece(commodity_id=UUID(int=1), type="top"))
    moved = replace(opened.placement, down=0.01)
    assert over.with_placement(SHIRT, moved).pieces[1:] == over.pieces[1:]
    assert over.with_placement(SHIRT, Placement()).pieces == (shirt, skirt)
    assert over.with_placement(SKIRT, Placement(level=1)).pieces[0] == opened


def test_what_is_not_closed_along_its_front_gives_way_however_it_is_placed() -> None:
    top = Piece(commodity_id=UUID(int=1), type="top", placement=Placement(opened=True))
    assert dressed(top, shirt).pieces == (shirt,)


def test_another_piece_of_the_same_place_takes_it() -> None:
    top = Piece(commodity_id=DRESS, type="top")
    assert dressed(shirt, skirt, top).pieces == (skirt, top)


def test_a_dress_makes_room_of_shirt_and_skirt_but_keeps_the_knitwear() -> None:
    knitwear = Piece(commodity_id=UUID(int=1), type="knitwear")
    assert dressed(shirt, knitwear, skirt, dress).pieces == (knitwear, dress)


@pytest.mark.parametrize("piece", [shirt, skirt], ids=["shirt", "skirt"])
def test_a_dress_comes_off_for_what_it_covers(piece: Piece) -> None:
    assert dressed(dress, piece).pieces == (piece,)


@for_all(pieces)
def test_however_one_dresses_no_place_is_taken_twice_and_the_last_piece_is_worn(
    worn: list[Piece],
) -> None:
    look = dressed(*worn)
    places = [LAYER_OF[piece.type] for piece in look.pieces]
    assert len(places) == len(set(places))
    assert not ("one-piece" in places and {"inner", "lower"} & set(places))
    assert look.pieces[-1:] == tuple(worn[-1:])


@for_all(pieces)
def test_taking_everything_off_piece_by_piece_leaves_a_bare_wearer(worn: list[Piece]) -> None:
    look = dressed(*worn)
    for piece in look.pieces:
        assert look.wears(piece.commodity_id)
        look = look.without(piece.commodity_id)
        assert not look.wears(piece.commodity_id)
    assert look == bare


def test_a_size_is_chosen_for_one_piece_only() -> None:
    look = dressed(shirt, skirt).with_size(SHIRT, SHIRT_M)
    assert [piece.variant_id for piece in look.pieces] == [SHIRT_M, None]
    assert look.with_size(SHIRT, SHIRT_S).with_size(DRESS, DRESS_M) == dressed(
        shirt, skirt
    ).with_size(SHIRT, SHIRT_S)
