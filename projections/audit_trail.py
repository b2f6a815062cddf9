"""Audit trail: purchase history replayed from the log itself, to any position.

Fed by: every event, straight from the log: there is no table that could differ from it.
Shown by: the auditor's page, ``boutique audit replay``, ``GET /api/v1/audit/replay``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from domain.commodity import StockReceived
from domain.event import Event, Recorded
from domain.purchase import PaymentCaptured, PaymentDeclined, PurchasePlaced


@dataclass(kw_only=True)
class PurchaseHistory:
    """What the log says about purchases, up to ``position``."""

    position: int = 0
    events: int = 0
    placed: int = 0
    captured: int = 0
    declined: int = 0
    pieces_received: int = 0
    pieces_left: int = 0
    revenue_minor: dict[str, int] = field(default_factory=dict[str, int])
    captures: list[tuple[int, UUID, int, str]] = field(
        default_factory=list[tuple[int, UUID, int, str]]
    )
    """``(position, purchase_id, total_minor, currency)`` of every captured purchase, in order."""

    @property
    def pieces_sold(self) -> int:
        """Pieces taken out of the stock and not put back; they include unsettled purchases."""
        return self.pieces_received - self.pieces_left

    def replay(self, page: Iterable[Recorded]) -> None:
        """Take in the next events of the log, in order."""
        for found in page:
            self.position = found.position
            self.events += 1
            self._take_in(found)

    def _take_in(self, found: Recorded) -> None:
        match found.event:
            case StockReceived() as event:
                self.pieces_received += event.quantity
                self.pieces_left += event.quantity
            case PurchasePlaced() as event:
                self.placed += 1
                self.pieces_left -= _pieces(event)
            case PaymentDeclined() as event:
                self.declined += 1
                self.pieces_left += _pieces(event)
            case PaymentCaptured() as event:
                self.captured += 1
                revenue = self.revenue_minor.get(event.currency, 0)
                self.revenue_minor[event.currency] = revenue + event.total_minor
                self.captures.append(
                    (found.position, event.purchase_id, event.total_minor, event.currency)
                )
            case _:
                pass


def _pieces(event: PurchasePlaced | PaymentDeclined) -> int:
    return sum(line.quantity for line in event.lines)


def subject(event: Event) -> str:
    """Return what an event is about, e.g. ``commodity:<id>``: its first tag."""
    return str(event.tags()[0])
