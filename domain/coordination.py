"""Coordination: a shopper puts commodities on a wearer, piece by piece, until the look is right.

Claims C1b, C3. How the look is confirmed stands in ``confirmation``. Reading order: events, facts,
commands, decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from domain.commodity import CommodityNotFound, Offer
from domain.event import Event, Fact, Known, Refusal, Tag
from domain.garment import Garment
from domain.look import Look, Piece, Wearer
from domain.stock import VariantNotFound
from domain.user_image import UserImage, UserImageNotFound

RECIPE_VERSION = 2
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

    def evolve(self, event: Event) -> Self:  # noqa: C901, PLR0911 (one line per event)
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
            case LookCleared():
                return self._then(replace(self.look, pieces=()))
            case _:
                return self

    def _then(self, look: Look) -> Self:
        """Show a new look; what was undone before it can no longer be redone."""
        return replace(self, looks=(*self.looks[: self.step + 1], look), step=self.step + 1)


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True)
class CoordinationCommand:
    coordination_id: UUID
    shopper_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (Coordination(coordination_id=self.coordination_id),)


@dataclass(frozen=True, kw_only=True)
class WearerCommand(CoordinationCommand):
    wearer: Wearer

    def needs(self) -> tuple[Fact, ...]:
        return (*super().needs(), *_image_of(self.wearer))


class StartCoordination(WearerCommand): ...


class ChooseWearer(WearerCommand): ...


@dataclass(frozen=True, kw_only=True)
class CoordinateCommodity(CoordinationCommand):
    commodity_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (
            *super().needs(),
            Offer(commodity_id=self.commodity_id),
            Garment(commodity_id=self.commodity_id),
        )


@dataclass(frozen=True, kw_only=True)
class TakeOffCommodity(CoordinationCommand):
    commodity_id: UUID


@dataclass(frozen=True, kw_only=True)
class ChooseSize(CoordinationCommand):
    commodity_id: UUID
    variant_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (*super().needs(), Offer(commodity_id=self.commodity_id))


class ClearLook(CoordinationCommand): ...


class UndoStep(CoordinationCommand): ...


class RedoStep(CoordinationCommand): ...


def _image_of(wearer: Wearer) -> tuple[UserImage, ...]:
    """Name the fact about a user image, if the wearer is one."""
    if not wearer.is_of_an_image:
        return ()
    try:
        return (UserImage(user_image_id=UUID(wearer.id)),)
    except ValueError as error:
        raise UserImageNotFound from error


# ------------------------------------------------------------- decisions


class CoordinationNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("You have no such coordination. Start one on the coordination screen.")


class CommodityNotWorn(Refusal):
    def __init__(self) -> None:
        super().__init__("This commodity is not part of the look. Put it on first.")


class LookEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__("The look has no pieces yet. Put something on before you confirm it.")


def start(
    command: StartCoordination, known: Known, *, now: datetime
) -> tuple[CoordinationStarted, ...]:
    """Start a coordination; starting it again changes nothing.

    Raises:
        CoordinationNotFound: the id is somebody else's.
        UserImageNotFound: the wearer is not one of the shopper's images.
    """
    coordination = known[Coordination(coordination_id=command.coordination_id)]
    if coordination.shopper_id is not None:
        _own(command, known)
        return ()
    _check_wearer(command, known)
    return (CoordinationStarted(**_header(command, now), wearer=command.wearer),)


def choose_wearer(
    command: ChooseWearer, known: Known, *, now: datetime
) -> tuple[WearerChosen, ...]:
    """Let somebody else wear the look; both must be the shopper's own."""
    coordination = _own(command, known)
    _check_wearer(command, known)
    if coordination.look.wearer == command.wearer:
        return ()
    return (WearerChosen(**_header(command, now), wearer=command.wearer),)


def coordinate(
    command: CoordinateCommodity, known: Known, *, now: datetime
) -> tuple[CommodityCoordinated, ...]:
    """Put a commodity on.

    Raises:
        CoordinationNotFound: it is not this shopper's.
        CommodityNotFound: there is nothing to put on.
    """
    coordination = _own(command, known)
    offer = known[Offer(commodity_id=command.commodity_id)]
    garment = known[Garment(commodity_id=command.commodity_id)]
    if offer.seller_id is None or garment.awaits_review:
        raise CommodityNotFound
    if coordination.look.wears(command.commodity_id):
        return ()
    return (
        CommodityCoordinated(
            **_header(command, now),
            piece=Piece(
                commodity_id=command.commodity_id,
                type=offer.type,
                # A commodity that comes in one size needs no choice.
                variant_id=offer.variants[0].variant_id if len(offer.variants) == 1 else None,
            ),
        ),
    )


def take_off(
    command: TakeOffCommodity, known: Known, *, now: datetime
) -> tuple[CommodityTakenOff, ...]:
    """Take a commodity off; nothing happens when it is not worn."""
    if not _own(command, known).look.wears(command.commodity_id):
        return ()
    return (CommodityTakenOff(**_header(command, now), commodity_id=command.commodity_id),)


def choose_size(command: ChooseSize, known: Known, *, now: datetime) -> tuple[SizeChosen, ...]:
    """Choose the size of a piece.

    Raises:
        CommodityNotWorn: the piece is not part of the look.
        VariantNotFound: it does not come in this size.
    """
    look = _own(command, known).look
    if not look.wears(command.commodity_id):
        raise CommodityNotWorn
    if not known[Offer(commodity_id=command.commodity_id)].has_variant(command.variant_id):
        raise VariantNotFound
    if look.with_size(command.commodity_id, command.variant_id) == look:
        return ()
    return (
        SizeChosen(
            **_header(command, now),
            commodity_id=command.commodity_id,
            variant_id=command.variant_id,
        ),
    )


def clear(command: ClearLook, known: Known, *, now: datetime) -> tuple[LookCleared, ...]:
    """Take everything off."""
    if not _own(command, known).look.pieces:
        return ()
    return (LookCleared(**_header(command, now)),)


def undo(command: UndoStep, known: Known, *, now: datetime) -> tuple[StepUndone, ...]:
    """Go one look back, if there is one."""
    return (StepUndone(**_header(command, now)),) if _own(command, known).can_undo else ()


def redo(command: RedoStep, known: Known, *, now: datetime) -> tuple[StepRedone, ...]:
    """Go one look forward again, if there is one."""
    return (StepRedone(**_header(command, now)),) if _own(command, known).can_redo else ()


def _own(command: CoordinationCommand, known: Known) -> Coordination:
    """Return the coordination, looked up through its owner."""
    coordination = known[Coordination(coordination_id=command.coordination_id)]
    if coordination.shopper_id != command.shopper_id:
        raise CoordinationNotFound
    return coordination


def _check_wearer(command: WearerCommand, known: Known) -> None:
    if not all(known[x].is_there_for(command.shopper_id) for x in _image_of(command.wearer)):
        raise UserImageNotFound


def _header(command: CoordinationCommand, now: datetime) -> dict[str, Any]:
    """Return what every event of a coordination has in common."""
    return {
        "recorded_at": now,
        "coordination_id": command.coordination_id,
        "shopper_id": command.shopper_id,
    }
