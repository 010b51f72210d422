"""`havre selfservice`: hashes that people sent without the picture; and the kernel that their browsers run."""

from pathlib import Path
from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened

app = typer.Typer(help="Hashes that people sent without the picture.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="SUBMISSION", help="Its number.")]

COLUMNS = {"submission": "Submission", "at": "Came", "who": "Who", "country": "Country", "files": "Files"}
COLUMNS |= {
    "platforms": "For platforms",
    "tell": "Wants to be told",
    "found": "Found",
    "waiting": "To decide",
    "withdrawn_at": "Withdrawn",
}
FOUND = {"submission": "Submission", "medium": "Medium", "same_bytes": "Same bytes", "distance": "Bits apart"}
FOUND |= {"frames": "Frames of a film", "at": "Found", "state": "Decided"}
FILES = {"kind": "Kind", "state": "State", "since": "Since", "sha256": "SHA-256", "because": "Why"}

CHECKOUT = Path(__file__).parents[4] / "native" / "pdq"
SERVED = Path(__file__).parents[1] / "public" / "static"


@app.command()
def build(
    context: typer.Context,
    sources: Annotated[Path, typer.Option(help="The C sources.")] = CHECKOUT,
    into: Annotated[Path, typer.Option(help="Where the artefacts are written.")] = SERVED,
) -> None:
    """Build the WebAssembly that browsers run: the same sources give the same bytes."""
    from havre.selfservice.kernel import build as build_kernel

    made = build_kernel(sources, into)
    if asked(context).json:
        answers.say_json(made)
        return
    for name, size in made.items():
        answers.say(f"{into / name}: {size} bytes")


@app.command("list")
def list_all(context: typer.Context) -> None:
    """List what people sent to your unit, without a hash."""
    with opened(context) as (home, acting):
        from havre.flows.self_reported import list_submissions

        found = list_submissions(home, acting)
    if asked(context).json:
        answers.say_json(found)
    elif found:
        answers.say_table("Sent by their owners", found, COLUMNS)
    else:
        answers.say("Nobody sent any hashes.")


@app.command()
def show(context: typer.Context, number: Number) -> None:
    """Show what lies under one code: hashes, and how far they are."""
    with opened(context) as (home, acting):
        from havre.flows.self_reported import show_submission

        found = show_submission(home, acting, number)
    if asked(context).json:
        answers.say_json(found)
    else:
        answers.say_table(f"Submission {number}", found["files"], FILES)


@app.command()
def find(context: typer.Context) -> None:
    """Look whether your unit holds what somebody asked to be told of; then answer them, or do not."""
    with opened(context) as (home, acting):
        from havre.flows.self_found import find_submitted

        found = find_submitted(home, acting)
    if asked(context).json:
        answers.say_json(found)
    elif found:
        answers.say_table("Found", found, FOUND)
    else:
        answers.say("Your unit holds none of it.")


@app.command()
def leave(
    context: typer.Context, number: Number, medium: Annotated[str, typer.Argument(help="SHA-256 of what was found.")]
) -> None:
    """Say that you looked at something that was found, and that there is nothing to tell."""
    with opened(context) as (home, acting):
        from havre.flows.self_reported import leave_medium

        leave_medium(home, acting, number, medium)
    if asked(context).json:
        answers.say_json({"left": number, "medium": medium})
    else:
        answers.say("It waits no more.")


@app.command()
def answer(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Argument(help="What they read with their code.")],
    medium: Annotated[list[str] | None, typer.Option(help="SHA-256 of what you tell them of; again for more.")] = None,
) -> None:
    """Tell who sent hashes what came of them, where they asked to be told; what you do not name waits on."""
    with opened(context) as (home, acting):
        from havre.flows.self_reported import answer_media

        answer_media(home, acting, number, text, medium or ())
    if asked(context).json:
        answers.say_json({"answered": number})
    else:
        answers.say("It waits for them, under their code.")


@app.command()
def withdraw(context: typer.Context, number: Number) -> None:
    """Erase what lies under one code, and retract what was published of it: somebody asked for it."""
    with opened(context) as (home, acting):
        from havre.flows.self_reported import withdraw_submission

        count = withdraw_submission(home, acting, number)
    if asked(context).json:
        answers.say_json({"withdrawn": number, "files": count})
    else:
        answers.say(f"Erased: {count} files.")
