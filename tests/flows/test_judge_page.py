"""A page is judged once, by two where the policy says so; what was said is taken back with a reason, and followed."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from havre.assessments.facts import Facts
from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows import judge_page as judging
from havre.flows.follow_page import close_page
from havre.flows.home import Home
from havre.flows.judge_page import Word, judge_page, overturn, undo_judgement
from havre.hotline.models import Judgement, Page, Reopening, Report, State
from havre.hotline.queries import actionable, overturned
from havre.units.acting import Acting
from havre.units.models import RoleName
from tests.cast import NOON, Node
from tests.hotline.reported import ACTIONABLE, NOT, after, judged, page_of, reported, routed


def state() -> str:
    return str(page_of().state)


def test_two_people_make_a_page_actionable(begun: Node) -> None:
    reported(begun)
    first = judge_page(begun.home, begun.anke, page_of().pk, ACTIONABLE)
    assert (first.standing.waits, first.category, state()) == ("second", None, "received")
    again = judge_page(begun.home, begun.anke, page_of().pk, ACTIONABLE)
    assert (again.standing.waits, Judgement.objects.filter(undone_at=None).count()) == ("second", 1)
    second = judge_page(begun.home, begun.bram, page_of().pk, replace(ACTIONABLE, facts=Facts()))
    assert (second.standing.settled, state()) == (True, "triaged")
    assert second.category is not None
    assert (second.category.category, second.category.mapping, second.category.version) == ("BE 1", "BE", 1)
    with pytest.raises(Refused, match="judged already"):
        judge_page(begun.home, begun.bram, page_of().pk, NOT)
    said = [json.loads(entry.detail) for entry in Entry.objects.filter(thing=f"page {page_of().pk}").order_by("pk")]
    assert [each["waits"] for each in said if each["act"] == "judged"] == ["second", "second", "nobody"]


def test_two_who_disagree_stay_open_and_visible(begun: Node) -> None:
    reported(begun)
    judge_page(begun.home, begun.anke, page_of().pk, ACTIONABLE)
    assert judge_page(begun.home, begun.bram, page_of().pk, NOT).standing.waits == "agreement"
    assert (state(), page_of().disputed) == ("received", True)
    assert judge_page(begun.home, begun.bram, page_of().pk, ACTIONABLE).standing.settled
    assert (state(), page_of().disputed) == ("triaged", False)


def test_what_is_not_actionable_ends_with_its_reason_and_a_day_of_erasure(begun: Node) -> None:
    reported(begun)
    with pytest.raises(Invalid, match="say why"):
        judge_page(begun.home, begun.anke, page_of().pk, Word("not actionable"))
    judge_page(begun.home, begun.anke, page_of().pk, NOT)
    assert (state(), page_of().reason) == ("not actionable", "a holiday picture")
    assert Report.objects.get().erase_after == (NOON + timedelta(days=30)).date()


@pytest.mark.parametrize("word", [Word("perhaps"), Word("actionable", reason="x" * 3000)])
def test_what_cannot_be_kept_is_refused(begun: Node, word: Word) -> None:
    reported(begun)
    with pytest.raises(Invalid):
        judge_page(begun.home, begun.anke, page_of().pk, word)
    assert not Judgement.objects.exists()


def test_who_does_not_work_on_pages_judges_none(begun: Node) -> None:
    reported(begun)
    begun.bram.person.roles.all().delete()
    begun.bram.person.roles.create(name=RoleName.AUDITOR, given_at=NOON)
    with pytest.raises(Refused, match="may not judge pages"):
        judge_page(begun.home, begun.bram, page_of().pk, ACTIONABLE)
    with pytest.raises(NotFound):
        judge_page(begun.home, begun.chiara, page_of().pk, ACTIONABLE)


def test_ones_own_word_is_taken_back_until_the_page_went_somewhere(begun: Node) -> None:
    reported(begun)
    judged(begun)
    assert undo_judgement(begun.home, begun.bram, page_of().pk, "the wrong page").standing.waits == "second"
    assert (state(), Judgement.objects.get(person=begun.bram.person).undone_because) == ("received", "the wrong page")
    with pytest.raises(NotFound, match="you said nothing"):
        undo_judgement(begun.home, begun.bram, page_of().pk, "again")
    judge_page(begun.home, begun.bram, page_of().pk, ACTIONABLE)
    routed(begun)
    with pytest.raises(Refused, match="was passed on"):
        undo_judgement(begun.home, begun.bram, page_of().pk, "again")


def test_taking_back_one_word_can_settle_what_was_disputed(begun: Node) -> None:
    reported(begun)
    judge_page(begun.home, begun.anke, page_of().pk, ACTIONABLE)
    judge_page(begun.home, begun.bram, page_of().pk, NOT)
    assert undo_judgement(begun.home, begun.anke, page_of().pk, "he is right").standing.settled
    assert state() == "not actionable"


def test_somebody_else_overturns_what_was_passed_on_and_whoever_wrote_learns_of_it(
    begun: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []

    def follower(home: Home, acting: Acting, page: Page, because: str) -> None:
        told.append((acting.person.name, page.pk, page.state, because))

    monkeypatch.setattr(judging, "FOLLOWERS", (follower,))
    reported(begun)
    page = routed(begun)
    assert list(actionable(begun.anke.person)) == [page]
    for acting in (begun.anke, begun.bram):
        with pytest.raises(Refused, match="another person of your unit"):
            overturn(begun.home, acting, page.pk, "it is a doll")
    Judgement.objects.filter(person=begun.bram.person).update(person=begun.chiara.person)
    overturn(begun.home, begun.bram, page.pk, "it is a doll")
    assert told == [("bram", page.pk, "received", "it is a doll")]
    assert (state(), page_of().due_at) == ("received", NOON + timedelta(hours=24))
    assert list(actionable(begun.anke.person)) == []
    assert list(overturned(begun.anke.person)) == [page]
    with pytest.raises(NotFound, match="nothing to overturn"):
        overturn(begun.home, begun.bram, page.pk, "again")


def test_a_closed_page_that_is_overturned_is_linked_to_what_it_was(begun: Node) -> None:
    reported(begun)
    page = routed(begun)
    close_page(begun.home, begun.anke, page.pk, "", gone=True)
    Judgement.objects.filter(person=begun.bram.person).update(person=begun.chiara.person)
    overturn(begun.home, begun.bram, page.pk, "it was never there")
    link = Reopening.objects.get()
    assert (link.why, link.was, link.closed_at, link.by) == ("overturned", State.CLOSED, NOON, begun.bram.person)
    assert Report.objects.get().erase_after is None


def test_alone_one_settles_and_overturns_and_the_log_says_so(begun: Node) -> None:
    reported(begun, acting=begun.chiara)
    assert judge_page(begun.home, after(begun.chiara, 1), page_of().pk, ACTIONABLE).standing.settled
    assert json.loads(Entry.objects.filter(detail__contains='"judged"').get().detail)["alone"] is True
    overturn(begun.home, begun.chiara, page_of().pk, "it is a doll")
    assert state() == "received"
