"""Who does something, why, and what time it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from havre.errors import Refused
from havre.units.models import Person, RoleName, Unit
from havre.units.queries import is_a

NO_REASON = "not given"

Clock = Callable[[], datetime]
"""Where the time comes from."""


@dataclass(frozen=True, slots=True)
class Acting:
    """One person at one command: every flow is handed this instead of looking at the world."""

    person: Person
    clock: Clock
    reason: str = NO_REASON

    @property
    def unit(self) -> Unit:
        """The unit this person works for."""
        return self.person.unit

    def now(self) -> datetime:
        """The time, in UTC."""
        return self.clock()

    def must_be(self, *roles: RoleName, to: str) -> None:
        """Raises Refused unless this person holds one of the roles that may do this."""
        if not is_a(self.person, *roles):
            raise Refused(
                _("%(person)s may not %(act)s: that needs the role %(role)s")
                % {"person": self.person.name, "act": pgettext("may", to), "role": either(roles)}
            )


def either(roles: Iterable[RoleName]) -> str:
    """One of these roles, as a person reads it."""
    return _(" or ").join(_(role) for role in roles)
