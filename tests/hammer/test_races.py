"""Races for the last pieces, over several servers: as many are sold as there are, and no more."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from random import Random
from uuid import UUID, uuid4

import pytest

from tests.hammer import books
from tests.hammer.cluster import Cluster, Server
from tests.hammer.requests import Answer, Wanted, bought, order, posted
from tests.hammer.stocking import Goods, Shopper, shoppers, stocked
from tests.http.visitors import succeeded

BUYERS = 32
SOAK_ROUNDS = 50
SEED = 20_261_127


def rounds(bounded: int) -> pytest.MarkDecorator:
    """Run a few rounds with the other tests, and many when there is time."""
    soak = pytest.param(SOAK_ROUNDS, marks=pytest.mark.soak)
    return pytest.mark.parametrize("rounds", [bounded, soak])


def sold_out(answer: Answer) -> bool:
    return answer.status == 409 and b"/problems/sold-out" in answer.body


async def raced(
    servers: Sequence[Server], racing: Sequence[tuple[Shopper, Wanted]]
) -> dict[UUID, Answer]:
    """Send everybody's order at the same moment; return the answers by purchase."""
    barrier = asyncio.Barrier(len(racing))

    async def run(number: int, shopper: Shopper, wanted: Wanted) -> tuple[UUID, Answer]:
        purchase_id = uuid4()
        body = order(shopper, purchase_id, wanted)
        await barrier.wait()
        server = servers[number % len(servers)]
        return purchase_id, await bought(server, shopper, body, key=str(uuid4()))

    return dict(await asyncio.gather(*(run(n, *x) for n, x in enumerate(racing))))


@rounds(4)
async def test_given_the_last_piece_when_all_pay_at_once_then_one_has_it(
    cluster: Cluster, rounds: int
) -> None:
    goods = await stocked(cluster.dsn, commodities=rounds, sizes=1, pieces=1)
    for one in goods:
        buyers = await shoppers(cluster.dsn, count=BUYERS, look_of=[one])
        wanted: Wanted = [(one, one.variant_ids[0], 1)]
        answers = await raced(cluster.servers, [(buyer, wanted) for buyer in buyers])
        assert sum(answer.status == 201 for answer in answers.values()) == 1
        assert sum(sold_out(answer) for answer in answers.values()) == BUYERS - 1
        assert len(await books.placed(cluster.dsn, answers)) == 1
    await books.balance(cluster, goods)


@rounds(2)
async def test_given_the_last_piece_when_all_begin_at_once_then_one_has_it(
    cluster: Cluster, rounds: int
) -> None:
    """From putting the piece on to paying; nobody waits for anybody."""
    goods = await stocked(cluster.dsn, commodities=rounds, sizes=1, pieces=1)
    for one in goods:
        buyers = await shoppers(cluster.dsn, count=BUYERS, look_of=[])
        answers = await asyncio.gather(
            *(from_the_shelf(cluster.servers[n % 2], buyer, one) for n, buyer in enumerate(buyers))
        )
        assert sum(answer.status == 201 for answer in answers) == 1
        assert sum(sold_out(answer) for answer in answers) == BUYERS - 1
    await books.balance(cluster, goods)


async def from_the_shelf(server: Server, shopper: Shopper, goods: Goods) -> Answer:
    steps = "/coordinations/current/steps"
    variant_id = goods.variant_ids[0]
    key = str(uuid4())
    for step in (
        {"put_on": str(goods.commodity_id)},
        {"size": f"{goods.commodity_id}:{variant_id}"},
    ):
        succeeded(await posted(server, shopper, steps, step))
    holding = await posted(server, shopper, "/coordinations/current/confirmation", None)
    if sold_out(held := Answer.of(holding)):
        return held  # whoever confirms first has the piece
    body = order(shopper, uuid4(), [(goods, variant_id, 1)])
    body["coordination_id"] = succeeded(holding).json()["id"]
    return await bought(server, shopper, body, key=key)


@rounds(2)
async def test_given_looks_that_overlap_when_all_pay_at_once_then_each_is_sold_whole_or_not(
    cluster: Cluster, rounds: int
) -> None:
    random = Random(SEED)
    for _ in range(rounds):
        goods = await stocked(cluster.dsn, commodities=5, sizes=1, pieces=4)
        buyers = await shoppers(cluster.dsn, count=BUYERS, look_of=goods)
        racing: list[tuple[Shopper, Wanted]] = [
            (buyer, [(x, x.variant_ids[0], 1) for x in random.sample(goods, random.randint(2, 3))])
            for buyer in buyers
        ]
        answers = await raced(cluster.servers, racing)
        assert all(x.status == 201 or sold_out(x) for x in answers.values()), answers
        sold = Counter[UUID]()
        refused = list[Wanted]()
        for answer, (_, wanted) in zip(answers.values(), racing, strict=True):
            if answer.status == 201:
                sold.update(variant_id for _, variant_id, _ in wanted)
            else:
                refused.append(wanted)
        assert max(sold.values()) <= 4
        # Nothing comes back here, so whoever was refused lacks a piece now too.
        for wanted in refused:
            assert any(sold[variant_id] == 4 for _, variant_id, _ in wanted)
        bought_ids = {x for x, answer in answers.items() if answer.status == 201}
        assert await books.placed(cluster.dsn, answers) == bought_ids
        left = await books.balance(cluster, goods)
        assert {x: 4 - n for x, n in left.items() if n < 4} == dict(sold)
