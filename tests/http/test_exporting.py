"""Everything of a shopper in one file: hers alone, and readable without the boutique."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from PIL import Image

from tests.http.visitors import OpenBoutique, Visitor, registered, succeeded, uploaded

ADDRESS = "/account/everything.zip"


async def _opened(visitor: Visitor) -> ZipFile:
    answer = succeeded(await visitor.http.get(ADDRESS))
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    return ZipFile(BytesIO(answer.content))


def _read(archive: ZipFile, name: str) -> Any:  # noqa: ANN401 (JSON)
    return json.loads(archive.read(name))


async def test_everything_of_a_shopper_is_in_one_file(
    seller: Visitor, shopper: Visitor, photo: bytes
) -> None:
    image = await uploaded(shopper, photo, name="Me / at ../the sea")
    shirt = await registered(seller, "shirt")
    bought = await shopper.confirm(shirt)
    await shopper.post("/purchases", bought)
    look = await shopper.post("/looks", {"name": "For the sea"})
    await shopper.post(f"/looks/{look['look_id']}/shares", {"days": 7})

    archive = await _opened(shopper)

    assert archive.testzip() is None
    assert b"events.json" in archive.read("contents.txt")
    assert _read(archive, "account.json")["email"] == shopper.email
    (told,) = _read(archive, "images.json")
    assert (told["user_image_id"], told["name"]) == (image["user_image_id"], "Me / at ../the sea")
    assert Image.open(BytesIO(archive.read(told["file"]))).size == (750, 1536)
    looks = _read(archive, "looks.json")
    assert [x["name"] for x in looks["looks"]] == ["For the sea"]
    assert [x["look_id"] for x in looks["shares"]] == [look["look_id"]]
    (purchase,) = _read(archive, "purchases.json")
    assert purchase["purchase_id"] == bought["purchase_id"]
    assert [x["variant_id"] for x in purchase["lines"]] == [str(shirt.variant_ids[0])]
    events = _read(archive, "events.json")
    topics = [event["topic"] for event in events]
    assert topics[0] == "account-opened"
    assert {"user-image-uploaded", "look-shared", "purchase-placed"} <= set(topics)
    positions = [event["position"] for event in events]
    assert positions == sorted(set(positions))
    assert all(str(shopper.account_id) in json.dumps(event) for event in events)


async def test_nobody_else_gets_it(boutique: OpenBoutique, shopper: Visitor) -> None:
    guest = await boutique.guest()
    answer = await guest.http.get(ADDRESS)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    archive = await _opened(shopper)
    assert _read(archive, "purchases.json") == []
    assert [event["topic"] for event in _read(archive, "events.json")] == ["account-opened"]
