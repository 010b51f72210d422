"""How it goes with other nodes: contact, what waits, gaps, clocks, witnesses, alarms; and what somebody resolves."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from havre.audit import models
from havre.errors import Invalid
from havre.exchange.models import Shared
from havre.flows.home import Home, durable, log, seal_log
from havre.flows.restored import go_on, waits
from havre.network.meet import locked, own
from havre.network.models import Peer, Word
from havre.network.queries import alarms_for, peer_for, peers_for
from havre.network.witness import believe_again
from havre.sealing.peer import fingerprint
from havre.units.acting import Acting
from havre.units.models import RoleName

MOST_WORDS = 20


def state(home: Home, acting: Acting) -> dict[str, Any]:
    """The state of the network as this node sees it."""
    acting.must_be(RoleName.ADMINISTRATOR, RoleName.AUDITOR, RoleName.SUPERVISOR, to="see other nodes")
    me = own()
    return {
        "node": home.node,
        "fingerprint": fingerprint(home.node),
        "name": me.name if me else None,
        "introduced": me is not None,
        "generation": me.generation if me else 0,
        "halted": _halted(home),
        "peers": [_peer(peer) for peer in peers_for(acting.person)],
        "alarms": [
            {"node": each.node, "name": each.name, "why": each.why, "proven": each.proven, "at": each.at.isoformat()}
            | {"told_by": each.told_by.name if each.told_by else None}
            for each in alarms_for(acting.person)
        ],
    }


def _halted(home: Home) -> str | None:
    if waits(home):
        return "it was restored, and has not heard yet from those who witnessed its log"
    return home.settings.halted.read_text("utf-8").strip() if home.settings.halted.exists() else None


def _peer(peer: Peer) -> dict[str, Any]:
    board = Shared.objects.filter(node="", changed__gt=peer.cursor)
    return {
        "name": peer.name,
        "country": peer.country,
        "state": str(peer.state),
        "last_contact": _time(peer.contact_at),
        "trouble": peer.trouble or None,
        "tries": peer.tries,
        "queue": {
            "messages": peer.outgoing.filter(acknowledged_at=None).count(),
            "under_way": peer.in_flight.values("number").distinct().count(),
            "board": board.count(),
        },
        "sent": peer.sent_number,
        "received": peer.received_number,
        "gaps": peer.gaps,
        "refused": sum(peer.refusals.values_list("times", flat=True)),
        "not_applied": peer.incoming.exclude(trouble="").count(),
        "clock_difference": peer.clock_difference,
        "behind": _time(peer.behind_at),
        "doubted": peer.doubted or None,
        "witness": _witness(peer),
        "words": [
            {"text": each.text, "at": each.at.isoformat()}
            for each in Word.objects.filter(peer=peer).order_by("-id")[:MOST_WORDS]
        ],
    }


def _witness(peer: Peer) -> dict[str, Any]:
    """What we have witnessed of it, and it of us."""
    ours = peer.witnessed.order_by("-number").first()
    theirs = peer.countersigned.order_by("-number").first()
    newest = models.Checkpoint.objects.order_by("-number").values_list("size", flat=True).first()
    return {
        "witnessed_size": ours.size if ours else None,
        "witnessed_at": _time(ours.at) if ours else None,
        "countersigned_size": theirs.size if theirs else None,
        "countersigned_at": _time(theirs.at) if theirs else None,
        "own_size": newest,
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def resolve(home: Home, acting: Acting, named: str = "") -> None:
    """Go on: with a peer that was doubted, as it is now; or, without a name, as a node that went back.

    Raises Invalid where there is nothing to resolve.
    """
    acting.must_be(RoleName.ADMINISTRATOR, to="resolve what nodes witnessed of each other")
    if named:
        _resolve_peer(home, acting, named)
    else:
        _resolve_own(home, acting)
    seal_log(home, acting)


def _resolve_peer(home: Home, acting: Acting, named: str) -> None:
    with durable():
        peer = locked().get(pk=peer_for(acting.person, named).pk)
        if not peer.doubted:
            raise Invalid(_("%(name)s is not doubted: there is nothing to resolve") % {"name": peer.name})
        seen = peer.witnessed.order_by("-number").values_list("note", flat=True).first()
        detail = {"act": "believed again", "doubted": peer.doubted, "witnessed": seen or ""}
        log(home, acting, "change", f"peer {peer.name}", detail)
        believe_again(peer, acting.now())


def _resolve_own(home: Home, acting: Acting) -> None:
    why = _halted(home)
    me = own()
    if why is None or me is None:
        raise Invalid(_("this node signs its log: there is nothing to resolve"))
    if waits(home):
        go_on(home, acting, "somebody decided")
    home.settings.halted.unlink(missing_ok=True)
    with durable():
        me.resolved_at = acting.now()
        me.save()
        log(home, acting, "change", "node", {"act": "goes on", "although": why})
