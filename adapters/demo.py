"""The demonstration: two sellers, an auditor, and a catalogue that our own code draws.

Everything has a fixed id, so a demonstration that was interrupted is completed by seeding again.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid5

from adapters.accounts import Accounts
from adapters.commodity_registration import CommodityRegistration, Offered, OfferedSize
from adapters.demo_sizes import demo_measures
from domain.account import AccountAlreadyOpened, EmailAlreadyUsed
from domain.classification import Words
from domain.commodity import CommodityAlreadyRegistered
from imaging.drawing.catalogue import CATALOGUE
from imaging.drawing.sketch import SELLERS, Sketch

NAMESPACE = UUID("6f2b9d0e-1d1e-4b8e-9d0b-b0071c0e0001")
DEMO_PASSWORD = "boutique-demo"  # noqa: S105 (a demonstration's, printed at its start)
AT_ONCE = 2

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class DemoAccount:
    email: str
    role: str
    trading_name: str = ""

    @property
    def account_id(self) -> UUID:
        return uuid5(NAMESPACE, self.email)


DEMO_SELLERS = {
    slug: DemoAccount(email=f"{slug}@boutique.example", role="seller", trading_name=name)
    for slug, name in SELLERS.items()
}
DEMO_ACCOUNTS = (
    *DEMO_SELLERS.values(),
    DemoAccount(email="auditor@boutique.example", role="auditor"),
    DemoAccount(email="shopper@boutique.example", role="shopper"),
)


async def seed(
    *, accounts: Accounts, commodities: CommodityRegistration, progress: Progress
) -> None:
    """Open the demo accounts and register the demo catalogue, as far as that was not done yet."""
    for account in DEMO_ACCOUNTS:
        try:
            await accounts.open(
                account_id=account.account_id,
                role=account.role,
                email=account.email,
                password=DEMO_PASSWORD,
                trading_name=account.trading_name,
            )
        except (AccountAlreadyOpened, EmailAlreadyUsed):
            continue
    done = 0
    drawing = asyncio.Semaphore(AT_ONCE)

    async def register(sketch: Sketch) -> None:
        nonlocal done
        async with drawing:
            await _register(sketch, commodities)
        done += 1
        progress(done, len(CATALOGUE))

    async with asyncio.TaskGroup() as tasks:
        for sketch in in_shop_order():
            tasks.create_task(register(sketch))


def in_shop_order() -> list[Sketch]:
    """Mix the types, so that the shop opens with one of everything."""
    seen = dict[str, int]()
    ranked = list[tuple[int, int, Sketch]]()
    for place, sketch in enumerate(CATALOGUE):
        rank = seen.get(sketch.type, 0)
        seen[sketch.type] = rank + 1
        ranked.append((rank, place, sketch))
    return [sketch for *_, sketch in sorted(ranked, key=lambda entry: entry[:2], reverse=True)]


async def _register(sketch: Sketch, commodities: CommodityRegistration) -> None:
    try:
        await commodities.register_drawn(
            Offered(
                name=sketch.name,
                description=sketch.description,
                words=Words(type=sketch.type, design=sketch.design, colours=sketch.colours),
                price_minor=sketch.price_minor,
                currency=sketch.currency,
                sizes=tuple(
                    OfferedSize(name=size, pieces=pieces, measures=demo_measures(sketch.type, size))
                    for size, pieces in zip(sketch.sizes, sketch.stock, strict=True)
                ),
            ),
            sketch.slug,
            commodity_id=uuid5(NAMESPACE, sketch.slug),
            seller_id=DEMO_SELLERS[sketch.seller].account_id,
        )
    except CommodityAlreadyRegistered:
        return
