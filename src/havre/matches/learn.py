"""Write knowledge into the tables: many rows at once, each statement of a source once."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.db import connection

from havre.matches.formats.labels import pertinent
from havre.matches.formats.record import Entry
from havre.matches.formats.tally import Seen
from havre.matches.models import Knowledge, Source

COLUMNS = (
    "source_id",
    "unit_id",
    "label",
    "pertinent",
    "category",
    "md5",
    "sha1",
    "sha256",
    "pdq",
    "pdq_quality",
    "path",
    "facts",
)

KINDS = ("sha256", "sha1", "md5")

ROWS_A_STATEMENT = 200
"""Rows in one INSERT: enough that a round trip costs nothing, few enough for every database's parameters."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one entry says of one medium: digests and PDQ, how it is judged. Where it lay is no part of it."""

    md5: bytes | None
    sha1: bytes | None
    sha256: bytes | None
    pdq: bytes | None
    label: str
    category: str

    def key(self) -> int:
        """128 bits that only the same statement has."""
        parts = (self.md5, self.sha1, self.sha256, self.pdq)
        text = b"\0".join(part or b"-" for part in parts) + f"\0{self.label}\0{self.category}".encode()
        return int.from_bytes(blake2b(text, digest_size=16).digest(), "big")


@dataclass(frozen=True, slots=True)
class Learnt:
    """An entry with its statement, ready to be written."""

    statement: Statement
    entry: Entry


class Learner:
    """Writes the entries of one source. Give it every entry from the first on, those written before too."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._seen = Seen()

    def passed(self, entry: Entry) -> None:
        """An entry that an earlier run has written: only remembered, so that a later repeat is noticed."""
        self._seen.again(statement_of(entry, self.source.label).key())

    def learn(self, entries: Sequence[Entry]) -> int:
        """Write what this source has not said yet; how many that were. Called inside a transaction."""
        fresh: dict[Statement, Learnt] = {}
        doubtful: list[Learnt] = []
        for entry in entries:
            statement = statement_of(entry, self.source.label)
            again = self._seen.again(statement.key())
            if again and statement not in fresh:
                doubtful.append(Learnt(statement, entry))
            else:
                fresh.setdefault(statement, Learnt(statement, entry))
        said = self._said(doubtful)
        for each in doubtful:
            if each.statement not in said:
                fresh.setdefault(each.statement, each)
        _write(self.source, list(fresh.values()))
        return len(fresh)

    def _said(self, doubtful: Sequence[Learnt]) -> set[Statement]:
        """Which of these the source holds: what remembers them is rarely, but sometimes, wrong."""
        found: set[Statement] = set()
        for kind in KINDS:
            wanted = [digest for each in doubtful if (digest := getattr(each.statement, kind)) is not None]
            if wanted:
                rows = Knowledge.objects.filter(source=self.source, unit=self.source.unit_id, **{f"{kind}__in": wanted})
                found |= {_statement_in(row) for row in rows}
        return found


def statement_of(entry: Entry, otherwise: str) -> Statement:
    """What an entry says; `otherwise` is the label of entries that say nothing themselves."""
    return Statement(
        _bytes(entry.md5),
        _bytes(entry.sha1),
        _bytes(entry.sha256),
        _bytes(entry.pdq),
        entry.label or otherwise,
        (entry.category or "")[:50],
    )


def learn_files(rows: Iterable[tuple[Knowledge, Sequence[Knowledge]]]) -> None:
    """Write the entries of whole files, each with the rows of its further frames. Called inside a transaction."""
    pairs = list(rows)
    Knowledge.objects.bulk_create([whole for whole, _ in pairs])
    frames = [frame for _, frames in pairs for frame in frames]
    Knowledge.objects.bulk_create(frames)


def _write(source: Source, learnt: Sequence[Learnt]) -> None:
    # Django's own bulk_create costs four times as much: a list of a million has to be read in a minute or two.
    # Table and columns are ours; every value travels as a parameter.
    row = f"({', '.join(['%s'] * len(COLUMNS))})"
    head = f"INSERT INTO {Knowledge._meta.db_table} ({', '.join(COLUMNS)}) VALUES "  # noqa: S608
    with connection.cursor() as cursor:
        for at in range(0, len(learnt), ROWS_A_STATEMENT):
            part = learnt[at : at + ROWS_A_STATEMENT]
            values: list[Any] = [value for each in part for value in _values(source, each)]
            cursor.execute(head + ", ".join([row] * len(part)), values)


def _values(source: Source, learnt: Learnt) -> tuple[object, ...]:
    said, entry = learnt.statement, learnt.entry
    return (
        source.pk,
        source.unit_id,
        said.label,
        pertinent(said.label),
        said.category,
        said.md5,
        said.sha1,
        said.sha256,
        said.pdq,
        entry.pdq_quality,
        entry.paths[0] if entry.paths else "",
        json.dumps(entry.facts),
    )


def _statement_in(row: Knowledge) -> Statement:
    md5, sha1, sha256, pdq = (None if v is None else bytes(v) for v in (row.md5, row.sha1, row.sha256, row.pdq))
    return Statement(md5, sha1, sha256, pdq, row.label, row.category)


def _bytes(digits: str | None) -> bytes | None:
    return bytes.fromhex(digits) if digits is not None else None
