"""Who may work beside whom: locks of a home that end with the process that holds them, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from havre.errors import Refused
from havre.flows.home import Home

LOCKS = "locks"
"""The folder of lock files in a home."""


@contextmanager
def store_shared(home: Home) -> Iterator[None]:
    """Nothing is erased from the store meanwhile. Raises Refused while an erasure runs."""
    with held(home, "store", fcntl.LOCK_SH, _("a case is being erased: wait for it to end")):
        yield


@contextmanager
def store_alone(home: Home) -> Iterator[None]:
    """Nobody copies the store or erases from it meanwhile. Raises Refused while somebody does."""
    with held(home, "store", fcntl.LOCK_EX, _("a backup or another erasure is running: wait for it to end")):
        yield


def refuse_while_intakes_run(home: Home) -> None:
    """Raises Refused where a process holds an intake of this home, or does work that was left for later."""
    folder = home.settings.home / LOCKS
    for lock in sorted([*folder.glob("intake-*"), *folder.glob("work-*")]):
        with held(
            home,
            lock.name,
            fcntl.LOCK_SH,
            _("%(thing)s is running: wait for it to end") % {"thing": lock.name.replace("-", " ")},
        ):
            pass


@contextmanager
def at_work(home: Home, name: str) -> Iterator[None]:
    """Somebody is at this, beside whoever else is, and goes on where somebody asks at this moment: `nobody_at`."""
    with _locked(home, name, fcntl.LOCK_SH):
        yield


def nobody_at(home: Home, name: str) -> bool:
    """Whether no process of this home is at this."""
    with _locked(home, name, fcntl.LOCK_EX) as alone:
        return alone


@contextmanager
def alone_at(home: Home, name: str) -> Iterator[bool]:
    """Whether nobody else of this home is at this; nobody comes to it meanwhile."""
    with _locked(home, name, fcntl.LOCK_EX) as mine:
        yield mine


@contextmanager
def held(home: Home, name: str, how: int, otherwise: str) -> Iterator[None]:
    """Hold the lock of this name, shared or alone. Raises Refused, with the sentence, where another process does."""
    with _locked(home, name, how) as mine:
        if not mine:
            raise Refused(otherwise)
        yield


@contextmanager
def _locked(home: Home, name: str, how: int) -> Iterator[bool]:
    """Whether the lock of this name could be had; it is held while the block lasts."""
    folder = home.settings.home / LOCKS
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / name).open("ab") as lock:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError:
            mine = False
        else:
            mine = True
        yield mine
