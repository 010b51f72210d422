"""`havre case erase`: a case that a second person approved becomes noise."""

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.cases import Reference
from havre.entrypoints.command.context import asked, opened
from havre.entrypoints.command.store import bar


def erase(context: typer.Context, reference: Reference) -> None:
    """Erase a case: keys destroyed, files and fingerprints gone; the log keeps a commitment."""
    with opened(context) as (home, acting):
        from havre.flows.erase import erase_case

        with bar("Erasing", wanted=not asked(context).json) as tell:
            case, erasure = erase_case(home, acting, reference, tell)
        erased_at = case.erased_at.isoformat() if case.erased_at else None
        head = {"case": case.reference, "erased_at": erased_at, "already": erasure is None}
        if asked(context).json:
            answers.say_json(head | (erasure.to_json() if erasure else {}))
        elif erasure is None:
            answers.say(f"Case {case.reference} was erased on {erased_at}.")
        else:
            answers.say(f"Case {case.reference} is erased: {erasure.items:,} items, {erasure.media:,} media.")
            answers.say(f"{erasure.shared:,} media stay: another case holds them too.")
        if erasure is None:
            return
        if erasure.self_approved:
            answers.warn("nobody else works in this unit: the log says that you approved this yourself")
        for note in erasure.notes:
            answers.warn(note)
        answers.warn("backups made before still hold this case: destroy them when their time is over")
