"""Deadlines pass, whoever did not confirm a retraction is told again, and what challengers said is erased."""

from datetime import timedelta

from havre.corrections.models import Challenge
from havre.corrections.taken_back import taken_back
from havre.flows.challenge import write_down
from havre.flows.decide_challenge import decide
from havre.flows.tend_answers import Tended, erase_challenges, remind_retractions, tend_answers
from havre.hotline.models import Answer, Receipt
from havre.notices.models import Answers, Letter, Notice, Outcome, Transmission
from havre.platforms.policy import answering
from tests.cast import NOON, Node, noon
from tests.flows.test_decide_challenge import WRONG, three_notices
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
