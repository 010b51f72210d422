"""The life of a file's hashes: what it may become, and the one function that moves it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.selfservice.models import Decided, Finding, Protected, State
from havre.units.models import Person

MAY_BECOME: Mapping[str, frozenset[str]] = {
    State.HELD: frozenset({State.PROPOSED, State.REFUSED, State.WITHDRAWN}),
    State.PROPOSED: frozenset({State.HELD, State.WITHDRAWN}),
    State.REFUSED: frozenset({State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}

MAY_BE_DECIDED: Mapping[str, frozenset[str]] = {
    Decided.WAITING: frozenset({Decided.TOLD, Decided.LEFT}),
    Decided.LEFT: frozenset(),
    Decided.TOLD: frozenset(),
}

ERASED: Mapping[str, Any] = {"md5": "", "sha256": "", "prints": [], "because": "", "looked_at": None}


def advance(file: Protected, to: State, at: datetime, because: str = "") -> None:
    """The hashes of this file come to this state, if their story allows it; withdrawn, they are erased.

    Raises Invalid where it does not. Inside a transaction.
    """
    if to not in MAY_BECOME[file.state]:
        raise Invalid(_("hashes that are %(now)s cannot become %(to)s") % {"now": file.state, "to": to})
    changed = {"state": to, "since": at, "because": because, **(ERASED if to == State.WITHDRAWN else {})}
    for name, value in changed.items():
        setattr(file, name, value)
    file.save(update_fields=list(changed))
    if to == State.WITHDRAWN:
        file.findings.all().delete()


def decide(finding: Finding, to: Decided, at: datetime, by: Person) -> None:
    """A person made this of something that was found. Raises Invalid where it is over. Inside a transaction."""
    if to not in MAY_BE_DECIDED[finding.state]:
        raise Invalid(_("this was decided already"))
    finding.state, finding.decided_at, finding.decided_by = to, at, by
    finding.save(update_fields=["state", "decided_at", "decided_by"])
