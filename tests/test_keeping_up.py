"""What goes on beside the pages: overdue reservations expire, and what was left is settled."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from adapters.stored_events import stored
from domain.commodity import StockReceived
from domain.event import Command, Event
from domain.purchase import PaymentCaptured
from domain.reservation import HELD_FOR, ExpireReservation, ReservationExpired
from projections import commodity_index, reservations
from tests.speaking import (
    NOON,
    RESERVATION,
    SHIRT,
    SHIRT_M,
    SHOPPER,
    look_ready,
    look_reserved,
    purchase_placed,
    received,
)
from web import upkeep
from web.bootstrap import Container, opened
from web.settings import Settings
from web.upkeep import expire_what_is_overdue, projecting, settle_what_was_left

ANOTHER_RESERVATION = UUID(int=0x61)
another_reserved = replace(look_reserved, reservation_id=ANOTHER_RESERVATION)
PATIENCE_SECONDS = 40


@dataclass
class Watch:
    """A clock that tests set."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def wired(database_url: str, tmp_path: Path, watch: Watch) -> AsyncIterator[Container]:
    """A boutique with a confirmed look, two shirts, and one of them held."""
    settings = Settings(folder=tmp_path, database_url=database_url)
    async with opened(settings, clock=watch) as container:
        await record(container, *look_ready, received(SHIRT_M, 1), look_reserved)
        yield container


async def record(wired: Container, *events: Event) -> None:
    await wired.log.append([stored(event) for event in events])
    await wired.projections.catch_up()


async def happened(wired: Container) -> Counter[type[Event]]:
    return Counter(type(x.event) for x in await wired.log.page(after=0, until=None, limit=100))


async def until_there_are(wired: Container, *kinds: type[Event]) -> None:
    """Wait for what others do."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while set(kinds) - set(await happened(wired)):  # noqa: ASYNC110 (others are at it)
            await asyncio.sleep(0.05)


async def left_of_the_shirt(wired: Container) -> int:
    await wired.projections.catch_up()
    async with wired.pool.connection() as connection:
        found = await commodity_index.commodities_by_id(connection, [SHIRT])
    return next(v.left for v in found[SHIRT].variants if v.variant_id == SHIRT_M)


async def test_what_is_overdue_expires_and_its_pieces_are_back(
    wired: Container, watch: Watch
) -> None:
    watch.now = NOON + HELD_FOR - timedelta(seconds=1)
    await expire_what_is_overdue(wired)
    assert await left_of_the_shirt(wired) == 1
    watch.now = NOON + HELD_FOR
    await expire_what_is_overdue(wired)
    assert await left_of_the_shirt(wired) == 2
    async with wired.pool.connection() as connection:
        assert await reservations.open_reservations(connection, SHOPPER, limit=9) == []


async def test_several_that_expire_the_same_at_once_do_it_once(
    wired: Container, watch: Watch
) -> None:
    watch.now = NOON + HELD_FOR
    await asyncio.gather(*(expire_what_is_overdue(wired) for _ in range(4)))
    await expire_what_is_overdue(wired)  # the projection has not heard of it yet
    assert (await happened(wired))[ReservationExpired] == 1


async def test_one_that_cannot_be_expired_does_not_hold_the_others_up(
    wired: Container,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await record(wired, another_reserved)
    handle = wired.boutique.handle

    async def stumbles(command: Command) -> object:
        assert isinstance(command, ExpireReservation)
        if command.reservation_id == RESERVATION:
            raise ZeroDivisionError
        return await handle(command)

    monkeypatch.setattr(wired.boutique, "handle", stumbles)
    watch.now = NOON + HELD_FOR
    await expire_what_is_overdue(wired)
    assert (await happened(wired))[ReservationExpired] == 1
    assert f"reservation {RESERVATION} is not expired yet" in caplog.text


async def test_what_was_left_between_placing_and_payment_is_completed(wired: Container) -> None:
    await record(wired, purchase_placed)
    await asyncio.gather(*(settle_what_was_left(wired) for _ in range(3)))
    assert (await happened(wired))[PaymentCaptured] == 1


async def test_keeping_up_survives_whatever_befalls_one_of_its_works(
    wired: Container,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def breaks(_: Container) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(upkeep, "settle_what_was_left", breaks)
    watch.now = NOON + HELD_FOR
    async with projecting(wired):
        await until_there_are(wired, ReservationExpired)
    assert "settling was interrupted" in caplog.text


async def test_keeping_up_ends_though_a_library_forgot_that_it_was_cancelled(
    wired: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ``asyncio.wait_for`` of Python 3.11 does, which psycopg waits by."""
    at_work, begun = asyncio.Semaphore(0), 0

    async def forgets(*_: object) -> None:
        nonlocal begun
        begun += 1
        at_work.release()
        with suppress(asyncio.CancelledError) if begun <= 3 else nullcontext():
            await asyncio.sleep(PATIENCE_SECONDS)

    for owner, name in (
        (upkeep, "settle_what_was_left"),
        (upkeep, "expire_what_is_overdue"),
        (wired.projections, "catch_up"),
    ):
        monkeypatch.setattr(owner, name, forgets)
    working = asyncio.create_task(upkeep.keep_up(wired))
    for _ in range(3):
        await at_work.acquire()
    working.cancel()
    done, _ = await asyncio.wait([working], timeout=PATIENCE_SECONDS / 4)
    assert done
    assert begun == 3


async def test_boutique_project_expires_and_settles_by_itself(
    wired: Container, database_url: str, tmp_path: Path
) -> None:
    """Two of them at once, with the real time, which is none of the tests' noon."""
    past = replace(look_reserved, expires_at=datetime.fromisoformat("2020-01-01T00:00:00+00:00"))
    await record(wired, replace(past, reservation_id=ANOTHER_RESERVATION), purchase_placed)
    environment = {
        **os.environ,
        "BOUTIQUE_DATABASE_URL": database_url,
        "BOUTIQUE_FOLDER": str(tmp_path),
    }
    processes = [
        subprocess.Popen(  # noqa: ASYNC220 (it starts in no time)
            [sys.executable, "-m", "web", "project"], env=environment, stdout=subprocess.DEVNULL
        )
        for _ in range(2)
    ]
    try:
        await until_there_are(wired, ReservationExpired, PaymentCaptured)
    finally:
        for process in processes:
            process.send_signal(signal.SIGINT)
        for process in processes:
            process.wait(timeout=PATIENCE_SECONDS)
    found = await happened(wired)
    assert (found[ReservationExpired], found[PaymentCaptured]) == (1, 1)
    assert found[StockReceived] == 3
