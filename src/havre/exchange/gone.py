"""What was found on the board by rows that are gone, until it lies in none of the indexes' files any more.

Written in the transaction that deletes the rows, so that no index keeps what nobody knows to be gone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
from django.db.models import F, QuerySet

from havre.exchange.models import Gone, Lost, SharedImprint, SharedPrint
from havre.fingerprints import audio, scene, video
from havre.fingerprints.pdq import MIN_QUALITY
from havre.matching.hashes import Records

NAME = "board"
"""The index of PDQ, and what the names of the others begin with."""
NAMES = {video.METHOD: f"{NAME} films", audio.METHOD: f"{NAME} sounds", scene.METHOD: f"{NAME} places"}
"""The index in which imprints of each method are found."""

MOST_LOST = 1 << 24
"""Runs of films that another node may take back or tell otherwise in a year, of 2³² that there are in all. What it
tells beyond that is kept, and not searched for."""

PIECE = 500

Span = tuple[int, int]
"""The first of some records, and how many follow one another."""


def take_out_prints(rows: QuerySet[SharedPrint]) -> None:
    """Nothing is found by these any more, and the index is to lose them."""
    found = rows.filter(pdq__isnull=False, quality__gte=MIN_QUALITY).order_by("id").values_list("id", flat=True)
    _remember(NAME, spans((key, 1) for key in found))
    rows.delete()


def take_out_imprints(rows: QuerySet[SharedImprint]) -> None:
    """The same of imprints: of a film all its runs."""
    for method, name in NAMES.items():
        known = rows.filter(method=method, known=True)
        if method == video.METHOD:
            numbered = known.exclude(first=None)
            _lose(numbered)
            pieces = numbered.order_by("first").values_list("first", "count")
            _remember(name, spans((first, count) for first, count in pieces if first is not None))
        else:
            _remember(name, spans((key, 1) for key in known.order_by("id").values_list("id", flat=True)))
    rows.delete()


def spans(ascending: Iterable[Span]) -> Iterator[Span]:
    """The same records in as few pieces as there are gaps between them."""
    first, count = 0, 0
    for start, many in ascending:
        if count and start == first + count:
            count += many
        else:
            if count:
                yield first, count
            first, count = start, many
    if count:
        yield first, count


def _remember(name: str, of: Iterable[Span]) -> None:
    Gone.objects.bulk_create([Gone(shelf=name, first=first, count=count) for first, count in of], batch_size=PIECE)


def _lose(films: QuerySet[SharedImprint]) -> None:
    """The numbers that films of other nodes had are used up."""
    told = films.exclude(shared__node="").values_list("shared__node", "shared__at", "count")
    lost = Counter[tuple[str, int]]()
    for node, at, count in told:
        lost[node, at.year] += count
    for (node, year), runs in lost.items():
        row, _new = Lost.objects.get_or_create(node=node, year=year)
        Lost.objects.filter(pk=row.pk).update(runs=F("runs") + runs)


def used_up(node: str, year: int) -> bool:
    """Whether films of another node, told again and again as others, used up what a year has for them."""
    return bool(node) and Lost.objects.filter(node=node, year=year, runs__gte=MOST_LOST).exists()


def gone_from(name: str, until: int | None = None) -> Records:
    """The records that this index is to lose, ascending; of those remembered until then."""
    rows = Gone.objects.filter(shelf=name, **({"pk__lte": until} if until is not None else {}))
    parts = [np.arange(first, first + count, dtype=np.int64) for first, count in rows.values_list("first", "count")]
    return np.unique(np.concatenate(parts)).astype(np.uint32) if parts else np.zeros(0, np.uint32)
