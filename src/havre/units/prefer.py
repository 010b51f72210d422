"""Remember how a person likes the pages."""

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.units.models import Person, Preference
from havre.units.queries import preference_of

THEMES = ("system", "light", "dark")


def prefer(person: Person, *, theme: str | None = None, language: str | None = None) -> Preference:
    """Remember a theme or a language. Raises Invalid where there is no such theme."""
    if theme is not None and theme not in THEMES:
        raise Invalid(_("a theme is one of %(choices)s") % {"choices": ", ".join(THEMES)})
    kept = preference_of(person)
    kept.theme = kept.theme if theme is None else theme
    kept.language = kept.language if language is None else language
    kept.save()
    return kept
