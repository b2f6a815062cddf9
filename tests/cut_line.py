"""A line to PostgreSQL that can be cut: before a statement arrives, or before its answer does."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from psycopg.conninfo import conninfo_to_dict, make_conninfo

Cut = Literal["statement", "answer"]


class Line:
    """Relays every connection to the server; ``cut`` is what the next group of appends loses."""

    def __init__(self, server: str, dsn: str) -> None:
        self._server = server
        self.dsn = dsn
        self.cut: Cut | None = None
        self.cuts = 0
        self.is_down = False
        self.delay_seconds = 0.0  # of every answer
        self._pumps = set[asyncio.Task[None]]()

    def hang_up(self) -> None:
        """Cut every connection there is."""
        for pump in self._pumps:
            pump.cancel()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_down:
            writer.close()
            return
        up_reader, up_writer = await asyncio.open_unix_connection(self._server)
        lost = asyncio.Event()  # the answer of the group that is on its way
        pumps = [
            asyncio.create_task(self._up(reader, up_writer, lost)),
            asyncio.create_task(self._down(up_reader, writer, lost)),
        ]
        self._pumps.update(pumps)
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        self._pumps.difference_update(pumps)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        for end in (writer, up_writer):
            end.close()

    async def _up(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Event
    ) -> None:
        while data := await reader.read(1 << 20):
            if self.cut is not None and b"commodity" in data:  # a tag of what is appended
                cut, self.cut = self.cut, None
                self.cuts += 1
                if cut == "statement":
                    return
                lost.set()
            writer.write(data)
            await writer.drain()

    async def _down(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Event
    ) -> None:
        while data := await reader.read(1 << 20):
            if lost.is_set():
                return
            await asyncio.sleep(self.delay_seconds)
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def cut_line(dsn: str) -> AsyncGenerator[Line]:
    """Yield a line to the server of ``dsn``, which must listen on a Unix socket."""
    info = conninfo_to_dict(dsn)
    name = f".s.PGSQL.{info.get('port', 5432)}"
    with TemporaryDirectory(prefix="boutique-line-") as folder:
        line = Line(str(Path(str(info["host"])) / name), make_conninfo(dsn, host=folder))
        server = await asyncio.start_unix_server(line.connect, Path(folder) / name)
        try:
            yield line
        finally:
            server.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(server.wait_closed(), 1)
