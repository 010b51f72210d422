"""What a challenge may become, and the one function that makes it so."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.corrections.models import Challenge, State
from havre.errors import Invalid

MAY_BECOME: Mapping[State, frozenset[State]] = {
    State.WAITING: frozenset({State.WRONG, State.RIGHT, State.WITHDRAWN}),
    State.RIGHT: frozenset({State.WRONG}),
    State.WRONG: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""What stands may turn out to be wrong after all, by what is said later; what was taken back stays taken back."""


def become(challenge: Challenge, to: State) -> None:
    """The challenge's next state, if its life allows it; the caller saves it with who decided and why."""
    was = State(challenge.state)
    if to not in MAY_BECOME[was]:
        raise Invalid(
            _("a challenge that is %(was)s cannot become %(to)s")
            % {"was": pgettext("challenge", was), "to": pgettext("challenge", to)}
        )
    challenge.state = to
