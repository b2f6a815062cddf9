"""Audit trail: purchase history replayed from the log itself, to any position.

Fed by: every event, straight from the log: there is no table that could differ from it.
Shown by: the auditor's page, ``boutique audit replay``, ``GET /api/v1/audit/replay``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from domain.commodity import StockReceived
from domain.event import Event, Recorded
from domain.purchase import (
    PaymentCaptured,
    PaymentDeclined,
    PaymentRefunded,
    PurchaseCancelled,
    PurchasePlaced,
    RefundGranted,
)
from domain.stock import stock_changes


@dataclass(kw_only=True)
class PurchaseHistory:
    """What the log says about purchases, up to ``position``."""

    position: int = 0
    events: int = 0
    placed: int = 0
    captured: int = 0
    declined: int = 0
    cancelled: int = 0
    refunds_granted: int = 0
    refunds_paid: int = 0
    pieces_received: int = 0
    pieces_left: int = 0
    pieces_reserved: int = 0
    revenue_minor: dict[str, int] = field(default_factory=dict[str, int])
    """Money taken less money given back, by currency."""
    refunded_minor: dict[str, int] = field(default_factory=dict[str, int])
    """Money given back, by currency."""
    captures: list[tuple[int, UUID, int, str]] = field(
        default_factory=list[tuple[int, UUID, int, str]]
    )
    """``(position, purchase_id, total_minor, currency)`` of every captured purchase, in order."""

    @property
    def pieces_sold(self) -> int:
        """Pieces purchased and not put back; they include unsettled purchases."""
        return self.pieces_received - self.pieces_left - self.pieces_reserved

    def replay(self, page: Iterable[Recorded]) -> None:
        """Take in the next events of the log, in order."""
        for found in page:
            self.position = found.position
            self.events += 1
            self._take_in(found)

    def _take_in(self, found: Recorded) -> None:
        for change in stock_changes(found.event):
            self.pieces_left += change.left
            self.pieces_reserved += change.reserved
        match found.event:
            case StockReceived() as event:
                self.pieces_received += event.quantity
            case PurchasePlaced():
                self.placed += 1
            case PaymentDeclined():
                self.declined += 1
            case PurchaseCancelled():
                self.cancelled += 1
            case RefundGranted():
                self.refunds_granted += 1
            case PaymentRefunded() as event:
                self.refunds_paid += 1
                back = self.refunded_minor.get(event.currency, 0)
                self.refunded_minor[event.currency] = back + event.amount_minor
                self._earn(-event.amount_minor, event.currency)
            case PaymentCaptured() as event:
                self.captured += 1
                self._earn(event.total_minor, event.currency)
                self.captures.append(
                    (found.position, event.purchase_id, event.total_minor, event.currency)
                )
            case _:
                pass

    def _earn(self, minor: int, currency: str) -> None:
        self.revenue_minor[currency] = self.revenue_minor.get(currency, 0) + minor


def subject(event: Event) -> str:
    """Return what an event is about, e.g. ``commodity:<id>``: its first tag."""
    return str(event.tags()[0])
