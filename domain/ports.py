"""What the domain asks of the outside world. Adapters implement these."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.event import Event, Fact, Recorded, Refusal

Clock = Callable[[], datetime]


class ConcurrentUpdate(Exception):
    """Somebody else appended something the decision rests on; the caller may decide again."""


@dataclass(frozen=True)
class Reading:
    """The events that feed some facts, and the position up to which they are complete."""

    events: Sequence[Event]
    head: int


class EventLog(Protocol):
    async def read(self, facts: Sequence[Fact]) -> Reading:
        """Return the events that feed these facts, oldest first."""
        ...

    async def append(self, events: Sequence[Event], *, facts: Sequence[Fact], after: int) -> int:
        """Record all events or none; return the position of the last one.

        Raises:
            ConcurrentUpdate: an event that feeds one of ``facts`` was recorded after ``after``.
        """
        ...

    async def page(self, *, after: int, until: int | None = None, limit: int) -> Sequence[Recorded]:
        """Return the log in order, from the first position behind ``after``."""
        ...

    async def head(self) -> int:
        """Return the position of the last event; 0 when the log is empty."""
        ...


@dataclass(frozen=True)
class Authorisation:
    """The provider's answer: money is held, or the reason why not."""

    reference: str | None
    reason: str | None = None


class PaymentUnavailable(Exception):
    """The provider did not answer; whether it acted is unknown. Ask again with the same id."""


class MoneyTaken(Exception):
    """The provider cannot let go of money that it has taken. It can only be refunded."""


class PaymentProvider(Protocol):
    """Holds, takes and gives back money.

    Every call may be repeated with the same ids safely: the provider acts once.

    Raises:
        PaymentUnavailable: the provider did not answer.
    """

    async def authorise(
        self, *, purchase_id: UUID, card: str, amount_minor: int, currency: str
    ) -> Authorisation: ...

    async def capture(self, *, purchase_id: UUID, reference: str) -> None: ...

    async def void(self, *, purchase_id: UUID, reference: str) -> None:
        """Let go of money that is held.

        Raises:
            MoneyTaken: it was taken before.
        """
        ...

    async def refund(
        self, *, refund_id: UUID, reference: str, amount_minor: int, currency: str
    ) -> str:
        """Give back a part of what was taken; return the provider's reference of the refund."""
        ...


class ImageNotUsable(Refusal):
    """A picture was refused. ``reason`` is a stable code; the message says what to do."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
