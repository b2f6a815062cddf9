"""Touching up one's own image: what goes, what comes back, and that it stays one's own."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from httpx2 import Response
from numpy.typing import NDArray
from PIL import Image

from domain.user_image import UserImageCorrected
from imaging.encoding import from_png, to_png
from tests.http.markup import Page, visit
from tests.http.visitors import OpenBoutique, Visitor, refused, succeeded, uploaded

BELOW = 900  # a row of the body frame at the thighs


@pytest.fixture
async def image(shopper: Visitor, photo: bytes) -> dict[str, Any]:
    return await uploaded(shopper, photo, name="Me, in May")


def of(image: dict[str, Any]) -> str:
    return f"/api/v1/user-images/{image['user_image_id']}"


async def picture_of(shopper: Visitor, image: dict[str, Any]) -> NDArray[np.uint8]:
    return from_png(succeeded(await shopper.http.get(f"{of(image)}/picture")).content)


async def touch_up(shopper: Visitor, image: dict[str, Any], outline: bytes) -> Response:
    files = {"outline": ("outline.png", outline, "image/png")}
    return await shopper.http.put(f"{of(image)}/outline", files=files)


def without_legs(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    result = picture.copy()
    result[BELOW:, :, 3] = 0
    return result


async def test_what_is_erased_is_gone_in_new_looks_and_can_come_back(
    boutique: OpenBoutique, shopper: Visitor, image: dict[str, Any]
) -> None:
    wearer = f"user-image:{image['user_image_id']}"
    before = await shopper.step(wearer=wearer)
    whole = await picture_of(shopper, image)
    stored = await boutique.stored()
    succeeded(await touch_up(shopper, image, to_png(without_legs(whole))))
    assert (await picture_of(shopper, image) == without_legs(whole)).all()
    after = await shopper.get("/coordinations/current")
    assert after["picture_url"] != before["picture_url"]
    worn = succeeded(await shopper.http.get(after["picture_url"])).content
    with Image.open(BytesIO(worn)) as look:
        assert look.getchannel("A").crop((0, BELOW + 8, 750, 1536)).getbbox() is None
    succeeded(await touch_up(shopper, image, to_png(whole)))
    assert (await picture_of(shopper, image) == whole).all()
    # Each time the pictures before are deleted.
    assert len(await boutique.stored()) == len(stored)


async def test_the_event_says_that_it_was_done_and_nothing_of_the_picture(
    boutique: OpenBoutique, shopper: Visitor, image: dict[str, Any], auditor: Visitor
) -> None:
    head = await boutique.container.log.head()
    whole = await picture_of(shopper, image)
    for _ in range(2):
        succeeded(await touch_up(shopper, image, to_png(without_legs(whole))))
        succeeded(await touch_up(shopper, image, to_png(whole)))
    page = await boutique.container.log.page(after=head, limit=10)
    assert [x.event.TOPIC for x in page] == ["user-image-corrected"] * 4
    # The same picture twice, and no commitment is like another: they are salted.
    corrected = [x.event for x in page if isinstance(x.event, UserImageCorrected)]
    assert len({event.picture_commitment for event in corrected}) == 4
    assert await auditor.get("/audit/events", limit=1)


async def test_given_the_same_outline_when_touched_up_then_nothing_happens(
    boutique: OpenBoutique, shopper: Visitor, image: dict[str, Any]
) -> None:
    head, stored = await boutique.container.log.head(), await boutique.stored()
    answer = await touch_up(shopper, image, to_png(await picture_of(shopper, image)))
    assert "boutique-position" not in succeeded(answer).headers
    assert await boutique.container.log.head() == head
    assert await boutique.stored() == stored


async def test_an_outline_that_does_not_fit_is_refused_and_the_image_stays(
    boutique: OpenBoutique, shopper: Visitor, image: dict[str, Any]
) -> None:
    whole = await picture_of(shopper, image)
    nothing = whole.copy()
    nothing[..., 3] = 0
    head, stored = await boutique.container.log.head(), await boutique.stored()
    for outline, name in (
        (to_png(whole[1:]), "mask-does-not-fit"),
        (to_png(nothing), "nothing-left"),
        (b"", "empty-file"),
        (b"no picture", "not-an-image"),
    ):
        refused(await touch_up(shopper, image, outline), 400, name)
    assert await boutique.container.log.head() == head
    assert await boutique.stored() == stored


async def test_nobody_else_touches_an_image_up(
    boutique: OpenBoutique, shopper: Visitor, image: dict[str, Any]
) -> None:
    whole = await picture_of(shopper, image)
    for other, status, name in (
        (await boutique.shopper(), 404, "user-image-not-found"),
        (await boutique.guest(), 401, "sign-in-needed"),
    ):
        refused(await touch_up(other, image, to_png(without_legs(whole))), status, name)
        refused(await other.http.get(f"{of(image)}/ground"), status, name)
    stranger = await boutique.shopper()
    page = f"/images/{image['user_image_id']}/outline"
    assert (await stranger.http.get(page)).status_code == 404
    files = {"outline": to_png(whole)}
    assert (await stranger.http.post(page, files=files)).status_code == 404
    unknown = {"user_image_id": str(uuid4())}
    refused(await touch_up(shopper, unknown, to_png(whole)), 404, "user-image-not-found")


async def test_on_the_page_an_outline_is_sent_by_a_form(
    shopper: Visitor, image: dict[str, Any]
) -> None:
    address = f"/images/{image['user_image_id']}/outline"
    assert address in (await visit(shopper.http, "/images")).links
    page = await visit(shopper.http, address)
    assert f"{of(image)}/picture" in page.pictures
    form = page.form(address)
    whole = await picture_of(shopper, image)
    for outline, saying in (
        (to_png(without_legs(whole)), "touched up"),
        (to_png(without_legs(whole)), "Nothing was changed"),
    ):
        answer = await shopper.http.post(
            form.action, files={"outline": outline}, follow_redirects=True
        )
        assert saying in Page(succeeded(answer)).text
    answer = await shopper.http.post(form.action, files={"outline": b"no picture"})
    assert answer.status_code == 400
    [alert] = Page(answer).alerts
    assert "image" in alert.lower()
