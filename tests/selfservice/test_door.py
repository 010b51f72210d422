"""Hashes are sealed at the door; from an answer nobody learns whether one is known: the door could not tell."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from havre.errors import NotFound
from havre.hotline.letters import bound, follow, keep_letter, write_letter
from havre.hotline.models import Door, Letter, LetterKind
from havre.hotline.telling import Told
from havre.sealing.receipt import Code, new_code
from havre.sealing.secret import unseal_from
from havre.selfservice.door import write_allowed, write_hashes
from havre.selfservice.given import Allowed, Given, given_in
from havre.settings import Settings
from havre.units.found import found_unit
from tests.cast import NOON
from tests.sealing.wire import chance
from tests.selfservice.made import given, hashed

OPENER = X25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def door(database: Settings) -> Door:
    """The door of a unit."""
    unit, sealing = found_unit("Child Line", "BE", NOON), OPENER.public_key().public_bytes_raw()
    return Door.objects.create(unit=unit, sealing=sealing, token_key=bytes(32), opened_at=NOON)


def opened(letter: Letter) -> Given:
    """A letter as its unit opens it."""
    return given_in(unseal_from(OPENER, bytes(letter.sealed), bound(bytes(letter.receipt.digest), letter.kind)))


def code(seed: int = 1) -> Code:
    """A code of its own."""
    return new_code(chance(seed))


def test_hashes_are_kept_sealed_and_followed(door: Door) -> None:
    write_hashes(door, code(), given(1), NOON)
    letter = Letter.objects.get()
    assert (letter.kind, opened(letter)) == ("hashes", given(1))
    for secret in (hashed(1).md5, hashed(1).sha256, hashed(1).prints[0].value):
        assert secret.encode() not in bytes(letter.sealed)
    found = follow(door, code())
    assert (found.begun, found.taken, found.answers) == (LetterKind.HASHES, False, ())


def test_more_and_the_same_form_again_are_added(door: Door) -> None:
    write_hashes(door, code(), given(1), NOON)
    write_hashes(door, code(), given(1), NOON)
    write_hashes(door, code(), given(2), NOON, more=True)
    assert [(each.kind, opened(each)) for each in Letter.objects.order_by("id")] == [
        ("hashes", given(1)),
        ("more", given(1)),
        ("more", given(2)),
    ]


def test_nothing_is_added_to_what_is_not_there_or_is_a_report(door: Door) -> None:
    write_letter(door, code(1), LetterKind.REPORT, Told(seen="x"), NOON)
    for seed in (1, 2):
        with pytest.raises(NotFound):
            write_hashes(door, code(seed), given(1), NOON, more=True)
    with pytest.raises(NotFound):
        write_hashes(door, code(1), given(1), NOON)
    write_hashes(door, code(3), given(1), NOON)
    keep_letter(door, code(3), LetterKind.WITHDRAWAL, b"{}", {"at": NOON})
    with pytest.raises(NotFound):
        write_hashes(door, code(3), given(1), NOON, more=True)
    assert Letter.objects.filter(kind=LetterKind.MORE).count() == 0


def test_every_letter_of_as_many_files_is_as_long(door: Door) -> None:
    for seed in range(5):
        write_hashes(door, code(seed), given(seed), NOON)
    assert len({len(each.sealed) for each in Letter.objects.all()}) == 1


def test_who_may_use_them_is_as_long_whatever_it_says_and_held_up_only_where_it_takes_nothing_back(door: Door) -> None:
    write_hashes(door, code(), given(1), NOON)
    for allowed in (Allowed(True, True), Allowed(True, False), Allowed(False, True)):
        write_allowed(door, code(), allowed, NOON, slow=True)
    letters = Letter.objects.filter(kind=LetterKind.CONSENT).order_by("id")
    assert len({len(each.sealed) for each in letters}) == 1
    assert [each.slow for each in letters] == [True, False, False]
    with pytest.raises(NotFound):
        write_allowed(door, code(2), Allowed(True, True), NOON)
