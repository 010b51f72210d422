"""What an entry of a list may become, and the one function that makes it so."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.errors import Invalid
from havre.feeds.models import Entry, State

MAY_BECOME: Mapping[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.CONFIRMED, State.RETRACTED}),
    State.CONFIRMED: frozenset({State.PUBLISHED, State.RETRACTED}),
    State.PUBLISHED: frozenset({State.CHALLENGED, State.RETRACTED}),
    State.CHALLENGED: frozenset({State.PUBLISHED, State.RETRACTED}),
    State.RETRACTED: frozenset(),
}
"""What was taken back stays taken back: the same content is proposed anew, and gets another number."""

OUT: frozenset[State] = frozenset({State.PUBLISHED, State.CHALLENGED})
"""Subscribers have it."""


def become(entry: Entry, to: State) -> None:
    """The entry's next state, if its life allows it; the caller saves it with who, when and why.

    What subscribers have and what is confirmed is due: the next version says what it has become.
    """
    was = State(entry.state)
    if to not in MAY_BECOME[was]:
        raise Invalid(
            _("an entry that is %(was)s cannot become %(to)s")
            % {"was": pgettext("entry", was), "to": pgettext("entry", to)}
        )
    entry.state = to
    entry.due = to == State.CONFIRMED or was in OUT
