"""A seller's events over HTTP: a feed to read from position 0, for ever."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from web.dependencies import AtLeast, Visiting, Wired

router = APIRouter(tags=["events"])


@router.get("/events", response_class=JSONResponse)
async def read_events(
    wired: Wired,
    visitor: Visiting,
    _: AtLeast,
    after: Annotated[int, Query(ge=0, description="Position of the last event seen.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> JSONResponse:
    """Return the seller's own events as CloudEvents 1.0, oldest first.

    Ask again with `after` set to the position of the last one; an empty answer is the end for now.
    """
    page = await wired.seller_feed.page(visitor.as_role("seller"), after=after, limit=limit)
    return JSONResponse(page, media_type="application/cloudevents-batch+json")
