"""What passed between nodes is forgotten once it proves nothing any more; what was signed stays.

The log keeps the digest of every message; receipts, alarms and words are never forgotten here.
"""

from datetime import datetime, timedelta

from django.db.models import F, Max, Model, QuerySet
from django.db.models.functions import TruncDate

from havre.network.models import Countersigned, Incoming, Outgoing, Refusal, Witnessed

KEPT_FOR = timedelta(days=90)
"""How long what was acknowledged, refused or applied can be looked at."""


def prune(at: datetime) -> int:
    """Forget what is older; how many rows. Called inside a transaction.

    What could not be applied stays until somebody has, and so does the last message, which the next must name.
    """
    bound = at - KEPT_FOR
    applied = Incoming.objects.filter(received_at__lt=bound, trouble="", kept__isnull=True)
    gone: list[QuerySet[Model]] = [
        applied.filter(number__lt=F("peer__received_number")),
        Refusal.objects.filter(last_at__lt=bound),
        Outgoing.objects.filter(acknowledged_at__lt=bound),
    ]
    return sum(rows.delete()[0] for rows in gone) + sum(_thinned(kind, bound) for kind in (Witnessed, Countersigned))


def _thinned(kind: type[Witnessed | Countersigned], bound: datetime) -> int:
    """Of each peer's checkpoints of a day long past, the last is enough: it covers those before it."""
    old = kind.objects.filter(at__lt=bound)
    last = old.annotate(day=TruncDate("at")).values("peer", "day").annotate(last=Max("id")).values("last")
    return old.exclude(id__in=list(last.values_list("last", flat=True))).delete()[0]
