"""What proves is kept for ever; what was acknowledged, applied or refused long ago is not."""

from datetime import datetime, timedelta

import pytest

from havre.network.models import Countersigned, Incoming, Outgoing, Peer, Receipt, Refusal, Witnessed
from havre.network.prune import KEPT_FOR, prune
from tests.cast import NOON, introduce
from tests.network.known import accepted

pytestmark = pytest.mark.usefixtures("database")
LATER = NOON + KEPT_FOR + timedelta(days=2)
YOUNG = LATER - timedelta(days=1)


def came(peer: Peer, number: int, at: datetime, **other: object) -> None:
    """A message of the peer."""
    Incoming.objects.create(peer=peer, number=number, digest="", kind="word", received_at=at, **other)


def test_of_messages_what_was_applied_is_forgotten_and_what_still_matters_is_not() -> None:
    peer = accepted(introduce())
    came(peer, 1, NOON)
    came(peer, 2, NOON, trouble="not understood")
    came(peer, 3, NOON, kept={"new": 1})
    came(peer, 4, YOUNG)
    came(peer, 5, NOON)  # the last: the next must name it
    Peer.objects.update(received_number=5)
    for at in (NOON, YOUNG):
        Refusal.objects.create(peer=peer, digest="", why=str(at), first_at=NOON, last_at=at)
    for acknowledged in (NOON, YOUNG, None):
        Outgoing.objects.create(peer=peer, kind="word", body={}, made_at=NOON, acknowledged_at=acknowledged)
    Receipt.objects.create(peer=peer, ref="0" * 32, number=1, digest="", answer="signed", at=NOON)
    assert prune(LATER) == 3
    assert set(Incoming.objects.values_list("number", flat=True)) == {2, 3, 4, 5}
    assert (Refusal.objects.count(), Outgoing.objects.count(), Receipt.objects.count()) == (1, 2, 1)
    assert prune(LATER) == 0


def test_of_checkpoints_one_a_day_and_the_newest_stay() -> None:
    peer = accepted(introduce())
    for number in range(30):
        at = NOON + timedelta(hours=number)  # twelve of the first day, then the whole of the next
        Witnessed.objects.create(peer=peer, number=number, size=number, frontier="", note="", at=at)
        Countersigned.objects.create(peer=peer, number=number, size=number, line="", at=at)
    prune(NOON + KEPT_FOR + timedelta(days=10))
    for kind in (Witnessed, Countersigned):
        assert list(kind.objects.order_by("number").values_list("number", flat=True)) == [11, 29]
