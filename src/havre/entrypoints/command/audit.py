"""`havre audit`: the log, proven, exported and read."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, now, opened, settings_of
from havre.errors import Invalid
from havre.start import start

if TYPE_CHECKING:
    from havre.flows.proof import Proof

app = typer.Typer(no_args_is_help=True, help="The log of every consultation, change, disclosure and erasure.")

Seen = Annotated[Path | None, typer.Option(metavar="CHECKPOINT", help="A checkpoint kept elsewhere.")]
HEADINGS = {"index": "Entry", "at": "Time", "person": "Who", "verb": "What", "thing": "Of what", "reason": "Why"}


@app.command("verify")
def verify(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="An exported log; this node's own otherwise.")] = None,
    seen: Seen = None,
    key: Annotated[str, typer.Option(metavar="PUBLIC", help="The log's public key, as known from elsewhere.")] = "",
) -> None:
    """Prove that nothing in the log was altered, removed or added; exit 1 where anything was."""
    checkpoint = read_checkpoint(seen)
    if file is None:
        proof = _own(context, checkpoint, key)
    else:
        from havre.flows.proof import verify_export

        proof = verify_export(file, key, checkpoint)
    if asked(context).json:
        answers.say_json(proof.to_json())
    else:
        _tell(proof)
    if not proof.trusted:
        answers.warn("the key is the one the file claims: compare it with the one you know, or give --key")
    if not proof.sound:
        raise typer.Exit(answers.FAILED)


def read_checkpoint(file: Path | None) -> str:
    """The signed text of a checkpoint file; empty where none was named."""
    if file is None:
        return ""
    try:
        return file.read_text("utf-8", errors="replace")
    except OSError as error:
        raise Invalid(f"the checkpoint {file} can't be read: {error.strerror}") from error


def _own(context: typer.Context, seen: str, key: str) -> "Proof":
    """The proof of this node's log; not by `opened`, which stops at a log that was cut off without naming where."""
    what = asked(context)
    settings = settings_of(what)
    start(settings)
    from havre.flows.home import Home
    from havre.flows.logbook import verify_log
    from havre.units.acting import NO_REASON, Acting
    from havre.units.queries import only_person, person_named

    home = Home(settings)
    own = home.signer.verifier.text()
    if key and key.strip() != own:
        raise Invalid(f"this node's log has another key than the one given: {own}")
    person = person_named(what.person) if what.person else only_person()
    return verify_log(home, Acting(person, now, what.reason or NO_REASON), seen)


def _tell(proof: "Proof") -> None:
    verdict = proof.verdict
    for problem in proof.problems:
        answers.say(problem["what"])
    if verdict.more:
        answers.say(f"and {verdict.more:,} more")
    if proof.sound:
        answers.say(f"The log is whole: {verdict.entries:,} entries, {verdict.checkpoints:,} checkpoints.")
    elif verdict.first_altered is not None:
        answers.say(f"The first altered entry is {verdict.first_altered}.")
    answers.say(f"Key: {proof.verifier.text()}")


@app.command("prove")
def prove(context: typer.Context, entry: Annotated[int, typer.Argument(help="The number of the entry.")]) -> None:
    """Print the proof of one entry of your unit, to be kept as a file: it shows nothing of the rest of the log."""
    with opened(context) as (home, acting):
        from havre.flows.logbook import prove_entry

        os.write(1, prove_entry(home, acting, entry).encode())


@app.command("check-proof")
def check_one(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The proof of an entry.")],
    key: Annotated[str, typer.Option(metavar="PUBLIC", help="The log's public key, as known from elsewhere.")] = "",
) -> None:
    """Verify the proof of one entry, with nothing but the file and the log's public key; no home is needed."""
    from havre.flows.proof import check_proof

    shown = check_proof(file, key)
    told = shown.to_json()
    if asked(context).json:
        answers.say_json(told)
    else:
        answers.say(f"Entry {told['entry']['index']} is in the log {shown.verifier.name}, as it was signed.")
        for column, value in told["entry"].items():
            answers.say(f"{column}: {json.dumps(value, ensure_ascii=False)}")  # a hostile name draws nothing
        answers.say(f"It is in the tree of checkpoint {told['checkpoint']}, signed at {told['sealed_at']}.")
    if not shown.trusted:
        answers.warn("the key is the one the file claims: compare it with the one you know, or give --key")


@app.command("export")
def export(context: typer.Context, file: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """Write the whole log to a file that anybody can verify."""
    with opened(context) as (home, acting):
        from havre.flows.logbook import export_log

        answer = export_log(home, acting, file)
        if asked(context).json:
            answers.say_json(answer)
        else:
            answers.say(f"The log is in {file}; anybody verifies it: havre audit verify {file} --key {answer['key']}")


@app.command("checkpoint")
def checkpoint(context: typer.Context) -> None:
    """Print the newest signed checkpoint: keep it elsewhere, or have another node countersign it."""
    with opened(context) as (home, acting):
        from havre.flows.logbook import newest_note

        note = newest_note(home, acting)
        if asked(context).json:
            answers.say_json({"checkpoint": note, "key": home.signer.verifier.text()})
        else:
            os.write(1, note.encode())  # byte for byte: the signature is over these lines


@app.command("show")
def show(
    context: typer.Context,
    last: Annotated[int, typer.Option(help="How many entries.")] = 20,
) -> None:
    """Show the last entries of your unit, newest first."""
    with opened(context) as (home, acting):
        from havre.flows.logbook import last_entries

        found = last_entries(home, acting, last)
        if asked(context).json:
            answers.say_json(found)
        else:
            answers.say_table("Log", [row | {"at": row["at"][:16].replace("T", " ")} for row in found], HEADINGS)
