"""What is due of a notice, and when: the one rule by which letters are sent again and silence is counted.

Written down for people in docs/decisions/0217. Nothing here asks a clock or a database.

1. Nothing is due of a notice that a person has to confirm, and nothing of one that is over.
2. Its first letter is due at `due_at`. From there on a letter is due every 24 hours, at the same minute, until it is
   gone; letters that could not leave in their time are not made up for, the newest stands for them. A publication, and
   whatever only informs and was acknowledged, is not repeated; nor is what was refused, or what came back undelivered.
3. Silence lasts `hours` from `due_at`, whether or not a letter could leave; where they acknowledged it meanwhile, as
   long again from then, once. A refusal or a letter that came back ends it at once. Then the next rung is due. While
   their own address does not let us in it is not counted; let in again, it begins anew (decision 0233).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from havre.notices.models import Act, Kind, State

EVERY = timedelta(hours=24)
"""Between two letters."""

ONCE = frozenset({Kind.PUBLICATION})
"""Who is told once."""

SENDING = frozenset({State.DRAFTED, State.SENT, State.ACKNOWLEDGED, State.UNANSWERED, State.REAPPEARED})
"""Letters go out while it is one of these."""

CLIMBING = SENDING | {State.REFUSED}
"""The ladder goes on from these."""


class Step(StrEnum):
    """What is due."""

    CONFIRM = "confirm"
    """A person has to say that it may go."""
    SEND = "send"
    RAISE = "next rung"


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One thing that is due."""

    at: datetime
    step: Step


@dataclass(frozen=True, slots=True)
class Followed:
    """A notice as the rule sees it."""

    state: State
    kind: Kind
    act: Act
    hours: int
    drafted_at: datetime
    due_at: datetime | None
    acknowledged_at: datetime | None = None
    refused_at: datetime | None = None
    bounced_at: datetime | None = None
    """When a letter of its came back, with nobody having verified the address since."""
    raised: bool = False
    left_at: datetime | None = None
    """When its last letter left."""
    barred: bool = False
    """They do not let us in, and nothing reaches them otherwise: that is no silence of theirs."""


def dues(followed: Followed) -> list[Due]:
    """Everything that comes next of a notice, the earliest first; empty where nothing does."""
    if followed.state not in CLIMBING:
        return []
    if followed.due_at is None:
        return [Due(followed.drafted_at, Step.CONFIRM)]
    letter, rung = next_letter(followed, followed.due_at), silent_until(followed)
    found = [Due(letter, Step.SEND)] if letter is not None else []
    return sorted([*found, *([Due(rung, Step.RAISE)] if rung is not None and not followed.raised else [])])


def next_letter(followed: Followed, first: datetime) -> datetime | None:
    """When its next letter is due; None where none is."""
    if followed.state not in SENDING or followed.bounced_at is not None:
        return None
    if followed.left_at is None or followed.left_at < first:
        return first
    told = followed.act == Act.INFORM and followed.acknowledged_at is not None
    if followed.kind in ONCE or told:
        return None
    return slot(first, followed.left_at) + EVERY


def slot(first: datetime, at: datetime) -> datetime:
    """The last moment up to now at which a letter was due."""
    return first + (at - first) // EVERY * EVERY


def silent_until(followed: Followed) -> datetime | None:
    """When the next rung is due; None while silence does not count yet."""
    ended = followed.refused_at is not None or followed.bounced_at is not None
    if followed.due_at is None or (followed.barred and not ended):
        return None
    allowed = timedelta(hours=followed.hours)
    until = followed.due_at + allowed
    if followed.acknowledged_at is not None and followed.due_at <= followed.acknowledged_at < until:
        until = followed.acknowledged_at + allowed
    ends = (at for at in (followed.refused_at, followed.bounced_at) if at is not None)
    return max(followed.due_at, min((until, *ends)))
