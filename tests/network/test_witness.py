"""What is remembered of the logs of others, and of what they said of ours."""

import pytest

from havre.network.models import Alarm, Countersigned, Peer, Witnessed
from havre.network.witness import (
    believe_again,
    doubt,
    keep_countersigned,
    keep_seen,
    last_seen,
    raise_alarm,
)
from havre.sealing.chain import Frontier
from havre.sealing.sign import NO_PREVIOUS, Checkpoint, Signer, read_note, signed_note
from havre.sealing.witness import Seen
from tests.cast import NOON, introduce
from tests.network.known import accepted
from tests.sealing.wire import NODES, SEEDS

pytestmark = pytest.mark.usefixtures("database")
LOG = Signer(SEEDS["FR"])


def seen(number: int) -> Seen:
    """France's log with so many entries, as somebody saw it."""
    tree = Frontier()
    for leaf in range(number):
        tree = tree.append(bytes([leaf]) * 32)
    note = signed_note(Checkpoint(LOG.verifier.name, number, tree.root(), number, NOON, NO_PREVIOUS), LOG)
    return Seen(read_note(note, LOG.verifier), note, tree)


def test_the_newest_that_was_seen_is_what_the_next_is_compared_with() -> None:
    peer = accepted(introduce())
    assert last_seen(peer) is None
    for number in (3, 5, 5):
        keep_seen(peer, seen(number), NOON)
    assert last_seen(peer) == seen(5)
    assert Witnessed.objects.count() == 2


def test_who_is_doubted_stays_so_until_somebody_believes_again() -> None:
    peer = accepted(introduce())
    keep_seen(peer, seen(3), NOON)
    doubt(peer, "it shrank", NOON)
    assert Peer.objects.get().doubted == "it shrank"
    assert raise_alarm(peer.node, peer.name, None, "it shrank", [seen(3).note], False, NOON)
    believe_again(peer, NOON)
    assert (Peer.objects.get().doubted, Peer.objects.get().doubted_at, last_seen(peer)) == ("", None, None)
    assert Alarm.objects.get().resolved_at == NOON


def test_an_alarm_is_raised_once_for_each_who_tells() -> None:
    peer = accepted(introduce())
    for told_by, news in ((None, True), (None, False), (peer, True), (peer, False)):
        found = raise_alarm(NODES["IT"], "Node IT", told_by, "it shrank", [], False, NOON)
        assert (found is not None) == news


def test_a_countersignature_is_kept_once() -> None:
    peer = accepted(introduce())
    for line in ("first", "again"):
        keep_countersigned(peer, 3, 10, line, NOON)
    assert Countersigned.objects.get().line == "first"
