"""``boutique relay``: publish the log to Kafka."""

import asyncio
import logging
from contextlib import suppress

import typer

from web.bootstrap import opened, relay_log
from web.commands.running import console, run
from web.settings import Settings

app = typer.Typer()


@app.command()
def relay() -> None:
    """Publish every event to Kafka, in order, from where it was left, until Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    run(_relay(Settings()))


async def _relay(settings: Settings) -> None:
    async with opened(settings) as container:
        console.print(
            f"Relaying to {settings.kafka_topic} at {settings.kafka_bootstrap} … (Ctrl-C ends it)"
        )
        with suppress(asyncio.CancelledError):
            await relay_log(container)
