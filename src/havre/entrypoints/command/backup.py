"""`havre backup` and `havre restore`."""

from pathlib import Path
from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.audit import Seen, read_checkpoint
from havre.entrypoints.command.context import asked, now, opened
from havre.entrypoints.command.store import bar
from havre.settings import read_settings
from havre.start import start


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A new file.")],
    recipient: Annotated[str, typer.Option(metavar="AGE_KEY", help="The age public key that may open it.")],
) -> None:
    """Write an encrypted backup of everything while others go on working."""
    with opened(context) as (home, acting):
        from havre.flows.backup import back_up, keys_beside

        with bar("Copying", wanted=not asked(context).json) as tell:
            made = back_up(home, acting, file, recipient, tell)
        keys = "inside" if made.keys else "not inside: HAVRE_KEY_COMMAND provides them"
        if asked(context).json:
            counts = {"files": made.files, "bytes": made.bytes, "missing": made.missing}
            answers.say_json({"file": str(file), "size": file.stat().st_size, "keys": made.keys, **counts})
        else:
            answers.say(f"{file}: {made.files:,} sealed files, {made.bytes:,} bytes, and the database; keys {keys}.")
            answers.say(
                f"{keys_beside(file)} opens what other sources told: keep the newest alone, destroy older ones."
            )
        for blob in made.missing:
            answers.warn(f"stored file {blob} is missing: see `havre store verify`")
    if made.missing:
        raise typer.Exit(answers.FAILED)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup.")],
    identity: Annotated[Path, typer.Option(metavar="KEYFILE", help="A file with the age secret key that opens it.")],
    seen: Seen = None,
    keys: Annotated[
        Path | None, typer.Option(help="The newest file of keys that was kept; the one beside the backup otherwise.")
    ] = None,
) -> None:
    """Bring a backup back into an empty home, and prove it; refused where its log is behind one already seen."""
    what = asked(context)
    settings = read_settings(what.environ, what.home)
    note = read_checkpoint(seen)
    from havre.flows.age import identities_in
    from havre.flows.staging import prepared

    identities = identities_in(identity)
    staged = prepared(settings)
    start(staged)
    from havre.flows.restore import restore as bring_back
    from havre.units.acting import NO_REASON, Acting
    from havre.units.queries import only_person, person_named

    def acting() -> Acting:
        return Acting(person_named(what.person) if what.person else only_person(), now, what.reason or NO_REASON)

    found = bring_back(staged, file, identities, acting, note, keys)
    if what.json:
        counts = {"files": found.files, "rows": found.rows, "entries": found.entries, "problems": found.problems}
        counts["destroyed"] = found.destroyed
        told = {"home": str(settings.home), "made_at": found.made_at, "key": found.log, "waits": found.waits}
        answers.say_json(told | counts)
    else:
        for problem in found.problems:
            answers.say(problem)
        answers.say(f"The node of {found.made_at} is back in {settings.home}: {found.files:,} sealed files,")
        answers.say(f"{found.entries:,} entries of the log, whose key is {found.log}")
        if found.waits:
            answers.say("It signs nothing until another node says how far its log was: run `havre work` to ask.")
    if found.problems:
        answers.warn("these were damaged or missing when the backup was made: look for an older one")
        raise typer.Exit(answers.FAILED)
