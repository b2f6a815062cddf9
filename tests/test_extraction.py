"""Persons come out of photographs whole, with clean edges, and with advice that fits."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS, JOINT_NAMES
from imaging.decoding import decode
from imaging.extraction import (
    CROWN_ROW,
    SOLE_ROW,
    Extraction,
    NoPersonFound,
    extract,
    to_body_frame,
)
from imaging.gaps import background_between
from imaging.matting import guided_alpha, keep_main_part, sharpened, without_background
from imaging.networks import LANDMARKS, Networks, NetworksMissing
from imaging.posture import Quality
from tests.benchmarks import extraction as benchmark
from tests.conftest import missing

WALL, COAT = (240, 235, 220), (30, 60, 140)

UPRIGHT = Quality(
    score=1.0,
    person_share=0.2,
    is_cut_off_at_feet=False,
    is_cut_off_at_head=False,
    is_cut_off_at_side=False,
    has_clear_arms=True,
    has_parted_legs=True,
    is_frontal=True,
    advice=(),
)


@pytest.fixture(scope="module")
def networks() -> Networks:
    if not (benchmark.models() / LANDMARKS).exists():
        missing(f"no networks below {benchmark.models()}: run `make install`")
    return Networks(benchmark.models())


def photograph(name: str) -> NDArray[np.uint8]:
    path = benchmark.sample_data() / "people" / name
    if not path.exists():
        pytest.skip(f"no {path}: set BOUTIQUE_SAMPLE_DATA")
    return np.ascontiguousarray(decode(path.read_bytes())[:, :, :3])


def disc(*, rows: int = 200, cols: int = 160, radius: float = 50) -> NDArray[np.float32]:
    """A round silhouette with an edge three pixels soft."""
    row, col = np.mgrid[:rows, :cols]
    distance = np.hypot(row - rows / 2, col - cols / 2)
    return np.asarray(np.clip((radius - distance) / 3 + 0.5, 0, 1), np.float32)


def painted(alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    mixed = alpha[:, :, None] * COAT + (1 - alpha[:, :, None]) * WALL
    return np.rint(mixed).astype(np.uint8)


# Edges


def test_what_is_opaque_keeps_its_pixels_to_the_bit() -> None:
    alpha = disc()
    noise = np.random.default_rng(1).integers(0, 256, (200, 160, 3), dtype=np.uint8)
    rgba = without_background(noise, alpha)
    np.testing.assert_array_equal(rgba[alpha == 1][:, :3], noise[alpha == 1])
    assert not rgba[rgba[:, :, 3] == 0].any()


def test_a_soft_edge_loses_the_colour_of_the_wall() -> None:
    alpha = disc()
    image = painted(alpha)
    soft = (alpha > 0.2) & (alpha < 0.8)
    before = np.abs(image[soft].astype(int) - COAT).mean()
    after = np.abs(without_background(image, alpha)[soft][:, :3].astype(int) - COAT).mean()
    assert before > 70
    assert after < 6


def test_a_rough_mask_snaps_to_the_edge_of_the_picture() -> None:
    alpha = disc()
    rough = np.roll(alpha, 4, axis=1)
    coarse = guided_alpha(painted(alpha), rough, radius_px=12, step=1)
    found = guided_alpha(painted(alpha), sharpened(coarse), radius_px=6, step=1)
    assert benchmark.overlap(rough > 0.5, alpha > 0.5) < 0.91
    assert benchmark.overlap(found > 0.5, alpha > 0.5) > 0.98


def test_a_small_mask_serves_a_large_picture() -> None:
    alpha = disc()
    found = guided_alpha(painted(alpha), alpha[::2, ::2].copy(), radius_px=4, step=1)
    assert found.shape == alpha.shape
    assert ((found > 0.5) == (alpha > 0.5)).mean() > 0.99


def test_only_the_part_with_the_torso_stays() -> None:
    alpha = np.zeros((100, 200), np.float32)
    alpha[20:80, 20:60] = 1
    alpha[5:95, 120:190] = 1
    torso = np.array([(30.0, 30.0), (30.0, 50.0), (70.0, 30.0), (70.0, 50.0)])
    kept = keep_main_part(alpha, torso)
    assert kept[50, 40] == 1
    assert not kept[:, 120:].any()


def test_sharpening_decides_but_leaves_a_half_a_half() -> None:
    values = np.array([0, 0.3, 0.5, 0.7, 1], np.float32)
    np.testing.assert_allclose(sharpened(values), [0, 0, 0.5, 1, 1], atol=1e-6)


def standing(*, gap_colour: tuple[int, int, int]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """A torso with one arm held away from it, and the body's points."""
    image = np.full((400, 300, 3), WALL, np.uint8)
    image[60:300, 80:200] = COAT
    image[60:300, 80:95] = gap_colour
    image[60:300, 60:80] = (200, 150, 120)
    points = np.zeros((33, 2))
    points[[11, 12]] = (70, 190), (70, 90)
    points[[13, 14]] = (170, 195), (180, 70)
    points[[15, 16]] = (290, 195), (290, 70)
    points[[23, 24]] = (290, 180), (290, 100)
    return image, points


def test_a_wall_between_arm_and_torso_is_found() -> None:
    image, points = standing(gap_colour=WALL)
    silhouette = np.zeros(image.shape[:2], np.float32)
    silhouette[60:300, 60:200] = 1
    found = background_between(image, silhouette, points)
    assert found[180:270, 84:92].mean() > 0.95
    assert not found[:, 100:].any()
    assert not found[:, 60:79].any()


def test_a_shirt_between_arm_and_torso_is_left_alone() -> None:
    image, points = standing(gap_colour=COAT)
    silhouette = np.zeros(image.shape[:2], np.float32)
    silhouette[60:300, 60:200] = 1
    assert not background_between(image, silhouette, points).any()


# The body frame


def extraction_of(
    *, top: int, bottom: int, rows: int = 1000, cols: int = 800, quality: Quality = UPRIGHT
) -> Extraction:
    """Somebody 160 pixels wide around column 300."""
    rgba = np.zeros((rows, cols, 4), np.uint8)
    rgba[top : min(bottom, rows), 220:380] = (*COAT, 255)
    height = bottom - top
    shares = {"crown": 0, "head": 0.1, "neck": 0.19, "shoulder": 0.2, "hip": 0.48}
    shares |= {"knee": 0.71, "ankle": 0.9, "heel": 0.98, "toe": 1}
    joints: dict[str, tuple[float, float]] = {}
    for name in JOINT_NAMES:
        part, _, side = name.partition("_")
        col = {"left": 260.0, "right": 340.0}.get(side, 300.0)
        joints[name] = (top + shares.get(part, 0.4) * height, col)
    return Extraction(rgba=rgba, joints=joints, quality=quality)


@pytest.mark.parametrize("rows", [1000, 3000])
def test_crown_and_soles_come_to_their_rows(rows: int) -> None:
    person = to_body_frame(extraction_of(top=rows // 5, bottom=rows - 50, rows=rows))
    assert person.rgba.shape == (BODY_FRAME_ROWS, BODY_FRAME_COLS, 4)
    visible = np.nonzero(person.rgba[:, :, 3] > 127)
    assert visible[0].min() == pytest.approx(CROWN_ROW, abs=2)
    assert visible[0].max() == pytest.approx(SOLE_ROW, abs=2)
    assert visible[1].mean() == pytest.approx(BODY_FRAME_COLS / 2, abs=2)
    assert person.joints["crown"] == pytest.approx((CROWN_ROW, BODY_FRAME_COLS / 2), abs=1)


def test_a_person_cut_off_below_keeps_the_scale_of_a_whole_one() -> None:
    whole = to_body_frame(extraction_of(top=100, bottom=900))
    cut_off = replace(UPRIGHT, is_cut_off_at_feet=True)
    person = to_body_frame(extraction_of(top=100, bottom=900, rows=700, quality=cut_off))
    for name in ("crown", "shoulder_left", "hip_right"):
        assert person.joints[name] == pytest.approx(whole.joints[name], abs=8)


def test_moving_to_the_frame_keeps_colours_at_the_edges() -> None:
    person = to_body_frame(extraction_of(top=100, bottom=900))
    seen = person.rgba[person.rgba[:, :, 3] > 20][:, :3]
    assert np.abs(seen.astype(int) - COAT).max() <= 3


# Networks and photographs


def test_missing_networks_are_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(NetworksMissing, match=r"is missing: run `make install`\.$"):
        Networks(tmp_path)


def test_a_changed_network_is_not_run(tmp_path: Path) -> None:
    path = tmp_path / "@mediapipe" / "selfie_segmentation" / "selfie_segmentation.tflite"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"something else")
    with pytest.raises(NetworksMissing, match="not the expected file"):
        Networks(tmp_path)


@pytest.mark.parametrize("grey", [0, 128])
def test_an_empty_picture_holds_nobody(networks: Networks, grey: int) -> None:
    with pytest.raises(NoPersonFound, match="standing alone") as refused:
        extract(np.full((600, 400, 3), grey, np.uint8), networks)
    assert refused.value.reason == "no-person-found"


def measured_alone() -> dict[str, float]:
    """Run the benchmark in a process of its own, whose memory is nobody else's."""
    script = "import json; from tests.benchmarks import extraction as e; print(json.dumps(e.run()))"
    done = subprocess.run(  # noqa: S603 (our own code)
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.data
def test_street_photographs_are_cut_out_as_people_drew_them(networks: Networks) -> None:
    del networks
    figures = measured_alone()
    if not figures:
        pytest.skip("no photographs: set BOUTIQUE_SAMPLE_DATA")
    assert figures["iou_mean"] >= 0.955
    assert figures["iou_p10"] >= 0.92
    assert figures["bf4"] >= 0.87
    assert figures["rss_mb"] < 300


@pytest.mark.data
def test_joints_lie_where_the_body_is(networks: Networks) -> None:
    found = extract(photograph("ccp/0226.jpg"), networks)
    joints = found.joints
    assert set(joints) == set(JOINT_NAMES)
    order = ("crown", "neck", "hip_left", "knee_left", "ankle_left", "toe_left")
    rows = [joints[name][0] for name in order]
    assert rows == sorted(rows)
    for part in ("head", "shoulder", "hip"):
        assert joints[f"{part}_left"][1] < joints[f"{part}_right"][1]
    assert joints["head_left"][1] < joints["crown"][1] < joints["head_right"][1]
    top = np.nonzero((found.rgba[:, :, 3] > 127).any(axis=1))[0][0]
    assert joints["crown"][0] == pytest.approx(top, abs=6)


@pytest.mark.data
def test_a_mirrored_photograph_has_mirrored_joints(networks: Networks) -> None:
    image = photograph("ccp/0226.jpg")
    plain = extract(image, networks).joints
    mirrored = extract(np.ascontiguousarray(image[:, ::-1]), networks).joints
    for part in ("shoulder", "hip", "knee"):
        row, col = mirrored[f"{part}_right"]
        assert (row, image.shape[1] - col) == pytest.approx(plain[f"{part}_left"], abs=25)


@pytest.mark.data
def test_the_same_photograph_gives_the_same_bytes(networks: Networks) -> None:
    image = photograph("ccp/0226.jpg")
    first, second = extract(image, networks), extract(image, networks)
    np.testing.assert_array_equal(first.rgba, second.rgba)
    assert first.joints == second.joints


@pytest.mark.data
def test_advice_names_what_is_cut_off(networks: Networks) -> None:
    image = photograph("ccp/0226.jpg")
    rows = image.shape[0]
    whole = extract(image, networks).quality
    assert not whole.is_cut_off_at_feet
    assert not whole.is_cut_off_at_head
    without_feet = extract(np.ascontiguousarray(image[: int(0.75 * rows)]), networks).quality
    assert without_feet.is_cut_off_at_feet
    assert without_feet.advice[0] == "Step back so that your feet are in the picture."


@pytest.mark.data
def test_the_wall_between_arms_and_body_goes_as_well(networks: Networks) -> None:
    found = extract(photograph("synthetic_models/model_4.png"), networks)
    assert found.quality.has_clear_arms


@pytest.mark.data
def test_a_garment_alone_is_nobody(networks: Networks) -> None:
    folder = benchmark.sample_data() / "clothing-cc0" / "train" / "pants"
    garments = sorted(folder.glob("*.jpg"))[:8]
    if not garments:
        pytest.skip("no garments: set BOUTIQUE_SAMPLE_DATA")
    refused = 0
    for path in garments:
        image = np.ascontiguousarray(decode(path.read_bytes(), side_px_min=64)[:, :, :3])
        try:
            extract(image, networks)
        except NoPersonFound:
            refused += 1
    assert refused >= len(garments) - 1
