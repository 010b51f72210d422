"""The hash export of INTERPOL's ICSE database: CSV with ';', columns in any order, and the same written."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from havre.matches.formats import clean
from havre.matches.formats.labels import pertinent, scheme
from havre.matches.formats.record import JSON, Entry, Record, Written, rows_of
from havre.matches.formats.source import lines
from havre.matches.formats.table import TOO_LONG, Header, guarded, header_of, unguarded
from havre.matches.formats.tally import Tally
from havre.matches.formats.vics_fields import Cleaner

HEADER = (
    "MD5",
    "SHA1",
    "ZZ40",
    "PhotoDNA",
    "Lace",
    "Image ID",
    "Is distributed",
    "Victim identified",
    "Offender identified",
    "Series name",
    "Investigation name",
    "Agency",
    "Number of submissions",
    "File Available",
    "Media Type",
    "Baseline",
)

RECOGNISED_BY = frozenset(
    name.lower() for name in HEADER if name not in ("ZZ40", "Lace", "Investigation name", "Agency")
)
"""Columns that every known export has."""

NO_DIGEST = "no MD5 and no SHA-1"


def _words(value: object, tally: Tally) -> str | None:
    return clean.text(unguarded(value) if isinstance(value, str) else value, tally)


def _flag(value: object, tally: Tally) -> bool | None:
    # Y, N, Yes, No, True, False are this format's own way: nothing to count.
    return clean.flag(value, Tally()) if str(value).strip().lower() in _FLAGS else clean.flag(value, tally)


def _number(value: object, tally: Tally) -> int | None:
    found = clean.whole(value, Tally())
    if found is None:
        tally.survived("value of a wrong type")
    return found


def _upper_hex(value: object, tally: Tally) -> str | None:
    words = clean.text(value, tally)
    return words.upper() if words else None


_FLAGS = frozenset({"y", "n", "yes", "no", "true", "false"})

_FACTS: dict[str, tuple[str, Cleaner]] = {
    "ZZ40": ("zz40", _upper_hex),
    "PhotoDNA": ("photodna", clean.photodna),
    "Lace": ("lace", _words),
    "Image ID": ("image_id", _words),
    "Is distributed": ("is_distributed", _flag),
    "Victim identified": ("victim_identified", _flag),
    "Offender identified": ("offender_identified", _flag),
    "Series name": ("series", _words),
    "Investigation name": ("investigation", _words),
    "Agency": ("agency", _words),
    "Number of submissions": ("submissions", _number),
    "File Available": ("file_available", _flag),
    "Media Type": ("media_type", _words),
}


def read(file: BinaryIO, *, region: str | None = None) -> Iterator[Record]:
    """Every row as an entry with the label `icse` or `baseline`, then the Summary. `region` is only recorded."""
    tally = Tally()
    tally.about["scheme"], tally.about["region"] = "icse", region
    header: Header | None = None
    for line in lines(file, tally):
        if line.text is not None and not line.text.strip("; \t,"):
            continue
        if header is None:
            header = header_of(line.text or "")
            if not {"md5", "sha1"} & header.columns.keys():
                yield tally.refuse(f"line {line.number}", "no header with MD5 and SHA1", line.text or "")
                break
            continue
        cells = header.cells(line, tally)
        entry = _entry(cells, f"line {line.number}", tally) if cells is not None else None
        reason = TOO_LONG if line.text is None else "quotes that never close" if cells is None else NO_DIGEST
        yield tally.accept(entry) if entry else tally.refuse(f"line {line.number}", reason, line.text or "")
    yield tally.summary()


def rows(file: BinaryIO, *, region: str | None = None) -> Iterator[dict[str, JSON]]:
    """`read` as JSON-able rows, for a worker's pipe."""
    return rows_of(read(file, region=region))


def _entry(cells: dict[str, str], place: str, tally: Tally) -> Entry | None:
    md5 = clean.digest("md5", cells.get("md5"), tally)
    sha1 = clean.digest("sha1", cells.get("sha1"), tally)
    if md5 is None and sha1 is None:
        return None
    facts: dict[str, JSON] = {}
    for column, (fact, cleaner) in _FACTS.items():
        cell = cells.get(column.lower())
        if cell and (made := cleaner(cell, tally)) is not None:
            facts[fact] = made
    stated = cells.get("baseline", "").strip()
    baseline = _flag(stated, tally)
    category = None if baseline is None else "Yes" if baseline else "No"
    return Entry(place, md5, sha1, label=scheme("icse").read(category or "No"), category=category, facts=facts)


def write(entries: Iterable[Entry], out: BinaryIO, *, region: str | None = None) -> Written:
    """The export with its exact header; only what is pertinent and has an MD5 or SHA-1 belongs in it."""
    del region  # ICSE knows no regions
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="", write_through=True)
    table = csv.writer(text, delimiter=";", lineterminator="\r\n")
    table.writerow(HEADER)
    left_out: dict[str, int] = {}
    written = 0
    for entry in entries:
        reason = _left_out(entry)
        if reason is not None:
            left_out[reason] = left_out.get(reason, 0) + 1
            continue
        table.writerow(_cells(entry))
        written += 1
    text.detach()
    return Written(written, left_out)


def _left_out(entry: Entry) -> str | None:
    if entry.md5 is None and entry.sha1 is None:
        return NO_DIGEST
    return None if pertinent(entry.label) else "not judged pertinent"


def _cells(entry: Entry) -> list[str]:
    known = {fact: entry.facts.get(fact) for fact, _ in _FACTS.values()}
    mime = entry.facts.get("mime")
    if known["media_type"] is None and isinstance(mime, str):
        known["media_type"] = "Video" if mime.startswith("video/") else "Image"
    cells = {column: _cell(column, known[fact]) for column, (fact, _) in _FACTS.items()}
    cells |= {"MD5": entry.md5 or "", "SHA1": entry.sha1 or ""}
    stated = entry.category if entry.category in ("Yes", "No") else None
    cells["Baseline"] = "Yes" if entry.label == "baseline" else stated or "No"
    return [cells[column] for column in HEADER]


UNSTATED = {
    "Is distributed": "N",
    "Victim identified": "N",
    "Offender identified": "N",
    "Number of submissions": "1",
    "File Available": "False",
}
"""What stands where nobody said otherwise: these columns of the format have no third value."""


def _cell(column: str, value: JSON) -> str:
    if isinstance(value, bool):
        return str(value) if column == "File Available" else "Y" if value else "N"
    if value is None:
        return UNSTATED.get(column, "")
    return str(value).upper() if column == "PhotoDNA" else guarded(str(value))
