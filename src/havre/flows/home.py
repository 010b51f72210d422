"""One home, opened: its settings, keys, evidence store, indexes and sandbox, handed to every flow."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from shutil import disk_usage

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from havre.audit.entry import Act
from havre.audit.record import checkpoint, record, record_signed
from havre.errors import Broken, Unavailable
from havre.exchange.models import Counter
from havre.matches.formats import SANDBOXED
from havre.matches.shelves import Shelf, open_shelf
from havre.matches.stock import Stock, open_stock
from havre.media.decode.outcomes import Limits
from havre.media.decode.pool import Worker
from havre.media.decode.sandbox import Sandbox
from havre.media.keys import Keys, read_keys
from havre.media.store import Store
from havre.sealing.peer import node_of
from havre.sealing.sign import Signer
from havre.series.tally import Tally
from havre.settings import Settings
from havre.units.acting import Acting
from havre.units.models import Unit


@dataclass
class Home:
    """Everything one command needs of a node; opened parts are closed with it."""

    settings: Settings
    limits: Limits = field(default_factory=Limits)
    begun: Sandbox | None = None
    """A sandbox that starts already, while the home is being opened."""
    free: Callable[[Path], int] = lambda folder: disk_usage(folder).free
    """Bytes that are free on the disk of a folder."""
    missing: dict[str, str] = field(default_factory=dict)
    """Walls of the sandbox that this machine does not offer, with why; known once a worker has started."""
    tally: Tally = field(default_factory=Tally)
    """How common things were, as pages counted them."""
    feedless: dict[int, datetime] = field(default_factory=dict)
    """When units were seen to have no feed: desks do not ask again at once."""

    @cached_property
    def keys(self) -> Keys:
        """The keys this process may use."""
        return read_keys(self.settings)

    @cached_property
    def signer(self) -> Signer:
        """What signs the log."""
        return self.keys.signer()

    @property
    def node(self) -> str:
        """What other nodes call this one."""
        return node_of(self.signer.verifier.public)

    @cached_property
    def store(self) -> Store:
        """The evidence store."""
        return Store(self.settings.store)

    @cached_property
    def spool(self) -> Store:
        """Where pieces of files that people send wait, sealed, until an intake has taken them."""
        return Store(self.settings.uploads)

    @cached_property
    def sandbox(self) -> Sandbox:
        """Where untrusted bytes are decoded."""
        return self.begun or Sandbox(SANDBOXED)

    def worker(self) -> Worker:
        """A new confined worker, started."""
        worker = Worker(self.sandbox, self.limits)
        self.missing |= {wall.name: wall.reason for wall in worker.protections() if not wall.active}
        return worker

    def shelf(self, unit: Unit, name: str) -> Shelf:
        """One index of a unit, caught up with the database; what came since it was written is written once it is long,
        unless it may be undone yet."""
        shelf = open_shelf(self.settings.index, unit, name)
        shelf.catch_up()
        if not connection.in_atomic_block:  # what is judged all day long is read again by each who asks
            shelf.shorten()
        return shelf

    def stock(self, unit: Unit) -> Stock:
        """What a unit's films, sounds and scenes are found in, caught up with the database."""
        return open_stock(self.settings.index, unit, self.keys.unit(str(unit.pk)))

    @property
    def waiting(self) -> Path:
        """Where large members of archives wait, sealed and unnamed."""
        return self.settings.home

    def close(self) -> None:
        """End the sandbox, if one was started."""
        if self.begun is not None or "sandbox" in self.__dict__:
            self.sandbox.close()


def log(home: Home, acting: Acting, verb: str, thing: str, detail: Mapping[str, object] | None = None) -> int:
    """One line of the log, inside the caller's transaction; its number."""
    must_go_on(home)
    take_turn()
    return record(
        home.signer,
        person=acting.person.name,
        unit=acting.unit.name,
        verb=verb,
        thing=thing,
        reason=acting.reason,
        at=acting.now(),
        detail=detail,
    )


def take_turn() -> None:
    """Wait for the board and the log, in this order wherever both change: two who wait for each other would be undone.

    Called before the first of either in a transaction, and after peers are locked.
    """
    # SQLite's transactions are immediate: all of it is ours already. Outside of one, nothing is held.
    if connection.features.has_select_for_update and connection.in_atomic_block:
        Counter.objects.select_for_update().get_or_create(pk=1)


def seal_log(home: Home, acting: Acting) -> None:
    """Sign what the log holds by now; the signature is also kept outside the database, once it is committed."""
    must_go_on(home)
    checkpoint(home.signer, acting.now(), home.settings.seen)


def consulted(home: Home, acting: Acting, thing: str, detail: Mapping[str, object] | None = None) -> int:
    """Write down that somebody looked, before the answer leaves; the number of that entry."""
    must_go_on(home)
    person, unit = acting.person.name, acting.unit.name
    act = Act(person, unit, "consultation", thing, acting.reason, acting.now(), detail or {})
    with durable():
        return record_signed(home.signer, act, home.settings.seen).size - 1


def must_go_on(home: Home) -> None:
    """Raises Broken while this node went back behind what others witnessed, or may have: it signs nothing meanwhile."""
    halted, unheard = _stops(home.settings)
    if os.access(halted, os.F_OK):
        raise Broken(
            _(
                "this node went back to an older state than others have witnessed, and signs nothing: find a newer"
                " backup, or decide with `havre network resolve`"
            )
        )
    if os.access(unheard, os.F_OK):
        raise Broken(
            _(
                "this node was restored and has not heard from the nodes that witnessed its log, and signs nothing:"
                " `havre work` asks them, or decide with `havre network resolve`"
            )
        )


@cache
def _stops(settings: Settings) -> tuple[str, str]:
    return str(settings.halted), str(settings.unheard)


@contextmanager
def durable() -> Iterator[None]:
    """One transaction, whose failure is one sentence."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        raise Unavailable(
            _(
                "the database did not take this (%(error)s): run the same command again when it is back;"
                " nothing was lost"
            )
            % {"error": first_line(error)}
        ) from error


def first_line(error: Exception) -> str:
    """What an error of the database says first, for a sentence to a person."""
    return (str(error).splitlines() or [type(error).__name__])[0]
