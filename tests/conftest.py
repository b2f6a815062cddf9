"""What tests share: a real PostgreSQL, a real Kafka, a Chromium, the sample photographs.

Where a machine lacks one of them its tests are skipped with the reason and the remedy; with CI
set they fail instead, so that nothing goes untested unseen.
"""

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path, PurePosixPath
from typing import NoReturn
from urllib.parse import urlencode

import pytest
from psycopg.conninfo import conninfo_to_dict
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from adapters import embedded_postgres
from adapters.embedded_postgres import create_database, drop_database
from tests.browsers import chromium
from tests.kafka.broker import Broker, broker, missing_tools

PROJECT = Path(__file__).parents[1]
TEMPLATE = "template0"
SHARING = {"http", "terminal"}  # folders whose tests share what takes long to make

_database_numbers = itertools.count(1)


def pytest_configure() -> None:
    """Undo what a shell does to programs in the background: they, and theirs, ignore Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class TogetherScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Keep together, and in order, what several processes must not part; the slowest come first.

    Tests over HTTP, and those of terminal mode, share one boutique and follow each other; others
    share what their file makes.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.partition("::")[0])
        return str(file.parent if file.parent.name in SHARING else file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TogetherScheduling:
    return TogetherScheduling(config, log)


def missing(reason: str) -> NoReturn:
    """Skip for a person at work, fail for CI."""
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def with_database(dsn: str, name: str) -> str:
    """The DSN of another database on the same server."""
    parameters = {**conninfo_to_dict(dsn), "dbname": name}
    return f"postgresql://?{urlencode(parameters)}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The DSN of a PostgreSQL for the whole session; tests want `database_url` instead."""
    given = os.environ.get("BOUTIQUE_TEST_DATABASE_URL")
    if given:
        yield given
        return
    # Not pytest's own folder: it is private to us, and as root the server is another user.
    folder = Path(tempfile.mkdtemp(prefix="boutique-tests-"))
    try:
        # These databases live for seconds: nobody misses them after a power cut.
        settings = {"fsync": "off", "max_connections": "200"}
        with embedded_postgres.start(folder / "postgres", settings=settings) as server:
            yield server.dsn
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def database_url(postgres: str) -> AsyncIterator[str]:
    """A fresh, empty database, dropped after the test."""
    name = f"test_{os.getpid()}_{next(_database_numbers)}"
    await create_database(postgres, name, template=TEMPLATE)
    yield with_database(postgres, name)
    await drop_database(postgres, name)


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[Broker]:
    """A real Apache Kafka, empty when the session begins; most tests want `kafka_bootstrap`."""
    reason = missing_tools()
    if reason is not None:
        missing(reason)
    with broker() as running:
        yield running


@pytest.fixture(scope="session")
def kafka_bootstrap(kafka_broker: Broker) -> str:
    return kafka_broker.bootstrap


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """A Chromium for Playwright's `executable_path`."""
    return chromium() or missing(
        "the pages need a Chromium: apt install chromium, or name one in BOUTIQUE_TEST_CHROMIUM"
    )


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """The folder of sample photographs, which is no part of the project."""
    named = os.environ.get("BOUTIQUE_SAMPLE_DATA")
    folder = Path(named) if named else PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        # Skipped in CI too: nobody can be asked to have pictures the project may not ship.
        pytest.skip("no sample photographs; name their folder in BOUTIQUE_SAMPLE_DATA")
    return folder
