"""Who told something, and in which message: what is handed to whatever applies it."""

from dataclasses import dataclass

from django.db import DataError

from havre.errors import HavreError, Invalid, NotFound, Refused, Unavailable
from havre.flows.home import Home
from havre.network.models import Peer
from havre.units.acting import Acting

MOST_SAID = 500
"""Characters that are kept of a sentence with words of a peer in it."""

LONGEST_NOTE = 10_000
"""Characters of a note that is kept, logged and passed on."""

UNFIT = (Invalid, Refused, NotFound, ValueError, TypeError, ArithmeticError, DataError)
"""What values that a peer chose may bring about: what they are in is undone, and nothing else."""

TROUBLE = (Unavailable, *UNFIT)
"""What goes wrong with one peer, and with no other."""


def said_of(error: Exception, otherwise: str = "it is not as messages are") -> str:
    """One sentence for people; what is no sentence of ours says nothing of how the node works."""
    return printable(str(error)) if isinstance(error, HavreError) else otherwise


def printable(text: str) -> str:
    """What a peer said, as one line that can be kept, shown and passed on."""
    return "".join(each if each.isprintable() else " " for each in text[:MOST_SAID])


@dataclass(frozen=True, slots=True)
class From:
    """One message of a peer, while it is applied."""

    home: Home
    acting: Acting
    peer: Peer
    number: int
