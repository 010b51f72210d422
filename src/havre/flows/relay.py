"""A hub passes requests on between nodes that do not reach each other; it cannot read what is sealed in them."""

from havre.errors import NotFound
from havre.flows.home import Home, must_go_on
from havre.flows.receive import NOBODY
from havre.network.carry import PATH, post
from havre.network.meet import accepted_peer, own
from havre.sealing.bundle import read_request
from havre.sealing.certificate import Shown


def relay(home: Home, node: str, text: str, shown: Shown) -> str:
    """The answer of a peer of this node to a request of another peer of it.

    Raises NotFound where either is no accepted peer, or the recipient does not name this node as its hub.
    """
    must_go_on(home)
    posted, to, me = read_request(text), accepted_peer(node), own()
    if to is None or me is None or to.hub != home.node:
        raise NotFound(NOBODY)
    if (posted.claims.sender, posted.claims.recipient) != (shown.node, node) or accepted_peer(shown.node) is None:
        raise NotFound(NOBODY)
    return post(to, PATH, text, home.keys.door(me.generation))
