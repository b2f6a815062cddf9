"""User images over HTTP: their owner's alone, from the upload until they are erased."""

import asyncio
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from adapters.user_image_acquisition import UserImageAcquisition
from adapters.user_image_database import ExtractedPerson, UserImageContent, UserImageDatabase
from domain.user_image import UserImageNotFound
from tests.http.visitors import (
    Goods,
    OpenBoutique,
    Visitor,
    refused,
    registered,
    succeeded,
    uploaded,
    uploading,
)

CROWN_ROW = 75
"""Of the photographed mannequin."""

Kept = tuple[Visitor, dict[str, Any]]


@pytest.fixture(scope="module")
async def kept(boutique: OpenBoutique, photo: bytes) -> Kept:
    """A shopper with one image, which the tests leave as it is."""
    owner = await boutique.shopper()
    return owner, await uploaded(owner, photo, name="Me, in May")


@pytest.fixture(scope="module")
async def shirt(seller: Visitor) -> Goods:
    return await registered(seller)


def _of(image: dict[str, Any]) -> str:
    return f"/api/v1/user-images/{image['user_image_id']}"


async def _pictures_of(boutique: OpenBoutique, shopper_id: UUID | None) -> set[str]:
    return {key for key in await boutique.stored() if key.startswith(f"user/{shopper_id}/")}


async def test_an_uploaded_image_is_listed_to_its_owner(kept: Kept) -> None:
    owner, image = kept
    (listed,) = await owner.get("/user-images")
    assert listed["user_image_id"] == image["user_image_id"]
    assert listed["name"] == "Me, in May"
    assert listed["uploaded_at"] is not None
    assert isinstance(listed["advice"], list)


async def test_the_picture_is_the_person_in_the_body_frame(kept: Kept) -> None:
    owner, image = kept
    answer = succeeded(await owner.http.get(image["picture_url"]))
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, no-store"
    with Image.open(BytesIO(answer.content)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (750, 1536))
        alpha = picture.getchannel("A")
        assert alpha.getpixel((2, 2)) == 0  # what was around the person is gone
        assert alpha.getpixel((375, 600)) == 255
    small = succeeded(await owner.http.get(image["thumbnail_url"]))
    assert small.headers["content-type"] == "image/webp"


async def test_the_uploaded_photo_itself_is_not_kept(
    boutique: OpenBoutique, kept: Kept, photo: bytes
) -> None:
    owner, _ = kept
    keys = await _pictures_of(boutique, owner.account_id)
    assert {key.rsplit(".", 1)[1] for key in keys} == {"png", "webp"}
    assert len(keys) == 2
    for key in keys:
        assert await boutique.container.images.get(key) != photo


@pytest.mark.parametrize("part", ["/picture", "/thumbnail"])
async def test_nobody_else_sees_an_image(
    boutique: OpenBoutique, kept: Kept, seller: Visitor, auditor: Visitor, part: str
) -> None:
    address = f"{_of(kept[1])}{part}"
    for visitor in (await boutique.shopper(), seller, auditor):
        refused(await visitor.http.get(address), 404, "user-image-not-found")
    guest = await boutique.guest()
    refused(await guest.http.get(address), 401, "sign-in-needed")


async def test_nobody_else_changes_an_image(
    boutique: OpenBoutique, kept: Kept, shopper: Visitor, seller: Visitor, photo: bytes
) -> None:
    owner, image = kept
    head, stored = await boutique.container.log.head(), await boutique.stored()
    guest = await boutique.guest()
    for visitor, status, name in (
        (shopper, 404, "user-image-not-found"),
        (seller, 404, "user-image-not-found"),
        (guest, 401, "sign-in-needed"),
    ):
        http, address = visitor.http, _of(image)
        refused(await http.patch(address, json={"name": "Mine"}), status, name)
        refused(await http.put(f"{address}/photo", files={"photo": photo}), status, name)
        refused(await http.delete(address), status, name)
    refused(await guest.http.get("/api/v1/user-images"), 401, "sign-in-needed")
    assert await shopper.get("/user-images") == []
    assert await boutique.container.log.head() == head
    assert await boutique.stored() == stored
    assert [found["name"] for found in await owner.get("/user-images")] == ["Me, in May"]


async def test_nobody_else_wears_an_image(
    boutique: OpenBoutique, kept: Kept, shopper: Visitor
) -> None:
    guest = await boutique.guest()
    for visitor in (shopper, guest):
        answer = await visitor.http.post(
            "/api/v1/coordinations/current/steps",
            json={"wearer": f"user-image:{kept[1]['user_image_id']}"},
        )
        refused(answer, 404, "user-image-not-found")


async def test_an_image_is_renamed_replaced_and_erased(
    boutique: OpenBoutique, shopper: Visitor, photo: bytes, another_photo: bytes
) -> None:
    image = await uploaded(shopper, photo)
    http = shopper.http
    renamed = await http.patch(_of(image), json={"name": "  In June "})
    assert renamed.status_code == 204
    assert [found["name"] for found in await shopper.get("/user-images")] == ["In June"]
    before = (await http.get(image["picture_url"])).content
    old = await _pictures_of(boutique, shopper.account_id)

    replaced = await http.put(f"{_of(image)}/photo", files={"photo": another_photo})
    assert succeeded(replaced).json()["name"] == "In June"
    assert replaced.json()["user_image_id"] == image["user_image_id"]
    assert (await http.get(image["picture_url"])).content != before
    new = await _pictures_of(boutique, shopper.account_id)
    assert len(new) == 2
    assert not new & old  # the old extraction is gone

    erased = await http.delete(_of(image))
    assert erased.status_code == 204
    refused(await http.get(image["picture_url"]), 404, "user-image-not-found")
    assert await _pictures_of(boutique, shopper.account_id) == set()
    position = erased.headers["boutique-position"]
    assert await shopper.get("/user-images", at_least=position) == []
    # Erasing once more changes nothing.
    assert (await http.delete(_of(image))).status_code == 204
    assert (await http.delete(_of(image))).headers["boutique-position"] == position
    refused(
        await http.put(f"{_of(image)}/photo", files={"photo": photo}), 404, "user-image-not-found"
    )


async def test_a_look_goes_on_when_its_wearers_image_is_erased(
    shopper: Visitor, photo: bytes, shirt: Goods
) -> None:
    image = await uploaded(shopper, photo)
    await shopper.step(wearer=f"user-image:{image['user_image_id']}")
    worn = await shopper.step(put_on=str(shirt.commodity_id))
    assert worn["wearer"]["kind"] == "user-image"
    worn_before = succeeded(await shopper.http.get(worn["picture_url"])).content
    succeeded(await shopper.http.delete(_of(image)))
    after = await shopper.get("/coordinations/current")
    assert after["wearer"]["kind"] == "mannequin"
    assert [piece["commodity"]["id"] for piece in after["pieces"]] == [str(shirt.commodity_id)]
    picture = succeeded(await shopper.http.get(after["picture_url"])).content
    assert picture != worn_before
    # And the picture of the erased person is never shown again.
    again = await shopper.http.get(worn["picture_url"])
    assert again.content != worn_before


async def test_an_image_is_worn_on_its_own_body_or_on_a_drawn_one(
    boutique: OpenBoutique, shopper: Visitor, photo: bytes, shirt: Goods
) -> None:
    image = await uploaded(shopper, photo)
    id_ = image["user_image_id"]
    own = await shopper.step(wearer=f"user-image:{id_}")
    own = await shopper.step(put_on=str(shirt.commodity_id))
    assert own["body"]["is_own"]
    drawn = await shopper.step(wearer=own["body"]["drawn"])
    assert drawn["wearer"] == {**own["wearer"], "kind": "body-double"}
    assert not drawn["body"]["is_own"]
    assert "on a drawn body" in drawn["description"]
    assert (own["body"]["note"], drawn["body"]["note"]) == ("", "Your head on a drawn body")
    pictures = [
        succeeded(await shopper.http.get(look["picture_url"])).content for look in (own, drawn)
    ]
    assert pictures[0] != pictures[1]
    steps, stranger = "/api/v1/coordinations/current/steps", await boutique.shopper()
    body = {"wearer": f"body-double:{id_}"}
    refused(await stranger.http.post(steps, json=body), 404, "user-image-not-found")
    body = {"wearer": "body-double:me"}
    refused(await shopper.http.post(steps, json=body), 422, "invalid-request")


async def test_a_mannequin_stands_in_for_whose_head_the_photograph_cuts_off(
    shopper: Visitor, photo: bytes
) -> None:
    with Image.open(BytesIO(photo)) as whole:
        cut_off = BytesIO()
        whole.crop((0, CROWN_ROW + 32, *whole.size)).save(cut_off, "JPEG", quality=92)
    image = await uploaded(shopper, cut_off.getvalue())
    assert image["obstacles"][0]["reason"] == "head-not-in-picture"
    look = await shopper.step(wearer=f"body-double:{image['user_image_id']}")
    assert look["body"]["note"] == "A mannequin of your complexion"
    assert "complexion" in look["description"]
    page = succeeded(await shopper.http.get("/images")).text
    assert "a mannequin of your complexion stands in for you" in page


async def test_a_name_is_kept_within_bounds(shopper: Visitor, kept: Kept) -> None:
    owner, image = kept
    for name in ("", "   ", "a" * 61, "two\0words"):
        answer = await owner.http.patch(_of(image), json={"name": name})
        refused(answer, 422, "invalid-request")
    refused(await uploading(shopper, b"", name="a" * 61), 422, "invalid-request")
    refused(await uploading(shopper, b"", name="two\0words"), 422, "invalid-request")


async def test_an_image_replaced_twice_at_once_keeps_one_picture(
    boutique: OpenBoutique, shopper: Visitor, photo: bytes
) -> None:
    image = await uploaded(shopper, photo)
    database, account_id = boutique.container.user_image_database, shopper.account_id
    assert account_id is not None
    person = ExtractedPerson(picture=b"P", thumbnail=b"T", joints={}, score=1.0, advice=())
    user_image_id = UUID(image["user_image_id"])
    stored = [
        await database.store(person, user_image_id=user_image_id, shopper_id=account_id, name="Me")
        for _ in range(6)
    ]
    await asyncio.gather(*(database.keep(one, shopper_id=account_id) for one in stored))
    assert len(await _pictures_of(boutique, account_id)) == 2  # picture and thumbnail


async def test_an_image_erased_while_it_is_replaced_leaves_nothing(
    boutique: OpenBoutique, shopper: Visitor, photo: bytes
) -> None:
    image = await uploaded(shopper, photo)
    database, account_id = boutique.container.user_image_database, shopper.account_id
    assert account_id is not None

    class Slow(UserImageDatabase):
        async def keep(self, content: UserImageContent, *, shopper_id: UUID) -> None:
            await boutique.imaging.user_images.erase(content.user_image_id, shopper_id=shopper_id)
            await super().keep(content, shopper_id=shopper_id)

    slow = UserImageAcquisition(
        boutique=boutique.container.boutique,
        workers=boutique.imaging.workers,
        database=Slow(boutique.container.pool, boutique.container.images),
    )
    with pytest.raises(UserImageNotFound):
        await slow.acquire(
            photo, shopper_id=account_id, name="Me", replacing=UUID(image["user_image_id"])
        )
    assert await database.contents(account_id) == {}
    assert await _pictures_of(boutique, account_id) == set()
