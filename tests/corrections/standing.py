"""One of all that is answered and challenged in a unit: a request and its letter, a register, a challenge."""

from datetime import timedelta

from havre.corrections.models import Challenge
from havre.flows.challenge import write_down
from havre.flows.home import Home
from havre.notices.models import How, Letter, Notice, Transmission
from havre.platforms.models import AccessCode, Edition, Handed, LeftOut, Record, Request, State
from havre.units.acting import Acting


def challenged(home: Home, acting: Acting, notice: Notice) -> Challenge:
    """All of it is about this notice."""
    now, person, unit = acting.now(), acting.person, acting.unit
    asked = Request.objects.create(
        unit=unit,
        reference=f"HN-1111-1111-1111-{unit.pk:04d}",
        kind="preserve",
        provider=notice.recipient,
        basis=f"a law for {unit.name}",
        page=notice.page,
        asked_at=now,
        asked_by=person,
        days=7,
        sent_at=now,
        deadline=now + timedelta(days=7),
        state=State.ASKED,
        trouble=f"something in the way of {unit.name}",
    )
    name = f"<request-{unit.pk}@unit.example>"
    about = {"letter": Letter.REQUEST, "number": 1, "how": How.MAIL, "to": notice.recipient.email, "outcome": "taken"}
    letter = Transmission.objects.create(**about, message_id=name, due_at=now, begun_at=now, at=now)
    Handed.objects.create(request=asked, letter=letter)
    edition = Edition.objects.create(
        unit=unit,
        number=1_000 + unit.pk,
        begins=now - timedelta(days=90),
        ends=now,
        policy="1",
        made_at=now,
        made_by=person,
        publish_after=now + timedelta(days=30),
    )
    hours = {"count": 0, "median": None, "ninety": None}
    figures = {
        **dict.fromkeys(("notices", "retracted", "repeats", "reappeared"), 1),
        "answer": hours,
        "removal": hours,
        "answered_share": None,
        "silent_share": 0.5,
    }
    sources = [{"reference": notice.reference, "silent": True}]
    record = Record.objects.create(edition=edition, provider=notice.recipient, figures=figures, sources=sources)
    AccessCode.objects.create(record=record, digest=bytes([unit.pk % 256] * 32), made_at=now, made_by=person)
    LeftOut.objects.create(notice=notice, because=f"counted wrongly by {unit.name}", at=now, by=person)
    made, _code = write_down(home, acting, notice.reference, f"{unit.name} is wrong", f"somebody of {unit.name}")
    write_down(home, acting, "elsewhere", f"{unit.name} is wrong", f"somebody of {unit.name}")
    Challenge.objects.filter(pk=made.pk).update(because=f"looked at by {unit.name}")
    return made
