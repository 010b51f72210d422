"""The two indexes of a unit: fingerprints of media it holds, and fingerprints it knows from elsewhere.

The database is the truth. An index holds what the database held up to its watermark; the rest is added to the
tail when it is opened and again before every use, so that two processes see each other's work.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from havre.fingerprints.pdq import MIN_QUALITY
from havre.matches.models import Knowledge
from havre.matching.index import FLUSH_AT, Index
from havre.media.models import Fingerprint
from havre.restrictions.visible import owned_by
from havre.units.models import Unit

CHUNK = 50_000
"""Rows read from the database at a time while an index catches up."""

Rows = Iterator[tuple[int, bytes]]


@dataclass
class Shelf:
    """One index and the table it follows."""

    name: str
    index: Index
    rows_after: Callable[[int], Rows]
    """Eligible (id, PDQ) pairs with a larger id, ascending."""
    last: int = 0

    def catch_up(self) -> None:
        """Take in whatever the database learnt since; cheap when there is nothing."""
        self.index.refresh()
        self.last = max(self.last, self.index.watermark)
        chunk: list[tuple[int, bytes]] = []
        for row in self.rows_after(self.last):
            chunk.append(row)
            if len(chunk) == CHUNK:
                self.take(chunk)
                chunk = []
        self.take(chunk)

    def take(self, rows: list[tuple[int, bytes]]) -> None:
        """Add rows the database has just been given, without asking it."""
        if not rows:
            return
        self.index.add([record for record, _ in rows], b"".join(value for _, value in rows))
        self.last = rows[-1][0]

    def settle(self) -> None:
        """Write the tail as a segment once it is long; called after the database has committed."""
        if self.index.status().tail >= FLUSH_AT:
            self.index.flush()


def held_rows(unit: Unit) -> Callable[[int], Rows]:
    """Fingerprints of held media that may found or join a stack: undamaged and of sufficient quality."""

    def after(record: int) -> Rows:
        rows = owned_by(unit, Fingerprint.objects, "medium__unit").filter(
            id__gt=record, partial=False, quality__gte=MIN_QUALITY
        )
        for key, orientations in rows.order_by("id").values_list("id", "orientations").iterator(CHUNK):
            yield key, bytes(orientations)[:32]

    return after


def known_rows(unit: Unit) -> Callable[[int], Rows]:
    """Fingerprints of knowledge not withdrawn; a list that states no quality only carries usable ones."""

    def after(record: int) -> Rows:
        rows = owned_by(unit, Knowledge.objects).filter(id__gt=record, source__withdrawn_at=None, pdq__isnull=False)
        rows = rows.exclude(pdq_quality__lt=MIN_QUALITY)
        for key, pdq in rows.order_by("id").values_list("id", "pdq").iterator(CHUNK):
            yield key, bytes(pdq or b"")

    return after


def open_shelf(root: Path, unit: Unit, name: str) -> Shelf:
    """The unit's index of this name ('held' or 'known'), made empty where there is none yet."""
    rows = {"held": held_rows, "known": known_rows}[name](unit)
    folder = root / str(unit.pk) / name
    return Shelf(name, Index.open(folder) if folder.is_dir() else Index.create(folder), rows)
