"""My looks: saved looks side by side, to be named, taken up again and discarded (C3)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from domain.request import new_id
from web import keeping, sharing
from web.dependencies import WORDS, AtLeast, Reading, Visiting, Wired, WiredImaging
from web.keeping import NAME_LENGTH_MAX
from web.pages.frame import Framed, see

router = APIRouter(include_in_schema=False)

Name = Annotated[str, Form(max_length=NAME_LENGTH_MAX, pattern=WORDS)]


@router.get("/looks")
async def show_looks(
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    reading: Reading,
    visitor: Visiting,
    _: AtLeast,
) -> HTMLResponse:
    looks = await keeping.kept(wired, imaging, reading, visitor.signed_in)
    shares = await sharing.shares(wired, visitor.signed_in)
    context = {
        "looks": looks,
        "shares": {look.id: [x for x in shares if x.look_id == look.id] for look in looks},
        "days": sharing.DAYS,
    }
    return frame.show("looks.html", context, nav="looks")


@router.post("/looks")
async def save_look(
    wired: Wired, imaging: WiredImaging, visitor: Visiting, name: Name = ""
) -> Response:
    outcome = await keeping.save(
        wired, imaging, visitor.signed_in, look_id=new_id("look"), name=name
    )
    return see(f"/looks?notice=look-saved&at_least={outcome.position}")


@router.post("/looks/{look_id}/duplicates")
async def duplicate_look(look_id: UUID, wired: Wired, visitor: Visiting) -> Response:
    outcome = await keeping.duplicate(
        wired, visitor.signed_in, look_id=new_id("look"), of_look_id=look_id
    )
    return see(f"/looks?notice=look-duplicated&at_least={outcome.position}")


@router.post("/looks/{look_id}/name")
async def rename_look(look_id: UUID, wired: Wired, visitor: Visiting, name: Name) -> Response:
    await keeping.rename(wired, visitor.signed_in, look_id=look_id, name=name)
    return see("/looks?notice=look-renamed")


@router.post("/looks/{look_id}/taking-up")
async def take_up_look(
    look_id: UUID, wired: Wired, imaging: WiredImaging, visitor: Visiting
) -> Response:
    await keeping.take_up(wired, imaging, visitor.signed_in, look_id=look_id)
    return see("/coordination")


@router.post("/looks/{look_id}/discarding")
async def discard_look(look_id: UUID, wired: Wired, visitor: Visiting) -> Response:
    outcome = await keeping.discard(wired, visitor.signed_in, look_id=look_id)
    return see(f"/looks?notice=look-discarded&at_least={outcome.position}")
