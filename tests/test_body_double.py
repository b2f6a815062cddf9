from functools import cache

import cv2
import numpy as np
import pytest

from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS, JOINT_NAMES, Person
from imaging.body_double import body_double
from imaging.coordination import compose
from imaging.drawing.mannequins import draw_dressed
from imaging.measuring import Body
from imaging.portraits import PLAIN_SKIN, face_tone
from imaging.suitability import obstacles
from tests.wardrobe import FIGURES, figure, worn

VEST = (70, 98, 120)  # what the dressed Ada wears


@cache
def _dressed(who: str) -> Person:
    return Person(rgba=draw_dressed(who), joints=figure(who).joints)


@cache
def _double(who: str) -> Person:
    return body_double(_dressed(who))


def _lab(rgb: np.ndarray) -> np.ndarray:
    pixel = np.rint(rgb).astype(np.uint8)[None, None]
    return np.asarray(cv2.cvtColor(pixel, cv2.COLOR_RGB2LAB)[0, 0], np.float64)


@pytest.mark.parametrize("who", FIGURES)
def test_the_head_is_the_persons_own(who: str) -> None:
    person, double = _dressed(who), _double(who)

    shift = np.array(double.joints["head_left"]) - person.joints["head_left"]
    middle = (np.array(person.joints["head_left"]) + person.joints["head_right"]) / 2
    row, col = np.rint(middle).astype(int)
    down, right = np.rint(shift).astype(int)
    own = person.rgba[row - 40 : row + 40, col - 25 : col + 25, :3].astype(int)
    set_on = double.rgba[row - 40 + down :, col - 25 + right :][:80, :50, :3].astype(int)
    assert np.abs(own - set_on).mean() < 6  # moved by parts of a pixel


@pytest.mark.parametrize("who", FIGURES)
def test_nothing_is_left_of_the_clothes_in_the_picture(who: str) -> None:
    double = _double(who)
    body = Body.of(double)

    trunk = double.rgba[int(body.row_of(0.2)) : int(body.row_of(0.9))]
    seen = trunk[trunk[..., 3] == 255][:, :3].astype(np.float32)

    spread = np.abs(seen / seen.sum(axis=1, keepdims=True) - seen.mean(axis=0) / seen.mean() / 3)
    assert np.quantile(spread, 0.99) < 0.05  # one hue, in light and shade


@pytest.mark.parametrize("who", FIGURES)
def test_the_body_has_the_tone_of_the_face(who: str) -> None:
    double = _double(who)
    body = Body.of(double)
    row, col = (int(place) for place in body.joints["neck"])
    chest = np.median(double.rgba[row + 20 : row + 60, col - 30 : col + 30, :3], axis=(0, 1))
    sides = (body.middle("head")).astype(int)
    face = double.rgba[sides[0] : sides[0] + 50, sides[1] - 25 : sides[1] + 25, :3]
    cheek = np.quantile(face.reshape(-1, 3), 0.75, axis=0)

    assert np.abs(_lab(chest) - _lab(cheek))[1:].max() < 12
    assert abs(_lab(chest)[0] - _lab(cheek)[0]) < 40  # of 255; one side of a face is lit more


def test_a_double_has_the_frame_and_every_joint() -> None:
    double = _double("ada")

    assert double.rgba.shape == (BODY_FRAME_ROWS, BODY_FRAME_COLS, 4)
    assert set(double.joints) == set(JOINT_NAMES)
    assert double.head is not None
    assert not double.head[int(Body.of(double).row_of(0.3)) :].any()


def test_the_same_picture_gives_the_same_double() -> None:
    again = body_double(_dressed("ada"))

    assert again.rgba.tobytes() == _double("ada").rgba.tobytes()


def test_a_build_can_be_chosen() -> None:
    slender = Body.of(body_double(_dressed("ada"), figure="ada"))
    broad = Body.of(body_double(_dressed("ada"), figure="bruno"))

    assert broad.unit > 1.1 * slender.unit
    with pytest.raises(KeyError):
        body_double(_dressed("ada"), figure="nobody")


@pytest.mark.parametrize("who", FIGURES)
def test_a_double_stands_as_clothes_need_it(who: str) -> None:
    assert obstacles(_double(who)) == ()


def test_a_dressed_double_changes_only_under_its_clothes() -> None:
    double = _double("bruno")

    picture, touched = compose(double, [worn("heavy-white-tee"), worn("sand-shorts")])

    np.testing.assert_array_equal(picture[~touched], double.rgba[~touched])
    chin = int(double.joints["neck"][0]) - 60
    np.testing.assert_array_equal(picture[:chin], double.rgba[:chin])


def test_a_face_without_skin_gets_a_plain_tone() -> None:
    mask = np.zeros((100, 100, 4), np.uint8)
    mask[..., 2:] = 255

    assert tuple(face_tone(mask, np.array([40.0, 50.0]), 70.0)) == PLAIN_SKIN
