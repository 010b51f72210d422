"""What is put on the board is told to those whom its source lets know, and to nobody else."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.errors import Invalid
from havre.exchange.board import changed_after, put, renumber, told_to, withdraw
from havre.exchange.imprint_shape import told as imprint
from havre.exchange.models import Counter, Shared, SharedPrint
from havre.exchange.put_all import Coming, put_all
from havre.restrictions.model import Actor, Level, Name, Owner, Restriction, digest, told
from tests.cast import NOON, introduce
from tests.imprinted import film

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
    whole: dict[str, object] = {
        "kind": "media",
        "ref": str(REF),
        "series": str(SERIES),
        "unit": "Federal Police",
        "country": "BE",
    }
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
    with pytest.raises(Invalid, match="stays of its kind"):
        put(AUSTRALIA, "claim", REF, {}, OPEN, 2, NOON)


@pytest.mark.usefixtures("database")
def test_a_unit_that_is_named_is_that_of_its_node_alone() -> None:
    introduce()
    named = Restriction(Level.OPEN, units=frozenset({Name(PEER, "Polizia Postale")}))
    row = put(BELGIUM, "series", REF, {}, named, 1, NOON)
    assert told_to(ITALY, row, NOON) is None
    assert told_to(NODE, row, NOON) is not None


@pytest.mark.usefixtures("database")
def test_what_counts_as_changed_is_numbered_anew_in_its_order_by_few_questions() -> None:
    introduce()
    other = Restriction(Level.OPEN, countries=frozenset({"FR"}))
    gone, stays = UUID(int=900), UUID(int=901)
    for number in range(100, 160):
        put(BELGIUM, "series", UUID(int=number), {}, OPEN, 1, NOON)
    for ref, said in ((gone, OPEN), (stays, other)):
        put(BELGIUM, "series", ref, {}, said, 1, NOON)
    put(BELGIUM, "series", UUID(int=120), {}, OPEN, 2, NOON)
    Shared.objects.filter(ref=gone).update(destroyed_at=NOON)
    rows = Shared.objects.filter(condition__digest=digest(OPEN), destroyed_at=None).order_by("changed")
    was, last = list(rows.values_list("ref", flat=True)), Counter.objects.get().last
    with CaptureQueriesContext(connection) as asked:
        assert renumber([row.condition_id for row in Shared.objects.all()]) == 61  # and that of Italy's
    assert len(asked) < 10
    assert list(rows.values_list("ref", flat=True)) == was
    now = list(Shared.objects.filter(destroyed_at=None).order_by("changed").values_list("changed", flat=True))
    assert now == list(range(last + 1, last + 62))
    assert Counter.objects.get().last == last + 61
    assert renumber([]) == 0


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("all_at_once", [True, False])
def test_what_is_told_again_as_it_was_uses_up_no_numbers_of_any_index(all_at_once: bool) -> None:
    """A peer tells the same film and the same pictures again and again: only what is other gets a new number."""
    introduce()
    made = film(1, 2, 3)
    imprints = [imprint(made.method, made.version, made.at, made.data)]

    def said(version: int, **other: object) -> tuple[list[int], int]:
        body = BODY | {"imprints": imprints, "camera": {"model": "D810", "serial": "6030741"}} | other
        if all_at_once:
            put_all([Coming(AUSTRALIA, "media", REF, body, OPEN)], version, NOON)
        else:
            put(AUSTRALIA, "media", REF, body, OPEN, version, NOON)
        return list(SharedPrint.objects.order_by("pk").values_list("pk", flat=True)), Counter.objects.get().runs

    first = said(1)
    assert [said(version, contact=str(version)) for version in range(2, 6)] == [first] * 4
    prints, runs = said(6, pdq=["0b" * 32, "0d" * 32])
    assert not set(prints) & set(first[0])
    assert runs == first[1]
    assert said(7, pdq=[], sha256=None, camera=None)[0] == []
