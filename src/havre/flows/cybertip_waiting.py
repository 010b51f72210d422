"""What waits in a folder of journals, and what is over: of that no more is kept than is needed to know it again."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from havre.cybertip.life import OPEN, Event, Standing, State, kept_until, standing_of
from havre.errors import HavreError
from havre.flows.cybertip_journal import Journal, events_in, folders_in, held, kept_in
from havre.flows.cybertip_prepare import Ready, read_kept, standing

UNREADABLE = "waits"
"""The state of what was altered, or is of another release: somebody must look, and nothing is known of it but that."""


def forget(root: Path, now: datetime) -> None:
    """Delete what was kept of each report that was taken back, or is finished and need not be kept any more."""
    for folder in folders_in(root):
        try:
            if not _over(events_in(folder), now):
                continue
            with held(root, folder.name) as journal:
                if _over(journal.events, now):
                    journal.forget()
        except (HavreError, OSError):
            continue  # another process has it, which does so itself; one that was altered is told when it is read


def _over(events: Iterable[Event], now: datetime) -> bool:
    found = standing_of(events, 0, frozenset())
    done = found.finished
    if done is not None:
        assert done.over_at is not None
        return now.date() > kept_until(done.over_at.date())
    if found.dropped:
        return True
    # What is only sent anew was taken back too, and is still needed.
    return found.last is not None and found.last.state == State.RETRACTED and found.last.wanted_back


def waiting(root: Path, now: datetime, *, every: bool = False) -> list[dict[str, Any]]:
    """Reports that are not over, the first to lapse first; with `every`, finished ones too."""
    forget(root, now)
    found = [shown(folder, now) for folder in folders_in(root)]
    rows = [row for row in found if every or row["state"] != "finished" or not row["preserved"]]
    return sorted(rows, key=lambda row: (row["lapses_at"] or "9", row["reference"]))


def shown(folder: Path, now: datetime) -> dict[str, Any]:
    """How far one report is; of one that can't be read, why. It costs no other."""
    ready, found, why = _read(folder)
    last = found.last
    open_ = last is not None and last.state in OPEN
    state = str(last.state) if last is not None else "prepared"
    state = "retracted" if found.dropped else state if not why or found.finished is not None else UNREADABLE
    lapsed = last is not None and open_ and not last.finishing and now >= last.lapses_at
    return {
        "reference": (ready.filing.reference or ready.source[:12]) if ready else folder.name[:12],
        "report": last.report if last is not None else None,
        "state": "lapsed" if lapsed else state,
        "lapses_at": last.lapses_at.isoformat() if last is not None and open_ and not lapsed else None,
        "kept": ready is not None or bool(why),
        "preserved": found.preserved or None,
        "trouble": why or found.trouble or None,
    }


def unread(folder: Path) -> str:
    """Why a report can't be read, where it can't: what was written down of it, or kept, was altered."""
    return _read(folder)[2]


def _read(folder: Path) -> tuple[Ready | None, Standing, str]:
    """What was made ready and how far it is, as far as they can be read, and what can't."""
    ready, found, why = None, Standing(), ""
    try:
        ready = read_kept(kept_in(folder))
    except (HavreError, OSError) as error:
        why = str(error)
    try:
        found = standing(Journal(folder, events_in(folder)), ready)
    except (HavreError, OSError) as error:
        why = str(error)
    return ready, found, why
