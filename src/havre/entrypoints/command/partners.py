"""`havre hotline partner`: who of other hotlines and platforms may report by program."""

from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened

app = typer.Typer(no_args_is_help=True, help="Keys with which partners' programs report.")

Name = Annotated[str, typer.Argument(help="How you call the partner.")]


@app.command()
def add(context: typer.Context, name: Name) -> None:
    """Make a key and print it: it is shown once, and kept only as a digest."""
    with opened(context) as (home, acting):
        from havre.flows.partners import add_partner

        key = add_partner(home, acting, name)
    if asked(context).json:
        answers.say_json({"partner": name.strip(), "key": key})
        return
    answers.say(key)
    answers.warn("hand it over by a safe way: it is not shown again")


@app.command()
def revoke(context: typer.Context, name: Name) -> None:
    """Take a partner's key back; from now on it counts no more."""
    with opened(context) as (home, acting):
        from havre.flows.partners import revoke_partner

        revoke_partner(home, acting, name)
    if asked(context).json:
        answers.say_json({"partner": name.strip(), "revoked": True})
        return
    answers.say("The key counts no more.")


@app.command("list")
def listed(context: typer.Context) -> None:
    """List the partners and since when their keys count, or no more."""
    with opened(context) as (home, acting):
        from havre.flows.partners import partners

        rows = [
            {"partner": each.name, "since": each.made_at.isoformat(), "revoked": each.revoked_at is not None}
            for each in partners(home, acting)
        ]
    if asked(context).json:
        answers.say_json(rows)
        return
    answers.say_table("Partners", rows, {"partner": "partner", "since": "since", "revoked": "taken back"})
