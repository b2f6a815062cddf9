"""What the test expects of the boutique: it remembers every order and every answer to it."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.hammer import books
from tests.hammer.cluster import Cluster
from tests.hammer.requests import Answer
from tests.hammer.stocking import PRICE_MINOR, Goods, Shopper, fetched

PAID, DECLINED, REFUSED = 201, 402, 409


@dataclass(frozen=True, kw_only=True)
class Order:
    shopper: Shopper
    purchase_id: UUID
    key: str
    body: Mapping[str, Any]

    @property
    def pieces(self) -> Counter[UUID]:
        wanted = Counter[UUID]()
        for piece in self.body["pieces"]:
            wanted[UUID(piece["variant_id"])] += piece["quantity"]
        return wanted

    @property
    def total_minor(self) -> int:
        return PRICE_MINOR * self.pieces.total()


@dataclass
class Model:
    orders: dict[UUID, Order] = field(default_factory=dict[UUID, Order])
    answers: defaultdict[UUID, list[Answer]] = field(
        default_factory=lambda: defaultdict[UUID, list[Answer]](list)
    )
    abandoned: dict[UUID, Order] = field(default_factory=dict[UUID, Order])
    has_faults: bool = False
    asked: int = 0
    reused_and_refused: int = 0

    def note(self, order: Order, answer: Answer) -> None:
        """Remember an answer to an order that was sent with its own key."""
        assert answer.status in {PAID, DECLINED, REFUSED}, answer
        if answer.status == REFUSED:
            assert b"/problems/sold-out" in answer.body, answer
        self.asked += 1
        self.orders[order.purchase_id] = order
        self.answers[order.purchase_id].append(answer)

    def give_up(self, order: Order) -> None:
        """Remember an order whose answer was lost, and that nobody will send again."""
        self.abandoned[order.purchase_id] = order

    def ended(self, status: int) -> set[UUID]:
        """Return the purchases that were ever answered so."""
        return {
            x for x, answers in self.answers.items() if any(y.status == status for y in answers)
        }

    async def agrees(self, cluster: Cluster, goods: Sequence[Goods], *, pieces: int) -> None:
        """Compare with the log, the read models, the API and the money."""
        dsn = cluster.dsn
        paid, declined = self.ended(PAID), self.ended(DECLINED)
        assert not paid & declined
        for purchase_id in paid | declined:
            self._was_told_once(purchase_id, is_kept=not self.has_faults)
        assert await books.placed(dsn, self.orders) == paid | declined
        told = {x: self._total_told(x) for x in paid}
        assert told == {x: self.orders[x].total_minor for x in paid}
        await books.settled(dsn)
        taken = await books.money(dsn, "payment-captured", self.orders | self.abandoned)
        assert {x: total for x, total in taken.items() if x in self.orders} == told
        sold = Counter[UUID]()
        for purchase_id, total in taken.items():
            order = (self.orders | self.abandoned)[purchase_id]
            assert total == order.total_minor
            sold.update(order.pieces)
        left = await books.balance(cluster, goods)
        assert {x: pieces - n for x, n in left.items() if n < pieces} == dict(sold)
        await self._are_shown(cluster, paid, declined)

    def _was_told_once(self, purchase_id: UUID, *, is_kept: bool) -> None:
        """Once it is paid or declined, it is always told the same.

        An answer that could not be kept is made anew: then its position may be a later one.
        """
        done = [x for x in self.answers[purchase_id] if x.status != REFUSED]
        assert len({x.told if is_kept else (x.status, x.body) for x in done}) == 1, done

    def _total_told(self, purchase_id: UUID) -> int:
        told = json.loads(next(x for x in self.answers[purchase_id] if x.status == PAID).body)
        assert told["state"] == "captured", told
        assert told["purchase_id"] == str(purchase_id)
        return int(told["total"]["minor"])

    async def _are_shown(self, cluster: Cluster, paid: set[UUID], declined: set[UUID]) -> None:
        rows = await fetched(cluster.dsn, "SELECT purchase_id, state FROM recorded_purchase")
        states = {x: state for x, state in rows if x in self.orders}
        assert states == dict.fromkeys(paid, "captured") | dict.fromkeys(declined, "declined")
