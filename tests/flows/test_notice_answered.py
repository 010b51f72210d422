"""What recipients say is sealed to the unit, put to the notice, and moves it."""

from dataclasses import replace
from datetime import datetime

import pytest

from havre.errors import Invalid, NotFound
from havre.flows.notice_answered import Said, answered, bound, came_back, decided, read_answers, record_answer
from havre.notices.models import Answers, Notice, Recipient, Response, State
from tests.cast import NOON, Node
from tests.notices.standing import taken_down
from tests.platforms.written import said

SAID = "We received your mail. \x1b[31m Ticket 12"


def notice_of(here: Node) -> Notice:
    notice = taken_down(here.anke, NOON)
    Response.objects.all().delete()
    return notice


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        (Answers.RECEIPT, State.ACKNOWLEDGED),
        (Answers.DECISION, State.ACKNOWLEDGED),
        (Answers.REDRESS, State.SENT),
        (Answers.AUTOMATIC, State.SENT),
        (Answers.OTHER, State.SENT),
    ],
)
def test_an_answer_moves_the_notice_as_far_as_it_says(begun: Node, kind: Answers, becomes: State) -> None:
    notice = notice_of(begun)
    answered(begun.home, notice, Said(kind, SAID, NOON))
    assert Notice.objects.get().state == becomes


def test_it_is_sealed_and_opened_by_the_unit_alone(begun: Node) -> None:
    notice = notice_of(begun)
    made = answered(begun.home, notice, Said("other", SAID, NOON))
    assert b"Ticket" not in bytes(made.sealed)
    ((row, text),) = read_answers(begun.home, begun.anke, notice)
    assert (row, text) == (made, SAID)
    assert bound(notice) == f"notice {notice.reference}"
    Response.objects.update(sealed=b"altered")
    assert "was altered" in read_answers(begun.home, begun.anke, notice)[0][1]


def test_a_refusal_is_a_decision_and_ends_the_silence(begun: Node) -> None:
    notice = notice_of(begun)
    with pytest.raises(Invalid, match="record it as one"):
        record_answer(begun.home, begun.anke, notice.reference, "other", "no", refused=True)
    record_answer(begun.home, begun.anke, notice.reference, "decision", "no", refused=True)
    assert (Notice.objects.get().state, Notice.objects.get().ended_at) == (State.REFUSED, NOON)
    Notice.objects.update(state=State.SENT)
    assert decided(begun.home, begun.bram, notice.reference).state == State.REFUSED


def test_mail_that_came_back_takes_the_verification_away(begun: Node) -> None:
    notice = notice_of(begun)
    answered(begun.home, notice, Said("bounce", "550 nobody", NOON))
    host = Recipient.objects.get(pk=notice.recipient_id)
    assert (host.verified_at, host.doubt) == (None, "mail to this address came back")
    assert came_back(begun.home, notice, Said("bounce", "again", NOON)).kind == Answers.BOUNCE


def test_an_answer_to_what_is_over_is_kept_and_moves_nothing(begun: Node) -> None:
    notice = notice_of(begun)
    Notice.objects.update(state=State.RETRACTED)
    answered(begun.home, notice, Said("receipt", SAID, NOON))
    assert (Notice.objects.get().state, Response.objects.count()) == (State.RETRACTED, 1)


def test_what_is_no_answer_is_refused(begun: Node) -> None:
    notice = notice_of(begun)
    with pytest.raises(Invalid, match="one of"):
        answered(begun.home, notice, Said("gossip", SAID, NOON))
    for text in ("", " ", "x" * 100_001, "a\x00"):
        with pytest.raises(Invalid):
            record_answer(begun.home, begun.anke, notice.reference, "other", text)
    with pytest.raises(NotFound):
        record_answer(begun.home, begun.chiara, notice.reference, "other", "x")
    assert Response.objects.count() == 0


def test_what_comes_while_somebody_reads_is_still_unread(begun: Node) -> None:
    notice = notice_of(begun)
    answered(begun.home, notice, Said(Answers.OTHER, SAID, NOON))
    came = list[Response]()

    def clock() -> datetime:
        """It is asked once the answers are listed."""
        if not came:
            came.append(said(notice, Answers.OTHER, NOON))
        return NOON

    assert len(read_answers(begun.home, replace(begun.anke, clock=clock), notice)) == 1
    assert list(Response.objects.filter(read_at=None)) == came
