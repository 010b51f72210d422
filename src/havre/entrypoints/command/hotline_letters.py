"""`havre hotline letters`: what came through the door and could not be taken in."""

from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened

COLUMNS = {"letter": "Letter", "kind": "Kind", "at": "Came", "trouble": "Why it was not taken in"}


def letters(
    context: typer.Context,
    again: Annotated[int | None, typer.Option(metavar="LETTER", help="Take this one in again.")] = None,
) -> None:
    """List letters that could not be taken in; what nobody can read is erased when a report's time is over."""
    with opened(context) as (home, acting):
        from havre.flows.letters_apart import list_apart, try_again

        if again is not None:
            try_again(home, acting, again)
        found = list_apart(home, acting)
    if asked(context).json:
        answers.say_json(found)
    elif found:
        answers.say_table("Letters that wait for a person", found, COLUMNS)
    else:
        answers.say("No letter waits for a person.")
