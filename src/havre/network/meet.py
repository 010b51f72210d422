"""Who the other nodes are: their introductions, the keys that count, and how this node introduces itself."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.network.models import Own, Peer, PeerKey, State
from havre.sealing.certificate import must_be_authority
from havre.sealing.peer import PROTOCOLS, Introduction, introduced, log_of, read_introduction
from havre.sealing.secret import Secrets
from havre.sealing.sign import Signer, Verifier
from havre.units.models import Person


def own() -> Own | None:
    """How this node introduces itself; nothing where it never did, and then it has no network."""
    return Own.objects.first()


def introduce_own(row: Own, signer: Signer, secrets: Secrets, authority: bytes, at: datetime) -> str:
    """The introduction of this node as it is now, with the next serial; kept. Called inside a transaction."""
    row.serial += 1
    row.generation = secrets.generation
    made = Introduction(
        name=row.name,
        country=row.country,
        key=signer.verifier.public,
        serial=row.serial,
        generation=row.generation,
        sign=secrets.signer.verifier.public,
        seal=secrets.sealing,
        certificate=authority,
        addresses=tuple(row.addresses),
        protocols=PROTOCOLS,
        made_at=at.isoformat(),
        hub=row.hub,
    )
    row.introduction = introduced(made, signer)
    read_introduction(row.introduction)  # what others would refuse is refused here
    row.save()
    return row.introduction


def meet(text: str, me: str, by: Person, at: datetime) -> Peer:
    """The node that introduces itself in this file; not accepted by that. Called inside a transaction.

    Raises Invalid where it is no introduction, is one of this node or takes another's name; Refused where it was
    altered.
    """
    found = read_introduction(text)
    must_be_authority(found.certificate, found.key)
    if found.node == me:
        raise Invalid(_("this is the introduction of this node itself: give it to others"))
    peer = locked().filter(node=found.node).first()
    if Peer.objects.filter(name=found.name).exclude(node=found.node).exists():
        raise Invalid(
            _("another node is called %(name)s here: one of them must change its name") % {"name": found.name}
        )
    if peer is None:
        peer = Peer(node=found.node, serial=found.serial, generation=found.generation, key=found.key)
        peer.introduced_by, peer.introduced_at = by, at
        _take(peer, found, text, at)
    elif found.serial > peer.serial:
        _take(peer, found, text, at)
    return peer


def renewed(peer: Peer, text: str, at: datetime) -> bool:
    """Take what an accepted peer says of itself now, if it is newer; whether it was. Called inside a transaction.

    Raises Refused where it is of another node, Invalid where it is no introduction.
    """
    found = read_introduction(text)
    if found.node != peer.node:
        raise Refused("a node sent the introduction of another")
    if found.serial <= peer.serial:
        return False
    must_be_authority(found.certificate, found.key)
    if Peer.objects.filter(name=found.name).exclude(pk=peer.pk).exists():
        raise Refused("a node wants the name of another")
    _take(peer, found, text, at)
    return True


def _take(peer: Peer, found: Introduction, text: str, at: datetime) -> None:
    peer.name, peer.country, peer.introduction = found.name, found.country, text
    peer.serial, peer.generation = found.serial, found.generation
    peer.certificate, peer.addresses, peer.hub = found.certificate, list(found.addresses), found.hub
    peer.protocols = list(found.protocols)
    peer.save()
    peer.peer_keys.filter(until=None).exclude(generation=found.generation).update(until=at)
    PeerKey.objects.get_or_create(
        peer=peer, generation=found.generation, defaults={"sign": found.sign, "seal": found.seal, "since": at}
    )


def locked() -> QuerySet[Peer]:
    """Peers, each for whoever asks alone until all is done; rows that name one are made meanwhile."""
    return Peer.objects.select_for_update(of=("self",), no_key=True)


def accept(peer: Peer, by: Person, at: datetime) -> None:
    """Somebody compared the fingerprint: from now on the two nodes speak with each other."""
    peer.state, peer.accepted_by, peer.accepted_at, peer.revoked_at = State.ACCEPTED, by, at, None
    peer.again_at, peer.tries, peer.trouble = None, 0, ""
    peer.save()


def revoke(peer: Peer, at: datetime) -> None:
    """Nothing is taken from this node any more, and nothing told to it."""
    peer.state, peer.revoked_at = State.REVOKED, at
    peer.save()


def signing_keys(peer: Peer) -> list[Verifier]:
    """The keys with which this peer may sign now: those of its newest generation alone."""
    rows = peer.peer_keys.filter(until=None)
    return [log_of(bytes(row.sign)) for row in rows]


def sealing_key(peer: Peer) -> bytes:
    """What messages to this peer are sealed to now."""
    return bytes(peer.peer_keys.get(until=None).seal)


def log_key(peer: Peer) -> Verifier:
    """What tells genuine checkpoints of this peer's log."""
    return log_of(bytes(peer.key))


def common_protocol(theirs: Collection[int]) -> int:
    """The newest version that both speak. Raises Refused where there is none."""
    both = set(theirs) & set(PROTOCOLS)
    if not both:
        raise Refused("this node and that one have no version of the protocol in common: one must be updated")
    return max(both)


def accepted_peer(node: str) -> Peer | None:
    """The accepted peer of this id."""
    rows = Peer.objects.filter(node=node, state=State.ACCEPTED)
    return rows.select_related("accepted_by__unit").first()


def due(at: datetime, longest: timedelta) -> list[Peer]:
    """Accepted peers whose turn it is; nobody waits longer than so, whatever a clock said meanwhile."""
    turn = Q(again_at=None) | Q(again_at__lte=at) | Q(again_at__gt=at + longest)
    rows = Peer.objects.filter(turn, state=State.ACCEPTED)
    return list(rows.select_related("accepted_by__unit").order_by("id"))
