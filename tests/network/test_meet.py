"""A node is who its key says; what it says of itself later counts where it is newer, and of itself."""

from datetime import timedelta
from typing import Any

import pytest

from havre.errors import Invalid, Refused
from havre.network.meet import (
    accepted_peer,
    common_protocol,
    due,
    introduce_own,
    log_key,
    own,
    renewed,
    revoke,
    sealing_key,
    signing_keys,
)
from havre.network.models import Own, Peer, State
from havre.sealing.certificate import authority
from havre.sealing.peer import read_introduction
from havre.sealing.secret import secrets_of
from havre.sealing.sign import Signer
from tests.cast import NOON, introduce
from tests.network.known import accepted, file_of, met
from tests.sealing.wire import BELGIUM, FRANCE, NODES, SEEDS

pytestmark = pytest.mark.usefixtures("database")


def generation(number: int) -> dict[str, Any]:
    """What an introduction of France says after so many changes of its keys."""
    keys = secrets_of(SEEDS["FR"], number)
    return {"serial": number + 1, "generation": number, "sign": keys.signer.verifier.public, "seal": keys.sealing}


def test_each_introduction_of_this_node_has_the_next_serial() -> None:
    row = Own(name="Belgium", country="BE", addresses=["https://be.example:8443"])
    assert own() is None
    for serial in (1, 2):
        text = introduce_own(row, Signer(SEEDS["BE"]), BELGIUM, authority(SEEDS["BE"]), NOON)
        found = read_introduction(text)
        assert (found.serial, found.node, found.sign) == (serial, NODES["BE"], BELGIUM.signer.verifier.public)
    assert own() == row


def test_a_node_that_was_met_is_not_accepted_by_that() -> None:
    cast = introduce()
    peer = met(cast)
    assert (peer.state, accepted_peer(peer.node), due(NOON, timedelta(seconds=30))) == (State.INTRODUCED, None, [])
    accepted(cast)
    assert (accepted_peer(NODES["FR"]), due(NOON, timedelta(seconds=30))) == (peer, [peer])
    peer.refresh_from_db()
    revoke(peer, NOON)
    assert (accepted_peer(NODES["FR"]), due(NOON, timedelta(seconds=30))) == (None, [])


def test_nobody_takes_the_name_of_another_or_introduces_this_node_to_itself() -> None:
    cast = introduce()
    met(cast, "FR")
    with pytest.raises(Invalid, match="must change its name"):
        met(cast, "IT", name="Node FR")
    with pytest.raises(Invalid, match="this node itself"):
        met(cast, "BE")
    it = accepted(cast, "IT")
    with pytest.raises(Refused, match="name of another"):
        renewed(it, file_of("IT", name="Node FR", serial=2), NOON)
    with pytest.raises(Refused, match="introduction of another"):
        renewed(it, file_of("FR", serial=9), NOON)
    assert Peer.objects.get(node=NODES["IT"]).name == "Node IT"


def test_a_certificate_of_another_authority_is_no_introduction() -> None:
    cast = introduce()
    for certificate in (authority(SEEDS["IT"]), b"none"):
        with pytest.raises(Invalid, match="certificate"):
            met(cast, "FR", certificate=certificate)
    assert not Peer.objects.exists()


def test_new_keys_count_from_the_moment_they_are_taken_and_the_old_ones_no_more() -> None:
    peer = accepted(introduce())
    later = NOON + timedelta(hours=1)
    keys = secrets_of(SEEDS["FR"], 1)
    assert renewed(peer, file_of("FR", **generation(1)), later)
    assert [each.public for each in signing_keys(peer)] == [keys.signer.verifier.public]
    assert sealing_key(peer) == keys.sealing
    rows = peer.peer_keys.order_by("generation").values_list("generation", "since", "until")
    assert list(rows) == [(0, NOON, later), (1, later, None)]
    assert not renewed(peer, file_of("FR"), later)  # an older file comes again
    assert sealing_key(peer) == keys.sealing
    assert log_key(peer).public == Signer(SEEDS["FR"]).verifier.public


def test_an_older_file_read_again_changes_nothing() -> None:
    cast = introduce()
    accepted(cast, **generation(1))
    peer = met(cast)
    assert (peer.generation, peer.state) == (1, State.ACCEPTED)
    assert sealing_key(peer) != FRANCE.sealing


def test_who_failed_waits_and_nobody_waits_longer_than_the_longest_whatever_a_clock_said() -> None:
    peer = accepted(introduce())
    longest = timedelta(seconds=30)
    for wait, turn in ((10, False), (0, True), (-5, True), (86_400, True)):
        Peer.objects.update(again_at=NOON + timedelta(seconds=wait))
        assert due(NOON, longest) == ([peer] if turn else [])


def test_nodes_without_a_common_version_do_not_speak() -> None:
    assert common_protocol([1, 99]) == 1
    with pytest.raises(Refused, match="no version"):
        common_protocol([99])
