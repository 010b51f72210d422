"""A list as a VICS hash set, for forensic tools that read nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from havre.hashlists.entry import Entry
from havre.matches.formats.labels import chosen_region, scheme_of_region
from havre.matches.formats.record import JSON, Written
from havre.matches.formats.record import Entry as Record
from havre.matches.formats.vics_write import write_vics2

PERTINENT = "pertinent"
"""What is on a list is that at least, whatever the region calls it."""

CATEGORY_OF = {"US": "US", "UK": "GB"}
"""Whose categories a region's scheme has."""


def write(entries: Iterable[Entry], out: BinaryIO, *, region: str = "US") -> Written:
    """A `#Media` document. What was taken back is not in it, for it has no way to say so; nor what has no MD5."""
    return write_vics2(records(entries, chosen_region(region)), out, region=region)


def records(entries: Iterable[Entry], region: str = "US") -> Iterator[Record]:
    """Living entries as records: the first signal of each method, and what is known beside it as facts."""
    for entry in entries:
        if not entry.retracted:
            yield _record(entry, region)


def _record(entry: Entry, region: str) -> Record:
    scheme = scheme_of_region(region)
    category = entry.categories.get(CATEGORY_OF.get(region, region))
    known = category if scheme is not None and category in scheme.by_category else None
    values: dict[str, str] = {}
    for signal in entry.signals:
        values.setdefault(signal.method, signal.value)
    return Record(
        place=f"entry {entry.number}",
        md5=values.get("md5"),
        sha1=values.get("sha1"),
        sha256=values.get("sha256"),
        pdq=values.get("pdq"),
        label=(scheme.read(known) if scheme is not None else None) or PERTINENT,
        category=known,
        facts=dict(_facts(entry)),
    )


def _facts(entry: Entry) -> Mapping[str, JSON]:
    return {"tags": [*entry.labels]} if entry.labels else {}
