"""Coordinations over HTTP: step by step, and the picture of every look."""

import asyncio
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from adapters.pools import CONNECTIONS_MAX
from domain.look import SHIFT_MAX
from tests.http.visitors import Goods, OpenBoutique, Visitor, refused, registered, succeeded

AS_IT_FALLS = {
    "down": 0,
    "right": 0,
    "scale": 1,
    "level": 0,
    "tucked": False,
    "opened": False,
}


@pytest.fixture(scope="module")
async def goods(seller: Visitor) -> dict[str, Goods]:
    types = ("shirt", "trousers", "dress", "knitwear", "hat")
    made = {type_: await registered(seller, type_) for type_ in types}
    made["one-size"] = await registered(seller, "scarf", sizes=[{"size": "One", "pieces": 9}])
    return made


def _worn(coordination: dict[str, Any]) -> list[str]:
    return [piece["commodity"]["type"] for piece in coordination["pieces"]]


async def _picture(visitor: Visitor, coordination: dict[str, Any]) -> bytes:
    return succeeded(await visitor.http.get(coordination["picture_url"])).content


async def test_a_guest_begins_with_a_mannequin_and_nothing_recorded(
    boutique: OpenBoutique,
) -> None:
    guest, head = await boutique.guest(), await boutique.container.log.head()
    begun = await guest.get("/coordinations/current")
    assert begun["id"] == "current"
    assert begun["wearer"]["kind"] == "mannequin"
    assert begun["pieces"] == []
    assert begun["total"]["minor"] == 0
    assert not begun["can_undo"]
    assert not begun["can_redo"]
    assert await _picture(guest, begun)
    assert await boutique.container.log.head() == head


async def test_pieces_are_put_on_and_taken_off(shopper: Visitor, goods: dict[str, Goods]) -> None:
    await shopper.step(put_on=str(goods["shirt"].commodity_id))
    both = await shopper.step(put_on=str(goods["trousers"].commodity_id))
    assert _worn(both) == ["shirt", "trousers"]
    assert both["total"] == {"minor": 9800, "currency": "EUR"}
    assert "Plain shirt" in both["description"]
    left = await shopper.step(take_off=str(goods["shirt"].commodity_id))
    assert _worn(left) == ["trousers"]
    assert left["step"] == 3
    assert _worn(await shopper.step(clear=True)) == []


async def test_a_dress_replaces_top_and_bottom_and_they_replace_it(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    await shopper.dress_in(goods["shirt"], goods["trousers"], goods["hat"])
    dressed = await shopper.step(put_on=str(goods["dress"].commodity_id))
    assert sorted(_worn(dressed)) == ["dress", "hat"]
    changed = await shopper.step(put_on=str(goods["trousers"].commodity_id))
    assert sorted(_worn(changed)) == ["hat", "trousers"]


async def test_a_size_is_chosen_and_a_single_one_needs_no_choice(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    shirt, scarf = goods["shirt"], goods["one-size"]
    unsized = await shopper.step(put_on=str(shirt.commodity_id))
    assert unsized["pieces"][0]["variant_id"] is None
    sized = await shopper.step(size=f"{shirt.commodity_id}:{shirt.variant_ids[1]}")
    assert sized["pieces"][0]["variant_id"] == str(shirt.variant_ids[1])
    both = await shopper.step(put_on=str(scarf.commodity_id))
    assert both["pieces"][1]["variant_id"] == str(scarf.variant_ids[0])


async def test_a_piece_is_moved_scaled_and_laid_further_out_within_bounds(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    id_ = str(goods["shirt"].commodity_id)
    begun = await shopper.step(put_on=id_)
    as_it_falls = begun["pieces"][0]
    assert not as_it_falls["is_adjusted"]
    await shopper.step(adjust=f"{id_}:left")
    await shopper.step(adjust=f"{id_}:over")
    looked = await shopper.step(adjust=f"{id_}:0.02,-0.01,1.1")
    assert await _picture(shopper, looked) != await _picture(shopper, begun)
    moved = looked["pieces"][0]
    assert moved["is_adjusted"]
    placed = {"down": 0.02, "right": -0.016, "scale": 1.1, "level": 1}
    assert moved["placement"] == {**placed, "tucked": False, "opened": False}
    far = (await shopper.step(adjust=f"{id_}:9,9,9"))["pieces"][0]
    assert far["placement"] == {
        **moved["placement"],
        "down": 0.15,
        "right": 0.15,
        "scale": 1.4,
    }
    back = await shopper.step(adjust=f"{id_}:reset")
    assert back["pieces"][0]["placement"] == as_it_falls["placement"]
    assert back["picture_url"] == begun["picture_url"]
    steps = "/api/v1/coordinations/current/steps"
    for change in ("sideways", "1,2", "nan,0,1", "0,0,0", "0,0,-1", ""):
        answer = await shopper.http.post(steps, json={"adjust": f"{id_}:{change}"})
        refused(answer, 422, "invalid-request")
    other = str(goods["hat"].commodity_id)
    answer = await shopper.http.post(steps, json={"adjust": f"{other}:left"})
    refused(answer, 400, "commodity-not-worn")


async def test_a_shirt_is_worn_open_over_a_dress_and_said_to_be(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    id_ = str(goods["shirt"].commodity_id)
    closed = await shopper.step(put_on=id_)
    assert closed["pieces"][0]["can_be_opened"]

    opened = await shopper.step(adjust=f"{id_}:open")

    assert opened["pieces"][0]["placement"]["opened"]
    assert opened["description"] != closed["description"]
    assert opened["description"].endswith(", worn open.")
    assert await _picture(shopper, opened) != await _picture(shopper, closed)
    both = await shopper.step(put_on=str(goods["dress"].commodity_id))
    assert sorted(_worn(both)) == ["dress", "shirt"]
    again = await shopper.step(adjust=f"{id_}:open")
    assert not again["pieces"][0]["placement"]["opened"]
    assert _worn(again) == ["shirt"]
    trousers = str(goods["trousers"].commodity_id)
    steps = "/api/v1/coordinations/current/steps"
    await shopper.step(put_on=trousers)
    answer = await shopper.http.post(steps, json={"adjust": f"{trousers}:open"})
    refused(answer, 400, "nothing-to-open")


async def test_steps_are_undone_and_redone_until_another_one_is_taken(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    await shopper.step(put_on=str(goods["shirt"].commodity_id))
    await shopper.step(put_on=str(goods["trousers"].commodity_id))
    undone = await shopper.step(undo=True)
    assert (_worn(undone), undone["can_redo"]) == (["shirt"], True)
    redone = await shopper.step(redo=True)
    assert (_worn(redone), redone["can_redo"]) == (["shirt", "trousers"], False)
    await shopper.step(undo=True)
    other = await shopper.step(put_on=str(goods["knitwear"].commodity_id))
    assert not other["can_redo"]
    await shopper.step(undo=True)
    bare = await shopper.step(undo=True)
    assert (_worn(bare), bare["can_undo"]) == ([], False)
    # There is nothing further back; asking is no mistake.
    assert (await shopper.step(undo=True))["step"] == bare["step"]


async def test_the_picture_of_a_look_is_webp_in_the_body_frame(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    coordination = await shopper.dress_in(goods["shirt"])
    answer = succeeded(await shopper.http.get(coordination["picture_url"]))
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"].startswith("private")
    with Image.open(BytesIO(answer.content)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("WEBP", "RGBA", (750, 1536))
        assert picture.getchannel("A").getpixel((2, 2)) == 0


async def test_the_picture_changes_with_the_look_and_comes_back_with_it(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    looks = [
        await shopper.get("/coordinations/current"),
        await shopper.step(put_on=str(goods["shirt"].commodity_id)),
        await shopper.step(put_on=str(goods["trousers"].commodity_id)),
        await shopper.step(wearer="mannequin:bruno"),
    ]
    pictures = [await _picture(shopper, look) for look in looks]
    assert len(set(pictures)) == len(looks)
    assert len({look["picture_url"] for look in looks}) == len(looks)
    undone = await shopper.step(undo=True)
    assert undone["picture_url"] == looks[2]["picture_url"]
    assert await _picture(shopper, undone) == pictures[2]


async def test_the_address_of_a_picture_depends_on_the_look_and_not_on_the_way_to_it(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    shirt = goods["shirt"]
    once = await shopper.step(put_on=str(shirt.commodity_id))
    await shopper.step(put_on=str(goods["hat"].commodity_id))
    again = await shopper.step(take_off=str(goods["hat"].commodity_id))
    assert again["picture_url"] == once["picture_url"]
    sized = await shopper.step(size=f"{shirt.commodity_id}:{shirt.variant_ids[0]}")
    assert sized["picture_url"] == once["picture_url"]  # a size does not show


async def test_a_recipe_that_was_never_looked_at_is_not_found(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    coordination = await shopper.dress_in(goods["shirt"])
    address = f"/api/v1/coordinations/{coordination['id']}/picture"
    answer = await shopper.http.get(address, params={"recipe": "0" * 32})
    refused(answer, 404, "coordination-not-found")
    odd = await shopper.http.get(address, params={"recipe": "../../etc/passwd"})
    refused(odd, 422, "invalid-request")


async def test_a_coordination_is_its_shoppers_alone(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    mine = await shopper.dress_in(goods["shirt"])
    stranger = await boutique.shopper()
    await stranger.dress_in(goods["hat"])
    guest = await boutique.guest()
    address = f"/api/v1/coordinations/{mine['id']}"
    for visitor in (stranger, guest):
        for part in ("", "/picture"):
            answer = await visitor.http.get(f"{address}{part}")
            refused(answer, 404, "coordination-not-found")
    confirming = f"{address}/confirmation"
    refused(await stranger.http.post(confirming), 404, "coordination-not-found")
    refused(await guest.http.post(confirming), 401, "sign-in-needed")


async def test_a_step_on_somebody_elses_coordination_changes_nothing(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    mine = await shopper.dress_in(goods["shirt"])
    stranger = await boutique.shopper()
    await stranger.dress_in(goods["hat"])
    head = await boutique.container.log.head()
    for id_ in (mine["id"], str(uuid4()), "nonsense"):
        answer = await stranger.http.post(
            f"/api/v1/coordinations/{id_}/steps",
            json={"put_on": str(goods["dress"].commodity_id)},
        )
        refused(answer, 404, "coordination-not-found")
    assert await boutique.container.log.head() == head


async def test_a_step_names_its_own_coordination_by_id_too(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    mine = await shopper.dress_in(goods["shirt"])
    body = {"put_on": str(goods["hat"].commodity_id)}
    answer = succeeded(
        await shopper.http.post(f"/api/v1/coordinations/{mine['id']}/steps", json=body)
    )
    assert sorted(_worn(answer.json())) == ["hat", "shirt"]


async def test_two_steps_at_once_are_both_taken(shopper: Visitor, goods: dict[str, Goods]) -> None:
    await shopper.step(put_on=str(goods["shirt"].commodity_id))
    await asyncio.gather(
        shopper.step(put_on=str(goods["hat"].commodity_id)),
        shopper.step(put_on=str(goods["one-size"].commodity_id)),
    )
    both = await shopper.get("/coordinations/current")
    assert sorted(_worn(both)) == ["hat", "scarf", "shirt"]


@pytest.mark.parametrize("point", [(0, 0), (0.5, 0.5), (1, 1)], ids=str)
async def test_landmarks_in_the_wrong_place_spoil_no_look(
    shopper: Visitor, seller: Visitor, goods: dict[str, Goods], point: tuple[float, float]
) -> None:
    told = dict.fromkeys(
        ("collar_left", "collar_right", "shoulder_left", "shoulder_right", "nonsense"), point
    )
    odd = await registered(seller, landmarks=told)
    worn = await shopper.dress_in(odd, goods["trousers"])
    succeeded(await shopper.http.get(worn["picture_url"]))


async def test_many_look_at_once(boutique: OpenBoutique, goods: dict[str, Goods]) -> None:
    shopper = await boutique.shopper()
    await shopper.dress_in(goods["shirt"])
    # More than there are connections: nobody may hold one while waiting for another.
    paths = ["/coordination", "/images", "/api/v1/user-images", "/shop"] * CONNECTIONS_MAX
    answers = await asyncio.gather(*(shopper.http.get(path) for path in paths))
    assert {answer.status_code for answer in answers} == {200}


async def test_mannequins_are_listed_with_their_pictures(boutique: OpenBoutique) -> None:
    guest = await boutique.guest()
    mannequins = await guest.get("/mannequins")
    assert len(mannequins) >= 2
    for mannequin in mannequins:
        answer = succeeded(await guest.http.get(mannequin["picture_url"]))
        assert answer.headers["content-type"] == "image/webp"
        assert mannequin["description"]
    refused(
        await guest.http.get("/api/v1/mannequins/nobody/picture"), 404, "coordination-not-found"
    )


async def test_two_first_steps_at_once_are_both_taken(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    await asyncio.gather(
        shopper.step(put_on=str(goods["shirt"].commodity_id)),
        shopper.step(put_on=str(goods["hat"].commodity_id)),
    )
    assert sorted(_worn(await shopper.get("/coordinations/current"))) == ["hat", "shirt"]


def _of_terminal(*goods: Goods) -> dict[str, Any]:
    return {
        "coordination_id": str(uuid4()),
        "pieces": [
            {"commodity_id": str(x.commodity_id), "variant_id": str(x.variant_ids[1])}
            for x in goods
        ],
    }


async def test_a_look_from_a_terminal_stands_beside_the_one_worked_on(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    await shopper.dress_in(goods["hat"])
    wanted = _of_terminal(goods["shirt"], goods["trousers"])
    made = await shopper.post("/coordinations", wanted)
    assert made["id"] == wanted["coordination_id"]
    assert made["wearer"]["kind"] == "mannequin"
    assert [piece["variant_id"] for piece in made["pieces"]] == [
        piece["variant_id"] for piece in wanted["pieces"]
    ]
    assert [piece["placement"] for piece in made["pieces"]] == [AS_IT_FALLS, AS_IT_FALLS]
    again = await shopper.post("/coordinations", wanted)
    assert again["step"] == made["step"]  # nothing is doubled
    assert _worn(await shopper.get("/coordinations/current")) == ["hat"]
    await shopper.post(f"/coordinations/{made['id']}/confirmation", {"reserve": []})


async def test_pieces_of_a_terminal_lie_where_they_were_put(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    wanted = _of_terminal(goods["shirt"], goods["trousers"])
    put = {"down": 0.012, "right": -0.03, "scale": 1.03, "level": 1, "tucked": True, "opened": True}
    wanted["pieces"][0]["placement"] = put
    wanted["pieces"][1]["placement"] = {"down": -9}
    for _ in range(2):
        made = await shopper.post("/coordinations", wanted)
        assert [piece["placement"] for piece in made["pieces"]] == [
            put,
            {**AS_IT_FALLS, "down": -SHIFT_MAX},
        ]


@pytest.mark.parametrize(
    "placement", [{"scale": 0}, {"down": "NaN"}, {"level": 0.5}], ids=["flat", "nowhere", "between"]
)
async def test_a_placement_that_says_nothing_is_refused(
    shopper: Visitor, goods: dict[str, Goods], placement: dict[str, object]
) -> None:
    wanted = _of_terminal(goods["shirt"])
    wanted["pieces"][0]["placement"] = placement
    refused(await shopper.http.post("/api/v1/coordinations", json=wanted), 422, "invalid-request")


async def test_a_look_of_a_terminal_is_its_shoppers_alone(
    boutique: OpenBoutique, shopper: Visitor, goods: dict[str, Goods]
) -> None:
    wanted = _of_terminal(goods["shirt"])
    guest = await boutique.guest()
    refused(await guest.http.post("/api/v1/coordinations", json=wanted), 401, "sign-in-needed")
    await shopper.post("/coordinations", wanted)
    stranger = await boutique.shopper()
    answer = await stranger.http.post("/api/v1/coordinations", json=wanted)
    refused(answer, 404, "coordination-not-found")


async def test_a_look_of_a_terminal_with_what_is_not_on_offer_is_refused(
    shopper: Visitor, goods: dict[str, Goods]
) -> None:
    wanted = _of_terminal(goods["shirt"])
    wanted["pieces"][0]["variant_id"] = str(uuid4())
    answer = await shopper.http.post("/api/v1/coordinations", json=wanted)
    refused(answer, 404, "variant-not-found")
    answer = await shopper.http.post("/api/v1/coordinations", json={**wanted, "pieces": []})
    refused(answer, 422, "invalid-request")
