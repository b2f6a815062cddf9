"""Saved looks over HTTP: keep the current one, name it, take it up again, discard it (C3)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from pydantic import BaseModel, Field, StringConstraints

from domain.request import new_id
from web import keeping
from web.dependencies import WORDS, AtLeast, Reading, Visiting, Wired, WiredImaging
from web.keeping import NAME_LENGTH_MAX, SavedLookView

router = APIRouter(tags=["looks"])

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=NAME_LENGTH_MAX, pattern=WORDS
    ),
]


class LookToSave(BaseModel):
    name: Name
    look_id: UUID | None = Field(
        default=None, description="Chosen by the client, or here: sent again, nothing is doubled."
    )


class Duplicating(BaseModel):
    look_id: UUID | None = Field(
        default=None, description="Chosen by the client, or here: sent again, nothing is doubled."
    )


class SavedLookId(BaseModel):
    look_id: UUID


class NewName(BaseModel):
    name: Name


@router.get("/looks")
async def list_looks(
    wired: Wired, imaging: WiredImaging, reading: Reading, visitor: Visiting, _: AtLeast
) -> list[SavedLookView]:
    """List the visitor's own looks, newest first."""
    return await keeping.kept(wired, imaging, reading, visitor.signed_in)


@router.post("/looks", status_code=status.HTTP_201_CREATED)
async def save_look(
    body: LookToSave, wired: Wired, imaging: WiredImaging, visitor: Visiting, response: Response
) -> SavedLookId:
    """Keep the look of the current coordination."""
    look_id = body.look_id or new_id("look")
    outcome = await keeping.save(wired, imaging, visitor.signed_in, look_id=look_id, name=body.name)
    response.headers["Boutique-Position"] = str(outcome.position)
    return SavedLookId(look_id=look_id)


@router.get("/looks/{look_id}/picture")
async def show_picture(
    look_id: UUID,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    recipe: Annotated[str | None, Query(pattern="^[0-9a-f]{32}$")] = None,
) -> Response:
    """Show who wore it wearing the look: WebP with transparency, in the body frame 500:1024."""
    picture = await keeping.picture(wired, imaging, look_id, visitor.signed_in)
    return Response(
        picture,
        media_type="image/webp",
        headers={"Cache-Control": "private, max-age=300" if recipe else "no-store"},
    )


@router.patch("/looks/{look_id}", status_code=status.HTTP_204_NO_CONTENT)
async def rename_look(look_id: UUID, body: NewName, wired: Wired, visitor: Visiting) -> None:
    """Give a look another name."""
    await keeping.rename(wired, visitor.signed_in, look_id=look_id, name=body.name)


@router.post("/looks/{look_id}/duplicates", status_code=status.HTTP_201_CREATED)
async def duplicate_look(
    look_id: UUID, wired: Wired, visitor: Visiting, response: Response, body: Duplicating
) -> SavedLookId:
    """Keep a look once more, to change one of the two."""
    duplicate_id = body.look_id or new_id("look")
    outcome = await keeping.duplicate(
        wired, visitor.signed_in, look_id=duplicate_id, of_look_id=look_id
    )
    response.headers["Boutique-Position"] = str(outcome.position)
    return SavedLookId(look_id=duplicate_id)


@router.post("/looks/{look_id}/taking-up", status_code=status.HTTP_204_NO_CONTENT)
async def take_up_look(
    look_id: UUID, wired: Wired, imaging: WiredImaging, visitor: Visiting, response: Response
) -> None:
    """Show a look in the current coordination, as a step that can be undone."""
    outcome = await keeping.take_up(wired, imaging, visitor.signed_in, look_id=look_id)
    response.headers["Boutique-Position"] = str(outcome.position)


@router.delete("/looks/{look_id}", status_code=status.HTTP_204_NO_CONTENT)
async def discard_look(look_id: UUID, wired: Wired, visitor: Visiting, response: Response) -> None:
    """Keep a look no longer."""
    outcome = await keeping.discard(wired, visitor.signed_in, look_id=look_id)
    response.headers["Boutique-Position"] = str(outcome.position)
