"""A list as a VICS hash set, for forensic tools that read nothing else.

Its categories have no place for a doubt: what nobody saw, or what somebody says is wrong, is not in it.
"""

from collections import Counter
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
    """A `#Media` document. What was taken back is not in it, for it has no way to say so; nor what has no MD5.

    What is disputed or nobody saw is left out and counted: here it would be told as illegal.
    """
    doubted = Counter[str]()
    done = write_vics2(records(entries, chosen_region(region), doubted), out, region=region)
    return Written(done.written, {**done.left_out, **doubted})


def records(entries: Iterable[Entry], region: str = "US", doubted: Counter[str] | None = None) -> Iterator[Record]:
    """Living entries as records: the first signal of each method, and what is known beside it as facts.

    Those in doubt are passed over, and counted in `doubted` by why.
    """
    for entry in entries:
        why = _doubt(entry)
        if entry.retracted:
            continue
        if why is None:
            yield _record(entry, region)
        elif doubted is not None:
            doubted[why] += 1


def _doubt(entry: Entry) -> str | None:
    if not entry.reviewed or not entry.confirmed:
        return "nobody saw and confirmed it"
    return "somebody says that it is wrong" if entry.disputed else None


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
