"""CSV hash lists with a header, in any column order and with ';', ',' or tab; and the CSV that Havre writes."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from havre.matches.formats import clean
from havre.matches.formats.labels import Scheme, labels, scheme
from havre.matches.formats.record import HEX_DIGITS, JSON, Entry, Record, Written, rows_of
from havre.matches.formats.source import Line, lines
from havre.matches.formats.tally import Tally

COLUMNS = ("md5", "sha1", "sha256", "pdq", "quality", "label", "category")

DELIMITERS = ";,\t"
NO_FINGERPRINT = "no digest and no PDQ"
TOO_LONG = "line too long"

_ALIASES = {
    "sha-1": "sha1",
    "sha-256": "sha256",
    "pdq_quality": "quality",
    "pdqquality": "quality",
    "pdq_hash": "pdq",
    "md5hash": "md5",
    "md5_hash": "md5",
    "hash_md5": "md5",
    "hash_sha1": "sha1",
    "hash_sha256": "sha256",
    "hash_pdq": "pdq",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAX_COLUMNS = 500


def read(file: BinaryIO, *, region: str | None = None) -> Iterator[Record]:
    """Every row as an entry, then the Summary. A `region` (US, UK) gives bare categories a meaning."""
    tally = Tally()
    read_by = scheme("vics-uk" if region == "UK" else "vics-us") if region else None
    tally.about["region"] = region
    header: Header | None = None
    for line in lines(file, tally):
        if line.text is not None and (not line.text.strip() or (header is None and line.text[0] == "#")):
            continue
        if header is None:
            header = header_of(line.text or "")
            if not header.columns.keys() & HEX_DIGITS.keys():
                yield tally.refuse(f"line {line.number}", "no header with md5, sha1, sha256 or pdq", line.text or "")
                break
            continue
        cells = header.cells(line, tally)
        entry = _entry(cells, f"line {line.number}", read_by, tally) if cells is not None else None
        reason = TOO_LONG if line.text is None else "quotes that never close" if cells is None else NO_FINGERPRINT
        yield tally.accept(entry) if entry else tally.refuse(f"line {line.number}", reason, line.text or "")
    yield tally.summary()


def rows(file: BinaryIO, *, region: str | None = None) -> Iterator[dict[str, JSON]]:
    """`read` as JSON-able rows, for a worker's pipe."""
    return rows_of(read(file, region=region))


class Header:
    """Where each column stands, and the delimiter."""

    __slots__ = ("columns", "delimiter", "width")

    def __init__(self, names: list[str], delimiter: str) -> None:
        self.delimiter = delimiter
        self.width = len(names)
        self.columns: dict[str, int] = {}
        for index, name in enumerate(names):
            if name:
                self.columns.setdefault(name, index)

    def cells(self, line: Line, tally: Tally) -> dict[str, str] | None:
        """The cells of a row by column; None if it is no row. Missing cells are empty, extra ones are counted."""
        row = cells_of(line.text, self.delimiter) if line.text is not None else None
        if row is None:
            return None
        if len(row) < self.width:
            tally.survived("missing column")
            row += [""] * (self.width - len(row))
        elif len(row) > self.width:
            tally.survived("extra column" if any(row[self.width :]) else "extra empty column")
        return {name: row[index] for name, index in self.columns.items()}


def header_of(line: str) -> Header:
    """The header that a line is: names in lower case, the delimiter the one that it has most of."""
    delimiter = max(DELIMITERS, key=line.count)
    names = [name.strip().lower() for name in (cells_of(line, delimiter) or [])[:_MAX_COLUMNS]]
    return Header([_ALIASES.get(name, name) for name in names], delimiter)


def cells_of(line: str, delimiter: str) -> list[str] | None:
    """The cells of one line; None if its quotes do not close. A row never spans lines."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return None


def _entry(cells: dict[str, str], place: str, read_by: Scheme | None, tally: Tally) -> Entry | None:
    digests = {kind: clean.digest(kind, cells.get(kind), tally) for kind in HEX_DIGITS}
    if not any(digests.values()):
        return None
    category = clean.text(unguarded(cells.get("category", "")), tally)
    facts: dict[str, JSON] = {}
    label = _label(unguarded(cells.get("label", "")), facts, tally)
    if label is None and read_by is not None:
        label = read_by.read(category)
    quality = clean.percent(cells.get("quality"), tally) if digests["pdq"] else None
    other: dict[str, JSON] = {
        name: clean.text(unguarded(cell), tally) for name, cell in cells.items() if cell and name not in COLUMNS
    }
    if other:
        facts["other"] = other
    return Entry(
        place,
        digests["md5"],
        digests["sha1"],
        digests["sha256"],
        digests["pdq"],
        quality,
        label,
        category,
        facts=facts,
    )


def _label(stated: str, facts: dict[str, JSON], tally: Tally) -> str | None:
    name = stated.strip().lower()
    if not name:
        return None
    if name in labels():
        return name
    tally.survived("label that no scheme has")
    facts["label"] = clean.text(stated, tally)
    return None


def write(entries: Iterable[Entry], out: BinaryIO, *, region: str | None = None) -> Written:
    """A CSV of fingerprints and labels, `COLUMNS` with commas; entries without any fingerprint are left out."""
    del region  # labels travel by name: no category has to be chosen
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="", write_through=True)
    written = left_out = 0
    rows_out = csv.writer(text, lineterminator="\n")
    rows_out.writerow(COLUMNS)
    for entry in entries:
        digests = (entry.md5, entry.sha1, entry.sha256, entry.pdq)
        if not any(digests):
            left_out += 1
            continue
        said = (guarded(entry.label), guarded(entry.category))
        rows_out.writerow((*digests, entry.pdq_quality, *said))
        written += 1
    text.detach()
    return Written(written, {NO_FINGERPRINT: left_out} if left_out else {})


def guarded(cell: str | None) -> str:
    """Text for a cell on one line, with an apostrophe where a spreadsheet would take it for a formula."""
    words = " ".join((cell or "").split())
    return "'" + words if words.startswith(_FORMULA) or (cell or "").startswith(_FORMULA) else words


def unguarded(cell: str) -> str:
    """The text of a cell that may have been guarded."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in ("=", "+", "-", "@") else cell
