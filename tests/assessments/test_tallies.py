"""Counters follow every change."""

from havre.assessments.models import Stack, Tab, Tally
from havre.assessments.tallies import ALL, KNOWN, Counting, count_known
from havre.cases.models import Intake
from havre.settings import Settings
from tests.assessments.stacked import many
from tests.cast import introduce


def test_what_comes_and_goes_is_counted(database: Settings) -> None:
    cast = introduce()
    many(cast.belgium, cast.bram, 3)
    assert set(Tally.objects.values_list("tab", "heading", "count")) == {("new", "unseen", 3), ("new", ALL, 3)}
    stack, counting = Stack.objects.all()[0], Counting(cast.belgium)
    counting.went(stack)
    stack.heading = "files"
    counting.came(stack)
    counting.write()
    counting.write()  # what was written is not written again
    assert dict(Tally.objects.values_list("heading", "count")) == {"unseen": 2, "files": 1, ALL: 3}
    counting.went(stack)
    stack.tab = Tab.JUDGED
    counting.came(stack)
    counting.write()
    assert dict(Tally.objects.filter(heading=ALL).values_list("tab", "count")) == {Tab.NEW: 2, Tab.JUDGED: 1}


def test_known_files_are_counted_apart(database: Settings) -> None:
    cast = introduce()
    many(cast.belgium, cast.bram, 1)
    intake = Intake.objects.get().pk
    count_known(cast.belgium, {intake: 5})
    count_known(cast.belgium, {intake: -2})
    assert dict(Tally.objects.filter(tab=KNOWN).values_list("heading", "count")) == {"files": 3, ALL: 3}
