"""Pages judged actionable, contacts that were verified, and notices that left: what answers are about."""

from datetime import datetime, timedelta
from itertools import count

from havre.addresses.address import address_of
from havre.hotline.models import Judgement, Page, State, Verdict
from havre.notices.models import Letter, Look, Notice, Outcome, Recipient, Response, Transmission
from havre.notices.models import State as NoticeState
from havre.notices.references import written
from havre.units.models import Person
from tests.cast import NOON

NUMBERS = count(1)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference() -> str:
    """A reference that no other test object has."""
    number = next(NUMBERS)
    return written("".join(ALPHABET[number >> (5 * place) & 31] for place in range(16)))


def page(by: Person, address: str = "", *, judged: bool = True, at: datetime = NOON) -> Page:
    """A page that stands judged actionable, by this person."""
    found = address_of(address or f"https://host.example/{next(NUMBERS)}")
    made = Page.objects.create(
        unit=by.unit,
        address=str(found),
        digest=found.digest,
        host=found.host,
        site=found.site,
        state=State.ACTED_ON if judged else State.RECEIVED,
        first_at=at,
        last_at=at,
    )
    if judged:
        Judgement.objects.create(page=made, person=by, verdict=Verdict.ACTIONABLE, at=at)
    return made


def contact(
    by: Person, name: str = "Host A", *, verified: bool = True, kind: str = "host", email: str = ""
) -> Recipient:
    """Somebody whom the unit writes to."""
    values = {
        "kind": kind,
        "email": email or "abuse@host.example",
        "added_at": NOON,
        "added_by": by,
        "verified_at": NOON if verified else None,
        "verified_by": by if verified else None,
    }
    return Recipient.objects.get_or_create(unit=by.unit, name=name, defaults=values)[0]


def notice(
    by: Person,
    to: Recipient,
    about: Page | None = None,
    *,
    left: datetime | None = NOON,
    letters: int = 1,
    state: str = NoticeState.SENT,
) -> Notice:
    """A notice whose letters left, one a day from this moment on."""
    made = Notice.objects.create(
        unit=by.unit,
        reference=reference(),
        page=about or page(by),
        recipient=to,
        hours=72,
        state=state,
        drafted_at=left or NOON,
        drafted_by=by,
        due_at=left,
        confirmed_at=left,
        confirmed_by=by,
    )
    for number in range(1, letters + 1 if left is not None else 0):
        at = (left or NOON) + timedelta(days=number - 1)
        Transmission.objects.create(
            notice=made,
            number=number,
            letter=Letter.NOTICE,
            how="mail",
            to=to.email,
            message_id=f"<{made.reference.lower()}.{number}@unit.example>",
            due_at=at,
            begun_at=at,
            at=at,
            outcome=Outcome.TAKEN,
        )
    return made


def said(about: Notice, kind: str, at: datetime) -> Response:
    """What its recipient said, which nobody opens in a test of figures."""
    return Response.objects.create(notice=about, kind=kind, sealed=b"x", at=at)


def gone(about: Notice, by: Person, at: datetime, *, there: bool = False) -> Look:
    """Somebody looked at its page."""
    return Look.objects.create(page=about.page, gone=not there, by=by, at=at, how="person")
