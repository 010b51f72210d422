"""What a notice may become, and the one function that makes it so."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.errors import Invalid
from havre.notices.models import Notice, State

WAITING = frozenset({State.SENT, State.ACKNOWLEDGED, State.REFUSED, State.REAPPEARED})
"""Something may still come of it, or the next rung follows: from each of them silence leads to UNANSWERED."""

MAY_BECOME: Mapping[State, frozenset[State]] = {
    State.DRAFTED: frozenset({State.SENT, State.REMOVED, State.UNANSWERED, State.RETRACTED}),
    State.SENT: frozenset(
        {State.ACKNOWLEDGED, State.REFUSED, State.UNANSWERED, State.REMOVED, State.RETRACTED},
    ),
    State.ACKNOWLEDGED: frozenset({State.REFUSED, State.UNANSWERED, State.REMOVED, State.RETRACTED}),
    State.REFUSED: frozenset({State.ACKNOWLEDGED, State.UNANSWERED, State.REMOVED, State.RETRACTED}),
    State.UNANSWERED: frozenset({State.ACKNOWLEDGED, State.REFUSED, State.REMOVED, State.RETRACTED}),
    State.REMOVED: frozenset({State.REAPPEARED, State.RETRACTED}),
    State.REAPPEARED: frozenset(
        {State.SENT, State.ACKNOWLEDGED, State.REFUSED, State.UNANSWERED, State.REMOVED, State.RETRACTED},
    ),
    State.RETRACTED: frozenset(),
}
"""A drafted one whose letters were never taken is unanswered too: a dead address must not stop the ladder."""

OPEN = frozenset(MAY_BECOME) - {State.REMOVED, State.RETRACTED}
"""It is not gone yet, as far as anybody saw."""


def become(notice: Notice, to: State, at: datetime) -> None:
    """The notice's next state, if its life allows it; saved. To be what it is already is no move."""
    was = State(notice.state)
    if to == was:
        return
    if to not in MAY_BECOME[was]:
        raise Invalid(
            _("a notice that is %(was)s cannot become %(to)s")
            % {"was": pgettext("notice", was), "to": pgettext("notice", to)}
        )
    notice.state = to
    notice.ended_at = at if to in (State.REMOVED, State.RETRACTED, State.UNANSWERED, State.REFUSED) else None
    if to == State.ACKNOWLEDGED and notice.acknowledged_at is None:
        notice.acknowledged_at = at
    notice.save(update_fields=["state", "ended_at", "acknowledged_at"])
