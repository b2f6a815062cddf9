"""Contact sheets of persons in outfits: what the compositing is judged by, cell by cell."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property, lru_cache
from itertools import count, islice
from pathlib import Path

import numpy as np

from adapters.imaging_wardrobe import DRAWN, NoWardrobe, Outfit, garment_of
from imaging.body import Person
from imaging.body_double import body_double
from imaging.contact_sheet import Cell, contact_sheet
from imaging.coordination import coordinate
from imaging.decoding import ImageRefused, decode
from imaging.drawing.mannequins import MANNEQUINS, draw_mannequin
from imaging.encoding import to_png
from imaging.extraction import extract, to_body_frame
from imaging.garment import Garment
from imaging.networks import Networks
from imaging.suitability import obstacles

BODIES = ("auto", "own", "drawn")
"""Whose body wears the outfits: the person's own, a drawn one with their head, or the own one
where the photograph suits and else the drawn one."""

OUTFITS_A_ROW, ROWS_A_PAGE = 10, 4
CELL_PX = (461, 225)


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
    garments = [garment_of(piece) for piece in outfit]
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
