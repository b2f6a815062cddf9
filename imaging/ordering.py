"""Who lies over whom: the order of garments, and which of them are tucked in or open."""

from collections.abc import Sequence

from imaging.garment import Garment
from imaging.layering import BOTTOMS
from imaging.placement import Piece

LAYERS = (
    "shoes",
    "trousers",
    "shorts",
    "skirt",
    "top",
    "t-shirt",
    "longsleeve",
    "shirt",
    "knitwear",
    "dress",
    "outerwear",
    "scarf",
    "glasses",
    "hat",
    "bag",
)
"""Types from the innermost to the outermost layer; shoes go under the hems of trousers."""

TUCKED_UNDER_A_COAT = ("top", "t-shirt", "longsleeve", "shirt")
"""Types whose hem goes under the bottoms when there is outerwear over them."""

TUCKABLE = (*TUCKED_UNDER_A_COAT, "knitwear")
"""Types whose hem goes into the bottoms when the shopper wants it so."""

OPENABLE = ("outerwear", "shirt")
"""Types that are buttoned or zipped along their front, and can be worn open."""

OVER_THE_HEAD = ("scarf", "glasses", "hat", "bag")
"""Types that head, hair and hands do not cover."""


def layer_order(garments: Sequence[Garment]) -> tuple[Garment, ...]:
    """Garments from the innermost to the outermost; of one type the later lies over the earlier.

    Parameters
    ----------
    garments : sequence of Garment
        In any order.

    Returns
    -------
    tuple of Garment
    """
    return tuple(piece.garment for piece in piece_order([Piece(garment=x) for x in garments]))


def piece_order(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Pieces from the innermost to the outermost, as far out as the shopper laid them.

    Parameters
    ----------
    pieces : sequence of Piece
        In the order they were put on.

    Returns
    -------
    tuple of Piece
    """
    coat = any(is_closed_coat(piece) for piece in pieces)
    tucked = tucked_in_bottoms(pieces)

    def depth(piece: Piece) -> float:
        worn_as = piece.garment.type
        if piece in tucked or (coat and worn_as in TUCKED_UNDER_A_COAT):
            # Its hem would hang out below; of several that are tucked in each keeps its place.
            return LAYERS.index("trousers") - 0.5 + LAYERS.index(worn_as) / 100
        if is_open(piece):  # a shirt is worn over everything but a coat then
            return max(LAYERS.index(worn_as), LAYERS.index("outerwear") - 0.5)
        return LAYERS.index(worn_as)

    order = sorted(pieces, key=depth)
    for piece in [piece for piece in order if piece.placement.level]:
        index = order.index(piece)
        order.insert(max(0, index + piece.placement.level), order.pop(index))
    return tuple(order)


def is_open(piece: Piece) -> bool:
    """Whether the fronts of a piece are turned aside, as the shopper wants it."""
    return piece.placement.opened and piece.garment.type in OPENABLE


def is_closed_coat(piece: Piece) -> bool:
    """Whether a piece is outerwear that hides what is worn under it."""
    return piece.garment.type == "outerwear" and not is_open(piece)


def tucked_in_bottoms(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Pieces whose hem goes into bottoms because the shopper wants it so.

    Parameters
    ----------
    pieces : sequence of Piece
        In any order. What is worn beneath a tucked piece is tucked in with it; an open one hangs.

    Returns
    -------
    tuple of Piece
        None where there are no bottoms.
    """
    if not any(piece.garment.type in BOTTOMS for piece in pieces):
        return ()
    tops = [piece for piece in pieces if piece.garment.type in TUCKABLE and not is_open(piece)]
    wanted = [LAYERS.index(piece.garment.type) for piece in tops if piece.placement.tucked]
    return tuple(
        piece for piece in tops if LAYERS.index(piece.garment.type) <= max(wanted, default=-1)
    )
