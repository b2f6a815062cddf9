"""Extraction and coordination of files, without a server: the code the web uses (C7, C10)."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from imaging.body import Person
from imaging.coordination import coordinate
from imaging.cutout import cut_out
from imaging.decoding import ImageRefused, decode
from imaging.drawing.mannequins import MANNEQUINS, draw_mannequin
from imaging.encoding import to_png
from imaging.extraction import extract, to_body_frame
from imaging.garment import GARMENT_TYPES
from imaging.networks import Networks


@dataclass(frozen=True, kw_only=True)
class FileResult:
    """What became of one photo."""

    photo: str
    picture: str | None = None  # path of the extracted person
    quality: dict[str, Any] = field(default_factory=dict[str, Any])
    refused: str | None = None  # stable reason
    detail: str | None = None  # what to do about it


def extract_files(photos: Sequence[Path], *, folder: Path, networks: Path) -> Iterator[FileResult]:
    """Extract the person of each photo into ``folder/<stem>.png``, of the photo's own size.

    A photo that is refused is reported and does not hold the others.
    """
    loaded = Networks(networks)
    folder.mkdir(parents=True, exist_ok=True)
    for photo in photos:
        try:
            image = decode(photo.read_bytes(), side_px_max=None)
            extraction = extract(np.ascontiguousarray(image[:, :, :3]), loaded)
        except ImageRefused as refused:
            yield FileResult(photo=str(photo), refused=refused.reason, detail=str(refused))
            continue
        except FileNotFoundError:
            detail = "There is no such file. Check its name."
            yield FileResult(photo=str(photo), refused="not-found", detail=detail)
            continue
        path = folder / f"{photo.stem}.png"
        path.write_bytes(to_png(extraction.rgba))
        yield FileResult(photo=str(photo), picture=str(path), quality=asdict(extraction.quality))


class GarmentNotNamed(Exception):
    """A garment file does not say what type it is."""


def coordinate_files(photo: str, garments: Sequence[str], *, out: Path, networks: Path) -> None:
    """Write the person of a photo, or a mannequin by name, wearing garments given as TYPE=FILE.

    Raises:
        GarmentNotNamed: a garment is not of the form TYPE=FILE.
        ImageRefused: a picture cannot be used.
    """
    worn = [_garment(text) for text in garments]
    slugs = {mannequin.slug for mannequin in MANNEQUINS}
    person: Person
    if photo in slugs:
        person = draw_mannequin(photo)
    else:
        image = np.ascontiguousarray(decode(Path(photo).read_bytes())[:, :, :3])
        person = to_body_frame(extract(image, Networks(networks)))
    out.write_bytes(to_png(coordinate(person, [cut_out(image, type_) for type_, image in worn])))


def _garment(text: str) -> tuple[str, Any]:
    type_, separator, name = text.partition("=")
    if not separator or type_ not in GARMENT_TYPES:
        raise GarmentNotNamed(
            f"Write each garment as TYPE=FILE, with a type out of: {', '.join(GARMENT_TYPES)}."
        )
    return type_, decode(Path(name).read_bytes(), side_px_min=64)
