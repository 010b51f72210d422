"""Challenges come by the door, by a record's code or by telephone; what they name is found; what they say is sealed."""

from datetime import timedelta

import pytest

from havre.audit.models import Entry
from havre.corrections.models import Against, Challenge, State, Via
from havre.errors import Invalid, NotFound
from havre.flows.challenge import (
    list_challenges,
    meant_by,
    point_at,
    read_challenge,
    write_down,
)
from havre.flows.forget import day_of
from havre.flows.open_door import open_door
from havre.flows.take_letters import Taken, take_in
from havre.hotline.letters import follow, write_letter
from havre.hotline.models import Letter, LetterKind
from havre.hotline.telling import Told
from havre.notices.models import Notice
from havre.platforms.door import OF_RECORD
from havre.platforms.models import AccessCode, Edition, Record
from havre.sealing.receipt import Code, new_code
from tests.cast import NOON, Node, noon
from tests.platforms.written import contact, notice, page
from tests.sealing.wire import chance

SAYS = "I took this picture of my own child on a beach"
CONTACT = "mira@home.example"


def sent(begun: Node) -> Notice:
    """A notice whose letter left."""
    return notice(begun.anke.person, contact(begun.anke.person))


def write(begun: Node, told: Told, seed: int = 1, kind: LetterKind = LetterKind.CHALLENGE) -> Code:
    """A letter through the door, taken in."""
    code = new_code(chance(seed))
    write_letter(open_door(begun.home, begun.anke), code, kind, told, NOON)
    take_in(begun.home, begun.anke.unit, noon)
    return code


def record(begun: Node, code: Code, provider: str = "Host A") -> Record:
    """What a register of Anke's says of a provider, whose code is this."""
    edition, _new = Edition.objects.get_or_create(
        unit=begun.anke.unit,
        number=1,
        defaults={
            "begins": NOON - timedelta(days=90),
            "ends": NOON,
            "policy": "1",
            "made_at": NOON,
            "made_by": begun.anke.person,
            "publish_after": NOON + timedelta(days=30),
        },
    )
    made = Record.objects.create(edition=edition, provider=contact(begun.anke.person, provider), figures={})
    AccessCode.objects.create(record=made, digest=code.digest, made_at=NOON, made_by=begun.anke.person)
    return made


def test_a_letter_becomes_a_challenge_of_what_it_names_and_stays_sealed(begun: Node) -> None:
    about = sent(begun)
    code = write(begun, Told(about=about.reference.lower(), seen=SAYS, contact=CONTACT, language="nl"))
    (made,) = Challenge.objects.all()
    assert (made.number, made.against, made.notice, made.page) == (1, Against.NOTICE, about, about.page)
    assert (made.via, made.state) == (Via.DOOR, State.WAITING)
    assert bytes(Letter.objects.get().sealed) == b""
    opened = read_challenge(begun.home, begun.bram, 1)
    assert opened.told is not None
    assert (opened.told.seen, opened.told.contact) == (SAYS, CONTACT)
    log = "".join(f"{each.thing}{each.detail}{each.reason}" for each in Entry.objects.all())
    assert "challenge 1" in log
    assert not any(secret in log or secret.encode() in bytes(made.told or b"") for secret in (SAYS, CONTACT))
    door = open_door(begun.home, begun.anke)
    assert follow(door, code).taken is True


@pytest.mark.parametrize("place", ["about", "addresses", "seen"])
def test_what_is_challenged_is_found_where_people_write_it(begun: Node, place: str) -> None:
    about, other = sent(begun), page(begun.anke.person, "https://other.example/x")
    said = about.reference if place == "seen" else "hxxps://OTHER.example/x"
    told = {"about": Told(about=said), "addresses": Told(addresses=(said,)), "seen": Told(seen=said)}
    meant = meant_by(begun.anke.unit, told[place])
    if place == "seen":
        assert (meant.against, meant.notice) == (Against.NOTICE, about)
    else:
        assert (meant.against, meant.page) == (Against.JUDGEMENT, other)


def test_what_is_another_units_is_not_found(begun: Node) -> None:
    about = sent(begun)
    for text in (about.reference, about.page.address):
        assert meant_by(begun.chiara.unit, Told(about=text)).against == Against.UNKNOWN
    write_down(begun.home, begun.anke, about.reference, SAYS)
    assert list_challenges(begun.home, begun.chiara, old=True) == []
    with pytest.raises(NotFound):
        read_challenge(begun.home, begun.chiara, 1)


def test_a_record_is_challenged_by_its_own_code_alone(begun: Node) -> None:
    own = new_code(chance(7))
    made = record(begun, own)
    write(begun, Told(about=f"{OF_RECORD}{own.digest.hex()}", seen="we answered"), 1)
    write(begun, Told(about=f"{OF_RECORD}{bytes(32).hex()}", seen="we answered"), 2)
    write(begun, Told(about=f"{OF_RECORD}nonsense", seen="we answered"), 3)
    found = list(Challenge.objects.order_by("number").values_list("against", "record", "via"))
    assert found == [(Against.RECORD, made.pk, Via.RECORD), ("", None, Via.DOOR), ("", None, Via.DOOR)]


def test_what_names_nothing_waits_until_a_person_says_what_it_is_about(begun: Node) -> None:
    write(begun, Told(about="my website", seen=SAYS))
    about, made = sent(begun), record(begun, new_code(chance(7)))
    assert Challenge.objects.get().against == Against.UNKNOWN
    for text, against in (
        (about.reference, Against.NOTICE),
        (about.page.address, Against.JUDGEMENT),
        ("1 Host A", Against.RECORD),
    ):
        assert point_at(begun.home, begun.bram, 1, text).against == against
    assert Challenge.objects.get().record == made
    for wrong in ("", "elsewhere", "2 Host A", "1 Host B", "HN-0000-0000-0000-0000", "x" * 5_000):
        with pytest.raises(Invalid):
            point_at(begun.home, begun.bram, 1, wrong)
    Challenge.objects.update(state=State.RIGHT)
    with pytest.raises(Invalid):
        point_at(begun.home, begun.bram, 1, about.reference)


def test_what_somebody_says_on_the_telephone_is_written_down_and_followed_with_a_code(begun: Node) -> None:
    about = sent(begun)
    made, code = write_down(begun.home, begun.bram, about.reference, SAYS, CONTACT, "fr")
    assert (made.via, made.entered_by, made.against) == (Via.STAFF, begun.bram.person, Against.NOTICE)
    assert follow(open_door(begun.home, begun.anke), code).answers == ()
    assert [each["about"] for each in list_challenges(begun.home, begun.anke)] == [about.reference]
    with pytest.raises(Invalid):
        write_down(begun.home, begun.bram, about.reference, "  ")


def test_whoever_withdraws_leaves_nothing_of_what_they_said(begun: Node) -> None:
    code = write(begun, Told(about="x", seen=SAYS))
    door = open_door(begun.home, begun.anke)
    write_letter(door, code, LetterKind.WITHDRAWAL, Told(), NOON)
    assert take_in(begun.home, begun.anke.unit, noon) == Taken(withdrawals=1)
    made = Challenge.objects.get()
    assert (made.state, made.told, made.erased_at) == (State.WITHDRAWN, None, day_of(NOON))
    assert read_challenge(begun.home, begun.anke, 1).told is None
    with pytest.raises(NotFound):
        follow(door, code)
