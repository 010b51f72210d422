"""Reading a document in a test: the entries, the bad ones and the summary apart."""

import io
from collections.abc import Callable, Iterator
from typing import NamedTuple

from havre.matches.formats.record import BadEntry, Entry, Record, Summary


class Reading(NamedTuple):
    """What one reading gave."""

    entries: list[Entry]
    bad: list[BadEntry]
    summary: Summary


def read_all(read: Callable[..., Iterator[Record]], data: bytes, **options: object) -> Reading:
    """Everything a reader gives for these bytes; the summary must come last, and its totals must add up."""
    *records, summary = read(io.BytesIO(data), **options)
    assert isinstance(summary, Summary)
    entries = [record for record in records if isinstance(record, Entry)]
    bad = [record for record in records if isinstance(record, BadEntry)]
    assert (summary.good, sum(summary.bad.values())) == (len(entries), len(bad))
    assert summary.read == len(records)
    return Reading(entries, bad, summary)
