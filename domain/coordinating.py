"""Coordinating: what a shopper does to a look, step by step (claims C1b, C3).

Reading order: commands, decisions.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.commodity import CommodityNotFound, Offer
from domain.coordination import (
    CommodityCoordinated,
    CommodityNotWorn,
    CommodityTakenOff,
    Coordination,
    CoordinationStarted,
    LookCleared,
    NothingToTuckIn,
    PieceAdjusted,
    SizeChosen,
    StepRedone,
    StepUndone,
    WearerChosen,
    owned,
)
from domain.event import Fact, Known, key_of
from domain.garment import Garment
from domain.look import AS_IT_FALLS, TUCKABLE, Piece, Placement, Wearer
from domain.stock import VariantNotFound
from domain.user_image import UserImage, UserImageNotFound

# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class CoordinationCommand:
    coordination_id: UUID
    shopper_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (Coordination(coordination_id=self.coordination_id),)


@dataclass(frozen=True, kw_only=True, slots=True)
class WearerCommand(CoordinationCommand):
    wearer: Wearer

    def needs(self) -> tuple[Fact, ...]:
        return (*CoordinationCommand.needs(self), *_image_of(self.wearer))


class StartCoordination(WearerCommand): ...


class ChooseWearer(WearerCommand): ...


@dataclass(frozen=True, kw_only=True, slots=True)
class CoordinateCommodity(CoordinationCommand):
    commodity_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (
            *CoordinationCommand.needs(self),
            Offer(commodity_id=self.commodity_id),
            Garment(commodity_id=self.commodity_id),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeOffCommodity(CoordinationCommand):
    commodity_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class ChooseSize(CoordinationCommand):
    commodity_id: UUID
    variant_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (*CoordinationCommand.needs(self), Offer(commodity_id=self.commodity_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustPiece(CoordinationCommand):
    """Move a piece, make it larger or smaller, or lay it further out or in."""

    commodity_id: UUID
    by: Placement | None  # None: as it falls by itself


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


def start(
    command: StartCoordination, known: Known, *, now: datetime
) -> tuple[CoordinationStarted, ...]:
    """Start a coordination; starting it again changes nothing.

    Raises:
        CoordinationNotFound: the id is somebody else's.
        UserImageNotFound: the wearer is not one of the shopper's images.
    """
    coordination = known[Coordination, command.coordination_id]
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
    offer = known[Offer, command.commodity_id]
    garment = known[Garment, command.commodity_id]
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
    if not known[Offer, command.commodity_id].has_variant(command.variant_id):
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


def adjust(command: AdjustPiece, known: Known, *, now: datetime) -> tuple[PieceAdjusted, ...]:
    """Change how a piece is worn; beyond the bounds it stays at them.

    Raises:
        CommodityNotWorn: the piece is not part of the look.
        NothingToTuckIn: no hem of such a piece goes into anything.
    """
    piece = _own(command, known).look.piece(command.commodity_id)
    if piece is None:
        raise CommodityNotWorn
    if command.by is not None and command.by.tucked and piece.type not in TUCKABLE:
        raise NothingToTuckIn
    placement = AS_IT_FALLS if command.by is None else piece.placement.changed(command.by)
    if placement == piece.placement:
        return ()
    return (
        PieceAdjusted(
            **_header(command, now), commodity_id=command.commodity_id, placement=placement
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
    return owned(known, command.coordination_id, command.shopper_id)


def _check_wearer(command: WearerCommand, known: Known) -> None:
    if not all(
        known[key_of(x)].is_there_for(command.shopper_id) for x in _image_of(command.wearer)
    ):
        raise UserImageNotFound


def _header(command: CoordinationCommand, now: datetime) -> dict[str, Any]:
    """Return what every event of a coordination has in common."""
    return {
        "recorded_at": now,
        "coordination_id": command.coordination_id,
        "shopper_id": command.shopper_id,
    }
