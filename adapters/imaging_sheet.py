"""Contact sheets of persons in outfits: what the compositing is judged by, cell by cell."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property, lru_cache
from itertools import count, cycle, islice
from pathlib import Path
from typing import TypeAlias

import numpy as np

from imaging.body import Person
from imaging.body_double import body_double
from imaging.contact_sheet import Cell, contact_sheet
from imaging.coordination import coordinate
from imaging.cutout import cut_out
from imaging.decoding import ImageRefused, decode
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.drawing.mannequins import MANNEQUINS, draw_mannequin
from imaging.encoding import to_png
from imaging.extraction import extract, to_body_frame
from imaging.garment import CONFIDENCE_MIN, GARMENT_TYPES, Garment
from imaging.networks import Networks
from imaging.suitability import obstacles

DRAWN = "drawn"
"""In place of a file of garments: the demo catalogue. In place of a photo: every mannequin."""

ALSO_CALLED: Mapping[str, str] = {"pants": "trousers", "outwear": "outerwear", "blouse": "shirt"}
"""Names of types in published collections of pictures, and ours."""

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic")
BODIES = ("auto", "own", "drawn")
"""Whose body wears the outfits: the person's own, a drawn one with their head, or the own one
where the photograph suits and else the drawn one."""

OUTFITS_A_ROW, ROWS_A_PAGE = 10, 4
CELL_PX = (461, 225)

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


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A garment to choose from: a picture in a file, or a drawn commodity."""

    name: str
    type: str
    file: Path | None


Outfit: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class SheetCell:
    """One person in one outfit, as the lists of the sheet have it."""

    person: str
    outfit: int
    garments: str  # TYPE=NAME, separated by blanks
    page: str
    row: int
    col: int
    body: str  # own, or drawn below the person's own head
    refused: str  # stable reason, empty where there is a picture
    detail: str  # what to do about it; of a drawn body, why the own one does not suit


def wardrobe(named: Sequence[str]) -> tuple[Piece, ...]:
    """Find garments: TYPE=FILE, a folder of pictures, or ``drawn``.

    In a folder a picture's type begins its name, or its folder's.

    Raises:
        NoWardrobe: nothing was found.
    """
    found: list[Piece] = []
    for text in named:
        if text == DRAWN:
            found += (Piece(name=one.slug, type=one.type, file=None) for one in CATALOGUE)
        elif "=" in text:
            type_, _, name = text.partition("=")
            if type_ in GARMENT_TYPES:
                found.append(Piece(name=Path(name).stem, type=type_, file=Path(name)))
        else:
            files = sorted(Path(text).rglob("*")) if Path(text).is_dir() else []
            for file in files:
                told = _type_of(file)
                if file.suffix.lower() in PICTURES and told is not None:
                    found.append(Piece(name=file.stem, type=told, file=file))
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


def outfits(pieces: Sequence[Piece], *, number: int) -> list[Outfit]:
    """Choose outfits: the same ones of the same wardrobe, mixing its types and using each piece.

    Pieces follow each other in strides, so that neighbours on a shelf do not come one by one.
    """
    by_type: dict[str, list[Piece]] = {}
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


def _mixed(pieces: list[Piece]) -> list[Piece]:
    stride = next(step for step in (5, 3, 7, 1) if len(pieces) % step or step == 1)
    return [pieces[(index * stride) % len(pieces)] for index in range(len(pieces))]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is to be shown: persons, outfits, and where the pages go."""

    photos: Sequence[str]
    outfits: Sequence[Outfit]
    folder: Path
    networks: Path
    body: str = "auto"

    @cached_property
    def persons(self) -> tuple[str, ...]:
        """Photographs and names of mannequins, ``drawn`` being all of them."""
        everyone = [figure.slug for figure in MANNEQUINS]
        return tuple(
            one for photo in self.photos for one in (everyone if photo == DRAWN else [photo])
        )

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.persons) * len(self.outfits)

    def draw(self) -> Iterator[SheetCell]:
        """Draw the pages one by one, with ``cells.csv`` and ``cells.json`` at the end."""
        if self.body not in BODIES:
            raise NoWardrobe(f"Name a body out of: {', '.join(BODIES)}.")
        self.folder.mkdir(parents=True, exist_ok=True)
        networks = Networks(self.networks) if self._needs_networks() else None
        done: list[SheetCell] = []
        lines = self._lines()
        for page in count(start=1):
            rows: list[list[Cell]] = []
            name = f"page-{page:02d}.png"
            for row, line in enumerate(islice(lines, ROWS_A_PAGE)):
                rows.append([])
                for col, (person, number, outfit) in enumerate(line):
                    seen = _dressed(_shown(person, self.body, networks), outfit)
                    rows[-1].append(_captioned(person, number, outfit, seen))
                    done.append(
                        SheetCell(
                            person=person,
                            outfit=number,
                            garments=" ".join(f"{one.type}={one.name}" for one in outfit),
                            page=name,
                            row=row,
                            col=col,
                            body=seen.body,
                            refused=seen.refused,
                            detail=seen.detail,
                        )
                    )
                    yield done[-1]
            if not rows:
                break
            (self.folder / name).write_bytes(to_png(contact_sheet(rows, cell_px=CELL_PX)))
        self._list(done)

    def _needs_networks(self) -> bool:
        return bool(set(self.persons) - {figure.slug for figure in MANNEQUINS})

    def _lines(self) -> Iterator[list[tuple[str, int, Outfit]]]:
        for person in self.persons:
            numbered = [(person, number, one) for number, one in enumerate(self.outfits, start=1)]
            for first in range(0, len(numbered), OUTFITS_A_ROW):
                yield numbered[first : first + OUTFITS_A_ROW]

    def _list(self, cells: Sequence[SheetCell]) -> None:
        names = [field.name for field in fields(SheetCell)]
        with (self.folder / "cells.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(asdict(cell) for cell in cells)
        (self.folder / "cells.json").write_text(
            json.dumps([asdict(cell) for cell in cells], indent=1) + "\n", encoding="utf-8"
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Seen:
    """A person who is shown, or why not; then the same in an outfit."""

    person: Person | None
    body: str = ""
    refused: str = ""
    detail: str = ""


def _captioned(person: str, number: int, outfit: Outfit, seen: _Seen) -> Cell:
    caption = f"{Path(person).stem} {number}: {', '.join(one.name for one in outfit)}"
    refused = ": ".join(filter(None, (seen.refused, seen.detail)))
    return Cell(
        picture=None if seen.person is None else seen.person.rgba, caption=caption, refused=refused
    )


def _dressed(seen: _Seen, outfit: Outfit) -> _Seen:
    garments = [_garment(piece) for piece in outfit]
    for found in garments:
        if isinstance(found, ImageRefused):
            return _Seen(person=None, body=seen.body, refused=found.reason, detail=str(found))
    if seen.person is None:
        return seen
    wanted = [found for found in garments if isinstance(found, Garment)]
    picture = coordinate(seen.person, wanted)
    return replace(seen, person=Person(rgba=picture, joints=seen.person.joints))


@lru_cache(maxsize=2)
def _shown(photo: str, body: str, networks: Networks | None) -> _Seen:
    """Look at each photograph once, not once an outfit; a refusal is remembered as well."""
    if networks is None or photo in {figure.slug for figure in MANNEQUINS}:
        return _Seen(person=draw_mannequin(photo), body="own")
    try:
        image = np.ascontiguousarray(decode(Path(photo).read_bytes(), side_px_min=64)[:, :, :3])
        extraction = extract(image, networks)
    except ImageRefused as refused:
        return _Seen(person=None, refused=refused.reason, detail=str(refused))
    person = to_body_frame(extraction)
    found = obstacles(person) if body == "auto" else ()
    if body == "own" or (body == "auto" and not found):
        return _Seen(person=person, body="own")
    told = " ".join(f"{one.reason}: {one.advice}" for one in found)
    return _Seen(person=body_double(person), body="drawn", detail=told)


@lru_cache(maxsize=80)
def _garment(piece: Piece) -> Garment | ImageRefused:
    """Cut a garment out; one whose outline is doubtful waits for its seller and is not worn."""
    if piece.file is None:
        sketch = next(sketch for sketch in CATALOGUE if sketch.slug == piece.name)
        return draw(sketch, worn=True)
    try:
        garment = cut_out(decode(piece.file.read_bytes(), side_px_min=64), piece.type)
    except ImageRefused as refused:
        return refused
    if garment.alpha_confidence < CONFIDENCE_MIN:
        doubt = garment.doubts[0]
        return ImageRefused(doubt.code, doubt.detail)
    return garment
