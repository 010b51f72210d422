"""Mail that says that something waits, and never what: asked for by each person, in their language, seldom.

Whoever reads it on its way, or over a shoulder, learns that its reader works with Havre and nothing else.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from havre.alerts.queries import new_hits
from havre.errors import Invalid
from havre.exchange.queries import waiting_for
from havre.flows.home import Home, durable, log, seal_log
from havre.settings import LOOPBACK, Mail
from havre.triggers.queries import new_alert_hits
from havre.units.acting import Acting, Clock
from havre.units.models import Mailbox, Person, RoleName
from havre.units.queries import is_a, preference_of

SELDOM = timedelta(hours=1)
"""Between two mails to one person."""
FIRST_RETRY = timedelta(minutes=1)
LONGEST_ADDRESS = 254
SECONDS = 20
"""A server that does not answer so long has not taken the mail."""

Post = Callable[[Mail, EmailMessage], None]
"""Hands one mail over; raises OSError where it was not taken."""


@dataclass
class Mailed:
    """What became of the mails of one look."""

    sent: int = 0
    failed: int = 0


def ask_mail(home: Home, acting: Acting, address: str) -> Mailbox:
    """From now on this person is mailed that something waits. Raises Invalid for what is no address."""
    said = address.strip()
    try:
        validate_email(said)
    except ValidationError:
        raise Invalid(_("that is no address for mail")) from None
    if len(said) > LONGEST_ADDRESS or not said.isascii() or not said.isprintable():
        raise Invalid(_("that is no address for mail"))
    now = acting.now()
    with durable():
        values = {"address": said, "asked_at": now, "next_at": now, "tries": 0, "trouble": ""}
        found, _new = Mailbox.objects.get_or_create(person=acting.person, defaults=values)
        if found.address != said:
            found.address, found.asked_at, found.tries, found.trouble = said, now, 0, ""
            found.save()
        log(home, acting, "change", f"person {acting.person.name}", {"act": "asked for mail"})
    seal_log(home, acting)
    return found


def stop_mail(home: Home, acting: Acting) -> None:
    """This person is mailed no more."""
    with durable():
        gone, _of = Mailbox.objects.filter(person=acting.person).delete()
        if gone:
            log(home, acting, "change", f"person {acting.person.name}", {"act": "asked for no mail"})
    seal_log(home, acting)


def mailbox_of(person: Person) -> Mailbox | None:
    """Where this person wants mail; None where they do not."""
    return Mailbox.objects.filter(person=person).first()


def mail_waiting(home: Home, clock: Clock, post: Post | None = None) -> Mailed:
    """Tell everybody who asked for it and for whom something new waits, where a server for mail is set."""
    done, mail = Mailed(), home.settings.mail
    if mail is None:
        return done
    now = clock()
    due = Mailbox.objects.filter(next_at__lte=now, person__left_at=None).select_related("person__unit")
    for box in due.order_by("next_at"):
        if _waits(box, now) and _mine(box, now):
            _send(box, mail, now, post or deliver, done)
    return done


def _waits(box: Mailbox, at: datetime) -> bool:
    """Whether something waits for this person that was not told of yet."""
    person = box.person
    if not is_a(person, RoleName.ANALYST, RoleName.SUPERVISOR):
        return False
    waiting: tuple[QuerySet, ...] = (waiting_for(person, at), new_hits(person), new_alert_hits(person, at))  # type: ignore[type-arg]
    return any((rows if box.told_at is None else rows.filter(at__gt=box.told_at)).exists() for rows in waiting)


def _mine(box: Mailbox, at: datetime) -> bool:
    """Whether no other process sends it: whatever happens to this one, nobody is mailed twice within the hour."""
    return Mailbox.objects.filter(pk=box.pk, next_at=box.next_at).update(next_at=at + SELDOM) == 1


def _send(box: Mailbox, mail: Mail, at: datetime, post: Post, done: Mailed) -> None:
    try:
        post(mail, mail_to(box, mail, at))
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        done.failed += 1
        wait = min(SELDOM, FIRST_RETRY * 2 ** min(box.tries, 10))
        told = {"tries": min(box.tries + 1, 1_000), "trouble": type(error).__name__, "next_at": at + wait}
        Mailbox.objects.filter(pk=box.pk).update(**told)
        return
    done.sent += 1
    Mailbox.objects.filter(pk=box.pk).update(told_at=at, tries=0, trouble="")


def mail_to(box: Mailbox, mail: Mail, at: datetime) -> EmailMessage:
    """The mail: that something waits, in the language of whoever reads it, and no more."""
    made = EmailMessage()
    made["From"], made["To"], made["Date"] = mail.sender, box.address, format_datetime(at)
    made["Auto-Submitted"] = "auto-generated"
    with override(preference_of(box.person).language or "en"):
        made["Subject"] = _("Something waits")
        made.set_content(_("Something waits for you. Sign in to read it.") + "\n")
    return made


def deliver(mail: Mail, made: EmailMessage) -> None:
    """Hand a mail to the server, over TLS unless that is this machine."""
    with connected(mail) as server:
        server.send_message(made)


@contextmanager
def connected(mail: Mail) -> Iterator[smtplib.SMTP]:
    """The server, greeted, over TLS unless that is this machine, and told who speaks where it asks for that."""
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(mail.host, mail.port, timeout=SECONDS, context=context)
        if mail.tls
        else smtplib.SMTP(mail.host, mail.port, timeout=SECONDS)
    ) as server:
        if not mail.tls and mail.host not in (*LOOPBACK, "::1"):
            server.starttls(context=context)
        if mail.user:
            server.login(mail.user, mail.password)
        yield server
