"""Looks at nothing in particular: what is counted is their time."""

import operator
from datetime import datetime, timedelta
from functools import partial

from havre.care.look import begin_look, end_looks
from havre.media.models import Medium
from havre.units.models import Person, Unit
from tests.cast import NOON


def at(seconds: float) -> datetime:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def medium(unit: Unit, number: int = 0) -> Medium:
    """A medium without bytes."""
    digest = bytes([number]) * 32
    made, _ = Medium.objects.get_or_create(
        unit=unit,
        sha256=digest,
        defaults={
            "sha1": digest[:20],
            "md5": digest[:16],
            "bytes": 1,
            "kind": "png",
            "family": "picture",
            "held_since": NOON,
        },
    )
    return made


def looked(person: Person, began: float, seconds: float, hold: str = "") -> None:
    """A look from so many seconds after noon, so long; of any length, in pieces that the cap allows."""
    while seconds > 0:
        piece = min(seconds, 120.0)
        name = f"{hold}{began}"
        begin_look(person, medium(person.unit), None, name, at(began))
        end_looks(person, at(began + piece), partial(operator.eq, name))
        began, seconds = began + piece, seconds - piece
