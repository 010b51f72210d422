"""What a challenger adds reaches whoever decides, once; after the decision too, and that a child is in danger now."""

from datetime import timedelta

import pytest

from havre.corrections.models import Added, Challenge, State
from havre.corrections.queries import waiting
from havre.errors import Invalid
from havre.flows.challenge import list_challenges, point_at, read_challenge
from havre.flows.decide_challenge import Word, decide, words_for
from havre.flows.hotline_queue import unseen
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.flows.tend_answers import erase_challenges
from havre.hotline.letters import follow, write_letter
from havre.hotline.models import Letter, LetterKind, Page
from havre.hotline.telling import Told
from havre.sealing.receipt import Code
from tests.cast import NOON, Node, noon
from tests.flows.test_challenge import CONTACT, SAYS, sent, write

STANDS, WRONG = Word(wrong=False, because="It shows a child."), Word(wrong=True, because="It is a beach.")


def add(begun: Node, code: Code, *more: Told) -> None:
    """Sent through the door, and taken in."""
    for each in more:
        write_letter(open_door(begun.home, begun.anke), code, LetterKind.ADDITION, each, NOON)
    take_in(begun.home, begun.anke.unit, noon)


def later(begun: Node) -> list[str]:
    """What stands beside the first challenge, for whoever reads it."""
    return [told.seen if told else "" for _row, told in read_challenge(begun.home, begun.bram, 1).added]


def test_what_somebody_adds_to_their_challenge_stands_beside_it(begun: Node) -> None:
    about = sent(begun)
    first = Told(about=about.reference, seen=SAYS, contact=CONTACT)
    code = write(begun, first)
    add(begun, code, first, Told(seen="and my cousin saw it"))
    told = read_challenge(begun.home, begun.bram, 1).told
    assert told is not None
    assert (told.seen, later(begun), Challenge.objects.get().again_at) == (SAYS, ["and my cousin saw it"], None)
    assert not [each for each in Letter.objects.all() if bytes(each.sealed) or each.taken_at is None]
    assert b"cousin" not in bytes(Added.objects.get().told)


def test_said_after_the_decision_it_comes_back_with_that_reason_and_is_decided_once_more(begun: Node) -> None:
    code = write(begun, Told(about=sent(begun).reference, seen=SAYS))
    decide(begun.home, begun.bram, 1, STANDS)
    assert list(waiting(begun.bram.person)) == []
    add(begun, code, Told(seen="here is the receipt of the camera"))
    (row,) = list_challenges(begun.home, begun.bram)
    assert (row["state"], row["added_at"], later(begun)) == (
        State.RIGHT,
        NOON.isoformat(),
        ["here is the receipt of the camera"],
    )
    assert unseen(begun.home, begun.anke).challenges == 1
    assert erase_challenges(begun.home, lambda: NOON + timedelta(days=99)) == 0  # nobody looked at it yet
    assert decide(begun.home, begun.bram, 1, STANDS).state == State.RIGHT
    answers = [text for _at, text in follow(open_door(begun.home, begun.anke), code).answers]
    assert answers[-1] == words_for(False, "en", STANDS.because, stays=True)
    with pytest.raises(Invalid, match="decided already"):
        decide(begun.home, begun.bram, 1, WRONG)
    add(begun, code, Told(seen="and the film"))
    assert decide(begun.home, begun.bram, 1, WRONG).state == State.WRONG
    assert (Page.objects.get().state, list_challenges(begun.home, begun.bram)) == ("not actionable", [])


def test_what_was_taken_back_is_not_taken_back_twice(begun: Node) -> None:
    code = write(begun, Told(about=sent(begun).reference, seen=SAYS))
    decide(begun.home, begun.bram, 1, WRONG)
    add(begun, code, Told(seen="thank you"))
    with pytest.raises(Invalid, match="cannot become"):
        decide(begun.home, begun.bram, 1, WRONG)
    with pytest.raises(Invalid, match="decided already"):
        point_at(begun.home, begun.bram, 1, Page.objects.get().address)
    assert decide(begun.home, begun.bram, 1, STANDS).state == State.WRONG
    assert Challenge.objects.get().because == WRONG.because  # the first decision keeps its reason
    assert list_challenges(begun.home, begun.bram) == []


def test_that_a_child_is_in_danger_now_counts_at_the_page_and_stands_first(begun: Node) -> None:
    about = sent(begun)
    write(begun, Told(about=about.reference, seen=SAYS), 1)
    code = write(begun, Told(about="elsewhere", seen=SAYS), 2)
    add(begun, code, Told(seen="he is with him now", danger=True))
    assert [each["challenge"] for each in list_challenges(begun.home, begun.bram)] == [2, 1]
    assert (unseen(begun.home, begun.anke).challenges_danger, Page.objects.get().danger) == (1, False)
    point_at(begun.home, begun.bram, 2, about.page.address)
    assert Page.objects.get().danger is True
    first = write(begun, Told(about=about.reference, seen=SAYS), 3)
    Page.objects.update(danger=False)
    add(begun, first, Told(danger=True))
    assert Page.objects.get().danger is True


def test_who_takes_a_challenge_back_leaves_nothing_of_what_they_added(begun: Node) -> None:
    code = write(begun, Told(about=sent(begun).reference, seen=SAYS))
    add(begun, code, Told(seen="and my cousin saw it"))
    assert Added.objects.count() == 1
    write_letter(open_door(begun.home, begun.anke), code, LetterKind.WITHDRAWAL, Told(), NOON)
    take_in(begun.home, begun.anke.unit, noon)
    assert (Added.objects.count(), list_challenges(begun.home, begun.bram)) == (0, [])


def test_what_follows_nothing_waits_for_a_person(begun: Node) -> None:
    code = write(begun, Told(about="x", seen=SAYS))
    Challenge.objects.update(told=None)
    add(begun, code, Told(seen="too late"))
    assert Letter.objects.exclude(trouble="").count() == 1
