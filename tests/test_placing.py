"""Which landmarks a garment has, where the network names one for every place it knows."""

import numpy as np
import pytest

from imaging.garment_network import Sighting
from imaging.placing import place_landmarks

SIDE_PX = 400
CUFFS_AND_ELBOWS = ("cuff_outer", "cuff_inner", "elbow_outer", "elbow_inner")


def _cloth() -> np.ndarray:
    """A plain trunk with short sleeves."""
    rgba = np.full((SIDE_PX, SIDE_PX, 4), 90, np.uint8)
    rgba[..., 3] = 0
    rgba[60:360, 120:280, 3] = 255
    rgba[60:140, 60:340, 3] = 255
    return rgba


def _seen(*, cuffs: float, reach: float) -> Sighting:
    """Landmarks of that trunk; sleeves end ``reach`` px beside it, as surely as is said."""
    places: dict[str, np.ndarray] = {}
    for side, edge, sign in (("left", 120, -1), ("right", 280, 1)):
        for name, row, aside in (
            ("collar", 60, -40),
            ("shoulder", 62, 0),
            ("armpit", 140, 0),
            ("waist", 240, 0),
            ("hem", 358, 0),
            ("hip", 300, 0),
            ("cuff_outer", 62, reach),
            ("cuff_inner", 138, reach),
            ("elbow_outer", 62, reach / 2),
            ("elbow_inner", 138, reach / 2),
        ):
            places[f"{name}_{side}"] = np.array([float(row), edge + sign * float(aside)])
    places |= {"neckline": np.array([90.0, 200.0]), "hem_centre": np.array([358.0, 200.0])}
    unsure = dict.fromkeys(places, 0.9)
    unsure |= {name: cuffs for name in places if name.startswith(("cuff", "elbow"))}
    likelihood = (_cloth()[..., 3] > 0).astype(np.float32)
    return Sighting(likelihood=likelihood, places=places, certainties=unsure)


def _sleeve_of(garment_type: str, *, cuffs: float, reach: float) -> set[str]:
    found, confidences = place_landmarks(
        _seen(cuffs=cuffs, reach=reach), {}, _cloth(), garment_type=garment_type
    )
    assert set(found) == set(confidences)
    return {name for name in CUFFS_AND_ELBOWS if f"{name}_left" in found}


@pytest.mark.parametrize("garment_type", ["top", "dress"])
def test_what_may_lack_sleeves_has_none_where_no_cuffs_are_seen(garment_type: str) -> None:
    assert _sleeve_of(garment_type, cuffs=0.1, reach=58) == set()
    assert _sleeve_of(garment_type, cuffs=0.9, reach=58) >= {"cuff_outer", "cuff_inner"}


@pytest.mark.parametrize("garment_type", ["shirt", "outerwear", "longsleeve"])
def test_other_garments_keep_sleeves_that_are_hardly_seen(garment_type: str) -> None:
    assert "cuff_outer" in _sleeve_of(garment_type, cuffs=0.1, reach=58)


def test_a_sleeve_shorter_than_it_is_wide_has_no_elbow() -> None:
    assert _sleeve_of("dress", cuffs=0.9, reach=58) == {"cuff_outer", "cuff_inner"}
    assert _sleeve_of("t-shirt", cuffs=0.9, reach=58) == {"cuff_outer", "cuff_inner"}


def test_a_sleeve_longer_than_it_is_wide_has_an_elbow() -> None:
    assert _sleeve_of("shirt", cuffs=0.9, reach=110) == set(CUFFS_AND_ELBOWS)


def test_knees_of_legs_side_by_side_lie_between_crotch_and_hem() -> None:
    rgba = np.full((SIDE_PX, SIDE_PX, 4), 90, np.uint8)
    rgba[..., 3] = 0
    rgba[20:380, 120:280, 3] = 255
    rgba[330:380, 196:204, 3] = 0  # the legs part far below the knees
    places = {
        "waist_centre": (22, 200),
        "crotch": (130, 200),
        **{
            f"{name}_{side}": (row, 200 + sign * aside)
            for side, sign in (("left", -1), ("right", 1))
            for name, row, aside in (
                ("waist", 22, 78),
                ("hip", 100, 78),
                ("hem_outer", 378, 78),
                ("hem_inner", 378, 6),
                ("knee_outer", 250, 78),
                ("knee_inner", 250, 6),
            )
        },
    }
    seen = Sighting(
        likelihood=(rgba[..., 3] > 0).astype(np.float32),
        places={name: np.array(at, np.float64) for name, at in places.items()},
        certainties=dict.fromkeys(places, 0.9),
    )

    found, _ = place_landmarks(seen, {}, rgba, garment_type="trousers")

    for side in ("left", "right"):
        row, col = found[f"knee_inner_{side}"]
        assert abs(row * SIDE_PX - 254) < 4
        assert abs(col * SIDE_PX - 200) < 8
