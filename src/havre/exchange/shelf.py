"""The index of the board: PDQ fingerprints of everything that any source shared, to be asked whatever comes."""

from pathlib import Path

from havre.exchange.gone import NAME
from havre.exchange.models import SharedPrint
from havre.exchange.written_out import bury
from havre.fingerprints.pdq import MIN_QUALITY
from havre.matches.shelves import CHUNK, Rows, Shelf
from havre.matching.index import Index

MOST = 500_000
"""Entries in memory while the index catches up with a board that many filled: writing takes some 300 bytes for each."""


def open_board(root: Path) -> Shelf:
    """The index of the board, caught up with the database and without what is withdrawn; made where there is none."""
    folder = root / NAME
    shelf = Shelf(NAME, Index.open(folder) if folder.is_dir() else Index.create(folder), rows_after)
    shelf.catch_up(MOST)
    shelf.settle()
    bury(NAME, shelf.index)
    return shelf


def rows_after(record: int) -> Rows:
    """Fingerprints of sufficient quality."""
    rows = SharedPrint.objects.filter(id__gt=record, pdq__isnull=False, quality__gte=MIN_QUALITY).order_by("id")
    for key, pdq in rows.values_list("id", "pdq").iterator(CHUNK):
        yield key, bytes(pdq or b"")
