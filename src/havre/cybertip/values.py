"""Simple values of the schema: how each kind is checked, spelled in XML, and read again.

Where the service gives no limit, the limit is ours: `LONGEST`. XML 1.0 can't carry most control characters, however
they are escaped, so no text may hold them.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

LONGEST = 1_000_000
"""Characters of a text for which the service names no limit."""

MOST_LONG = 2**63 - 1
"""The largest xs:long."""

UNCARRIED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold (XML 1.0, production 2)."""

WHOLE = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
REAL = re.compile(r"[+-]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][+-]?[0-9]{1,3})?", re.ASCII)
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,40}))?(Z|[+-]\d\d:\d\d)?", re.ASCII)
DAY = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)
FARTHEST = timedelta(hours=14)
"""From UTC, of any time zone of XML Schema."""

TRUTHS = {"true": True, "1": True, "false": False, "0": False}


class UnreadError(ValueError):
    """What stands there is no value of its kind; the message says why."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of simple values."""

    made: type
    wrong: Callable[[Any], str]
    """Why a value of this type is none of this kind; empty where it is one."""
    spell: Callable[[Any], str] = str
    read: Callable[[str], Any] = str
    """The value that XML spells so. Raises UnreadError."""
    said: type = str
    """How JSON says it: as text, or as what it is."""
    words: tuple[str, ...] = ()
    """All values there are, of a closed set."""


def why_not(kind: Kind, value: object) -> str:
    """Why a value is none of this kind; empty where it is one."""
    if not isinstance(value, kind.made) or (isinstance(value, bool) and kind.made is not bool):
        return f"is no {NAMES[kind.made]}"
    return kind.wrong(value)


NAMES: dict[type, str] = {str: "text", int: "whole number", float: "number", bool: "true or false"}
NAMES |= {datetime: "time", date: "day"}


# ---- texts ----


@cache
def text(most: int = LONGEST, least: int = 0, pattern: str = "", said: str = "") -> Kind:
    """A text within a length; `said` tells what the pattern wants."""
    wanted = re.compile(pattern, re.ASCII) if pattern else None

    def wrong(value: str) -> str:
        if not least <= len(value) <= most:
            return f"has {len(value)} characters, at most {most}" if len(value) > most else "is empty"
        if found := UNCARRIED.search(value):
            return f"holds the character U+{ord(found[0]):04X}, which XML can't carry"
        return f"is not {said}" if wanted is not None and wanted.fullmatch(value) is None else ""

    return Kind(str, wrong)


@cache
def choice(*known: str) -> Kind:
    """One of these words."""
    named = [word for word in known if word]
    told = ", ".join(named) if len(named) < 12 else f"{', '.join(named[:6])}, … ({len(named)} in all)"
    return Kind(str, lambda value: "" if value in known else f"is none of: {told}", read=str.strip, words=known)


# ---- numbers, truth ----


def _whole(written: str) -> int:
    if WHOLE.fullmatch(written.strip()) is None:
        raise UnreadError("is no whole number")
    return int(written)


@cache
def whole(least: int, most: int) -> Kind:
    """A whole number between two."""
    return Kind(
        int,
        lambda value: "" if least <= value <= most else f"is not between {least} and {most}",
        read=_whole,
        said=int,
    )


def _real(written: str) -> float:
    if REAL.fullmatch(written.strip()) is None:
        raise UnreadError("is no number")
    return float(written)


@cache
def degrees(most: int) -> Kind:
    """Degrees, north and east being positive."""

    def wrong(value: float) -> str:
        return "" if math.isfinite(value) and abs(value) <= most else f"is not between -{most} and {most}"

    return Kind(float, wrong, spell=repr, read=_real, said=float)


def _truth(written: str) -> bool:
    if written.strip() not in TRUTHS:
        raise UnreadError("is neither true nor false")
    return TRUTHS[written.strip()]


def _right(_value: object) -> str:
    return ""


TRUTH = Kind(bool, _right, spell=lambda value: "true" if value else "false", read=_truth, said=bool)


def _flag(written: str) -> bool:
    if written.strip() not in ("", "true", "1"):
        raise UnreadError("can only be true: leave it out where it is not")
    return True


FLAG = Kind(bool, _right, spell=lambda _value: "", read=_flag, said=bool)
"""A mark that is there or not: an empty element."""


# ---- times ----


def _moment(written: str) -> datetime:
    """A time; one without its zone comes back without, and the reader takes it as UTC and says so."""
    found = MOMENT.fullmatch(written.strip())
    if found is None:
        raise UnreadError("is no time such as 2026-03-02T12:00:00Z")
    fraction = f".{found[2][:6]:0<6}" if found[2] else ""
    try:
        return datetime.fromisoformat(f"{found[1]}{fraction}{(found[3] or '').replace('Z', '+00:00')}")
    except ValueError:
        raise UnreadError("is no time that there is") from None


def _wrong_moment(value: datetime) -> str:
    away = value.utcoffset()
    if away is None:
        return "says no time zone"
    if abs(away) > FARTHEST or away % timedelta(minutes=1):
        return "has a time zone that XML does not know"
    return ""


def _spelled(value: datetime) -> str:
    if value.utcoffset() == timedelta():
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat()


TIME = Kind(datetime, _wrong_moment, spell=_spelled, read=_moment)


def _day(written: str) -> date:
    found = DAY.fullmatch(written.strip())
    try:
        return date.fromisoformat(found[1] if found is not None else "")
    except ValueError:
        raise UnreadError("is no day such as 2026-03-02") from None


def _wrong_day(value: date) -> str:
    return "is a time and no day" if isinstance(value, datetime) else ""


CALENDAR = Kind(date, _wrong_day, spell=date.isoformat, read=_day)
