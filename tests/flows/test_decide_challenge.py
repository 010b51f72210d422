"""Somebody who had no part in it decides; what was wrong is taken back everywhere, and whoever challenged reads it."""

from datetime import timedelta

import pytest

from havre.corrections.models import Challenge, State
from havre.corrections.queries import judged
from havre.corrections.taken_back import taken_back
from havre.errors import Invalid, NotFound, Refused
from havre.flows.begin import add_colleague
from havre.flows.challenge import write_down
from havre.flows.decide_challenge import Word, decide, nobody_else, words_for
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.hotline.letters import follow, write_letter
from havre.hotline.models import Judgement, LetterKind, Page, Report, Verdict
from havre.hotline.models import State as PageState
from havre.hotline.telling import Told
from havre.notices.models import Letter, Notice, Outcome, Transmission
from havre.notices.models import State as NoticeState
from havre.platforms.models import LeftOut
from havre.sealing.receipt import new_code
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import NOON, Node, acting, noon
from tests.flows.test_challenge import record
from tests.platforms.written import contact, notice, page
from tests.sealing.wire import chance

WRONG = Word(wrong=True, because="The child on it is the challenger's own, on a beach.")


def three_notices(begun: Node) -> tuple[Page, list[Notice]]:
    """A page that Anke judged; two recipients had letters, the third's never left."""
    by = begun.anke.person
    about = page(by)
    return about, [
        notice(by, contact(by, "Host A"), about, letters=3),
        notice(by, contact(by, "CDN B"), about, state=NoticeState.UNANSWERED),
        notice(by, contact(by, "Registrar C"), about, left=None, state=NoticeState.DRAFTED),
    ]


def test_what_was_wrong_is_taken_back_everywhere(begun: Node) -> None:
    about, notices = three_notices(begun)
    _made, code = write_down(begun.home, begun.anke, about.address, "it is my child", language="fr")
    decided = decide(begun.home, begun.bram, 1, WRONG)
    assert (decided.state, decided.decided_by, decided.alone) == (State.WRONG, begun.bram.person, False)
    about.refresh_from_db()
    assert (about.state, about.reason) == (PageState.NOT_ACTIONABLE, WRONG.because)
    words = list(Judgement.objects.order_by("pk").values_list("person__name", "verdict", "undone_because"))
    assert words == [("anke", Verdict.ACTIONABLE, WRONG.because), ("bram", Verdict.NOT_ACTIONABLE, "")]
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.RETRACTED}
    queued = Transmission.objects.filter(letter=Letter.RETRACTION)
    assert [(each.notice, each.outcome) for each in queued.order_by("notice")] == [
        (notices[0], Outcome.BEGUN),
        (notices[1], Outcome.BEGUN),
    ]
    back = taken_back(Notice.objects.filter(page=about))
    assert [(each.notice, each.reached, each.waits, each.told_at) for each in back] == [
        (notices[0], True, True, None),
        (notices[1], True, True, None),
        (notices[2], False, False, None),
    ]
    ((_at, answer),) = follow(open_door(begun.home, begun.anke), code).answers
    assert answer == words_for(True, "fr", WRONG.because)


def test_what_reporters_said_of_it_is_erased_at_the_next_look_unless_it_names_another_page(begun: Node) -> None:
    door = open_door(begun.home, begun.anke)
    both = ("https://host.example/a", "https://host.example/b")
    write_letter(door, new_code(chance(1)), LetterKind.REPORT, Told(addresses=both[:1], seen="x"), NOON)
    write_letter(door, new_code(chance(2)), LetterKind.REPORT, Told(addresses=both, seen="y"), NOON)
    take_in(begun.home, begun.anke.unit, noon)
    about = Page.objects.get(address=both[0])
    Judgement.objects.create(page=about, person=begun.anke.person, verdict=Verdict.ACTIONABLE, at=NOON)
    Page.objects.filter(pk=about.pk).update(state=PageState.TRIAGED)
    write_down(begun.home, begun.anke, about.address, "it is my child")
    decide(begun.home, begun.bram, 1, WRONG)
    days = list(Report.objects.order_by("number").values_list("erase_after", flat=True))
    assert days == [(NOON - timedelta(days=1)).date(), None]


@pytest.mark.parametrize("part", ["judged", "drafted", "confirmed", "judged and took it back"])
def test_nobody_decides_who_had_a_part_in_it(begun: Node, part: str) -> None:
    about = page(begun.chiara.person) if part in ("drafted", "confirmed") else page(begun.anke.person)
    Page.objects.filter(pk=about.pk).update(unit=begun.anke.unit)
    about.refresh_from_db()
    made = notice(begun.anke.person, contact(begun.anke.person), about)
    bram = {"judged": 0, "drafted": 0, "confirmed": 0} | {part: begun.bram.person}
    Notice.objects.filter(pk=made.pk).update(
        drafted_by=bram["drafted"] or begun.anke.person, confirmed_by=bram["confirmed"] or begun.anke.person
    )
    if part.startswith("judged"):
        undone = NOON if "back" in part else None
        Judgement.objects.create(
            page=about, person=begun.bram.person, verdict=Verdict.ACTIONABLE, at=NOON, undone_at=undone
        )
    write_down(begun.home, begun.anke, made.reference, "it is my child")
    add_colleague(begun.home, begun.anke, "dora", "", [RoleName.ANALYST])
    for who in (begun.anke, begun.bram):
        with pytest.raises(Refused, match="another person"):
            decide(begun.home, who, 1, WRONG)
    assert Challenge.objects.get().state == State.WAITING
    assert decide(begun.home, acting(person_named("dora")), 1, WRONG).alone is False


def test_whoever_wrote_it_down_does_not_decide_while_somebody_else_is_there(begun: Node) -> None:
    about, _notices = three_notices(begun)
    write_down(begun.home, begun.bram, about.address, "it is my child")
    add_colleague(begun.home, begun.anke, "dora", "", [RoleName.SUPERVISOR])
    for who in (begun.anke, begun.bram):
        with pytest.raises(Refused, match="wrote it down"):
            decide(begun.home, who, 1, WRONG)
    dora = acting(person_named("dora"))
    assert nobody_else(dora, Challenge.objects.get()) is False
    assert decide(begun.home, dora, 1, WRONG).alone is False


def test_of_two_whoever_wrote_it_down_comes_before_whoever_judged_and_it_says_so(begun: Node) -> None:
    about, _notices = three_notices(begun)
    write_down(begun.home, begun.bram, about.address, "it is my child")
    with pytest.raises(Refused):
        decide(begun.home, begun.anke, 1, WRONG)
    assert decide(begun.home, begun.bram, 1, WRONG).alone is True


def test_of_a_register_too_whoever_wrote_it_down_does_not_decide(begun: Node) -> None:
    record(begun, new_code(chance(7)))
    write_down(begun.home, begun.bram, "1 Host A", "we answered by telephone")
    add_colleague(begun.home, begun.anke, "dora", "", [RoleName.ANALYST])
    for who in (begun.anke, begun.bram):
        with pytest.raises(Refused):
            decide(begun.home, who, 1, Word(wrong=False, because="x"))
    assert decide(begun.home, acting(person_named("dora")), 1, Word(wrong=False, because="x")).alone is False


def test_who_made_a_register_and_wrote_the_challenge_down_still_does_not_decide_while_another_is_there(
    begun: Node,
) -> None:
    made = record(begun, new_code(chance(7)))
    write_down(begun.home, begun.anke, "1 Host A", "we answered by telephone")
    Challenge.objects.update(entered_by=made.edition.made_by)
    found = Challenge.objects.get()
    assert judged(begun.anke.person, found) == {made.edition.made_by_id}
    with pytest.raises(Refused):
        decide(begun.home, begun.anke, 1, Word(wrong=False, because="x"))


def test_where_nobody_is_left_somebody_decides_and_it_says_so(begun: Node) -> None:
    about, _notices = three_notices(begun)
    Judgement.objects.create(page=about, person=begun.bram.person, verdict=Verdict.ACTIONABLE, at=NOON)
    write_down(begun.home, begun.anke, about.address, "it is my child")
    assert decide(begun.home, begun.anke, 1, WRONG).alone is True


def test_what_is_right_stays_and_the_answer_says_so_calmly(begun: Node) -> None:
    about, _notices = three_notices(begun)
    _made, code = write_down(begun.home, begun.anke, about.address, "it is my child", language="nl")
    because = "The picture shows what the law names, and the page is still there."
    assert decide(begun.home, begun.bram, 1, Word(wrong=False, because=because)).state == State.RIGHT
    about.refresh_from_db()
    assert about.state == PageState.ACTED_ON
    assert NoticeState.RETRACTED not in set(Notice.objects.values_list("state", flat=True))
    ((_at, answer),) = follow(open_door(begun.home, begun.anke), code).answers
    assert answer == words_for(False, "nl", because)
    for again in (True, False):
        with pytest.raises(Invalid):
            decide(begun.home, begun.bram, 1, Word(again, "again"))


def test_a_notice_alone_can_be_wrong(begun: Node) -> None:
    about, notices = three_notices(begun)
    write_down(begun.home, begun.anke, notices[1].reference, "we host nothing")
    decide(begun.home, begun.bram, 1, Word(True, "They only pass traffic on.", notice_alone=True))
    about.refresh_from_db()
    states = [each.state for each in Notice.objects.order_by("pk")]
    assert (about.state, states[1]) == (PageState.ACTED_ON, NoticeState.RETRACTED)
    assert NoticeState.RETRACTED not in (states[0], states[2])


@pytest.mark.parametrize("state", [each for each in PageState if each != PageState.RECEIVED])
def test_a_page_ends_not_actionable_wherever_it_is(begun: Node, state: str) -> None:
    about = page(begun.anke.person)
    Page.objects.filter(pk=about.pk).update(state=state)
    write_down(begun.home, begun.anke, about.address, "it is my child")
    decide(begun.home, begun.bram, 1, WRONG)
    about.refresh_from_db()
    assert about.state == PageState.NOT_ACTIONABLE


def test_a_wrong_figure_counts_no_more(begun: Node) -> None:
    record(begun, new_code(chance(7)))
    about = notice(begun.anke.person, contact(begun.anke.person))
    write_down(begun.home, begun.anke, "1 Host A", "we answered by telephone")
    with pytest.raises(Refused):
        decide(begun.home, begun.anke, 1, Word(True, "x", leave_out=[about.reference]))
    with pytest.raises(Invalid):
        decide(begun.home, begun.bram, 1, Word(True, "They did."))
    with pytest.raises(NotFound):
        decide(begun.home, begun.bram, 1, Word(True, "They did.", leave_out=["HN-0000-0000-0000-0000"]))
    assert LeftOut.objects.count() == 0
    decide(begun.home, begun.bram, 1, Word(True, "They did.", leave_out=[about.reference]))
    assert LeftOut.objects.get().notice == about
    about.refresh_from_db()
    assert about.state == NoticeState.SENT


def test_a_decision_needs_a_reason_and_something_it_is_about(begun: Node) -> None:
    about, _notices = three_notices(begun)
    write_down(begun.home, begun.anke, about.address, "it is my child")
    write_down(begun.home, begun.anke, "elsewhere", "it is my child")
    with pytest.raises(Invalid, match="why"):
        decide(begun.home, begun.bram, 1, Word(True, " "))
    with pytest.raises(Invalid, match="about"):
        decide(begun.home, begun.bram, 2, WRONG)
    with pytest.raises(Invalid, match="names no notice"):
        decide(begun.home, begun.bram, 1, Word(True, "x", notice_alone=True))
    with pytest.raises(NotFound):
        decide(begun.home, begun.chiara, 1, WRONG)
    about.refresh_from_db()
    assert about.state == PageState.ACTED_ON


def judged_not(begun: Node) -> Page:
    """A page of which Anke said that one need not act on it."""
    about = page(begun.anke.person, judged=False)
    Judgement.objects.create(page=about, person=begun.anke.person, verdict=Verdict.NOT_ACTIONABLE, at=NOON)
    Page.objects.filter(pk=about.pk).update(state=PageState.NOT_ACTIONABLE)
    return about


def test_that_nobody_acted_can_be_wrong_too_and_the_page_waits_to_be_judged_again(begun: Node) -> None:
    about = judged_not(begun)
    _made, code = write_down(begun.home, begun.anke, about.address, "it is me, at twelve", language="fr")
    decide(begun.home, begun.bram, 1, WRONG)
    about.refresh_from_db()
    assert (about.state, about.due_at is not None) == (PageState.RECEIVED, True)
    assert not Judgement.objects.filter(page=about, undone_at=None).exists()
    ((_at, answer),) = follow(open_door(begun.home, begun.anke), code).answers
    assert answer == words_for(True, "fr", WRONG.because, anew=True) != words_for(True, "fr", WRONG.because)


def test_a_challenge_closes_no_page_that_nobody_judged(begun: Node) -> None:
    about = page(begun.anke.person, judged=False)
    write_down(begun.home, begun.anke, about.address, "it is my child")
    with pytest.raises(Invalid, match="judge it first"):
        decide(begun.home, begun.bram, 1, WRONG)
    about.refresh_from_db()
    assert (about.state, Challenge.objects.get().state) == (PageState.RECEIVED, State.WAITING)


def test_in_a_unit_of_two_it_is_not_the_judge_who_decides_because_the_ladder_wrote_in_the_others_name(
    begun: Node,
) -> None:
    about = page(begun.bram.person)
    notice(begun.anke.person, contact(begun.anke.person), about)  # Havre writes in the name of whoever came first
    write_down(begun.home, begun.bram, about.address, "it is my child")
    with pytest.raises(Refused, match="another person"):
        decide(begun.home, begun.bram, 1, WRONG)
    assert decide(begun.home, begun.anke, 1, WRONG).alone is True


def test_what_else_a_report_names_is_kept_as_long_as_that_page_asks(begun: Node) -> None:
    both = ("https://host.example/a", "https://host.example/b")
    door = open_door(begun.home, begun.anke)
    write_letter(door, new_code(chance(1)), LetterKind.REPORT, Told(addresses=both, seen="y"), NOON)
    take_in(begun.home, begun.anke.unit, noon)
    about, other = (Page.objects.get(address=each) for each in both)
    for each, state in ((about, PageState.TRIAGED), (other, PageState.CLOSED)):
        Judgement.objects.create(page=each, person=begun.anke.person, verdict=Verdict.ACTIONABLE, at=NOON)
        Page.objects.filter(pk=each.pk).update(state=state)
    write_down(begun.home, begun.anke, about.address, "it is my child")
    decide(begun.home, begun.bram, 1, WRONG)
    day = Report.objects.get().erase_after
    assert day is not None
    assert day > NOON.date()


def test_whoever_names_nothing_that_is_there_is_answered_too(begun: Node) -> None:
    _made, code = write_down(begun.home, begun.anke, "elsewhere", "it is my child")
    assert decide(begun.home, begun.bram, 1, Word(wrong=False, because="Write to the hotline there.")).alone is False
    assert len(follow(open_door(begun.home, begun.anke), code).answers) == 1


def test_nobody_decides_past_what_was_said_since_they_opened_it(begun: Node) -> None:
    about, _notices = three_notices(begun)
    _made, code = write_down(begun.home, begun.anke, about.address, "it is my child")
    write_letter(open_door(begun.home, begun.anke), code, LetterKind.ADDITION, Told(seen="more"), NOON)
    take_in(begun.home, begun.anke.unit, noon)
    with pytest.raises(Invalid, match="read it, then decide"):
        decide(begun.home, begun.bram, 1, Word(True, "x", read=0))
    assert decide(begun.home, begun.bram, 1, Word(True, "x", read=1)).state == State.WRONG
