"""One PostgreSQL, as durable as by default, and servers on it, for all tests of this folder."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters import embedded_postgres
from adapters.embedded_postgres import EmbeddedPostgres
from tests.hammer.cluster import Server, servers

SERVERS = 2


@dataclass(frozen=True, kw_only=True)
class Cluster:
    folder: Path
    postgres: EmbeddedPostgres
    servers: list[Server]

    @property
    def dsn(self) -> str:
        return self.postgres.dsn


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
        async with servers(hammer_folder, count=SERVERS, database_url=postgres.dsn) as started:
            yield Cluster(folder=hammer_folder, postgres=postgres, servers=started)
    finally:
        await asyncio.to_thread(postgres.stop)
