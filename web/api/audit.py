"""Audit over HTTP: the log in order, and purchase history replayed to any position."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from projections.audit_trail import PurchaseHistory
from web.auditing import event_view, replayed
from web.dependencies import Visiting, Wired

router = APIRouter(tags=["audit"])

Until = Annotated[int | None, Query(ge=0, description="Last position to replay.")]


class AuditedEvent(BaseModel):
    position: int
    recorded_at: datetime
    type: str
    subject: str
    summary: str


class Capture(BaseModel):
    position: int
    purchase_id: UUID
    total_minor: int
    currency: str


class Replay(BaseModel):
    position: int
    events: int
    placed: int
    captured: int
    declined: int
    cancelled: int
    refunds_granted: int
    refunds_paid: int
    pieces_received: int
    pieces_sold: int
    pieces_reserved: int
    pieces_left: int
    revenue_minor: dict[str, int]
    refunded_minor: dict[str, int]
    captures: list[Capture]


@router.get("/audit/events")
async def list_events(
    wired: Wired,
    visitor: Visiting,
    after: Annotated[int, Query(ge=0)] = 0,
    until: Until = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[AuditedEvent]:
    """List the log in order."""
    visitor.as_role("auditor")
    page = await wired.log.page(after=after, until=until, limit=limit)
    return [AuditedEvent(**event_view(found)) for found in page]


@router.get("/audit/replay")
async def replay(wired: Wired, visitor: Visiting, until: Until = None) -> Replay:
    """Replay purchase history from the log, up to a position."""
    visitor.as_role("auditor")
    return replay_view(await replayed(wired, until=until))


def replay_view(history: PurchaseHistory) -> Replay:
    return Replay(
        position=history.position,
        events=history.events,
        placed=history.placed,
        captured=history.captured,
        declined=history.declined,
        cancelled=history.cancelled,
        refunds_granted=history.refunds_granted,
        refunds_paid=history.refunds_paid,
        pieces_received=history.pieces_received,
        pieces_sold=history.pieces_sold,
        pieces_reserved=history.pieces_reserved,
        pieces_left=history.pieces_left,
        revenue_minor=history.revenue_minor,
        refunded_minor=history.refunded_minor,
        captures=[
            Capture(position=position, purchase_id=purchase_id, total_minor=minor, currency=of)
            for position, purchase_id, minor, of in history.captures
        ],
    )
