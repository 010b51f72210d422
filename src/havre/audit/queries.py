"""Reads of the log; the first parameter is who asks. Nobody reads entries of another unit."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.audit import models
from havre.audit.entry import Entry
from havre.audit.rows import COLUMNS, HEAD, entry_from, entry_in
from havre.compiled import Most, compiled
from havre.errors import NotFound
from havre.units.models import Person

SPAN = 50_000
"""Entries looked through for one page: a rare name in a long log costs no more than a common one."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; empty where it does not matter."""

    person: str = ""
    verb: str = ""
    thing: str = ""
    reason: str = ""
    since: str = ""
    """From this time on, as the log writes it: 2026-03-01 or longer."""
    until: str = ""
    """Before this time."""

    def named(self) -> dict[str, str]:
        """What was asked for, without what does not matter."""
        return {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}


@dataclass(frozen=True, slots=True)
class Found:
    """One page of entries, newest first."""

    entries: tuple[Entry, ...]
    before: int | None
    """Where to go on; None where the log was looked through to its beginning."""


def entries_of(viewer: Person, sought: Sought, most: int, before: int | None = None) -> Found:
    """At most so many entries of the viewer's unit below number `before`, newest first."""
    top = _size() if before is None else min(before, _size())
    low = max(0, top - SPAN)
    rows = _sought(_own(viewer).filter(index__gte=low, index__lt=top), sought).order_by("-index")[: most + 1]
    entries = [entry for row in rows if isinstance(entry := entry_from(row), Entry)]
    if len(entries) > most:
        return Found(tuple(entries[:most]), entries[most - 1].index)
    return Found(tuple(entries), low or None)


def entry_for(viewer: Person, index: int) -> Entry:
    """The entry of this number, if it is one of the viewer's unit."""
    row = _own(viewer).filter(index=index).first()
    entry = entry_from(row) if row is not None else None
    if not isinstance(entry, Entry):
        raise NotFound(_("the log of your unit has no entry %(index)s") % {"index": index})
    return entry


def entries_about(viewer: Person, things: Collection[str], most: int) -> list[Entry]:
    """The newest entries of the viewer's unit about any of these things, as the log calls them."""
    rows = _about(viewer.unit.name, list(things), Most(most))
    return [entry for row in rows if isinstance(entry := entry_in(row), Entry)]


@compiled
def _about(unit: str, things: Collection[str], most: Most) -> "QuerySet[models.Entry, tuple[object, ...]]":
    about = models.Entry.objects.filter(unit=unit, thing__in=things).order_by("-index")
    return about.values_list(*COLUMNS)[:most]


def _own(viewer: Person) -> "QuerySet[models.Entry]":
    # The log names units instead of pointing at them: it outlives them.
    return models.Entry.objects.filter(unit=viewer.unit.name)


def _size() -> int:
    return models.Head.objects.values_list("size", flat=True).get(pk=HEAD)


def _sought(rows: "QuerySet[models.Entry]", sought: Sought) -> "QuerySet[models.Entry]":
    for column in ("person", "thing", "reason"):
        if value := getattr(sought, column):
            rows = rows.filter(**{f"{column}__icontains": value})
    if sought.verb:
        rows = rows.filter(verb__startswith=sought.verb)
    if sought.since:
        rows = rows.filter(at__gte=sought.since)
    return rows.filter(at__lt=sought.until) if sought.until else rows
