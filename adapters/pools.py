"""Pools of connections to PostgreSQL: opened with the boutique, and mended after it was away."""

import select
from contextlib import AsyncExitStack
from typing import TypeAlias

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

CONNECTIONS_MAX = 8
OPEN_SECONDS = 10
RECONNECT_SECONDS = 5  # with longer pauses each time; then whoever needs a connection tries at once

Pool: TypeAlias = AsyncConnectionPool[AsyncConnection]


async def opened_pool(dsn: str, stack: AsyncExitStack, *, is_autocommit: bool = False) -> Pool:
    """Open a pool until the stack is closed."""
    pool: Pool = AsyncConnectionPool(
        dsn,
        min_size=1,
        max_size=CONNECTIONS_MAX,
        open=False,
        timeout=10,
        kwargs={"autocommit": is_autocommit},
        reconnect_timeout=RECONNECT_SECONDS,
        check=_check,
    )
    await pool.open(wait=True, timeout=OPEN_SECONDS)
    stack.push_async_callback(pool.close)
    return pool


async def _check(connection: AsyncConnection) -> None:
    """Find connections that PostgreSQL has ended since: only there is something to read."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        await AsyncConnectionPool.check_connection(connection)
