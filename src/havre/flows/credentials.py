"""With what a unit is let in at a recipient's own address: sealed to the unit, opened for that address alone.

It is never shown again, nor written anywhere in clear. A refused one is trouble that a person ends with another; the
recipient's silence does not count meanwhile.
"""

import os
import re
from datetime import datetime
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.flows.at_page import WORKING
from havre.flows.contest import log_for
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.notice_hands import Parcel, said_of, target_of
from havre.flows.sealed_words import open_words, seal_words
from havre.notices.due import ONCE, SENDING
from havre.notices.models import Act, Credential, How, Notice, Outcome, Recipient, State, Transmission
from havre.notices.queries import contact_for
from havre.sealing.envelope import Random
from havre.sealing.http_signature import signed_headers
from havre.units.acting import Acting

TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
"""What a bearer token is made of (RFC 6750, 2.1)."""
LONGEST = 4_000
TOLD = (State.SENT, State.ACKNOWLEDGED, State.UNANSWERED)
"""Its letter left, and what it was about is not back."""


def keep_credential(home: Home, acting: Acting, name: str, secret: str, random: Random = os.urandom) -> Recipient:
    """From now on this is shown at the contact's own address; an empty one ends that.

    Raises Invalid for what is no bearer token, or where the contact has no address of its own.
    """
    acting.must_be(*WORKING, to="change contacts")
    token = secret.strip()
    if token and (len(token) > LONGEST or not TOKEN.fullmatch(token)):
        raise Invalid(_("that is no bearer token: letters, digits and - . _ ~ + / = on one line"))
    with durable():
        take_turn()
        contact = contact_for(acting.person, name)
        if token and not contact.api:
            raise Invalid(_("this contact has no address of its own for notices: letters go by mail or by hand"))
        Credential.objects.filter(recipient=contact).delete()
        if token:
            sealed = seal_words(home, acting.unit, token, bound(contact), random)
            Credential.objects.create(recipient=contact, sealed=sealed, at=acting.now(), by=acting.person)
        let_in(contact, acting.now())
        act = "credential given" if token else "credential taken away"
        log(home, acting, "change", f"contact {contact.pk}", {"act": act})
    seal_log(home, acting)
    return contact


def bound(contact: Recipient) -> str:
    """What a credential is bound to: whoever changes the address does not get what was meant for another host."""
    return f"credential of contact {contact.pk} at {origin(contact.api)}"


def origin(api: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(api)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def speaking(home: Home, contact: Recipient, parcel: Parcel, at: datetime) -> dict[str, str]:
    """The headers with which a letter is posted: signed by the node, and with the credential where there is one."""
    asked = f"{origin(parcel.to)}{target_of(parcel.to)}"
    signed = signed_headers(home.signer, asked, parcel.json, said_of(parcel), at)
    held = Credential.objects.filter(recipient=contact).first()
    if held is None or origin(parcel.to) != origin(contact.api):
        return signed
    return {**signed, "Authorization": f"Bearer {open_words(home, contact.unit, bytes(held.sealed), bound(contact))}"}


def barred(home: Home, contact: Recipient, at: datetime) -> None:
    """Their address did not let us in: that is said once, inside the caller's transaction."""
    if Recipient.objects.filter(pk=contact.pk, barred_at=None).update(barred_at=at):
        log_for(home, contact.unit, "change", f"contact {contact.pk}", at, {"act": "credential refused"})


def let_in(contact: Recipient, at: datetime) -> None:
    """They let us in again, or may: what they could not hear of meanwhile is not held against them.

    What waits is due anew, and their silence is counted from now; who had letters by mail meanwhile heard of it, and
    who is told once and was is not told again. Inside the caller's transaction.
    """
    if not Recipient.objects.filter(pk=contact.pk).exclude(barred_at=None).update(barred_at=None):
        return
    theirs = Q(notice__recipient=contact) | Q(handed__request__provider=contact)
    waiting = Transmission.objects.filter(theirs, how=How.API, to=contact.api, outcome=Outcome.BEGUN)
    waiting.update(again_at=at)
    if contact.email:
        return
    once = Q() if contact.kind in ONCE else Q(act=Act.INFORM, acknowledged_at__isnull=False)
    waits = Notice.objects.filter(recipient=contact, state__in=SENDING, raised_at=None, due_at__lt=at)
    waits.exclude(once, state__in=TOLD).update(due_at=at, trouble="")
