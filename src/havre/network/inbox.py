"""What came from a peer: taken once each, refused with the reason, and counted."""

from datetime import datetime

from django.db.models import F

from havre.network.models import Incoming, Peer, Refusal
from havre.sealing.message import Header, Message


def took(peer: Peer, message: Message, header: Header, at: datetime) -> Incoming:
    """This message is taken, and the next must name it. Called inside the transaction that applies it."""
    peer.received_number, peer.received_digest = header.number, message.digest
    peer.received_proof = message.shown()
    return Incoming(peer=peer, number=header.number, digest=message.digest, kind=header.kind, received_at=at)


def refuse(peer: Peer, message: Message, why: str, at: datetime) -> bool:
    """Remember that this message was refused; whether that is news."""
    rows = Refusal.objects.filter(peer=peer, digest=message.digest, why=why)
    if rows.update(times=F("times") + 1, last_at=at):
        return False
    Refusal.objects.create(peer=peer, digest=message.digest, why=why, first_at=at, last_at=at)
    return True


def take_up(peer: Peer, number: int, digest: str, word: str) -> None:
    """We lost what we had of this peer: its next message follows what it says we acknowledged, and all comes again."""
    peer.received_number, peer.received_digest, peer.anew = number, digest, word
    peer.received_proof = {}
