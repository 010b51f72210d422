"""Series in a list: each with its clock, asked for by what they are, page by page."""

from datetime import timedelta

import pytest

from havre.audit.models import Entry
from havre.errors import NotFound, Refused
from havre.flows.claim import take
from havre.flows.series_life import move_series
from havre.flows.series_listed import A_PAGE, WHICH, list_page
from havre.series.models import Claim, Life, Series, Status, Step
from havre.units.acting import Acting
from tests.cast import NOON, Node
from tests.series.many import series_of


def numbers(node: Node, which: str) -> list[int]:
    return [row.series.number for row in list_page(node.home, node.anke, which).rows]


def test_each_question_has_its_series(begun: Node) -> None:
    for life in (*Life, Life.LOCATED):
        series = series_of(begun.anke.person, 1)
        Series.objects.filter(pk=series.pk).update(life=life, status=Status.CONFIRMED)
    Series.objects.filter(life=Life.MERGED).update(status=Status.MERGED)
    Series.objects.filter(number=1).update(status=Status.PROPOSED)
    series_of(begun.chiara.person, 1)
    Claim.objects.create(series=series, by=begun.anke.person, since=NOON, until=NOON + timedelta(days=1))
    found = {which: numbers(begun, which) for which in WHICH}
    assert found == {
        "open": [8, 4, 3, 2, 1],
        "mine": [8],
        "proposed": [1],
        "unidentified": [1],
        "investigated": [2],
        "located": [8, 3],
        "identified": [4],
        "safeguarded": [5],
        "withdrawn": [6],
        "over": [7],
    }


def test_pages_follow_one_another_without_gaps(begun: Node) -> None:
    for _ in range(A_PAGE + 3):
        series_of(begun.anke.person, 1)
    first = list_page(begun.home, begun.anke, "open")
    assert [row.series.number for row in first.rows] == list(range(A_PAGE + 3, 3, -1))
    second = list_page(begun.home, begun.anke, "open", first.before)
    assert ([row.series.number for row in second.rows], second.before) == ([3, 2, 1], None)


def test_a_row_has_its_clock_and_who_works_on_it(begun: Node) -> None:
    series_of(begun.anke.person, 2)
    take(begun.home, begun.bram, "S1")
    later = Acting(begun.anke.person, lambda: NOON + timedelta(days=8))
    (row,) = list_page(begun.home, later, "open").rows
    assert (row.course.clock, row.course.running, row.course.now) == (timedelta(days=8), True, Step.ANALYSE)
    assert row.claim is not None
    assert (row.claim.by, row.holds) == (begun.bram.person, False)  # it ran out
    move_series(begun.home, begun.anke, "S1", Life.WITHDRAWN)
    (row,) = list_page(begun.home, later, "withdrawn").rows
    assert (row.course.clock, row.course.running, row.course.now) == (timedelta(), False, None)


def test_looking_is_logged_and_needs_a_role_and_a_question(begun: Node) -> None:
    list_page(begun.home, begun.bram, "open")
    last = Entry.objects.order_by("-index")[0]
    assert (last.person, last.verb, last.thing) == ("bram", "consultation", "series")
    with pytest.raises(NotFound, match="no list"):
        list_page(begun.home, begun.bram, "secret")
    begun.bram.person.roles.update(name="administrator")
    with pytest.raises(Refused):
        list_page(begun.home, begun.bram, "open")
