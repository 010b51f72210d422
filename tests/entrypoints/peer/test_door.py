"""Who is let in is decided anew for each connection."""

from havre.entrypoints.peer.door import ssl_context
from havre.entrypoints.peer.node import serve
from havre.flows.introduce import get_to_know, introduce, turn_away
from havre.sealing.peer import fingerprint
from havre.settings import Settings
from tests.cast import node
from tests.network.known import file_of
from tests.sealing.wire import NODES


def trusted() -> int:
    """How many authorities the next connection trusts."""
    return len(ssl_context(None, lambda: None).get_ca_certs())  # type: ignore[arg-type, return-value]


def test_who_is_revoked_is_out_at_the_next_connection(database: Settings) -> None:
    with node(database) as here:
        serve(here.home)
        introduce(here.home, here.anke)
        assert trusted() == 0
        get_to_know(here.home, here.anke, file_of("FR"))
        assert trusted() == 0
        get_to_know(here.home, here.anke, file_of("FR"), fingerprint(NODES["FR"]))
        assert trusted() == 1
        turn_away(here.home, here.anke, "Node FR")
        assert trusted() == 0
