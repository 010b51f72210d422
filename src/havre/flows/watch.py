"""What goes on behind the pages: intakes that were asked for are taken in, then what they left for later is done.

Any number of these may run. One that is killed is followed by another, which goes on where it was.
"""

import fcntl
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import DatabaseError, connection, connections
from django.db.models import Q

from havre.cases.models import Order, State
from havre.cases.order import TRIES, beat, become, claim, note_intake, put_off
from havre.errors import HavreError, Refused, Unavailable
from havre.flows.brought import OnDisk, Parcel
from havre.flows.holding import LOCKS, held
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.flows.series import propose_after
from havre.flows.taking import Progress
from havre.flows.uploading import digest_whole, forget_files, sweep
from havre.flows.work import work
from havre.media.models import Exhibit, WorkUnit
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting, Clock
from havre.units.models import Person, RoleName, Unit

IDLE = 1.0
"""Seconds between two looks for something to do."""

BEAT = 20.0
"""Seconds after which a process says again that it still runs an order."""

LATER = "work that an intake left for later"
"""Why the background works on media, as the log keeps it."""

Tell = Callable[[str], None]
Wait = Callable[[float], bool]
"""Waits so many seconds at most; whether it is time to end."""


class StoppedError(Exception):
    """Somebody asked an intake to stop, this process is told to end, or another one took the intake over."""


@dataclass
class Watch:
    """One process in the background."""

    home: Home
    clock: Clock
    workers: int
    wait: Wait
    tell: Tell
    token: str

    def run(self) -> None:
        """Do what waits until it is time to end; trouble is told, and does not end it."""
        self.guarded(lambda: bool(sweep(self.home, self.clock())))
        while not self.wait(0.0):
            if not self.guarded(self.step):
                self.wait(IDLE)

    def guarded(self, act: Callable[[], bool]) -> bool:
        """What it says; nothing was done where database or disk fail."""
        try:
            return act()
        except (HavreError, DatabaseError) as error:
            self.tell(str(error))
            connections.close_all()
            return False

    def step(self) -> bool:
        """One order, or work until an order waits; whether there was anything to do."""
        order = claim(self.token, self.clock(), self.gone)
        if order is not None:
            self.take(order)
            return True
        return any(map(self.work_on, self.units_with_work()))

    # ---- orders ----

    def take(self, order: Order) -> None:
        """Take in what was ordered, and write down how it ended."""
        if order.tries > TRIES:
            become(order, State.FAILED, order.trouble or f"whoever ran it ended early, {TRIES} times")
            return
        acting = Acting(Person.objects.select_related("unit").get(pk=order.by_id), self.clock, order.reason)
        try:
            with self._beating(order):
                self._take(order, acting)
        except StoppedError:
            self._stopped(order)
        except Unavailable as error:
            put_off(order, self.clock(), str(error))
        except HavreError as error:
            become(order, State.FAILED, str(error))
        except DatabaseError:
            raise
        except Exception as error:
            put_off(order, self.clock(), f"it ended the intake: {error}")

    def _take(self, order: Order, acting: Acting) -> None:
        source = OnDisk(order.path) if order.path else Parcel(order)
        if not order.path:
            digest_whole(self.home, order)

        def tell(progress: Progress) -> None:
            if not beat(order, self.clock(), further=progress.fresh > 0) or self.wait(0.0):
                raise StoppedError
            with suppress(HavreError, DatabaseError):
                self.tend()  # a letter that says danger does not wait for the end of a seizure

        take_in(
            self.home,
            acting,
            order.case.reference,
            source,
            workers=self.workers,
            again=order.intake_id is None,
            later=True,
            begun=lambda intake: note_intake(order, intake),
            tell=tell,
        )
        forget_files(self.home, order)
        if not owned_by(acting.unit, WorkUnit.objects).exists():
            propose_after(self.home, acting)
        order.refresh_from_db()
        become(order, State.DONE)

    def _stopped(self, order: Order) -> None:
        mine = Order.objects.filter(pk=order.pk, holder=self.token, state=State.RUNNING).first()
        if mine is not None:
            # Not asked to stop: this process is told to end, and another one goes on.
            become(mine, State.STOPPED if mine.stop else State.WAITING)

    @contextmanager
    def _beating(self, order: Order) -> Iterator[None]:
        """Keep the lease meanwhile, also while one file takes long."""
        over = threading.Event()

        def beats() -> None:
            while not over.wait(BEAT):
                with suppress(DatabaseError):
                    beat(order, self.clock())
            connection.close()

        thread = threading.Thread(target=beats, name="beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    # ---- what was left for later ----

    def units_with_work(self) -> list[Unit]:
        """Units of which a medium waits that nobody works on."""
        free = WorkUnit.objects.filter(Q(leased_until=None) | Q(leased_until__lte=self.clock()))
        return list(Unit.objects.filter(pk__in=free.order_by().values("unit")).order_by("id"))

    def work_on(self, unit: Unit) -> bool:
        """Work for one unit, in the name of whoever brought the first medium that waits, until an order waits."""
        person = _bringer(unit)
        if person is None:
            return False
        acting = Acting(person, self.clock, LATER)
        return bool(work(self.home, acting, workers=self.workers, enough=self.enough)["done"])

    def enough(self) -> bool:
        """Whether an order waits, or it is time to end."""
        return self.wait(0.0) or Order.objects.filter(state=State.WAITING, leased_until=None).exists()

    def gone(self, holder: str) -> bool:
        """Whether the process of this name has ended: it held a lock of this home, which ended with it."""
        if holder == self.token:
            return True  # it claims again: whatever it ran before has ended
        if not (self.home.settings.home / LOCKS / f"watch-{holder}").exists():
            return not self.home.settings.database  # of another machine nothing is known
        try:
            with held(self.home, f"watch-{holder}", fcntl.LOCK_EX, "it works"):
                return True
        except Refused:
            return False


def watch(home: Home, clock: Clock, *, workers: int, wait: Wait, tell: Tell = lambda _: None) -> None:
    """Take in what is asked for and work on what waits, until `wait` says that it is time to end."""
    token = secrets.token_hex(8)
    with held(home, f"watch-{token}", fcntl.LOCK_EX, "another process has this very name"):
        try:
            Watch(home, clock, workers, wait, tell, token).run()
        finally:
            (home.settings.home / LOCKS / f"watch-{token}").unlink(missing_ok=True)


def _bringer(unit: Unit) -> Person | None:
    """Who began the intake of the first medium that waits, if they still work on media; else any analyst."""
    first = owned_by(unit, WorkUnit.objects).order_by("id").values("medium")[:1]
    exhibit = (
        Exhibit.objects.filter(medium__in=first).select_related("item__intake__begun_by__unit").order_by("id").first()
    )
    analysts = unit.people.filter(roles__name=RoleName.ANALYST, left_at=None).select_related("unit")
    if exhibit is not None and analysts.filter(pk=exhibit.item.intake.begun_by_id).exists():
        return exhibit.item.intake.begun_by
    return analysts.order_by("id").first()
