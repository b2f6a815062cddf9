from collections.abc import Mapping

import cv2
import numpy as np
import pytest

from imaging.body import Person
from imaging.coordination import coordinate
from imaging.suitability import obstacles, shows_head
from tests.wardrobe import FIGURES, figure, worn

Moved = Mapping[str, tuple[float, float]]


def _moved(person: Person, joints: Moved) -> Person:
    """The person with joints moved by rows and cols."""
    found = dict(person.joints)
    for name, (down, right) in joints.items():
        row, col = found[name]
        found[name] = (row + down, col + right)
    return Person(rgba=person.rgba, joints=found)


def _reasons(person: Person) -> list[str]:
    return [obstacle.reason for obstacle in obstacles(person)]


@pytest.mark.parametrize("who", FIGURES)
def test_a_figure_that_stands_still_has_no_obstacle(who: str) -> None:
    assert obstacles(figure(who)) == ()


@pytest.mark.parametrize(
    ("reason", "joints"),
    [
        ("arms-before-body", {"wrist_left": (-250.0, 220.0), "hand_left": (-250.0, 260.0)}),
        ("arms-before-body", {"wrist_right": (-420.0, -30.0)}),
        ("hand-before-face", {"wrist_left": (-560.0, 150.0), "hand_left": (-640.0, 170.0)}),
        ("legs-crossed", {"ankle_left": (0.0, 110.0), "ankle_right": (0.0, -110.0)}),
        ("turned-away", {"shoulder_left": (0.0, 80.0), "shoulder_right": (0.0, -80.0)}),
        ("sitting", {"knee_left": (-230.0, 0.0), "knee_right": (-230.0, 0.0)}),
    ],
)
def test_a_posture_is_refused_with_advice(reason: str, joints: Moved) -> None:
    found = obstacles(_moved(figure("ada"), joints))

    assert reason in [obstacle.reason for obstacle in found]
    assert all(obstacle.advice.endswith(".") for obstacle in found)


def test_a_picture_that_ends_at_the_thighs_is_refused() -> None:
    rgba = figure("ada").rgba.copy()
    rgba[900:] = 0

    assert "legs-not-in-picture" in _reasons(Person(rgba=rgba, joints=figure("ada").joints))


def test_a_head_that_the_picture_cuts_off_is_refused() -> None:
    person = figure("ada")
    rgba = person.rgba.copy()
    rgba[: int(person.joints["crown"][0]) + 45] = 0
    cut_off = Person(rgba=rgba, joints=person.joints)

    assert _reasons(cut_off)[:1] == ["head-not-in-picture"]
    assert not shows_head(cut_off)
    assert shows_head(person)


def test_a_wide_coat_is_refused() -> None:
    rgba = figure("ada").rgba.copy()
    cv2.rectangle(rgba, (160, 300), (600, 1250), (40, 40, 40, 255), -1)

    assert _reasons(Person(rgba=rgba, joints=figure("ada").joints)) == [
        "loose-clothes",
        "arms-covered",
        "legs-covered",
    ]


@pytest.mark.parametrize(
    ("slug", "reasons"),
    [("wide-wool-trousers", ["legs-covered"]), ("sand-shorts", [])],
)
def test_legs_must_be_seen_from_the_knees_down(slug: str, reasons: list[str]) -> None:
    person = figure("ada")
    dressed = Person(rgba=coordinate(person, [worn(slug)]), joints=person.joints)

    assert _reasons(dressed) == reasons


def test_long_sleeves_are_refused() -> None:
    person = figure("ada")
    shirt = Person(rgba=coordinate(person, [worn("oxford-shirt")]), joints=person.joints)

    assert _reasons(shirt) == ["arms-covered"]


def test_somebody_bare_below_the_neck_has_no_obstacle() -> None:
    person = figure("ada")
    crossed = _moved(person, {"ankle_left": (0.0, 110.0), "ankle_right": (0.0, -110.0)})
    bare = Person(
        rgba=crossed.rgba, joints=crossed.joints, head=np.zeros(person.rgba.shape[:2], np.uint8)
    )

    assert obstacles(bare) == ()
