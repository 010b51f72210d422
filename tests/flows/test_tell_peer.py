"""A request holds what a peer may be told, and nothing that no message can carry."""

import json
import os

from havre.audit.models import Entry
from havre.flows.introduce import say
from havre.flows.tell_peer import Telling
from havre.network.models import Word
from havre.network.outbox import tell
from havre.sealing.bundle import read_request
from havre.sealing.message import MOST_BYTES, header_of
from tests.simulators.worlds import Worlds


def test_a_request_tells_what_waits_and_the_log_says_so_before_it_leaves(worlds: Worlds) -> None:
    with worlds("BE IT") as found:
        belgium, italy = found.nations.values()
        with belgium.open() as anke:
            for text in ("one", "two"):
                say(belgium.home, anke, "Node IT", text)
            telling = Telling(belgium.home, belgium.clock, belgium.peer(italy).pk, os.urandom)
            nothing, before = telling.made(0), Entry.objects.count()
            both = telling.made()
            logged = Entry.objects.filter(index__gte=before).order_by("index").values_list("verb", "thing", "detail")
            told = [(verb, thing, json.loads(detail)["digest"]) for verb, thing, detail in logged]

    messages = read_request(both.text).messages
    assert (nothing.messages, nothing.dropped, both.dropped) == (0, "", "")
    assert [header_of(each.header).kind for each in messages] == ["word", "word"]
    assert told == [("disclosure", "peer Node IT", each.digest) for each in messages]


def test_what_is_larger_than_a_message_may_be_is_dropped_and_told(worlds: Worlds) -> None:
    with worlds("BE IT") as found:
        belgium, italy = found.nations.values()
        with belgium.open() as anke:
            tell(belgium.peer(italy), "word", {"text": "x" * MOST_BYTES}, belgium.clock())
            say(belgium.home, anke, "Node IT", "good morning")
        done = found.ask(belgium, italy)
        assert "larger than a message may be" in done.trouble
        with italy.open():
            assert Word.objects.get().text == "good morning"
        assert found.ask(belgium, italy).trouble == ""
