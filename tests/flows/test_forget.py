"""Of a report that is forgotten no time stays but its day, and how long its pages were there still counts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db.models import DateTimeField

from havre.flows.follow_page import close_page
from havre.flows.forget import day_of, forget, wipe
from havre.flows.judge_page import judge_page
from havre.flows.notice_shown import removal_times
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.hotline.letters import write_letter
from havre.hotline.models import Answer, Letter, LetterKind, Mention, Page, Receipt, Reopening, Report
from havre.hotline.telling import Told
from havre.sealing.receipt import new_code
from tests.cast import NOON, Node
from tests.hotline.reported import NOT, OTHER, PAGE, after, page_of, reported, routed
from tests.journeys.traces import Places
from tests.platforms.written import contact, notice
from tests.sealing.wire import chance

CAME = NOON + timedelta(hours=3, minutes=17, seconds=5)
LATER = NOON + timedelta(days=200, hours=2)


def through_the_door(begun: Node, at: datetime = CAME, seed: int = 1_001) -> Report:
    """A report that came by the public's form, and was taken in two seconds later."""
    code = new_code(chance(seed))
    write_letter(open_door(begun.home, begun.anke), code, LetterKind.REPORT, Told(addresses=(PAGE,)), at)
    take_in(begun.home, begun.anke.unit, lambda: at + timedelta(seconds=2))
    return Report.objects.select_related("receipt").get(receipt__digest=code.digest)


def moments(*near: datetime) -> list[str]:
    """Where but in the log one of these times stands, to the second."""
    found = []
    for model in apps.get_models():
        if model._meta.app_label == "audit":
            continue
        fields = [field.attname for field in model._meta.concrete_fields if isinstance(field, DateTimeField)]
        for row in model._default_manager.values(*fields) if fields else ():
            found += [f"{model.__name__}.{name}" for name, value in row.items() if value in near]
    return sorted(found)


def test_only_the_day_of_it_stays_once_its_page_is_over(begun: Node) -> None:
    report = through_the_door(begun)
    gone = after(begun.anke, 60)
    page = routed(begun)
    close_page(begun.home, gone, page.pk, "", gone=True)
    exact = (CAME, CAME + timedelta(seconds=2))
    assert {"Report.at", "Receipt.made_at", "Page.first_at", "Page.last_at", "Report.taken_at"} <= set(moments(*exact))
    forget(report.receipt, LATER, chance(9))
    assert moments(*exact, LATER) == []
    kept, receipt = Report.objects.get(), Receipt.objects.get()
    assert (kept.at, receipt.made_at, receipt.withdrawn_at) == (day_of(CAME), day_of(CAME), day_of(LATER))
    assert (Page.objects.get().first_at, Mention.objects.count(), Answer.objects.count()) == (day_of(CAME), 1, 0)


def test_how_long_a_page_was_there_still_counts(begun: Node) -> None:
    report = through_the_door(begun)
    page = routed(begun)
    notice(begun.anke.person, contact(begun.anke.person), page)
    close_page(begun.home, after(begun.anke, 60), page.pk, "", gone=True)
    before = removal_times(begun.home, begun.anke)
    forget(report.receipt, LATER, chance(9))
    assert (page_of().hours, page_of().gone_hours) == (57, 57)
    (was,), (now,) = before, removal_times(begun.home, begun.anke)
    assert (was["gone"], was["median_hours"], now["median_hours"]) == (1, 56.7, 57)
    assert {**was, "median_hours": 0, "longest_hours": 0} == {**now, "median_hours": 0, "longest_hours": 0}


def test_another_report_of_the_page_keeps_its_own_time(begun: Node) -> None:
    first, second = through_the_door(begun), through_the_door(begun, CAME + timedelta(hours=5), 1_002)
    forget(first.receipt, LATER, chance(9))
    assert (page_of().first_at, page_of().last_at) == (day_of(CAME), second.at)
    forget(second.receipt, LATER, chance(10))
    assert moments(CAME, second.at, second.taken_at) == []


def test_that_a_page_was_open_again_by_it_stays_with_its_day(begun: Node) -> None:
    reported(begun)
    close_page(begun.home, begun.anke, page_of().pk, "over")
    report = through_the_door(begun)
    assert Reopening.objects.get().at == report.taken_at
    close_page(begun.home, after(begun.anke, 9), page_of().pk, "over")
    forget(report.receipt, LATER, chance(9))
    assert Reopening.objects.get().at == day_of(CAME)


def test_no_time_of_what_was_added_stays_where_it_counted(begun: Node) -> None:
    report, code = through_the_door(begun), new_code(chance(1_001))
    judge_page(begun.home, begun.anke, page_of().pk, NOT)
    said = [CAME + timedelta(days=1), CAME + timedelta(days=2, minutes=7), CAME + timedelta(days=3, minutes=9)]
    taken = [each + timedelta(seconds=3) for each in said]
    mores = (Told(seen="it happens now", danger=True), Told(addresses=(OTHER,)), Told(seen="now", danger=True))
    for number, (moment, more) in enumerate(zip(said, mores, strict=True)):
        write_letter(open_door(begun.home, begun.anke), code, LetterKind.ADDITION, more, moment)
        take_in(begun.home, begun.anke.unit, lambda number=number: taken[number])  # type: ignore[misc]
    exact = (CAME, CAME + timedelta(seconds=2), *said, *taken)
    found = {"Addition.at", "Letter.at", "Page.since", "Page.first_at", "Reopening.at", "Judgement.undone_at"}
    assert found <= set(moments(*exact))
    forget(report.receipt, LATER, chance(9))
    assert moments(*exact, LATER) == []
    assert (Reopening.objects.get().at, page_of(OTHER).first_at) == (day_of(taken[0]), day_of(said[1]))


@pytest.mark.parametrize("backend", ["sqlite"])
def test_no_time_of_it_stands_in_any_file(begun: Node) -> None:
    report, places = through_the_door(begun), Places(begun.home, str)
    written = [f"{CAME:%Y-%m-%d %H:%M:%S}", f"{CAME:%Y-%m-%dT%H:%M:%S}"]
    close_page(begun.home, after(begun.anke, 60), routed(begun).pk, "", gone=True)
    assert places.traces(*written) != []  # there is something to find
    forget(report.receipt, LATER, chance(9))
    wipe()
    assert places.traces(*written) == []


def test_no_time_of_a_challenge_stays_at_the_page_it_spoke_of(begun: Node) -> None:
    about, code = notice(begun.anke.person, contact(begun.anke.person)), new_code(chance(1_003))
    door, exact = open_door(begun.home, begun.anke), [CAME + each * timedelta(minutes=9) for each in range(4)]
    Page.objects.update(state="acted on", due_at=NOON + timedelta(hours=5))
    write_letter(door, code, LetterKind.CHALLENGE, Told(about=about.reference, seen="no"), exact[0])
    take_in(begun.home, begun.anke.unit, lambda: exact[1])
    write_letter(door, code, LetterKind.ADDITION, Told(seen="it happens now", danger=True), exact[2])
    take_in(begun.home, begun.anke.unit, lambda: exact[3])
    assert {"Challenge.at", "Added.at", "Page.since"} <= set(moments(*exact))
    forget(Receipt.objects.get(digest=code.digest), LATER, chance(9))
    assert moments(*exact, LATER) == []


def test_what_was_never_taken_in_leaves_no_mark_of_its_code(begun: Node) -> None:
    code = new_code(chance(1))
    write_letter(open_door(begun.home, begun.anke), code, LetterKind.REPORT, Told(seen="x"), CAME)
    forget(Receipt.objects.get(), LATER, chance(9))
    assert bytes(Receipt.objects.get().digest) == chance(9)(32) != code.digest
    assert (moments(CAME), Letter.objects.count()) == ([], 0)
    wipe()


def test_a_day_begins_at_midnight() -> None:
    assert day_of(datetime(2026, 3, 2, 23, 59, 59, 7, UTC)) == datetime(2026, 3, 2, tzinfo=UTC)
