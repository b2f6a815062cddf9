"""Look: who wears which pieces, and which pieces make room for which."""

from dataclasses import dataclass, replace
from typing import Any, Self
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
MAKES_ROOM = {"one-piece": ("inner", "lower"), "inner": ("one-piece",), "lower": ("one-piece",)}


def are_worn_together(one: str, other: str) -> bool:
    """Whether two types can be parts of one look."""
    first, second = (_LAYER_OF.get(type_, type_) for type_ in (one, other))
    return first != second and second not in MAKES_ROOM.get(first, ())


@dataclass(frozen=True, kw_only=True, slots=True)
class Wearer:
    """Who wears the look: a user image, the head of one on a drawn body, or a mannequin."""

    kind: str  # "user-image", "body-double" or "mannequin"
    id: str  # of the user image, or the mannequin's name

    @property
    def is_of_an_image(self) -> bool:
        """Whether a user image is needed to show it."""
        return self.kind in {"user-image", "body-double"}


SHIFT_MAX = 0.15
"""How far a piece may be moved, in heights of the body frame: it stays on its wearer."""

SCALE_MIN, SCALE_MAX = 0.7, 1.4
LEVEL_MAX = 3

TUCKABLE = (*LAYERS["inner"], *LAYERS["middle"])
"""Types whose hem can go into what is worn below them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """How a piece is worn otherwise than it falls by itself."""

    down: float = 0.0  # in heights of the body frame, which is the unit of ``right`` as well
    right: float = 0.0
    scale: float = 1.0  # about the middle of the piece
    level: int = 0  # by how many layers it lies further out than its type does
    tucked: bool = False  # the hem of a top goes into what is worn below it

    def changed(self, by: Self) -> Self:
        """Change a placement by another, within bounds."""
        return replace(
            self,
            down=_within(self.down + by.down, -SHIFT_MAX, SHIFT_MAX),
            right=_within(self.right + by.right, -SHIFT_MAX, SHIFT_MAX),
            scale=_within(self.scale * by.scale, SCALE_MIN, SCALE_MAX),
            level=max(-LEVEL_MAX, min(self.level + by.level, LEVEL_MAX)),
            tucked=self.tucked != by.tucked,  # to change it by tucking is to tuck in or to loosen
        )


AS_IT_FALLS = Placement()


def _within(value: float, least: float, most: float) -> float:
    return round(max(least, min(value, most)), 5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    commodity_id: UUID
    type: str
    variant_id: UUID | None = None  # None: no size chosen yet
    placement: Placement = AS_IT_FALLS


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    wearer: Wearer
    pieces: tuple[Piece, ...] = ()

    def with_piece(self, piece: Piece) -> Self:
        """Put a piece on; what is worn in its place comes off."""
        layer = _LAYER_OF.get(piece.type, piece.type)
        leaving = {layer, *MAKES_ROOM.get(layer, ())}
        staying = (p for p in self.pieces if _LAYER_OF.get(p.type, p.type) not in leaving)
        return replace(self, pieces=(*staying, piece))

    def without(self, commodity_id: UUID) -> Self:
        return replace(self, pieces=tuple(p for p in self.pieces if p.commodity_id != commodity_id))

    def with_size(self, commodity_id: UUID, variant_id: UUID) -> Self:
        return self._with(commodity_id, variant_id=variant_id)

    def with_placement(self, commodity_id: UUID, placement: Placement) -> Self:
        return self._with(commodity_id, placement=placement)

    def _with(self, commodity_id: UUID, **changes: Any) -> Self:  # noqa: ANN401 (fields of a piece)
        return replace(
            self,
            pieces=tuple(
                replace(p, **changes) if p.commodity_id == commodity_id else p for p in self.pieces
            ),
        )

    def piece(self, commodity_id: UUID) -> Piece | None:
        return next((p for p in self.pieces if p.commodity_id == commodity_id), None)

    def wears(self, commodity_id: UUID) -> bool:
        return any(piece.commodity_id == commodity_id for piece in self.pieces)
