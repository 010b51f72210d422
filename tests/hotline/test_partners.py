"""A partner's program reports with a key that nobody keeps, and the same reference is the same report."""

from dataclasses import replace

import pytest

from havre.errors import Invalid, Refused
from havre.hotline.models import Brought, Door, Letter, Partner, Receipt
from havre.hotline.partners import bring, brought_by, code_for, key_digest, partner_of
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
    first, new = bring(door, partner, KEY, "IT-1", TOLD, NOON)
    again, known = bring(door, partner, KEY, "IT-1", replace(TOLD, seen="more"), NOON)
    other, _new = bring(door, partner, KEY, "IT-2", TOLD, NOON)
    assert (new, known, str(first) == str(again), str(first) == str(other)) == (True, False, True, False)
    assert (Letter.objects.count(), Receipt.objects.count(), Brought.objects.count()) == (2, 2, 2)


def test_only_who_has_the_key_can_make_its_codes() -> None:
    assert code_for(KEY, "IT-1").letters == code_for(KEY, "IT-1").letters
    assert code_for(KEY, "IT-1").letters != code_for("havre-two", "IT-1").letters


def test_who_brought_it_is_known_and_a_person_is_nobody(door: Door) -> None:
    code, _new = bring(door, partner_of(door, KEY), KEY, "IT-1", TOLD, NOON)
    assert brought_by(Receipt.objects.get(digest=code.digest)) == "Line IT"
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
