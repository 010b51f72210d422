"""What a standing question may become."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.alerts.models import State
from havre.errors import Invalid

MAY_BECOME: Mapping[State, frozenset[State]] = {
    State.ACTIVE: frozenset({State.EXPIRED, State.WITHDRAWN}),
    State.EXPIRED: frozenset({State.WITHDRAWN}),
    State.WITHDRAWN: frozenset(),
}

USUAL = timedelta(days=90)
LONGEST = timedelta(days=365)
"""Nobody is looked for without end: after this somebody must ask again, and say why."""

MOST_ACTIVE = 200
"""Standing questions of a unit at a time: each is asked of all that comes."""


def advance(now: State, to: State) -> State:
    """The question's next state, if its life allows it."""
    if to not in MAY_BECOME[now]:
        raise Invalid(
            _("a question that is %(was)s cannot become %(to)s")
            % {"was": pgettext("question", now), "to": pgettext("question", to)}
        )
    return to
