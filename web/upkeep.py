"""Keeping the boutique up: projections behind the log, purchases settled, reservations expired."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import psycopg
from psycopg_pool import PoolTimeout

from domain.reservation import ExpireReservation
from projections import purchased_commodities, reservations
from web.bootstrap import Container, heed_cancellation, meanwhile

logger = logging.getLogger(__name__)

UNSETTLED_MAX = 1_000
OVERDUE_MAX = 100


@asynccontextmanager
async def projecting(container: Container) -> AsyncGenerator[None]:
    """Keep the boutique up while the context lasts, caught up at the start; a doctor is at hand."""
    await container.projections.catch_up()
    async with meanwhile(keep_up(container), container.doctor.run()):
        yield


async def keep_up(container: Container) -> None:
    """Project, settle and expire until cancelled; several processes at once do it once."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(container.projections.run())
        for work in (
            ("settling", settle_what_was_left, 60),
            ("expiring", expire_what_is_overdue, 1),
        ):
            tasks.create_task(_again_and_again(container, *work))


async def _again_and_again(
    container: Container, what: str, act: Callable[[Container], Awaitable[None]], seconds: float
) -> None:
    while True:
        try:
            await act(container)
        except (psycopg.OperationalError, PoolTimeout) as error:
            logger.warning("%s waits for the database: %s", what, error)
        except Exception:  # whatever befalls one of them does not end the others
            logger.exception("%s was interrupted and goes on", what)
        heed_cancellation()
        await asyncio.sleep(seconds)


async def settle_what_was_left(container: Container) -> None:
    """Complete purchases whose process died before all was arranged with the payment provider."""
    async with container.pool.connection() as connection:
        unsettled = await purchased_commodities.unsettled_purchases(connection, limit=UNSETTLED_MAX)
    for purchase_id in unsettled:
        try:
            await container.boutique.settle(purchase_id)
        except Exception:  # one purchase that cannot be settled does not keep the boutique closed
            logger.exception("purchase %s is not settled yet", purchase_id)


async def expire_what_is_overdue(container: Container) -> None:
    """Put the pieces of overdue reservations back: a page of them, the most overdue first."""
    async with container.asking.connection() as connection:
        overdue = await reservations.overdue_reservations(
            connection, now=container.clock(), limit=OVERDUE_MAX
        )
    for reservation_id in overdue:
        try:
            await container.boutique.handle(ExpireReservation(reservation_id=reservation_id))
        except Exception:  # one that cannot be expired does not hold the others up
            logger.exception("reservation %s is not expired yet", reservation_id)
