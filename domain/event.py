"""What every event, and every fact read from events, has in common."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import ClassVar, NamedTuple, Protocol, Self, TypeAlias, TypeVar, cast
from uuid import UUID

from domain.sentence import Field, Sentence


class Tag(NamedTuple):
    """A thing events are about. Decisions are made consistent per tag, not per stream.

    A tuple, because facts are looked up by it a dozen times a decision.
    """

    kind: str
    id: UUID | str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One recorded fact of the boutique. Its position in the log is the store's business.

    With slots, as all that events hold: a page of the log becomes objects in half the time.
    """

    TOPIC: ClassVar[str]  # the stored name: renaming a class is free, changing this is a migration
    VERSION: ClassVar[int] = 1  # of the stored shape; a new one brings its upcast

    recorded_at: datetime  # UTC, passed in; the domain never asks for the time

    def tags(self) -> tuple[Tag, ...]:
        """Name what the event is about; the first tag is its subject (and its Kafka key)."""
        raise NotImplementedError


class Recorded(NamedTuple):
    """An event together with its place in the log. A tuple: a page of the log makes thousands."""

    position: int
    event: Event


class Fact(Protocol):
    """What a decision needs to know about one tag, folded from that tag's events."""

    FED_BY: ClassVar[tuple[type[Event], ...]]

    @property
    def tag(self) -> Tag: ...

    def evolve(self, event: Event) -> Self: ...


F = TypeVar("F", bound=Fact)

FactKey: TypeAlias = tuple[type[Fact], UUID | str]
"""What a fact is found by: its kind, and the id of the thing it is about."""


def key_of(fact: F) -> tuple[type[F], UUID | str]:
    return type(fact), fact.tag.id


class Known:
    """The facts a command asked for, as of one position of the log."""

    def __init__(self, blanks: Iterable[Fact], events: Iterable[Event] = ()) -> None:
        self._facts = {key_of(blank): blank for blank in blanks}
        for event in events:
            self.see(event)

    @classmethod
    def holding(cls, facts: dict[FactKey, Fact]) -> Self:
        """Return what is known, of facts that were looked up already."""
        known = cls(())
        known._facts = facts
        return known

    def see(self, event: Event) -> None:
        """Let every fact that this event feeds take it in."""
        tags = event.tags()
        for key, fact in self._facts.items():
            if isinstance(event, fact.FED_BY) and fact.tag in tags:
                self._facts[key] = fact.evolve(event)

    def __getitem__(self, key: tuple[type[F], UUID | str]) -> F:
        """Return the fact of a kind about the thing with an id.

        Raises:
            KeyError: the command did not name it in ``needs``; that is a bug in the command.
        """
        return cast("F", self._facts[key])


class Command(Protocol):
    """Something somebody wants to happen."""

    def needs(self) -> tuple[Fact, ...]:
        """Name the facts to read; together they are the consistency boundary."""
        ...


class Refusal(Exception):
    """A rule of the boutique said no. The web layer turns each kind into a 4xx."""

    def __init__(self, text: str = "", **fields: Field) -> None:
        self.sentence = Sentence(text, fields)
        super().__init__(str(self.sentence))


def fold(blank: F, events: Iterable[Event]) -> F:
    return reduce(lambda fact, event: fact.evolve(event), events, blank)
