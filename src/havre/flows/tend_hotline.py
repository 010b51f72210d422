"""What goes on at a hotline by itself: letters are taken in, reporters told, what is personal erased on its day."""

import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import TypeVar

from havre.errors import HavreError
from havre.flows.answer_by_itself import tell, untold
from havre.flows.at_page import policy_for
from havre.flows.erase_reports import erase_reports
from havre.flows.home import Home, durable, take_turn
from havre.flows.letters_apart import erase_apart
from havre.flows.site_kept import erase_captures
from havre.flows.take_letters import take_in
from havre.flows.tend_tips import tend_tips
from havre.hotline.models import Letter, Report
from havre.sealing.receipt import Random
from havre.units.acting import Clock
from havre.units.models import Unit

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Tended:
    """How many of each."""

    letters: int
    told: int
    erased: int

    @property
    def anything(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.letters or self.told or self.erased)

    def to_json(self) -> dict[str, int]:
        """The fields of the command line."""
        return asdict(self)


def tend_hotline(home: Home, clock: Clock, random: Random = os.urandom) -> Tended:
    """Everything that is due at this moment, for every unit here; done again, nothing.

    What is wrong with one unit (its policy, its door) stops no other; raises the first of it, after the last.
    """
    met: list[HavreError] = []
    letters = _each(_with_letters(), lambda unit: take_in(home, unit, clock).letters, met)
    told = _each(_with_reports(), lambda unit: _tell(home, unit, clock, random), met)
    erases: list[Callable[[], int]] = [
        lambda: erase_reports(home, clock, random),
        lambda: erase_apart(home, clock),
        lambda: erase_captures(home, clock),
        lambda: tend_tips(home, clock),
    ]
    erased = _each(erases, lambda erase: erase(), met)
    if met:
        raise met[0]
    return Tended(letters, told, erased)


def _each(things: Iterable[Thing], work: Callable[[Thing], int], met: list[HavreError]) -> int:
    done = 0
    for thing in things:
        try:
            done += work(thing)
        except HavreError as error:
            met.append(error)
    return done


def _with_letters() -> list[Unit]:
    waiting = Letter.objects.filter(taken_at=None, trouble="")
    return list(Unit.objects.filter(pk__in=waiting.order_by().values("receipt__unit")).order_by("pk"))


def _with_reports() -> list[Unit]:
    return list(Unit.objects.filter(pk__in=Report.objects.order_by().values("unit")).order_by("pk"))


def _tell(home: Home, unit: Unit, clock: Clock, random: Random) -> int:
    times, told = policy_for(home, unit).times, 0
    while late := untold(unit, clock(), times):
        with durable():
            take_turn()
            fresh = sum(tell(report, clock(), random) for report in late)
        if not fresh:
            break
        told += fresh
    return told
