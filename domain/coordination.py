"""Coordination: a shopper puts commodities on a wearer, piece by piece, until the look is right.

Claims C1b, C3. What a shopper may do stands in ``coordinating``, how the look is confirmed in
``confirmation``. Reading order: events, facts, refusals.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Self
from uuid import UUID

from domain.event import Event, Known, Refusal, Tag
from domain.look import Look, Piece, Placement, Wearer

RECIPE_VERSION = 5
"""Of the program that turns a look into a picture; an old look keeps the version it was made by."""

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True)
class CoordinationEvent(Event):
    coordination_id: UUID
    shopper_id: UUID

    def tags(self) -> tuple[Tag, ...]:
        return (Tag("coordination", self.coordination_id), Tag("shopper", self.shopper_id))


@dataclass(frozen=True, kw_only=True)
class CoordinationStarted(CoordinationEvent):
    TOPIC: ClassVar[str] = "coordination-started"

    wearer: Wearer


@dataclass(frozen=True, kw_only=True)
class WearerChosen(CoordinationEvent):
    TOPIC: ClassVar[str] = "wearer-chosen"

    wearer: Wearer


@dataclass(frozen=True, kw_only=True)
class CommodityCoordinated(CoordinationEvent):
    TOPIC: ClassVar[str] = "commodity-coordinated"
    VERSION: ClassVar[int] = 3  # since 2 with where pieces are placed, since 3 whether tucked in

    # Not tagged with the commodity: it is tried on far more often than anybody decides about it,
    # and whoever does would have to read all of that.
    piece: Piece


@dataclass(frozen=True, kw_only=True)
class CommodityTakenOff(CoordinationEvent):
    TOPIC: ClassVar[str] = "commodity-taken-off"

    commodity_id: UUID


@dataclass(frozen=True, kw_only=True)
class SizeChosen(CoordinationEvent):
    TOPIC: ClassVar[str] = "size-chosen"

    commodity_id: UUID
    variant_id: UUID


@dataclass(frozen=True, kw_only=True)
class PieceAdjusted(CoordinationEvent):
    TOPIC: ClassVar[str] = "piece-adjusted"
    VERSION: ClassVar[int] = 2  # since 2 whether pieces are tucked in

    commodity_id: UUID
    placement: Placement  # all of it, not what changed


@dataclass(frozen=True, kw_only=True)
class LookTakenUp(CoordinationEvent):
    """A saved look is shown: what it was then, with what can still be worn of it."""

    TOPIC: ClassVar[str] = "look-taken-up"
    VERSION: ClassVar[int] = 2  # since 2 whether pieces are tucked in

    look_id: UUID
    look: Look


@dataclass(frozen=True, kw_only=True)
class LookCleared(CoordinationEvent):
    TOPIC: ClassVar[str] = "look-cleared"


@dataclass(frozen=True, kw_only=True)
class StepUndone(CoordinationEvent):
    TOPIC: ClassVar[str] = "step-undone"


@dataclass(frozen=True, kw_only=True)
class StepRedone(CoordinationEvent):
    TOPIC: ClassVar[str] = "step-redone"


@dataclass(frozen=True, kw_only=True)
class LookConfirmed(CoordinationEvent):
    TOPIC: ClassVar[str] = "look-confirmed"
    VERSION: ClassVar[int] = 3  # as ``commodity-coordinated``

    look: Look
    recipe_version: int


# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True)
class Coordination:
    """A coordination as it stands: all looks so far, and which of them is shown."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (
        CoordinationStarted,
        WearerChosen,
        CommodityCoordinated,
        CommodityTakenOff,
        SizeChosen,
        PieceAdjusted,
        LookTakenUp,
        LookCleared,
        StepUndone,
        StepRedone,
        LookConfirmed,
    )

    coordination_id: UUID
    shopper_id: UUID | None = None  # None: never started
    looks: tuple[Look, ...] = ()
    step: int = 0
    confirmed_looks: tuple[Look, ...] = ()

    @property
    def tag(self) -> Tag:
        return Tag("coordination", self.coordination_id)

    @property
    def look(self) -> Look:
        return self.looks[self.step]

    @property
    def confirmed(self) -> Look | None:
        """The look that can be purchased: the one confirmed last."""
        return self.confirmed_looks[-1] if self.confirmed_looks else None

    @property
    def can_undo(self) -> bool:
        return self.step > 0

    @property
    def can_redo(self) -> bool:
        return self.step + 1 < len(self.looks)

    def evolve(self, event: Event) -> Self:  # noqa: C901, PLR0911, PLR0912 (one line per event)
        match event:
            case CoordinationStarted():
                look = Look(wearer=event.wearer)
                return replace(self, shopper_id=event.shopper_id, looks=(look,), step=0)
            case StepUndone():
                return replace(self, step=max(self.step - 1, 0))
            case StepRedone():
                return replace(self, step=min(self.step + 1, len(self.looks) - 1))
            case LookConfirmed():
                return replace(self, confirmed_looks=(*self.confirmed_looks, event.look))
            case _ if not self.looks:
                return self
            case WearerChosen():
                return self._then(replace(self.look, wearer=event.wearer))
            case CommodityCoordinated():
                return self._then(self.look.with_piece(event.piece))
            case CommodityTakenOff():
                return self._then(self.look.without(event.commodity_id))
            case SizeChosen():
                return self._then(self.look.with_size(event.commodity_id, event.variant_id))
            case PieceAdjusted():
                return self._then(self.look.with_placement(event.commodity_id, event.placement))
            case LookTakenUp():
                return self._then(event.look)
            case LookCleared():
                return self._then(replace(self.look, pieces=()))
            case _:
                return self

    def _then(self, look: Look) -> Self:
        """Show a new look; what was undone before it can no longer be redone."""
        return replace(self, looks=(*self.looks[: self.step + 1], look), step=self.step + 1)


# -------------------------------------------------------------- refusals


class CoordinationNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("You have no such coordination. Start one on the coordination screen.")


class CommodityNotWorn(Refusal):
    def __init__(self) -> None:
        super().__init__("This commodity is not part of the look. Put it on first.")


class NothingToTuckIn(Refusal):
    def __init__(self) -> None:
        super().__init__("Only tops are tucked in. Choose one of those you wear.")


class LookEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__("The look has no pieces yet. Put something on before you confirm it.")


def owned(known: Known, coordination_id: UUID, shopper_id: UUID) -> Coordination:
    """Return a coordination, looked up through its owner.

    Raises:
        CoordinationNotFound: it is not this shopper's.
    """
    coordination = known[Coordination(coordination_id=coordination_id)]
    if coordination.shopper_id != shopper_id:
        raise CoordinationNotFound
    return coordination
