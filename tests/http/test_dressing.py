"""What programs get that draw looks themselves: cloths for everybody, drawing lists for owners."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from domain.coordination import RECIPE_VERSION
from tests.http.visitors import (
    Goods,
    OpenBoutique,
    Visitor,
    refused,
    registered,
    succeeded,
)


@pytest.fixture(scope="module")
async def goods(seller: Visitor) -> dict[str, Goods]:
    return {type_: await registered(seller, type_) for type_ in ("longsleeve", "trousers", "hat")}


def _cloth(goods: Goods) -> str:
    return f"/api/v1/commodities/{goods.commodity_id}/cloth"


async def _size(visitor: Visitor, url: str) -> tuple[str | None, tuple[int, int]]:
    answer = succeeded(await visitor.http.get(url))
    with Image.open(BytesIO(answer.content)) as picture:
        return picture.format, picture.size


async def test_a_commodity_is_shown_taken_apart_with_pictures_for_ever(
    boutique: OpenBoutique, goods: dict[str, Goods]
) -> None:
    guest = await boutique.guest()

    cloth = succeeded(await guest.http.get(_cloth(goods["longsleeve"]))).json()

    assert (cloth["type"], cloth["commodity_id"]) == (
        "longsleeve",
        str(goods["longsleeve"].commodity_id),
    )
    parts = {part["name"]: part for part in cloth["parts"]}
    assert set(parts) == {"torso", "sleeve_left", "sleeve_right"}
    assert len(parts["torso"]["edges"]) == cloth["height"]
    assert len(parts["sleeve_left"]["sources"]) == 4
    for part in cloth["parts"]:
        assert await _size(guest, part["url"]) == ("WEBP", (part["width"], part["height"]))
    kept = await guest.http.get(cloth["parts"][0]["url"])
    assert "immutable" in kept.headers["cache-control"]


async def test_a_cloth_that_is_still_the_same_is_not_sent_again(
    boutique: OpenBoutique, goods: dict[str, Goods]
) -> None:
    guest = await boutique.guest()
    first = succeeded(await guest.http.get(_cloth(goods["hat"])))

    again = await guest.http.get(
        _cloth(goods["hat"]), headers={"If-None-Match": first.headers["etag"]}
    )
    other = await guest.http.get(_cloth(goods["hat"]), headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.content) == (304, b"")
    assert other.json() == first.json()


async def test_what_is_not_on_offer_has_no_cloth(boutique: OpenBoutique) -> None:
    guest = await boutique.guest()

    unknown = await guest.http.get(f"/api/v1/commodities/{uuid4()}/cloth")
    picture = await guest.http.get(f"/pictures/cloth/{'0' * 64}.webp")

    refused(unknown, 404, "commodity-not-found")
    assert picture.status_code == 404


async def test_a_look_is_listed_for_its_owner_with_all_it_is_drawn_of(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    coordination = await shopper.dress_in(goods["longsleeve"], goods["trousers"])

    listed: dict[str, Any] = await shopper.get(f"/coordinations/{coordination['id']}/drawing")

    assert (listed["version"], listed["width"], listed["height"]) == (RECIPE_VERSION, 750, 1536)
    assert [cloth["type"] for cloth in listed["garments"]] == ["longsleeve", "trousers"]
    laid = [listed["layers"][x["layer"]]["part"] for x in listed["steps"] if "layer" in x]
    assert [part for part in laid if part != "sleeve_seams"] == [
        "leg_left",
        "leg_right",
        "torso",
        "sleeve_left",
        "sleeve_right",
    ]
    for layer in listed["layers"]:
        if "garment" in layer:
            assert len(layer["sources"]) == len(layer["targets"]) >= 3
            named = {part["name"] for part in listed["garments"][layer["garment"]]["parts"]}
            assert layer["part"] in named
    for url in (listed["person"], listed["base"], *listed["masks"].values()):
        assert await _size(shopper, url) == ("PNG", (750, 1536))
    kept = await shopper.http.get(listed["base"])
    assert kept.headers["cache-control"].startswith("private")


async def test_nobody_else_gets_a_drawing_or_a_picture_of_it(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    coordination = await shopper.dress_in(goods["hat"])
    address = f"/api/v1/coordinations/{coordination['id']}/drawing"
    listed = succeeded(await shopper.http.get(address)).json()
    stranger, guest = await boutique.shopper(), await boutique.guest()

    for visitor in (stranger, guest):
        refused(await visitor.http.get(address), 404, "coordination-not-found")
        picture = await visitor.http.get(listed["base"])
        refused(picture, 404, "coordination-not-found")
    unknown = await shopper.http.get(f"{address}/pictures/{'0' * 64}.png")
    refused(unknown, 404, "coordination-not-found")
