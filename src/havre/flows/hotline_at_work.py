"""What a hotline does by itself for as long as a node runs, behind everything else: letters of the public are taken in,
answers of the addressed read, deadlines kept, letters sent. An intake of hours or a slow server for mail delays none.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from django.db import DatabaseError, connections
from django.utils.translation import gettext as _

from havre.errors import HavreError, Invalid
from havre.flows.home import Home
from havre.flows.look_outside import look_at_waiting
from havre.flows.mail_from import take_from_imap
from havre.flows.one_letter import Sent
from havre.flows.self_listed import tend_self_service
from havre.flows.self_look import look_for_submitted
from havre.flows.send_notices import send_due, speaks
from havre.flows.stray_mail import keeper, writing_units
from havre.flows.tend_answers import tend_answers
from havre.flows.tend_feeds import tend_feeds
from havre.flows.tend_hotline import tend_hotline
from havre.units.acting import Acting, Clock
from havre.units.models import Person

PAUSE = 15.0
"""Seconds between two looks at what is due: deadlines are met to the minute."""

WHY = "mail that came in"

Tell = Callable[[str], None]
Wait = Callable[[float], bool]
"""Waits so many seconds at most; whether it is time to end."""


def read_mailbox(home: Home, clock: Clock) -> dict[str, Any]:
    """What came to the mailbox that is set, put to the notices it is about; nothing where none is set."""
    if home.settings.imap is None:
        return {}
    person = mailbox_reader(home)
    return asdict(take_from_imap(home, Acting(person, clock, WHY))) if person is not None else {}


def mailbox_reader(home: Home) -> Person | None:
    """In whose name the mailbox is read; None where no unit that writes has anybody.

    Raises Invalid where the unit that HAVRE_IMAP names is not there, or has nobody who could.
    """
    named = keeper(home)
    if named is None:
        return next((each for unit in writing_units() if (each := speaks(unit)) is not None), None)
    person = speaks(named)
    if person is None:
        said = _("HAVRE_IMAP names the unit %(unit)s, where nobody is an analyst or supervisor: no mail is read")
        raise Invalid(said % {"unit": named.name})
    return person


def send(home: Home, clock: Clock) -> dict[str, Any]:
    """What is due of notices; nothing where nothing was."""
    sent = send_due(home, clock)
    return dict(sent.to_json()) if sent != Sent() else {}


STEPS: Mapping[str, Callable[[Home, Clock], Mapping[str, Any]]] = MappingProxyType(
    {
        "hotline": lambda home, clock: tend_hotline(home, clock).to_json(),
        "came": read_mailbox,
        "answers": lambda home, clock: tend_answers(home, clock).to_json(),
        "letters": send,
        "looks": look_at_waiting,
        "protected": lambda home, clock: tend_self_service(home, clock).to_json(),
        "lists": lambda home, clock: tend_feeds(home, clock).to_json(),
        "sought": lambda home, clock: look_for_submitted(home, clock).to_json(),
    }
)
"""In this order: what has just come decides what is still to be sent."""

SIDES = (("hotline", "answers"), ("came", "letters"), ("looks",), ("protected", "lists", "sought"))
"""What waits for nobody, for servers of mail, for hosts, and lists that may be long: each has a thread of its own, so
that a server that says nothing for twenty seconds keeps no report of a child in danger waiting, and no letter."""


def once(home: Home, clock: Clock, names: Iterable[str] = tuple(STEPS)) -> dict[str, Mapping[str, Any]]:
    """These steps, once; what each did, where it did anything. Raises what the first to fail met, after the last."""
    did, met = dict[str, Mapping[str, Any]](), list[Exception]()
    for name in names:
        try:
            told = STEPS[name](home, clock)
            did |= {name: told} if any(told.values()) else {}
        except Exception as error:  # whatever one step meets, the next is done
            connections.close_all()
            met.append(error)
    if met:
        raise met[0]
    return did


def keep_working(home: Home, clock: Clock, wait: Wait, tell: Tell, names: Iterable[str] = tuple(STEPS)) -> None:
    """Do what is due until it is time to end. The same trouble is told once."""
    told = ""
    while not wait(PAUSE):
        said = _trouble(home, clock, names)
        if said and said != told:
            tell(said)
        told = said


def _trouble(home: Home, clock: Clock, names: Iterable[str]) -> str:
    try:
        once(home, clock, names)
    except (HavreError, DatabaseError) as error:
        return str(error)
    except Exception as error:  # whatever one look meets, the next one is made
        return f"{type(error).__name__}: {error}"
    return ""


@contextmanager
def at_work(home: Home, clock: Clock, tell: Tell) -> Iterator[None]:
    """Do it meanwhile, each side in a thread of its own."""
    over = threading.Event()

    def run(names: Iterable[str]) -> None:
        try:
            keep_working(home, clock, over.wait, tell, names)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(names,), name=names[0], daemon=True) for names in SIDES]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
