"""User images over HTTP: upload, look at, rename, replace, erase (C1a, C7, C11, C12, C13)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Response, UploadFile, status
from pydantic import BaseModel, Field, StringConstraints

from domain.user_image import UserImageNotFound
from projections import user_images
from web.bootstrap import UserImageContent
from web.dependencies import WORDS, AtLeast, Reading, Visiting, Wired, WiredImaging

router = APIRouter(tags=["user images"])

PRIVATE = {"Cache-Control": "private, no-store"}
Photo = Annotated[UploadFile, File(description="JPEG, PNG, WebP, AVIF or HEIC, 15 MB at most.")]


class ObstacleView(BaseModel):
    reason: str
    advice: str


class UserImageView(BaseModel):
    user_image_id: UUID
    name: str
    uploaded_at: datetime | None = None
    picture_url: str
    thumbnail_url: str
    advice: list[str] = Field(description="What a better photo would have.")
    obstacles: list[ObstacleView] = Field(
        description="What keeps clothes from being shown on this body. With any, `body-double` is "
        "the better wearer: the own head, where it is seen, on a drawn body."
    )


class NewName(BaseModel):
    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=WORDS),
    ]


def _view(content: UserImageContent, uploaded_at: datetime | None = None) -> UserImageView:
    address = f"/api/v1/user-images/{content.user_image_id}"
    return UserImageView(
        user_image_id=content.user_image_id,
        name=content.name,
        uploaded_at=uploaded_at,
        picture_url=f"{address}/picture",
        thumbnail_url=f"{address}/thumbnail",
        advice=list(content.advice),
        obstacles=[ObstacleView(**obstacle._asdict()) for obstacle in content.obstacles],
    )


@router.post("/user-images", status_code=status.HTTP_201_CREATED)
async def upload_user_image(
    imaging: WiredImaging,
    visitor: Visiting,
    response: Response,
    photo: Photo,
    name: Annotated[str, Form(max_length=60, pattern=WORDS)] = "",
) -> UserImageView:
    """Upload a photo: the person is extracted and kept, the photo is dropped."""
    acquired = await imaging.user_images.acquire(
        await photo.read(), shopper_id=visitor.signed_in, name=name
    )
    content = acquired.content
    response.headers["Boutique-Position"] = str(acquired.outcome.position)
    response.headers["Location"] = f"/api/v1/user-images/{content.user_image_id}"
    return _view(content)


@router.put("/user-images/{user_image_id}/photo")
async def replace_user_image(
    user_image_id: UUID,
    imaging: WiredImaging,
    wired: Wired,
    visitor: Visiting,
    response: Response,
    photo: Photo,
) -> UserImageView:
    """Replace the photo of an image; the old extraction is deleted."""
    shopper_id = visitor.signed_in
    old = await wired.user_image_database.content(user_image_id, shopper_id=shopper_id)
    if old is None:
        raise UserImageNotFound
    acquired = await imaging.user_images.acquire(
        await photo.read(), shopper_id=shopper_id, name=old.name, replacing=user_image_id
    )
    response.headers["Boutique-Position"] = str(acquired.outcome.position)
    return _view(acquired.content)


@router.put("/user-images/{user_image_id}/outline")
async def correct_user_image(
    user_image_id: UUID,
    imaging: WiredImaging,
    wired: Wired,
    visitor: Visiting,
    response: Response,
    outline: Annotated[
        UploadFile,
        File(description="PNG or WebP of the picture's size; its transparency is the outline."),
    ],
) -> UserImageView:
    """Touch up the outline of an image; new looks wear it so, and the old one is deleted."""
    shopper_id = visitor.signed_in
    acquired = await imaging.user_images.correct(
        user_image_id, await outline.read(), shopper_id=shopper_id
    )
    if acquired is not None:
        response.headers["Boutique-Position"] = str(acquired.outcome.position)
    content = await wired.user_image_database.content(user_image_id, shopper_id=shopper_id)
    if content is None:
        raise UserImageNotFound
    return _view(content)


@router.get("/user-images/{user_image_id}/ground")
async def show_ground(user_image_id: UUID, imaging: WiredImaging, visitor: Visiting) -> Response:
    """Show what a brush brings back of an extracted person, to whom it belongs."""
    picture = await imaging.user_images.ground(user_image_id, shopper_id=visitor.signed_in)
    return Response(picture, media_type="image/webp", headers=PRIVATE)


@router.get("/user-images")
async def list_user_images(
    wired: Wired, reading: Reading, visitor: Visiting, _: AtLeast
) -> list[UserImageView]:
    """List the visitor's own images, newest first."""
    shopper_id = visitor.signed_in
    contents = await wired.user_image_database.contents(shopper_id)
    return [
        _view(content, image.uploaded_at)
        for image in await user_images.user_images(reading, shopper_id)
        if (content := contents.get(image.user_image_id)) is not None
    ]


@router.get("/user-images/{user_image_id}/picture")
async def show_picture(user_image_id: UUID, wired: Wired, visitor: Visiting) -> Response:
    """Show an extracted person to whom it belongs, and to nobody else."""
    database = wired.user_image_database
    content = await database.content(user_image_id, shopper_id=visitor.signed_in)
    picture = None if content is None else await database.picture(content)
    if picture is None:
        raise UserImageNotFound
    return Response(picture, media_type="image/png", headers=PRIVATE)


@router.get("/user-images/{user_image_id}/thumbnail")
async def show_thumbnail(user_image_id: UUID, wired: Wired, visitor: Visiting) -> Response:
    """Show an extracted person in small to whom it belongs."""
    database = wired.user_image_database
    content = await database.content(user_image_id, shopper_id=visitor.signed_in)
    picture = None if content is None else await database.thumbnail(content)
    if picture is None:
        raise UserImageNotFound
    return Response(picture, media_type="image/webp", headers=PRIVATE)


@router.patch("/user-images/{user_image_id}", status_code=status.HTTP_204_NO_CONTENT)
async def rename_user_image(
    user_image_id: UUID, body: NewName, wired: Wired, visitor: Visiting
) -> None:
    """Give an image another name."""
    if not await wired.user_image_database.rename(
        user_image_id, shopper_id=visitor.signed_in, name=body.name
    ):
        raise UserImageNotFound


@router.delete("/user-images/{user_image_id}", status_code=status.HTTP_204_NO_CONTENT)
async def erase_user_image(
    user_image_id: UUID, imaging: WiredImaging, visitor: Visiting, response: Response
) -> None:
    """Erase an image for good."""
    outcome = await imaging.user_images.erase(user_image_id, shopper_id=visitor.signed_in)
    response.headers["Boutique-Position"] = str(outcome.position)
