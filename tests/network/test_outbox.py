"""What a peer is told is decided as it is made: nothing that it may not know, and what it knew is withdrawn."""

from typing import Any
from uuid import UUID

import pytest

from havre.exchange.board import put, withdraw
from havre.exchange.models import Sighting
from havre.network import outbox
from havre.network.models import Outgoing, Peer, Receipt, Sent, Told
from havre.network.outbox import Draft, Looked, accepted, begin_anew, drafts, note_made, settle, tell
from havre.restrictions.model import Level, Owner, Restriction
from havre.sealing.message import NOTHING, Place
from tests.cast import NOON, introduce
from tests.network import known

pytestmark = pytest.mark.usefixtures("database")

BELGIUM = Owner("", "Federal Police", "BE")
OPEN = Restriction(Level.OPEN, countries=frozenset({"FR"}))
CLOSED = Restriction()
SECRET = "a name that nobody else may read"


def shared(number: int, restriction: Restriction = OPEN, version: int = 1, **body: object) -> None:
    """Belgium lets others know of a thing."""
    put(BELGIUM, "series", UUID(int=number), {"name": f"S{number}"} | body, restriction, version, NOON)


def refs(found: list[Draft]) -> list[int]:
    """The numbers of the things that are told."""
    return [UUID(each["ref"]).int for draft in found for each in draft.body.get("things", [])]


def waiting(peer: Peer, most: int = 8) -> list[Draft]:
    """What waits for the peer now."""
    return drafts(peer, NOON, Looked(peer.cursor), most)


def sent(peer: Peer, told: list[Draft]) -> list[Sent]:
    """These drafts, made into messages with digests that say where they stand."""
    place, made = peer.sent, []
    for draft in told:
        digest = f"{place.number + 1:064}"
        fields: dict[str, Any] = {"outgoing": draft.outgoing, "cursor": draft.cursor, "round": peer.round, "at": NOON}
        made.append(
            Sent(
                peer=peer,
                number=place.number + 1,
                digest=digest,
                previous=place.digest,
                things=dict(draft.things),
                **fields,
            )
        )
        place = Place(place.number + 1, digest)
    note_made(peer, made, told, NOON)
    return made


def arrived(peer: Peer) -> None:
    """All that waits is sent and acknowledged."""
    made = sent(peer, waiting(peer))
    chain = accepted(peer, Place(made[-1].number, made[-1].digest))
    assert chain is not None
    settle(peer, chain, "its statement", NOON)
    peer.save()


def test_what_a_peer_may_not_know_is_passed_over_and_leaves_no_trace() -> None:
    peer = known.accepted(introduce())
    shared(1, CLOSED, contact=SECRET)
    shared(2)
    shared(3, Restriction(Level.OPEN, countries=frozenset({"IT"})), contact=SECRET)
    found = waiting(peer)
    assert refs(found) == [2]
    assert SECRET not in str(found)
    looked = Looked(0)
    shared(2, CLOSED, version=2)
    assert drafts(peer, NOON, looked, 8) == []
    assert looked.cursor == 4  # all was looked at, and need not be again
    assert not Told.objects.exists()


def test_what_is_told_is_a_sighting_and_is_not_told_again() -> None:
    peer = known.accepted(introduce())
    shared(1)
    arrived(peer)
    assert (Sighting.objects.get().why, Sighting.objects.get().node) == ("sent", peer.node)
    assert (peer.cursor, peer.sent_number, waiting(peer)) == (1, 1, [])
    shared(1, version=2)
    assert refs(waiting(peer)) == [1]


@pytest.mark.parametrize("how", ["withdrawn", "narrowed"])
def test_what_was_told_is_withdrawn_with_a_receipt_once(how: str) -> None:
    peer = known.accepted(introduce())
    shared(1, contact=SECRET)
    arrived(peer)
    if how == "withdrawn":
        withdraw(BELGIUM, UUID(int=1), 2, NOON)
    else:
        shared(1, CLOSED, version=2, contact=SECRET)
    (draft,) = waiting(peer)
    assert draft.body["things"][0]["withdrawn"] is True
    assert SECRET not in str(draft.body)
    assert not Receipt.objects.exists()
    arrived(peer)
    receipt = Receipt.objects.get()
    assert (receipt.ref, receipt.answer, receipt.number) == (UUID(int=1), "its statement", 2)
    assert waiting(peer) == []


def test_what_may_have_arrived_unheard_is_withdrawn_too() -> None:
    peer = known.accepted(introduce())
    shared(1)
    sent(peer, waiting(peer))  # and no answer comes
    withdraw(BELGIUM, UUID(int=1), 2, NOON)
    (draft,) = waiting(peer)
    assert draft.body["things"][0]["withdrawn"] is True


def test_of_several_makings_the_peer_says_which_it_took() -> None:
    peer = known.accepted(introduce())
    first = tell(peer, "word", {"text": "one"}, NOON)
    (draft,) = waiting(peer)
    for digest in ("a" * 64, "b" * 64):
        made = Sent(peer=peer, number=1, digest=digest, previous=NOTHING, outgoing=draft.outgoing, at=NOON)
        note_made(peer, [made], [draft], NOON)
    assert accepted(peer, Place(1, "c" * 64)) is None
    assert accepted(peer, Place(2, "a" * 64)) is None
    chain = accepted(peer, Place(1, "b" * 64))
    assert chain is not None
    settle(peer, chain, "its statement", NOON)
    assert (peer.sent, Sent.objects.count()) == (Place(1, "b" * 64), 0)
    assert Outgoing.objects.get(pk=first.pk).number == 1


def test_what_is_urgent_goes_first_and_a_request_has_an_end() -> None:
    peer = known.accepted(introduce())
    tell(peer, "word", {"text": "later"}, NOON)
    tell(peer, "word", {"text": "now"}, NOON, urgent=True)
    shared(1)
    assert [each.kind for each in waiting(peer)] == ["word", "word", "things"]
    assert [each.body["text"] for each in waiting(peer, 1)] == ["now"]


def test_many_things_are_told_in_several_messages_each_with_how_far_it_reaches() -> None:
    peer = known.accepted(introduce())
    for number in range(1, 151):
        shared(number)
    found = waiting(peer)
    assert [len(each.things) for each in found] == [64, 64, 22]
    assert [each.cursor for each in found] == [64, 128, 150]
    assert refs(waiting(peer, 1)) == list(range(1, 65))


def test_begun_anew_everything_is_told_again_and_what_is_withdrawn_stays_so() -> None:
    peer = known.accepted(introduce())
    shared(1)
    shared(2)
    arrived(peer)
    withdraw(BELGIUM, UUID(int=2), 2, NOON)
    arrived(peer)
    assert waiting(peer) == []
    begin_anew(peer)
    assert refs(waiting(peer)) == [1]


def test_no_more_of_the_board_is_held_than_a_request_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST_CHARACTERS", 1_000)
    monkeypatch.setattr(outbox, "MOST_TOGETHER", 5_000)
    peer = known.accepted(introduce())
    for number in range(1, 21):
        shared(number, name="x" * 600)
    first = waiting(peer, 50)
    assert 5 <= len(first) < 10
    assert refs(first) == list(range(1, len(first) + 1))
    peer.cursor = first[-1].cursor
    assert refs(waiting(peer, 50))[0] == len(first) + 1
