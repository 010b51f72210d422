"""What a reporter said is read after that is written down; what they are answered opens with their code alone."""

import json

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.answer_reporter import answer_reporter, read_report, thing_of
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.hotline.letters import open_answer, write_letter
from havre.hotline.models import Addition, LetterKind, Report
from havre.hotline.telling import Told
from tests.cast import NOON, Node, noon
from tests.hotline.reported import page_of, reported


def test_reading_a_report_is_written_down_before_and_says_nothing_of_it(begun: Node) -> None:
    report, code = reported(begun)
    door = open_door(begun.home, begun.anke)
    write_letter(door, code, LetterKind.ADDITION, Told(seen="a second harbour"), NOON)
    take_in(begun.home, begun.anke.unit, noon)
    found = read_report(begun.home, begun.anke, report.number)
    assert found.told is not None
    assert (found.told.seen, found.told.contact) == ("a harbour", "mira@home.example")
    assert [told.seen if told else "" for _row, told in found.additions] == ["a second harbour"]
    assert list(found.pages) == [page_of()]
    assert (Addition.objects.get().read_by, Addition.objects.get().read_at) == (begun.anke.person, NOON)
    entry = Entry.objects.filter(verb="consultation", thing=thing_of(report)).get()
    assert json.loads(entry.detail) == {"act": "report read", "there": True}
    assert not Entry.objects.filter(detail__contains="harbour").exists()


def test_an_answer_opens_with_the_code_alone(begun: Node) -> None:
    report, code = reported(begun)
    _other, wrong = reported(begun)
    made = answer_reporter(begun.home, begun.anke, report.number, " Thank you. \n\n We looked. ")
    assert open_answer(code, bytes(made.sealed)) == "Thank you.\n\nWe looked."
    assert open_answer(wrong, bytes(made.sealed)) == ""
    assert (made.by, made.kind) == (begun.anke.person, "written")
    assert [each.pk for each in read_report(begun.home, begun.anke, report.number).answers] == [made.pk]


def test_what_cannot_be_kept_or_read_is_refused(begun: Node) -> None:
    report, _code = reported(begun)
    for wrong in ("", " \n ", "a\x00b", "x" * 5_001):
        with pytest.raises(Invalid):
            answer_reporter(begun.home, begun.anke, report.number, wrong)
    Report.objects.update(withdrawn_at=NOON, told=None)
    with pytest.raises(Refused, match="nobody can read an answer"):
        answer_reporter(begun.home, begun.anke, report.number, "thanks")
    assert read_report(begun.home, begun.anke, report.number).told is None


def test_another_unit_neither_reads_nor_answers_it(begun: Node) -> None:
    report, _code = reported(begun)
    for act in (
        lambda: read_report(begun.home, begun.chiara, report.number),
        lambda: answer_reporter(begun.home, begun.chiara, report.number, "x"),
    ):
        with pytest.raises(NotFound):
            act()
