"""A claim of another node lost against one that its node may never hear of: nodes tell nothing of a third. So whose
series it is refuses the claim with the next exchange, without saying whose holds.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from havre.errors import Invalid
from havre.exchange.models import Kind, Shared
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


def refused(node: str, body: Mapping[str, Any]) -> tuple[Shared, Shared] | None:
    """The claim of this node that a peer refuses, and the peer's series that it is on; None where it is not, or no
    longer, the claim that stands. Raises Invalid where the series is not the peer's."""
    ref, since = body.get("claim"), body.get("since")
    try:
        own = Shared.objects.filter(kind=Kind.CLAIM, node="", ref=UUID(str(ref)), withdrawn_at=None)
    except ValueError:
        raise Invalid("a claim is named by its UUID") from None
    lost = own.select_related("condition", "owner", "series__unit").first()
    if lost is None or lost.body.get("since") != since:
        return None
    series = series_claimed(lost.series_ref)
    if series is None or series.node != node:
        raise Invalid("a claim is refused by whose series it is")
    return lost, series
