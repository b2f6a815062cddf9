"""A crowd that buys at random: the same again, at once and later, with reused keys, empty cards."""

import asyncio
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from httpx2 import TransportError

from tests.hammer.cluster import Server
from tests.hammer.model import DECLINED, PAID, Model, Order
from tests.hammer.requests import COME_BACK, Answer, bought, insisted, order
from tests.hammer.stocking import Goods, Shopper
from tests.http.visitors import CARD, EMPTY_CARD

PIECES_MAX = 3
QUANTITY_MAX = 3
REMEMBERED_MAX = 200


@dataclass(kw_only=True)
class Crowd:
    """Shoppers who each do one thing after the other, all of them at once."""

    servers: list[Server]
    goods: list[Goods]
    shoppers: list[Shopper]
    seed: str  # of this crowd alone: purchases are named by it
    is_patient: bool = False  # asks until there is an answer: servers may be away
    model: Model = field(default_factory=Model)
    sent: int = 0
    is_stopped: bool = False

    async def buy(self, *, attempts: int) -> Model:
        """Send so many orders in all, unless stopped; and a few more that were on their way."""
        self.model.has_faults = self.is_patient
        async with asyncio.TaskGroup() as tasks:
            for number, shopper in enumerate(self.shoppers):
                tasks.create_task(self._shop(shopper, Random(f"{self.seed}/{number}"), attempts))
        return self.model

    async def _shop(self, shopper: Shopper, random: Random, attempts: int) -> None:
        done = list[Order]()  # that have an effect, and may be asked for again
        while self.sent < attempts and not self.is_stopped:
            if done and random.random() < 0.3:
                await self._again(random.choice(done), random)
                continue
            wanted = self._order(shopper, random)
            if self.is_patient and random.random() < 0.15:
                await self._send_and_forget(wanted, random.randrange(len(self.servers)))
                continue
            answers = await asyncio.gather(*(self._send(wanted, n) for n in self._at_once(random)))
            if any(answer.status in {PAID, DECLINED} for answer in answers):
                done = [*done, wanted][-REMEMBERED_MAX:]

    def _order(self, shopper: Shopper, random: Random) -> Order:
        chosen = random.sample(self.goods, random.randint(1, min(PIECES_MAX, len(self.goods))))
        wanted = [
            (x, random.choice(x.variant_ids), random.randint(1, QUANTITY_MAX)) for x in chosen
        ]
        purchase_id = UUID(int=random.getrandbits(128), version=4)
        card = EMPTY_CARD if random.random() < 0.1 else CARD
        return Order(
            shopper=shopper,
            purchase_id=purchase_id,
            key=f"key-{purchase_id}",
            body=order(shopper, purchase_id, wanted, card=card),
        )

    def _at_once(self, random: Random) -> list[int]:
        """Choose servers to send an order to: one, or several at the same moment."""
        first = random.randrange(len(self.servers))
        return [first + n for n in range(random.choice((1, 1, 1, 2, 3)))]

    async def _send(self, wanted: Order, number: int) -> Answer:
        self.sent += 1
        answer = await self._answer(wanted, wanted.key, number)
        self.model.note(wanted, answer)
        return answer

    async def _send_and_forget(self, wanted: Order, number: int) -> None:
        """Order once; whoever gets no answer does not come back."""
        self.sent += 1
        server = self.servers[number % len(self.servers)]
        try:
            answer = await bought(server, wanted.shopper, wanted.body, key=wanted.key)
        except TransportError:
            self.model.give_up(wanted)
            return
        if answer.status in COME_BACK:
            self.model.give_up(wanted)
        else:
            self.model.note(wanted, answer)

    async def _answer(self, wanted: Order, key: str, number: int) -> Answer:
        if self.is_patient:
            return await insisted(self.servers, wanted.shopper, wanted.body, key=key, first=number)
        server = self.servers[number % len(self.servers)]
        return await bought(server, wanted.shopper, wanted.body, key=key)

    async def _again(self, wanted: Order, random: Random) -> None:
        """Repeat an order that was paid or declined: as it was, under a new key, or changed."""
        number = random.randrange(len(self.servers))
        match random.choice(("as it was", "as it was", "new key", "changed")):
            case "as it was":
                assert (await self._send(wanted, number)).is_replayed
            case "new key":
                # The purchase's own id tells that it is the same one.
                self.sent += 1
                answer = await self._answer(wanted, f"{wanted.key}-{self.sent}", number)
                assert answer.status in {PAID, DECLINED}
                known = self.model.answers[wanted.purchase_id]
                assert answer.body in {x.body for x in known}, (answer, known)
            case _:
                self.sent += 1
                changed = {**wanted.body, "purchase_id": str(UUID(int=random.getrandbits(128)))}
                other = Order(
                    shopper=wanted.shopper,
                    purchase_id=UUID(changed["purchase_id"]),
                    key=wanted.key,
                    body=changed,
                )
                answer = await self._answer(other, wanted.key, number)
                assert answer.status == 422, answer
                assert b"/problems/idempotency-key-reused" in answer.body
                self.model.reused_and_refused += 1
