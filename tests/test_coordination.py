from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from imaging.body import Person
from imaging.coordination import compose, coordinate, drawn, dress
from imaging.decoding import decode
from imaging.extraction import extract, to_body_frame
from imaging.garment import Garment
from imaging.measuring import Body, chin_row
from imaging.networks import LANDMARKS, Networks
from imaging.ordering import layer_order, piece_order, tucked_in_bottoms
from imaging.placement import Piece, Placement
from imaging.skin import look_at
from imaging.tailoring import take_apart
from tests.benchmarks import extraction as benchmark
from tests.conftest import missing
from tests.wardrobe import FIGURES, figure, worn

OUTFIT = ("camel-coat", "oxford-shirt", "wide-wool-trousers", "court-sneakers", "camel-scarf")


def _outfit() -> list[Garment]:
    return [worn(slug) for slug in OUTFIT]


@pytest.mark.parametrize("who", FIGURES)
def test_pixels_outside_garments_and_their_shadow_stay_bit_identical(who: str) -> None:
    person = figure(who)

    picture, touched = compose(person, _outfit())

    np.testing.assert_array_equal(picture[~touched], person.rgba[~touched])
    assert not touched.all(axis=None)
    face = int(person.joints["crown"][0]) + 40
    np.testing.assert_array_equal(picture[:face], person.rgba[:face])


def test_what_counts_as_touched_is_near_the_garment() -> None:
    person = figure("ada")
    garment = worn("heavy-white-tee")

    _, touched = compose(person, [garment])

    covered = np.zeros(touched.shape, np.uint8)
    for layer in drawn(person, garment):
        covered[layer.box.window()] |= layer.pixels[..., 3]
    near = cv2.dilate(covered, np.ones((81, 81), np.uint8)) > 0
    assert not (touched & ~near).any()


def test_nobody_changes_without_garments() -> None:
    person = figure("bruno")

    np.testing.assert_array_equal(coordinate(person, []), person.rgba)


def test_the_same_garments_give_the_same_bytes() -> None:
    first = coordinate(figure("ada"), _outfit())
    for kept in (drawn, take_apart):
        kept.cache_clear()

    again = coordinate(figure("ada"), _outfit())

    assert first.tobytes() == again.tobytes()


def test_the_order_of_the_input_does_not_matter() -> None:
    person = figure("carla")

    np.testing.assert_array_equal(
        coordinate(person, _outfit()), coordinate(person, _outfit()[::-1])
    )


def test_layers_go_from_the_skin_outwards() -> None:
    types = [garment.type for garment in layer_order([worn(slug) for slug in OUTFIT])]

    assert types == ["shoes", "shirt", "trousers", "outerwear", "scarf"]


def test_without_a_coat_a_shirt_hangs_over_the_trousers() -> None:
    types = [g.type for g in layer_order([worn("oxford-shirt"), worn("wide-wool-trousers")])]

    assert types == ["trousers", "shirt"]


def test_a_transparent_garment_changes_nothing() -> None:
    person = figure("ada")
    garment = worn("oxford-shirt")
    invisible = replace(garment, rgba=garment.rgba * np.array([1, 1, 1, 0], np.uint8))

    np.testing.assert_array_equal(coordinate(person, [invisible]), person.rgba)


def test_a_garment_without_landmarks_is_left_out() -> None:
    person = figure("ada")
    unknown = replace(worn("oxford-shirt"), landmarks={})

    np.testing.assert_array_equal(coordinate(person, [unknown]), person.rgba)


@pytest.mark.parametrize("slug", ["camel-coat", "wide-wool-trousers", "oxford-shirt"])
def test_a_garment_keeps_its_colours(slug: str) -> None:
    person, garment = figure("bruno"), worn(slug)

    picture = coordinate(person, [garment])

    solid = np.zeros(picture.shape[:2], bool)
    for layer in drawn(person, garment):
        solid[layer.box.window()] |= layer.pixels[..., 3] == 255
    inside = cv2.erode(solid.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    own = garment.rgba[garment.rgba[..., 3] == 255][:, :3]
    difference = np.median(picture[inside][:, :3], axis=0) - np.median(own, axis=0)
    assert np.abs(difference).max() < 6  # of 255; seams and creases move the median a little


@pytest.mark.parametrize("who", FIGURES)
@pytest.mark.parametrize("slug", ["oxford-shirt", "oat-cable-knit", "heavy-white-tee"])
def test_a_top_covers_the_trunk_it_is_worn_on(slug: str, who: str) -> None:
    person = figure(who)
    body = Body.of(person)
    covered = np.zeros(body.silhouette.shape, bool)
    for layer in drawn(person, worn(slug)):
        covered[layer.box.window()] |= layer.pixels[..., 3] > 200
    rows = range(int(body.armpit("left")[0] + 20), int(body.row_of(0.8)), 10)
    for row in rows:
        middle = round(float(body.axis(row)[1]))
        half = round(0.9 * body.half_width_model(row))
        assert covered[row, middle - half : middle + half].all(), row


def _in_red_trousers(person: Person) -> Person:
    trousers = worn("wide-wool-trousers")
    red = trousers.rgba.copy()
    red[..., :3] = (200, 20, 30)
    rgba = coordinate(person, [replace(trousers, rgba=red)])
    return Person(rgba=rgba, joints=person.joints)


def _is_red(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    colours = picture[..., :3].astype(int)
    return np.asarray((colours[..., 0] - colours[..., 1] > 100) & (picture[..., 3] > 60))


def _red_pixels(picture: NDArray[np.uint8]) -> int:
    return int(_is_red(picture).sum())


@pytest.mark.parametrize("who", FIGURES)
def test_worn_clothes_do_not_show_under_or_beside_shorter_ones(who: str) -> None:
    dressed = _in_red_trousers(figure(who))

    picture = coordinate(dressed, [worn("sand-shorts")])

    assert _red_pixels(picture) < 0.03 * _red_pixels(dressed.rgba)


def test_worn_clothes_stay_when_nothing_replaces_them() -> None:
    dressed = _in_red_trousers(figure("bruno"))

    picture = coordinate(dressed, [worn("fedora")])

    assert _red_pixels(picture) == _red_pixels(dressed.rgba)


def _with_a_bag(person: Person) -> Person:
    """The figure in red trousers, a red and brown bag beside the knee, red strap to the leg."""
    dressed = _in_red_trousers(person)
    rgba = dressed.rgba.copy()
    knee = dressed.joints["knee_right"]
    row, col = int(knee[0]), int(knee[1]) + 130
    rgba[row - 40 : row + 40, col - 110 : col + 40] = (200, 20, 30, 255)
    rgba[row - 40 : row - 10, col - 20 : col + 40] = (70, 90, 60, 255)
    rgba[row + 25 : row + 40, col : col + 40] = (70, 90, 60, 255)
    return Person(rgba=rgba, joints=dressed.joints)


def test_nothing_is_left_of_a_bag_whose_greater_part_was_cleared() -> None:
    carrying = _with_a_bag(figure("ada"))
    beside = int(carrying.joints["knee_right"][1]) + 90

    picture = coordinate(carrying, [worn("wide-wool-trousers")])

    knee = int(carrying.joints["knee_right"][0])
    assert carrying.rgba[knee - 60 : knee + 60, beside:, 3].any()
    assert not picture[knee - 60 : knee + 60, beside:, 3].any()


def test_a_bag_of_its_own_colour_held_at_arms_length_stays_whole() -> None:
    dressed = _in_red_trousers(figure("ada"))
    rgba = dressed.rgba.copy()
    hand = dressed.joints["hand_right"]
    row, col = int(hand[0]) + 20, int(hand[1]) + 20
    place = (slice(row, row + 120), slice(col, col + 90))
    rgba[place] = (40, 120, 60, 255)
    carrying = Person(rgba=rgba, joints=dressed.joints)

    picture = coordinate(carrying, [worn("heavy-white-tee")])

    inner = (slice(row + 30, row + 110), slice(col + 10, col + 80))
    np.testing.assert_array_equal(picture[inner], carrying.rgba[inner])


def test_specks_that_float_beside_the_garments_go() -> None:
    dressed = _in_red_trousers(figure("bruno"))
    rgba = dressed.rgba.copy()
    row, col = int(dressed.joints["knee_left"][0]), int(dressed.joints["knee_left"][1]) - 130
    rgba[row : row + 12, col : col + 12] = (120, 140, 40, 255)
    speckled = Person(rgba=rgba, joints=dressed.joints)

    picture, touched = compose(speckled, [worn("wide-wool-trousers")])

    assert not picture[row - 5 : row + 17, col - 5 : col + 17, 3].any()
    np.testing.assert_array_equal(picture[~touched], speckled.rgba[~touched])


@pytest.mark.parametrize("who", FIGURES)
def test_bare_hands_stay_as_they_are(who: str) -> None:
    dressed = _in_red_trousers(figure(who))

    picture = coordinate(dressed, [worn("heavy-white-tee"), worn("sand-shorts")])

    for side in ("left", "right"):
        row, col = (int(place) for place in dressed.joints[f"hand_{side}"])
        hand = (slice(row - 12, row + 12), slice(col - 8, col + 8))
        np.testing.assert_array_equal(picture[hand], dressed.rgba[hand])


@pytest.mark.parametrize("who", FIGURES)
@pytest.mark.parametrize("slug", ["plum-turtleneck-knit", "ribbed-turtleneck"])
def test_a_turtleneck_stands_before_the_neck_and_behind_the_chin(slug: str, who: str) -> None:
    person = figure(who)
    body = Body.of(person)
    chin = int(chin_row(body))
    middle = int(body.joints["neck"][1])

    picture = coordinate(person, [worn(slug)])

    own = worn(slug).rgba
    cloth = np.median(own[own[..., 3] == 255][:, :3], axis=0)
    neck = picture[chin + 8 : int(body.joints["neck"][0]), middle - 12 : middle + 12, :3]
    assert np.abs(np.median(neck, axis=(0, 1)) - cloth).max() < 40  # the tube lies in half shade
    np.testing.assert_array_equal(picture[: chin - 60, middle], person.rgba[: chin - 60, middle])


def _tube_ends_below_the_jaw(person: Person, slug: str) -> None:
    body = Body.of(person)
    sides = body.middle("head")[0]
    torso = next(layer for layer in drawn(person, worn(slug)) if layer.name == "torso")
    solid = torso.pixels[..., 3] > 127
    rows = np.flatnonzero(solid.any(axis=1))
    width = int(solid[rows[0] + 6].sum())

    assert torso.box.top + rows[0] > sides + 0.25 * body.unit
    assert torso.box.top + rows[0] < body.joints["neck"][0] - 0.1 * body.unit
    assert 0.2 * body.unit < width < 0.44 * body.unit  # a neck, not a head


@pytest.mark.parametrize("who", FIGURES)
@pytest.mark.parametrize("slug", ["plum-turtleneck-knit", "ribbed-turtleneck"])
def test_a_turtleneck_ends_below_the_jaw_and_is_as_wide_as_the_neck(slug: str, who: str) -> None:
    _tube_ends_below_the_jaw(figure(who), slug)


@pytest.mark.parametrize("name", ["Simon_1", "model_1", "model_5", "model_9"])
def test_a_turtleneck_has_no_wings_beside_a_photographed_jaw(name: str, sample_data: Path) -> None:
    path = sample_data / "people" / "synthetic_models" / f"{name}.png"
    if not path.exists():
        pytest.skip(f"no {path}: set BOUTIQUE_SAMPLE_DATA")
    if not (benchmark.models() / LANDMARKS).exists():
        missing(f"no networks below {benchmark.models()}: run `make install`")
    image = np.ascontiguousarray(decode(path.read_bytes())[:, :, :3])
    person = to_body_frame(extract(image, Networks(benchmark.models())))

    _tube_ends_below_the_jaw(person, "plum-turtleneck-knit")


@pytest.mark.parametrize("who", FIGURES)
@pytest.mark.parametrize("slug", ["plum-turtleneck-knit", "oxford-shirt", "heavy-white-tee"])
def test_no_skin_shows_between_sleeve_and_trunk(slug: str, who: str) -> None:
    person = figure(who)
    body = Body.of(person)
    covered = np.zeros(body.silhouette.shape, np.uint8)
    for layer in drawn(person, worn(slug)):
        window = covered[layer.box.window()]
        np.maximum(window, layer.pixels[..., 3], out=window)

    first, last = int(body.joints["shoulder_left"][0]), int(body.armpit("left")[0])
    for row in range(first + 30, last):
        line = np.flatnonzero(covered[row] > 127)
        assert (covered[row, line[0] : line[-1]] > 127).all(), row


@pytest.mark.parametrize("who", FIGURES)
def test_the_hem_of_a_tucked_shirt_does_not_hang_out_below_a_blazer(who: str) -> None:
    person = figure(who)
    shirt = worn("poplin-shirt")
    red = shirt.rgba.copy()
    red[..., :3] = (200, 20, 30)
    blazer, trousers = worn("charcoal-blazer"), worn("pinstripe-trousers")

    picture = coordinate(person, [blazer, replace(shirt, rgba=red), trousers])

    below = int(Body.of(person).row_of(0.75))
    assert _red_pixels(picture[below:]) == _red_pixels(person.rgba[below:])


@pytest.mark.parametrize("bottoms", ["wide-wool-trousers", "pleated-skirt", "sand-shorts"])
@pytest.mark.parametrize("who", FIGURES)
def test_a_tucked_shirt_ends_inside_the_waistband_and_its_sleeves_hang_over_it(
    who: str, bottoms: str
) -> None:
    person, below = figure(who), worn(bottoms)
    shirt = worn("oxford-shirt")
    blue = shirt.rgba.copy()
    blue[..., :3] = (20, 30, 220)
    shirt = replace(shirt, rgba=blue)
    pieces = [Piece(garment=shirt, placement=Placement(tucked=True)), Piece(garment=below)]

    tucked, _ = dress(person, pieces)
    loose, _ = dress(person, [Piece(garment=shirt), Piece(garment=below)])

    solid = np.zeros(person.rgba.shape[:2], bool)
    for layer in drawn(person, below):
        solid[layer.box.window()] |= layer.pixels[..., 3] > 127
    rows = np.flatnonzero(solid.any(axis=1))[:200]
    shown = _is_blue(tucked) & ~_sleeves(person, shirt)
    for row in rows[20:]:  # a waistband is curved
        assert not shown[row].any(), row
    above = slice(0, int(rows[0]) - 60)
    far = np.abs(tucked[above][..., 3].astype(int) - loose[above][..., 3])
    assert (far > 8).mean() < 0.005  # it narrows towards the waistband only
    outside = _sleeves(person, shirt) & ~_trunk(person, shirt)
    assert (_is_blue(tucked)[outside] == _is_blue(loose)[outside]).mean() > 0.98


def test_what_is_worn_beneath_a_tucked_knit_is_tucked_in_too() -> None:
    shirt, knit, skirt = worn("oxford-shirt"), worn("oat-cable-knit"), worn("pleated-skirt")
    tucked = Piece(garment=knit, placement=Placement(tucked=True))

    order = piece_order([Piece(garment=shirt), tucked, Piece(garment=skirt)])

    assert [piece.garment.type for piece in order] == ["shirt", "knitwear", "skirt"]
    assert len(tucked_in_bottoms([Piece(garment=shirt), tucked])) == 0  # there are no bottoms
    alone = Piece(garment=shirt, placement=Placement(tucked=True))
    assert tucked_in_bottoms([alone, Piece(garment=knit), Piece(garment=skirt)]) == (alone,)


def _is_blue(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    colours = picture[..., :3].astype(int)
    return np.asarray((colours[..., 2] - colours[..., 0] > 100) & (picture[..., 3] > 60))


def _sleeves(person: Person, shirt: Garment) -> NDArray[np.bool_]:
    return _covered(person, shirt, lambda name: name.startswith("sleeve"))


def _trunk(person: Person, shirt: Garment) -> NDArray[np.bool_]:
    return _covered(person, shirt, lambda name: name == "torso")


def _covered(person: Person, garment: Garment, wanted: Callable[[str], bool]) -> NDArray[np.bool_]:
    found = np.zeros(person.rgba.shape[:2], bool)
    for layer in drawn(person, garment):
        if wanted(layer.name):
            found[layer.box.window()] |= layer.pixels[..., 3] > 8
    return found


def test_a_dark_shirt_below_dark_hair_is_not_taken_for_hair() -> None:
    bare = figure("ada")
    body = Body.of(bare)
    rgba = bare.rgba.copy()
    left, right = body.both("head")
    wide = float(right[1] - left[1])
    dark = (28, 24, 30, 255)
    rgba[int(body.joints["crown"][0]) : int(left[0]), int(left[1]) : int(right[1])] = dark
    first = int(left[1] - 0.1 * wide)
    rgba[int(left[0]) : int(body.row_of(0.2)), first : int(first + 0.2 * wide)] = dark
    chest = slice(int(body.row_of(0.1)), int(body.row_of(0.7)))
    rgba[chest, first : int(first + 0.55 * wide)] = dark
    person = Person(rgba=rgba, joints=bare.joints)

    head = look_at(person, Body.of(person)).head

    strand = int(first + 0.1 * wide)
    assert head[int(chin_row(body)) + 10, strand] > 127
    assert not head[int(body.row_of(0.35)) :].any()


def test_wide_hair_does_not_make_a_hat_wider_than_a_head() -> None:
    person = figure("ada")
    joints = dict(person.joints)
    for side, sign in (("left", -1), ("right", 1)):
        row, col = joints[f"head_{side}"]
        joints[f"head_{side}"] = (row, col + sign * 90)
    bushy = Person(rgba=person.rgba, joints=joints)

    (hat,) = drawn(bushy, worn("merino-beanie"))

    width = int((hat.pixels[..., 3] > 127).any(axis=0).sum())
    assert width < 0.8 * Body.of(person).unit
