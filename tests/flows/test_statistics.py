"""The unit's numbers as values; what of them is hidden is tested in tests/victims."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from havre.errors import Refused
from havre.flows.begin import add_colleague
from havre.flows.statistics import Export, exported, numbers
from havre.series.models import Step
from havre.settings import Settings
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import NOON, Node, acting, node
from tests.desked import brought, children, series


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield found


def test_steps_are_timed_where_five_series_and_more_took_them(here: Node) -> None:
    for number in range(1, 7):
        series(here.bram.person, NOON - timedelta(days=number), number, "", 2 if number < 5 else 1)
    timed = {each.step: (each.series, each.median) for each in numbers(here.home, here.bram).timings}
    assert timed[Step.CHECK] == (6, timedelta(hours=2))
    assert timed[Step.EXCHANGE] == (None, None)  # four alone


def test_twelve_months_are_told_each_with_what_was_done_in_it(here: Node) -> None:
    brought(here.bram.person, NOON)
    brought(here.bram.person, NOON - timedelta(days=62))
    brought(here.chiara.person, NOON)
    for number in range(1, 6):
        series(here.bram.person, NOON - timedelta(days=32), number, "", 0)
    worked = numbers(here.home, here.bram).worked
    assert [f"{each.month:%Y-%m}" for each in worked][:3] == ["2026-03", "2026-02", "2026-01"]
    assert [(each.intakes, each.decisions) for each in worked][:3] == [(1, None), (0, None), (0, 5)]
    assert len(worked) == 12
    assert sum(each.intakes for each in worked) == 2


def test_finished_intakes_are_told_newest_first(here: Node) -> None:
    brought(here.bram.person, NOON, case="Drive 1")
    running = brought(here.bram.person, NOON, case="Drive 2", times=2)
    running.finished_at = None
    running.save()
    brought(here.bram.person, NOON, case="Drive 3", times=3)
    told = numbers(here.home, here.bram).brought
    assert [(each.intake.case.reference, each.outcomes["known"]) for each in told] == [
        ("Drive 3", 264),
        ("Drive 1", 88),
    ]


def test_the_export_has_the_tables_of_the_page(here: Node) -> None:
    children(here.bram.person, NOON, times=4)
    lines = exported(here.home, here.bram, Export.INDICATOR).split("\r\n")
    assert lines[0] == "counted,by,value,identified,not identified,all"
    assert "victims,sex,all,48,72,120" in lines
    assert "victims,sex,other,hidden,hidden,hidden" in lines


def test_fewer_than_five_decisions_of_a_month_are_told_nowhere(here: Node) -> None:
    for number in range(1, 5):
        series(here.bram.person, NOON, number, "", 0)
    assert numbers(here.home, here.bram).worked[0].decisions is None
    assert exported(here.home, here.bram, Export.WORK).split("\r\n")[:2] == [
        "month (UTC),intakes,decisions on series",
        "2026-03,0,hidden",
    ]


def test_steps_and_intakes_are_taken_out_as_the_page_shows_them(here: Node) -> None:
    for number in range(1, 6):
        series(here.bram.person, NOON - timedelta(days=number), number, "", 2)
    brought(here.bram.person, NOON, case="=1+1")
    steps = exported(here.home, here.bram, Export.STEPS).split("\r\n")
    assert (steps[0], f"{Step.CHECK.value},5,2.0" in steps) == ("step,series,median hours", True)
    assert f"{Step.FIND.value},hidden,hidden" in steps
    intakes = exported(here.home, here.bram, Export.INTAKES).split("\r\n")
    assert intakes[0] == "case,begun (UTC),refused,quarantined,known,near,repeat,new"
    assert intakes[1].startswith("'=1+1,2026-03-")


def test_numbers_are_for_who_works_with_media(here: Node) -> None:
    add_colleague(here.home, here.anke, "dora", "", [RoleName.AUDITOR])
    dora = acting(person_named("dora"))
    with pytest.raises(Refused):
        numbers(here.home, dora)
    for which in Export:
        with pytest.raises(Refused):
            exported(here.home, dora, which)
