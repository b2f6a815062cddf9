"""Contact sheets: many pictures side by side, each with a caption, to be judged by eye."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

PAPER = (236, 234, 231)
"""A light warm grey: white clothes and dark ones both stand out from it."""

INK, WARNING = (52, 48, 46), (150, 44, 36)
CAPTION_PX = 34
GAP_PX = 6
TEXT_PX = 11


@dataclass(frozen=True, kw_only=True, eq=False)
class Cell:
    """One place of a contact sheet.

    Attributes
    ----------
    picture : (H, W, 4) uint8 or None
        sRGB with straight alpha; None where there is none to show.
    caption : str
        Below the picture, over two lines at most.
    refused : str
        In place of a picture: why there is none.
    """

    picture: NDArray[np.uint8] | None
    caption: str
    refused: str = ""


def contact_sheet(rows: Sequence[Sequence[Cell]], *, cell_px: tuple[int, int]) -> NDArray[np.uint8]:
    """Lay cells out in rows.

    Parameters
    ----------
    rows : sequence of sequence of Cell
        At least one row with at least one cell; shorter rows end in empty paper.
    cell_px : (int, int)
        Rows and cols of each picture; pictures keep their ratio and stand at the bottom.

    Returns
    -------
    (H, W, 3) uint8
        sRGB.

    Raises
    ------
    ValueError
        "a contact sheet needs at least one cell" when there is none.

    References
    ----------
    Source: own derivation.
    """
    count = max((len(row) for row in rows), default=0)
    if count == 0:
        raise ValueError("a contact sheet needs at least one cell")
    high, wide = cell_px[0] + CAPTION_PX + GAP_PX, cell_px[1] + GAP_PX
    page = np.full((len(rows) * high + GAP_PX, count * wide + GAP_PX, 3), PAPER, np.uint8)
    for index, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell.picture is not None:
                top, left = GAP_PX + index * high, GAP_PX + place * wide
                _show(page[top : top + cell_px[0], left : left + cell_px[1]], cell.picture)
    image = Image.fromarray(page)
    pen = ImageDraw.Draw(image)
    for index, row in enumerate(rows):
        for place, cell in enumerate(row):
            left, top = GAP_PX + place * wide, GAP_PX + index * high
            caption = _lines(cell.caption, cell_px[1])[:2]
            pen.text((left, top + cell_px[0] + 3), "\n".join(caption), fill=INK, font_size=TEXT_PX)
            if cell.picture is None:
                refused = "\n".join(_lines(cell.refused, cell_px[1])[:12])
                middle = left, top + cell_px[0] // 3
                pen.text(middle, refused, fill=WARNING, font_size=TEXT_PX)
    return np.asarray(image, np.uint8)


def _show(place: NDArray[np.uint8], picture: NDArray[np.uint8]) -> None:
    """Scale a picture into its place and lay it over the paper, in place."""
    height, width = place.shape[:2]
    scale = min(height / picture.shape[0], width / picture.shape[1])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    seen = picture.astype(np.float32)
    seen[..., :3] *= seen[..., 3:] / np.float32(255)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    seen = np.asarray(cv2.resize(seen, size, interpolation=method), np.float32)
    top, left = height - size[1], (width - size[0]) // 2
    under = place[top : top + size[1], left : left + size[0]]
    under[:] = np.rint(seen[..., :3] + under * (1 - seen[..., 3:] / 255)).astype(np.uint8)


def _lines(text: str, width: int) -> list[str]:
    """Break a text between words; what of a word is too long for a line is left out."""
    font = ImageFont.load_default(size=TEXT_PX)
    lines: list[str] = []
    for whole in text.split():
        word = whole
        while len(word) > 1 and font.getlength(word) > width:
            word = word.rstrip("…")[:-1] + "…"
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
