"""Legs where clothes are replaced: nothing of socks, shoes and shorts is left beside them."""

import cv2
import numpy as np
import pytest

from imaging.body import Person
from imaging.coordination import coordinate
from imaging.layering import Layer, standing_out
from imaging.measuring import HIP, SIDES, Body
from imaging.skin import look_at
from imaging.undressing import undress
from imaging.warping import Box
from tests.wardrobe import figure, worn

WHITE = (252, 252, 252)


def _without(person: Person, *zones: str) -> np.ndarray:
    body = Body.of(person)
    rgba, _ = undress(person, body, look_at(person, body), zones=set(zones))
    return rgba


def _in_socks(person: Person, *, share: float) -> Person:
    """White socks, a little wider than the legs, up to a share of the way to the knees."""
    body, rgba = Body.of(person), person.rgba.copy()
    for side in SIDES:
        _, knee, ankle = body.leg(side)
        top, width = ankle + (knee - ankle) * share, round(0.17 * body.unit)
        window = rgba[int(top[0]) :, int(ankle[1]) - width : int(ankle[1]) + width]
        window[window[..., 3] > 0] = (*WHITE, 255)
        edge = rgba[int(top[0]) : int(ankle[0]), int(ankle[1]) - width : int(ankle[1]) + width]
        seen = cv2.dilate((edge[..., 3] > 0).astype(np.uint8), np.ones((1, 17), np.uint8)) > 0
        edge[seen] = (*WHITE, 255)
        edge[~seen, 3] = 0
    return Person(rgba=rgba, joints=person.joints)


def _is_white(rgba: np.ndarray) -> np.ndarray:
    return np.asarray((rgba[..., :3].min(axis=2) > 246) & (rgba[..., 3] > 60))


@pytest.mark.parametrize("share", [0.15, 0.4])
def test_socks_go_with_the_shoes_that_are_replaced(share: float) -> None:
    person = _in_socks(figure("bruno"), share=share)
    assert int(_is_white(person.rgba).sum()) > 1000

    rgba = _without(person, "feet")

    assert int(_is_white(rgba).sum()) < 20
    body = Body.of(person)
    for side in SIDES:  # and there is a leg where they were
        _, knee, ankle = body.leg(side)
        row, col = ankle + (knee - ankle) * share / 2
        assert rgba[round(row), round(col), 3] == 255


def test_trousers_stay_where_only_shoes_are_replaced() -> None:
    bare = figure("bruno")
    person = Person(rgba=coordinate(bare, [worn("wide-wool-trousers")]), joints=bare.joints)
    above = int(Body.of(person).middle("ankle")[0] - 0.1 * Body.of(person).unit)

    np.testing.assert_array_equal(_without(person, "feet")[:above], person.rgba[:above])


def test_bare_feet_do_not_stick_out_of_chosen_shoes() -> None:
    person = figure("bruno")
    body = Body.of(person)

    rgba = _without(person, "feet")

    toes = int(max(joint[0] for joint in body.both("toe")))
    assert not rgba[toes:, :, 3].any()


def _in_wide_shorts(person: Person) -> tuple[Person, int]:
    """Blue shorts, wider than the legs, whose hem is above the knees; with the row of the hem."""
    body, rgba = Body.of(person), person.rgba.copy()
    hem = int(body.middle("knee")[0] - 0.35 * body.unit)
    left, right = (int(body.axis(hem)[1] + sign * 0.72 * body.unit) for sign in SIDES.values())
    rgba[int(body.row_of(0.8)) : hem, left:right] = (40, 60, 150, 255)
    below = rgba[hem:, :, :3]
    below[:] = (below * 0.7).astype(np.uint8)  # in the shade, as legs are
    return Person(rgba=rgba, joints=person.joints), hem


def test_thighs_go_on_as_the_legs_that_are_bare_below_a_hem() -> None:
    person, hem = _in_wide_shorts(figure("bruno"))
    body = Body.of(person)

    rgba = _without(person, "lower")

    middle, far = int(body.axis(hem)[1]), hem + round(0.1 * body.unit)
    above, below = (rgba[row, :middle] for row in (hem - 12, far))
    widths = [int((row[:, 3] > 127).sum()) for row in (above, below)]
    assert widths[0] <= widths[1] + 0.1 * body.unit
    skin = [np.median(row[row[:, 3] > 200][:, :3], axis=0) for row in (above, below)]
    assert np.abs(skin[0] - skin[1]).max() < 16


def test_fingers_beside_a_hip_are_no_hip() -> None:
    apart = figure("bruno")
    body, rgba, joints = Body.of(apart), apart.rgba.copy(), dict(apart.joints)
    row = body.row_of(1.0)
    for side, sign in SIDES.items():
        col = float(body.axis(row)[1] + sign * HIP * body.unit)
        joints[f"hand_{side}"] = (row - 0.1 * body.unit, col)
        joints[f"wrist_{side}"] = (row - 0.32 * body.unit, col)
        centre = round(col), round(row)
        cv2.circle(rgba, centre, round(0.16 * body.unit), (200, 160, 140, 255), -1)

    beside = Body.of(Person(rgba=rgba, joints=joints))

    for side in SIDES:
        assert beside.half_width(row, side) <= 1.05 * beside.half_width_model(row)


def test_of_what_is_worn_under_a_coat_only_a_collar_stands_out() -> None:
    pixels = np.full((20, 30, 4), 255, np.uint8)
    layer = Layer(name="torso", box=Box(top=10, left=5, bottom=30, right=35), pixels=pixels)

    (kept,) = standing_out([layer], row=18.0, cols=(12.0, 24.0))

    shown = kept.pixels[..., 3] > 0
    assert shown[8:].all()
    assert shown[:8, 7:19].all()
    assert not shown[:8, :7].any()
    assert not shown[:8, 19:].any()
