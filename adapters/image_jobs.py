"""What an image worker can do. Imported in the sandboxed process only, where OpenCV lives."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from adapters.commodity_jobs import (
    classify_commodity,
    coordinate_look,
    correct_cutout,
    draw_commodity,
    find_garment,
    ground_of_cutout,
    prepare_commodity,
    preview_garment,
)
from adapters.dressing_jobs import list_drawing, take_garment_apart
from adapters.pixels import picture_of
from imaging.body import Person
from imaging.body_double import body_double
from imaging.encoding import from_png, to_png, to_webp
from imaging.extraction import extract, to_body_frame
from imaging.networks import Networks, NetworksMissing
from imaging.resampling import resized_rgba
from imaging.suitability import obstacles, shows_head

THUMBNAIL_ROWS, THUMBNAIL_COLS = 384, 188
THUMBNAIL_QUALITY = 80

_networks: list[Networks] = []


def prepare(models: Path | None) -> None:
    """Load the networks, and run each library once, so that the first customer does not wait."""
    cv2.setNumThreads(1)
    if models is not None:
        _networks.append(Networks(models))
        grey = np.full((256, 256, 3), 127, np.uint8)
        _networks[0].read_body(grey)
        _networks[0].person_likelihood(grey)


def extract_user_image(photograph: Any) -> dict[str, Any]:  # noqa: ANN401 (Pixels, as they arrive)
    """Cut the person out of an opened photograph and place it in the body frame."""
    if not _networks:
        raise NetworksMissing("This worker was started without networks.")
    extraction = extract(np.ascontiguousarray(picture_of(photograph)[:, :, :3]), _networks[0])
    person = to_body_frame(extraction)
    return {
        "person": to_png(person.rgba),
        "joints": dict(person.joints),
        "quality": asdict(extraction.quality),
        "obstacles": [(one.reason, one.advice) for one in obstacles(person)],
        "thumbnail": _thumbnail(person.rgba),
    }


def correct_user_image(picture: bytes, brushed: object) -> dict[str, Any]:
    """Give an extracted person the alpha of an opened picture that was brushed."""
    person = correct_cutout(picture, None, brushed)
    return {"person": person, "thumbnail": _thumbnail(from_png(person))}


def double_body(picture: bytes, joints: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    """Set the head of an extracted person on a drawn body."""
    person = Person(rgba=from_png(picture), joints=joints)
    double = body_double(person)
    if double.head is None:
        raise AssertionError("a body double always tells where its head is")
    return {
        "person": to_png(double.rgba),
        "joints": dict(double.joints),
        "head": to_png(np.repeat(double.head[..., None], 3, axis=2)),
        "has_own_head": shows_head(person),
    }


def _thumbnail(person: NDArray[np.uint8]) -> bytes:
    small = resized_rgba(person, THUMBNAIL_ROWS, THUMBNAIL_COLS)
    return to_webp(small, quality=THUMBNAIL_QUALITY)


JOBS: Mapping[str, Callable[..., Any]] = {
    "extract_user_image": extract_user_image,
    "correct_user_image": correct_user_image,
    "double_body": double_body,
    "classify_commodity": classify_commodity,
    "prepare_commodity": prepare_commodity,
    "draw_commodity": draw_commodity,
    "find_garment": find_garment,
    "ground_of_cutout": ground_of_cutout,
    "correct_cutout": correct_cutout,
    "preview_garment": preview_garment,
    "coordinate": coordinate_look,
    "take_garment_apart": take_garment_apart,
    "list_drawing": list_drawing,
}
"""By name; ``image_worker.ANSWERS`` says what each one answers."""
