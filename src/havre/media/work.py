"""Work that was left for later: handed out under leases, one medium after the other, to any number of processes."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from havre.media.models import Medium, WorkUnit
from havre.restrictions.visible import owned_by
from havre.units.models import Unit

LEASE = timedelta(hours=3)
"""For so long nobody else takes a unit of work: the longest film may be decoded for two hours (`Limits`)."""

TRIES = 3
"""A medium at which as many processes or tries failed is not tried again: it is quarantined with the reason."""

Gone = Callable[[str], bool]
"""Whether the process that leased it is known to have ended."""


def leave_for_later(unit: Unit, media: Iterable[Medium]) -> None:
    """Note that these media have yet to be worked on. Called inside a transaction."""
    WorkUnit.objects.bulk_create(WorkUnit(unit=unit, medium=medium) for medium in media)


def waiting(unit: Unit) -> "QuerySet[WorkUnit]":
    """All work of a unit that is not done."""
    return owned_by(unit, WorkUnit.objects)


def claim(unit: Unit, holder: str, now: datetime, gone: Gone, after: int = 0) -> WorkUnit | None:
    """The next unit of work behind `after` that nobody holds, leased to this holder; None where there is none."""
    with transaction.atomic():
        # Where the database can, what another process is just taking is passed over; SQLite has one writer at a time.
        free = waiting(unit).filter(id__gt=after).order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True, of=("self",))
        held = Q(leased_until__gt=now) & ~Q(holder__in=_gone(unit, now, gone))
        found = free.exclude(held).first()
        if found is None:
            return None
        found.holder, found.leased_until = holder, now + LEASE
        found.tries += 1
        found.save(update_fields=["holder", "leased_until", "tries"])
    return found


def _gone(unit: Unit, now: datetime, gone: Gone) -> list[str]:
    """Holders of leases that need not be waited for."""
    holders = waiting(unit).filter(leased_until__gt=now).order_by().values_list("holder", flat=True).distinct()
    return [holder for holder in holders if gone(holder)]


def give_back(work: WorkUnit, error: str = "") -> None:
    """Let somebody else try; without an error the try does not count."""
    mine = WorkUnit.objects.filter(pk=work.pk, holder=work.holder)
    mine.update(leased_until=None, error=error, tries=work.tries if error else work.tries - 1)


def still_mine(work: WorkUnit) -> bool:
    """Whether the lease still holds: the medium may be erased, or somebody else may work on it by now."""
    return WorkUnit.objects.select_for_update().filter(pk=work.pk, holder=work.holder, tries=work.tries).exists()
