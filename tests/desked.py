"""Rows that fill a desk and the unit's numbers: series on the move, an intake, victims; all of it invented."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import product

from havre.cases.models import Case, Intake, Item, Outcome
from havre.cases.open import open_case
from havre.series.claims import claim
from havre.series.models import Decision, Life, Series, Status, Step, Word
from havre.series.moves import move, stamp
from havre.units.approve import approval_for
from havre.units.models import Person
from havre.victims.models import ChildAge, Sex, Victim

NAMES = ("Garden wall", "Harbour café", "Blue tiles", "Red bus", "White gate")
WAY = (Life.INVESTIGATED, Life.LOCATED, Life.IDENTIFIED, Life.SAFEGUARDED)
FOUND = {Outcome.KNOWN: 88, Outcome.NEAR: 3, Outcome.REPEAT: 12, Outcome.NEW: 24, Outcome.REFUSED: 2}


def brought(by: Person, at: datetime, case: str = "Drive 2", times: int = 1, bad: int = 3) -> Intake:
    """A finished intake, with so many times the files, and so many that could not be read."""
    found = Case.objects.filter(unit=by.unit, reference=case).first() or open_case(case, "a warrant", "", by, at)
    about = {"begun_by": by, "begun_at": at, "finished_at": at, "listing": b"\x00" * 32, "salt": b"\x00" * 32}
    intake = Intake.objects.create(case=found, path=f"/seized/{case}", **about)
    outcomes = [outcome for outcome, count in FOUND.items() for _ in range(count * times)]
    outcomes += [Outcome.QUARANTINED] * bad
    rows = [Item(intake=intake, position=n, path=f"f{n}.jpg", outcome=o) for n, o in enumerate(outcomes)]
    Item.objects.bulk_create(rows)
    for outcome, count in Counter(outcomes).items():
        setattr(intake, outcome.value, count)
    intake.save()
    return intake


def series(by: Person, at: datetime, number: int, name: str, far: int, status: Status = Status.CONFIRMED) -> Series:
    """A series that went so far along its way."""
    about = {"status": status, "created_at": at, "decided_by": by, "decided_at": at}
    found = Series.objects.create(unit=by.unit, number=number, name=name, **about)
    for hours, life in enumerate(WAY[:far], start=1):
        move(found, life, by, at + timedelta(hours=2 * hours))
    if far > 2:
        stamp(found, Step.ALERT, by, at + timedelta(hours=9))
    Decision.objects.create(unit=by.unit, series=found, said=Word.CONFIRMED, by=by, at=at)
    return found


def children(by: Person, at: datetime, times: int = 1) -> None:
    """Victims of most ages and both sexes, some of them identified."""
    ages = [age for age in ChildAge.values if age != "0-2"] * times
    for place, (age, sex, country) in enumerate(product(ages, (Sex.FEMALE, Sex.MALE), ("BE", "FR", ""))):
        known = at if place % 5 < 2 else None
        facts = {"age": age, "sex": sex, "country": country, "recorded_by": by, "recorded_at": at}
        Victim.objects.create(unit=by.unit, pseudonym=f"child {place}", identified_at=known, **facts)


def fill(by: Person, asks: Person, now: datetime, times: int = 1) -> None:
    """A unit that works: `by` works on series, `asks` waits for a second person."""
    brought(by, now - timedelta(hours=3), times=times)
    for place in range(5 * times):
        at = now - timedelta(hours=14 * (place + 1))
        series(by, at, place + 1, NAMES[place % 5], place % 5)
    for place in range(2 * times):
        series(by, now - timedelta(days=1), 1000 + place, "", 0, Status.PROPOSED)
    held = claim(Series.objects.get(unit=by.unit, number=3), by, now)
    held.until = now + timedelta(hours=6)
    held.save()
    approval_for(asks, "restriction", "Blue tiles: allow France", now - timedelta(days=1))
    children(by, now - timedelta(days=40), times)
