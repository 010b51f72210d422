"""A child is known, a child is safe; who said the wrong country says the right one."""

from datetime import datetime

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.victims.models import Victim
from havre.victims.record import country


def identify(victim: Victim, by_country: str, at: datetime) -> bool:
    """The police of this country know who the child is; whether that was not said before."""
    if victim.identified_at is not None:
        return False
    victim.identified_by, victim.identified_at = country(by_country), at
    victim.save(update_fields=["identified_by", "identified_at"])
    return True


def correct(victim: Victim, by_country: str) -> str:
    """The police of this country know who the child is, and not those that were named before; which those were, or
    nothing where they are the same. When the child was identified stays. Raises Invalid for one whom nobody has."""
    if victim.identified_at is None:
        raise Invalid(_("%(victim)s is not identified yet: record that first") % {"victim": victim.pseudonym})
    was, becomes = victim.identified_by, country(by_country)
    if was == becomes:
        return ""
    victim.identified_by = becomes
    victim.save(update_fields=["identified_by"])
    return was


def safeguard(victim: Victim, at: datetime) -> bool:
    """The child is safe; whether that was not said before. Raises Invalid for a child whom nobody has identified."""
    if victim.identified_at is None:
        raise Invalid(_("%(victim)s is not identified yet: record that first") % {"victim": victim.pseudonym})
    if victim.safeguarded_at is not None:
        return False
    victim.safeguarded_at = at
    victim.save(update_fields=["safeguarded_at"])
    return True
