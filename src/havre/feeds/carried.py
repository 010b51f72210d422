"""Which living entries of a list carry a signal, kept beside what was published and brought up to it by its publisher.

Until that is done, whoever reads a list by its signals is told what changed before it: nobody waits for it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from havre.feeds.models import Carried, CarriedUntil, HashList, Published, Subscriber
from havre.feeds.queries import Listing, list_read_by, published_to
from havre.hashlists.entry import Entry
from havre.hashlists.lines import entry_of
from havre.hashlists.shared import MOST_SHARED, Mark, marks_of

STEP = 2_000
"""Entries that are written down in one transaction."""

ASKED_AT_ONCE = 500
"""Signals in one question to the database."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Carrying(Listing):
    """A list as one subscriber reads it, that also says who carries a signal."""

    def living(self, marks: Collection[Mark]) -> Mapping[Mark, Sequence[Entry]]:
        """The living entries that carry each of these, by number, and of very many the first."""
        by_digest = {digest_of(mark): mark for mark in marks}
        numbers = self._numbers(list(by_digest))
        entries = self._entries({number for some in numbers.values() for number in some})
        held = {by_digest[digest]: [entries[one] for one in some if one in entries] for digest, some in numbers.items()}
        # Digests are cut short: the entry itself says whether it is so.
        return {mark: [each for each in those if mark in marks_of(each)] for mark, those in held.items()}

    def _numbers(self, digests: Sequence[bytes]) -> Mapping[bytes, Sequence[int]]:
        found = defaultdict[bytes, list[int]](list)
        for some in _cut(digests):
            rows = Carried.objects.filter(listed=self.listed, mark__in=some).order_by("number")
            for mark, number in rows.values_list("mark", "number"):
                if len(found[bytes(mark)]) < MOST_SHARED:
                    found[bytes(mark)].append(number)
        return found

    def _entries(self, numbers: Collection[int]) -> Mapping[int, Entry]:
        rows = published_to(self.subscriber, self.listed).filter(retracted=False)
        lines = [
            line
            for some in _cut(sorted(numbers))
            for line in rows.filter(number__in=some).values_list("line", flat=True)
        ]
        return {entry.number: entry for entry in (entry_of(line.encode()) for line in lines)}


def carrying(viewer: Subscriber, name: str) -> Carrying:
    """The list of this name as this subscriber reads it. Raises NotFound."""
    row = list_read_by(viewer, name)
    return Carrying(row.name, row.version, row.pk, viewer.pk)


def follow(listed: HashList) -> None:
    """Write down who carries what, up to what was published. Killed and run again, it goes on."""
    until = CarriedUntil.objects.get_or_create(listed=listed)[0]
    while _behind(until).exists():
        until = _step(listed)


def followed(listed: int, settled: int) -> int:
    """The first second of the epoch of which it is not written down yet who carries what changed in it, or `settled`.

    No version's moment lies before that of an earlier one: everything that changed before it is.
    """
    until = CarriedUntil.objects.filter(listed=listed).first() or CarriedUntil(listed_id=listed)
    first = _behind(until).order_by("version", "number").values_list("changed", flat=True).first()
    return settled if first is None else min(settled, first)


def _behind(until: CarriedUntil) -> "QuerySet[Published]":
    behind = Q(version=until.version, number__gt=until.number) | Q(version__gt=until.version)
    return Published.objects.filter(behind, listed=until.listed_id, version__gte=until.version)


def _step(listed: HashList) -> CarriedUntil:
    """Some more entries; up to where it is written down then."""
    with transaction.atomic():
        until = CarriedUntil.objects.select_for_update().get(listed=listed)
        rows = list(_behind(until).order_by("version", "number")[:STEP])
        if rows:
            Carried.objects.filter(listed=listed, number__in=[row.number for row in rows]).delete()
            Carried.objects.bulk_create(_carried(rows), batch_size=ASKED_AT_ONCE)
            until.version, until.number = rows[-1].version, rows[-1].number
            until.save(update_fields=["version", "number"])
    return until


def _carried(rows: Iterable[Published]) -> list[Carried]:
    return [
        Carried(listed_id=row.listed_id, mark=digest_of(mark), number=row.number)
        for row in rows
        if not row.retracted
        for mark in marks_of(entry_of(row.line.encode()))
    ]


def digest_of(mark: Mark) -> bytes:
    """What a signal is called in the table."""
    return sha256(f"{mark.kind} {mark.method} {mark.value}".encode()).digest()[:16]


def _cut(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[start : start + ASKED_AT_ONCE] for start in range(0, len(values), ASKED_AT_ONCE))
