"""The hammer: purchases at random from all sides, and then every book must agree with the model."""

import pytest

from tests.hammer.cluster import Cluster
from tests.hammer.load import Crowd
from tests.hammer.model import DECLINED, PAID
from tests.hammer.stocking import shoppers, stocked

ATTEMPTS, ATTEMPTS_SOAK = 1_200, 100_000
SHOPPERS = 24
COMMODITIES, SIZES = 6, 2
SEED = 20_261_127


@pytest.mark.parametrize(
    "attempts", [ATTEMPTS, pytest.param(ATTEMPTS_SOAK, marks=pytest.mark.soak)]
)
async def test_given_purchases_from_all_sides_when_counted_then_all_books_agree(
    cluster: Cluster, attempts: int
) -> None:
    print(f"seed {SEED}, {attempts} attempts")  # noqa: T201 (shown where the test fails)
    pieces = attempts // 8  # so that some of it is sold out long before the end
    goods = await stocked(cluster.dsn, commodities=COMMODITIES, sizes=SIZES, pieces=pieces)
    crowd = Crowd(
        servers=cluster.servers,
        goods=goods,
        shoppers=await shoppers(cluster.dsn, count=SHOPPERS, look_of=goods),
        seed=f"{SEED}/hammer/{attempts}",
    )
    model = await crowd.buy(attempts=attempts)
    assert crowd.sent >= attempts
    assert model.ended(PAID)
    assert model.ended(DECLINED)
    assert model.reused_and_refused
    await model.agrees(cluster, goods, pieces=pieces)
