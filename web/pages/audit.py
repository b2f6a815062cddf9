"""Auditor's page: the log in order, and purchase history replayed to any position."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from projections.audit_trail import PurchaseHistory
from web.auditing import event_view, replayed
from web.dependencies import Visiting, Wired
from web.pages.frame import Framed
from web.templating import Money

router = APIRouter(include_in_schema=False)

EVENTS_SHOWN = 50


@router.get("/audit")
async def show_audit(
    frame: Framed,
    wired: Wired,
    visitor: Visiting,
    until: Annotated[int | None, Query(ge=0)] = None,
) -> HTMLResponse:
    visitor.as_role("auditor")
    history = await replayed(wired, until=until)
    page = await wired.log.page(
        after=max(history.position - EVENTS_SHOWN, 0), until=history.position, limit=EVENTS_SHOWN
    )
    earlier = history.position - EVENTS_SHOWN
    currency, revenue = next(iter(history.revenue_minor.items()), ("EUR", 0))
    return frame.show(
        "audit.html",
        {
            "events": [event_view(found) for found in reversed(page)],
            "until": until if until is not None else history.position,
            "totals": {
                "purchases": history.captured,
                "pieces": history.pieces_sold,
                "revenue": Money(revenue, currency),
                "refunded": Money(history.refunded_minor.get(currency, 0), currency),
                "reserved": history.pieces_reserved,
                "stock": history.pieces_left,
            },
            "points": _points(history),
            "next_url": f"/audit?until={earlier}" if earlier > 0 else None,
        },
        nav="audit",
    )


def _points(history: PurchaseHistory) -> list[dict[str, Any]]:
    """Return how many purchases were captured by which position."""
    points = [{"x": 0, "y": 0}]
    for count, (position, *_) in enumerate(history.captures, start=1):
        points += [{"x": position, "y": count - 1}, {"x": position, "y": count}]
    return [*points, {"x": history.position, "y": len(history.captures)}]
