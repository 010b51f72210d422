"""A provider reads and contests its record with its code, by a process that holds no key."""

import pytest

from havre.errors import NotFound
from havre.flows.open_door import open_door
from havre.hotline.models import Letter, LetterKind
from havre.hotline.telling import Told
from havre.platforms.door import contest, record_under
from havre.sealing.receipt import new_code
from tests.cast import NOON, Node
from tests.flows.test_challenge import record
from tests.sealing.wire import chance


def test_a_code_opens_its_own_record_and_what_is_contested_is_sealed(begun: Node) -> None:
    own, other = new_code(chance(1)), new_code(chance(2))
    record(begun, own)
    record(begun, other, "Host B")
    door = open_door(begun.home, begun.anke)
    assert [record_under(door, code, NOON).provider for code in (own, other)] == ["Host A", "Host B"]
    follows = contest(door, own, Told(seen="we answered by telephone"), NOON)
    letter = Letter.objects.get()
    assert (letter.kind, bytes(letter.receipt.digest)) == (LetterKind.CHALLENGE, follows.digest)
    assert b"telephone" not in bytes(letter.sealed)
    with pytest.raises(NotFound):
        record_under(open_door(begun.home, begun.chiara), own, NOON)
