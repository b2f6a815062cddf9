"""The ``boutique`` command."""

import typer

from web.commands import account, audit, demo, doctor, imaging, project, relay, serve

app = typer.Typer(
    name="boutique",
    help="An internet boutique that sells commodities in total coordination.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("project")(project.project)
app.command("relay")(relay.relay)
app.command("doctor")(doctor.doctor)
app.add_typer(audit.app, name="audit")
app.add_typer(account.app, name="account")
app.add_typer(imaging.app, name="imaging")


def main() -> None:
    app()
