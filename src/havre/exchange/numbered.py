"""Films that a node told beyond what it may use up in a year get the numbers of their runs in a later year."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from havre.exchange.board import next_number
from havre.exchange.gone import MOST_LOST
from havre.exchange.imprinted import give_numbers
from havre.exchange.models import Lost, Shared, SharedImprint
from havre.fingerprints import video

MOST_LATER = MOST_LOST // 2
"""Runs that so get numbers in a year, of one node: they count as used up in it, and leave room for what is new."""

SOME = 500
"""Films that get theirs at a time."""

MOST_LIVING = 1 << 28
"""Runs of films of one node that stand, from which on whoever runs this one is told: of 2³² for all."""


def numberless(node: str = "") -> QuerySet[SharedImprint]:
    """Films of this node, or of any other, that stand and are found by nobody since they have no numbers."""
    films = SharedImprint.objects.filter(method=video.METHOD, known=True, first=None, count__gt=0)
    rows = films.filter(shared__withdrawn_at=None).exclude(shared__node="")
    return rows.filter(shared__node=node) if node else rows


def with_room(at: datetime) -> QuerySet[SharedImprint]:
    """Films without numbers, of nodes for which this year has room; whenever told, since that may be again."""
    full = Lost.objects.filter(year=at.year, runs__gte=MOST_LATER)
    return numberless().exclude(shared__node__in=full.values("node"))


@transaction.atomic
def number_later(at: datetime) -> int:
    """Some films beyond the bound of a year before get numbers, and are compared as if they came now; how many."""
    next_number()  # nobody else gives any meanwhile
    done = 0
    nodes = with_room(at).order_by("shared__node").values_list("shared__node", flat=True).distinct()
    for node in list(nodes):
        films = list(_that_may(node, at))
        give_numbers(films)
        SharedImprint.objects.bulk_update(films, ["first"], batch_size=SOME)
        for shared in dict.fromkeys(each.shared_id for each in films):
            Shared.objects.filter(pk=shared).update(changed=next_number())
        done += len(films)
    return done


def _that_may(node: str, at: datetime) -> Iterator[SharedImprint]:
    """The oldest of them, as many as this year has room for."""
    row, _new = Lost.objects.get_or_create(node=node, year=at.year)
    left = MOST_LATER - row.runs
    for film in numberless(node).order_by("pk")[:SOME]:
        if left <= 0:
            break
        yield film
        left -= film.count
        Lost.objects.filter(pk=row.pk).update(runs=F("runs") + film.count)


def living() -> Iterator[tuple[str, int]]:
    """Other nodes of which so many runs of films stand that it matters to all, and how many."""
    films = SharedImprint.objects.filter(method=video.METHOD, first__isnull=False).exclude(shared__node="")
    runs = films.values("shared__node").annotate(runs=Sum("count")).filter(runs__gt=MOST_LIVING)
    yield from runs.order_by("shared__node").values_list("shared__node", "runs")
