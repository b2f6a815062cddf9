"""One PostgreSQL, as durable as by default, and servers on it, for all tests of this folder."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters import embedded_postgres
from tests.hammer.cluster import Cluster, servers

SERVERS = ("server-1", "server-2")


@pytest.fixture(scope="session")
def hammer_folder() -> Iterator[Path]:
    # Not pytest's own folder: it is private to us, and as root the database is another user.
    made = Path(tempfile.mkdtemp(prefix="boutique-hammer-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
async def cluster(hammer_folder: Path) -> AsyncIterator[Cluster]:
    postgres = await asyncio.to_thread(embedded_postgres.start, hammer_folder / "postgres")
    try:
        async with servers(hammer_folder, names=SERVERS, database_url=postgres.dsn) as started:
            yield Cluster(
                folder=hammer_folder, dsn=postgres.dsn, servers=started, postgres=postgres
            )
    finally:
        await asyncio.to_thread(postgres.stop)
