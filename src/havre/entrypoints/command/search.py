"""`havre search`: is this known, or held?"""

from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened


def search(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="FILE|PDQ|DIGEST", help="A file, or hex digits.")],
    radius: Annotated[int, typer.Option(min=0, max=256, help="Bits in which a PDQ may differ.")] = 31,
) -> None:
    """Find what equals or looks like a file, a digest or a PDQ."""
    with opened(context, decoding=True) as (home, acting):
        from havre.flows.search import search

        found = search(home, acting, what, radius)
        for note in found.notes:
            answers.warn(note)
        if asked(context).json:
            answers.say_json(found.matches)
        elif not found.matches:
            answers.say("Nothing known or held is like it.")
        else:
            columns = ("distance", "kind", "label", "in", "orientation", "path", "sha256")
            answers.say_table("Matches, nearest first", found.matches, {name: name.capitalize() for name in columns})
