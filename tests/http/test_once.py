"""``Idempotency-Key``: what is sent twice is done once and answered the same, after a crash too."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import Response

from adapters.answers import Answer, Answers
from adapters.group_decider import GroupDecider
from domain.coordinating import CoordinateCommodity
from domain.ports import ConcurrentUpdate, LogUnavailable
from domain.purchase import Purchase
from tests.http.visitors import (
    Goods,
    OpenBoutique,
    Visitor,
    drawn,
    registered,
    registration,
    succeeded,
)

REPLAYED = "idempotent-replayed"


@pytest.fixture(scope="module")
async def shirt(seller: Visitor) -> Goods:
    return await registered(seller, sizes=[{"size": "M", "pieces": 500}])


async def sent(visitor: Visitor, path: str, body: Mapping[str, Any], key: str) -> Response:
    return await visitor.http.post(f"/api/v1{path}", json=body, headers={"Idempotency-Key": key})


async def head(boutique: OpenBoutique) -> int:
    return await boutique.container.log.head()


async def forget_answers(boutique: OpenBoutique) -> None:
    """What a process that dies between recording and answering leaves behind."""
    async with boutique.container.pool.connection() as connection:
        await connection.execute("DELETE FROM given_answer")


def told(answer: Response) -> tuple[int, bytes, str | None, str | None]:
    headers: Mapping[str, str] = answer.headers
    return (
        answer.status_code,
        answer.content,
        headers.get("content-type"),
        headers.get("boutique-position"),
    )


async def test_given_a_purchase_when_sent_again_then_the_same_answer_and_nothing_new(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods
) -> None:
    order = await shopper.confirm(shirt)
    key = str(uuid4())
    first = succeeded(await sent(shopper, "/purchases", order, key))
    assert REPLAYED not in first.headers
    recorded = await head(boutique)
    again = await sent(shopper, "/purchases", order, key)
    assert told(again) == told(first)
    assert again.headers[REPLAYED] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert await head(boutique) == recorded


async def test_given_another_body_when_its_key_was_used_then_422_and_nothing_done(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods
) -> None:
    key = str(uuid4())
    path = "/coordinations/current/steps"
    await sent(shopper, path, {"put_on": str(shirt.commodity_id)}, key)
    recorded = await head(boutique)
    for forgotten in (False, True):  # the log knows it even when the answer was lost
        if forgotten:
            await forget_answers(boutique)
        refused = await sent(shopper, path, {"put_on": str(shirt.commodity_id), "undo": False}, key)
        assert refused.status_code == 422
        assert refused.json()["type"] == "/problems/idempotency-key-reused"
        assert "new key" in refused.json()["detail"]
        assert await head(boutique) == recorded


async def test_given_the_process_died_before_it_answered_when_sent_again_then_done_once(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods
) -> None:
    """Undoing names no id: only its key tells the second from another one."""
    await shopper.dress_in(shirt)
    key = str(uuid4())
    first = succeeded(await sent(shopper, "/coordinations/current/steps", {"undo": True}, key))
    recorded = await head(boutique)
    await forget_answers(boutique)
    again = await sent(shopper, "/coordinations/current/steps", {"undo": True}, key)
    assert told(again) == told(first)
    assert again.headers[REPLAYED] == "true"
    assert await head(boutique) == recorded


async def test_given_two_at_once_when_their_key_is_the_same_then_one_effect(
    boutique: OpenBoutique, seller: Visitor, shirt: Goods
) -> None:
    key, path = str(uuid4()), stock_of(shirt)
    before = await head(boutique)
    answers = await asyncio.gather(*(sent(seller, path, {"pieces": 3}, key) for _ in range(8)))
    assert len({told(answer) for answer in answers}) == 1
    assert sum(REPLAYED in answer.headers for answer in answers) == 7
    assert await head(boutique) == before + 1


async def test_given_two_processes_at_once_when_the_key_is_the_same_then_one_effect(
    boutique: OpenBoutique, seller: Visitor, shirt: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes share neither memory nor, at first, an answer: only the log."""

    async def nothing(*_: object) -> None:
        return None

    async def not_kept(_answers: Answers, _client: UUID, _key: str, made: Answer) -> Answer:
        return made

    monkeypatch.setattr(Answers, "given", nothing)
    monkeypatch.setattr(Answers, "keep", not_kept)
    key, path = str(uuid4()), stock_of(shirt)
    before = await head(boutique)
    first, second = await asyncio.gather(
        *(sent(seller, path, {"pieces": 3}, key) for _ in range(2))
    )
    assert told(first) == told(second)
    assert (REPLAYED in first.headers) != (REPLAYED in second.headers)
    assert await head(boutique) == before + 1


async def test_given_two_processes_at_once_when_one_has_answered_then_the_other_says_the_same(
    shopper: Visitor, shirt: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process learns of the answer only when it wants to keep its own."""
    order = await shopper.confirm(shirt)
    key = str(uuid4())
    first = succeeded(await sent(shopper, "/purchases", order, key))
    await shopper.dress_in(shirt)  # the log's end is another one now
    given, asked = Answers.given, 0

    async def not_yet_given(self: Answers, client_id: UUID, key: str) -> Answer | None:
        nonlocal asked
        asked += 1
        return None if asked == 1 else await given(self, client_id, key)

    monkeypatch.setattr(Answers, "given", not_yet_given)
    again = await sent(shopper, "/purchases", order, key)
    assert told(again) == told(first)
    assert again.headers[REPLAYED] == "true"


@pytest.mark.parametrize("error", [ConcurrentUpdate(), LogUnavailable("Nothing was recorded.")])
async def test_given_the_payment_was_cut_short_when_sent_again_then_it_is_completed(
    boutique: OpenBoutique,
    shopper: Visitor,
    shirt: Goods,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    order = await shopper.confirm(shirt)
    key = str(uuid4())

    async def cut_short(_: Purchase) -> Purchase:
        raise error

    with monkeypatch.context() as cut:
        cut.setattr(boutique.container.boutique, "settle_from", cut_short)
        answer = await sent(shopper, "/purchases", order, key)
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems/purchase-under-way"
        assert "Do not buy" in answer.json()["detail"]
    again = succeeded(await sent(shopper, "/purchases", order, key))
    assert again.json()["state"] == "captured"


async def test_given_projections_are_late_when_bought_then_the_answer_is_what_they_will_show(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await shopper.confirm(shirt)
    order["pieces"] *= 2  # two lines of the same variant are shown as one
    with monkeypatch.context() as late:
        late.setattr(boutique.container.projections, "wait_for", too_late)
        bought = succeeded(await sent(shopper, "/purchases", order, str(uuid4()))).json()
    assert bought["state"] == "captured"
    end = await head(boutique)
    shown = await shopper.get(f"/purchases/{order['purchase_id']}", at_least=end)
    assert shown == bought


async def test_given_a_lost_answer_could_not_be_shown_in_time_when_sent_again_then_it_is_shown(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await shopper.confirm(shirt)
    key = str(uuid4())
    succeeded(await sent(shopper, "/purchases", order, key))
    await forget_answers(boutique)
    with monkeypatch.context() as late:
        late.setattr(boutique.container.projections, "wait_for", too_late)
        answer = await sent(shopper, "/purchases", order, key)
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems/not-yet-projected"
    again = succeeded(await sent(shopper, "/purchases", order, key))
    assert again.json()["state"] == "captured"


async def too_late(*_: object, **__: object) -> bool:
    return False


async def test_given_a_request_was_half_done_when_sent_again_then_the_rest_is_done(
    shopper: Visitor, shirt: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first step of a visitor starts a coordination, too."""
    key, step = str(uuid4()), {"put_on": str(shirt.commodity_id)}
    attempt = GroupDecider._attempt  # noqa: SLF001 (what other processes make it do)

    async def outrun(self: GroupDecider, group: Sequence[Any]) -> bool:
        if any(isinstance(task.command, CoordinateCommodity) for task in group):
            return False
        return await attempt(self, group)

    with monkeypatch.context() as cut:
        cut.setattr(GroupDecider, "_attempt", outrun)
        answer = await sent(shopper, "/coordinations/current/steps", step, key)
        assert answer.json()["type"] == "/problems/concurrent-update"
    succeeded(await sent(shopper, "/coordinations/current/steps", step, key))


async def test_given_a_refusal_when_its_cause_is_gone_then_the_same_key_may_try_again(
    seller: Visitor, shopper: Visitor
) -> None:
    goods = await registered(seller, "hat", sizes=[{"size": "M", "pieces": 1}])
    order = await shopper.confirm(goods)
    order["pieces"][0]["quantity"] = 2
    key = str(uuid4())
    assert (await sent(shopper, "/purchases", order, key)).status_code == 409
    succeeded(await sent(seller, stock_of(goods), {"pieces": 5}, str(uuid4())))
    assert (await sent(shopper, "/purchases", order, key)).status_code == 201


async def test_given_a_declined_card_when_sent_again_then_declined_again_and_charged_never(
    boutique: OpenBoutique, shopper: Visitor, shirt: Goods
) -> None:
    order = {**await shopper.confirm(shirt), "card": "demo-card-declined"}
    key = str(uuid4())
    first = await sent(shopper, "/purchases", order, key)
    assert first.status_code == 402
    recorded = await head(boutique)
    assert told(await sent(shopper, "/purchases", order, key)) == told(first)
    assert await head(boutique) == recorded


async def test_a_form_with_an_image_is_the_same_though_its_boundary_is_another(
    boutique: OpenBoutique, seller: Visitor
) -> None:
    key = str(uuid4())
    answers = list[Response]()
    for forgotten in (False, False, True):
        if forgotten:
            await forget_answers(boutique)
        answers.append(
            await seller.http.post(
                "/api/v1/commodities",
                data={"commodity": json.dumps(registration("hat"))},
                files={"image": ("hat.png", drawn("hat"), "image/png")},
                headers={"Idempotency-Key": key},
            )
        )
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["commodity_id"] for answer in answers}) == 1
    assert [REPLAYED in answer.headers for answer in answers] == [False, True, True]


async def test_keys_of_others_are_not_in_the_way(boutique: OpenBoutique, shirt: Goods) -> None:
    key = str(uuid4())
    for _ in range(2):
        shopper = await boutique.shopper()
        answer = await sent(
            shopper, "/coordinations/current/steps", {"put_on": str(shirt.commodity_id)}, key
        )
        assert REPLAYED not in succeeded(answer).headers


async def test_the_clients_words_are_not_recorded(
    boutique: OpenBoutique, seller: Visitor, shirt: Goods
) -> None:
    key = "alice@example.com-orders-again"
    succeeded(await sent(seller, stock_of(shirt), {"pieces": 1}, key))
    async with boutique.container.pool.connection() as connection:
        cursor = await connection.execute(
            "SELECT tags FROM boutique_events_tt_main ORDER BY id DESC LIMIT 1"
        )
        (tags,) = await cursor.fetchone() or ([],)
    assert [tag.partition(":")[0] for tag in tags][-2:] == ["idempotency", "request"]
    assert "alice" not in str(tags)


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
async def test_a_key_that_cannot_be_used_is_refused_with_the_remedy(
    seller: Visitor, shirt: Goods, key: str
) -> None:
    answer = await seller.http.post(
        f"/api/v1{stock_of(shirt)}",
        json={"pieces": 1},
        headers=[(b"Idempotency-Key", key.encode("latin-1"))],
    )
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/idempotency-key-unusable"
    assert "UUID" in answer.json()["detail"]


async def test_a_guest_before_their_first_act_and_readers_need_no_key(
    boutique: OpenBoutique, shirt: Goods
) -> None:
    guest = await boutique.guest()
    step = {"put_on": str(shirt.commodity_id)}
    succeeded(await sent(guest, "/coordinations/current/steps", step, "first"))
    reading = await guest.http.get("/api/v1/facets", headers={"Idempotency-Key": "a b"})
    assert reading.status_code == 200


def stock_of(goods: Goods) -> str:
    return f"/commodities/{goods.commodity_id}/variants/{goods.variant_ids[0]}/stock"
