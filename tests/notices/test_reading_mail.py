"""What a mail is: bounces as common servers write them, machines that answer, receipts, and what people write."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.notices.reading_mail import Failure, Kind, read_mail

OWN = "<n17.1.4c2a@hotline.example>"
"""The Message-ID of a notice."""


def mail(text: str, **heads: str) -> bytes:
    """A mail as somebody sends it."""
    made = EmailMessage()
    made["From"] = heads.pop("sender", "abuse@host.example")
    for name, value in heads.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def report(kind: str, fields: str, text: str, original: str = "") -> bytes:
    """A report as RFC 3462 has it."""
    inner = f"--x\nContent-Type: message/rfc822\n\n{original}\n\nthe notice\n" if original else ""
    return (
        f"From: MAILER-DAEMON@mx.example\nSubject: Report\nContent-Type: multipart/report; report-type={kind};"
        f' boundary="x"\n\n--x\nContent-Type: text/plain\n\n{text}\n--x\nContent-Type: message/{kind}\n\n'
        f"{fields}\n{inner}--x--\n"
    ).encode()


def delivery(action: str, status: str) -> bytes:
    """A delivery status notification (RFC 3464), as Postfix sends it."""
    fields = (
        "Reporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; abuse@host.example\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <abuse@host.example>: Recipient address rejected\n"
    )
    text = "This is the mail system at host mx.example."
    return report("delivery-status", fields, text, f"Message-ID: {OWN}\nSubject: Notice N17")


def test_a_delivery_report_is_a_bounce_with_its_address_status_and_the_mail_that_did_not_arrive() -> None:
    found = read_mail(delivery("failed", "5.1.1"))
    assert found.kind is Kind.BOUNCE
    says = "550 5.1.1 <abuse@host.example>: Recipient address rejected"
    assert found.failures == (Failure("abuse@host.example", "5.1.1", says),)
    assert found.names == (OWN,)
    assert "Subject: Notice N17" in found.inside
    assert found.permanent is True


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "nonsense"])
def test_a_report_of_anything_but_failure_is_no_bounce(action: str) -> None:
    found = read_mail(delivery(action, "4.4.1"))
    assert (found.kind, found.failures) == (Kind.AUTOMATIC, ())
    assert found.names == (OWN,)


def test_what_a_server_gave_up_for_now_may_arrive_later() -> None:
    assert read_mail(delivery("failed", "4.4.7")).permanent is False


QMAIL = f"""Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<abuse@host.example>:
Sorry, no mailbox here by that name.

--- Below this line is a copy of the message.

Message-ID: {OWN}
Subject: Notice N17
"""
EXIM = """This message was created automatically by mail delivery software.
A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.
"""
SENDMAIL = f"""The original message was received at Mon, 2 Mar 2026 12:00:00 GMT

   ----- The following addresses had permanent fatal errors -----
<abuse@host.example>
    (reason: 550 5.1.1 User unknown)
> Message-Id: {OWN}
"""
EXCHANGE = "Delivery has failed to these recipients or groups:\nabuse@host.example\nThe mailbox is full."
FRENCH = "Votre message n'a pas pu être remis à abuse@host.example."
DUTCH = "Uw bericht kon niet worden bezorgd."
GERMAN = "Die Mail war unzustellbar."
FREE = {
    "qmail": QMAIL,
    "exim": EXIM,
    "sendmail": SENDMAIL,
    "exchange": EXCHANGE,
    "fr": FRENCH,
    "nl": DUTCH,
    "de": GERMAN,
}


@pytest.mark.parametrize("server", FREE)
@pytest.mark.parametrize("heads", [{"sender": "MAILER-DAEMON@mx.example"}, {"Return_Path": "<>"}])
def test_a_server_that_gives_a_mail_back_in_its_own_words_is_understood(server: str, heads: dict[str, str]) -> None:
    found = read_mail(mail(FREE[server], Subject="failure notice" if server == "qmail" else "x", **heads))
    assert found.kind is Kind.BOUNCE
    assert found.names == ((OWN,) if server in ("qmail", "sendmail") else ())
    assert found.permanent is False or found.failures


def test_the_addresses_that_exim_and_gmail_name_are_read() -> None:
    heads = {
        "X_Failed_Recipients": "abuse@host.example, legal@host.example",
        "sender": "Mail Delivery <mailer-daemon@x.example>",
    }
    found = read_mail(mail(EXIM, **heads))
    assert [each.address for each in found.failures] == ["abuse@host.example", "legal@host.example"]


def test_a_warning_that_a_mail_is_late_is_no_bounce() -> None:
    text = "Your message could not be delivered for 4 hours. It will be retried until it is 5 days old: warning only."
    assert read_mail(mail(text, Return_Path="<>")).kind is Kind.AUTOMATIC


def test_a_person_who_writes_like_a_server_is_read_by_a_person() -> None:
    found = read_mail(mail("Your notice could not be delivered to our customer: user unknown.", Subject="Re: N17"))
    assert found.kind is Kind.OTHER


@pytest.mark.parametrize(
    "heads",
    [
        *({"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated; x=y"}, {"X_Autoreply": "yes"}),
        *({"X_Autorespond": "x"}, {"Precedence": "auto_reply"}, {"Precedence": "Bulk"}, {"Return_Path": "<>"}),
        *({"Subject": "Out of office: N17"}, {"Subject": "Automatisch antwoord: N17"}),
        *({"Subject": "Réponse automatique : N17"}, {"Subject": "Abwesenheit: N17"}),
    ],
)
def test_what_a_machine_answers_is_automatic(heads: dict[str, str]) -> None:
    assert read_mail(mail("I am away until Monday.", **heads)).kind is Kind.AUTOMATIC


@pytest.mark.parametrize(
    "text",
    [
        *("We have received your report. Ticket number 4711.", "Nous avons bien reçu votre demande."),
        *("Wij hebben uw melding goed ontvangen.", "Eingangsbestätigung", "Your request has been received."),
    ],
)
def test_a_machine_that_says_that_it_came_in_is_a_receipt_and_a_person_who_says_so_is_read(text: str) -> None:
    answering = {"In_Reply_To": OWN, "Subject": "Re: N17"}
    found = read_mail(mail(text, Auto_Submitted="auto-replied", **answering))
    assert (found.kind, found.names) == (Kind.RECEIPT, (OWN,))
    assert read_mail(mail(text, **answering)).kind is Kind.OTHER
    away = read_mail(mail(text, Auto_Submitted="auto-replied", Subject="Out of office"))
    assert away.kind is Kind.AUTOMATIC


@pytest.mark.parametrize(
    ("said", "kind"),
    [("displayed", Kind.RECEIPT), ("processed", Kind.RECEIPT), ("deleted", Kind.AUTOMATIC), ("denied", Kind.AUTOMATIC)],
)
def test_a_receipt_of_reading_counts_where_it_was_read(said: str, kind: Kind) -> None:
    fields = (
        f"Final-Recipient: rfc822;abuse@host.example\nOriginal-Message-ID: {OWN}\n"
        f"Disposition: manual-action/MDN-sent-manually; {said}\n"
    )
    found = read_mail(report("disposition-notification", fields, "read"))
    assert (found.kind, found.names) == (kind, (OWN,))


def test_an_answer_keeps_its_words_its_date_and_the_mails_it_answers() -> None:
    trail = " ".join(f"<{each}@a.example>" for each in range(3))
    heads = {"Subject": "Re: Notice N17", "Date": "Mon, 02 Mar 2026 13:00:00 +0100", "References": f"{OWN} {trail}"}
    found = read_mail(
        mail("It is removed.", sender='"boss@other.example" <abuse@host.example>', In_Reply_To=OWN, **heads)
    )
    assert (found.kind, found.sender, found.subject) == (Kind.OTHER, "abuse@host.example", "Re: Notice N17")
    assert found.said_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert found.text.strip() == "It is removed."
    assert found.names == (OWN, "<0@a.example>", "<1@a.example>", "<2@a.example>")


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 99 Mar 2026", "1 Jan 99999 00:00:00", "Fri, 31 Dec 9999 23:59:59 -1200"]
)
def test_a_date_that_is_none_is_left_out(date: str) -> None:
    assert read_mail(b"Date: " + date.encode() + b"\n\nx").said_at is None


def test_the_same_bytes_are_the_same_mail() -> None:
    assert read_mail(mail("a")).digest == read_mail(mail("a")).digest != read_mail(mail("b")).digest


def test_an_answer_that_quotes_a_message_id_does_not_answer_that_mail() -> None:
    assert read_mail(mail(f"Message-ID: {OWN}\nit is removed")).names == ()


LINES = st.sampled_from(
    [
        *("From: MAILER-DAEMON@x.example", "Return-Path: <>", f"In-Reply-To: {OWN}", "Subject: Undeliverable", ""),
        *("Content-Type: multipart/report; report-type=delivery-status; boundary=x", "--x", "--x--", "Action: failed"),
        *("Content-Type: message/delivery-status", "Final-Recipient: rfc822; a@b.example", "Status: 5.x", "Date: 0"),
        *(
            "Content-Type: text/rfc822-headers",
            f"Message-ID: {OWN}",
            "Auto-Submitted: \x00",
            "Precedence: ",
            "Disposition: ;",
        ),
        *(
            "References: " + "<a@b>" * 200,
            "X-Failed-Recipients: " + "@" * 500,
            "From: " + "(" * 900,
            "Date: " + "(" * 900,
        ),
    ]
)


@given(st.lists(LINES, max_size=20).map("\n".join))
def test_any_mail_is_read(text: str) -> None:
    found = read_mail(text.encode("utf-8", "replace"))
    assert len(found.names) <= 50
    assert found.failures == () or found.kind is Kind.BOUNCE
    assert found.subject.isprintable()
    assert found == read_mail(text.encode("utf-8", "replace"))
