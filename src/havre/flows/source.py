"""Begin, go on with and finish a source of knowledge: a folder that is judged, or a list that is read."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from havre.errors import Refused
from havre.flows.holding import held
from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.matches.models import Source
from havre.matches.queries import sources_for
from havre.matches.shelves import Shelf
from havre.units.acting import Acting
from havre.units.models import RoleName, Unit

LARGEST = 400_000
"""Entries up to which segments of the index are merged while a list is read; `havre index rebuild` merges them all."""

FOLDER = "folder"
"""The format of a source that is a folder somebody judged."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is handed in as knowledge, and how it is to be read."""

    path: str
    format: str
    scheme: str
    label: str
    listing: bytes
    """SHA-256 over what tells whether it changed since."""


def may_teach(acting: Acting) -> None:
    """Raises Refused for whoever may not change what the unit knows."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="change what is known")


def thing_of(source: Source) -> str:
    """How the log calls a source."""
    return f"source {source.pk}"


def begin(home: Home, acting: Acting, offer: Offer) -> tuple[Source, bool]:
    """The source to write, new or left unfinished, and whether there is anything left to do.

    Raises Refused where an unfinished list has changed since: what was read of it can't be told from what is new.
    """
    alike = sources_for(acting.person).filter(path=offer.path, format=offer.format, withdrawn_at=None)
    newest = alike.filter(scheme=offer.scheme, label=offer.label).last()
    unchanged = newest is not None and bytes(newest.listing) == offer.listing
    if newest is not None and newest.finished_at is None:
        if not unchanged and offer.format != FOLDER:
            raise Refused(
                _("%(path)s changed since it was read in part: run `havre known withdraw %(newest)s`, then this again")
                % {"path": offer.path, "newest": newest.pk}
            )
        return newest, True
    if newest is not None and unchanged:
        return newest, False
    with durable():
        source = Source.objects.create(
            unit=acting.unit,
            path=offer.path,
            format=offer.format,
            scheme=offer.scheme,
            label=offer.label,
            listing=offer.listing,
            added_by=acting.person,
            added_at=acting.now(),
        )
        detail = {"act": "begun", "path": offer.path, "format": offer.format, "label": offer.label}
        log(home, acting, "change", thing_of(source), detail)
    return source, True


def finish(home: Home, acting: Acting, source: Source, offer: Offer, told: Mapping[str, Any]) -> None:
    """Everything of the source is known; the index knows it too, and the log says so."""
    shelve(home.shelf(acting.unit, "known"))
    home.stock(acting.unit).put_away()
    with durable():
        source.finished_at = acting.now()
        source.listing = offer.listing
        source.told = dict(told)
        source.save(update_fields=["finished_at", "listing", "told"])
        counts = {name: value for name, value in told.items() if isinstance(value, int)}
        log(home, acting, "change", thing_of(source), {"act": "finished", **counts})
    seal_log(home, acting)


def shelve(shelf: Shelf) -> None:
    """Write what the shelf has taken in lately into the index, in a bounded amount of memory."""
    shelf.catch_up()
    shelf.index.flush(LARGEST)


@contextmanager
def alone(home: Home, source: Source) -> Iterator[None]:
    """Hold a source for this process; the hold ends with the process, however it ends.

    Raises Refused while another process works on it.
    """
    otherwise = _("%(thing)s is being worked on by another process: wait for it to end") % {"thing": thing_of(source)}
    with held(home, f"source-{source.pk}", fcntl.LOCK_EX, otherwise):
        yield


@contextmanager
def holding(unit: Unit) -> Iterator[None]:
    """One transaction in which nobody else writes what this unit knows or holds: rows commit in the order of ids."""
    with durable():
        # No key: who has the turn of the board makes rows that name the unit, and this waits for that turn.
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        yield


def list_sources(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """Where the unit's knowledge came from, oldest first, with what became of it."""
    consulted(home, acting, f"sources of {acting.unit.name}")
    sources = sources_for(acting.person).select_related("added_by")
    counted = sources.annotate(count=Count("entries", filter=Q(entries__whole=None)))
    return [
        {
            "source": source.pk,
            "path": source.path,
            "format": source.format,
            "label": source.label or None,
            "scheme": source.scheme or None,
            "entries": source.count,
            "state": _state(source),
            "added_by": source.added_by.name,
            "added_at": source.added_at.isoformat(timespec="seconds"),
            "withdrawn_at": source.withdrawn_at.isoformat(timespec="seconds") if source.withdrawn_at else None,
        }
        for source in counted
    ]


def _state(source: Source) -> str:
    if source.undone_at is not None:
        return "withdrawn"
    if source.withdrawn_at is not None:
        return "withdrawal unfinished"
    return "known" if source.finished_at is not None else "unfinished"
