"""What waits for a peer arrives there once, whatever happens on the way."""

from dataclasses import replace

import pytest

from havre.errors import Unavailable
from havre.flows.introduce import say
from havre.network.models import Word
from havre.restrictions.model import Level, Restriction
from havre.sealing.bundle import Answer, Posted, answered, digest_of, read_answer, read_request
from havre.sealing.message import Message, Place, header_of
from tests.simulators.nations import Nation
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


def taken(answer: Answer, posted: Posted, message: Message, italy: Nation) -> str:
    """Italy's answer to this request, in which this message is the last that it took."""
    place = Place(header_of(message.header).number, message.digest)
    said = replace(answer, answers=digest_of(posted.statement), received=place, proof=message.shown())
    return answered(said, italy.home.keys.peer(0).signer)


def test_a_peer_that_mixes_makings_does_not_halt_this_node(worlds: Worlds) -> None:
    with worlds("BE IT") as found:
        belgium, italy = found.nations.values()
        with belgium.open() as anke:
            for text in ("one", "two"):
                say(belgium.home, anke, "Node IT", text)
        asked: list[Posted] = []
        answers: list[Answer] = []

        def way(_sender: Nation, to: Nation, text: str) -> str:
            asked.append(read_request(text))
            if len(asked) == 1:
                raise Unavailable("lost")
            if len(asked) == 2:
                answers.append(read_answer(found.deliver(to, text))[1])
                return answered(answers[0], italy.home.keys.peer(0).signer)
            message = asked[2].messages[0] if len(asked) == 3 else asked[0].messages[1]
            return taken(answers[0], asked[-1], message, italy)

        found.way = way
        done = [found.ask(belgium, italy) for _ in range(3)]
        assert len(asked) > 3
        assert "do not follow one another" in " ".join(each.trouble for each in done)
        assert not belgium.settings.halted.exists()


@pytest.mark.parametrize("error", [ValueError("x"), TypeError("x"), OverflowError("x")])
def test_what_an_answer_brings_about_is_trouble_of_that_peer_alone(worlds: Worlds, error: Exception) -> None:
    with worlds("BE IT FR") as found:
        belgium, italy, _france = found.nations.values()

        def way(_sender: Nation, to: Nation, text: str) -> str:
            if to is italy:
                raise error
            return found.deliver(to, text)

        found.way = way
        done = found.turn(belgium)
        assert [each.trouble for each in done.values()] == ["it is not as messages are", ""]


def test_a_peer_with_ever_new_words_is_asked_once_at_a_time(worlds: Worlds) -> None:
    with worlds("BE IT") as found:
        belgium, italy = found.nations.values()
        asked: list[str] = []

        def way(_sender: Nation, to: Nation, text: str) -> str:
            asked.append(text)
            posted, clean = read_request(text), found.chance.randbytes(16).hex()
            said = Answer(
                1,
                italy.node,
                belgium.node,
                digest_of(posted.statement),
                posted.claims.made_at,
                1,
                1,
                Place(),
                anew=clean,
            )
            return answered(said, italy.home.keys.peer(0).signer)

        found.way = way
        found.ask(belgium, italy)
        found.ask(belgium, italy)
        assert len(asked) <= 4
