from functools import cache

import cv2
import numpy as np
import pytest

from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS, JOINT_NAMES, Person
from imaging.body_double import body_double
from imaging.complexion import PLAIN_SKIN, face_tone
from imaging.coordination import compose
from imaging.drawing.mannequins import draw_dressed
from imaging.measuring import MOUTH_SHARE, Body, face_end, jaw_row
from imaging.suitability import obstacles
from tests.wardrobe import FIGURES, figure, worn

VEST = (70, 98, 120)  # what the dressed Ada wears


@cache
def _dressed(who: str) -> Person:
    return Person(rgba=draw_dressed(who), joints=figure(who).joints)


@cache
def _double(who: str) -> Person:
    return body_double(_dressed(who))


def _as_photographed(who: str) -> Person:
    """With the pit of the throat where a photograph's joints have it."""
    person = _dressed(who)
    body = Body.of(person)
    mouth = body.middle("head") + np.array([0.13 * body.unit, 0])
    between = body.middle("shoulder")
    row, col = between + MOUTH_SHARE * (mouth - between)
    return Person(rgba=person.rgba, joints={**person.joints, "neck": (float(row), float(col))})


def _with_scarf(person: Person) -> Person:
    """A blue scarf from the chin down, as broad as two necks."""
    body, rgba = Body.of(person), person.rgba.copy()
    chin, middle = (int(place) for place in face_end(body))
    wide = int(0.45 * body.unit)
    window = rgba[chin + 2 : int(body.row_of(0.1)), middle - wide : middle + wide]
    window[:] = (30, 60, 190, 255)
    return Person(rgba=rgba, joints=person.joints)


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


@pytest.mark.parametrize("who", FIGURES)
def test_no_scarf_stays_round_the_neck(who: str) -> None:
    person = _with_scarf(_as_photographed(who))

    double = body_double(person)

    red, blue = double.rgba[..., 0].astype(int), double.rgba[..., 2].astype(int)
    scarf = (double.rgba[..., 3] > 60) & (blue > red + 40)
    assert int(scarf.sum()) < 30


def test_a_chin_follows_from_the_mouth_in_a_photograph_and_from_the_head_in_a_drawing() -> None:
    photographed, drawn = Body.of(_as_photographed("ada")), Body.of(_dressed("ada"))

    to_mouth = 0.13 * photographed.unit
    assert face_end(photographed)[0] == pytest.approx(
        photographed.middle("head")[0] + 1.9 * to_mouth
    )
    assert face_end(drawn)[0] == jaw_row(drawn)


def test_hair_beside_a_slender_neck_falls_behind_it_and_ends_where_it_ends() -> None:
    person = _as_photographed("ada")
    body, rgba = Body.of(person), person.rgba.copy()
    (row, left), (_, right) = (
        body.joints[f"head_{side}"].astype(int) for side in ("left", "right")
    )
    bottom = int(body.joints["neck"][0])
    dark = (25, 18, 15, 255)
    cv2.rectangle(rgba, (left - 30, row - 60), (left + 6, bottom), dark, -1)
    cv2.rectangle(rgba, (right - 6, row - 60), (right + 30, bottom), dark, -1)
    cv2.ellipse(rgba, ((left + right) // 2, row - 40), (right - left, 90), 0, 180, 360, dark, -1)

    double = body_double(Person(rgba=rgba, joints=person.joints))

    foot = int(double.joints["neck"][0])
    for row in double.rgba[foot - 110 : foot - 40, :, 3]:
        solid = np.flatnonzero(row > 200)
        assert (row[solid[0] : solid[-1]] > 120).all()  # no paper between hair and neck


def _with_curtains(person: Person, *, inner: float, start: float, end: float) -> Person:
    """Dark hair over the crown, and a dark curtain at each side of the chin.

    Its inner edge, first and last row: from the middle of the head, per distance to the chin.
    """
    body, rgba = Body.of(person), person.rgba.copy()
    row, col = (float(place) for place in body.middle("head"))
    reach = float(face_end(body)[0]) - row
    dark = (25, 18, 15, 255)
    middle = round(col), round(row)
    cv2.ellipse(
        rgba,
        middle,
        (round(1.25 * reach), round(1.4 * reach)),
        0,
        150,
        390,
        dark,
        round(0.6 * reach),
    )
    for sign in (-1, 1):
        sides = sorted(round(col + sign * share * reach) for share in (inner, 1.3))
        rows = (round(row + share * reach) for share in (start, end))
        window = rgba[slice(*rows), slice(*sides)]
        window[:] = dark
    return Person(rgba=rgba, joints=person.joints)


def _at_the_throat(double: Person) -> np.ndarray:
    """How much of a head lies beside the throat, below the chin: left, right."""
    assert double.head is not None
    body = Body.of(double)
    col = float(body.middle("head")[1])
    chin, neck = float(face_end(body)[0]), float(body.joints["neck"][0])
    row = round(chin + 0.35 * (neck - chin))
    reach = chin - float(body.middle("head")[0])
    return np.array([double.head[row, round(col + sign * 0.4 * reach)] for sign in (-1, 1)])


def test_hair_that_hangs_down_beside_the_face_is_kept_before_the_neck() -> None:
    person = _with_curtains(_as_photographed("ada"), inner=0.42, start=0.0, end=2.0)

    assert (_at_the_throat(body_double(person)) > 200).all()


def test_a_dark_collar_that_hangs_on_no_hair_goes() -> None:
    person = _with_curtains(_as_photographed("ada"), inner=0.42, start=1.25, end=2.0)

    assert (_at_the_throat(body_double(person)) < 40).all()


def test_the_shade_under_hair_ends_softly_on_the_shoulders() -> None:
    person = _with_curtains(_as_photographed("ada"), inner=0.75, start=0.0, end=3.0)

    double = body_double(person)

    assert double.head is not None
    end = round(double.joints["neck"][0])
    seen = double.rgba[end - 3 : end + 3].astype(int)
    bare = (double.head[end - 3 : end + 3] == 0).all(axis=0) & (seen[..., 3] == 255).all(axis=0)
    assert int(bare.sum()) > 40
    steps = np.abs(np.diff(seen[:, bare, :3].mean(axis=2), axis=0)).mean(axis=1)
    assert steps.max() < 1.5


def test_a_mannequin_of_the_same_complexion_stands_in_for_a_head_that_is_cut_off() -> None:
    person = _dressed("bruno")
    rgba = person.rgba.copy()
    rgba[: int(person.joints["crown"][0]) + 45] = 0

    double = body_double(Person(rgba=rgba, joints=person.joints))

    assert double.head is not None
    head = double.rgba[double.head > 200]
    skin = double.rgba[(double.head == 0) & (double.rgba[..., 3] == 255)]
    for own, other in zip(
        _lab(np.median(head[:, :3], axis=0)), _lab(np.median(skin[:, :3], axis=0)), strict=True
    ):
        assert abs(own - other) < 14  # one clay, of no photograph
    chest = np.median(_double("bruno").rgba[..., :3][_double("bruno").rgba[..., 3] == 255], axis=0)
    assert np.abs(_lab(chest) - _lab(np.median(skin[:, :3], axis=0))).max() < 12
    assert obstacles(double) == ()
