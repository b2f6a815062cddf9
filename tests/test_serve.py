"""Serving: what a crash leaves, and what a new start finds."""

import contextlib
import json
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import httpx2
import pytest

from tests.served import Served, serving
from web.commands import serve
from web.settings import Settings

PASSWORD = "a long pass phrase"  # noqa: S105 (of a test account)


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own folder: it is private to us, and as root the database is another user.
    made = Path(tempfile.mkdtemp(prefix="boutique-serve-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def visiting(served: Served) -> httpx2.Client:
    return httpx2.Client(base_url=f"{served.address}/api/v1", timeout=30)


def events_of(served: Served) -> int:
    return int(json.loads(served.command("audit", "replay", "--json"))["events"])


def test_given_a_kill_when_started_again_then_nothing_is_lost(folder: Path) -> None:
    settings = {"BOUTIQUE_FOLDER": str(folder)}
    credentials = {"email": "ada@example.com", "password": PASSWORD}
    with serving(**settings) as first, visiting(first) as shopper:
        shopper.post("/accounts", json=credentials).raise_for_status()
        step = {"wearer": "mannequin:bruno"}
        shopper.post("/coordinations/current/steps", json=step).raise_for_status()
        recorded = events_of(first)
        first.process.kill()
        first.process.wait()

    with serving(**settings) as second, visiting(second) as shopper:
        assert events_of(second) == recorded
        shopper.post("/sessions", json=credentials).raise_for_status()
        coordination = shopper.get("/coordinations/current").raise_for_status().json()
        assert coordination["wearer"]["id"] == "bruno"


def test_an_idle_connection_is_kept_as_long_as_clients_keep_it(folder: Path) -> None:
    """One that the server closes first cuts off the request that is just coming over it."""
    with (
        serving(BOUTIQUE_FOLDER=str(folder)) as served,
        contextlib.closing(
            HTTPConnection(served.address.removeprefix("http://"), timeout=30)
        ) as connection,
    ):
        connection.request("GET", "/api/v1/facets")
        connection.getresponse().read()
        before = connection.sock
        time.sleep(6)  # longer than most libraries keep it
        connection.request("GET", "/api/v1/facets")
        assert connection.getresponse().status == 200
        assert connection.sock is before


def test_the_server_listens_so_that_answers_are_sent_at_once() -> None:
    with contextlib.closing(serve.listening(Settings(port=0))) as listener:
        # asyncio turns Nagle's algorithm off only for sockets that say they are TCP.
        assert listener.proto == socket.IPPROTO_TCP
