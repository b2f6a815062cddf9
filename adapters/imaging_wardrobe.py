"""What contact sheets dress persons in: garments as sellers corrected them, and outfits."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any, TypeAlias

from imaging.cutout import cut_out
from imaging.decoding import ImageRefused, decode
from imaging.doubting import FOLDED
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.garment import CONFIDENCE_MIN, GARMENT_TYPES, Garment, required_landmarks

Places: TypeAlias = tuple[tuple[str, tuple[float, float]], ...]

DRAWN = "drawn"
"""In place of a file of garments: the demo catalogue."""

ALSO_CALLED: Mapping[str, str] = {"pants": "trousers", "outwear": "outerwear", "blouse": "shirt"}
"""Names of types in published collections of pictures, and ours."""

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic")

COMBINATIONS: tuple[tuple[str, ...], ...] = (
    ("t-shirt", "trousers", "shoes"),
    ("dress", "shoes"),
    ("shirt", "skirt", "shoes", "bag"),
    ("longsleeve", "trousers", "shoes", "hat"),
    ("knitwear", "trousers", "shoes"),
    ("t-shirt", "outerwear", "trousers", "shoes"),
    ("top", "shorts", "shoes"),
    ("dress", "hat", "bag"),
    ("shirt", "trousers", "shoes"),
    ("t-shirt", "skirt", "shoes"),
    ("shirt", "outerwear", "trousers", "shoes"),
    ("knitwear", "skirt", "shoes", "scarf"),
    ("t-shirt", "shorts", "shoes", "hat"),
    ("dress", "outerwear", "shoes"),
    ("top", "trousers", "shoes", "bag"),
    ("dress",),
    ("longsleeve", "skirt", "shoes"),
    ("outerwear", "trousers", "shoes", "bag"),
    ("t-shirt",),
    ("top", "skirt", "shoes", "bag"),
)
"""What is worn together, from the most ordinary on; each time with the next pieces of the types."""


class NoWardrobe(Exception):
    """Nothing to wear was named."""


class CorrectionsUnreadable(Exception):
    """A file of corrections is none."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} holds no corrections. Write a JSON object: under the end of each "
            'photograph\'s path {"landmarks": {NAME: [ROW, COL]}}, as fractions of 0 to 1.'
        )


@dataclass(frozen=True, kw_only=True)
class WardrobePiece:
    """A garment to choose from: a picture in a file, or a drawn commodity."""

    name: str
    type: str
    file: Path | None
    landmarks: Places = ()  # as its seller corrected them; none where nobody looked


Outfit: TypeAlias = tuple[WardrobePiece, ...]


def wardrobe(named: Sequence[str]) -> tuple[WardrobePiece, ...]:
    """Find garments: TYPE=FILE, a folder of pictures, or ``drawn``.

    In a folder a picture's type begins its name, or its folder's.

    Raises:
        NoWardrobe: nothing was found.
    """
    found: list[WardrobePiece] = []
    for text in named:
        if text == DRAWN:
            found += (WardrobePiece(name=one.slug, type=one.type, file=None) for one in CATALOGUE)
        elif "=" in text:
            type_, _, name = text.partition("=")
            if type_ in GARMENT_TYPES:
                found.append(WardrobePiece(name=Path(name).stem, type=type_, file=Path(name)))
        else:
            files = sorted(Path(text).rglob("*")) if Path(text).is_dir() else []
            for file in files:
                told = _type_of(file)
                if file.suffix.lower() in PICTURES and told is not None:
                    found.append(WardrobePiece(name=file.stem, type=told, file=file))
    if not found:
        raise NoWardrobe(
            f"Name garments as TYPE=FILE, a folder whose pictures begin with their type, "
            f"or {DRAWN}. Types: {', '.join(GARMENT_TYPES)}."
        )
    return tuple(found)


def _type_of(file: Path) -> str | None:
    for name in (file.name, file.parent.name):
        for word in (*GARMENT_TYPES, *ALSO_CALLED):
            if name.lower().startswith(word):
                return ALSO_CALLED.get(word, word)
    return None


def outfits(pieces: Sequence[WardrobePiece], *, number: int) -> list[Outfit]:
    """Choose outfits: the same ones of the same wardrobe, mixing its types and using each piece.

    Pieces follow each other in strides, so that neighbours on a shelf do not come one by one.

    Raises:
        NoWardrobe: there are no pieces.
    """
    if not pieces:
        raise NoWardrobe("Each of these garments waits for its seller. Name others.")
    by_type: dict[str, list[WardrobePiece]] = {}
    for piece in pieces:
        by_type.setdefault(piece.type, []).append(piece)
    shelves = {type_: _mixed(found) for type_, found in by_type.items()}
    taken = dict.fromkeys(shelves, 0)
    chosen: list[Outfit] = []
    for wanted in islice(cycle(COMBINATIONS), number * len(COMBINATIONS)):
        types = [type_ for type_ in wanted if type_ in shelves]
        outfit = tuple(shelves[type_][taken[type_] % len(shelves[type_])] for type_ in types)
        if outfit and len(chosen) < number:
            chosen.append(outfit)
            for type_ in types:
                taken[type_] += 1
    return chosen


def _mixed(pieces: list[WardrobePiece]) -> list[WardrobePiece]:
    stride = next(step for step in (5, 3, 7, 1) if len(pieces) % step or step == 1)
    return [pieces[(index * stride) % len(pieces)] for index in range(len(pieces))]


def corrected(pieces: Iterable[WardrobePiece], file: Path) -> tuple[WardrobePiece, ...]:
    """Give pieces the landmarks their sellers corrected, by how the paths of their files end.

    Raises:
        CorrectionsUnreadable: the file says something else.
    """
    try:
        told: Any = json.loads(file.read_text(encoding="utf-8"))
        places = {
            name: tuple(
                (landmark, (float(row), float(col)))
                for landmark, (row, col) in sorted(each.get("landmarks", {}).items())
            )
            for name, each in told.items()
        }
    except (AttributeError, TypeError, ValueError):
        raise CorrectionsUnreadable(file) from None
    return tuple(replace(piece, landmarks=_of(piece.file, places)) for piece in pieces)


def _of(file: Path | None, places: Mapping[str, Places]) -> Places:
    names = [] if file is None else file.resolve().parts
    ends = ("/".join(names[start:]) for start in range(len(names)))
    return next((places[end] for end in ends if end in places), ())


def worn_or_waiting(
    pieces: Iterable[WardrobePiece],
) -> Iterable[tuple[WardrobePiece, ImageRefused | None]]:
    """Tell of each piece whether a boutique would show it, or why it waits for its seller."""
    for piece in pieces:
        found = None if piece.file is None else garment_of(piece)
        yield piece, found if isinstance(found, ImageRefused) else None


@lru_cache(maxsize=80)
def garment_of(piece: WardrobePiece) -> Garment | ImageRefused:
    """Cut a garment out; one that is doubtful waits for its seller and is not worn."""
    if piece.file is None:
        sketch = next(sketch for sketch in CATALOGUE if sketch.slug == piece.name)
        return draw(sketch, worn=True)
    try:
        found = cut_out(decode(piece.file.read_bytes(), side_px_min=64), piece.type)
    except ImageRefused as refused:
        return refused
    garment = _as_corrected(found, piece.landmarks)
    if garment.is_sure:
        return garment
    # Landmarks do not make an outline sure; the brush of the editor does.
    doubt = found.doubts[0] if found.doubts and not piece.landmarks else FOLDED
    if garment.alpha_confidence < CONFIDENCE_MIN:
        doubt = found.doubts[0]
    return ImageRefused(doubt.code, doubt.detail)


def _as_corrected(garment: Garment, places: Places) -> Garment:
    """Give a garment its seller's landmarks: sleeves or knees of which none is named are none."""
    if not places:
        return garment
    needed, named = required_landmarks(garment.type), {_kind(name) for name, _ in places}
    kept = {
        name: place
        for name, place in garment.landmarks.items()
        if name in needed or _kind(name) in named
    }
    return replace(garment, landmarks=kept | dict(places), confidences={})


def _kind(landmark: str) -> str:
    """Of both sides, outer and inner."""
    return landmark.partition("_")[0]
