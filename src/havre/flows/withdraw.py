"""Take knowledge back: nothing is concluded from its source any more, and what was concluded is judged again.

Killed at any moment and run again, it goes on: an item that was judged again no longer rests on the source.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from havre.cases.models import Item
from havre.errors import NotFound
from havre.flows.home import Home, log, seal_log
from havre.flows.rejudging import Indexes, judge_again, open_indexes
from havre.flows.source import alone, holding, may_teach, thing_of
from havre.matches.models import Imprint, Knowledge, Match, Source
from havre.matches.queries import source_for, sources_for
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting

BATCH = 200
"""Items judged again in one transaction."""

COMPACT_FROM = 10_000
"""So many fingerprints gone make it worth to rewrite the index without them."""

COMPACT_TO = 1_000_000
"""A larger index is only rewritten by `havre index rebuild`: it takes about 300 bytes of memory an entry."""


def withdraw(home: Home, acting: Acting, named: str) -> dict[str, Any]:
    """Withdraw a source by its number or path; how many items changed, and how.

    Raises NotFound where the unit has no such source, or has withdrawn it already.
    """
    may_teach(acting)
    source = _source(acting, named)  # (1) which one
    with alone(home, source):
        _mark(home, acting, source)  # (2) from here on nobody concludes anything from it
        indexes = open_indexes(home, acting.unit)
        _forget(indexes, source)  # (3) the indexes forget it
        while items := _resting_on(acting, source):
            _judge(acting, source, items, indexes)  # (4) what rested on it is judged again
        _finish(home, acting, source)  # (5) written down
    return _told(source)


def _source(acting: Acting, named: str) -> Source:
    """The source, or one whose withdrawal was cut off."""
    begun = sources_for(acting.person).filter(withdrawn_at__isnull=False, undone_at=None)
    number = int(named) if named.isdecimal() and len(named) < 19 else 0
    found = begun.filter(id=number).first() or begun.filter(path=named).last()
    return found or source_for(acting.person, named)


def _mark(home: Home, acting: Acting, source: Source) -> None:
    with holding(acting.unit):
        source.refresh_from_db()
        if source.undone_at is not None:
            raise NotFound(f"nothing known came from {source.path!r}: `havre known list` shows what did")
        if source.withdrawn_at is None:
            source.withdrawn_at = acting.now()
            source.save(update_fields=["withdrawn_at"])
            log(home, acting, "change", thing_of(source), {"act": "withdrawal begun", "path": source.path})


def _forget(indexes: Indexes, source: Source) -> None:
    known = indexes.known
    records = Knowledge.objects.filter(source=source, unit=source.unit_id, pdq__isnull=False)
    gone = list(records.values_list("id", flat=True).iterator())
    known.index.remove(gone)
    if len(gone) >= COMPACT_FROM and known.index.status().entries <= COMPACT_TO:
        known.index.compact()
    indexes.stock.forget(Imprint.objects.filter(knowledge__source=source, unit=source.unit_id))


def _resting_on(acting: Acting, source: Source) -> list[Item]:
    """The next items, in the order in which they were judged, with a match that names this source."""
    items = owned_by(acting.unit, Item.objects, "intake__case__unit")
    rests = Match.objects.filter(knowledge__source=source).values("item")
    return list(items.filter(id__in=rests).order_by("id")[:BATCH])


def _judge(acting: Acting, source: Source, items: Sequence[Item], indexes: Indexes) -> None:
    with holding(acting.unit):
        moved = Counter(source.moved) + judge_again(acting.unit, items, indexes)
        source.moved = dict(moved)
        source.save(update_fields=["moved"])


def _finish(home: Home, acting: Acting, source: Source) -> None:
    with holding(acting.unit):
        source.undone_at = acting.now()
        source.save(update_fields=["undone_at"])
        log(home, acting, "change", thing_of(source), {"act": "withdrawn", "judged again": source.moved})
    seal_log(home, acting)


def _told(source: Source) -> dict[str, Any]:
    moved: dict[str, int] = source.moved
    changed = sum(count for way, count in moved.items() if len(set(way.split(" → "))) == 2)
    return {
        "source": source.pk,
        "path": source.path,
        "entries": Knowledge.objects.filter(source=source, unit=source.unit_id, whole=None).count(),
        "judged_again": sum(moved.values()),
        "changed": changed,
        "moves": dict(sorted(moved.items())),
    }
