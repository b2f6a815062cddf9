"""Confirmation: the shopper wants this look, and its pieces are held for her (claim C1c).

Its events and facts stand in ``coordination`` and ``reservation``. Reading order: commands,
decisions.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.commodity import Offer
from domain.coordinating import CoordinationCommand
from domain.coordination import (
    RECIPE_VERSION,
    CommodityNotWorn,
    LookConfirmed,
    LookEmpty,
    owned,
)
from domain.event import Event, Fact, Known, Refusal
from domain.look import Look
from domain.purchase import ReservedLine
from domain.reservation import (
    HELD_FOR,
    LOOKS_HELD_MAX,
    HeldForShopper,
    OpenReservation,
    Reservation,
    ReservationNotFound,
    StockReserved,
    released,
)
from domain.stock import Stock, check_stock

# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class PieceToReserve:
    commodity_id: UUID
    variant_id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedReservation:
    """Which pieces of the look to hold: not those that the shopper owns already."""

    reservation_id: UUID
    pieces: tuple[PieceToReserve, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmLook(CoordinationCommand):
    reservation: WantedReservation | None = None  # None: confirm, and hold nothing

    def needs(self) -> tuple[Fact, ...]:
        needs = (
            *CoordinationCommand.needs(self),
            OpenReservation(coordination_id=self.coordination_id),
        )
        if self.reservation is None:
            return needs
        pieces = self.reservation.pieces
        commodities = dict.fromkeys(piece.commodity_id for piece in pieces)
        variants = dict.fromkeys(piece.variant_id for piece in pieces)
        return (
            *needs,
            Reservation(reservation_id=self.reservation.reservation_id),
            HeldForShopper(shopper_id=self.shopper_id),
            *(Offer(commodity_id=commodity_id) for commodity_id in commodities),
            *(Stock(variant_id=variant_id) for variant_id in variants),
        )


# ------------------------------------------------------------- decisions


class SizeNotChosen(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "The look has a piece in another size than you saw. Choose its size, then confirm."
        )


class TooManyLooksHeld(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "Pieces of %(looks)s looks are held for you already. Buy one of them or let it "
            "go, then hold this one.",
            looks=LOOKS_HELD_MAX,
        )


def confirm(command: ConfirmLook, known: Known, *, now: datetime) -> tuple[Event, ...]:
    """Confirm the look that is shown, and hold its pieces: all that are named, or none.

    Only a confirmed look can be purchased. What was held for the look before is let go in the same
    decision, so nobody can come between. Confirming the same look and holding nothing changes
    nothing, and neither does a reservation that was made before.

    Raises:
        CoordinationNotFound, ReservationNotFound: it is somebody else's.
        LookEmpty: there is nothing to confirm.
        CommodityNotWorn, SizeNotChosen: what is to be held is not of this look.
        SoldOut: at least one piece is short; nothing is held then, and nothing let go.
        TooManyLooksHeld: others of her looks must be bought or let go first.
    """
    coordination = owned(known, command.coordination_id, command.shopper_id)
    look = coordination.look
    if not look.pieces:
        raise LookEmpty
    is_new = coordination.confirmed != look
    reserved = tuple[StockReserved, ...]()
    if command.reservation is not None:
        if _was_made(command, command.reservation, known):
            return ()
        reserved = _reserved(command, command.reservation, look, known, now=now)
    elif not is_new:
        return ()
    before = known[OpenReservation, command.coordination_id].made
    let_go = (released(before, now=now),) if before is not None else ()
    confirmed = (
        LookConfirmed(
            recorded_at=now,
            coordination_id=command.coordination_id,
            shopper_id=command.shopper_id,
            look=look,
            recipe_version=RECIPE_VERSION,
        ),
    )
    return (*let_go, *(confirmed if is_new else ()), *reserved)


def _was_made(command: ConfirmLook, wanted: WantedReservation, known: Known) -> bool:
    made = known[Reservation, wanted.reservation_id].made
    if made is not None and made.coordination_id != command.coordination_id:
        raise ReservationNotFound
    return made is not None


def _reserved(
    command: ConfirmLook, wanted: WantedReservation, look: Look, known: Known, *, now: datetime
) -> tuple[StockReserved, ...]:
    """Return the reservation of the pieces; none, if there are no pieces to hold."""
    pieces = tuple(dict.fromkeys(wanted.pieces))  # a look has every piece once
    sizes = {piece.commodity_id: piece.variant_id for piece in look.pieces}
    for piece in pieces:
        if piece.commodity_id not in sizes:
            raise CommodityNotWorn
        if sizes[piece.commodity_id] != piece.variant_id:
            raise SizeNotChosen
    held = known[OpenReservation, command.coordination_id].made
    check_stock(((piece.variant_id, 1) for piece in pieces), known, held=held)
    if not pieces:
        return ()
    looks = known[HeldForShopper, command.shopper_id].coordinations
    if len(looks - {command.coordination_id}) >= LOOKS_HELD_MAX:
        raise TooManyLooksHeld
    return (
        StockReserved(
            recorded_at=now,
            reservation_id=wanted.reservation_id,
            shopper_id=command.shopper_id,
            coordination_id=command.coordination_id,
            lines=tuple(_line(piece, known) for piece in pieces),
            expires_at=now + HELD_FOR,
        ),
    )


def _line(piece: PieceToReserve, known: Known) -> ReservedLine:
    seller_id = known[Offer, piece.commodity_id].seller_id
    assert seller_id is not None  # only what is on offer can be put on
    return ReservedLine(
        commodity_id=piece.commodity_id,
        variant_id=piece.variant_id,
        seller_id=seller_id,
        quantity=1,
    )
