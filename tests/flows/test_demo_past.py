"""The served demonstration's unit has numbers to show: of series, of children, of how long each step took."""

from havre.assessments.models import Stack, Tab
from havre.flows.demo_node import begin_demo
from havre.flows.demo_past import COUNTS, LIVES, remember
from havre.flows.home import Home
from havre.flows.statistics import numbers
from havre.series.models import Series, Status
from havre.settings import Settings
from havre.units.acting import Acting
from havre.units.queries import person_named
from tests.cast import noon


def test_every_table_of_the_indicator_and_every_step_has_figures_that_may_be_shown(database: Settings) -> None:
    begin_demo(database, noon)
    home = Home(database)
    try:
        remember(home, noon, database.home)
        shown = numbers(home, Acting(person_named("bram"), noon, "a test"))
    finally:
        home.close()
    assert set(Stack.objects.values_list("tab", flat=True)) == {Tab.JUDGED}, "nobody meets them in triage"
    told = {(each.what, each.by): [counts for _, counts in each.lines()] for each in shown.indicators}
    known, unknown = sum(row[3] for row in COUNTS), sum(row[4] for row in COUNTS)
    for (what, by), lines in told.items():
        assert None not in lines[-1], (what, by)
        if what == "victims":
            assert lines[-1] == [known, unknown, known + unknown]
            assert any(None not in counts for counts in lines[:-1]), by
    assert {each.step for each in shown.timings if each.series is None} == set()
    assert sum(each.intakes for each in shown.worked) == 1
    rows = Series.objects.order_by("number")
    assert [(row.name, row.life, row.members.count(), row.status) for row in rows] == [
        (name, life, 1, Status.CONFIRMED) for name, life in LIVES.items()
    ]
