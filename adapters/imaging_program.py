"""Imaging of files, without a server: the code the web uses (C2b, C7, C10)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from imaging.body import Person
from imaging.classification import Classification, Classifier, awaits_review
from imaging.coordination import coordinate
from imaging.cutout import cut_out
from imaging.decoding import ImageRefused, decode
from imaging.drawing.mannequins import MANNEQUINS, draw_mannequin
from imaging.encoding import to_png
from imaging.extraction import extract, to_body_frame
from imaging.garment import GARMENT_TYPES
from imaging.networks import Networks
from imaging.training.run import Plan, train

SIDE_PX_MIN = 64
"""Of commodity images, which may be small."""


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


@dataclass(frozen=True, kw_only=True)
class FileClassified:
    """What one image says of its commodity, or why it says nothing."""

    image: str
    found: Classification | None = None
    review: tuple[str, ...] = ()  # what a person should look at
    refused: str | None = None  # stable reason
    detail: str | None = None  # what to do about it


def classify_files(images: Sequence[Path]) -> Iterator[FileClassified]:
    """Read type, design and colours from each image.

    An image that is refused is reported and does not hold the others.
    """
    classifier = Classifier()
    for image in images:
        try:
            found = classifier.classify(decode(image.read_bytes(), side_px_min=SIDE_PX_MIN))
        except ImageRefused as refused:
            yield FileClassified(image=str(image), refused=refused.reason, detail=str(refused))
        except OSError as error:
            reason = "not-found" if isinstance(error, FileNotFoundError) else "not-readable"
            detail = f"{error.strerror or error}. Check the file's name."
            yield FileClassified(image=str(image), refused=reason, detail=detail)
        else:
            yield FileClassified(image=str(image), found=found, review=awaits_review(found))


def train_classifier(
    data: Path, *, into: Path, plan: Plan, progress: Callable[[str], None]
) -> Mapping[str, Any]:
    """Train what ``classify_files`` uses, and return the record of it.

    Raises:
        TrainingNotInstalled: a package is missing that only training needs.
        DataMissing: the folder does not hold the data.
    """
    return train(data, into, plan, progress=progress)


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
    return type_, decode(Path(name).read_bytes(), side_px_min=SIDE_PX_MIN)
