"""Waits until projections have seen a position: woken by the runner, here or in another process."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress

import msgspec
import psycopg
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from adapters.cancellation import heed_cancellation
from adapters.projection_positions import PROJECTED

ASK_SECONDS = 0.25  # the fallback where a notification is lost: look in the table
RECONNECT_SECONDS = 0.2

logger = logging.getLogger(__name__)

_positions_told = msgspec.json.Decoder(dict[str, int]).decode


class Progress:
    """How far projections have come, as far as this process was told."""

    def __init__(self, dsn: str, *, ask: Callable[[], Awaitable[Mapping[str, int]]]) -> None:
        self._dsn = dsn
        self._ask = ask
        self._reached: dict[str, int] = {}
        self._moved = asyncio.Event()
        self._is_listening = False

    def tell(self, positions: Mapping[str, int]) -> None:
        """Wake who waits when one of the projections has moved."""
        moved = {x: at for x, at in positions.items() if at > self._reached.get(x, -1)}
        if moved:
            self._reached.update(moved)
            self._moved.set()
            self._moved = asyncio.Event()

    async def wait_for(
        self, position: int, names: Callable[[], Collection[str]], *, timeout_seconds: float
    ) -> bool:
        """Wait until all of ``names`` have seen ``position``; return whether they have in time."""
        deadline = time.monotonic() + timeout_seconds
        patience = ASK_SECONDS if self._is_listening else 0.0
        while not self.have_seen(position, names()):
            left = deadline - time.monotonic()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(patience, left)):
                    await self._moved.wait()
                continue
            self.tell(await self._ask())
            if left <= patience:
                return self.have_seen(position, names())
            patience = ASK_SECONDS
        return True

    def have_seen(self, position: int, names: Collection[str]) -> bool:
        """Tell whether all of ``names`` have seen ``position``, as far as this process was told."""
        return all(self._reached.get(name, 0) >= position for name in names)

    async def listen(self, *channels: str, wake: Callable[[], None]) -> None:
        """Hear of every move, and call ``wake`` for the other channels, until cancelled."""
        while True:
            try:
                await self._listen(channels, wake)
            except (psycopg.OperationalError, OSError) as error:
                logger.warning("projections listen again, the connection was lost: %s", error)
            finally:
                self._is_listening = False
                # These commits do not wait for the disk: what PostgreSQL told before it crashed
                # may be gone.
                self._reached.clear()
            heed_cancellation()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self, channels: Collection[str], wake: Callable[[], None]) -> None:
        async with await AsyncConnection.connect(self._dsn, autocommit=True) as listener:
            for channel in (*channels, PROJECTED):
                await listener.execute(SQL("LISTEN {}").format(Identifier(channel)))
            self._is_listening = True
            wake()  # for what was notified while nobody listened
            async for told in listener.notifies():
                if told.channel == PROJECTED:
                    self.tell(_positions_told(told.payload))
                else:
                    wake()
