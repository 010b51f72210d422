"""A list as a table for spreadsheets: CSV, one row a signal, and no cell that a spreadsheet takes for a formula."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from havre.errors import Invalid
from havre.hashlists.entry import Entry, Kind, Signal
from havre.hashlists.lines import Bad

COLUMNS = (
    *("number", "version", "method", "method_version", "value", "kind", "labels", "categories"),
    *("baseline", "generated", "reviewed", "confirmed", "disputed", "added", "changed", "retracted"),
)
OWN = ("method", "method_version", "value")
TRUTHS = ("baseline", "generated", "reviewed", "disputed", "retracted")
NUMBERS = ("number", "version", "confirmed", "added", "changed")
LONGEST_ROW = 100_000

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
SAID = {"yes": True, "no": False}

Row = dict[str, str]


def write(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The table row by row, its header first. What has no signal has a row without one, for its number."""
    yield _line(COLUMNS)
    for entry in entries:
        shared = _shared(entry)
        for own in [_own(signal) for signal in entry.signals] or [dict.fromkeys(OWN, "")]:
            yield _line([guarded({**shared, **own}[column]) for column in COLUMNS])


def _own(signal: Signal) -> Row:
    return {"method": signal.method, "method_version": signal.version, "value": signal.value}


def _shared(entry: Entry) -> Row:
    row = {name: str(getattr(entry, name)) for name in NUMBERS}
    row |= {name: "yes" if getattr(entry, name) else "no" for name in TRUTHS}
    categories = "; ".join(f"{country} {_escaped(name)}" for country, name in entry.categories.items())
    return row | {"kind": str(entry.kind), "labels": " ".join(entry.labels), "categories": categories}


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace(";", "\\,")


def _unescaped(name: str) -> str:
    return "\\".join(part.replace("\\,", ";") for part in name.split("\\\\"))


def guarded(cell: str) -> str:
    """A cell with an apostrophe before it where a spreadsheet would reckon with it."""
    return "'" + cell if cell.startswith((*FORMULA, "'")) else cell


def unguarded(cell: str) -> str:
    """A cell as it was before it was guarded."""
    return cell.removeprefix("'")


def _line(cells: Iterable[str]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode("utf-8")


def read(lines: Iterable[bytes]) -> Iterator[Entry | Bad]:
    """Entries of a table's rows; a row that is none comes back in its place, and an entry has those of its rows left.

    Raises Invalid where the first row is not the header.
    """
    rows = _rows(lines)
    if next(rows, None) != dict(zip(COLUMNS, COLUMNS, strict=True)):
        raise Invalid("a table of a list begins with its columns: %(columns)s", columns=",".join(COLUMNS))
    begun: tuple[int, Row, list[Signal]] | None = None
    for line, row in enumerate(rows, start=2):
        try:
            shared, signal = _read(row)
        except Invalid as wrong:
            yield Bad(line, str(wrong))
            continue
        if begun and begun[1] == shared:
            begun[2].extend(signal)
            continue
        if begun:
            yield _entry(*begun)
        begun = (line, shared, signal)
    if begun:
        yield _entry(*begun)


def _rows(lines: Iterable[bytes]) -> Iterator[Row | str]:
    """Each line's cells by column, or what is wrong with it. No cell holds an end of line."""
    for line in lines:
        try:
            if len(line) > LONGEST_ROW:
                raise Invalid("a row has at most %(most)s bytes", most=LONGEST_ROW)
            cells = next(csv.reader([line.decode("utf-8-sig").rstrip("\r\n")], strict=True))
            yield dict(zip(COLUMNS, cells, strict=True))
        except (ValueError, csv.Error, StopIteration, Invalid) as problem:
            yield str(problem) if isinstance(problem, Invalid) else "this row has not the columns of the first"


def _read(row: Row | str) -> tuple[Row, list[Signal]]:
    """What a row says of its entry, and its signal if it has one."""
    if isinstance(row, str):
        raise Invalid(row)
    plain = {column: unguarded(cell) for column, cell in row.items()}
    method, version, value = (plain.pop(name) for name in OWN)
    return plain, [Signal(method, value, version)] if method or version or value else []


def _entry(line: int, row: Row, signals: list[Signal]) -> Entry | Bad:
    try:
        if not all(row[name].isascii() and row[name].isdigit() and len(row[name]) <= 16 for name in NUMBERS):
            raise Invalid("the numbers of an entry are whole")
        if not all(row[name] in SAID for name in TRUTHS) or row["kind"] not in set(Kind):
            raise Invalid("an entry says yes or no, and picture or film")
        numbers = {name: int(row[name]) for name in NUMBERS}
        truths = {name: SAID[row[name]] for name in TRUTHS}
        pairs = [part.partition(" ") for part in row["categories"].split("; ") if part]
        categories = {country: _unescaped(name) for country, _, name in pairs}
        known = {"labels": tuple(row["labels"].split()), "categories": categories, "kind": Kind(row["kind"])}
        return Entry(signals=tuple(signals), **numbers, **truths, **known)  # type: ignore[arg-type]
    except Invalid as wrong:
        return Bad(line, str(wrong))
