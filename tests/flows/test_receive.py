"""What comes from another node is taken once, in order, from whom it is; all else is refused and written down."""

import json
import os
from hashlib import sha256

import pytest
from django.db import connection

from havre.audit.models import Entry
from havre.errors import Broken, Invalid, NotFound, Refused
from havre.flows.introduce import rotate, say, turn_away
from havre.flows.receive import receive
from havre.network.meet import sealing_key
from havre.network.models import Incoming, Peer, Refusal, Word
from havre.network.outbox import tell
from havre.sealing.bundle import Request, asked, read_answer
from havre.sealing.certificate import Shown
from havre.sealing.message import NOTHING, Header, Message, Place
from havre.sealing.secret import seal_to
from havre.sealing.statement import canonical, encoded
from tests.simulators.nations import Killed, Nation, World, killed_at
from tests.simulators.worlds import Worlds


def carried(world: World, sender: Nation, to: Nation, text: str = "good morning") -> str:
    """A request with a word that arrived once."""
    with sender.open() as anke:
        say(sender.home, anke, f"Node {to.country}", text)
    world.ask(sender, to)
    return next(each for whom, each in world.carried if whom is to)


def test_a_request_that_comes_again_changes_nothing_and_is_written_down(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        request = carried(world, belgium, italy)
        for _ in range(10):
            answer = read_answer(world.deliver(italy, request))[1]
        with italy.open():
            assert Word.objects.count() == 1
            assert "replayed" in answer.refused
            refusal = Refusal.objects.get()
            assert refusal.times == 10
            told = [each for each in Entry.objects.all() if json.loads(each.detail).get("act") == "refused"]
            assert len(told) == 1  # however often it comes


def test_who_is_not_accepted_learns_nothing(worlds: Worlds) -> None:
    with worlds("BE IT FR") as world:
        belgium, italy, france = world.nations.values()
        request = carried(world, belgium, italy)
        with france.open(), pytest.raises(NotFound) as misaddressed:
            receive(france.home, france.clock, request)
        with italy.open() as anna:
            turn_away(italy.home, anna, "Node BE")
            with pytest.raises(NotFound) as turned_away:
                receive(italy.home, italy.clock, request)
        assert str(turned_away.value) == str(misaddressed.value)


@pytest.mark.parametrize("place", [10, 60, 200])
def test_a_request_that_was_altered_is_refused_whole(worlds: Worlds, place: int) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        request = carried(world, belgium, italy)
        other = request[:place] + ("a" if request[place] != "a" else "b") + request[place + 1 :]
        with italy.open(), pytest.raises((Refused, Invalid, NotFound)):
            receive(italy.home, italy.clock, other)


def test_new_keys_count_at_the_next_contact_and_old_ones_no_more(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        old = carried(world, belgium, italy)
        with belgium.open() as anke:
            rotate(belgium.home, anke)
            say(belgium.home, anke, "Node IT", "with new keys")
        assert world.ask(belgium, italy).trouble == ""
        with italy.open():
            assert [each.text for each in Word.objects.order_by("id")] == ["good morning", "with new keys"]
            assert Peer.objects.get().generation == 1
            with pytest.raises(Refused, match="not signed with the key"):
                receive(italy.home, italy.clock, old)
            with pytest.raises(Refused, match="generation"):
                receive(italy.home, italy.clock, old, Shown(belgium.node, 0))
        with italy.open() as anna:
            say(italy.home, anna, "Node BE", "sealed to the new one")
        assert world.ask(italy, belgium).trouble == ""
        with belgium.open():
            assert Word.objects.get().text == "sealed to the new one"


def test_a_kind_that_nobody_knows_yet_is_kept(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        with belgium.open():
            tell(belgium.peer(italy), "later", {"new": {"field": 1}}, belgium.clock())
            tell(belgium.peer(italy), "word", {"text": "goes on"}, belgium.clock())
        world.ask(belgium, italy)
        with italy.open():
            assert Incoming.objects.get(kind="later").kept == {"new": {"field": 1}}
            assert Word.objects.get().text == "goes on"


@pytest.mark.parametrize("body", [{}, {"text": 7}, {"text": ""}, {"text": "x" * 10_001}])
def test_what_cannot_be_applied_is_told_and_stands_in_nobodys_way(worlds: Worlds, body: dict[str, object]) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        with belgium.open():
            tell(belgium.peer(italy), "word", body, belgium.clock())
            tell(belgium.peer(italy), "word", {"text": "goes on"}, belgium.clock())
        world.ask(belgium, italy)
        with italy.open():
            assert Word.objects.get().text == "goes on"
            assert "characters" in Incoming.objects.get(number=1).trouble


@pytest.mark.parametrize("bad", ["\x00", "\ud800", float("inf")])
def test_what_no_database_keeps_stands_in_nobodys_way(worlds: Worlds, bad: object) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        with belgium.open():
            opener = sealing_key(belgium.peer(italy))
            secrets, header = belgium.home.keys.peer(0), header_to(belgium, italy, "later")
            body = {"new": bad}
            line = canonical({name: getattr(header, name) for name in Header.__slots__})
            sealed = encoded(seal_to(opener, json.dumps(body).encode(), line.encode(), os.urandom))
            covered = f"havre message 1\n{line}\n{sha256(sealed.encode()).hexdigest()}".encode()
            message = Message(line, sealed, encoded(secrets.signer.sign(covered)))
            request, _digest = asked(request_of(belgium, italy), [message], secrets.signer)
        answer = read_answer(world.deliver(italy, request))[1]
        assert (answer.received.number, answer.troubles[0][0]) == (1, 1)
        with italy.open():
            assert Incoming.objects.get().kept in ({}, None)


def header_to(sender: Nation, to: Nation, kind: str) -> Header:
    """Of the first message."""
    name = sender.home.keys.peer(0).signer.verifier.name
    return Header(1, sender.node, to.node, name, 1, NOTHING, kind, sender.clock().isoformat())


def request_of(sender: Nation, to: Nation) -> Request:
    """One that says nothing else."""
    return Request(1, (1,), sender.node, to.node, "n", sender.clock().isoformat(), 1, 1, Place())


def test_killed_at_any_question_to_the_database_it_took_all_or_nothing(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        with belgium.open() as anke:
            for number in range(3):
                say(belgium.home, anke, "Node IT", f"word {number}")
        lost: list[str] = []

        def lose(_sender: Nation, _to: Nation, text: str) -> str:
            lost.append(text)
            raise Killed

        world.way = lose
        with pytest.raises(Killed):
            world.ask(belgium, italy)
        world.go(None)
        for query in range(1, 200, 7):
            with italy.open():
                try:
                    with killed_at(query):
                        receive(italy.home, italy.clock, lost[0])
                except Killed:
                    italy.restart()
                    assert Word.objects.count() in (0, 3)
                    continue
            break
        with italy.open():
            assert Word.objects.count() == 3


def test_a_node_that_is_halted_answers_nobody(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        request = carried(world, belgium, italy)
        italy.settings.halted.write_text("it went back")
        with italy.open(), pytest.raises(Broken, match="signs nothing"):
            receive(italy.home, italy.clock, request)


def test_a_peer_that_is_turned_away_while_it_waits_is_nobody(worlds: Worlds) -> None:
    with worlds("BE IT") as world:
        belgium, italy = world.nations.values()
        request = carried(world, belgium, italy)
        with italy.open():
            looks = iter(range(100))

            def ask(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
                if sql.startswith("SELECT") and 'FROM "network_peer"' in sql and next(looks) == 1:
                    Peer.objects.update(state="revoked")
                return execute(sql, params, many, context)

            with connection.execute_wrapper(ask), pytest.raises(NotFound):
                receive(italy.home, italy.clock, request)
