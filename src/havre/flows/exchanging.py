"""The network behind everything else: this node exchanges with its peers for as long as it runs."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, connections

from havre.errors import HavreError
from havre.exchange.compared import something_left
from havre.exchange.models import Checked, Counter
from havre.flows.alerts import answer_alerts
from havre.flows.ask_peers import Exchanged, Transport, ask_all
from havre.flows.check import check_after
from havre.flows.home import Home, durable, must_go_on
from havre.flows.look_further import look_further, seconds
from havre.flows.mail import mail_waiting
from havre.flows.return_seen import return_seen
from havre.flows.tend import tend
from havre.network.carry import carrier
from havre.network.meet import own
from havre.network.prune import prune
from havre.units.acting import Acting, Clock
from havre.units.models import RoleName, Unit

PAUSE = 1.0
"""Seconds between two looks at whether something waits for a peer."""

A_WHILE = 1.0
"""Seconds of a round that go into what takes long to compare: an alert on another node is due within five."""

PRUNED_EVERY = timedelta(days=1)

CAME = "what others let us know came"
"""Why the background compares, as the log keeps it."""

Tell = Callable[[str], None]
Wait = Callable[[float], bool]
"""Waits so many seconds at most; whether it is time to end."""


def transport_of(home: Home) -> Transport:
    """Mutual TLS with the certificate that this node shows at each moment."""

    def door() -> bytes:
        me = own()
        return home.keys.door(me.generation if me is not None else 0)

    return carrier(door)


def exchange_once(home: Home, clock: Clock, *, everyone: bool = False) -> dict[str, Exchanged]:
    """Exchange with every peer whose turn it is, or with all; nothing where this node never introduced itself."""
    return_seen(clock())
    return ask_all(home, clock, transport_of(home), os.urandom, everyone=everyone)


def keep_exchanging(home: Home, clock: Clock, wait: Wait, tell: Tell) -> None:
    """Exchange until it is time to end. Trouble is told once, and again when it is another."""
    told = ""
    pruned: datetime | None = None
    while not wait(PAUSE):
        try:
            if pruned is None or not timedelta(0) <= clock() - pruned < PRUNED_EVERY:
                pruned = clock()
                forget(home, pruned)
            exchange_once(home, clock)
            check_what_came(home, clock)
            tend(home, clock)
            look_a_while(home, clock)
            mail_waiting(home, clock)
            told = ""
        except Exception as error:  # whatever one round meets, the next begins
            connections.close_all()
            said = str(error) if isinstance(error, HavreError | DatabaseError) else f"{type(error).__name__}: {error}"
            if said != told:
                tell(said)
            told = said


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


def forget(home: Home, at: datetime) -> int:
    """What passed between nodes and proves nothing any more is forgotten; how many rows."""
    must_go_on(home)
    with durable():
        return prune(at)


def check_what_came(home: Home, clock: Clock) -> int:
    """Compare what peers told with what the units here hold, as it comes; how many units had something to compare."""
    last = Counter.objects.values_list("last", flat=True).filter(pk=1).first() or 0
    behind = Unit.objects.exclude(pk__in=Checked.objects.filter(changed__gte=last).values("unit")) if last else []
    done = 0
    for unit in behind:
        person = unit.people.filter(roles__name=RoleName.ANALYST, left_at=None).select_related("unit").first()
        if person is not None:
            check_after(home, Acting(person, clock, CAME))
            answer_alerts(home, Acting(person, clock, CAME))
            done += 1
    return done


def look_a_while(home: Home, clock: Clock, some: float = A_WHILE) -> int:
    """Compare films, sounds, places and cameras too, for some seconds; how many units had something left."""
    done = 0
    for unit in Unit.objects.order_by("pk"):
        person = unit.people.filter(roles__name=RoleName.ANALYST, left_at=None).select_related("unit").first()
        if person is not None and something_left(unit):
            look_further(home, Acting(person, clock, CAME), seconds(some))
            done += 1
    return done
