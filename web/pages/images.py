"""My images: upload a photo, see the person in it cut out, rename, replace, erase (C1a, C7)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import HTMLResponse, Response

from domain.event import Refusal
from domain.user_image import UserImageNotFound
from projections import user_images
from web.bootstrap import Container, Imaging
from web.dependencies import WORDS, AtLeast, Visiting, Wired, WiredImaging
from web.looking import Step, best_wearer, current, take
from web.pages.frame import Frame, Framed, see

router = APIRouter(include_in_schema=False)

Photo = Annotated[UploadFile, File()]
Name = Annotated[str, Form(max_length=60, pattern=WORDS)]


@router.get("/images")
async def show_images(
    frame: Framed, wired: Wired, imaging: WiredImaging, visitor: Visiting, _: AtLeast
) -> HTMLResponse:
    visitor.signed_in  # noqa: B018 (whoever is not, is sent to sign in)
    return await _show(frame, wired, imaging)


async def _show(
    frame: Frame, wired: Container, imaging: Imaging, refusal: Refusal | None = None
) -> HTMLResponse:
    shopper_id = frame.visitor.signed_in
    contents = await wired.user_image_database.contents(shopper_id)
    async with wired.pool.connection() as connection:
        chosen = (await current(wired, imaging, connection, shopper_id)).look.wearer
        kept = await user_images.user_images(connection, shopper_id)
    images = [
        {
            "id": str(image.user_image_id),
            "name": content.name,
            "picture_url": f"/api/v1/user-images/{image.user_image_id}/picture",
            "thumb_url": f"/api/v1/user-images/{image.user_image_id}/thumbnail",
            "uploaded_at": image.uploaded_at,
            "advice": (*content.advice, *(obstacle.advice for obstacle in content.obstacles)),
            "is_drawn": bool(content.obstacles),
            "hides_head": any(obstacle.hides_head for obstacle in content.obstacles),
            "is_chosen": chosen.id == str(image.user_image_id),
        }
        for image in kept
        if (content := contents.get(image.user_image_id)) is not None
    ]
    mannequins = [
        {
            "kind": "mannequin",
            "id": mannequin.slug,
            "name": mannequin.name,
            "thumb_url": f"/api/v1/mannequins/{mannequin.slug}/picture",
            "is_chosen": chosen.id == mannequin.slug,
        }
        for mannequin in imaging.mannequins.values()
    ]
    return frame.show(
        "images.html", {"images": images, "mannequins": mannequins}, nav="images", refusal=refusal
    )


@router.post("/images")
async def upload_image(
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    photo: Photo,
    name: Name = "",
) -> Response:
    try:
        acquired = await imaging.user_images.acquire(
            await photo.read(), shopper_id=visitor.signed_in, name=name
        )
    except Refusal as refusal:
        return await _show(frame, wired, imaging, refusal)
    return see(f"/images?notice=image-kept&at_least={acquired.outcome.position}")


@router.post("/images/{user_image_id}/photo")
async def replace_image(
    user_image_id: UUID,
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    photo: Photo,
) -> Response:
    shopper_id = visitor.signed_in
    old = await wired.user_image_database.content(user_image_id, shopper_id=shopper_id)
    if old is None:
        raise UserImageNotFound
    try:
        acquired = await imaging.user_images.acquire(
            await photo.read(), shopper_id=shopper_id, name=old.name, replacing=user_image_id
        )
    except Refusal as refusal:
        return await _show(frame, wired, imaging, refusal)
    return see(f"/images?notice=image-replaced&at_least={acquired.outcome.position}")


@router.get("/images/{user_image_id}/outline")
async def show_outline(
    user_image_id: UUID, frame: Framed, wired: Wired, visitor: Visiting
) -> HTMLResponse:
    return await _show_outline(frame, wired, user_image_id, visitor.signed_in)


async def _show_outline(
    frame: Frame,
    wired: Container,
    user_image_id: UUID,
    shopper_id: UUID,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    content = await wired.user_image_database.content(user_image_id, shopper_id=shopper_id)
    if content is None:
        raise UserImageNotFound
    image = {"id": str(user_image_id), "name": content.name}
    return frame.show("retouch.html", {"image": image}, nav="images", refusal=refusal)


@router.post("/images/{user_image_id}/outline")
async def correct_image(
    user_image_id: UUID,
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    outline: Annotated[UploadFile, File()],
) -> Response:
    shopper_id = visitor.signed_in
    try:
        acquired = await imaging.user_images.correct(
            user_image_id, await outline.read(), shopper_id=shopper_id
        )
    except UserImageNotFound:
        raise
    except Refusal as refusal:
        return await _show_outline(frame, wired, user_image_id, shopper_id, refusal)
    if acquired is None:
        return see("/images?notice=image-unchanged")
    return see(f"/images?notice=image-corrected&at_least={acquired.outcome.position}")


@router.post("/images/{user_image_id}/name")
async def rename_image(
    user_image_id: UUID, wired: Wired, visitor: Visiting, name: Name
) -> Response:
    if not await wired.user_image_database.rename(
        user_image_id, shopper_id=visitor.signed_in, name=name.strip() or "My image"
    ):
        raise UserImageNotFound
    return see("/images?notice=image-renamed")


@router.post("/images/{user_image_id}/erase")
async def erase_image(user_image_id: UUID, imaging: WiredImaging, visitor: Visiting) -> Response:
    outcome = await imaging.user_images.erase(user_image_id, shopper_id=visitor.signed_in)
    return see(f"/images?notice=image-erased&at_least={outcome.position}")


@router.post("/images/{user_image_id}/choice")
async def choose_image(
    user_image_id: UUID, wired: Wired, imaging: WiredImaging, visitor: Visiting
) -> Response:
    shopper_id = visitor.signed_in
    content = await wired.user_image_database.content(user_image_id, shopper_id=shopper_id)
    if content is None:
        raise UserImageNotFound
    wearer = best_wearer(content)
    await take(wired, imaging, shopper_id, Step(wearer=f"{wearer.kind}:{wearer.id}"))
    return see("/coordination")
