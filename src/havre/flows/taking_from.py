"""Who told something, and in which message: what is handed to whatever applies it."""

from dataclasses import dataclass

from havre.flows.home import Home
from havre.network.models import Peer
from havre.units.acting import Acting


@dataclass(frozen=True, slots=True)
class From:
    """One message of a peer, while it is applied."""

    home: Home
    acting: Acting
    peer: Peer
    number: int
