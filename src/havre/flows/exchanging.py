"""The network behind everything else: this node exchanges with its peers for as long as it runs."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import count

from django.db import DatabaseError, connections

from havre.errors import HavreError
from havre.exchange.board_stock import open_board_stock
from havre.exchange.compared import something_left
from havre.exchange.due import left_behind
from havre.exchange.models import Checked, Counter
from havre.flows.alerts import answer_alerts
from havre.flows.ask_peers import Exchanged, Transport, ask_all
from havre.flows.check import at_check, check_after
from havre.flows.holding import nobody_at
from havre.flows.home import Home, durable, must_go_on
from havre.flows.look_further import look_further, seconds
from havre.flows.mail import mail_waiting
from havre.flows.return_seen import return_seen
from havre.flows.stacks_follow import Following
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
    told: set[str] = set()
    pruning, following = _Pruning(home, clock), Following()
    for turn in count():
        if wait(PAUSE):
            return
        met = {said: None for step in _steps(home, clock, pruning, following, turn) if (said := _trouble(step))}
        for said in met:
            if said not in told:
                tell(said)
        told = set(met)


def _steps(
    home: Home, clock: Clock, pruning: "_Pruning", following: Following, turn: int
) -> tuple[Callable[[], object], ...]:
    """What a round does. One that fails keeps none of the others from being done."""
    return (
        pruning.due,
        lambda: exchange_once(home, clock),
        lambda: check_what_came(home, clock),
        lambda: tend(home, clock),
        following.look,
        lambda: look_a_while(home, clock, turn=turn),
        lambda: mail_waiting(home, clock),
    )


def _trouble(step: Callable[[], object]) -> str:
    """What the step met, in one sentence; nothing where it was done."""
    try:
        step()
    except Exception as error:  # whatever one step meets, the next is done
        connections.close_all()
        return str(error) if isinstance(error, HavreError | DatabaseError) else f"{type(error).__name__}: {error}"
    return ""


@dataclass
class _Pruning:
    """What proves nothing any more is forgotten once a day."""

    home: Home
    clock: Clock
    last: datetime | None = None

    def due(self) -> None:
        """Forget it, where a day is over."""
        now = self.clock()
        if self.last is None or not timedelta(0) <= now - self.last < PRUNED_EVERY:
            self.last = now
            forget(self.home, now)


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
    """Compare what peers told with what the units here hold, as it comes, and end what somebody began and was killed
    at; how many units had something to compare."""
    last = Counter.objects.values_list("last", flat=True).filter(pk=1).first() or 0
    behind = list(Unit.objects.exclude(pk__in=Checked.objects.filter(changed__gte=last).values("unit")) if last else ())
    begun = Unit.objects.filter(pk__in=left_behind()).exclude(pk__in=[unit.pk for unit in behind]) if last else ()
    behind += [unit for unit in begun if nobody_at(home, at_check(unit))]

    def check(acting: Acting) -> bool:
        check_after(home, acting)
        answer_alerts(home, acting)
        return True

    return _each(behind, clock, check)


def look_a_while(home: Home, clock: Clock, some: float = A_WHILE, turn: int = 0) -> int:
    """Compare films, sounds, places and cameras too, for some seconds; how many units had something left.

    Each turn begins with another unit: the seconds are those of all.
    """
    units, enough = list(Unit.objects.order_by("pk")), seconds(some)
    board = cache(lambda: open_board_stock(home.settings.index))
    begun: list[int] = []

    def look(acting: Acting) -> bool:
        if (begun and enough()) or not something_left(acting.unit):
            return False
        begun.append(acting.unit.pk)
        look_further(home, acting, enough, board)
        return True

    first = turn % max(len(units), 1)
    return _each(units[first:] + units[:first], clock, look)


def _each(units: Iterable[Unit], clock: Clock, does: Callable[[Acting], bool]) -> int:
    """How many of these units did it, by one of their analysts. What one of them meets is raised after the last."""
    done, met = 0, list[Exception]()
    for unit in units:
        person = unit.people.filter(roles__name=RoleName.ANALYST, left_at=None).select_related("unit").first()
        if person is None:
            continue
        try:
            done += does(Acting(person, clock, CAME))
        except Exception as error:  # whatever one unit meets, the next goes on
            connections.close_all()
            met.append(error)
    if met:
        raise met[0]
    return done
