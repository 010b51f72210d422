"""`havre index`: the fingerprint indexes."""

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened

app = typer.Typer(
    no_args_is_help=True, help="The fingerprint indexes: those of your unit, and of what any source shared."
)

HEADINGS = {
    "unit": "Unit",
    "shelf": "Index",
    "entries": "Entries",
    "segments": "Segments",
    "bytes_per_entry": "Bytes/entry",
    "behind": "In the database alone",
    "error": "",
}


@app.command("status")
def status(context: typer.Context) -> None:
    """Show what each index of your unit holds and costs."""
    with opened(context) as (home, acting):
        from havre.flows.reindex import status_of_indexes

        found = status_of_indexes(home, acting)
        if asked(context).json:
            answers.say_json(found)
        else:
            answers.say_table("Indexes", found, HEADINGS)


@app.command("verify")
def verify(context: typer.Context) -> None:
    """Compare each index with its checksums and with the database; exit 1 where anything differs."""
    with opened(context) as (home, acting):
        from havre.flows.reindex import problems_of, verify_indexes

        found = verify_indexes(home, acting)
        _told(context, found, problems_of(found))


@app.command("rebuild")
def rebuild(context: typer.Context) -> None:
    """Make each index anew from the database, and verify it."""
    with opened(context) as (home, acting):
        from havre.flows.reindex import problems_of, rebuild_indexes

        found = rebuild_indexes(home, acting)
        _told(context, found, problems_of(found))


def _told(context: typer.Context, found: list[dict[str, object]], problems: list[str]) -> None:
    if asked(context).json:
        answers.say_json(found)
    else:
        for problem in problems:
            answers.say(problem)
        answers.say(
            f"{len(found)} indexes: " + (f"{len(problems):,} problems" if problems else "equal to the database")
        )
    if problems:
        answers.warn("make the indexes anew: havre index rebuild")
        raise typer.Exit(answers.FAILED)
