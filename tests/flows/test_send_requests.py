"""Requests leave as notices do: once each, by the provider's way; their time begins then; what came back goes again."""

from datetime import timedelta

import pytest

from havre.errors import Refused
from havre.flows.ask_platform import (
    Wanted,
    answer_request,
    ask,
    composed,
    deadlines_passed,
    end_request,
    prolong_request,
)
from havre.flows.notice_hands import BarredError, Hands, Leaving, NotTakenError, Parcel
from havre.flows.read_mail import MailRead, take_mails
from havre.flows.requests_listed import list_requests, show_request
from havre.flows.send_notices import matter_of, send_due
from havre.flows.send_requests import OF_REQUEST, as_if_sent, owed
from havre.hotline.models import Judgement
from havre.notices.models import Letter, Outcome, Recipient, Transmission
from havre.platforms.models import Handed, Reply, Request, State
from havre.platforms.queries import asked as asked_in
from havre.platforms.queries import requests_waiting
from tests.cast import NOON, Node
from tests.flows.test_ask_platform import later
from tests.flows.test_read_mail import bounce
from tests.flows.test_send_notices import Post
from tests.notices.standing import with_mail
from tests.notices.test_reading_mail import mail
from tests.platforms.asked import LAW, asked, queued
from tests.simulators.smtp import smtp

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def now_of(request: Request) -> Request:
    """As the database has it."""
    return Request.objects.get(pk=request.pk)


def test_a_request_arrives_once_with_its_files_and_its_time_begins_then(begun: Node) -> None:
    request = queued(begun)
    assert (request.state, request.deadline, request.kept_until, request.sent_at) == (State.QUEUED, None, None, None)
    with smtp() as server:
        home = with_mail(begun.home, server.mail)
        assert [send_due(home, lambda: NOON + 2 * DAY).left for _time in range(2)] == [1, 0]
        (taken,) = server.taken
    body = taken.get_body(("plain",))
    assert body is not None
    assert "Please answer by 11 March 2026." in body.get_content()
    assert [each.get_filename() for each in taken.iter_attachments()] == [
        f"{request.reference.lower()}-1.pdf",
        f"{request.reference.lower()}-1.json",
    ]
    request = now_of(request)
    assert (request.state, request.sent_at) == (State.ASKED, NOON + 2 * DAY)
    assert (request.deadline, request.kept_until) == (NOON + 9 * DAY, NOON + 367 * DAY)


def test_what_is_not_taken_is_tried_again_and_its_time_begins_when_it_left(begun: Node) -> None:
    request, post = queued(begun), Post()
    post.wrong["abuse@host.example"] = NotTakenError("451 not now")
    assert [post.go(begun.home, NOON + hours * HOUR).failed for hours in (0, 1)] == [1, 1]
    assert now_of(request).deadline is None
    post.wrong.clear()
    assert post.go(begun.home, NOON + DAY).left == 1
    assert now_of(request).deadline == NOON + 8 * DAY
    assert Transmission.objects.count() == 1


def test_of_a_letter_of_which_nobody_knows_a_person_is_told_and_no_silence_is_counted(begun: Node) -> None:
    request, post = queued(begun), Post()
    post.unsure.add("abuse@host.example")
    assert post.go(begun.home, NOON).failed == 1
    post.unsure.clear()
    assert post.go(begun.home, NOON + DAY).left == 0
    row = now_of(request)
    assert (row.state, row.sent_at, row.trouble.partition(":")[0]) == (
        *(State.ASKED, NOON, "nobody knows whether its letter left"),
    )
    ((one,),) = asked_in(begun.anke.person, NOON, NOON + DAY).values()
    assert (one.asked_at, one.deadline) == (NOON, None)
    assert deadlines_passed(begun.home, lambda: NOON + 8 * DAY) == 0
    assert [each["late"] for each in list_requests(begun.home, later(begun.anke, 8))] == [False]
    assert list(requests_waiting(begun.anke.person, NOON + 8 * DAY)) == []


def test_a_process_that_ended_left_it_as_sent(begun: Node) -> None:
    request = queued(begun)
    made = Transmission.objects.create(
        letter=Letter.REQUEST, number=1, how="mail", to="abuse@host.example", message_id="<a@b.example>",
        due_at=NOON, begun_at=NOON, outcome=Outcome.LEAVING,
    )  # fmt: skip
    Handed.objects.create(request=request, letter=made)
    assert matter_of(made) is OF_REQUEST
    done = Post().go(begun.home, NOON + HOUR)
    assert (done.settled, done.left, now_of(request).state) == (1, 0, State.ASKED)


def test_what_came_back_goes_again_once_somebody_verified_where_they_are(begun: Node) -> None:
    request, post = asked(begun), Post()
    name = Transmission.objects.get().message_id
    assert take_mails(begun.home, begun.anke, [bounce(name)]) == MailRead(placed=1)
    row = now_of(request)
    assert (row.state, row.sent_at, row.deadline, Reply.objects.get().kind) == (State.QUEUED, None, None, "bounce")
    assert asked_in(begun.anke.person, NOON - DAY, NOON + DAY) == {}
    assert post.go(begun.home, NOON + DAY).failed == 1
    assert "nobody has verified" in now_of(request).trouble
    Recipient.objects.update(email="new@host.example", verified_at=NOON + DAY)
    assert post.go(begun.home, NOON + 2 * DAY).left == 1
    assert ([each.to for each in post.left], now_of(request).sent_at) == (["new@host.example"], NOON + 2 * DAY)
    assert now_of(request).trouble == ""


def test_nobody_unsends_a_request_with_a_reference_or_a_dead_address_that_was_corrected(begun: Node) -> None:
    request = asked(begun)
    take_mails(begun.home, begun.anke, [bounce("<made.up@elsewhere.example>", request.reference)])
    Recipient.objects.update(email="new@host.example")
    take_mails(begun.home, begun.anke, [bounce(Transmission.objects.get().message_id)])
    assert (now_of(request).state, [each.kind for each in Reply.objects.all()]) == (State.ASKED, ["automatic"] * 2)


def test_an_answer_by_mail_stops_the_silence_and_a_machines_word_does_not(begun: Node) -> None:
    wrote, away = asked(begun), asked(begun, "disclose", days=7)
    names = {each.request_id: each.letter.message_id for each in Handed.objects.select_related("letter")}
    raw = [
        mail("here it is", In_Reply_To=names[wrote.pk]),
        mail("I am away.", In_Reply_To=names[away.pk], Auto_Submitted="auto-replied"),
    ]
    take_mails(begun.home, begun.anke, raw)
    assert deadlines_passed(begun.home, lambda: NOON + 8 * DAY) == 1
    assert (now_of(wrote).state, now_of(away).state) == (State.ASKED, State.UNANSWERED)
    assert now_of(wrote).answered_at == NOON
    answer_request(begun.home, later(begun.anke, 9), wrote.reference, "full")
    assert now_of(wrote).answered_at == NOON  # when they said it, not when somebody read it


def test_what_is_withdrawn_reaches_every_address_that_had_it_and_what_never_left_nobody(begun: Node) -> None:
    request, post = asked(begun), Post()
    first = Transmission.objects.get()
    again = Transmission.objects.create(
        letter=Letter.REQUEST, number=2, how="mail", to="new@host.example", message_id="<second@unit.example>",
        due_at=NOON, begun_at=NOON, outcome=Outcome.TAKEN,
    )  # fmt: skip
    Handed.objects.create(request=request, letter=again)
    end_request(begun.home, begun.anke, request.reference, withdrawn=True)
    assert post.go(begun.home, NOON).left == 2
    assert sorted(each.to for each in post.left) == [first.to, "new@host.example"]
    assert {each.subject for each in post.left} == {f"Request {request.reference} is withdrawn"}
    waits = queued(begun)
    end_request(begun.home, begun.anke, waits.reference, withdrawn=True)
    assert post.go(begun.home, NOON).left == 0


def test_they_are_told_that_it_is_to_be_kept_for_longer(begun: Node) -> None:
    request, post = asked(begun), Post()
    prolong_request(begun.home, begun.anke, request.reference, 100, "a new order")
    assert [post.go(begun.home, NOON + days * DAY).left for days in (1, 2)] == [1, 0]
    (letter,) = post.left
    assert "please keep it for longer" in letter.subject
    assert "a new order" in letter.text
    assert (now_of(request).prolonged_at, now_of(request).deadline) == (None, NOON + 7 * DAY)


def test_a_page_of_which_the_judgement_fell_is_asked_of_nobody_and_who_was_asked_is_told(begun: Node) -> None:
    sent, waits = asked(begun, "remove"), queued(begun, "remove", "Host B")
    kept, post = queued(begun, "preserve", "Host B"), Post()
    Judgement.objects.update(undone_at=NOON, undone_because="wrong page")
    done = post.go(begun.home, NOON)
    assert (done.retracted, done.left) == (2, 2)
    assert [now_of(each).state for each in (sent, waits, kept)] == [State.WITHDRAWN, State.WITHDRAWN, State.ASKED]


def test_what_must_hold_is_asked_again_when_it_leaves(begun: Node) -> None:
    request, post = queued(begun, "remove"), Post()
    post.wrong["abuse@host.example"] = NotTakenError("451 not now")
    post.go(begun.home, NOON)
    Judgement.objects.filter(person=begun.bram.person).update(undone_at=NOON)
    post.wrong.clear()
    assert [post.go(begun.home, NOON + hours * HOUR).left for hours in (1, 2)] == [0, 0]
    assert (Transmission.objects.get().outcome, now_of(request).state) == (Outcome.DROPPED, State.QUEUED)
    assert "second person" in now_of(request).trouble


def test_what_somebody_answered_before_it_left_is_not_sent(begun: Node) -> None:
    request = queued(begun)
    answer_request(begun.home, begun.anke, request.reference, "full", "by telephone")
    assert (Post().go(begun.home, NOON).left, owed(now_of(request))) == (0, None)


def test_a_platform_that_does_not_let_us_in_is_trouble_and_no_silence(begun: Node) -> None:
    request, post = queued(begun), Post()
    Recipient.objects.update(api="https://api.host.example/requests", email="")
    post.wrong["https://api.host.example/requests"] = BarredError("answered 401")
    done = post.go(begun.home, NOON)
    assert (done.barred, now_of(request).state, Recipient.objects.get().barred_at) == (1, State.QUEUED, NOON)
    assert "they do not let us in (answered 401)" in now_of(request).trouble
    assert deadlines_passed(begun.home, lambda: NOON + 400 * DAY) == 0


def test_the_letter_is_read_before_anything_is_asked(begun: Node) -> None:
    page = str(queued(begun).page_id)
    made = composed(begun.home, begun.anke, Wanted("preserve", "Host A", LAW, page=page))
    assert as_if_sent(begun.home, made, NOON).deadline == NOON + 7 * DAY
    assert Request.objects.count() == 1
    begun.bram.person.roles.all().delete()
    with pytest.raises(Refused):
        composed(begun.home, begun.bram, Wanted("preserve", "Host A", LAW, page=page))


def test_another_unit_sees_neither_letters_nor_requests(begun: Node) -> None:
    request = asked(begun)
    assert [len(show_request(begun.home, begun.anke, request.reference).letters)] == [1]
    assert list_requests(begun.home, begun.chiara) == []
    assert ask(begun.home, begun.anke, Wanted("disclose", "Host A", LAW, page=str(request.page_id))).days == 30


def test_what_is_withdrawn_twice_is_told_once(begun: Node) -> None:
    request, post = asked(begun), Post()
    for left in (1, 0):
        end_request(begun.home, begun.anke, request.reference, withdrawn=True)
        assert post.go(begun.home, NOON).left == left


def test_what_takes_a_request_back_and_comes_back_is_handed_over_and_that_is_said(begun: Node) -> None:
    request, post = asked(begun), Post()
    end_request(begun.home, begun.anke, request.reference, withdrawn=True)
    assert post.go(begun.home, NOON).left == 1
    back = Transmission.objects.latest("pk")
    take_mails(begun.home, begun.anke, [bounce(back.message_id)])
    assert now_of(request).trouble.startswith("mail to them came back: hand them what takes it back")
    back.refresh_from_db()
    assert (back.how, back.outcome, now_of(request).state) == ("file", Outcome.BEGUN, State.WITHDRAWN)


def test_a_letter_that_comes_back_twice_unsends_nothing_that_left_since(begun: Node) -> None:
    request, post = asked(begun), Post()
    name = Transmission.objects.get().message_id
    take_mails(begun.home, begun.anke, [bounce(name)])
    Recipient.objects.update(verified_at=NOON)
    assert post.go(begun.home, NOON + DAY).left == 1
    assert take_mails(begun.home, begun.anke, [bounce(name, "Again")]) == MailRead(placed=1)
    assert (now_of(request).state, [each.kind for each in Reply.objects.all()]) == (State.ASKED, ["bounce"] * 2)


def test_what_is_prolonged_while_a_letter_leaves_is_told_by_the_next(begun: Node) -> None:
    request, post = asked(begun), Post()

    def slow(_parcel: Parcel, leaving: Leaving) -> None:
        leaving()
        prolong_request(begun.home, later(begun.anke, 1.5), request.reference, 50, "the second order")

    prolong_request(begun.home, begun.anke, request.reference, 100, "the first order")
    assert send_due(begun.home, lambda: NOON + DAY, Hands(slow, slow, slow)).left == 1
    assert [post.go(begun.home, NOON + days * DAY).left for days in (2, 3)] == [1, 0]
    assert "the second order" in post.left[0].text
