"""The queue: danger first, with reasons and clocks, and everything that waits is counted."""

from datetime import timedelta

import pytest

from havre.cases.models import Case, Intake, Item
from havre.errors import Refused
from havre.flows.answer_reporter import read_report
from havre.flows.hotline_queue import (
    MANY,
    due_of,
    late,
    next_page,
    ordered,
    queue,
    to_read,
    unseen,
    waits_for,
    without_pages,
)
from havre.flows.judge_page import judge_page
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.hotline.letters import write_letter
from havre.hotline.models import Letter, LetterKind, Page, Report
from havre.hotline.policy_file import policy_of
from havre.hotline.telling import Told
from havre.sealing.receipt import new_code
from havre.series.models import Life, Member, Series
from havre.units.models import RoleName
from tests.cast import NOON, Node
from tests.hotline.reported import ACTIONABLE, NOT, OTHER, PAGE, after, judged, page, page_of, reported, routed
from tests.sealing.wire import chance
from tests.series.held import case_of, medium

TIMES = policy_of("BE").times


def test_what_matters_most_comes_first_and_says_why(begun: Node) -> None:
    unit = begun.anke.unit
    case = Case.objects.create(unit=unit, reference="H", opened_at=NOON, opened_by=begun.anke.person, retain_until=NOON)
    intake = Intake.objects.create(case=case, path="x", begun_at=NOON, begun_by=begun.anke.person, salt=bytes(32))
    Item.objects.create(intake=intake, position=0, path="a.jpg", outcome="new")
    names = ("plain", "late", "many", "fresh", "danger")
    values: dict[str, dict[str, object]] = {
        "danger": {"danger": True},
        "fresh": {"case": case},
        "many": {"reports": MANY},
        "late": {"at": NOON - timedelta(hours=30)},
    }
    for name in names:
        page(unit, f"https://site.example/{name}", **values.get(name, {}))  # type: ignore[arg-type]
    found = queue(begun.home, begun.anke)
    shown = [(each.page.address.rpartition("/")[2], each.reasons, each.late) for each in found]
    assert shown == [
        ("danger", ("danger",), False),
        ("fresh", ("new",), False),
        ("many", ("many",), False),
        ("late", ("late",), True),
        ("plain", (), False),
    ]
    assert queue(begun.home, begun.chiara) == []


def test_one_goes_from_page_to_page_past_what_waits_for_others(begun: Node) -> None:
    unit = begun.anke.unit
    plain, danger, last = (
        page(unit, f"https://site.example/{name}", danger=name == "danger") for name in ("plain", "danger", "last")
    )
    way, here = [], 0
    while (found := next_page(begun.home, begun.anke, here)) is not None:
        way.append(found)
        here = found.pk
    assert way == [danger, plain, last]
    judge_page(begun.home, begun.anke, danger.pk, ACTIONABLE)
    assert [each.mine for each in queue(begun.home, begun.anke)] == [True, False, False]
    assert next_page(begun.home, begun.anke, danger.pk) == plain
    assert next_page(begun.home, begun.bram) == danger
    assert next_page(begun.home, begun.chiara) is None
    begun.bram.person.roles.all().delete()
    with pytest.raises(Refused):
        next_page(begun.home, begun.bram)


@pytest.mark.parametrize("life", [Life.UNIDENTIFIED, Life.SAFEGUARDED])
def test_near_a_series_that_is_not_over_comes_before_what_many_saw(begun: Node, life: Life) -> None:
    unit, held = begun.anke.unit, medium(begun.anke.person, 1)
    Item.objects.update(outcome="known")
    series = Series.objects.create(unit=unit, number=1, created_at=NOON, life=life)
    Member.objects.create(series=series, medium=held)
    page(unit, "https://site.example/many", reports=MANY)
    page(unit, "https://site.example/near", case=case_of(begun.anke.person))
    shown = [(each.page.address.rpartition("/")[2], each.reasons) for each in queue(begun.home, begun.anke)]
    near, many = ("near", ("series",)), ("many", ("many",))
    assert shown == ([near, many] if life == Life.UNIDENTIFIED else [many, ("near", ())])


def test_what_waits_longest_comes_first_among_equals_on_either_database(begun: Node) -> None:
    rows = [page(begun.anke.unit, f"https://site.example/{hour}", NOON + timedelta(hours=hour)) for hour in (3, 1, 2)]
    rows[0].due_at = NOON
    rows[0].save()
    assert [each.pk for each in ordered(Page.objects.all(), NOON, TIMES)] == [rows[0].pk, rows[1].pk, rows[2].pk]


@pytest.mark.parametrize(
    ("danger", "hours", "is_late"), [(False, 23, False), (False, 24, True), (True, 0.5, False), (True, 1, True)]
)
def test_a_page_is_late_after_its_service_time(begun: Node, danger: bool, hours: float, is_late: bool) -> None:
    row, at = page(begun.anke.unit, danger=danger), NOON + timedelta(hours=hours)
    assert Page.objects.filter(late(at, TIMES)).exists() == is_late
    assert (due_of(row, TIMES) <= at) == is_late


def test_danger_that_is_said_later_sets_its_own_clock(begun: Node) -> None:
    reported(begun)
    reported(begun, danger=True, at=20)
    assert due_of(page_of(), TIMES) == NOON + timedelta(hours=21)
    assert not Page.objects.filter(late(NOON + timedelta(hours=20.5), TIMES)).exists()
    assert Page.objects.filter(late(NOON + timedelta(hours=21), TIMES)).exists()
    reported(begun, at=20.5)
    assert (due_of(page_of(), TIMES), page_of().danger) == (NOON + timedelta(hours=21), True)


def test_it_says_for_whom_each_page_waits(begun: Node) -> None:
    reported(begun, PAGE, OTHER)
    assert waits_for(page_of()) == "judge"
    judge_page(begun.home, begun.anke, page_of().pk, ACTIONABLE)
    assert waits_for(page_of()) == "second"
    judge_page(begun.home, begun.bram, page_of().pk, NOT)
    assert waits_for(page_of()) == "agreement"
    assert queue(begun.home, begun.anke)[0].to_json()["reasons"] == ["disputed"]
    judged(begun, OTHER)
    assert waits_for(page_of(OTHER)) == "route"
    routed(begun, OTHER)
    assert [each.waits for each in queue(begun.home, begun.anke, "passed")] == ["act"]
    assert [each.reports for each in queue(begun.home, begun.anke, "passed")] == [[1]]


def test_everything_that_waits_is_counted(begun: Node) -> None:
    door = open_door(begun.home, begun.anke)
    for seed in (1, 2):
        told = Told(seen="a harbour", danger=seed == 1)
        write_letter(door, new_code(chance(seed)), LetterKind.REPORT, told, NOON, random=chance(seed))
    Letter.objects.filter(danger=False).update(trouble="it does not open")
    reported(begun, PAGE, OTHER)
    empty, _code = reported(begun, "not an address at all")
    judge_page(begun.home, begun.anke, page_of().pk, ACTIONABLE)
    routed(begun, OTHER)
    found = unseen(begun.home, after(begun.anke, 100))
    assert (found.letters, found.letters_danger, found.trouble, found.oldest_letter) == (1, 1, 1, NOON.isoformat())
    assert (found.without_pages, found.received, found.second, found.routed, found.late) == (1, 1, 1, 1, 2)
    assert list(without_pages(Report.objects.all())) == [empty]
    assert to_read(begun.home, begun.anke) == [empty]
    assert to_read(begun.home, begun.chiara) == []
    assert set(found.to_json()) >= {"letters", "trouble", "late", "danger"}
    theirs = unseen(begun.home, begun.chiara).to_json()
    assert {value for value in theirs.values() if value} == set()


def test_what_was_added_and_nobody_read_is_listed_until_somebody_reads_it(begun: Node) -> None:
    report, code = reported(begun)
    write_letter(open_door(begun.home, begun.anke), code, LetterKind.ADDITION, Told(seen="more"), NOON)
    assert to_read(begun.home, begun.anke) == []
    take_in(begun.home, begun.anke.unit, lambda: NOON)
    assert (to_read(begun.home, begun.anke), unseen(begun.home, begun.anke).additions) == ([report], 1)
    read_report(begun.home, begun.anke, report.number)
    assert (to_read(begun.home, begun.anke), unseen(begun.home, begun.anke).additions) == ([], 0)


def test_who_does_not_work_there_sees_no_queue(begun: Node) -> None:
    begun.bram.person.roles.all().delete()
    begun.bram.person.roles.create(name=RoleName.ADMINISTRATOR, given_at=NOON)
    for act in (lambda: queue(begun.home, begun.bram), lambda: unseen(begun.home, begun.bram)):
        with pytest.raises(Refused):
            act()
