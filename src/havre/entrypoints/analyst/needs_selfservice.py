"""What waits of self-service: something was found for people who asked to be told, and only a person answers them."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from havre.compiled import compiled
from havre.selfservice.models import Finding
from havre.selfservice.queries import findings_waiting
from havre.units.models import Person

MOST = 100
"""How many are counted."""

Told = tuple[str, str, datetime, str, str]
"""The sentence, why, since when it waits, the verb, and where that leads."""


def found_for_people(viewer: Person) -> Iterator[Told]:
    """What was found and nobody decided on, as one need."""
    since = list(_since(viewer))
    if since:
        what = ngettext(
            "%(count)s file may be what somebody asked to be told of",
            "%(count)s files may be what people asked to be told of",
            len(since),
        ) % {"count": f"{MOST}+" if len(since) == MOST else len(since)}
        why = _("They sent hashes alone; only a person answers them")
        yield what, why, since[0], _("Look"), "/protected"


@compiled
def _since(viewer: Person) -> "QuerySet[Finding, datetime]":
    return findings_waiting(viewer).order_by("at", "pk").values_list("at", flat=True)[:MOST]
