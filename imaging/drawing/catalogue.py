"""The demo catalogue: every commodity the shop starts with, drawn by our own code."""

from imaging.drawing.assortment_accessories import ACCESSORIES
from imaging.drawing.assortment_bottoms import BOTTOMS
from imaging.drawing.assortment_dresses import DRESSES
from imaging.drawing.assortment_knitwear import KNITWEAR
from imaging.drawing.assortment_outerwear import OUTERWEAR
from imaging.drawing.assortment_shirts import SHIRTS
from imaging.drawing.assortment_tees import TEES
from imaging.drawing.assortment_tops import TOPS
from imaging.drawing.silhouettes import photographed
from imaging.drawing.sketch import Sketch
from imaging.garment import Garment

CATALOGUE: tuple[Sketch, ...] = (
    *TEES,
    *SHIRTS,
    *KNITWEAR,
    *TOPS,
    *OUTERWEAR,
    *DRESSES,
    *BOTTOMS,
    *ACCESSORIES,
)
"""Everything on offer, in the order of the shop's shelves."""


def draw(sketch: Sketch, *, height_px: int = 1024, worn: bool = False) -> Garment:
    """Draw a commodity, cut out, with its landmarks.

    Parameters
    ----------
    sketch : Sketch
        What is drawn.
    height_px : int
        Height of the picture; its width follows the garment.
    worn : bool
        Whether the inside of the back is left out, as a body would hide it.

    Returns
    -------
    Garment
        The same bytes and landmarks in every run.

    Raises
    ------
    ValueError
        If ``height_px`` is not between 64 and 4096.

    References
    ----------
    Source: own derivation.
    """
    if not 64 <= height_px <= 4096:
        raise ValueError(f"height_px must be between 64 and 4096, not {height_px}")
    rgba, landmarks = photographed(
        sketch.cut, sketch.cloth, seed=sketch.seed, height_px=height_px, worn=worn
    )
    return Garment(type=sketch.type, rgba=rgba, landmarks=landmarks)
