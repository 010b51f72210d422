"""Deadlines pass, whoever did not confirm a retraction is told again, and what challengers said is erased."""

from datetime import timedelta

from havre.corrections.models import Challenge
from havre.corrections.taken_back import taken_back
from havre.flows.challenge import write_down
from havre.flows.decide_challenge import decide
from havre.flows.notice_answered import Said, answered, read_answers
from havre.flows.open_door import open_door
from havre.flows.read_mail import take_mails
from havre.flows.register import make_register, show_register
from havre.flows.take_letters import take_in
from havre.flows.tend_answers import (
    Tended,
    count_retracted,
    erase_challenges,
    erase_responses,
    remind_retractions,
    tend_answers,
)
from havre.hotline.letters import write_letter
from havre.hotline.models import Answer, LetterKind, Receipt
from havre.hotline.telling import Told
from havre.notices.models import Answers, How, Letter, Notice, Outcome, Recipient, State, Transmission
from havre.platforms.policy import answering
from havre.sealing.receipt import Code
from tests.cast import NOON, Node, noon
from tests.flows.test_ask_platform import later
from tests.flows.test_decide_challenge import WRONG, three_notices
from tests.flows.test_read_mail import bounce
from tests.platforms.written import said


def days(count: float) -> timedelta:
    """So many of them."""
    return timedelta(days=count)


def sent_back(begun: Node) -> list[Notice]:
    """Three notices were wrong; the two letters that take them back left at noon."""
    about, notices = three_notices(begun)
    write_down(begun.home, begun.anke, about.address, "it is my child")
    decide(begun.home, begun.bram, 1, WRONG)
    leave()
    return notices


def leave(after: timedelta = timedelta()) -> None:
    """What waits to be sent leaves, so long after noon."""
    waiting = Transmission.objects.filter(letter=Letter.RETRACTION, outcome=Outcome.BEGUN)
    waiting.update(outcome=Outcome.TAKEN, at=NOON + after)


def test_whoever_did_not_confirm_is_told_again_so_often_and_no_more(begun: Node) -> None:
    first, second, _third = sent_back(begun)
    said(first, Answers.RECEIPT, NOON + days(1))
    said(second, Answers.AUTOMATIC, NOON + days(1))
    policy = answering()
    assert remind_retractions(begun.home, lambda: NOON + days(2.9)) == 0
    for number in range(1, policy.remind_times + 1):
        at = timedelta(hours=policy.remind_after * number)
        assert remind_retractions(begun.home, lambda at=at: NOON + at) == 1  # type: ignore[misc]
        assert remind_retractions(begun.home, lambda at=at: NOON + at + days(30)) == 0  # type: ignore[misc]
        leave(at)
    assert remind_retractions(begun.home, lambda: NOON + days(300)) == 0
    backs = Transmission.objects.filter(letter=Letter.RETRACTION)
    assert [backs.filter(notice=each).count() for each in (first, second)] == [1, 1 + policy.remind_times]
    ids = list(backs.values_list("message_id", flat=True))
    assert len(set(ids)) == len(ids)


def test_who_confirmed_and_who_did_not_is_visible(begun: Node) -> None:
    first, second, third = sent_back(begun)
    said(first, Answers.RECEIPT, NOON - days(1))  # of the notice itself, before
    said(first, Answers.RECEIPT, NOON + days(1))
    back = {each.notice: each for each in taken_back(Notice.objects.all())}
    assert (back[first].told_at, back[first].confirmed_at) == (NOON, NOON + days(1))
    assert (back[second].told_at, back[second].confirmed_at) == (NOON, None)
    assert (back[third].reached, back[third].told_at) == (False, None)


def test_what_challengers_said_and_were_answered_is_erased_on_its_day(begun: Node) -> None:
    sent_back(begun)
    write_down(begun.home, begun.anke, "elsewhere", "this one waits")
    receipt = Receipt.objects.order_by("pk").first()
    assert receipt is not None
    was = bytes(receipt.digest)
    kept = answering().erase_after
    assert erase_challenges(begun.home, lambda: NOON + days(kept)) == 0
    assert Answer.objects.count() == 1
    assert erase_challenges(begun.home, lambda: NOON + days(kept + 1)) == 1
    assert erase_challenges(begun.home, lambda: NOON + days(kept + 1)) == 0
    receipt.refresh_from_db()
    assert (Answer.objects.count(), bytes(receipt.digest) == was, bytes(receipt.sealing)) == (0, False, bytes(32))
    decided, waiting = Challenge.objects.order_by("number")
    assert (decided.told, decided.because) == (None, WRONG.because)
    assert waiting.told is not None


def test_everything_is_done_once(begun: Node) -> None:
    sent_back(begun)
    later = days(400)
    assert tend_answers(begun.home, noon) == Tended(0, 0, 0)
    assert tend_answers(begun.home, lambda: NOON + later) == Tended(0, 2, 1)
    assert tend_answers(begun.home, lambda: NOON + later) == Tended(0, 0, 0)
    assert Tended(1, 2, 3).to_json() == {"deadlines": 1, "reminded": 2, "erased": 3}


def test_a_retraction_that_reached_nobody_goes_again_once_somebody_verified_where_they_are(begun: Node) -> None:
    first, _second, _third = sent_back(begun)
    dead = Transmission.objects.filter(notice=first, letter=Letter.RETRACTION)
    dead.update(outcome=Outcome.REFUSED, at=None)
    assert [each.dead for each in taken_back(Notice.objects.filter(pk=first.pk))] == [True]
    assert remind_retractions(begun.home, lambda: NOON + days(2)) == 0
    Recipient.objects.filter(pk=first.recipient_id).update(email="new@host.example", verified_at=NOON + days(1))
    assert remind_retractions(begun.home, lambda: NOON + days(2)) == 1
    assert remind_retractions(begun.home, lambda: NOON + days(2)) == 0
    last = dead.order_by("number").last()
    assert last is not None
    assert (last.to, last.outcome) == ("new@host.example", Outcome.BEGUN)


def test_a_retraction_that_came_back_told_nobody_and_waits_to_be_handed_over(begun: Node) -> None:
    first, _second, _third = sent_back(begun)
    letter = Transmission.objects.get(notice=first, letter=Letter.RETRACTION)
    take_mails(begun.home, begun.anke, [bounce(letter.message_id)])
    (back,) = taken_back(Notice.objects.filter(pk=first.pk))
    assert (back.waits, back.backs[-1].how, back.told_at) == (True, How.FILE, None)


def test_a_register_that_was_made_before_counts_what_was_taken_back_apart(begun: Node) -> None:
    about, _notices = three_notices(begun)
    made_at = NOON + days(20)
    edition = make_register(begun.home, later(begun.anke, 20), NOON - days(1), NOON + days(10)).edition
    write_down(begun.home, begun.anke, about.address, "it is my child")
    decide(begun.home, later(begun.bram, 21), 1, WRONG)
    figures = [each["figures"] for each in show_register(begun.home, begun.anke, edition.number)["providers"]]
    assert {(each["notices"], each["retracted"]) for each in figures} == {(1, 0)}
    assert count_retracted(begun.home, lambda: made_at + days(2)) == 1
    assert count_retracted(begun.home, lambda: made_at + days(3)) == 0
    figures = [each["figures"] for each in show_register(begun.home, begun.anke, edition.number)["providers"]]
    assert {(each["notices"], each["retracted"]) for each in figures} == {(0, 1)}


def test_what_was_said_to_a_notice_that_is_over_is_erased_on_its_day(begun: Node) -> None:
    about, other = three_notices(begun)[1][:2]
    for each in (about, other):
        answered(begun.home, each, Said(Answers.OTHER, "Jan Peeters did it", NOON))
    Notice.objects.filter(pk=about.pk).update(state=State.REMOVED, ended_at=NOON)
    kept = answering().erase_replies
    assert erase_responses(begun.home, lambda: NOON + days(kept)) == 0
    assert erase_responses(begun.home, lambda: NOON + days(kept + 1)) == 1
    assert erase_responses(begun.home, lambda: NOON + days(kept + 1)) == 0
    assert (read_answers(begun.home, begun.anke, about), len(read_answers(begun.home, begun.anke, other))) == ([], 1)


def test_what_is_said_long_after_a_notice_was_over_waits_its_own_days(begun: Node) -> None:
    about, kept = three_notices(begun)[1][0], answering().erase_replies
    answered(begun.home, about, Said(Answers.OTHER, "it was us", NOON + days(kept + 9)))
    Notice.objects.filter(pk=about.pk).update(state=State.REMOVED, ended_at=NOON)
    assert erase_responses(begun.home, lambda: NOON + days(kept + 10)) == 0
    assert erase_responses(begun.home, lambda: NOON + days(2 * kept + 10)) == 1


def test_who_moved_twice_is_told_once_at_where_they_are_now(begun: Node) -> None:
    first, _second, _third = sent_back(begun)
    dead = Transmission.objects.filter(notice=first, letter=Letter.RETRACTION)
    dead.update(outcome=Outcome.REFUSED, at=None)
    for number, (to, day) in enumerate((("b@host.example", 0.5), ("c@host.example", 1.5)), start=1):
        Recipient.objects.filter(pk=first.recipient_id).update(email=to, verified_at=NOON + days(day))
        again = [remind_retractions(begun.home, lambda day=day: NOON + days(day + 0.5)) for _time in range(2)]  # type: ignore[misc]
        assert again == [1, 0]
        assert [each.to for each in dead.order_by("number")][number:] == [to]
        dead.update(outcome=Outcome.REFUSED, at=None)


def test_a_retraction_that_came_back_from_an_old_address_is_handed_over_and_no_other_is(begun: Node) -> None:
    first, _second, _third = sent_back(begun)
    letter = Transmission.objects.get(notice=first, letter=Letter.RETRACTION)
    beside = Transmission.objects.get(pk=letter.pk)
    beside.pk, beside.number, beside.to, beside.message_id = None, 9, "other@host.example", "<beside@unit.example>"
    beside.save()
    Recipient.objects.filter(pk=first.recipient_id).update(email="new@host.example", verified_at=NOON)
    take_mails(begun.home, begun.anke, [bounce(letter.message_id)])
    letter.refresh_from_db()
    beside.refresh_from_db()
    assert (letter.how, letter.outcome, beside.how, beside.outcome) == ("file", "begun", "mail", "taken")
    assert Recipient.objects.get(pk=first.recipient_id).verified_at == NOON  # it is another address by now


def test_what_a_challenger_added_is_read_before_what_they_said_is_erased(begun: Node) -> None:
    code = sent_and_decided(begun)
    over = NOON + days(answering().erase_after + 1)
    write_letter(open_door(begun.home, begun.anke), code, LetterKind.ADDITION, Told(seen="and more"), over)
    assert erase_challenges(begun.home, lambda: over) == 0
    take_in(begun.home, begun.anke.unit, lambda: over)
    assert Challenge.objects.get().again_at == over
    assert erase_challenges(begun.home, lambda: over) == 0


def sent_and_decided(begun: Node) -> Code:
    """A challenge that was decided, and its code."""
    about, _notices = three_notices(begun)
    _made, code = write_down(begun.home, begun.anke, about.address, "it is my child")
    decide(begun.home, begun.bram, 1, WRONG)
    return code
