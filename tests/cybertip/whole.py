"""Documents with every field of the schema, and strategies that make any; all of it made up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from havre.cybertip import words
from havre.cybertip.check import Document
from havre.cybertip.files import FileDetails, ReportDoneResponse, ReportResponse
from havre.cybertip.incidents import InternetDetails
from havre.cybertip.people import Person
from havre.cybertip.report import IncidentSummary, Report, Reporter
from havre.cybertip.table import is_choice, parts_of
from havre.cybertip.values import FLAG, Kind, why_not

ZONED = datetime(2026, 3, 2, 12, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=5, minutes=30)))
ROUND = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLOSED: tuple[tuple[str, ...], ...] = (
    words.INCIDENTS,
    words.EVENTS,
    words.ADDRESSES,
    words.EMAILS,
    words.PHONES,
    words.ACCOUNTS,
    words.RELEVANCE,
)
CLOSED += (words.CLASSES, words.DETAILS, words.REASONS, words.STATES, words.COUNTRIES)
TRICKY = ('a harbour & <two> "boats"\'s\r\nline\ttab ]]> é \U0001f6a2', "  kept  ", "x")
POOL: tuple[Any, ...] = (
    *(word for known in CLOSED for word in known),
    *("+32", "0123", "token-1", *TRICKY, 7, 443, -12.5, 4.25e-7, True, False, ROUND, ZONED, date(2024, 2, 29)),
)

MINIMAL = Report(
    incident_summary=IncidentSummary(incident_type=words.INCIDENTS[0], incident_date_time=ROUND),
    reporter=Reporter(reporting_person=Person()),
)


@cache
def fitting(kind: Kind) -> tuple[Any, ...]:
    """Values of this kind."""
    found = tuple(value for value in POOL if not why_not(kind, value))
    assert found, kind
    return found


def full(cls: type, turn: int = 0) -> Any:
    """An object with every field, lists of two, and the values of POOL in turn."""
    values = {}
    for number, part in enumerate(parts_of(cls)):
        if is_choice(cls) and number != turn % len(parts_of(cls)):
            continue
        if cls is FileDetails and part.name == ("potential_meme", "file_annotations")[turn % 2]:
            continue
        several = tuple(_value(part.kind, turn + number + more) for more in range(2))
        values[part.name] = several if part.many else several[0]
    made = cls(**values)
    return replace(made, file_relevance="Reported") if cls is FileDetails else made


def _value(kind: Kind | type, turn: int) -> Any:
    if not isinstance(kind, Kind):
        return full(kind, turn)
    return fitting(kind)[turn % len(fitting(kind))] if kind is not FLAG else True


def whole(turn: int) -> list[Document]:
    """Each document with everything in it."""
    report = replace(full(Report, turn), internet_details=tuple(full(InternetDetails, each) for each in range(8)))
    return [report, full(FileDetails, turn), full(ReportResponse, turn), full(ReportDoneResponse, turn)]


# ---- any ----

SIGNS = [
    *map(chr, range(0x20, 0x250)),
    "\t",
    "\n",
    "\r",
    "\x7f",
    "\x85",
    "\u2028",
    "\ud7ff",
    "\ue000",
    "\ufffd",
    "\U0010ffff",
]


def drawn(cls: type, chance: Random) -> Any:
    """Any object of this class that the schema takes, most of its fields left out."""
    parts = parts_of(cls)
    if is_choice(cls):
        part = chance.choice(parts)
        return cls(**{part.name: _drawn_value(part.kind, chance)})
    fields = {}
    for part in parts:
        if part.least or chance.random() < 0.25:
            several = tuple(_drawn_value(part.kind, chance) for _ in range(chance.randrange(1, 3)))
            fields[part.name] = several if part.many else several[0]
    if cls is FileDetails:
        fields |= {"potential_meme": None, "file_relevance": chance.choice([None, "Reported"])}
    return cls(**fields)


def _drawn_value(kind: Kind | type, chance: Random) -> Any:
    if not isinstance(kind, Kind):
        return drawn(kind, chance)
    if kind.made is str and not why_not(kind, TRICKY[0]) and chance.random() < 0.5:
        return "".join(chance.choices(SIGNS, k=chance.randrange(1 if why_not(kind, "") else 0, 8)))
    return chance.choice(fitting(kind))


def any_of(cls: type) -> st.SearchStrategy[Any]:
    """Any object of this class that the schema takes."""
    return st.integers(0, 2**40).map(lambda seed: drawn(cls, Random(seed)))
