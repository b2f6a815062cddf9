"""Purchase: what a look of three pieces costs over HTTP, from the request to the paid answer.

Baseline in the same run: the least a database can be asked for it, one bare transaction that takes
the pieces and writes the purchase down.
"""

import asyncio
import hashlib
import json
import os
import random
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psycopg

from adapters import embedded_postgres
from domain.event import Event
from domain.placement import PlacePurchase
from tests.benchmarks._boutique import build, confirmed, on_offer, purchase
from tests.served import Served, serving
from tests.speaking import shopper_opened

COMMODITIES = 300
SHOPPERS = {1: 150, 8: 400, 32: 600}
"""Purchases with so many shoppers at once, in each round."""
ROUNDS = 3
COUNTED = 20
"""Purchases whose statements are counted."""
BARE = 400


def run() -> dict[str, float]:
    folder = Path(tempfile.mkdtemp(prefix="boutique-bench-"))
    folder.chmod(0o711)  # as root the server is another user, who must pass
    try:
        with embedded_postgres.start(folder / "postgres") as server:
            commands = list(_commands(ROUNDS * sum(SHOPPERS.values()) + COUNTED + SHOPPERS[1]))
            build(server.dsn, _history(commands))
            settings = {"BOUTIQUE_DATABASE_URL": server.dsn, "BOUTIQUE_FOLDER": str(folder)}
            with serving(**settings) as served:
                return _measured(served, server.dsn, folder / "postgres" / "postgres.log", commands)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _commands(count: int) -> Iterator[PlacePurchase]:
    chosen = random.Random(3)
    for number in range(count):
        yield purchase(number, chosen.sample(range(COMMODITIES), 3))


def _history(commands: Sequence[PlacePurchase]) -> Iterator[Event]:
    yield from on_offer(range(COMMODITIES))
    for command in commands:
        commitment = hashlib.sha256(command.shopper_id.bytes).hexdigest()
        yield replace(shopper_opened, account_id=command.shopper_id, email_commitment=commitment)
    yield from confirmed(commands)


def _measured(
    served: Served, dsn: str, log: Path, commands: list[PlacePurchase]
) -> dict[str, float]:
    _sign_in(dsn, commands)
    todo = iter(commands)
    asyncio.run(_bought(served, [next(todo) for _ in range(SHOPPERS[1])], at_once=1))  # warm
    rounds = [_round(served, dsn, todo) for _ in range(ROUNDS)]
    figures = {name: statistics.median(found[name] for found in rounds) for name in rounds[0]}
    statements = _statements(served, dsn, log, [next(todo) for _ in range(COUNTED)])
    bare = _bare_transaction_ms(dsn)
    return {
        "statements": statements,
        **figures,
        "bare_transaction_cpu_ms": bare,
        "ratio_to_bare_transaction_1": figures["cpu_ms_1"] / bare,
    }


def _round(served: Served, dsn: str, todo: Iterator[PlacePurchase]) -> dict[str, float]:
    figures = dict[str, float]()
    for at_once, count in SHOPPERS.items():
        wanted = [next(todo) for _ in range(count)]
        with _Processor(served, dsn) as processor:
            took = asyncio.run(_bought(served, wanted, at_once=at_once))
        figures |= {
            f"cpu_ms_{at_once}": 1000 * processor.seconds / count,
            f"cpu_application_ms_{at_once}": 1000 * processor.application_seconds / count,
            f"p50_ms_{at_once}": 1000 * statistics.median(took),
            f"p99_ms_{at_once}": 1000 * sorted(took)[int(0.99 * count)],
        }
    return figures


def _token(command: PlacePurchase) -> str:
    return command.purchase_id.hex


def _sign_in(dsn: str, commands: Sequence[PlacePurchase]) -> None:
    now = datetime.now(UTC)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.cursor().executemany(
            "INSERT INTO vault_session VALUES (%s, %s, false, %s, %s)",
            [
                (
                    hashlib.sha256(_token(command).encode()).digest(),
                    command.shopper_id,
                    now,
                    now + timedelta(days=1),
                )
                for command in commands
            ],
        )


async def _bought(
    served: Served, commands: Sequence[PlacePurchase], *, at_once: int
) -> list[float]:
    """Buy all of it with so many shoppers at once; return how long each waited, in seconds."""
    todo = iter(commands)
    took = list[float]()

    async def shopper() -> None:
        client = await _Client.connected(served.address)
        for command in todo:
            begun = time.perf_counter()
            status = await client.post("/api/v1/purchases", _token(command), _order(command))
            took.append(time.perf_counter() - begun)
            assert status == 201, status
        client.writer.close()

    await asyncio.gather(*(shopper() for _ in range(at_once)))
    return took


def _order(command: PlacePurchase) -> bytes:
    pieces = [
        {
            "commodity_id": str(piece.commodity_id),
            "variant_id": str(piece.variant_id),
            "price_minor": piece.price_minor,
        }
        for piece in command.pieces
    ]
    return json.dumps(
        {
            "purchase_id": str(command.purchase_id),
            "coordination_id": str(command.coordination_id),
            "pieces": pieces,
            "card": command.card,
        }
    ).encode()


@dataclass(frozen=True)
class _Client:
    """An HTTP client that costs next to nothing: both have to share the machine."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def connected(cls, address: str) -> "_Client":
        parts = urlsplit(address)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    async def post(self, path: str, token: str, body: bytes) -> int:
        self.writer.write(
            f"POST {path} HTTP/1.1\r\nHost: boutique\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nIdempotency-Key: {token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        assert length is not None, head
        await self.reader.readexactly(int(length[1]))
        return int(head.split()[1])


class _Processor:
    """Processor time of the boutique's process and of all of PostgreSQL's."""

    def __init__(self, served: Served, dsn: str) -> None:
        self._application = served.process.pid
        with psycopg.connect(dsn) as connection:
            row = connection.execute(
                "SELECT setting FROM pg_settings WHERE name = 'data_directory'"
            ).fetchone()
        assert row is not None
        self._postmaster = int((Path(row[0]) / "postmaster.pid").read_text().split()[0])
        self.seconds = self.application_seconds = 0.0

    def __enter__(self) -> Self:
        self._begun = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        application, database = (b - a for a, b in zip(self._begun, self._now(), strict=True))
        self.application_seconds = application
        self.seconds = application + database

    def _now(self) -> tuple[float, float]:
        children = Path(f"/proc/{self._postmaster}/task/{self._postmaster}/children").read_text()
        database = (self._postmaster, *map(int, children.split()))
        return _used(self._application), sum(map(_used, database))


def _used(process_id: int) -> float:
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # it has ended; what it used is little
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _statements(served: Served, dsn: str, log: Path, commands: Sequence[PlacePurchase]) -> float:
    """Let PostgreSQL write down every statement; return how many a purchase takes, all in all."""
    _set_logging(dsn, "all")
    before = log.stat().st_size
    asyncio.run(_bought(served, commands, at_once=1))
    time.sleep(1)  # the last projection
    written = log.read_bytes()[before:].decode()
    _set_logging(dsn, "none")
    return len(re.findall(r"LOG:  (?:statement|execute)", written)) / len(commands)


def _set_logging(dsn: str, what: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET log_statement = '{what}'")
        connection.execute("SELECT pg_reload_conf(), pg_sleep(0.5)")


def _bare_transaction_ms(dsn: str) -> float:
    """Return the processor time of one purchase as a single program would do it by hand."""
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE bare_stock (id int PRIMARY KEY, pieces int)")
        connection.execute("INSERT INTO bare_stock SELECT n, 100000 FROM generate_series(1, 300) n")
        connection.execute("CREATE TABLE bare_purchase (id serial, lines jsonb)")
        connection.commit()
        backend = connection.info.backend_pid
        begun = time.process_time() + _used(backend)
        for number in range(BARE):
            wanted = [1 + (number * step) % 300 for step in (1, 7, 11)]
            connection.execute(
                "UPDATE bare_stock SET pieces = pieces - 1 WHERE id = ANY (%s) AND pieces > 0",
                (wanted,),
            )
            connection.execute(
                "INSERT INTO bare_purchase (lines) VALUES (%s)", (json.dumps(wanted),)
            )
            connection.commit()
        return 1000 * (time.process_time() + _used(backend) - begun) / BARE
