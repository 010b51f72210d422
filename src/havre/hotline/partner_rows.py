"""Reports that partners send as files: CSV with a heading, or a JSON object a line. Read line by line, in bounded
memory; a row that is none comes back with its line and the reason, and costs none of the others.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

from havre.errors import Invalid
from havre.hotline.said import NO, YES
from havre.hotline.telling import Told, told_of

LONGEST_LINE = 100_000
"""Bytes; more than one report may hold."""
LONGEST_REFERENCE = 100

URLS = ("url", "urls", "address", "addresses")
TEXTS = {"text": "seen", "seen": "seen", "where": "where", "when": "when", "contact": "contact"}
"""Names of columns, and of what they become."""
KNOWN = frozenset({*URLS, *TEXTS, "reference", "danger", "language", "relation"})


@dataclass(frozen=True, slots=True)
class Row:
    """One report of a file."""

    line: int
    told: Told
    reference: str
    """How the partner calls it; made of what it says where they do not."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is no report, and why."""

    line: int
    reason: str

    def to_json(self) -> dict[str, object]:
        """The fields of the command line."""
        return {"line": self.line, "reason": self.reason}


def rows_in(file: BinaryIO) -> Iterator[Row | BadRow]:
    """Every row of a file; whether it is CSV or JSON, its first sign says."""
    lines = _lines(file)
    first = next((line for line in lines if isinstance(line, BadRow) or line[1].strip()), None)
    if first is None:
        return
    if isinstance(first, BadRow):
        yield first
        return
    if first[1].lstrip().startswith("{"):
        yield from _of_json([first], lines)
    else:
        yield from _of_csv(first, lines)


Line = tuple[int, str] | BadRow


def _lines(file: BinaryIO) -> Iterator[Line]:
    """Lines with their numbers, from 1; what is too long or no text is passed over."""
    number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            while raw and not raw.endswith(b"\n"):
                raw = file.readline(LONGEST_LINE)
            yield BadRow(number, "the line is longer than a report may be")
            continue
        try:
            yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            yield BadRow(number, "the line is not UTF-8")


# ---- JSON ----


def _of_json(first: Iterable[Line], rest: Iterator[Line]) -> Iterator[Row | BadRow]:
    for lines in (first, rest):
        for line in lines:
            if isinstance(line, BadRow):
                yield line
            elif line[1].strip():
                yield _row(line[0], line[1])


def _row(number: int, text: str) -> Row | BadRow:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return BadRow(number, "the line is not JSON")
    return made(number, data) if isinstance(data, dict) else BadRow(number, "the line is no JSON object")


# ---- CSV ----


class _Fed:
    """Lines for the reader of CSV, which asks for as many as a row has; what can't be read is set aside."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines, self.bad, self.number = lines, list[BadRow](), 0

    def __iter__(self) -> "Iterator[str]":
        return self

    def __next__(self) -> str:
        for line in self._lines:
            if not isinstance(line, BadRow):
                self.number = line[0]
                return line[1].replace("\x00", "\ufffd")
            self.bad.append(line)
        raise StopIteration


def _of_csv(first: tuple[int, str], rest: Iterator[Line]) -> Iterator[Row | BadRow]:
    separator = max(",;\t", key=first[1].count)
    names = [name.strip().lower() for name in next(csv.reader([first[1]], delimiter=separator))]
    if not set(names) & set(URLS):
        yield BadRow(first[0], f"the heading has no column {' or '.join(URLS)}")
        return
    fed = _Fed(rest)
    reader = csv.reader(fed, delimiter=separator, strict=True)
    while True:
        try:
            values = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield BadRow(fed.number, f"the row is no CSV ({error})")
            continue
        finally:
            yield from fed.bad
            fed.bad.clear()
        if not values:
            continue
        if len(values) != len(names):
            yield BadRow(fed.number, f"the row has {len(values)} columns, the heading {len(names)}")
            continue
        yield made(fed.number, dict(zip(names, values, strict=True)))


# ---- one row ----


def made(line: int, data: Mapping[str, Any]) -> Row | BadRow:
    """The report of one row; what columns it has beside those that are known is left out."""
    try:
        told = told_of(_told({str(name).strip().lower(): value for name, value in data.items()}))
        if not (told.addresses or told.seen):
            return BadRow(line, "the row names no page and says nothing")
        return Row(line, told, _reference(data, told))
    except Invalid as error:
        return BadRow(line, str(error))


def _told(data: Mapping[str, Any]) -> Told:
    addresses = [each for name in URLS for each in _listed(data.get(name))]
    texts: dict[str, str] = {}
    for name, field in TEXTS.items():
        if value := _text(data, name):
            texts[field] = value
    return Told(
        addresses=tuple(addresses),
        relation=_text(data, "relation"),
        danger=_danger(data.get("danger")),
        language=_text(data, "language").lower() or "en",
        **texts,
    )


def _listed(value: Any) -> list[str]:
    """Addresses of one field: a list, or text with white space between them."""
    if value is None:
        return []
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    if isinstance(value, str):
        return value.split()
    raise Invalid("an address is text")


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise Invalid(f"{name!r} is not text")
    return str(value).strip()


def _danger(value: Any) -> bool:
    """Whether a child is in danger now. What nobody can read is not taken for no."""
    if isinstance(value, bool):
        return value
    said = str(value if value is not None else "").strip().lower()
    if said in YES or said in NO:
        return said in YES
    raise Invalid("'danger' says neither yes nor no")


def _reference(data: Mapping[str, Any], told: Told) -> str:
    said = _text({str(name).strip().lower(): value for name, value in data.items()}, "reference")
    if len(said) > LONGEST_REFERENCE or not said.isprintable():
        raise Invalid(f"a reference is text of at most {LONGEST_REFERENCE} characters")
    return said or sha256("\n".join((*told.addresses, told.seen, told.where, told.when)).encode()).hexdigest()
