"""What the domain asks of the outside world. Adapters implement these."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.event import Refusal

Clock = Callable[[], datetime]


class ConcurrentUpdate(Exception):
    """Somebody else appended meanwhile; the caller may decide again."""


class LogUnavailable(Exception):
    """The log did not answer in time; the message says whether something may be recorded."""


class LogFull(Exception):
    """The log has no room; nothing was recorded."""


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
