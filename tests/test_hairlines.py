"""Heads on drawn bodies: what is kept of hair, and what of clothes and background is not."""

from functools import cache

import cv2
import numpy as np
import pytest

from imaging.body import Person
from imaging.complexion import CHROMA_MAX, HUE_MIN, LIT, face_tone
from imaging.drawing.mannequins import draw_dressed
from imaging.hairlines import hairlines, other_than_head
from imaging.measuring import MOUTH_SHARE, Body, face_end
from imaging.portraits import Head, cut_off_head
from imaging.skin import look_at
from imaging.surroundings import surroundings
from tests.wardrobe import figure

DARK, BLUE, LEAF = (25, 18, 15), (30, 60, 190), (90, 130, 40)


@cache
def _photographed() -> Person:
    """The dressed Ada with the pit of the throat where a photograph's joints have it."""
    person = Person(rgba=draw_dressed("ada"), joints=figure("ada").joints)
    body = Body.of(person)
    between, mouth = body.middle("shoulder"), body.middle("head") + np.array([0.13 * body.unit, 0])
    row, col = between + MOUTH_SHARE * (mouth - between)
    return Person(rgba=person.rgba, joints={**person.joints, "neck": (float(row), float(col))})


def _place(person: Person) -> tuple[float, float, float]:
    """Row and col of the middle of the head, and its distance to the chin."""
    body = Body.of(person)
    row, col = (float(place) for place in body.middle("head"))
    return row, col, float(face_end(body)[0]) - row


def _painted(
    person: Person,
    colour: tuple[int, int, int],
    *,
    rows: tuple[float, float],
    cols: tuple[float, float],
) -> Person:
    """With a rectangle of one colour: from the middle of the head, per distance to the chin."""
    row, col, reach = _place(person)
    rgba = person.rgba.copy()
    where = [
        slice(round(start + low * reach), round(start + high * reach))
        for start, (low, high) in ((row, rows), (col, cols))
    ]
    rgba[where[0], where[1]] = (*colour, 255)
    return Person(rgba=rgba, joints=person.joints)


def _with_long_hair() -> Person:
    """Dark hair round the head and down both sides to below the shoulders."""
    person = _photographed()
    row, col, reach = _place(person)
    rgba = person.rgba.copy()
    size = (round(1.25 * reach), round(1.4 * reach))
    at = round(col), round(row)
    cv2.ellipse(rgba, at, size, 0, 150, 390, (*DARK, 255), round(0.6 * reach))
    person = Person(rgba=rgba, joints=person.joints)
    for sides in ((-1.7, -0.8), (0.8, 1.7)):
        person = _painted(person, DARK, rows=(-0.2, 2.0), cols=sides)
    return person


def _cut(person: Person) -> Head:
    body = Body.of(person)
    return cut_off_head(person, body, look_at(person, body).skin)


def _kept(person: Person, *, rows: tuple[float, float], cols: tuple[float, float]) -> np.ndarray:
    """How much of the head there is in a rectangle, 0 to 255."""
    row, col, reach = _place(person)
    low, high = (round(row + share * reach) for share in rows)
    left, right = (round(col + share * reach) for share in cols)
    return np.asarray(_cut(person).front[low:high, left:right])


def test_a_scarf_that_stands_up_beside_the_cheeks_is_no_head() -> None:
    person = _painted(_photographed(), BLUE, rows=(1.0, 4.0), cols=(-2.2, 2.2))
    for sides in ((-1.2, -0.7), (0.7, 1.2)):
        person = _painted(person, BLUE, rows=(0.3, 1.0), cols=sides)
    place = surroundings(person, Body.of(person))
    rows, cols = place.grid

    other = other_than_head(place)

    beside = (rows > 0.45) & (rows < 0.9) & (np.abs(cols) > 0.85) & (np.abs(cols) < 1.1)
    assert float(other[beside].min()) > 0.9
    assert not other[(np.hypot(rows, cols / 0.5) < 0.9)].any()


def test_long_hair_is_kept_where_it_lies_before_clothes() -> None:
    kept = _kept(_with_long_hair(), rows=(1.0, 1.6), cols=(0.95, 1.5))

    assert (kept > 200).mean() > 0.95


def test_a_lighter_strand_between_others_is_hair() -> None:
    streaked = _painted(_with_long_hair(), (120, 86, 60), rows=(0.8, 1.4), cols=(1.12, 1.34))
    place = surroundings(streaked, Body.of(streaked))
    rows, cols = place.grid

    hair = hairlines(place, np.ones(place.part.shape[:2], np.float32)).hair

    strand = (rows > 0.95) & (rows < 1.25) & (cols > 1.12) & (cols < 1.34)
    assert float(hair[strand].min()) > 0.9


def test_leaves_that_are_seen_through_hair_are_cut_out() -> None:
    gap = {"rows": (0.0, 0.6), "cols": (1.1, 1.4)}
    person = _painted(_with_long_hair(), LEAF, rows=gap["rows"], cols=gap["cols"])

    assert (_kept(person, rows=(0.15, 0.45), cols=(1.18, 1.32)) < 60).all()
    assert (_kept(_with_long_hair(), rows=(0.15, 0.45), cols=(1.18, 1.32)) > 200).all()


def test_a_beard_goes_on_below_the_chin_and_is_round() -> None:
    bearded = _painted(_with_long_hair(), DARK, rows=(0.35, 2.6), cols=(-0.5, 0.5))
    row, col, reach = _place(bearded)

    front = _cut(bearded).front

    middle = front[round(row + 1.1 * reach) : round(row + 1.4 * reach), round(col)]
    assert (middle > 200).all()
    below = front[round(row + 1.85 * reach), round(col - 0.12 * reach) : round(col + 0.12 * reach)]
    assert (below < 60).all()


def test_no_edge_of_a_collar_stays_on_a_neck() -> None:
    person = _photographed()
    tone = tuple(int(part) for part in np.median(_face(person), axis=0))
    person = _painted(person, BLUE, rows=(1.05, 3.0), cols=(-1.5, 1.5))
    # A hem in the tone of skin, thinner than any neck.
    person = _painted(person, (tone[0], tone[1], tone[2]), rows=(1.15, 1.35), cols=(-0.6, 0.6))
    row, col, reach = _place(person)

    rgba = _cut(person).rgba

    hem = rgba[round(row + 1.15 * reach) : round(row + 1.35 * reach), round(col)]
    assert int(hem[..., 3].max()) < 60


def _face(person: Person) -> np.ndarray:
    row, col, reach = _place(person)
    part = person.rgba[round(row) : round(row + 0.5 * reach)]
    return np.asarray(
        part[:, round(col - 0.3 * reach) : round(col + 0.3 * reach), :3].reshape(-1, 3)
    )


def _lab_of(rgb: np.ndarray) -> np.ndarray:
    pixel = np.rint(rgb).astype(np.uint8)[None, None]
    lab = cv2.cvtColor(pixel, cv2.COLOR_RGB2LAB)[0, 0].astype(np.float64)
    return np.asarray((lab - (0, 128, 128)) * (100 / 255, 1, 1))


def _half_lit(shade: tuple[int, int, int], lit: tuple[int, int, int]) -> np.ndarray:
    part = np.full((120, 100, 4), 255, np.uint8)
    part[:, :55, :3], part[:, 55:, :3] = shade, lit
    return part


def test_the_tone_of_a_face_half_in_the_sun_is_not_that_of_the_sun() -> None:
    part = _half_lit((96, 70, 58), (240, 205, 180))

    tone = face_tone(part, np.array([60.0, 50.0]), 100.0)

    shade, found = _lab_of(np.array((96, 70, 58)))[0], _lab_of(tone)[0]
    assert shade < found == pytest.approx(shade + LIT, abs=1.5)


def test_a_body_is_less_red_than_a_face() -> None:
    part = _half_lit((214, 128, 118), (214, 128, 118))

    _, red, yellow = _lab_of(face_tone(part, np.array([60.0, 50.0]), 100.0))

    assert np.degrees(np.arctan2(yellow, red)) == pytest.approx(HUE_MIN, abs=3)
    assert np.hypot(red, yellow) == pytest.approx(CHROMA_MAX, abs=1.5)
