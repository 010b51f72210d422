"""A page that stands judged actionable and has a route, and contacts somebody has called: what notices need."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from havre.flows.home import Home
from havre.flows.notice_contacts import Contact, add_contact, verify_contact
from havre.hotline.models import Judgement, Page, Routing, State, Verdict
from havre.notices.models import Credential, How, Look, Notice, Recipient, Response, Return, Transmission
from havre.notices.models import State as Life
from havre.settings import Mail
from havre.units.acting import Acting
from havre.units.models import Unit
from tests.cast import NOON, Node

HOST = "Example Hosting"
LADDER = (("host", 24), ("upstream", 24), ("registrar", 48), ("coordinator", 48), ("publication", 168))
"""The default policy's, of a page in the unit's own country."""


def outcome(
    *ladder: tuple[str, int], writes: bool = True, recipients: Any = (), acts: Any = ("remove",)
) -> dict[str, Any]:
    """What a rule says follows, as `hotline.routing.outcome_of` writes it."""
    return {
        "recipients": [{"kind": kind, "name": name} for kind, name in recipients],
        "acts": list(acts),
        "needs": "",
        "hours": 24,
        "writes_to_host": writes,
        "ladder": [{"kind": kind, "hours": hours} for kind, hours in ladder],
        "cdn": False,
    }


def page_of(unit: Unit, address: str = "https://photos.example/a", **given: Any) -> Page:
    """A page that was reported an hour ago, and nothing more."""
    host = address.split("/")[2]
    first = given.pop("first_at", NOON - timedelta(hours=1))
    values = {"host": host, "site": host, "first_at": first, "last_at": first, "reports": 1} | given
    return Page.objects.create(unit=unit, address=address, digest=sha256(address.encode()).digest(), **values)


def judged(here: Node, page: Page, people: int = 2, verdict: Verdict = Verdict.ACTIONABLE) -> Page:
    """So many people said so, at noon."""
    for acting in (here.anke, here.bram)[:people]:
        Judgement.objects.create(
            page=page, person=acting.person, verdict=verdict, age="6-9", visible=["act"], produced="camera", at=NOON
        )
    return page


def routed(here: Node, address: str = "https://photos.example/a", follows: Any = None, **given: Any) -> Page:
    """A page judged by two people, on its way."""
    page = judged(here, page_of(here.anke.unit, address, state=State.ROUTED, **given))
    Routing.objects.create(
        page=page,
        route="host",
        rule="hosted in the unit's own country",
        policy="default",
        policy_version="1",
        hosting_country="BE",
        inhope=True,
        recipient="whoever hosts it",
        outcome=outcome(*LADDER) if follows is None else follows,
        at=NOON,
        by=here.anke.person,
    )
    return page


def contact(here: Node, name: str = HOST, kind: str = "host", **given: Any) -> Recipient:
    """Somebody whom Anke called."""
    values = {"email": f"{kind}@{name.split()[0].lower()}.example", "country": "BE"} | given
    values.setdefault("answers_for", ("photos.example",))
    add_contact(here.home, here.anke, Contact(name, kind, **values))
    return verify_contact(here.home, here.anke, name)


def ladder_of_contacts(here: Node) -> list[Recipient]:
    """Somebody on each rung."""
    kinds = [kind for kind, _hours in LADDER]
    return [
        contact(here, HOST if kind == "host" else f"The {kind}", kind, email=f"{kind}@far.example") for kind in kinds
    ]


def at(acting: Acting, when: datetime) -> Acting:
    """The same person at another time."""
    return replace(acting, clock=lambda: when)


def with_mail(home: Home, mail: Mail) -> Home:
    """The same home with a server for mail."""
    return Home(replace(home.settings, mail=mail), begun=home.begun)


def taken_down(acting: Acting, when: datetime) -> Notice:
    """One of everything of this unit: a contact, a notice, what left, what came back, looks and a return."""
    unit, person = acting.unit, acting.person
    page = page_of(unit, f"https://photos.example/{unit.pk}", state=State.ROUTED)
    Judgement.objects.create(page=page, person=person, verdict=Verdict.ACTIONABLE, at=when)
    Routing.objects.create(page=page, route="host", rule="r", policy="p", policy_version="1", at=when, outcome={})
    known = {
        "unit": unit,
        "kind": "host",
        "email": f"abuse-{unit.pk}@far.example",
        "added_at": when,
        "added_by": person,
    }
    host = Recipient.objects.create(name="A host", verified_at=when, verified_by=person, **known)
    Recipient.objects.create(name="Another host", doubt="it was changed", **known)
    Credential.objects.create(recipient=host, sealed=b"sealed", at=when, by=person)
    notice = Notice.objects.create(
        unit=unit,
        reference=f"HN-0000-0000-0000-{unit.pk:04d}",
        page=page,
        recipient=host,
        holder="Example Hosting",
        hours=24,
        state=Life.SENT,
        drafted_at=when,
        drafted_by=person,
        due_at=when,
        trouble="nobody verified is known as: upstream",
    )
    about = {
        "how": How.MAIL,
        "to": host.email,
        "due_at": when,
        "begun_at": when,
        "outcome": "taken",
        "trouble": "250 fine",
    }
    Transmission.objects.create(notice=notice, number=1, message_id=f"<{unit.pk}@unit.example>", **about)
    Response.objects.create(notice=notice, kind="receipt", sealed=b"sealed", at=when)
    Look.objects.create(page=page, gone=False, by=person, at=when, how="a person looked")
    Return.objects.create(notice=notice, page=page, how="reported again", at=when)
    return notice
