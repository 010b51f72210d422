"""The life of a report at the service: a table of moves, and what was written down of it, put together again.

A report that is not finished is deleted by the service 24 hours after it was opened or an hour after its last change,
whichever is later. So what was opened and never finished was never reported: it may be sent anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from havre.errors import Broken, Invalid

AFTER_OPENING = timedelta(hours=24)
AFTER_A_CHANGE = timedelta(hours=1)


class State(StrEnum):
    """How far a report is at the service."""

    OPENED = "opened"
    UPLOADED = "uploaded"
    """All its files are there."""
    DESCRIBED = "described"
    """All that is said of its files is there."""
    FINISHED = "finished"
    RETRACTED = "retracted"
    LAPSED = "lapsed"
    """The service deleted it, unfinished."""


_GIVEN_UP = frozenset({State.RETRACTED, State.LAPSED})

MAY_BECOME: Mapping[State, frozenset[State]] = {
    State.OPENED: frozenset({State.UPLOADED}) | _GIVEN_UP,
    State.UPLOADED: frozenset({State.DESCRIBED}) | _GIVEN_UP,
    State.DESCRIBED: frozenset({State.FINISHED}) | _GIVEN_UP,
    State.FINISHED: frozenset(),
    State.RETRACTED: frozenset(),
    State.LAPSED: frozenset(),
}

OPEN = frozenset({State.OPENED, State.UPLOADED, State.DESCRIBED})


def advance(now: State, to: State) -> State:
    """The report's next state, if its life allows it."""
    if to not in MAY_BECOME[now]:
        raise Invalid("a report that is %(now)s cannot become %(to)s", now=now, to=to)
    return to


def lapses_at(opened: datetime, changed: datetime) -> datetime:
    """When the service deletes it, where it is not finished by then."""
    return max(opened + AFTER_OPENING, changed + AFTER_A_CHANGE)


def kept_until(finished: date) -> date:
    """The last day on which a platform must have what it reported: a year later (18 U.S.C. 2258A(h), REPORT Act)."""
    try:
        return finished.replace(year=finished.year + 1)
    except ValueError:  # a 29 February
        return date(finished.year + 1, 3, 1)


# ---- what was written down ----


class What(StrEnum):
    """What is written down, before or after it happens."""

    PREPARED = "prepared"
    OPENING = "opening"
    """A report is about to be submitted: whether it was, only an answer says."""
    OPENED = "opened"
    LEAVING = "leaving"
    """The end of a file is about to be sent: whether it came, only an answer says."""
    NOT_TAKEN = "not taken"
    """The service says that the file is not there."""
    UPLOADED = "uploaded"
    DESCRIBED = "described"
    FINISHING = "finishing"
    FINISHED = "finished"
    RETRACTING = "retracting"
    RETRACTED = "retracted"
    LAPSED = "lapsed"
    TROUBLE = "trouble"
    DROPPED = "dropped"
    """A person takes back what is not at the service: it is not sent."""
    PRESERVED = "preserved"


ASKED = "asked"
"""Written down with what a person takes back; what is only sent anew has it not."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was written down."""

    what: What
    at: datetime
    report: int = 0
    """The service's number of the report; 0 before it has one."""
    file: int = 0
    """Which of the files, from 1."""
    file_id: str = ""
    said: str = ""
    """Digests, what is in the way, a day, or the service at which it was opened."""


@dataclass(slots=True)
class Round:
    """One report at the service."""

    report: int
    opened: datetime
    changed: datetime
    state: State = State.OPENED
    files: dict[int, str] = field(default_factory=dict)
    """By place among the files: the number that the service gave it."""
    described: set[int] = field(default_factory=set)
    leaving: int = 0
    """The file of which nobody knows whether it came; 0 for none."""
    finishing: bool = False
    retracting: bool = False
    wanted_back: bool = False
    """Whether a person takes it back, so that nothing is sent in its place."""
    over_at: datetime | None = None

    @property
    def lapses_at(self) -> datetime:
        """When the service deletes it, unless it is finished."""
        return lapses_at(self.opened, self.changed)


@dataclass(slots=True)
class Standing:
    """All that is known of one report of ours."""

    prepared: str = ""
    """The digest of what is sent."""
    rounds: list[Round] = field(default_factory=list)
    perhaps: int = 0
    """How often one may have been opened of which no answer came; the service deletes those."""
    trouble: str = ""
    preserved: str = ""
    dropped: bool = False
    """Whether a person took it back while nothing of it was open at the service."""

    @property
    def last(self) -> Round | None:
        """The newest report at the service."""
        return self.rounds[-1] if self.rounds else None

    @property
    def finished(self) -> Round | None:
        """The one that was finished."""
        return next((each for each in self.rounds if each.state == State.FINISHED), None)


def standing_of(events: Iterable[Event], wanted: int, described: frozenset[int]) -> Standing:
    """What was written down, put together: of a report with so many files, of which these have details."""
    found = Standing()
    for event in events:
        go_on(found, event, wanted, described)
    return found


def go_on(found: Standing, event: Event, wanted: int, described: frozenset[int]) -> None:
    """One more thing that was written down. Raises Broken where it can't follow what was before."""
    _take(found, event)
    if found.last is not None:
        _moved(found.last, wanted, described)


def _take(found: Standing, event: Event) -> None:
    found.trouble = event.said if event.what is What.TROUBLE else "" if event.report else found.trouble
    if event.what is What.PREPARED:
        found.prepared, found.dropped = event.said, False
    elif event.what is What.DROPPED:
        found.dropped = True
    elif event.what is What.OPENING:
        found.perhaps += 1
    elif event.what is What.PRESERVED:
        found.preserved = event.said
    elif event.what is What.OPENED:
        found.perhaps -= 1
        found.rounds.append(Round(event.report, event.at, event.at))
    elif event.what is not What.TROUBLE:
        last = found.last
        if last is None or last.report != event.report:
            raise Broken(f"the journal says {event.what} of report {event.report}, which it never opened")
        _happened(last, event)


def _happened(last: Round, event: Event) -> None:
    if event.what is What.LEAVING:
        last.leaving = event.file
    elif event.what is What.NOT_TAKEN:
        last.leaving = 0
    elif event.what is What.UPLOADED:
        last.leaving, last.changed = 0, event.at
        last.files[event.file] = event.file_id
    elif event.what is What.DESCRIBED:
        last.changed = event.at
        last.described.add(event.file)
    elif event.what is What.FINISHING:
        last.finishing = True
    elif event.what is What.RETRACTING:
        last.retracting, last.wanted_back = True, event.said == ASKED
    else:
        last.state = advance(last.state, State(event.what))
        last.over_at = event.at


def _moved(last: Round, wanted: int, described: frozenset[int]) -> None:
    """What follows from the files that are there."""
    if last.state == State.OPENED and len(last.files) >= wanted:
        last.state = advance(last.state, State.UPLOADED)
    if last.state == State.UPLOADED and last.described >= described:
        last.state = advance(last.state, State.DESCRIBED)
