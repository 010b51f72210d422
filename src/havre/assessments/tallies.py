"""Counters of stacks, kept with every change: no page counts what it shows a part of."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import F

from havre.assessments.models import Stack, Tally
from havre.units.models import Unit

Heading = tuple[int, str, str]
"""An intake, a tab, a heading."""


KNOWN = "known"
"""The tab under which files are counted that nobody needs to look at."""

ALL = "all"
"""The heading under which a tab's stacks are counted whatever theirs: there are as many headings as series."""


def count_known(unit: Unit, files: Mapping[int, int]) -> None:
    """So many more files of each intake are known, or fewer."""
    counting = Counting(unit)
    for intake, change in files.items():
        counting.changes[intake, KNOWN, "files"] += change
    counting.write()


@dataclass
class Counting:
    """What changes in one transaction that holds the unit; written at its end."""

    unit: Unit
    changes: Counter[Heading] = field(default_factory=Counter)

    def came(self, stack: Stack) -> None:
        """A stack stands where it did not stand before."""
        self.changes[stack.intake_id, stack.tab, stack.heading] += 1

    def went(self, stack: Stack) -> None:
        """A stack no longer stands where it stood."""
        self.changes[stack.intake_id, stack.tab, stack.heading] -= 1

    def write(self) -> None:
        """Into the table; a heading that is new gets its row."""
        totals = Counter[Heading]()
        for (intake, tab, _), change in self.changes.items():
            totals[intake, tab, ALL] += change
        for (intake, tab, heading), change in sorted([*self.changes.items(), *totals.items()]):
            if not change:
                continue
            rows = Tally.objects.filter(unit=self.unit, intake=intake, tab=tab, heading=heading)
            if not rows.update(count=F("count") + change):
                Tally.objects.create(unit=self.unit, intake_id=intake, tab=tab, heading=heading, count=change)
        self.changes.clear()
