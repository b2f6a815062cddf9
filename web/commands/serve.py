"""``boutique serve``: the web server, with projections and image workers beside it."""

import asyncio
import errno
import signal
import socket
from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager
from typing import Annotated

import typer
import uvicorn

from web.app import create_app
from web.bootstrap import collect_seldom, imaging, opened
from web.commands.demo import seeded
from web.commands.running import Unavailable, console, run
from web.settings import Settings
from web.upkeep import projecting

app = typer.Typer()

BACKLOG = 128
KEEP_ALIVE_SECONDS = 75
"""Longer than clients and proxies keep idle connections: whoever closes first can be overtaken by
a request that is on its way."""


@app.command()
def serve(
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill an empty boutique with demonstration goods first.")
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Open the boutique and serve it until Ctrl-C."""
    settings = Settings()
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    run(_serve(settings, is_demo=demo))


async def _serve(settings: Settings, *, is_demo: bool) -> None:
    listener = listening(settings)
    async with AsyncExitStack() as stack:
        stack.callback(listener.close)
        console.print("Opening the boutique …", style="dim")
        container = await stack.enter_async_context(opened(settings))
        wired_imaging = await stack.enter_async_context(imaging(container))
        if is_demo:
            await seeded(container, wired_imaging)
        await stack.enter_async_context(projecting(container))
        collect_seldom()
        server = _Server(
            uvicorn.Config(
                create_app(container, wired_imaging),
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=5,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                server_header=False,
            )
        )
        await server.serve(sockets=[listener])
    console.print("The boutique is closed; everything is kept.", style="dim")


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where the boutique is, once it answers there and Ctrl-C closes it cleanly."""
        assert sockets is not None  # given above
        sockets[0].listen(BACKLOG)
        await super().startup(sockets)
        host, port = sockets[0].getsockname()[:2]
        console.print(
            f"The boutique is open: [bold]http://{host}:{port}[/bold]   (Ctrl-C closes it)"
        )

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """End serving on a signal, and go on closing what was opened instead of dying of it."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def listening(settings: Settings) -> socket.socket:
    """Take the port before anything slow is started.

    Raises:
        Unavailable: somebody else has it.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Said to be TCP, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Unavailable(
                f"Port {settings.port} is in use. Choose another: "
                f"BOUTIQUE_PORT={settings.port + 1} make run"
            ) from error
        raise Unavailable(f"Cannot listen on {settings.host}:{settings.port}: {error}") from error
    return listener
