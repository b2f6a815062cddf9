"""Type, design and colours of a commodity are read from its image, the same way every time."""

import hashlib
import json

import numpy as np
import pytest

from domain.classification import COLOURS, TYPES
from domain.classification import DESIGNS as DESIGNS_ON_OFFER
from imaging.classification import (
    COLOURS_FILE,
    DESIGNS,
    NETWORK_FILE,
    RECORD_FILE,
    SURE_FROM,
    WEIGHTS,
    Classification,
    Classifier,
    Reading,
    awaits_review,
)
from imaging.colour_naming import FLAT_PRIOR, NAMES, ColourNaming, Pixels, named_shares, pixels_of
from imaging.colours import PALETTE
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.drawing.sketch import Sketch
from imaging.garment import GARMENT_TYPES
from tests.benchmarks import classification as benchmark

SIZE_BYTES_MAX = 5_000_000
DRAWN_HEIGHT_PX = 384
SURE = Reading(name="skirt", confidence=0.99)
UNSURE = Reading(name="dress", confidence=min(SURE_FROM.values()) - 0.01)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


@pytest.fixture(scope="module")
def drawn(classifier: Classifier) -> list[tuple[Sketch, Classification]]:
    return [
        (sketch, classifier.classify(draw(sketch, height_px=DRAWN_HEIGHT_PX).rgba))
        for sketch in CATALOGUE
    ]


def swatch(*colours: str) -> Pixels:
    rows = [np.array(list(bytes.fromhex(colour.removeprefix("#"))), np.uint8) for colour in colours]
    return Pixels(
        garment=np.repeat(np.stack(rows), 200, axis=0), surroundings=np.zeros((0, 3), np.uint8)
    )


# ------------------------------------------------------------ what is told


def test_names_are_those_of_the_shop() -> None:
    assert set(GARMENT_TYPES) == set(TYPES)
    assert set(DESIGNS) == set(DESIGNS_ON_OFFER)
    assert set(NAMES) == set(COLOURS)


def test_given_the_drawn_catalogue_then_nearly_every_type_and_design_is_read(
    drawn: list[tuple[Sketch, Classification]],
) -> None:
    types = [found.type.name == sketch.type for sketch, found in drawn]
    designs = [found.design.name == sketch.design for sketch, found in drawn]

    assert np.mean(types) >= 0.9
    assert np.mean(designs) >= 0.9


def test_given_the_drawn_catalogue_then_the_colours_are_those_it_is_offered_in(
    drawn: list[tuple[Sketch, Classification]],
) -> None:
    offered = [
        any(colour.name in sketch.colours for colour in found.colours[:2])
        for sketch, found in drawn
    ]

    assert np.mean(offered) >= 0.8


def test_shares_are_of_the_garment_and_largest_first(
    drawn: list[tuple[Sketch, Classification]],
) -> None:
    for _, found in drawn:
        shares = [colour.share for colour in found.colours]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1 + 1e-9
        assert found.main_colour.name == found.colours[0].name


def test_confidences_are_probabilities(drawn: list[tuple[Sketch, Classification]]) -> None:
    for _, found in drawn:
        for reading in (found.type, found.design, found.main_colour):
            assert 0 <= reading.confidence <= 1


def test_given_the_same_image_then_the_answer_is_the_same(classifier: Classifier) -> None:
    image = draw(CATALOGUE[0], height_px=DRAWN_HEIGHT_PX).rgba

    first, again = classifier.classify(image), Classifier().classify(image.copy())

    assert first == again == classifier.classify(image)


def test_what_lies_under_transparent_pixels_does_not_count(classifier: Classifier) -> None:
    image = draw(CATALOGUE[0], height_px=DRAWN_HEIGHT_PX).rgba
    repainted = image.copy()
    repainted[image[..., 3] == 0] = (200, 30, 90, 0)

    assert classifier.classify(repainted) == classifier.classify(image)


def test_a_mirror_image_is_the_same_garment(classifier: Classifier) -> None:
    image = draw(CATALOGUE[3], height_px=DRAWN_HEIGHT_PX).rgba

    found, mirrored = classifier.classify(image), classifier.classify(image[:, ::-1])

    assert (found.type.name, found.design.name) == (mirrored.type.name, mirrored.design.name)


def test_given_a_garment_far_off_then_a_nearer_look_sees_its_fine_pattern(
    classifier: Classifier,
) -> None:
    sketch = next(sketch for sketch in CATALOGUE if sketch.slug == "bengal-stripe-shirt")
    garment = draw(sketch, height_px=420).rgba
    far = np.full((1100, 1000, 4), (205, 200, 190, 0), np.uint8)
    far[340 : 340 + garment.shape[0], 300 : 300 + garment.shape[1], 3] = garment[..., 3]
    place = far[340 : 340 + garment.shape[0], 300 : 300 + garment.shape[1], :3]
    place[garment[..., 3] > 0] = garment[..., :3][garment[..., 3] > 0]

    seen = classifier.see(far[..., :3])
    found = classifier.name(seen, far, has_background=True)

    assert DESIGNS[int(seen.designs.argmax())] == "solid"
    assert found.design.name == sketch.design


def test_where_next_to_nothing_was_found_nothing_is_looked_at_from_nearer(
    classifier: Classifier,
) -> None:
    image = draw(CATALOGUE[0], height_px=DRAWN_HEIGHT_PX).rgba
    seen = classifier.see(image[..., :3])
    nothing = image.copy()
    nothing[..., 3] = 0
    nothing[100:104, 100:104, 3] = 255

    found = classifier.name(seen, nothing, has_background=True)

    assert found.design.confidence == pytest.approx(float(seen.designs.max()))


@pytest.mark.parametrize("shape", [(40, 40), (40, 40, 2), (40, 40, 5)])
def test_what_is_no_image_is_refused(classifier: Classifier, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="three or four channels"):
        classifier.classify(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("channels", [3, 4])
def test_given_nothing_to_see_then_there_is_an_answer_all_the_same(
    classifier: Classifier, channels: int
) -> None:
    found = classifier.classify(np.zeros((90, 70, channels), np.uint8))

    assert found.colours
    assert sum(colour.share for colour in found.colours) <= 1 + 1e-9


# ------------------------------------------------------------- what is sure


def test_what_is_sure_waits_for_nobody() -> None:
    found = Classification(types=(SURE,), designs=(SURE,), main_colours=(SURE,), colours=())
    assert awaits_review(found) == ()


def test_what_is_not_sure_waits_by_name() -> None:
    found = Classification(types=(UNSURE,), designs=(SURE,), main_colours=(UNSURE,), colours=())
    assert awaits_review(found) == ("type", "colours")


# ------------------------------------------------------------------ colours


@pytest.mark.parametrize("name", PALETTE)
def test_each_swatch_has_its_name_where_nothing_else_is_known(name: str) -> None:
    (found,) = named_shares(swatch(PALETTE[name]), FLAT_PRIOR)

    assert (found.name, found.share) == (name, 1)


def test_what_the_garment_is_called_decides_between_neighbours() -> None:
    between = swatch("#1f2536")
    called = {
        name: np.where(np.array(NAMES) == name, 0.95, 0.05 / 13) for name in ("navy", "black")
    }

    names = {name: named_shares(between, prior)[0].name for name, prior in called.items()}

    assert names == {"navy": "navy", "black": "black"}


def test_a_stripe_counts_for_its_own_colour() -> None:
    first, second = named_shares(
        swatch(PALETTE["navy"], PALETTE["navy"], PALETTE["white"]), FLAT_PRIOR
    )

    assert (first.name, second.name) == ("navy", "white")
    assert first.share == pytest.approx(2 / 3)
    assert second.oklch[0] > first.oklch[0]


def test_pixels_of_a_cut_out_are_told_apart() -> None:
    rgba = np.zeros((80, 80, 4), np.uint8)
    rgba[..., :3] = (10, 200, 10)
    rgba[20:60, 20:60] = (200, 10, 10, 255)

    with_ground = pixels_of(rgba, has_background=True)
    without = pixels_of(rgba, has_background=False)

    assert (with_ground.garment == (200, 10, 10)).all()
    assert (with_ground.surroundings == (10, 200, 10)).all()
    assert len(without.surroundings) == 0


# ------------------------------------------------------- what is committed


def test_the_trained_files_are_those_of_the_record_and_small() -> None:
    record = json.loads((WEIGHTS / RECORD_FILE).read_text())
    files = {name: WEIGHTS / name for name in (NETWORK_FILE, COLOURS_FILE)}

    digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}

    assert digests == record["files_sha256"]
    assert sum(path.stat().st_size for path in files.values()) <= SIZE_BYTES_MAX
    assert record["held_out"] > 0


def test_what_is_saved_is_read_back() -> None:
    naming = ColourNaming.load(WEIGHTS / "colour_naming.npz")
    assert naming.saved() == (WEIGHTS / "colour_naming.npz").read_bytes()


# ------------------------------------------------------------ real garments


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    figures = benchmark.measured(every=6)
    if not figures:
        pytest.skip(f"no photographs below {benchmark.data()}: set BOUTIQUE_SAMPLE_DATA")
    return figures


def test_given_photographs_it_never_saw_then_most_are_read_rightly(
    measured: dict[str, float],
) -> None:
    # A sixth of the pictures: the benchmark measures all, and is stricter.
    assert measured["type"] >= 0.8
    assert measured["design"] >= 0.75
    assert measured["colour_or_neighbour"] >= 0.8


def test_neighbours_are_neighbours_both_ways() -> None:
    for pair in benchmark.NEIGHBOURS:
        first, second = sorted(pair)
        assert benchmark.is_near(first, second)
        assert benchmark.is_near(second, first)
    assert not benchmark.is_near("red", "green")
