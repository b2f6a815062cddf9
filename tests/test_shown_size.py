"""A size larger looks larger: by what is measured, and not at all where nothing is."""

from collections.abc import Mapping
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from domain.shown_size import (
    AS_IN_ITS_IMAGE,
    LENGTH_MOST,
    WIDTH_LEAST,
    WIDTH_MOST,
    ShownSize,
    shown_size,
)
from domain.size_advice import Size
from imaging.coordination import drawn, dress
from imaging.layering import Layer
from imaging.placement import Piece, Placement
from tests.wardrobe import figure, worn

S, M, L, XL = (UUID(int=n) for n in range(1, 5))
SHIRTS = [
    Size(variant_id=id_, name=str(id_), measures={"chest_width": width, "length": length})
    for id_, width, length in ((S, 50.0, 70.0), (M, 54.0, 72.0), (L, 58.0, 74.0), (XL, 62.0, 76.0))
]
NOTHING: Mapping[str, float] = {}


# ------------------------------------------------------------- the domain


def test_of_sizes_alone_the_middle_one_is_as_in_the_image() -> None:
    shown = [shown_size("shirt", SHIRTS, id_, NOTHING) for id_ in (S, M, L, XL)]
    assert shown[1] == AS_IN_ITS_IMAGE
    assert [x.width for x in shown] == [WIDTH_LEAST, 1.0, 1.0741, 1.1481]
    assert [x.length for x in shown] == [0.9722, 1.0, 1.0278, 1.0556]


def test_on_a_body_that_is_known_the_size_that_fits_it_is_as_in_the_image() -> None:
    hers = {"chest": 104.0}  # with the ease of a shirt 58 cm wide
    assert shown_size("shirt", SHIRTS, L, hers).width == 1
    assert shown_size("shirt", SHIRTS, XL, hers).width == pytest.approx(62 / 58, abs=1e-4)
    assert shown_size("shirt", SHIRTS, M, hers).width == WIDTH_LEAST, "no narrower than she is"
    assert shown_size("shirt", SHIRTS, M, {"height": 180.0}) == AS_IN_ITS_IMAGE


@pytest.mark.parametrize(
    ("type_", "sizes", "chosen"),
    [
        ("shirt", SHIRTS, None),
        ("shirt", SHIRTS[:1], S),
        ("shirt", [Size(variant_id=x.variant_id, name="", measures={}) for x in SHIRTS], L),
        ("shirt", [*SHIRTS[:2], Size(variant_id=L, name="L", measures={})], L),
        ("shoes", SHIRTS, L),
        ("scarf", SHIRTS, L),
    ],
    ids=["none chosen", "one size", "none measured", "not measured", "shoes", "scarf"],
)
def test_what_is_not_known_changes_nothing(
    type_: str, sizes: list[Size], chosen: UUID | None
) -> None:
    assert shown_size(type_, sizes, chosen, {"chest": 140.0, "foot": 20.0}) == AS_IN_ITS_IMAGE


def test_a_size_does_not_differ_beyond_what_cloth_does() -> None:
    tent = Size(variant_id=XL, name="XL", measures={"chest_width": 90.0, "length": 140.0})
    assert shown_size("shirt", [*SHIRTS[:3], tent], XL, NOTHING) == ShownSize(
        width=WIDTH_MOST, length=LENGTH_MOST
    )
    assert shown_size("shirt", SHIRTS, S, {"chest": 190.0}).width == WIDTH_LEAST


# ------------------------------------------------------------ the picture


def extent(layers: tuple[Layer, ...]) -> NDArray[np.float64]:
    """Return first and last row of what is drawn, and first and last column of its lower half."""
    places = np.vstack(
        [
            np.argwhere(layer.pixels[..., 3] > 127) + np.array([layer.box.top, layer.box.left])
            for layer in layers
            if not layer.name.startswith("sleeve")
        ]
    )
    rows = places[:, 0]
    cols = places[rows > (rows.min() + rows.max()) / 2, 1]
    return np.array([[rows.min(), rows.max()], [cols.min(), cols.max()]], np.float64)


def test_a_piece_whose_size_is_not_told_is_drawn_to_the_bit_as_before() -> None:
    person, garment = figure("ada"), worn("oxford-shirt")
    as_before, _ = dress(person, [Piece(garment=garment)])
    told, _ = dress(person, [Piece(garment=garment, placement=Placement(size=(1.0, 1.0)))])
    np.testing.assert_array_equal(told, as_before)


@pytest.mark.parametrize("slug", ["oxford-shirt", "wide-wool-trousers", "pleated-skirt"])
def test_a_larger_size_is_wider_and_longer_and_hangs_where_it_hung(slug: str) -> None:
    person, garment = figure("ada"), worn(slug)
    rows, cols = extent(drawn(person, garment))
    larger_rows, larger_cols = extent(drawn(person, garment, Placement(size=(1.06, 1.1))))
    assert np.ptp(larger_cols) == pytest.approx(1.1 * np.ptp(cols), rel=0.02)
    assert np.ptp(larger_rows) == pytest.approx(1.06 * np.ptp(rows), rel=0.02)
    assert larger_rows[0] == pytest.approx(rows[0], abs=6)
    assert larger_cols.mean() == pytest.approx(cols.mean(), abs=4)


def test_sleeves_stay_on_the_arms_they_are_on() -> None:
    person, garment = figure("ada"), worn("oxford-shirt")
    sleeves, larger = (
        {x.name: x.part.targets for x in layers if x.part and x.name.startswith("sleeve")}
        for layers in (drawn(person, garment), drawn(person, garment, Placement(size=(1.05, 1.1))))
    )
    assert sleeves.keys() == larger.keys()
    for name, targets in sleeves.items():
        np.testing.assert_array_equal(larger[name], targets)


@pytest.mark.parametrize("size", [(0.0, 1.0), (1.0, -1.0), (1.0, np.nan), (np.inf, 1.0)])
def test_a_size_that_cannot_be_is_refused(size: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="a garment is"):
        Placement(size=size)
