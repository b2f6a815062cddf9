"""Mannequins are real bodies: framed, jointed, different, and the same every time."""

import numpy as np
import pytest
from numpy.typing import NDArray

from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS, JOINT_NAMES, Person
from imaging.drawing.mannequins import (
    MANNEQUINS,
    PHOTOGRAPH_COLS,
    PHOTOGRAPH_ROWS,
    draw_mannequin,
    mannequin_as_photograph,
)

SLUGS = tuple(mannequin.slug for mannequin in MANNEQUINS)
BODY_HEIGHT_PX = 0.93 * BODY_FRAME_ROWS


@pytest.fixture(scope="module")
def drawn() -> dict[str, Person]:
    return {slug: draw_mannequin(slug) for slug in SLUGS}


def is_body(person: Person) -> NDArray[np.bool_]:
    return person.rgba[..., 3] > 127


def width_at(person: Person, joint: str) -> int:
    """Width of the part of the body that the joint's row meets at the body's axis."""
    row, axis = round(person.joints[joint][0]), round(person.joints["neck"][1])
    inside = is_body(person)[row]
    left, right = axis, axis
    while inside[left - 1]:
        left -= 1
    while inside[right + 1]:
        right += 1
    return right - left + 1


def test_there_are_at_least_three_mannequins_with_distinct_names() -> None:
    assert len(set(SLUGS)) == len(MANNEQUINS) >= 3
    assert len({mannequin.name for mannequin in MANNEQUINS}) == len(MANNEQUINS)
    assert all(mannequin.description.endswith(".") for mannequin in MANNEQUINS)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_mannequin_fills_the_body_frame_and_touches_no_border(
    slug: str, drawn: dict[str, Person]
) -> None:
    rgba = drawn[slug].rgba
    assert rgba.shape == (BODY_FRAME_ROWS, BODY_FRAME_COLS, 4)
    assert rgba.dtype == np.uint8
    border = np.concatenate(
        [rgba[:8].ravel()[3::4], rgba[-8:].ravel()[3::4], rgba[:, :8].ravel()[3::4]]
    )
    assert not border.any()
    assert not rgba[:, -8:, 3].any()


@pytest.mark.parametrize("slug", SLUGS)
def test_crown_and_soles_stand_where_the_frame_wants_them(
    slug: str, drawn: dict[str, Person]
) -> None:
    rows = np.flatnonzero(is_body(drawn[slug]).any(axis=1))
    assert rows[0] / BODY_FRAME_ROWS == pytest.approx(0.04, abs=0.005)
    assert rows[-1] / BODY_FRAME_ROWS == pytest.approx(0.97, abs=0.005)
    assert drawn[slug].joints["crown"][0] == pytest.approx(rows[0], abs=4)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_joint_is_known_and_lies_in_the_body(slug: str, drawn: dict[str, Person]) -> None:
    person = drawn[slug]
    assert set(person.joints) == set(JOINT_NAMES)
    body = is_body(person)
    on_outline = {"crown", "head_left", "head_right"}
    for name in set(JOINT_NAMES) - on_outline:
        row, col = person.joints[name]
        assert body[round(row), round(col)], name
    for name in on_outline:
        row, col = (round(part) for part in person.joints[name])
        around = body[row - 6 : row + 7, col - 6 : col + 7]
        assert around.any(), name
        assert not around.all(), name


@pytest.mark.parametrize("slug", SLUGS)
def test_left_joints_lie_left_of_right_joints(slug: str, drawn: dict[str, Person]) -> None:
    joints = drawn[slug].joints
    for name in JOINT_NAMES:
        if name.endswith("_left"):
            assert joints[name][1] < joints[name.replace("_left", "_right")][1], name


@pytest.mark.parametrize("slug", SLUGS)
def test_background_shows_between_arms_and_waist_and_between_the_legs(
    slug: str, drawn: dict[str, Person]
) -> None:
    body, joints = is_body(drawn[slug]), drawn[slug].joints

    def parts(row: float) -> int:
        return int((np.diff(body[round(row)].astype(np.int8)) == 1).sum())

    assert parts(joints["elbow_left"][0]) == 3
    assert parts(joints["knee_left"][0]) == 2


def test_the_bodies_really_differ(drawn: dict[str, Person]) -> None:
    shapes = []
    for person in drawn.values():
        shoulders = person.joints["shoulder_right"][1] - person.joints["shoulder_left"][1]
        shapes.append((shoulders, width_at(person, "hip_left"), width_at(person, "elbow_left")))
    for first, shape in enumerate(shapes):
        for other in shapes[:first]:
            differences = np.abs(np.subtract(shape, other)) / BODY_HEIGHT_PX
            assert differences.max() > 0.02


@pytest.mark.parametrize("slug", SLUGS)
def test_a_head_is_about_an_eighth_of_the_body(slug: str, drawn: dict[str, Person]) -> None:
    joints = drawn[slug].joints
    width = joints["head_right"][1] - joints["head_left"][1]
    assert 0.08 < width / BODY_HEIGHT_PX < 0.11
    assert 0.15 < (joints["neck"][0] - joints["crown"][0]) / BODY_HEIGHT_PX < 0.20


def test_light_comes_from_the_upper_left(drawn: dict[str, Person]) -> None:
    for person in drawn.values():
        row, left = (round(part) for part in person.joints["knee_left"])
        lit = person.rgba[row - 60 : row - 20, left - 22 : left - 10, :3].mean()
        shaded = person.rgba[row - 60 : row - 20, left + 22 : left + 34, :3].mean()
        assert lit > shaded


@pytest.mark.parametrize("slug", SLUGS)
def test_a_mannequin_wears_no_hair_of_another_colour(slug: str, drawn: dict[str, Person]) -> None:
    person = drawn[slug]
    crown, col = (round(part) for part in person.joints["crown"])
    face = round(person.joints["head_left"][0])
    above = person.rgba[crown + 20 : crown + 45, col - 15 : col + 15, :3].mean()
    below = person.rgba[face + 15 : face + 40, col - 15 : col + 15, :3].mean()
    assert above > 0.9 * below


@pytest.mark.parametrize("slug", SLUGS)
def test_the_weight_rests_on_one_leg_and_the_shoulder_above_it_sinks(
    slug: str, drawn: dict[str, Person]
) -> None:
    joints = drawn[slug].joints
    middle_hip = (joints["hip_left"][1] + joints["hip_right"][1]) / 2
    bearing, relaxed = ("left", "right") if middle_hip < joints["neck"][1] else ("right", "left")
    assert joints[f"shoulder_{bearing}"][0] > joints[f"shoulder_{relaxed}"][0] + 2

    def way_out(side: str) -> float:
        return abs(joints[f"ankle_{side}"][1] - BODY_FRAME_COLS / 2)

    assert way_out(relaxed) > way_out(bearing)


def test_the_same_mannequin_is_drawn_twice_alike(drawn: dict[str, Person]) -> None:
    again = draw_mannequin("ada")
    assert np.array_equal(again.rgba, drawn["ada"].rgba)
    assert again.joints == drawn["ada"].joints


def test_an_unknown_mannequin_is_refused() -> None:
    with pytest.raises(KeyError, match="nobody"):
        draw_mannequin("nobody")


def test_a_photograph_is_opaque_varied_by_its_seed_and_otherwise_the_same() -> None:
    photograph = mannequin_as_photograph("bruno")
    assert photograph.shape == (PHOTOGRAPH_ROWS, PHOTOGRAPH_COLS, 3)
    assert photograph.dtype == np.uint8
    assert np.array_equal(photograph, mannequin_as_photograph("bruno", seed=0))
    assert not np.array_equal(photograph, mannequin_as_photograph("bruno", seed=1))


def test_clothes_in_a_photograph_have_another_colour_than_the_skin() -> None:
    photograph = mannequin_as_photograph("carla").astype(np.float64)
    middle = PHOTOGRAPH_COLS // 2
    chest = photograph[320:360, middle - 20 : middle + 20].mean(axis=(0, 1))
    face = photograph[110:130, middle - 15 : middle + 15].mean(axis=(0, 1))
    assert np.linalg.norm(chest - face) > 60
