"""Peers are seen by who runs or audits the node; for others there are none."""

import pytest

from havre.errors import NotFound
from havre.network.queries import alarms_for, peer_for, peers_for
from havre.network.witness import raise_alarm
from tests.cast import NOON, introduce
from tests.network.known import accepted
from tests.sealing.wire import NODES

pytestmark = pytest.mark.usefixtures("database")


def test_a_peer_is_found_by_its_name_and_by_how_its_id_begins() -> None:
    cast = introduce()
    peer = accepted(cast)
    shown = peer.fingerprint
    assert peer_for(cast.anke, "Node FR") == peer_for(cast.anke, NODES["FR"][:8]) == peer
    assert peer_for(cast.anke, NODES["FR"][:16].upper()) == peer
    assert shown
    for wrong in ("Node IT", NODES["FR"][:7], ""):
        with pytest.raises(NotFound):
            peer_for(cast.anke, wrong)


def test_an_analyst_sees_neither_peers_nor_alarms() -> None:
    cast = introduce()
    accepted(cast)
    raise_alarm(NODES["IT"], "Node IT", None, "it shrank", [], False, NOON)
    assert (peers_for(cast.anke).count(), alarms_for(cast.anke).count()) == (1, 1)
    assert not peers_for(cast.bram).exists()
    assert not alarms_for(cast.bram).exists()
    with pytest.raises(NotFound):
        peer_for(cast.bram, "Node FR")
