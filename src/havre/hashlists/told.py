"""What the lists of others say, whatever their format: one content or one signal, and by what name they correct it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from havre.errors import Invalid
from havre.hashlists.entry import HEX, VERSIONS, Kind, Signal

MOST_BYTES = 64_000_000
"""Of one answer or file of one answer: a thousand entries with everything that is known of them stay far below."""

MOST_KEPT = 500
"""Characters of a word that is kept of what others say."""

MOST_TAGS = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What a list says of one thing. A retracted one may say no signals: then its key says what is taken back."""

    key: str
    """By which the list names it when it changes or is taken back; the same thing always by the same."""
    signals: tuple[Signal, ...] = ()
    kind: Kind = Kind.PICTURE
    tags: tuple[str, ...] = ()
    """How the list classes it, in the list's words."""
    agree: int = 0
    disagree: int = 0
    """How many say so beside the one that listed it, and how many say otherwise."""
    changed: int = 0
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class BadTold:
    """A record that is none, where it stands and why."""

    place: str
    why: str


@dataclass(frozen=True, slots=True)
class PageTold:
    """One answer of a list: what it says, what of it can't be read, and how it is gone on with."""

    told: tuple[Told | BadTold, ...]
    next: str = ""
    """What to ask next of this stretch; empty at its end."""
    newest: int = 0
    """The moment from which on to ask once the stretch is read to its end; 0 where the list does not say."""


def each(records: list[Any], place: str, read: Callable[[Any], Told]) -> list[Told | BadTold]:
    """Every record read; one that is none comes back in its place with the reason and stops nothing."""
    found: list[Told | BadTold] = []
    for count, record in enumerate(records, start=1):
        try:
            found.append(read(record))
        except Invalid as wrong:
            found.append(BadTold(f"{place} {count}", str(wrong)))
        except (KeyError, TypeError, ValueError, AttributeError):
            found.append(BadTold(f"{place} {count}", "this record has another form than its format says"))
    return found


def word(value: object) -> str:
    """A word of others: one line, of bounded length. Raises Invalid where it is none."""
    if not isinstance(value, str) or not 0 < len(value) <= MOST_KEPT or not value.isprintable():
        raise Invalid("a word here is one line of at most %(most)s characters", most=MOST_KEPT)
    return value


def words(values: list[Any]) -> tuple[str, ...]:
    """Tags of others, each once and in order."""
    if len(values) > MOST_TAGS:
        raise Invalid("a record has at most %(most)s tags", most=MOST_TAGS)
    return tuple(sorted({word(value) for value in values}))


def whole(value: object) -> int:
    """A whole number of others, that may be written as words. Raises Invalid where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdigit() or len(str(value)) > 16:
        raise Invalid("a number here is whole, and not below 0")
    return int(value)


def fits(method: str, value: str) -> bool:
    """Whether a value can be one of this method."""
    return len(value) == HEX.get(method, -1) and set(value) <= set("0123456789abcdef")


def signal(method: str, value: object) -> Signal:
    """A signal of others in lower case. Raises Invalid where it is none."""
    return Signal(method, value.lower() if isinstance(value, str) else "", VERSIONS.get(method, "1"))


def document(body: bytes) -> dict[str, Any]:
    """An answer in JSON. Raises Invalid where it is none, or too large."""
    if len(body) > MOST_BYTES:
        raise Invalid("an answer has at most %(most)s bytes", most=MOST_BYTES)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid("this answer is no JSON") from error
    if not isinstance(said, dict):
        raise Invalid("this answer is no object")
    return said


def listed(said: dict[str, Any], name: str) -> list[Any]:
    """A list of an answer; one that is missing is empty. Raises Invalid where it is something else."""
    value = said.get(name)
    if value is not None and not isinstance(value, list):
        raise Invalid("%(name)s of this answer are a list", name=name)
    return list(value or ())
