"""The life of a file's hashes: what it may become, and the one function that moves it."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.selfservice.models import Protected, State

MAY_BECOME: Mapping[str, frozenset[str]] = {
    State.HELD: frozenset({State.PROPOSED, State.REFUSED, State.WITHDRAWN}),
    State.PROPOSED: frozenset({State.WITHDRAWN}),
    State.REFUSED: frozenset({State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}

ERASED = {"md5": "", "sha256": "", "prints": [], "because": ""}


def advance(file: Protected, to: State, at: datetime, because: str = "") -> None:
    """The hashes of this file come to this state, if their story allows it; withdrawn, they are erased.

    Raises Invalid where it does not. Inside a transaction.
    """
    if to not in MAY_BECOME[file.state]:
        raise Invalid(_("hashes that are %(now)s cannot become %(to)s") % {"now": file.state, "to": to})
    changed = {"state": to, "since": at, "because": because} | (ERASED if to == State.WITHDRAWN else {})
    for name, value in changed.items():
        setattr(file, name, value)
    file.save(update_fields=list(changed))
