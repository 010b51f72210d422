"""All reports that wait in a folder of journals go on, each by itself: one that can't costs no other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from havre.cybertip.life import State
from havre.errors import HavreError, Unavailable
from havre.flows.cybertip_journal import folders_in, held, service_of
from havre.flows.cybertip_line import Tipline
from havre.flows.cybertip_waiting import UNREADABLE, forget, shown
from havre.flows.report_platform import Errand, World

FINISHED, KEPT, TAKEN_BACK, WAITS, ELSEWHERE = "finished", "preserved", "retracted", "waits", "elsewhere"
BECAME = (FINISHED, KEPT, TAKEN_BACK, WAITS, ELSEWHERE)
"""What became of each: finished now; finished before, and kept now; taken back; still waits; another service has it."""

ENOUGH = 3
"""After so many in a row that the service does not take now, nobody is asked any more: the rest waits too."""

SOON = timedelta(hours=6)
"""So long before the service deletes a report its reporter is warned."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """What became of one."""

    reference: str
    report: int | None
    became: str
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {"reference": self.reference, "report": self.report, "became": self.became, "why": self.why or None}


def resume_reports(root: Path, service: Tipline, world: World) -> list[Resumed]:
    """Go on with everything that waits there for this service, the first to be deleted first."""
    forget(root, world.now())
    rows = [(shown(folder, world.now()), folder) for folder in folders_in(root)]
    waiting = [(row, folder) for row, folder in rows if _waits(row, world)]
    done: list[Resumed] = []
    silent = 0
    for row, folder in sorted(waiting, key=lambda each: (each[0]["lapses_at"] or "9", each[0]["reference"])):
        try:
            there = service_of(folder)
        except (HavreError, OSError):
            there = ""
        if row["state"] == UNREADABLE or not there:
            done.append(Resumed(row["reference"], row["report"], WAITS, row["trouble"] or ""))
        elif there != service.address:
            done.append(Resumed(row["reference"], row["report"], ELSEWHERE, there))
        elif silent >= ENOUGH:
            done.append(Resumed(row["reference"], row["report"], WAITS, "the service did not take those before it"))
        else:
            made, trouble = _resumed(root, folder.name, row, service, world)
            silent = silent + 1 if isinstance(trouble, Unavailable) else 0
            done.append(made)
    return done


def _waits(row: dict[str, Any], world: World) -> bool:
    if row["state"] == State.FINISHED:
        return row["kept"] and world.preserve is not None and not row["preserved"]
    return bool(row["kept"])


def _resumed(
    root: Path, key: str, row: dict[str, Any], service: Tipline, world: World
) -> tuple[Resumed, HavreError | None]:
    try:
        with held(root, key) as journal:
            errand = Errand(journal, service, world)
            last = errand.standing.last
            if last is not None and last.wanted_back and errand.standing.finished is None:
                if last.state != State.RETRACTED:
                    errand.take_back(last)
                journal.forget()
                return Resumed(row["reference"], last.report, TAKEN_BACK), None
            before = errand.standing.finished
            if before is None:
                errand.file()
            sent = errand.sent(again=before is not None)
            why = "" if sent.preserved or world.preserve is None else errand.standing.trouble
            became = FINISHED if before is None else KEPT if sent.preserved else WAITS
            return Resumed(row["reference"], sent.report, became, why), None
    except HavreError as error:
        return Resumed(row["reference"], row["report"], WAITS, str(error)), error


def warnings(rows: Iterable[dict[str, Any]], now: datetime) -> list[str]:
    """What a person must know of reports that wait: which the service deletes soon, and which it deleted."""
    said = []
    for row in rows:
        if row["state"] == State.LAPSED:
            said.append(f"report {row['report']} ({row['reference']}) was not finished in time: it was never reported")
        elif row["lapses_at"] and datetime.fromisoformat(row["lapses_at"]) - now <= SOON:
            said.append(f"report {row['report']} ({row['reference']}) is deleted at {row['lapses_at']} unless finished")
    return said
