"""What we remember of the logs of others, and what others countersigned of ours."""

from datetime import datetime

from havre.network.meet import log_key
from havre.network.models import Alarm, Countersigned, Peer, Witnessed
from havre.sealing.chain import frontier_of
from havre.sealing.sign import read_note
from havre.sealing.witness import Seen


def last_seen(peer: Peer) -> Seen | None:
    """What we have seen of this peer's log; nothing where we begin."""
    row = peer.witnessed.order_by("-number").first()
    if row is None:
        return None
    return Seen(read_note(row.note, log_key(peer)), row.note, frontier_of(row.size, row.frontier))


def keep_seen(peer: Peer, seen: Seen, at: datetime) -> None:
    """Remember what we have seen of this peer's log from now on."""
    found = seen.checkpoint
    Witnessed.objects.get_or_create(
        peer=peer,
        number=found.number,
        defaults={"size": found.size, "frontier": seen.tree.text(), "note": seen.note, "at": at},
    )


def doubt(peer: Peer, why: str, at: datetime) -> None:
    """Take nothing from this peer until somebody resolves it."""
    peer.doubted, peer.doubted_at = why, at
    peer.save(update_fields=["doubted", "doubted_at"])


def believe_again(peer: Peer, at: datetime) -> None:
    """Begin anew with this peer's log, as somebody decided; what was seen of it before is forgotten."""
    peer.doubted, peer.doubted_at = "", None
    peer.again_at, peer.tries = None, 0
    peer.save()
    peer.witnessed.all().delete()
    Alarm.objects.filter(node=peer.node, resolved_at=None).update(resolved_at=at)


def keep_countersigned(peer: Peer, number: int, size: int, line: str, at: datetime) -> None:
    """A peer countersigned a checkpoint of ours."""
    defaults = {"size": size, "line": line, "at": at}
    Countersigned.objects.get_or_create(peer=peer, number=number, defaults=defaults)


def raise_alarm(
    node: str, name: str, told_by: Peer | None, why: str, notes: list[str], proven: bool, at: datetime
) -> Alarm | None:
    """Remember that a node's log contradicts itself; nothing where that was known from the same source."""
    known = Alarm.objects.filter(node=node, told_by=told_by, resolved_at=None)
    if known.exists():
        return None
    return Alarm.objects.create(node=node, name=name, told_by=told_by, why=why, notes=notes, proven=proven, at=at)
