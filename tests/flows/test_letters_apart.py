"""A letter that could not be taken in waits for a person, is tried again, and is erased unread in the end."""

from datetime import timedelta

import pytest

from havre.errors import NotFound
from havre.flows.letters_apart import erase_apart, list_apart, try_again
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.hotline.letters import write_letter
from havre.hotline.models import Letter, LetterKind
from havre.hotline.telling import Told
from havre.sealing.receipt import new_code
from tests.cast import NOON, Node, noon
from tests.sealing.wire import chance


@pytest.fixture
def letter(begun: Node) -> Letter:
    """One that does not open."""
    door = open_door(begun.home, begun.anke)
    write_letter(door, new_code(chance(1)), LetterKind.REPORT, Told(seen="a harbour"), NOON)
    Letter.objects.update(sealed=bytes(100))
    take_in(begun.home, begun.anke.unit, noon)
    return Letter.objects.get()


def test_it_is_listed_for_its_unit_alone(begun: Node, letter: Letter) -> None:
    (shown,) = list_apart(begun.home, begun.bram)
    assert (shown["letter"], shown["kind"], shown["danger"]) == (letter.pk, "report", False)
    assert "does not open" in shown["trouble"]
    assert list_apart(begun.home, begun.chiara) == []


def test_it_is_taken_in_again_by_who_may(begun: Node, letter: Letter) -> None:
    with pytest.raises(NotFound):
        try_again(begun.home, begun.chiara, letter.pk)
    try_again(begun.home, begun.bram, letter.pk)
    assert list_apart(begun.home, begun.bram) == []
    assert take_in(begun.home, begun.anke.unit, noon).trouble == 1


def test_it_is_erased_unread_when_its_time_is_over(begun: Node, letter: Letter) -> None:
    assert erase_apart(begun.home, lambda: NOON + timedelta(days=179)) == 0
    assert erase_apart(begun.home, lambda: NOON + timedelta(days=181)) == 1
    assert not Letter.objects.exists()
