"""Reservation: pieces of a confirmed look, held for its shopper until a moment (claim C1c).

Pieces are reserved where a look is confirmed (see ``confirmation``). A reservation ends once: it
is released, it expires, or a purchase takes its pieces (see ``placement``). Reading order: events,
facts, commands, decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from domain.event import Event, Fact, Known, Refusal, Tag
from domain.purchase import PurchasePlaced, ReservedLine, tags_of_lines

HELD_FOR = timedelta(minutes=15)
"""Long enough to look for a card, short enough that the next shopper may wait for it."""

LOOKS_HELD_MAX = 5
"""For one shopper at a time: what is held for one who looks around is missing for one who buys."""

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True, slots=True)
class ReservationEvent(Event):
    reservation_id: UUID
    shopper_id: UUID
    coordination_id: UUID
    lines: tuple[ReservedLine, ...]

    def tags(self) -> tuple[Tag, ...]:
        return (
            Tag("reservation", self.reservation_id),
            Tag("shopper", self.shopper_id),
            Tag("coordination", self.coordination_id),
            *tags_of_lines(self.lines),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class StockReserved(ReservationEvent):
    TOPIC: ClassVar[str] = "stock-reserved"

    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ReservationReleased(ReservationEvent):
    """The shopper lets these pieces go: all of a reservation, or what a purchase left of it."""

    TOPIC: ClassVar[str] = "reservation-released"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReservationExpired(ReservationEvent):
    TOPIC: ClassVar[str] = "reservation-expired"


# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Reservation:
    """Whether a reservation was made, and whether its pieces are still held."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (
        StockReserved,
        ReservationReleased,
        ReservationExpired,
        PurchasePlaced,
    )

    reservation_id: UUID
    made: StockReserved | None = None  # None: never
    is_open: bool = False

    @property
    def tag(self) -> Tag:
        return Tag("reservation", self.reservation_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case StockReserved():
                return replace(self, made=event, is_open=True)
            case ReservationReleased() | ReservationExpired() | PurchasePlaced():
                return replace(self, is_open=False)
            case _:
                return self


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenReservation:
    """The reservation that is open for a coordination; there is one at most."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = Reservation.FED_BY

    coordination_id: UUID
    made: StockReserved | None = None  # None: no pieces are held

    @property
    def tag(self) -> Tag:
        return Tag("coordination", self.coordination_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case StockReserved():
                return replace(self, made=event)
            case ReservationReleased() | ReservationExpired() | PurchasePlaced():
                # A purchase without a reservation ends none: there was none when it was placed.
                return replace(self, made=None)
            case _:
                return self


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldForShopper:
    """For how many looks pieces are held for one shopper."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = Reservation.FED_BY

    shopper_id: UUID
    coordinations: frozenset[UUID] = frozenset()  # each has one open reservation

    @property
    def tag(self) -> Tag:
        return Tag("shopper", self.shopper_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case StockReserved():
                return replace(self, coordinations=self.coordinations | {event.coordination_id})
            case ReservationReleased() | ReservationExpired() | PurchasePlaced():
                return replace(self, coordinations=self.coordinations - {event.coordination_id})
            case _:
                return self


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseReservation:
    reservation_id: UUID
    shopper_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (Reservation(reservation_id=self.reservation_id),)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpireReservation:
    reservation_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (Reservation(reservation_id=self.reservation_id),)


# ------------------------------------------------------------- decisions


class ReservationNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("You have no such reservation. Confirm the look to reserve its pieces.")


def release(
    command: ReleaseReservation, known: Known, *, now: datetime
) -> tuple[ReservationReleased, ...]:
    """Put the pieces back because the shopper lets them go; once it has ended, nothing happens.

    Raises:
        ReservationNotFound: it was never made, or for somebody else.
    """
    reservation = known[Reservation, command.reservation_id]
    if reservation.made is None or reservation.made.shopper_id != command.shopper_id:
        raise ReservationNotFound
    return (released(reservation.made, now=now),) if reservation.is_open else ()


def expire(
    command: ExpireReservation, known: Known, *, now: datetime
) -> tuple[ReservationExpired, ...]:
    """Put the pieces back because their time is over; before that, or again, nothing happens.

    Raises:
        ReservationNotFound: it was never made.
    """
    reservation = known[Reservation, command.reservation_id]
    made = reservation.made
    if made is None:
        raise ReservationNotFound
    if not reservation.is_open or now < made.expires_at:
        return ()
    return (
        ReservationExpired(
            recorded_at=now,
            reservation_id=made.reservation_id,
            shopper_id=made.shopper_id,
            coordination_id=made.coordination_id,
            lines=made.lines,
        ),
    )


def released(
    made: StockReserved, *, now: datetime, lines: tuple[ReservedLine, ...] | None = None
) -> ReservationReleased:
    """Return the event that lets pieces of a reservation go: all, unless some are named."""
    return ReservationReleased(
        recorded_at=now,
        reservation_id=made.reservation_id,
        shopper_id=made.shopper_id,
        coordination_id=made.coordination_id,
        lines=made.lines if lines is None else lines,
    )
