"""Faults around the boutique: PostgreSQL away, lines cut, a full disk; nobody mends it by hand."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from adapters import embedded_postgres
from tests.conftest import missing
from tests.cut_line import cut_line
from tests.hammer import books
from tests.hammer.cluster import Cluster, Server, servers
from tests.hammer.load import Crowd
from tests.hammer.model import PAID
from tests.hammer.requests import COME_BACK, Answer, bought, insisted, order
from tests.hammer.stocking import Goods, Shopper, shoppers, stocked

SEED = 20_261_127
SHOPPERS = 8
PIECES = 100_000
ATTEMPTS_MAX = 1_000_000  # the fault ends the load
AWAY_SECONDS = 1.0
DISK_BYTES = 320 * 2**20  # a new cluster wants 256 MB free

few_or_many = pytest.mark.parametrize("times", [1, pytest.param(20, marks=pytest.mark.soak)])


async def crowd_at(cluster: Cluster, name: str) -> tuple[Crowd, list[Goods]]:
    goods = await stocked(cluster.dsn, commodities=3, sizes=1, pieces=PIECES)
    crowd = Crowd(
        servers=cluster.servers,
        goods=goods,
        shoppers=await shoppers(cluster.dsn, count=SHOPPERS, look_of=goods),
        seed=f"{SEED}/{name}",
        is_patient=True,
    )
    return crowd, goods


@few_or_many
async def test_given_postgres_is_restarted_under_load_then_all_is_answered_in_the_end(
    cluster: Cluster, times: int
) -> None:
    postgres = cluster.postgres
    assert postgres is not None
    crowd, goods = await crowd_at(cluster, f"restarts/{times}")
    async with asyncio.TaskGroup() as tasks:
        load = tasks.create_task(crowd.buy(attempts=ATTEMPTS_MAX))
        for _ in range(times):
            await asyncio.sleep(0.5)
            os.kill(cluster.postmaster(), signal.SIGINT)  # an orderly shutdown
            while not postgres.has_died:  # noqa: ASYNC110 (nobody could set an event)
                await asyncio.sleep(0.05)
            await asyncio.sleep(AWAY_SECONDS)
            await asyncio.to_thread(postgres.revive)
            await asyncio.sleep(0.5)
        crowd.is_stopped = True
    model = load.result()
    assert model.ended(PAID)
    await model.agrees(cluster, goods, pieces=PIECES)


@few_or_many
async def test_given_lines_are_cut_under_load_then_nothing_is_lost_or_doubled(
    cluster: Cluster, times: int
) -> None:
    """One more server; between it and PostgreSQL lines break, also when an append is on its way."""
    print(f"seed {SEED}")  # noqa: T201 (shown where the test fails)
    random = Random(SEED)
    async with (
        cut_line(cluster.dsn) as line,
        servers(cluster.folder, names=("behind-a-line",), database_url=line.dsn) as behind,
        asyncio.TaskGroup() as tasks,
    ):
        there = Cluster(folder=cluster.folder, dsn=cluster.dsn, servers=behind)
        crowd, goods = await crowd_at(there, f"cuts/{times}")
        load = tasks.create_task(crowd.buy(attempts=ATTEMPTS_MAX))
        for _ in range(3 * times):
            await asyncio.sleep(random.uniform(0.1, 0.5))
            line.cut = random.choice(("statement", "answer"))
            await asyncio.sleep(random.uniform(0.1, 0.5))
            line.hang_up()
        line.cut = None
        crowd.is_stopped = True
        model = await load
        assert line.cuts
        assert model.ended(PAID)
        await books.settled(cluster.dsn)
        await model.agrees(there, goods, pieces=PIECES)


# ------------------------------------------------------------- a full disk


class SmallDisk:
    """A disk that can be filled to its last byte."""

    def __init__(self, folder: Path) -> None:
        self._filler = folder / "filler"

    def fill(self) -> None:
        with suppress(OSError), self._filler.open("ab", buffering=0) as filler:
            for size in (2**20, 2**12):
                with suppress(OSError):
                    while filler.write(bytes(size)):
                        pass

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A folder for a boutique whose database is on a small disk of its own."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = Path(tempfile.mkdtemp(prefix="boutique-full-"))
    disk = folder / "boutique" / "postgres"
    disk.mkdir(parents=True)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        size = f"size={DISK_BYTES}"
        mounted = subprocess.run(  # noqa: S603 (constant words and our own path)
            ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(disk)],  # noqa: S607
            check=False,
        )
        if mounted.returncode != 0:
            missing("a full disk needs a small one, and this container may not mount any")
        stack.callback(subprocess.run, ["umount", "--lazy", str(disk)], check=True)
        yield folder


@pytest.fixture
async def on_small_disk(small_disk: Path, cluster: Cluster) -> AsyncIterator[Cluster]:
    """A server with an embedded PostgreSQL, as `make run` starts it."""
    pictures = cluster.folder / "boutique" / "images"  # the mannequins are drawn already
    shutil.copytree(pictures, small_disk / "boutique" / "images")
    async with servers(small_disk, names=("server",), database_url=None) as started:
        dsn = embedded_postgres.running_dsn(small_disk / "boutique" / "postgres")
        assert dsn is not None
        yield Cluster(folder=small_disk / "boutique", dsn=dsn, servers=started)


@pytest.mark.parametrize("times", [1, pytest.param(5, marks=pytest.mark.soak)])
async def test_given_the_disk_is_full_then_it_is_said_and_with_room_again_all_goes_on(
    on_small_disk: Cluster, times: int
) -> None:
    (server,) = on_small_disk.servers
    disk = SmallDisk(on_small_disk.folder / "postgres")
    goods = await stocked(on_small_disk.dsn, commodities=1, sizes=1, pieces=PIECES)
    buyers = await shoppers(on_small_disk.dsn, count=SHOPPERS, look_of=goods)
    numbers = count(1)
    for _ in range(times):
        disk.fill()
        refused = await until_full(server, buyers, goods[0], numbers)
        answer = await server.http.get(f"/api/v1/commodities/{goods[0].commodity_id}")
        assert answer.status_code == 200, "what is there can still be read"
        # Where PostgreSQL's own log has no room, it dies; and whoever kills it does no more harm.
        os.kill(on_small_disk.postmaster(), signal.SIGKILL)
        await asyncio.sleep(AWAY_SECONDS)
        disk.free()
        for number, (shopper, _) in refused.items():
            body = order(shopper, UUID(int=number), [(goods[0], goods[0].variant_ids[0], 1)])
            again = await insisted([server], shopper, body, key=str(number), first=0)
            assert again.status == PAID, again
    sold = next(numbers) - 1
    placed = await books.placed(on_small_disk.dsn, [UUID(int=n) for n in range(1, sold + 1)])
    assert len(placed) == sold
    left = await books.balance(on_small_disk, goods)
    assert list(left.values()) == [PIECES - sold]
    await books.replayed(on_small_disk.dsn)


async def until_full(
    server: Server, buyers: list[Shopper], goods: Goods, numbers: "count[int]"
) -> dict[int, tuple[Shopper, Answer]]:
    """Buy until the log is full; return the orders that were not paid, with their answers."""
    refused = dict[int, tuple[Shopper, Answer]]()
    for _ in range(200):
        sending = [(next(numbers), buyer) for buyer in buyers]
        answers = await asyncio.gather(
            *(
                bought(
                    server,
                    buyer,
                    order(buyer, UUID(int=number), [(goods, goods.variant_ids[0], 1)]),
                    key=str(number),
                )
                for number, buyer in sending
            )
        )
        for (number, buyer), answer in zip(sending, answers, strict=True):
            assert answer.status in {PAID, *COME_BACK}, answer
            if answer.status != PAID:
                refused[number] = buyer, answer
        if any(answer.status == 507 for answer in answers):
            full = next(answer for answer in answers if answer.status == 507)
            assert b"/problems/log-full" in full.body
            assert b"try" in full.body
            return refused
    pytest.fail(f"the disk is full, and nobody says so: {list(refused.values())[-3:]}")
