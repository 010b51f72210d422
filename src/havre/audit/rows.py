"""The log as it lies in the database, line by line, believing nothing of it."""

from collections.abc import Iterator, Sequence

from django.db import DatabaseError

from havre.audit import models
from havre.audit.entry import End, Entry, Line, Seal, Unreadable

COLUMNS = ("index", "at", "person", "unit", "verb", "thing", "reason", "detail", "signature", "leaf")
KINDS = (int, str, str, str, str, str, str, str, bytes, bytes)

HEAD = 1
"""The only row of audit_head; the migration made it."""

EVERYTHING = 1 << 63
"""More than any log holds."""


def lines(after: Seal | None = None) -> Iterator[Line]:
    """The log in order, whole or behind a checkpoint, in constant memory: checkpoints behind their last entry, the end.

    Others may append meanwhile: what comes out is the log as it was at one moment of the reading.
    """
    seals = _Seals(-1 if after is None else after.number)
    count = 0 if after is None else after.size
    while True:
        begun = count
        try:
            for line in _entries(begun):
                yield from seals.up_to(count)
                yield line
                if isinstance(line, Unreadable):
                    begun = EVERYTHING  # the same row would come again and again
                else:
                    count = max(count, line.index + 1)
        except DatabaseError as error:
            yield Unreadable(f"the entries from {count} on cannot be read ({error})", count)
        heads = list(models.Head.objects.order_by("pk")[:2])
        if begun >= count or not heads or not _is_behind(heads[0].size, count):
            break
    yield from seals.up_to(EVERYTHING)
    yield _end(heads)


def entry_from(row: models.Entry) -> Entry | Unreadable:
    """The entry in a row; SQLite lets columns hold what is not of their kind, and then it is none."""
    return entry_in([getattr(row, name) for name in COLUMNS])


def entry_in(columns: Sequence[object]) -> Entry | Unreadable:
    """The same of the row's COLUMNS alone."""
    values = [_plain(value) for value in columns]
    if all(map(isinstance, values, KINDS)):
        return Entry(*values)  # type: ignore[arg-type]
    name = next(name for name, value, kind in zip(COLUMNS, values, KINDS, strict=True) if not isinstance(value, kind))
    index = values[0] if isinstance(values[0], int) else None
    return Unreadable(f"column {name} of entry {values[0]!r} is not of its kind", index)


def _plain(value: object) -> object:
    # psycopg hands out bytes as memoryview.
    return bytes(value) if isinstance(value, memoryview) else value


def _is_behind(size: object, count: int) -> bool:
    return isinstance(size, int) and size > count


def _entries(start: int) -> Iterator[Entry | Unreadable]:
    for row in models.Entry.objects.filter(index__gte=start).order_by("index").iterator():
        yield entry_from(row)


class _Seals:
    """The checkpoints in order of their numbers, each given out once."""

    def __init__(self, last: int) -> None:
        self.rows = models.Checkpoint.objects.order_by("number")
        self.held: Seal | Unreadable | None = None
        self.last = last

    def up_to(self, count: int) -> Iterator[Seal | Unreadable]:
        """Those that cover no more than so many entries and were not given out yet."""
        while True:
            self.held = self.held or self._next()
            if self.held is None or _covers(self.held) > count:
                return
            yield self.held
            self.held = None

    def _next(self) -> Seal | Unreadable | None:
        if self.last == EVERYTHING:
            return None
        try:
            row = self.rows.filter(number__gt=self.last).first()
        except DatabaseError as error:
            self.last = EVERYTHING
            return Unreadable(f"the checkpoints cannot be read ({error})")
        if row is None:
            return None
        seal = _seal_from(row)
        self.last = EVERYTHING if isinstance(seal, Unreadable) else seal.number
        return seal


def seal_of(note: str) -> Seal | None:
    """The checkpoint with this note, as its columns are now."""
    row = models.Checkpoint.objects.filter(note=note).first()
    found = _seal_from(row) if row is not None else None
    return found if isinstance(found, Seal) else None


def _covers(seal: Seal | Unreadable) -> int:
    """How many entries a checkpoint covers by its column or its note: the larger, where one was altered."""
    if isinstance(seal, Unreadable):
        return 0
    noted = seal.note.split("\n", 2)[1:2]
    return max(seal.size, int(noted[0]) if noted and noted[0].isdecimal() and len(noted[0]) < 19 else 0)


def _seal_from(row: models.Checkpoint) -> Seal | Unreadable:
    values = (row.number, row.size, row.frontier, row.note)
    if not all(isinstance(value, kind) for value, kind in zip(values, (int, int, str, str), strict=True)):
        return Unreadable(f"a column of checkpoint {row.number!r} is not of its kind")
    return Seal(*values)


def _end(heads: list[models.Head]) -> End | Unreadable:
    if len(heads) != 1 or heads[0].pk != HEAD:
        return Unreadable(f"the table that says where the log ends has not its one row but {len(heads)} others")
    size, frontier = heads[0].size, heads[0].frontier
    if not isinstance(size, int) or not isinstance(frontier, str):
        return Unreadable("the row that says where the log ends is not of its kind")
    return End(size, frontier)
