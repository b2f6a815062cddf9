import cv2
import numpy as np
import pytest

from imaging.fitting import fit
from imaging.measuring import Body
from imaging.tailoring import take_apart
from imaging.warping import (
    GRID_STEP_PX,
    Warp,
    apply_warp,
    draw_warped,
    fit_warp,
    is_fold_free,
    prepare_warp,
    similarity,
)
from tests.wardrobe import FIGURES, ONE_OF_EACH_TYPE, figure, worn

FRAME = (256, 256)
SQUARE = np.array([[20.0, 20.0], [20.0, 80.0], [80.0, 20.0], [80.0, 80.0]])
SOLID = np.full((100, 100), 255, np.uint8)


def test_a_similarity_is_found_exactly() -> None:
    turned = SQUARE @ np.array([[0.0, 2.0], [-2.0, 0.0]]) + (7.0, 9.0)

    back = similarity(turned, SQUARE)

    found = np.column_stack([turned, np.ones(4)]) @ back
    np.testing.assert_allclose(found, SQUARE, atol=1e-9)


def test_a_warp_takes_each_target_from_its_source() -> None:
    targets = SQUARE + np.array([[30.0, 40.0], [22.0, 48.0], [30.0, 44.0], [38.0, 40.0]])
    warp = fit_warp(SQUARE, targets, occupied=SOLID, frame=FRAME, stiffness=0)
    position = np.zeros((100, 100, 4), np.uint8)
    position[..., 0], position[..., 1] = np.indices((100, 100))
    position[..., 3] = 255

    drawn = apply_warp(position, warp)

    for source, target in zip(SQUARE, targets, strict=True):
        row, col = np.rint(target).astype(int) - (warp.box.top, warp.box.left)
        np.testing.assert_allclose(drawn[row, col, :2], source, atol=1.5)


def test_a_warp_that_goes_nowhere_keeps_every_pixel() -> None:
    part = np.random.default_rng(3).integers(0, 256, (100, 100, 4), np.uint8)

    warp = fit_warp(SQUARE, SQUARE, occupied=SOLID, frame=(96, 96))

    np.testing.assert_array_equal(apply_warp(part, warp)[:96, :96], part[:96, :96])


def test_a_warp_that_would_fold_is_relaxed_until_it_does_not() -> None:
    crossed = SQUARE + 40.0
    crossed[[0, 1]] = crossed[[1, 0]]

    warp = fit_warp(SQUARE, crossed, occupied=SOLID, frame=FRAME, stiffness=0)

    assert warp.relaxation < 1
    assert is_fold_free(warp.grid, occupied=SOLID)


def test_a_mirrored_map_counts_as_folded() -> None:
    rows, cols = np.meshgrid(np.arange(90.0), np.arange(90.0)[::-1], indexing="ij")
    mirrored = np.stack([rows, cols], axis=2).astype(np.float32)

    assert not is_fold_free(mirrored, occupied=SOLID)
    assert is_fold_free(mirrored[:, ::-1], occupied=SOLID)


def test_two_points_are_too_few() -> None:
    with pytest.raises(ValueError, match=r"^a warp needs at least 3 pairs of points$"):
        fit_warp(SQUARE[:2], SQUARE[:2], occupied=SOLID, frame=FRAME)


@pytest.mark.parametrize("who", FIGURES)
@pytest.mark.parametrize("slug", ONE_OF_EACH_TYPE)
def test_every_type_fits_every_figure_without_a_fold(slug: str, who: str) -> None:
    cloth, body = take_apart(worn(slug)), Body.of(figure(who))

    parts = fit(cloth, body)

    assert parts
    for part in parts:
        visible = (cloth.parts[part.name][..., 3] > 8).astype(np.uint8)
        warp = fit_warp(
            part.sources, part.targets, occupied=visible, frame=body.silhouette.shape[:2]
        )
        assert is_fold_free(warp.grid, occupied=visible), part.name
        assert warp.relaxation >= 0.4, part.name


def _bent() -> tuple[np.ndarray, Warp]:
    """A part with bare edges, and a warp that bends it."""
    part = np.random.default_rng(4).integers(0, 256, (100, 100, 4), np.uint8)
    part[:12] = part[85:] = part[:, :17] = part[:, 91:] = 0
    targets = SQUARE * 1.4 + np.array([[30.0, 40.0], [22.0, 48.0], [37.0, 44.0], [38.0, 40.0]])
    return part, fit_warp(SQUARE, targets, occupied=SOLID, frame=FRAME, stiffness=0)


def test_a_prepared_warp_draws_what_opencv_draws_from_exact_places() -> None:
    part, warp = _bent()
    ring, size = GRID_STEP_PX, warp.grid.shape[:2]
    rows, cols = (
        cv2.resize(warp.grid[..., axis], (size[1] * ring, size[0] * ring))[ring:-ring, ring:-ring]
        for axis in (0, 1)
    )

    drawn = draw_warped(part, prepare_warp(warp))

    np.testing.assert_array_equal(drawn, cv2.remap(part, cols, rows, cv2.INTER_LINEAR))
    assert drawn.any()


def test_a_prepared_warp_is_cut_down_to_what_is_visible_and_loses_nothing() -> None:
    part, warp = _bent()
    whole, canvas = apply_warp(part, warp), np.zeros((*FRAME, 4), np.uint8)

    prepared = prepare_warp(warp, occupied=part[..., 3])
    canvas[prepared.box.window()] = draw_warped(part, prepared)

    np.testing.assert_array_equal(canvas[warp.box.window()], whole)
    assert prepared.fractions.size < 0.8 * whole[..., 0].size


def test_a_part_without_a_visible_pixel_is_prepared_to_nothing() -> None:
    part, warp = _bent()

    prepared = prepare_warp(warp, occupied=np.zeros((100, 100), np.uint8))

    assert prepared.box.is_empty
    assert draw_warped(part, prepared).size == 0
