"""What Havre tells reporters by itself: each thing once, in their language, and nothing that says what is known."""

from datetime import timedelta

import pytest

from havre.flows.answer_by_itself import due_words, tell, tell_reporters, untold, words_for
from havre.flows.at_page import policy_for
from havre.flows.follow_page import acted_on, close_page
from havre.flows.home import durable
from havre.flows.judge_page import judge_page
from havre.hotline.letters import open_answer
from havre.hotline.models import Answer, Page, Report
from havre.sealing.receipt import Code
from tests.cast import NOON, Node
from tests.hotline.reported import NOT, OTHER, PAGE, judged, page_of, reported, routed

LOOKED, PASSED, GONE = (words_for(kind, "en") for kind in ("judged", "passed on", "gone"))


def read(code: Code) -> list[str]:
    rows = Answer.objects.filter(receipt__digest=code.digest).order_by("pk")
    return [open_answer(code, bytes(each.sealed)) for each in rows]


def test_a_reporter_is_told_each_thing_once(begun: Node) -> None:
    _report, code = reported(begun)
    assert read(code) == []
    routed(begun)
    assert read(code) == [LOOKED, PASSED]
    acted_on(begun.home, begun.anke, page_of().pk, "they wrote back")
    close_page(begun.home, begun.anke, page_of().pk, "", gone=True)
    assert read(code) == [LOOKED, PASSED, GONE]


def test_in_their_own_language(begun: Node) -> None:
    _report, code = reported(begun, language="nl")
    judge_page(begun.home, begun.anke, page_of().pk, NOT)
    assert read(code) == [words_for("judged", "nl")]


def test_only_once_it_holds_for_all_pages_of_a_report(begun: Node) -> None:
    _report, code = reported(begun, PAGE, OTHER)
    routed(begun)
    assert read(code) == []
    judge_page(begun.home, begun.anke, page_of(OTHER).pk, NOT)
    assert read(code) == [LOOKED, PASSED]


def test_what_is_closed_and_not_gone_is_not_called_gone() -> None:
    closed, over = Page(state="closed"), Page(state="not actionable")
    assert due_words([closed, over]) == ["judged"]
    closed.gone_at = NOON
    assert due_words([closed, over]) == ["judged", "gone"]
    assert due_words([closed, Page(state="routed")]) == ["judged", "passed on"]
    assert due_words([]) == due_words([closed, Page(state="received")]) == []


def test_who_reports_what_others_had_reported_waits_as_long_as_judging_may_take(begun: Node) -> None:
    reported(begun)
    judged(begun)
    _report, code = reported(begun, at=1)
    times = policy_for(begun.home, begun.anke.unit).times
    assert read(code) == []
    assert untold(begun.anke.unit, NOON + timedelta(hours=24), times) == []
    late = untold(begun.anke.unit, NOON + timedelta(hours=25), times)
    assert [each.number for each in late] == [2]
    with durable():
        assert [tell(each, NOON) for each in late] == [1]
        assert [tell(each, NOON) for each in late] == [0]
    assert untold(begun.anke.unit, NOON + timedelta(hours=25), times) == []
    assert read(code) == [LOOKED]
    routed(begun)
    close_page(begun.home, begun.anke, page_of().pk, "", gone=True)
    Answer.objects.filter(kind__in=("passed on", "gone")).delete()
    assert {each.number for each in untold(begun.anke.unit, NOON + timedelta(hours=25), times)} == {1, 2}


def test_nobody_is_told_who_withdrew(begun: Node) -> None:
    reported(begun)
    Report.objects.update(withdrawn_at=NOON)
    judged(begun)
    assert tell_reporters(page_of(), NOON) == Answer.objects.count() == 0


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_no_answer_says_what_was_found(language: str) -> None:
    said = " ".join(words_for(kind, language).lower() for kind in ("judged", "passed on", "gone"))
    assert not [word for word in ("illegal", "police", "abus", "misbruik", "politie", "misdrijf") if word in said]
