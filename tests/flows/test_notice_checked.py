"""Gone is what a person saw; what comes back is linked, and waits for a person to look again."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.cases.models import Case
from havre.errors import Invalid, NotFound
from havre.flows.draft_notice import confirm, draft
from havre.flows.notice_answered import record_answer
from havre.flows.notice_checked import elsewhere, gone, see_returns, start, still_there
from havre.flows.notice_hands import Hands
from havre.flows.send_notices import send_due
from havre.flows.site_kept import erase_captures
from havre.hotline.models import Page, Reopening
from havre.hotline.models import State as PageState
from havre.media.models import Medium
from havre.notices.models import Look, Notice, Return, State
from havre.sites.models import Capture, Content
from tests.attacks.ground import photograph
from tests.cast import NOON, Node
from tests.exposures import intake
from tests.notices.standing import at, contact, page_of, routed
from tests.sites.held import capture_of, site_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TAKES = Hands(*[lambda _parcel, leaving: leaving()] * 3)


def sent(here: Node) -> Notice:
    """A notice whose first letter left at noon."""
    contact(here)
    (notice,) = draft(here.home, here.anke, str(routed(here).pk))
    confirm(here.home, here.bram, notice.reference)
    send_due(here.home, lambda: NOON, TAKES)
    return now_is(notice)


def now_is(notice: Notice) -> Notice:
    return Notice.objects.select_related("page__case", "unit", "recipient").get(pk=notice.pk)


def test_somebody_looked_and_it_is_gone_with_the_date_they_say(begun: Node) -> None:
    notice = sent(begun)
    later = at(begun.anke, NOON + 5 * HOUR)
    look = gone(begun.home, later, notice.reference, NOON + 3 * HOUR)
    page = Page.objects.get()
    assert (look.gone, look.by, look.at) == (True, begun.anke.person, NOON + 3 * HOUR)
    assert (page.gone_at, page.state, now_is(notice).state) == (NOON + 3 * HOUR, PageState.CLOSED, State.REMOVED)
    for wrong in (NOON + 6 * HOUR, NOON - 2 * HOUR):
        with pytest.raises(Invalid, match="between when it was reported and now"):
            gone(begun.home, later, str(page.pk), wrong)


def test_that_the_host_says_so_makes_it_not_gone(begun: Node) -> None:
    notice = sent(begun)
    record_answer(begun.home, begun.anke, notice.reference, "decision", "we removed it")
    assert (now_is(notice).state, Page.objects.get().gone_at) == (State.ACKNOWLEDGED, None)
    still_there(begun.home, begun.anke, notice.reference)
    assert send_due(begun.home, lambda: NOON + DAY, TAKES).left == 1


def test_who_said_it_is_gone_was_wrong(begun: Node) -> None:
    notice = sent(begun)
    gone(begun.home, begun.anke, notice.reference)
    there = at(begun.bram, NOON + 2 * DAY)
    still_there(begun.home, there, notice.page.address)
    found, page = now_is(notice), Page.objects.get()
    assert (found.state, found.due_at, page.gone_at, page.state) == ("reappeared", NOON + 2 * DAY, None, "triaged")
    assert Return.objects.get().notice == notice
    assert Reopening.objects.get().gone_at == NOON
    assert send_due(begun.home, lambda: NOON + 2 * DAY, TAKES).left == 1
    assert now_is(notice).state == State.SENT


def test_reported_again_it_is_linked_and_nothing_leaves_before_a_person_looked(begun: Node) -> None:
    notice = sent(begun)
    gone(begun.home, begun.anke, notice.reference)
    Page.objects.update(last_at=NOON + DAY)
    done = send_due(begun.home, lambda: NOON + 3 * DAY, TAKES)
    assert (done.returned, done.left) == (1, 0)
    assert (now_is(notice).state, now_is(notice).due_at) == (State.REAPPEARED, None)
    assert [each.how for each in Return.objects.all()] == ["reported again"]
    still_there(begun.home, at(begun.anke, NOON + 3 * DAY), notice.reference)
    assert send_due(begun.home, lambda: NOON + 3 * DAY, TAKES).left == 1
    assert [each.how for each in Return.objects.order_by("pk")] == ["reported again", "a person looked"]


def test_looked_at_and_gone_after_all_nothing_is_sent(begun: Node) -> None:
    notice = sent(begun)
    gone(begun.home, begun.anke, notice.reference)
    Page.objects.update(last_at=NOON + DAY)
    send_due(begun.home, lambda: NOON + 2 * DAY, TAKES)
    gone(begun.home, at(begun.anke, NOON + 2 * DAY), notice.reference)
    assert now_is(notice).state == State.REMOVED
    assert send_due(begun.home, lambda: NOON + 9 * DAY, TAKES).left == 0
    assert Look.objects.filter(gone=True).count() == 2


def test_the_same_media_on_another_page_are_linked(begun: Node, tmp_path: Path) -> None:
    notice = sent(begun)
    for case, seed in (("A", 1), ("B", 1), ("C", 2)):
        intake(begun.home, begun.anke, tmp_path / case, {f"{seed}.jpg": photograph(seed)}, case=case)
    Page.objects.update(case=Case.objects.get(reference="A"))
    gone(begun.home, begun.anke, notice.reference)
    after = {"first_at": NOON + DAY}
    beside = page_of(begun.anke.unit, "https://photos.example/b", case=Case.objects.get(reference="B"), **after)
    mirror = page_of(begun.anke.unit, "https://mirror.example/", case=Case.objects.get(reference="B"), **after)
    page_of(begun.anke.unit, "https://other.example/", case=Case.objects.get(reference="C"), **after)
    page_of(begun.anke.unit, "https://archive.example/", inner=notice.page.address, **after)
    assert elsewhere(now_is(notice)) == [(beside, "same media, same site"), (mirror, "same media, elsewhere")]
    assert see_returns(begun.home, at(begun.anke, NOON + 2 * DAY)) == 3
    assert sorted(each.how for each in Return.objects.all()) == [
        *("an archive or mirror of it", "same media, elsewhere", "same media, same site")
    ]
    assert see_returns(begun.home, at(begun.anke, NOON + 2 * DAY)) == 0


def test_the_same_media_in_a_capture_that_came_after_are_said_and_a_person_looks_first(
    begun: Node, tmp_path: Path
) -> None:
    notice = sent(begun)
    intake(begun.home, begun.anke, tmp_path / "A", {"1.jpg": photograph(1)}, case="A")
    Page.objects.update(case=Case.objects.get(reference="A"))
    medium = Medium.objects.get()
    early, late, theirs = (
        capture_of(site_of(who.person, name), [1])
        for who, name in ((begun.anke, "early"), (begun.anke, "late"), (begun.chiara, "theirs"))
    )
    Content.objects.update(digest=bytes(medium.sha1))  # a list that names SHA-1 is compared too
    gone(begun.home, begun.anke, notice.reference)
    assert see_returns(begun.home, at(begun.anke, NOON + DAY)) == 0
    Capture.objects.exclude(pk=early.pk).update(begun_at=NOON + DAY)
    done = send_due(begun.home, lambda: NOON + 2 * DAY, TAKES)
    assert (done.returned, done.left) == (1, 0)
    found = now_is(notice)
    assert (found.state, found.due_at) == (State.REAPPEARED, None)
    assert found.trouble == "the same media stand in a capture of late"
    back = Return.objects.get()
    assert (back.capture, back.where) == (late, "http://late.example/1")
    Capture.objects.filter(pk=late.pk).update(retain_until=NOON.date())
    assert erase_captures(begun.home, lambda: NOON + 2 * DAY) == 1
    back.refresh_from_db()
    assert (back.capture, back.where) == (late, "")
    gone(begun.home, at(begun.anke, NOON + 2 * DAY), notice.reference)
    assert see_returns(begun.home, at(begun.anke, NOON + 3 * DAY)) == 0
    assert {late.site.unit, theirs.site.unit} == {begun.anke.unit, begun.chiara.unit}


def test_what_is_gone_costs_the_same_few_questions_however_much_is_gone(begun: Node) -> None:
    questions = []
    for number in range(3):
        contact(begun, answers_for=("photos.example",))
        (notice,) = draft(begun.home, begun.anke, str(routed(begun, f"https://photos.example/{number}").pk))
        gone(begun.home, begun.anke, notice.reference)
        with CaptureQueriesContext(connection) as asked:
            assert see_returns(begun.home, at(begun.anke, NOON + HOUR)) == 0
        questions.append(len(asked))
    assert questions == [questions[0]] * 3


def test_another_unit_cannot_say_so(begun: Node) -> None:
    notice = sent(begun)
    for named in (notice.reference, str(notice.page_id), notice.page.address, "x\x00", ""):
        with pytest.raises(NotFound):
            gone(begun.home, begun.chiara, named)
        with pytest.raises(NotFound):
            still_there(begun.home, begun.chiara, named)
    start(notice, NOON + HOUR)
    assert now_is(notice).due_at == NOON + HOUR
