import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adapters.imaging_sheet import DRAWN, NoWardrobe, Piece, Sheet, outfits, wardrobe
from imaging.contact_sheet import GAP_PX, PAPER, Cell, contact_sheet
from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.drawing.mannequins import MANNEQUINS
from imaging.encoding import to_png

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
    hat = Piece(name="fedora", type="hat", file=None)

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
