"""After its route: acted on, closed, there again; a page that was over and is reported again is open and linked."""

from datetime import timedelta

import pytest

from havre.errors import Invalid, Refused
from havre.flows.follow_page import acted_on, close_page, close_report, reported_again, seen_again
from havre.flows.home import durable, take_turn
from havre.flows.judge_page import judge_page
from havre.hotline.models import Judgement, Mention, Reopening, Report
from havre.hotline.queries import actionable
from tests.cast import NOON, Node
from tests.hotline.reported import ACTIONABLE, NOT, OTHER, PAGE, after, page_of, reported, routed


def test_a_page_is_acted_on_and_closed_once(begun: Node) -> None:
    reported(begun)
    page = routed(begun)
    assert acted_on(begun.home, begun.anke, page.pk, "the hotline there wrote back").state == "acted on"
    with pytest.raises(Invalid, match="say why"):
        close_page(begun.home, begun.anke, page.pk, "")
    closed = close_page(begun.home, after(begun.anke, 5), page.pk, "", gone=True)
    assert (closed.state, closed.closed_at, closed.gone_at) == ("closed", *[NOON + timedelta(hours=5)] * 2)
    with pytest.raises(Invalid, match="closed already"):
        close_page(begun.home, begun.anke, page.pk, "again")
    with pytest.raises(Invalid, match="cannot become"):
        acted_on(begun.home, begun.anke, page.pk, "late")


def test_a_closed_page_reported_again_keeps_its_judgement_and_goes_on(begun: Node) -> None:
    reported(begun)
    page = routed(begun)
    close_page(begun.home, begun.anke, page.pk, "", gone=True)
    reported(begun, at=2)
    link = Reopening.objects.get()
    assert (page_of().state, page_of().gone_at, link.why, link.gone_at) == ("triaged", None, "reported again", NOON)
    assert Judgement.objects.filter(undone_at=None).count() == 2
    assert {report.erase_after for report in Report.objects.all()} == {None}


def test_not_actionable_holds_for_whoever_reports_it_within_its_days(begun: Node) -> None:
    reported(begun)
    judge_page(begun.home, begun.anke, page_of().pk, NOT)
    reported(begun, at=24)
    assert (page_of().state, page_of().reports, Reopening.objects.count()) == ("not actionable", 2, 0)
    assert Report.objects.get(number=2).erase_after is not None
    reported(begun, at=24 * 30)
    assert (page_of().state, Reopening.objects.count()) == ("received", 1)
    assert not Judgement.objects.filter(undone_at=None).exists()


def test_where_a_child_is_in_danger_somebody_looks_again(begun: Node) -> None:
    reported(begun)
    judge_page(begun.home, begun.anke, page_of().pk, NOT)
    reported(begun, at=1, danger=True)
    assert (page_of().state, page_of().danger) == ("received", True)
    assert page_of().due_at == NOON + timedelta(hours=2)


def test_what_one_person_said_settles_nothing_after_the_page_was_closed(begun: Node) -> None:
    reported(begun)
    judge_page(begun.home, begun.anke, page_of().pk, ACTIONABLE)
    close_page(begun.home, begun.bram, page_of().pk, "", gone=True)
    assert not actionable(begun.anke.person).exists()
    seen_again(begun.home, begun.bram, page_of().pk)
    assert (page_of().state, Judgement.objects.filter(undone_at=None).count()) == ("received", 0)


def test_a_page_that_is_open_is_not_opened(begun: Node) -> None:
    reported(begun)
    with durable():
        take_turn()
        assert not reported_again(begun.home, begun.anke.unit, page_of(), NOON)
    with pytest.raises(Invalid, match="is not closed"):
        seen_again(begun.home, begun.anke, page_of().pk)


def test_somebody_who_sees_it_again_opens_it(begun: Node) -> None:
    reported(begun)
    page = routed(begun)
    close_page(begun.home, begun.anke, page.pk, "the hotline there said so")
    assert seen_again(begun.home, begun.bram, page.pk).state == "triaged"
    assert (Reopening.objects.get().why, Reopening.objects.get().by) == ("seen again", begun.bram.person)


def test_a_report_is_closed_with_its_pages_or_settled_without_any(begun: Node) -> None:
    report, _code = reported(begun, PAGE, OTHER)
    close_report(begun.home, begun.anke, report.number, "nobody hosts them")
    assert {page_of(each).state for each in (PAGE, OTHER)} == {"closed"}
    empty, _code = reported(begun, "not an address at all")
    assert not Mention.objects.filter(report=empty).exists()
    assert close_report(begun.home, begun.anke, empty.number, "nothing to be found").settled_at == NOON
    with pytest.raises(Refused, match="settled already"):
        close_report(begun.home, begun.anke, empty.number, "again")
