"""A node is known by a file and accepted by a voice."""

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.introduce import get_to_know, introduce, known_nodes, rotate, say, shown, turn_away
from havre.network.models import Outgoing, Peer, State
from havre.sealing.peer import fingerprint, introduced, read_introduction
from havre.sealing.sign import Signer
from tests.cast import Node, acting
from tests.sealing.wire import NODES, SEEDS, introduction

FILE = introduced(introduction("FR"), Signer(SEEDS["FR"]))
READ = fingerprint(NODES["FR"])


def test_a_node_introduces_itself_and_does_so_anew_only_where_something_changed(begun: Node) -> None:
    first = introduce(begun.home, begun.anke, "Belgium", ("https://be.example:8443",))
    found = read_introduction(first)
    assert (found.name, found.country, found.node, found.serial) == ("Belgium", "BE", begun.home.node, 1)
    assert introduce(begun.home, begun.anke) == first
    assert read_introduction(introduce(begun.home, begun.anke, addresses=("https://b.example",))).serial == 2


def test_a_file_alone_accepts_nobody(begun: Node) -> None:
    introduce(begun.home, begun.anke)
    peer = get_to_know(begun.home, begun.anke, FILE)
    assert peer.state == State.INTRODUCED
    with pytest.raises(Refused, match="not accepted"):
        say(begun.home, begun.anke, peer.name, "hello")
    with pytest.raises(Refused, match="not the fingerprint"):
        get_to_know(begun.home, begun.anke, FILE, fingerprint(NODES["IT"]))
    assert Peer.objects.get().state == State.INTRODUCED
    assert get_to_know(begun.home, begun.anke, FILE, READ.upper()).state == State.ACCEPTED
    assert Entry.objects.order_by("-index")[0].detail.startswith('{"act":"accepted"')


def test_a_node_that_was_turned_away_is_out_until_it_is_accepted_again(begun: Node) -> None:
    introduce(begun.home, begun.anke)
    get_to_know(begun.home, begun.anke, FILE, READ)
    say(begun.home, begun.anke, "Node FR", "hello")
    assert Outgoing.objects.get().body == {"text": "hello"}
    assert turn_away(begun.home, begun.anke, NODES["FR"][:12]).state == State.REVOKED
    with pytest.raises(Invalid, match="revoked already"):
        turn_away(begun.home, begun.anke, "Node FR")
    get_to_know(begun.home, begun.anke, FILE)
    assert Peer.objects.get().state == State.REVOKED
    assert shown(get_to_know(begun.home, begun.anke, FILE, READ))["state"] == "accepted"


def test_new_keys_make_a_new_introduction(begun: Node) -> None:
    with pytest.raises(Invalid, match="has not introduced itself"):
        rotate(begun.home, begun.anke)
    before = read_introduction(introduce(begun.home, begun.anke))
    assert rotate(begun.home, begun.anke) == 1
    after = read_introduction(introduce(begun.home, begun.anke))
    assert (after.key, after.serial, after.generation) == (before.key, 2, 1)
    assert {after.sign, after.seal}.isdisjoint({before.sign, before.seal})


def test_only_whoever_runs_the_node_does_this(begun: Node) -> None:
    for act in (
        lambda: introduce(begun.home, begun.bram),
        lambda: get_to_know(begun.home, begun.bram, FILE, READ),
        lambda: turn_away(begun.home, begun.bram, "Node FR"),
        lambda: say(begun.home, begun.bram, "Node FR", "x"),
        lambda: known_nodes(begun.bram),
    ):
        with pytest.raises(Refused):
            act()
    introduce(begun.home, begun.anke)
    get_to_know(begun.home, begun.anke, FILE)
    assert [each["name"] for each in known_nodes(begun.anke)] == ["Node FR"]


def test_what_is_no_peer_is_refused(begun: Node) -> None:
    own = introduce(begun.home, begun.anke, "Belgium")
    with pytest.raises(Invalid, match="this node itself"):
        get_to_know(begun.home, begun.anke, own)
    with pytest.raises(Invalid):
        get_to_know(begun.home, begun.anke, "nonsense")
    with pytest.raises(NotFound):
        turn_away(begun.home, begun.anke, "nobody")
    get_to_know(begun.home, begun.anke, FILE)
    same_name = introduced(introduction("IT"), Signer(SEEDS["IT"])).replace("Node IT", "Node FR")
    with pytest.raises(Refused, match="altered"):
        get_to_know(begun.home, begun.anke, same_name)
    assert acting(begun.anke.person)
