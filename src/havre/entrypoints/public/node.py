"""Whose door this process answers at: set once when it starts, asked by every page."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from havre.entrypoints.public.helplines import Helplines, helplines
from havre.settings import Front

if TYPE_CHECKING:  # read before Django is configured
    from havre.hotline.models import Door

_front: list[Front] = []
_country: list[str] = []


def serve(front: Front) -> None:
    """Answer at this front from now on. Raises Invalid where its help lines can't be read."""
    helplines("", front.helplines)
    _front[:] = [front]


def front() -> Front:
    """What this process was told."""
    return _front[0] if _front else Front()


def door(*, closed: bool = False) -> "Door":
    """The door at which letters are left. Raises Unavailable where there is none, or none that is meant.

    A `closed` one too for whoever holds a code.
    """
    from havre.hotline.letters import door_of

    found = door_of(front().unit, closed=closed)
    _country[:] = [found.unit.country]
    return found


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def random(count: int) -> bytes:
    """Chance."""
    return os.urandom(count)


def lines() -> Helplines:
    """Whom to call in the country of this door, as far as it is known: an error must not hide it."""
    return helplines(_country[0] if _country else "", front().helplines)
