"""A partner's program reports with a key that nobody keeps, and the same reference is the same report."""

from dataclasses import replace
from itertools import islice

import pytest

from havre.errors import Invalid, Refused
from havre.hotline.models import Brought, Door, Letter, Partner, Receipt
from havre.hotline.partners import Kept, bring, brought_by, codes_for, key_digest, partner_of
from havre.hotline.telling import Told
from havre.settings import Settings
from havre.units.found import found_unit
from tests.cast import NOON

KEY = "havre-one"
TOLD = Told(addresses=("a.example/x",))


@pytest.fixture
def door(database: Settings) -> Door:
    """A door to which one partner has a key."""
    unit = found_unit("Child Line", "BE", NOON)
    Partner.objects.create(unit=unit, name="Line IT", digest=key_digest(KEY), made_at=NOON)
    return Door.objects.create(unit=unit, sealing=bytes(range(32)), token_key=bytes(32), opened_at=NOON)


def test_a_key_is_its_partners_until_it_is_taken_back(door: Door) -> None:
    assert partner_of(door, KEY).name == "Line IT"
    for wrong in ("", "havre-two", KEY.upper(), "\ud800", "x" * 10_000):
        with pytest.raises(Refused, match="not known here"):
            partner_of(door, wrong)
    Partner.objects.update(revoked_at=NOON)
    with pytest.raises(Refused):
        partner_of(door, KEY)


def test_a_key_opens_no_other_units_door(door: Door) -> None:
    other = found_unit("Second Line", "IT", NOON)
    with pytest.raises(Refused):
        partner_of(Door(unit=other), KEY)


def test_the_same_reference_is_the_same_report_with_the_same_code(door: Door) -> None:
    partner = partner_of(door, KEY)
    first, again, other = (bring(door, partner, KEY, ref, TOLD, NOON) for ref in ("IT-1", "IT-1", "IT-2"))
    assert [(each.new, each.added) for each in (first, again, other)] == [(True, False), (False, False), (True, False)]
    assert (str(first.code) == str(again.code), str(first.code) == str(other.code)) == (True, False)
    assert (Letter.objects.count(), Receipt.objects.count(), Brought.objects.count()) == (2, 2, 2)


def test_what_is_said_more_of_a_reference_is_added_once_and_danger_is_said_of_it(door: Door) -> None:
    partner, danger = partner_of(door, KEY), replace(TOLD, danger=True)
    told = [bring(door, partner, KEY, "IT-1", each, NOON) for each in (TOLD, danger, danger, TOLD)]
    found = [(each.new, each.added, each.danger) for each in told]
    assert found == [(True, False, False), (False, True, True), (False, False, False), (False, False, False)]
    assert list(Letter.objects.order_by("pk").values_list("kind", "danger")) == [("report", False), ("addition", True)]


def test_of_what_was_erased_danger_alone_is_kept_as_a_report_of_its_own(door: Door) -> None:
    partner, danger = partner_of(door, KEY), replace(TOLD, danger=True)
    first = bring(door, partner, KEY, "IT-1", TOLD, NOON)
    Receipt.objects.update(withdrawn_at=NOON)
    Letter.objects.all().delete()
    assert bring(door, partner, KEY, "IT-1", TOLD, NOON) == Kept(first.code)
    anew, again, more = (
        bring(door, partner, KEY, "IT-1", each, NOON) for each in (danger, danger, replace(danger, seen="here"))
    )
    assert [(each.new, each.added, each.danger) for each in (anew, again, more)] == [
        (True, False, True),
        (False, False, False),
        (False, True, True),
    ]
    assert str(first.code) != str(anew.code) == str(again.code) == str(more.code)
    assert Letter.objects.filter(danger=True).count() == 2


def test_only_who_has_the_key_can_make_its_codes() -> None:
    made = [
        islice(codes_for(*each), 3) for each in ((KEY, "IT-1"), (KEY, "IT-1"), ("havre-two", "IT-1"), (KEY, "IT-2"))
    ]
    first, again, other, second = ([code.letters for code in codes] for codes in made)
    assert (first == again, len({*first, *other, *second})) == (True, 9)


def test_who_brought_it_is_known_and_a_person_is_nobody(door: Door) -> None:
    kept = bring(door, partner_of(door, KEY), KEY, "IT-1", TOLD, NOON)
    assert brought_by(Receipt.objects.get(digest=kept.code.digest)) == "Line IT"
    plain = Receipt.objects.create(unit=door.unit, digest=bytes(32), sealing=bytes(32), made_at=NOON)
    assert brought_by(plain) == ""


@pytest.mark.parametrize("reference", ["", " ", "x" * 201, "a\nb", "\x1b[31m", "\0", "\ud800"])
def test_a_report_without_a_reference_is_refused(door: Door, reference: str) -> None:
    with pytest.raises(Invalid, match="reference of its own"):
        bring(door, partner_of(door, KEY), KEY, reference, TOLD, NOON)


def test_what_can_not_be_kept_leaves_nothing(door: Door) -> None:
    with pytest.raises(Invalid):
        bring(door, partner_of(door, KEY), KEY, "IT-1", Told(), NOON)
    assert not Receipt.objects.exists()
