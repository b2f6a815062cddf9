"""Look: who wears which pieces, and which pieces make room for which."""

from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

LAYERS = {
    "inner": ("t-shirt", "longsleeve", "shirt", "top"),
    "middle": ("knitwear",),
    "outer": ("outerwear",),
    "one-piece": ("dress",),
    "lower": ("trousers", "shorts", "skirt"),
    "feet": ("shoes",),
    "head": ("hat",),
    "hand": ("bag",),
    "neck": ("scarf",),
    "eyes": ("glasses",),
}
"""What is worn in one place: a piece takes the place of the one that was there."""

_LAYER_OF = {type_: layer for layer, types in LAYERS.items() for type_ in types}
_MAKES_ROOM = {"one-piece": ("inner", "lower"), "inner": ("one-piece",), "lower": ("one-piece",)}


def are_worn_together(one: str, other: str) -> bool:
    """Whether two types can be parts of one look."""
    first, second = (_LAYER_OF.get(type_, type_) for type_ in (one, other))
    return first != second and second not in _MAKES_ROOM.get(first, ())


@dataclass(frozen=True, kw_only=True)
class Wearer:
    """Who wears the look: one of the shopper's user images, or a mannequin."""

    kind: str  # "user-image" or "mannequin"
    id: str


@dataclass(frozen=True, kw_only=True)
class Piece:
    commodity_id: UUID
    type: str
    variant_id: UUID | None = None  # None: no size chosen yet


@dataclass(frozen=True, kw_only=True)
class Look:
    wearer: Wearer
    pieces: tuple[Piece, ...] = ()

    def with_piece(self, piece: Piece) -> Self:
        """Put a piece on; what is worn in its place comes off."""
        layer = _LAYER_OF.get(piece.type, piece.type)
        leaving = {layer, *_MAKES_ROOM.get(layer, ())}
        staying = (p for p in self.pieces if _LAYER_OF.get(p.type, p.type) not in leaving)
        return replace(self, pieces=(*staying, piece))

    def without(self, commodity_id: UUID) -> Self:
        return replace(self, pieces=tuple(p for p in self.pieces if p.commodity_id != commodity_id))

    def with_size(self, commodity_id: UUID, variant_id: UUID) -> Self:
        return replace(
            self,
            pieces=tuple(
                replace(p, variant_id=variant_id) if p.commodity_id == commodity_id else p
                for p in self.pieces
            ),
        )

    def wears(self, commodity_id: UUID) -> bool:
        return any(piece.commodity_id == commodity_id for piece in self.pieces)
