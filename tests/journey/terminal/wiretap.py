"""A proxy that hears every byte a browser sends: of pages, of workers, of service workers."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

HEAD_BYTES_MAX = 2**16
PASSED_ON_OTHERWISE = r"(?i)(proxy-)?connection:|transfer-encoding:|accept-encoding:"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A request as the browser sent it."""

    method: str
    url: str
    head: bytes
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass(kw_only=True)
class Wiretap:
    """What was heard so far, and what is done to answers."""

    address: str  # of the proxy
    heard: list[Heard] = field(default_factory=list[Heard])
    losing: set[str] = field(default_factory=set[str])
    """Paths whose next answer gets lost, once each: what was asked for is done all the same."""
    rewriting: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """What of a file of the program is replaced on its way, by the end of its path."""
    _serving: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def of(self, path: str) -> list[Heard]:
        return [found for found in self.heard if found.path == path]

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def hang_up(self) -> None:
        """End what is not answered yet: nobody waits for it any more."""
        serving = list(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, OSError):
            await self._answer(reader, writer)
        await _closed(writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, url, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        body = await _body(head, reader)
        self.heard.append(Heard(method=method, url=url, head=head, body=body))
        if method == "CONNECT":  # to somebody else: nobody answers
            return
        target = urlsplit(url)
        upstream, sending = await asyncio.open_connection("127.0.0.1", target.port)
        path = target.path + (f"?{target.query}" if target.query else "")
        lines = head.decode("latin-1").split("\r\n")[1:-2]
        kept = [x for x in lines if not re.match(PASSED_ON_OTHERWISE, x)]
        if body and not any(x.lower().startswith("content-length:") for x in kept):
            kept.append(f"Content-Length: {len(body)}")
        text = "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""])
        try:
            sending.write(text.encode("latin-1") + body)
            answer = await upstream.read()
        finally:
            await _closed(sending)
        if target.path in self.losing:
            self.losing.remove(target.path)
            return
        writer.write(self._rewritten(target.path, answer))
        await writer.drain()

    def _rewritten(self, path: str, answer: bytes) -> bytes:
        for end, (old, new) in self.rewriting.items():
            if not path.endswith(end):
                continue
            head, _, body = answer.partition(b"\r\n\r\n")
            assert old.encode() in body, f"{path} does not say {old!r}"
            body = body.replace(old.encode(), new.encode())
            length = b"content-length: %d" % len(body)
            head = re.sub(rb"(?i)content-length: \d+", length, head)
            return head + b"\r\n\r\n" + body
        return answer


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError, OSError):
        await writer.wait_closed()


async def _body(head: bytes, reader: asyncio.StreamReader) -> bytes:
    if found := re.search(rb"(?i)\r\ncontent-length: *(\d+)", head):
        return await reader.readexactly(int(found[1]))
    body = b""
    if re.search(rb"(?i)\r\ntransfer-encoding: *chunked", head):
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readuntil(b"\r\n")
    return body


@asynccontextmanager
async def wiretap() -> AsyncIterator[Wiretap]:
    """Listen on a free port of this machine."""
    tap = Wiretap(address="")
    server = await asyncio.start_server(tap.accept, "127.0.0.1", 0, limit=HEAD_BYTES_MAX)
    tap.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield tap
        await tap.hang_up()
