"""What goes with what, and why: colours by hue and quiet, one pattern at a time."""

from itertools import product

import numpy as np
import pytest

from domain.classification import COLOURS, DESIGNS, TYPES
from domain.harmony import BEST, HUES, PICKED_UP, Traits, colour_harmony, harmony, suiting_colours
from domain.look import are_worn_together
from imaging.colours import PALETTE, oklab


def traits(type_: str, *colours: str, design: str = "solid") -> Traits:
    return Traits(type=type_, design=design, colours=colours)


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("navy", "beige", "Navy beside beige: a neutral next to a quiet colour."),
        ("black", "white", "Black beside white: two neutrals."),
        ("grey", "red", "Grey beside red: a neutral, so the red speaks."),
        ("red", "grey", "Red beside grey: a neutral, so the red speaks."),
        ("navy", "blue", "Navy beside blue: one hue, lighter and darker."),
        ("red", "orange", "Red beside orange: neighbours on the colour circle."),
        ("pink", "red", "Pink beside red: neighbours on the colour circle."),
        ("blue", "orange", "Blue beside orange: opposites, each lifts the other."),
        ("navy", "red", "Navy beside red: a quiet colour steadies a strong one."),
        ("green", "green", "Green throughout: one tone, calm and long."),
    ],
)
def test_why_two_colours_go_together_is_said_in_words(one: str, other: str, words: str) -> None:
    found = colour_harmony(one, other)
    assert found is not None
    assert found.words == words


@pytest.mark.parametrize(("one", "other"), [("red", "green"), ("yellow", "turquoise")])
def test_colours_that_fight_are_not_proposed(one: str, other: str) -> None:
    assert colour_harmony(one, other) is None
    assert other not in suiting_colours(one)


def test_two_colours_go_together_as_well_as_the_other_way_round() -> None:
    for one, other in product(COLOURS, COLOURS):
        there, back = colour_harmony(one, other), colour_harmony(other, one)
        assert (there and there.score) == (back and back.score)


def test_every_colour_has_others_to_go_with_the_best_first() -> None:
    for colour in COLOURS:
        suiting = suiting_colours(colour)
        scores = [found.score for x in suiting if (found := colour_harmony(colour, x))]
        assert len(suiting) >= 5
        assert scores == sorted(scores, reverse=True)
    assert suiting_colours("navy")[0] in {"white", "grey", "black", "beige", "blue"}


def test_hues_are_those_of_the_swatches() -> None:
    assert set(HUES) == set(COLOURS) == set(PALETTE)
    for name, swatch in PALETTE.items():
        rgb = np.array([list(bytes.fromhex(swatch.removeprefix("#")))], np.uint8)
        _, a, b = oklab(rgb)[0]
        assert HUES[name].chroma == pytest.approx(float(np.hypot(a, b)), abs=0.01)
        if HUES[name].chroma:
            apart = abs(HUES[name].angle - float(np.degrees(np.arctan2(b, a))) % 360)
            assert min(apart, 360 - apart) <= 2


def test_one_pattern_at_a_time_at_best_in_the_other_pieces_colour() -> None:
    plain = traits("trousers", "navy")
    striped = traits("shirt", "white", "navy", design="striped")
    both = harmony(striped, plain)
    assert both is not None
    assert both.score == BEST + PICKED_UP
    assert both.words.endswith("It picks up the navy of the shirt.")
    assert harmony(plain, striped) is not None
    assert harmony(striped, traits("skirt", "navy", design="checked")) is None


def test_only_what_is_worn_together_goes_together() -> None:
    assert harmony(traits("shirt", "white"), traits("t-shirt", "navy")) is None
    assert harmony(traits("dress", "white"), traits("skirt", "navy")) is None
    assert harmony(traits("shirt", "white"), traits("outerwear", "navy")) is not None
    for one, other in product(TYPES, TYPES):
        assert are_worn_together(one, other) == are_worn_together(other, one)
        assert not are_worn_together(one, one)


def test_no_pair_is_without_words() -> None:
    for colour, design in product(COLOURS, DESIGNS):
        found = harmony(traits("shirt", "navy"), traits("skirt", colour, design=design))
        assert found is None or found.words.endswith(".")
