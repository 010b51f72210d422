"""What a request may become, and the one function that makes it so."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.errors import Invalid
from havre.notices.models import Letter, Outcome
from havre.platforms.models import Handed, Request, State

MAY_BECOME: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.ASKED, State.ANSWERED, State.REFUSED, State.ENDED, State.WITHDRAWN}),
    State.ASKED: frozenset(
        {State.QUEUED, State.ANSWERED, State.REFUSED, State.UNANSWERED, State.ENDED, State.WITHDRAWN}
    ),
    State.UNANSWERED: frozenset({State.QUEUED, State.ANSWERED, State.REFUSED, State.ENDED, State.WITHDRAWN}),
    State.ANSWERED: frozenset({State.REFUSED, State.ENDED, State.WITHDRAWN}),
    State.REFUSED: frozenset({State.ANSWERED, State.ENDED, State.WITHDRAWN}),
    State.ENDED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""What was asked and came back undelivered waits to be sent again."""

WAITING = frozenset({State.ASKED, State.UNANSWERED})
"""An answer is still to come."""

OVER = frozenset({State.ENDED, State.WITHDRAWN})

UNSURE = Exists(
    Handed.objects.filter(request=OuterRef("pk"), letter__letter=Letter.REQUEST, letter__outcome=Outcome.PERHAPS)
)
"""Of which nobody knows whether its letter left: that nothing is said to it is no silence."""


def become(request: Request, to: State, at: datetime) -> None:
    """The request's next state, if its life allows it; saved. To be what it is already is no move."""
    was = State(request.state)
    if to == was:
        return
    if to not in MAY_BECOME[was]:
        raise Invalid(
            _("a request that is %(was)s cannot become %(to)s")
            % {"was": pgettext("request", was), "to": pgettext("request", to)}
        )
    request.state = to
    request.ended_at = at if to in OVER else None
    request.save(update_fields=["state", "ended_at"])
