"""Several server processes of the boutique that share one PostgreSQL, each on a port of its own."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx2 import AsyncClient, Limits

from adapters.embedded_postgres import EmbeddedPostgres
from web.commands.running import EXIT_UNAVAILABLE

START_SECONDS_MAX = 90
STARTS_MAX = 20
STOP_SECONDS_MAX = 30
REQUEST_SECONDS_MAX = 60
SAID_MAX = 20_000


class Process:
    """A command of the boutique that can be killed and started again."""

    def __init__(self, name: str, command: Sequence[str], says: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._says = says  # once it is at work
        self._environment: Mapping[str, str] = {}
        self._running: subprocess.Popen[bytes] | None = None
        self._said_before = 0

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid

    def launch(self, environment: Mapping[str, str] | None = None) -> None:
        """Start it; ``at_work`` waits for it."""
        self._environment = environment or self._environment
        # To a file: nobody would empty a pipe, and a server with much to say would hang.
        with self.log.open("ab") as log:
            self._said_before = log.tell()
            self._running = subprocess.Popen(  # noqa: S603 (our own command)
                [sys.executable, "-m", "web", *self._command],
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def at_work(self) -> None:
        """Wait until it is at work; as a service manager would, start it again if it has to be.

        Whoever opens the boutique while its database is killed ends with a sentence. On a busy
        machine that may happen several times, and each time has its own patience.
        """
        for _ in range(STARTS_MAX):
            if await self._is_at_work():
                return
            self.launch()
        pytest.fail(f"{self.name} was started {STARTS_MAX} times in vain")

    async def _is_at_work(self) -> bool:
        """Wait until it is at work; False where it ended for want of something."""
        assert self._running is not None
        deadline = time.monotonic() + START_SECONDS_MAX
        while self._says not in self.said():
            code = self._running.poll()
            if code == EXIT_UNAVAILABLE:
                return False
            if code is not None or time.monotonic() > deadline:
                pytest.fail(f"{self.name} did not start ({code}):\n{self.said()}")
            await asyncio.sleep(0.05)
        return True

    def said(self) -> str:
        """Return what it has said since it was launched."""
        with self.log.open("rb") as log:
            log.seek(self._said_before)
            return log.read().decode(errors="replace")

    def kill(self) -> None:
        """As a power cut would: there is no time for anything."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()

    def interrupt(self) -> None:
        """As Ctrl-C would."""
        if self._running is not None:
            self._running.send_signal(signal.SIGINT)

    def ended(self) -> None:
        if self._running is None:
            return
        try:
            self._running.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"{self.name} does not stop:\n{self.said()[-2000:]}")


class Server(Process):
    def __init__(self, name: str, log: Path, http: AsyncClient, port: int) -> None:
        super().__init__(name, ["serve", "--port", str(port)], "The boutique is open", log)
        self.http = http


class Projector(Process):
    """Projections in a process of their own."""

    def __init__(self, log: Path) -> None:
        super().__init__("projector", ["project"], "Projecting", log)


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Servers that share a database."""

    folder: Path
    dsn: str
    servers: list[Server]
    postgres: EmbeddedPostgres | None = None  # None: one of the servers runs it

    @property
    def data(self) -> Path:
        return self.folder / "postgres" / "data"

    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, database_url: str | None) -> dict[str, str]:
    """Return the settings of a process; without a database it starts its own in the folder."""
    given = {x: y for x, y in os.environ.items() if not x.startswith("BOUTIQUE_")}
    given |= {
        "BOUTIQUE_FOLDER": str(folder),
        "BOUTIQUE_IMAGE_WORKERS": "1",
        "BOUTIQUE_NETWORKS": str(Path(__file__).parents[2] / "web" / "node_modules"),
        "PYTHONUNBUFFERED": "1",
    }
    return given if database_url is None else given | {"BOUTIQUE_DATABASE_URL": database_url}


@asynccontextmanager
async def servers(
    folder: Path, *, names: Sequence[str], database_url: str | None
) -> AsyncGenerator[list[Server]]:
    """Serve the boutique by several processes; afterwards each must close on Ctrl-C."""
    async with AsyncExitStack() as stack:
        started = list[Server]()
        for name in names:
            port = free_port()
            http = await stack.enter_async_context(
                AsyncClient(
                    base_url=f"http://127.0.0.1:{port}",
                    timeout=REQUEST_SECONDS_MAX,
                    limits=Limits(max_connections=128, max_keepalive_connections=128),
                )
            )
            server = Server(name, folder / f"{name}.log", http, port)
            server.launch(environment(folder / "boutique", database_url))
            stack.callback(server.kill)
            started.append(server)
            if len(started) == 1:
                await server.at_work()  # it draws the mannequins, once for all
        await asyncio.gather(*(server.at_work() for server in started))
        try:
            yield started
        except BaseException:
            for server in started:
                print(f"--- {server.name} said\n{server.said()[-SAID_MAX:]}")  # noqa: T201
            raise
        for server in started:
            server.interrupt()
        for server in started:
            # In a thread: the server may need a line that this loop holds.
            await asyncio.to_thread(server.ended)
