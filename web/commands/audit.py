"""``boutique audit``: list and replay purchase history from the log."""

import json
from typing import Annotated

import typer
from rich.table import Table

from domain.event import Recorded
from domain.purchase import PurchaseEvent, RefundEvent
from domain.reservation import ReservationEvent
from projections.audit_trail import PurchaseHistory
from web.api.audit import replay_view
from web.auditing import event_view, replayed
from web.bootstrap import opened
from web.commands.running import console, run
from web.settings import Settings
from web.templating import Money, money

app = typer.Typer(name="audit", help="List and replay purchase history.", no_args_is_help=True)

PAGE = 1_000
OF_PURCHASES = (PurchaseEvent, ReservationEvent, RefundEvent)

Until = Annotated[int | None, typer.Option(min=0, help="Last position to replay.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("replay")
def replay(*, until: Until = None, as_json: AsJson = False) -> None:
    """Fold purchase history anew from the log, up to a position."""
    history = run(_replay(Settings(), until=until))
    if as_json:
        typer.echo(replay_view(history).model_dump_json())
        return
    table = Table(title=f"Purchase history as of position {history.position}")
    table.add_column("What")
    table.add_column("How many", justify="right")
    rows = (
        ("events replayed", history.events),
        ("purchases placed", history.placed),
        ("payments captured", history.captured),
        ("payments declined", history.declined),
        ("purchases cancelled", history.cancelled),
        ("refunds granted", history.refunds_granted),
        ("refunds paid", history.refunds_paid),
        ("pieces received", history.pieces_received),
        ("pieces sold", history.pieces_sold),
        ("pieces reserved", history.pieces_reserved),
        ("pieces left", history.pieces_left),
    )
    for name, count in rows:
        table.add_row(name, f"{count:,}")
    for currency, minor in sorted(history.revenue_minor.items()):
        table.add_row(f"revenue in {currency}", money(Money(minor, currency)))
    for currency, minor in sorted(history.refunded_minor.items()):
        table.add_row(f"refunded in {currency}", money(Money(minor, currency)))
    console.print(table)


async def _replay(settings: Settings, *, until: int | None) -> PurchaseHistory:
    async with opened(settings) as container:
        with console.status("Replaying …") as status:
            return await replayed(
                container,
                until=until,
                progress=lambda position: status.update(f"Replaying … position {position:,}"),
            )


@app.command("list")
def list_events(
    *,
    after: Annotated[int, typer.Option(min=0, help="Start behind this position.")] = 0,
    until: Until = None,
    everything: Annotated[bool, typer.Option("--all", help="All events, not only these.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the events of reservations, purchases and refunds in the order of the log."""
    found = run(_list(Settings(), after=after, until=until, everything=everything))
    if as_json:
        for recorded in found:
            typer.echo(json.dumps(event_view(recorded), default=str))
        return
    table = Table("Position", "Recorded", "Event", "Subject", "Summary")
    for recorded in found:
        table.add_row(*(str(value) for value in event_view(recorded).values()))
    console.print(table)


async def _list(
    settings: Settings, *, after: int, until: int | None, everything: bool
) -> list[Recorded]:
    found = list[Recorded]()
    async with opened(settings) as container:
        while page := await container.log.page(after=after, until=until, limit=PAGE):
            found += [x for x in page if everything or isinstance(x.event, OF_PURCHASES)]
            after = page[-1].position
    return found
