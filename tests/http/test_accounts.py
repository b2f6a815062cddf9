"""Accounts and sessions over HTTP."""

import asyncio
from datetime import timedelta

from httpx2 import AsyncClient

from tests.http.visitors import (
    PASSWORD,
    OpenBoutique,
    Visitor,
    fresh_email,
    refused,
    registered,
    succeeded,
)
from web.dependencies import SESSION_COOKIE


async def test_who_signs_up_is_signed_in(boutique: OpenBoutique) -> None:
    http, email = await boutique.client(), fresh_email()
    answer = await http.post("/api/v1/accounts", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 201
    assert answer.json()["role"] == "shopper"
    me = succeeded(await http.get("/api/v1/accounts/me")).json()
    assert me["email"] == email
    assert me["account_id"] == answer.json()["account_id"]


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    boutique: OpenBoutique,
) -> None:
    http = await boutique.client()
    body = {"email": fresh_email(), "password": PASSWORD}
    cookie = (await http.post("/api/v1/accounts", json=body)).headers["set-cookie"].lower()
    assert cookie.startswith(SESSION_COOKIE)
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_an_address_is_the_same_however_it_is_written(
    boutique: OpenBoutique, shopper: Visitor
) -> None:
    http = await boutique.client()
    body = {"email": f" {shopper.email.upper()}", "password": PASSWORD}
    signed_in = succeeded(await http.post("/api/v1/sessions", json=body)).json()
    assert signed_in["account_id"] == str(shopper.account_id)


async def test_a_token_serves_programs_as_bearer(boutique: OpenBoutique, shopper: Visitor) -> None:
    body = {"email": shopper.email, "password": PASSWORD}
    token = (await (await boutique.client()).post("/api/v1/sessions", json=body)).json()["token"]
    program = await boutique.client()
    me = await program.get("/api/v1/accounts/me", headers={"Authorization": f"Bearer {token}"})
    assert succeeded(me).json()["account_id"] == str(shopper.account_id)


async def test_a_token_is_of_no_use_once_its_session_has_ended(shopper: Visitor) -> None:
    token = shopper.http.cookies[SESSION_COOKIE]
    answer = await shopper.http.delete("/api/v1/sessions/current")
    assert answer.status_code == 204
    assert "cache" in answer.headers["clear-site-data"]
    assert SESSION_COOKIE not in shopper.http.cookies
    again = await shopper.http.get(
        "/api/v1/accounts/me", headers={"Authorization": f"Bearer {token}"}
    )
    refused(again, 401, "sign-in-needed")


async def test_signing_out_ends_one_session_only(boutique: OpenBoutique, shopper: Visitor) -> None:
    elsewhere = await boutique.client()
    body = {"email": shopper.email, "password": PASSWORD}
    succeeded(await elsewhere.post("/api/v1/sessions", json=body))
    await shopper.http.delete("/api/v1/sessions/current")
    succeeded(await elsewhere.get("/api/v1/accounts/me"))


async def test_a_session_ends_by_itself_after_thirty_days(
    boutique: OpenBoutique, shopper: Visitor
) -> None:
    visits, token = boutique.container.visits, shopper.http.cookies[SESSION_COOKIE]
    now = boutique.container.clock()
    assert await visits.find(token, now=now + timedelta(days=29)) is not None
    assert await visits.find(token, now=now + timedelta(days=30, seconds=1)) is None


async def test_an_invented_token_is_nobodys(boutique: OpenBoutique) -> None:
    http = await boutique.client()
    answer = await http.get("/api/v1/accounts/me", headers={"Authorization": "Bearer invented"})
    refused(answer, 401, "sign-in-needed")


async def test_what_a_guest_has_coordinated_becomes_the_shoppers(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    shirt = await registered(seller)
    guest = await boutique.guest()
    before = await guest.dress_in(shirt)
    await _signed_up(guest.http)
    after = await guest.get("/coordinations/current")
    assert after["id"] == before["id"]
    assert [piece["commodity"]["id"] for piece in after["pieces"]] == [str(shirt.commodity_id)]


async def test_a_guests_token_is_of_no_use_once_they_have_signed_up(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    guest = await boutique.guest()
    await guest.dress_in(await registered(seller))
    token = guest.http.cookies[SESSION_COOKIE]
    await _signed_up(guest.http)
    assert await boutique.container.visits.find(token, now=boutique.container.clock()) is None


async def test_a_guest_who_presses_the_button_twice_can_sign_in_afterwards(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    guest = await boutique.guest()
    await guest.dress_in(await registered(seller))
    body = {"email": fresh_email(), "password": PASSWORD}
    once, twice = await asyncio.gather(
        *(guest.http.post("/api/v1/accounts", json=body) for _ in range(2))
    )
    assert sorted([once.status_code, twice.status_code]) == [201, 409]
    http = await boutique.client()
    succeeded(await http.post("/api/v1/sessions", json=body))


async def test_who_is_signed_in_cannot_open_a_second_account(shopper: Visitor) -> None:
    body = {"email": fresh_email(), "password": PASSWORD}
    refused(await shopper.http.post("/api/v1/accounts", json=body), 409, "account-already-opened")
    succeeded(await shopper.http.post("/api/v1/sessions", json={**body, "email": shopper.email}))


async def test_the_log_knows_nobodys_address(boutique: OpenBoutique, shopper: Visitor) -> None:
    async with boutique.container.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT count(*) FROM boutique_events_tt_main WHERE position(%s IN data) > 0",
            (shopper.email.encode(),),
        )
        assert await cursor.fetchone() == (0,)


async def _signed_up(http: AsyncClient) -> None:
    body = {"email": fresh_email(), "password": PASSWORD}
    succeeded(await http.post("/api/v1/accounts", json=body))
