"""Body: a shopper's own measures, given, given anew and erased (claim C1a).

They are personal: the log holds a salted commitment, and they lie beside it. So they can be erased
without touching history. Reading order: events, facts, commands, decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.event import Event, Fact, Known, Tag

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyEvent(Event):
    shopper_id: UUID

    def tags(self) -> tuple[Tag, ...]:
        return (Tag("shopper", self.shopper_id),)


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyMeasured(BodyEvent):
    TOPIC: ClassVar[str] = "body-measured"

    commitment: str  # SHA-256 of salt and measures, lower-case hex


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyMeasuresErased(BodyEvent):
    TOPIC: ClassVar[str] = "body-measures-erased"


# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """Whether a shopper has given measures that are still there."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (BodyMeasured, BodyMeasuresErased)

    shopper_id: UUID
    is_measured: bool = False

    @property
    def tag(self) -> Tag:
        return Tag("shopper", self.shopper_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case BodyMeasured():
                return replace(self, is_measured=True)
            case BodyMeasuresErased():
                return replace(self, is_measured=False)
            case _:
                return self


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepBodyMeasures:
    shopper_id: UUID
    commitment: str

    def needs(self) -> tuple[Fact, ...]:
        return (Body(shopper_id=self.shopper_id),)


@dataclass(frozen=True, kw_only=True, slots=True)
class EraseBodyMeasures:
    shopper_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (Body(shopper_id=self.shopper_id),)


# ------------------------------------------------------------- decisions


def keep(command: KeepBodyMeasures, known: Known, *, now: datetime) -> tuple[BodyMeasured, ...]:  # noqa: ARG001 (nothing speaks against it)
    """Record that somebody gave measures; those before are of no use any more."""
    return (
        BodyMeasured(recorded_at=now, shopper_id=command.shopper_id, commitment=command.commitment),
    )


def erase(
    command: EraseBodyMeasures, known: Known, *, now: datetime
) -> tuple[BodyMeasuresErased, ...]:
    """Record that the measures are gone; erasing what is not there changes nothing."""
    if not known[Body, command.shopper_id].is_measured:
        return ()
    return (BodyMeasuresErased(recorded_at=now, shopper_id=command.shopper_id),)
