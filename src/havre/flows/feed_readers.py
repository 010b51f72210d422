"""Who reads the lists, and how far they are: what nobody there has put into use, and since when it is out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.feeds.models import Canary, Published, Receipt, Subscriber
from havre.feeds.queries import subscribers_of
from havre.feeds.waits import readings, taken_back_at
from havre.flows.feed_roots import MAY
from havre.flows.feed_shown import SEEING
from havre.flows.home import Home, consulted
from havre.units.acting import Acting
from havre.units.queries import is_a

PAGE = 50
MOST = 30
"""Receipts that one page shows."""


def list_readings(home: Home, acting: Acting, after: int = 0, behind: bool = False) -> Sequence[Any]:
    """Who reads what, in the order in which they came, behind a subscription of this key; one more than a page takes.

    Where `behind`, only those that have not put a retraction into use.
    """
    acting.must_be(*SEEING, to="read who reads lists")
    rows = readings(acting.person).filter(pk__gt=after)
    rows = rows.filter(unheard__isnull=False) if behind else rows
    found = list(rows.select_related("listed", "subscriber").order_by("pk")[: PAGE + 1])
    consulted(home, acting, f"receipts of lists of {acting.unit.name}", {"count": len(found[:PAGE])})
    return found


def ended(acting: Acting) -> Sequence[Subscriber]:
    """Whose subscription ended, the newest first; the first of them."""
    return list(subscribers_of(acting.person).filter(ended_at__isnull=False).order_by("-ended_at", "-pk")[:MOST])


@dataclass(frozen=True, slots=True)
class Missing:
    """A retraction that is not in use there."""

    number: int
    list: str
    version: int
    """That took it back."""
    since: datetime


@dataclass(frozen=True, slots=True)
class ReaderShown:
    """One subscriber."""

    subscriber: Subscriber
    readings: Sequence[Any]
    missing: Sequence[Missing]
    """The oldest first; one more than a page takes."""
    receipts: Sequence[Receipt]
    canaries: Sequence[tuple[str, int, int]] | None
    """By list, how many there are and how many came out; None for who may not know."""


def read_reader(home: Home, acting: Acting, key: int, after: tuple[int, int] = (0, 0)) -> ReaderShown:
    """A subscriber of this key with what they have not heard, behind a version and a number. Raises NotFound."""
    acting.must_be(*SEEING, to="read who reads lists")
    found = subscribers_of(acting.person).filter(pk=key).select_related("added_by").first()
    if found is None:
        raise NotFound(_("there is no such subscriber"))
    consulted(home, acting, f"subscriber {found.pk} of lists")
    held = list(readings(acting.person).filter(subscriber=found).select_related("listed").order_by("listed__name"))
    receipts = Receipt.objects.filter(subscriber=found).select_related("listed").order_by("-at", "-pk")
    may = is_a(acting.person, *MAY)
    return ReaderShown(found, held, _missing(held, after), list(receipts[:MOST]), _canaries(found) if may else None)


def _missing(held: Sequence[Any], after: tuple[int, int]) -> Sequence[Missing]:
    behind = Q(pk__in=())
    for each in held:
        behind |= Q(listed=each.listed_id, retracted_in__gt=each.used)
    rows = Published.objects.filter(behind, retracted=True, subscriber=None)
    onward = rows.filter(Q(retracted_in=after[0], number__gt=after[1]) | Q(retracted_in__gt=after[0]))
    some = onward.annotate(at=taken_back_at()).order_by("retracted_in", "number")[: PAGE + 1]
    told = some.values_list("number", "listed__name", "retracted_in", "at")
    return [Missing(number, name, version or 0, at) for number, name, version, at in told]


def _canaries(who: Subscriber) -> Sequence[tuple[str, int, int]]:
    rows = Canary.objects.filter(subscriber=who).order_by("listed__name").values("listed__name")
    counted = rows.annotate(all=Count("pk"), out=Count("pk", filter=Q(due=False)))
    return list(counted.values_list("listed__name", "all", "out"))
