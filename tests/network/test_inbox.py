"""A message is taken once; what is refused is remembered, however often it comes."""

import pytest

from havre.network.inbox import refuse, take_up, took
from havre.network.models import Incoming, Refusal
from tests.cast import NOON, introduce
from tests.network.known import accepted
from tests.sealing.wire import header, message

pytestmark = pytest.mark.usefixtures("database")


def test_the_next_message_must_follow_the_one_that_was_taken() -> None:
    peer = accepted(introduce())
    row = took(peer, message(), header(), NOON)
    row.save()
    assert (peer.received.number, peer.received.digest) == (1, message().digest)
    assert peer.received_proof == message().shown()
    assert Incoming.objects.get().kind == "word"


def test_a_refusal_is_news_once_for_each_reason() -> None:
    peer = accepted(introduce())
    assert [refuse(peer, message(), why, NOON) for why in ("replayed", "replayed", "altered")] == [True, False, True]
    assert refuse(peer, message(2), "replayed", NOON)
    assert sorted(Refusal.objects.values_list("why", "times")) == [("altered", 1), ("replayed", 1), ("replayed", 2)]


def test_a_node_that_lost_what_it_had_asks_for_all_of_it_by_a_word() -> None:
    peer = accepted(introduce())
    took(peer, message(), header(), NOON)
    take_up(peer, 7, message(7).digest, "a word")
    assert (peer.received.number, peer.received.digest) == (7, message(7).digest)
    assert (peer.anew, peer.received_proof) == ("a word", {})
