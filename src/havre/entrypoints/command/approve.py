"""`havre approve`: the second person's word."""

from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened


def approve(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="NUMBER", help="The request.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show what waits for approval.")] = False,
) -> None:
    """Approve what a colleague asked for, or list what waits."""
    if (number is None) is not listed:
        raise typer.BadParameter("give either the NUMBER of a request or --list")
    with opened(context) as (home, acting):
        from havre.flows import approvals

        if number is None:
            _say_waiting(context, approvals.waiting(home, acting))
            return
        answer = approvals.approve(home, acting, number)
        if asked(context).json:
            answers.say_json(answer)
        else:
            answers.say(f"Request {number} is approved: {answer['act']}, {answer['subject']}.")
            answers.say(f"{answer['asked_by']} can run the same command again.")


def _say_waiting(context: typer.Context, found: list[dict[str, object]]) -> None:
    if asked(context).json:
        answers.say_json(found)
    elif not found:
        answers.say("Nothing waits for approval.")
    else:
        headings = {"approval": "Request", "act": "Act", "subject": "Subject", "asked_by": "Asked by", "asked_at": "At"}
        answers.say_table("Waiting for approval", found, headings)
