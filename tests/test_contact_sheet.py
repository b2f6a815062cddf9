import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adapters.imaging_sheet import Sheet
from adapters.imaging_wardrobe import (
    DRAWN,
    CorrectionsUnreadable,
    NoWardrobe,
    WardrobePiece,
    corrected,
    garment_of,
    outfits,
    wardrobe,
    worn_or_waiting,
)
from imaging.contact_sheet import GAP_PX, PAPER, Cell, contact_sheet
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.drawing.mannequins import MANNEQUINS
from imaging.encoding import to_png
from imaging.garment import Garment, required_landmarks

CELL = (120, 60)


def _plain(colour: tuple[int, int, int], alpha: int = 255) -> np.ndarray:
    return np.full((240, 120, 4), (*colour, alpha), np.uint8)


def test_pictures_stand_in_rows_at_the_size_asked_for() -> None:
    red, blue = _plain((200, 0, 0)), _plain((0, 0, 200))

    page = contact_sheet(
        [[Cell(picture=red, caption="1"), Cell(picture=blue, caption="2")]], cell_px=CELL
    )

    places = [(slice(GAP_PX, GAP_PX + 120), slice(left, left + 60)) for left in (GAP_PX, 72)]
    assert (page[places[0]] == (200, 0, 0)).all()
    assert (page[places[1]] == (0, 0, 200)).all()
    assert page.shape[1] == 2 * (60 + GAP_PX) + GAP_PX


def test_paper_shows_through_what_is_transparent() -> None:
    page = contact_sheet([[Cell(picture=_plain((9, 9, 9), 0), caption="")]], cell_px=CELL)

    assert (page == PAPER).all()


def test_a_refusal_stands_in_the_place_of_its_picture() -> None:
    empty = contact_sheet([[Cell(picture=None, caption="")]], cell_px=CELL)
    told = contact_sheet([[Cell(picture=None, caption="", refused="no-person")]], cell_px=CELL)

    assert (empty == PAPER).all()
    assert (told[GAP_PX : GAP_PX + 120] != PAPER).any()


def test_a_long_name_stays_below_its_picture() -> None:
    cells = [Cell(picture=None, caption="t-shirt_" + 40 * "0"), Cell(picture=None, caption="")]

    page = contact_sheet([cells], cell_px=CELL)

    ends = GAP_PX + CELL[1] + GAP_PX
    assert (page[:, :ends] != PAPER).any()
    assert (page[:, ends:] == PAPER).all()


def test_a_sheet_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a contact sheet needs at least one cell$"):
        contact_sheet([], cell_px=CELL)


def test_types_are_read_off_names_and_folders(tmp_path: Path) -> None:
    for name in ("dress_01.png", "pants/7.jpg", "notes.txt", "cat.jpg"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()

    found = wardrobe([str(tmp_path), "hat=straw.png"])

    assert [(piece.name, piece.type) for piece in found] == [
        ("dress_01", "dress"),
        ("7", "trousers"),
        ("straw", "hat"),
    ]


def test_an_empty_wardrobe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoWardrobe):
        wardrobe([str(tmp_path)])


def test_the_same_wardrobe_gives_the_same_outfits_of_several_types() -> None:
    pieces = wardrobe([DRAWN])

    chosen = outfits(pieces, number=20)

    assert chosen == outfits(pieces, number=20)
    assert len(set(chosen)) == 20
    worn = {piece.type for outfit in chosen for piece in outfit}
    assert worn == {sketch.type for sketch in CATALOGUE}
    assert all(len({piece.type for piece in outfit}) == len(outfit) for outfit in chosen)


def test_a_wardrobe_of_one_hat_still_dresses_somebody() -> None:
    hat = WardrobePiece(name="fedora", type="hat", file=None)

    assert outfits([hat], number=2) == [(hat,), (hat,)]


def test_a_sheet_shows_mannequins_and_names_what_is_refused(tmp_path: Path) -> None:
    fedora = next(sketch for sketch in CATALOGUE if sketch.slug == "fedora")
    file = tmp_path / "hat.png"
    file.write_bytes(to_png(draw(fedora, height_px=256).rgba))
    tiny = tmp_path / "tiny.png"
    tiny.write_bytes(to_png(np.zeros((8, 8, 4), np.uint8)))
    chosen = outfits(wardrobe([f"hat={file}", f"hat={tiny}"]), number=2)
    who = MANNEQUINS[0].slug
    sheet = Sheet(photos=[who], outfits=chosen, folder=tmp_path / "out", networks=tmp_path)

    cells = list(sheet.draw())

    assert [(cell.outfit, cell.refused) for cell in cells] == [(1, ""), (2, "too-small")]
    with Image.open(tmp_path / "out" / cells[0].page) as page:
        assert page.size[0] > 2 * 200
    listed = json.loads((tmp_path / "out" / "cells.json").read_text())
    assert [cell["garments"] for cell in listed] == ["hat=hat", "hat=tiny"]
    with (tmp_path / "out" / "cells.csv").open() as rows:
        assert len(list(csv.DictReader(rows))) == 2


def test_a_garment_that_waits_for_its_seller_is_not_worn(tmp_path: Path) -> None:
    plain = tmp_path / "plain.png"
    plain.write_bytes(to_png(np.full((240, 240, 3), 250, np.uint8)))
    chosen = outfits(wardrobe([f"t-shirt={plain}"]), number=1)
    sheet = Sheet(
        photos=[MANNEQUINS[0].slug], outfits=chosen, folder=tmp_path / "out", networks=tmp_path
    )

    (cell,) = sheet.draw()

    assert cell.refused in {"nothing-found", "outline-unsure"}
    assert cell.detail.endswith(".")


def _skirt(folder: Path) -> Path:
    """A photograph whose outline is told by its alpha, and no landmarks: a plain square."""
    rgba = np.zeros((240, 240, 4), np.uint8)
    rgba[60:180, 60:180] = (90, 30, 40, 255)
    file = folder / "shop" / "skirt_1.png"
    file.parent.mkdir()
    file.write_bytes(to_png(rgba))
    return file


def test_what_sellers_corrected_is_how_a_garment_is_worn(tmp_path: Path) -> None:
    file = _skirt(tmp_path)
    places = dict.fromkeys(required_landmarks("skirt"), (0.5, 0.25))
    (tmp_path / "corrections.json").write_text(
        json.dumps({"shop/skirt_1.png": {"landmarks": places}, "shop/hat.png": {"unfit": "torn"}})
    )

    (found,) = corrected(wardrobe([f"skirt={file}"]), tmp_path / "corrections.json")

    garment = garment_of(found)
    assert isinstance(garment, Garment)
    assert garment.landmarks == dict.fromkeys(required_landmarks("skirt"), (0.5, 0.25))
    assert garment.is_sure


def test_sleeves_a_seller_does_not_name_are_not_there(tmp_path: Path) -> None:
    sketch = next(sketch for sketch in CATALOGUE if sketch.slug == "heavy-white-tee")
    file = tmp_path / "tee.png"
    file.write_bytes(to_png(draw(sketch, height_px=256).rgba))
    (tmp_path / "corrections.json").write_text(
        json.dumps({"tee.png": {"landmarks": {"neckline": [0.1, 0.5]}}})
    )
    pieces = wardrobe([f"t-shirt={file}"])

    (before,) = map(garment_of, pieces)
    (after,) = map(garment_of, corrected(pieces, tmp_path / "corrections.json"))

    assert isinstance(before, Garment)
    assert isinstance(after, Garment)
    assert "cuff_outer_left" in before.landmarks
    assert set(after.landmarks) == set(required_landmarks("t-shirt"))
    assert after.landmarks["neckline"] == (0.1, 0.5)


def test_garments_that_wait_are_told_from_those_that_are_worn(tmp_path: Path) -> None:
    plain = tmp_path / "plain.png"
    plain.write_bytes(to_png(np.full((240, 240, 3), 250, np.uint8)))
    pieces = wardrobe([f"t-shirt={plain}", DRAWN])

    told = list(worn_or_waiting(pieces[:2]))

    assert [piece.name for piece, why in told if why is None] == [CATALOGUE[0].slug]
    assert [why.reason for _, why in told if why is not None] == ["nothing-found"]
    with pytest.raises(NoWardrobe, match="waits for its seller"):
        outfits([], number=3)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"a.jpg": 3}', '{"a.jpg": {"landmarks": {"hem_left": [1]}}}'],
    ids=["empty", "list", "half", "number", "one-place"],
)
def test_a_file_that_holds_no_corrections_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "corrections.json"
    file.write_text(text)

    with pytest.raises(CorrectionsUnreadable, match="Write a JSON object"):
        corrected(wardrobe([DRAWN]), file)
