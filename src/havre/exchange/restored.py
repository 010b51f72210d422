"""After a restore: the board has what can still be opened, found by what its bodies say; the rest is destroyed."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from havre.errors import Broken
from havre.exchange.board import let_go, print_again
from havre.exchange.models import BodyKey, Gone, Shared

PIECE = 500
"""Rows read at a time."""


def open_again(at: datetime) -> int:
    """Make prints again of every body; a thing whose key is not there any more is gone. How many are.

    Called inside the transaction that loads the rows, before anything else reads them.
    """
    BodyKey.objects.filter(~Exists(Shared.objects.filter(pk=OuterRef("shared")))).delete()
    gone = 0
    for row in Shared.objects.exclude(sealed=b"").iterator(PIECE):
        if opens(row):
            print_again(row)
        else:
            let_go(row, at)
            gone += 1
    Gone.objects.all().delete()  # indexes are made anew of these rows, which have other numbers
    return gone


def opens(row: Shared) -> bool:
    """Whether the key is there, and this row's."""
    try:
        return bool(row.body)
    except Broken:
        return False
