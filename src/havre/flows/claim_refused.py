"""A claim of another node lost against one that its node may never hear of: nodes tell nothing of a third. So whose
series it is refuses the claim with the next exchange, without saying whose holds.
"""

from datetime import datetime

from havre.exchange.models import Shared
from havre.flows.contenders import series_claimed
from havre.network.models import Peer, State
from havre.network.outbox import tell
from havre.restrictions.keep import elsewhere
from havre.restrictions.model import Action, may

REFUSED = "refused"
"""The kind of the message."""


def tell_refused(lost: Shared, won: Shared, at: datetime) -> None:
    """Have the node of a claim that lost told so, once for each claim, where the series is of this node and that unit
    may know of the claim that holds; of one that is of this node its node hears as of anything on the board."""
    series = series_claimed(lost.series_ref)
    peer = Peer.objects.filter(node=lost.node, state=State.ACCEPTED).first() if lost.node else None
    if peer is None or series is None or series.node or won.node in ("", lost.node):
        return
    knows = may(elsewhere(lost.node, lost.unit, lost.country, at), won.source, won.condition.value, Action.KNOW, at)
    body = {"claim": str(lost.ref), "since": str(lost.body.get("since", ""))}
    if knows and not peer.outgoing.filter(kind=REFUSED, body=body).exists():
        tell(peer, REFUSED, body, at)
