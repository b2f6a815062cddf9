"""Sharing a kept look: making and ending links, and the page they lead to (C3)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path
from fastapi.responses import HTMLResponse, Response

from web import sharing
from web.dependencies import Reading, Visiting, Wired, WiredImaging
from web.pages.frame import Framed, see

router = APIRouter(include_in_schema=False)

Token = Annotated[str, Path(max_length=64)]
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]

PRIVATELY = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",  # the address is the key
    "Cache-Control": "private, no-store",
}
"""On what a link shows: it is for whoever was given it, and gone when it ends."""


@router.post("/looks/{look_id}/shares")
async def share_look(
    look_id: UUID,
    frame: Framed,
    wired: Wired,
    visitor: Visiting,
    days: Annotated[int, Form()],
    shows_wearer: Annotated[bool, Form()] = False,
) -> HTMLResponse:
    made = await sharing.share(
        wired, visitor.signed_in, look_id, days=days, shows_wearer=shows_wearer
    )
    # Told here and nowhere else: a redirect would leave the link in histories and logs.
    return frame.show("shared_link.html", {"link": made}, nav="looks")


@router.post("/shares/{share_id}/ending")
async def end_share(share_id: Digest, wired: Wired, visitor: Visiting) -> Response:
    await sharing.unshare(wired, visitor.signed_in, share_id)
    return see("/looks?notice=share-ended")


@router.get("/shared/{token}")
async def show_shared_look(
    token: Token, frame: Framed, wired: Wired, imaging: WiredImaging, reading: Reading
) -> HTMLResponse:
    look = await sharing.shown_to_all(wired, imaging, reading, token)
    context = {"look": look, "picture_url": f"/shared/{token}/picture"}
    page = frame.show("shared_look.html", context, nav="")
    page.headers.update(PRIVATELY)
    return page


@router.get("/shared/{token}/picture")
async def show_shared_picture(token: Token, wired: Wired, imaging: WiredImaging) -> Response:
    picture = await sharing.picture(wired, imaging, token)
    return Response(picture, media_type="image/webp", headers=PRIVATELY)
