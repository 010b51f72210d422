"""What somebody asks of a list and what they are answered: numbers, moments and cursors, checked on the way in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from havre.errors import Invalid
from havre.hashlists.changes import START, Position
from havre.hashlists.entry import LARGEST

JSON = "application/json"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

AFTER = "after"
"""The parameter in which a cursor travels: the version and number of the entry after which to go on."""

LARGEST_MOMENT = int((datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - EPOCH).total_seconds())

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered; where it is "not yet", after how many seconds to ask again."""

    status: int
    kind: str
    body: bytes
    again_in: int = 0


def said(value: object, status: int = 200) -> Answer:
    """An answer in JSON."""
    return Answer(status, JSON, json.dumps(value, separators=(",", ":")).encode("ascii"))


def not_yet(seconds: int) -> Answer:
    """What was asked about lies a little ahead: whoever waits so long is answered."""
    message = "this is not over yet: ask again after the seconds that Retry-After says"
    return Answer(503, JSON, json.dumps({"message": message}).encode(), max(1, seconds))


def number(query: Query, name: str, default: int, *, least: int = 0, most: int = LARGEST) -> int:
    """A whole number that was asked for; raises Invalid where it is none, or too small or large."""
    text = query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and least <= int(text) <= most):
        raise Invalid("%(name)s is a whole number between %(least)s and %(most)s", name=name, least=least, most=most)
    return int(text)


def size(query: Query, name: str, default: int, most: int) -> int:
    """How many are asked for at once; whoever asks for more than is given gets what is given."""
    return min(number(query, name, default, least=1), most)


def moment(text: str) -> int:
    """Seconds of the epoch of an ISO 8601 time; one without a zone is in UTC. Raises Invalid where it is none."""
    try:
        read = datetime.fromisoformat(text.strip())
        seconds = ((read if read.tzinfo else read.replace(tzinfo=UTC)) - EPOCH).total_seconds()
    except (ValueError, OverflowError) as error:
        raise Invalid("a moment is written as 2026-11-27T03:00:00Z") from error
    return max(0, int(seconds))


def written(seconds: int) -> str:
    """Seconds of the epoch as an ISO 8601 time in UTC; what lies beyond the year 9999 as its end."""
    return (EPOCH + timedelta(seconds=min(seconds, LARGEST_MOMENT))).strftime("%Y-%m-%dT%H:%M:%SZ")


def position(query: Query) -> Position:
    """The position at which somebody goes on; the start where they say none."""
    text = query.get(AFTER, "")
    return cursor(text) if text else START


def cursor(text: str) -> Position:
    """The position that a cursor names. Raises Invalid where it is none of ours."""
    version, dot, last = text.partition(".")
    numbers = [each for each in (version, last) if each.isascii() and each.isdigit() and len(each) <= 16]
    if not dot or len(numbers) < 2:
        raise Invalid("this cursor is none that was given out here: begin again without it")
    return Position(int(version), int(last))


def cursor_of(position: Position) -> str:
    """A position as words."""
    return f"{position.version}.{position.number}"
