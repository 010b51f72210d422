"""`havre mail`: whether you are mailed that something waits."""

from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened

app = typer.Typer(no_args_is_help=True, help="Mail that says that something waits, and never what.")


@app.command()
def ask(context: typer.Context, address: Annotated[str, typer.Argument(help="Where to.")]) -> None:
    """Be mailed that something waits, once an hour at most."""
    with opened(context) as (home, acting):
        from havre.flows.mail import ask_mail

        _say(context, ask_mail(home, acting, address).address, home.settings.mail is not None)


@app.command()
def stop(context: typer.Context) -> None:
    """Be mailed no more."""
    with opened(context) as (home, acting):
        from havre.flows.mail import stop_mail

        stop_mail(home, acting)
        _say(context, "", home.settings.mail is not None)


@app.command()
def show(context: typer.Context) -> None:
    """Say whether you are mailed."""
    with opened(context) as (home, acting):
        from havre.flows.mail import mailbox_of

        box = mailbox_of(acting.person)
        _say(context, box.address if box is not None else "", home.settings.mail is not None)


def _say(context: typer.Context, address: str, server: bool) -> None:
    if asked(context).json:
        answers.say_json({"address": address or None, "server": server})
        return
    answers.say(f"You are mailed at {address}." if address else "You are not mailed.")
    if address and not server:
        answers.warn("this node has no server for mail: HAVRE_MAIL says where it is")
