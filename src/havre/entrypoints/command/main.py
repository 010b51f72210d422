"""`havre`: the command line. Options before the command say who acts, where and why."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from django.db import DatabaseError

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import Asked
from havre.errors import HavreError, Unavailable

app = typer.Typer(
    help="Identify child victims: known, near, repeat and new in a seizure; every act logged.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)


@app.callback()
def before(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(help="The node's folder; HAVRE_HOME otherwise.")] = None,
    person: Annotated[str, typer.Option("--as", metavar="PERSON", help="Who acts.")] = "",
    reason: Annotated[str, typer.Option(help="Why; the log keeps it.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON alone.")] = False,
) -> None:
    """Keep what was asked before the command."""
    context.obj = Asked(home, person, reason, json)


def run(arguments: list[str] | None = None) -> None:
    """Run one command; exit 0 done, 1 something failed and is explained, 2 wrong use."""
    words, as_json = json_anywhere(sys.argv[1:] if arguments is None else arguments)
    words = ["--json", *words] if as_json else words
    try:
        app(words)
    except HavreError as error:
        answers.fail(error)
        sys.exit(answers.FAILED)
    except DatabaseError as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        answers.fail(Unavailable(f"the database can't be used ({first}): see `havre doctor`, then run this again"))
        sys.exit(answers.FAILED)
    except KeyboardInterrupt:
        answers.warn("stopped; what was written is kept, and the same command goes on from there")
        sys.exit(130)


def json_anywhere(words: list[str]) -> tuple[list[str], bool]:
    """The words without --json, which may stand before or behind the command; what follows -- is left alone."""
    end = words.index("--") if "--" in words else len(words)
    head = [word for word in words[:end] if word != "--json"]
    return head + words[end:], len(head) < end
