"""A letter that could not be taken in waits for a person, is tried again, and is erased unread in the end."""

from datetime import timedelta

import pytest

from havre.errors import NotFound
from havre.flows.hotline_queue import unseen
from havre.flows.letters_apart import erase_apart, list_apart, try_again
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.hotline.letters import follow, write_letter
from havre.hotline.models import Letter, LetterKind, Receipt
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


def test_one_that_says_danger_stands_first_and_is_counted_as_that(begun: Node, letter: Letter) -> None:
    door = open_door(begun.home, begun.anke)
    write_letter(door, new_code(chance(2)), LetterKind.REPORT, Told(seen="now", danger=True), NOON)
    Letter.objects.exclude(pk=letter.pk).update(sealed=bytes(100))
    take_in(begun.home, begun.anke.unit, noon)
    assert [row["danger"] for row in list_apart(begun.home, begun.bram)] == [True, False]
    found = unseen(begun.home, begun.bram)
    assert (found.letters, found.letters_danger, found.trouble) == (0, 1, 2)


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
    assert not Receipt.objects.filter(digest=new_code(chance(1)).digest).exists()  # nor what was made of its code
    with pytest.raises(NotFound, match="nothing waits under this code"):
        follow(open_door(begun.home, begun.anke), new_code(chance(1)))


def test_of_an_addition_that_cannot_be_read_the_report_and_its_code_stay(begun: Node) -> None:
    door, code = open_door(begun.home, begun.anke), new_code(chance(1))
    write_letter(door, code, LetterKind.REPORT, Told(seen="a harbour"), NOON)
    write_letter(door, code, LetterKind.ADDITION, Told(seen="more"), NOON)
    Letter.objects.filter(kind=LetterKind.ADDITION).update(sealed=bytes(100))
    take_in(begun.home, begun.anke.unit, noon)
    assert erase_apart(begun.home, lambda: NOON + timedelta(days=181)) == 1
    assert follow(door, code).taken is True


def test_who_takes_it_back_waits_for_no_letter_that_opens(begun: Node) -> None:
    door, code = open_door(begun.home, begun.anke), new_code(chance(1))
    write_letter(door, code, LetterKind.REPORT, Told(seen="a harbour"), NOON)
    take_in(begun.home, begun.anke.unit, noon)
    write_letter(door, code, LetterKind.WITHDRAWAL, Told(), NOON)
    Letter.objects.filter(kind=LetterKind.WITHDRAWAL).update(sealed=bytes(100))
    assert take_in(begun.home, begun.anke.unit, noon).withdrawals == 1


def test_what_its_code_began_is_kept_as_long_as_something_younger_under_it_waits(begun: Node, letter: Letter) -> None:
    young = NOON + timedelta(days=100)
    write_letter(open_door(begun.home, begun.anke), new_code(chance(1)), LetterKind.ADDITION, Told(seen="more"), young)
    assert erase_apart(begun.home, lambda: NOON + timedelta(days=181)) == 0
    assert Letter.objects.count() == 2
    assert erase_apart(begun.home, lambda: young + timedelta(days=181)) == 1
    assert not Letter.objects.exists()
