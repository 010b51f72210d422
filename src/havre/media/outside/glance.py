"""Ask whether a page is there: as `visit` does, but nothing of what stands there leaves the process that asks."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from havre.errors import Unavailable
from havre.media.outside.signs import MOST_READ, Saw, Why, says
from havre.media.outside.visit import ENDED, HEAD, Asked, count_of, spoken, text_of
from havre.settings import Egress

SECONDS = 20.0

UNSAID = {
    "refused": (Saw.UNCLEAR, Why.REFUSED),
    "proxy": (Saw.UNCLEAR, Why.PROXY),
    "certificate": (Saw.UNCLEAR, Why.CERTIFICATE),
}
"""Where no answer came, by whose fault the process says it is; anything else is silence."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What one question told."""

    saw: Saw
    why: Why
    status: int = 0
    """As HTTP numbers it; 0 where no answer came."""


Ask = Callable[[Egress, Asked], Glance]


def glance(egress: Egress, asked: Asked, seconds: float = SECONDS) -> Glance:
    """Ask once. Raises Refused for a number that is not on the open internet, Unavailable where it is our own trouble.

    What the other side does, or does not, is an answer.
    """
    out, late = spoken(egress, asked, MOST_READ, seconds, look=True)
    return Glance(Saw.UNCLEAR, Why.SILENT) if late and b"\n" not in out else glanced(out)


def glanced(out: bytes) -> Glance:
    """What the process said, of which nothing is believed beyond that. Raises Unavailable where it could not ask."""
    head, _end, _rest = out[:HEAD].partition(b"\n")
    try:
        told = json.loads(head)
        if "trouble" in told:
            whose, words = text_of(told["whose"], 20), text_of(told["trouble"], 300)
            if whose == "ours":
                raise Unavailable("nothing was asked for: %(trouble)s", trouble=words)
            return Glance(*UNSAID.get(whose, (Saw.UNCLEAR, Why.SILENT)))
        status = count_of(told["status"], 999)
        signs = [Why(each) for each in told["signs"][: len(Why)] if each in set(Why)]
    except ENDED:
        return Glance(Saw.UNCLEAR, Why.SILENT)
    return Glance(*says(status, signs), status)
