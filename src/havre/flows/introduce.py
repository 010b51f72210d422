"""Nodes get to know each other: a file is handed over, a fingerprint read aloud, and somebody answers for it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.flows.home import Home, durable, log, must_go_on, seal_log
from havre.network.meet import accept, introduce_own, locked, meet, own, revoke
from havre.network.models import Own, Peer, State
from havre.network.outbox import tell
from havre.network.queries import peer_for, peers_for
from havre.sealing.peer import address_of, fingerprint, is_fingerprint
from havre.units.acting import Acting
from havre.units.models import RoleName, Unit

RUNS = (RoleName.ADMINISTRATOR,)
LONGEST_WORD = 10_000


def introduce(home: Home, acting: Acting, name: str = "", addresses: tuple[str, ...] = (), hub: str = "") -> str:
    """The introduction of this node, to be handed over; made anew where something of it changes.

    Raises Invalid where an address is none.
    """
    _must_run(acting, "introduce this node")
    must_go_on(home)
    with durable():
        me = own() or Own(name=_first_unit().name, country=_first_unit().country)
        wanted = (name or me.name, [address_of(each) for each in addresses] or me.addresses, hub or me.hub)
        if not me.introduction or wanted != (me.name, me.addresses, me.hub):
            me.name, me.addresses, me.hub = wanted
            _renew(home, me, me.generation, acting.now())
        detail = {"act": "introduced", "serial": me.serial, "addresses": me.addresses}
        log(home, acting, "disclosure", "node", detail)
    seal_log(home, acting)
    return me.introduction


def rotate(home: Home, acting: Acting) -> int:
    """New keys from now on; peers learn them at the next contact, and take nothing signed with older ones then."""
    _must_run(acting, "change the node's keys")
    with durable():
        me = _introduced()
        _renew(home, me, me.generation + 1, acting.now())
        Peer.objects.filter(state=State.ACCEPTED).update(again_at=None)  # peers before the log, as everywhere
        log(home, acting, "change", "node", {"act": "new keys", "generation": me.generation})
    seal_log(home, acting)
    return me.generation


def _renew(home: Home, me: Own, generation: int, at: datetime) -> None:
    introduce_own(me, home.signer, home.keys.peer(generation), home.keys.authority(), at)


def get_to_know(home: Home, acting: Acting, text: str, read_aloud: str = "") -> Peer:
    """The node that introduces itself in this file: known from now on, and accepted where its fingerprint was read.

    Raises Invalid where the file is no introduction, Refused where it was altered or the fingerprint is another.
    """
    _must_run(acting, "accept other nodes")
    with durable():
        peer = meet(text, home.node, acting.person, acting.now())
        if read_aloud:
            _accept(peer, read_aloud, acting)
        act = "accepted" if read_aloud else "read the introduction"
        detail = {"act": act, "node": peer.node, "serial": peer.serial, "country": peer.country}
        log(home, acting, "change", f"peer {peer.name}", detail)
    seal_log(home, acting)
    return peer


def _accept(peer: Peer, read_aloud: str, acting: Acting) -> None:
    _introduced()
    if not is_fingerprint(read_aloud, peer.node):
        raise Refused(
            _("what was read aloud is not the fingerprint of this file: somebody may have put another in its place")
        )
    accept(peer, acting.person, acting.now())


def turn_away(home: Home, acting: Acting, named: str) -> Peer:
    """Nothing is taken from this peer any more, and nothing told to it; from this moment on."""
    _must_run(acting, "revoke other nodes")
    with durable():
        peer = locked().get(pk=peer_for(acting.person, named).pk)
        if peer.state == State.REVOKED:
            raise Invalid(_("%(name)s is revoked already") % {"name": peer.name})
        revoke(peer, acting.now())
        log(home, acting, "change", f"peer {peer.name}", {"act": "revoked", "node": peer.node})
    seal_log(home, acting)
    return peer


def say(home: Home, acting: Acting, named: str, text: str) -> None:
    """Tell something to the people who run a peer; it goes with the next contact."""
    _must_run(acting, "write to other nodes")
    peer = peer_for(acting.person, named)
    if peer.state != State.ACCEPTED:
        raise Refused(_("%(name)s is not accepted: nothing is told to it") % {"name": peer.name})
    if not 0 < len(text) <= LONGEST_WORD:
        raise Invalid(_("a word has between 1 and %(most)s characters") % {"most": LONGEST_WORD})
    with durable():
        tell(peer, "word", {"text": text}, acting.now())
        log(home, acting, "disclosure", f"peer {peer.name}", {"act": "wrote", "characters": len(text)})
    seal_log(home, acting)


def known_nodes(acting: Acting) -> list[dict[str, Any]]:
    """All other nodes, as a list for whoever runs this one."""
    _must_see(acting)
    return [shown(peer) for peer in peers_for(acting.person)]


def shown(peer: Peer) -> dict[str, Any]:
    """A peer as its list shows it."""
    return {
        "name": peer.name,
        "country": peer.country,
        "state": str(peer.state),
        "node": peer.node,
        "fingerprint": fingerprint(peer.node),
        "generation": peer.generation,
        "addresses": peer.addresses,
    }


def _must_run(acting: Acting, to: str) -> None:
    acting.must_be(*RUNS, to=to)


def _must_see(acting: Acting) -> None:
    acting.must_be(RoleName.ADMINISTRATOR, RoleName.AUDITOR, RoleName.SUPERVISOR, to="see other nodes")


def _first_unit() -> Unit:
    return Unit.objects.earliest("id")


def _introduced() -> Own:
    me = own()
    if me is None:
        raise Invalid(_("this node has not introduced itself yet: run `havre peer introduce`"))
    return me
