"""How it goes with other nodes, and who may decide to go on."""

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.introduce import get_to_know, introduce, say
from havre.flows.network_state import resolve, state
from havre.network.models import Peer
from havre.network.witness import doubt
from havre.sealing.peer import fingerprint
from tests.cast import NOON, Node
from tests.network.known import file_of
from tests.sealing.wire import NODES


@pytest.fixture
def two(begun: Node) -> Node:
    """A node that accepted France."""
    introduce(begun.home, begun.anke, "Belgium")
    get_to_know(begun.home, begun.anke, file_of("FR"), fingerprint(NODES["FR"]))
    return begun


def test_a_node_alone_says_so(begun: Node) -> None:
    found = state(begun.home, begun.anke)
    assert (found["introduced"], found["name"], found["peers"], found["halted"]) == (False, None, [], None)


def test_what_waits_and_what_was_never_heard_is_shown(two: Node) -> None:
    say(two.home, two.anke, "Node FR", "hello")
    found = state(two.home, two.anke)
    (peer,) = found["peers"]
    assert (found["name"], peer["name"], peer["state"]) == ("Belgium", "Node FR", "accepted")
    assert peer["queue"] == {"messages": 1, "under_way": 0, "board": 0}
    assert (peer["last_contact"], peer["doubted"], peer["gaps"], peer["refused"]) == (None, None, 0, 0)
    assert peer["witness"]["countersigned_size"] is peer["witness"]["witnessed_size"] is None
    with pytest.raises(Refused):
        state(two.home, two.bram)


def test_who_runs_the_node_believes_a_peer_again_and_the_log_says_so(two: Node) -> None:
    with pytest.raises(Invalid, match="nothing to resolve"):
        resolve(two.home, two.anke, "Node FR")
    doubt(Peer.objects.get(), "it shrank", NOON)
    assert state(two.home, two.anke)["peers"][0]["doubted"] == "it shrank"
    with pytest.raises(Refused):
        resolve(two.home, two.bram, "Node FR")
    with pytest.raises(NotFound):
        resolve(two.home, two.anke, "Node IT")
    resolve(two.home, two.anke, "Node FR")
    assert Peer.objects.get().doubted == ""
    assert "believed again" in Entry.objects.order_by("-index")[0].detail


def test_a_node_that_went_back_goes_on_only_once_somebody_decides(two: Node) -> None:
    with pytest.raises(Invalid, match="nothing to resolve"):
        resolve(two.home, two.anke)
    two.home.settings.halted.write_text("checkpoint 7 is gone\n")
    assert state(two.home, two.anke)["halted"] == "checkpoint 7 is gone"
    resolve(two.home, two.anke)
    assert state(two.home, two.anke)["halted"] is None
    assert "checkpoint 7 is gone" in Entry.objects.order_by("-index")[0].detail
