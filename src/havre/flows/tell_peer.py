"""A request to a peer, as it is about to leave: all that the peer may be told at this moment, signed and logged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from havre.audit.entry import Act
from havre.audit.record import record_all
from havre.errors import NotFound
from havre.exchange.sight import entered
from havre.flows.home import Home, durable, seal_log
from havre.flows.witness import CHECKPOINT
from havre.network.meet import accepted_peer, common_protocol, locked, own, sealing_key
from havre.network.models import Outgoing, Own, Peer, Sent
from havre.network.outbox import Draft, Looked, drafts, note_made
from havre.restrictions.keep import peer as actor_of
from havre.sealing.bundle import Request, asked
from havre.sealing.envelope import Random
from havre.sealing.message import MOST_BODY, Header, Message, Place, written
from havre.sealing.peer import PROTOCOLS
from havre.sealing.secret import Secrets
from havre.sealing.statement import canonical
from havre.units.acting import Acting, Clock

MOST_AT_ONCE = 256
"""Messages in one request."""
MOST_CHARACTERS = 6 << 20
"""About how long a request becomes."""


@dataclass(frozen=True, slots=True)
class Made:
    """A request, as it is about to leave."""

    text: str
    digest: str
    messages: int
    things: int
    """Told in these messages."""
    at: datetime
    dropped: str
    """What cannot be told, as a sentence."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told to one peer, request by request."""

    home: Home
    clock: Clock
    key: int
    random: Random

    def peer(self) -> Peer:
        """The peer as it stands now."""
        return Peer.objects.select_related("accepted_by__unit").get(pk=self.key)

    def acting(self, peer: Peer) -> Acting:
        """Whoever accepted the peer stands for what the node does with it."""
        return Acting(peer.accepted_by or peer.introduced_by, self.clock, f"exchange with {peer.name}")

    def locked(self) -> Peer:
        """The peer, for this transaction alone. Raises NotFound where it is not accepted any more."""
        found = locked().get(pk=self.key)
        if accepted_peer(found.node) is None:
            raise NotFound("this peer is not accepted")
        return found

    def made(self, most: int = MOST_AT_ONCE) -> Made:
        """The next request, with all that the peer may be told at this moment; its disclosures are logged."""
        with durable():
            peer = self.locked()
            me = own()
            if me is None:
                raise NotFound("this node has not introduced itself")
            secrets, at = self.home.keys.peer(me.generation), self.clock()
            looked = Looked(peer.cursor)
            waiting = [] if peer.tries or peer.doubted or not most else drafts(peer, at, looked, most)
            told, dropped = _fitting(peer, waiting, at)
            messages = self._messages(peer, told, secrets, at)
            told = told[: len(messages)]
            peer.cursor = max(peer.cursor, looked.cursor)
            peer.save()
            logged = self._log(peer, told, messages, at)
            text, digest = asked(self._request(peer, me, at), messages, secrets.signer)
        if logged:
            seal_log(self.home, self.acting(peer))
        return Made(text, digest, len(messages), sum(len(draft.things) for draft in told), at, dropped)

    def _messages(self, peer: Peer, told: list[Draft], secrets: Secrets, at: datetime) -> list[Message]:
        place, length = peer.sent, 0
        opener = sealing_key(peer)
        messages: list[Message] = []
        makings: list[Sent] = []
        for draft in told:
            header = Header(
                protocol=common_protocol(peer.protocols),
                sender=self.home.node,
                recipient=peer.node,
                key=secrets.signer.verifier.name,
                number=place.number + 1,
                previous=place.digest,
                kind=draft.kind,
                made_at=at.isoformat(),
            )
            message = written(header, draft.body, opener, secrets, self.random)
            length += len(message.sealed)
            if messages and length > MOST_CHARACTERS:
                break
            messages.append(message)
            makings.append(_making(peer, draft, place, message, at))
            place = Place(header.number, message.digest)
        note_made(peer, makings, told[: len(messages)], at)
        return messages

    def _request(self, peer: Peer, me: Own, at: datetime) -> Request:
        newest = peer.witnessed.order_by("-number").first()
        return Request(
            protocol=common_protocol(peer.protocols),
            protocols=PROTOCOLS,
            sender=self.home.node,
            recipient=peer.node,
            nonce=self.random(16).hex(),
            made_at=at.isoformat(),
            serial=me.serial,
            holds=peer.serial,
            acknowledged=peer.sent,
            introduction=me.introduction if peer.holds < me.serial else "",
            witnessed=newest.note if newest is not None else "",
        )

    def _log(self, peer: Peer, told: list[Draft], messages: list[Message], at: datetime) -> bool:
        acting = self.acting(peer)
        acts = [
            Act(
                acting.person.name,
                acting.unit.name,
                "disclosure",
                f"peer {peer.name}",
                acting.reason,
                at,
                _disclosed(draft, message),
            )
            for draft, message in zip(told, messages, strict=True)
            if draft.kind not in (CHECKPOINT, "countersigned")
        ]
        if acts:
            entered(actor_of(peer.node, peer.country, at), record_all(self.home.signer, acts).start)
        return bool(acts)


def _fitting(peer: Peer, waiting: list[Draft], at: datetime) -> tuple[list[Draft], str]:
    """Those that a message may hold; what is larger is dropped with a trouble, instead of sent for ever."""
    found: list[Draft] = []
    dropped = ""
    for draft in waiting:
        if len(canonical(draft.body)) <= MOST_BODY:
            found.append(draft)
            continue
        dropped = f"something of the kind {draft.kind} is larger than a message may be: it is not told"
        if draft.outgoing is not None:
            Outgoing.objects.filter(pk=draft.outgoing.pk).update(acknowledged_at=at)
        elif not any(each.outgoing is None for each in found):
            peer.cursor = draft.cursor
    return found, dropped


def _making(peer: Peer, draft: Draft, place: Place, message: Message, at: datetime) -> Sent:
    return Sent(
        peer=peer,
        number=place.number + 1,
        digest=message.digest,
        previous=place.digest,
        outgoing=draft.outgoing,
        cursor=draft.cursor,
        round=peer.round,
        things=dict(draft.things),
        at=at,
    )


def _disclosed(draft: Draft, message: Message) -> dict[str, Any]:
    """What the log keeps of a message: which things it tells, in which version and under which restriction."""
    told: dict[str, Any] = {"act": "told", "kind": draft.kind, "digest": message.digest}
    things = draft.body.get("things")
    if isinstance(things, list) and draft.things:
        told["things"] = [[each["ref"], "withdrawn" if "withdrawn" in each else each["version"]] for each in things]
    return told
