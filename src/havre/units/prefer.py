"""Remember how a person likes the pages."""

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.settings import time_zones
from havre.units.models import Person, Preference
from havre.units.queries import preference_of

THEMES = ("system", "light", "dark")


def prefer(
    person: Person, *, theme: str | None = None, language: str | None = None, zone: str | None = None
) -> Preference:
    """Remember a theme, a language or a time zone, the node's where it is empty.

    Raises Invalid where there is no such theme or time zone.
    """
    if theme is not None and theme not in THEMES:
        raise Invalid(_("a theme is one of %(choices)s") % {"choices": ", ".join(THEMES)})
    if zone and zone not in time_zones():
        raise Invalid(_("a time zone is UTC or one of a place, as Europe/Brussels"))
    kept = preference_of(person)
    kept.theme = kept.theme if theme is None else theme
    kept.language = kept.language if language is None else language
    kept.zone = kept.zone if zone is None else zone
    kept.save()
    return kept
