"""On its day nothing personal of a report is left, in clear or sealed; done again, it does nothing."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import BinaryField, CharField, TextField

from havre.audit.models import Entry
from havre.flows.answer_reporter import answer_reporter
from havre.flows.erase_reports import due_reports, erase_reports
from havre.flows.forget import day_of
from havre.flows.judge_page import judge_page
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.hotline.letters import write_letter
from havre.hotline.models import Addition, Answer, Letter, LetterKind, Mention, Page, Receipt, Report
from havre.hotline.telling import Told
from havre.sealing.receipt import Code
from tests.cast import NOON, Node, noon
from tests.hotline.reported import NOT, page_of, reported

DAY = NOON + timedelta(days=31)


def everything_of(report: Report) -> list[object]:
    """All values in rows about a report and its receipt, but numbers and times."""
    rows = [Report.objects.get(pk=report.pk), Receipt.objects.get(pk=report.receipt_id)]
    for model in (Letter, Addition, Answer):
        rows += list(model._default_manager.filter(**{_way(model): report.receipt_id}))
    kinds = (BinaryField, CharField, TextField)
    fields = [(row, field) for row in rows for field in row._meta.concrete_fields if isinstance(field, kinds)]
    return [value for row, field in fields if (value := getattr(row, field.attname)) not in (None, "", b"")]


def _way(model: type) -> str:
    return "report__receipt" if model is Addition else "receipt"


def full(begun: Node) -> tuple[Report, Code]:
    """A report that was added to and answered, and a letter that cannot be read."""
    report, code = reported(begun, language="fr")
    Report.objects.update(relation="child", partner="a hotline R-7")
    door = open_door(begun.home, begun.anke)
    for text in ("a second harbour", "a third one"):
        write_letter(door, code, LetterKind.ADDITION, Told(seen=text), NOON)
        if text == "a second harbour":
            take_in(begun.home, begun.anke.unit, noon)
    Letter.objects.filter(taken_at=None).update(trouble="it does not open")
    answer_reporter(begun.home, begun.anke, report.number, "thank you")
    return report, code


def test_nothing_personal_is_left_and_what_stays_says_nothing_of_anybody(begun: Node) -> None:
    report, code = full(begun)
    judge_page(begun.home, begun.anke, page_of().pk, NOT)
    before = {model: model._default_manager.count() for model in (Addition, Answer, Letter)}
    assert min(before.values()) > 0
    assert erase_reports(begun.home, lambda: DAY - timedelta(days=1)) == 0
    assert erase_reports(begun.home, lambda: DAY, random=bytes) == 1
    assert erase_reports(begun.home, lambda: DAY) == 0
    assert [model._default_manager.count() for model in (Addition, Answer, Letter)] == [0, 0, 0]
    assert everything_of(report) == ["staff", "en", bytes(32), bytes(32)]
    assert Report.objects.get().erased_at == day_of(DAY)
    assert (Page.objects.count(), Mention.objects.count()) == (1, 1)
    assert not Receipt.objects.filter(digest=code.digest).exists()
    assert Entry.objects.filter(verb="erasure", thing=f"report {report.number}").count() == 1


def test_a_report_that_is_open_or_young_stays(begun: Node) -> None:
    full(begun)
    assert erase_reports(begun.home, lambda: NOON + timedelta(days=700)) == 0


def test_a_report_whose_page_never_ends_is_erased_too(begun: Node) -> None:
    report, _code = full(begun)
    assert due_reports(begun.home, NOON + timedelta(days=730)).count() == 0
    assert erase_reports(begun.home, lambda: NOON + timedelta(days=731), random=bytes) == 1
    assert everything_of(report) == ["staff", "en", bytes(32), bytes(32)]
    assert (page_of().state, erase_reports(begun.home, lambda: NOON + timedelta(days=731))) == ("received", 0)


def test_of_a_report_that_was_withdrawn_nothing_is_left_for_later(begun: Node) -> None:
    report, code = full(begun)
    door = open_door(begun.home, begun.anke)
    write_letter(door, code, LetterKind.WITHDRAWAL, Told(), NOON)
    take_in(begun.home, begun.anke.unit, noon)
    assert due_reports(begun.home, NOON).count() == 0
    assert code.digest not in everything_of(report)
    assert everything_of(report)[:2] == ["staff", "en"]
    assert page_of().reports == 0


def test_no_other_table_refers_to_what_a_reporter_said() -> None:
    known = {"hotline.Letter", "hotline.Answer", "hotline.Report", "hotline.Addition", "hotline.Mention"}
    known |= {"hotline.Brought"}  # which partner, never a person
    known |= {"hotline.Tip"}  # what a platform's program sent: its files go with the report (test_tend_tips)
    found = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model in (Receipt, Report)
    }
    # A challenge and hashes are erased with their own days; which partner brought something says nothing of a person.
    assert found - known <= {"corrections.Challenge", "hotline.Brought", "selfservice.Submission"}


def test_what_somebody_added_is_read_before_their_report_is_erased(begun: Node) -> None:
    _report, code = reported(begun)
    judge_page(begun.home, begun.anke, page_of().pk, NOT)
    door = open_door(begun.home, begun.anke)
    write_letter(door, code, LetterKind.ADDITION, Told(seen="it happens now", danger=True), DAY)
    assert erase_reports(begun.home, lambda: DAY) == 0
    take_in(begun.home, begun.anke.unit, lambda: DAY)
    page = page_of()
    assert (page.danger, page.state) == (True, "received")
    assert (erase_reports(begun.home, lambda: DAY), Addition.objects.count()) == (0, 1)  # its page is open again


@pytest.mark.parametrize(("danger", "erased"), [(True, 0), (False, 1)])
def test_one_that_does_not_open_holds_it_up_only_where_it_says_danger(begun: Node, danger: bool, erased: int) -> None:
    _report, code = reported(begun)
    judge_page(begun.home, begun.anke, page_of().pk, NOT)
    write_letter(open_door(begun.home, begun.anke), code, LetterKind.ADDITION, Told(seen="x", danger=danger), DAY)
    Letter.objects.filter(taken_at=None).update(trouble="it does not open")
    assert erase_reports(begun.home, lambda: DAY) == erased
