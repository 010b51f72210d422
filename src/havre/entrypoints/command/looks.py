"""`havre notices look|unclear|looking`: the isolated fetcher asks whether pages are gone."""

from enum import StrEnum
from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.errors import Invalid

COLUMNS = {"page": "Page", "notice": "Notice", "why": "Why", "status": "HTTP", "at": "Asked", "address": "Address"}


class Switch(StrEnum):
    """Whether it looks by itself."""

    ON = "on"
    OFF = "off"


def look(
    context: typer.Context,
    page: Annotated[str, typer.Argument(metavar="PAGE", help="Its number or address, or a notice's reference.")],
    number: Annotated[str, typer.Option(help="The network address of its host, where none was loaded.")] = "",
) -> None:
    """Have the fetcher ask whether a page is gone, through the egress proxy; say why with --reason."""
    if not asked(context).reason.strip():
        raise Invalid("say why the page is asked for: --reason")
    with opened(context) as (home, acting):
        from havre.flows.look_outside import look as look_at

        made = look_at(home, acting, page, number=number)
        told = {"page": made.page_id, "saw": made.saw, "why": made.why, "status": made.status, "gone": made.gone}
        if asked(context).json:
            answers.say_json(told | {"at": made.at.isoformat()})
            return
        after = "it is gone" if made.gone else "a person looks"
        answers.say(
            f"Page {made.page_id}: {made.saw} ({made.why}{f', {made.status}' if made.status else ''}); {after}."
        )


def unclear(context: typer.Context) -> None:
    """List the pages of which the fetcher could not tell whether they are gone: a person looks."""
    with opened(context) as (home, acting):
        from havre.flows.looks_unclear import list_unclear

        found = [each.to_json() for each in list_unclear(home, acting)]
        if asked(context).json:
            answers.say_json(found)
        elif found:
            answers.say_table("A person looks", found, COLUMNS)
        else:
            answers.say("Nothing is unclear.")


def looking(context: typer.Context, switch: Annotated[Switch, typer.Argument(help="on or off.")]) -> None:
    """Whether the fetcher looks by itself, in turn, at the pages of your unit of which notices wait."""
    with opened(context) as (home, acting):
        from havre.flows.look_outside import look_by_itself

        on = look_by_itself(home, acting, on=switch is Switch.ON)
        if asked(context).json:
            answers.say_json({"on": on})
        else:
            answers.say("The fetcher looks by itself." if on else "The fetcher looks only where somebody asks for it.")
