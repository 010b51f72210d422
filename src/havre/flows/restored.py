"""A node that was restored waits for its witnesses: it signs nothing before one of them has said how far its log was.

Whoever restores a backup cannot know what came after it; the other nodes do. What stands in the home meanwhile is the
entry about the restore itself, which is written once the node goes on.
"""

import json
from collections.abc import Mapping

from havre.audit.record import checkpoint, record
from havre.flows.home import Home, durable, take_turn
from havre.network.meet import own
from havre.network.models import Peer, State
from havre.units.acting import Acting


def has_witnesses() -> bool:
    """Whether other nodes may know more of this one's log than it does."""
    return own() is not None and Peer.objects.filter(state=State.ACCEPTED).exists()


def wait_for_witnesses(home: Home, detail: Mapping[str, object]) -> None:
    """Sign nothing from now on, until a witness was heard or somebody decides."""
    home.settings.unheard.write_text(json.dumps(dict(detail)), encoding="utf-8")


def waits(home: Home) -> bool:
    """Whether this node was restored and has not heard from a witness yet."""
    return home.settings.unheard.exists()


def go_on(home: Home, acting: Acting, why: str) -> None:
    """Sign again: a witness was heard, or somebody decided. The log says first that this node was restored.

    Killed meanwhile it is said twice.
    """
    detail = json.loads(home.settings.unheard.read_text("utf-8")) | {"goes on": why}
    with durable():
        take_turn()
        record(
            home.signer,
            person=acting.person.name,
            unit=acting.unit.name,
            verb="change",
            thing="node",
            reason=acting.reason,
            at=acting.now(),
            detail=detail,
        )
    checkpoint(home.signer, acting.now(), home.settings.seen)
    home.settings.unheard.unlink()
