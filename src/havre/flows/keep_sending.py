"""Letters leave behind everything else, for as long as this node runs: a slow server for mail holds nothing else up."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections

from havre.errors import HavreError
from havre.flows.home import Home
from havre.flows.send_notices import send_due
from havre.units.acting import Clock

PAUSE = 15.0
"""Seconds between two looks at what is due: deadlines are met to the minute."""

Tell = Callable[[str], None]
Wait = Callable[[float], bool]
"""Waits so many seconds at most; whether it is time to end."""


def keep_sending(home: Home, clock: Clock, wait: Wait, tell: Tell) -> None:
    """Send what is due until it is time to end. The same trouble is told once."""
    told = ""
    while not wait(PAUSE):
        said = _trouble(home, clock)
        if said and said != told:
            tell(said)
        told = said


def _trouble(home: Home, clock: Clock) -> str:
    try:
        send_due(home, clock)
    except Exception as error:  # whatever one look meets, the next one is made
        connections.close_all()
        return str(error) if isinstance(error, HavreError | DatabaseError) else f"{type(error).__name__}: {error}"
    return ""


@contextmanager
def sending(home: Home, clock: Clock, tell: Tell) -> Iterator[None]:
    """Send in a thread of its own meanwhile."""
    over = threading.Event()

    def run() -> None:
        try:
            keep_sending(home, clock, over.wait, tell)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, name="letters", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
