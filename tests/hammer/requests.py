"""Requests as a shopper's program sends them: with a key, and again until there is an answer."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from httpx2 import Response, TransportError

from tests.hammer.cluster import Server
from tests.hammer.stocking import PRICE_MINOR, Goods, Shopper
from tests.http.visitors import CARD

PATIENCE_SECONDS = 120
RETRY_SECONDS = 0.2
COME_BACK = {503, 507}
"""The boutique cannot just now, and says that it may be asked again."""

Wanted = Sequence[tuple[Goods, UUID, int]]
"""Commodity, variant and quantity."""


def order(
    shopper: Shopper, purchase_id: UUID, wanted: Wanted, *, card: str = CARD
) -> dict[str, Any]:
    return {
        "purchase_id": str(purchase_id),
        "coordination_id": str(shopper.coordination_id),
        "pieces": [
            {
                "commodity_id": str(goods.commodity_id),
                "variant_id": str(variant_id),
                "quantity": quantity,
                "price_minor": PRICE_MINOR,
            }
            for goods, variant_id, quantity in wanted
        ],
        "card": card,
    }


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    body: bytes
    position: str | None
    is_replayed: bool

    @classmethod
    def of(cls, response: Response) -> "Answer":
        return cls(
            status=response.status_code,
            body=response.content,
            position=response.headers.get("boutique-position"),
            is_replayed="idempotent-replayed" in response.headers,
        )

    @property
    def told(self) -> tuple[int, bytes, str | None]:
        """What must be the same whenever it is told."""
        return self.status, self.body, self.position


async def posted(
    server: Server,
    shopper: Shopper,
    path: str,
    body: Mapping[str, Any] | None,
    *,
    key: str | None = None,
) -> Response:
    headers = shopper.headers if key is None else {**shopper.headers, "Idempotency-Key": key}
    return await server.http.post(f"/api/v1{path}", json=body, headers=headers)


async def bought(server: Server, shopper: Shopper, body: Mapping[str, Any], *, key: str) -> Answer:
    """Send an order once; the answer must not be a fault."""
    answer = Answer.of(await posted(server, shopper, "/purchases", body, key=key))
    assert answer.status != 500, answer
    return answer


async def insisted(
    servers: Sequence[Server], shopper: Shopper, body: Mapping[str, Any], *, key: str, first: int
) -> Answer:
    """Send an order, with the same key, to one server after the other until one has an answer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    number = first
    last: object = None
    while time.monotonic() < deadline:
        try:
            answer = await bought(servers[number % len(servers)], shopper, body, key=key)
        except TransportError as error:
            last = error
        else:
            if answer.status not in COME_BACK:
                return answer
            last = answer
        number += 1
        await asyncio.sleep(RETRY_SECONDS)
    pytest.fail(f"no answer within {PATIENCE_SECONDS} s: {last}")
