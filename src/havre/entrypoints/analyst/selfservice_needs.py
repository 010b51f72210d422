"""What waits of self-service: something was found for people who asked to be told, and only a person answers them."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from havre.compiled import compiled
from havre.entrypoints.analyst.need import COUNTED_TO, Near, Need, ago, to_many
from havre.selfservice.models import Finding
from havre.selfservice.queries import findings_waiting
from havre.units.models import Person


def found_for_people(viewer: Person, now: datetime) -> Iterator[Need]:
    """What was found and nobody decided on, as one need."""
    since = _since(viewer)
    if since:
        what = ngettext(
            "%(count)s file may be what somebody asked to be told of",
            "%(count)s files may be what people asked to be told of",
            len(since),
        ) % {"count": to_many(len(since))}
        why = _("They sent hashes alone; only a person answers them")
        yield Need(Near.ANSWER, what, why, since[0], ago(since[0], now), _("Look"), "/protected")


@compiled
def _since(viewer: Person) -> "QuerySet[Finding, datetime]":
    return findings_waiting(viewer).order_by("at", "pk").values_list("at", flat=True)[:COUNTED_TO]
