"""What image workers do with commodities: classify, prepare, draw, coordinate."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from adapters.pixels import picture_of
from imaging.body import Person
from imaging.classification import Classifier, Reading, Sight, brings_cut_out
from imaging.coordination import coordinate, dress
from imaging.correcting import alpha_of, corrected, ground_of
from imaging.cutout import cut_out
from imaging.decoding import ImageRefused, decode
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.encoding import from_png, to_png, to_webp
from imaging.garment import Garment, required_landmarks
from imaging.likeness import VERSION, likeness
from imaging.placement import Piece, Placement
from imaging.resampling import resized, resized_rgba

CUTOUT_SIDE_PX_MAX = 1280  # of a garment as it is worn; the body frame has 1536 rows for a person
SMALL_ROWS, LARGE_ROWS = 400, 1100
PLATE_RATIO = 4 / 5
PLATE_MARGIN = 0.05
QUALITY = 86
PICTURE_QUALITY = 88
PICTURE_EFFORT = 2  # somebody waits for a look, once
PERSONS_REMEMBERED = 3  # decoded, about 5 MB each
GARMENTS_REMEMBERED = 12  # decoded, about 4 MB each

T = TypeVar("T")

Landmarks = Mapping[str, tuple[float, float]]
WornPiece = tuple[str, bytes, Landmarks, tuple[float, float, float, int, bool, bool, float, float]]
"""Type, cut-out, landmarks; of how it is worn down, right (px), scale, level, whether it is tucked
in and whether open; its length and width."""


class _Remembered(Generic[T]):
    """The last few objects by what they were made of.

    Fits and layers are remembered per object by ``imaging``: an equal one, decoded anew, would be
    fitted again and held in memory a second time.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._found: OrderedDict[tuple[Any, ...], T] = OrderedDict()

    def get(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        found = self._found.pop(key, None)
        if found is None:
            found = make()
        self._found[key] = found
        while len(self._found) > self._limit:
            self._found.popitem(last=False)
        return found


_persons: _Remembered[Person] = _Remembered(PERSONS_REMEMBERED)
_garments: _Remembered[Garment] = _Remembered(GARMENTS_REMEMBERED)


@lru_cache(maxsize=1)
def _classifier() -> Classifier:
    """Load the classifier when the first commodity comes: most processes see none."""
    return Classifier()


def classify_commodity(image: object) -> dict[str, Any]:
    """Read what an opened image shows, without keeping anything of it."""
    photo = picture_of(image)
    seen = _classifier().see(photo)
    return _read(seen, photo, _visible(cut_out(photo, seen.type)))


def prepare_commodity(
    image: object, cutout: object | None, type_: str | None, landmarks: Landmarks | None
) -> dict[str, Any]:
    """Turn a seller's opened image into what the shop shows and what a shopper wears.

    Without a type it is taken for what it looks like.
    """
    photo = original = picture_of(image)
    seen = _classifier().see(original)
    type_ = type_ or seen.type
    shown = worn = _visible(cut_out(photo, type_, landmarks=landmarks))
    if cutout is not None:
        photo = picture_of(cutout)
        worn = _visible(cut_out(photo, type_, landmarks=landmarks))
    return {
        **_pictures(shown.rgba),
        **_found(worn),
        **_read(seen, original, shown),
        "photo": _ground(photo, worn),
    }


def draw_commodity(slug: str) -> dict[str, Any]:
    """Draw a commodity of the demo catalogue, as the shop shows it and as it is worn."""
    sketch = next(sketch for sketch in CATALOGUE if sketch.slug == slug)
    shown, worn = draw(sketch), draw(sketch, worn=True)
    return {
        **_pictures(shown.rgba),
        **_found(worn),
        **_read(_classifier().see(shown.rgba), shown.rgba, shown),
        "photo": None,
    }


def find_garment(cutout: bytes, photo: bytes | None, type_: str) -> dict[str, Any]:
    """Find again how a commodity is worn, as another type than it was taken for.

    Where that was cut out of a photograph, it is cut out anew, and shown so in the shop too.
    """
    if photo is None:
        return {**_found(_visible(cut_out(from_png(cutout), type_))), "pictures": None}
    worn = _visible(cut_out(_decoded(photo), type_))
    return {**_found(worn), "pictures": _pictures(worn.rgba)}


def _visible(garment: Garment) -> Garment:
    if not (garment.rgba[:, :, 3] > 127).any():
        raise ImageRefused(
            "no-commodity-found",
            "No commodity stands out from the background of this image. "
            "Photograph it on a plain background of another colour.",
        )
    return garment


def _pictures(shown: NDArray[np.uint8]) -> dict[str, Any]:
    return {
        "small": to_webp(_on_plate(shown, SMALL_ROWS), quality=QUALITY),
        "large": to_webp(_on_plate(shown, LARGE_ROWS), quality=QUALITY),
    }


def _found(worn: Garment) -> dict[str, Any]:
    return {
        "cutout": to_png(_at_most(worn.rgba, CUTOUT_SIDE_PX_MAX)),
        "landmarks": dict(worn.landmarks),
        "confidences": _confidences(worn),
    }


def _read(seen: Sight, image: NDArray[np.uint8], shown: Garment) -> dict[str, Any]:
    named = _classifier().name(seen, shown.rgba, has_background=not brings_cut_out(image))
    alike = likeness(seen, shown.rgba)
    return {
        "types": _told(named.types),
        "designs": _told(named.designs),
        "main_colours": _told(named.main_colours),
        "colours": [(colour.name, colour.share) for colour in named.colours],
        "likeness": (VERSION, alike.fingerprint, list(alike.descriptor)),
    }


def _told(readings: Sequence[Reading]) -> list[tuple[str, float]]:
    return [(reading.name, reading.confidence) for reading in readings]


def _confidences(worn: Garment) -> dict[str, float]:
    """Tell how surely was found what nobody has said: landmarks, also missing ones, and alpha."""
    needed = dict.fromkeys((*required_landmarks(worn.type), *worn.landmarks))
    found = {name: worn.confidence_of(name) for name in needed}
    return {
        name: value
        for name, value in {"alpha": worn.alpha_confidence, **found}.items()
        if value < 1
    }


def _ground(photo: NDArray[np.uint8], worn: Garment) -> bytes | None:
    """Keep what a garment was cut out of, so that a brush can bring some of it back."""
    if photo.shape[2] == 4 or photo.shape[:2] != worn.rgba.shape[:2]:
        return None
    return to_webp(_at_most(photo, CUTOUT_SIDE_PX_MAX), quality=PICTURE_QUALITY)


def ground_of_cutout(cutout: bytes, photo: bytes | None) -> bytes:
    """Show a cut-out with a colour everywhere, as WebP: what a brush may bring back."""
    return to_webp(ground_of(from_png(cutout), _photo(photo)), quality=PICTURE_QUALITY)


def correct_cutout(cutout: bytes, photo: bytes | None, brushed: object) -> bytes:
    """Give a cut-out the alpha of an opened picture that was brushed; return it as PNG."""
    alpha = alpha_of(picture_of(brushed))
    return to_png(corrected(from_png(cutout), alpha, photo=_photo(photo)))


def preview_garment(
    person: bytes, joints: Landmarks, garment: tuple[str, bytes, Landmarks], rows: int
) -> bytes:
    """Render a person wearing one garment, so many rows high: an editor shows it small."""
    picture = coordinate(person_of(person, joints), [garment_of(*garment)])
    cols = round(picture.shape[1] * rows / picture.shape[0])
    return to_webp(resized_rgba(picture, rows, cols), quality=PICTURE_QUALITY)


def _photo(webp: bytes | None) -> NDArray[np.uint8] | None:
    return None if webp is None else _decoded(webp)


def _decoded(webp: bytes) -> NDArray[np.uint8]:
    return decode(webp, side_px_min=1)[..., :3]


def coordinate_look(
    person: bytes,
    joints: Landmarks,
    head: bytes | None,
    pieces: Sequence[WornPiece],
) -> bytes:
    """Render the person of the body frame wearing the garments as WebP with transparency.

    ``head`` shows where the head is of somebody who wears nothing below the neck.
    """
    picture, _ = dress(person_of(person, joints, head), pieces_of(pieces))
    return to_webp(picture, quality=PICTURE_QUALITY, effort=PICTURE_EFFORT)


def pieces_of(worn: Sequence[WornPiece]) -> list[Piece]:
    """Return the garments of a look, each where its shopper put it."""
    return [
        Piece(
            garment=garment_of(type_, cutout, landmarks),
            placement=Placement(
                move=(down, right),
                scale=scale,
                level=level,
                tucked=tucked,
                opened=opened,
                size=(length, width),
            ),
        )
        for type_, cutout, landmarks, how in worn
        for down, right, scale, level, tucked, opened, length, width in [how]
    ]


def person_of(picture: bytes, joints: Landmarks, head: bytes | None = None) -> Person:
    """Return the person of one of our own pictures, the same one as long as it is remembered."""
    bare = None if head is None else _own(head)[..., 0]
    return _persons.get((picture,), lambda: Person(rgba=_own(picture), joints=joints, head=bare))


def garment_of(type_: str, cutout: bytes, landmarks: Landmarks) -> Garment:
    """Return the garment of one of our own cut-outs, the same one as long as it is remembered."""
    points = tuple((name, *landmarks[name]) for name in sorted(landmarks))
    key = (type_, cutout, points)
    return _garments.get(key, lambda: Garment(type=type_, rgba=_own(cutout), landmarks=landmarks))


def _own(picture: bytes) -> NDArray[np.uint8]:
    """Decode one of our own pictures for good: nobody may change what is remembered."""
    found = from_png(picture)
    found.flags.writeable = False
    return found


def _on_plate(rgba: NDArray[np.uint8], plate_rows: int) -> NDArray[np.uint8]:
    """Centre a commodity on a transparent plate of 4:5, as every picture of the shop is."""
    plate = np.zeros((plate_rows, round(plate_rows * PLATE_RATIO), 4), np.uint8)
    room = 1 - 2 * PLATE_MARGIN
    scale = min(room * plate.shape[0] / rgba.shape[0], room * plate.shape[1] / rgba.shape[1])
    rows, cols = max(1, round(rgba.shape[0] * scale)), max(1, round(rgba.shape[1] * scale))
    top, left = (plate.shape[0] - rows) // 2, (plate.shape[1] - cols) // 2
    plate[top : top + rows, left : left + cols] = resized_rgba(rgba, rows, cols)
    return plate


def _at_most(picture: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    """Reduce a picture to at most so many pixels on its long side."""
    rows, cols = picture.shape[:2]
    scale = side_px / max(rows, cols)
    if scale >= 1:
        return picture
    resize = resized_rgba if picture.shape[2] == 4 else resized
    return resize(picture, max(1, round(rows * scale)), max(1, round(cols * scale)))
