"""What waits and when, one notice with all that belongs to it, and how long pages took until gone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.errors import NotFound, Refused
from havre.flows.notice_shown import (
    PAGE,
    Part,
    brief,
    hours_between,
    removal_by,
    removal_times,
    show_notice,
    transmission_fields,
    waits_by,
    waits_from,
)
from havre.hotline.models import Page
from havre.notices.models import Notice, State
from tests.cast import NOON, Node
from tests.notices.standing import page_of, taken_down

DAY = timedelta(days=1)


def test_what_is_due_by_a_time_the_earliest_first(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    assert waits_by(begun.home, begun.anke, NOON) == []
    found = [each.to_json() for each in waits_by(begun.home, begun.anke, NOON + DAY)]
    assert [(each["step"], each["reference"]) for each in found] == [
        ("next rung", notice.reference),
        ("send", notice.reference),
    ]
    assert waits_by(begun.home, begun.chiara, NOON + DAY) == []
    assert brief(notice)["recipient"] == "A host"


def test_a_notice_is_shown_with_its_letter_and_what_happened(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    told = show_notice(begun.home, begun.anke, notice.reference).to_json()
    assert "You host the page below" in told["letter"]["text"]
    assert [each["outcome"] for each in told["transmissions"]] == ["taken"]
    assert told["transmissions"] == [transmission_fields(each) for each in notice.transmissions.all()]
    assert (len(told["answers"]), len(told["looks"]), len(told["returns"])) == (1, 1, 1)
    assert told["silent_until"] == (NOON + DAY).isoformat()
    with pytest.raises(NotFound):
        show_notice(begun.home, begun.chiara, notice.reference)
    begun.bram.person.roles.all().delete()
    with pytest.raises(Refused):
        show_notice(begun.home, begun.bram, notice.reference)


def test_a_letter_that_cannot_be_written_says_why_and_what_is_gone_has_none(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    Page.objects.update(address="https://photos.example/\x1b[31m")
    assert "control characters" in show_notice(begun.home, begun.anke, notice.reference).problem
    Notice.objects.update(state=State.REMOVED)
    shown = show_notice(begun.home, begun.anke, notice.reference)
    assert (shown.letter, shown.problem, shown.coming) == (None, "", [])


def test_times_run_from_the_first_report_until_somebody_saw_it_gone(begun: Node) -> None:
    taken_down(begun.anke, NOON)
    Notice.objects.update(country="NL")
    row = {"holder": "Example Hosting", "country": "NL", "pages": 1, "gone": 0}
    assert removal_times(begun.home, begun.anke) == [row | {"median_hours": None, "longest_hours": None}]
    Page.objects.update(gone_at=NOON + DAY)
    assert removal_times(begun.home, begun.anke) == [row | {"gone": 1, "median_hours": 25.0, "longest_hours": 25.0}]
    assert removal_by([("a", "BE", NOON, None)])[0]["pages"] == 1
    days = [("a", "BE", NOON, NOON + DAY, 9), ("a", "BE", NOON, NOON + DAY, None)]
    assert removal_by(days)[0]["longest_hours"] == 24.0
    assert removal_by(days)[0]["median_hours"] == 16.5
    assert hours_between(NOON, None) is None
    Notice.objects.update(state=State.RETRACTED)
    assert removal_times(begun.home, begun.anke) == []


def test_what_is_due_comes_a_page_at_a_time_in_its_order_with_as_few_questions_for_many(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    asked = []
    for count in (1, 130):
        for number in range(count):
            notice.pk, notice.reference = None, f"HN-{count}-{number}"
            notice.page = page_of(begun.anke.unit, f"https://photos.example/{count}/{number}")
            notice.drafted_at, notice.due_at, notice.state = NOON + number * timedelta(minutes=1), None, State.DRAFTED
            notice.save()
        with CaptureQueriesContext(connection) as queries:
            part = waits_from(begun.home, begun.anke, NOON + DAY)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    every, seen, after = waits_by(begun.home, begun.anke, NOON + DAY), list[tuple[int, str]](), None
    for _page in range(10):
        part = waits_from(begun.home, begun.anke, NOON + DAY, after)
        assert (len(part.waits) <= PAGE, part.count) == (True, len(every))
        seen += [(each.notice.pk, each.due.step) for each in part.waits]
        after = part.onward
        if after is None:
            break
    assert seen == [(each.notice.pk, each.due.step) for each in every]
    assert waits_from(begun.home, begun.chiara, NOON + DAY) == Part([], 0, None)
