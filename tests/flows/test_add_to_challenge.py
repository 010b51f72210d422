"""What a challenger adds reaches whoever decides, once, and nothing that comes too late is lost."""

from havre.corrections.models import Challenge, State
from havre.flows.challenge import read_challenge
from havre.flows.open_door import open_door
from havre.flows.take_letters import take_in
from havre.hotline.letters import write_letter
from havre.hotline.models import Letter, LetterKind
from havre.hotline.telling import Told
from tests.cast import NOON, Node, noon
from tests.flows.test_challenge import CONTACT, SAYS, sent, write


def test_what_somebody_adds_to_their_challenge_stands_with_it_until_it_is_decided(begun: Node) -> None:
    about = sent(begun)
    code = write(begun, Told(about=about.reference, seen=SAYS, contact=CONTACT))
    door = open_door(begun.home, begun.anke)
    for more in (Told(about=about.reference, seen=SAYS, contact=CONTACT), Told(seen="and my cousin saw it")):
        write_letter(door, code, LetterKind.ADDITION, more, NOON)
    assert take_in(begun.home, begun.anke.unit, noon).additions == 1
    told = read_challenge(begun.home, begun.bram, 1).told
    assert told is not None
    assert (told.seen.split("\n")[0], told.seen.split("\n")[-1]) == (SAYS, "and my cousin saw it")
    assert (told.contact, Letter.objects.filter(taken_at=None).count()) == (CONTACT, 0)
    assert not [each for each in Letter.objects.all() if bytes(each.sealed)]
    Challenge.objects.update(state=State.RIGHT)
    write_letter(door, code, LetterKind.ADDITION, Told(seen="too late"), NOON)
    assert take_in(begun.home, begun.anke.unit, noon).trouble == 1  # a person looks
