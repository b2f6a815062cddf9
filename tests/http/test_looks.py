"""Saved looks over HTTP: kept, named, worn again and discarded by their owner alone (C3)."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from tests.http.visitors import Goods, OpenBoutique, Visitor, refused, registered, succeeded


@pytest.fixture(scope="module")
async def goods(seller: Visitor) -> dict[str, Goods]:
    return {type_: await registered(seller, type_) for type_ in ("shirt", "trousers", "hat")}


async def _saved(shopper: Visitor, name: str, *goods: Goods) -> str:
    await shopper.step(clear=True)
    await shopper.dress_in(*goods)
    return str((await shopper.post("/looks", {"name": name}))["look_id"])


def _names(looks: list[dict[str, Any]]) -> list[str]:
    return [look["name"] for look in looks]


async def test_looks_stand_side_by_side_the_newest_first(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    assert await shopper.get("/looks") == []
    await _saved(shopper, "For the office", goods["shirt"], goods["trousers"])
    await _saved(shopper, "For the beach", goods["hat"])
    beach, office = await shopper.get("/looks")
    assert _names([beach, office]) == ["For the beach", "For the office"]
    assert [piece["name"] for piece in office["pieces"]] == ["Plain shirt", "Plain trousers"]
    assert office["total"] == {"minor": 9800, "currency": "EUR"}
    assert "Plain shirt" in office["description"]
    pictures = [succeeded(await shopper.http.get(x["picture_url"])) for x in (beach, office)]
    assert pictures[0].content != pictures[1].content
    assert Image.open(BytesIO(pictures[0].content)).size == (750, 1536)
    page = succeeded(await shopper.http.get("/looks")).text
    assert page.index("For the beach") < page.index("For the office")


async def test_a_saved_look_is_worn_again_and_stays_as_it_was(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    shirt = goods["shirt"]
    look_id = await _saved(shopper, "Office", shirt)
    await shopper.step(take_off=str(shirt.commodity_id))
    succeeded(await shopper.http.post(f"/api/v1/looks/{look_id}/taking-up"))
    worn = await shopper.get("/coordinations/current")
    assert [piece["commodity"]["id"] for piece in worn["pieces"]] == [str(shirt.commodity_id)]
    assert [piece["variant_id"] for piece in worn["pieces"]] == [str(shirt.variant_ids[0])]
    undone = await shopper.step(undo=True)
    assert undone["pieces"] == []
    (kept,) = await shopper.get("/looks")
    assert [piece["id"] for piece in kept["pieces"]] == [str(shirt.commodity_id)]


async def test_saved_under_the_same_id_again_nothing_is_doubled(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    await shopper.dress_in(goods["hat"])
    body = {"name": "Once", "look_id": str(uuid4())}
    await shopper.post("/looks", body)
    await shopper.post("/looks", body)
    assert _names(await shopper.get("/looks")) == ["Once"]


async def test_a_look_has_a_name_of_its_owner_which_the_log_does_not_hold(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    look_id = await _saved(shopper, "The wedding of Anna", goods["shirt"])
    renamed = await shopper.http.patch(f"/api/v1/looks/{look_id}", json={"name": "Our wedding"})
    assert renamed.status_code == 204
    assert _names(await shopper.get("/looks")) == ["Our wedding"]
    async with boutique.container.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT data FROM boutique_events_tt_main WHERE type = 'look-saved'"
        )
        logged = [bytes(data) for (data,) in await cursor.fetchall()]
    assert any(look_id.encode() in data for data in logged)
    assert not any(b"wedding" in data for data in logged)
    for name in ("", " ", "a" * 61, "two\0words"):
        answer = await shopper.http.patch(f"/api/v1/looks/{look_id}", json={"name": name})
        refused(answer, 422, "invalid-request")


async def test_a_look_is_discarded_for_good(shopper: Visitor, goods: dict[str, Goods]) -> None:
    look_id = await _saved(shopper, "Gone", goods["hat"])
    gone = await shopper.http.delete(f"/api/v1/looks/{look_id}")
    assert gone.status_code == 204
    assert await shopper.get("/looks", at_least=gone.headers["boutique-position"]) == []
    refused(await shopper.http.get(f"/api/v1/looks/{look_id}/picture"), 404, "saved-look-not-found")
    answer = await shopper.http.patch(f"/api/v1/looks/{look_id}", json={"name": "Back"})
    refused(answer, 404, "saved-look-not-found")
    assert (await shopper.http.delete(f"/api/v1/looks/{look_id}")).status_code == 204


async def test_nobody_else_sees_wears_names_or_discards_it(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    look_id = await _saved(shopper, "Mine", goods["shirt"])
    address, stranger = f"/api/v1/looks/{look_id}", await boutique.shopper()
    assert await stranger.get("/looks") == []
    for answer in (
        await stranger.http.get(f"{address}/picture"),
        await stranger.http.post(f"{address}/taking-up"),
        await stranger.http.patch(address, json={"name": "Theirs"}),
        await stranger.http.delete(address),
    ):
        refused(answer, 404, "saved-look-not-found")
    assert _names(await shopper.get("/looks")) == ["Mine"]
    guest = await boutique.guest()
    refused(await guest.http.get("/api/v1/looks"), 401, "sign-in-needed")


async def test_nothing_worn_is_no_look_to_keep(shopper: Visitor, goods: dict[str, Goods]) -> None:
    nothing = {"name": "Nothing"}
    refused(await shopper.http.post("/api/v1/looks", json=nothing), 404, "coordination-not-found")
    await shopper.dress_in(goods["hat"])
    await shopper.step(clear=True)
    refused(await shopper.http.post("/api/v1/looks", json=nothing), 409, "look-empty")


async def test_without_a_script_a_look_is_kept_by_a_form(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    await shopper.dress_in(goods["shirt"])
    answer = await shopper.http.post("/looks", data={"name": "By hand"})
    assert answer.status_code == 303
    page = succeeded(await shopper.http.get(answer.headers["location"])).text
    assert "By hand" in page
    assert "The look is kept." in page
    (look,) = await shopper.get("/looks")
    address = f"/looks/{look['id']}"
    await shopper.http.post(f"{address}/name", data={"name": "By hand again"})
    await shopper.http.post(f"{address}/taking-up")
    assert [look["name"] for look in await shopper.get("/looks")] == ["By hand again"]
    gone = await shopper.http.post(f"{address}/discarding")
    assert gone.status_code == 303
    assert "No look kept yet" in succeeded(await shopper.http.get(gone.headers["location"])).text
