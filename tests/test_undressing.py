"""What is taken for worn clothes, and what is somebody's own."""

import cv2
import numpy as np

from imaging.body import Person
from imaging.coordination import coordinate
from imaging.measuring import SIDES, Body
from imaging.skin import look_at
from imaging.undressing import undress
from tests.wardrobe import figure, worn

SUNBURNT = (168, 84, 66)


def _in_shorts() -> Person:
    person = figure("bruno")
    return Person(rgba=coordinate(person, [worn("sand-shorts")]), joints=person.joints)


def _marked(person: Person, joint: str, by: float, colour: tuple[int, int, int]) -> np.ndarray:
    """Colour a disc below a joint of either leg, in place; answers where."""
    body = Body.of(person)
    disc = np.zeros(person.rgba.shape[:2], np.uint8)
    for side in SIDES:
        row, col = body.joints[f"{joint}_{side}"] + (by * body.unit, 0)
        cv2.circle(disc, (round(float(col)), round(float(row))), round(0.09 * body.unit), 255, -1)
    where = np.asarray((disc > 0) & (person.rgba[..., 3] == 255), np.bool_)
    person.rgba[where, :3] = colour
    return where


def test_reddish_knees_below_replaced_shorts_stay_as_they_are() -> None:
    person = _in_shorts()
    knees = _marked(person, "knee", 0.08, SUNBURNT)
    body = Body.of(person)

    rgba, changed = undress(person, body, look_at(person, body), zones={"lower"})

    assert not changed[knees].any()
    np.testing.assert_array_equal(rgba[knees], person.rgba[knees])


def test_shorts_themselves_go() -> None:
    person = _in_shorts()
    body = Body.of(person)

    rgba, changed = undress(person, body, look_at(person, body), zones={"lower"})

    thigh = (body.joints["hip_left"] + body.joints["knee_left"]) / 2
    beside = int(thigh[0]), int(thigh[1] - 0.12 * body.unit)
    assert changed[beside] or rgba[beside][3] == 0
