"""The network behind everything else: this node exchanges with its peers for as long as it runs."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections

from havre.errors import HavreError
from havre.flows.ask_peers import Exchanged, Transport, ask_all
from havre.flows.home import Home
from havre.network.carry import carrier
from havre.network.meet import own
from havre.units.acting import Clock

PAUSE = 1.0
"""Seconds between two looks at whether something waits for a peer."""

Tell = Callable[[str], None]
Wait = Callable[[float], bool]
"""Waits so many seconds at most; whether it is time to end."""


def transport_of(home: Home) -> Transport:
    """Mutual TLS with the certificate that this node shows at each moment."""

    def door() -> bytes:
        me = own()
        return home.keys.door(me.generation if me is not None else 0)

    return carrier(door)


def exchange_once(home: Home, clock: Clock) -> dict[str, Exchanged]:
    """Exchange with every peer whose turn it is; nothing where this node never introduced itself."""
    return ask_all(home, clock, transport_of(home), os.urandom)


def keep_exchanging(home: Home, clock: Clock, wait: Wait, tell: Tell) -> None:
    """Exchange until it is time to end. Trouble is told once, and again when it is another."""
    told = ""
    while not wait(PAUSE):
        try:
            exchange_once(home, clock)
            told = ""
        except (HavreError, DatabaseError) as error:
            connections.close_all()
            if str(error) != told:
                tell(str(error))
            told = str(error)


@contextmanager
def exchanging(home: Home, clock: Clock, tell: Tell) -> Iterator[None]:
    """Exchange in a thread of its own meanwhile: an intake may take hours."""
    over = threading.Event()

    def run() -> None:
        try:
            keep_exchanging(home, clock, over.wait, tell)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, name="network", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
