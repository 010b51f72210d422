"""Reads of alerts and of what set them off; the first parameter is who asks."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from havre.compiled import compiled
from havre.errors import NotFound
from havre.exchange.models import Shared
from havre.restrictions.visible import known_to, visible_to
from havre.triggers.models import Alert, AlertHit
from havre.units.models import Person

MOST_COUNTED = 99
"""Hits that are counted; more say nothing else."""


def alerts_for(viewer: Person) -> QuerySet[Alert]:
    """The alerts of the viewer's unit, the most urgent first."""
    rows = visible_to(viewer, Alert.objects).select_related("asked_by", "unit").prefetch_related("triggers")
    return rows.order_by("-priority", "-id")


def alert_for(viewer: Person, number: int) -> Alert:
    """The alert of this number, if this viewer may know that it exists."""
    found = alerts_for(viewer).filter(pk=number).first()
    if found is None:
        raise NotFound(_("there is no such alert"))
    return found


def standing_alerts(viewer: Person, at: datetime) -> QuerySet[Alert]:
    """Those of the viewer's unit that still wait."""
    return visible_to(viewer, Alert.objects).filter(ended_at=None, expires_at__gt=at).order_by("id")


def alert_hits_for(viewer: Person, at: datetime) -> QuerySet[AlertHit]:
    """What set the unit's alerts off, of others only what they let it know at this moment; the newest first."""
    known = known_to(viewer, Shared.objects.filter(withdrawn_at=None), at).exclude(owner=viewer.unit_id)
    rows = visible_to(viewer, AlertHit.objects).filter(Q(shared=None) | Q(shared__in=known))
    return rows.select_related("alert", "trigger", "shared__condition", "medium", "series", "handled_by").order_by(
        "-id"
    )


def new_alert_hits(viewer: Person, at: datetime) -> QuerySet[AlertHit]:
    """Those that nobody has handled yet."""
    return alert_hits_for(viewer, at).filter(handled_at=None)


def alert_hit_for(viewer: Person, number: int, at: datetime) -> AlertHit:
    """The hit of this number, if this viewer may know that it exists."""
    found = alert_hits_for(viewer, at).filter(pk=number).first()
    if found is None:
        raise NotFound(_("there is no such hit"))
    return found


@compiled
def new_alert_hits_to_count(viewer: Person, at: datetime) -> "QuerySet[AlertHit, int]":
    """Hits that nobody has handled yet; no more than MOST_COUNTED and one."""
    return new_alert_hits(viewer, at).values_list("pk", flat=True)[: MOST_COUNTED + 1]
