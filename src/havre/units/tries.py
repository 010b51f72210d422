"""Tries to sign in: after too many that failed, nobody is let in by guessing for a while.

A try is counted before it is judged, so that many at once are not judged all; one that succeeds is taken back. What
counts are rows, so that all processes that answer count together. Passkeys are not counted: there is nothing to guess.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.errors import Refused
from havre.units.models import Attempt, Person, UsedCode

PER_NAME = 5
"""Failed tries for one name before it is locked."""

PER_ADDRESS = 20
"""Failed tries from one network address before it is locked: a unit may share one."""

WITHIN = timedelta(minutes=15)
"""Tries older than this no longer count."""

CODE_LIVES = timedelta(minutes=5)
"""A code of an authenticator app is accepted at most this long after it was first shown, tolerance included."""


class Locked(Refused):
    """Too many tries failed."""

    def __init__(self, until: datetime) -> None:
        super().__init__(_("too many tries failed: try again after %(until)s UTC") % {"until": f"{until:%H:%M}"})
        self.until = until


def begin_try(name: str, address: str, at: datetime) -> Attempt:
    """Count a try to sign in with this name from this address. Raises Locked where too many failed before."""
    Attempt.objects.filter(at__lte=at - WITHIN).delete()
    attempt = Attempt.objects.create(name=_typed(name), address=address, at=at)
    until = _locked_until(attempt)
    if until is not None:
        attempt.delete()
        raise Locked(until)
    return attempt


def locks(attempt: Attempt) -> bool:
    """Whether this try, which failed, was the last one for a while."""
    return any(len(earlier) == most - 1 for earlier, most in _counted(attempt))


def forgive(person: Person) -> None:
    """They showed who they are, with two factors: what failed before under their name no longer counts."""
    Attempt.objects.filter(name=_typed(person.name)).delete()


def use_code(person: Person, code: str, at: datetime) -> bool:
    """Note that a code was accepted; False where it was before: a code that was looked at over a shoulder."""
    UsedCode.objects.filter(at__lte=at - CODE_LIVES).delete()
    digits = "".join(filter(str.isalnum, code))[:12]
    return UsedCode.objects.get_or_create(person=person, code=digits, defaults={"at": at})[1]


def _locked_until(attempt: Attempt) -> datetime | None:
    ends = [earlier[most - 1] + WITHIN for earlier, most in _counted(attempt) if len(earlier) >= most]
    return max(ends, default=None)


def _counted(attempt: Attempt) -> list[tuple[list[datetime], int]]:
    """The times of earlier tries by name and by address, latest first, with how many are allowed."""
    earlier = Attempt.objects.filter(id__lt=attempt.pk, at__gt=attempt.at - WITHIN)
    by_name, by_address = earlier.filter(name=attempt.name), earlier.filter(address=attempt.address)
    return [(_latest(by_name, PER_NAME), PER_NAME), (_latest(by_address, PER_ADDRESS), PER_ADDRESS)]


def _latest(tries: "QuerySet[Attempt]", most: int) -> list[datetime]:
    return list(tries.order_by("-at").values_list("at", flat=True)[:most])


def _typed(name: str) -> str:
    return name.strip().casefold()[:100]
