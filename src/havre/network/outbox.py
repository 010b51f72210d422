"""What a peer is told: drafts of what waits, messages made of them, and what an answer says of those that arrived.

Nothing is made before it is sent. What was not acknowledged is made again from what may be told at that moment, under
the same number; of several makings the peer takes the one that comes first, and says which.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID

from havre.exchange.board import changed_after, told_to
from havre.exchange.models import Shared
from havre.exchange.sight import sighted
from havre.network.models import Outgoing, Peer, Receipt, Sent, Told
from havre.restrictions.keep import peer as actor_of
from havre.restrictions.model import Actor
from havre.sealing.message import Place
from havre.sealing.statement import canonical

THINGS = "things"
MOST_THINGS = 64
"""Things of the board in one message."""
MOST_CHARACTERS = 1 << 20
"""About how long the body of a message becomes."""
MOST_TOGETHER = 8 << 20
"""About how much of the board is held in memory at a time: as much as a request takes."""
MOST_LOOKED_AT = 5_000
"""Rows of the board that are looked at for one request, whether or not anything of them is told."""
PIECE = 256
"""Rows of the board that are read at a time."""


def tell(peer: Peer, kind: str, body: Mapping[str, object], at: datetime, *, urgent: bool = False) -> Outgoing:
    """Have this told to the peer at the next contact. Called in the transaction of what it tells of."""
    return Outgoing.objects.create(peer=peer, kind=kind, body=dict(body), made_at=at, urgent=urgent)


@dataclass(frozen=True, slots=True)
class Draft:
    """One message before it is sealed."""

    kind: str
    body: Mapping[str, Any]
    cursor: int
    """The change of the board that is covered once this is acknowledged."""
    outgoing: Outgoing | None = None
    things: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[Shared] = ()
    """What of the board it tells; nothing of what it withdraws."""
    length: int = 0
    """Characters of what it tells of the board."""


@dataclass
class Looked:
    """How far the board was looked at without finding anything to tell."""

    cursor: int


def drafts(peer: Peer, at: datetime, looked: Looked, most: int) -> list[Draft]:
    """What the peer may be told at this moment and was not yet, oldest first, at most so many messages."""
    actor = actor_of(peer.node, peer.country, at)
    if sorted(actor.groups) != peer.groups:
        peer.groups = sorted(actor.groups)
        from_the_start(peer)
    waiting = peer.outgoing.filter(acknowledged_at=None).order_by("-urgent", "id")[:most]
    found = [Draft(each.kind, each.body, peer.cursor, each) for each in waiting]
    length = 0
    for draft in islice(_of_board(peer, actor, at, looked), most - len(found)):
        found.append(draft)
        length += draft.length
        if length > MOST_TOGETHER:
            break
    return found


def from_the_start(peer: Peer) -> None:
    """Look at the whole board again for this peer: it may know other things than before."""
    peer.cursor, peer.round = 0, peer.round + 1


def _of_board(peer: Peer, actor: Actor, at: datetime, looked: Looked) -> Iterator[Draft]:
    under_way = {ref for things in peer.in_flight.values_list("things", flat=True) for ref in things}
    gathered: list[dict[str, Any]] = []
    digests: dict[str, str] = {}
    rows: list[Shared] = []
    length, cursor = 0, peer.cursor
    for row, known in _rows(peer):
        told = _thing(actor, row, known, at, sure=str(row.ref) not in under_way)
        text = canonical(told) if told else ""
        if gathered and told and (len(gathered) == MOST_THINGS or length + len(text) > MOST_CHARACTERS):
            yield Draft(THINGS, {"things": gathered}, cursor, things=digests, rows=rows, length=length)
            gathered, digests, rows, length = [], {}, [], 0
        cursor = row.changed
        if told:
            gathered.append(told)
            digests[str(row.ref)] = "" if "withdrawn" in told else _digest(told)
            rows += [] if "withdrawn" in told else [row]
            length += len(text)
        elif not gathered:
            looked.cursor = max(looked.cursor, cursor)
    if gathered:
        yield Draft(THINGS, {"things": gathered}, cursor, things=digests, rows=rows, length=length)


def _rows(peer: Peer) -> Iterator[tuple[Shared, Told | None]]:
    """Changed rows of the board, each with what the peer was told of it before."""
    cursor = peer.cursor
    for _piece in range(MOST_LOOKED_AT // PIECE):
        rows = list(changed_after(cursor)[:PIECE])
        known = {each.ref: each for each in peer.told.filter(ref__in=[row.ref for row in rows])}
        yield from ((row, known.get(row.ref)) for row in rows)
        if len(rows) < PIECE:
            return
        cursor = rows[-1].changed


def _thing(actor: Actor, row: Shared, known: Told | None, at: datetime, *, sure: bool) -> dict[str, Any] | None:
    """What is told of a row; nothing where that was told already, or nothing ever was and nothing may be.

    `sure` where nothing else of it is under way, which would arrive later than what was acknowledged.
    """
    told = told_to(actor, row, at)
    if told is not None:
        same = sure and known is not None and known.withdrawn_at is None and known.digest == _digest(told)
        return None if same else told
    if known is None or (sure and known.withdrawn_at is not None):
        return None
    named = {"kind": row.kind, "ref": str(row.ref), "unit": row.unit, "country": row.country}
    return named | {"withdrawn": True}


def _digest(told: Mapping[str, Any]) -> str:
    return sha256(canonical(told).encode()).hexdigest()


def note_made(peer: Peer, made: list[Sent], told: Sequence[Draft], at: datetime) -> None:
    """Remember makings, and that the peer may know of these things from now on. Called inside a transaction."""
    sighted((row for draft in told for row in draft.rows), actor_of(peer.node, peer.country, at), "sent", at)
    Sent.objects.bulk_create(made, ignore_conflicts=True)
    refs = {ref for each in made for ref in each.things}
    rows = [Told(peer=peer, ref=UUID(ref), told_at=at) for ref in sorted(refs)]
    Told.objects.bulk_create(rows, ignore_conflicts=True)


def accepted(peer: Peer, received: Place) -> list[Sent] | None:
    """The makings that the peer took since the last answer, in order; None where we never made what it has."""
    made = {each.digest: each for each in peer.in_flight.filter(number__lte=received.number)}
    chain: list[Sent] = []
    place = received
    while place.number > peer.sent_number:
        one = made.get(place.digest)
        if one is None or one.number != place.number:
            return None
        chain.append(one)
        place = Place(one.number - 1, one.previous)
    return chain[::-1] if place == peer.sent else None


def settle(peer: Peer, chain: list[Sent], answer: str, at: datetime) -> None:
    """What the peer took is acknowledged; other makings of the same numbers are forgotten. Inside a transaction."""
    for one in chain:
        if one.outgoing_id is not None:
            Outgoing.objects.filter(pk=one.outgoing_id).update(acknowledged_at=at, number=one.number)
        peer.cursor = max(peer.cursor, one.cursor) if one.round == peer.round else peer.cursor
        peer.sent_number, peer.sent_digest = one.number, one.digest
        if one.things:
            _settle_things(peer, one, answer, at)
    peer.in_flight.filter(number__lte=peer.sent_number).delete()


def _settle_things(peer: Peer, one: Sent, answer: str, at: datetime) -> None:
    rows = {str(each.ref): each for each in peer.told.filter(ref__in=list(one.things))}
    receipts = []
    for ref, digest in one.things.items():
        told = rows.get(ref)
        if told is None:
            continue
        told.digest, told.number, told.withdrawn_at = digest, one.number, None if digest else at
        if not digest:
            receipts.append(Receipt(peer=peer, ref=ref, number=one.number, digest=one.digest, answer=answer, at=at))
    Told.objects.bulk_update(rows.values(), ["digest", "number", "withdrawn_at"])
    Receipt.objects.bulk_create(receipts)


def begin_anew(peer: Peer) -> None:
    """Tell the peer everything again that it may know. Called inside a transaction."""
    from_the_start(peer)
    peer.told.filter(withdrawn_at=None).update(digest="")
