"""Kept looks shown by links: to whoever has one, and to nobody once it ended (C3)."""

from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image

from domain.sharing import DAYS_MAX
from tests.http.visitors import (
    Goods,
    OpenBoutique,
    Visitor,
    refused,
    registered,
    succeeded,
    uploaded,
)


@pytest.fixture(scope="module")
async def goods(seller: Visitor) -> dict[str, Goods]:
    return {type_: await registered(seller, type_) for type_ in ("shirt", "trousers")}


async def _kept(shopper: Visitor, *goods: Goods) -> str:
    await shopper.dress_in(*goods)
    return str((await shopper.post("/looks", {"name": "For Anna's wedding"}))["look_id"])


async def _shared(shopper: Visitor, look_id: str, *, shows_wearer: bool = False) -> str:
    """Share a look; return the path its link has."""
    body = {"days": 7, "shows_wearer": shows_wearer}
    url: str = (await shopper.post(f"/looks/{look_id}/shares", body))["url"]
    return urlsplit(url).path


async def test_whoever_has_the_link_sees_the_look_and_nothing_of_who_sent_it(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    link = await _shared(shopper, await _kept(shopper, *goods.values()))
    guest = await boutique.guest()

    page = succeeded(await guest.http.get(link))
    picture = succeeded(await guest.http.get(f"{link}/picture"))

    assert "Plain shirt" in page.text
    assert "Plain trousers" in page.text
    assert "€98" in page.text
    for word in (shopper.email, str(shopper.account_id), "wedding"):
        assert word not in page.text
    for answer in (page, picture):
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "private, no-store"
    assert Image.open(BytesIO(picture.content)).size == (750, 1536)


async def test_a_mannequin_wears_it_unless_the_shopper_wants_to_be_seen(
    boutique: OpenBoutique, shopper: Visitor, photo: bytes, goods: dict[str, Goods]
) -> None:
    image = await uploaded(shopper, photo, name="Me at the sea")
    await shopper.step(wearer=f"user-image:{image['user_image_id']}")
    look_id = await _kept(shopper, goods["shirt"])
    own = succeeded(await shopper.http.get(f"/api/v1/looks/{look_id}/picture")).content
    guest = await boutique.guest()

    hidden = await _shared(shopper, look_id)
    seen = await _shared(shopper, look_id, shows_wearer=True)

    assert succeeded(await guest.http.get(f"{hidden}/picture")).content != own
    assert succeeded(await guest.http.get(f"{seen}/picture")).content == own
    for link in (hidden, seen):
        assert "at the sea" not in succeeded(await guest.http.get(link)).text


async def test_a_link_that_was_ended_says_so(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    link = await _shared(shopper, await _kept(shopper, goods["shirt"]))
    (share,) = await shopper.get("/shares")
    stranger, guest = await boutique.shopper(), await boutique.guest()
    answer = await stranger.http.delete(f"/api/v1/shares/{share['id']}")
    refused(answer, 404, "share-not-found")

    assert (await shopper.http.delete(f"/api/v1/shares/{share['id']}")).status_code == 204

    assert await shopper.get("/shares") == []
    for address in (link, f"{link}/picture"):
        gone = await guest.http.get(address)
        assert gone.status_code == 410
        assert "Ask who sent it for a new link." in gone.text
    unknown = await guest.http.get("/shared/nothing")
    assert unknown.status_code == 404


async def test_a_look_that_is_discarded_is_shared_no_longer(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    look_id = await _kept(shopper, goods["shirt"])
    link = await _shared(shopper, look_id)
    await shopper.http.delete(f"/api/v1/looks/{look_id}")
    assert (await (await boutique.guest()).http.get(link)).status_code == 410
    assert await shopper.get("/shares") == []


async def test_the_log_and_the_list_do_not_open_what_is_shared(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    link = await _shared(shopper, await _kept(shopper, goods["shirt"]))
    token = link.rpartition("/")[2]
    async with boutique.container.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT data FROM boutique_events_tt_main WHERE type = 'look-shared'"
        )
        logged = [bytes(data) for (data,) in await cursor.fetchall()]
    (share,) = await shopper.get("/shares")
    assert any(share["id"].encode() in data for data in logged)
    assert not any(token.encode() in data for data in logged)
    assert (await shopper.http.get(f"/shared/{share['id']}")).status_code == 404


async def test_only_its_shopper_shares_a_look_and_for_so_long(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    address = f"/api/v1/looks/{await _kept(shopper, goods['shirt'])}/shares"
    stranger, guest = await boutique.shopper(), await boutique.guest()
    refused(await stranger.http.post(address, json={"days": 7}), 404, "saved-look-not-found")
    refused(await guest.http.post(address, json={"days": 7}), 401, "sign-in-needed")
    for days in (0, DAYS_MAX + 1):
        refused(await shopper.http.post(address, json={"days": days}), 422, "invalid-request")


async def test_without_a_script_a_look_is_shared_and_ended_by_forms(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    look_id = await _kept(shopper, goods["shirt"])
    made = succeeded(await shopper.http.post(f"/looks/{look_id}/shares", data={"days": "1"}))
    assert "/shared/" in made.text
    assert "Shared on a mannequin" in succeeded(await shopper.http.get("/looks")).text
    (share,) = await shopper.get("/shares")
    ended = await shopper.http.post(f"/shares/{share['id']}/ending")
    page = succeeded(await shopper.http.get(ended.headers["location"])).text
    assert "leads nowhere" in page
    assert "Shared on a mannequin" not in page
    never = await shopper.http.post(f"/looks/{look_id}/shares", data={"days": "365"})
    assert never.status_code == 400
    assert "1 to 90 days" in never.text


async def test_a_look_is_duplicated_under_a_name_that_tells_them_apart(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    look_id = await _kept(shopper, *goods.values())
    await shopper.post(f"/looks/{look_id}/duplicates", {})
    second, first = await shopper.get("/looks")
    assert (first["name"], second["name"]) == ("For Anna's wedding", "For Anna's wedding, again")
    assert second["pieces"] == first["pieces"]
    by_form = await shopper.http.post(f"/looks/{look_id}/duplicates")
    assert "kept twice" in succeeded(await shopper.http.get(by_form.headers["location"])).text
    stranger = await boutique.shopper()
    theirs = await stranger.http.post(f"/api/v1/looks/{look_id}/duplicates", json={})
    refused(theirs, 404, "saved-look-not-found")
