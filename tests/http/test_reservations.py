"""Reservations over HTTP: pieces are held from the confirmed look on, for one shopper at a time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from httpx2 import AsyncClient, Response

from domain.reservation import HELD_FOR
from tests.http.markup import Page, send, visit
from tests.http.visitors import (
    PASSWORD,
    Goods,
    OpenBoutique,
    Visitor,
    order,
    refused,
    registered,
    succeeded,
)
from web.app import create_app
from web.bootstrap import opened
from web.upkeep import expire_what_is_overdue

ADDRESS = "/api/v1/reservations"
CONFIRMATION = "/coordination/confirmation"
CURRENT = "/api/v1/coordinations/current/confirmation"


@dataclass
class Later:
    """A clock that is ahead of the real one."""

    clock: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now().astimezone() + self.clock


@pytest.fixture
async def hat(seller: Visitor) -> Goods:
    """The last piece of its kind."""
    return await registered(seller, "hat", sizes=[{"size": "M", "pieces": 1}])


@pytest.fixture
async def later(boutique: OpenBoutique) -> AsyncIterator[OpenBoutique]:
    """The same boutique as it is when everything that is held now is overdue."""
    clock = Later(HELD_FOR + timedelta(seconds=1))
    async with opened(boutique.container.settings, clock=clock) as container:
        yield replace(boutique, container=container, app=create_app(container, boutique.imaging))


async def at_the_till(shopper: Visitor, *goods: Goods) -> Page:
    await shopper.dress_in(*goods)
    return await send(shopper.http, (await visit(shopper.http, CONFIRMATION)).form(CONFIRMATION))


async def seen_later(later: OpenBoutique, shopper: Visitor) -> AsyncClient:
    """Return a client of the same shopper, for whom time has passed."""
    http = await later.client(later.app)
    body = {"email": shopper.email, "password": PASSWORD}
    succeeded(await http.post("/api/v1/sessions", json=body))
    return http


async def expire(later: OpenBoutique, boutique: OpenBoutique) -> None:
    await expire_what_is_overdue(later.container)
    await boutique.container.projections.wait_for(
        await boutique.container.log.head(), timeout_seconds=10
    )


# -------------------------------------------------------------- over HTTP


async def test_a_confirmed_look_is_held_and_others_find_it_sold_out_until_it_expires(
    boutique: OpenBoutique, later: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    held = await shopper.hold(hat)
    assert await boutique.left(hat) == 0
    another = await boutique.shopper()
    await another.dress_in(hat)
    problem = refused(await another.http.post(CURRENT), 409, "sold-out")
    assert problem["variant_ids"] == [str(hat.variant_ids[0])]
    assert "Plain hat in M" in problem["detail"]
    assert await another.get("/reservations") == []

    await expire(later, boutique)
    assert await shopper.get("/reservations") == []
    assert await boutique.left(hat) == 1
    again = succeeded(await another.http.post(CURRENT)).json()["reservation"]
    assert again["reservation_id"] != held["reservation_id"]
    wanted = order(again["coordination_id"], hat)
    assert (await another.post("/purchases", wanted))["state"] == "captured"


async def test_what_is_held_is_listed_and_bought_out_of_the_reservation(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    held = await shopper.hold(hat)
    assert await shopper.get("/reservations") == [held]
    piece = {"commodity_id": str(hat.commodity_id), "variant_id": str(hat.variant_ids[0])}
    assert held["pieces"] == [piece | {"quantity": 1}]
    # For her it is not sold out.
    shown = (await shopper.get("/coordinations/current"))["pieces"]
    assert [x["variants"][0]["left"] for x in shown] == [1]
    await shopper.post("/purchases", order(held["coordination_id"], hat))
    assert await shopper.get("/reservations") == []
    assert await boutique.left(hat) == 0


async def test_whoever_lets_go_puts_the_pieces_back_once(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    held = await shopper.hold(hat)
    for _ in range(2):
        answer = await shopper.http.delete(f"{ADDRESS}/{held['reservation_id']}")
        assert answer.status_code == 204
        await shopper.get("/facets", at_least=answer.headers["boutique-position"])
    assert await boutique.left(hat) == 1
    assert await shopper.get("/reservations") == []


async def test_a_reservation_is_found_by_its_shopper_only(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    held = await shopper.hold(hat)
    stranger, guest = await boutique.shopper(), await boutique.guest()
    for id_ in (held["reservation_id"], uuid4()):
        answer = await stranger.http.delete(f"{ADDRESS}/{id_}")
        refused(answer, 404, "reservation-not-found")
    refused(await guest.http.delete(f"{ADDRESS}/{uuid4()}"), 401, "sign-in-needed")
    refused(await guest.http.get(ADDRESS), 401, "sign-in-needed")
    assert await stranger.get("/reservations") == []
    await stranger.dress_in(hat)
    stolen = {"reservation_id": held["reservation_id"]}
    refused(await stranger.http.post(CURRENT, json=stolen), 404, "reservation-not-found")
    assert await shopper.get("/reservations") == [held]


async def test_only_the_pieces_that_are_named_are_held(
    boutique: OpenBoutique, shopper: Visitor, seller: Visitor, hat: Goods
) -> None:
    shirt = await registered(seller, sizes=[{"size": "M", "pieces": 1}])
    await shopper.dress_in(hat, shirt)
    piece = {"commodity_id": str(shirt.commodity_id), "variant_id": str(shirt.variant_ids[0])}
    held = (await shopper.post("/coordinations/current/confirmation", {"reserve": [piece]}))[
        "reservation"
    ]
    assert [x["variant_id"] for x in held["pieces"]] == [piece["variant_id"]]
    assert [await boutique.left(x) for x in (hat, shirt)] == [1, 0]
    # Holding nothing lets go.
    nothing = await shopper.post("/coordinations/current/confirmation", {"reserve": []})
    assert nothing["reservation"] is None
    assert await boutique.left(shirt) == 1


async def test_what_is_owned_already_is_not_held_again(
    shopper: Visitor, seller: Visitor, hat: Goods
) -> None:
    shirt = await registered(seller)
    held = await shopper.hold(shirt)
    await shopper.post("/purchases", order(held["coordination_id"], shirt))
    again = await shopper.hold(hat)
    assert [x["commodity_id"] for x in again["pieces"]] == [str(hat.commodity_id)]


async def test_when_one_piece_is_short_none_is_held(
    boutique: OpenBoutique, shopper: Visitor, seller: Visitor, hat: Goods
) -> None:
    shirt = await registered(seller)
    await (await boutique.shopper()).hold(hat)
    await shopper.dress_in(shirt, hat)
    before, head = await boutique.left(shirt), await boutique.container.log.head()
    refused(await shopper.http.post(CURRENT), 409, "sold-out")
    assert (await boutique.left(shirt), await boutique.container.log.head()) == (before, head)


async def test_a_confirmation_sent_twice_with_one_key_holds_once(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    await shopper.dress_in(hat)
    key = {"Idempotency-Key": "confirm-once"}
    first, again = [await shopper.http.post(CURRENT, headers=key) for _ in range(2)]
    assert succeeded(first).json() == succeeded(again).json()
    assert first.json()["reservation"] is not None
    assert again.headers["idempotent-replayed"] == "true"
    released = f"{ADDRESS}/{first.json()['reservation']['reservation_id']}"
    for _ in range(2):
        answer = await shopper.http.delete(released, headers={"Idempotency-Key": "let-go"})
        assert answer.status_code == 204
    assert await boutique.left(hat) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"reserve": [{"commodity_id": "hat", "variant_id": "M"}]},
        {"reserve": "everything"},
        {"reservation_id": "mine"},
    ],
)
async def test_what_cannot_be_read_is_explained(
    shopper: Visitor, hat: Goods, body: dict[str, object]
) -> None:
    await shopper.dress_in(hat)
    problem = refused(await shopper.http.post(CURRENT, json=body), 422, "invalid-request")
    assert "Mend these" in problem["detail"]


async def test_pieces_of_another_look_or_size_cannot_be_held(
    shopper: Visitor, seller: Visitor, hat: Goods
) -> None:
    shirt = await registered(seller)
    await shopper.dress_in(hat)

    async def confirming(commodity: Goods, size: int) -> Response:
        piece = {
            "commodity_id": str(commodity.commodity_id),
            "variant_id": str(commodity.variant_ids[size]),
        }
        return await shopper.http.post(CURRENT, json={"reserve": [piece]})

    refused(await confirming(shirt, 0), 400, "commodity-not-worn")
    await shopper.dress_in(shirt)
    refused(await confirming(shirt, 1), 409, "size-not-chosen")
    assert await shopper.get("/reservations") == []


# ---------------------------------------------------------------- on pages


async def test_the_till_says_until_when_and_counts_down(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    till = await at_the_till(shopper, hat)
    [held] = await shopper.get("/reservations", at_least=await boutique.container.log.head())
    until = datetime.fromisoformat(held["expires_at"])
    assert f"{until:%H:%M} UTC" in till.text
    seconds = int(till.answer.text.partition('data-seconds="')[2].partition('"')[0])
    assert 0 < seconds <= HELD_FOR.total_seconds()
    # Whoever looks again, by any way, comes to the same pieces, and they stay held as long.
    again = await visit(shopper.http, CONFIRMATION)
    assert again.answer.url == till.answer.url
    assert await shopper.get("/reservations") == [held]


async def test_a_confirmation_pressed_twice_holds_once(shopper: Visitor, hat: Goods) -> None:
    await shopper.dress_in(hat)
    form = (await visit(shopper.http, CONFIRMATION)).form(CONFIRMATION)
    first, second = [await send(shopper.http, form) for _ in range(2)]
    assert first.answer.url == second.answer.url
    assert len(await shopper.get("/reservations")) == 1


async def test_the_pieces_are_let_go_by_a_button(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    till = await at_the_till(shopper, hat)
    address = till.answer.url.path
    screen = await send(shopper.http, till.form(f"{address}/release"))
    assert "back in the shop" in screen.text
    assert await boutique.left(hat) == 1
    assert "No longer held" in (await visit(shopper.http, address)).text
    # The back button, and the card once more: nothing is bought, and the page says why.
    answer = await send(shopper.http, till.form("/purchases"))
    assert answer.answer.status_code == 409
    assert any("no longer held" in alert for alert in answer.alerts)
    held_again = await send(shopper.http, answer.form(CONFIRMATION))
    assert "It is yours" in (await send(shopper.http, held_again.form("/purchases"))).text


async def test_whose_time_is_over_is_told_so_and_may_hold_them_again(
    boutique: OpenBoutique, later: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    till = await at_the_till(shopper, hat)
    http = await seen_later(later, shopper)
    ended = await visit(http, till.answer.url.path)
    assert "Their time is over" in ended.text
    await expire(later, boutique)
    ended = await visit(http, till.answer.url.path)
    assert "Their time is over" in ended.text
    again = await send(http, ended.form(CONFIRMATION))
    assert "Held for you" in again.text
    assert again.answer.url != till.answer.url


async def test_until_the_end_is_recorded_a_purchase_is_honoured(
    later: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    till = await at_the_till(shopper, hat)
    http = await seen_later(later, shopper)
    answer = await http.post(
        "/purchases", data=till.form("/purchases").fields, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 303


async def test_who_was_slower_is_told_which_piece_and_may_choose_another_size(
    boutique: OpenBoutique, shopper: Visitor, seller: Visitor
) -> None:
    sizes = [{"size": "S", "pieces": 1}, {"size": "M", "pieces": 1}]
    shirt = await registered(seller, sizes=sizes)
    await shopper.dress_in(shirt)
    confirmation = await visit(shopper.http, CONFIRMATION)
    await (await boutique.shopper()).hold(shirt)
    slower = await send(shopper.http, confirmation.form(CONFIRMATION))
    assert slower.answer.status_code == 409
    assert any("Plain shirt in S" in alert for alert in slower.alerts)
    name = f"size-{shirt.commodity_id}"
    form = slower.form(CONFIRMATION)
    assert form.chosen(name) == [str(shirt.variant_ids[1])]
    till = await send(shopper.http, form, **{name: str(shirt.variant_ids[1])})
    assert "Held for you" in till.text


async def test_whoever_comes_back_after_buying_is_told_that_they_are_hers(
    shopper: Visitor, hat: Goods
) -> None:
    till = await at_the_till(shopper, hat)
    await send(shopper.http, till.form("/purchases"))
    assert "They are yours" in (await visit(shopper.http, till.answer.url.path)).text


async def test_a_look_confirmed_anew_in_another_tab_cannot_be_paid_in_the_first(
    shopper: Visitor, seller: Visitor, hat: Goods
) -> None:
    till = await at_the_till(shopper, hat)
    shirt = await registered(seller)
    other_tab = await at_the_till(shopper, shirt)
    answer = await send(shopper.http, till.form("/purchases"))
    assert answer.answer.status_code == 409
    assert (await shopper.get("/purchases"))["purchases"] == []
    receipt = await send(shopper.http, other_tab.form("/purchases"))
    assert "It is yours" in receipt.text


async def test_another_price_than_the_one_shown_is_not_charged(
    shopper: Visitor, hat: Goods
) -> None:
    till = await at_the_till(shopper, hat)
    form = till.form("/purchases")
    seen = f"{hat.commodity_id}:{hat.price_minor - 1}"
    answer = await send(shopper.http, form, seen=seen)
    assert answer.answer.status_code == 409
    assert any("changed since you saw it" in alert for alert in answer.alerts)
    assert "It is yours" in (await send(shopper.http, answer.form("/purchases"))).text


async def test_a_page_of_somebody_elses_reservation_is_not_found(
    boutique: OpenBoutique, shopper: Visitor, hat: Goods
) -> None:
    till = await at_the_till(shopper, hat)
    stranger = await boutique.shopper()
    assert (await stranger.http.get(till.answer.url.path)).status_code == 404
    for action in ("/purchases", f"{till.answer.url.path}/release"):
        assert (await send(stranger.http, till.form(action))).answer.status_code == 404
