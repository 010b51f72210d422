"""A letter of a notice, composed from what the tables hold: as it is sent, and as a page shows it before."""

from datetime import datetime

from django.db.models import Max

from havre.assessments.facts import NOTHING
from havre.assessments.models import Age, Assessment, Visible
from havre.flows.at_page import alone, policy_for
from havre.flows.home import Home
from havre.flows.notice_hands import Parcel
from havre.hotline.models import Judgement, Page
from havre.hotline.place import target_of
from havre.hotline.queries import found_out
from havre.hotline.standing import standing_of
from havre.media.models import Exhibit
from havre.notices.following import LEFT
from havre.notices.letters import Told, Written, as_json, written
from havre.notices.models import Act, Kind, Letter, Notice, Transmission
from havre.notices.paper import pdf, signed_json
from havre.units.acting import Acting

MOST_HASHES = 1_000
CHILD = frozenset(Age) - {Age.ADULT, Age.UNCLEAR}


def told_of(home: Home, acting: Acting, notice: Notice, letter: Letter, number: int, at: datetime) -> Told:
    """Everything that this letter says, as it is known now."""
    page = notice.page
    words = _words(page, letter)
    policy = policy_for(home, notice.unit)
    facts = standing_of(words, policy, alone(notice.unit, acting.person.pk)).facts if words else NOTHING
    target = target_of(page, found_out(acting.person, page))
    leads = [str(target)] if target is not None else []
    return Told(
        letter,
        notice.reference,
        number,
        Kind(notice.recipient.kind),
        Act(notice.act),
        notice.recipient.language,
        notice.recipient.name,
        (page.address, *leads),
        at,
        page.first_at.date(),
        max((word.at for word in words), default=at).date(),
        len({word.person_id for word in words}),
        f"{notice.unit.name}, {notice.unit.country}" if notice.named else "",
        notice.preserve,
        notice.basis,
        facts.age,
        tuple(facts.visible),
        facts.produced,
        _first(notice, number),
        hashes_of(page) if notice.recipient.takes_hashes else (),
    )


def _words(page: Page, letter: Letter) -> list[Judgement]:
    rows = Judgement.objects.filter(page=page, undone_at=None).order_by("pk")
    return list(rows) if letter == Letter.NOTICE else []


def _first(notice: Notice, number: int) -> datetime | None:
    rows = Transmission.objects.filter(notice=notice, letter=Letter.NOTICE, outcome__in=LEFT, number__lt=number)
    first = rows.order_by("number").values_list("at", "begun_at").first()
    return (first[0] or first[1]) if first else None


def hashes_of(page: Page) -> tuple[str, ...]:
    """SHA-256 of what was found there and judged to show a child; nothing else that stood on the page."""
    if page.case is None:
        return ()
    media = Exhibit.objects.filter(item__intake__case=page.case).values("medium")
    words = Assessment.objects.filter(medium__in=media, undone_at=None, age__in=CHILD).select_related("medium")
    shown = {bytes(each.medium.sha256).hex() for each in words if set(each.visible) - {Visible.NONE}}
    return tuple(sorted(shown)[:MOST_HASHES])


def next_number(notice: Notice) -> int:
    """Of the transmission that comes next."""
    return (Transmission.objects.filter(notice=notice).aggregate(most=Max("number"))["most"] or 0) + 1


def parcel_of(home: Home, told: Told, to: str, message_id: str) -> Parcel:
    """The letter as it leaves. Raises Invalid where something in it would bring lines or addresses of its own."""
    letter = written(told)
    body = signed_json(as_json(told), home.signer)
    return packed(home, letter, body, told.at, f"{told.reference.lower()}-{told.number}", to, message_id)


def packed(home: Home, letter: Written, body: bytes, at: datetime, name: str, to: str, message_id: str) -> Parcel:
    """A letter with its files, ready to leave."""
    paper = pdf(letter, at, home.keys.letters().sign)
    return Parcel(to, message_id, letter.subject, letter.text(), name, body, paper)
