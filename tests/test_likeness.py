"""What a commodity looks like: its image is found again, and what is similar is near."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from imaging.classification import Classifier
from imaging.decoding import decode
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.encoding import from_png, to_jpeg, to_png
from imaging.likeness import LEVELS, Likeness, descriptor, fingerprint, likeness
from imaging.resampling import resized_rgba
from projections.look_alikes import SAME_BITS_MAX

ROWS = 384

Changed = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier()


@pytest.fixture(scope="module")
def garments() -> list[NDArray[np.uint8]]:
    return [draw(sketch, height_px=ROWS).rgba for sketch in CATALOGUE]


@pytest.fixture(scope="module")
def likenesses(classifier: Classifier, garments: list[NDArray[np.uint8]]) -> list[Likeness]:
    return [likeness(classifier.see(rgba), rgba) for rgba in garments]


def bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def recompressed(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Store the colours as a photograph is stored, beside the same alpha."""
    rgb = decode(to_jpeg(np.ascontiguousarray(rgba[..., :3]), quality=60), side_px_min=1)[..., :3]
    return np.dstack([rgb, rgba[..., 3]])


# ------------------------------------------------------------ fingerprint


@pytest.mark.parametrize(
    "changed",
    [
        lambda rgba: rgba,
        lambda rgba: resized_rgba(rgba, ROWS // 2, rgba.shape[1] // 2),
        recompressed,
        lambda rgba: np.pad(rgba, ((20, 60), (50, 10), (0, 0))),
        lambda rgba: from_png(to_png(rgba)),
    ],
    ids=["same", "smaller", "recompressed", "moved", "png"],
)
def test_a_picture_of_the_same_image_has_nearly_the_same_fingerprint(
    garments: list[NDArray[np.uint8]], changed: Changed
) -> None:
    for rgba in garments[::5]:
        assert bits(fingerprint(rgba), fingerprint(changed(rgba))) <= SAME_BITS_MAX


def test_what_lies_under_transparent_pixels_does_not_count(
    garments: list[NDArray[np.uint8]],
) -> None:
    repainted = garments[0].copy()
    repainted[garments[0][..., 3] == 0] = (200, 30, 90, 0)
    assert fingerprint(repainted) == fingerprint(garments[0])


def test_no_two_of_the_catalogue_are_taken_for_one(likenesses: list[Likeness]) -> None:
    taken = [
        (CATALOGUE[n].slug, CATALOGUE[m].slug)
        for n, one in enumerate(likenesses)
        for m, other in enumerate(likenesses[:n])
        if CATALOGUE[n].design == CATALOGUE[m].design
        and bits(one.fingerprint, other.fingerprint) <= SAME_BITS_MAX
    ]
    assert taken == []


def test_one_form_in_another_colour_is_another_commodity(
    garments: list[NDArray[np.uint8]],
) -> None:
    blue = next(n for n, sketch in enumerate(CATALOGUE) if sketch.colours == ("navy",))
    dyed = garments[blue].copy()
    dyed[..., :3] = garments[blue][..., 2::-1]
    assert bits(fingerprint(dyed), fingerprint(garments[blue])) > SAME_BITS_MAX


# ------------------------------------------------------------- descriptor


def test_descriptors_are_whole_numbers_of_a_byte(likenesses: list[Likeness]) -> None:
    lengths = {len(x.descriptor) for x in likenesses}
    assert len(lengths) == 1
    # Exact in a float of four bytes, in which databases add up.
    assert max(lengths) * (2 * LEVELS) ** 2 < 2**24
    assert all(
        isinstance(v, int) and -LEVELS <= v <= LEVELS for x in likenesses for v in x.descriptor
    )


def test_the_same_image_is_described_the_same(
    classifier: Classifier, garments: list[NDArray[np.uint8]]
) -> None:
    again = Classifier()
    for rgba in garments[::9]:
        assert descriptor(classifier.see(rgba), rgba) == descriptor(again.see(rgba), rgba)


def test_what_is_nearest_is_mostly_of_the_same_type_and_near_in_colour(
    likenesses: list[Likeness],
) -> None:
    every = np.array([x.descriptor for x in likenesses])
    types, apart = list[float](), list[float]()
    for n, sketch in enumerate(CATALOGUE):
        distances = ((every - every[n]) ** 2).sum(axis=1)
        nearest = [m for m in np.argsort(distances) if m != n][:3]
        types += [CATALOGUE[m].type == sketch.type for m in nearest]
        apart += [float(np.linalg.norm(every[m, -3:] - every[n, -3:])) for m in nearest]
    usual = np.linalg.norm(every[:, None, -3:] - every[None, :, -3:], axis=2).mean()
    assert np.mean(types) >= 0.6
    assert np.mean(apart) < 0.8 * usual
