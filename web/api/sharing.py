"""Sharing kept looks over HTTP (C3)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response, status
from pydantic import BaseModel, Field

from domain.sharing import DAYS_MAX
from web import sharing
from web.dependencies import Visiting, Wired
from web.sharing import ShareView

router = APIRouter(tags=["looks"])

Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class Sharing(BaseModel):
    days: int = Field(ge=1, le=DAYS_MAX)
    shows_wearer: bool = Field(
        default=False, description="As you wore it; otherwise a mannequin wears it."
    )


class LinkView(BaseModel):
    url: str = Field(description="It is told once: only a digest of it is kept.")
    expires_at: datetime


@router.post("/looks/{look_id}/shares", status_code=status.HTTP_201_CREATED)
async def share_look(
    look_id: UUID, body: Sharing, wired: Wired, visitor: Visiting, response: Response
) -> LinkView:
    """Make a link that shows a kept look to whoever has it, until it ends."""
    made = await sharing.share(
        wired, visitor.signed_in, look_id, days=body.days, shows_wearer=body.shows_wearer
    )
    response.headers["Boutique-Position"] = str(made.position)
    return LinkView(url=made.url, expires_at=made.expires_at)


@router.get("/shares")
async def list_shares(wired: Wired, visitor: Visiting) -> list[ShareView]:
    """List the visitor's links that lead somewhere still, the newest first."""
    return await sharing.shares(wired, visitor.signed_in)


@router.delete("/shares/{share_id}", status_code=status.HTTP_204_NO_CONTENT)
async def end_share(share_id: Digest, wired: Wired, visitor: Visiting, response: Response) -> None:
    """Let a link lead nowhere from now on."""
    outcome = await sharing.unshare(wired, visitor.signed_in, share_id)
    response.headers["Boutique-Position"] = str(outcome.position)
