"""Reads of what was said of things; the first parameter is who asks."""

from datetime import datetime

from django.db.models import Q, QuerySet

from havre.restrictions.models import Restricted
from havre.restrictions.visible import visible_to
from havre.units.models import Person


def to_review(viewer: Person, at: datetime) -> QuerySet[Restricted]:
    """What the viewer's unit lets others know, of which somebody is to look whether it ends; the oldest first."""
    rows = visible_to(viewer, Restricted.objects).filter(reviewed_at=None, condition__review_at__lte=at)
    lasts = Q(condition__expires_at=None) | Q(condition__expires_at__gt=at)
    return rows.filter(lasts).order_by("condition__review_at", "pk")
