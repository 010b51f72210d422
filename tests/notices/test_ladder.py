"""Whom each rung of a written-down route means."""

from havre.notices.ladder import Ladder, Wanted, Where, act_for, contact_for
from havre.notices.models import Act, Kind, Recipient
from tests.cast import NOON
from tests.notices.standing import LADDER, outcome

WHERE = Where("a.photos.example", "photos.example", "as64500", "Example Hosting", "Registrar Inc.", "NL")


def known(kind: str, *answers_for: str, **given: object) -> Recipient:
    """A contact, verified unless it says otherwise."""
    values: dict[str, object] = {"name": "x", "verified_at": NOON} | given
    return Recipient(kind=kind, answers_for=list(answers_for), **values)


def meant(kind: Kind, *contacts: Recipient, name: str = "") -> Recipient | None:
    return contact_for(Wanted(kind, act_for(kind), 0, 24, name=name), WHERE, contacts)


def test_a_host_is_found_by_network_holder_site_or_name_and_a_platform_is_one() -> None:
    for names in ("as64500", "example hosting", "photos.example", "a.photos.example"):
        assert meant(Kind.HOST, known("host", names)) is not None
    assert meant(Kind.HOST, known("platform", "photos.example")) is not None
    assert meant(Kind.HOST, known("host", "as64501"), known("cdn", "as64500")) is None
    assert meant(Kind.REGISTRAR, known("registrar", "registrar inc.")) is not None


def test_a_coordinator_is_found_by_country_and_whoever_is_named_by_name() -> None:
    assert meant(Kind.COORDINATOR, known("coordinator", country="NL")) is not None
    assert meant(Kind.COORDINATOR, known("coordinator", country="BE")) is None
    assert meant(Kind.POLICE, known("police", name="National Police"), name="national police") is not None
    assert meant(Kind.POLICE, known("police", name="Other", country="NL"), name="National police") is None
    assert meant(Kind.PUBLICATION, known("publication")) is not None


def test_of_several_one_that_is_verified_comes_first() -> None:
    unverified, verified = known("host", "as64500", name="a", verified_at=None), known("host", "as64500", name="b")
    assert meant(Kind.HOST, unverified, verified) is verified
    assert meant(Kind.HOST, unverified) is unverified


def test_the_ladder_is_climbed_rung_by_rung_from_where_it_stands() -> None:
    ladder = Ladder(outcome(*LADDER, acts=["remove", "preserve"]), 72)
    assert [(each.kind, each.act, each.preserve) for each in ladder.first] == [("host", "remove", True)]
    assert [each.kind for each in ladder.above(0, Kind.PLATFORM)] == [kind for kind, _hours in LADDER[1:]]
    assert [each.hours for each in ladder.above(2, Kind.REGISTRAR)] == [48, 168]
    assert ladder.above(0, Kind.POLICE) == ladder.above(4, Kind.PUBLICATION) == []
    assert act_for(Kind.COORDINATOR) == Act.INFORM


def test_where_the_hotline_writes_to_no_host_only_who_is_informed_is_meant() -> None:
    follows = outcome(("host", 24), writes=False, recipients=[("police", "P"), ("host", "")])
    assert [(each.kind, each.name) for each in Ladder(follows, 72).first] == [("police", "P")]
    assert Ladder({}, 72).first == []


def test_who_sold_its_name_is_not_taken_for_its_host_nor_its_host_for_who_sold_its_name() -> None:
    assert meant(Kind.HOST, known("host", "registrar inc.")) is None
    assert meant(Kind.REGISTRAR, known("registrar", "example hosting", "as64500")) is None
    assert meant(Kind.REGISTRAR, known("registrar", "photos.example")) is not None
