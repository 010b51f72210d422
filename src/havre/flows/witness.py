"""Nodes watch each other's logs: each shows its checkpoints, hashed anew, and each countersigns those that continue.

A log that forks, shrinks or contradicts what was witnessed is refused and everyone is told. A node that finds out that
others have seen more of its log than it holds says so, and signs nothing until somebody decides.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from havre.audit import models
from havre.audit.recomputed import recomputed
from havre.audit.record import checkpoint
from havre.audit.rows import lines, seal_of
from havre.errors import Broken, Invalid, Refused
from havre.flows.home import Home, durable, log
from havre.flows.taking_from import LONGEST_NOTE, From, printable, said_of
from havre.network.meet import log_key, own
from havre.network.models import Own, Peer, State
from havre.network.outbox import tell
from havre.network.witness import doubt, keep_countersigned, keep_seen, last_seen, raise_alarm
from havre.sealing.chain import HASH_BYTES
from havre.sealing.sign import read_note
from havre.sealing.statement import decoded, encoded
from havre.sealing.witness import Shown, begin, contradict, countersignature, go_on, must_countersign
from havre.units.acting import Acting

CHECKPOINT, COUNTERSIGNED, ALARM = "checkpoint", "countersigned", "alarm"

EVERY = timedelta(seconds=60)
"""So often a log that grew is shown to each peer."""
IDLE = timedelta(hours=1)
"""So often one that did not: what it holds may have been altered."""

WHOLE_AGAIN = timedelta(milliseconds=2.5)
"""For each entry, how long the whole log is not hashed anew: a fiftieth of the time at most goes into it."""
AT_LEAST_DAILY = timedelta(days=1)

MOST_LEAVES = 100_000
"""Leaves in one message, where a checkpoint lies among them."""


# ---- our log, shown ----


def offer(home: Home, acting: Acting, peer: Peer, witnessed: str) -> bool:
    """Have our log shown to the peer, which has witnessed this note of it, if it is time; whether it was."""
    at = acting.now()
    if not _is_time(peer, witnessed, acting) or peer.outgoing.filter(kind=CHECKPOINT, acknowledged_at=None).exists():
        return False
    body = shown(home, acting, witnessed)
    with durable():
        tell(peer, CHECKPOINT, body, at)
        Peer.objects.filter(pk=peer.pk).update(offered_at=at)
    return True


def _is_time(peer: Peer, witnessed: str, acting: Acting) -> bool:
    newest = models.Checkpoint.objects.order_by("-number").values_list("note", flat=True).first()
    wait = EVERY if newest != witnessed else IDLE
    passed = None if peer.offered_at is None else acting.now() - peer.offered_at
    return passed is None or not timedelta(0) <= passed < wait


def shown(home: Home, acting: Acting, witnessed: str) -> dict[str, object]:
    """What a witness is told of our log as its columns are now; where it contradicts itself, that it does."""
    verifier = home.signer.verifier
    try:
        since = read_note(witnessed, verifier).size if witnessed else 0
        if not home.settings.halted.exists():
            with durable():
                checkpoint(home.signer, acting.now(), home.settings.seen)
        after = seal_of(witnessed) if since and not _whole_is_due(acting) else None
        found = recomputed(lines(after), verifier, since, MOST_LEAVES, after)
        if found is None:
            raise Broken("it has no checkpoint")
    except Broken as error:
        return {"broken": str(error)[:500]}
    if after is None:
        Own.objects.update(hashed_at=acting.now())
    return {
        "note": found.note,
        "since": since,
        "root": encoded(found.root_before),
        "leaves": encoded(b"".join(found.leaves)),
        "frontier": found.frontier,
    }


def _whole_is_due(acting: Acting) -> bool:
    """Whether the whole log is to be hashed anew: short ones each minute, the longest each day, once for all peers."""
    me = own()
    if me is None or me.hashed_at is None:
        return True
    size = models.Head.objects.values_list("size", flat=True).first() or 0
    wait = min(max(EVERY, size * WHOLE_AGAIN), AT_LEAST_DAILY)
    return not timedelta(0) <= acting.now() - me.hashed_at < wait


def went_back(home: Home, note: str) -> str:
    """Why this note, which a peer has witnessed, shows that our log went back; empty where it does not.

    Only a note that our own key signed counts, and none from before somebody decided to go on.
    """
    try:
        found = read_note(note, home.signer.verifier) if note else None
    except Broken:
        return ""
    if found is None or _is_ours(found.number, note):
        return ""
    me = own()
    if me is not None and me.resolved_at is not None and found.at <= me.resolved_at:
        return ""
    return f"checkpoint {found.number} of {found.size} entries was witnessed, and is not in this log any more"


def _is_ours(number: int, note: str) -> bool:
    """Whether our checkpoint of this number says the same, whoever signed it further."""
    held = models.Checkpoint.objects.filter(number=number).values_list("note", flat=True).first()
    return held is not None and held.partition("\n\n")[0] == note.partition("\n\n")[0]


def halt(home: Home, why: str) -> None:
    """Sign nothing from now on."""
    home.settings.halted.write_text(f"{why}\n", encoding="utf-8")


# ---- the logs of others ----


def take_checkpoint(source: From, body: Mapping[str, Any]) -> str:
    """Countersign what continues; doubt who contradicts what was witnessed, and tell everyone."""
    peer, at = source.peer, source.acting.now()
    if isinstance(body.get("broken"), str):
        return _contradiction(source, f"its own node says: {printable(body['broken'])}", "")
    told = _shown(body)
    seen = last_seen(peer)
    if seen is not None and told.since != seen.checkpoint.size:
        raise Refused("the checkpoint begins elsewhere than what was witnessed last: show it again")
    try:
        now = begin(told, log_key(peer)) if seen is None else go_on(seen, told, log_key(peer))
    except Broken as error:
        return _contradiction(source, said_of(error), told.note)
    keep_seen(peer, now, at)
    line = countersignature(told.note, source.home.signer)
    found = now.checkpoint
    tell(peer, COUNTERSIGNED, {"number": found.number, "size": found.size, "line": line}, at)
    return ""


def _shown(body: Mapping[str, Any]) -> Shown:
    since, note, frontier = body.get("since"), body.get("note"), body.get("frontier")
    if type(since) is not int or not isinstance(note, str) or not isinstance(frontier, str):
        raise Invalid("a checkpoint is shown with its note, where it begins, and its frontier")
    if len(note) > LONGEST_NOTE:
        raise Invalid("a note has at most %(most)s characters", most=LONGEST_NOTE)
    leaves = decoded(body["leaves"]) if body.get("leaves") else b""
    if len(leaves) % HASH_BYTES:
        raise Invalid("leaves have %(bytes)s bytes each", bytes=HASH_BYTES)
    pieces = [leaves[start : start + HASH_BYTES] for start in range(0, len(leaves), HASH_BYTES)]
    return Shown(note, since, decoded(body.get("root"), HASH_BYTES), pieces, frontier)


def _contradiction(source: From, why: str, note: str) -> str:
    peer, at = source.peer, source.acting.now()
    seen = last_seen(peer)
    notes = [each for each in (seen.note if seen else "", note) if each]
    doubt(peer, why, at)
    raise_alarm(peer.node, peer.name, None, why, notes, _prove(notes, peer), at)
    alarm = {"node": peer.node, "name": peer.name, "why": why[:200], "notes": notes}
    for other in Peer.objects.filter(state=State.ACCEPTED).exclude(pk=peer.pk):
        tell(other, ALARM, alarm, at)
    log(source.home, source.acting, "change", f"peer {peer.name}", {"act": "doubted", "why": why, "notes": notes})
    return f"this node is doubted: {why}"


def _prove(notes: list[str], peer: Peer) -> bool:
    try:
        return len(notes) == 2 and contradict(notes[0], notes[1], log_key(peer))
    except Broken:
        return False


def take_countersigned(source: From, body: Mapping[str, Any]) -> str:
    """A peer countersigned a checkpoint of ours."""
    number, size, line = body.get("number"), body.get("size"), body.get("line")
    if type(number) is not int or type(size) is not int or not isinstance(line, str):
        raise Invalid("a countersignature has number, size and line")
    row = models.Checkpoint.objects.filter(number=number, size=size).first()
    if row is None:
        raise Invalid("there is no such checkpoint here")
    try:
        must_countersign(line, row.note, log_key(source.peer))
    except Broken as error:
        raise Invalid("%(error)s", error=error) from None
    keep_countersigned(source.peer, number, size, line, source.acting.now())
    return ""
