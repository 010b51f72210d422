"""What is put on the board is told to those whom its source lets know, and to nobody else."""

from datetime import timedelta
from uuid import UUID

import pytest

from havre.errors import Invalid
from havre.exchange.board import changed_after, put, told_to, withdraw
from havre.exchange.models import Shared, SharedPrint
from havre.restrictions.model import Actor, Level, Name, Owner, Restriction, told
from tests.cast import NOON, introduce

PEER = "ab" * 8
REF, OTHER, SERIES = UUID(int=1), UUID(int=2), UUID(int=3)
BELGIUM = Owner("", "Federal Police", "BE")
AUSTRALIA = Owner(PEER, "ACCCE", "AU")
ITALY = Actor("", "Polizia Postale", "IT")
NODE = Actor(PEER, "", "AU")
OPEN = Restriction(Level.OPEN, countries=frozenset({"IT", "AU"}))
BODY = {"series": str(SERIES), "sha256": "0a" * 32, "pdq": ["0b" * 32, "0c" * 32], "quality": 90, "contact": "desk"}


@pytest.mark.usefixtures("database")
def test_what_is_put_is_told_as_its_source_lets_it() -> None:
    introduce()
    row = put(BELGIUM, "media", REF, BODY, OPEN, 1, NOON)
    whole = {"kind": "media", "ref": str(REF), "series": str(SERIES), "unit": "Federal Police", "country": "BE"}
    whole |= {"version": 1, "restriction": told(OPEN), "body": BODY}
    assert told_to(ITALY, row, NOON) == told_to(NODE, row, NOON) == whole
    assert told_to(Actor("", "Police", "FR"), row, NOON) is None
    assert SharedPrint.objects.filter(shared=row).count() == 2

    row = put(BELGIUM, "media", REF, BODY, Restriction(Level.HIT, countries=OPEN.countries), 2, NOON)
    hit = {"kind": "media", "unit": "Federal Police", "country": "BE", "contact": "desk", "level": "hit"}
    assert told_to(ITALY, row, NOON) == hit
    assert told_to(NODE, row, NOON) is None  # waits for private matching


@pytest.mark.usefixtures("database")
def test_a_version_that_is_not_higher_changes_nothing() -> None:
    introduce()
    put(BELGIUM, "series", REF, {"name": "new"}, OPEN, 5, NOON)
    for version in (5, 4):
        assert put(BELGIUM, "series", REF, {"name": "old"}, OPEN, version, NOON).body == {"name": "new"}
    withdraw(BELGIUM, REF, 5, NOON)
    assert Shared.objects.get().withdrawn_at is None
    row = withdraw(BELGIUM, REF, 6, NOON)
    assert row is not None
    assert (row.body, told_to(ITALY, row, NOON), told_to(Actor("", *BELGIUM.name[1:], "BE"), row, NOON)) == ({},) + (
        None,
    ) * 2
    put(BELGIUM, "series", REF, {"name": "late"}, OPEN, 6, NOON)
    assert Shared.objects.get().withdrawn_at == NOON
    assert withdraw(BELGIUM, OTHER, 1, NOON) is None


@pytest.mark.usefixtures("database")
def test_changes_are_numbered_in_their_order_and_those_of_peers_are_not_passed_on() -> None:
    introduce()
    put(BELGIUM, "series", REF, {}, OPEN, 1, NOON)
    put(BELGIUM, "series", OTHER, {}, OPEN, 1, NOON)
    theirs = put(AUSTRALIA, "series", SERIES, {}, OPEN, 1, NOON)
    put(BELGIUM, "series", REF, {}, OPEN, 2, NOON)
    assert [(row.ref, row.changed) for row in changed_after(0)] == [(OTHER, 2), (REF, 4)]
    assert [row.ref for row in changed_after(2)] == [REF]
    assert told_to(Actor("cd" * 8, "", "IT"), theirs, NOON) is None
    assert told_to(ITALY, theirs, NOON) is not None


@pytest.mark.usefixtures("database")
def test_the_same_name_from_another_node_is_another_thing() -> None:
    introduce()
    put(BELGIUM, "series", REF, {"name": "ours"}, OPEN, 1, NOON)
    put(AUSTRALIA, "series", REF, {"name": "theirs"}, OPEN, 9, NOON)
    withdraw(AUSTRALIA, REF, 10, NOON)
    assert Shared.objects.get(node="").body == {"name": "ours"}
    with pytest.raises(Invalid, match="another unit"):
        put(Owner("", "Polizia Postale", "IT"), "series", REF, {}, OPEN, 11, NOON)


@pytest.mark.usefixtures("database")
def test_what_is_over_is_told_to_nobody() -> None:
    introduce()
    soon = Restriction(Level.OPEN, countries=OPEN.countries, retain_until=NOON + timedelta(days=1))
    row = put(BELGIUM, "series", REF, {}, soon, 1, NOON)
    assert told_to(ITALY, row, NOON) is not None
    assert told_to(ITALY, row, NOON + timedelta(days=1)) is None


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "0a"},
        {"md5": "zz" * 16},
        {"sha1": 7},
        {"pdq": "0b" * 32},
        {"pdq": ["0b"]},
        {"quality": "good", "pdq": []},
        {"series": "S1"},
        {"series": 7},
    ],
)
def test_what_cannot_be_a_fingerprint_is_refused_before_anything_is_kept(wrong: dict[str, object]) -> None:
    introduce()
    with pytest.raises(Invalid):
        put(AUSTRALIA, "media", REF, wrong, OPEN, 1, NOON)
    assert not Shared.objects.exists()


@pytest.mark.usefixtures("database")
def test_a_thing_stays_of_its_kind() -> None:
    introduce()
    with pytest.raises(Invalid, match="nothing that is shared"):
        put(AUSTRALIA, "secret", REF, {}, OPEN, 1, NOON)
    put(AUSTRALIA, "clue", REF, {}, OPEN, 1, NOON)
    with pytest.raises(Invalid, match="does not become"):
        put(AUSTRALIA, "claim", REF, {}, OPEN, 2, NOON)


@pytest.mark.usefixtures("database")
def test_a_unit_that_is_named_is_that_of_its_node_alone() -> None:
    introduce()
    named = Restriction(Level.OPEN, units=frozenset({Name(PEER, "Polizia Postale")}))
    row = put(BELGIUM, "series", REF, {}, named, 1, NOON)
    assert told_to(ITALY, row, NOON) is None
    assert told_to(NODE, row, NOON) is not None
