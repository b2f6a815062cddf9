"""What sellers and auditors read: a seller's own events, and the log replayed."""

import asyncio
import json
from datetime import datetime
from typing import Any

import pytest

from tests.http.visitors import (
    EMPTY_CARD,
    OpenBoutique,
    Visitor,
    refused,
    registered,
    succeeded,
)

FIELDS = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"}


@pytest.fixture(scope="module")
async def sellers(boutique: OpenBoutique) -> tuple[Visitor, Visitor]:
    return await boutique.seller("Maison Ouest"), await boutique.seller("Casa Est")


@pytest.fixture(scope="module")
async def bought(boutique: OpenBoutique, sellers: tuple[Visitor, Visitor]) -> dict[str, Any]:
    """A purchase of one piece from each of two sellers, after one that was declined."""
    shopper = await boutique.shopper()
    goods = [
        await registered(seller, type_)
        for seller, type_ in zip(sellers, ("shirt", "skirt"), strict=True)
    ]
    declined = await shopper.confirm(*goods) | {"card": EMPTY_CARD}
    refused(await shopper.http.post("/api/v1/purchases", json=declined), 402, "card-declined")
    wanted = await shopper.confirm(*goods)
    answer = succeeded(await shopper.http.post("/api/v1/purchases", json=wanted))
    return {"goods": goods, "order": wanted, "shopper": shopper, "purchase": answer.json()}


async def test_a_sellers_events_are_cloud_events_in_order(
    sellers: tuple[Visitor, Visitor], bought: dict[str, Any]
) -> None:
    answer = succeeded(await sellers[0].http.get("/api/v1/events"))
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    events = answer.json()
    for event in events:
        assert set(event) >= FIELDS
        assert event["specversion"] == "1.0"
        assert event["source"].endswith("/api/v1/events")
        assert event["datacontenttype"] == "application/json"
        assert datetime.fromisoformat(event["time"]).tzinfo is not None
    positions = [int(event["id"]) for event in events]
    assert positions == sorted(set(positions))
    assert [event["type"] for event in events] == [
        "commodity-registered",
        "stock-received",
        "stock-received",
        "purchase-placed",
        "payment-declined",
        "purchase-placed",
        "payment-authorised",
        "payment-captured",
    ]
    placed = events[5]
    assert placed["subject"] == f"purchase:{bought['order']['purchase_id']}"


async def test_a_seller_sees_own_lines_only_and_nothing_of_the_shopper(
    sellers: tuple[Visitor, Visitor], bought: dict[str, Any]
) -> None:
    for seller, goods in zip(sellers, bought["goods"], strict=True):
        events = await seller.get("/events")
        lines = [line for event in events for line in event["data"].get("lines", ())]
        assert {line["commodity_id"] for line in lines} == {str(goods.commodity_id)}
        text = json.dumps(events)
        other = next(one for one in bought["goods"] if one != goods)
        for secret in (
            bought["shopper"].account_id,
            bought["shopper"].email,
            bought["order"]["coordination_id"],
            bought["order"]["card"],
            other.commodity_id,
        ):
            assert str(secret) not in text


async def test_a_feed_is_read_on_from_the_last_position(
    sellers: tuple[Visitor, Visitor], bought: dict[str, Any]
) -> None:
    assert bought
    whole = await sellers[0].get("/events")
    read, after = list[dict[str, Any]](), 0
    while page := await sellers[0].get("/events", after=after, limit=3):
        assert len(page) <= 3
        read += page
        after = int(page[-1]["position"])
    assert read == whole


async def test_a_feed_is_for_sellers(
    boutique: OpenBoutique, shopper: Visitor, auditor: Visitor
) -> None:
    for visitor in (shopper, auditor):
        refused(await visitor.http.get("/api/v1/events"), 403, "not-allowed")
    guest = await boutique.guest()
    refused(await guest.http.get("/api/v1/events"), 401, "sign-in-needed")


async def test_the_log_is_listed_to_auditors_in_order(
    boutique: OpenBoutique, auditor: Visitor, bought: dict[str, Any]
) -> None:
    head = await boutique.container.log.head()
    page = await auditor.get("/audit/events", after=head - 4, until=head - 1)
    assert [event["position"] for event in page] == [head - 3, head - 2, head - 1]
    placed = next(
        event
        for event in await auditor.get("/audit/events", limit=1000, after=max(head - 900, 0))
        if event["subject"] == f"purchase:{bought['order']['purchase_id']}"
    )
    assert (placed["type"], placed["summary"]) == ("purchase-placed", "2 pieces, €98")


async def test_a_replay_comes_to_what_was_sold_and_to_what_is_left(
    boutique: OpenBoutique, auditor: Visitor, bought: dict[str, Any]
) -> None:
    now = await auditor.get("/audit/replay")
    head = await boutique.container.log.head()
    assert (now["position"], now["events"] <= head) == (head, True)
    assert now["placed"] == now["captured"] + now["declined"]
    assert now["pieces_left"] == now["pieces_received"] - now["pieces_sold"]
    mine = [c for c in now["captures"] if c["purchase_id"] == bought["order"]["purchase_id"]]
    assert [(c["total_minor"], c["currency"]) for c in mine] == [(9800, "EUR")]
    assert sum(c["total_minor"] for c in now["captures"]) == now["revenue_minor"]["EUR"]


async def test_a_replay_ends_at_the_position_it_is_asked_for(
    auditor: Visitor, bought: dict[str, Any]
) -> None:
    now = await auditor.get("/audit/replay")
    captured = next(
        c["position"] for c in now["captures"] if c["purchase_id"] == bought["order"]["purchase_id"]
    )
    before = await auditor.get("/audit/replay", until=captured - 1)
    after = await auditor.get("/audit/replay", until=captured)
    assert before["position"] == captured - 1
    assert after["captured"] == before["captured"] + 1
    assert after["revenue_minor"]["EUR"] == before["revenue_minor"].get("EUR", 0) + 9800
    assert await auditor.get("/audit/replay", until=captured) == after
    nothing = await auditor.get("/audit/replay", until=0)
    assert (nothing["events"], nothing["captures"]) == (0, [])


async def test_the_log_is_for_auditors(
    boutique: OpenBoutique, shopper: Visitor, seller: Visitor
) -> None:
    guest = await boutique.guest()
    for path in ("/api/v1/audit/events", "/api/v1/audit/replay"):
        for visitor in (shopper, seller):
            refused(await visitor.http.get(path), 403, "not-allowed")
        refused(await guest.http.get(path), 401, "sign-in-needed")


async def test_an_audit_records_nothing(boutique: OpenBoutique, auditor: Visitor) -> None:
    head = await boutique.container.log.head()
    await asyncio.gather(auditor.get("/audit/replay"), auditor.get("/audit/events"))
    assert await boutique.container.log.head() == head
