"""Mail is read once and put to what it is about; what belongs nowhere waits; by itself it decides nothing."""

import pytest

from havre.audit.models import Entry
from havre.errors import Refused
from havre.flows.notice_answered import read_answers
from havre.flows.read_mail import MailRead, take_mails, words_of
from havre.flows.sealed_words import open_words
from havre.notices.models import Answers, Notice, Recipient, Response, State
from havre.notices.queries import unread
from havre.notices.reading_mail import read_mail
from havre.platforms.models import ReadMail, Reply
from tests.cast import NOON, Node
from tests.notices.test_reading_mail import OWN, delivery, mail
from tests.platforms.asked import asked
from tests.platforms.written import contact, notice

SECRET = "the customer Jan Peeters said so"


def sent(begun: Node) -> Notice:
    """A notice of Anke's, whose letter left."""
    return notice(begun.anke.person, contact(begun.anke.person))


def own_id(about: Notice) -> str:
    """The Message-ID of its first letter."""
    return about.transmissions.get(number=1).message_id


def test_an_answer_is_put_to_its_notice_and_changes_nothing_by_itself(begun: Node) -> None:
    about = sent(begun)
    raw = mail(f"It is removed. {SECRET}", In_Reply_To=own_id(about), Subject="Re: your notice")
    assert take_mails(begun.home, begun.anke, [raw]) == MailRead(placed=1)
    (response,) = Response.objects.all()
    assert (response.notice, response.kind, response.by) == (about, Answers.OTHER, None)
    assert SECRET.encode() not in bytes(response.sealed)
    about.refresh_from_db()
    assert about.state == State.SENT
    assert SECRET not in "".join(f"{each.thing}{each.detail}" for each in Entry.objects.all())


@pytest.mark.parametrize("place", ["subject", "text"])
def test_a_reference_is_found_where_people_write_it(begun: Node, place: str) -> None:
    about = sent(begun)
    said = f"about {about.reference.lower().replace('hn-', 'HN ')}"
    raw = mail("see above", Subject=said) if place == "subject" else mail(f"{said}: it is gone", Subject="x")
    assert take_mails(begun.home, begun.anke, [raw]) == MailRead(placed=1)
    assert Response.objects.get().notice == about


def test_a_bounce_is_put_to_the_letter_that_it_gives_back(begun: Node) -> None:
    about, other = sent(begun), sent_to(begun, "Host B")
    raw = delivery("failed", "5.1.1").replace(b"<n17.1.4c2a@hotline.example>", own_id(other).encode())
    assert take_mails(begun.home, begun.anke, [raw]) == MailRead(placed=1)
    response = Response.objects.get()
    assert (response.notice, response.kind) == (other, Answers.BOUNCE)
    assert response.notice != about


def bounce(named: str, subject: str = "Undelivered") -> bytes:
    """A server gives a letter back, by the name it gives."""
    raw = delivery("failed", "5.1.1").replace(b"<n17.1.4c2a@hotline.example>", named.encode())
    return raw.replace(b"Subject: ", f"Subject: {subject} ".encode(), 1)


def test_nobody_stops_letters_with_a_reference_that_was_published(begun: Node) -> None:
    about = sent(begun)
    forged = bounce("<made.up@elsewhere.example>", about.reference)
    assert take_mails(begun.home, begun.anke, [forged]) == MailRead(placed=1)
    about.recipient.refresh_from_db()
    assert (Response.objects.get().kind, about.recipient.verified_at) == (Answers.AUTOMATIC, NOON)
    take_mails(begun.home, begun.anke, [bounce(own_id(about))])
    about.recipient.refresh_from_db()
    assert about.recipient.verified_at is None


def test_a_late_bounce_from_an_address_that_was_corrected_since_undoes_no_verification(begun: Node) -> None:
    about = sent(begun)
    Recipient.objects.update(email="new@host.example")
    take_mails(begun.home, begun.anke, [bounce(own_id(about))])
    about.recipient.refresh_from_db()
    assert (Response.objects.get().kind, about.recipient.verified_at) == (Answers.AUTOMATIC, NOON)


def sent_to(begun: Node, name: str) -> Notice:
    """A notice to another host."""
    return notice(begun.anke.person, contact(begun.anke.person, name))


def test_only_a_receipt_moves_a_notice_and_only_to_acknowledged(begun: Node) -> None:
    kinds = {}
    for text, heads in [
        ("We have received your report.", {"Auto_Submitted": "auto-replied"}),
        ("I am away.", {"Auto_Submitted": "auto-replied"}),
        ("Removed. Refused. We have received your report.", {}),
    ]:
        about = sent_to(begun, text)
        take_mails(begun.home, begun.anke, [mail(text, In_Reply_To=own_id(about), **heads)])
        about.refresh_from_db()
        kinds[text] = (about.state, about.responses.get().kind)
    assert list(kinds.values()) == [
        (State.ACKNOWLEDGED, Answers.RECEIPT),
        (State.SENT, Answers.AUTOMATIC),
        (State.SENT, Answers.OTHER),
    ]


def test_the_same_mail_is_read_once(begun: Node) -> None:
    about = sent(begun)
    raw = mail("gone", In_Reply_To=own_id(about))
    assert take_mails(begun.home, begun.anke, [raw, raw]) == MailRead(placed=1, before=1)
    assert take_mails(begun.home, begun.anke, [raw]) == MailRead(before=1)
    assert Response.objects.count() == ReadMail.objects.count() == 1


def test_an_answer_to_a_request_is_put_to_it(begun: Node) -> None:
    request = asked(begun)
    assert take_mails(begun.home, begun.anke, [mail(SECRET, Subject=f"Re: {request.reference}")]) == MailRead(placed=1)
    (reply,) = Reply.objects.all()
    assert (reply.request, reply.by, reply.kind) == (request, None, Answers.OTHER)
    assert SECRET in open_words(begun.home, request.unit, bytes(reply.sealed), request.reference)
    request.refresh_from_db()
    assert (request.state, request.answered_at) == ("asked", NOON)  # they wrote; what it means, a person says


def test_who_only_knows_a_reference_ends_no_silence(begun: Node) -> None:
    request = asked(begun)
    raw = mail("I know better", Subject=request.reference, sender="who@elsewhere.example")
    assert take_mails(begun.home, begun.anke, [raw]) == MailRead(placed=1)
    request.refresh_from_db()
    assert (request.answered_at, Reply.objects.get().kind) == (None, Answers.OTHER)


def test_what_a_person_reads_names_what_hung_on_it_and_what_did_not_arrive() -> None:
    text = words_of(read_mail(delivery("failed", "5.1.1")))
    assert "Not reached: abuse@host.example 5.1.1 550 5.1.1 <abuse@host.example>: Recipient address rejected" in text
    cut = words_of(read_mail(b"Subject: x\n\n" + b"y\n" * 70_000))
    assert "Only its beginning was read." in cut


def test_a_person_without_a_role_is_refused(begun: Node) -> None:
    begun.bram.person.roles.all().delete()
    with pytest.raises(Refused):
        take_mails(begun.home, begun.bram, [mail("y")])


RECEIVED = "We have received your report. Ticket 12."
CASES = {
    "theirs, the letter named": (OWN, {}, State.ACKNOWLEDGED, Answers.RECEIPT),
    "of a domain below theirs": (OWN, {"sender": "tickets@desk.HOST.example"}, State.ACKNOWLEDGED, Answers.RECEIPT),
    "a forged sender, the right letter": (OWN, {"sender": "abuse@nothost.example"}, State.SENT, Answers.AUTOMATIC),
    "no sender": (OWN, {"sender": "nobody"}, State.SENT, Answers.AUTOMATIC),
    "the right sender, the reference alone": ("", {}, State.SENT, Answers.AUTOMATIC),
    "the right sender, a letter that never was": ("<made.up@unit.example>", {}, State.SENT, Answers.AUTOMATIC),
}


@pytest.mark.parametrize("case", CASES)
def test_a_receipt_counts_from_whoever_was_written_to_and_by_the_letter_they_had(begun: Node, case: str) -> None:
    about = sent(begun)
    names, heads, state, kind = CASES[case]
    answers = {"In_Reply_To": own_id(about) if names == OWN else names} if names else {}
    said = {"Auto_Submitted": "auto-replied", "Subject": f"Re: {about.reference}"}
    raw = mail(RECEIVED, **said, **answers, **heads)
    assert take_mails(begun.home, begun.anke, [raw]) == MailRead(placed=1)
    about.refresh_from_db()
    assert (about.state, about.responses.get().kind) == (state, kind)
    assert unread(begun.bram.person) == ([] if kind == Answers.RECEIPT else [(about, NOON)])


def test_a_wrong_reference_from_the_right_sender_waits_for_a_person(begun: Node) -> None:
    about = sent(begun)
    raw = mail(RECEIVED, Auto_Submitted="auto-replied", Subject="Re: HN-0000-0000-0000-0000")
    assert take_mails(begun.home, begun.anke, [raw]) == MailRead(stray=1)
    about.refresh_from_db()
    assert about.state == State.SENT


@pytest.mark.parametrize("state", [State.ACKNOWLEDGED, State.REFUSED, State.UNANSWERED, State.DRAFTED])
def test_a_receipt_prolongs_once_and_undoes_nothing_that_a_person_said(begun: Node, state: State) -> None:
    about = sent(begun)
    Notice.objects.update(state=state, acknowledged_at=None if state != State.ACKNOWLEDGED else NOON)
    raws = [mail(f"{RECEIVED} {n}", Auto_Submitted="auto-replied", In_Reply_To=own_id(about)) for n in range(3)]
    take_mails(begun.home, begun.anke, raws)
    about.refresh_from_db()
    moved = state in (State.UNANSWERED, State.ACKNOWLEDGED)
    assert (about.state, about.acknowledged_at) == ((State.ACKNOWLEDGED, NOON) if moved else (state, None))


def test_a_receipt_of_a_contact_whom_nobody_verified_any_more_changes_nothing(begun: Node) -> None:
    about = sent(begun)
    Recipient.objects.update(verified_at=None)
    take_mails(begun.home, begun.anke, [mail(RECEIVED, Auto_Submitted="auto-replied", In_Reply_To=own_id(about))])
    about.refresh_from_db()
    assert about.state == State.SENT


def test_what_nobody_believed_is_shown_until_a_person_has_read_it(begun: Node) -> None:
    about = sent(begun)
    take_mails(begun.home, begun.anke, [mail("Who are you?", Subject=about.reference)])
    assert unread(begun.bram.person) == [(about, NOON)]
    assert unread(begun.chiara.person) == []
    read_answers(begun.home, begun.bram, about)
    assert unread(begun.anke.person) == []
