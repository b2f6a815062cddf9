"""Auditing: replaying the log for auditors, page by page."""

from collections.abc import Callable
from typing import Any

from domain.event import Event, Recorded
from domain.purchase import PaymentCaptured, PurchaseEvent, PurchasePlaced, RefundEvent
from domain.reservation import ReservationEvent
from projections.audit_trail import PurchaseHistory, subject
from web.bootstrap import Container
from web.templating import Money, money
from web.words import gettext, ngettext

PAGE = 1_000


async def replayed(
    wired: Container, *, until: int | None, progress: Callable[[int], None] | None = None
) -> PurchaseHistory:
    """Fold the purchase history anew from the log, up to and with ``until``."""
    history = PurchaseHistory()
    while page := await wired.log.page(after=history.position, until=until, limit=PAGE):
        history.replay(page)
        if progress is not None:
            progress(history.position)
    return history


def event_view(found: Recorded) -> dict[str, Any]:
    """Return an event as auditors see it."""
    return {
        "position": found.position,
        "recorded_at": found.event.recorded_at,
        "type": found.event.TOPIC,
        "subject": subject(found.event),
        "summary": summary(found.event),
    }


def summary(event: Event) -> str:
    """Say in a few words what happened."""
    match event:
        case RefundEvent():
            return money(Money(event.amount_minor, event.currency))
        case PurchaseEvent() | ReservationEvent():
            pieces = sum(line.quantity for line in event.lines)
            said = ngettext("%(count)s piece", "%(count)s pieces", pieces)
            if isinstance(event, PurchasePlaced | PaymentCaptured):
                return gettext(", ").join((said, money(Money(event.total_minor, event.currency))))
            return said
        case _:
            words = (getattr(event, name, None) for name in ("name", "role", "quantity", "type"))
            return next((str(word) for word in words if word), "")
