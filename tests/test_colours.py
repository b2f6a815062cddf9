import numpy as np
import pytest

from imaging.colours import PALETTE, colour_names, dominant_colours, oklab


def _swatch(*shares: tuple[str, int]) -> np.ndarray:
    """Rows of colours: each hex as many rows as stated."""
    rows = [
        np.full((count, 100, 4), (*bytes.fromhex(colour.removeprefix("#")), 255), np.uint8)
        for colour, count in shares
    ]
    return np.concatenate(rows)


@pytest.mark.parametrize("name", PALETTE)
def test_each_name_is_found_on_its_own_swatch(name: str) -> None:
    (found,) = dominant_colours(_swatch((PALETTE[name], 100)))

    assert found.name == name
    assert found.share == 1


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#000080", "navy"),
        ("#c19a6b", "beige"),
        ("#4b3621", "brown"),
        ("#800020", "red"),
        ("#ff69b4", "pink"),
        ("#ffdb58", "yellow"),
        ("#556b2f", "green"),
        ("#008080", "turquoise"),
        ("#87ceeb", "blue"),
        ("#36454f", "grey"),
        ("#fffff0", "white"),
        ("#4b0082", "purple"),
        ("#ff8c00", "orange"),
        ("#101014", "black"),
    ],
)
def test_what_people_call_a_colour_is_what_it_is_called(colour: str, name: str) -> None:
    (found,) = dominant_colours(_swatch((colour, 100)))

    assert found.name == name


def test_shares_are_of_the_visible_surface_and_largest_first() -> None:
    swatch = _swatch((PALETTE["navy"], 30), (PALETTE["white"], 60))
    nothing = np.zeros((110, 100, 4), np.uint8)

    first, second = dominant_colours(np.concatenate([swatch, nothing]))

    assert (first.name, second.name) == ("white", "navy")
    assert first.share == pytest.approx(2 / 3, abs=0.02)
    assert second.share == pytest.approx(1 / 3, abs=0.02)


def test_buttons_do_not_count() -> None:
    found = dominant_colours(_swatch((PALETTE["blue"], 97), (PALETTE["yellow"], 3)))

    assert [share.name for share in found] == ["blue"]


def test_nothing_has_no_colour() -> None:
    assert dominant_colours(np.zeros((20, 20, 4), np.uint8)) == ()


def test_oklab_of_primaries_is_as_published() -> None:
    primaries = np.array([[255, 255, 255], [255, 0, 0], [0, 0, 255]], np.uint8)

    expected = [[1.0, 0.0, 0.0], [0.628, 0.2249, 0.1258], [0.452, -0.0325, -0.3115]]
    np.testing.assert_allclose(oklab(primaries), expected, atol=2e-3)


def test_every_colour_has_one_of_the_fourteen_names() -> None:
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    every = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)

    assert set(colour_names(every)) == set(PALETTE)
