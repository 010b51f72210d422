"""Registers of the unit at the door, with a provider's record and its code."""

from datetime import timedelta

from havre.hotline.models import Door
from havre.notices.models import Recipient
from havre.platforms.figures import Asked, Counted, Rules, figures_of, sources_of
from havre.platforms.models import AccessCode, Edition, Record
from havre.sealing.receipt import Code, new_code
from havre.units.models import Person
from tests.cast import NOON
from tests.sealing.wire import chance

OWN, OTHERS = new_code(chance(301)), new_code(chance(302))
"""The codes of Host A and of Host B."""

RULES = Rules(fewest=1, silent=24, at=NOON)


def opened(door: Door) -> tuple[Record, Record]:
    """What a register says of two providers, before it is published."""
    person = Person.objects.create(unit=door.unit, name="rita", added_at=NOON)
    edition = Edition.objects.create(
        unit=door.unit,
        number=1,
        begins=NOON - timedelta(days=90),
        ends=NOON,
        policy="1",
        made_at=NOON,
        made_by=person,
        publish_after=NOON + timedelta(days=30),
    )
    return _record(edition, "Host A", OWN, "HN-AAAA-1"), _record(edition, "Host B", OTHERS, "HN-BBBB-1")


def _record(edition: Edition, name: str, code: Code, reference: str) -> Record:
    left = NOON - timedelta(days=9)
    notices = [Counted(reference, left, answered_at=left + timedelta(hours=7)), Counted(f"{reference}-2", left)]
    requests = [Asked(f"{reference}-3", left)]
    made = {"unit": edition.unit, "added_at": NOON, "added_by": edition.made_by}
    provider = Recipient.objects.create(name=name, kind="host", email="abuse@host.example", country="BE", **made)
    record = Record.objects.create(
        edition=edition,
        provider=provider,
        figures=figures_of(notices, requests, RULES).to_json(),
        sources=sources_of(notices, requests, RULES),
    )
    AccessCode.objects.create(record=record, digest=code.digest, made_at=NOON, made_by=edition.made_by)
    return record
