"""Saved look: a look a shopper keeps, to see it beside others and to take it up again (C3).

The log holds ids and what is worn; the name a shopper gives lies beside it, like those of her
images. Reading order: events, facts, commands, decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.coordination import (
    RECIPE_VERSION,
    Coordination,
    LookEmpty,
    LookTakenUp,
    owned,
)
from domain.event import Event, Fact, Known, Refusal, Tag
from domain.look import Look

LOOKS_PER_SHOPPER_MAX = 100

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedLookEvent(Event):
    look_id: UUID
    shopper_id: UUID

    def tags(self) -> tuple[Tag, ...]:
        return (Tag("look", self.look_id), Tag("shopper", self.shopper_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class LookSaved(SavedLookEvent):
    TOPIC: ClassVar[str] = "look-saved"
    VERSION: ClassVar[int] = 2  # since 2 whether pieces are tucked in

    look: Look
    recipe_version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LookDiscarded(SavedLookEvent):
    TOPIC: ClassVar[str] = "look-discarded"


# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedLook:
    FED_BY: ClassVar[tuple[type[Event], ...]] = (LookSaved, LookDiscarded)

    look_id: UUID
    shopper_id: UUID | None = None  # None: never saved
    look: Look | None = None  # None: discarded, or never saved

    @property
    def tag(self) -> Tag:
        return Tag("look", self.look_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case LookSaved():
                return replace(self, shopper_id=event.shopper_id, look=event.look)
            case LookDiscarded():
                return replace(self, look=None)
            case _:
                return self


@dataclass(frozen=True, kw_only=True, slots=True)
class LooksOfShopper:
    """Which looks a shopper keeps."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (LookSaved, LookDiscarded)

    shopper_id: UUID
    look_ids: frozenset[UUID] = frozenset()

    @property
    def tag(self) -> Tag:
        return Tag("shopper", self.shopper_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case LookSaved():
                return replace(self, look_ids=self.look_ids | {event.look_id})
            case LookDiscarded():
                return replace(self, look_ids=self.look_ids - {event.look_id})
            case _:
                return self


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class SaveLook:
    """Keep the look a coordination shows."""

    look_id: UUID
    coordination_id: UUID
    shopper_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (
            SavedLook(look_id=self.look_id),
            LooksOfShopper(shopper_id=self.shopper_id),
            Coordination(coordination_id=self.coordination_id),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class DuplicateLook:
    """Keep a saved look a second time, to go on from it."""

    look_id: UUID
    of_look_id: UUID
    shopper_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (
            SavedLook(look_id=self.look_id),
            SavedLook(look_id=self.of_look_id),
            LooksOfShopper(shopper_id=self.shopper_id),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class DiscardLook:
    look_id: UUID
    shopper_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (SavedLook(look_id=self.look_id),)


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeUpLook:
    """Show a saved look in a coordination, on whoever wears that one."""

    look_id: UUID
    coordination_id: UUID
    shopper_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (
            SavedLook(look_id=self.look_id),
            Coordination(coordination_id=self.coordination_id),
        )


# ------------------------------------------------------------- decisions


class SavedLookNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("You keep no such look. Your looks stand under My looks.")


class TooManyLooks(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "You keep %(looks)s looks already. Discard one of them, then save again.",
            looks=LOOKS_PER_SHOPPER_MAX,
        )


def save(command: SaveLook, known: Known, *, now: datetime) -> tuple[LookSaved, ...]:
    """Keep the look that is shown; saving it again under the same id changes nothing.

    Raises:
        CoordinationNotFound: it is not this shopper's.
        LookEmpty: there is nothing to keep.
        SavedLookNotFound: the id is somebody else's.
        TooManyLooks: others must go first.
    """
    coordination = owned(known, command.coordination_id, command.shopper_id)
    if _is_kept(command, known):
        return ()
    if not coordination.look.pieces:
        raise LookEmpty
    return (_saved(command, known, coordination.look, now=now),)


def duplicate(command: DuplicateLook, known: Known, *, now: datetime) -> tuple[LookSaved, ...]:
    """Keep a saved look once more; doing so again under the same id changes nothing.

    Raises:
        SavedLookNotFound: it is not this shopper's, or the id is somebody else's.
        TooManyLooks: others must go first.
    """
    original = known[SavedLook, command.of_look_id]
    if original.look is None or original.shopper_id != command.shopper_id:
        raise SavedLookNotFound
    if _is_kept(command, known):
        return ()
    return (_saved(command, known, original.look, now=now),)


def _is_kept(command: SaveLook | DuplicateLook, known: Known) -> bool:
    saved = known[SavedLook, command.look_id]
    if saved.shopper_id not in {None, command.shopper_id}:
        raise SavedLookNotFound
    return saved.shopper_id is not None


def _saved(
    command: SaveLook | DuplicateLook, known: Known, look: Look, *, now: datetime
) -> LookSaved:
    kept = known[LooksOfShopper, command.shopper_id].look_ids
    if len(kept) >= LOOKS_PER_SHOPPER_MAX:
        raise TooManyLooks
    return LookSaved(
        recorded_at=now,
        look_id=command.look_id,
        shopper_id=command.shopper_id,
        look=look,
        recipe_version=RECIPE_VERSION,
    )


def discard(command: DiscardLook, known: Known, *, now: datetime) -> tuple[LookDiscarded, ...]:
    """Keep a look no longer; discarding it again changes nothing.

    Raises:
        SavedLookNotFound: it is not this shopper's.
    """
    saved = known[SavedLook, command.look_id]
    if saved.shopper_id != command.shopper_id:
        raise SavedLookNotFound
    if saved.look is None:
        return ()
    return (LookDiscarded(recorded_at=now, look_id=command.look_id, shopper_id=command.shopper_id),)


def take_up(command: TakeUpLook, known: Known, *, now: datetime) -> tuple[LookTakenUp, ...]:
    """Show a saved look as a step that can be undone.

    Raises:
        CoordinationNotFound, SavedLookNotFound: it is not this shopper's.
    """
    coordination = owned(known, command.coordination_id, command.shopper_id)
    saved = known[SavedLook, command.look_id]
    if saved.look is None or saved.shopper_id != command.shopper_id:
        raise SavedLookNotFound
    look = replace(saved.look, wearer=coordination.look.wearer)
    if look == coordination.look:
        return ()
    return (
        LookTakenUp(
            recorded_at=now,
            coordination_id=command.coordination_id,
            shopper_id=command.shopper_id,
            look_id=command.look_id,
            look=look,
        ),
    )
