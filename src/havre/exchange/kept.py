"""What lies in the indexes of the board against what their tables have, by numbers alone: for whoever runs the node."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from django.db.models import Min
from numpy.typing import NDArray

from havre.errors import Broken
from havre.exchange.board_stock import FILMS, KINDS, imprints_on, read, within
from havre.exchange.gone import NAME, NAMES, gone_from
from havre.exchange.models import Gone, SharedPrint
from havre.fingerprints import video
from havre.fingerprints.pdq import MIN_QUALITY
from havre.matches.shelves import FEW
from havre.matching.hashes import Records
from havre.matching.index import Index
from havre.matching.library import Library
from havre.matching.volume import Kind

MOST_READ = 500
"""Films that seem to be missing, of which is asked whether they can be read."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One index of the board."""

    name: str
    extra: int
    """Records that no row has and that nobody is to write out."""
    missing: int
    """Rows that it should hold; of PDQ and films alone, of which what cannot be read is none."""
    leaving: int
    """Records that its files have and no row, found by nobody or listed as removed, until they are written out."""
    since: datetime | None
    """When the first of these was noticed by somebody who writes them out."""


def kept_on_board(root: Path) -> Iterator[Kept]:
    """Each index that is there and whole; what is damaged is told elsewhere."""
    for name, kind in KINDS.items():
        try:
            if (root / name).is_dir():
                yield _kept(name, *_held(root / name, kind))
        except Broken:
            continue


def _held(folder: Path, kind: Kind | None) -> tuple[Records, Records, int]:
    """The records that are found in it, those that its files have, and up to where it has all."""
    opened = Index.open(folder) if kind is None else Library.open(folder, kind)
    return opened.records, opened.lying, opened.watermark


def _kept(name: str, held: Records, lying: Records, until: int) -> Kept:
    if name == FILMS:
        dead = held[~_in_films(held)]
        missing = _missing_films(held, until)
    else:
        live = _numbers(name)
        dead = np.setdiff1d(held, live)
        missing = len(np.setdiff1d(live[live <= until], held)) if name == NAME else 0
    gone = gone_from(name)
    leaving = np.intersect1d(lying, gone)
    since = Gone.objects.filter(shelf=name).aggregate(first=Min("noticed_at"))["first"]
    return Kept(name, len(np.setdiff1d(dead, gone)), missing, len(leaving), since)


def _numbers(name: str) -> Records:
    """The records that the table has for it."""
    if name == NAME:
        prints = SharedPrint.objects.filter(pdq__isnull=False, quality__gte=MIN_QUALITY).order_by("id")
        return np.fromiter(prints.values_list("id", flat=True).iterator(), np.uint32)
    imprints = imprints_on(next(method for method, called in NAMES.items() if called == name)).order_by("id")
    return np.fromiter(imprints.values_list("id", flat=True).iterator(), np.uint32)


def _in_films(records: Records) -> NDArray[np.bool_]:
    """Which of these are runs of films that are there."""
    films = imprints_on(video.METHOD).exclude(first=None).order_by("first").values_list("first", "count")
    return within(np.fromiter(films.iterator(), "2i8"), records)


def _missing_films(held: Records, until: int) -> int:
    """Films that it should hold and of which it has no run, without what cannot be read."""
    films = imprints_on(video.METHOD).filter(first__lte=until, count__gt=0).order_by("first")
    found = [key for key, first in films.values_list("pk", "first").iterator() if not _holds(held, first or 0)]
    rows = imprints_on(video.METHOD).filter(pk__in=found[:MOST_READ]).select_related("shared__body_key")
    return sum(read(row) is not None for row in rows.iterator(FEW))


def _holds(held: Records, record: int) -> bool:
    at = int(np.searchsorted(held, record))
    return at < len(held) and int(held[at]) == record
