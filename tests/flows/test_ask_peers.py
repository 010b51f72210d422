"""What waits for a peer arrives there once, whatever happens on the way."""

from havre.flows.introduce import say
from havre.network.models import Word
from havre.restrictions.model import Level, Restriction
from tests.simulators.worlds import Worlds

ITALY = Restriction(Level.OPEN, countries=frozenset({"IT"}))


def test_a_word_is_told_once_and_acknowledged(worlds: Worlds) -> None:
    with worlds("BE IT") as found:
        belgium, italy = found.nations.values()
        with belgium.open() as anke:
            say(belgium.home, anke, "Node IT", "good morning")
        done = found.ask(belgium, italy)
        assert (done.trouble, done.sent >= 1, done.acknowledged) == ("", True, done.sent)
        with italy.open():
            assert Word.objects.get().text == "good morning"
        again = found.ask(belgium, italy)
        assert again.sent == 0
        with italy.open():
            assert Word.objects.count() == 1
