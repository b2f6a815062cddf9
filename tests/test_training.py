"""What the classifier learns from is as it says; the training itself takes most of an hour."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from imaging.classification import DESIGNS, NETWORK_FILE, RECORD_FILE, SIDE_PX, WEIGHTS
from imaging.colour_naming import NAMES, Pixels
from imaging.drawing.catalogue import CATALOGUE
from imaging.encoding import to_jpeg
from imaging.garment import GARMENT_TYPES
from imaging.training import views as viewing
from imaging.training.backbone import FEATURES, LAYERS, TUNED_FROM
from imaging.training.export import as_onnx, from_onnx
from imaging.training.fitting import Tuned
from imaging.training.naming import learn
from imaging.training.pictures import UNKNOWN, DataMissing, digest, photographs
from imaging.training.prints import PRINTS, print_on
from imaging.training.run import LEARNED_SHARE, averaged, begun
from imaging.training.views import views

CLOTH, FLOOR = (150, 140, 160), (40, 60, 50)


def garment() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A plain square of cloth with a fold, on a floor, and where it is."""
    rgb = np.full((240, 200, 3), FLOOR, np.uint8)
    alpha = np.zeros((240, 200), np.uint8)
    rgb[40:200, 30:170], alpha[40:200, 30:170] = CLOTH, 255
    rgb[40:200, 90:100] //= 2
    return rgb, alpha


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for place, name in enumerate(("train/pants/a", "train/outwear/b", "validation/t-shirt/c")):
        path = tmp_path / f"{name}.jpg"
        path.parent.mkdir(parents=True)
        path.write_bytes(to_jpeg(np.roll(garment()[0], place, axis=0), quality=90))
    (tmp_path / "labels_by_eye_validation.csv").write_text(
        "path,type,design,colour\n"
        "validation/t-shirt/c.jpg,t-shirt,striped,multi\ntrain/pants/a.jpg,pants,solid,grey\n"
    )
    return tmp_path


@pytest.mark.parametrize("design", PRINTS)
def test_a_print_changes_the_garment_and_nothing_round_it(design: str) -> None:
    rgb, alpha = garment()

    printed = print_on(rgb, alpha, design, np.random.default_rng(4))

    np.testing.assert_array_equal(printed[:36], rgb[:36])
    np.testing.assert_array_equal(printed[:, :26], rgb[:, :26])
    assert (printed[50:190, 40:160] != rgb[50:190, 40:160]).any()


@pytest.mark.parametrize("design", PRINTS)
def test_a_print_is_the_same_from_the_same_seed(design: str) -> None:
    rgb, alpha = garment()
    first, again = (print_on(rgb, alpha, design, np.random.default_rng(9)) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_folds_stay_under_a_print() -> None:
    rgb, alpha = garment()
    for seed in range(8):
        printed = print_on(rgb, alpha, "striped", np.random.default_rng(seed))
        assert printed[60:180, 92:98].mean() < 0.8 * printed[60:180, 40:85].mean()


def test_every_design_but_solid_can_be_printed() -> None:
    assert set(PRINTS) == set(DESIGNS) - {"solid"}
    assert sum(viewing.PRINT_SHARES.values()) == pytest.approx(1)


def test_photographs_are_read_with_our_words_for_types(data: Path) -> None:
    found = photographs(data)

    assert [GARMENT_TYPES[each.type] for each in found] == ["outerwear", "trousers", "t-shirt"]
    assert [each.design for each in found] == [UNKNOWN, 0, DESIGNS.index("striped")]
    assert [each.colour for each in found] == [UNKNOWN, NAMES.index("grey"), UNKNOWN]
    assert [each.is_held_out for each in found] == [False, False, True]


def test_a_folder_without_data_is_refused_with_what_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match=r"train/TYPE/\*\.jpg"):
        photographs(tmp_path)


def test_another_label_is_another_state_of_the_data(data: Path) -> None:
    before = digest(data, photographs(data))
    labels = data / "labels_by_eye_validation.csv"

    labels.write_text(labels.read_text().replace("grey", "pink"))

    assert digest(data, photographs(data)) != before


def test_views_are_squares_and_nothing_held_out_is_printed_on(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewing, "CATALOGUE", CATALOGUE[:1])
    monkeypatch.setattr(viewing, "PRINTED", 6)
    found = photographs(data)

    alphas = dict.fromkeys(range(3), garment()[1])

    shown = list(views(data, found, alphas, {2}, np.random.default_rng(3)))

    assert {view.square.shape for view in shown} == {(SIDE_PX, SIDE_PX, 3)}
    assert {view.source for view in shown if view.is_as_taken} == {0, 1, 2}
    assert {view.source for view in shown if not view.is_as_taken} == {-1, 0, 1}
    printed = [view for view in shown if view.is_invented and view.source >= 0]
    assert len(printed) == 6
    assert {view.source for view in printed} == {1}  # solid, and not held out
    assert all(view.design > 0 for view in printed)
    assert {view.colour for view in printed} == {UNKNOWN}
    assert [view.colour for view in shown if view.source == 1][:2] == [found[1].colour] * 2
    assert GARMENT_TYPES.index("glasses") in {view.type for view in shown}


def test_layers_follow_one_another_and_are_tuned_from_the_start_of_a_block() -> None:
    assert len(LAYERS) == 49
    assert LAYERS[TUNED_FROM].is_first_of_block
    assert LAYERS[-1].name == "_conv_head"
    assert FEATURES == 1280
    side = SIDE_PX
    for layer in LAYERS:
        side = -(-side // layer.stride)
    assert side == 6
    assert not any(first.is_sum and second.is_sum for first, second in pairwise(LAYERS))


def test_a_network_that_was_written_is_read_back() -> None:
    onnx = pytest.importorskip("onnx", reason="comes with what training needs")

    known = from_onnx(onnx, (WEIGHTS / NETWORK_FILE).read_bytes())
    again = from_onnx(onnx, as_onnx(onnx, known))

    assert len(known.layers) == len(LAYERS)
    for (kernel, offsets), (other_kernel, other_offsets) in zip(
        known.layers, again.layers, strict=True
    ):
        np.testing.assert_allclose(other_kernel, kernel, rtol=1e-5)
        np.testing.assert_array_equal(other_offsets, offsets)
    np.testing.assert_array_equal(again.head[0], known.head[0])
    np.testing.assert_array_equal(again.head[1], known.head[1])


def test_going_on_from_what_is_no_training_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match=rf"{NETWORK_FILE} and {RECORD_FILE}"):
        begun(None, None, [], tmp_path)


def test_going_on_keeps_some_of_what_was_known() -> None:
    known = Tuned(weights=[[np.zeros(2), np.zeros(2)]], heads=[[np.full(2, 8.0), np.zeros(2)]])
    new = Tuned(weights=[[np.ones(2), np.zeros(2)]], heads=[[np.zeros(2), np.ones(2)]])

    mean = averaged(known, new)

    np.testing.assert_allclose(mean.weights[0][0], LEARNED_SHARE)
    np.testing.assert_allclose(mean.heads[0][0], 8 * (1 - LEARNED_SHARE))
    np.testing.assert_allclose(mean.heads[0][1], LEARNED_SHARE)


def test_the_naming_of_colours_is_learned_from_what_people_say() -> None:
    people = {"black": (45, 40, 60), "navy": (30, 35, 80), "red": (190, 30, 40)}
    random = np.random.default_rng(2)

    def pixels(colour: tuple[int, int, int]) -> Pixels:
        around = np.clip(random.normal(colour, 8, (300, 3)), 0, 255).astype(np.uint8)
        ground = np.clip(random.normal((200, 190, 170), 8, (300, 3)), 0, 255).astype(np.uint8)
        return Pixels(garment=around, surroundings=ground)

    taught = [(pixels(colour), name) for name, colour in people.items() for _ in range(6)]

    naming = learn([seen for seen, _ in taught], np.array([NAMES.index(n) for _, n in taught]))

    for name, colour in people.items():
        assert NAMES[int(naming.main_colour(pixels(colour)).argmax())] == name
