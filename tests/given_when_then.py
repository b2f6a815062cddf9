"""Given events, when a command, then events: the sentence every decision test says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest

from domain.boutique import DECISIONS
from domain.event import Command, Event, Known, Refusal
from tests.speaking import NOON


@dataclass(frozen=True)
class When:
    decided: Callable[[], Sequence[Event]]

    def then(self, *expected: Event) -> None:
        assert tuple(self.decided()) == expected

    def then_nothing(self) -> None:
        self.then()

    def then_refused(self, refusal: type[Refusal], *, saying: str = "") -> None:
        """Expect exactly this refusal, and these words in it."""
        with pytest.raises(refusal) as refused:
            self.decided()
        assert refused.type is refusal
        assert saying in str(refused.value)
        assert str(refused.value), "a refusal tells what to do"


@dataclass(frozen=True)
class Given:
    events: tuple[Event, ...]

    def when(self, command: Command, *, at: datetime = NOON) -> When:
        return When(lambda: decided(command, self.events, at=at))


def given(*events: Event) -> Given:
    return Given(events)


def decided(command: Command, events: Sequence[Event], *, at: datetime = NOON) -> Sequence[Event]:
    """Decide as the boutique does, on a log that holds just these events."""
    known = Known(command.needs(), events)
    return DECISIONS[type(command)](command, known, now=at)
