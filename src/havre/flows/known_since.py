"""What was taken in before a list was read, and the list names: known from now on, so nobody is asked to look at it.

Stacks that somebody said a word of stay as they are. Killed and run again, it goes on: what is known is in no stack.
"""

from collections import Counter
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from havre.assessments.gather import OPEN, SHOWN
from havre.assessments.models import Assessment, Stacked
from havre.cases.models import Item
from havre.flows.home import Home, log
from havre.flows.rejudging import judge_again, open_indexes
from havre.flows.source import holding, thing_of
from havre.matches.models import Knowledge, Source
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting

BATCH = 100
"""Stacks judged again in one transaction."""

DIGESTS = ("sha256", "sha1", "md5")


def know_held(home: Home, acting: Acting, source: Source) -> Counter[str]:
    """Judge again what lies in open stacks with a file that this source judged; how many moved from what to what."""
    moved: Counter[str] = Counter()
    stacks = _named(acting, source, 0)
    if not stacks:
        return moved
    indexes = open_indexes(home, acting.unit)
    while stacks:
        with holding(acting.unit):
            moved += judge_again(acting.unit, _in_stacks(acting, stacks), indexes)
        stacks = _named(acting, source, stacks[-1])
    with holding(acting.unit):
        log(home, acting, "change", thing_of(source), {"act": "held already", "judged again": dict(moved)})
    return moved


def _named(acting: Acting, source: Source, after: int) -> list[int]:
    """The next open stacks that hold a file this source judged, and that nobody said a word of."""
    entries = Knowledge.objects.filter(source=source, unit=acting.unit, whole=None, pertinent__isnull=False)
    same = Q()
    for name in DIGESTS:
        same |= Q(Exists(entries.filter(**{name: OuterRef(f"medium__{name}")})))
    held = Stacked.objects.filter(same, stack__unit=acting.unit, stack__tab__in=OPEN, stack__id__gt=after)
    untouched = held.exclude(Exists(Assessment.objects.filter(stack=OuterRef("stack"))))
    return list(untouched.order_by("stack").values_list("stack", flat=True).distinct()[:BATCH])


def _in_stacks(acting: Acting, stacks: Sequence[int]) -> list[Item]:
    """Everything in them, in the order in which it was judged: what was found near a file that is known now, too."""
    items = owned_by(acting.unit, Item.objects, "intake__case__unit").filter(outcome__in=SHOWN)
    return list(items.filter(exhibit__medium__stacked__stack__in=stacks).order_by("id").distinct())
