"""``boutique account``: open accounts in roles that nobody can give themselves."""

import json
from typing import Annotated
from uuid import uuid4

import typer

from web.bootstrap import opened
from web.commands.running import console, run
from web.settings import Settings

app = typer.Typer(name="account", help="Open accounts.", no_args_is_help=True)


@app.callback()
def accounts() -> None:
    """Open accounts."""


@app.command("create")
def create(
    role: Annotated[str, typer.Option(help="shopper, seller, auditor or operator")],
    email: Annotated[str, typer.Option(prompt=True, help="E-mail address to sign in with.")],
    password: Annotated[
        str,
        typer.Option(
            prompt=True,
            hide_input=True,
            envvar="BOUTIQUE_PASSWORD",
            help="At least 10 characters; asked for where it is not given.",
        ),
    ],
    name: Annotated[str, typer.Option(help="Trading name of a seller: shoppers read it.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Open an account."""
    account_id = run(_create(Settings(), role=role, email=email, password=password, name=name))
    if as_json:
        typer.echo(json.dumps({"account_id": account_id, "role": role, "email": email}))
    else:
        console.print(f"{email} may sign in as {role} (account {account_id}).")


async def _create(settings: Settings, *, role: str, email: str, password: str, name: str) -> str:
    account_id = uuid4()
    async with opened(settings) as container:
        await container.accounts.open(
            account_id=account_id, role=role, email=email, password=password, trading_name=name
        )
        await container.projections.catch_up()
    return str(account_id)
